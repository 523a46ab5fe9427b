// What does a call into the core cost?
import { prepare, record } from 'chainrule'
import { agree } from './harness.mjs'

const tape = record([[], []], (x, y) => x.mul(y).add(x.sin()))
const program = prepare(tape)
const [x, y, out] = [Float64Array.of(2), Float64Array.of(3), new Float64Array(1)]
const byHand = (x, y) => x * y + Math.sin(x)
let sink = 0

export const crossing = {
  question: 'What does a call into the core cost? f(x, y) = x y + sin x',
  prove() {
    agree('length', [tape.length], [5])
    agree('call', program.call(2, 3), [byHand(2, 3)])
    agree('batch', program.batch([x, y], { out }), [byHand(2, 3)])
  },
  cases: [
    {
      name: 'tape.length, the least there is',
      run: () => {
        sink += tape.length
      },
    },
    { name: 'program.call(2, 3)', run: () => program.call(2, 3) },
    { name: 'program.batch of one point, into out', run: () => program.batch([x, y], { out }) },
    {
      name: 'plain JavaScript',
      run: () => {
        sink = byHand(x[0], y[0]) + 1e-9 * sink // constants would be folded
      },
    },
  ].map(entry => ({ ...entry, count: 1, unit: 'a call' })),
}
