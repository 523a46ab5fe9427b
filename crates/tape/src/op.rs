//! Every elementwise op, each defined once. Everything else derives from this table.
//!
//! The file is as long as the table with its conventions at kinks, ties, poles and NaN, which are
//! the ops' documentation.
use crate::Partial::{self, Factor, MinusOne, One, Unless, When, Zero};
use crate::partial::{atan2_partials, chosen, hypot_partials, pow_partials, powi_partial};
use crate::special;
use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LOG2_E, LOG10_E};

// Values come from `libm` and `special`, which give the same bits on every machine; a root, a
// rounding and a comparison are exact in IEEE 754. Each is within one unit in the last place, and
// each partial within eight, made of the value `y` where that does not lose digits. Partials at NaN
// are NaN unless the op ignores that argument.
//
// Costs are multiply-adds of one evaluation: arithmetic, comparison, rounding 1; quotient and
// square root 4; an exponential, logarithm, sine and their like 12, compositions the sum of their
// parts; gamma functions 60.
//
// op: arguments -> value, partials, where it is smooth, cost, laws
ops! {
    // Arithmetic: the operators, and two that are as exact.

    /// The opposite.
    Neg(x) -> y = -x, [MinusOne], -9.0..9.0, 1, Laws::EXACT;
    /// The sum.
    Add(a, b) -> y = a + b, [One, One], -9.0..9.0, 1, Laws::EXACT.commutes().unit(-0.0);
    /// The difference.
    Sub(a, b) -> y = a - b, [One, MinusOne], -9.0..9.0, 1, Laws::EXACT.unit(0.0);
    /// The product.
    Mul(a, b) -> y = a * b, [Factor(b), Factor(a)], -9.0..9.0, 1, Laws::EXACT.commutes().unit(1.0);
    /// The quotient. Both partials are made of one reciprocal; where it overflows, for divisors below
    /// 2^-1024, one is infinite and the other, for a quotient of zero, NaN.
    Div(a, b) -> y = a / b, [Factor(S::from(1.0) / b), Factor(-(y * (S::from(1.0) / b)))], 0.5..9.0, 4,
        Laws::EXACT.unit(1.0);
    /// The reciprocal.
    Recip.recip(x) -> y = 1.0 / x, [Factor(-(y * y))], 0.5..9.0, 4, Laws::EXACT;
    /// The square.
    Square.square(x) -> y = x * x, [Factor(x + x)], -9.0..9.0, 1, Laws::EXACT;

    // Exponentials: each is its own partial, up to a factor.

    /// The exponential.
    Exp.exp(x) -> y = libm::exp(x), [Factor(y)], -3.0..3.0, 12;
    /// 2 to the power `x`. Where it overflows, so does the partial, which could last half a unit
    /// longer.
    Exp2.exp2(x) -> y = libm::exp2(x), [Factor(y * S::from(LN_2))], -3.0..3.0, 12;
    /// e^x - 1, accurate near 0.
    Expm1.expm1(x) -> y = libm::expm1(x), [Factor(x.exp())], -3.0..3.0, 12;

    // Logarithms: -inf at zero of either sign, where the partial is inf (hence the absolute value),
    // NaN below.

    /// The natural logarithm.
    Log.log(x) -> y = libm::log(x), [Factor(x.abs().recip())], 0.5..9.0, 12;
    /// log(1 + x), accurate near 0.
    Log1p.log1p(x) -> y = libm::log1p(x), [Factor((x + S::from(1.0)).recip())], -0.5..9.0, 12;
    /// The logarithm to base 2.
    Log2.log2(x) -> y = libm::log2(x), [Factor(S::from(LOG2_E) / x.abs())], 0.5..9.0, 12;
    /// The logarithm to base 10.
    Log10.log10(x) -> y = libm::log10(x), [Factor(S::from(LOG10_E) / x.abs())], 0.5..9.0, 12;

    // Roots and powers.

    /// The square root. Its partial at a zero of either sign is inf.
    Sqrt.sqrt(x) -> y = x.sqrt(), [Factor(S::from(0.5) / y.abs())], 0.5..9.0, 4, Laws::EXACT;
    /// 1/sqrt(x); -inf at -0, as 1/sqrt(-0) is.
    Rsqrt.rsqrt(x) -> y = 1.0 / x.sqrt(), [Factor(y * (S::from(-0.5) / x))], 0.5..9.0, 8;
    /// The real cube root. Its partial at 0 is inf.
    Cbrt.cbrt(x) -> y = libm::cbrt(x), [Factor(S::from(1.0 / 3.0) / (y * y))], 0.5..9.0, 12;
    /// `a` to the power `b`, as in C99: 1 where `b` is 0 or `a` is 1, whatever the other, and NaN
    /// where `a` is negative and `b` no whole number.
    ///
    /// The partial in `a` is 0 where `b` is 0. That in `b` is 0 where `a` is not positive, and
    /// infinite where the value is, though for `a` up to e it could last a little longer.
    Pow.pow(a, b) -> y = libm::pow(a, b), pow_partials(a, b, y), 0.5..3.0, 24;
    /// `x` to the integer power `n`: 1 where `n` is 0, even of NaN.
    Powi.powi(x; n) -> y = libm::pow(x, f64::from(n)), [powi_partial(x, n, y)], 0.5..3.0, 24;
    /// sqrt(a² + b²) without overflow between; inf where either is infinite, even beside NaN. Its
    /// partials at the origin are 0.
    Hypot.hypot(a, b) -> y = libm::hypot(a, b), hypot_partials(a, b), 0.5..9.0, 12;

    // Circular functions, of radians, and their inverses.

    /// The sine.
    Sin.sin(x) -> y = libm::sin(x), [Factor(x.cos())], -9.0..9.0, 12;
    /// The cosine.
    Cos.cos(x) -> y = libm::cos(x), [Factor(-x.sin())], -9.0..9.0, 12;
    /// The tangent.
    Tan.tan(x) -> y = libm::tan(x), [Factor(y * y + S::from(1.0))], -1.3..1.3, 12;
    /// The inverse sine, from -π/2 to π/2; NaN outside -1..1. Its partial at both ends is inf.
    Asin.asin(x) -> y = libm::asin(x),
        [Factor(((S::from(1.0) - x) * (S::from(1.0) + x)).rsqrt())], -0.9..0.9, 12;
    /// The inverse cosine, from 0 to π; NaN outside -1..1. Its partial at both ends is -inf.
    Acos.acos(x) -> y = libm::acos(x),
        [Factor(-((S::from(1.0) - x) * (S::from(1.0) + x)).rsqrt())], -0.9..0.9, 12;
    /// The inverse tangent. Its partial is 0 from 1e154 on, where x² overflows.
    Atan.atan(x) -> y = libm::atan(x), [Factor((x * x + S::from(1.0)).recip())], -9.0..9.0, 12;
    /// The angle of the point with ordinate `a` and abscissa `b`, from -π to π; on the cut it
    /// follows the sign of zero. Its partials at the origin are 0.
    Atan2.atan2(a, b) -> y = libm::atan2(a, b), atan2_partials(a, b), 0.5..9.0, 16;

    // Hyperbolic functions and their inverses.

    /// The hyperbolic sine.
    Sinh.sinh(x) -> y = special::sinh(x), [Factor(x.cosh())], -3.0..3.0, 16;
    /// The hyperbolic cosine.
    Cosh.cosh(x) -> y = libm::cosh(x), [Factor(x.sinh())], -3.0..3.0, 16;
    /// The hyperbolic tangent.
    // As a partial, 1 - y² has no digits left at 20, and that of 1/cosh² is NaN at 800.
    Tanh.tanh(x) -> y = special::tanh(x),
        [Factor(S::from(4.0) * (x + x).sigmoid() * (-(x + x)).sigmoid())], -3.0..3.0, 16;
    /// The inverse hyperbolic sine.
    Asinh.asinh(x) -> y = special::asinh(x), [Factor(S::from(1.0).hypot(x).recip())], -9.0..9.0, 16;
    /// The inverse hyperbolic cosine; NaN below 1, where its partial is inf.
    Acosh.acosh(x) -> y = special::acosh(x),
        [Factor((x - S::from(1.0)).rsqrt() * (x + S::from(1.0)).rsqrt())], 1.5..9.0, 16;
    /// The inverse hyperbolic tangent; NaN outside -1..1, infinite at both ends.
    Atanh.atanh(x) -> y = special::atanh(x),
        [Factor(((S::from(1.0) - x) * (S::from(1.0) + x)).recip())], -0.9..0.9, 16;

    // Activations and log-probabilities.

    /// 1/(1 + e^-x).
    Sigmoid.sigmoid(x) -> y = special::sigmoid(x), [Factor(y * (-x).sigmoid())], -3.0..3.0, 16;
    /// log(1 + e^x).
    Softplus.softplus(x) -> y = special::softplus(x), [Factor(x.sigmoid())], -3.0..3.0, 24;
    /// log(e^a + e^b), near its roots within 2^-66; NaN if either is. Rounding `a - b` costs its
    /// partials |a - b|/2 units in the last place.
    Logaddexp.logaddexp(a, b) -> y = special::logaddexp(a, b),
        [Factor((a - b).sigmoid()), Factor((b - a).sigmoid())], -3.0..3.0, 24,
        Laws::NONE.commutes();
    /// The larger of `x` and 0; its partial at 0 is 0.
    Relu.relu(x) -> y = if x <= 0.0 { 0.0 } else { x }, [When(x.gt(S::from(0.0)))], 0.5..9.0, 1,
        Laws::EXACT;

    // Error and gamma functions.

    /// The error function.
    Erf.erf(x) -> y = libm::erf(x), [Factor(S::from(FRAC_2_SQRT_PI) * x.gauss())], -3.0..3.0, 24;
    /// 1 - erf(x), accurate where that is small.
    Erfc.erfc(x) -> y = special::erfc(x), [Factor(S::from(-FRAC_2_SQRT_PI) * x.gauss())],
        -3.0..3.0, 24;
    /// e^(-x²), accurate where that is small.
    // The partial is selected, for inf times 0 would be NaN.
    Gauss.gauss(x) -> y = special::gauss(x),
        [Factor(S::select(y, -(x + x) * y, y))], -3.0..3.0, 12;
    /// log|Γ(x)|, inf at the poles.
    Lgamma.lgamma(x) -> y = special::lgamma(x), [Factor(x.digamma())], 0.5..9.0, 60;
    /// The derivative of order `n + 1` of log|Γ(x)|; order 0 is the digamma function, negative ones
    /// are NaN. At a pole it is the limit if both sides agree on one, else NaN; at a zero the limit
    /// from the side of its sign.
    Polygamma.polygamma(x; n) -> y = special::polygamma(n, x),
        [Factor(x.polygamma(n.saturating_add(1)))], 0.5..9.0, 60;

    // Pieces of lines: exact, with kinks and jumps between.

    /// The absolute value. Its partial at 0 is 0.
    Abs.abs(x) -> y = x.abs(), [Factor(x.sign())], 0.5..9.0, 1, Laws::EXACT;
    /// -1, 0 or 1; a zero keeps its sign.
    Sign.sign(x) -> y = if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { x }, [Zero], 0.5..9.0, 1,
        Laws::EXACT;
    /// The smaller. NaN if either is, -0 below 0; the partial of a tie goes to the first.
    Min.min(a, b) -> y = libm::fminimum(a, b), chosen(a.le(b)), 0.5..9.0, 1, Laws::EXACT;
    /// The larger. NaN if either is, -0 below 0; the partial of a tie goes to the first.
    Max.max(a, b) -> y = libm::fmaximum(a, b), chosen(a.ge(b)), 0.5..9.0, 1, Laws::EXACT;
    /// The largest whole number up to `x`.
    Floor.floor(x) -> y = x.floor(), [Zero], 0.1..0.9, 1, Laws::EXACT;
    /// The smallest whole number from `x` on.
    Ceil.ceil(x) -> y = x.ceil(), [Zero], 0.1..0.9, 1, Laws::EXACT;
    /// The nearest whole number; of two, the even one.
    Round.round(x) -> y = x.round_ties_even(), [Zero], 0.6..1.4, 1, Laws::EXACT;

    // Comparisons, 1 or 0, as IEEE 754 has them: NaN differs from everything, -0 equals 0.

    /// 1 where `a < b`, else 0.
    Lt.lt(a, b) -> y = f64::from(a < b), [Zero, Zero], 0.5..9.0, 1, Laws::EXACT;
    /// 1 where `a <= b`, else 0.
    Le.le(a, b) -> y = f64::from(a <= b), [Zero, Zero], 0.5..9.0, 1, Laws::EXACT;
    /// 1 where `a > b`, else 0.
    Gt.gt(a, b) -> y = f64::from(a > b), [Zero, Zero], 0.5..9.0, 1, Laws::EXACT;
    /// 1 where `a >= b`, else 0.
    Ge.ge(a, b) -> y = f64::from(a >= b), [Zero, Zero], 0.5..9.0, 1, Laws::EXACT;
    /// 1 where `a` equals `b`, else 0.
    Eq.eq(a, b) -> y = f64::from(a == b), [Zero, Zero], 0.5..9.0, 1, Laws::EXACT.commutes();
    /// 0 where `a` equals `b`, else 1.
    Ne.ne(a, b) -> y = f64::from(a != b), [Zero, Zero], 0.5..9.0, 1, Laws::EXACT.commutes();
    /// `a` where `condition` is not 0, else `b`; the one not chosen never leaks a NaN.
    Select.select(condition, a, b) -> y = if condition != 0.0 { a } else { b },
        [Zero, When(condition), Unless(condition)], 0.5..9.0, 1, Laws::EXACT;

    also {
        /// The digamma function: [`Scalar::polygamma`] of order 0.
        #[inline]
        fn digamma(self) -> Self {
            self.polygamma(0)
        }
    }
}

/// What may be done to an op without changing a bit of any result.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Laws {
    /// Every engine computes it correctly rounded, so it may be folded on constants.
    pub exact: bool,
    /// Its two arguments may be exchanged.
    pub commutes: bool,
    /// The second argument that gives the first one back unchanged.
    pub unit: Option<f64>,
}

impl Laws {
    /// Nothing may be assumed.
    pub const NONE: Laws = Laws { exact: false, commutes: false, unit: None };
    /// Correctly rounded everywhere.
    pub const EXACT: Laws = Laws { exact: true, commutes: false, unit: None };

    const fn commutes(self) -> Laws {
        Laws { commutes: true, ..self }
    }

    const fn unit(self, unit: f64) -> Laws {
        Laws { unit: Some(unit), ..self }
    }
}

impl Op {
    /// The op of that name.
    pub fn named(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.name() == name)
    }
}

impl Scalar for f64 {
    fn apply(op: Op, n: i32, args: &[f64]) -> f64 {
        op.value(n, args)
    }
}

fn padded<S, const N: usize>(partials: [Partial<S>; N]) -> [Partial<S>; 3] {
    let mut partials = partials.into_iter();
    std::array::from_fn(|_| partials.next().unwrap_or(Zero))
}
