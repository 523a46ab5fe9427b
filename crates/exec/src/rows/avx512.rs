//! Transposes of eight points in AVX-512 registers, four elements at a time.
//!
//! Half a cache line of a row is read or written at once: rows lie anywhere, and a whole vector would
//! nearly always cross from one line to the next. Two rows share a register.
use super::group::GROUP;
use std::arch::x86_64::*;

/// Elements in a tile.
const TILE: usize = 4;

/// # Safety
/// As [`Load`](super::group::Load) says.
#[target_feature(enable = "avx512f,avx512vl")]
pub(super) unsafe fn load(
    rows: &[*const f64; GROUP],
    width: usize,
    lanes: *mut f64,
    stride: usize,
) {
    let columns = width.min(TILE);
    for k in starts(width) {
        // SAFETY: `k + columns` is at most `width`.
        let pair = |i: usize, j: usize| unsafe {
            let low = _mm512_castpd256_pd512(read(rows[i].add(k), columns));
            _mm512_insertf64x4::<1>(low, read(rows[j].add(k), columns))
        };
        let tile = columns_of([pair(0, 2), pair(1, 3), pair(4, 6), pair(5, 7)]);
        for (i, element) in tile.into_iter().enumerate().take(columns) {
            // SAFETY: as above.
            unsafe { _mm512_storeu_pd(lanes.add((k + i) * stride), element) };
        }
    }
}

/// # Safety
/// As [`Store`](super::group::Store) says.
#[target_feature(enable = "avx512f,avx512vl")]
pub(super) unsafe fn store(
    lanes: *const f64,
    stride: usize,
    width: usize,
    rows: *mut f64,
    length: usize,
    count: usize,
) {
    let columns = width.min(TILE);
    for k in starts(width) {
        let mut tile = [_mm512_setzero_pd(); TILE];
        for (i, element) in tile.iter_mut().enumerate().take(columns) {
            // SAFETY: `k + columns` is at most `width`.
            *element = unsafe { _mm512_loadu_pd(lanes.add((k + i) * stride)) };
        }
        let [even, odd, even_high, odd_high] = rows_of(tile);
        let order = [
            _mm512_castpd512_pd256(even),
            _mm512_castpd512_pd256(odd),
            _mm512_extractf64x4_pd::<1>(even),
            _mm512_extractf64x4_pd::<1>(odd),
            _mm512_castpd512_pd256(even_high),
            _mm512_castpd512_pd256(odd_high),
            _mm512_extractf64x4_pd::<1>(even_high),
            _mm512_extractf64x4_pd::<1>(odd_high),
        ];
        for (i, row) in order.into_iter().enumerate().take(count) {
            // SAFETY: row `i` is one of `count`, and `k + columns` is at most `width`.
            unsafe { write(rows.add(i * length + k), row, columns) };
        }
    }
}

/// Where tiles begin; the last may overlap the one before and move the same numbers again.
fn starts(width: usize) -> impl Iterator<Item = usize> {
    (0..width).step_by(TILE).map(move |k| k.min(width.saturating_sub(TILE)))
}

/// # Safety
/// `columns` numbers, at most four, must be readable.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
unsafe fn read(from: *const f64, columns: usize) -> __m256d {
    // SAFETY: the caller's promise; a masked number is not touched.
    unsafe {
        if columns == TILE {
            _mm256_loadu_pd(from)
        } else {
            _mm256_maskz_loadu_pd(mask(columns), from)
        }
    }
}

/// # Safety
/// `columns` numbers, at most four, must be writable.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
unsafe fn write(to: *mut f64, row: __m256d, columns: usize) {
    // SAFETY: as above.
    unsafe {
        if columns == TILE {
            _mm256_storeu_pd(to, row);
        } else {
            _mm256_mask_storeu_pd(to, mask(columns), row);
        }
    }
}

/// The first lanes, at most eight.
#[inline(always)]
fn mask(lanes: usize) -> __mmask8 {
    ((1_u32 << lanes) - 1) as __mmask8
}

/// Rows 0 and 2, 1 and 3, 4 and 6, 5 and 7 as the columns of all eight: neighbours first, then pairs.
#[inline]
#[target_feature(enable = "avx512f")]
fn columns_of(r: [__m512d; 4]) -> [__m512d; 4] {
    const FIRST: i32 = 0x88;
    const SECOND: i32 = 0xdd;
    let [low0, low1] = [_mm512_unpacklo_pd(r[0], r[1]), _mm512_unpacklo_pd(r[2], r[3])];
    let [high0, high1] = [_mm512_unpackhi_pd(r[0], r[1]), _mm512_unpackhi_pd(r[2], r[3])];
    [
        _mm512_shuffle_f64x2::<FIRST>(low0, low1),
        _mm512_shuffle_f64x2::<FIRST>(high0, high1),
        _mm512_shuffle_f64x2::<SECOND>(low0, low1),
        _mm512_shuffle_f64x2::<SECOND>(high0, high1),
    ]
}

/// The other way: columns of eight rows as rows 0 and 2, 1 and 3, 4 and 6, 5 and 7.
#[inline]
#[target_feature(enable = "avx512f")]
fn rows_of(c: [__m512d; 4]) -> [__m512d; 4] {
    let first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    let second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    let [even0, even1] = [_mm512_unpacklo_pd(c[0], c[1]), _mm512_unpacklo_pd(c[2], c[3])];
    let [odd0, odd1] = [_mm512_unpackhi_pd(c[0], c[1]), _mm512_unpackhi_pd(c[2], c[3])];
    [
        _mm512_permutex2var_pd(even0, first, even1),
        _mm512_permutex2var_pd(odd0, first, odd1),
        _mm512_permutex2var_pd(even0, second, even1),
        _mm512_permutex2var_pd(odd0, second, odd1),
    ]
}
