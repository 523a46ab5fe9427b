/** Plans through the addon: judged by brute force, brought back from text, and refused with words. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Bracketing,
  bracketings,
  ChainruleError,
  chain,
  coloring,
  compare,
  constant,
  type ErrorCode,
  jacobian,
  matrixChain,
  Plan,
  type Problem,
  paretoFront,
  plan,
  record,
} from '../src/index.js'

const neck = [512, 512, 512, 8, 512, 512, 512]

function given(widths: readonly number[], batch = 1): Problem {
  const stages = widths.slice(1).map((outputs, i) => {
    return { inputs: widths[i] ?? 0, outputs, jacobian: 'given' } as const
  })
  return { stages, batch }
}

function layer(inputs: number, outputs: number) {
  const weights = Float64Array.from({ length: inputs * outputs }, (_, i) => Math.sin(i + outputs))
  return record([[inputs]], x => constant(weights, [outputs, inputs]).dot(x).tanh())
}

/** Calls what must fail, and looks at how. */
function refused(call: () => unknown, code: ErrorCode, words: string, argument?: string): void {
  try {
    call()
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(words)])
    if (argument !== undefined) expect(error.argument).toBe(argument)
    return
  }
  expect.unreachable(`${code} was wanted`)
}

/** The least multiply-adds of a product of matrices, by trying every bracketing. */
function least(dims: readonly number[]): number {
  const size = (i: number) => dims[i] ?? Number.NaN
  const best = (from: number, to: number): number => {
    if (from + 1 === to) return 0
    const joints = Array.from({ length: to - from - 1 }, (_, i) => from + 1 + i)
    return Math.min(
      ...joints.map(at => best(from, at) + best(at, to) + size(from) * size(at) * size(to)),
    )
  }
  return best(0, dims.length - 1)
}

/** What multiplying in this order costs. */
function priced(tree: Bracketing | number, dims: readonly number[]): number {
  const walk = (tree: Bracketing | number): [from: number, to: number, cost: number] => {
    if (typeof tree === 'number') return [tree, tree + 1, 0]
    const [[from, at, before], [next, to, after]] = [walk(tree[0]), walk(tree[1])]
    expect(next).toBe(at)
    return [from, to, before + after + (dims[from] ?? 0) * (dims[at] ?? 0) * (dims[to] ?? 0)]
  }
  return walk(tree)[2]
}

test('the neck of the README has its published plan', () => {
  const best = plan(given(neck, 64))
  expect(best.cost).toBe(671_088_640)
  expect(best.tree).toEqual([
    [0, [1, 2]],
    [[3, 4], 5],
  ])
  expect(best.certificate).toEqual({ kind: 'optimal', by: 'interval-program' })
  expect(best.explain()).toMatch(/forward mode: \d+ multiply-adds, 51\.60 times this plan/)
  expect(best.steps).toHaveLength(5)
  expect(best.peakMemory % 8).toBe(0)
  expect(best.toDot()).toMatch(/^digraph plan \{/)
  expect(best.toMermaid()).toMatch(/^flowchart BT/)
})

test('given matrices are multiplied at the least cost there is, whoever finds it', () => {
  const dims = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 9 })
  const check = (dims: number[]) => {
    const cost = least(dims)
    for (const method of ['auto', 'huShing', 'intervalProgram'] as const) {
      const best = matrixChain(dims, { method })
      expect(best.cost).toBe(cost)
      expect(priced(best.tree, dims)).toBe(cost)
    }
    expect(plan(given(dims)).cost).toBe(cost)
    const heuristic = matrixChain(dims, { method: 'chin' })
    expect(heuristic.cost).toBeGreaterThanOrEqual(cost)
    expect(heuristic.cost).toBeLessThanOrEqual(cost * (2 / Math.sqrt(3)))
  }
  fc.assert(fc.property(dims, check), { seed: 1, numRuns: 200 })
})

test('the textbook chain of Cormen and others', () => {
  const best = matrixChain([30, 35, 15, 5, 10, 20, 25])
  expect(best.cost).toBe(15_125)
  expect(best.tree).toEqual([
    [0, [1, 2]],
    [[3, 4], 5],
  ])
})

test('a chain of 10,000 matrices is planned, and its tree is as deep as it is', () => {
  const dims = Array.from({ length: 10_001 }, (_, i) => i + 1)
  const best = matrixChain(dims)
  expect(best.steps).toHaveLength(9999)
  let depth = 0
  for (let tree = best.tree; typeof tree !== 'number'; tree = tree[0]) depth++
  expect(depth).toBe(9999)
})

test('all bracketings of a short chain are there once, and the best of them is the plan', () => {
  const widths = [5, 3, 8, 2, 9, 4]
  const all = bracketings(given(widths))
  expect(all).toHaveLength(14)
  expect(new Set(all.map(({ tree }) => JSON.stringify(tree))).size).toBe(14)
  for (const { tree, cost } of all) expect(cost).toBe(priced(tree, widths))
  expect(Math.min(...all.map(({ cost }) => cost))).toBe(plan(given(widths)).cost)
})

test('sharing, batches, seeds and structure count', () => {
  const shared = { inputs: 90, outputs: 90, jacobian: 'given', shared: true } as const
  const first = { inputs: 8, outputs: 90, jacobian: 'given' } as const
  expect(plan({ stages: [first, shared, shared], batch: 100 }).cost).toBe(
    90 ** 3 + 100 * 8 * 90 * 90,
  )
  expect(matrixChain([8, 90, 90, 90], { batch: 100, shared: [false, true, true] }).cost).toBe(
    90 ** 3 + 100 * 8 * 90 * 90,
  )
  const stages = [first, { ...first, inputs: 90, structure: { kind: 'diagonal' } } as const]
  expect(plan({ stages }).cost).toBe(8 * 90)
  const seeded = plan({ stages: [first], batch: 3, seed: { rows: { count: 1, shared: true } } })
  expect(seeded.cost).toBe(3 * 8 * 90)
  const sum = plan({ stages: [first], batch: 3, reduce: 'sum' })
  expect(sum.steps.at(-1)).toEqual({ kind: 'reduce', from: 0, to: 1 })
})

test('text and JSON come back, and what was changed does not', () => {
  const made = [
    plan(given(neck, 64)),
    matrixChain([5, 4, 3, 2], { batch: 7, shared: [true, false, true] }),
    plan(given([4, 9, 4, 9, 4, 9]), { objective: 'criticalPath', threads: 2 }),
    plan(chain([layer(70, 3), layer(3, 80)]), { objective: 'time' }),
  ]
  for (const one of made) {
    for (const text of [one.toString(), JSON.stringify(one)]) {
      const read = Plan.parse(text)
      expect(read.toJSON()).toEqual(one.toJSON())
      expect(read.tree).toEqual(one.tree)
      expect(read.explain()).toBe(one.explain())
      const step = Math.ceil(text.length / 50)
      for (let end = 0; end < text.trimEnd().length; end += step) {
        expect(() => Plan.parse(text.slice(0, end)), `cut at ${end}`).toThrow(ChainruleError)
      }
    }
    refused(() => Plan.parse(`${one}`.replace(/cost \d+/, 'cost 1')), 'INVALID_PLAN', 'cost')
  }
  const [first] = made
  const text = `${first}`
  refused(() => Plan.parse(text.replace('"batch":64', '"batch":65')), 'PLAN_MISMATCH', 'belongs')
  refused(() => Plan.parse(text.replace('multiply', 'divide')), 'PARSE_ERROR', 'line 3')
  refused(() => Plan.parse('{"plan": 7}'), 'PARSE_ERROR', 'line 1')
  refused(() => Plan.parse(Object(7)), 'INVALID_ARGUMENT', 'Number', 'text')
  expect(plan(Object(first?.toJSON()).problem).toJSON()).toEqual(first?.toJSON())
})

test('limits on memory are kept, and the smallest one is said', () => {
  const problem = given([9, 30, 2, 40, 3, 20], 10)
  const { plans, exact } = paretoFront(problem, ['flops', 'memory'])
  expect(exact).toBe(true)
  expect(plans.length).toBeGreaterThan(1)
  for (const { cost, peakMemory } of plans) {
    expect(plan(problem, { memory: peakMemory }).cost).toBe(cost)
  }
  const smallest = plans.at(-1)?.peakMemory ?? Number.NaN
  const least = plan(problem, { objective: 'memory' })
  expect([least.value, least.peakMemory]).toEqual([smallest, smallest])
  const words = `at least ${smallest} bytes`
  refused(() => plan(problem, { memory: smallest - 1 }), 'INFEASIBLE_MEMORY', words, 'memory')
  refused(() => plan(problem, { memory: 0 }), 'INFEASIBLE_MEMORY', words, 'memory')
  const swept = { inputs: 9, outputs: 9, jacobian: 'swept', tapeSize: 50 } as const
  const held = { inputs: 9, outputs: 1 }
  const tight = () => matrixChain([4, 5, 6, 7], { largest: 23 })
  refused(tight, 'INFEASIBLE_SIZE', 'at least 24', 'largest')
  expect(plan({ stages: [swept, held] }, { tapeLimit: 10 }).cost).toBeGreaterThan(0)
})

test('objectives are units of their own', () => {
  const problem = given(neck, 64)
  const timed = plan(problem, { objective: 'time', threads: 1 })
  expect(timed.value).toBeGreaterThan(1e-3)
  expect(timed.value).toBeLessThan(10)
  const scheduled = plan(problem, { objective: 'criticalPath', threads: 2 })
  expect(scheduled.schedule?.machines).toBe(2)
  expect(scheduled.schedule?.makespan).toBe(402_653_184)
  expect(plan(problem, { objective: 'criticalPath' }).value).toBe(402_653_184)
  expect(plan(problem, { objective: 'split', threads: 64 }).value).toBeLessThan(402_653_184)
  for (const objective of ['writes', 'largest'] as const) plan(problem, { objective })
  for (const kind of ['combo', 'limit'] as const) {
    expect(plan(problem, { objective: { kind, factor: 3 } }).certificate.kind).toBe('optimal')
  }
})

test('plans of functions are orders of their Jacobians, and of no others', () => {
  const net = chain([layer(70, 3), layer(3, 80), layer(80, 66)])
  const best = plan(net, { batch: 8 })
  const planned = jacobian(net, { order: best, batch: 8 })
  expect(planned.plan.toJSON()).toEqual(best.toJSON())
  const again = jacobian(net, { order: Plan.parse(JSON.stringify(best)), batch: 8 })
  const point = Float64Array.from({ length: 70 }, (_, i) => Math.cos(i))
  expect(again.at(point).jacobian).toEqual(planned.at(point).jacobian)
  refused(() => jacobian(net, { order: best, batch: 9 }), 'PLAN_MISMATCH', 'belongs', 'plan')
  expect(plan(net.tape).cost).toBe(compare(net.tape).row('optimal by flops')?.cost)
  expect(jacobian(net.tape).plan.explain()).toContain('forward mode')
  refused(() => plan(net, { shared: ['x'] }), 'UNKNOWN_NAME', 'x')
})

test('colors columns or rows', () => {
  const arrow = {
    columns: 4,
    rows: [
      [0, 1, 2, 3],
      [0, 1],
      [0, 2],
      [0, 3],
    ],
  }
  expect(coloring(arrow)).toEqual({ groups: expect.anything(), count: 4, proved: true })
  const tridiagonal = { columns: 9, rows: Array.from({ length: 7 }, (_, i) => [i, i + 1, i + 2]) }
  for (const by of ['columns', 'rows'] as const) {
    const { groups, count, proved } = coloring(tridiagonal, { by })
    expect([groups.length, count, proved]).toEqual([by === 'columns' ? 9 : 7, 3, true])
    if (by === 'columns') {
      for (const row of tridiagonal.rows) {
        expect(new Set(row.map(column => groups[column])).size).toBe(row.length)
      }
    }
  }
  expect(coloring({ columns: 0, rows: [] }).count).toBe(1)
  refused(() => coloring({ columns: 1, rows: [[1]] }), 'STRUCTURE_MISMATCH', 'below 1')
  refused(() => coloring({ columns: 1, rows: [[0.5]] }), 'INVALID_ARGUMENT', '0.5')
  refused(() => coloring(Object([1])), 'INVALID_ARGUMENT', 'columns and rows')
  refused(() => coloring({ columns: 1, rows: [] }, Object({ by: 'rank' })), 'UNKNOWN_NAME', 'rank')
})

const square = { inputs: 3, outputs: 3 }
const stages = [square]
test.each<[ErrorCode, string, unknown, object?]>([
  ['EMPTY_CHAIN', 'stages', { stages: [] }],
  ['STAGE_MISMATCH', 'stages[1].inputs', { stages: [square, { inputs: 4, outputs: 3 }] }],
  ['ZERO_SIZE', 'stages[0].inputs', { stages: [{ inputs: 0, outputs: 3 }] }],
  ['ZERO_SIZE', 'batch', { stages, batch: 0 }],
  ['ZERO_SIZE', 'seed.rows.count', { stages, seed: { rows: { count: 0 } } }],
  ['INVALID_ARGUMENT', 'stages[0].inputs', { stages: [{ inputs: 1.5, outputs: 3 }] }],
  ['INVALID_ARGUMENT', 'stages[0].outputs', { stages: [{ inputs: 3, outputs: -1 }] }],
  ['INVALID_ARGUMENT', 'stages[0].inputs', { stages: [{ inputs: Number.NaN, outputs: 3 }] }],
  ['INVALID_ARGUMENT', 'stages[0].inputs', { stages: [{ inputs: 2 ** 32, outputs: 3 }] }],
  ['INVALID_ARGUMENT', 'stages[0].outputs', { stages: [{ inputs: 3 }] }],
  ['INVALID_ARGUMENT', 'stages[0].inputs', { stages: [{ inputs: '3', outputs: 3 }] }],
  ...[2 ** 53, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, '7'].flatMap(cost => {
    return ['tangentCost', 'adjointCost', 'tapeSize', 'evaluationCost', 'stateSize'].map(
      (name): [ErrorCode, string, unknown] => {
        return ['INVALID_ARGUMENT', `stages[0].${name}`, { stages: [{ ...square, [name]: cost }] }]
      },
    )
  }),
  ['INVALID_ARGUMENT', 'batch', { stages, batch: Number.POSITIVE_INFINITY }],
  ['INVALID_ARGUMENT', 'batch', { stages, batch: 2 ** 32 }],
  ['INVALID_ARGUMENT', 'stages', { stages: 7 }],
  ['INVALID_ARGUMENT', 'stages[0]', { stages: [7] }],
  ['INVALID_ARGUMENT', 'problem', 7],
  ['INVALID_ARGUMENT', 'stages', {}],
  ['UNKNOWN_NAME', 'the problem', { stages, bach: 3 }],
  ['UNKNOWN_NAME', 'stages[0]', { stages: [{ ...square, input: 3 }] }],
  ['UNKNOWN_NAME', 'reduce', { stages, reduce: 'product' }],
  ['UNKNOWN_NAME', 'stages[0].jacobian', { stages: [{ ...square, jacobian: 'made' }] }],
  ['INVALID_ARGUMENT', 'stages[0].shared', { stages: [{ ...square, shared: 1 }] }],
  ['INVALID_ARGUMENT', 'stages[0].structure', { stages: [{ ...square, structure: 'dense' }] }],
  ['UNKNOWN_NAME', 'kind', { stages: [{ ...square, structure: { kind: 'round' } }] }],
  ['INVALID_ARGUMENT', 'rank', { stages: [{ ...square, structure: { kind: 'lowRank' } }] }],
  [
    'STRUCTURE_MISMATCH',
    'stages[0].structure',
    { stages: [{ inputs: 3, outputs: 4, structure: { kind: 'diagonal' } }] },
  ],
  [
    'INVALID_ARGUMENT',
    'indices[1]',
    { stages: [{ ...square, structure: { kind: 'selection', indices: [0, -1, 2] } }] },
  ],
  [
    'COST_OVERFLOW',
    'cost',
    { stages: [{ ...square, tangentCost: 2 ** 52, adjointCost: 2 ** 52 }] },
  ],
  ['COST_OVERFLOW', 'stages', given([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], 2 ** 32 - 1)],
  ['UNKNOWN_NAME', 'objective', { stages }, { objective: 'speed' }],
  ['UNKNOWN_NAME', 'the options', { stages }, { goal: 'flops' }],
  ['UNKNOWN_NAME', 'method', { stages }, { method: 'guess' }],
  ['METHOD_MISMATCH', 'huShing', { stages }, { method: 'huShing' }],
  ['INVALID_ARGUMENT', 'memory', { stages }, { memory: -8 }],
  ['INVALID_ARGUMENT', 'memory', { stages }, { memory: Number.NaN }],
  ['INVALID_ARGUMENT', 'tapeLimit', { stages }, { tapeLimit: 0.5 }],
  ['INVALID_ARGUMENT', 'threads', { stages }, { threads: 2 }],
  ['INVALID_ARGUMENT', 'threads', { stages }, { threads: 0, objective: 'time' }],
  ['INVALID_ARGUMENT', 'costModel', { stages }, { costModel: {} }],
  ['PARSE_ERROR', 'cost model', { stages }, { costModel: {}, objective: 'time' }],
  ['INVALID_ARGUMENT', 'memory', { stages }, { memory: 8, objective: 'criticalPath', threads: 2 }],
  ['INVALID_ARGUMENT', 'factor', { stages }, { objective: { kind: 'combo', factor: -1 } }],
  ['INVALID_ARGUMENT', 'batch', { stages }, { batch: 3 }],
])('refuses with %s about %s', (code, words, problem, options = {}) => {
  refused(() => plan(Object(problem), options), code, words)
})

test('other questions are refused with words too', () => {
  refused(() => bracketings(given(Array(13).fill(2))), 'TOO_LARGE', '11')
  refused(() => paretoFront({ stages }, Object(['flops', 'time'])), 'INVALID_ARGUMENT', 'memory')
  refused(() => paretoFront({ stages }, Object(['speed', 'memory'])), 'UNKNOWN_NAME', 'speed')
  refused(() => matrixChain([]), 'EMPTY_CHAIN', 'at least one')
  refused(() => matrixChain([3]), 'EMPTY_CHAIN', 'at least one')
  refused(() => matrixChain([3, 2.5]), 'INVALID_ARGUMENT', '2.5', 'dims[1]')
  refused(() => matrixChain([3, 2], { batch: 0 }), 'ZERO_SIZE', 'batch')
  refused(() => matrixChain([3, 2], { shared: [true, true] }), 'INVALID_ARGUMENT', '1 flags')
  refused(() => matrixChain([2 ** 20, 2 ** 20, 2 ** 20]), 'COST_OVERFLOW', '2^53')
})
