//! Transposes of eight points, for each set of instructions; here in plain Rust.
use crate::simd::Level;

/// Points are moved in groups of so many.
pub(super) const GROUP: usize = 8;

/// Eight rows of `width` numbers to lanes, elements `stride` apart.
///
/// # Safety
/// The rows must be readable, and eight numbers for each element writable; the processor must have
/// the level.
pub(super) type Load =
    unsafe fn(rows: &[*const f64; GROUP], width: usize, lanes: *mut f64, stride: usize);

/// Lanes, elements `stride` apart, to `count` rows, at most eight, of `width` numbers, `length` apart.
///
/// # Safety
/// Eight numbers for each element must be readable, and the rows writable; the processor must have
/// the level.
pub(super) type Store = unsafe fn(
    lanes: *const f64,
    stride: usize,
    width: usize,
    rows: *mut f64,
    length: usize,
    count: usize,
);

/// Both ways, for one set of instructions.
pub(super) struct Kernels {
    pub(super) load: Load,
    pub(super) store: Store,
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

/// One number after the other.
///
/// # Safety
/// As [`Load`] says.
pub(super) unsafe fn load(
    rows: &[*const f64; GROUP],
    width: usize,
    lanes: *mut f64,
    stride: usize,
) {
    for k in 0..width {
        for (i, row) in rows.iter().enumerate() {
            // SAFETY: element `k` of row `i`, and of lane `i`.
            unsafe { *lanes.add(k * stride + i) = *row.add(k) };
        }
    }
}

/// One number after the other.
///
/// # Safety
/// As [`Store`] says.
pub(super) unsafe fn store(
    lanes: *const f64,
    stride: usize,
    width: usize,
    rows: *mut f64,
    length: usize,
    count: usize,
) {
    for i in 0..count {
        for k in 0..width {
            // SAFETY: element `k` of lane `i`, and of row `i`.
            unsafe { *rows.add(i * length + k) = *lanes.add(k * stride + i) };
        }
    }
}
