/** Functions that make one variable of many, or of none: arrays joined, and arrays of numbers. */
import { mismatch } from './errors.js'
import { flatten, type Nested } from './numbers.js'
import { current } from './recording.js'
import { checkShape, elements, isList, kind, type Shape, written } from './shape.js'
import { lift, type Operand, Var } from './var.js'

/**
 * An array of numbers inside a recording, row-major. The numbers are copied and are part of the tape.
 *
 * @param data the elements: a typed array, or numbers in any nesting
 * @param shape by default that of `data`
 * @throws ChainruleError `NOT_RECORDING` outside of a recording, `SHAPE_MISMATCH` for a wrong length
 * @example
 * record([[3]], x => constant([1, 2, 3]).dot(x))
 */
export function constant(data: Nested | Float64Array, shape?: Shape): Var {
  const recording = current('`constant`')
  const flat = flatten(data, '`data` of `constant`')
  const own = shape === undefined ? flat.shape : checkShape(shape, '`shape` of `constant`')
  if (elements(own) !== flat.numbers.length) {
    const wanted = `have ${elements(own)} elements for shape ${written(own)}`
    const came = `has ${flat.numbers.length}`
    throw mismatch('SHAPE_MISMATCH', '`data` of `constant`', wanted, came)
  }
  const known = recording.shape(own)
  return new Var(recording, recording.array(flat.numbers.slice(), known), known)
}

/** Arrays one behind the other along an axis they have; their other sizes are equal. There must be at least one. */
export function concat(parts: readonly Var[], axis = 0): Var {
  return joined('concat', parts, axis)
}

/**
 * Arrays of one shape one behind the other along a new axis; a number takes the shape of the others.
 * There must be at least one.
 *
 * @example
 * record([[], []], (x, y) => stack([x.mul(y), x.sin(), 1])) // one output of shape [3]
 */
export function stack(parts: readonly Operand[], axis = 0): Var {
  return joined('stack', parts, axis)
}

function joined(op: string, parts: readonly Operand[], axis: number): Var {
  if (!isList(parts)) {
    const wanted = 'be a list of variables'
    throw mismatch('INVALID_ARGUMENT', `\`parts\` of \`${op}\``, wanted, `is ${kind(parts)}`)
  }
  const [first, ...rest] = parts
  if (first === undefined) {
    throw mismatch('INVALID_ARGUMENT', `\`parts\` of \`${op}\``, 'hold at least 1', 'is empty')
  }
  const number = op === 'stack' ? -1 : parts.findIndex(part => typeof part === 'number')
  if (number >= 0) {
    const argument = `\`parts[${number}]\` of \`concat\``
    throw mismatch('INVALID_ARGUMENT', argument, 'be a variable', 'is one number')
  }
  const start = lift(first, ...rest)
  const vars = rest.map(part => lift(part, start))
  const rank = start.shape.length + (op === 'stack' ? 1 : 0)
  return start.structural(op, { axis: axis < 0 ? axis + rank : axis }, ...vars)
}
