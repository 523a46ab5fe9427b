//! Eight lanes in one AVX-512 register; masks are mask registers.

use super::{Mask, Simd};
use std::arch::x86_64::*;

/// Eight numbers.
#[derive(Clone, Copy)]
pub(crate) struct F64x8(__m512d);

/// Eight truth values.
#[derive(Clone, Copy)]
pub(crate) struct Mask8(__mmask8);

impl Simd for F64x8 {
    const LANES: usize = 8;
    type Mask = Mask8;

    #[inline(always)]
    unsafe fn splat(value: f64) -> Self {
        // SAFETY: the caller vouches for the instructions.
        Self(unsafe { _mm512_set1_pd(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller vouches for the instructions and the memory.
        Self(unsafe { _mm512_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller says that `to` is writable.
        unsafe { _mm512_storeu_pd(to, self.0) }
    }

    #[inline(always)]
    unsafe fn stream(self, to: *mut f64) {
        // SAFETY: the caller says that `to` is writable and aligned.
        unsafe { _mm512_stream_pd(to, self.0) }
    }

    #[inline(always)]
    fn fill(self, value: f64) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe { _mm512_set1_pd(value) })
    }

    lanewise! {
        fma(b, c) = _mm512_fmadd_pd;
        fms(b, c) = _mm512_fmsub_pd;
        fnma(b, c) = _mm512_fnmadd_pd;
        sqrt() = _mm512_sqrt_pd;
        lesser(other) = _mm512_min_pd;
        greater(other) = _mm512_max_pd;
        bit_and(other) = _mm512_and_pd;
        bit_or(other) = _mm512_or_pd;
        bit_xor(other) = _mm512_xor_pd;
        scale(exponent) = _mm512_scalef_pd;
    }

    bitwise! {
        _mm512_castpd_si512, _mm512_castsi512_pd;
        int_add(other) = _mm512_add_epi64;
        int_sub(other) = _mm512_sub_epi64;
    }

    rounding! {
        _mm512_roundscale_pd;
        floor = _MM_FROUND_TO_NEG_INF;
        ceil = _MM_FROUND_TO_POS_INF;
        trunc = _MM_FROUND_TO_ZERO;
        round_ties_even = _MM_FROUND_TO_NEAREST_INT;
    }

    comparisons! {
        _mm512_cmp_pd_mask;
        lt = _CMP_LT_OQ;
        le = _CMP_LE_OQ;
        eq = _CMP_EQ_OQ;
        unordered = _CMP_UNORD_Q;
    }

    #[inline(always)]
    fn bit_and_not(self, other: Self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe { _mm512_andnot_pd(other.0, self.0) })
    }

    #[inline(always)]
    fn sign_bit(self) -> Mask8 {
        // SAFETY: a vector exists only where its instructions do.
        Mask8(unsafe { _mm512_movepi64_mask(_mm512_castpd_si512(self.0)) })
    }

    #[inline(always)]
    fn select(mask: Mask8, yes: Self, no: Self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe { _mm512_mask_blend_pd(mask.0, no.0, yes.0) })
    }

    #[inline(always)]
    fn shift_left<const N: u32>(self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe { _mm512_castsi512_pd(_mm512_slli_epi64::<N>(_mm512_castpd_si512(self.0))) })
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        // SAFETY: a vector exists only where its instructions do.
        Self(unsafe { _mm512_castsi512_pd(_mm512_srli_epi64::<N>(_mm512_castpd_si512(self.0))) })
    }

    /// Tables of up to 32 entries are permuted within registers, which on some processors is ten
    /// times as fast as gathering.
    #[inline(always)]
    fn lookup<const N: usize>(self, table: &[f64; N]) -> Self {
        const { assert!(N.is_power_of_two()) };
        match N {
            16 => self.permute(table, 0),
            32 => {
                let upper = self.shift_left::<59>().sign_bit();
                Self::select(upper, self.permute(table, 16), self.permute(table, 0))
            }
            _ => self.gather(table),
        }
    }
}

impl F64x8 {
    /// The entries from `start` on at the indices in the low four bits.
    #[inline(always)]
    fn permute<const N: usize>(self, table: &[f64; N], start: usize) -> Self {
        let sixteen = &table[start..start + 16];
        // SAFETY: the instructions exist, and there are sixteen entries to load.
        Self(unsafe {
            let first = _mm512_loadu_pd(sixteen.as_ptr());
            let second = _mm512_loadu_pd(sixteen.as_ptr().add(8));
            _mm512_permutex2var_pd(first, _mm512_castpd_si512(self.0), second)
        })
    }

    #[inline(always)]
    fn gather<const N: usize>(self, table: &[f64; N]) -> Self {
        let index = self.bit_and(self.fill_bits(N as u64 - 1));
        // SAFETY: the instructions exist, and the masked index stays within the table.
        Self(unsafe { _mm512_i64gather_pd::<8>(_mm512_castpd_si512(index.0), table.as_ptr()) })
    }
}

operators! {
    F64x8;
    Add, add = _mm512_add_pd;
    Sub, sub = _mm512_sub_pd;
    Mul, mul = _mm512_mul_pd;
    Div, div = _mm512_div_pd;
}

impl From<__mmask8> for Mask8 {
    #[inline(always)]
    fn from(bits: __mmask8) -> Self {
        Mask8(bits)
    }
}

mask_operators! {
    Mask8;
    BitAnd, bitand = |a, b| a & b;
    BitOr, bitor = |a, b| a | b;
}

impl std::ops::Not for Mask8 {
    type Output = Mask8;
    #[inline(always)]
    fn not(self) -> Mask8 {
        Mask8(!self.0)
    }
}

impl Mask for Mask8 {
    #[inline(always)]
    fn bits(self) -> u32 {
        u32::from(self.0)
    }
}
