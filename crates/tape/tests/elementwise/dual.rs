//! A scalar with a tangent, over any scalar: forward mode, once more and independent of the
//! transforms.
use chainrule_tape::{Op, Scalar};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value and its derivative in one direction.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Dual<S> {
    pub(crate) value: S,
    pub(crate) tangent: S,
}

impl<S: Scalar> Scalar for Dual<S> {
    fn apply(op: Op, n: i32, args: &[Self]) -> Self {
        let values: Vec<S> = args.iter().map(|arg| arg.value).collect();
        let value = S::apply(op, n, &values);
        let partials = op.partials(n, &values, value);
        let terms =
            partials.into_iter().zip(args).filter_map(|(partial, arg)| partial.times(arg.tangent));
        let tangent = terms.reduce(|sum, term| sum + term).unwrap_or(S::from(0.0));
        Dual { value, tangent }
    }
}

impl<S: Scalar> From<f64> for Dual<S> {
    fn from(number: f64) -> Self {
        Dual { value: S::from(number), tangent: S::from(0.0) }
    }
}

impl<S: Scalar> Neg for Dual<S> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::apply(Op::Neg, 0, &[self])
    }
}

macro_rules! binary {
    ($($op:ident $method:ident),+) => {
        $(impl<S: Scalar> $op for Dual<S> {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self::apply(Op::$op, 0, &[self, other])
            }
        })+
    };
}
binary!(Add add, Sub sub, Mul mul, Div div);
