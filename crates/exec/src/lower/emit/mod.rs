//! Writes the regions of a program, group by group.
mod kernel;
mod map;
mod straight;
mod wanted;

use super::classify::{Home, Number, classify};
use super::groups::{Group, Groups, Maker, groups};
use crate::low::{Layout, Low, Value, ValueId};
use crate::straight::Value as Step;
use chainrule_tape::{Constant, Kind, NodeId, Tape};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use wanted::Wanted;

/// The program of a tape that has been expanded and simplified.
pub(super) fn emit(tape: &Tape, shared: &[bool]) -> Low {
    let homes = classify(tape);
    let groups = groups(tape, &homes, shared);
    let low = Low {
        values: Vec::new(),
        inputs: Vec::new(),
        constants: Vec::new(),
        shared: Vec::new(),
        body: Vec::new(),
        outputs: Vec::new(),
    };
    let wanted = Wanted::new(tape, &homes, &groups);
    let mut emitter = Emitter {
        tape,
        homes: &homes,
        groups: &groups,
        wanted,
        low,
        arrays: FxHashMap::default(),
        exports: FxHashMap::default(),
        steps: vec![None; tape.len()],
    };
    emitter.given(shared);
    for (place, (group, nodes)) in groups.list.iter().enumerate() {
        emitter.group(place as u32, group, nodes);
    }
    emitter.outputs();
    emitter.low
}

struct Emitter<'a> {
    tape: &'a Tape,
    homes: &'a [Home],
    groups: &'a Groups,
    wanted: Wanted,
    low: Low,
    /// The value that holds the array of a node.
    arrays: FxHashMap<NodeId, ValueId>,
    /// The value and element that holds a number made by a step, for readers outside its group.
    exports: FxHashMap<NodeId, (ValueId, usize)>,
    /// The step of each node in the code being written.
    steps: Vec<Option<Step>>,
}

impl Emitter<'_> {
    fn value(&mut self, elements: usize, layout: Layout) -> ValueId {
        self.low.values.push(Value { elements, layout });
        ValueId(self.low.values.len() as u32 - 1)
    }

    fn given(&mut self, shared: &[bool]) {
        for (id, kind, shape) in self.tape.nodes() {
            match kind {
                Kind::Input(i) => {
                    let layout = if shared[i] { Layout::Shared } else { Layout::Rows };
                    let value = self.value(shape.elements(), layout);
                    self.low.inputs.push(value);
                    self.arrays.insert(id, value);
                }
                Kind::Constant(Constant::Array(data)) if self.wanted.arrays.contains(&id) => {
                    let value = self.constant(data.clone());
                    self.arrays.insert(id, value);
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, data: Arc<[f64]>) -> ValueId {
        let value = self.value(data.len(), Layout::Shared);
        self.low.constants.push((value, data));
        value
    }

    fn group(&mut self, place: u32, group: &Group, nodes: &[NodeId]) {
        let layout = if group.by_point { Layout::Rows } else { Layout::Shared };
        let regions = match &group.maker {
            Maker::Straight => self.straight(place, nodes, layout),
            Maker::Map(extents) => self.map(place, nodes, extents, layout),
            Maker::Kernel(id) if self.wanted.arrays.contains(id) => self.kernel(*id, layout),
            Maker::Kernel(_) => Vec::new(),
        };
        let body = if group.by_point { &mut self.low.body } else { &mut self.low.shared };
        body.extend(regions);
    }

    /// Where a group reads a number that it does not make itself.
    fn read_from(&self, place: u32, number: Number) -> Option<(ValueId, usize)> {
        match number {
            Number::Constant(_) => None,
            Number::Step(id) if self.groups.of[id.index()] == Some(place) => None,
            Number::Step(id) => Some(self.exports[&id]),
            Number::Element(id, element) => Some((self.arrays[&id], element)),
        }
    }

    fn outputs(&mut self) {
        for output in self.tape.outputs() {
            let value = self.whole(output.node());
            self.low.outputs.push(value);
        }
    }
}
