// Written by `cargo xtask codegen` from the table of elementwise ops; do not edit.

import { lift, type Operand, type Var } from '../var.js'

/** The opposite. */
export function neg(x: Operand): Var {
  return lift(x).neg()
}

/** The sum. */
export function add(a: Operand, b: Operand): Var {
  return lift(a, b).add(b)
}

/** The difference. */
export function sub(a: Operand, b: Operand): Var {
  return lift(a, b).sub(b)
}

/** The product. */
export function mul(a: Operand, b: Operand): Var {
  return lift(a, b).mul(b)
}

/**
 * The quotient. Both partials are made of one reciprocal; where it overflows, for divisors below
 * 2^-1024, one is infinite and the other, for a quotient of zero, NaN.
 */
export function div(a: Operand, b: Operand): Var {
  return lift(a, b).div(b)
}

/** The reciprocal. */
export function recip(x: Operand): Var {
  return lift(x).recip()
}

/** The square. */
export function square(x: Operand): Var {
  return lift(x).square()
}

/** The exponential. */
export function exp(x: Operand): Var {
  return lift(x).exp()
}

/**
 * 2 to the power `x`. Where it overflows, so does the partial, which could last half a unit
 * longer.
 */
export function exp2(x: Operand): Var {
  return lift(x).exp2()
}

/** e^x - 1, accurate near 0. */
export function expm1(x: Operand): Var {
  return lift(x).expm1()
}

/** The natural logarithm. */
export function log(x: Operand): Var {
  return lift(x).log()
}

/** log(1 + x), accurate near 0. */
export function log1p(x: Operand): Var {
  return lift(x).log1p()
}

/** The logarithm to base 2. */
export function log2(x: Operand): Var {
  return lift(x).log2()
}

/** The logarithm to base 10. */
export function log10(x: Operand): Var {
  return lift(x).log10()
}

/** The square root. Its partial at a zero of either sign is inf. */
export function sqrt(x: Operand): Var {
  return lift(x).sqrt()
}

/** 1/sqrt(x); -inf at -0, as 1/sqrt(-0) is. */
export function rsqrt(x: Operand): Var {
  return lift(x).rsqrt()
}

/** The real cube root. Its partial at 0 is inf. */
export function cbrt(x: Operand): Var {
  return lift(x).cbrt()
}

/**
 * `a` to the power `b`, as in C99: 1 where `b` is 0 or `a` is 1, whatever the other, and NaN
 * where `a` is negative and `b` no whole number.
 *
 * The partial in `a` is 0 where `b` is 0. That in `b` is 0 where `a` is not positive, and
 * infinite where the value is, though for `a` up to e it could last a little longer.
 */
export function pow(a: Operand, b: Operand): Var {
  return lift(a, b).pow(b)
}

/** `x` to the integer power `n`: 1 where `n` is 0, even of NaN. */
export function powi(x: Operand, n: number): Var {
  return lift(x).powi(n)
}

/**
 * sqrt(a² + b²) without overflow between; inf where either is infinite, even beside NaN. Its
 * partials at the origin are 0.
 */
export function hypot(a: Operand, b: Operand): Var {
  return lift(a, b).hypot(b)
}

/** The sine. */
export function sin(x: Operand): Var {
  return lift(x).sin()
}

/** The cosine. */
export function cos(x: Operand): Var {
  return lift(x).cos()
}

/** The tangent. */
export function tan(x: Operand): Var {
  return lift(x).tan()
}

/** The inverse sine, from -π/2 to π/2; NaN outside -1..1. Its partial at both ends is inf. */
export function asin(x: Operand): Var {
  return lift(x).asin()
}

/** The inverse cosine, from 0 to π; NaN outside -1..1. Its partial at both ends is -inf. */
export function acos(x: Operand): Var {
  return lift(x).acos()
}

/** The inverse tangent. Its partial is 0 from 1e154 on, where x² overflows. */
export function atan(x: Operand): Var {
  return lift(x).atan()
}

/**
 * The angle of the point with ordinate `a` and abscissa `b`, from -π to π; on the cut it
 * follows the sign of zero. Its partials at the origin are 0.
 */
export function atan2(a: Operand, b: Operand): Var {
  return lift(a, b).atan2(b)
}

/** The hyperbolic sine. */
export function sinh(x: Operand): Var {
  return lift(x).sinh()
}

/** The hyperbolic cosine. */
export function cosh(x: Operand): Var {
  return lift(x).cosh()
}

/** The hyperbolic tangent. */
export function tanh(x: Operand): Var {
  return lift(x).tanh()
}

/** The inverse hyperbolic sine. */
export function asinh(x: Operand): Var {
  return lift(x).asinh()
}

/** The inverse hyperbolic cosine; NaN below 1, where its partial is inf. */
export function acosh(x: Operand): Var {
  return lift(x).acosh()
}

/** The inverse hyperbolic tangent; NaN outside -1..1, infinite at both ends. */
export function atanh(x: Operand): Var {
  return lift(x).atanh()
}

/** 1/(1 + e^-x). */
export function sigmoid(x: Operand): Var {
  return lift(x).sigmoid()
}

/** log(1 + e^x). */
export function softplus(x: Operand): Var {
  return lift(x).softplus()
}

/**
 * log(e^a + e^b), near its roots within 2^-66; NaN if either is. Rounding `a - b` costs its
 * partials |a - b|/2 units in the last place.
 */
export function logaddexp(a: Operand, b: Operand): Var {
  return lift(a, b).logaddexp(b)
}

/** The larger of `x` and 0; its partial at 0 is 0. */
export function relu(x: Operand): Var {
  return lift(x).relu()
}

/** The error function. */
export function erf(x: Operand): Var {
  return lift(x).erf()
}

/** 1 - erf(x), accurate where that is small. */
export function erfc(x: Operand): Var {
  return lift(x).erfc()
}

/** e^(-x²), accurate where that is small. */
export function gauss(x: Operand): Var {
  return lift(x).gauss()
}

/** log|Γ(x)|, inf at the poles. */
export function lgamma(x: Operand): Var {
  return lift(x).lgamma()
}

/**
 * The derivative of order `n + 1` of log|Γ(x)|; order 0 is the digamma function, negative ones
 * are NaN. At a pole it is the limit if both sides agree on one, else NaN; at a zero the limit
 * from the side of its sign.
 */
export function polygamma(x: Operand, n: number): Var {
  return lift(x).polygamma(n)
}

/** The absolute value. Its partial at 0 is 0. */
export function abs(x: Operand): Var {
  return lift(x).abs()
}

/** -1, 0 or 1; a zero keeps its sign. */
export function sign(x: Operand): Var {
  return lift(x).sign()
}

/** The smaller. NaN if either is, -0 below 0; the partial of a tie goes to the first. */
export function min(a: Operand, b: Operand): Var {
  return lift(a, b).min(b)
}

/** The larger. NaN if either is, -0 below 0; the partial of a tie goes to the first. */
export function max(a: Operand, b: Operand): Var {
  return lift(a, b).max(b)
}

/** The largest whole number up to `x`. */
export function floor(x: Operand): Var {
  return lift(x).floor()
}

/** The smallest whole number from `x` on. */
export function ceil(x: Operand): Var {
  return lift(x).ceil()
}

/** The nearest whole number; of two, the even one. */
export function round(x: Operand): Var {
  return lift(x).round()
}

/** 1 where `a < b`, else 0. */
export function lt(a: Operand, b: Operand): Var {
  return lift(a, b).lt(b)
}

/** 1 where `a <= b`, else 0. */
export function le(a: Operand, b: Operand): Var {
  return lift(a, b).le(b)
}

/** 1 where `a > b`, else 0. */
export function gt(a: Operand, b: Operand): Var {
  return lift(a, b).gt(b)
}

/** 1 where `a >= b`, else 0. */
export function ge(a: Operand, b: Operand): Var {
  return lift(a, b).ge(b)
}

/** 1 where `a` equals `b`, else 0. */
export function eq(a: Operand, b: Operand): Var {
  return lift(a, b).eq(b)
}

/** 0 where `a` equals `b`, else 1. */
export function ne(a: Operand, b: Operand): Var {
  return lift(a, b).ne(b)
}

/** `a` where `condition` is not 0, else `b`; the one not chosen never leaks a NaN. */
export function select(condition: Operand, a: Operand, b: Operand): Var {
  return lift(condition, a, b).select(a, b)
}
