//! Transposes of eight points in AVX-512 registers, four elements at a time.
//!
//! Half a cache line of a row is read or written at once: rows lie anywhere, and a whole vector would
//! nearly always cross from one line to the next. Two rows share a register.
use super::group::{GROUP, Origin, Target, tiles};
use std::arch::x86_64::*;

/// # Safety
/// As [`Kernels`](super::group::Kernels) says, here and below.
#[target_feature(enable = "avx512f,avx512vl")]
pub(super) unsafe fn load(from: Origin, lanes: *mut f64, count: usize) {
    // SAFETY: the same promises; a tile is not wider than a row.
    unsafe {
        match from.width {
            1 => load_tiles::<1>(from, lanes, count),
            2 => load_tiles::<2>(from, lanes, count),
            3 => load_tiles::<3>(from, lanes, count),
            _ => load_tiles::<4>(from, lanes, count),
        }
    }
}

/// # Safety
/// As above.
#[target_feature(enable = "avx512f,avx512vl")]
pub(super) unsafe fn store(lanes: *const f64, count: usize, to: Target) {
    // SAFETY: as above.
    unsafe {
        match to.width {
            1 => store_tiles::<1>(lanes, count, to),
            2 => store_tiles::<2>(lanes, count, to),
            3 => store_tiles::<3>(lanes, count, to),
            _ => store_tiles::<4>(lanes, count, to),
        }
    }
}

/// # Safety
/// As above, and `COLUMNS` is at most the width.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
unsafe fn load_tiles<const COLUMNS: usize>(from: Origin, lanes: *mut f64, count: usize) {
    for first in (0..count).step_by(GROUP) {
        let rows = from.group(first);
        for k in tiles(from.width, COLUMNS) {
            // SAFETY: `k + COLUMNS` is at most the width.
            let pair = |i: usize, j: usize| unsafe {
                let low = _mm512_castpd256_pd512(read::<COLUMNS>(rows[i].add(k)));
                _mm512_insertf64x4::<1>(low, read::<COLUMNS>(rows[j].add(k)))
            };
            let tile = columns_of([pair(0, 2), pair(1, 3), pair(4, 6), pair(5, 7)]);
            for (i, element) in tile.into_iter().enumerate().take(COLUMNS) {
                // SAFETY: as above, and a group is left from `first` on.
                unsafe { _mm512_storeu_pd(lanes.add((k + i) * count + first), element) };
            }
        }
    }
}

/// # Safety
/// As above.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
unsafe fn store_tiles<const COLUMNS: usize>(lanes: *const f64, count: usize, to: Target) {
    for first in (0..to.points).step_by(GROUP) {
        let left = (to.points - first).min(GROUP);
        for k in tiles(to.width, COLUMNS) {
            let mut tile = [_mm512_setzero_pd(); 4];
            for (i, element) in tile.iter_mut().enumerate().take(COLUMNS) {
                // SAFETY: `k + COLUMNS` is at most the width, and a group is left from `first` on.
                *element = unsafe { _mm512_loadu_pd(lanes.add((k + i) * count + first)) };
            }
            let [even, odd, even_high, odd_high] = rows_of(tile);
            let rows = [
                _mm512_castpd512_pd256(even),
                _mm512_castpd512_pd256(odd),
                _mm512_extractf64x4_pd::<1>(even),
                _mm512_extractf64x4_pd::<1>(odd),
                _mm512_castpd512_pd256(even_high),
                _mm512_castpd512_pd256(odd_high),
                _mm512_extractf64x4_pd::<1>(even_high),
                _mm512_extractf64x4_pd::<1>(odd_high),
            ];
            // Loops, for closures given away would not be compiled for these instructions; and the usual
            // one without a count, for asking before each row costs as much as writing it.
            if left == GROUP {
                for (i, row) in rows.into_iter().enumerate() {
                    // SAFETY: row `first + i` is one of the points, and as above.
                    unsafe { write::<COLUMNS>(to.row(first + i).add(k), row) };
                }
            } else {
                for (i, row) in rows.into_iter().enumerate().take(left) {
                    // SAFETY: as above.
                    unsafe { write::<COLUMNS>(to.row(first + i).add(k), row) };
                }
            }
        }
    }
}

/// # Safety
/// `COLUMNS` numbers, at most four, must be readable.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
unsafe fn read<const COLUMNS: usize>(from: *const f64) -> __m256d {
    // SAFETY: the caller's promise; a masked number is not touched.
    unsafe {
        if COLUMNS == 4 {
            _mm256_loadu_pd(from)
        } else {
            _mm256_maskz_loadu_pd(mask(COLUMNS), from)
        }
    }
}

/// # Safety
/// `COLUMNS` numbers, at most four, must be writable.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
unsafe fn write<const COLUMNS: usize>(to: *mut f64, row: __m256d) {
    // SAFETY: as above.
    unsafe {
        if COLUMNS == 4 {
            _mm256_storeu_pd(to, row);
        } else {
            _mm256_mask_storeu_pd(to, mask(COLUMNS), row);
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
