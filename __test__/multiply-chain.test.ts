/** Products of matrices through the addon, against triple loops. */
import { expect, test } from 'vitest'
import {
  type Bracketing,
  bracketings,
  type MatrixFactor,
  matrixChain,
  multiplyChain,
} from '../src/index.js'

const numbers = (count: number, seed: number) => {
  return Float64Array.from({ length: count }, (_, i) => Math.sin(i * 1.37 + seed * 11))
}

function factors(dims: readonly number[], batch: number, batched: readonly boolean[]) {
  return batched.map((own, i) => {
    const [rows = 0, columns = 0] = [dims[i], dims[i + 1]]
    const shape = own ? [batch, rows, columns] : [rows, columns]
    return { data: numbers((own ? batch : 1) * rows * columns, i), shape }
  })
}

/** The matrix of one point. */
function matrix({ data, shape }: MatrixFactor, point: number): number[][] {
  const [rows = 0, columns = 0] = shape.slice(-2)
  const first = shape.length === 3 ? point * rows * columns : 0
  const entries = data instanceof Float64Array ? [...data] : []
  return Array.from({ length: rows }, (_, r) => {
    return entries.slice(first + r * columns, first + (r + 1) * columns)
  })
}

/** From the left, by triple loops. */
function naive(all: readonly MatrixFactor[], batch: number): number[] {
  return Array.from({ length: batch }, (_, point) => {
    const [first = [], ...rest] = all.map(factor => matrix(factor, point))
    return rest.reduce((left, right) => {
      return left.map(row => {
        return (right[0] ?? []).map((_, c) => {
          return row.reduce((sum, x, k) => sum + x * (right[k]?.[c] ?? Number.NaN), 0)
        })
      })
    }, first)
  }).flat(2)
}

function difference(a: Float64Array, b: readonly number[]): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? Number.NaN))), 0)
}

const cases = [
  { dims: [3, 4], batch: 5, batched: [true] },
  { dims: [5, 9, 2, 11], batch: 1, batched: [false, false, false] },
  { dims: [5, 9, 2, 11], batch: 6, batched: [false, false, true] },
  { dims: [5, 9, 2, 11, 3], batch: 13, batched: [false, true, false, false] },
  { dims: [40, 65, 8, 50, 30], batch: 9, batched: [true, true, false, true] },
]

test.each(cases)('$dims with $batch points is right in every order', ({ dims, batch, batched }) => {
  const all = factors(dims, batch, batched)
  const wanted = naive(all, batch)
  const { data, shape } = multiplyChain(all)
  const ends = [dims[0], dims.at(-1)]
  expect(shape).toEqual(batched.includes(true) ? [batch, ...ends] : ends)
  expect(difference(data, wanted)).toBeLessThan(1e-10)
  const stages = dims.slice(1).map((outputs, i) => ({ inputs: dims[i] ?? 0, outputs }))
  for (const { tree } of bracketings({ stages })) {
    if (typeof tree === 'number') continue
    expect(difference(multiplyChain(all, { plan: tree }).data, wanted)).toBeLessThan(1e-10)
  }
  const shared = batched.map(own => !own)
  const plan = matrixChain(dims, { batch, shared })
  expect(multiplyChain(all, { plan }).data).toEqual(data)
  for (const threads of [1, 2, 3]) {
    expect(multiplyChain(all, { plan, threads }).data).toEqual(data)
  }
})

test('bits do not depend on the split of the batch', () => {
  const dims = [40, 65, 8, 50, 30]
  const all = factors(dims, 9, [true, true, false, true])
  const plan: Bracketing = [
    [0, 1],
    [2, 3],
  ]
  const whole = multiplyChain(all, { plan }).data
  for (let point = 0; point < 9; point++) {
    const one = all.map(({ data, shape }) => {
      const size = shape.slice(-2).reduce((product, n) => product * n, 1)
      if (shape.length === 2) return { data, shape }
      const own = data.subarray(point * size, (point + 1) * size)
      return { data: own, shape: [1, ...shape.slice(1)] }
    })
    const { data } = multiplyChain(one, { plan })
    expect(data).toEqual(whole.subarray(point * data.length, (point + 1) * data.length))
  }
})

test('results go into out, and nested lists are matrices too', () => {
  const a = { data: [[1, 2], [3, 4]], shape: [2, 2] } // biome-ignore format: a matrix
  const b = { data: [10, 1], shape: [2, 1] }
  const out = new Float64Array(2)
  const product = multiplyChain([a, b], { out })
  expect(product.data).toBe(out)
  expect([...out]).toEqual([12, 34])
  expect(multiplyChain([{ data: 3, shape: [1, 1] }]).data).toEqual(Float64Array.of(3))
  expect(multiplyChain([{ data: [], shape: [0, 2] }, a]).shape).toEqual([0, 2])
  const none = multiplyChain([
    { data: [], shape: [2, 0] },
    { data: [], shape: [0, 3] },
  ])
  expect([...none.data]).toEqual([0, 0, 0, 0, 0, 0])
})

test('one may be NaN or infinite, and the next call works', () => {
  const shape = [1, 1]
  const call = (x: number) => multiplyChain([x, 0].map(data => ({ data, shape }))).data[0]
  expect([call(Number.NaN), call(Number.POSITIVE_INFINITY), call(2)]).toEqual([NaN, NaN, 0])
})

const a = { data: [1, 2], shape: [1, 2] }
const b = { data: [1, 2], shape: [2, 1] }
const buffer = new Float64Array(4)
test.each<[string, string, unknown, object?]>([
  ['EMPTY_CHAIN', 'stages', []],
  ['INVALID_ARGUMENT', 'factors', 7],
  ['INVALID_ARGUMENT', 'factors[0]', [7]],
  ['INVALID_ARGUMENT', 'factors[0].shape', [{ data: [1] }]],
  ['INVALID_ARGUMENT', 'factors[0].shape[1]', [{ data: [1], shape: [1, 1.5] }]],
  ['INVALID_ARGUMENT', 'factors[0].data', [{ data: 'x', shape: [1, 1] }]],
  ['SHAPE_MISMATCH', 'factors[0].shape', [{ data: [1], shape: [1] }]],
  ['SHAPE_MISMATCH', 'factors[0].data', [{ data: [1, 2, 3], shape: [2, 2] }]],
  ['SHAPE_MISMATCH', 'factors[0].data', [{ data: [[1, 2]], shape: [2, 1] }]],
  ['SHAPE_MISMATCH', 'factors[1]', [a, a]],
  [
    'SHAPE_MISMATCH',
    'factors[1]',
    [
      { data: [1, 2], shape: [2, 1, 1] },
      { data: [1, 2, 3], shape: [3, 1, 1] },
    ],
  ],
  ['PLAN_MISMATCH', 'plan', [a, b], { plan: matrixChain([1, 2, 2]) }],
  ['PLAN_MISMATCH', 'plan', [a, b], { plan: matrixChain([1, 2, 1], { batch: 2 }) }],
  ['NOT_A_BRACKETING', 'order', [a, b], { plan: [1, 0] }],
  ['NOT_A_BRACKETING', 'order', [a, b], { plan: [[0, 1], 2] }],
  ['PARSE_ERROR', '', [a, b], { plan: [0, 1, 2] }],
  ['PARSE_ERROR', '', [a, b], { plan: [0, -1] }],
  ['INVALID_ARGUMENT', 'plan', [a, b], { plan: 'best' }],
  ['INVALID_ARGUMENT', 'threads', [a, b], { threads: 0 }],
  ['INVALID_ARGUMENT', 'out', [a, b], { out: [0] }],
  ['SHAPE_MISMATCH', 'out', [a, b], { out: new Float64Array(2) }],
  [
    'OVERLAP',
    'out',
    [
      { data: buffer, shape: [2, 2] },
      { data: buffer.subarray(0, 2), shape: [2, 1] },
    ],
    { out: buffer.subarray(2) },
  ],
  ['UNKNOWN_NAME', 'the options of `multiplyChain`', [a, b], { order: [0, 1] }],
  [
    'TOO_LARGE',
    'factors',
    [
      { data: [], shape: [2 ** 31, 0] },
      { data: [], shape: [0, 2 ** 31] },
    ],
  ],
])('refuses with %s about %s', (code, argument, factors, options = {}) => {
  const wanted = argument === '' ? { code } : { code, argument }
  const call = () => multiplyChain(Object(factors), options)
  expect(call).toThrow(expect.objectContaining(wanted))
})
