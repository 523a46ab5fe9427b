//! What dense products need of a vector besides [`Simd`]: partial vectors, and turning lines into
//! columns.
use crate::simd::Simd;

/// A vector whose first lanes can be read and written alone. `first` is at most `LANES`.
pub(super) trait Vector: Simd {
    /// The side of the square that [`Vector::turn`] turns.
    const SIDE: usize;

    /// Reads the first lanes; what the others hold is zero.
    ///
    /// # Safety
    /// The machine must have the instructions, and those numbers must be readable.
    unsafe fn load_first(from: *const f64, first: usize) -> Self;

    /// Writes the first lanes and touches no other memory.
    ///
    /// # Safety
    /// Those numbers must be writable.
    unsafe fn store_first(self, to: *mut f64, first: usize);

    /// Writes the first `SIDE` numbers of `SIDE` lines side by side: row `p` of the square at `to`,
    /// whose rows are `row` apart, gets number `p` of every line.
    ///
    /// # Safety
    /// The machine must have the instructions, and all those numbers must be there.
    unsafe fn turn(lines: [*const f64; 4], to: *mut f64, row: usize);
}

impl Vector for f64 {
    const SIDE: usize = 1;

    #[inline(always)]
    unsafe fn load_first(from: *const f64, first: usize) -> f64 {
        // SAFETY: the caller's promise.
        if first > 0 { unsafe { *from } } else { 0.0 }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f64, first: usize) {
        if first > 0 {
            // SAFETY: the caller's promise.
            unsafe { *to = self }
        }
    }

    #[inline(always)]
    unsafe fn turn(lines: [*const f64; 4], to: *mut f64, _row: usize) {
        // SAFETY: the caller's promise.
        unsafe { *to = *lines[0] }
    }
}

/// Asks for a cache line that will be read or written soon; any address will do.
#[inline(always)]
pub(super) fn prefetch(line: *const f64) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE is part of every x86-64, and a prefetch never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(line.cast());
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::turned;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Vector;
    use crate::simd::{F64x4, F64x8, Simd};
    use std::arch::x86_64::*;

    impl Vector for F64x8 {
        const SIDE: usize = 4;

        #[inline(always)]
        unsafe fn load_first(from: *const f64, first: usize) -> F64x8 {
            // SAFETY: the caller's promises; masked lanes are not read.
            unsafe { from_register(_mm512_maskz_loadu_pd(mask8(first), from)) }
        }

        #[inline(always)]
        unsafe fn store_first(self, to: *mut f64, first: usize) {
            // SAFETY: `self` proves the instructions; masked lanes are not written.
            unsafe { _mm512_mask_storeu_pd(to, mask8(first), to_register(self)) }
        }

        #[inline(always)]
        unsafe fn turn(lines: [*const f64; 4], to: *mut f64, row: usize) {
            // SAFETY: the caller's promises.
            unsafe { F64x4::turn(lines, to, row) }
        }
    }

    impl Vector for F64x4 {
        const SIDE: usize = 4;

        #[inline(always)]
        unsafe fn load_first(from: *const f64, first: usize) -> F64x4 {
            // SAFETY: the caller's promises; masked lanes are not read.
            unsafe { from_register(_mm256_maskload_pd(from, mask4(first))) }
        }

        #[inline(always)]
        unsafe fn store_first(self, to: *mut f64, first: usize) {
            // SAFETY: `self` proves the instructions; masked lanes are not written.
            unsafe { _mm256_maskstore_pd(to, mask4(first), to_register(self)) }
        }

        #[inline(always)]
        unsafe fn turn(lines: [*const f64; 4], to: *mut f64, row: usize) {
            // SAFETY: the caller's promises.
            unsafe {
                for (p, column) in turned(lines).into_iter().enumerate() {
                    column.store(to.wrapping_add(p * row));
                }
            }
        }
    }

    /// The columns of the square whose rows are the first four numbers of four lines.
    ///
    /// # Safety
    /// The machine must have AVX2, and the numbers must be there.
    #[inline(always)]
    pub(in super::super) unsafe fn turned([a, b, c, d]: [*const f64; 4]) -> [F64x4; 4] {
        // SAFETY: the caller's promises.
        unsafe {
            let (ac, bd) = (pair(a, c), pair(b, d));
            let (a_c, b_d) = (pair(a.add(2), c.add(2)), pair(b.add(2), d.add(2)));
            [
                from_register(_mm256_unpacklo_pd(ac, bd)),
                from_register(_mm256_unpackhi_pd(ac, bd)),
                from_register(_mm256_unpacklo_pd(a_c, b_d)),
                from_register(_mm256_unpackhi_pd(a_c, b_d)),
            ]
        }
    }

    #[inline(always)]
    unsafe fn pair(low: *const f64, high: *const f64) -> __m256d {
        // SAFETY: the caller's promises.
        unsafe {
            let low = _mm256_castpd128_pd256(_mm_loadu_pd(low));
            _mm256_insertf128_pd::<1>(low, _mm_loadu_pd(high))
        }
    }

    #[inline(always)]
    fn mask8(first: usize) -> __mmask8 {
        ((1_u32 << first) - 1) as __mmask8
    }

    #[inline(always)]
    unsafe fn mask4(first: usize) -> __m256i {
        // SAFETY: the caller's promise about the machine.
        unsafe {
            let first = _mm256_set1_epi64x(first as i64);
            _mm256_cmpgt_epi64(first, _mm256_setr_epi64x(0, 1, 2, 3))
        }
    }

    /// A register of the type's width as that type; costs no instruction.
    #[inline(always)]
    unsafe fn from_register<V: Simd, R>(register: R) -> V {
        const { assert!(size_of::<R>() == 8 * V::LANES) };
        // SAFETY: a register is as many numbers as the vector has; the caller has its instructions.
        unsafe { V::load((&raw const register).cast()) }
    }

    /// The other way round.
    #[inline(always)]
    unsafe fn to_register<V: Simd, R: Copy>(vector: V) -> R {
        const { assert!(size_of::<R>() == 8 * V::LANES) };
        let mut register = std::mem::MaybeUninit::<R>::uninit();
        // SAFETY: the vector fills the register.
        unsafe {
            vector.store(register.as_mut_ptr().cast());
            register.assume_init()
        }
    }
}
