/** Programs: tapes made ready to run on points. */
import { inspect } from 'node:util'
import * as native from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import { build, type Filled, type Layout, type Sparse } from './form.js'
import { checkOptions, pathList } from './options.js'
import {
  type Arguments,
  type Points,
  pointArguments,
  pointInputs,
  RowKind,
  type Value,
} from './points.js'
import {
  type AsyncOptions,
  type Call,
  callAt,
  checkReduction,
  lengths,
  placed,
  type Reduction,
  run,
  runAsync,
} from './running.js'
import { kind, whole } from './shape.js'
import type { Tape } from './tape.js'
import { nativeOf } from './transforms.js'

/** How a tape is prepared. */
export interface PrepareOptions {
  /** At most so many threads; by default all that `setThreads` gives. */
  readonly threads?: number
  /** Paths of inputs that are always one row for all points; what depends on them alone is computed once a call. */
  readonly shared?: readonly string[]
  /** The most bytes a call may allocate beyond its inputs, results included unless `out` is given. */
  readonly memory?: number
}

/** How a program runs on many points. */
export interface BatchOptions<Y> {
  /** Arrays for the results, in the form of the result; a part that is missing is not computed. */
  readonly out?: Sparse<Y, Float64Array>
  /** Brings the results of all points together. */
  readonly reduce?: Reduction
}

/** A tape ready to run, on one point or on millions. */
export class Program<X = Layout, Y = Layout> {
  /** The layouts of inputs and result; they exist for types alone. */
  declare readonly layout: { inputs: X; result: Y }
  readonly #native: native.NativeProgram
  readonly #tape: Tape<unknown, unknown>
  readonly #shared: readonly string[]

  /** @internal */
  constructor(
    program: native.NativeProgram,
    tape: Tape<unknown, unknown>,
    shared: readonly string[],
  ) {
    this.#native = program
    this.#tape = tape
    this.#shared = shared
  }

  /** The multiply-adds of one evaluation, as the op tables state them. */
  get cost(): number {
    return guarded(() => this.#native.cost())
  }

  /**
   * Runs at one point, given as the recorded function takes it.
   *
   * @throws ChainruleError `SHAPE_MISMATCH`, `UNKNOWN_NAME`, `INVALID_ARGUMENT`
   * @example
   * const f = prepare(record([[], []], (x, y) => x.mul(y)))
   * f.call(2, 3) // Float64Array(1) [ 6 ]
   */
  call(...inputs: Arguments<X, Value>): Filled<Y, Float64Array>
  call(...inputs: readonly unknown[]): unknown {
    const point = pointArguments(this.#tape.inputForm, inputs)
    const data = pointInputs(this.#tape.inputForm, this.#tape.inputs, point)
    const rows = data.map((data, i) => {
      const shared = this.#shared.includes(this.#tape.inputs[i]?.path ?? '')
      return { kind: shared ? RowKind.shared : RowKind.each, data }
    })
    const { outputs } = this.#tape
    return this.#run({ program: this.#native, points: 1, rows, outputs }, undefined)
  }

  /**
   * Runs at many points: for each input rows in one array, `{ shared }`, or `{ data, index }`; or the rows of all inputs
   * joined in one array. Each result is rows in one array, or with a reduction one row.
   *
   * @throws ChainruleError `SHAPE_MISMATCH`, `UNKNOWN_NAME`, `INVALID_ARGUMENT`, `OVERLAP`, `INFEASIBLE_MEMORY`
   */
  batch(inputs: Points<X>, options?: BatchOptions<Y>): Filled<Y, Float64Array>
  batch(inputs: unknown, options: BatchOptions<unknown> = {}): unknown {
    checkOptions(options, ['out', 'reduce'], 'the options of `batch`')
    return this.#run(this.#batch(inputs, options.reduce), options.out)
  }

  /**
   * As `batch`, on copies of the inputs and on other threads, while the event loop stays free.
   *
   * @throws what `batch` throws, or the reason of `signal`
   */
  batchAsync(
    inputs: Points<X>,
    options?: AsyncOptions & { readonly reduce?: Reduction },
  ): Promise<Filled<Y, Float64Array>>
  async batchAsync(
    inputs: unknown,
    options: AsyncOptions & { readonly reduce?: Reduction } = {},
  ): Promise<unknown> {
    checkOptions(options, ['reduce', 'signal', 'onProgress'], 'the options of `batchAsync`')
    const results = await runAsync(this.#batch(inputs, options.reduce), options)
    return build(this.#tape.resultForm, i => results[i] ?? new Float64Array(0))
  }

  /** The low-level form, for reading. */
  toString(): string {
    return guarded(() => this.#native.text())
  }

  /** Frees its memory at once; without it the collector of garbage does. */
  dispose(): void {
    guarded(() => this.#native.dispose())
  }

  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose()
  }

  /** @internal */
  [inspect.custom](): string {
    return `Program of ${inspect(this.#tape)}, ${this.cost} multiply-adds`
  }

  #batch(inputs: unknown, reduce: unknown): Call {
    return callAt(this.#native, this.#tape, inputs, this.#shared, checkReduction(reduce))
  }

  #run(call: Call, out: unknown): unknown {
    const sizes = lengths(call)
    const form = this.#tape.resultForm
    const outs =
      out === undefined
        ? sizes.map(size => new Float64Array(size))
        : placed(form, out, sizes, 'out')
    run(call, outs)
    return build(this.#tape.resultForm, i => outs[i])
  }
}

/**
 * Makes a tape ready to run. A program is prepared once and run often.
 *
 * @throws ChainruleError `UNKNOWN_NAME` for a shared input that there is not, `INVALID_ARGUMENT`
 * @example
 * const f = record([[3]], x => x.exp().sum())
 * prepare(grad(f)).call([1, 2, 3]).gradient
 */
export function prepare<X, Y>(tape: Tape<X, Y>, options: PrepareOptions = {}): Program<X, Y> {
  const core = nativeOf(tape)
  checkOptions(options, ['threads', 'shared', 'memory'], 'the options of `prepare`')
  const program = guarded(() => native.prepare(core, coreOptions(options)))
  return new Program<X, Y>(program, tape, options.shared ?? [])
}

/** A number of bytes; unlike sizes it may be 2^32 or more. */
function bytes(memory: unknown): number {
  if (Number.isSafeInteger(memory) && typeof memory === 'number' && memory >= 0) return memory
  const wanted = 'be a whole number of bytes'
  throw mismatch('INVALID_ARGUMENT', 'memory', wanted, `is ${kind(memory)}`)
}

/** The options as the core takes them. */
export function coreOptions({
  threads,
  shared = [],
  memory,
}: PrepareOptions): native.ProgramOptions {
  const options: native.ProgramOptions = { shared: pathList(shared, 'shared') }
  if (threads !== undefined) options.threads = whole(threads, 'threads', 1)
  if (memory !== undefined) options.memory = bytes(memory)
  return options
}
