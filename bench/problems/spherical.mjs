// P5: a million 3 x 3 Jacobians of spherical coordinates.
import { jacobian, record, stack } from 'chainrule'
import { uniform } from '../generator.mjs'

const N = 1_000_000

export const spherical = {
  sizes: ['sph_N1e6'],
  reference: () => 'P5_sph',
  make() {
    const tape = record([[3]], x => {
      const [r, t, p] = x
      const rho = r.mul(t.sin())
      return stack([rho.mul(p.cos()), rho.mul(p.sin()), r.mul(t.cos())])
    })
    const prepared = jacobian(tape)
    const x = uniform(500, 3 * N, u => 0.5 + u)
    const out = { jacobian: new Float64Array(9 * N) }
    return { run: () => prepared.at(x, { out, value: false }), output: () => out.jacobian }
  },
}
