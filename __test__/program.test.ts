/** Programs on many points: forms of rows, results, errors, and calls off the event loop. */
import { expect, test } from 'vitest'
import { grad, prepare, record } from '../src/index.js'

const f = record({ a: [2], b: [] }, ({ a, b }) => ({ y: a.sum().mul(b), z: a.mul(b) }))
const program = prepare(f)
const code = (code: string) => expect.objectContaining({ code })

test('one point is given as the function takes it', () => {
  const { y, z } = program.call({ a: [1, 2], b: 10 })
  expect([[...y], [...z]]).toEqual([[30], [10, 20]])
})

test('all forms of rows are the same points', () => {
  const a = Float64Array.of(1, 2, 1, 2, 3, 4)
  const b = Float64Array.of(1, 2, 3)
  const plain = program.batch({ a, b })
  expect(program.batch({ a: { data: [1, 2, 3, 4], index: [0, 0, 1] }, b })).toEqual(plain)
  expect(program.batch(Float64Array.of(1, 2, 1, 1, 2, 2, 3, 4, 3))).toEqual(plain)
  expect([...program.batch({ a: { shared: [1, 2] }, b }).y]).toEqual([3, 6, 9])
  expect([...plain.y]).toEqual([3, 6, 21])
})

test('results go where they are wanted, and no further', () => {
  const y = new Float64Array(2)
  const result = program.batch({ a: [1, 2, 3, 4], b: [1, 1] }, { out: { y } })
  expect(result.y).toBe(y)
  expect(result.z).toBeUndefined()
  expect([...y]).toEqual([3, 7])
})

test('a gradient summed over points follows the rows of its table', () => {
  const square = record({ w: [], x: { shape: [], fixed: true } }, ({ w, x }) => w.mul(x).square())
  const inputs = { w: { data: [1, 2], index: [0, 1, 1] }, x: [1, 2, 3] }
  const { value, gradient } = prepare(grad(square)).batch(inputs, { reduce: 'sum' })
  expect([...value]).toEqual([1 + 16 + 36])
  expect(Object.values(gradient).flatMap(rows => [...rows])).toEqual([2, 16 + 36])
})

test('no points give no results', () => {
  expect(program.batch({ a: new Float64Array(0), b: [] }).z).toHaveLength(0)
})

test('what does not fit is refused by name, and the next call works', () => {
  expect(() => program.batch({ a: [1, 2, 3], b: [1] })).toThrow(code('SHAPE_MISMATCH'))
  expect(() => program.batch({ a: { data: [1, 2], index: [1] }, b: [1] })).toThrow(
    code('INVALID_ARGUMENT'),
  )
  expect(() => program.batch({ a: { data: [1, 2], index: [-1] }, b: [1] })).toThrow(
    code('INVALID_ARGUMENT'),
  )
  const out = new Float64Array(4)
  expect(() => program.batch({ a: out, b: [1, 1] }, { out: { z: out } })).toThrow(code('OVERLAP'))
  const gone = new Float64Array(4)
  structuredClone(gone, { transfer: [gone.buffer] })
  expect(() => program.batch({ a: gone, b: [1, 1] })).toThrow(code('INVALID_ARGUMENT'))
  expect(() => prepare(f, { shared: ['c'] })).toThrow(code('UNKNOWN_NAME'))
  expect(() => prepare(f, { threads: 0 })).toThrow(code('INVALID_ARGUMENT'))
  expect([...program.call({ a: [1, 1], b: 1 }).y]).toEqual([2])
})

test('calls off the event loop leave it free, copy their inputs and report', async () => {
  const points = 1_000_000
  const b = new Float64Array(points).fill(1)
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  const pending = program.batchAsync({ a: { shared: [1, 2] }, b })
  b.fill(0)
  const { y } = await pending
  clearInterval(timer)
  expect(y[points - 1]).toBe(3)
  expect(ticks).toBeGreaterThan(0)
})

test('a signal ends a call with its reason, also one that is already aborted', async () => {
  const reason = new Error('enough')
  const inputs = { a: { shared: [1, 2] }, b: [1, 2, 3] }
  await expect(program.batchAsync(inputs, { signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  )
  const controller = new AbortController()
  const pending = program.batchAsync(
    { ...inputs, b: new Float64Array(4_000_000) },
    { signal: controller.signal },
  )
  controller.abort(reason)
  await expect(pending).rejects.toBe(reason)
})
