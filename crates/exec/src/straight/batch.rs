//! Brings steps of one kind together, where a call is dear against the work it does: on one lane.
//!
//! A processor guesses the target of each call. In long code it guesses wrong nearly always, which
//! costs as much as ten additions; so calls of the same kernel should follow each other, and become
//! one call.
use super::form::{Kind, Straight};
use super::schedule::ordered;
use super::slots::{executed, for_each_read};

/// So many executed steps are put in order at once: enough for long batches, and few enough for
/// their values to stay in the first cache.
const WINDOW: usize = 1024;

/// The same code in another order, with `absorbed` in that order: in each window always the kind with
/// most steps that can run. `class_of` numbers the kinds of executed steps from 0.
pub(super) fn batched(
    code: &Straight,
    absorbed: &[bool],
    mut class_of: impl FnMut(usize) -> usize,
) -> (Straight, Vec<bool>) {
    let given = (0..code.steps.len()).filter(|&i| code.steps[i].kind.is_given());
    let mut order: Vec<u32> = given.map(|i| i as u32).collect();
    let units: Vec<usize> =
        executed(code, absorbed).filter(|&i| code.steps[i].kind != Kind::Second).collect();
    let mut window = Window { place: vec![u32::MAX; code.steps.len()], ..Window::default() };
    for units in units.chunks(WINDOW) {
        window.fill(code, absorbed, units, &mut class_of);
        while let Some(unit) = window.next() {
            push_unit(&mut order, code, absorbed, units[unit]);
        }
    }
    let absorbed = order.iter().map(|&i| absorbed[i as usize]).collect();
    (ordered(code, &order), absorbed)
}

/// A step with what is computed inside it before, and a cosine that comes with it after.
fn push_unit(order: &mut Vec<u32>, code: &Straight, absorbed: &[bool], i: usize) {
    let step = &code.steps[i];
    order.extend(step.operands().iter().filter(|&&arg| absorbed[arg as usize]));
    order.push(i as u32);
    if step.kind == Kind::SinCos {
        order.push(i as u32 + 1);
    }
}

/// Some steps that follow each other, while they are put in order.
#[derive(Default)]
struct Window {
    /// The place of each step of the code in the window, or a number that is none.
    place: Vec<u32>,
    class: Vec<usize>,
    waits: Vec<u32>,
    readers: Vec<Vec<u32>>,
    /// The places that can run, by class, the next one last.
    ready: Vec<Vec<u32>>,
    /// The class that runs.
    current: usize,
}

impl Window {
    fn fill(
        &mut self,
        code: &Straight,
        absorbed: &[bool],
        units: &[usize],
        mut class_of: impl FnMut(usize) -> usize,
    ) {
        self.class.clear();
        self.waits.clear();
        self.readers.iter_mut().for_each(Vec::clear);
        self.readers.resize(WINDOW, Vec::new());
        let start = units[0];
        for (place, &i) in units.iter().enumerate() {
            self.place[i] = place as u32;
            if code.steps[i].kind == Kind::SinCos {
                self.place[i + 1] = place as u32;
            }
            let mut waits = 0;
            for_each_read(code, absorbed, i, |operand| {
                if operand >= start && !code.steps[operand].kind.is_given() {
                    self.readers[self.place[operand] as usize].push(place as u32);
                    waits += 1;
                }
            });
            self.waits.push(waits);
            self.class.push(class_of(i));
        }
        let classes = self.class.iter().max().map_or(0, |class| class + 1);
        self.ready.resize(classes.max(self.ready.len()), Vec::new());
        for place in (0..units.len()).rev().filter(|&place| self.waits[place] == 0) {
            self.ready[self.class[place]].push(place as u32);
        }
    }

    fn next(&mut self) -> Option<usize> {
        if self.ready.get(self.current).is_none_or(Vec::is_empty) {
            self.current = (0..self.ready.len()).max_by_key(|&class| self.ready[class].len())?;
        }
        let place = self.ready[self.current].pop()? as usize;
        for k in 0..self.readers[place].len() {
            let reader = self.readers[place][k] as usize;
            self.waits[reader] -= 1;
            if self.waits[reader] == 0 {
                self.ready[self.class[reader]].push(reader as u32);
            }
        }
        Some(place)
    }
}
