/** Chains: functions as compositions of stages, so that the order of multiplying their Jacobians can be chosen. */
import { inspect } from 'node:util'
import * as native from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import type { Layout } from './form.js'
import { isList, kind } from './shape.js'
import { Tape } from './tape.js'
import { nativeOf } from './transforms.js'

/** A composition of functions: each stage takes what the one before it gives. */
export class Chain<X = Layout, Y = Layout> {
  /** The layouts of inputs and result; they exist for types alone. */
  declare readonly layout: { inputs: X; result: Y }
  /** @internal */
  readonly native: native.NativeChain
  /** The composition as one tape: its inputs are those of the first stage, then the fixed ones of the later stages. */
  readonly tape: Tape<X, Y>
  /** The tape of each stage, in the order they are applied; its inputs that are not fixed are what the one before gives. */
  readonly stages: readonly Tape[]

  /** @internal */
  constructor(chain: native.NativeChain, tape?: Tape<X, Y>) {
    this.native = chain
    this.tape = tape ?? new Tape(chain.tape())
    this.stages = chain.stages().map(stage => new Tape(stage))
  }

  /** How many stages there are. */
  get length(): number {
    return this.stages.length
  }

  /** Frees its memory at once; without it the collector of garbage does. */
  dispose(): void {
    guarded(() => this.native.dispose())
  }

  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose()
  }

  /** @internal */
  [inspect.custom](): string {
    const widths = this.stages.map(stage => size(stage.outputs))
    const first = size(this.tape.inputs.filter(({ fixed }) => !fixed))
    return `Chain of ${this.length} stages, widths ${[first, ...widths].join(', ')}`
  }
}

/**
 * Composes functions: what each gives is what the next one's inputs that are not fixed take, in order and of the same
 * shapes. Fixed inputs of all stages become inputs of the chain, in order, so that weights may change without a new plan;
 * a name that is taken gets the number of its stage in front, as `'1.W'`.
 *
 * @throws ChainruleError `EMPTY_CHAIN`, `SHAPE_MISMATCH` for stages that do not fit
 * @example
 * const inner = record([[]], x => x.sin())
 * const outer = record([[]], y => y.mul(y))
 * jacobian(chain([inner, outer]), { order: [0, 1] }).at([0.5]).jacobian // sin 1
 */
export function chain(tapes: readonly Tape<unknown, unknown>[]): Chain {
  if (!isList(tapes)) {
    throw mismatch('INVALID_ARGUMENT', '`tapes`', 'be a list of Tapes', `is ${kind(tapes)}`)
  }
  if (tapes.length === 0) {
    throw mismatch('EMPTY_CHAIN', '`tapes`', 'hold at least one Tape', 'is empty')
  }
  const cores = tapes.map(nativeOf)
  return new Chain(guarded(() => native.chain(cores)))
}

/**
 * Cuts a tape at its narrow places: where few numbers pass from what comes before to what comes after. A tape without
 * one is a single stage.
 *
 * @example
 * const f = record([[100]], x => x.sum(0).sin().mul(constant(new Float64Array(100).fill(2), [100])))
 * stages(f).length // a sum, then the rest
 */
export function stages<X, Y>(tape: Tape<X, Y>): Chain<X, Y> {
  const core = nativeOf(tape)
  return new Chain<X, Y>(
    guarded(() => native.stages(core)),
    tape,
  )
}

function size(arrays: readonly { readonly shape: readonly number[] }[]): number {
  return arrays.reduce((sum, { shape }) => sum + shape.reduce((all, n) => all * n, 1), 0)
}
