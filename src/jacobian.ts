/** Jacobians: prepared once, evaluated at many points, or as linear maps that are never matrices. */
import { inspect } from 'node:util'
import * as native from './binding.cjs'
import { type CostModel, warn } from './calibrate.js'
import { Chain } from './chain.js'
import { guarded, mismatch } from './errors.js'
import { build, type Filled, type Layout, type Sparse } from './form.js'
import {
  type NormalOptions,
  type NormalResult,
  normalAsync,
  normalAt,
  normalCall,
} from './normal.js'
import { Operator, pointRows } from './operator.js'
import { checkFlag, checkOptions, pathList } from './options.js'
import { type Order, orderOptions } from './order.js'
import { Plan } from './planned.js'
import type { Arguments, Points, Value } from './points.js'
import { coreOptions, type PrepareOptions } from './program.js'
import {
  type AsyncOptions,
  type Call,
  callAt,
  checkOut,
  checkReduction,
  lengths,
  placed,
  type Reduction,
  type ResultInfo,
  run,
  runAsync,
} from './running.js'
import type { Tape } from './tape.js'
import { nativeOf } from './transforms.js'

/** How a Jacobian is prepared. */
export interface JacobianOptions extends PrepareOptions {
  /**
   * The order of multiplication. `'auto'`, the default, plans where the function has narrow places and takes what is
   * cheapest: by time where this machine was calibrated, else by counted multiply-adds. A plan must have been made for
   * this function, batch and shared inputs; a bracketing is nested pairs of stage numbers, `[earlier, later]`.
   */
  readonly order?: Order
  /** How fast steps are, for the order `'auto'`; by default what `calibrate` has kept, if it was measured here. */
  readonly costModel?: CostModel
  /** How many points are expected at once, 64 by default: products that all of them share are made once. */
  readonly batch?: number
  /** Paths of the inputs to differentiate by, in the order of the columns; by default all that are not fixed. */
  readonly wrt?: readonly string[]
}

/** How a Jacobian is evaluated. */
export interface AtOptions<Y> {
  /** Arrays for the results; a part that is missing is not computed. */
  readonly out?: { readonly value?: Sparse<Y, Float64Array>; readonly jacobian?: Float64Array }
  /** Brings the results of all points together. */
  readonly reduce?: Reduction
  /** `false` leaves the value out. */
  readonly value?: boolean
}

/** What an evaluation gives: the function's results, and a row-major m x n matrix for each point. */
export interface JacobianResult<Y> {
  value: Filled<Y, Float64Array>
  jacobian: Float64Array
}

/** A Jacobian ready to be evaluated. */
export class Jacobian<X = Layout, Y = Layout> {
  /** The layouts of inputs and result; they exist for types alone. */
  declare readonly layout: { inputs: X; result: Y }
  readonly #native: native.NativeJacobian
  readonly #program: native.NativeProgram
  #normal: native.NativeProgram | undefined
  readonly #tape: Tape<unknown, unknown>
  readonly #outputs: readonly ResultInfo[]
  readonly #shared: readonly string[]
  readonly #wrt: readonly string[]
  /** The order that was chosen: `'forward'`, `'reverse'` or `'planned'`. */
  readonly order: string
  /** The elements of all outputs, and those of all inputs it is differentiated by. */
  readonly shape: readonly [number, number]
  /** The sweeps through the function that one evaluation takes. */
  readonly sweeps: number
  /** The multiply-adds of one evaluation beyond those of the function. */
  readonly cost: number

  /** @internal */
  constructor(
    jacobian: native.NativeJacobian,
    tape: Tape<unknown, unknown>,
    { shared = [], wrt }: JacobianOptions,
  ) {
    this.#native = jacobian
    this.#program = jacobian.program()
    this.#tape = tape
    this.#shared = shared
    this.#wrt = wrt ?? tape.inputs.filter(({ fixed }) => !fixed).map(({ path }) => path)
    const [rows = 0, columns = 0] = jacobian.shape()
    this.shape = [rows, columns]
    this.#outputs = [
      ...tape.outputs.map(({ path, shape }) => ({ path, shape })),
      { path: 'jacobian', shape: [rows, columns] },
    ]
    this.order = jacobian.order()
    this.sweeps = jacobian.sweeps()
    this.cost = jacobian.cost()
    warn(jacobian.warning())
  }

  /**
   * Values and Jacobians at many points, given as for `Program.batch`.
   *
   * @throws ChainruleError `SHAPE_MISMATCH`, `UNKNOWN_NAME`, `INVALID_ARGUMENT`, `OVERLAP`, `INFEASIBLE_MEMORY`
   * @example
   * const f = record([[2]], x => stack([x.at(0).mul(x.at(1)), x.at(0).sin()]))
   * jacobian(f).at([2, 3]).jacobian // 2 x 2, row-major
   */
  at(points: Points<X>, options?: AtOptions<Y>): JacobianResult<Y>
  /**
   * The normal equations of least squares, where the results are residuals: half the sum of their squares over all
   * points, its gradient `J'r`, and `J'J`. No Jacobian is stored. Inputs that are differentiated must not be indexed.
   *
   * @example
   * const line = record({ a: [], b: [], x: { shape: [], fixed: true } }, ({ a, b, x }) => a.mul(x).add(b))
   * const points = { a: { shared: 2 }, b: { shared: 1 }, x: [0, 1, 2] }
   * jacobian(line).at(points, { reduce: 'normal' }).normal // Float64Array(4) [ 5, 3, 3, 3 ]
   */
  at(points: Points<X>, options: NormalOptions): NormalResult
  at(points: unknown, options: AtOptions<unknown> | NormalOptions = {}): unknown {
    checkOptions(options, ['out', 'reduce', 'value'], 'the options of `at`')
    checkFlag(options.value, 'value')
    if (options.reduce === 'normal') return normalAt(this.#normalCall(points), options)
    const { out, value = true } = options
    const call = this.#call(points, options.reduce)
    const sizes = lengths(call)
    const last = sizes.length - 1
    const wanted = (i: number) => value || i === last
    const given = out === undefined ? undefined : this.#placed(out, sizes)
    const outs = sizes.map((size, i) => {
      if (!wanted(i)) return undefined
      return given === undefined ? new Float64Array(size) : given[i]
    })
    run(call, outs)
    return { value: build(this.#tape.resultForm, i => outs[i]), jacobian: outs[last] }
  }

  /**
   * As `at`, on copies of the inputs and on other threads, while the event loop stays free.
   *
   * @throws what `at` throws, or the reason of `signal`
   */
  atAsync(
    points: Points<X>,
    options?: AsyncOptions & { readonly reduce?: Reduction },
  ): Promise<JacobianResult<Y>>
  /** As `at` with the same reduction, on copies of the inputs and on other threads. */
  atAsync(
    points: Points<X>,
    options: AsyncOptions & { readonly reduce: 'normal' },
  ): Promise<NormalResult>
  async atAsync(
    points: unknown,
    options: AsyncOptions & { readonly reduce?: Reduction | 'normal' } = {},
  ): Promise<unknown> {
    checkOptions(options, ['reduce', 'signal', 'onProgress'], 'the options of `atAsync`')
    if (options.reduce === 'normal') return normalAsync(this.#normalCall(points), options)
    const results = await runAsync(this.#call(points, options.reduce), options)
    return { value: build(this.#tape.resultForm, i => results[i]), jacobian: results.at(-1) }
  }

  /** The Jacobian at one point as a linear map, without a matrix. */
  operator(...point: Arguments<X, Value>): Operator<X, Y>
  operator(...point: readonly unknown[]): Operator<X, Y> {
    const rows = pointRows(this.#tape, point)
    return new Operator<X, Y>(
      guarded(() => this.#native.operator(rows)),
      this.#tape,
      this.#wrt,
    )
  }

  /** The plan it follows, for all points of its batch; that of a whole mode where that is the cheapest. */
  get plan(): Plan {
    return new Plan(guarded(() => this.#native.plan()))
  }

  /** Frees its memory at once; without it the collector of garbage does. */
  dispose(): void {
    guarded(() => this.#native.dispose())
    guarded(() => this.#program.dispose())
    guarded(() => this.#normal?.dispose())
  }

  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose()
  }

  /** @internal */
  [inspect.custom](): string {
    const [rows, columns] = this.shape
    return `Jacobian ${rows} x ${columns} of ${inspect(this.#tape)}, ${this.order} mode: ${this.sweeps} sweeps, ${this.cost} multiply-adds`
  }

  #call(points: unknown, reduce: unknown): Call {
    const reduction = checkReduction(reduce, "'sum', 'mean' or 'normal'")
    const call = callAt(this.#program, this.#tape, points, this.#shared, reduction)
    return { ...call, outputs: this.#outputs }
  }

  /** The arrays that the user gave for results. */
  #placed(out: NonNullable<AtOptions<unknown>['out']>, sizes: readonly number[]) {
    checkOptions(out, ['value', 'jacobian'], 'out')
    const { value, jacobian } = out
    const arrays = placed(this.#tape.resultForm, value, sizes, 'out.value')
    const size = sizes.at(-1) ?? 0
    if (jacobian !== undefined) arrays.splice(-1, 1, checkOut(jacobian, size, 'out.jacobian'))
    return arrays
  }

  #normalCall(points: unknown): Call {
    this.#normal ??= guarded(() => this.#native.normal())
    const call = { ...this.#call(points, undefined), program: this.#normal }
    return normalCall(call, this.#tape.inputs, this.#wrt, this.shape[1])
  }
}

/**
 * Prepares the Jacobian of a tape or a chain: a row for each element of the outputs, a column for each element of the
 * inputs that are not fixed in their order, or of `wrt` in its order. A chain is differentiated by what its first stage
 * is.
 *
 * A calibration that cannot be used is ignored, and said as a warning of the process.
 *
 * @throws ChainruleError `UNKNOWN_NAME` for an input or order that there is not, `INVALID_ARGUMENT`, `PLAN_MISMATCH`,
 *   `NOT_A_BRACKETING`, `INVALID_COST_MODEL`
 */
export function jacobian<X, Y>(
  of: Tape<X, Y> | Chain<X, Y>,
  options: JacobianOptions = {},
): Jacobian<X, Y> {
  const known = ['order', 'wrt', 'batch', 'costModel', 'threads', 'shared', 'memory']
  checkOptions(options, known, 'the options of `jacobian`')
  const order = orderOptions(options)
  const { wrt } = options
  // The core speaks of plans and bracketings without knowing whose argument they are.
  const about = typeof options.order === 'object' ? 'order' : undefined
  if (of instanceof Chain) {
    if (wrt !== undefined) {
      const wanted = 'be left out for a chain, which its first stage says what to differentiate by'
      throw mismatch('INVALID_ARGUMENT', 'wrt', wanted, 'it was given')
    }
    const prepared = guarded(
      () => native.chainJacobian(of.native, order, coreOptions(options)),
      about,
    )
    return new Jacobian<X, Y>(prepared, of.tape, options)
  }
  const core = nativeOf(of)
  const paths = wrt === undefined ? undefined : pathList(wrt, 'wrt')
  const prepared = guarded(() => native.jacobian(core, order, paths, coreOptions(options)), about)
  return new Jacobian<X, Y>(prepared, of, options)
}
