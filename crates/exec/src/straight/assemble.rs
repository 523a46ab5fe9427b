//! Straight-line code as instructions: calls of kernels on slots.
use super::batch::batched;
use super::code::Lanes;
use super::form::{Kind, Straight};
use super::kernels::{Instruction, Kernel, Kernels};
use super::pairs::{absorbed, reading};
use super::slots::{Slots, executed};
use rustc_hash::FxHashMap;

/// The instructions, up to one that stops, and the number of slots they work on.
pub(super) fn assemble(
    code: &Straight,
    kernels: Kernels,
    lanes: Lanes,
) -> (Vec<Instruction>, usize) {
    let absorbed = absorbed(code);
    match lanes {
        Lanes::One => {
            let (code, absorbed) = batch(code, kernels, &absorbed);
            in_order(&code, kernels, lanes, &absorbed)
        }
        Lanes::Eight | Lanes::SixtyFour => in_order(code, kernels, lanes, &absorbed),
    }
}

/// The code with instructions of the same kernel together.
fn batch(code: &Straight, kernels: Kernels, absorbed: &[bool]) -> (Straight, Vec<bool>) {
    let mut classes: FxHashMap<usize, usize> = FxHashMap::default();
    let mut class_of = |i: usize| {
        let next = classes.len();
        *classes.entry(kernel(code, kernels, absorbed, i) as usize).or_insert(next)
    };
    batched(code, absorbed, &mut class_of)
}

fn in_order(
    code: &Straight,
    kernels: Kernels,
    lanes: Lanes,
    absorbed: &[bool],
) -> (Vec<Instruction>, usize) {
    let slots = Slots::assign(code, absorbed);
    let assembler = Assembler { code, kernels, lanes: lanes.count(), absorbed, slots: &slots };
    let mut instructions = Vec::with_capacity(code.steps.len() + code.outputs.len() + 1);
    assembler.copy_outputs(&mut instructions, |kind| kind.is_given());
    assembler.compute(&mut instructions);
    assembler.copy_outputs(&mut instructions, |kind| !kind.is_given());
    instructions.push(Instruction { kernel: kernels.stop, places: [0; 6] });
    (instructions, slots.count)
}

/// The step that is computed inside step `i`.
fn inside(code: &Straight, absorbed: &[bool], i: usize) -> Option<u32> {
    code.steps[i].operands().iter().copied().find(|&arg| absorbed[arg as usize])
}

/// The kernel of an executed step.
fn kernel(code: &Straight, kernels: Kernels, absorbed: &[bool], i: usize) -> Kernel {
    let step = code.steps[i];
    let Some(first) = inside(code, absorbed, i) else { return (kernels.single)(step.kind) };
    let (Kind::Primitive(inner), Kind::Primitive(outer)) =
        (code.steps[first as usize].kind, step.kind)
    else {
        unreachable!("a pair is of primitives")
    };
    (kernels.pair)(inner, outer, reading(&step, first).0)
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
        for i in executed(self.code, self.absorbed) {
            if self.code.steps[i].kind != Kind::Second {
                let kernel = kernel(self.code, self.kernels, self.absorbed, i);
                instructions.push(Instruction { kernel, places: self.all_places(i) });
            }
        }
    }

    /// The places of an instruction.
    fn all_places(&self, i: usize) -> [u32; 6] {
        let step = self.code.steps[i];
        if let Some(first) = inside(self.code, self.absorbed, i) {
            let mut places = self.places(i, self.code.steps[first as usize].operands());
            let others = reading(&step, first).1;
            for (place, &other) in places[4..].iter_mut().zip(&others[..step.kind.arity() - 1]) {
                *place = self.place(other as usize);
            }
            return places;
        }
        let mut places = self.places(i, step.operands());
        match step.kind {
            Kind::SinCos => places[4] = self.place(i + 1),
            Kind::Row(op) => (places[4], places[5]) = (op as u32, step.args[2]),
            Kind::Primitive(_) | Kind::Input | Kind::Constant | Kind::Second => {}
        }
        places
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
