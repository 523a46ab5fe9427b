/** Orders of elimination through the addon: published counts, names, and what is refused. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type EliminateOptions, eliminate } from '../src/index.js'

interface Case {
  readonly name: string
  readonly inputs: readonly string[]
  readonly intermediates: readonly string[]
  readonly outputs: readonly string[]
  readonly edges: readonly (readonly [string, string])[]
  readonly vertex_opt: number
  readonly forward: number
  readonly reverse: number
  readonly kind: string
}

const file = new URL('../crates/plan/tests/data/elimination.json', import.meta.url)
const data: { cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'))
const cases = data.cases.filter(({ edges, vertex_opt }) => edges && vertex_opt !== undefined)

function graphOf({ inputs, intermediates, outputs, edges }: Case) {
  return { vertices: [...inputs, ...intermediates, ...outputs], edges, inputs, outputs }
}

/** Eliminates in an order, and counts: one multiply-add for each pair of an edge in and an edge out. */
function priced(edges: Case['edges'], order: readonly string[]): number {
  const left = new Set(edges.map(([from, to]) => `${from}>${to}`))
  let cost = 0
  for (const vertex of order) {
    const pairs = [...left].map(edge => edge.split('>'))
    const before = pairs.filter(([, to]) => to === vertex).map(([from]) => from)
    const after = pairs.filter(([from]) => from === vertex).map(([, to]) => to)
    cost += before.length * after.length
    for (const from of before) for (const to of after) left.add(`${from}>${to}`)
    for (const [from, to] of pairs) {
      if (from === vertex || to === vertex) left.delete(`${from}>${to}`)
    }
  }
  return cost
}

test('there are graphs with known optima', () => {
  expect(cases.length).toBeGreaterThan(5)
})

test.each(cases)('$name has its best count', one => {
  const graph = graphOf(one)
  const best = eliminate(graph, { method: 'exact' })
  expect([best.cost, best.certificate.kind]).toEqual([one.vertex_opt, 'optimal'])
  const isOutput = new Set(one.outputs)
  if (one.intermediates.every(vertex => !isOutput.has(vertex))) {
    expect([...best.order].sort()).toEqual([...one.intermediates].sort())
    expect(priced(one.edges, best.order)).toBe(best.cost)
  }
  expect(eliminate(graph, { method: 'forward' }).cost).toBe(one.forward)
  expect(eliminate(graph, { method: 'reverse' }).cost).toBe(one.reverse)
})

const fan = {
  vertices: [10, 20, 30, 1, 2, 3, 40, 50, 60],
  edges: [
    [10, 1],
    [20, 1],
    [30, 1],
    [1, 2],
    [2, 3],
    [3, 40],
    [3, 50],
    { from: 3, to: 60, kind: 'unit' },
  ],
  inputs: [10, 20, 30],
  outputs: [40, 50, 60],
} as const

test('vertices may be numbers, and edges may say what is known of them', () => {
  const best = eliminate(fan)
  expect(best.cost).toBe(13)
  expect([...best.order].sort()).toEqual([1, 2, 3])
  expect(eliminate(fan, { count: 'refined' }).cost).toBeLessThan(13)
  for (const method of ['markowitz', 'relativeMarkowitz', 'refinedMarkowitz'] as const) {
    for (const tie of ['first', 'last'] as const) {
      expect(eliminate(fan, { method, tie }).cost).toBeGreaterThanOrEqual(13)
    }
  }
  const annealed: EliminateOptions = { method: 'anneal', seed: 3, evaluations: 1000, states: 10 }
  expect(eliminate(fan, annealed)).toEqual(eliminate(fan, annealed))
})

const chain = {
  vertices: ['x', 'a', 'b', 'y'],
  edges: [
    ['x', 'a'],
    ['a', 'b'],
    ['b', 'y'],
  ],
  inputs: ['x'],
  outputs: ['y'],
}
const more = (...edges: unknown[]) => ({ edges: [...chain.edges, ...edges] })

test.each<[string, string, object, object?]>([
  ['CYCLE', 'a, b', more(['b', 'a'])],
  ['DUPLICATE_EDGE', 'from a to b', more(['a', 'b'])],
  ['INPUT_HAS_PREDECESSOR', 'from a to x', more(['a', 'x'])],
  ['UNREACHABLE_VERTEX', 'vertex c ', { vertices: [...chain.vertices, 'c'] }],
  ['UNKNOWN_VERTEX', '"z"', more(['a', 'z'])],
  ['UNKNOWN_VERTEX', 'inputs[0]', { inputs: ['z'] }],
  ['DUPLICATE_VERTEX', 'vertices[4]', { vertices: [...chain.vertices, 'a'] }],
  ['DUPLICATE_VERTEX', 'x again', { inputs: ['x', 'x'] }],
  ['STRUCTURE_MISMATCH', 'sizes', { sizes: [1, 2] }],
  ['ZERO_SIZE', 'sizes', { sizes: [1, 0, 1, 1] }],
  ['INVALID_ARGUMENT', 'sizes[0]', { sizes: [0.5, 1, 1, 1] }],
  ['INVALID_ARGUMENT', 'vertices', { vertices: 4 }],
  ['INVALID_ARGUMENT', 'vertices[0]', { vertices: [Number.NaN] }],
  ['INVALID_ARGUMENT', 'edges[3]', more(['a'])],
  ['UNKNOWN_NAME', 'graph', { nodes: [] }],
  ['UNKNOWN_NAME', 'method', {}, { method: 'guess' }],
  ['UNKNOWN_NAME', 'count', {}, { count: 'all' }],
  ['INVALID_ARGUMENT', 'tie', {}, { tie: 'first' }],
  ['INVALID_ARGUMENT', 'seed', {}, { seed: -1 }],
  ['INVALID_ARGUMENT', 'evaluations', {}, { evaluations: Number.POSITIVE_INFINITY }],
  ['UNKNOWN_NAME', 'options', {}, { budget: 1 }],
])('refuses with %s: %s', (code, words, change, options = {}) => {
  const graph = { ...chain, ...change }
  const message = expect.stringContaining(words)
  expect(() => eliminate(Object(graph), options)).toThrow(
    expect.objectContaining({ code, message }),
  )
})
