//! Groups of elementwise ops on arrays: one map over their elements.
use super::super::classify::{Home, Number, root};
use super::Emitter;
use crate::low::{Array, Layout, Region, ValueId, View};
use crate::straight::{Builder, Value as Step, optimize};
use chainrule_tape::{Kind, NodeId, Shape};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

impl Emitter<'_> {
    /// The elementwise nodes of a group as a map over boxes of these extents.
    pub(super) fn map(
        &mut self,
        place: u32,
        nodes: &[NodeId],
        extents: &[u32],
        layout: Layout,
    ) -> Vec<Region> {
        let strides: Vec<isize> = row_major(extents);
        let mut reads: Vec<View> = Vec::new();
        let mut numbers: FxHashMap<NodeId, usize> = FxHashMap::default();
        let outside: Vec<NodeId> = self.outside(place, nodes);
        for &arg in &outside {
            let view = self.view(arg, &strides);
            if let Some(view) = view {
                let place = reads.iter().position(|read| *read == view).unwrap_or(reads.len());
                if place == reads.len() {
                    reads.push(view);
                }
                numbers.insert(arg, place);
            }
        }
        let mut builder = Builder::new(reads.len());
        let (mut outputs, mut writes) = (Vec::new(), Vec::new());
        for &id in nodes {
            let Kind::Elementwise(op, n, args) = self.tape.kind(id) else { continue };
            let args: Vec<Step> = args
                .iter()
                .map(|arg| match numbers.get(arg) {
                    Some(&read) => builder.input(read),
                    None => self.constant_or_step(*arg, &mut builder),
                })
                .collect();
            let step = builder.apply(op, n, &args);
            self.steps[id.index()] = Some(step);
            if self.wanted.arrays.contains(&id) {
                let value = self.value(self.tape.shape(id).elements(), layout);
                self.arrays.insert(id, value);
                outputs.push(step);
                writes.push(value);
            }
        }
        let code = Arc::new(optimize(&builder.finish(&outputs)));
        let extents = extents.iter().map(|&extent| extent as usize).collect();
        vec![Region::Array(Array::Map { code, extents, reads, writes })]
    }

    /// The arguments of a map that it does not make itself.
    fn outside(&self, place: u32, nodes: &[NodeId]) -> Vec<NodeId> {
        let mut seen = FxHashSet::default();
        let mut outside = Vec::new();
        for &id in nodes {
            let Kind::Elementwise(_, _, args) = self.tape.kind(id) else { continue };
            for arg in args {
                if self.groups.of[arg.index()] != Some(place) && seen.insert(arg) {
                    outside.push(arg);
                }
            }
        }
        outside
    }

    /// How a map reads an array; `None` for a constant number.
    fn view(&self, arg: NodeId, strides: &[isize]) -> Option<View> {
        let own = root(self.homes, arg);
        let element = |value: (ValueId, usize)| {
            Some(View { value: value.0, first: value.1, strides: vec![0; strides.len()] })
        };
        match &self.homes[own.index()] {
            Home::Number(n) | Home::Splat(n) => element(self.read_from(u32::MAX, *n)?),
            Home::View { of, first, strides, .. }
                if own == arg && !self.arrays.contains_key(&own) =>
            {
                let value = self.arrays[&root(self.homes, *of)];
                Some(View { value, first: *first, strides: strides.clone() })
            }
            _ => Some(View { value: self.arrays[&own], first: 0, strides: strides.to_vec() }),
        }
    }

    fn constant_or_step(&self, arg: NodeId, builder: &mut Builder) -> Step {
        match &self.homes[root(self.homes, arg).index()] {
            Home::Number(Number::Constant(number)) | Home::Splat(Number::Constant(number)) => {
                builder.constant(*number)
            }
            _ => self.steps[arg.index()].expect("a step stands before those that read it"),
        }
    }
}

fn row_major(extents: &[u32]) -> Vec<isize> {
    let shape = Shape::new(extents).expect("the extents are those of a node");
    shape.strides().into_iter().map(|stride| stride as isize).collect()
}
