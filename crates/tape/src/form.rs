//! What a structural op does to elements, in terms that name no op: all that lowering sees of it.
use std::sync::Arc;

/// How a structural op makes its output, element by element (row-major numbers on both sides).
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// Every output element is one element of one argument, or a number.
    Selection(Selection),
    /// Every output element folds a group of elements of the one argument.
    Fold(Fold),
    /// The first argument, with elements of the second added at given places, in order.
    Scatter(Scatter),
    /// `batch` products of an `m` by `k` with a `k` by `n` matrix, each contiguous.
    Dot {
        /// How many products.
        batch: usize,
        /// Rows of the left factor.
        m: usize,
        /// Columns of the left and rows of the right factor.
        k: usize,
        /// Columns of the right factor.
        n: usize,
    },
    /// Running sums over the middle of three axes.
    Cumulative {
        /// Elements before the axis.
        outer: usize,
        /// Elements along the axis.
        length: usize,
        /// Elements behind the axis.
        inner: usize,
    },
    /// The op is an abbreviation: [`Structural::compose`](crate::Structural::compose) says it in other ops.
    Composed,
}

/// Copies of boxes; what no box covers is `fill`.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The number where nothing is copied to.
    pub fill: f64,
    /// Boxes that do not overlap in the output.
    pub boxes: Vec<Placement>,
}

/// One strided box of an argument, placed as a strided box of the output.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// Which argument is read.
    pub arg: usize,
    /// The first element written.
    pub to: usize,
    /// The first element read.
    pub from: usize,
    /// The axes of the box, outermost first.
    pub axes: Vec<Axis>,
}

/// One axis of a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// How many steps.
    pub extent: usize,
    /// Output elements from one step to the next.
    pub to: isize,
    /// Where each step reads.
    pub from: Source,
}

/// Where the steps of an axis read.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// That many argument elements from one step to the next; 0 repeats, a negative number goes back.
    Stride(isize),
    /// At these offsets.
    Table(Arc<[usize]>),
}

/// A reduction: output element `i` folds the argument elements `start(i) + offset(j)` for `j` in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    /// How elements are combined.
    pub combine: Combine,
    /// The sum is divided by this many; 1 where it is not a mean.
    pub divide_by: usize,
    /// The axes that stay: extent and argument stride, outermost first.
    pub kept: Vec<(usize, usize)>,
    /// The axes folded away: extent and argument stride, outermost first.
    pub folded: Vec<(usize, usize)>,
}

/// A way to combine two numbers into one.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Combine {
    /// Sums, from nothing at all (0).
    Add,
    /// The larger; NaN if either is; at least one element.
    Max,
    /// The smaller; NaN if either is; at least one element.
    Min,
}

/// Additions at given places: for each `outer`, each step `j`, each `inner`,
/// `out[outer, index[j], inner] += update[outer, j, inner]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scatter {
    /// Elements before the axis.
    pub outer: usize,
    /// The length of the axis in the first argument and the output.
    pub length: usize,
    /// Elements behind the axis.
    pub inner: usize,
    /// A place along the axis for each step of the second argument.
    pub index: Arc<[u32]>,
}

impl Placement {
    /// Every pair (output element, argument element), innermost axis fastest.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        if self.axes.iter().any(|axis| axis.extent == 0) {
            return Vec::new(); // before the other axes are unrolled, which may be long
        }
        let mut pairs = vec![(self.to as isize, self.from as isize)];
        for axis in &self.axes {
            let from = |step: usize| match &axis.from {
                Source::Stride(stride) => step as isize * stride,
                Source::Table(offsets) => offsets[step] as isize,
            };
            let steps = |&(to, base): &(isize, isize)| {
                (0..axis.extent)
                    .map(move |step| (to + step as isize * axis.to, base + from(step)))
                    .collect::<Vec<_>>()
            };
            pairs = pairs.iter().flat_map(steps).collect();
        }
        pairs.into_iter().map(|(to, from)| (to as usize, from as usize)).collect()
    }
}

impl Selection {
    /// Whether all of `elements` outputs are copies, none a `fill`.
    pub(crate) fn covers(&self, elements: usize) -> bool {
        let size = |placement: &Placement| {
            placement.axes.iter().map(|axis| axis.extent).product::<usize>()
        };
        self.boxes.iter().map(size).sum::<usize>() == elements
    }

    /// For each of `elements` outputs the argument and element it copies, or `None` for `fill`.
    pub fn sources(&self, elements: usize) -> Vec<Option<(usize, usize)>> {
        let mut sources = vec![None; elements];
        for placement in &self.boxes {
            for (to, from) in placement.pairs() {
                sources[to] = Some((placement.arg, from));
            }
        }
        sources
    }
}

impl Fold {
    /// The argument elements folded into each output element, in the order of folding.
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let starts = offsets(&self.kept);
        let steps = offsets(&self.folded);
        starts.iter().map(|start| steps.iter().map(|step| start + step).collect()).collect()
    }
}

/// The offsets of a strided box in row-major order.
fn offsets(axes: &[(usize, usize)]) -> Vec<usize> {
    if axes.iter().any(|&(extent, _)| extent == 0) {
        return Vec::new(); // as for `pairs`
    }
    axes.iter().fold(vec![0], |before, &(extent, stride)| {
        before.iter().flat_map(|base| (0..extent).map(move |step| base + step * stride)).collect()
    })
}
