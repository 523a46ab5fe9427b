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

/// The partial of `x` to the power `n`, which a small power has without a power.
pub(crate) fn powi_partial<S: Scalar>(x: S, n: i32, y: S) -> Partial<S> {
    let factor = S::from(f64::from(n));
    match n {
        0 => Partial::Zero,
        1 => Partial::One,
        2 => Partial::Factor(x + x),
        i32::MIN => Partial::Factor(factor * (y / x)), // n - 1 is no i32
        _ => Partial::Factor(factor * x.powi(n - 1)),
    }
}

/// The partials of `y`, `a` to the power `b`. `b y / a` has more digits than `b a^(b-1)`, where `b - 1` is rounded, but
/// not where the value has left the range of normal numbers.
pub(crate) fn pow_partials<S: Scalar>(a: S, b: S, y: S) -> [Partial<S>; 2] {
    let zero = S::from(0.0);
    let size = y.abs();
    let normal = size.lt(S::from(f64::MAX)) * size.gt(S::from(f64::MIN_POSITIVE));
    let by_value = b * (y / a);
    let by_power = b * a.pow(b - S::from(1.0));
    let in_base = S::select(b, S::select(normal, by_value, by_power), zero);
    let in_exponent = S::select(a, y * a.log(), zero);
    [Partial::Factor(in_base), Partial::Factor(in_exponent)]
}

/// The partials of `y`, the hypotenuse of `a` and `b`: a cosine and a sine, 0 at the origin.
pub(crate) fn hypot_partials<S: Scalar>(a: S, b: S, y: S) -> [Partial<S>; 2] {
    let Polar { cosine, sine, .. } = Polar::of(a, b, y);
    [Partial::Factor(cosine), Partial::Factor(sine)]
}

/// The partials of the angle of the point with ordinate `a` and abscissa `b`; 0 at the origin.
pub(crate) fn atan2_partials<S: Scalar>(a: S, b: S) -> [Partial<S>; 2] {
    let Polar { cosine: sine, sine: cosine, radius, scale } = Polar::of(a, b, a.hypot(b));
    let by_radius = |x: S| S::select(radius, x / radius * scale, S::from(0.0));
    [Partial::Factor(by_radius(cosine)), Partial::Factor(-by_radius(sine))]
}

/// A point's direction, and its radius times a scale at which that is a normal number.
struct Polar<S> {
    cosine: S,
    sine: S,
    radius: S,
    scale: S,
}

impl<S: Scalar> Polar<S> {
    /// Of the point with abscissa `a`, ordinate `b` and radius `y`, which may have overflowed or lost digits.
    fn of(a: S, b: S, y: S) -> Polar<S> {
        let number = |x: f64| S::from(x);
        let scale = S::select(y.gt(number(1e290)), number(0.25), number(1.0));
        let scale = S::select(y.lt(number(1e-290)), number(2f64.powi(200)), scale);
        let far = S::select((a * scale).hypot(b * scale).lt(number(f64::INFINITY)), number(0.0), number(1.0));
        // Of an infinite coordinate only the sign counts, of a finite one beside it nothing.
        let infinite = |x: S| x.abs().eq(number(f64::INFINITY));
        let place = |x: S| S::select(far, infinite(x) * x.sign(), x * scale);
        let (a, b) = (place(a), place(b));
        let radius = a.hypot(b);
        let over = |x: S| S::select(radius, x / radius, number(0.0));
        let size = S::select(far, y, radius);
        Polar { cosine: over(a), sine: over(b), radius: size, scale }
    }
}
