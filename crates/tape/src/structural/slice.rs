//! Cutting a box out of an array, and setting one into a larger array: each is the transpose of the other.
use super::{At, Rule, Structural, check_count, one, reshape_to};
use crate::form::{Axis, Form, Placement, Selection, Source};
use crate::{Shape, TapeError, Var};

/// Along each axis the elements from `starts` to before `stops`, every `steps`-th of them.
///
/// Bounds are not clamped: `starts <= stops <= size`, and `steps >= 1`. To go backwards, `flip`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Slice {
    /// The first element, for each axis.
    pub starts: Vec<u32>,
    /// The element before which to stop, for each axis.
    pub stops: Vec<u32>,
    /// From one element to the next, for each axis.
    pub steps: Vec<u32>,
}

impl Rule for Slice {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let x = one("slice", args)?;
        check_count("slice", "starts", self.starts.len(), x)?;
        check_count("slice", "stops", self.stops.len(), x)?;
        check_count("slice", "steps", self.steps.len(), x)?;
        for (axis, &size) in x.iter().enumerate() {
            let (start, stop) = (self.starts[axis], self.stops[axis]);
            if start > stop || stop > size {
                let wanted = format!("lie within 0 to {size} along axis {axis}");
                let came = format!("go from {start} to {stop}");
                return Err(TapeError::invalid("the bounds of `slice`", wanted, came));
            }
        }
        if let Some(axis) = self.steps.iter().position(|&step| step == 0) {
            let came = format!("is 0 along axis {axis}");
            return Err(TapeError::invalid("`steps` of `slice`", "be at least 1", came));
        }
        Shape::new(&(0..x.len()).map(|axis| self.extent(axis)).collect::<Vec<_>>())
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let from = args[0].strides();
        let to = self.shape(args).unwrap_or_default().strides();
        let axis = |axis: usize| Axis {
            extent: self.extent(axis) as usize,
            to: to[axis] as isize,
            // Where a step leads out of the axis none is taken, so the product stays in range.
            from: Source::Stride(
                (from[axis] * self.steps[axis].min(args[0][axis]) as usize) as isize,
            ),
        };
        let start = self.starts.iter().zip(&from).map(|(&start, stride)| start as usize * stride);
        let boxes = vec![Placement {
            arg: 0,
            to: 0,
            from: start.sum(),
            axes: (0..from.len()).map(axis).collect(),
        }];
        Form::Selection(Selection { fill: 0.0, boxes })
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        let sizes = at.args[0].shape();
        let between: Vec<u32> = self.steps.iter().map(|step| step - 1).collect();
        let behind = |axis: usize| {
            sizes[axis] - self.starts[axis] - padded_size(self.extent(axis), between[axis]) as u32
        };
        let high = (0..sizes.len()).map(behind).collect();
        let pad = Pad { low: self.starts.clone(), high, between, fill: 0.0 };
        at.recorder.structural(pad, &[adjoint])
    }

    fn lifted(&self, entries: u32) -> Result<Structural, TapeError> {
        Ok(Slice {
            starts: prepended(0, &self.starts),
            stops: prepended(entries, &self.stops),
            steps: prepended(1, &self.steps),
        }
        .into())
    }
}

impl Slice {
    /// How many elements of `axis` are taken.
    fn extent(&self, axis: usize) -> u32 {
        (self.stops[axis] - self.starts[axis]).div_ceil(self.steps[axis])
    }
}

/// `x` set into an array of `fill`: `low` elements before it, `between` every two of its own, and `high` behind it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Pad {
    /// Elements before the first, for each axis.
    pub low: Vec<u32>,
    /// Elements behind the last, for each axis.
    pub high: Vec<u32>,
    /// Elements between neighbours, for each axis; fewer than 2^32 - 1.
    pub between: Vec<u32>,
    /// The number they have.
    pub fill: f64,
}

/// Equal when they do the same: a fill is its bits, so NaN equals itself, and 0 is not -0.
impl PartialEq for Pad {
    fn eq(&self, other: &Pad) -> bool {
        let bounds = (&self.low, &self.high, &self.between);
        bounds == (&other.low, &other.high, &other.between)
            && self.fill.to_bits() == other.fill.to_bits()
    }
}

impl Rule for Pad {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let x = one("pad", args)?;
        check_count("pad", "low", self.low.len(), x)?;
        check_count("pad", "high", self.high.len(), x)?;
        check_count("pad", "between", self.between.len(), x)?;
        if let Some(axis) = self.between.iter().position(|&between| between == u32::MAX) {
            let came = format!("is 2^32 - 1 along axis {axis}");
            return Err(TapeError::invalid("`between` of `pad`", "be below 2^32 - 1", came));
        }
        let dims: Vec<u64> = (0..x.len())
            .map(|axis| {
                let own = padded_size(x[axis], self.between[axis]);
                own.saturating_add(u64::from(self.low[axis]) + u64::from(self.high[axis]))
            })
            .collect();
        match dims.iter().find(|&&dim| dim > u64::from(u32::MAX)) {
            Some(&came) => Err(TapeError::TooLarge {
                argument: "the size of an axis of `pad`".into(),
                limit: u32::MAX.into(),
                came,
            }),
            None => Shape::new(&dims.iter().map(|&dim| dim as u32).collect::<Vec<_>>()),
        }
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let (x, from) = (args[0], args[0].strides());
        let y = self.shape(args).unwrap_or_default();
        let to = y.strides();
        let axis = |axis: usize| Axis {
            extent: x[axis] as usize,
            // As for a slice; `between` is below `y[axis]` where there are neighbours.
            to: (to[axis] * (self.between[axis].min(y[axis]) as usize + 1)) as isize,
            from: Source::Stride(from[axis] as isize),
        };
        let start = self.low.iter().zip(&to).map(|(&low, stride)| low as usize * stride);
        let boxes = vec![Placement {
            arg: 0,
            to: start.sum(),
            from: 0,
            axes: (0..x.len()).map(axis).collect(),
        }];
        Form::Selection(Selection { fill: self.fill, boxes })
    }

    /// What is filled in does not move.
    fn tangent<'r>(&self, at: At<'_, 'r>, tangents: &[Option<Var<'r>>]) -> Var<'r> {
        let tangent = tangents[0].unwrap_or(Var::from(0.0));
        at.recorder.structural(Pad { fill: 0.0, ..self.clone() }, &[tangent])
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        let sizes = at.args[0].shape();
        let stop =
            |axis: usize| self.low[axis] + padded_size(sizes[axis], self.between[axis]) as u32;
        let slice = Slice {
            starts: self.low.clone(),
            stops: (0..sizes.len()).map(stop).collect(),
            steps: self.between.iter().map(|between| between + 1).collect(),
        };
        at.recorder.structural(slice, &[adjoint])
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Pad {
            low: prepended(0, &self.low),
            high: prepended(0, &self.high),
            between: prepended(0, &self.between),
            fill: self.fill,
        }
        .into())
    }
}

/// What `size` elements take up with `between` others between neighbours.
fn padded_size(size: u32, between: u32) -> u64 {
    u64::from(size) + u64::from(size.saturating_sub(1)) * u64::from(between)
}

fn prepended(first: u32, rest: &[u32]) -> Vec<u32> {
    std::iter::once(first).chain(rest.iter().copied()).collect()
}

impl<'r> Var<'r> {
    /// Along each axis the elements from `starts` to before `stops`; see [`Slice`], which also has steps.
    pub fn slice(self, starts: &[u32], stops: &[u32]) -> Var<'r> {
        self.slice_by(starts, stops, &vec![1; starts.len()])
    }

    /// Along each axis every `steps`-th element from `starts` to before `stops`; see [`Slice`].
    pub fn slice_by(self, starts: &[u32], stops: &[u32], steps: &[u32]) -> Var<'r> {
        let (starts, stops, steps) = (starts.to_vec(), stops.to_vec(), steps.to_vec());
        self.structural(Slice { starts, stops, steps })
    }

    /// Entry `i` of the first axis, which is removed.
    pub fn at(self, i: u32) -> Var<'r> {
        let Some(recorder) = self.recorder() else { return Var::from(f64::NAN) };
        let shape = self.shape();
        let Some((&entries, rest)) = shape.split_first() else {
            return recorder.fail(TapeError::shape("the argument of `at`", "have an axis", &shape));
        };
        if i >= entries {
            let wanted = format!("be below the {entries} entries of the first axis");
            return recorder.fail(TapeError::invalid("`i` of `at`", wanted, format!("is {i}")));
        }
        let starts = prepended(i, &vec![0; rest.len()]);
        let stops = prepended(i + 1, rest);
        let steps = vec![1; shape.len()];
        let entry = recorder.structural(Slice { starts, stops, steps }, &[self]);
        reshape_to(recorder, entry, rest)
    }

    /// Set into an array of `fill`, with `low` elements before and `high` behind it along each axis.
    pub fn pad(self, low: &[u32], high: &[u32], fill: f64) -> Var<'r> {
        let (low, high, between) = (low.to_vec(), high.to_vec(), vec![0; low.len()]);
        self.structural(Pad { low, high, between, fill })
    }

    /// The square matrix that has the elements of this vector on its diagonal and 0 elsewhere.
    ///
    /// A matrix of 2^32 elements or more fails the recording: `TOO_LARGE`.
    pub fn diagonal(self) -> Var<'r> {
        let n = self.shape().elements() as u32;
        if let (Some(recorder), Err(error)) =
            (self.recorder(), Shape::new(&[n, n.saturating_add(1)]))
        {
            return recorder.fail(error);
        }
        // Each element with a row of zeros behind it, cut to size, so that the tape holds no square of numbers.
        let rows = self.reshape(&[n, 1]).pad(&[0, 0], &[0, n], 0.0);
        rows.flat().slice(&[0], &[n * n]).reshape(&[n, n])
    }
}
