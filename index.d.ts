//#region src/shape.d.ts
/** The sizes of an array's axes, outermost first; `[]` is the shape of one number. Arrays are row-major. */
type Shape = readonly number[];
//#endregion
//#region src/numbers.d.ts
/** A number, or lists of numbers of one length at each depth. */
type Nested = number | readonly Nested[];
//#endregion
//#region src/generated/methods.d.ts
/** The elementwise ops as methods: each acts on every element, and operands broadcast by NumPy's rules. */
declare abstract class Elementwise {
  /** The opposite. */
  neg(): Var;
  /** The sum. */
  add(b: Operand): Var;
  /** The difference. */
  sub(b: Operand): Var;
  /** The product. */
  mul(b: Operand): Var;
  /**
   * The quotient. Both partials are made of one reciprocal; where it overflows, for divisors below
   * 2^-1024, one is infinite and the other, for a quotient of zero, NaN.
   */
  div(b: Operand): Var;
  /** The reciprocal. */
  recip(): Var;
  /** The square. */
  square(): Var;
  /** The exponential. */
  exp(): Var;
  /**
   * 2 to the power `x`. Where it overflows, so does the partial, which could last half a unit
   * longer.
   */
  exp2(): Var;
  /** e^x - 1, accurate near 0. */
  expm1(): Var;
  /** The natural logarithm. */
  log(): Var;
  /** log(1 + x), accurate near 0. */
  log1p(): Var;
  /** The logarithm to base 2. */
  log2(): Var;
  /** The logarithm to base 10. */
  log10(): Var;
  /** The square root. Its partial at a zero of either sign is inf. */
  sqrt(): Var;
  /** 1/sqrt(x); -inf at -0, as 1/sqrt(-0) is. */
  rsqrt(): Var;
  /** The real cube root. Its partial at 0 is inf. */
  cbrt(): Var;
  /**
   * `a` to the power `b`, as in C99: 1 where `b` is 0 or `a` is 1, whatever the other, and NaN
   * where `a` is negative and `b` no whole number.
   *
   * The partial in `a` is 0 where `b` is 0. That in `b` is 0 where `a` is not positive, and
   * infinite where the value is, though for `a` up to e it could last a little longer.
   */
  pow(b: Operand): Var;
  /** `x` to the integer power `n`: 1 where `n` is 0, even of NaN. */
  powi(n: number): Var;
  /**
   * sqrt(a² + b²) without overflow between; inf where either is infinite, even beside NaN. Its
   * partials at the origin are 0.
   */
  hypot(b: Operand): Var;
  /** The sine. */
  sin(): Var;
  /** The cosine. */
  cos(): Var;
  /** The tangent. */
  tan(): Var;
  /** The inverse sine, from -π/2 to π/2; NaN outside -1..1. Its partial at both ends is inf. */
  asin(): Var;
  /** The inverse cosine, from 0 to π; NaN outside -1..1. Its partial at both ends is -inf. */
  acos(): Var;
  /** The inverse tangent. Its partial is 0 from 1e154 on, where x² overflows. */
  atan(): Var;
  /**
   * The angle of the point with ordinate `a` and abscissa `b`, from -π to π; on the cut it
   * follows the sign of zero. Its partials at the origin are 0.
   */
  atan2(b: Operand): Var;
  /** The hyperbolic sine. */
  sinh(): Var;
  /** The hyperbolic cosine. */
  cosh(): Var;
  /** The hyperbolic tangent. */
  tanh(): Var;
  /** The inverse hyperbolic sine. */
  asinh(): Var;
  /** The inverse hyperbolic cosine; NaN below 1, where its partial is inf. */
  acosh(): Var;
  /** The inverse hyperbolic tangent; NaN outside -1..1, infinite at both ends. */
  atanh(): Var;
  /** 1/(1 + e^-x). */
  sigmoid(): Var;
  /** log(1 + e^x). */
  softplus(): Var;
  /**
   * log(e^a + e^b), near its roots within 2^-66; NaN if either is. Rounding `a - b` costs its
   * partials |a - b|/2 units in the last place.
   */
  logaddexp(b: Operand): Var;
  /** The larger of `x` and 0; its partial at 0 is 0. */
  relu(): Var;
  /** The error function. */
  erf(): Var;
  /** 1 - erf(x), accurate where that is small. */
  erfc(): Var;
  /** e^(-x²), accurate where that is small. */
  gauss(): Var;
  /** log|Γ(x)|, inf at the poles. */
  lgamma(): Var;
  /**
   * The derivative of order `n + 1` of log|Γ(x)|; order 0 is the digamma function, negative ones
   * are NaN. At a pole it is the limit if both sides agree on one, else NaN; at a zero the limit
   * from the side of its sign.
   */
  polygamma(n: number): Var;
  /** The absolute value. Its partial at 0 is 0. */
  abs(): Var;
  /** -1, 0 or 1; a zero keeps its sign. */
  sign(): Var;
  /** The smaller. NaN if either is, -0 below 0; the partial of a tie goes to the first. */
  min(b: Operand): Var;
  /** The larger. NaN if either is, -0 below 0; the partial of a tie goes to the first. */
  max(b: Operand): Var;
  /** The largest whole number up to `x`. */
  floor(): Var;
  /** The smallest whole number from `x` on. */
  ceil(): Var;
  /** The nearest whole number; of two, the even one. */
  round(): Var;
  /** 1 where `a < b`, else 0. */
  lt(b: Operand): Var;
  /** 1 where `a <= b`, else 0. */
  le(b: Operand): Var;
  /** 1 where `a > b`, else 0. */
  gt(b: Operand): Var;
  /** 1 where `a >= b`, else 0. */
  ge(b: Operand): Var;
  /** 1 where `a` equals `b`, else 0. */
  eq(b: Operand): Var;
  /** 0 where `a` equals `b`, else 1. */
  ne(b: Operand): Var;
  /** `a` where `condition` is not 0, else `b`; the one not chosen never leaks a NaN. */
  select(a: Operand, b: Operand): Var;
}
//#endregion
//#region src/structural.d.ts
/** Axes by number; a negative one counts from the last. */
type Axes = number | readonly number[];
/** The methods of a variable beside the elementwise ops. */
declare abstract class Structural extends Elementwise {
  /** How many elements it has along each axis; `[]` is one number. */
  abstract readonly shape: Shape;
  /** The sum along `axes` (all of them where none are given), which are removed; the sum of nothing is 0. */
  sum(axes?: Axes): Var;
  /** The mean along `axes` (all where none are given), which are removed; the mean of nothing is NaN. */
  mean(axes?: Axes): Var;
  /** The largest element along `axes` (all where none are given), which are removed; NaN if one of them is. */
  reduceMax(axes?: Axes): Var;
  /** The smallest element along `axes` (all where none are given), which are removed; NaN if one of them is. */
  reduceMin(axes?: Axes): Var;
  /** log(sum(exp(x))) along `axes` (all where none are given), which are removed; without overflow. */
  logsumexp(axes?: Axes): Var;
  /** Running sums along `axis`. */
  cumsum(axis?: number): Var;
  /** Repeated to `shape` by NumPy's rules: axes are matched from the last, and one of size 1 repeats. */
  broadcast(this: Var, shape: Shape): Var;
  /** The elements in row-major order, in another shape of as many elements. */
  reshape(this: Var, shape: Shape): Var;
  /** Axis `i` of the result is axis `permutation[i]` of this; without a permutation the axes are reversed. */
  transpose(permutation?: readonly number[]): Var;
  /** The order of elements reversed along `axes` (all where none are given). */
  flip(axes?: Axes): Var;
  /**
   * The box from `start` to before `stop`, every `step`-th element: numbers are for the first axis, lists for the
   * leading axes, and axes not named stay whole. A negative bound counts from the end.
   */
  slice(start: Axes, stop?: Axes, step?: Axes): Var;
  /** Entry `i` of the first axis, which is removed; a negative `i` counts from the end. */
  at(i: number): Var;
  /** Set into an array of `fill`, with `low` elements before and `high` behind it along each axis. */
  pad(low: Axes, high?: Axes, fill?: number): Var;
  /** The entries at `indices` along `axis`; indices are constants and may repeat. */
  gather(indices: Indices, axis?: number): Var;
  /** With entry `k` of `updates` along `axis` added to entry `indices[k]`, in increasing order of `k`. */
  scatterAdd(indices: Indices, updates: Var, axis?: number): Var;
  /**
   * The inner product of vectors, matrix by vector, vector by matrix or matrix by matrix, as the ranks say;
   * axes before the last two are a batch and broadcast.
   */
  dot(this: Var, other: Var): Var;
}
/** Places along an axis. */
type Indices = readonly number[] | Int32Array | Uint32Array;
//#endregion
//#region src/var.d.ts
/** What an elementwise op takes: a variable, or a number, which becomes a constant of the shape it meets. */
type Operand = Var | number;
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
declare class Var extends Structural {
  /** How many elements it has along each axis; `[]` is one number. */
  readonly shape: Shape;
  /** The entries along the first axis, so that a vector can be taken apart: `const [a, b] = x`. */
  [Symbol.iterator](): Generator<Var, void, undefined>;
  /** Says in time that `x * y` would lose the recording. */
  [Symbol.toPrimitive](hint: string): string;
}
//#endregion
//#region src/arrays.d.ts
/**
 * An array of numbers inside a recording, row-major. The numbers are copied and are part of the tape.
 *
 * @param data the elements: a typed array, or numbers in any nesting
 * @param shape by default that of `data`
 * @throws ChainruleError `NOT_RECORDING` outside of a recording, `SHAPE_MISMATCH` for a wrong length
 * @example
 * record([[3]], x => constant([1, 2, 3]).dot(x))
 */
declare function constant(data: Nested | Float64Array, shape?: Shape): Var;
/** Arrays one behind the other along an axis they have; their other sizes are equal. There must be at least one. */
declare function concat(parts: readonly Var[], axis?: number): Var;
/**
 * Arrays of one shape one behind the other along a new axis; a number takes the shape of the others.
 * There must be at least one.
 *
 * @example
 * record([[], []], (x, y) => stack([x.mul(y), x.sin(), 1])) // one output of shape [3]
 */
declare function stack(parts: readonly Operand[], axis?: number): Var;
//#endregion
//#region src/calibrate.d.ts
/** How a machine is measured. */
interface CalibrateOptions {
  /** About 3 seconds, with fewer shapes, in place of about 25. */
  readonly quick?: boolean;
  /** The most threads; by default all that `setThreads` gives. One thread is always measured. */
  readonly threads?: number;
  /** Ends the call, which rejects with the signal's reason and keeps nothing. */
  readonly signal?: AbortSignal;
  /** Called now and then with the share that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}
/** How long steps of plans take on a machine: plain data, which may be kept as JSON. */
interface CostModel {
  /** The version of this form. */
  readonly version: number;
  /** The machine, in words. */
  readonly machine: string;
  /** Bytes of one element: 8. */
  readonly elementBytes: number;
  /** One entry for each number of threads that was measured. */
  readonly speeds: readonly Speed[];
}
/** What some number of threads do together. */
interface Speed {
  readonly threads: number;
  /** Floating-point operations a second of the best product; a multiply-add is two. */
  readonly peak: number;
  /** Bytes a second between arithmetic and the matrices of a step. */
  readonly bandwidth: number;
  /** Seconds that a step takes besides. */
  readonly launch: number;
  /** Seconds that a byte takes more, read along rows or across them, where all matrices together take so many bytes. */
  readonly memory?: {
    readonly bytes: readonly number[];
    readonly along: readonly number[];
    readonly across: readonly number[];
  };
  /** Columns that are computed together. */
  readonly lanes: number;
  /** Shares of the peak of one product. */
  readonly single: Grid;
  /** The same for each point's matrix by a shared one, over many points. */
  readonly stacked: Grid;
  /** The same for a shared matrix by each point's. */
  readonly spread: Grid;
  /** The same for two matrices of each point. */
  readonly batched: Grid;
  /** Multiply-adds a second of products with a sparse or diagonal factor. */
  readonly sparse: number;
  /** Multiply-adds a second of 1, 4 and 16 tangents swept together. */
  readonly tangents: readonly number[];
  /** The same for adjoints. */
  readonly adjoints: readonly number[];
}
/** Shares of the peak by the sizes of products: a value for each of `rows`, each of `inner`, each of `columns` in turn. */
interface Grid {
  readonly rows: readonly number[];
  readonly inner: readonly number[];
  readonly columns: readonly number[];
  readonly values: readonly number[];
}
/** A cost model, and where it is from. */
interface Calibration {
  readonly model: CostModel;
  /** Whether it was measured on this machine, or is the built-in one. */
  readonly source: 'measured' | 'default';
  /** Why what was kept could not be used: it is damaged, or of another version or machine. */
  readonly warning?: string;
}
/**
 * Measures this machine, on other threads while the event loop stays free, and keeps the result in the user's cache
 * directory (or in the file that the environment variable `CHAINRULE_CALIBRATION` names), where planning by time finds
 * it. Resolves with what was measured; if it could not be kept, that is said as a warning of the process.
 *
 * @throws ChainruleError `INVALID_ARGUMENT`, `UNKNOWN_NAME`, or the reason of `signal`
 * @example
 * const model = await calibrate({ quick: true })
 * model.speeds[0].peak // 6.4e10
 */
declare function calibrate(options?: CalibrateOptions): Promise<CostModel>;
/**
 * The cost model that `calibrate` has kept, or the built-in one. A file that cannot be used is ignored, with a warning
 * in the result, and replaced by the next calibration.
 */
declare function loadCalibration(): Calibration;
//#endregion
//#region src/form.d.ts
/** A form as a type: `'array'` is one array, `'fixed'` one that is not differentiated. */
type Layout = 'array' | 'fixed' | readonly Layout[] | {
  readonly [name: string]: Layout;
};
/** The form `L` with `V` in the place of every array. */
type Filled<L, V> = Layout extends L ? Tree<V> : L extends string ? V : { -readonly [K in keyof L]: Filled<L[K], V> };
/** The form `L` without the arrays that are not differentiated. */
type Free<L> = L extends readonly [] ? [] : L extends readonly [infer First, ...infer Rest] ? First extends 'fixed' ? Free<Rest> : [Free<First>, ...Free<Rest>] : L extends readonly (infer Entry)[] ? Free<Entry>[] : L extends string ? L : { -readonly [K in keyof L as L[K] extends 'fixed' ? never : K]: Free<L[K]> };
/** The form `L` with some of its parts left out. */
type Sparse<L, V> = L extends string ? V : { -readonly [K in keyof L]?: Sparse<L[K], V> };
/** Arrays in any form. */
type Tree<V> = V | readonly Tree<V>[] | {
  readonly [name: string]: Tree<V>;
};
//#endregion
//#region src/tape.d.ts
/** What a tape takes: an array of `shape` per point, under the name or at the position `path`. */
interface InputInfo {
  /** Names and positions joined by dots: `'0'`, `'W'`, `'x_dot.W'`. */
  readonly path: string;
  /** Its shape at one point. */
  readonly shape: number[];
  /** A fixed input is not differentiated. */
  readonly fixed: boolean;
}
/** What a tape gives: an array of `shape` per point. */
interface OutputInfo {
  /** Names and positions joined by dots; empty where the result is one array. */
  readonly path: string;
  /** Its shape at one point. */
  readonly shape: number[];
  /** The number of the input whose adjoint it is. */
  readonly adjointOf?: number;
}
/** What a trace carries beside the values, in the form of the inputs or of the result. */
interface TraceOptions {
  /** Tangents of the inputs that are not fixed. */
  readonly tangent?: unknown;
  /** Adjoints of the outputs. */
  readonly adjoint?: unknown;
}
/**
 * A function as plain data: what it takes, its nodes in evaluation order, what it gives. `record` makes one, and every
 * transform takes one and gives one.
 */
declare class Tape<X = Layout, Y = Layout> {
  /** The layouts of inputs and result; they exist for types alone. */
  readonly layout: {
    inputs: X;
    result: Y;
  };
  /** What it takes, in order. */
  readonly inputs: readonly InputInfo[];
  /** What it gives, in order. */
  readonly outputs: readonly OutputInfo[];
  /** The number of nodes, inputs and constants included. */
  get length(): number;
  /** The multiply-adds of one evaluation, as the op tables state them. */
  get cost(): number;
  /** The tape line by line; `Tape.parse` reads it back. */
  toString(): string;
  /**
   * Reads what `toString` wrote.
   *
   * @throws ChainruleError `INVALID_TEXT`, naming the line
   */
  static parse(text: string): Tape;
  /** The tape as bytes, with a version and a checksum; `Tape.deserialize` reads them back. */
  serialize(): Uint8Array;
  /**
   * Reads what `serialize` wrote.
   *
   * @throws ChainruleError `INVALID_BYTES` for bytes that are corrupt, cut short or of another version
   */
  static deserialize(bytes: Uint8Array): Tape;
  /**
   * The evaluation trace at a point, line by line, as textbooks print it: values, and beside them tangents or adjoints.
   * The arguments are those of the recorded function, then what the trace carries.
   *
   * @example
   * const f = record([[], []], (x, y) => x.mul(y).add(x.sin()))
   * f.trace(2, 3, { adjoint: 1 })
   */
  trace(...args: readonly unknown[]): string;
  /** Frees its memory at once; without it the collector of garbage does. */
  dispose(): void;
  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void;
}
//#endregion
//#region src/chain.d.ts
/** A composition of functions: each stage takes what the one before it gives. */
declare class Chain<X = Layout, Y = Layout> {
  /** The layouts of inputs and result; they exist for types alone. */
  readonly layout: {
    inputs: X;
    result: Y;
  };
  /** The composition as one tape: its inputs are those of the first stage, then the fixed ones of the later stages. */
  readonly tape: Tape<X, Y>;
  /** The tape of each stage, in the order they are applied; its inputs that are not fixed are what the one before gives. */
  readonly stages: readonly Tape[];
  /** How many stages there are. */
  get length(): number;
  /** Frees its memory at once; without it the collector of garbage does. */
  dispose(): void;
  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void;
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
declare function chain(tapes: readonly Tape<unknown, unknown>[]): Chain;
/**
 * Cuts a tape at its narrow places: where few numbers pass from what comes before to what comes after. A tape without
 * one is a single stage.
 *
 * @example
 * const f = record([[100]], x => x.sum(0).sin().mul(constant(new Float64Array(100).fill(2), [100])))
 * stages(f).length // a sum, then the rest
 */
declare function stages<X, Y>(tape: Tape<X, Y>): Chain<X, Y>;
//#endregion
//#region src/points.d.ts
/** The numbers of one input at one point. */
type Value = Nested | Float64Array;
/** The numbers of one input at many points: a row for each, one row for all, or rows of a table by number. */
type Rows = Value | {
  readonly shared: Value;
} | {
  readonly data: Value;
  readonly index: Int32Array | readonly number[];
};
/** The form `L` as users give it, with `V` for every array; the list around a single array may be left out. A form that
 * is not known when compiling is checked when running. */
type Given<L, V> = Layout extends L ? unknown : L extends string ? V : L extends readonly [infer Only] ? readonly [Given<Only, V>] | Given<Only, V> : { readonly [K in keyof L]: Given<L[K], V> };
/** Inputs as arguments: by position, or one object by name. */
type Arguments<X, V> = X extends readonly unknown[] ? { [K in keyof X]: Given<X[K], V> } : readonly [Given<X, V>] | readonly V[];
/** Inputs in one argument: a list, an object by name, or all rows joined in one array. */
type Points<X> = Given<X, Rows> | readonly Rows[] | Float64Array;
//#endregion
//#region src/running.d.ts
/** How results of many points are brought together. */
type Reduction = 'sum' | 'mean';
/** How a call on another thread is watched and stopped. */
interface AsyncOptions {
  /** Ends the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the number of points that are done. If it throws, the call ends and rejects with that. */
  readonly onProgress?: ((done: number) => void) | undefined;
}
//#endregion
//#region src/normal.d.ts
/** Half the sum of squares of the residuals, which are all elements of the results at all points, and its derivatives. */
interface NormalResult {
  /** Half the sum of the squares of the residuals `r`, one number. */
  value: Float64Array;
  /** Its gradient `J'r`: a number for each column of the Jacobian. */
  gradient: Float64Array;
  /** `J'J`, n x n and row-major: its Hessian, but for the second derivatives of the residuals. */
  normal: Float64Array;
}
/** How the normal equations are evaluated. */
interface NormalOptions {
  /** Instead of Jacobians, what least squares makes of them. */
  readonly reduce: 'normal';
  /** Arrays for the results; a part that is missing is not computed. */
  readonly out?: Partial<NormalResult>;
  /** `false` leaves the value out. */
  readonly value?: boolean;
}
//#endregion
//#region src/transforms.d.ts
/** A group of inputs or outputs: a list of one array is that array. */
type Group<L> = L extends readonly [infer Only] ? Only : L;
/**
 * The tape of `(x, x_dot) -> (value, tangent)`: the tangent is the Jacobian times `x_dot`. Fixed inputs have no `x_dot`.
 *
 * @example
 * const f = record([[2]], x => x.mul(x).sum())
 * prepare(jvp(f)).call({ x: [1, 2], x_dot: [1, 0] }).tangent // Float64Array(1) [ 2 ]
 */
declare function jvp<X, Y>(tape: Tape<X, Y>): Tape<{
  x: Group<X>;
  x_dot: Group<Free<X>>;
}, {
  value: Group<Y>;
  tangent: Group<Y>;
}>;
/**
 * The tape of `(x, y_bar) -> (value, adjoint)`: the adjoint is the transposed Jacobian times `y_bar`.
 *
 * @example
 * const f = record([[2]], x => stack([x.at(0).mul(x.at(1)), x.at(0).sin()]))
 * prepare(vjp(f)).call({ x: [2, 3], y_bar: [1, 0] }).adjoint // Float64Array(2) [ 3, 2 ]
 */
declare function vjp<X, Y>(tape: Tape<X, Y>): Tape<{
  x: Group<X>;
  y_bar: Group<Y>;
}, {
  value: Group<Y>;
  adjoint: Group<Free<X>>;
}>;
/**
 * The tape of `x -> (value, gradient)`, for a tape that gives one number; the gradient has the form of the inputs that
 * are not fixed.
 *
 * @throws ChainruleError `NOT_SCALAR`
 * @example
 * const f = record([[2]], x => x.at(0).square().mul(x.at(1)))
 * prepare(grad(f)).call([3, 5]).gradient // Float64Array(2) [ 30, 9 ]
 */
declare function grad<X, Y>(tape: Tape<X, Y>): Tape<X, {
  value: 'array';
  gradient: Group<Free<X>>;
}>;
/**
 * The tape of `(x, v) -> (value, gradient, hvp)`, for a tape that gives one number: `hvp` is the Hessian times `v`.
 *
 * @throws ChainruleError `NOT_SCALAR`
 * @example
 * const f = record([[2]], x => x.at(0).square().mul(x.at(1)))
 * prepare(hvp(f)).call({ x: [3, 5], v: [1, 0] }) // its `hvp` is the first column of the Hessian, [ 10, 6 ]
 */
declare function hvp<X, Y>(tape: Tape<X, Y>): Tape<Layout, {
  value: 'array';
  gradient: Group<Free<X>>;
  hvp: Group<Free<X>>;
}>;
/**
 * The tape of `x -> (value, jacobian)`: a row for each element of the outputs, a column for each element of the inputs
 * that are not fixed, in order.
 *
 * @param order `'forward'` sweeps once a column, `'reverse'` once a row
 * @example
 * const f = record([[], []], (x, y) => stack([x.mul(y), x.sub(y)]))
 * prepare(jacobianTape(f)).call(2, 3).jacobian // Float64Array(4) [ 3, 2, 1, -1 ]
 */
declare function jacobianTape<X, Y>(tape: Tape<X, Y>, order?: 'forward' | 'reverse'): Tape<X, {
  value: Group<Y>;
  jacobian: 'array';
}>;
/**
 * The tape of `x -> (value, gradient, hessian)`, for a tape that gives one number.
 *
 * @throws ChainruleError `NOT_SCALAR`
 * @example
 * const f = record([[2]], x => x.at(0).square().mul(x.at(1)))
 * prepare(hessianTape(f)).call([3, 5]).hessian // Float64Array(4) [ 10, 6, 6, 0 ]
 */
declare function hessianTape<X, Y>(tape: Tape<X, Y>): Tape<X, {
  value: 'array';
  gradient: Group<Free<X>>;
  hessian: 'array';
}>;
/**
 * The tape that applies `tape` to each of `entries` entries of a new leading axis.
 *
 * @param options.unmapped paths of inputs that are the same for all entries; by default the fixed ones
 * @example
 * const f = record([[2]], x => x.sum())
 * prepare(vmap(f, { entries: 3 })).call([[1, 2], [3, 4], [5, 6]]) // Float64Array(3) [ 3, 7, 11 ]
 */
declare function vmap<X, Y>(tape: Tape<X, Y>, options: {
  readonly entries: number;
  readonly unmapped?: readonly string[];
}): Tape<X, Y>;
/** The same function with every value computed once, exact operations on constants folded, and nothing unneeded. */
declare function simplify<X, Y>(tape: Tape<X, Y>): Tape<X, Y>;
//#endregion
//#region src/operator.d.ts
/** The derivative of a function at one point as a linear map. */
declare class Operator<X = Layout, Y = Layout> {
  #private;
  /** The layouts of inputs and result; they exist for types alone. */
  readonly layout: {
    inputs: X;
    result: Y;
  };
  /** The function's results at the point. */
  get value(): Filled<Y, Float64Array>;
  /** The Jacobian times `tangent`, which has the form of the inputs it is differentiated by. */
  jvp(tangent: unknown): Filled<Y, Float64Array>;
  /** `adjoint`, which has the form of the result, times the Jacobian. */
  vjp(adjoint: unknown): Filled<Group<Free<X>>, Float64Array>;
  /** Column `j` of the Jacobian: an entry for each element of the outputs. */
  column(j: number): Float64Array;
  /** Row `i` of the Jacobian: an entry for each element of the inputs it is differentiated by. */
  row(i: number): Float64Array;
}
/** A function and the programs of its derivative. */
declare class Linearization<X = Layout, Y = Layout> {
  #private;
  /** The derivative at a point, given as for `Program.call`. */
  at(...point: Arguments<X, Value>): Operator<X, Y>;
}
/**
 * Prepares products with the Jacobian of a tape at single points.
 *
 * @example
 * const f = record([[2]], x => stack([x.at(0).mul(x.at(1)), x.at(0).sin()]))
 * linearize(f).at([2, 3]).jvp([1, 0])
 */
declare function linearize<X, Y>(tape: Tape<X, Y>): Linearization<X, Y>;
//#endregion
//#region src/program.d.ts
/** How a tape is prepared. */
interface PrepareOptions {
  /** At most so many threads; by default all that `setThreads` gives. */
  readonly threads?: number;
  /** Paths of inputs that are always one row for all points; what depends on them alone is computed once a call. */
  readonly shared?: readonly string[];
  /** The most bytes a call may allocate beyond its inputs, results included unless `out` is given. */
  readonly memory?: number;
}
/** How a program runs on many points. */
interface BatchOptions<Y> {
  /** Arrays for the results, in the form of the result; a part that is missing is not computed. */
  readonly out?: Sparse<Y, Float64Array>;
  /** Brings the results of all points together. */
  readonly reduce?: Reduction;
}
/** A tape ready to run, on one point or on millions. */
declare class Program<X = Layout, Y = Layout> {
  #private;
  /** The layouts of inputs and result; they exist for types alone. */
  readonly layout: {
    inputs: X;
    result: Y;
  };
  /** The multiply-adds of one evaluation, as the op tables state them. */
  get cost(): number;
  /**
   * Runs at one point, given as the recorded function takes it.
   *
   * @throws ChainruleError `SHAPE_MISMATCH`, `UNKNOWN_NAME`, `INVALID_ARGUMENT`
   * @example
   * const f = prepare(record([[], []], (x, y) => x.mul(y)))
   * f.call(2, 3) // Float64Array(1) [ 6 ]
   */
  call(...inputs: Arguments<X, Value>): Filled<Y, Float64Array>;
  /**
   * Runs at many points: for each input rows in one array, `{ shared }`, or `{ data, index }`; or the rows of all inputs
   * joined in one array. Each result is rows in one array, or with a reduction one row.
   *
   * @throws ChainruleError `SHAPE_MISMATCH`, `UNKNOWN_NAME`, `INVALID_ARGUMENT`, `OVERLAP`, `INFEASIBLE_MEMORY`
   */
  batch(inputs: Points<X>, options?: BatchOptions<Y>): Filled<Y, Float64Array>;
  /**
   * As `batch`, on copies of the inputs and on other threads, while the event loop stays free.
   *
   * @throws what `batch` throws, or the reason of `signal`
   */
  batchAsync(inputs: Points<X>, options?: AsyncOptions & {
    readonly reduce?: Reduction;
  }): Promise<Filled<Y, Float64Array>>;
  /** The low-level form, for reading. */
  toString(): string;
  /** Frees its memory at once; without it the collector of garbage does. */
  dispose(): void;
  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void;
}
/**
 * Makes a tape ready to run. A program is prepared once and run often.
 *
 * @throws ChainruleError `UNKNOWN_NAME` for a shared input that there is not, `INVALID_ARGUMENT`
 * @example
 * const f = record([[3]], x => x.exp().sum())
 * prepare(grad(f)).call([1, 2, 3]).gradient
 */
declare function prepare<X, Y>(tape: Tape<X, Y>, options?: PrepareOptions): Program<X, Y>;
//#endregion
//#region src/jacobian.d.ts
/** How a Jacobian is prepared. */
interface JacobianOptions extends PrepareOptions {
  /**
   * The order of multiplication. `'auto'`, the default, plans where the function has narrow places and takes what is
   * cheapest: by time where this machine was calibrated, else by counted multiply-adds. A plan must have been made for
   * this function, batch and shared inputs; a bracketing is nested pairs of stage numbers, `[earlier, later]`.
   */
  readonly order?: Order;
  /** How fast steps are, for the order `'auto'`; by default what `calibrate` has kept, if it was measured here. */
  readonly costModel?: CostModel;
  /** How many points are expected at once, 64 by default: products that all of them share are made once. */
  readonly batch?: number;
  /** Paths of the inputs to differentiate by, in the order of the columns; by default all that are not fixed. */
  readonly wrt?: readonly string[];
}
/** How a Jacobian is evaluated. */
interface AtOptions<Y> {
  /** Arrays for the results; a part that is missing is not computed. */
  readonly out?: {
    readonly value?: Sparse<Y, Float64Array>;
    readonly jacobian?: Float64Array;
  };
  /** Brings the results of all points together. */
  readonly reduce?: Reduction;
  /** `false` leaves the value out. */
  readonly value?: boolean;
}
/** What an evaluation gives: the function's results, and a row-major m x n matrix for each point. */
interface JacobianResult<Y> {
  value: Filled<Y, Float64Array>;
  jacobian: Float64Array;
}
/** A Jacobian ready to be evaluated. */
declare class Jacobian<X = Layout, Y = Layout> {
  #private;
  /** The layouts of inputs and result; they exist for types alone. */
  readonly layout: {
    inputs: X;
    result: Y;
  };
  /** The order that was chosen: `'forward'`, `'reverse'` or `'planned'`. */
  readonly order: string;
  /** The elements of all outputs, and those of all inputs it is differentiated by. */
  readonly shape: readonly [number, number];
  /** The sweeps through the function that one evaluation takes. */
  readonly sweeps: number;
  /** The multiply-adds of one evaluation beyond those of the function. */
  readonly cost: number;
  /**
   * Values and Jacobians at many points, given as for `Program.batch`.
   *
   * @throws ChainruleError `SHAPE_MISMATCH`, `UNKNOWN_NAME`, `INVALID_ARGUMENT`, `OVERLAP`, `INFEASIBLE_MEMORY`
   * @example
   * const f = record([[2]], x => stack([x.at(0).mul(x.at(1)), x.at(0).sin()]))
   * jacobian(f).at([2, 3]).jacobian // 2 x 2, row-major
   */
  at(points: Points<X>, options?: AtOptions<Y>): JacobianResult<Y>;
  /**
   * The normal equations of least squares, where the results are residuals: half the sum of their squares over all
   * points, its gradient `J'r`, and `J'J`. No Jacobian is stored. Inputs that are differentiated must not be indexed.
   *
   * @example
   * const line = record({ a: [], b: [], x: { shape: [], fixed: true } }, ({ a, b, x }) => a.mul(x).add(b))
   * const points = { a: { shared: 2 }, b: { shared: 1 }, x: [0, 1, 2] }
   * jacobian(line).at(points, { reduce: 'normal' }).normal // Float64Array(4) [ 5, 3, 3, 3 ]
   */
  at(points: Points<X>, options: NormalOptions): NormalResult;
  /**
   * As `at`, on copies of the inputs and on other threads, while the event loop stays free.
   *
   * @throws what `at` throws, or the reason of `signal`
   */
  atAsync(points: Points<X>, options?: AsyncOptions & {
    readonly reduce?: Reduction;
  }): Promise<JacobianResult<Y>>;
  /** As `at` with the same reduction, on copies of the inputs and on other threads. */
  atAsync(points: Points<X>, options: AsyncOptions & {
    readonly reduce: 'normal';
  }): Promise<NormalResult>;
  /** The Jacobian at one point as a linear map, without a matrix. */
  operator(...point: Arguments<X, Value>): Operator<X, Y>;
  /** The plan it follows, for all points of its batch; that of a whole mode where that is the cheapest. */
  get plan(): Plan;
  /** Frees its memory at once; without it the collector of garbage does. */
  dispose(): void;
  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void;
}
/**
 * Prepares the Jacobian of a tape or a chain: a row for each element of the outputs, a column for each element of the
 * inputs that are not fixed in their order, or of `wrt` in its order. A chain is differentiated by what its first stage
 * is.
 *
 * A calibration that cannot be used is ignored, and said as a warning of the process.
 *
 * @throws ChainruleError `UNKNOWN_NAME` for an input or order that there is not, `INVALID_ARGUMENT`, `PLAN_MISMATCH`,
 *   `NOT_A_BRACKETING`, `INVALID_COST_MODEL`
 */
declare function jacobian<X, Y>(of: Tape<X, Y> | Chain<X, Y>, options?: JacobianOptions): Jacobian<X, Y>;
//#endregion
//#region src/order.d.ts
/** In which order the Jacobians of a function's stages are multiplied. */
type Order = 'auto' | 'forward' | 'reverse' | PlanLike | Bracketing;
/** A plan, or its JSON form. */
interface PlanLike {
  toJSON(): unknown;
}
/** Nested pairs of stage numbers: `[[0, 1], 2]` multiplies the first two stages first. */
type Bracketing = readonly [Bracketing | number, Bracketing | number];
//#endregion
//#region src/planned.d.ts
/** How good a plan is: no other is better, or none goes below a bound. */
type Certificate = {
  readonly kind: 'optimal';
  readonly by: string;
} | {
  readonly kind: 'gap';
  readonly lowerBound: number;
};
/** A step makes the Jacobian of the links `from` to `to - 1`; `at` is the joint inside, in front of that link. */
type PlanStep = {
  readonly kind: 'accumulate';
  readonly from: number;
  readonly to: number;
  readonly mode: 'tangent' | 'adjoint';
} | {
  readonly kind: 'multiply';
  readonly from: number;
  readonly at: number;
  readonly to: number;
} | {
  readonly kind: 'eliminate';
  readonly from: number;
  readonly at: number;
  readonly to: number;
  readonly mode: 'tangent' | 'adjoint';
} | {
  readonly kind: 'reduce';
  readonly from: number;
  readonly to: number;
} | {
  readonly kind: 'evaluate';
  readonly from: number;
  readonly to: number;
  readonly times: number;
};
/** When and where steps run; times are multiply-adds. */
interface Schedule {
  readonly machines: number;
  /** When the last step ends. */
  readonly makespan: number;
  /** For each step its machine, and when it starts. */
  readonly slots: readonly {
    readonly machine: number;
    readonly start: number;
  }[];
}
/** An order of multiplying Jacobians, with the problem it was made for. */
declare class Plan {
  /** A name for its problem; `jacobian` refuses plans of others. */
  readonly fingerprint: string;
  /** What it keeps small. */
  readonly objective: string;
  /** What it reaches there: seconds for `'time'`, bytes for `'memory'`, elements for `'writes'` and `'largest'`, else multiply-adds. */
  readonly value: number;
  /** How good that is known to be, in the unit of `value`. */
  readonly certificate: Certificate;
  /** Multiply-adds for the whole batch, without evaluating the function. */
  readonly cost: number;
  /** The most bytes alive at once: matrices, the result among them, the tape of a sweep, and what sweeps start from. */
  readonly peakMemory: number;
  /** Multiply-adds one after the other, when independent steps run side by side. */
  readonly criticalPath: number;
  /** The steps in their order; the last leaves the Jacobian. */
  readonly steps: readonly PlanStep[];
  /** When and where steps run, for a plan made for a number of threads. */
  readonly schedule?: Schedule;
  /**
   * Reads what `toString` or `JSON.stringify` made of a plan.
   *
   * @throws ChainruleError `PARSE_ERROR`; `PLAN_MISMATCH` and `INVALID_PLAN` if it was changed
   */
  static parse(text: string): Plan;
  /** The bracketing: nested pairs of links, `[earlier, later]`, or of factors in product order; one link is its number. */
  get tree(): Bracketing | number;
  /** For each step what it does, what it costs and what would have been next best; then forward and reverse mode. */
  explain(): string;
  /** The text form, which `Plan.parse` reads. */
  toString(): string;
  /** `{ problem, plan }` as plain data, with memory in elements of 8 bytes, times in femtoseconds, and text above 2^53. */
  toJSON(): unknown;
  /** A graph for Graphviz. */
  toDot(): string;
  /** A Mermaid flowchart. */
  toMermaid(): string;
}
//#endregion
//#region src/checkpointing.d.ts
/** What is to be reversed, and within which limits; which fields there are says of which kind it is. */
type CheckpointProblem = UniformSteps | MixedStorage | MemoryAndDisk | {
  readonly stages: readonly CheckpointStage[];
  readonly memory: number;
  readonly slots?: number;
};
/** Equal steps, and room for some states, the initial one among them (Revolve). */
interface UniformSteps {
  readonly steps: number;
  readonly checkpoints: number;
}
/** Equal steps, and units that each hold a state or the tape of one step. */
interface MixedStorage {
  readonly steps: number;
  readonly storage: number;
}
/** Equal steps, and states kept in memory, where they are free, or on disk (H-Revolve). */
interface MemoryAndDisk {
  readonly steps: number;
  readonly memoryCheckpoints: number;
  readonly diskCheckpoints: number;
  /** The cost of advancing one step. */
  readonly forwardCost: number;
  /** The cost of recording and reversing one step. */
  readonly adjointCost: number;
  /** The cost of writing a state to disk. */
  readonly writeCost: number;
  /** The cost of reading it. */
  readonly readCost: number;
}
/** A stage of a chain whose stages differ (rotor); sizes are in the unit of `memory`, which `slots` parts may cut. */
interface CheckpointStage {
  readonly forwardCost: number;
  readonly adjointCost: number;
  /** The size of the state it gives. */
  readonly stateSize: number;
  /** The size of its tape, that state included. */
  readonly tapeSize: number;
  /** The size of the adjoint of that state, by default that of the state. */
  readonly adjointSize?: number;
  /** The room it takes while it runs, beyond what it reads and leaves; 0 by default. */
  readonly forwardWorkspace?: number;
  /** The room it takes while it is reversed; 0 by default. */
  readonly adjointWorkspace?: number;
}
/** One action; state `i` is what step `i` starts from. */
type CheckpointAction = {
  readonly kind: 'advance';
  readonly from: number;
  readonly to: number;
} | {
  readonly kind: 'record' | 'reverse' | 'storeTape';
  readonly step: number;
} | {
  readonly kind: 'storeState' | 'restoreState' | 'discardState';
  readonly state: number;
  readonly place: 'memory' | 'disk';
};
/** What to do, action by action, and what that takes. */
interface Checkpointing {
  /** The forward cost beyond recording each step once. */
  readonly extraForward: number;
  /** All that counts: forward steps, or the costs that were given. */
  readonly cost: number;
  /** The most states, units or sizes in memory at once. */
  readonly peakMemory: number;
  /** The most states on disk at once. */
  readonly peakDisk: number;
  readonly certificate: Certificate;
  readonly schedule: readonly CheckpointAction[];
}
/**
 * Finds the cheapest schedule that reverses a chain: which states and tapes to keep, and what to run again. The same
 * problem always has the same one.
 *
 * @throws ChainruleError `INFEASIBLE_MEMORY` with the smallest memory that does; `ZERO_SIZE`, `EMPTY_CHAIN`,
 * `COST_OVERFLOW`, `STRUCTURE_MISMATCH` for a tape smaller than the state it holds, `TOO_LARGE`, `INVALID_ARGUMENT`,
 * `UNKNOWN_NAME`
 * @example
 * checkpointing({ steps: 100, checkpoints: 8 }).extraForward // 245
 */
declare function checkpointing(problem: CheckpointProblem): Checkpointing;
//#endregion
//#region src/problem.d.ts
/** A chain of stages, for planning alone. */
interface Problem {
  /** The stages in the order they are applied; each takes as many numbers as the one before gives. */
  readonly stages: readonly ProblemStage[];
  /** For how many points at once, 1 by default. */
  readonly batch?: number;
  /** The Jacobians of all points are wanted one by one, unless they are to be brought together. */
  readonly reduce?: 'sum' | 'mean';
  /** Matrices multiplied onto the ends of the Jacobian. */
  readonly seed?: {
    readonly columns?: ProblemSeed;
    readonly rows?: ProblemSeed;
  };
}
/** One function of the composition. Costs are multiply-adds; the four of them default to inputs times outputs. */
interface ProblemStage {
  /** How many numbers it takes. */
  readonly inputs: number;
  /** How many numbers it gives. */
  readonly outputs: number;
  /** The cost of one tangent through it. */
  readonly tangentCost?: number;
  /** The cost of one adjoint through it. */
  readonly adjointCost?: number;
  /** The numbers kept for an adjoint through it. */
  readonly tapeSize?: number;
  /** The cost of evaluating it. */
  readonly evaluationCost?: number;
  /** The numbers to keep so that it can be run again; they count as memory where this is given. */
  readonly stateSize?: number;
  /** Whether its Jacobian is made by sweeps, is a matrix at hand, or never becomes a matrix. */
  readonly jacobian?: 'accumulate' | 'given' | 'swept';
  /** What is known of the entries of its Jacobian. */
  readonly structure?: ProblemStructure;
  /** Whether all points have the same Jacobian. */
  readonly shared?: boolean;
}
/** Where the entries of a Jacobian may be other than 0. */
type ProblemStructure = {
  readonly kind: 'dense' | 'identity' | 'scalar' | 'diagonal';
} | {
  readonly kind: 'band';
  readonly lower: number;
  readonly upper: number;
} | {
  readonly kind: 'blockDiagonal';
  readonly blocks: number;
} | {
  readonly kind: 'selection';
  readonly indices: readonly number[];
} | {
  readonly kind: 'lowRank';
  readonly rank: number;
} | {
  readonly kind: 'pattern';
  readonly pattern: Pattern;
};
/** Where a matrix may be other than 0: the columns of each row's entries, in any order. */
interface Pattern {
  readonly columns: number;
  readonly rows: readonly (readonly number[])[];
}
/** How many directions are seeded on one side, and whether all points are seeded alike. */
interface ProblemSeed {
  readonly count: number;
  readonly shared?: boolean;
}
//#endregion
//#region src/coloring.d.ts
/** What is colored. */
interface ColoringOptions {
  /** Columns share tangents, rows share adjoints; columns by default. */
  readonly by?: 'columns' | 'rows';
}
/** Groups of columns that share no row, or of rows that share no column. */
interface Coloring {
  /** The group of each column or row, counted from 0. */
  readonly groups: Uint32Array;
  /** How many groups there are: so many sweeps give all entries. */
  readonly count: number;
  /** Whether no coloring has fewer groups. */
  readonly proved: boolean;
}
/**
 * Groups the columns of a pattern so that those of a group share no row: greedily, and for at most 64 columns by an exact
 * search with a budget. The same pattern always gets the same groups.
 *
 * @throws ChainruleError `INVALID_ARGUMENT`, `STRUCTURE_MISMATCH` for a column that there is not
 * @example
 * coloring({ columns: 4, rows: [[0, 1], [1, 2], [2, 3]] }).count // 2
 */
declare function coloring(pattern: Pattern, options?: ColoringOptions): Coloring;
//#endregion
//#region src/compare-options.d.ts
/** What can be compared: a function, a composition, or shapes and costs alone. */
type Comparable = Tape<unknown, unknown> | Chain<unknown, unknown> | Problem;
/** What is compared, and how. */
interface CompareOptions {
  /** How many points at once: by default that of the problem or of `points`, else 64. */
  readonly batch?: number;
  /** On how many threads times are predicted and measured. */
  readonly threads?: number;
  /** Bytes that the matrices of a plan may take; asks for the best plan that keeps it. */
  readonly memory?: number;
  /** Further orders, by name. */
  readonly orders?: Readonly<Record<string, Order>>;
  /** Chains of at most so many links, 6 by default, have all their bracketings listed. */
  readonly bracketings?: number;
  /** Whether orders are run and timed: those with a name, or `'everything'`. */
  readonly measure?: boolean | 'everything';
  /** About how long to measure, 2 seconds by default; each order is run eight times at least. */
  readonly seconds?: number;
  /** Measured speeds; by default those that were kept of this machine, else those of an assumed one. */
  readonly costModel?: CostModel;
  /** Paths of the inputs that are one row for all points. */
  readonly shared?: readonly string[];
  /** The points to measure at; numbers from a seed by default. */
  readonly points?: Points<unknown>;
}
/** What is compared on another thread, and how that is watched and stopped. */
interface CompareAsyncOptions extends CompareOptions {
  /** Ends the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called now and then with the share that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}
//#endregion
//#region src/compare.d.ts
/** A factor of the product. */
interface ComparedLink {
  /** What it is, as `'stage 2'`. */
  readonly name: string;
  /** Its columns. */
  readonly inputs: number;
  /** Its rows. */
  readonly outputs: number;
  /** Whether all points have the same. */
  readonly shared: boolean;
}
/** Where times are from. */
interface ComparisonMachine {
  readonly processor: string;
  readonly instructions: string;
  readonly cores: number;
  readonly threads: number;
  /** What predicted times are for. */
  readonly model: string;
}
/** One order. Costs are multiply-adds for all points together. */
interface ComparisonRow {
  /** All that it is called; a bracketing is a name too. */
  readonly names: readonly string[];
  /** Its bracketing: nested pairs of links. */
  readonly bracketing: string;
  /** Its plan, which `jacobian` takes as an order. */
  readonly plan: PlanLike;
  /** What each step does, in words. */
  readonly steps: readonly string[];
  /** The cost of each step. */
  readonly costs: readonly number[];
  /** Tangents and adjoints swept. */
  readonly sweeps: number;
  readonly cost: number;
  /** The cost in evaluations of the function at all points; `null` where those cost nothing. */
  readonly evaluations: number | null;
  /** Seconds by the cost model. */
  readonly predicted: number;
  /** What was measured, if it was. */
  readonly measured?: MeasuredOrder;
  /** Bytes of all matrices alive at once, the result included. */
  readonly peakMemory: number;
  /** The cost on any number of machines, steps being whole. */
  readonly criticalPath: number;
  /** How many times as fast the threads can be if no step is split. */
  readonly speedUp: number;
}
/** Times of one order, in seconds for all points together. */
interface MeasuredOrder {
  /** The middle sample. */
  readonly median: number;
  /** The least sample. */
  readonly min: number;
  /** Half of the samples lie in an interval so long, relative to the median. */
  readonly spread: number;
  /** How many samples were taken. */
  readonly samples: number;
  /** At how many points; times are scaled up where these are fewer. */
  readonly points: number;
  /** How many times as long as the winner it takes; `null` where the difference may be noise. */
  readonly slower: number | null;
  /** The largest difference from the reference's results, relative to the largest entry of those; `null` for infinite. */
  readonly difference: number | null;
  /** Whether it is the reference. */
  readonly reference: boolean;
}
/** Orders of multiplying the Jacobians of a chain, side by side. */
declare class Comparison {
  #private;
  /** The factors of the product in the order they are applied. */
  readonly links: readonly ComparedLink[];
  /** How many points. */
  readonly batch: number;
  /** Multiply-adds of evaluating the function once at every point; no part of any cost. */
  readonly evaluation: number;
  /** Where times are from. */
  readonly machine: ComparisonMachine;
  /** The orders: those with a name, then bracketings by their cost. */
  readonly rows: readonly ComparisonRow[];
  /** The row that wins: the fastest if orders were measured, else the one with the fewest multiply-adds. */
  readonly winner: ComparisonRow;
  /** Why it wins, in one sentence. */
  readonly why: string;
  /** How much timings of one and the same order differ, as a share. */
  readonly noise?: {
    readonly min: number;
    readonly median: number;
  };
  /** The order of that name. */
  row(name: string): ComparisonRow | undefined;
  /** A table, the reason, and what the columns mean. */
  toString(): string;
  /** All of it as plain data. */
  toJSON(): unknown;
  /** One page with plots, which needs nothing else. */
  toHTML(): string;
  /** The plan of a row as a graph for Graphviz. */
  toDot(row?: ComparisonRow): string;
  /** The plan of a row as a Mermaid flowchart. */
  toMermaid(row?: ComparisonRow): string;
}
/**
 * Compares the orders in which the Jacobians of a tape, a chain or a problem can be multiplied: forward mode (evaluating
 * intermediates again in every sweep, and keeping them), reverse mode, all Jacobians first, the optimum by multiply-adds,
 * by time and in `memory`, `orders` of your own, and all bracketings of short chains.
 *
 * @throws ChainruleError `INFEASIBLE_MEMORY` with the smallest limit there is; `INVALID_ARGUMENT`, also for measuring a
 * problem whose stages are not all dense matrices at hand; `PLAN_MISMATCH`, `NOT_A_BRACKETING`, and those of a bad problem
 * @example
 * const widths = [512, 512, 512, 8, 512, 512, 512]
 * const given = widths.slice(1).map((outputs, i) => ({ inputs: widths[i], outputs, jacobian: 'given' }))
 * compare({ stages: given, batch: 64 }).why // forward and reverse take 51.6 times the multiply-adds
 */
declare function compare(of: Comparable, options?: CompareOptions): Comparison;
/**
 * As `compare`, on another thread, while the event loop stays free.
 *
 * @throws what `compare` throws, or the reason of `signal`
 */
declare function compareAsync(of: Comparable, options?: CompareAsyncOptions): Promise<Comparison>;
//#endregion
//#region src/eliminate.d.ts
/** A name or a number. */
type Vertex = string | number;
/** A partial derivative of the vertex `to` by the vertex `from`: 1 or -1, the same at all points, or neither (the default). */
interface GraphEdge<V extends Vertex = Vertex> {
  readonly from: V;
  readonly to: V;
  readonly kind?: 'unit' | 'constant' | 'variable';
}
/** A function as a graph of values: every vertex lies between an input and an output, and there is no cycle. */
interface EliminationGraph<V extends Vertex = Vertex> {
  readonly vertices: readonly V[];
  /** Pairs of what is read and what reads it, once each. */
  readonly edges: readonly (readonly [from: V, to: V] | GraphEdge<V>)[];
  /** The vertices that are differentiated by. */
  readonly inputs: readonly V[];
  /** The vertices whose derivatives are wanted. */
  readonly outputs: readonly V[];
  /** The elements of each vertex, if vertices are arrays and edges dense matrices; else 1. */
  readonly sizes?: readonly number[];
}
/** How an order is searched for. */
interface EliminateOptions {
  /** All products, as the literature counts, or only those that a program executes. */
  readonly count?: 'plain' | 'refined';
  /**
   * `'auto'` takes the best heuristic, and unless that meets the lower bound searches exactly, then by annealing. `'exact'`
   * and `'anneal'` serve graphs of at most 2048 vertices.
   */
  readonly method?: 'auto' | 'forward' | 'reverse' | 'markowitz' | 'relativeMarkowitz' | 'refinedMarkowitz' | 'bestHeuristic' | 'exact' | 'anneal';
  /** Which of equals the Markowitz heuristics take. */
  readonly tie?: 'first' | 'last';
  /** Decides what annealing tries; 0 by default. */
  readonly seed?: number;
  /** How many orders annealing may evaluate. */
  readonly evaluations?: number;
  /** How many sets of vertices the exact search may keep. */
  readonly states?: number;
}
/** An order of elimination. */
interface Elimination<V extends Vertex = Vertex> {
  /** Multiply-adds. */
  readonly cost: number;
  /** The vertices between inputs and outputs. */
  readonly order: readonly V[];
  /** How good that is known to be. */
  readonly certificate: Certificate;
}
/**
 * Finds an order in which to eliminate the vertices of a graph, so that few multiply-adds leave its Jacobian. The same
 * graph and options always give the same order.
 *
 * @throws ChainruleError `UNKNOWN_VERTEX`, `DUPLICATE_VERTEX`, `DUPLICATE_EDGE`, `INPUT_HAS_PREDECESSOR`, `CYCLE`,
 * `UNREACHABLE_VERTEX`, `STRUCTURE_MISMATCH`, `ZERO_SIZE`, `COST_OVERFLOW`, `TOO_LARGE`, `INVALID_ARGUMENT`,
 * `UNKNOWN_NAME`
 * @example
 * const edges = [['x', 'a'], ['y', 'a'], ['a', 'b'], ['b', 'u'], ['b', 'v'], ['b', 'w']]
 * const vertices = ['x', 'y', 'a', 'b', 'u', 'v', 'w']
 * eliminate({ vertices, edges, inputs: ['x', 'y'], outputs: ['u', 'v', 'w'] }).order // b last
 */
declare function eliminate<V extends Vertex>(graph: EliminationGraph<V>, options?: EliminateOptions): Elimination<V>;
//#endregion
//#region src/errors.d.ts
/** The one class of errors, and the one place that turns what the core says into it. */
/** Every code, with what it means. */
declare const CODES: {
  /** Shapes or lengths that do not go together. */SHAPE_MISMATCH: boolean; /** A value of the wrong kind or out of its range. */
  INVALID_ARGUMENT: boolean; /** A variable of one recording used in another. */
  FOREIGN_VARIABLE: boolean; /** Something that only makes sense while recording. */
  NOT_RECORDING: boolean; /** A gradient asked of something that is not one number. */
  NOT_SCALAR: boolean; /** An input, output, option or op that does not exist. */
  UNKNOWN_NAME: boolean; /** More nodes, elements or bytes than there may be. */
  TOO_LARGE: boolean; /** Text that is not a tape. */
  INVALID_TEXT: boolean; /** Bytes that are not a tape. */
  INVALID_BYTES: boolean; /** Nodes that break a rule every tape keeps. */
  INVALID_TAPE: boolean; /** An input and an output array that share memory. */
  OVERLAP: boolean; /** A limit on memory that cannot be kept. */
  INFEASIBLE_MEMORY: boolean; /** A chain without stages. */
  EMPTY_CHAIN: boolean; /** Neighbouring stages of a problem that do not fit. */
  STAGE_MISMATCH: boolean; /** A size or count of nothing. */
  ZERO_SIZE: boolean; /** A structure that its stage cannot have. */
  STRUCTURE_MISMATCH: boolean; /** Costs beyond what can be counted exactly. */
  COST_OVERFLOW: boolean; /** A limit on the size of matrices that no plan keeps. */
  INFEASIBLE_SIZE: boolean; /** A limit on tapes that no plan keeps. */
  INFEASIBLE_TAPE: boolean; /** An order that asks for the matrix of a stage that never is one. */
  NEVER_FORMED: boolean; /** Nested pairs that do not name each stage once and in order. */
  NOT_A_BRACKETING: boolean; /** A method of planning that does not serve the problem. */
  METHOD_MISMATCH: boolean; /** A plan used on something it was not made for. */
  PLAN_MISMATCH: boolean; /** A plan whose steps cannot run. */
  INVALID_PLAN: boolean; /** Actions of a checkpointing schedule that cannot be done. */
  INVALID_SCHEDULE: boolean; /** Text that is not a plan, a bracketing or a problem. */
  PARSE_ERROR: boolean; /** A vertex that the graph does not list. */
  UNKNOWN_VERTEX: boolean; /** A vertex that is listed twice. */
  DUPLICATE_VERTEX: boolean; /** Two edges between the same vertices. */
  DUPLICATE_EDGE: boolean; /** An edge to an input. */
  INPUT_HAS_PREDECESSOR: boolean; /** Vertices that depend on each other. */
  CYCLE: boolean; /** A vertex on no path from an input to an output. */
  UNREACHABLE_VERTEX: boolean; /** An order that does not name every vertex between inputs and outputs once. */
  NOT_AN_ELIMINATION_ORDER: boolean; /** A cost model with numbers that are no speeds. */
  INVALID_COST_MODEL: boolean; /** A call that was cancelled without a reason of its own. */
  CANCELLED: boolean; /** A file that could not be written. */
  NOT_SAVED: boolean; /** Something used after `dispose()`. */
  DISPOSED: boolean; /** A fault of this library. */
  INTERNAL: boolean;
};
/** A stable name for the cause of an error. */
type ErrorCode = keyof typeof CODES;
/**
 * What every function of this library throws or rejects with.
 *
 * @example
 * try {
 *   record([[2], [3]], (x, y) => x.add(y))
 * } catch (error) {
 *   if (error instanceof ChainruleError) error.code // 'SHAPE_MISMATCH'
 * }
 */
declare class ChainruleError extends Error {
  readonly name = "ChainruleError";
  /** The cause, by a name that stays. */
  readonly code: ErrorCode;
  /** The argument at fault, where one can be named. */
  readonly argument?: string;
  constructor(code: ErrorCode, message: string, argument?: string);
}
//#endregion
//#region src/generated/functions.d.ts
/** The opposite. */
declare function neg(x: Operand): Var;
/** The sum. */
declare function add(a: Operand, b: Operand): Var;
/** The difference. */
declare function sub(a: Operand, b: Operand): Var;
/** The product. */
declare function mul(a: Operand, b: Operand): Var;
/**
 * The quotient. Both partials are made of one reciprocal; where it overflows, for divisors below
 * 2^-1024, one is infinite and the other, for a quotient of zero, NaN.
 */
declare function div(a: Operand, b: Operand): Var;
/** The reciprocal. */
declare function recip(x: Operand): Var;
/** The square. */
declare function square(x: Operand): Var;
/** The exponential. */
declare function exp(x: Operand): Var;
/**
 * 2 to the power `x`. Where it overflows, so does the partial, which could last half a unit
 * longer.
 */
declare function exp2(x: Operand): Var;
/** e^x - 1, accurate near 0. */
declare function expm1(x: Operand): Var;
/** The natural logarithm. */
declare function log(x: Operand): Var;
/** log(1 + x), accurate near 0. */
declare function log1p(x: Operand): Var;
/** The logarithm to base 2. */
declare function log2(x: Operand): Var;
/** The logarithm to base 10. */
declare function log10(x: Operand): Var;
/** The square root. Its partial at a zero of either sign is inf. */
declare function sqrt(x: Operand): Var;
/** 1/sqrt(x); -inf at -0, as 1/sqrt(-0) is. */
declare function rsqrt(x: Operand): Var;
/** The real cube root. Its partial at 0 is inf. */
declare function cbrt(x: Operand): Var;
/**
 * `a` to the power `b`, as in C99: 1 where `b` is 0 or `a` is 1, whatever the other, and NaN
 * where `a` is negative and `b` no whole number.
 *
 * The partial in `a` is 0 where `b` is 0. That in `b` is 0 where `a` is not positive, and
 * infinite where the value is, though for `a` up to e it could last a little longer.
 */
declare function pow(a: Operand, b: Operand): Var;
/** `x` to the integer power `n`: 1 where `n` is 0, even of NaN. */
declare function powi(x: Operand, n: number): Var;
/**
 * sqrt(a² + b²) without overflow between; inf where either is infinite, even beside NaN. Its
 * partials at the origin are 0.
 */
declare function hypot(a: Operand, b: Operand): Var;
/** The sine. */
declare function sin(x: Operand): Var;
/** The cosine. */
declare function cos(x: Operand): Var;
/** The tangent. */
declare function tan(x: Operand): Var;
/** The inverse sine, from -π/2 to π/2; NaN outside -1..1. Its partial at both ends is inf. */
declare function asin(x: Operand): Var;
/** The inverse cosine, from 0 to π; NaN outside -1..1. Its partial at both ends is -inf. */
declare function acos(x: Operand): Var;
/** The inverse tangent. Its partial is 0 from 1e154 on, where x² overflows. */
declare function atan(x: Operand): Var;
/**
 * The angle of the point with ordinate `a` and abscissa `b`, from -π to π; on the cut it
 * follows the sign of zero. Its partials at the origin are 0.
 */
declare function atan2(a: Operand, b: Operand): Var;
/** The hyperbolic sine. */
declare function sinh(x: Operand): Var;
/** The hyperbolic cosine. */
declare function cosh(x: Operand): Var;
/** The hyperbolic tangent. */
declare function tanh(x: Operand): Var;
/** The inverse hyperbolic sine. */
declare function asinh(x: Operand): Var;
/** The inverse hyperbolic cosine; NaN below 1, where its partial is inf. */
declare function acosh(x: Operand): Var;
/** The inverse hyperbolic tangent; NaN outside -1..1, infinite at both ends. */
declare function atanh(x: Operand): Var;
/** 1/(1 + e^-x). */
declare function sigmoid(x: Operand): Var;
/** log(1 + e^x). */
declare function softplus(x: Operand): Var;
/**
 * log(e^a + e^b), near its roots within 2^-66; NaN if either is. Rounding `a - b` costs its
 * partials |a - b|/2 units in the last place.
 */
declare function logaddexp(a: Operand, b: Operand): Var;
/** The larger of `x` and 0; its partial at 0 is 0. */
declare function relu(x: Operand): Var;
/** The error function. */
declare function erf(x: Operand): Var;
/** 1 - erf(x), accurate where that is small. */
declare function erfc(x: Operand): Var;
/** e^(-x²), accurate where that is small. */
declare function gauss(x: Operand): Var;
/** log|Γ(x)|, inf at the poles. */
declare function lgamma(x: Operand): Var;
/**
 * The derivative of order `n + 1` of log|Γ(x)|; order 0 is the digamma function, negative ones
 * are NaN. At a pole it is the limit if both sides agree on one, else NaN; at a zero the limit
 * from the side of its sign.
 */
declare function polygamma(x: Operand, n: number): Var;
/** The absolute value. Its partial at 0 is 0. */
declare function abs(x: Operand): Var;
/** -1, 0 or 1; a zero keeps its sign. */
declare function sign(x: Operand): Var;
/** The smaller. NaN if either is, -0 below 0; the partial of a tie goes to the first. */
declare function min(a: Operand, b: Operand): Var;
/** The larger. NaN if either is, -0 below 0; the partial of a tie goes to the first. */
declare function max(a: Operand, b: Operand): Var;
/** The largest whole number up to `x`. */
declare function floor(x: Operand): Var;
/** The smallest whole number from `x` on. */
declare function ceil(x: Operand): Var;
/** The nearest whole number; of two, the even one. */
declare function round(x: Operand): Var;
/** 1 where `a < b`, else 0. */
declare function lt(a: Operand, b: Operand): Var;
/** 1 where `a <= b`, else 0. */
declare function le(a: Operand, b: Operand): Var;
/** 1 where `a > b`, else 0. */
declare function gt(a: Operand, b: Operand): Var;
/** 1 where `a >= b`, else 0. */
declare function ge(a: Operand, b: Operand): Var;
/** 1 where `a` equals `b`, else 0. */
declare function eq(a: Operand, b: Operand): Var;
/** 0 where `a` equals `b`, else 1. */
declare function ne(a: Operand, b: Operand): Var;
/** `a` where `condition` is not 0, else `b`; the one not chosen never leaks a NaN. */
declare function select(condition: Operand, a: Operand, b: Operand): Var;
//#endregion
//#region src/multiply-chain.d.ts
/** A factor: `[r, c]` is one matrix for all products of the batch, `[B, r, c]` one for each; row-major. */
interface MatrixFactor {
  readonly data: Value;
  readonly shape: Shape;
}
/** A product: `[r, c]`, or `[B, r, c]` where some factor has a batch. */
interface MatrixProduct {
  readonly data: Float64Array;
  readonly shape: Shape;
}
/** How a product is computed. */
interface MultiplyOptions {
  /** A plan of `matrixChain` for these dims, batch and shared factors, or nested pairs of factors; by default the cheapest. */
  readonly plan?: Plan | Bracketing;
  /** The most threads; by default all that `setThreads` gives. The bits do not depend on it. */
  readonly threads?: number;
  /** An array for the result. */
  readonly out?: Float64Array;
}
/**
 * Multiplies matrices in the order of a plan, by default the one with the fewest multiply-adds. Products of shared factors
 * alone are made once.
 *
 * @throws ChainruleError `EMPTY_CHAIN`; `SHAPE_MISMATCH` for factors that do not fit; `PLAN_MISMATCH` for a plan of
 * another product, `NOT_A_BRACKETING`; `OVERLAP`, `INVALID_ARGUMENT`, `TOO_LARGE`
 * @example
 * const a = { data: [1, 2, 3, 4], shape: [2, 1, 2] }
 * const b = { data: [10, 1], shape: [2, 1] }
 * multiplyChain([a, b]).data // 12, 34
 */
declare function multiplyChain(factors: readonly MatrixFactor[], options?: MultiplyOptions): MatrixProduct;
//#endregion
//#region src/plan-options.d.ts
/** What a plan keeps small. */
type Objective = ObjectiveName | {
  readonly kind: 'combo' | 'limit';
  readonly factor: number;
};
/**
 * An objective without numbers of its own: `'flops'` is multiply-adds, `'time'` seconds by a cost model, `'memory'` bytes
 * of all matrices alive at once, `'criticalPath'` multiply-adds one after the other when independent steps run side by
 * side, `'split'` the same when each step is dealt out among the threads, `'writes'` the elements of all matrices made,
 * `'largest'` those of the largest one made on the way.
 */
type ObjectiveName = 'flops' | 'time' | 'memory' | 'criticalPath' | 'split' | 'writes' | 'largest';
/** How an order is searched for. */
interface PlanOptions {
  /**
   * What to keep small, multiply-adds by default. `combo` adds `factor` times the elements written to the multiply-adds;
   * `limit` takes the larger of the two for each step.
   */
  readonly objective?: Objective;
  /** The most bytes of all matrices that steps make, alive at once, for the whole batch. */
  readonly memory?: number;
  /** The most tape entries that one adjoint sweep passes, at one point. */
  readonly tapeLimit?: number;
  /** The most elements of any matrix made on the way, for the whole batch. */
  readonly largest?: number;
  /** How many threads there are, for the objectives `'time'` and `'split'` (all, by default) and `'criticalPath'` (any number). */
  readonly threads?: number;
  /** How fast steps are, for the objective `'time'`; by default what `calibrate` has kept, or else an assumed machine. */
  readonly costModel?: CostModel;
  /**
   * `'auto'` is exact and takes what is fastest for the problem. `'huShing'` and `'chin'` serve given dense matrices;
   * `'chin'` is a heuristic, at most 2/√3 times the optimum.
   */
  readonly method?: 'auto' | 'intervalProgram' | 'huShing' | 'chin';
}
/** Planning by the clock. */
interface MeasurePlanOptions {
  /**
   * So many of the best plans by the model, 1 to 100, are run and timed in turns, and the fastest is taken: that removes
   * the errors of the model. For the objective `'time'`, which then is the default. A tape or chain is run on numbers from
   * a seed; a problem can be run where its stages are all dense matrices at hand.
   */
  readonly measure?: number;
  /** About how long to measure, 2 by default. */
  readonly seconds?: number;
}
//#endregion
//#region src/plan.d.ts
/** What can be planned: shapes and costs, a composition, or a function. */
type Plannable = Problem | Chain<unknown, unknown> | Tape<unknown, unknown>;
/** For how many points a function is planned, and what they share. */
interface PlannedFor {
  /** How many points are expected at once, 64 by default; a problem says it itself. */
  readonly batch?: number;
  /** Paths of the inputs that are one row for all points. */
  readonly shared?: readonly string[];
}
/**
 * Finds the best order of multiplying the Jacobians of a problem, a chain, or a tape cut at its narrow places. The same
 * question always has the same answer.
 *
 * With `measure` it is the fastest of the best ones by the model, as the clock has it on this machine.
 *
 * @throws ChainruleError `INFEASIBLE_MEMORY`, `INFEASIBLE_TAPE` or `INFEASIBLE_SIZE` with the smallest limit that a plan
 * can keep; `COST_OVERFLOW` for costs above 2^53; `METHOD_MISMATCH`, `INVALID_COST_MODEL`, `INVALID_ARGUMENT`,
 * `UNKNOWN_NAME`; for a bad problem `EMPTY_CHAIN`, `STAGE_MISMATCH`, `ZERO_SIZE`, `STRUCTURE_MISMATCH`
 * @example
 * const neck = [{ inputs: 9, outputs: 2 }, { inputs: 2, outputs: 9 }, { inputs: 9, outputs: 9 }]
 * plan({ stages: neck, batch: 64 }).explain()
 */
declare function plan(of: Plannable, options?: PlanOptions & MeasurePlanOptions & PlannedFor): Plan;
/** What asynchronous planning is told besides. */
interface PlanAsyncOptions extends PlanOptions, MeasurePlanOptions, PlannedFor {
  /** Ends the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called now and then, while plans are measured, with the share that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}
/**
 * As `plan`, on another thread, while the event loop stays free.
 *
 * @throws what `plan` throws, or the reason of `signal`
 */
declare function planAsync(of: Plannable, options?: PlanAsyncOptions): Promise<Plan>;
/** Plans of which none is better in two ways at once. */
interface ParetoFront {
  /** The plans, the first objective rising and the second falling. */
  readonly plans: readonly Plan[];
  /** Whether none is left out; long chains give a sample. */
  readonly exact: boolean;
}
/**
 * The plans of which none is better under two objectives at once.
 *
 * @throws ChainruleError as `plan`
 * @example
 * const four = [30, 35, 15, 5].map((inputs, i) => ({ inputs, outputs: [35, 15, 5, 10][i] }))
 * paretoFront({ stages: four }, ['flops', 'memory']).plans.length
 */
declare function paretoFront(of: Plannable, objectives: readonly [first: Objective, second: 'memory' | 'criticalPath'], options?: Omit<PlanOptions, 'objective' | 'method'> & PlannedFor): ParetoFront;
/**
 * All bracketings of a short chain, each with its cheapest plan; `tree` says which it is. Those that ask for the matrix of
 * a stage that never is one are left out.
 *
 * @throws ChainruleError `TOO_LARGE` for more than 11 links, and those of a bad problem
 */
declare function bracketings(of: Plannable, options?: PlannedFor): Plan[];
/** What is known of the factors of a product. */
interface FactorOptions {
  /** How many products are wanted at once, 1 by default. */
  readonly batch?: number;
  /** For each factor whether it is one matrix for all products of the batch; none is, by default. */
  readonly shared?: readonly boolean[];
}
/**
 * The best order of multiplying dense matrices at hand, in product order: factor `i` is `dims[i]` x `dims[i + 1]`.
 * `multiplyChain` runs it.
 *
 * @throws ChainruleError `EMPTY_CHAIN` for fewer than two dims, and as `plan`
 * @example
 * matrixChain([30, 35, 15, 5, 10, 20, 25]).cost // 15125
 */
declare function matrixChain(dims: readonly number[], options?: PlanOptions & MeasurePlanOptions & FactorOptions): Plan;
//#endregion
//#region src/record.d.ts
/** One input: its shape, and whether it is `fixed`, that is, not differentiated. */
type InputSpec = Shape | {
  readonly shape: Shape;
  readonly fixed?: boolean;
};
/** The inputs of a function, by position or by name. */
type InputSpecs = readonly InputSpec[] | {
  readonly [name: string]: InputSpec;
};
/** What a recorded function may return: variables or numbers, in lists or by name. */
type Recorded = Operand | readonly Recorded[] | {
  readonly [name: string]: Recorded;
};
/** The layout of inputs. */
type InputLayout<S> = { -readonly [K in keyof S]: S[K] extends {
  readonly fixed: true;
} ? 'fixed' : 'array' };
/** The layout of a result. */
type ResultLayout<R> = R extends Operand ? 'array' : { -readonly [K in keyof R]: ResultLayout<R[K]> };
/** A variable for every input. */
type Vars<S> = { -readonly [K in keyof S]: Var };
/**
 * Records what `fn` does to its variables as a tape.
 *
 * Inputs by position give variables by position, inputs by name one object of variables. The result of `fn` (one
 * variable, a list, an object by name) is the form in which the tape gives its results.
 *
 * @throws ChainruleError `SHAPE_MISMATCH`, `FOREIGN_VARIABLE`, `INVALID_ARGUMENT`; and what `fn` throws
 * @example
 * const f = record([[], []], (x, y) => x.mul(y).add(x.sin()))
 * const g = record({ x: [3], W: { shape: [4, 3], fixed: true } }, ({ x, W }) => W.dot(x).tanh())
 */
declare function record<const S extends readonly InputSpec[], const R extends Recorded>(inputs: S, fn: (...vars: Vars<S>) => R): Tape<InputLayout<S>, ResultLayout<R>>;
declare function record<const S extends {
  readonly [name: string]: InputSpec;
}, const R extends Recorded>(inputs: S, fn: (vars: Vars<S>) => R): Tape<InputLayout<S>, ResultLayout<R>>;
//#endregion
//#region src/segments.d.ts
/** How many segments there are, and on how many threads they are recorded. */
interface SegmentOptions {
  /** The number of segments. */
  readonly segments: number;
  /** At most so many threads, by default all cores. The tape does not depend on it. */
  readonly threads?: number;
}
/**
 * Records a program of independent segments on several threads.
 *
 * The module exports `inputs` (as for `record`), `segment(vars, k)`, which returns the outputs of segment `k`, and if
 * wanted `combine(outputs, vars)`, which is recorded once after all segments and returns the outputs of the tape;
 * without it they are all segments' outputs in order. `vars` are the variables as `record` gives them: a list, or an
 * object by name.
 *
 * @param moduleUrl where the module lies, as a `file:` URL
 * @throws ChainruleError of the segment of the lowest number that fails; `INVALID_ARGUMENT`
 */
declare function recordSegments(moduleUrl: string | URL, options: SegmentOptions): Promise<Tape>;
//#endregion
//#region src/threads.d.ts
/** What the library runs on. */
interface Features {
  /** The vector instructions in use: `'Avx512'`, `'Avx2'` or `'Scalar'`. Results do not depend on them. */
  readonly simd: string;
  /** The engine in use. */
  readonly engine: string;
  /** The number of threads that runs may use. */
  readonly threads: number;
}
/** The version of the library. */
declare const version: string;
/** What the library runs on. */
declare function features(): Features;
/**
 * Sets how many threads later calls use, all cores by default. Results do not depend on it.
 *
 * @throws ChainruleError `INVALID_ARGUMENT` unless a whole number from 1 to 1024
 */
declare function setThreads(threads: number): void;
//#endregion
export { type AsyncOptions, type AtOptions, type BatchOptions, type Bracketing, type CalibrateOptions, type Calibration, type Certificate, Chain, ChainruleError, type CheckpointAction, type CheckpointProblem, type CheckpointStage, type Checkpointing, type Coloring, type ColoringOptions, type Comparable, type CompareAsyncOptions, type CompareOptions, type ComparedLink, Comparison, type ComparisonMachine, type ComparisonRow, type CostModel, type EliminateOptions, type Elimination, type EliminationGraph, type ErrorCode, type FactorOptions, type Features, type GraphEdge, type Grid, type InputInfo, type InputSpec, type InputSpecs, Jacobian, type JacobianOptions, type JacobianResult, Linearization, type MatrixFactor, type MatrixProduct, type MeasurePlanOptions, type MeasuredOrder, type MemoryAndDisk, type MixedStorage, type MultiplyOptions, type NormalOptions, type NormalResult, type Objective, type ObjectiveName, type Operand, Operator, type Order, type OutputInfo, type ParetoFront, type Pattern, Plan, type PlanAsyncOptions, type PlanLike, type PlanOptions, type PlanStep, type Plannable, type PlannedFor, type Points, type PrepareOptions, type Problem, type ProblemSeed, type ProblemStage, type ProblemStructure, Program, type Recorded, type Reduction, type Rows, type Schedule, type SegmentOptions, type Shape, type Speed, Tape, type TraceOptions, type UniformSteps, type Value, Var, type Vertex, abs, acos, acosh, add, asin, asinh, atan, atan2, atanh, bracketings, calibrate, cbrt, ceil, chain, checkpointing, coloring, compare, compareAsync, concat, constant, cos, cosh, div, eliminate, eq, erf, erfc, exp, exp2, expm1, features, floor, gauss, ge, grad, gt, hessianTape, hvp, hypot, jacobian, jacobianTape, jvp, le, lgamma, linearize, loadCalibration, log, log10, log1p, log2, logaddexp, lt, matrixChain, max, min, mul, multiplyChain, ne, neg, paretoFront, plan, planAsync, polygamma, pow, powi, prepare, recip, record, recordSegments, relu, round, rsqrt, select, setThreads, sigmoid, sign, simplify, sin, sinh, softplus, sqrt, square, stack, stages, sub, tan, tanh, version, vjp, vmap };