//! The kernels of each SIMD level as tables of functions.
use super::pack::{Strip, pack};
use super::product::Product;
use super::thin;
use super::tile::{Tile, tile};
#[cfg(target_arch = "x86_64")]
use crate::simd::{F64x4, F64x8};
use crate::simd::{Level, Simd};

/// A kernel that computes all of a product, of one chunk.
pub(super) type WholeKernel = unsafe fn(&Product);

/// What one SIMD level offers. The functions need that level's instructions.
pub(super) struct Kernels {
    /// Numbers in a vector.
    pub(super) lanes: usize,
    /// By rows and vectors of the tile, less one each.
    pub(super) tiles: &'static [&'static [unsafe fn(&Tile)]],
    pub(super) pack: unsafe fn(&Strip),
    /// For a product of one row with contiguous rows.
    pub(super) row: WholeKernel,
    /// For products of contiguous rows with one column, two, and so on.
    pub(super) columns: &'static [WholeKernel],
}

impl Kernels {
    /// The most rows of a tile.
    pub(super) fn rows(&self) -> usize {
        self.tiles.len()
    }

    /// The most vectors in a row of a tile.
    pub(super) fn vectors(&self) -> usize {
        self.tiles[0].len()
    }

    /// The most columns of a tile.
    pub(super) fn widest(&self) -> usize {
        self.lanes * self.vectors()
    }
}

/// The most rows of any level's tile, and the most numbers in one.
pub(super) const MAX_ROWS: usize = 8;
pub(super) const MAX_TILE: usize = 8 * 24;

/// The kernels of a level.
///
/// # Panics
/// When this machine has not that level, so that calling them is sound otherwise.
pub(super) fn kernels(level: Level) -> &'static Kernels {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => {
            assert!(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw"));
            assert!(is_x86_feature_detected!("avx512dq") && is_x86_feature_detected!("avx512vl"));
            &avx512::KERNELS
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => {
            assert!(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
            &avx2::KERNELS
        }
        #[cfg(not(target_arch = "x86_64"))]
        Level::Avx512 | Level::Avx2 => panic!("{level:?} on a machine that cannot have it"),
        Level::Scalar => &scalar::KERNELS,
    }
}

macro_rules! level {
    ($module:ident, $vector:ty, $rows:tt x $vectors:tt, $columns:expr $(, $features:literal)?) => {
        mod $module {
            use super::*;

            pub(super) static KERNELS: Kernels = Kernels {
                lanes: <$vector>::LANES,
                tiles: table!(rows, $rows, $vectors),
                pack: strip,
                row: one_row,
                columns: $columns,
            };

            $(#[target_feature(enable = $features)])?
            unsafe fn rows<const R: usize, const C: usize>(one: &Tile) {
                // SAFETY: the caller's promises; the instructions are enabled here.
                unsafe { tile::<$vector, R, C>(one) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn strip(one: &Strip) {
                // SAFETY: as above.
                unsafe { pack::<$vector>(one) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn one_row(one: &Product) {
                // SAFETY: as above.
                unsafe { thin::row::<$vector>(one) }
            }
        }
    };
}

macro_rules! table {
    ($kernel:ident, [$($rows:literal)*], $vectors:tt) => {
        &[$(table!(@row $kernel, $rows, $vectors)),*]
    };
    (@row $kernel:ident, $rows:literal, [$($vectors:literal)*]) => {
        &[$($kernel::<$rows, $vectors>),*]
    };
}

#[cfg(target_arch = "x86_64")]
const COLUMNS: &[WholeKernel] = &[columns::<1>, columns::<2>];

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn columns<const N: usize>(one: &Product) {
    // SAFETY: the caller's promises; the instructions are enabled here.
    unsafe { thin::columns::<N>(one) }
}

// As many chains as registers hold: 24 of 32, or 12 of 16 (4 x 3 would leave LLVM too few). That
// many hide the latency of a fused multiply-add, with one load for two of them.
#[cfg(target_arch = "x86_64")]
level!(
    avx512,
    F64x8,
    [1 2 3 4 5 6 7 8] x [1 2 3],
    COLUMNS,
    "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"
);
#[cfg(target_arch = "x86_64")]
level!(avx2, F64x4, [1 2 3 4 5 6] x [1 2], COLUMNS, "avx2,fma");
level!(scalar, f64, [1 2 3 4] x [1 2 3 4], &[]);
