//! The low-level form: a tree of regions over values. Together with the straight-line form inside it,
//! it is the numerical contract: what its naive run gives, every engine gives, bit for bit.
//!
//! A value is an array at each point, or one for all points. Its layout says how the points of a block
//! lie in memory, and changing it is a region of its own, [`Region::Relayout`]. Straight-line code reads
//! and writes lanes; array kernels read and write rows.
#[cfg(test)]
mod naive;
mod text;

#[cfg(test)]
pub(crate) use naive::sum as naive_sum;

use crate::straight::Straight;
use chainrule_tape::{Fold, Placement, Scatter, Selection};
use std::sync::Arc;

/// A value by its number.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ValueId(pub(crate) u32);

impl ValueId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How the points of a block lie in memory.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Element by element, the points of each side by side.
    Lanes,
    /// Point by point, the elements of each side by side: a row a point.
    Rows,
    /// One row for all points.
    Shared,
}

/// An array at each point, or one for all points.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) elements: usize,
    pub(crate) layout: Layout,
}

/// A whole program: `shared` runs once a call, on one point, and makes shared values; `body` runs for every block of points.
#[derive(Clone, Debug)]
pub(crate) struct Low {
    pub(crate) values: Vec<Value>,
    pub(crate) inputs: Vec<ValueId>,
    pub(crate) constants: Vec<(ValueId, Arc<[f64]>)>,
    pub(crate) shared: Vec<Region>,
    pub(crate) body: Vec<Region>,
    pub(crate) outputs: Vec<ValueId>,
}

/// One step of a program, or several under one control.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "tapes have no control ops yet, but the form and its engine are whole"
    )
)]
pub(crate) enum Region {
    /// Straight-line code over lanes. Its inputs are the elements of `reads`, one value after the other; so its outputs.
    Straight { code: Arc<Straight>, reads: Vec<ValueId>, writes: Vec<ValueId> },
    /// Elements `first..` of a value with rows as one with lanes, or the other way round.
    Relayout { from: ValueId, first: usize, to: ValueId },
    /// One array kernel, on rows.
    Array(Array),
    /// The body again and again: before each round but the first, each `carry.0` takes the value of `carry.1`.
    Loop { times: usize, carry: Vec<(ValueId, ValueId)>, body: Vec<Region> },
    /// One of two bodies, by whether the one element of `condition` is 0, point by point.
    Branch { condition: ValueId, then: Vec<Region>, otherwise: Vec<Region> },
    /// A program with its own values, on rows.
    Call { program: Arc<Low>, args: Vec<ValueId>, results: Vec<ValueId> },
}

/// An array kernel. Arguments and value are whole rows.
#[derive(Clone, Debug)]
pub(crate) enum Array {
    /// Straight-line code for every element of a box.
    Map { code: Arc<Straight>, extents: Vec<usize>, reads: Vec<View>, writes: Vec<ValueId> },
    /// Copied elements.
    Select { selection: Arc<Selection>, reads: Vec<ValueId>, write: ValueId },
    /// Folded elements.
    Fold { fold: Arc<Fold>, read: ValueId, write: ValueId },
    /// Added elements.
    Scatter { scatter: Arc<Scatter>, base: ValueId, update: ValueId, write: ValueId },
    /// Running sums.
    Cumulative { outer: usize, length: usize, inner: usize, read: ValueId, write: ValueId },
    /// Matrix products; the strides of a factor say how it is read: row, column, next matrix of the batch.
    Dot { batch: usize, m: usize, k: usize, n: usize, a: Factor, b: Factor, write: ValueId },
}

/// A value read with a stride along each axis of a box, so that a broadcast or a transpose need not be made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) value: ValueId,
    pub(crate) first: usize,
    pub(crate) strides: Vec<isize>,
}

/// A batch of matrices read from a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Factor {
    pub(crate) value: ValueId,
    pub(crate) first: usize,
    pub(crate) step: isize,
    pub(crate) row: isize,
    pub(crate) column: isize,
}

impl Low {
    /// The elements of all factors of products in the body that all points share.
    pub(crate) fn shared_factors(&self) -> usize {
        let factors = |region: &Region| match region {
            Region::Array(Array::Dot { a, b, .. }) => {
                let values = [a, b].map(|factor| self.values[factor.value.index()]);
                let shared = values.iter().filter(|value| value.layout == Layout::Shared);
                shared.map(|value| value.elements).sum()
            }
            _ => 0,
        };
        self.body.iter().map(factors).sum()
    }

    /// The multiply-adds of the matrix products in some regions of this program, at one point.
    pub(crate) fn products(&self, regions: &[Region]) -> u128 {
        let of = |region: &Region| match region {
            Region::Straight { .. } | Region::Relayout { .. } => 0,
            Region::Array(Array::Dot { batch, m, k, n, .. }) => (batch * m * k * n) as u128,
            Region::Array(_) => 0,
            Region::Loop { times, body, .. } => *times as u128 * self.products(body),
            // At most as many as the longer way.
            Region::Branch { then, otherwise, .. } => {
                self.products(then).max(self.products(otherwise))
            }
            Region::Call { program, .. } => program.products(&program.body),
        };
        regions.iter().map(of).sum()
    }
}

impl Array {
    /// The value or values it makes.
    pub(crate) fn writes(&self) -> &[ValueId] {
        match self {
            Array::Map { writes, .. } => writes,
            Array::Select { write, .. }
            | Array::Fold { write, .. }
            | Array::Scatter { write, .. }
            | Array::Cumulative { write, .. }
            | Array::Dot { write, .. } => std::slice::from_ref(write),
        }
    }

    /// The values it reads.
    pub(crate) fn reads(&self) -> Vec<ValueId> {
        match self {
            Array::Map { reads, .. } => reads.iter().map(|view| view.value).collect(),
            Array::Select { reads, .. } => reads.clone(),
            Array::Fold { read, .. } | Array::Cumulative { read, .. } => vec![*read],
            Array::Scatter { base, update, .. } => vec![*base, *update],
            Array::Dot { a, b, .. } => vec![a.value, b.value],
        }
    }
}

/// Whether a placement copies its whole argument, in order, to the whole of `elements` outputs.
pub(crate) fn is_whole(placement: &Placement, elements: usize, argument_elements: usize) -> bool {
    use chainrule_tape::Source;
    let mut expected = 1;
    let contiguous = placement.axes.iter().rev().filter(|axis| axis.extent != 1).all(|axis| {
        let matches = axis.to == expected && axis.from == Source::Stride(expected);
        expected *= axis.extent as isize;
        matches
    });
    let covered = placement.axes.iter().map(|axis| axis.extent).product::<usize>();
    contiguous
        && (placement.to, placement.from) == (0, 0)
        && (covered, argument_elements) == (elements, elements)
}
