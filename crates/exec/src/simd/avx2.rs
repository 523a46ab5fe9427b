//! Four lanes in one AVX2 register; masks are vectors of all-one or all-zero lanes.

use super::{Mask, Simd};
use std::arch::x86_64::*;

/// Four numbers.
#[derive(Clone, Copy)]
pub(crate) struct F64x4(__m256d);

/// Four truth values.
#[derive(Clone, Copy)]
pub(crate) struct Mask4(__m256d);

impl Simd for F64x4 {
    const LANES: usize = 4;
    type Mask = Mask4;

    #[inline(always)]
    unsafe fn splat(value: f64) -> Self {
        // SAFETY: the caller vouches for the instructions.
        Self(unsafe { _mm256_set1_pd(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller vouches for the instructions and the memory.
        Self(unsafe { _mm256_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller says that `to` is writable.
        unsafe { _mm256_storeu_pd(to, self.0) }
    }

    #[inline(always)]
    unsafe fn stream(self, to: *mut f64) {
        // SAFETY: the caller says that `to` is writable and aligned.
        unsafe { _mm256_stream_pd(to, self.0) }
    }

    #[inline(always)]
    fn fill(self, value: f64) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe { _mm256_set1_pd(value) })
    }

    lanewise! {
        fma(b, c) = _mm256_fmadd_pd;
        fms(b, c) = _mm256_fmsub_pd;
        fnma(b, c) = _mm256_fnmadd_pd;
        sqrt() = _mm256_sqrt_pd;
        lesser(other) = _mm256_min_pd;
        greater(other) = _mm256_max_pd;
        bit_and(other) = _mm256_and_pd;
        bit_or(other) = _mm256_or_pd;
        bit_xor(other) = _mm256_xor_pd;
    }

    bitwise! {
        _mm256_castpd_si256, _mm256_castsi256_pd;
        int_add(other) = _mm256_add_epi64;
        int_sub(other) = _mm256_sub_epi64;
    }

    rounding! {
        _mm256_round_pd;
        floor = _MM_FROUND_TO_NEG_INF;
        ceil = _MM_FROUND_TO_POS_INF;
        trunc = _MM_FROUND_TO_ZERO;
        round_ties_even = _MM_FROUND_TO_NEAREST_INT;
    }

    comparisons! {
        _mm256_cmp_pd;
        lt = _CMP_LT_OQ;
        le = _CMP_LE_OQ;
        eq = _CMP_EQ_OQ;
        unordered = _CMP_UNORD_Q;
    }

    #[inline(always)]
    fn bit_and_not(self, other: Self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe { _mm256_andnot_pd(other.0, self.0) })
    }

    /// Every use of a mask reads only the sign bits, so the vector is its own mask.
    #[inline(always)]
    fn sign_bit(self) -> Mask4 {
        Mask4(self.0)
    }

    #[inline(always)]
    fn select(mask: Mask4, yes: Self, no: Self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe { _mm256_blendv_pd(no.0, yes.0, mask.0) })
    }

    #[inline(always)]
    fn shift_left<const N: u32>(self) -> Self {
        let count = i64::from(N);
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe {
            let bits = _mm256_castpd_si256(self.0);
            _mm256_castsi256_pd(_mm256_sll_epi64(bits, _mm_cvtsi64_si128(count)))
        })
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        let count = i64::from(N);
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe {
            let bits = _mm256_castpd_si256(self.0);
            _mm256_castsi256_pd(_mm256_srl_epi64(bits, _mm_cvtsi64_si128(count)))
        })
    }

    #[inline(always)]
    fn lookup<const N: usize>(self, table: &[f64; N]) -> Self {
        const { assert!(N.is_power_of_two()) };
        let low = self.fill_bits(N as u64 - 1);
        // SAFETY: the instructions exist, and the masked index stays within the table.
        Self(unsafe {
            let index = _mm256_castpd_si256(self.bit_and(low).0);
            _mm256_i64gather_pd::<8>(table.as_ptr(), index)
        })
    }
}

operators! {
    F64x4;
    Add, add = _mm256_add_pd;
    Sub, sub = _mm256_sub_pd;
    Mul, mul = _mm256_mul_pd;
    Div, div = _mm256_div_pd;
}

impl From<__m256d> for Mask4 {
    #[inline(always)]
    fn from(lanes: __m256d) -> Self {
        Mask4(lanes)
    }
}

// SAFETY (of the intrinsics below): a mask exists only where its vector's instructions do.
mask_operators! {
    Mask4;
    // SAFETY: as above.
    BitAnd, bitand = |a, b| unsafe { _mm256_and_pd(a, b) };
    // SAFETY: as above.
    BitOr, bitor = |a, b| unsafe { _mm256_or_pd(a, b) };
}

impl std::ops::Not for Mask4 {
    type Output = Mask4;
    #[inline(always)]
    fn not(self) -> Mask4 {
        // SAFETY: a mask exists only where its vector's instructions do.
        Mask4(unsafe { _mm256_xor_pd(self.0, _mm256_set1_pd(f64::from_bits(u64::MAX))) })
    }
}

impl Mask for Mask4 {
    #[inline(always)]
    fn bits(self) -> u32 {
        // SAFETY: a mask exists only where its vector's instructions do.
        unsafe { _mm256_movemask_pd(self.0) }.cast_unsigned()
    }
}
