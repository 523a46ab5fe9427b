//! Transposes of points in groups of eight, for each set of instructions; here in plain Rust.
use crate::simd::Level;

/// Points are moved in groups of so many.
pub(super) const GROUP: usize = 8;

/// Rows to be read: where they are, and how many.
#[derive(Copy, Clone)]
pub(super) struct Origin<'a> {
    /// The first column of row 0 of the table.
    pub(super) first: *const f64,
    /// From one row to the next.
    pub(super) length: usize,
    /// The rows of the points, if they are not in order.
    pub(super) index: Option<&'a [u32]>,
    /// How many points there are, at least one; those beyond repeat the last.
    pub(super) points: usize,
    /// How many numbers of a row are read.
    pub(super) width: usize,
}

impl Origin<'_> {
    /// The row of a point.
    #[inline(always)]
    pub(super) fn row(&self, point: usize) -> *const f64 {
        let point = point.min(self.points - 1);
        let row = self.index.map_or(point, |index| index[point] as usize);
        self.first.wrapping_add(row * self.length)
    }

    /// The rows of a group.
    #[inline(always)]
    pub(super) fn group(&self, first: usize) -> [*const f64; GROUP] {
        let mut rows = [self.first; GROUP];
        // A loop, for a closure given away would be called, and that for each group.
        for (i, row) in rows.iter_mut().enumerate() {
            *row = self.row(first + i);
        }
        rows
    }
}

/// Rows to be written: where they are, and how many.
#[derive(Copy, Clone)]
pub(super) struct Target {
    /// The first column of the first row.
    pub(super) first: *mut f64,
    /// From one row to the next.
    pub(super) length: usize,
    /// How many points there are.
    pub(super) points: usize,
    /// How many numbers of a row are written.
    pub(super) width: usize,
}

impl Target {
    /// The row of a point.
    #[inline(always)]
    pub(super) fn row(&self, point: usize) -> *mut f64 {
        self.first.wrapping_add(point * self.length)
    }
}

/// Both ways, for one set of instructions. In the lanes, elements are `count` apart, a multiple of
/// the group.
///
/// # Safety
/// The processor must have the level. Every row must be readable or writable, as wide as it is, and
/// there must be `count` lanes for each number of a row, at least as many as points.
pub(super) struct Kernels {
    pub(super) load: unsafe fn(Origin, lanes: *mut f64, count: usize),
    pub(super) store: unsafe fn(lanes: *const f64, count: usize, Target),
}

impl Kernels {
    pub(super) fn of(level: Level) -> Kernels {
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => Kernels { load: super::avx512::load, store: super::avx512::store },
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => Kernels { load: super::avx2::load, store: super::avx2::store },
            _ => Kernels { load, store },
        }
    }
}

/// # Safety
/// As [`Kernels`] says, here and below.
pub(super) unsafe fn load(from: Origin, lanes: *mut f64, count: usize) {
    for point in 0..count {
        let row = from.row(point);
        for k in 0..from.width {
            // SAFETY: element `k` of a row, and of lane `point`.
            unsafe { *lanes.add(k * count + point) = *row.add(k) };
        }
    }
}

/// # Safety
/// As above.
pub(super) unsafe fn store(lanes: *const f64, count: usize, to: Target) {
    for point in 0..to.points {
        let row = to.row(point);
        for k in 0..to.width {
            // SAFETY: element `k` of lane `point`, and of a row.
            unsafe { *row.add(k) = *lanes.add(k * count + point) };
        }
    }
}

/// Where tiles of so many columns begin; the last may overlap the one before and move the same
/// numbers again.
#[inline(always)]
pub(super) fn tiles(width: usize, columns: usize) -> impl Iterator<Item = usize> {
    (0..width).step_by(columns).map(move |k| k.min(width - columns))
}
