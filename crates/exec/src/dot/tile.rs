//! The register tile: up to R rows by C vectors of C, a whole chunk of k in one go.
use super::kernels::MAX_TILE;
use super::vector::{Vector, prefetch};

/// One run of a kernel: where a tile's factors and results lie, strides in elements.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    /// The kernel for these rows and columns.
    pub(super) kernel: unsafe fn(&Tile),
    /// Length of the chains: above zero, at most a chunk.
    pub(super) inner: usize,
    pub(super) rows: usize,
    /// How many columns exist; all the kernel's vectors but the last are whole.
    pub(super) columns: usize,
    pub(super) a: *const f64,
    pub(super) a_row: isize,
    pub(super) a_inner: isize,
    /// A row of B is contiguous.
    pub(super) b: *const f64,
    pub(super) b_inner: isize,
    pub(super) c: *mut f64,
    pub(super) c_row: isize,
    pub(super) c_col: isize,
    /// Whether the chains are added to C, rather than stored.
    pub(super) add: bool,
    /// Whether C holds chains that are to be lengthened.
    pub(super) resume: bool,
}

impl Tile {
    /// Computes the tile; where columns of C lie apart, by way of a tile where they do not.
    ///
    /// # Safety
    /// The machine must have the kernel's instructions, and the elements must be there.
    #[inline]
    pub(super) unsafe fn run(&self) {
        // SAFETY: the caller's promises, on to the kernel.
        unsafe {
            if self.c_col == 1 {
                (self.kernel)(self);
            } else {
                self.scatter();
            }
        }
    }

    unsafe fn scatter(&self) {
        let mut numbers = [0.0; MAX_TILE];
        let c_row = self.columns as isize;
        let tile = Tile { c: numbers.as_mut_ptr(), c_row, c_col: 1, add: false, ..*self };
        // SAFETY: the promises of `run`; no tile is larger than the array.
        unsafe { (tile.kernel)(&tile) };
        for (r, row) in numbers.chunks_exact(self.columns).take(self.rows).enumerate() {
            for (j, &chain) in row.iter().enumerate() {
                let to = self.c.wrapping_offset(r as isize * self.c_row + j as isize * self.c_col);
                // SAFETY: the promises of `run`.
                unsafe { *to = if self.add { *to + chain } else { chain } };
            }
        }
    }
}

/// The kernel for R rows and C vectors.
///
/// # Safety
/// The machine must have the instructions of `V`; the tile's elements must be there, with
/// contiguous rows of C.
#[inline(always)]
pub(super) unsafe fn tile<V: Vector, const R: usize, const C: usize>(tile: &Tile) {
    // SAFETY: the caller's promises.
    unsafe {
        // Apart, because a mask takes a register that AVX2 cannot spare.
        if tile.columns == C * V::LANES {
            columns::<V, R, C, true>(tile);
        } else {
            columns::<V, R, C, false>(tile);
        }
    }
}

#[inline(always)]
unsafe fn columns<V: Vector, const R: usize, const C: usize, const WHOLE: bool>(tile: &Tile) {
    // SAFETY: the caller's promises; only the lanes of columns that exist are touched.
    unsafe {
        let last = tile.columns - (C - 1) * V::LANES;
        // fma(a, b, -0) is the rounded product itself, sign of zero included: the first link.
        let mut chains = [[V::splat(-0.0); C]; R];
        let place = |r: usize, v: usize| {
            tile.c.wrapping_offset(r as isize * tile.c_row).wrapping_add(v * V::LANES)
        };
        if tile.resume {
            for (r, chain) in chains.iter_mut().enumerate() {
                for (v, sum) in chain.iter_mut().enumerate() {
                    *sum = load::<V>(place(r, v), WHOLE || v + 1 < C, last);
                }
            }
        } else {
            ask_for_result::<V, R, C>(tile);
        }
        let (mut a, mut b) = (tile.a, tile.b);
        for _ in 0..tile.inner {
            let mut row = [V::splat(0.0); C];
            for (v, part) in row.iter_mut().enumerate() {
                *part = load::<V>(b.wrapping_add(v * V::LANES), WHOLE || v + 1 < C, last);
            }
            for (r, chain) in chains.iter_mut().enumerate() {
                let factor = V::splat(*a.wrapping_offset(r as isize * tile.a_row));
                for (sum, part) in chain.iter_mut().zip(row) {
                    *sum = factor.fma(part, *sum);
                }
            }
            a = a.wrapping_offset(tile.a_inner);
            b = b.wrapping_offset(tile.b_inner);
        }
        for (r, chain) in chains.into_iter().enumerate() {
            for (v, mut sum) in chain.into_iter().enumerate() {
                let (to, whole) = (place(r, v), WHOLE || v + 1 < C);
                if tile.add {
                    sum = load::<V>(to, whole, last) + sum;
                }
                if whole { sum.store(to) } else { sum.store_first(to, last) }
            }
        }
    }
}

/// Fetches C while the chains grow: without it, short chains wait for a C that no cache holds
/// (512 x 8 times 8 x 512 ran at 33 % of peak without, at 49 % with it, on Sapphire Rapids).
#[inline(always)]
fn ask_for_result<V: Vector, const R: usize, const C: usize>(tile: &Tile) {
    for r in 0..R {
        let row = tile.c.wrapping_offset(r as isize * tile.c_row);
        for v in 0..C {
            prefetch(row.wrapping_add(v * V::LANES));
        }
    }
}

#[inline(always)]
unsafe fn load<V: Vector>(from: *const f64, whole: bool, first: usize) -> V {
    // SAFETY: the promises of `tile`.
    unsafe { if whole { V::load(from) } else { V::load_first(from, first) } }
}
