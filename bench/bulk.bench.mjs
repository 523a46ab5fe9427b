// Is a bulk call faster than what one would write by hand in JavaScript?
import { grad, jacobian, prepare, record, stack } from 'chainrule'
import { uniform } from './generator.mjs'
import { agree } from './harness.mjs'

const POINTS = 100_000
const VARIABLES = 100
const STARTS = 1000

/** Spherical coordinates: the recorded function, and its Jacobian by hand. */
const spherical = jacobian(
  record([[3]], x => {
    const [r, t, p] = x
    const rho = r.mul(t.sin())
    return stack([rho.mul(p.cos()), rho.mul(p.sin()), r.mul(t.cos())])
  }),
)
function sphericalByHand(x, out) {
  for (let i = 0, j = 0; i < x.length; i += 3, j += 9) {
    const [r, t, p] = [x[i], x[i + 1], x[i + 2]]
    const [st, ct, sp, cp] = [Math.sin(t), Math.cos(t), Math.sin(p), Math.cos(p)]
    out[j] = st * cp
    out[j + 1] = r * ct * cp
    out[j + 2] = -r * st * sp
    out[j + 3] = st * sp
    out[j + 4] = r * ct * sp
    out[j + 5] = r * st * cp
    out[j + 6] = ct
    out[j + 7] = -r * st
    out[j + 8] = 0
  }
}

/** Rosenbrock's function: the gradient recorded, and by hand. */
const rosenbrock = prepare(
  grad(
    record([[VARIABLES]], x => {
      const [a, b] = [x.slice(0, VARIABLES - 1), x.slice(1)]
      const [bend, off] = [b.sub(a.square()), a.neg().add(1)]
      return bend.square().mul(100).add(off.square()).sum()
    }),
  ),
)
function rosenbrockByHand(x, out) {
  out.fill(0)
  for (let start = 0; start < x.length; start += VARIABLES) {
    for (let i = start; i < start + VARIABLES - 1; i++) {
      const bend = x[i + 1] - x[i] * x[i]
      out[i] -= 400 * bend * x[i] + 2 * (1 - x[i])
      out[i + 1] += 200 * bend
    }
  }
}

const points = uniform(500, 3 * POINTS, u => 0.5 + u)
const [matrices, handMatrices] = [new Float64Array(9 * POINTS), new Float64Array(9 * POINTS)]
const starts = uniform(501, VARIABLES * STARTS, u => 2 * u - 1)
const [gradients, handGradients] = [
  new Float64Array(starts.length),
  new Float64Array(starts.length),
]
const one = { x: [starts.subarray(0, VARIABLES)], out: gradients.subarray(0, VARIABLES) }

const runSpherical = () => spherical.at(points, { out: { jacobian: matrices }, value: false })
const runRosenbrock = () => rosenbrock.batch([starts], { out: { gradient: gradients } })
const runOne = () => rosenbrock.batch(one.x, { out: { gradient: one.out } })

export const bulk = {
  question: 'Is a bulk call faster than plain JavaScript by hand?',
  prove() {
    runSpherical()
    sphericalByHand(points, handMatrices)
    agree('the Jacobians', matrices, handMatrices)
    rosenbrockByHand(starts, handGradients)
    runRosenbrock()
    agree('the gradients', gradients, handGradients)
    runOne()
    agree('one gradient', one.out, handGradients.subarray(0, VARIABLES))
  },
  cases: [
    { name: '3 x 3 Jacobians, 100,000 points', run: runSpherical, count: POINTS },
    {
      name: '  by hand',
      run: () => sphericalByHand(points, handMatrices),
      count: POINTS,
    },
    { name: 'gradient of 100 variables, 1,000 points', run: runRosenbrock, count: STARTS },
    { name: '  by hand', run: () => rosenbrockByHand(starts, handGradients), count: STARTS },
    { name: 'gradient of 100 variables, one point', run: runOne, count: 1 },
    {
      name: '  by hand',
      run: () => rosenbrockByHand(one.x[0], handGradients.subarray(0, VARIABLES)),
      count: 1,
    },
  ].map(entry => ({ ...entry, unit: 'a point' })),
}
