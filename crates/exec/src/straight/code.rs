//! Straight-line code made ready for one set of instructions and one number of points at a time.
use super::assemble::assemble;
use super::form::Straight;
use super::kernels::{Instruction, kernels};
use super::slots::Slots;
use crate::simd::Level;
use std::ops::Range;
use std::slice;
use std::sync::Arc;

/// How many points run together.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lanes {
    /// One, for code too long to keep a slot of eight.
    One,
    /// One cache line.
    Eight,
    /// As many as spread the cost of a call thin while the slots still fit the first cache.
    SixtyFour,
}

impl Lanes {
    /// All of them.
    pub(crate) const ALL: [Lanes; 3] = [Lanes::One, Lanes::Eight, Lanes::SixtyFour];

    /// The number of points.
    pub(crate) fn count(self) -> usize {
        match self {
            Lanes::One => 1,
            Lanes::Eight => 8,
            Lanes::SixtyFour => 64,
        }
    }
}

/// Straight-line code as calls of kernels. Threads share it; each has a [`Block`] of its own.
pub(crate) struct Code {
    instructions: Vec<Instruction>,
    layout: Arc<Layout>,
}

/// How a block's memory is divided.
#[derive(Debug)]
struct Layout {
    lanes: usize,
    constants: Vec<f64>,
    inputs: Range<usize>,
    outputs: Range<usize>,
    slots: usize,
}

impl Code {
    /// Makes code ready.
    ///
    /// # Panics
    /// If this machine does not have the level, or if a block would be larger than 4 GB.
    pub(crate) fn new(code: &Straight, level: Level, lanes: Lanes) -> Code {
        assert!(Level::all_available().contains(&level), "this machine does not have {level:?}");
        let (instructions, slots) = assemble(code, kernels(level, lanes), lanes);
        let (inputs, outputs) = (Slots::inputs(code), Slots::outputs(code));
        let layout = Layout {
            lanes: lanes.count(),
            constants: code.constants.clone(),
            inputs: inputs..inputs + code.inputs,
            outputs: outputs..outputs + code.outputs.len(),
            slots,
        };
        Code { instructions, layout: Arc::new(layout) }
    }

    /// How many points a run takes.
    pub(crate) fn lanes(&self) -> usize {
        self.layout.lanes
    }

    /// Bytes that a [`Block`] takes.
    pub(crate) fn block_size(&self) -> usize {
        self.layout.lines() * size_of::<Line>()
    }

    /// How many instructions a run takes, the stop not counted.
    #[cfg(test)]
    pub(super) fn length(&self) -> usize {
        self.instructions.len() - 1
    }

    /// Memory for one worker, inputs zero.
    pub(crate) fn block(&self) -> Block {
        let lines = vec![Line([0.0; Line::LENGTH]); self.layout.lines()];
        let mut block = Block { lines, layout: Arc::clone(&self.layout) };
        for (slot, constant) in self.layout.constants.iter().enumerate() {
            block.slots_mut(slot..slot + 1).fill(*constant);
        }
        block
    }

    /// Computes the outputs of the points whose inputs lie in the block. The inputs are used up.
    ///
    /// # Panics
    /// If the block is of other code.
    pub(crate) fn run(&self, block: &mut Block) {
        assert!(Arc::ptr_eq(&self.layout, &block.layout), "the block is of other code");
        let memory = block.numbers_mut().as_mut_ptr();
        // SAFETY: `Code::new` is the only maker of instructions. It takes kernels of a level that this
        // machine has, for as many lanes as the layout says, and places from `Assembler::offset`, which
        // lie inside the layout's slots, as many as the block has. The last instruction is a stop.
        unsafe { run_all(&self.instructions, memory) };
    }
}

/// Calls each kernel from one of eight places in turn, so that the processor guesses the target of a
/// call by its place.
///
/// # Safety
/// As each kernel demands; the last instruction stops.
unsafe fn run_all(instructions: &[Instruction], memory: *mut f64) {
    let mut at = instructions.as_ptr();
    let Some(stop) = instructions.len().checked_sub(1).map(|last| at.wrapping_add(last)) else {
        return;
    };
    macro_rules! call {
        ($($times:literal)+) => {
            // SAFETY: the caller's promise; at the stop nothing happens any more.
            $(at = unsafe { ((*at).kernel)(at, memory) }; let _ = $times;)+
        };
    }
    while at != stop {
        call!(1 2 3 4 5 6 7 8);
    }
}

impl Layout {
    fn lines(&self) -> usize {
        (self.slots * self.lanes).div_ceil(Line::LENGTH)
    }
}

/// Memory of one worker for one [`Code`]: constants, inputs, outputs, and what lies between.
#[derive(Clone)]
pub(crate) struct Block {
    lines: Vec<Line>,
    layout: Arc<Layout>,
}

/// A cache line.
#[derive(Copy, Clone)]
#[repr(C, align(64))]
struct Line([f64; Line::LENGTH]);

impl Line {
    const LENGTH: usize = 8;
}

impl Block {
    /// The lanes of input `i`.
    #[cfg(test)]
    pub(crate) fn input_mut(&mut self, i: usize) -> &mut [f64] {
        let lanes = self.layout.lanes;
        &mut self.inputs_mut()[i * lanes..][..lanes]
    }

    /// The lanes of output `i`.
    #[cfg(test)]
    pub(crate) fn output(&self, i: usize) -> &[f64] {
        let lanes = self.layout.lanes;
        &self.outputs()[i * lanes..][..lanes]
    }

    /// The lanes of all inputs, one input after the other.
    pub(crate) fn inputs_mut(&mut self) -> &mut [f64] {
        self.slots_mut(self.layout.inputs.clone())
    }

    /// The lanes of all outputs, one output after the other.
    pub(crate) fn outputs(&self) -> &[f64] {
        self.slots(self.layout.outputs.clone())
    }

    fn slots(&self, slots: Range<usize>) -> &[f64] {
        let lanes = self.layout.lanes;
        &self.numbers()[slots.start * lanes..slots.end * lanes]
    }

    fn slots_mut(&mut self, slots: Range<usize>) -> &mut [f64] {
        let lanes = self.layout.lanes;
        &mut self.numbers_mut()[slots.start * lanes..slots.end * lanes]
    }

    fn numbers(&self) -> &[f64] {
        // SAFETY: lines are eight numbers each and nothing else; the borrow is the same.
        unsafe {
            slice::from_raw_parts(self.lines.as_ptr().cast(), self.lines.len() * Line::LENGTH)
        }
    }

    fn numbers_mut(&mut self) -> &mut [f64] {
        let length = self.lines.len() * Line::LENGTH;
        // SAFETY: as above.
        unsafe { slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), length) }
    }
}
