//! The one-lane vector: a plain `f64`. It defines what the wider ones must do in each lane.

use super::{Mask, Simd};

impl Simd for f64 {
    const LANES: usize = 1;
    type Mask = bool;

    #[inline(always)]
    unsafe fn splat(value: f64) -> f64 {
        value
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> f64 {
        // SAFETY: the caller says that `from` is readable.
        unsafe { *from }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller says that `to` is writable.
        unsafe { *to = self }
    }

    #[inline(always)]
    unsafe fn stream(self, to: *mut f64) {
        // SAFETY: as above. A cached store keeps the promise, without the gain.
        unsafe { *to = self }
    }

    #[inline(always)]
    fn fill(self, value: f64) -> f64 {
        value
    }

    #[inline(always)]
    fn fma(self, b: f64, c: f64) -> f64 {
        self.mul_add(b, c)
    }

    #[inline(always)]
    fn fms(self, b: f64, c: f64) -> f64 {
        self.mul_add(b, -c)
    }

    #[inline(always)]
    fn fnma(self, b: f64, c: f64) -> f64 {
        (-self).mul_add(b, c)
    }

    #[inline(always)]
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }

    #[inline(always)]
    fn lesser(self, other: f64) -> f64 {
        if self < other { self } else { other }
    }

    #[inline(always)]
    fn greater(self, other: f64) -> f64 {
        if self > other { self } else { other }
    }

    #[inline(always)]
    fn floor(self) -> f64 {
        f64::floor(self)
    }

    #[inline(always)]
    fn ceil(self) -> f64 {
        f64::ceil(self)
    }

    #[inline(always)]
    fn trunc(self) -> f64 {
        f64::trunc(self)
    }

    #[inline(always)]
    fn round_ties_even(self) -> f64 {
        f64::round_ties_even(self)
    }

    #[inline(always)]
    fn lt(self, other: f64) -> bool {
        self < other
    }

    #[inline(always)]
    fn le(self, other: f64) -> bool {
        self <= other
    }

    #[inline(always)]
    fn eq(self, other: f64) -> bool {
        self == other
    }

    #[inline(always)]
    fn unordered(self, other: f64) -> bool {
        self.is_nan() | other.is_nan()
    }

    #[inline(always)]
    fn sign_bit(self) -> bool {
        self.is_sign_negative()
    }

    #[inline(always)]
    fn select(mask: bool, yes: f64, no: f64) -> f64 {
        if mask { yes } else { no }
    }

    #[inline(always)]
    fn bit_and(self, other: f64) -> f64 {
        f64::from_bits(self.to_bits() & other.to_bits())
    }

    #[inline(always)]
    fn bit_or(self, other: f64) -> f64 {
        f64::from_bits(self.to_bits() | other.to_bits())
    }

    #[inline(always)]
    fn bit_xor(self, other: f64) -> f64 {
        f64::from_bits(self.to_bits() ^ other.to_bits())
    }

    #[inline(always)]
    fn bit_and_not(self, other: f64) -> f64 {
        f64::from_bits(self.to_bits() & !other.to_bits())
    }

    #[inline(always)]
    fn int_add(self, other: f64) -> f64 {
        f64::from_bits(self.to_bits().wrapping_add(other.to_bits()))
    }

    #[inline(always)]
    fn int_sub(self, other: f64) -> f64 {
        f64::from_bits(self.to_bits().wrapping_sub(other.to_bits()))
    }

    #[inline(always)]
    fn shift_left<const N: u32>(self) -> f64 {
        f64::from_bits(self.to_bits() << N)
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> f64 {
        f64::from_bits(self.to_bits() >> N)
    }

    #[inline(always)]
    fn lookup<const N: usize>(self, table: &[f64; N]) -> f64 {
        const { assert!(N.is_power_of_two()) };
        table[self.to_bits() as usize & (N - 1)]
    }
}

impl Mask for bool {
    #[inline(always)]
    fn bits(self) -> u32 {
        u32::from(self)
    }
}
