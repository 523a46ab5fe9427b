//! Transposes of eight points in AVX2 registers, four points and four elements at a time.
use super::group::{self, GROUP, Origin, Target, tiles};
use std::arch::x86_64::*;

/// Points and elements in a tile.
const TILE: usize = 4;

/// # Safety
/// As [`Kernels`](super::group::Kernels) says, here and below.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn load(from: Origin, lanes: *mut f64, count: usize) {
    if from.width < TILE {
        // SAFETY: the same promises.
        return unsafe { group::load(from, lanes, count) };
    }
    for first in (0..count).step_by(GROUP) {
        let rows = from.group(first);
        for k in tiles(from.width, TILE) {
            for half in [0, TILE] {
                // SAFETY: `k + TILE` is at most the width.
                let row = |i: usize| unsafe { _mm256_loadu_pd(rows[half + i].add(k)) };
                let tile = transposed([row(0), row(1), row(2), row(3)]);
                for (i, element) in tile.into_iter().enumerate() {
                    // SAFETY: as above, and a group is left from `first` on.
                    unsafe {
                        _mm256_storeu_pd(lanes.add((k + i) * count + first + half), element);
                    }
                }
            }
        }
    }
}

/// # Safety
/// As above.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn store(lanes: *const f64, count: usize, to: Target) {
    if to.width < TILE {
        // SAFETY: the same promises.
        return unsafe { group::store(lanes, count, to) };
    }
    for first in (0..to.points).step_by(TILE) {
        for k in tiles(to.width, TILE) {
            // SAFETY: `k + TILE` is at most the width, and four lanes are left from `first` on.
            let element = |i: usize| unsafe { _mm256_loadu_pd(lanes.add((k + i) * count + first)) };
            let tile = transposed([element(0), element(1), element(2), element(3)]);
            for (i, row) in tile.into_iter().enumerate().take(to.points - first) {
                // SAFETY: row `first + i` is one of the points, and as above.
                unsafe { _mm256_storeu_pd(to.row(first + i).add(k), row) };
            }
        }
    }
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
