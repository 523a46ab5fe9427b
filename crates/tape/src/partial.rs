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

/// The partials of a choice between two arguments: the first where the condition is not 0.
pub(crate) fn chosen<S: Scalar>(condition: S) -> [Partial<S>; 2] {
    [Partial::When(condition), Partial::Unless(condition)]
}

/// The partial of `y`, `x` to the power `n`. From below 1 it is made of the value, which `x^(n-1)`
/// may leave far behind.
pub(crate) fn powi_partial<S: Scalar>(x: S, n: i32, y: S) -> Partial<S> {
    let factor = S::from(f64::from(n));
    match n {
        0 => Partial::Zero,
        1 => Partial::One,
        2 => Partial::Factor(x + x),
        3.. => Partial::Factor(factor * x.powi(n - 1)),
        ..0 => Partial::Factor(y * (factor / x)),
    }
}

/// The partials of `y`, `a` to the power `b`: `b a^(b-1)` and `y log a`.
///
/// Below 1/2 `b - 1` may be rounded, which a power multiplies by `log a`; there `b y / a` is
/// accurate, except at 0. Bases are selected so that what is left out stays finite, for derivatives
/// pass through it.
pub(crate) fn pow_partials<S: Scalar>(a: S, b: S, y: S) -> [Partial<S>; 2] {
    let [zero, one] = [0.0, 1.0].map(S::from);
    let divisor = S::select(a.abs().gt(zero), a, one);
    let by_power = b.ge(S::from(0.5)) + b.ne(zero) * a.eq(zero);
    let in_base = S::select(by_power, b * a.pow(b - one), y * b / divisor);
    let in_exponent = y * S::select(a.gt(zero), a, one).log();
    [Partial::Factor(in_base), Partial::Factor(in_exponent)]
}

/// The partials of the hypotenuse of `a` and `b`: a cosine and a sine.
pub(crate) fn hypot_partials<S: Scalar>(a: S, b: S) -> [Partial<S>; 2] {
    let [u, v, square, _] = by_larger(a, b);
    let scale = square.rsqrt();
    [Partial::Factor(u * scale), Partial::Factor(v * scale)]
}

/// The partials of the angle of the point with ordinate `a` and abscissa `b`: `b` and `-a` by the
/// square of the radius.
pub(crate) fn atan2_partials<S: Scalar>(a: S, b: S) -> [Partial<S>; 2] {
    let [u, v, square, larger] = by_larger(a, b);
    let scale = square.recip();
    [Partial::Factor(v * scale / larger), Partial::Factor(-(u * scale / larger))]
}

/// `a` and `b` by the larger of their sizes, the sum of the squares of both, and the larger size.
///
/// One of the two is 1 or -1, also beside infinity, so the sum neither overflows nor vanishes. At
/// the origin, where it would be 0, it is taken as 1: partials there are 0.
fn by_larger<S: Scalar>(a: S, b: S) -> [S; 4] {
    let smallest = S::from(f64::from_bits(1));
    let first = a.abs().ge(b.abs());
    let larger = a.abs().max(b.abs()).max(smallest);
    let u = S::select(first, a.sign(), a / larger);
    let v = S::select(first, b / larger, b.sign());
    [u, v, (u * u + v * v).max(S::from(1.0)), larger]
}
