/** Transforms, judged by difference quotients and by each other. */
import { expect, test } from 'vitest'
import {
  grad,
  hessianTape,
  hvp,
  jacobianTape,
  jvp,
  prepare,
  record,
  simplify,
  stack,
  vjp,
  vmap,
} from '../src/index.js'

const f = record([[3]], x =>
  x
    .at(0)
    .mul(x.at(1))
    .sin()
    .add(x.at(2).exp().mul(x.at(0))),
)
const point = [0.7, -1.2, 0.4]
const value = (x: readonly number[]) => prepare(f).call([...x])[0] ?? Number.NaN
const moved = (i: number, by: number) => point.map((x, k) => (k === i ? x + by : x))
const quotients = point.map((_, i) => (value(moved(i, 1e-6)) - value(moved(i, -1e-6))) / 2e-6)
const near = (came: Iterable<number>, wanted: readonly number[], digits = 7) => {
  const list = [...came]
  expect(list).toHaveLength(wanted.length)
  list.forEach((x, i) => {
    expect(x).toBeCloseTo(wanted[i] ?? Number.NaN, digits)
  })
}

test('a gradient is the difference quotients', () => {
  near(prepare(grad(f)).call(point).gradient, quotients)
})

test('tangents and adjoints agree with the gradient', () => {
  const { tangent } = prepare(jvp(f)).call({ x: point, x_dot: [1, 2, 3] })
  near(tangent, [quotients.reduce((sum, q, i) => sum + q * (i + 1), 0)])
  near(
    prepare(vjp(f)).call({ x: point, y_bar: 2 }).adjoint,
    quotients.map(q => 2 * q),
  )
})

test('both orders of a Jacobian agree', () => {
  const g = record([[3]], x => stack([x.at(0).mul(x.at(1)), x.at(2).sin()]))
  const forward = prepare(jacobianTape(g, 'forward')).call(point).jacobian
  near(prepare(jacobianTape(g, 'reverse')).call(point).jacobian, [...forward], 14)
  near(forward, [-1.2, 0.7, 0, 0, 0, Math.cos(0.4)], 14)
})

test('the Hessian times a direction is a row of products', () => {
  const { hessian } = prepare(hessianTape(f)).call(point)
  const product = prepare(hvp(f)).call({ x: point, v: [1, 0, 0] })
  near(hessian.subarray(0, 3), [...(Object.values(product).at(-1) ?? [])], 12)
})

test('transforms nest to any order', () => {
  const cube = record([[]], x => x.mul(x).mul(x))
  const first = record([[]], x => x.mul(x).mul(3))
  near(
    prepare(jvp(jvp(cube))).call({ x: { x: 2, x_dot: 1 }, x_dot: { x: 1, x_dot: 0 } }).tangent
      .tangent,
    [12],
    12,
  )
  near(prepare(grad(first)).call(2).gradient, [12], 12)
})

test('a map over entries is a loop', () => {
  const mapped = vmap(f, { entries: 2 })
  near(prepare(mapped).call([...point, 1, 2, 3]), [value(point), value([1, 2, 3])], 14)
  expect(simplify(mapped).length).toBeLessThanOrEqual(mapped.length)
})

test.each([
  ['grad', grad],
  ['hvp', hvp],
  ['hessianTape', hessianTape],
] as const)('%s of several numbers says what to do instead', (name, transform) => {
  const several = record([[2]], x => x)
  const message = new RegExp(
    `given to \`${name}\` must be one scalar.* weight or sum the outputs, or use \`vjp\` with a seed`,
  )
  expect(() => transform(several)).toThrow(message)
  expect(() => transform(several)).toThrow(expect.objectContaining({ code: 'NOT_SCALAR' }))
})
