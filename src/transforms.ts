/** Transforms: each takes a tape and gives a tape, so all of them compose, to any order. */
import * as native from './binding.cjs'
import { guarded, mismatch } from './errors.js'
import type { Free, Layout } from './form.js'
import { checkOptions, pathList } from './options.js'
import { kind, whole } from './shape.js'
import { Tape } from './tape.js'

/** A group of inputs or outputs: a list of one array is that array. */
export type Group<L> = L extends readonly [infer Only] ? Only : L

/**
 * The tape of `(x, x_dot) -> (value, tangent)`: the tangent is the Jacobian times `x_dot`. Fixed inputs have no `x_dot`.
 *
 * @example
 * const f = record([[2]], x => x.mul(x).sum())
 * prepare(jvp(f)).call({ x: [1, 2], x_dot: [1, 0] }).tangent // Float64Array(1) [ 2 ]
 */
export function jvp<X, Y>(
  tape: Tape<X, Y>,
): Tape<{ x: Group<X>; x_dot: Group<Free<X>> }, { value: Group<Y>; tangent: Group<Y> }> {
  return new Tape(guarded(() => native.jvp(nativeOf(tape))))
}

/**
 * The tape of `(x, y_bar) -> (value, adjoint)`: the adjoint is the transposed Jacobian times `y_bar`.
 *
 * @example
 * const f = record([[2]], x => stack([x.at(0).mul(x.at(1)), x.at(0).sin()]))
 * prepare(vjp(f)).call({ x: [2, 3], y_bar: [1, 0] }).adjoint // Float64Array(2) [ 3, 2 ]
 */
export function vjp<X, Y>(
  tape: Tape<X, Y>,
): Tape<{ x: Group<X>; y_bar: Group<Y> }, { value: Group<Y>; adjoint: Group<Free<X>> }> {
  return new Tape(guarded(() => native.vjp(nativeOf(tape))))
}

/**
 * The tape of `x -> (value, gradient)`, for a tape that gives one number; the gradient has the form of the inputs that
 * are not fixed.
 *
 * @throws ChainruleError `NOT_SCALAR`
 * @example
 * const f = record([[2]], x => x.at(0).square().mul(x.at(1)))
 * prepare(grad(f)).call([3, 5]).gradient // Float64Array(2) [ 30, 9 ]
 */
export function grad<X, Y>(
  tape: Tape<X, Y>,
): Tape<X, { value: 'array'; gradient: Group<Free<X>> }> {
  return new Tape(guarded(() => native.grad(nativeOf(tape))))
}

/**
 * The tape of `(x, v) -> (value, gradient, hvp)`, for a tape that gives one number: `hvp` is the Hessian times `v`.
 *
 * @throws ChainruleError `NOT_SCALAR`
 * @example
 * const f = record([[2]], x => x.at(0).square().mul(x.at(1)))
 * prepare(hvp(f)).call({ x: [3, 5], v: [1, 0] }) // its `hvp` is the first column of the Hessian, [ 10, 6 ]
 */
export function hvp<X, Y>(
  tape: Tape<X, Y>,
): Tape<Layout, { value: 'array'; gradient: Group<Free<X>>; hvp: Group<Free<X>> }> {
  return new Tape(guarded(() => native.hvp(nativeOf(tape))))
}

/**
 * The tape of `x -> (value, jacobian)`: a row for each element of the outputs, a column for each element of the inputs
 * that are not fixed, in order.
 *
 * @param order `'forward'` sweeps once a column, `'reverse'` once a row
 * @example
 * const f = record([[], []], (x, y) => stack([x.mul(y), x.sub(y)]))
 * prepare(jacobianTape(f)).call(2, 3).jacobian // Float64Array(4) [ 3, 2, 1, -1 ]
 */
export function jacobianTape<X, Y>(
  tape: Tape<X, Y>,
  order: 'forward' | 'reverse' = 'forward',
): Tape<X, { value: Group<Y>; jacobian: 'array' }> {
  const core = nativeOf(tape)
  if (order !== 'forward' && order !== 'reverse') {
    throw mismatch('UNKNOWN_NAME', 'order', "be 'forward' or 'reverse'", `is ${kind(order)}`)
  }
  return new Tape(guarded(() => native.jacobianTape(core, order)))
}

/**
 * The tape of `x -> (value, gradient, hessian)`, for a tape that gives one number.
 *
 * @throws ChainruleError `NOT_SCALAR`
 * @example
 * const f = record([[2]], x => x.at(0).square().mul(x.at(1)))
 * prepare(hessianTape(f)).call([3, 5]).hessian // Float64Array(4) [ 10, 6, 6, 0 ]
 */
export function hessianTape<X, Y>(
  tape: Tape<X, Y>,
): Tape<X, { value: 'array'; gradient: Group<Free<X>>; hessian: 'array' }> {
  return new Tape(guarded(() => native.hessianTape(nativeOf(tape))))
}

/**
 * The tape that applies `tape` to each of `entries` entries of a new leading axis.
 *
 * @param options.unmapped paths of inputs that are the same for all entries; by default the fixed ones
 * @example
 * const f = record([[2]], x => x.sum())
 * prepare(vmap(f, { entries: 3 })).call([[1, 2], [3, 4], [5, 6]]) // Float64Array(3) [ 3, 7, 11 ]
 */
export function vmap<X, Y>(
  tape: Tape<X, Y>,
  options: { readonly entries: number; readonly unmapped?: readonly string[] },
): Tape<X, Y> {
  const core = nativeOf(tape)
  checkOptions(options, ['entries', 'unmapped'], 'the options of `vmap`')
  const entries = whole(options.entries, '`entries` of `vmap`')
  const { unmapped } = options
  const paths = unmapped === undefined ? undefined : pathList(unmapped, '`unmapped` of `vmap`')
  return new Tape(guarded(() => native.vmap(core, entries, paths)))
}

/** The same function with every value computed once, exact operations on constants folded, and nothing unneeded. */
export function simplify<X, Y>(tape: Tape<X, Y>): Tape<X, Y> {
  return new Tape(guarded(() => native.simplify(nativeOf(tape))))
}

/** The core's tape. */
export function nativeOf(tape: unknown): native.NativeTape {
  if (tape instanceof Tape) return tape.native
  throw mismatch('INVALID_ARGUMENT', '`tape`', 'be a Tape, as `record` gives', `is ${kind(tape)}`)
}
