/** Planning: in which order to multiply Jacobians, or matrices at hand. */
import * as native from './binding.cjs'
import { Chain, stages } from './chain.js'
import { ChainruleError, guarded, mismatch } from './errors.js'
import { isRecord } from './form.js'
import { checkOptions, pathList } from './options.js'
import {
  MEASURE_OPTIONS,
  type MeasurePlanOptions,
  measureRequest,
  type Objective,
  objectiveOf,
  PLAN_OPTIONS,
  type PlanOptions,
  planRequest,
} from './plan-options.js'
import { Plan } from './planned.js'
import { flag, type Problem, problemJson } from './problem.js'
import { watched } from './running.js'
import { isFunction, isList, kind, whole } from './shape.js'
import { Tape } from './tape.js'

/** What can be planned: shapes and costs, a composition, or a function. */
export type Plannable = Problem | Chain<unknown, unknown> | Tape<unknown, unknown>

/** For how many points a function is planned, and what they share. */
export interface PlannedFor {
  /** How many points are expected at once, 64 by default; a problem says it itself. */
  readonly batch?: number
  /** Paths of the inputs that are one row for all points. */
  readonly shared?: readonly string[]
}

/**
 * Finds the best order of multiplying the Jacobians of a problem, a chain, or a tape cut at its narrow places. The same
 * question always has the same answer.
 *
 * With `measure` it is the fastest of the best ones by the model, as the clock has it on this machine.
 *
 * @throws ChainruleError `INFEASIBLE_MEMORY`, `INFEASIBLE_TAPE` or `INFEASIBLE_SIZE` with the smallest limit that a plan
 * can keep; `COST_OVERFLOW` for costs above 2^53; `METHOD_MISMATCH`, `INVALID_COST_MODEL`, `INVALID_ARGUMENT`,
 * `UNKNOWN_NAME`; for a bad problem `EMPTY_CHAIN`, `STAGE_MISMATCH`, `ZERO_SIZE`, `STRUCTURE_MISMATCH`
 * @example
 * const neck = [{ inputs: 9, outputs: 2 }, { inputs: 2, outputs: 9 }, { inputs: 9, outputs: 9 }]
 * plan({ stages: neck, batch: 64 }).explain()
 */
export function plan(
  of: Plannable,
  options: PlanOptions & MeasurePlanOptions & PlannedFor = {},
): Plan {
  checkOptions(options, KNOWN, 'the options of `plan`')
  const [problem, chain, request, measure] = planned(of, options)
  return new Plan(guarded(() => native.plan(problem, chain, request, measure)))
}

/** What asynchronous planning is told besides. */
export interface PlanAsyncOptions extends PlanOptions, MeasurePlanOptions, PlannedFor {
  /** Ends the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called now and then, while plans are measured, with the share that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void
}

/**
 * As `plan`, on another thread, while the event loop stays free.
 *
 * @throws what `plan` throws, or the reason of `signal`
 */
export async function planAsync(of: Plannable, options: PlanAsyncOptions = {}): Promise<Plan> {
  checkOptions(options, [...KNOWN, 'signal', 'onProgress'], 'the options of `planAsync`')
  const { signal, onProgress, ...rest } = options
  if (onProgress !== undefined && !isFunction(onProgress)) {
    throw mismatch('INVALID_ARGUMENT', 'onProgress', 'be a function', `is ${kind(onProgress)}`)
  }
  const [problem, chain, request, measure] = planned(of, rest)
  const steps = native.comparisonSteps()
  const share = onProgress && ((done: number) => onProgress(done / steps))
  const made = await watched({ signal, onProgress: share }, (token, report) =>
    native.planAsync(problem, chain, request, measure, token, report),
  )
  if (made instanceof native.NativePlan) return new Plan(made)
  throw new ChainruleError('INTERNAL', 'the core gave no plan')
}

const KNOWN = [...PLAN_OPTIONS, ...MEASURE_OPTIONS, 'batch', 'shared']

/** A problem, what is run of it if it is a function, what is asked, and how it is timed. */
function planned(of: Plannable, options: PlanOptions & MeasurePlanOptions & PlannedFor) {
  const chain = of instanceof Tape ? stages(of) : of
  const problem = problemOf(chain, options)
  const function_ = chain instanceof Chain ? chain : undefined
  const { batch, shared = [] } = function_ ? options : {}
  const measure = measureRequest(options, batch, shared)
  return [problem, function_?.native, planRequest(options), measure] as const
}

/** Plans of which none is better in two ways at once. */
export interface ParetoFront {
  /** The plans, the first objective rising and the second falling. */
  readonly plans: readonly Plan[]
  /** Whether none is left out; long chains give a sample. */
  readonly exact: boolean
}

/**
 * The plans of which none is better under two objectives at once.
 *
 * @throws ChainruleError as `plan`
 * @example
 * const four = [30, 35, 15, 5].map((inputs, i) => ({ inputs, outputs: [35, 15, 5, 10][i] }))
 * paretoFront({ stages: four }, ['flops', 'memory']).plans.length
 */
export function paretoFront(
  of: Plannable,
  objectives: readonly [first: Objective, second: 'memory' | 'criticalPath'],
  options: Omit<PlanOptions, 'objective' | 'method'> & PlannedFor = {},
): ParetoFront {
  const known = [...PLAN_OPTIONS, 'batch', 'shared'].filter(
    name => name !== 'objective' && name !== 'method',
  )
  checkOptions(options, known, 'the options of `paretoFront`')
  if (!isList(objectives) || objectives.length !== 2) {
    throw mismatch('INVALID_ARGUMENT', 'objectives', 'be a pair', `is ${kind(objectives)}`)
  }
  const [first, second] = objectives
  if (second !== 'memory' && second !== 'criticalPath') {
    const wanted = "be 'memory' or 'criticalPath'"
    throw mismatch('INVALID_ARGUMENT', 'objectives[1]', wanted, `is ${kind(second)}`)
  }
  const problem = problemOf(of, options)
  objectiveOf(first, 'objectives[0]')
  const request = planRequest({ ...options, objective: first })
  const [plans, exact] = guarded(() => native.paretoFront(problem, second, request))
  return { plans: plans.map(plan => new Plan(plan)), exact }
}

/**
 * All bracketings of a short chain, each with its cheapest plan; `tree` says which it is. Those that ask for the matrix of
 * a stage that never is one are left out.
 *
 * @throws ChainruleError `TOO_LARGE` for more than 11 links, and those of a bad problem
 */
export function bracketings(of: Plannable, options: PlannedFor = {}): Plan[] {
  checkOptions(options, ['batch', 'shared'], 'the options of `bracketings`')
  const problem = problemOf(of, options)
  return guarded(() => native.bracketings(problem)).map(plan => new Plan(plan))
}

/** What is known of the factors of a product. */
export interface FactorOptions {
  /** How many products are wanted at once, 1 by default. */
  readonly batch?: number
  /** For each factor whether it is one matrix for all products of the batch; none is, by default. */
  readonly shared?: readonly boolean[]
}

/**
 * The best order of multiplying dense matrices at hand, in product order: factor `i` is `dims[i]` x `dims[i + 1]`.
 * `multiplyChain` runs it.
 *
 * @throws ChainruleError `EMPTY_CHAIN` for fewer than two dims, and as `plan`
 * @example
 * matrixChain([30, 35, 15, 5, 10, 20, 25]).cost // 15125
 */
export function matrixChain(
  dims: readonly number[],
  options: PlanOptions & MeasurePlanOptions & FactorOptions = {},
): Plan {
  checkOptions(options, KNOWN, 'the options of `matrixChain`')
  if (!isList(dims)) {
    throw mismatch('INVALID_ARGUMENT', 'dims', 'be a list of sizes', `is ${kind(dims)}`)
  }
  const sizes = dims.map((dim, i) => whole(dim, `dims[${i}]`))
  const { batch = 1, shared = [] } = options
  const factors = Math.max(sizes.length - 1, 0)
  if (!isList(shared) || (shared.length !== 0 && shared.length !== factors)) {
    const wanted = `be a list of ${factors} flags, one for each factor`
    throw mismatch('INVALID_ARGUMENT', 'shared', wanted, `is ${kind(shared)}`)
  }
  const flags = shared.map((value, i) => flag(value, `shared[${i}]`))
  const points = whole(batch, 'batch')
  const request = planRequest(options)
  const measure = measureRequest(options, undefined, [])
  return new Plan(
    guarded(() => {
      const problem = native.factorProblem(sizes, points, flags)
      return native.plan(problem, undefined, request, measure)
    }),
  )
}

/** The problem as the core takes it. */
function problemOf(of: Plannable, { batch, shared }: PlannedFor): native.NativeProblem {
  const chain = of instanceof Tape ? stages(of) : of
  if (chain instanceof Chain) {
    const points = batch === undefined ? undefined : whole(batch, 'batch', 1)
    const paths = shared === undefined ? [] : pathList(shared, 'shared')
    return guarded(() => native.chainProblem(chain.native, points, paths))
  }
  if (!isRecord(chain)) {
    const wanted = 'be a problem with `stages`, a Chain or a Tape'
    throw mismatch('INVALID_ARGUMENT', 'problem', wanted, `is ${kind(chain)}`)
  }
  for (const [name, value] of Object.entries({ batch, shared })) {
    if (value === undefined) continue
    const wanted = 'be said by the problem, not by an option'
    throw mismatch('INVALID_ARGUMENT', name, wanted, 'it was given')
  }
  const json = problemJson(chain)
  return guarded(() => native.problem(json))
}
