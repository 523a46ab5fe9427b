//! Every elementwise op, each defined once. Everything else derives from this table.
use crate::Partial::{self, Factor, MinusOne, One, Unless, When, Zero};

ops! {
    /// The opposite.
    Neg(x) -> y = -x, [MinusOne], -9.0..9.0, 1, Laws::EXACT;
    /// The sum.
    Add(a, b) -> y = a + b, [One, One], -9.0..9.0, 1, Laws::EXACT.commutes().unit(-0.0);
    /// The difference.
    Sub(a, b) -> y = a - b, [One, MinusOne], -9.0..9.0, 1, Laws::EXACT.unit(0.0);
    /// The product.
    Mul(a, b) -> y = a * b, [Factor(b), Factor(a)], -9.0..9.0, 1, Laws::EXACT.commutes().unit(1.0);
    /// The quotient.
    Div(a, b) -> y = a / b, [Factor(S::from(1.0) / b), Factor(-(y / b))], 0.5..9.0, 4, Laws::EXACT.unit(1.0);
    /// The sine, of radians.
    Sin.sin(x) -> y = libm::sin(x), [Factor(x.cos())], -9.0..9.0, 12;
    /// The cosine, of radians.
    Cos.cos(x) -> y = libm::cos(x), [Factor(-x.sin())], -9.0..9.0, 12;
    /// The square root.
    Sqrt.sqrt(x) -> y = libm::sqrt(x), [Factor(S::from(0.5) / y)], 0.5..9.0, 4, Laws::EXACT;
    /// The exponential.
    Exp.exp(x) -> y = libm::exp(x), [Factor(y)], -3.0..3.0, 12;
    /// `x` to the integer power `n`.
    Powi.powi(x; n) -> y = libm::pow(x, f64::from(n)), [Factor(S::from(f64::from(n)) * x.powi(n - 1))], 0.5..3.0, 6;
    /// 1 where `a < b`, else 0.
    Lt.lt(a, b) -> y = f64::from(a < b), [Zero, Zero], -9.0..-1.0, 1, Laws::EXACT;
    /// `a` where `condition` is not 0, else `b`; the one not chosen never leaks a NaN.
    Select.select(condition, a, b) -> y = if condition != 0.0 { a } else { b },
        [Zero, When(condition), Unless(condition)], 0.5..9.0, 1, Laws::EXACT;
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
