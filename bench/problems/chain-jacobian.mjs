// P4: Jacobians of tanh layers, in the order that is planned when they are prepared.
import { jacobian, record } from 'chainrule'
import { uniform } from '../generator.mjs'

const widths = {
  neck512: [512, 512, 512, 8, 512, 512, 512],
  rev1024: [1024, 1024, 1024, 1024, 1],
  fwd1024: [1, 1024, 1024, 1024, 1024],
}
const batches = [1, 64, 256]

export const chainJacobian = {
  sizes: Object.keys(widths).flatMap(name => batches.map(batch => `${name}_B${batch}`)),
  reference: size => `P4_${size}`,
  make(size) {
    const [name, batch] = [size.split('_B')[0], Number(size.split('_B')[1])]
    const sizes = widths[name]
    const inputs = { x: [sizes[0]] }
    const points = {}
    sizes.slice(1).forEach((out, i) => {
      const scale = Math.sqrt(3 / sizes[i])
      inputs[`W${i}`] = { shape: [out, sizes[i]], fixed: true }
      inputs[`b${i}`] = { shape: [out], fixed: true }
      points[`W${i}`] = { shared: uniform(4100 + i, out * sizes[i], u => (2 * u - 1) * scale) }
      points[`b${i}`] = { shared: uniform(4200 + i, out, u => (2 * u - 1) * 0.1) }
    })
    const items = uniform(4300, 64 * sizes[0], u => 2 * u - 1)
    points.x = new Float64Array(batch * sizes[0])
    for (let item = 0; item < batch; item++) {
      const from = (item % 64) * sizes[0]
      points.x.set(items.subarray(from, from + sizes[0]), item * sizes[0])
    }
    const network = record(inputs, ({ x, ...weights }) => {
      const layer = (y, i) => weights[`W${i}`].dot(y).add(weights[`b${i}`]).tanh()
      return sizes.slice(1).reduce((y, _, i) => layer(y, i), x)
    })
    const shared = Object.keys(inputs).filter(name => name !== 'x')
    const prepared = jacobian(network, { shared, batch })
    const out = { jacobian: new Float64Array(batch * sizes.at(-1) * sizes[0]) }
    return {
      run: () => prepared.at(points, { out, value: false }),
      output: () => out.jacobian,
    }
  },
}
