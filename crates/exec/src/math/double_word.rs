//! Unevaluated sums of two numbers, which carry what one rounding would lose.
//!
//! The algorithms are the classical ones; see Joldes, Muller, Popescu, *Tight and rigorous error
//! bounds for basic building blocks of double-word arithmetic*, ACM TOMS 44 (2017).

use crate::simd::Simd;

/// `high + low`, with `low` small against `high`.
#[derive(Clone, Copy)]
pub(crate) struct DoubleWord<V> {
    pub(crate) high: V,
    pub(crate) low: V,
}

impl<V: Simd> DoubleWord<V> {
    /// `a + b` exactly, where `a` is zero or not smaller than `b` in size (Dekker).
    #[inline(always)]
    pub(crate) fn fast_sum(a: V, b: V) -> Self {
        let high = a + b;
        DoubleWord { high, low: b - (high - a) }
    }

    /// `a + b` exactly (Knuth).
    #[inline(always)]
    pub(crate) fn sum(a: V, b: V) -> Self {
        let high = a + b;
        let b_part = high - a;
        DoubleWord { high, low: (a - (high - b_part)) + (b - b_part) }
    }

    /// `a * b` exactly, unless the low part underflows.
    #[inline(always)]
    pub(crate) fn product(a: V, b: V) -> Self {
        let high = a * b;
        DoubleWord { high, low: a.fms(b, high) }
    }

    /// `sqrt(self)`, to about 100 bits, for `self` between 2^-900 and 2^900; of zero it is zero.
    #[inline(always)]
    pub(crate) fn sqrt(self) -> Self {
        let high = self.high.sqrt();
        let rest = high.fnma(high, self.high) + self.low;
        // The bound keeps 0 / 0 away.
        let low = rest / (high + high).greater(high.fill(f64::MIN_POSITIVE));
        DoubleWord { high, low }
    }

    /// `self / divisor`; its error is 2^-53 of the low parts, unless the reciprocal of `divisor`
    /// over- or underflows.
    #[inline(always)]
    pub(crate) fn quotient(self, divisor: Self) -> Self {
        let divisor = Self::fast_sum(divisor.high, divisor.low);
        let reciprocal = self.high.fill(1.0) / divisor.high;
        let high = self.high * reciprocal;
        let rest = high.fnma(divisor.high, self.high) + high.fnma(divisor.low, self.low);
        DoubleWord { high, low: rest * reciprocal }
    }

    /// `self * factor`, without renormalising: the high part is the rounded product of those.
    #[inline(always)]
    pub(crate) fn times(self, factor: Self) -> Self {
        let product = Self::product(self.high, factor.high);
        let low = self.high.fma(factor.low, self.low.fma(factor.high, product.low));
        DoubleWord { high: product.high, low }
    }

    /// The same with `more` added to the low part.
    #[inline(always)]
    pub(crate) fn plus_low(self, more: V) -> Self {
        DoubleWord { high: self.high, low: self.low + more }
    }

    /// The sum as one number.
    #[inline(always)]
    pub(crate) fn value(self) -> V {
        self.high + self.low
    }
}
