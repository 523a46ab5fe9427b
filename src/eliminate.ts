/** In which order to eliminate the vertices of a graph, where a function is no chain. */
import * as native from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import { isRecord } from './form.js'
import { checkOptions } from './options.js'
import type { Certificate } from './planned.js'
import { counted, exact, named } from './problem.js'
import { isList, kind, whole } from './shape.js'

/** A name or a number. */
export type Vertex = string | number

/** A partial derivative of the vertex `to` by the vertex `from`: 1 or -1, the same at all points, or neither (the default). */
export interface GraphEdge<V extends Vertex = Vertex> {
  readonly from: V
  readonly to: V
  readonly kind?: 'unit' | 'constant' | 'variable'
}

/** A function as a graph of values: every vertex lies between an input and an output, and there is no cycle. */
export interface EliminationGraph<V extends Vertex = Vertex> {
  readonly vertices: readonly V[]
  /** Pairs of what is read and what reads it, once each. */
  readonly edges: readonly (readonly [from: V, to: V] | GraphEdge<V>)[]
  /** The vertices that are differentiated by. */
  readonly inputs: readonly V[]
  /** The vertices whose derivatives are wanted. */
  readonly outputs: readonly V[]
  /** The elements of each vertex, if vertices are arrays and edges dense matrices; else 1. */
  readonly sizes?: readonly number[]
}

/** How an order is searched for. */
export interface EliminateOptions {
  /** All products, as the literature counts, or only those that a program executes. */
  readonly count?: 'plain' | 'refined'
  /**
   * `'auto'` takes the best heuristic, and unless that meets the lower bound searches exactly, then by annealing. `'exact'`
   * and `'anneal'` serve graphs of at most 2048 vertices.
   */
  readonly method?:
    | 'auto'
    | 'forward'
    | 'reverse'
    | 'markowitz'
    | 'relativeMarkowitz'
    | 'refinedMarkowitz'
    | 'bestHeuristic'
    | 'exact'
    | 'anneal'
  /** Which of equals the Markowitz heuristics take. */
  readonly tie?: 'first' | 'last'
  /** Decides what annealing tries; 0 by default. */
  readonly seed?: number
  /** How many orders annealing may evaluate. */
  readonly evaluations?: number
  /** How many sets of vertices the exact search may keep. */
  readonly states?: number
}

/** An order of elimination. */
export interface Elimination<V extends Vertex = Vertex> {
  /** Multiply-adds. */
  readonly cost: number
  /** The vertices between inputs and outputs. */
  readonly order: readonly V[]
  /** How good that is known to be. */
  readonly certificate: Certificate
}

const METHODS = [
  'auto',
  'forward',
  'reverse',
  'markowitz',
  'relativeMarkowitz',
  'refinedMarkowitz',
  'bestHeuristic',
  'exact',
  'anneal',
]

/**
 * Finds an order in which to eliminate the vertices of a graph, so that few multiply-adds leave its Jacobian. The same
 * graph and options always give the same order.
 *
 * @throws ChainruleError `UNKNOWN_VERTEX`, `DUPLICATE_VERTEX`, `DUPLICATE_EDGE`, `INPUT_HAS_PREDECESSOR`, `CYCLE`,
 * `UNREACHABLE_VERTEX`, `STRUCTURE_MISMATCH`, `ZERO_SIZE`, `COST_OVERFLOW`, `TOO_LARGE`, `INVALID_ARGUMENT`,
 * `UNKNOWN_NAME`
 * @example
 * const edges = [['x', 'a'], ['y', 'a'], ['a', 'b'], ['b', 'u'], ['b', 'v'], ['b', 'w']]
 * const vertices = ['x', 'y', 'a', 'b', 'u', 'v', 'w']
 * eliminate({ vertices, edges, inputs: ['x', 'y'], outputs: ['u', 'v', 'w'] }).order // b last
 */
export function eliminate<V extends Vertex>(
  graph: EliminationGraph<V>,
  options: EliminateOptions = {},
): Elimination<V> {
  checkOptions(graph, ['vertices', 'edges', 'inputs', 'outputs', 'sizes'], 'graph')
  const known = ['count', 'method', 'tie', 'seed', 'evaluations', 'states']
  checkOptions(options, known, 'the options of `eliminate`')
  const vertices = list(graph.vertices, 'vertices')
  const numbers = numbered(vertices)
  const at = (vertex: unknown, field: string) => place(numbers, vertex, field)
  const all = (of: unknown, field: string) => {
    return list(of, field).map((vertex, i) => at(vertex, `${field}[${i}]`))
  }
  const spec = {
    vertices: vertices.length,
    edges: list(graph.edges, 'edges').map((edge, i) => checkedEdge(edge, `edges[${i}]`, at)),
    inputs: all(graph.inputs, 'inputs'),
    outputs: all(graph.outputs, 'outputs'),
    ...(graph.sizes === undefined
      ? {}
      : { sizes: list(graph.sizes, 'sizes').map((size, i) => whole(size, `sizes[${i}]`)) }),
  }
  const json = JSON.stringify(spec)
  const how = JSON.stringify(searched(options))
  const names = vertices.map(String)
  const said: Said = JSON.parse(guarded(() => native.eliminate(json, how, names)))
  const { cost, order, certificate } = said
  return {
    cost: counted(cost, 'cost'),
    order: order.flatMap(number => graph.vertices.slice(number, number + 1)),
    certificate:
      certificate.kind === 'optimal'
        ? certificate
        : { kind: 'gap', lowerBound: counted(certificate.lowerBound, 'lowerBound') },
  }
}

/** What the core says: counts are numbers or, above 2^53, text. */
interface Said {
  readonly cost: number | string
  readonly order: readonly number[]
  readonly certificate:
    | { readonly kind: 'optimal'; readonly by: string }
    | { readonly kind: 'gap'; readonly lowerBound: number | string }
}

function list(value: unknown, field: string): readonly unknown[] {
  if (isList(value)) return value
  throw mismatch('INVALID_ARGUMENT', field, 'be a list', `is ${kind(value)}`)
}

/** The number of each vertex in the list of all. */
function numbered(vertices: readonly unknown[]): Map<unknown, number> {
  const numbers = new Map<unknown, number>()
  vertices.forEach((vertex, i) => {
    const field = `vertices[${i}]`
    if (typeof vertex !== 'string' && !Number.isFinite(vertex)) {
      throw mismatch('INVALID_ARGUMENT', field, 'be a name or a number', `is ${kind(vertex)}`)
    }
    if (numbers.has(vertex)) {
      const came = `is ${kind(vertex)} again`
      throw mismatch('DUPLICATE_VERTEX', field, 'be a vertex not listed before', came)
    }
    numbers.set(vertex, i)
  })
  return numbers
}

function place(numbers: ReadonlyMap<unknown, number>, vertex: unknown, field: string): number {
  const number = numbers.get(vertex)
  if (number !== undefined) return number
  throw mismatch('UNKNOWN_VERTEX', field, 'be one of `vertices`', `is ${kind(vertex)}`)
}

function checkedEdge(
  edge: unknown,
  field: string,
  at: (vertex: unknown, field: string) => number,
): object {
  if (isList(edge) && edge.length === 2) {
    return { from: at(edge[0], `${field}[0]`), to: at(edge[1], `${field}[1]`) }
  }
  if (!isRecord(edge)) {
    const wanted = 'be a pair [from, to] or { from, to, kind }'
    throw mismatch('INVALID_ARGUMENT', field, wanted, `is ${kind(edge)}`)
  }
  checkOptions(edge, ['from', 'to', 'kind'], field)
  const kinds = ['unit', 'constant', 'variable']
  return {
    from: at(edge['from'], `${field}.from`),
    to: at(edge['to'], `${field}.to`),
    kind: named(edge['kind'] ?? 'variable', `${field}.kind`, kinds),
  }
}

function searched(options: EliminateOptions): object {
  const { count = 'plain', method = 'auto', tie, seed, evaluations, states } = options
  const name = named(method, 'method', METHODS)
  if (tie !== undefined && !name.toLowerCase().includes('markowitz')) {
    const wanted = 'be left out for a method that has no ties'
    throw mismatch('INVALID_ARGUMENT', 'tie', wanted, `the method is ${name}`)
  }
  return {
    count: named(count, 'count', ['plain', 'refined']),
    method: {
      kind: name,
      ...(tie === undefined ? {} : { tie: named(tie, 'tie', ['first', 'last']) }),
    },
    ...(seed === undefined ? {} : { seed: exact(seed, 'seed') }),
    ...(evaluations === undefined ? {} : { evaluations: exact(evaluations, 'evaluations') }),
    ...(states === undefined ? {} : { states: exact(states, 'states') }),
  }
}
