//! Where each value lives: slots, given out in one scan over the steps.
use super::form::{Kind, Straight};
use std::collections::BTreeSet;
use std::ops::Range;

/// Slots for all values: first the constants, then the inputs, then the outputs, then those that
/// values share one after the other.
#[derive(Debug)]
pub(super) struct Slots {
    /// The slot of each value; [`Slots::NONE`] for a value that is never stored.
    pub(super) of: Vec<u32>,
    pub(super) count: usize,
}

impl Slots {
    pub(super) const NONE: u32 = u32::MAX;

    /// The slot of the first input.
    pub(super) fn inputs(code: &Straight) -> usize {
        code.constants.len()
    }

    /// The slot of the first output.
    pub(super) fn outputs(code: &Straight) -> usize {
        code.constants.len() + code.inputs
    }

    /// Gives each value that is stored a slot, which no other has between the step that makes the
    /// value and the last one that reads it.
    ///
    /// An output lives in its own slot; where several are one value, in the first one's. Until the
    /// output is made, other values may live there, and in the slot of an input after its last use.
    pub(super) fn assign(code: &Straight, absorbed: &[bool]) -> Slots {
        let mut scan = Scan::new(code, absorbed);
        for i in executed(code, absorbed) {
            for_each_read(code, absorbed, i, |operand| scan.read(operand, i));
            scan.make(i);
        }
        scan.slots
    }
}

/// The slots while they are given out, step by step.
struct Scan {
    slots: Slots,
    outputs: Range<u32>,
    /// The last step that reads each value.
    last: Vec<usize>,
    /// For each output the step that fills its slot. A cosine comes a step earlier, with its sine, but
    /// nothing is read between the two.
    filled: Vec<usize>,
    /// The slots of outputs that are still to be made and hold nothing yet, by that step.
    waiting: BTreeSet<(usize, u32)>,
    /// Slots that hold nothing any more; the one used last is the nearest.
    free: Vec<u32>,
}

impl Scan {
    fn new(code: &Straight, absorbed: &[bool]) -> Scan {
        let first = Slots::outputs(code);
        let count = first + code.outputs.len();
        let outputs = first as u32..u32::try_from(count).expect("fewer than 2^32 slots");
        let slots = Slots { of: vec![Slots::NONE; code.steps.len()], count };
        let last = last_reads(code, absorbed);
        let mut scan =
            Scan { slots, outputs, last, filled: vec![], waiting: BTreeSet::new(), free: vec![] };
        scan.place_given(code);
        scan.place_outputs(code);
        scan
    }

    fn place_given(&mut self, code: &Straight) {
        for (slot, step) in self.slots.of.iter_mut().zip(&code.steps) {
            match step.kind {
                Kind::Constant => *slot = step.args[0],
                Kind::Input => *slot = Slots::inputs(code) as u32 + step.args[0],
                Kind::Primitive(_) | Kind::SinCos | Kind::Second | Kind::Row(_) => {}
            }
        }
        // Constants stay for the next run.
        self.last.iter_mut().zip(&code.steps).for_each(|(last, step)| {
            if step.kind == Kind::Constant {
                *last = usize::MAX;
            }
        });
    }

    fn place_outputs(&mut self, code: &Straight) {
        for (own, output) in self.outputs.clone().zip(&code.outputs) {
            let slot = &mut self.slots.of[output.index()];
            let filled = if code.steps[output.index()].kind.is_given() {
                None // at the start
            } else if *slot == Slots::NONE {
                *slot = own;
                self.last[output.index()] = usize::MAX;
                Some(output.index())
            } else {
                Some(code.steps.len()) // from the first one, at the end
            };
            self.filled.push(filled.unwrap_or(0));
            self.waiting.extend(filled.map(|step| (step, own)));
        }
    }

    /// Step `i` reads a value: after the last time its slot is free.
    fn read(&mut self, value: usize, i: usize) {
        if self.last[value] != i {
            return;
        }
        self.last[value] = usize::MAX; // a step may read a value twice
        let slot = self.slots.of[value];
        if self.outputs.contains(&slot) {
            let output = (slot - self.outputs.start) as usize;
            self.waiting.insert((self.filled[output], slot));
        } else {
            self.free.push(slot);
        }
    }

    /// Step `i` makes a value: if it is no output, it takes the slot of one that is filled when the
    /// value is no longer needed, or else a free one.
    fn make(&mut self, i: usize) {
        if self.slots.of[i] != Slots::NONE {
            return;
        }
        let until = if self.last[i] == usize::MAX { i + 1 } else { self.last[i] };
        let fitting = self.waiting.range((until, 0)..).next().copied();
        self.slots.of[i] = if let Some(waiting) = fitting {
            self.waiting.remove(&waiting);
            waiting.1
        } else {
            self.free.pop().unwrap_or_else(|| {
                self.slots.count += 1;
                u32::try_from(self.slots.count - 1).expect("fewer than 2^32 slots")
            })
        };
    }
}

/// The last step that reads each value from its slot.
fn last_reads(code: &Straight, absorbed: &[bool]) -> Vec<usize> {
    let mut last = vec![usize::MAX; code.steps.len()];
    for i in executed(code, absorbed) {
        for_each_read(code, absorbed, i, |operand| last[operand] = i);
    }
    last
}

/// The steps that store a value.
pub(super) fn executed<'a>(
    code: &'a Straight,
    absorbed: &'a [bool],
) -> impl Iterator<Item = usize> + 'a {
    (0..code.steps.len()).filter(|&i| !absorbed[i] && !code.steps[i].kind.is_given())
}

/// The values that step `i` reads from slots, those of a step computed inside it included. A cosine
/// reads nothing, for it is stored together with its sine, whose slot it may not take.
pub(super) fn for_each_read(
    code: &Straight,
    absorbed: &[bool],
    i: usize,
    mut see: impl FnMut(usize),
) {
    if code.steps[i].kind == Kind::Second {
        return;
    }
    for &arg in code.steps[i].operands() {
        if absorbed[arg as usize] {
            code.steps[arg as usize].operands().iter().for_each(|&inner| see(inner as usize));
        } else {
            see(arg as usize);
        }
    }
}
