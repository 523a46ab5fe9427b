//! The matrix of a linear map that is given as a tape of values and what is linear in seeds.
use super::accumulate::accumulate;
use super::vmap::{Entry, map_entries};
use super::{Limit, expand, simplify};
use crate::structural::{reshape_to, swapped};
use crate::{Input, Recorder, Segment, Shape, Tape, TapeError, Var};

/// A tape of `(x, seeds) -> (values, image)`, whose image is linear in the seeds: what `jvp` and `vjp` give.
pub(crate) struct Linear {
    pub(crate) tape: Tape,
    /// The inputs before the seeds, as the result has them.
    pub(crate) inputs: Vec<Input>,
    /// How many outputs come before the image.
    pub(crate) values: usize,
}

/// Where the image of a seed stands in the matrix.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Each seed gives a column.
    Columns,
    /// Each seed gives a row.
    Rows,
    /// Each seed gives a column, of which what lies above the diagonal may be read off the row.
    Symmetric,
}

/// The most products of a seed and a node for which each seed has nodes of its own.
const SEPARATE: usize = 300_000;
/// The most elements of an array that is taken apart for that.
const SMALL: usize = 64;

/// The tape of `x -> (values, matrix)`.
///
/// On small arrays each seed has a sweep of its own over scalars, in which zeros of the seed cost nothing; else the
/// seeds are the entries of a leading axis.
pub(crate) fn matrix(linear: &Linear, layout: Layout) -> Result<Tape, TapeError> {
    let seeds = linear.seeds();
    let shape = match layout {
        Layout::Rows => Shape::new(&[seeds, linear.image()]),
        Layout::Columns | Layout::Symmetric => Shape::new(&[linear.image(), seeds]),
    }?;
    let limit = Limit { elements: SMALL, nodes: SEPARATE / (seeds as usize).max(1) };
    let scalars = simplify(&expand(&linear.tape, limit)?)?;
    let arena = Segment::default();
    Recorder::record(arena, linear.inputs.clone(), |recorder, x| {
        let separate = (shape.elements() > 0 && scalars.len() <= limit.nodes)
            .then(|| accumulate(recorder, &scalars, x, linear.values))
            .flatten();
        let (mut outputs, matrix) = match separate {
            Some((values, images)) => (values, assembled(recorder, &images, layout, &shape)),
            None => batched(recorder, linear, x, layout, &shape),
        };
        outputs.push(matrix);
        outputs
    })
}

impl Linear {
    /// How many elements the seeds have together.
    fn seeds(&self) -> u32 {
        let seeds = &self.tape.inputs[self.inputs.len()..];
        seeds.iter().map(|seed| seed.shape.elements() as u32).sum()
    }

    /// How many elements the image has.
    fn image(&self) -> u32 {
        let outputs = self.values..self.tape.outputs.len();
        outputs.map(|i| self.tape.output_shape(i).elements() as u32).sum()
    }
}

/// The matrix from its entries; `None` is a structural zero.
fn assembled<'r>(
    recorder: &'r Recorder,
    images: &[Vec<Option<Var<'r>>>],
    layout: Layout,
    shape: &Shape,
) -> Var<'r> {
    let zero = recorder.splat(0.0, &Shape::scalar());
    let entry = |i: usize, j: usize| match layout {
        Layout::Columns => images[j][i],
        Layout::Rows => images[i][j],
        Layout::Symmetric => images[i.min(j)][i.max(j)],
    };
    let columns = shape[1] as usize;
    let entries: Vec<Var> =
        (0..shape.elements()).map(|at| entry(at / columns, at % columns).unwrap_or(zero)).collect();
    reshape_to(recorder, recorder.stack(&entries, 0), shape)
}

/// The values, and the matrix with its seeds as the entries of a leading axis.
fn batched<'r>(
    recorder: &'r Recorder,
    linear: &Linear,
    x: &[Var<'r>],
    layout: Layout,
    shape: &Shape,
) -> (Vec<Var<'r>>, Var<'r>) {
    let seeds = linear.seeds();
    let mut inputs: Vec<Entry> = x.iter().map(|&var| Entry { var, mapped: false }).collect();
    let mut before = 0;
    for seed in &linear.tape.inputs[x.len()..] {
        let unit = unit_vectors(recorder, seeds, before, &seed.shape);
        inputs.push(Entry { var: unit, mapped: true });
        before += seed.shape.elements() as u32;
    }
    let outputs = map_entries(recorder, &linear.tape, &inputs, seeds);
    let (values, image) = outputs.split_at(linear.values);
    let values = values.iter().map(|value| value.var).collect();
    if shape.elements() == 0 {
        return (values, recorder.splat(0.0, shape));
    }
    let rows = |entry: &Entry<'r>| {
        let all = entry.over_all(recorder, seeds);
        let width = all.shape().elements() as u32 / seeds;
        reshape_to(recorder, all, &[seeds, width])
    };
    let rows = recorder.concat(&image.iter().map(rows).collect::<Vec<_>>(), 1);
    let matrix = if layout == Layout::Rows { rows } else { swapped(recorder, rows) };
    (values, matrix)
}

/// For each of `seeds` seeds an array of this shape: seed `before + j` has a 1 in element `j`, all else is 0.
///
/// The diagonal is a column of ones with that many zeros behind each, cut to its length, so that the tape holds no
/// square of numbers.
fn unit_vectors<'r>(recorder: &'r Recorder, seeds: u32, before: u32, shape: &Shape) -> Var<'r> {
    let n = shape.elements() as u32;
    let ones = recorder.splat(1.0, &Shape::vector(n)).reshape(&[n, 1]);
    let diagonal = ones.pad(&[0, 0], &[0, n], 0.0).flat().slice(&[0], &[n * n]).reshape(&[n, n]);
    let dims: Vec<u32> = std::iter::once(seeds).chain(shape.iter().copied()).collect();
    diagonal.pad(&[before, 0], &[seeds - before - n, 0], 0.0).reshape(&dims)
}
