// P6: value and gradient of one long scalar tape.
import { grad, prepare, record } from 'chainrule'
import { splitmix, uniform } from '../generator.mjs'

export const scalarTape = {
  sizes: ['1000', '10000', '100000', '1000000'],
  reference: size => `P6_${size}`,
  make(size) {
    const steps = Number(size) / 5
    const choices = Array.from({ length: steps }, (_, k) => {
      const r = splitmix(600, k)
      return [Number(r % 16n), Number((r >> 8n) % 16n), Number((r >> 16n) % 16n)]
    })
    const tape = record([[16]], x => {
      const inputs = [...x]
      const v = [...x]
      let s
      for (const [i, j, l] of choices) {
        v[i] = v[i].mul(v[j]).add(inputs[l]).mul(0.5).sin()
        s = s === undefined ? v[i] : s.add(v[i])
      }
      return s
    })
    const program = prepare(grad(tape), { threads: 1 })
    const x = uniform(601, 16, u => 0.5 + u)
    const all = new Float64Array(17)
    const out = { value: all.subarray(0, 1), gradient: all.subarray(1) }
    return { run: () => program.batch([x], { out }), output: () => all }
  },
  unit: (size, median) => `${((median * 1e9) / Number(size)).toPrecision(3)} ns per recorded op`,
}
