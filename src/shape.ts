/** Shapes: how many elements an array has along each axis; `[]` is one number. */
import { mismatch } from './errors.js'

/** The sizes of an array's axes, outermost first; `[]` is the shape of one number. Arrays are row-major. */
export type Shape = readonly number[]

/** The number of elements: the product of the sizes, 1 for `[]`. */
export function elements(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** The shape that both broadcast to by NumPy's rules, or nothing. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length)
  const sizes: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1
    const y = b[axis - rank + b.length] ?? 1
    if (x !== y && x !== 1 && y !== 1) return undefined
    sizes.push(x === 1 ? y : x)
  }
  return sizes
}

/** A shape as it is written: `[2, 3]`. */
export function written(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** Refuses what is not a shape: a list of whole numbers below 2^32. */
export function checkShape(shape: unknown, argument: string): Shape {
  if (!isList(shape)) {
    throw mismatch('INVALID_ARGUMENT', argument, 'be a list of sizes', `is ${kind(shape)}`)
  }
  return shape.map((size, axis) => whole(size, `${argument}[${axis}]`))
}

/** Refuses what is not a whole number from `least` to 2^32 - 1. */
export function whole(value: unknown, argument: string, least = 0): number {
  if (typeof value === 'number' && value >>> 0 === value && value >= least) return value
  const wanted = `be a whole number from ${least} to 2^32 - 1`
  throw mismatch('INVALID_ARGUMENT', argument, wanted, `is ${kind(value)}`)
}

/** What a wrong value is, in words short enough for a message. */
export function kind(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (typeof value !== 'object') return `a ${typeof value}`
  return `of type ${value.constructor?.name ?? 'Object'}`
}

/** Whether it is a list, of anything. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** Whether it can be called; what it takes and gives has to be seen. */
export function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function'
}
