//! The primitives of straight-line code: each is defined once, for any number of lanes.
use crate::math;
use crate::simd::Simd;

/// A primitive as a type, so that a kernel can be compiled for it.
pub(crate) trait Lanewise {
    /// How many arguments it takes; those beyond are ignored.
    const ARITY: usize;

    /// The value in each lane. A lane depends on its own arguments only.
    fn apply<V: Simd>(args: [V; 3]) -> V;
}

/// What is compiled for one set of instructions and one number of lanes.
pub(crate) trait Compile {
    /// The result of compiling a primitive.
    type Kernel;

    /// Compiles a kernel for one primitive.
    fn single<F: Lanewise>() -> Self::Kernel;
}

/// A row reads: variant, name in text, arguments, value in any [`Simd`] type.
macro_rules! primitives {
    ($($(#[doc = $doc:literal])+ $row:ident $name:literal ($($arg:ident),+) = $value:expr;)+) => {
        /// What one step computes from up to three values.
        #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Primitive { $($(#[doc = $doc])+ $row),+ }

        /// The primitives as types.
        pub(crate) mod lanewise {
            $($(#[doc = $doc])+ pub(crate) struct $row;)+
        }

        $(impl Lanewise for lanewise::$row {
            const ARITY: usize = [$(stringify!($arg)),+].len();

            #[inline(always)]
            fn apply<V: Simd>(args: [V; 3]) -> V {
                let [$($arg,)+ ..] = args;
                $value
            }
        })+

        impl Primitive {
            /// Every primitive, in the order of the table.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Primitive] = &[$(Primitive::$row),+];

            /// Its name in text.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Primitive::$row => $name),+ }
            }

            /// How many arguments it takes.
            pub(crate) fn arity(self) -> usize {
                match self { $(Primitive::$row => lanewise::$row::ARITY),+ }
            }

            /// Its value on plain numbers; arguments beyond its arity are ignored.
            pub(crate) fn value(self, args: [f64; 3]) -> f64 {
                match self { $(Primitive::$row => lanewise::$row::apply(args)),+ }
            }

            /// Its kernel.
            pub(crate) fn compile<C: Compile>(self) -> C::Kernel {
                match self { $(Primitive::$row => C::single::<lanewise::$row>()),+ }
            }
        }
    };
}

primitives! {
    /// The opposite.
    Neg "neg" (x) = -x;
    /// Without the sign.
    Abs "abs" (x) = x.abs();
    /// -1, 0 or 1; a zero and a NaN stay what they are.
    Sign "sign" (x) = math::sign(x);
    /// The square root.
    Sqrt "sqrt" (x) = math::sqrt(x);
    /// The largest integer not above.
    Floor "floor" (x) = math::floor(x);
    /// The smallest integer not below.
    Ceil "ceil" (x) = math::ceil(x);
    /// The nearest integer, ties to the even one.
    Round "round" (x) = math::round(x);
    /// The sum.
    Add "add" (a, b) = a + b;
    /// The difference.
    Sub "sub" (a, b) = a - b;
    /// The product.
    Mul "mul" (a, b) = a * b;
    /// The quotient.
    Div "div" (a, b) = a / b;
    /// `a * b + c`, rounded once.
    Fma "fma" (a, b, c) = a.fma(b, c);
    /// `a * b - c`, rounded once.
    Fms "fms" (a, b, c) = a.fms(b, c);
    /// `c - a * b`, rounded once.
    Fnma "fnma" (a, b, c) = a.fnma(b, c);
    /// The smaller; -0 is below 0, and NaN if either is.
    Min "min" (a, b) = math::min(a, b);
    /// The larger; -0 is below 0, and NaN if either is.
    Max "max" (a, b) = math::max(a, b);
    /// 1 where `a < b`, else 0.
    Lt "lt" (a, b) = truth(a, a.lt(b));
    /// 1 where `a <= b`, else 0.
    Le "le" (a, b) = truth(a, a.le(b));
    /// 1 where `a == b`, else 0.
    Eq "eq" (a, b) = truth(a, a.eq(b));
    /// 1 where `a != b`, also for NaN, else 0.
    Ne "ne" (a, b) = truth(a, !a.eq(b));
    /// `a` where `condition` is not 0, else `b`.
    Select "select" (condition, a, b) = V::select(condition.eq(condition.fill(0.0)), b, a);
    /// The exponential.
    Exp "exp" (x) = math::exp(x);
    /// `exp(x) - 1`.
    Expm1 "expm1" (x) = math::expm1(x);
    /// The natural logarithm.
    Log "log" (x) = math::log(x);
    /// `log(1 + x)`.
    Log1p "log1p" (x) = math::log1p(x);
    /// The logarithm to base 2.
    Log2 "log2" (x) = math::log2(x);
    /// The logarithm to base 10.
    Log10 "log10" (x) = math::log10(x);
    /// `1 / sqrt(x)`.
    Rsqrt "rsqrt" (x) = math::rsqrt(x);
    /// The cube root.
    Cbrt "cbrt" (x) = math::cbrt(x);
    /// `a` to the power `b`.
    Pow "pow" (a, b) = math::pow(a, b);
    /// The root of the sum of squares.
    Hypot "hypot" (a, b) = math::hypot(a, b);
    /// The sine, of radians.
    Sin "sin" (x) = math::sin(x);
    /// The cosine, of radians.
    Cos "cos" (x) = math::cos(x);
    /// The tangent, of radians.
    Tan "tan" (x) = math::tan(x);
    /// The inverse sine.
    Asin "asin" (x) = math::asin(x);
    /// The inverse cosine.
    Acos "acos" (x) = math::acos(x);
    /// The inverse tangent.
    Atan "atan" (x) = math::atan(x);
    /// The angle of the point `(x, y)`.
    Atan2 "atan2" (y, x) = math::atan2(y, x);
    /// The hyperbolic sine.
    Sinh "sinh" (x) = math::sinh(x);
    /// The hyperbolic cosine.
    Cosh "cosh" (x) = math::cosh(x);
    /// The hyperbolic tangent.
    Tanh "tanh" (x) = math::tanh(x);
    /// The inverse hyperbolic sine.
    Asinh "asinh" (x) = math::asinh(x);
    /// The inverse hyperbolic cosine.
    Acosh "acosh" (x) = math::acosh(x);
    /// The inverse hyperbolic tangent.
    Atanh "atanh" (x) = math::atanh(x);
    /// `1 / (1 + exp(-x))`.
    Sigmoid "sigmoid" (x) = math::sigmoid(x);
    /// `log(1 + exp(x))`.
    Softplus "softplus" (x) = math::softplus(x);
    /// The error function.
    Erf "erf" (x) = math::erf(x);
    /// `1 - erf(x)`.
    Erfc "erfc" (x) = math::erfc(x);
    /// `exp(-x * x)`.
    Gauss "gauss" (x) = math::gauss(x);
}

#[inline(always)]
fn truth<V: Simd>(like: V, mask: V::Mask) -> V {
    V::select(mask, like.fill(1.0), like.fill(0.0))
}
