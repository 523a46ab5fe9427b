/** What cannot be evaluated: points, and arrays for results. */
import { linearize, prepare } from 'chainrule'
import { expect, test } from 'vitest'
import {
  type Case,
  detached,
  f,
  one,
  operator,
  point,
  prepared,
  program,
  refused,
  selfish,
  wrong,
} from './common.js'

const points: Case[] = [
  ['no point', 'SHAPE_MISMATCH', 'inputs', () => program.call(...wrong([]))],
  ['a missing input', 'INVALID_ARGUMENT', 'inputs.b', () => program.call(wrong({ a: [1, 2] }))],
  ['an unknown input', 'UNKNOWN_NAME', 'inputs', () => program.call(wrong({ ...point, c: 1 }))],
  ['too short an input', 'SHAPE_MISMATCH', 'inputs.a', () => program.call({ ...point, a: [1] })],
  ['words', 'SHAPE_MISMATCH', 'inputs.a', () => program.call({ ...point, a: wrong(['1', '2']) })],
  [
    'single precision',
    'INVALID_ARGUMENT',
    'inputs.a',
    () => program.call({ ...point, a: wrong(new Float32Array(2)) }),
  ],
  ['holes', 'SHAPE_MISMATCH', 'inputs.a', () => program.call({ ...point, a: new Array(2) })],
  [
    'lists without end',
    'INVALID_ARGUMENT',
    'inputs.a',
    () => program.call({ ...point, a: wrong(selfish) }),
  ],
  ['too many arguments', 'SHAPE_MISMATCH', 'inputs', () => linearize(f).at(...wrong([1, 2, 3]))],
  [
    'different numbers of points',
    'SHAPE_MISMATCH',
    'inputs.b',
    () => program.batch({ a: [1, 2, 3, 4], b: [1, 2, 3] }),
  ],
  ['half a row', 'SHAPE_MISMATCH', 'inputs.a', () => program.batch({ a: [1, 2, 3], b: [1] })],
  ['half a joined row', 'SHAPE_MISMATCH', 'inputs', () => program.batch(new Float64Array(4))],
  [
    'a detached input',
    'INVALID_ARGUMENT',
    'inputs.a',
    () => program.batch({ ...one, a: detached(new Float64Array(2)) }),
  ],
  [
    'a detached index',
    'INVALID_ARGUMENT',
    'inputs.a.index',
    () => program.batch({ ...one, a: { data: [1, 2], index: detached(new Int32Array(1)) } }),
  ],
  [
    'an index below the table',
    'INVALID_ARGUMENT',
    /inputs\[0\].*index\[0\]/,
    () => program.batch({ ...one, a: { data: [1, 2], index: [-1] } }),
  ],
  [
    'an index above the table',
    'INVALID_ARGUMENT',
    /inputs\[0\].*index\[0\]/,
    () => program.batch({ ...one, a: { data: [1, 2], index: [1] } }),
  ],
  [
    'half an index',
    'INVALID_ARGUMENT',
    'inputs.a.index[0]',
    () => program.batch({ ...one, a: { data: [1, 2], index: [0.5] } }),
  ],
  [
    'an index of another type',
    'INVALID_ARGUMENT',
    'inputs.a.index',
    () => program.batch({ ...one, a: { data: [1, 2], index: wrong(new Float64Array(1)) } }),
  ],
  [
    'a table without an index',
    'INVALID_ARGUMENT',
    'inputs.a.index',
    () => program.batch({ ...one, a: wrong({ data: [1, 2] }) }),
  ],
  [
    'half a row in a table',
    'SHAPE_MISMATCH',
    /inputs\[0\]/,
    () => program.batch({ ...one, a: { data: [1, 2, 3], index: [0] } }),
  ],
  [
    'two forms at once',
    'UNKNOWN_NAME',
    'inputs.a',
    () => program.batch({ ...one, a: wrong({ shared: [1, 2], index: [0] }) }),
  ],
  [
    'many rows of what is shared',
    'SHAPE_MISMATCH',
    'inputs.b',
    () => prepare(f, { shared: ['b'] }).batch({ a: [1, 2, 3, 4], b: [1, 2] }),
  ],
  [
    'an unknown reduction',
    'UNKNOWN_NAME',
    'reduce',
    () => program.batch(one, { reduce: wrong('max') }),
  ],
  [
    'a reduction for Jacobians',
    'UNKNOWN_NAME',
    'reduce',
    () => program.batch(one, { reduce: wrong('normal') }),
  ],
  ['a misspelt option', 'UNKNOWN_NAME', /batch/, () => program.batch(one, wrong({ outt: {} }))],
]

const results: Case[] = [
  [
    'an array of another type',
    'INVALID_ARGUMENT',
    'out.y',
    () => program.batch(one, { out: { y: wrong([0]) } }),
  ],
  [
    'a wrong length',
    'SHAPE_MISMATCH',
    'out.y',
    () => program.batch(one, { out: { y: new Float64Array(2) } }),
  ],
  [
    'an unknown part',
    'UNKNOWN_NAME',
    'out',
    () => program.batch(one, { out: wrong({ q: new Float64Array(1) }) }),
  ],
  ['no parts', 'INVALID_ARGUMENT', 'out', () => program.batch(one, { out: wrong(null) })],
  [
    'a detached array',
    'INVALID_ARGUMENT',
    'out.z',
    () => program.batch(one, { out: { z: detached(new Float64Array(2)) } }),
  ],
  [
    'an input as a result',
    'OVERLAP',
    'out',
    () => {
      const z = new Float64Array(2)
      program.batch({ ...one, a: z }, { out: { z } })
    },
  ],
  [
    'an index as a result',
    'OVERLAP',
    'out',
    () => {
      const z = new Float64Array(2)
      program.batch(
        { ...one, a: { data: [1, 2], index: new Int32Array(z.buffer, 0, 1) } },
        { out: { z } },
      )
    },
  ],
  [
    'results that overlap',
    'OVERLAP',
    'out',
    () => {
      const all = new Float64Array(3)
      program.batch(one, { out: { y: all.subarray(1, 2), z: all.subarray(0, 2) } })
    },
  ],
  [
    'a Jacobian of another size',
    'SHAPE_MISMATCH',
    'out.jacobian',
    () => prepared.at(one, { out: { jacobian: new Float64Array(2) } }),
  ],
  [
    'a Jacobian that overlaps',
    'OVERLAP',
    'out',
    () => {
      const all = new Float64Array(10)
      prepared.at(one, { out: { value: { y: all.subarray(9) }, jacobian: all.subarray(1) } })
    },
  ],
  [
    '`value` that is no flag',
    'INVALID_ARGUMENT',
    'value',
    () => prepared.at(one, { value: wrong('no') }),
  ],
  ['no column', 'INVALID_ARGUMENT', 'j', () => operator().column(3)],
  ['a column below 0', 'INVALID_ARGUMENT', 'j', () => operator().column(-1)],
  ['half a row', 'INVALID_ARGUMENT', 'i', () => operator().row(0.5)],
  ['no tangent', 'SHAPE_MISMATCH', 'tangent', () => operator().jvp(undefined)],
  ['an unknown tangent', 'UNKNOWN_NAME', 'tangent', () => operator().jvp({ ...point, q: 1 })],
  ['a short adjoint', 'SHAPE_MISMATCH', 'adjoint.z', () => operator().vjp({ y: 1, z: [1] })],
]

refused([...points, ...results])

test('memory that other threads may write is copied', () => {
  const shared = (numbers: readonly number[]) => {
    const array = new Float64Array(new SharedArrayBuffer(8 * numbers.length))
    array.set(numbers)
    return array
  }
  const out = { y: shared([0]), z: shared([0, 0]) }
  const result = program.batch({ a: shared([1, 2]), b: shared([3]) }, { out })
  expect(result.z).toBe(out.z)
  expect([...out.y, ...out.z]).toEqual([9, 3, 6])
  expect(() => program.batch({ ...one, a: out.z }, { out: { z: out.z } })).toThrow(
    expect.objectContaining({ code: 'OVERLAP' }),
  )
})
