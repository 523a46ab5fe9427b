//! Transposes of eight points in AVX-512 registers, eight elements at a time.
use super::group::GROUP;
use std::arch::x86_64::*;

/// # Safety
/// As [`Load`](super::group::Load) says.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn load(
    rows: &[*const f64; GROUP],
    width: usize,
    lanes: *mut f64,
    stride: usize,
) {
    for k in (0..width).step_by(GROUP) {
        let columns = (width - k).min(GROUP);
        // SAFETY: the mask keeps the reads inside the rows' `width` numbers.
        let tile = rows.map(|row| unsafe { _mm512_maskz_loadu_pd(mask(columns), row.add(k)) });
        for (i, element) in transposed(tile).into_iter().enumerate().take(columns) {
            // SAFETY: element `k + i` is below `width`.
            unsafe { _mm512_storeu_pd(lanes.add((k + i) * stride), element) };
        }
    }
}

/// # Safety
/// As [`Store`](super::group::Store) says.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn store(
    lanes: *const f64,
    stride: usize,
    width: usize,
    rows: *mut f64,
    length: usize,
    count: usize,
) {
    for k in (0..width).step_by(GROUP) {
        let columns = (width - k).min(GROUP);
        let mut tile = [_mm512_setzero_pd(); GROUP];
        for (i, element) in tile.iter_mut().enumerate().take(columns) {
            // SAFETY: element `k + i` is below `width`.
            *element = unsafe { _mm512_loadu_pd(lanes.add((k + i) * stride)) };
        }
        for (i, row) in transposed(tile).into_iter().enumerate().take(count) {
            // SAFETY: row `i` is one of `count`, and the mask keeps the write inside its `width`.
            unsafe { _mm512_mask_storeu_pd(rows.add(i * length + k), mask(columns), row) };
        }
    }
}

/// The first lanes, at most eight.
#[inline(always)]
fn mask(lanes: usize) -> __mmask8 {
    ((1_u32 << lanes) - 1) as __mmask8
}

/// Rows as columns: neighbours first, then pairs, then halves.
#[inline]
#[target_feature(enable = "avx512f")]
fn transposed(r: [__m512d; 8]) -> [__m512d; 8] {
    let pairs: [__m512d; 8] = [
        _mm512_unpacklo_pd(r[0], r[1]),
        _mm512_unpacklo_pd(r[2], r[3]),
        _mm512_unpacklo_pd(r[4], r[5]),
        _mm512_unpacklo_pd(r[6], r[7]),
        _mm512_unpackhi_pd(r[0], r[1]),
        _mm512_unpackhi_pd(r[2], r[3]),
        _mm512_unpackhi_pd(r[4], r[5]),
        _mm512_unpackhi_pd(r[6], r[7]),
    ];
    let [e, o] = [quarters(&pairs[..4]), quarters(&pairs[4..])];
    [e[0], o[0], e[1], o[1], e[2], o[2], e[3], o[3]]
}

/// The 128-bit quarters of four vectors transposed, as a 4 x 4 matrix of pairs.
#[inline]
#[target_feature(enable = "avx512f")]
fn quarters(p: &[__m512d]) -> [__m512d; 4] {
    const EVEN: i32 = 0x88;
    const ODD: i32 = 0xdd;
    let [even0, even1] =
        [_mm512_shuffle_f64x2::<EVEN>(p[0], p[1]), _mm512_shuffle_f64x2::<EVEN>(p[2], p[3])];
    let [odd0, odd1] =
        [_mm512_shuffle_f64x2::<ODD>(p[0], p[1]), _mm512_shuffle_f64x2::<ODD>(p[2], p[3])];
    [
        _mm512_shuffle_f64x2::<EVEN>(even0, even1),
        _mm512_shuffle_f64x2::<EVEN>(odd0, odd1),
        _mm512_shuffle_f64x2::<ODD>(even0, even1),
        _mm512_shuffle_f64x2::<ODD>(odd0, odd1),
    ]
}
