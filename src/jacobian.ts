/** Jacobians: prepared once, evaluated at many points, or as linear maps that are never matrices. */
import { inspect } from 'node:util'
import * as native from './binding.cjs'
import { type CostModel, warn } from './calibrate.js'
import { Chain } from './chain.js'
import { guarded, mismatch } from './errors.js'
import {
  build,
  type Filled,
  type Free,
  filled,
  formOf,
  isRecord,
  type Layout,
  type Sparse,
  walk,
} from './form.js'
import {
  type NormalOptions,
  type NormalResult,
  normalAsync,
  normalAt,
  normalCall,
} from './normal.js'
import { checkFlag, checkOptions, pathList } from './options.js'
import { Plan } from './planned.js'
import {
  type Arguments,
  type ArrayInfo,
  batchInputs,
  type Points,
  pointArguments,
  pointInputs,
  type Value,
  valuesOf,
} from './points.js'
import { coreOptions, type PrepareOptions } from './program.js'
import {
  type AsyncOptions,
  type Call,
  checkOut,
  checkReduction,
  lengths,
  type Reduction,
  type ResultInfo,
  run,
  runAsync,
} from './running.js'
import { elements, isFunction, isList, kind, whole } from './shape.js'
import type { Tape } from './tape.js'
import { type Group, nativeOf } from './transforms.js'

/** In which order the Jacobians of a function's stages are multiplied. */
export type Order = 'auto' | 'forward' | 'reverse' | PlanLike | Bracketing

/** A plan, or its JSON form. */
export interface PlanLike {
  toJSON(): unknown
}

/** Nested pairs of stage numbers: `[[0, 1], 2]` multiplies the first two stages first. */
export type Bracketing = readonly [Bracketing | number, Bracketing | number]

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
  readonly #shared: readonly boolean[]
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
    this.#shared = tape.inputs.map(({ path }) => shared.includes(path))
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
   * jacobian(line).at(points, { reduce: 'normal' }).normal // [5, 3, 3, 3]
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
    const wanted = (i: number) => out === undefined && (value || i === last)
    const outs: (Float64Array | undefined)[] = sizes.map((size, i) => {
      return wanted(i) ? new Float64Array(size) : undefined
    })
    if (out !== undefined) {
      checkOptions(out, ['value', 'jacobian'], 'out')
      if (out.jacobian !== undefined)
        outs[last] = checkOut(out.jacobian, sizes[last] ?? 0, 'out.jacobian')
      const place = (i: number, array: unknown, argument: string) => {
        if (array !== undefined && value) outs[i] = checkOut(array, sizes[i] ?? 0, argument)
      }
      walk(this.#tape.resultForm, out.value, 'out.value', place, true)
    }
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
    const isShared = (input: number) => this.#shared[input] ?? false
    const inputs = batchInputs(this.#tape.inputForm, this.#tape.inputs, points, isShared)
    return {
      program: this.#program,
      ...inputs,
      outputs: this.#outputs,
      reduce: checkReduction(reduce, "'sum', 'mean' or 'normal'"),
    }
  }

  #normalCall(points: unknown): Call {
    this.#normal ??= guarded(() => this.#native.normal())
    const call = { ...this.#call(points, undefined), program: this.#normal }
    return normalCall(call, this.#tape.inputs, this.#wrt, this.shape[1])
  }
}

/** The derivative of a function at one point as a linear map. */
export class Operator<X = Layout, Y = Layout> {
  /** The layouts of inputs and result; they exist for types alone. */
  declare readonly layout: { inputs: X; result: Y }
  readonly #native: native.NativeOperator
  readonly #tape: Tape<unknown, unknown>
  readonly #wrt: readonly string[]

  /** @internal */
  constructor(
    operator: native.NativeOperator,
    tape: Tape<unknown, unknown>,
    wrt: readonly string[],
  ) {
    this.#native = operator
    this.#tape = tape
    this.#wrt = wrt
  }

  /** The function's results at the point. */
  get value(): Filled<Y, Float64Array> {
    const values = guarded(() => this.#native.value())
    return filled<Y, Float64Array>(this.#tape.resultForm, i => values[i])
  }

  /** The Jacobian times `tangent`, which has the form of the inputs it is differentiated by. */
  jvp(tangent: unknown): Filled<Y, Float64Array> {
    const tangents = valuesOf(this.#inputs(), tangent, 'tangent')
    const images = guarded(() => this.#native.jvp(tangents))
    return filled<Y, Float64Array>(this.#tape.resultForm, i => images[i])
  }

  /** `adjoint`, which has the form of the result, times the Jacobian. */
  vjp(adjoint: unknown): Filled<Group<Free<X>>, Float64Array>
  vjp(adjoint: unknown): unknown {
    const adjoints = valuesOf(this.#tape.outputs, adjoint, 'adjoint')
    const images = guarded(() => this.#native.vjp(adjoints))
    return images.length === 1 ? images[0] : build(formOf(this.#wrt), i => images[i])
  }

  /** Column `j` of the Jacobian: an entry for each element of the outputs. */
  column(j: number): Float64Array {
    const column = whole(j, 'j')
    return guarded(() => this.#native.column(column))
  }

  /** Row `i` of the Jacobian: an entry for each element of the inputs it is differentiated by. */
  row(i: number): Float64Array {
    const row = whole(i, 'i')
    return guarded(() => this.#native.row(row))
  }

  /** @internal */
  [inspect.custom](): string {
    const size = (arrays: readonly ArrayInfo[]) =>
      arrays.reduce((sum, { shape }) => sum + elements(shape), 0)
    const [rows, columns] = [size(this.#tape.outputs), size(this.#inputs())]
    return `Operator ${rows} x ${columns} at a point of ${inspect(this.#tape)}`
  }

  #inputs() {
    return this.#wrt.flatMap(path => this.#tape.inputs.filter(input => input.path === path))
  }
}

/** A function and the programs of its derivative. */
export class Linearization<X = Layout, Y = Layout> {
  readonly #native: native.NativeLinearization
  readonly #tape: Tape<unknown, unknown>

  /** @internal */
  constructor(linearization: native.NativeLinearization, tape: Tape<unknown, unknown>) {
    this.#native = linearization
    this.#tape = tape
  }

  /** @internal */
  [inspect.custom](): string {
    return `Linearization of ${inspect(this.#tape)}`
  }

  /** The derivative at a point, given as for `Program.call`. */
  at(...point: Arguments<X, Value>): Operator<X, Y>
  at(...point: readonly unknown[]): Operator<X, Y> {
    const rows = pointRows(this.#tape, point)
    const wrt = this.#tape.inputs.filter(({ fixed }) => !fixed).map(({ path }) => path)
    return new Operator<X, Y>(
      guarded(() => this.#native.at(rows)),
      this.#tape,
      wrt,
    )
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

/** The order as the core takes it. */
export function orderOptions(options: JacobianOptions): native.OrderOptions {
  const { order = 'auto', batch, costModel } = options
  const more: Omit<native.OrderOptions, 'order'> = {}
  if (batch !== undefined) more.batch = whole(batch, 'batch', 1)
  if (costModel !== undefined) {
    if (order !== 'auto') {
      const wanted = "be left out unless the order is 'auto'"
      throw mismatch('INVALID_ARGUMENT', 'costModel', wanted, 'another order was given')
    }
    more.costModel = JSON.stringify(costModel)
  }
  if (typeof order === 'string') return { order, ...more }
  if (isList(order)) return { order: 'bracketing', text: JSON.stringify(order), ...more }
  if (order instanceof Plan || isRecord(order)) {
    return { order: 'plan', text: planText(order), ...more }
  }
  const wanted = "be 'auto', 'forward', 'reverse', a plan or a bracketing"
  throw mismatch('INVALID_ARGUMENT', 'order', wanted, `is ${kind(order)}`)
}

/** The JSON of a plan alone, from a plan or the JSON form of one. */
function planText(order: object): string {
  const json: unknown = 'toJSON' in order && isFunction(order.toJSON) ? order.toJSON() : order
  return JSON.stringify(isRecord(json) && isRecord(json['plan']) ? json['plan'] : json)
}

/**
 * Prepares products with the Jacobian of a tape at single points.
 *
 * @example
 * const f = record([[2]], x => stack([x.at(0).mul(x.at(1)), x.at(0).sin()]))
 * linearize(f).at([2, 3]).jvp([1, 0])
 */
export function linearize<X, Y>(tape: Tape<X, Y>): Linearization<X, Y> {
  const core = nativeOf(tape)
  return new Linearization<X, Y>(
    guarded(() => native.linearize(core)),
    tape,
  )
}

function pointRows(tape: Tape<unknown, unknown>, point: readonly unknown[]): Float64Array[] {
  return pointInputs(tape.inputForm, tape.inputs, pointArguments(tape.inputForm, point))
}
