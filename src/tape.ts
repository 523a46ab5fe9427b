/** Tapes: functions written down, as plain data with a text form and a binary form. */
import { inspect } from 'node:util'
import { deserializeTape, type NativeTape, parseTape, traceTape } from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import { type Form, formOf, isRecord, type Layout } from './form.js'
import { pointInputs, valuesOf } from './points.js'
import { isList, kind, type Shape, written } from './shape.js'

/** What a tape takes: an array of `shape` per point, under the name or at the position `path`. */
export interface InputInfo {
  /** Names and positions joined by dots: `'0'`, `'W'`, `'x_dot.W'`. */
  readonly path: string
  /** Its shape at one point. */
  readonly shape: number[]
  /** A fixed input is not differentiated. */
  readonly fixed: boolean
}

/** What a tape gives: an array of `shape` per point. */
export interface OutputInfo {
  /** Names and positions joined by dots; empty where the result is one array. */
  readonly path: string
  /** Its shape at one point. */
  readonly shape: number[]
  /** The number of the input whose adjoint it is. */
  readonly adjointOf?: number
}

/** What a trace carries beside the values, in the form of the inputs or of the result. */
export interface TraceOptions {
  /** Tangents of the inputs that are not fixed. */
  readonly tangent?: unknown
  /** Adjoints of the outputs. */
  readonly adjoint?: unknown
}

/**
 * A function as plain data: what it takes, its nodes in evaluation order, what it gives. `record` makes one, and every
 * transform takes one and gives one.
 */
export class Tape<X = Layout, Y = Layout> {
  /** The layouts of inputs and result; they exist for types alone. */
  declare readonly layout: { inputs: X; result: Y }
  /** @internal */
  readonly native: NativeTape
  /** What it takes, in order. */
  readonly inputs: readonly InputInfo[]
  /** What it gives, in order. */
  readonly outputs: readonly OutputInfo[]
  /** @internal */
  readonly inputForm: Form
  /** @internal */
  readonly resultForm: Form

  /** @internal */
  constructor(native: NativeTape) {
    this.native = native
    this.inputs = native.inputs()
    this.outputs = native.outputs()
    this.inputForm = formOf(this.inputs.map(({ path }) => path))
    this.resultForm = formOf(this.outputs.map(({ path }) => path))
  }

  /** The number of nodes, inputs and constants included. */
  get length(): number {
    return guarded(() => this.native.nodes())
  }

  /** The multiply-adds of one evaluation, as the op tables state them. */
  get cost(): number {
    return guarded(() => this.native.cost())
  }

  /** The tape line by line; `Tape.parse` reads it back. */
  toString(): string {
    return guarded(() => this.native.text())
  }

  /**
   * Reads what `toString` wrote.
   *
   * @throws ChainruleError `INVALID_TEXT`, naming the line
   */
  static parse(text: string): Tape {
    if (typeof text !== 'string') {
      throw mismatch('INVALID_ARGUMENT', '`text`', 'be a string', `is ${kind(text)}`)
    }
    return new Tape(guarded(() => parseTape(text)))
  }

  /** The tape as bytes, with a version and a checksum; `Tape.deserialize` reads them back. */
  serialize(): Uint8Array {
    return guarded(() => this.native.serialize())
  }

  /**
   * Reads what `serialize` wrote.
   *
   * @throws ChainruleError `INVALID_BYTES` for bytes that are corrupt, cut short or of another version
   */
  static deserialize(bytes: Uint8Array): Tape {
    if (!(bytes instanceof Uint8Array)) {
      throw mismatch('INVALID_ARGUMENT', '`bytes`', 'be a Uint8Array', `is ${kind(bytes)}`)
    }
    return new Tape(guarded(() => deserializeTape(bytes)))
  }

  /**
   * The evaluation trace at a point, line by line, as textbooks print it: values, and beside them tangents or adjoints.
   * The arguments are those of the recorded function, then what the trace carries.
   *
   * @example
   * const f = record([[], []], (x, y) => x.mul(y).add(x.sin()))
   * f.trace(2, 3, { adjoint: 1 })
   */
  trace(...args: readonly unknown[]): string {
    const last = args.at(-1)
    const options = args.length > 0 && isTraceOptions(last) ? last : {}
    const point = options === last ? args.slice(0, -1) : args
    const inputs = pointInputs(this.inputForm, this.inputs, point)
    const free = this.inputs.filter(({ fixed }) => !fixed)
    const { tangent, adjoint } = options
    const given = (
      value: unknown,
      infos: readonly { path: string; shape: Shape }[],
      name: string,
    ) => (value === undefined ? undefined : valuesOf(infos, value, name))
    const tangents = given(tangent, free, 'tangent')
    const adjoints = given(adjoint, this.outputs, 'adjoint')
    return guarded(() => traceTape(this.native, inputs, tangents, adjoints))
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
    const side = (infos: readonly { path: string; shape: Shape }[]) =>
      infos
        .map(({ path, shape }) => `${path === '' ? '' : `${path}: `}${written(shape)}`)
        .join(', ')
    return `Tape (${side(this.inputs)}) -> (${side(this.outputs)}), ${this.length} nodes`
  }
}

function isTraceOptions(value: unknown): value is TraceOptions {
  if (!isRecord(value) || isList(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every(key => key === 'tangent' || key === 'adjoint')
}
