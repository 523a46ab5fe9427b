//! Transposes of eight points in AVX2 registers, four points and four elements at a time.
use super::group::{self, GROUP};
use std::arch::x86_64::*;

/// Points and elements in a tile.
const TILE: usize = 4;

/// # Safety
/// As [`Load`](super::group::Load) says.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn load(
    rows: &[*const f64; GROUP],
    width: usize,
    lanes: *mut f64,
    stride: usize,
) {
    if width < TILE {
        // SAFETY: the same promises.
        return unsafe { group::load(rows, width, lanes, stride) };
    }
    for k in starts(width) {
        for half in 0..GROUP / TILE {
            let row = |i: usize| rows[half * TILE + i];
            // SAFETY: `k + TILE` is at most `width`.
            let tile = unsafe { [0, 1, 2, 3].map(|i| _mm256_loadu_pd(row(i).add(k))) };
            for (i, element) in transposed(tile).into_iter().enumerate() {
                // SAFETY: as above, and the half is inside the eight lanes.
                unsafe { _mm256_storeu_pd(lanes.add((k + i) * stride + half * TILE), element) };
            }
        }
    }
}

/// # Safety
/// As [`Store`](super::group::Store) says.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn store(
    lanes: *const f64,
    stride: usize,
    width: usize,
    rows: *mut f64,
    length: usize,
    count: usize,
) {
    if width < TILE {
        // SAFETY: the same promises.
        return unsafe { group::store(lanes, stride, width, rows, length, count) };
    }
    for k in starts(width) {
        for first in (0..count).step_by(TILE) {
            // SAFETY: `k + TILE` is at most `width`, and `first + TILE` at most eight.
            let tile = unsafe {
                [0, 1, 2, 3].map(|i| _mm256_loadu_pd(lanes.add((k + i) * stride + first)))
            };
            for (i, row) in transposed(tile).into_iter().enumerate().take(count - first) {
                // SAFETY: row `first + i` is one of `count`, and has `k + TILE` numbers.
                unsafe { _mm256_storeu_pd(rows.add((first + i) * length + k), row) };
            }
        }
    }
}

/// Where tiles begin; the last may overlap the one before and move the same numbers again.
fn starts(width: usize) -> impl Iterator<Item = usize> {
    (0..width).step_by(TILE).map(move |k| k.min(width - TILE))
}

/// Rows as columns: neighbours first, then halves.
#[inline]
#[target_feature(enable = "avx2")]
fn transposed(r: [__m256d; 4]) -> [__m256d; 4] {
    let [low0, low1] = [_mm256_unpacklo_pd(r[0], r[1]), _mm256_unpacklo_pd(r[2], r[3])];
    let [high0, high1] = [_mm256_unpackhi_pd(r[0], r[1]), _mm256_unpackhi_pd(r[2], r[3])];
    [
        _mm256_permute2f128_pd::<0x20>(low0, low1),
        _mm256_permute2f128_pd::<0x20>(high0, high1),
        _mm256_permute2f128_pd::<0x31>(low0, low1),
        _mm256_permute2f128_pd::<0x31>(high0, high1),
    ]
}
