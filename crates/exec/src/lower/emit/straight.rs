//! Groups of numbers: straight-line code over lanes, with the relayouts before and behind it.
use super::super::classify::{Home, Number, number};
use super::Emitter;
use crate::low::{Layout, Region, ValueId};
use crate::straight::{Builder, Value as Step, optimize};
use chainrule_tape::{Kind, NodeId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Emitter<'_> {
    /// The numbers of a group, and the arrays packed of them, as straight-line code over lanes.
    pub(super) fn straight(&mut self, place: u32, nodes: &[NodeId], layout: Layout) -> Vec<Region> {
        let ranges = self.ranges(place, nodes);
        let mut regions = Vec::new();
        let (mut reads, mut starts, mut inputs) = (Vec::new(), FxHashMap::default(), 0);
        for &(from, first, elements) in &ranges {
            let lanes = self.value(elements, Layout::Lanes);
            regions.push(Region::Relayout { from, first, to: lanes });
            reads.push(lanes);
            starts.insert(from, (inputs, first));
            inputs += elements;
        }
        let mut writing = Writing { builder: Builder::new(inputs), starts };
        let mut outputs: Vec<Step> = Vec::new();
        let mut stores: Vec<(ValueId, usize)> = Vec::new();
        for &id in nodes {
            if let Home::Pack(numbers) = &self.homes[id.index()] {
                if !self.wanted.arrays.contains(&id) {
                    continue; // its numbers went into another pack
                }
                let value = self.value(numbers.len(), layout);
                outputs.extend(numbers.iter().map(|&n| self.step(place, n, &mut writing)));
                stores.push((value, numbers.len()));
                self.arrays.insert(id, value);
            } else if let Kind::Elementwise(op, n, args) = self.tape.kind(id) {
                let number = |arg: &NodeId| number(self.tape, self.homes, *arg, 0);
                let args: Vec<Step> =
                    args.iter().map(|arg| self.step(place, number(arg), &mut writing)).collect();
                self.steps[id.index()] = Some(writing.builder.apply(op, n, &args));
            }
        }
        for (own, step) in self.wanted.singles.remove(&place).unwrap_or_default() {
            let value = self.value(1, layout);
            outputs.push(self.step(place, Number::Step(step), &mut writing));
            stores.push((value, 1));
            self.arrays.insert(own, value);
        }
        let exported = self.wanted.numbers.remove(&place).unwrap_or_default();
        if !exported.is_empty() {
            let value = self.value(exported.len(), layout);
            for (element, &id) in exported.iter().enumerate() {
                outputs.push(self.step(place, Number::Step(id), &mut writing));
                self.exports.insert(id, (value, element));
            }
            stores.push((value, exported.len()));
        }
        if outputs.is_empty() {
            return Vec::new();
        }
        let code = Arc::new(optimize(&writing.builder.finish(&outputs)));
        let lanes: Vec<ValueId> =
            stores.iter().map(|&(_, n)| self.value(n, Layout::Lanes)).collect();
        regions.push(Region::Straight { code, reads, writes: lanes.clone() });
        let store =
            |(from, (to, _)): (ValueId, (ValueId, usize))| Region::Relayout { from, first: 0, to };
        regions.extend(lanes.into_iter().zip(stores).map(store));
        regions
    }

    /// The stretches of arrays that a straight-line group reads: value, first element, how many.
    fn ranges(&self, place: u32, nodes: &[NodeId]) -> Vec<(ValueId, usize, usize)> {
        let mut order: Vec<ValueId> = Vec::new();
        let mut bounds: FxHashMap<ValueId, (usize, usize)> = FxHashMap::default();
        let mut note = |number: Number| {
            if let Some((value, element)) = self.read_from(place, number) {
                let bound = bounds.entry(value).or_insert_with(|| {
                    order.push(value);
                    (element, element)
                });
                *bound = (bound.0.min(element), bound.1.max(element));
            }
        };
        for &id in nodes {
            match (&self.homes[id.index()], self.tape.kind(id)) {
                (Home::Pack(numbers), _) if self.wanted.arrays.contains(&id) => {
                    numbers.iter().for_each(|&n| note(n));
                }
                (_, Kind::Elementwise(_, _, args)) => {
                    args.iter().for_each(|&arg| note(number(self.tape, self.homes, arg, 0)));
                }
                _ => {}
            }
        }
        order
            .into_iter()
            .map(|value| (value, bounds[&value].0, bounds[&value].1 + 1 - bounds[&value].0))
            .collect()
    }

    fn step(&self, place: u32, number: Number, writing: &mut Writing) -> Step {
        match (number, self.read_from(place, number)) {
            (Number::Constant(number), _) => writing.builder.constant(number),
            (_, Some((value, element))) => writing.input(value, element),
            (Number::Step(id), None) | (Number::Element(id, _), None) => {
                self.steps[id.index()].expect("a step stands before those that read it")
            }
        }
    }
}

/// Straight-line code being written, and where its inputs come from.
struct Writing {
    builder: Builder,
    /// For each value it reads: the number of its first input, and the element that is.
    starts: FxHashMap<ValueId, (usize, usize)>,
}

impl Writing {
    fn input(&mut self, value: ValueId, element: usize) -> Step {
        let (start, first) = self.starts[&value];
        self.builder.input(start + element - first)
    }
}
