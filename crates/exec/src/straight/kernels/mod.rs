//! What the instructions of straight-line code run: one function for each primitive, and for each
//! pair of arithmetic primitives where the second alone reads the first.
mod body;
mod target;

pub(super) use target::kernels;

use super::form::Kind;
use super::primitive::Primitive;

/// A kernel: runs its instruction and all directly after it that name the same kernel, and gives the
/// one where it stopped. An instruction reads and writes slots.
///
/// # Safety
/// The processor has the instructions the kernel was compiled for. The list of instructions ends with
/// one of another kernel. Every place that the kernel uses is the offset in bytes of a slot of its
/// number of lanes, inside the memory at the second pointer.
pub(super) type Kernel = unsafe fn(*const Instruction, *mut f64) -> *const Instruction;

/// A call of a kernel: 32 bytes.
#[derive(Copy, Clone)]
#[repr(C)]
pub(super) struct Instruction {
    pub(super) kernel: Kernel,
    /// Offsets in bytes: the target, the first operands, then a second target or the operands of
    /// the second primitive of a pair. For a row the last two are the op and its parameter.
    pub(super) places: [u32; 6],
}

/// The kernels for one set of instructions and one number of lanes.
#[derive(Copy, Clone)]
pub(super) struct Kernels {
    /// For a kind of step alone; the operands follow the target, and a second target them all.
    pub(super) single: fn(Kind) -> Kernel,
    /// For two primitives, the second of which reads the first as argument number `at`.
    pub(super) pair: fn(Primitive, Primitive, usize) -> Kernel,
    /// Copies a slot.
    pub(super) copy: Kernel,
    /// Stays where it is: the end of the list.
    pub(super) stop: Kernel,
}
