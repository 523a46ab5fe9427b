//! Products of matrices with vectors: one row, or one or two columns, for which tiles are too wide.
use super::CHUNK;
use super::kernels::{Kernels, WholeKernel};
use super::product::Product;
use super::vector::Vector;
use crate::simd::Simd;

/// Columns of C whose chains are held at a time, in the first-level cache.
const STRETCH: usize = 512;

/// Rows of B that go into the chains together, to save reading and writing these.
const ROWS: usize = 8;

/// Computes the products of a batch by a kernel for thin ones, if one suits. No size is zero.
///
/// # Safety
/// The elements must be there.
pub(super) unsafe fn multiply(product: Product, kernels: &Kernels) -> bool {
    let Some((mut product, kernel)) = kernel(product, kernels) else { return false };
    for _ in 0..product.count {
        for start in (0..product.inner).step_by(CHUNK) {
            let part = product.part(start..product.inner.min(start + CHUNK));
            // SAFETY: the caller's promise, and `kernels` vouches for the instructions.
            unsafe { kernel(&part) };
        }
        product.advance();
    }
    true
}

fn kernel(product: Product, kernels: &Kernels) -> Option<(Product, WholeKernel)> {
    [product, product.transposed()].into_iter().find_map(|product| {
        if product.rows == 1 && product.b.col == 1 && product.cols > 4 * kernels.lanes {
            return Some((product, kernels.row));
        }
        let columns = kernels.columns.get(product.cols - 1)?;
        let suits = product.a.col == 1 && product.rows > kernels.lanes;
        suits.then_some((product, *columns))
    })
}

/// `c = a b` or `c += a b` for one row `a` and contiguous rows of B; `inner` is at most a chunk.
///
/// # Safety
/// The machine must have the instructions of `V`, and the elements must be there.
#[inline(always)]
pub(super) unsafe fn row<V: Vector>(product: &Product) {
    let mut chains = [0.0; STRETCH];
    for start in (0..product.cols).step_by(STRETCH) {
        let columns = STRETCH.min(product.cols - start);
        chains[..columns].fill(-0.0);
        let mut p = 0;
        // SAFETY: the caller's promises.
        unsafe {
            while p + ROWS <= product.inner {
                stretch::<V, ROWS>(product, p, start, &mut chains[..columns]);
                p += ROWS;
            }
            while p < product.inner {
                stretch::<V, 1>(product, p, start, &mut chains[..columns]);
                p += 1;
            }
            for (j, chain) in chains[..columns].iter().enumerate() {
                let to = product.c.at(0, start + j);
                *to = if product.add { *to + chain } else { *chain };
            }
        }
    }
}

/// Lengthens each chain by N links.
#[inline(always)]
unsafe fn stretch<V: Vector, const N: usize>(
    product: &Product,
    first: usize,
    start: usize,
    chains: &mut [f64],
) {
    // SAFETY: the caller's promises; the last vector is cut to the columns that exist.
    unsafe {
        let mut factors = [V::splat(0.0); N];
        for (q, factor) in factors.iter_mut().enumerate() {
            *factor = V::splat(*product.a.at(0, first + q));
        }
        let (from, whole) = (product.b.at(first, start), chains.len() / V::LANES * V::LANES);
        for j in (0..whole).step_by(V::LANES) {
            let place = chains.as_mut_ptr().wrapping_add(j);
            let mut chain = V::load(place);
            for (q, factor) in factors.iter().enumerate() {
                let row = from.wrapping_offset(q as isize * product.b.row);
                chain = factor.fma(V::load(row.wrapping_add(j)), chain);
            }
            chain.store(place);
        }
        if whole < chains.len() {
            let (place, last) = (chains.as_mut_ptr().wrapping_add(whole), chains.len() - whole);
            let mut chain = V::load_first(place, last);
            for (q, factor) in factors.iter().enumerate() {
                let row = from.wrapping_offset(q as isize * product.b.row);
                chain = factor.fma(V::load_first(row.wrapping_add(whole), last), chain);
            }
            chain.store_first(place, last);
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::columns;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::super::vector::turned;
    use super::{Product, Simd};
    use crate::simd::F64x4;

    /// Rows of a group: a lane each.
    const LANES: usize = F64x4::LANES;

    /// `c = a b` or `c += a b` for contiguous rows of A and N columns; `inner` is at most a chunk.
    ///
    /// Vectors run down the rows: squares of A are turned on the way from memory to the chains.
    ///
    /// # Safety
    /// The machine must have AVX2 and FMA, and the elements must be there.
    #[inline(always)]
    pub(in super::super) unsafe fn columns<const N: usize>(product: &Product) {
        let mut row = 0;
        while row < product.rows {
            // SAFETY: the caller's promises.
            unsafe {
                // Four groups are enough chains to keep the multipliers busy.
                if row + 4 * LANES <= product.rows {
                    groups::<N, 4>(product, row);
                    row += 4 * LANES;
                } else {
                    groups::<N, 1>(product, row);
                    row += LANES;
                }
            }
        }
    }

    /// The chains of G groups of rows, those past the end doubles of the last row.
    #[inline(always)]
    unsafe fn groups<const N: usize, const G: usize>(product: &Product, first: usize) {
        /// Links between changes of the group: a cache line of each row.
        const LINE: usize = 8;
        // SAFETY: the caller's promises.
        unsafe {
            let mut chains = [[F64x4::splat(-0.0); N]; G];
            let mut lines = [[product.a.first; LANES]; G];
            for (q, line) in lines.as_flattened_mut().iter_mut().enumerate() {
                *line = product.a.at((first + q).min(product.rows - 1), 0);
            }
            let whole = product.inner / LINE * LINE;
            for start in (0..whole).step_by(LINE) {
                for (chain, lines) in chains.iter_mut().zip(&lines) {
                    for p in (start..start + LINE).step_by(LANES) {
                        let square = turned(lines.map(|line| line.wrapping_add(p)));
                        for (q, column) in square.into_iter().enumerate() {
                            lengthen(chain, column, product, p + q);
                        }
                    }
                }
            }
            for p in whole..product.inner {
                for (chain, lines) in chains.iter_mut().zip(&lines) {
                    let column = lines.map(|line| *line.wrapping_add(p));
                    lengthen(chain, F64x4::load(column.as_ptr()), product, p);
                }
            }
            for (g, chain) in chains.into_iter().enumerate() {
                write(chain, product, first + g * LANES);
            }
        }
    }

    #[inline(always)]
    unsafe fn lengthen<const N: usize>(
        chain: &mut [F64x4; N],
        column: F64x4,
        product: &Product,
        p: usize,
    ) {
        for (j, sum) in chain.iter_mut().enumerate() {
            // SAFETY: the promises of `columns`.
            unsafe { *sum = F64x4::splat(*product.b.at(p, j)).fma(column, *sum) };
        }
    }

    #[inline(always)]
    unsafe fn write<const N: usize>(chain: [F64x4; N], product: &Product, first: usize) {
        for (j, sum) in chain.into_iter().enumerate() {
            for (q, value) in sum.to_lanes()[..LANES].iter().enumerate() {
                if first + q < product.rows {
                    let to = product.c.at(first + q, j);
                    // SAFETY: the promises of `columns`.
                    unsafe { *to = if product.add { *to + value } else { *value } };
                }
            }
        }
    }
}
