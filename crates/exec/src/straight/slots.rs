//! Where each value lives: slots, given out in one scan over the steps.
use super::form::{Kind, Straight};

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
    /// value and the last one that reads it. An output lives in its own slot; where several are one
    /// value, in the first one's.
    pub(super) fn assign(code: &Straight, absorbed: &[bool]) -> Slots {
        let first_shared = Slots::outputs(code) + code.outputs.len();
        let mut slots = Slots { of: vec![Slots::NONE; code.steps.len()], count: first_shared };
        slots.place_given(code);
        slots.place_outputs(code);
        let mut last = last_reads(code, absorbed);
        let mut free = Vec::new();
        for i in executed(code, absorbed) {
            for_each_read(code, absorbed, i, |operand| {
                let slot = slots.of[operand];
                if last[operand] == i && slot as usize >= first_shared {
                    free.push(slot);
                    last[operand] = usize::MAX; // it may be read twice by one step
                }
            });
            slots.place_value(i, &mut free);
        }
        slots
    }

    fn place_given(&mut self, code: &Straight) {
        for (slot, step) in self.of.iter_mut().zip(&code.steps) {
            match step.kind {
                Kind::Constant => *slot = step.args[0],
                Kind::Input => *slot = Slots::inputs(code) as u32 + step.args[0],
                Kind::Primitive(_) | Kind::SinCos | Kind::Second | Kind::Row(_) => {}
            }
        }
    }

    fn place_outputs(&mut self, code: &Straight) {
        for (k, output) in code.outputs.iter().enumerate() {
            let slot = &mut self.of[output.index()];
            if *slot == Slots::NONE {
                *slot = (Slots::outputs(code) + k) as u32;
            }
        }
    }

    fn place_value(&mut self, i: usize, free: &mut Vec<u32>) {
        if self.of[i] == Slots::NONE {
            self.of[i] = free.pop().unwrap_or_else(|| {
                self.count += 1;
                u32::try_from(self.count - 1).expect("fewer than 2^32 slots")
            });
        }
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
fn executed<'a>(code: &'a Straight, absorbed: &'a [bool]) -> impl Iterator<Item = usize> + 'a {
    (0..code.steps.len()).filter(|&i| !absorbed[i] && !code.steps[i].kind.is_given())
}

/// The values that step `i` reads from slots, those of a step computed inside it included. A cosine
/// reads nothing, for it is stored together with its sine, whose slot it may not take.
fn for_each_read(code: &Straight, absorbed: &[bool], i: usize, mut see: impl FnMut(usize)) {
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
