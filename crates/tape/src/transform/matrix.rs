//! The matrix of a linear map that is given as a tape of values and what is linear in seeds.
use super::accumulate::{Accumulated, accumulate};
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
    let (seeds, image) = (linear.seeds()?, linear.image()?);
    let shape = match layout {
        Layout::Rows => Shape::new(&[seeds, image]),
        Layout::Columns | Layout::Symmetric => Shape::new(&[image, seeds]),
    }?;
    let scalars = if shape.elements() > 0 { linear.scalars(seeds)? } else { None };
    let arena = Segment::default();
    Recorder::record(arena, linear.inputs.clone(), |recorder, x| {
        let separate = scalars.and_then(|tape| accumulate(recorder, &tape, x, linear.values));
        let (mut outputs, matrix) = match separate {
            Some(Accumulated { values, images }) => {
                (values, assembled(recorder, &images, layout, &shape))
            }
            None => batched(recorder, linear, seeds, x, layout, &shape),
        };
        outputs.push(matrix);
        outputs
    })
}

impl Linear {
    /// The tape taken apart, unless it is too long for each seed to have its own sweep.
    fn scalars(&self, seeds: u32) -> Result<Option<Tape>, TapeError> {
        let limit = Limit { elements: SMALL, nodes: SEPARATE / seeds as usize };
        let scalars = expand(&self.tape, limit)?;
        if scalars.len() > limit.nodes {
            return Ok(None);
        }
        simplify(&scalars).map(Some)
    }

    /// How many elements the seeds have together.
    fn seeds(&self) -> Result<u32, TapeError> {
        let seeds = &self.tape.inputs[self.inputs.len()..];
        total(seeds.iter().map(|seed| &seed.shape))
    }

    /// How many elements the image has.
    fn image(&self) -> Result<u32, TapeError> {
        total((self.values..self.tape.outputs.len()).map(|i| self.tape.output_shape(i)))
    }
}

fn total<'s>(shapes: impl Iterator<Item = &'s Shape>) -> Result<u32, TapeError> {
    let total: u64 = shapes.map(|shape| shape.elements() as u64).sum();
    u32::try_from(total).map_err(|_| TapeError::TooLarge {
        argument: "the number of rows or columns of a matrix".into(),
        limit: u32::MAX.into(),
        came: total,
    })
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
    seeds: u32,
    x: &[Var<'r>],
    layout: Layout,
    shape: &Shape,
) -> (Vec<Var<'r>>, Var<'r>) {
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
    if shape.elements() == 0 || recorder.has_failed() {
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
fn unit_vectors<'r>(recorder: &'r Recorder, seeds: u32, before: u32, shape: &Shape) -> Var<'r> {
    let n = shape.elements() as u32;
    let diagonal = recorder.splat(1.0, &Shape::vector(n)).diagonal();
    if recorder.has_failed() {
        return diagonal;
    }
    let dims: Vec<u32> = std::iter::once(seeds).chain(shape.iter().copied()).collect();
    diagonal.pad(&[before, 0], &[seeds - before - n, 0], 0.0).reshape(&dims)
}
