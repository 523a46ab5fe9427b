//! The kernels' bodies, generic in the vector type `V` and in `N`, the vectors in a slot.
use super::Instruction;
use crate::math;
use crate::simd::Simd;
use crate::straight::primitive::Lanewise;
use chainrule_tape::Op;

/// Where the places of an instruction are in memory.
#[derive(Copy, Clone)]
struct Slots<'i> {
    instruction: &'i Instruction,
    memory: *mut f64,
}

impl Slots<'_> {
    /// # Safety
    /// Place `i` must be an offset inside the memory.
    #[inline(always)]
    unsafe fn at(self, i: usize) -> *mut f64 {
        // SAFETY: the caller's promise.
        unsafe { self.memory.byte_add(self.instruction.places[i] as usize) }
    }
}

/// One primitive.
///
/// # Safety
/// As for [`Kernel`](super::Kernel), here and below.
#[inline(always)]
pub(super) unsafe fn single<F: Lanewise, V: Simd, const N: usize>(i: &Instruction, m: *mut f64) {
    let slots = Slots { instruction: i, memory: m };
    for lane in (0..N).map(|vector| vector * V::LANES) {
        // SAFETY: places 0 to the arity are slots, and the vector lies inside a slot.
        unsafe {
            let value = F::apply(operands::<F, V>(slots, lane));
            value.store(slots.at(0).add(lane));
        }
    }
}

/// `First`, then `Second` of it and of others; `AT` says which argument of `Second` it is.
///
/// # Safety
/// As above.
#[inline(always)]
pub(super) unsafe fn pair<
    First: Lanewise,
    Second: Lanewise,
    V: Simd,
    const AT: usize,
    const N: usize,
>(
    i: &Instruction,
    m: *mut f64,
) {
    let slots = Slots { instruction: i, memory: m };
    for lane in (0..N).map(|vector| vector * V::LANES) {
        // SAFETY: as above; the other arguments of `Second` are at the places from 4 on.
        unsafe {
            let first = First::apply(operands::<First, V>(slots, lane));
            let other = V::load(slots.at(4).add(lane));
            let third = if Second::ARITY == 3 { V::load(slots.at(5).add(lane)) } else { other };
            let args = match AT {
                0 => [first, other, third],
                1 => [other, first, third],
                _ => [other, third, first],
            };
            Second::apply(args).store(slots.at(0).add(lane));
        }
    }
}

/// The arguments of `F` from place 1 on; those beyond its arity repeat the first.
#[inline(always)]
unsafe fn operands<F: Lanewise, V: Simd>(slots: Slots, lane: usize) -> [V; 3] {
    // SAFETY: the caller's promise about the places of the arguments that are loaded.
    unsafe {
        let first = V::load(slots.at(1).add(lane));
        let second = if F::ARITY > 1 { V::load(slots.at(2).add(lane)) } else { first };
        let third = if F::ARITY > 2 { V::load(slots.at(3).add(lane)) } else { first };
        [first, second, third]
    }
}

/// The sine to place 0 and the cosine to place 4, of place 1.
///
/// # Safety
/// As above.
#[inline(always)]
pub(super) unsafe fn sincos<V: Simd, const N: usize>(i: &Instruction, m: *mut f64) {
    let slots = Slots { instruction: i, memory: m };
    for lane in (0..N).map(|vector| vector * V::LANES) {
        // SAFETY: these places are slots.
        unsafe {
            let (sine, cosine) = math::sincos(V::load(slots.at(1).add(lane)));
            sine.store(slots.at(0).add(lane));
            cosine.store(slots.at(4).add(lane));
        }
    }
}

/// Place 1 to place 0.
///
/// # Safety
/// As above.
#[inline(always)]
pub(super) unsafe fn copy<V: Simd, const N: usize>(i: &Instruction, m: *mut f64) {
    let slots = Slots { instruction: i, memory: m };
    for lane in (0..N).map(|vector| vector * V::LANES) {
        // SAFETY: these places are slots.
        unsafe { V::load(slots.at(1).add(lane)).store(slots.at(0).add(lane)) };
    }
}

/// A row of the tape's op table, lane by lane.
///
/// # Safety
/// As above, for as many operands as the op takes.
pub(super) unsafe fn row<const LANES: usize>(i: &Instruction, m: *mut f64) {
    let slots = Slots { instruction: i, memory: m };
    let op = Op::ALL[i.places[4] as usize];
    let n = i.places[5].cast_signed();
    for lane in 0..LANES {
        let mut args = [0.0; 3];
        for (k, arg) in args[..op.arity()].iter_mut().enumerate() {
            // SAFETY: the places of the operands are slots.
            *arg = unsafe { *slots.at(1 + k).add(lane) };
        }
        // SAFETY: place 0 is a slot.
        unsafe { *slots.at(0).add(lane) = op.value(n, &args[..op.arity()]) };
    }
}
