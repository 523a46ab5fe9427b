/** The structural ops as methods of a variable: they move, fold and multiply elements. */
import { product } from './dot.js'
import { mismatch } from './errors.js'
import { Elementwise } from './generated/methods.js'
import type { Fields } from './recording.js'
import { isList, kind, type Shape } from './shape.js'
import type { Var } from './var.js'

/** Axes by number; a negative one counts from the last. */
export type Axes = number | readonly number[]

/** The methods of a variable beside the elementwise ops. */
export abstract class Structural extends Elementwise {
  /** How many elements it has along each axis; `[]` is one number. */
  abstract readonly shape: Shape
  /** @internal Applies an op to this variable and, behind it, `more`. */
  abstract structural(op: string, fields: Fields, ...more: readonly Var[]): Var

  /** The sum along `axes` (all of them where none are given), which are removed; the sum of nothing is 0. */
  sum(axes?: Axes): Var {
    return this.structural('sum', { axes: axesOf(this.shape, axes) })
  }

  /** The mean along `axes` (all where none are given), which are removed; the mean of nothing is NaN. */
  mean(axes?: Axes): Var {
    return this.structural('mean', { axes: axesOf(this.shape, axes) })
  }

  /** The largest element along `axes` (all where none are given), which are removed; NaN if one of them is. */
  reduceMax(axes?: Axes): Var {
    return this.structural('reduce_max', { axes: axesOf(this.shape, axes) })
  }

  /** The smallest element along `axes` (all where none are given), which are removed; NaN if one of them is. */
  reduceMin(axes?: Axes): Var {
    return this.structural('reduce_min', { axes: axesOf(this.shape, axes) })
  }

  /** log(sum(exp(x))) along `axes` (all where none are given), which are removed; without overflow. */
  logsumexp(axes?: Axes): Var {
    return this.structural('logsumexp', { axes: axesOf(this.shape, axes) })
  }

  /** Running sums along `axis`. */
  cumsum(axis = 0): Var {
    return this.structural('cumsum', { axis: axisOf(this.shape, axis) })
  }

  /** Repeated to `shape` by NumPy's rules: axes are matched from the last, and one of size 1 repeats. */
  broadcast(this: Var, shape: Shape): Var {
    checkSizes(shape, 'broadcast')
    if (isSame(shape, this.shape)) return this
    return this.structural('broadcast', { shape })
  }

  /** The elements in row-major order, in another shape of as many elements. */
  reshape(this: Var, shape: Shape): Var {
    checkSizes(shape, 'reshape')
    if (isSame(shape, this.shape)) return this
    return this.structural('reshape', { shape })
  }

  /** Axis `i` of the result is axis `permutation[i]` of this; without a permutation the axes are reversed. */
  transpose(permutation?: readonly number[]): Var {
    if (permutation === undefined) {
      return this.structural('transpose', { permutation: [...this.shape.keys()].reverse() })
    }
    const axes = listed(permutation, '`permutation` of `transpose`')
    return this.structural('transpose', { permutation: axes.map(axis => axisOf(this.shape, axis)) })
  }

  /** The order of elements reversed along `axes` (all where none are given). */
  flip(axes?: Axes): Var {
    return this.structural('flip', { axes: axesOf(this.shape, axes) })
  }

  /**
   * The box from `start` to before `stop`, every `step`-th element: numbers are for the first axis, lists for the
   * leading axes, and axes not named stay whole. A negative bound counts from the end.
   */
  slice(start: Axes, stop?: Axes, step: Axes = 1): Var {
    const from = listed(start, '`start` of `slice`')
    const to = listed(stop ?? [], '`stop` of `slice`')
    const by = listed(step, '`step` of `slice`')
    const bound = (value: number | undefined, size: number, otherwise: number) => {
      if (value === undefined) return otherwise
      return value < 0 ? value + size : value
    }
    return this.structural('slice', {
      starts: this.shape.map((size, axis) => bound(from[axis], size, 0)),
      stops: this.shape.map((size, axis) => bound(to[axis], size, size)),
      steps: this.shape.map((_, axis) => by[axis] ?? 1),
    })
  }

  /** Entry `i` of the first axis, which is removed; a negative `i` counts from the end. */
  at(i: number): Var {
    const [entries, ...rest] = this.shape
    if (entries === undefined) {
      throw mismatch('SHAPE_MISMATCH', 'the argument of `at`', 'have an axis', 'is one number')
    }
    const place = typeof i === 'number' && i < 0 ? i + entries : i
    if (!Number.isInteger(place) || place < 0 || place >= entries) {
      const wanted = `be a whole number below the ${entries} entries of the first axis`
      throw mismatch('INVALID_ARGUMENT', '`i` of `at`', wanted, `is ${kind(i)}`)
    }
    return this.slice(place, place + 1).reshape(rest)
  }

  /** Set into an array of `fill`, with `low` elements before and `high` behind it along each axis. */
  pad(low: Axes, high: Axes = low, fill = 0): Var {
    const [before, behind] = [listed(low, '`low` of `pad`'), listed(high, '`high` of `pad`')]
    checkNumber(fill, '`fill` of `pad`')
    return this.structural('pad', {
      low: this.shape.map((_, axis) => before[axis] ?? 0),
      high: this.shape.map((_, axis) => behind[axis] ?? 0),
      between: this.shape.map(() => 0),
      fill,
    })
  }

  /** The entries at `indices` along `axis`; indices are constants and may repeat. */
  gather(indices: Indices, axis = 0): Var {
    checkIndices(indices, 'gather')
    return this.structural('gather', { axis: axisOf(this.shape, axis), indices })
  }

  /** With entry `k` of `updates` along `axis` added to entry `indices[k]`, in increasing order of `k`. */
  scatterAdd(indices: Indices, updates: Var, axis = 0): Var {
    checkIndices(indices, 'scatterAdd')
    return this.structural('scatter_add', { axis: axisOf(this.shape, axis), indices }, updates)
  }

  /**
   * The inner product of vectors, matrix by vector, vector by matrix or matrix by matrix, as the ranks say;
   * axes before the last two are a batch and broadcast.
   */
  dot(this: Var, other: Var): Var {
    if (!(other instanceof Structural)) {
      throw mismatch('INVALID_ARGUMENT', '`b` of `dot`', 'be a variable', `is ${kind(other)}`)
    }
    return product(this, other)
  }
}

/** Places along an axis. */
export type Indices = readonly number[] | Int32Array | Uint32Array

function isSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

// Functions and not private methods: those would mark every variable when it is made, at the cost of writing its node.

function axesOf(shape: Shape, axes: Axes | undefined): number[] {
  if (axes === undefined) return [...shape.keys()]
  return listed(axes, '`axes`')
    .map(axis => axisOf(shape, axis))
    .sort((a, b) => a - b)
}

function axisOf(shape: Shape, axis: number): number {
  checkNumber(axis, '`axis`')
  return axis < 0 ? axis + shape.length : axis
}

function listed(axes: Axes, argument: string): readonly number[] {
  if (typeof axes === 'number') return [axes]
  if (!isList(axes)) {
    throw mismatch('INVALID_ARGUMENT', argument, 'be a number or a list', `is ${kind(axes)}`)
  }
  for (const entry of axes) checkNumber(entry, argument)
  return axes
}

function checkNumber(value: unknown, argument: string): void {
  if (typeof value === 'number') return
  throw mismatch('INVALID_ARGUMENT', argument, 'be a whole number', `is ${kind(value)}`)
}

function checkSizes(shape: unknown, op: string): void {
  if (isList(shape)) return
  const argument = `\`shape\` of \`${op}\``
  throw mismatch('INVALID_ARGUMENT', argument, 'be a list of sizes', `is ${kind(shape)}`)
}

function checkIndices(indices: unknown, op: string): void {
  if (isList(indices) || indices instanceof Int32Array || indices instanceof Uint32Array) return
  const argument = `\`indices\` of \`${op}\``
  throw mismatch('INVALID_ARGUMENT', argument, 'be a list of places', `is ${kind(indices)}`)
}
