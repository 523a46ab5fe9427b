//! Compiles the kernels for each set of instructions and each number of lanes.
use super::{Instruction, Kernel, Kernels, body};
use crate::simd::Level;
use crate::straight::code::Lanes;
use crate::straight::form::Kind;
use crate::straight::primitive::{Compile, Lanewise, Primitive, lanewise};

/// The kernels that run at a level, on blocks of so many points.
///
/// One lane is a plain number, but with the level's fused multiply-add.
pub(in crate::straight) fn kernels(level: Level, lanes: Lanes) -> Kernels {
    match (level, lanes) {
        #[cfg(target_arch = "x86_64")]
        (Level::Avx512, Lanes::SixtyFour) => of::<Avx512<8>, 64>(),
        #[cfg(target_arch = "x86_64")]
        (Level::Avx512, Lanes::Eight) => of::<Avx512<1>, 8>(),
        #[cfg(target_arch = "x86_64")]
        (Level::Avx2, Lanes::SixtyFour) => of::<Avx2<16>, 64>(),
        #[cfg(target_arch = "x86_64")]
        (Level::Avx2, Lanes::Eight) => of::<Avx2<2>, 8>(),
        #[cfg(target_arch = "x86_64")]
        (Level::Avx512 | Level::Avx2, Lanes::One) => of::<Fused<1>, 1>(),
        (_, Lanes::SixtyFour) => of::<Plain<64>, 64>(),
        (_, Lanes::Eight) => of::<Plain<8>, 8>(),
        (_, Lanes::One) => of::<Plain<1>, 1>(),
    }
}

fn of<T: Target, const LANES: usize>() -> Kernels {
    Kernels { single: single::<T, LANES>, pair: pair::<T>, copy: T::copy(), stop: body::stop }
}

fn single<T: Target, const LANES: usize>(kind: Kind) -> Kernel {
    match kind {
        Kind::Primitive(primitive) => primitive.compile::<T>(),
        Kind::SinCos => T::sincos(),
        Kind::Row(_) => body::row::<LANES>,
        Kind::Input | Kind::Constant | Kind::Second => unreachable!("{kind:?} computes nothing"),
    }
}

/// The ten ways in which a sum, a product or a fused multiply-add can read another; as its factors
/// may be exchanged, a value is never read as the second one.
fn pair<T: Target>(first: Primitive, second: Primitive, at: usize) -> Kernel {
    match first {
        Primitive::Add => second_of::<T, lanewise::Add>(second, at),
        Primitive::Sub => second_of::<T, lanewise::Sub>(second, at),
        Primitive::Mul => second_of::<T, lanewise::Mul>(second, at),
        Primitive::Fma => second_of::<T, lanewise::Fma>(second, at),
        Primitive::Fms => second_of::<T, lanewise::Fms>(second, at),
        Primitive::Fnma => second_of::<T, lanewise::Fnma>(second, at),
        _ => unreachable!("{first:?} is not one of a pair"),
    }
}

fn second_of<T: Target, First: Lanewise>(second: Primitive, at: usize) -> Kernel {
    match (second, at) {
        (Primitive::Add, 0) => T::pair::<First, lanewise::Add, 0>(),
        (Primitive::Sub, 0) => T::pair::<First, lanewise::Sub, 0>(),
        (Primitive::Sub, 1) => T::pair::<First, lanewise::Sub, 1>(),
        (Primitive::Mul, 0) => T::pair::<First, lanewise::Mul, 0>(),
        (Primitive::Fma, 0) => T::pair::<First, lanewise::Fma, 0>(),
        (Primitive::Fma, 2) => T::pair::<First, lanewise::Fma, 2>(),
        (Primitive::Fms, 0) => T::pair::<First, lanewise::Fms, 0>(),
        (Primitive::Fms, 2) => T::pair::<First, lanewise::Fms, 2>(),
        (Primitive::Fnma, 0) => T::pair::<First, lanewise::Fnma, 0>(),
        (Primitive::Fnma, 2) => T::pair::<First, lanewise::Fnma, 2>(),
        _ => unreachable!("{second:?} does not read a pair's first as argument {at}"),
    }
}

/// A set of instructions and the vectors in a slot.
trait Target: Compile<Kernel = Kernel> {
    fn pair<First: Lanewise, Second: Lanewise, const AT: usize>() -> Kernel;
    fn sincos() -> Kernel;
    fn copy() -> Kernel;
}

macro_rules! target {
    ($(#[$doc:meta])* $target:ident, $vector:ty $(, $features:literal)?) => {
        $(#[$doc])*
        struct $target<const N: usize>;

        impl<const N: usize> Compile for $target<N> {
            type Kernel = Kernel;

            fn single<F: Lanewise>() -> Kernel {
                $(#[target_feature(enable = $features)])?
                unsafe fn kernel<F: Lanewise, const N: usize>(at: *const Instruction, memory: *mut f64) -> *const Instruction {
                    // SAFETY: the caller's promises, and the instructions are enabled, here and below.
                    unsafe { body::single::<F, $vector, N>(at, memory) }
                }
                kernel::<F, N>
            }
        }

        impl<const N: usize> Target for $target<N> {
            fn pair<First: Lanewise, Second: Lanewise, const AT: usize>() -> Kernel {
                $(#[target_feature(enable = $features)])?
                unsafe fn kernel<First: Lanewise, Second: Lanewise, const AT: usize, const N: usize>(at: *const Instruction, memory: *mut f64) -> *const Instruction {
                    // SAFETY: as above.
                    unsafe { body::pair::<First, Second, $vector, AT, N>(at, memory) }
                }
                kernel::<First, Second, AT, N>
            }

            fn sincos() -> Kernel {
                $(#[target_feature(enable = $features)])?
                unsafe fn kernel<const N: usize>(at: *const Instruction, memory: *mut f64) -> *const Instruction {
                    // SAFETY: as above.
                    unsafe { body::sincos::<$vector, N>(at, memory) }
                }
                kernel::<N>
            }

            fn copy() -> Kernel {
                $(#[target_feature(enable = $features)])?
                unsafe fn kernel<const N: usize>(at: *const Instruction, memory: *mut f64) -> *const Instruction {
                    // SAFETY: as above.
                    unsafe { body::copy::<$vector, N>(at, memory) }
                }
                kernel::<N>
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
target!(
    /// Eight lanes.
    Avx512, crate::simd::F64x8, "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"
);
#[cfg(target_arch = "x86_64")]
target!(
    /// Four lanes.
    Avx2, crate::simd::F64x4, "avx2,fma"
);
#[cfg(target_arch = "x86_64")]
target!(
    /// One lane, with fused multiply-adds.
    Fused, f64, "avx2,fma"
);
target!(
    /// One lane of plain Rust.
    Plain, f64
);
