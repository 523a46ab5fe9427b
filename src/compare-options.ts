/** The options of a comparison, as users give them and as the core takes them. */
import type * as native from './binding.cjs'
import type { CostModel } from './calibrate.js'
import { Chain } from './chain.js'
import { mismatch } from './errors.js'
import { isRecord } from './form.js'
import { checkOptions } from './options.js'
import { type Order, orderOptions } from './order.js'
import { batchInputs, type CoreRows, type Points, RowKind } from './points.js'
import type { Problem } from './problem.js'
import { elements, isList, kind, whole } from './shape.js'
import { Tape } from './tape.js'

/** What can be compared: a function, a composition, or shapes and costs alone. */
export type Comparable = Tape<unknown, unknown> | Chain<unknown, unknown> | Problem

/** What is compared, and how. */
export interface CompareOptions {
  /** How many points at once: by default that of the problem or of `points`, else 64. */
  readonly batch?: number
  /** On how many threads times are predicted and measured. */
  readonly threads?: number
  /** Bytes that the matrices of a plan may take; asks for the best plan that keeps it. */
  readonly memory?: number
  /** Further orders, by name. */
  readonly orders?: Readonly<Record<string, Order>>
  /** Chains of at most so many links, 6 by default, have all their bracketings listed. */
  readonly bracketings?: number
  /** Whether orders are run and timed: those with a name, or `'everything'`. */
  readonly measure?: boolean | 'everything'
  /** About how long to measure, 2 seconds by default; each order is run eight times at least. */
  readonly seconds?: number
  /** Measured speeds; by default those that were kept of this machine, else those of an assumed one. */
  readonly costModel?: CostModel
  /** Paths of the inputs that are one row for all points. */
  readonly shared?: readonly string[]
  /** The points to measure at; numbers from a seed by default. */
  readonly points?: Points<unknown>
}

/** What is compared on another thread, and how that is watched and stopped. */
export interface CompareAsyncOptions extends CompareOptions {
  /** Ends the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called now and then with the share that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void
}

const KNOWN = [
  'batch',
  'threads',
  'memory',
  'orders',
  'bracketings',
  'measure',
  'seconds',
  'costModel',
  'shared',
  'points',
]

/** The options as the core takes them. */
export function compareOptions(of: Comparable, options: CompareOptions): native.CompareOptions {
  checkOptions(options, KNOWN, 'the options of `compare`')
  const { batch, threads, memory, bracketings, seconds, costModel, points } = options
  const { shared = [], orders = {}, measure = false } = options
  if (!isList(shared)) {
    throw mismatch('INVALID_ARGUMENT', 'shared', 'be a list of paths', `is ${kind(shared)}`)
  }
  if (!isRecord(orders)) {
    throw mismatch('INVALID_ARGUMENT', 'orders', 'be orders by name', `is ${kind(orders)}`)
  }
  const named = Object.entries(orders).map(([name, order]) => {
    return { name, ...orderOptions({ order }) }
  })
  const core: native.CompareOptions = { orders: named, shared: [...shared] }
  if (batch !== undefined) core.batch = whole(batch, 'batch', 1)
  if (threads !== undefined) core.threads = whole(threads, 'threads', 1)
  if (memory !== undefined) core.memory = memory
  if (bracketings !== undefined) core.bracketed = whole(bracketings, 'bracketings')
  if (seconds !== undefined) core.seconds = seconds
  if (costModel !== undefined) core.costModel = JSON.stringify(costModel)
  const measured = measureOption(measure)
  if (measured !== undefined) core.measure = measured
  if (points !== undefined) {
    const rows = pointRows(of, points, shared)
    core.points = rows.data
    core.batch ??= rows.points
  }
  return core
}

function measureOption(measure: unknown): string | undefined {
  if (measure === false) return undefined
  if (measure === true) return 'named'
  if (measure === 'everything') return 'everything'
  const wanted = "be true, false or 'everything'"
  throw mismatch('INVALID_ARGUMENT', 'measure', wanted, `is ${kind(measure)}`)
}

/** For each input a row for every point, or its one row if it is shared. */
function pointRows(
  of: Comparable,
  given: unknown,
  shared: readonly string[],
): { points: number; data: Float64Array[] } {
  const tape = of instanceof Chain ? of.tape : of
  if (!(tape instanceof Tape)) {
    const wanted = 'be left out for a problem, which has no inputs'
    throw mismatch('INVALID_ARGUMENT', 'points', wanted, 'was given')
  }
  const isShared = (input: number) => shared.includes(tape.inputs[input]?.path ?? '')
  const { points, rows } = batchInputs(tape.inputForm, tape.inputs, given, isShared)
  const data = rows.map((row, i) => {
    return isShared(i) ? row.data : everyRow(row, elements(tape.inputs[i]?.shape ?? []), points)
  })
  return { points, data }
}

/** Rows of any form, one behind the other for each point. */
function everyRow({ kind, data, index }: CoreRows, size: number, points: number): Float64Array {
  if (kind === RowKind.each) return data
  const all = new Float64Array(points * size)
  for (let point = 0; point < points; point++) {
    const row = index?.[point] ?? 0
    if (row < 0 || (row + 1) * size > data.length) {
      const wanted = `be rows from 0 to ${data.length / size - 1} of its table`
      throw mismatch('INVALID_ARGUMENT', 'points', wanted, `one is ${row}`)
    }
    all.set(data.subarray(row * size, (row + 1) * size), point * size)
  }
  return all
}
