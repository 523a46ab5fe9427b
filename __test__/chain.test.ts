/** Chains, cut or composed, and the orders their Jacobians are multiplied in. */
import { expect, test } from 'vitest'
import { chain, constant, jacobian, record, stages } from '../src/index.js'

const sine = (n: number, k: number) => Float64Array.from({ length: n }, (_, i) => Math.sin(i + k))

function layer(inputs: number, outputs: number, seed: number) {
  const weights = sine(inputs * outputs, seed)
  return record([[inputs]], x => constant(weights, [outputs, inputs]).dot(x).tanh())
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? Number.NaN))), 0)
}

const layers = [layer(70, 3, 1), layer(3, 80, 2), layer(80, 66, 3)]
const composed = chain(layers)
const points = sine(2 * 70, 5)
const forward = jacobian(composed, { order: 'forward' }).at(points)

test('a chain has the stages it was composed of', () => {
  expect(composed.length).toBe(3)
  expect(composed.stages.map(({ outputs }) => outputs[0]?.shape)).toEqual([[3], [80], [66]])
  expect(composed.tape.inputs.map(({ path }) => path)).toEqual(['0'])
})

test('a chain has the same Jacobian in any order', () => {
  for (const order of ['auto', 'reverse', [0, [1, 2]], [[0, 1], 2]] as const) {
    const { value, jacobian: matrices } = jacobian(composed, { order }).at(points)
    expect(value).toEqual(forward.value)
    expect(largestDifference(matrices, forward.jacobian)).toBeLessThan(1e-12)
  }
})

test('a chain is cut from a tape where that is narrow', () => {
  const cut = stages(composed.tape)
  expect(cut.length).toBeGreaterThan(3)
  const planned = jacobian(cut.tape)
  expect(planned.order).toBe('planned')
  expect(planned.cost).toBeLessThan(jacobian(cut.tape, { order: 'reverse' }).cost / 8)
  const { jacobian: matrices } = planned.at(points)
  expect(largestDifference(matrices, forward.jacobian)).toBeLessThan(1e-12)
})

test('a chain takes the fixed inputs of all its stages, so that weights can change', () => {
  const scaled = record({ x: [2], a: { shape: [2], fixed: true } }, ({ x, a }) => x.mul(a).sin())
  const twice = chain([scaled, scaled])
  expect(twice.tape.inputs.map(({ path }) => path)).toEqual(['x', 'a', '1.a'])
  const prepared = jacobian(twice, { shared: ['a', '1.a'] })
  const at = (a: number) => {
    const weights = { a: { shared: [a, a] }, 1: { a: { shared: [1, 1] } } }
    return prepared.at({ x: [0.5, 0.5], ...weights }).jacobian[0]
  }
  const by = (a: number) => Math.cos(Math.sin(a * 0.5)) * Math.cos(a * 0.5) * a
  expect(at(2)).toBeCloseTo(by(2), 14)
  expect(at(3)).toBeCloseTo(by(3), 14)
})

test('a chain refuses what does not fit, with words', () => {
  expect(() => chain([])).toThrow(expect.objectContaining({ code: 'EMPTY_CHAIN' }))
  expect(() => chain([layer(70, 3, 1), layer(70, 3, 1)])).toThrow(
    expect.objectContaining({
      code: 'SHAPE_MISMATCH',
      argument: 'the differentiated inputs of stage 1',
    }),
  )
  expect(() => chain(['x'] as never)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  expect(() => jacobian(composed, { wrt: ['0'] })).toThrow(
    expect.objectContaining({ argument: 'wrt' }),
  )
  expect(() => jacobian(composed, { batch: 0 })).toThrow(
    expect.objectContaining({ argument: 'batch' }),
  )
  expect(() => jacobian(composed, { order: [[0, 2], 1] })).toThrow(
    expect.objectContaining({
      code: 'NOT_A_BRACKETING',
    }),
  )
  expect(() => jacobian(composed, { order: 7 as never })).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      argument: 'order',
    }),
  )
})
