/** Derivatives at one point, as linear maps that are never matrices. */
import { inspect } from 'node:util'
import * as native from './binding.cjs'
import { guarded } from './errors.js'
import { build, type Filled, type Free, filled, formOf, type Layout } from './form.js'
import {
  type Arguments,
  type ArrayInfo,
  pointArguments,
  pointInputs,
  type Value,
  valuesOf,
} from './points.js'
import { elements, whole } from './shape.js'
import type { Tape } from './tape.js'
import { type Group, nativeOf } from './transforms.js'

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

/** A point as the core takes it. */
export function pointRows(tape: Tape<unknown, unknown>, point: readonly unknown[]): Float64Array[] {
  return pointInputs(tape.inputForm, tape.inputs, pointArguments(tape.inputForm, point))
}
