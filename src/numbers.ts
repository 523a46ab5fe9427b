/** Numbers as users write them, brought into one `Float64Array`. */
import { mismatch } from './errors.js'
import { isList, kind, type Shape, written } from './shape.js'

/** A number, or lists of numbers of one length at each depth. */
export type Nested = number | readonly Nested[]

/** Numbers in row-major order, and the shape they came in; a typed array has one axis. */
export interface Flat {
  numbers: Float64Array
  shape: Shape
}

/** Brings `value` into one array; a `Float64Array` is taken as it is, without a copy. */
export function flatten(value: unknown, argument: string): Flat {
  if (value instanceof Float64Array) {
    refuseDetached(value, argument)
    return { numbers: value, shape: [value.length] }
  }
  if (typeof value === 'number') return { numbers: Float64Array.of(value), shape: [] }
  if (!isList(value)) {
    const wanted = 'be a number, an array of numbers or a Float64Array'
    throw mismatch('INVALID_ARGUMENT', argument, wanted, `is ${kind(value)}`)
  }
  const shape = shapeOf(value, argument)
  const numbers: number[] = []
  collect(value, shape, 0, numbers, argument)
  return { numbers: Float64Array.from(numbers), shape }
}

/** More axes than any array has; a list that holds itself has no end of them. */
const MOST_AXES = 32

/** The shape that the first entries at each depth have. */
function shapeOf(list: readonly unknown[], argument: string): number[] {
  const shape = [list.length]
  for (let [first] = list; isList(first); [first] = first) {
    if (shape.push(first.length) > MOST_AXES) {
      const wanted = `nest lists ${MOST_AXES} deep at most`
      throw mismatch('INVALID_ARGUMENT', argument, wanted, 'goes deeper')
    }
  }
  return shape
}

function collect(
  list: readonly unknown[],
  shape: Shape,
  depth: number,
  into: number[],
  argument: string,
): void {
  const wrong = (came: string) => {
    const wanted = `hold numbers in shape ${written(shape)} throughout`
    return mismatch('SHAPE_MISMATCH', argument, wanted, came)
  }
  if (list.length !== shape[depth]) throw wrong(`has a list of length ${list.length}`)
  for (const entry of list) {
    if (depth < shape.length - 1) {
      if (!isList(entry)) throw wrong(`holds ${kind(entry)} beside lists`)
      collect(entry, shape, depth + 1, into, argument)
    } else if (typeof entry === 'number') {
      into.push(entry)
    } else {
      throw wrong(`holds an entry that is ${kind(entry)}`)
    }
  }
}

/** A typed array whose memory was transferred away has no numbers any more, and would pass for an empty one. */
export function refuseDetached(array: Float64Array | Int32Array, argument: string): void {
  if (array.buffer.byteLength === 0 && isDetached(array.buffer)) {
    const came = 'is detached: it was transferred away'
    throw mismatch('INVALID_ARGUMENT', argument, 'have its memory', came)
  }
}

/** Node 20 has no `detached`; a detached buffer is the one that cannot be sliced. */
function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    buffer.slice(0, 0)
    return false
  } catch {
    return true
  }
}
