//! Elementary functions on vectors of any width, each defined once.
//!
//! A function here is a formula over [`Simd`](crate::simd::Simd), inlined into the kernel that
//! uses it. The same bits come from every width, for only IEEE operations are used, fused
//! where written, and no lane looks at its neighbours. A rare argument (an enormous angle, an
//! infinite base) is computed apart, by [`rare`], and blended in.
//!
//! The error is below 1 ulp everywhere, and mostly below 0.7; `tests` measures it against
//! 300-bit arithmetic. Special values follow C99, Annex F.

mod double_word;
mod erfcx_table;
mod error_function;
mod exp;
mod hyperbolic;
mod inverse_hyperbolic;
mod inverse_trig;
mod log;
mod payne_hanek;
mod polynomial;
mod pow;
mod pow_table;
mod rare;
mod root;
mod rounding;
mod trig;

#[cfg(test)]
mod tests;

pub(crate) use error_function::{erf, erfc};
pub(crate) use exp::{exp, expm1, gauss, sigmoid};
pub(crate) use hyperbolic::{cosh, sinh, tanh};
pub(crate) use inverse_hyperbolic::{acosh, asinh, atanh};
pub(crate) use inverse_trig::{acos, asin, atan, atan2};
pub(crate) use log::{log, log1p, log2, log10, softplus};
pub(crate) use pow::pow;
pub(crate) use root::{cbrt, hypot, rsqrt, sqrt};
pub(crate) use rounding::{ceil, floor, max, min, round, sign};
pub(crate) use trig::{cos, sin, sincos, tan};
