//! Scalar special functions: those of the op table that `libm` lacks, or has with an error of more
//! than one unit in the last place.
//!
//! Only additions, multiplications, divisions, square roots and fused multiply-adds are used, and
//! `libm`, which is built of them: the same bits on every machine.
mod double;
mod erfc;
mod exponential;
mod gamma;
mod hyperbolic;
mod polygamma;
#[cfg(test)]
mod tests;

pub use erfc::erfc;
pub use exponential::{gauss, logaddexp, sigmoid, softplus};
pub use gamma::lgamma;
pub use hyperbolic::{acosh, asinh, atanh, sinh, tanh};
pub use polygamma::polygamma;
