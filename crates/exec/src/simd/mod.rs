//! Vectors of `f64` in the widths of the machine, behind one private trait.
//!
//! A kernel is written once, as `#[inline(always)] unsafe fn kernel<V: Simd>(..)`, and
//! [`simd_entry!`] compiles it for every [`Level`]. Everything such a kernel calls must be
//! `#[inline(always)]` too: only then does the code of the intrinsics end up inside the function
//! that enables their instructions. Closures do not promise that; named functions do.
//!
//! **Safety.** Only [`Simd::splat`] and [`Simd::load`] make a vector from nothing, and both are
//! unsafe: the caller vouches for the instruction set. Every other operation takes a vector, whose
//! existence is the proof, and is safe.
//!
//! **Bits.** Each operation is an IEEE 754 operation or a move of bits, so a lane's result is the
//! same for every width. Only the payload of a NaN may differ.

#[cfg(target_arch = "x86_64")]
#[macro_use]
mod x86;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod level;
mod scalar;
#[cfg(test)]
mod tests;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::F64x4;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::F64x8;
pub use level::Level;
pub(crate) use level::simd_entry;

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

/// The widest vector has this many lanes.
pub(crate) const MAX_LANES: usize = 8;

/// A vector of `LANES` numbers. The operators are lanewise, and are never fused.
pub(crate) trait Simd:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
{
    /// How many numbers a vector holds.
    const LANES: usize;
    /// One truth value for each lane.
    type Mask: Mask;

    /// A vector of equal lanes, made from nothing.
    ///
    /// # Safety
    /// The processor must have the instructions of this vector type.
    unsafe fn splat(value: f64) -> Self;

    /// Reads `LANES` numbers, aligned as `f64` is.
    ///
    /// # Safety
    /// The processor must have the instructions of this vector type, and `from` must be readable.
    unsafe fn load(from: *const f64) -> Self;

    /// Writes `LANES` numbers, aligned as `f64` is.
    ///
    /// # Safety
    /// `to` must be writable.
    unsafe fn store(self, to: *mut f64);

    /// Writes around the caches. A thread that has streamed calls [`stream_fence`] before another
    /// may read.
    ///
    /// # Safety
    /// `to` must be writable and aligned to the whole vector.
    unsafe fn stream(self, to: *mut f64);

    /// A vector of the same type with `value` in every lane.
    fn fill(self, value: f64) -> Self;

    /// `self * b + c`, rounded once.
    fn fma(self, b: Self, c: Self) -> Self;
    /// `self * b - c`, rounded once.
    fn fms(self, b: Self, c: Self) -> Self;
    /// `c - self * b`, rounded once.
    fn fnma(self, b: Self, c: Self) -> Self;
    /// The square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// `self` if it is less than `other`; else, also where either is NaN, `other`.
    fn lesser(self, other: Self) -> Self;
    /// `self` if it is greater than `other`; else, also where either is NaN, `other`.
    fn greater(self, other: Self) -> Self;
    /// The largest integer not above.
    fn floor(self) -> Self;
    /// The smallest integer not below.
    fn ceil(self) -> Self;
    /// The integer next towards zero.
    fn trunc(self) -> Self;
    /// The nearest integer, of two equally near the even one.
    fn round_ties_even(self) -> Self;

    /// Where `self < other`.
    fn lt(self, other: Self) -> Self::Mask;
    /// Where `self <= other`.
    fn le(self, other: Self) -> Self::Mask;
    /// Where `self == other`; zeros are equal.
    fn eq(self, other: Self) -> Self::Mask;
    /// Where either is NaN.
    fn unordered(self, other: Self) -> Self::Mask;
    /// Where the sign bit is set, also of a zero or a NaN.
    fn sign_bit(self) -> Self::Mask;
    /// `yes` where `mask` holds, `no` elsewhere.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// Bitwise and.
    fn bit_and(self, other: Self) -> Self;
    /// Bitwise or.
    fn bit_or(self, other: Self) -> Self;
    /// Bitwise exclusive or.
    fn bit_xor(self, other: Self) -> Self;
    /// The bits of `self` that are not in `other`.
    fn bit_and_not(self, other: Self) -> Self;
    /// Sum of the bits as 64-bit integers, wrapping.
    fn int_add(self, other: Self) -> Self;
    /// Difference of the bits as 64-bit integers, wrapping.
    fn int_sub(self, other: Self) -> Self;
    /// The bits moved `N` places up.
    fn shift_left<const N: u32>(self) -> Self;
    /// The bits moved `N` places down, zeros from above.
    fn shift_right<const N: u32>(self) -> Self;

    /// The table's entry at the index in the low bits of each lane; higher bits are ignored.
    /// `N` must be a power of two.
    fn lookup<const N: usize>(self, table: &[f64; N]) -> Self;

    /// `self * 2^exponent`, rounded once; `exponent` is an integer of at most 2000 in size.
    #[inline(always)]
    fn scale(self, exponent: Self) -> Self {
        let half = (exponent * 0.5).round_ties_even();
        self * half.exp2_int() * (exponent - half).exp2_int()
    }

    /// 2 to an integer between -1022 and 1023.
    #[inline(always)]
    fn exp2_int(self) -> Self {
        let biased = self + (ROUNDER + 1023.0);
        biased.shift_left::<52>()
    }

    /// A vector of the same type whose lanes all have these bits.
    #[inline(always)]
    fn fill_bits(self, bits: u64) -> Self {
        self.fill(f64::from_bits(bits))
    }

    /// Where `self > other`.
    #[inline(always)]
    fn gt(self, other: Self) -> Self::Mask {
        other.lt(self)
    }

    /// Without its sign.
    #[inline(always)]
    fn abs(self) -> Self {
        self.bit_and_not(self.fill(-0.0))
    }

    /// The sign bit alone, for [`Simd::bit_xor`] and [`Simd::bit_or`].
    #[inline(always)]
    fn sign_part(self) -> Self {
        self.bit_and(self.fill(-0.0))
    }

    /// The lanes, and zeros up to [`MAX_LANES`].
    #[inline(always)]
    fn to_lanes(self) -> [f64; MAX_LANES] {
        let mut lanes = [0.0; MAX_LANES];
        // SAFETY: `LANES` is at most `MAX_LANES`.
        unsafe { self.store(lanes.as_mut_ptr()) };
        lanes
    }

    /// A vector of the same type with these lanes.
    #[inline(always)]
    fn with_lanes(self, lanes: &[f64; MAX_LANES]) -> Self {
        // SAFETY: `self` exists, so the processor has the instructions; the array is long enough.
        unsafe { Self::load(lanes.as_ptr()) }
    }
}

/// One truth value for each lane of a vector.
pub(crate) trait Mask:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self>
{
    /// Bit `i` is lane `i`.
    fn bits(self) -> u32;

    /// Whether it holds in some lane.
    #[inline(always)]
    fn any(self) -> bool {
        self.bits() != 0
    }
}

/// Adding it rounds a number below 2^51 to an integer, which then stands in the low bits
/// (two's complement).
pub(crate) const ROUNDER: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// Makes what this thread has streamed visible before anything it writes later.
#[inline(always)]
pub(crate) fn stream_fence() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE is part of every x86-64.
    unsafe {
        std::arch::x86_64::_mm_sfence();
    }
}
