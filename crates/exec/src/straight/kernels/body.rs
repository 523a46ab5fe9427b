//! The kernels' bodies, generic in the vector type `V` and in `N`, the vectors in a slot.
use super::Instruction;
use crate::math;
use crate::simd::Simd;
use crate::straight::primitive::Lanewise;
use chainrule_tape::Op;

/// The slots of one instruction.
#[derive(Copy, Clone)]
struct Slots {
    places: [u32; 6],
    memory: *mut f64,
}

impl Slots {
    /// Those of an instruction. Its places are copied, for stores to the memory might change the
    /// instruction for all the compiler knows.
    ///
    /// # Safety
    /// The instruction exists.
    #[inline(always)]
    unsafe fn of(at: *const Instruction, memory: *mut f64) -> Slots {
        // SAFETY: the caller's promise.
        Slots { places: unsafe { (*at).places }, memory }
    }

    /// The slot at place `i`, from a lane on.
    ///
    /// # Safety
    /// Place `i` is an offset inside the memory.
    #[inline(always)]
    unsafe fn at(self, i: usize, lane: usize) -> *mut f64 {
        // SAFETY: the caller's promise.
        unsafe { self.memory.byte_add(self.places[i] as usize).add(lane) }
    }
}

/// The next instruction, and whether it is of the same kernel.
///
/// # Safety
/// Both instructions exist.
#[inline(always)]
unsafe fn next(at: *const Instruction) -> (*const Instruction, bool) {
    // SAFETY: the caller's promise.
    unsafe {
        let next = at.add(1);
        (next, (*next).kernel as usize == (*at).kernel as usize)
    }
}

/// One primitive.
///
/// # Safety
/// As for [`Kernel`](super::Kernel), here and below.
#[inline(always)]
pub(super) unsafe fn single<F: Lanewise, V: Simd, const N: usize>(
    mut at: *const Instruction,
    memory: *mut f64,
) -> *const Instruction {
    loop {
        // SAFETY: places 0 to the arity are slots, and the vectors lie inside; the list goes on.
        unsafe {
            let slots = Slots::of(at, memory);
            for lane in (0..N).map(|vector| vector * V::LANES) {
                F::apply(operands::<F, V>(slots, lane)).store(slots.at(0, lane));
            }
            let same;
            (at, same) = next(at);
            if !same {
                return at;
            }
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
    mut at: *const Instruction,
    memory: *mut f64,
) -> *const Instruction {
    loop {
        // SAFETY: as above; the other arguments of `Second` are at the places from 4 on.
        unsafe {
            let slots = Slots::of(at, memory);
            for lane in (0..N).map(|vector| vector * V::LANES) {
                let first = First::apply(operands::<First, V>(slots, lane));
                let other = V::load(slots.at(4, lane));
                let third = if Second::ARITY == 3 { V::load(slots.at(5, lane)) } else { other };
                let args = match AT {
                    0 => [first, other, third],
                    1 => [other, first, third],
                    _ => [other, third, first],
                };
                Second::apply(args).store(slots.at(0, lane));
            }
            let same;
            (at, same) = next(at);
            if !same {
                return at;
            }
        }
    }
}

/// The arguments of `F` from place 1 on; those beyond its arity repeat the first.
#[inline(always)]
unsafe fn operands<F: Lanewise, V: Simd>(slots: Slots, lane: usize) -> [V; 3] {
    // SAFETY: the caller's promise about the places of the arguments that are loaded.
    unsafe {
        let first = V::load(slots.at(1, lane));
        let second = if F::ARITY > 1 { V::load(slots.at(2, lane)) } else { first };
        let third = if F::ARITY > 2 { V::load(slots.at(3, lane)) } else { first };
        [first, second, third]
    }
}

/// The sine to place 0 and the cosine to place 4, of place 1.
///
/// # Safety
/// As above.
#[inline(always)]
pub(super) unsafe fn sincos<V: Simd, const N: usize>(
    mut at: *const Instruction,
    memory: *mut f64,
) -> *const Instruction {
    loop {
        // SAFETY: these places are slots, and as above.
        unsafe {
            let slots = Slots::of(at, memory);
            for lane in (0..N).map(|vector| vector * V::LANES) {
                let (sine, cosine) = math::sincos(V::load(slots.at(1, lane)));
                sine.store(slots.at(0, lane));
                cosine.store(slots.at(4, lane));
            }
            let same;
            (at, same) = next(at);
            if !same {
                return at;
            }
        }
    }
}

/// Place 1 to place 0.
///
/// # Safety
/// As above.
#[inline(always)]
pub(super) unsafe fn copy<V: Simd, const N: usize>(
    mut at: *const Instruction,
    memory: *mut f64,
) -> *const Instruction {
    loop {
        // SAFETY: these places are slots, and as above.
        unsafe {
            let slots = Slots::of(at, memory);
            for lane in (0..N).map(|vector| vector * V::LANES) {
                V::load(slots.at(1, lane)).store(slots.at(0, lane));
            }
            let same;
            (at, same) = next(at);
            if !same {
                return at;
            }
        }
    }
}

/// A row of the tape's op table, lane by lane.
///
/// # Safety
/// As above, for as many operands as the op takes.
pub(super) unsafe fn row<const LANES: usize>(
    at: *const Instruction,
    memory: *mut f64,
) -> *const Instruction {
    // SAFETY: the instruction exists, and so does the next one.
    let (slots, next) = unsafe { (Slots::of(at, memory), at.add(1)) };
    let [.., op, n] = slots.places;
    let op = Op::ALL[op as usize];
    for lane in 0..LANES {
        let mut args = [0.0; 3];
        for (k, arg) in args[..op.arity()].iter_mut().enumerate() {
            // SAFETY: the places of the operands are slots.
            *arg = unsafe { *slots.at(1 + k, lane) };
        }
        // SAFETY: place 0 is a slot.
        unsafe { *slots.at(0, lane) = op.value(n.cast_signed(), &args[..op.arity()]) };
    }
    next
}

/// Stays where it is.
///
/// # Safety
/// None is needed.
pub(super) unsafe fn stop(at: *const Instruction, _: *mut f64) -> *const Instruction {
    at
}
