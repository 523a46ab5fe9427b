/** Comparing the orders in which Jacobians can be multiplied. */
import { inspect } from 'node:util'
import * as native from './binding.cjs'
import { Chain, stages } from './chain.js'
import {
  type Comparable,
  type CompareAsyncOptions,
  type CompareOptions,
  compareOptions,
} from './compare-options.js'
import { ChainruleError, guarded, mismatch } from './errors.js'
import { isRecord } from './form.js'
import type { PlanLike } from './order.js'
import { problemJson } from './problem.js'
import { watched } from './running.js'
import { isFunction, isList, kind } from './shape.js'
import { Tape } from './tape.js'

/** A factor of the product. */
export interface ComparedLink {
  /** What it is, as `'stage 2'`. */
  readonly name: string
  /** Its columns. */
  readonly inputs: number
  /** Its rows. */
  readonly outputs: number
  /** Whether all points have the same. */
  readonly shared: boolean
}

/** Where times are from. */
export interface ComparisonMachine {
  readonly processor: string
  readonly instructions: string
  readonly cores: number
  readonly threads: number
  /** What predicted times are for. */
  readonly model: string
}

/** One order. Costs are multiply-adds for all points together. */
export interface ComparisonRow {
  /** All that it is called; a bracketing is a name too. */
  readonly names: readonly string[]
  /** Its bracketing: nested pairs of links. */
  readonly bracketing: string
  /** Its plan, which `jacobian` takes as an order. */
  readonly plan: PlanLike
  /** What each step does, in words. */
  readonly steps: readonly string[]
  /** The cost of each step. */
  readonly costs: readonly number[]
  /** Tangents and adjoints swept. */
  readonly sweeps: number
  readonly cost: number
  /** The cost in evaluations of the function at all points; `null` where those cost nothing. */
  readonly evaluations: number | null
  /** Seconds by the cost model. */
  readonly predicted: number
  /** What was measured, if it was. */
  readonly measured?: MeasuredOrder
  /** Bytes of all matrices alive at once, the result included. */
  readonly peakMemory: number
  /** The cost on any number of machines, steps being whole. */
  readonly criticalPath: number
  /** How many times as fast the threads can be if no step is split. */
  readonly speedUp: number
}

/** Times of one order, in seconds for all points together. */
export interface MeasuredOrder {
  /** The middle sample. */
  readonly median: number
  /** The least sample. */
  readonly min: number
  /** Half of the samples lie in an interval so long, relative to the median. */
  readonly spread: number
  /** How many samples were taken. */
  readonly samples: number
  /** At how many points; times are scaled up where these are fewer. */
  readonly points: number
  /** How many times as long as the winner it takes; `null` where the difference may be noise. */
  readonly slower: number | null
  /** The largest difference from the reference's results, relative to the largest entry of those; `null` for infinite. */
  readonly difference: number | null
  /** Whether it is the reference. */
  readonly reference: boolean
}

/** Orders of multiplying the Jacobians of a chain, side by side. */
export class Comparison {
  readonly #native: native.NativeComparison
  /** The factors of the product in the order they are applied. */
  readonly links: readonly ComparedLink[]
  /** How many points. */
  readonly batch: number
  /** Multiply-adds of evaluating the function once at every point; no part of any cost. */
  readonly evaluation: number
  /** Where times are from. */
  readonly machine: ComparisonMachine
  /** The orders: those with a name, then bracketings by their cost. */
  readonly rows: readonly ComparisonRow[]
  /** The row that wins: the fastest if orders were measured, else the one with the fewest multiply-adds. */
  readonly winner: ComparisonRow
  /** Why it wins, in one sentence. */
  readonly why: string
  /** How much timings of one and the same order differ, as a share. */
  readonly noise?: { readonly min: number; readonly median: number }

  /** @internal */
  constructor(comparison: native.NativeComparison) {
    this.#native = comparison
    const data = parsed(guarded(() => comparison.json()))
    this.links = data.links
    this.batch = data.batch
    this.evaluation = exact(data.evaluation, 'evaluation')
    this.machine = data.machine
    this.rows = data.rows.map(checked)
    const winner = this.rows[data.winner]
    if (winner === undefined) throw new ChainruleError('INTERNAL', 'a comparison has no winner')
    this.winner = winner
    this.why = data.why
    if (data.noise !== undefined) this.noise = data.noise
  }

  /** The order of that name. */
  row(name: string): ComparisonRow | undefined {
    return this.rows.find(({ names }) => names.includes(name))
  }

  /** A table, the reason, and what the columns mean. */
  toString(): string {
    return guarded(() => this.#native.text())
  }

  /** All of it as plain data. */
  toJSON(): unknown {
    return JSON.parse(guarded(() => this.#native.json()))
  }

  /** One page with plots, which needs nothing else. */
  toHTML(): string {
    return guarded(() => this.#native.html())
  }

  /** The plan of a row as a graph for Graphviz. */
  toDot(row: ComparisonRow = this.winner): string {
    return this.#graph(row, false)
  }

  /** The plan of a row as a Mermaid flowchart. */
  toMermaid(row: ComparisonRow = this.winner): string {
    return this.#graph(row, true)
  }

  /** @internal */
  [inspect.custom](): string {
    return `Comparison of ${this.rows.length} orders: ${this.why}`
  }

  #graph(row: ComparisonRow, mermaid: boolean): string {
    const at = this.rows.indexOf(row)
    if (at < 0) {
      throw mismatch('INVALID_ARGUMENT', 'row', 'be one of `rows`', 'is none of them')
    }
    return guarded(() => this.#native.graph(at, mermaid))
  }
}

/**
 * Compares the orders in which the Jacobians of a tape, a chain or a problem can be multiplied: forward mode (evaluating
 * intermediates again in every sweep, and keeping them), reverse mode, all Jacobians first, the optimum by multiply-adds,
 * by time and in `memory`, `orders` of your own, and all bracketings of short chains.
 *
 * @throws ChainruleError `INFEASIBLE_MEMORY` with the smallest limit there is; `INVALID_ARGUMENT`, also for measuring a
 * problem whose stages are not all dense matrices at hand; `PLAN_MISMATCH`, `NOT_A_BRACKETING`, and those of a bad problem
 * @example
 * const widths = [512, 512, 512, 8, 512, 512, 512]
 * const given = widths.slice(1).map((outputs, i) => ({ inputs: widths[i], outputs, jacobian: 'given' }))
 * compare({ stages: given, batch: 64 }).why // forward and reverse take 51.6 times the multiply-adds
 */
export function compare(of: Comparable, options: CompareOptions = {}): Comparison {
  const [chain, problem] = subject(of)
  const core = compareOptions(of, options)
  return new Comparison(guarded(() => native.compare(chain, problem, core)))
}

/**
 * As `compare`, on another thread, while the event loop stays free.
 *
 * @throws what `compare` throws, or the reason of `signal`
 */
export async function compareAsync(
  of: Comparable,
  options: CompareAsyncOptions = {},
): Promise<Comparison> {
  const { signal, onProgress, ...rest } = options
  if (onProgress !== undefined && !isFunction(onProgress)) {
    throw mismatch('INVALID_ARGUMENT', 'onProgress', 'be a function', `is ${kind(onProgress)}`)
  }
  const [chain, problem] = subject(of)
  const core = compareOptions(of, rest)
  const steps = native.comparisonSteps()
  const share = onProgress && ((done: number) => onProgress(done / steps))
  const made = await watched({ signal, onProgress: share }, (token, report) =>
    native.compareAsync(chain, problem, core, token, report),
  )
  if (made instanceof native.NativeComparison) return new Comparison(made)
  throw new ChainruleError('INTERNAL', 'the core gave no comparison')
}

/** What the core compares: a chain, or the JSON of a problem. */
function subject(of: Comparable): [native.NativeChain | undefined, string | undefined] {
  if (of instanceof Chain) return [of.native, undefined]
  if (of instanceof Tape) return [stages(of).native, undefined]
  if (isRecord(of) && isList(of['stages'])) return [undefined, problemJson(of)]
  const wanted = 'be a Tape, a Chain or a problem with `stages`'
  throw mismatch('INVALID_ARGUMENT', 'of', wanted, `is ${kind(of)}`)
}

/** What the core says, costs being numbers or, above 2^53, text. */
interface Said {
  readonly links: readonly ComparedLink[]
  readonly batch: number
  readonly evaluation: number | string
  readonly machine: ComparisonMachine
  readonly rows: readonly (ComparisonRow & { readonly plan: Readonly<Record<string, unknown>> })[]
  readonly winner: number
  readonly why: string
  readonly noise?: { readonly min: number; readonly median: number }
}

function parsed(json: string): Said {
  const said: Said = JSON.parse(json)
  return said
}

/** A row whose numbers are exact. */
function checked(row: Said['rows'][number]): ComparisonRow {
  const { costs, sweeps, cost, peakMemory, criticalPath, plan } = row
  for (const [name, value] of Object.entries({ sweeps, cost, peakMemory, criticalPath })) {
    exact(value, name)
  }
  costs.forEach((value, i) => {
    exact(value, `costs[${i}]`)
  })
  return { ...row, plan: { ...plan, toJSON: () => plan } }
}

function exact(value: unknown, name: string): number {
  if (typeof value === 'number') return value
  const came = `is ${String(value)}`
  throw mismatch('COST_OVERFLOW', name, 'be at most 2^53 to be a number', came)
}
