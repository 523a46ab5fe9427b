// Written by `cargo xtask codegen` from the table of elementwise ops; do not edit.

import type { Operand, Var } from '../var.js'

/** The elementwise ops as methods: each acts on every element, and operands broadcast by NumPy's rules. */
export abstract class Elementwise {
  /** @internal */
  protected abstract unary(code: number, n?: number): Var
  /** @internal */
  protected abstract binary(code: number, b: Operand, n?: number): Var
  /** @internal */
  protected abstract ternary(code: number, b: Operand, c: Operand): Var

  /** The opposite. */
  neg(): Var {
    return this.unary(16)
  }

  /** The sum. */
  add(b: Operand): Var {
    return this.binary(17, b)
  }

  /** The difference. */
  sub(b: Operand): Var {
    return this.binary(18, b)
  }

  /** The product. */
  mul(b: Operand): Var {
    return this.binary(19, b)
  }

  /**
   * The quotient. Both partials are made of one reciprocal; where it overflows, for divisors below
   * 2^-1024, one is infinite and the other, for a quotient of zero, NaN.
   */
  div(b: Operand): Var {
    return this.binary(20, b)
  }

  /** The reciprocal. */
  recip(): Var {
    return this.unary(21)
  }

  /** The square. */
  square(): Var {
    return this.unary(22)
  }

  /** The exponential. */
  exp(): Var {
    return this.unary(23)
  }

  /**
   * 2 to the power `x`. Where it overflows, so does the partial, which could last half a unit
   * longer.
   */
  exp2(): Var {
    return this.unary(24)
  }

  /** e^x - 1, accurate near 0. */
  expm1(): Var {
    return this.unary(25)
  }

  /** The natural logarithm. */
  log(): Var {
    return this.unary(26)
  }

  /** log(1 + x), accurate near 0. */
  log1p(): Var {
    return this.unary(27)
  }

  /** The logarithm to base 2. */
  log2(): Var {
    return this.unary(28)
  }

  /** The logarithm to base 10. */
  log10(): Var {
    return this.unary(29)
  }

  /** The square root. Its partial at a zero of either sign is inf. */
  sqrt(): Var {
    return this.unary(30)
  }

  /** 1/sqrt(x); -inf at -0, as 1/sqrt(-0) is. */
  rsqrt(): Var {
    return this.unary(31)
  }

  /** The real cube root. Its partial at 0 is inf. */
  cbrt(): Var {
    return this.unary(32)
  }

  /**
   * `a` to the power `b`, as in C99: 1 where `b` is 0 or `a` is 1, whatever the other, and NaN
   * where `a` is negative and `b` no whole number.
   *
   * The partial in `a` is 0 where `b` is 0. That in `b` is 0 where `a` is not positive, and
   * infinite where the value is, though for `a` up to e it could last a little longer.
   */
  pow(b: Operand): Var {
    return this.binary(33, b)
  }

  /** `x` to the integer power `n`: 1 where `n` is 0, even of NaN. */
  powi(n: number): Var {
    return this.unary(34, n ?? Number.NaN)
  }

  /**
   * sqrt(a² + b²) without overflow between; inf where either is infinite, even beside NaN. Its
   * partials at the origin are 0.
   */
  hypot(b: Operand): Var {
    return this.binary(35, b)
  }

  /** The sine. */
  sin(): Var {
    return this.unary(36)
  }

  /** The cosine. */
  cos(): Var {
    return this.unary(37)
  }

  /** The tangent. */
  tan(): Var {
    return this.unary(38)
  }

  /** The inverse sine, from -π/2 to π/2; NaN outside -1..1. Its partial at both ends is inf. */
  asin(): Var {
    return this.unary(39)
  }

  /** The inverse cosine, from 0 to π; NaN outside -1..1. Its partial at both ends is -inf. */
  acos(): Var {
    return this.unary(40)
  }

  /** The inverse tangent. Its partial is 0 from 1e154 on, where x² overflows. */
  atan(): Var {
    return this.unary(41)
  }

  /**
   * The angle of the point with ordinate `a` and abscissa `b`, from -π to π; on the cut it
   * follows the sign of zero. Its partials at the origin are 0.
   */
  atan2(b: Operand): Var {
    return this.binary(42, b)
  }

  /** The hyperbolic sine. */
  sinh(): Var {
    return this.unary(43)
  }

  /** The hyperbolic cosine. */
  cosh(): Var {
    return this.unary(44)
  }

  /** The hyperbolic tangent. */
  tanh(): Var {
    return this.unary(45)
  }

  /** The inverse hyperbolic sine. */
  asinh(): Var {
    return this.unary(46)
  }

  /** The inverse hyperbolic cosine; NaN below 1, where its partial is inf. */
  acosh(): Var {
    return this.unary(47)
  }

  /** The inverse hyperbolic tangent; NaN outside -1..1, infinite at both ends. */
  atanh(): Var {
    return this.unary(48)
  }

  /** 1/(1 + e^-x). */
  sigmoid(): Var {
    return this.unary(49)
  }

  /** log(1 + e^x). */
  softplus(): Var {
    return this.unary(50)
  }

  /**
   * log(e^a + e^b), near its roots within 2^-66; NaN if either is. Rounding `a - b` costs its
   * partials |a - b|/2 units in the last place.
   */
  logaddexp(b: Operand): Var {
    return this.binary(51, b)
  }

  /** The larger of `x` and 0; its partial at 0 is 0. */
  relu(): Var {
    return this.unary(52)
  }

  /** The error function. */
  erf(): Var {
    return this.unary(53)
  }

  /** 1 - erf(x), accurate where that is small. */
  erfc(): Var {
    return this.unary(54)
  }

  /** e^(-x²), accurate where that is small. */
  gauss(): Var {
    return this.unary(55)
  }

  /** log|Γ(x)|, inf at the poles. */
  lgamma(): Var {
    return this.unary(56)
  }

  /**
   * The derivative of order `n + 1` of log|Γ(x)|; order 0 is the digamma function, negative ones
   * are NaN. At a pole it is the limit if both sides agree on one, else NaN; at a zero the limit
   * from the side of its sign.
   */
  polygamma(n: number): Var {
    return this.unary(57, n ?? Number.NaN)
  }

  /** The absolute value. Its partial at 0 is 0. */
  abs(): Var {
    return this.unary(58)
  }

  /** -1, 0 or 1; a zero keeps its sign. */
  sign(): Var {
    return this.unary(59)
  }

  /** The smaller. NaN if either is, -0 below 0; the partial of a tie goes to the first. */
  min(b: Operand): Var {
    return this.binary(60, b)
  }

  /** The larger. NaN if either is, -0 below 0; the partial of a tie goes to the first. */
  max(b: Operand): Var {
    return this.binary(61, b)
  }

  /** The largest whole number up to `x`. */
  floor(): Var {
    return this.unary(62)
  }

  /** The smallest whole number from `x` on. */
  ceil(): Var {
    return this.unary(63)
  }

  /** The nearest whole number; of two, the even one. */
  round(): Var {
    return this.unary(64)
  }

  /** 1 where `a < b`, else 0. */
  lt(b: Operand): Var {
    return this.binary(65, b)
  }

  /** 1 where `a <= b`, else 0. */
  le(b: Operand): Var {
    return this.binary(66, b)
  }

  /** 1 where `a > b`, else 0. */
  gt(b: Operand): Var {
    return this.binary(67, b)
  }

  /** 1 where `a >= b`, else 0. */
  ge(b: Operand): Var {
    return this.binary(68, b)
  }

  /** 1 where `a` equals `b`, else 0. */
  eq(b: Operand): Var {
    return this.binary(69, b)
  }

  /** 0 where `a` equals `b`, else 1. */
  ne(b: Operand): Var {
    return this.binary(70, b)
  }

  /** `a` where `condition` is not 0, else `b`; the one not chosen never leaks a NaN. */
  select(a: Operand, b: Operand): Var {
    return this.ternary(71, a, b)
  }
}
