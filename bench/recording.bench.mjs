// What does an op cost to record, from the first variable to the finished tape?
import { add, mul, prepare, record, sin, sub } from 'chainrule'
import { agree } from './harness.mjs'

const OPS = 300_000

/** `OPS` ops in steps of four. */
const steps = (x, y, step) => {
  let s = x
  for (let k = 0; k < OPS / 4; k++) s = step(s, x, y)
  return s
}
const byMethods = () =>
  record([[], []], (x, y) => steps(x, y, (s, x, y) => s.mul(y).add(x).sin().sub(y)))
const byFunctions = () =>
  record([[], []], (x, y) => steps(x, y, (s, x, y) => sub(sin(add(mul(s, y), x)), y)))
const withNumbers = () =>
  record([[], []], (x, y) => steps(x, y, (s, x) => s.mul(0.7).add(x).sin().sub(0.7)))
const onVectors = () =>
  record([[8], [8]], (x, y) => steps(x, y, (s, x, y) => s.mul(y).add(x).sin().sub(y)))

export const recording = {
  question: `What does an op cost to record? ${OPS.toLocaleString('en')} ops a run`,
  prove() {
    const wanted = steps(0.3, 0.7, (s, x, y) => Math.sin(s * y + x) - y)
    for (const tape of [byMethods(), byFunctions()]) {
      agree('the number of nodes', [tape.length], [OPS + 2])
      agree('a recorded function', prepare(tape).call(0.3, 0.7), [wanted])
    }
    agree('one with numbers', prepare(withNumbers()).call(0.3, 0.7), [wanted])
    const [x, y] = [new Float64Array(8).fill(0.3), new Float64Array(8).fill(0.7)]
    agree('one of vectors', prepare(onVectors()).call(x, y), new Array(8).fill(wanted))
  },
  cases: [
    { name: 'methods: s.mul(y).add(x).sin().sub(y)', run: byMethods },
    { name: 'functions: sub(sin(add(mul(s, y), x)), y)', run: byFunctions },
    { name: 'numbers: s.mul(0.7).add(x).sin().sub(0.7)', run: withNumbers },
    { name: 'methods, on vectors of 8', run: onVectors },
  ].map(entry => ({ ...entry, count: OPS, unit: 'an op' })),
}
