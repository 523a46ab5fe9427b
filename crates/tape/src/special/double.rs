//! Arithmetic at twice the precision, in which the special functions lose nothing before their one
//! last rounding.
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The unevaluated sum `hi + lo` with `|lo|` at most half an ulp of `hi`: about 106 bits.
///
/// The algorithms are those of Joldes, Muller and Popescu, "Tight and rigorous error bounds for
/// basic building blocks of double-word arithmetic" (2017); each result is right to a few units of
/// 2^-104.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) struct Double {
    pub(super) hi: f64,
    pub(super) lo: f64,
}

impl Double {
    /// The constant `hi + lo`.
    pub(super) const fn new(hi: f64, lo: f64) -> Double {
        Double { hi, lo }
    }

    /// `a + b`, exactly.
    pub(super) fn sum(a: f64, b: f64) -> Double {
        let hi = a + b;
        let from_b = hi - a;
        Double { hi, lo: (a - (hi - from_b)) + (b - from_b) }
    }

    /// `a * b`, exactly.
    pub(super) fn product(a: f64, b: f64) -> Double {
        let hi = a * b;
        Double { hi, lo: a.mul_add(b, -hi) }
    }

    /// `a + b`, exactly, where `|a| >= |b|`.
    fn ordered_sum(a: f64, b: f64) -> Double {
        let hi = a + b;
        Double { hi, lo: b - (hi - a) }
    }

    /// The nearest float.
    pub(super) fn value(self) -> f64 {
        self.hi + self.lo
    }

    pub(super) fn abs(self) -> Double {
        if self.hi < 0.0 { -self } else { self }
    }

    /// Times `2^exponent`.
    pub(super) fn scaled(self, exponent: i32) -> Double {
        Double { hi: libm::scalbn(self.hi, exponent), lo: libm::scalbn(self.lo, exponent) }
    }

    pub(super) fn sqrt(self) -> Double {
        if self.hi == 0.0 {
            return self;
        }
        let root = self.hi.sqrt();
        let rest = self - Double::product(root, root);
        Double::ordered_sum(root, rest.hi / (2.0 * root))
    }

    /// To the power `n`, by squaring.
    pub(super) fn powi(self, mut n: u32) -> Double {
        let (mut square, mut power) = (self, Double::from(1.0));
        while n > 0 {
            if n & 1 == 1 {
                power = power * square;
            }
            square = square * square;
            n >>= 1;
        }
        power
    }
}

impl From<f64> for Double {
    fn from(hi: f64) -> Double {
        Double { hi, lo: 0.0 }
    }
}

impl Neg for Double {
    type Output = Double;
    fn neg(self) -> Double {
        Double { hi: -self.hi, lo: -self.lo }
    }
}

impl Add for Double {
    type Output = Double;
    fn add(self, other: Double) -> Double {
        let (high, low) = (Double::sum(self.hi, other.hi), Double::sum(self.lo, other.lo));
        let first = Double::ordered_sum(high.hi, high.lo + low.hi);
        Double::ordered_sum(first.hi, first.lo + low.lo)
    }
}

impl Sub for Double {
    type Output = Double;
    fn sub(self, other: Double) -> Double {
        self + -other
    }
}

impl Mul for Double {
    type Output = Double;
    fn mul(self, other: Double) -> Double {
        let high = Double::product(self.hi, other.hi);
        let cross = self.hi.mul_add(other.lo, self.lo * other.hi);
        Double::ordered_sum(high.hi, high.lo + cross)
    }
}

impl Div for Double {
    type Output = Double;
    fn div(self, other: Double) -> Double {
        let first = self.hi / other.hi;
        let rest = self - other * Double::from(first);
        Double::ordered_sum(first, rest.hi / other.hi)
    }
}
