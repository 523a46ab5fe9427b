//! Structural ops that stay whole: array kernels, and the arrays and views they read.
use super::super::classify::{Home, Number, root};
use super::Emitter;
use crate::low::{Array, Factor, Layout, Region, ValueId};
use chainrule_tape::{Axis, Form, Kind, NodeId, Placement, Selection, Source, Tape};
use std::sync::Arc;

impl Emitter<'_> {
    /// A structural node as a kernel.
    pub(super) fn kernel(&mut self, id: NodeId, layout: Layout) -> Vec<Region> {
        let Kind::Structural(_, args) = self.tape.kind(id) else { return Vec::new() };
        let write = self.value(self.tape.shape(id).elements(), layout);
        let homes = self.homes;
        let array = match &homes[id.index()] {
            Home::View { selection, .. } | Home::Kernel(Form::Selection(selection)) => {
                let reads = args.iter().map(|&arg| self.whole(arg)).collect();
                Array::Select { selection: Arc::new(selection.clone()), reads, write }
            }
            Home::Kernel(Form::Fold(fold)) => {
                Array::Fold { fold: Arc::new(fold.clone()), read: self.whole(args[0]), write }
            }
            Home::Kernel(Form::Scatter(scatter)) => {
                let (base, update) = (self.whole(args[0]), self.whole(args[1]));
                Array::Scatter { scatter: Arc::new(scatter.clone()), base, update, write }
            }
            Home::Kernel(Form::Cumulative { outer, length, inner }) => {
                let (outer, length, inner) = (*outer, *length, *inner);
                Array::Cumulative { outer, length, inner, read: self.whole(args[0]), write }
            }
            Home::Kernel(Form::Dot { batch, m, k, n }) => {
                let (a, b) = (self.factor(args[0]), self.factor(args[1]));
                Array::Dot { batch: *batch, m: *m, k: *k, n: *n, a, b, write }
            }
            _ => unreachable!("expand composes what is composed, and the rest is no kernel"),
        };
        self.arrays.insert(id, write);
        vec![Region::Array(array)]
    }

    fn factor(&mut self, arg: NodeId) -> Factor {
        let (value, first, [step, row, column]) = match factor_strides(self.tape, self.homes, arg) {
            Some((of, first, strides)) => (self.whole(of), first, strides),
            None => {
                let shape = self.tape.shape(arg);
                let (rows, columns) =
                    (shape[shape.len() - 2] as isize, shape[shape.len() - 1] as isize);
                (self.whole(arg), 0, [rows * columns, columns, 1])
            }
        };
        Factor { value, first, step, row, column }
    }

    /// The value that holds a node's array, made of one number where the node is a number or a splat.
    pub(super) fn whole(&mut self, arg: NodeId) -> ValueId {
        let own = root(self.homes, arg);
        if let Some(&value) = self.arrays.get(&own) {
            return value;
        }
        let (Home::Number(number) | Home::Splat(number)) = &self.homes[own.index()] else {
            unreachable!("every array that is wanted has been made")
        };
        let elements = self.tape.shape(own).elements();
        match *number {
            Number::Constant(number) => {
                let value = self.constant(vec![number; elements].into());
                self.arrays.insert(own, value);
                value
            }
            other => self.spread(own, other, elements),
        }
    }

    /// An array made by copying one number everywhere.
    fn spread(&mut self, own: NodeId, number: Number, elements: usize) -> ValueId {
        let (from, first) =
            self.read_from(u32::MAX, number).expect("only a constant is read from nowhere");
        let layout = self.low.values[from.index()].layout;
        if elements == 1 && self.low.values[from.index()].elements == 1 {
            return from;
        }
        let write = self.value(elements, layout);
        let selection = Selection { fill: 0.0, boxes: vec![repeated(first, elements)] };
        let array = Array::Select { selection: Arc::new(selection), reads: vec![from], write };
        let body = if layout == Layout::Shared { &mut self.low.shared } else { &mut self.low.body };
        body.push(Region::Array(array));
        self.arrays.insert(own, write);
        write
    }
}

/// How a factor of a matrix product reads the array that holds it: that node, the first element and the strides of
/// the batch, the rows and the columns; `None` where the batch axes have no common stride.
pub(super) fn factor_strides(
    tape: &Tape,
    homes: &[Home],
    arg: NodeId,
) -> Option<(NodeId, usize, [isize; 3])> {
    let shape = tape.shape(arg);
    let own = root(homes, arg);
    let (of, first, strides) = match &homes[own.index()] {
        // Under another shape a view's strides say nothing.
        Home::View { of, first, strides, .. } if own == arg => (*of, *first, strides.clone()),
        Home::View { .. } | Home::Number(_) | Home::Splat(_) => return None,
        _ => (own, 0, shape.strides().into_iter().map(|stride| stride as isize).collect()),
    };
    let rank = shape.len();
    let mut step = 0;
    let mut expected = None;
    for axis in (0..rank - 2).rev().filter(|&axis| shape[axis] != 1) {
        match expected {
            None => step = strides[axis],
            Some(stride) if stride == strides[axis] => {}
            Some(_) => return None,
        }
        expected = Some(strides[axis] * shape[axis] as isize);
    }
    Some((of, first, [step, strides[rank - 2], strides[rank - 1]]))
}

/// One element, copied to all of a row.
fn repeated(first: usize, elements: usize) -> Placement {
    let axis = Axis { extent: elements, to: 1, from: Source::Stride(0) };
    Placement { arg: 0, to: 0, from: first, axes: vec![axis] }
}
