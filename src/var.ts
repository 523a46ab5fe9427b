/** The variables of a recording: each method writes one line of the tape and returns the variable of its result. */
import { inspect } from 'node:util'
import { elementwiseOp } from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import { current, type Fields, type Recording } from './recording.js'
import { broadcast, kind, type Shape, written } from './shape.js'
import { Structural } from './structural.js'

/** What an elementwise op takes: a variable, or a number, which becomes a constant of the shape it meets. */
export type Operand = Var | number

/**
 * A value being recorded. It has a shape and no numbers: those come when the tape runs.
 *
 * Variables are given to the function that `record` calls and are used nowhere else.
 *
 * @example
 * record([[3]], x => {
 *   const [a, b, c] = x // variables of shape []
 *   return a.mul(b).add(c.sin())
 * })
 */
export class Var extends Structural {
  // Declared only: a field would be defined as undefined before the constructor gives it its value.

  /** @internal */
  declare readonly recording: Recording
  /** @internal Its name in the recording. */
  declare readonly node: number
  /** How many elements it has along each axis; `[]` is one number. */
  declare readonly shape: Shape

  /** @internal */
  constructor(recording: Recording, node: number, shape: Shape) {
    super()
    this.recording = recording
    this.node = node
    this.shape = shape
  }

  /** @internal */
  protected override unary(code: number, n = 0): Var {
    if ((n | 0) !== n) throw parameterError(code, n)
    return new Var(this.recording, this.recording.push(code, this.node, 0, n), this.shape)
  }

  /** @internal */
  protected override binary(code: number, b: Operand, n = 0): Var {
    const { recording, shape } = this
    if ((n | 0) !== n) throw parameterError(code, n)
    if (b instanceof Var && b.recording === recording && b.shape === shape) {
      return new Var(recording, recording.push(code, this.node, b.node, n), shape)
    }
    if (typeof b === 'number') {
      return new Var(
        recording,
        recording.push(code, this.node, recording.number(b, shape), n),
        shape,
      )
    }
    const common = commonShape(code, this, [b])
    const name = (operand: Operand) => nameIn(recording, operand, common)
    return new Var(recording, recording.push(code, name(this), name(b), n), common)
  }

  /** @internal */
  protected override ternary(code: number, b: Operand, c: Operand): Var {
    const { recording } = this
    const common = commonShape(code, this, [b, c])
    const name = (operand: Operand) => nameIn(recording, operand, common)
    return new Var(recording, recording.push(code, name(this), name(b), name(c)), common)
  }

  /** @internal */
  override structural(op: string, fields: Fields, ...more: readonly Var[]): Var {
    for (const arg of more) checkVariable(arg, `an argument of \`${op}\``, this.recording)
    const { node, shape } = this.recording.structural(op, fields, [this, ...more])
    return new Var(this.recording, node, shape)
  }

  /** The entries along the first axis, so that a vector can be taken apart: `const [a, b] = x`. */
  *[Symbol.iterator](): Generator<Var, void, undefined> {
    const [entries] = this.shape
    if (entries === undefined) {
      throw mismatch('SHAPE_MISMATCH', 'an iterated variable', 'have an axis', 'is one number')
    }
    for (let i = 0; i < entries; i++) yield this.at(i)
  }

  /** Says in time that `x * y` would lose the recording. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return `Var %${this.node} ${written(this.shape)}`
    const wanted = 'be used through methods, as in `x.mul(y)` or `sub(1, x)`'
    throw mismatch('INVALID_ARGUMENT', 'a variable', wanted, 'stands in JavaScript arithmetic')
  }

  /** @internal */
  [inspect.custom](): string {
    return `${this}`
  }
}

// Functions and not private methods, as in `structural.ts`.

/** The shape that the operands broadcast to. */
function commonShape(code: number, first: Var, others: readonly Operand[]): Shape {
  const { recording } = first
  let shape = first.shape
  for (const [i, other] of others.entries()) {
    if (typeof other === 'number') continue
    if (!(other instanceof Var) || other.recording !== recording) {
      checkVariable(other, argumentOf(code, i + 1), recording)
    }
    if (other.shape === shape || other.shape.length === 0) continue
    const common = broadcast(shape, other.shape)
    if (common === undefined) {
      const wanted = `have a shape that broadcasts with ${written(shape)}`
      const came = `has shape ${written(other.shape)}`
      throw mismatch('SHAPE_MISMATCH', argumentOf(code, i + 1), wanted, came)
    }
    shape = recording.shape(common)
  }
  return shape
}

/** The name of an operand in a shape to which it broadcasts. */
function nameIn(recording: Recording, operand: Operand, shape: Shape): number {
  if (typeof operand === 'number') return recording.number(operand, shape)
  return operand.shape === shape ? operand.node : recording.broadcast(operand.node, shape)
}

/** The first operand as a variable: a number joins the recording of the others, or the one under way. */
export function lift(first: Operand, ...others: readonly Operand[]): Var {
  if (first instanceof Var) return first
  if (typeof first !== 'number') {
    throw mismatch(
      'INVALID_ARGUMENT',
      'an operand',
      'be a variable or a number',
      `is ${kind(first)}`,
    )
  }
  const met = others.find(other => other instanceof Var)
  const recording = met === undefined ? current('a function of numbers alone') : met.recording
  const shape = met === undefined ? recording.shape([]) : met.shape
  return new Var(recording, recording.number(first, shape), shape)
}

/** Refuses what is no variable, or one of another recording. */
export function checkVariable(value: unknown, argument: string, recording: Recording): void {
  if (!(value instanceof Var)) {
    const wanted = 'be a variable or a number'
    throw mismatch('INVALID_ARGUMENT', argument, wanted, `is ${kind(value)}`)
  }
  if (value.recording !== recording) {
    const wanted = 'be a variable of this recording'
    throw mismatch('FOREIGN_VARIABLE', argument, wanted, 'belongs to another one')
  }
}

function argumentOf(code: number, i: number): string {
  const { name, args } = guarded(() => elementwiseOp(code))
  return `\`${args[i]}\` of \`${name}\``
}

function parameterError(code: number, n: unknown): Error {
  const { name, parameter } = guarded(() => elementwiseOp(code))
  const wanted = 'be a whole number between -2^31 and 2^31 - 1'
  return mismatch('INVALID_ARGUMENT', `\`${parameter}\` of \`${name}\``, wanted, `is ${kind(n)}`)
}
