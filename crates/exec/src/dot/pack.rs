//! Copies a strip of an operand so that the kernel reads it in order, whatever its strides.
use super::vector::Vector;

/// A strip of `width` lines, each `inner` numbers long, to be interleaved: the numbers at one place
/// of all lines side by side, in rows of `padded` numbers.
#[derive(Clone, Copy)]
pub(super) struct Strip {
    pub(super) from: *const f64,
    pub(super) inner: usize,
    pub(super) inner_stride: isize,
    /// Above zero.
    pub(super) width: usize,
    pub(super) width_stride: isize,
    pub(super) to: *mut f64,
}

/// Interleaves a strip; what the padding holds does not matter.
///
/// # Safety
/// The machine must have the instructions of `V`, the strip's numbers must be there, and `to` must
/// have room for `inner` rows of whole vectors.
#[inline(always)]
pub(super) unsafe fn pack<V: Vector>(strip: &Strip) {
    let padded = strip.width.next_multiple_of(V::LANES);
    // SAFETY: the caller's promises.
    unsafe {
        if strip.width_stride == 1 {
            copy_rows::<V>(strip, padded);
        } else {
            turn_squares::<V>(strip, padded);
        }
    }
}

/// For lines that lie side by side already.
#[inline(always)]
unsafe fn copy_rows<V: Vector>(strip: &Strip, padded: usize) {
    let whole = padded - V::LANES;
    for p in 0..strip.inner {
        let from = strip.from.wrapping_offset(p as isize * strip.inner_stride);
        let to = strip.to.wrapping_add(p * padded);
        // SAFETY: the promises of `pack`.
        unsafe {
            for j in (0..whole).step_by(V::LANES) {
                V::load(from.wrapping_add(j)).store(to.wrapping_add(j));
            }
            let last = V::load_first(from.wrapping_add(whole), strip.width - whole);
            last.store(to.wrapping_add(whole));
        }
    }
}

/// For lines apart; squares, as long as the lines are contiguous.
#[inline(always)]
unsafe fn turn_squares<V: Vector>(strip: &Strip, padded: usize) {
    let squares = if strip.inner_stride == 1 { strip.inner / V::SIDE * V::SIDE } else { 0 };
    for j in (0..strip.width).step_by(V::SIDE) {
        // Past the last line that line is read again, into the padding.
        let line = |q: usize| {
            let line = (j + q).min(strip.width - 1);
            strip.from.wrapping_offset(line as isize * strip.width_stride)
        };
        let lines = [line(0), line(1), line(2), line(3)];
        for p in (0..squares).step_by(V::SIDE) {
            let to = strip.to.wrapping_add(p * padded + j);
            // SAFETY: the promises of `pack`.
            unsafe { V::turn(lines.map(|line| line.wrapping_add(p)), to, padded) };
        }
        for (q, line) in lines.into_iter().enumerate().take(V::SIDE) {
            for p in squares..strip.inner {
                let from = line.wrapping_offset(p as isize * strip.inner_stride);
                // SAFETY: as above.
                unsafe { *strip.to.wrapping_add(p * padded + j + q) = *from };
            }
        }
    }
}
