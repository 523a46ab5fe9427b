//! Straight-line code as instructions: calls of kernels on slots.
use super::form::{Kind, Straight};
use super::kernels::{Instruction, Kernels};
use super::pairs::{absorbed, reading};
use super::slots::Slots;

/// Instructions are called in groups of so many, so that the processor predicts each call by its
/// own place in the group.
pub(super) const GROUP: usize = 8;

/// The instructions, filled up to whole groups, and the number of slots they work on.
pub(super) fn assemble(
    code: &Straight,
    kernels: Kernels,
    lanes: usize,
) -> (Vec<Instruction>, usize) {
    let absorbed = absorbed(code);
    let slots = Slots::assign(code, &absorbed);
    let assembler = Assembler { code, kernels, lanes, absorbed: &absorbed, slots: &slots };
    let mut instructions = Vec::with_capacity(code.steps.len() + code.outputs.len());
    assembler.copy_outputs(&mut instructions, |kind| kind.is_given());
    assembler.compute(&mut instructions);
    assembler.copy_outputs(&mut instructions, |kind| !kind.is_given());
    let idle = Instruction { kernel: kernels.idle, places: [0; 6] };
    instructions.resize(instructions.len().next_multiple_of(GROUP), idle);
    (instructions, slots.count)
}

struct Assembler<'a> {
    code: &'a Straight,
    kernels: Kernels,
    lanes: usize,
    absorbed: &'a [bool],
    slots: &'a Slots,
}

impl Assembler<'_> {
    fn compute(&self, instructions: &mut Vec<Instruction>) {
        for (i, step) in self.code.steps.iter().enumerate() {
            if self.absorbed[i] || step.kind.is_given() || step.kind == Kind::Second {
                continue;
            }
            let inside = step.operands().iter().find(|&&arg| self.absorbed[arg as usize]);
            instructions.push(match inside {
                Some(&first) => self.pair(i, first),
                None => self.single(i),
            });
        }
    }

    fn single(&self, i: usize) -> Instruction {
        let step = self.code.steps[i];
        let mut places = self.places(i, step.operands());
        match step.kind {
            Kind::SinCos => places[4] = self.place(i + 1),
            Kind::Row(op) => (places[4], places[5]) = (op as u32, step.args[2]),
            Kind::Primitive(_) | Kind::Input | Kind::Constant | Kind::Second => {}
        }
        Instruction { kernel: (self.kernels.single)(step.kind), places }
    }

    fn pair(&self, i: usize, first: u32) -> Instruction {
        let (step, inner) = (self.code.steps[i], self.code.steps[first as usize]);
        let (at, others) = reading(&step, first);
        let mut places = self.places(i, inner.operands());
        places[4] = self.place(others[0] as usize);
        if step.kind.arity() == 3 {
            places[5] = self.place(others[1] as usize);
        }
        let (Kind::Primitive(first), Kind::Primitive(second)) = (inner.kind, step.kind) else {
            unreachable!("a pair is of primitives")
        };
        Instruction { kernel: (self.kernels.pair)(first, second, at), places }
    }

    /// Outputs that are inputs or constants, before their slots are used again; or, at the end,
    /// those that are other outputs.
    fn copy_outputs(&self, instructions: &mut Vec<Instruction>, which: fn(Kind) -> bool) {
        for (k, output) in self.code.outputs.iter().enumerate() {
            let slot = Slots::outputs(self.code) + k;
            let made_here = self.slots.of[output.index()] as usize == slot;
            if !made_here && which(self.code.steps[output.index()].kind) {
                let places = [self.offset(slot), self.place(output.index()), 0, 0, 0, 0];
                instructions.push(Instruction { kernel: self.kernels.copy, places });
            }
        }
    }

    /// The target and up to three operands.
    fn places(&self, target: usize, operands: &[u32]) -> [u32; 6] {
        let mut places = [0; 6];
        places[0] = self.place(target);
        for (place, &operand) in places[1..].iter_mut().zip(operands) {
            *place = self.place(operand as usize);
        }
        places
    }

    fn place(&self, value: usize) -> u32 {
        self.offset(self.slots.of[value] as usize)
    }

    /// The offset of a slot in bytes: the one maker of places, and so the proof that they lie inside.
    fn offset(&self, slot: usize) -> u32 {
        assert!(slot < self.slots.count, "slot {slot} of {}", self.slots.count);
        u32::try_from(slot * self.lanes * size_of::<f64>()).expect("a block is below 4 GB")
    }
}
