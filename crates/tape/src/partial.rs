//! What a partial does to the tangent or adjoint it meets.
use crate::Scalar;

/// A partial of an elementwise op, as an action: a zero or one that the row knows costs nothing,
/// and a choice is a selection, never a product with a mask, for 0 times infinity is NaN.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Partial<S> {
    /// The value does not depend on the argument.
    Zero,
    /// The value moves as the argument does.
    One,
    /// The value moves against the argument.
    MinusOne,
    /// The ordinary case: the partial is a number.
    Factor(S),
    /// 1 where the condition is not 0, else 0.
    When(S),
    /// 0 where the condition is not 0, else 1.
    Unless(S),
}

impl<S: Scalar> Partial<S> {
    /// The partial times a tangent or adjoint; `None` is a structural zero.
    pub fn times(self, tangent: S) -> Option<S> {
        let zero = S::from(0.0);
        match self {
            Partial::Zero => None,
            Partial::One => Some(tangent),
            Partial::MinusOne => Some(-tangent),
            Partial::Factor(partial) => Some(partial * tangent),
            Partial::When(condition) => Some(S::select(condition, tangent, zero)),
            Partial::Unless(condition) => Some(S::select(condition, zero, tangent)),
        }
    }

    /// The partial as a number.
    pub fn value(self) -> S {
        self.times(S::from(1.0)).unwrap_or(S::from(0.0))
    }
}
