//! What the two x86 vector types have in common: how a method becomes an intrinsic.

/// Methods from vectors to a vector that are one intrinsic.
macro_rules! lanewise {
    ($($name:ident($($arg:ident),*) = $intrinsic:ident;)*) => {$(
        #[inline(always)]
        fn $name(self $(, $arg: Self)*) -> Self {
            // SAFETY: a vector exists only where its instructions do.
            Self(unsafe { $intrinsic(self.0 $(, $arg.0)*) })
        }
    )*};
}

/// Methods on the bits, seen as integers by the intrinsic.
macro_rules! bitwise {
    ($to_bits:ident, $from_bits:ident; $($name:ident($arg:ident) = $intrinsic:ident;)*) => {$(
        #[inline(always)]
        fn $name(self, $arg: Self) -> Self {
            // SAFETY: a vector exists only where its instructions do.
            Self(unsafe { $from_bits($intrinsic($to_bits(self.0), $to_bits($arg.0))) })
        }
    )*};
}

/// Methods that round to an integer, in one of the modes of SSE 4.1 without exceptions.
macro_rules! rounding {
    ($intrinsic:ident; $($name:ident = $mode:ident;)*) => {$(
        #[inline(always)]
        fn $name(self) -> Self {
            // SAFETY: a vector exists only where its instructions do.
            Self(unsafe { $intrinsic::<{ $mode | _MM_FROUND_NO_EXC }>(self.0) })
        }
    )*};
}

/// Comparisons, by predicate.
macro_rules! comparisons {
    ($intrinsic:ident; $($name:ident = $predicate:ident;)*) => {$(
        #[inline(always)]
        fn $name(self, other: Self) -> Self::Mask {
            // SAFETY: a vector exists only where its instructions do.
            unsafe { $intrinsic::<$predicate>(self.0, other.0) }.into()
        }
    )*};
}

/// The operators of a vector type, also with a number on the right.
macro_rules! operators {
    ($vector:ident; $($trait:ident, $method:ident = $intrinsic:ident;)*) => {$(
        impl std::ops::$trait for $vector {
            type Output = $vector;
            #[inline(always)]
            fn $method(self, other: $vector) -> $vector {
                // SAFETY: a vector exists only where its instructions do.
                $vector(unsafe { $intrinsic(self.0, other.0) })
            }
        }

        impl std::ops::$trait<f64> for $vector {
            type Output = $vector;
            #[inline(always)]
            fn $method(self, other: f64) -> $vector {
                std::ops::$trait::$method(self, self.fill(other))
            }
        }
    )*

        impl std::ops::Neg for $vector {
            type Output = $vector;
            #[inline(always)]
            fn neg(self) -> $vector {
                self.bit_xor(self.fill(-0.0))
            }
        }
    };
}

/// The operators of a mask type.
macro_rules! mask_operators {
    ($mask:ident; $($trait:ident, $method:ident = |$a:ident, $b:ident| $value:expr;)*) => {$(
        impl std::ops::$trait for $mask {
            type Output = $mask;
            #[inline(always)]
            fn $method(self, other: $mask) -> $mask {
                let ($a, $b) = (self.0, other.0);
                $mask($value)
            }
        }
    )*};
}
