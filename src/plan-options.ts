/** The options of planning, as users give them and as the core takes them. */
import type * as native from './binding.cjs'
import { type CostModel, loadCalibration, warn } from './calibrate.js'
import { mismatch } from './errors.js'
import { isRecord } from './form.js'
import { checkOptions } from './options.js'
import { exact, named } from './problem.js'
import { kind, whole } from './shape.js'

/** What a plan keeps small. */
export type Objective =
  | ObjectiveName
  | { readonly kind: 'combo' | 'limit'; readonly factor: number }

/**
 * An objective without numbers of its own: `'flops'` is multiply-adds, `'time'` seconds by a cost model, `'memory'` bytes
 * of all matrices alive at once, `'criticalPath'` multiply-adds one after the other when independent steps run side by
 * side, `'split'` the same when each step is dealt out among the threads, `'writes'` the elements of all matrices made,
 * `'largest'` those of the largest one made on the way.
 */
export type ObjectiveName =
  | 'flops'
  | 'time'
  | 'memory'
  | 'criticalPath'
  | 'split'
  | 'writes'
  | 'largest'

/** How an order is searched for. */
export interface PlanOptions {
  /**
   * What to keep small, multiply-adds by default. `combo` adds `factor` times the elements written to the multiply-adds;
   * `limit` takes the larger of the two for each step.
   */
  readonly objective?: Objective
  /** The most bytes of all matrices that steps make, alive at once, for the whole batch. */
  readonly memory?: number
  /** The most tape entries that one adjoint sweep passes, at one point. */
  readonly tapeLimit?: number
  /** The most elements of any matrix made on the way, for the whole batch. */
  readonly largest?: number
  /** How many threads there are, for the objectives `'time'` and `'split'` (all, by default) and `'criticalPath'` (any number). */
  readonly threads?: number
  /** How fast steps are, for the objective `'time'`; by default what `calibrate` has kept, or else an assumed machine. */
  readonly costModel?: CostModel
  /**
   * `'auto'` is exact and takes what is fastest for the problem. `'huShing'` and `'chin'` serve given dense matrices;
   * `'chin'` is a heuristic, at most 2/√3 times the optimum.
   */
  readonly method?: 'auto' | 'intervalProgram' | 'huShing' | 'chin'
}

/** Planning by the clock. */
export interface MeasurePlanOptions {
  /**
   * So many of the best plans by the model, 1 to 100, are run and timed in turns, and the fastest is taken: that removes
   * the errors of the model. For the objective `'time'`, which then is the default. A tape or chain is run on numbers from
   * a seed; a problem can be run where its stages are all dense matrices at hand.
   */
  readonly measure?: number
  /** About how long to measure, 2 by default. */
  readonly seconds?: number
}

/** The names of all options. */
export const PLAN_OPTIONS: readonly string[] = [
  'objective',
  'memory',
  'tapeLimit',
  'largest',
  'threads',
  'costModel',
  'method',
]

/** The names of the options of measuring. */
export const MEASURE_OPTIONS: readonly string[] = ['measure', 'seconds']

const NAMES = ['flops', 'time', 'memory', 'criticalPath', 'split', 'writes', 'largest']

/** The options as the core takes them. */
export function planRequest(options: PlanOptions & MeasurePlanOptions): native.PlanRequest {
  const { memory, tapeLimit, largest, threads, costModel, method, measure } = options
  const usual = measure === undefined ? 'flops' : 'time'
  const request: native.PlanRequest = objectiveOf(options.objective ?? usual, 'objective')
  const { objective } = request
  if (memory !== undefined) request.memory = exact(memory, 'memory')
  if (tapeLimit !== undefined) request.tapeLimit = exact(tapeLimit, 'tapeLimit')
  if (largest !== undefined) request.largest = exact(largest, 'largest')
  if (method !== undefined) request.method = method
  if (threads !== undefined) {
    request.threads = whole(threads, 'threads', 1)
    onlyFor('threads', objective, ['time', 'split', 'criticalPath'])
    if (objective === 'criticalPath') refuseLimits(options)
  }
  if (costModel !== undefined) {
    onlyFor('costModel', objective, ['time'])
    request.costModel = JSON.stringify(costModel)
  } else if (objective === 'time') {
    const { model, warning } = loadCalibration()
    warn(warning)
    request.costModel = JSON.stringify(model)
  }
  return request
}

/** What is to be timed as the core takes it, if anything is. */
export function measureRequest(
  { measure, seconds }: MeasurePlanOptions,
  batch: number | undefined,
  shared: readonly string[],
): native.MeasureRequest | undefined {
  if (measure === undefined) {
    if (seconds === undefined) return undefined
    const wanted = 'be left out unless plans are measured'
    throw mismatch('INVALID_ARGUMENT', 'seconds', wanted, 'it was given')
  }
  const plans = whole(measure, 'measure', 1)
  const request: native.MeasureRequest = { plans, shared: [...shared] }
  if (batch !== undefined) request.batch = batch
  if (seconds !== undefined) {
    if (typeof seconds !== 'number') {
      throw mismatch('INVALID_ARGUMENT', 'seconds', 'be a number', `is ${kind(seconds)}`)
    }
    request.seconds = seconds
  }
  return request
}

/** The name of an objective, and its factor. */
export function objectiveOf(objective: unknown, argument: string): native.PlanRequest {
  if (!isRecord(objective)) return { objective: named(objective, argument, NAMES) }
  checkOptions(objective, ['kind', 'factor'], argument)
  const name = named(objective['kind'], `${argument}.kind`, ['combo', 'limit'])
  return { objective: name, factor: exact(objective['factor'], `${argument}.factor`) }
}

/** An option that would be ignored is refused. */
function onlyFor(option: string, objective: string, objectives: readonly string[]): void {
  if (objectives.includes(objective)) return
  const wanted = `be left out unless the objective is ${objectives.join(' or ')}`
  throw mismatch('INVALID_ARGUMENT', option, wanted, `the objective is ${kind(objective)}`)
}

function refuseLimits({ memory, tapeLimit, largest, method }: PlanOptions): void {
  const given = Object.entries({ memory, tapeLimit, largest, method })
  const [name] = given.find(([, value]) => value !== undefined) ?? []
  if (name === undefined) return
  throw mismatch('INVALID_ARGUMENT', name, 'be left out for a schedule on threads', 'it was given')
}
