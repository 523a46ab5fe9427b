//! Which vector instructions this machine has, and how a generic kernel is compiled for each.

/// A set of vector instructions. All of them give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Eight lanes: AVX-512 F, DQ, VL and BW.
    Avx512,
    /// Four lanes: AVX2 and FMA.
    Avx2,
    /// One lane of plain Rust.
    Scalar,
}

impl Level {
    /// The widest level this machine has.
    pub fn detect() -> Level {
        Self::all_available()[0]
    }

    /// Every level this machine has, widest first; the last is always `Scalar`.
    pub fn all_available() -> Vec<Level> {
        let mut levels = Vec::with_capacity(3);
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw");
            if avx2 && avx512 {
                levels.push(Level::Avx512);
            }
            if avx2 {
                levels.push(Level::Avx2);
            }
        }
        levels.push(Level::Scalar);
        levels
    }

    /// How many lanes its vectors have.
    pub fn lanes(self) -> usize {
        match self {
            Level::Avx512 => 8,
            Level::Avx2 => 4,
            Level::Scalar => 1,
        }
    }
}

/// Defines `fn name(level: Level) -> unsafe fn(..)`, which gives the compilation of a generic
/// kernel for a level.
///
/// ```ignore
/// #[inline(always)]
/// unsafe fn negate_all<V: Simd>(x: *const f64, y: *mut f64, count: usize) { .. }
///
/// simd_entry!(fn negate_entry(x: *const f64, y: *mut f64, count: usize) = negate_all);
/// simd_entry!(fn negate_one(x: *const f64, y: *mut f64, count: usize) = negate_all, one lane);
///
/// let kernel = negate_entry(Level::detect());
/// ```
///
/// `one lane` compiles the kernel for `f64`, but with the level's instructions, so that a fused
/// multiply-add is one instruction. Calling the pointer is safe when the machine has the level
/// and the kernel's own conditions hold.
macro_rules! simd_entry {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)?
        = $kernel:ident) => {
        $crate::simd::simd_entry!(@levels [$(#[$meta])*] $vis $name ($($arg: $type),*)
            ($(-> $result)?) $kernel, $crate::simd::F64x8, $crate::simd::F64x4);
    };
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)?
        = $kernel:ident, one lane) => {
        $crate::simd::simd_entry!(@levels [$(#[$meta])*] $vis $name ($($arg: $type),*)
            ($(-> $result)?) $kernel, f64, f64);
    };
    (@levels [$(#[$meta:meta])*] $vis:vis $name:ident ($($arg:ident: $type:ty),*)
        ($(-> $result:ty)?) $kernel:ident, $eight:ty, $four:ty) => {
        $(#[$meta])*
        $vis fn $name(level: $crate::simd::Level) -> unsafe fn($($type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")]
            unsafe fn avx512($($arg: $type),*) $(-> $result)? {
                // SAFETY: the caller keeps the kernel's conditions; the instructions are enabled.
                unsafe { $kernel::<$eight>($($arg),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            unsafe fn avx2($($arg: $type),*) $(-> $result)? {
                // SAFETY: the caller keeps the kernel's conditions; the instructions are enabled.
                unsafe { $kernel::<$four>($($arg),*) }
            }
            unsafe fn scalar($($arg: $type),*) $(-> $result)? {
                // SAFETY: the caller keeps the kernel's conditions; plain Rust needs no more.
                unsafe { $kernel::<f64>($($arg),*) }
            }
            match level {
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Level::Avx512 => avx512,
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Level::Avx2 => avx2,
                #[cfg(not(target_arch = "x86_64"))]
                $crate::simd::Level::Avx512 | $crate::simd::Level::Avx2 => scalar,
                $crate::simd::Level::Scalar => scalar,
            }
        }
    };
}
pub(crate) use simd_entry;
