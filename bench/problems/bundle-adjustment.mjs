// P1: the Jacobian blocks of ADBench's bundle adjustment, 2 x 15 and 1 x 1 for each observation.
import { readFileSync } from 'node:fs'
import { jacobian, record, stack } from 'chainrule'
import { uniform } from '../generator.mjs'

const files = { ba1: 'ba1_n49_m7776_p31843', ba7: 'ba7_n93_m61203_p287451' }

export const bundleAdjustment = {
  sizes: Object.keys(files),
  reference: size => `P1_${size}`,
  make(size, data) {
    const numbers = readFileSync(`${data}/adbench/ba/${files[size]}.txt`, 'utf8')
      .trim()
      .split(/\s+/)
      .map(Number)
    const [n, m, p] = numbers
    const perturbed = (row, count, seed) =>
      uniform(seed, row.length * count, u => 1 + 0.02 * (u - 0.5)).map(
        (factor, i) => row[i % row.length] * factor,
      )
    const cams = perturbed(numbers.slice(3, 14), n, 101)
    const points = perturbed(numbers.slice(14, 17), m, 102)
    const w = perturbed(numbers.slice(17, 18), p, 103)
    const feats = perturbed(numbers.slice(18, 20), p, 104)
    const cam = { data: cams, index: Int32Array.from({ length: p }, (_, i) => i % n) }
    const X = { data: points, index: Int32Array.from({ length: p }, (_, i) => i % m) }

    const residual = jacobian(projection(), { wrt: ['cam', 'X', 'w'] })
    const weight = jacobian(record({ w: [] }, ({ w }) => w.neg().mul(w).add(1)))
    const values = new Float64Array(31 * p)
    const rows = { jacobian: values.subarray(0, 30 * p) }
    const weights = { jacobian: values.subarray(30 * p) }
    const run = () => {
      residual.at({ cam, X, w, feat: feats }, { out: rows, value: false })
      weight.at({ w }, { out: weights, value: false })
    }
    return { run, output: () => values }
  },
}

/** Two residuals of one observation: the weighted difference of a projected point and the feature seen. */
function projection() {
  const inputs = { cam: [11], X: [3], w: [], feat: { shape: [2], fixed: true } }
  return record(inputs, ({ cam, X, w, feat }) => {
    const [r0, r1, r2, c0, c1, c2, f, u0, v0, k1, k2] = cam
    const [x0, x1, x2] = X
    const v = [x0.sub(c0), x1.sub(c1), x2.sub(c2)]
    const theta = r0.mul(r0).add(r1.mul(r1)).add(r2.mul(r2)).sqrt()
    const axis = [r0.div(theta), r1.div(theta), r2.div(theta)]
    const [sin, cos] = [theta.sin(), theta.cos()]
    const along = dot3(axis, v).mul(cos.neg().add(1))
    const turned = cross(axis, v)
    const [q0, q1, q2] = v.map((vi, i) =>
      vi.mul(cos).add(turned[i].mul(sin)).add(axis[i].mul(along)),
    )
    const [p0, p1] = [q0.div(q2), q1.div(q2)]
    const rs = p0.mul(p0).add(p1.mul(p1))
    const scale = rs.mul(k1).add(rs.mul(rs).mul(k2)).add(1).mul(f)
    const [f0, f1] = feat
    return stack([scale.mul(p0).add(u0).sub(f0).mul(w), scale.mul(p1).add(v0).sub(f1).mul(w)])
  })
}

const dot3 = (a, b) => a[0].mul(b[0]).add(a[1].mul(b[1])).add(a[2].mul(b[2]))
const cross = (a, b) => [
  a[1].mul(b[2]).sub(a[2].mul(b[1])),
  a[2].mul(b[0]).sub(a[0].mul(b[2])),
  a[0].mul(b[1]).sub(a[1].mul(b[0])),
]
