//! Putting arrays one behind the other, along an axis of theirs or along a new one.
use super::{At, Rule, Slice, Structural, check_axis, reshape_to, wrong_count};
use crate::form::{Axis, Form, Placement, Selection, Source};
use crate::{Recorder, Shape, TapeError, Var};

/// Arrays one behind the other along an axis they have; their other sizes are equal.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Concat {
    /// The axis.
    pub axis: u32,
}

impl Rule for Concat {
    const ARGUMENTS: &'static [&'static str] = &["parts..."];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let Some((first, rest)) = args.split_first() else {
            return Err(wrong_count("concat", "at least 1", 0));
        };
        let axis = check_axis("concat", self.axis, first.len())?;
        let others = |shape: &Shape| {
            shape
                .iter()
                .enumerate()
                .filter(|&(i, _)| i != axis)
                .map(|(_, &d)| d)
                .collect::<Vec<_>>()
        };
        let wanted = others(first);
        if let Some(odd) =
            rest.iter().find(|shape| shape.len() != first.len() || others(shape) != wanted)
        {
            let wanted = format!("have the sizes of {first} except along axis {axis}");
            return Err(TapeError::shape("an argument of `concat`", wanted, odd));
        }
        let mut dims = first.to_vec();
        let length: u64 = args.iter().map(|shape| u64::from(shape[axis])).sum();
        dims[axis] = u32::try_from(length).map_err(|_| TapeError::TooLarge {
            argument: "the size of an axis of `concat`".into(),
            limit: u32::MAX.into(),
            came: length,
        })?;
        Shape::new(&dims)
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let axis = self.axis as usize;
        let length: usize = args.iter().map(|shape| shape[axis] as usize).sum();
        blocks(args, axis, length, |shape| shape[axis] as usize)
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, i: usize, adjoint: Var<'r>) -> Var<'r> {
        let start = at.args[..i].iter().map(|arg| arg.shape()[self.axis as usize]).sum();
        self.cut(at.recorder, adjoint, start, &at.args[i].shape())
    }

    /// Cuts in one go, for the start of each part is the end of the one before.
    fn adjoints<'r>(
        &self,
        at: At<'_, 'r>,
        active: &[bool],
        adjoint: Var<'r>,
    ) -> Vec<Option<Var<'r>>> {
        let mut start = 0;
        let part = |(arg, &active): (&Var<'r>, &bool)| {
            let (shape, from) = (arg.shape(), start);
            start += shape[self.axis as usize];
            active.then(|| self.cut(at.recorder, adjoint, from, &shape))
        };
        at.args.iter().zip(active).map(part).collect()
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Concat { axis: self.axis + 1 }.into())
    }
}

impl Concat {
    /// The part of `whole` that begins at `start` and has this shape.
    fn cut<'r>(
        &self,
        recorder: &'r Recorder,
        whole: Var<'r>,
        start: u32,
        shape: &Shape,
    ) -> Var<'r> {
        let mut starts = vec![0; shape.len()];
        starts[self.axis as usize] = start;
        let stops = starts.iter().zip(shape.iter()).map(|(start, size)| start + size).collect();
        recorder.structural(Slice { starts, stops, steps: vec![1; shape.len()] }, &[whole])
    }
}

/// Arrays of one shape one behind the other along a new axis.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Stack {
    /// The place of the new axis in the value.
    pub axis: u32,
}

impl Rule for Stack {
    const ARGUMENTS: &'static [&'static str] = &["parts..."];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let Some((first, rest)) = args.split_first() else {
            return Err(wrong_count("stack", "at least 1", 0));
        };
        let axis = check_axis("stack", self.axis, first.len() + 1)?;
        if let Some(odd) = rest.iter().find(|shape| shape != &first) {
            let wanted = format!("have shape {first} as the first one");
            return Err(TapeError::shape("an argument of `stack`", wanted, odd));
        }
        let mut dims = first.to_vec();
        dims.insert(axis, args.len() as u32);
        Shape::new(&dims)
    }

    fn form(&self, args: &[&Shape]) -> Form {
        blocks(args, self.axis as usize, args.len(), |_| 1)
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, i: usize, adjoint: Var<'r>) -> Var<'r> {
        let shape = at.args[i].shape();
        let (mut starts, mut stops) = (vec![0; shape.len()], shape.to_vec());
        starts.insert(self.axis as usize, i as u32);
        stops.insert(self.axis as usize, i as u32 + 1);
        let steps = vec![1; stops.len()];
        let part = at.recorder.structural(Slice { starts, stops, steps }, &[adjoint]);
        reshape_to(at.recorder, part, &shape)
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Stack { axis: self.axis + 1 }.into())
    }
}

/// Each argument as `outer` rows of its elements from `axis` on, of which it fills `entries` of `length` places.
fn blocks(args: &[&Shape], axis: usize, length: usize, entries: impl Fn(&Shape) -> usize) -> Form {
    let product = |dims: &[u32]| dims.iter().map(|&dim| dim as usize).product::<usize>();
    let mut start = 0;
    let mut boxes = Vec::with_capacity(args.len());
    for (arg, shape) in args.iter().enumerate() {
        let outer = product(&shape[..axis]);
        let entries = entries(shape);
        let inner = product(&shape[axis..]) / entries.max(1);
        let row = entries * inner;
        let axes = vec![
            Axis {
                extent: outer,
                to: (length * inner) as isize,
                from: Source::Stride(row as isize),
            },
            Axis { extent: row, to: 1, from: Source::Stride(1) },
        ];
        boxes.push(Placement { arg, to: start * inner, from: 0, axes });
        start += entries;
    }
    Form::Selection(Selection { fill: 0.0, boxes })
}

impl Recorder {
    /// Arrays one behind the other along an axis they have. There must be at least one.
    pub fn concat<'r>(&'r self, parts: &[Var<'r>], axis: u32) -> Var<'r> {
        self.structural(Concat { axis }, parts)
    }

    /// Arrays of one shape one behind the other along a new axis; a number takes the shape of the others.
    /// There must be at least one.
    pub fn stack<'r>(&'r self, parts: &[Var<'r>], axis: u32) -> Var<'r> {
        let shape = parts.iter().find(|part| part.recorder().is_some()).map(|part| part.shape());
        let shape = shape.unwrap_or_default();
        let whole =
            |part: &Var<'r>| part.number().map_or(*part, |number| self.splat(number, &shape));
        self.structural(Stack { axis }, &parts.iter().map(whole).collect::<Vec<_>>())
    }
}

impl<'r> Var<'r> {
    /// As [`Recorder::concat`], in the recording of the parts; NaN where no part belongs to one.
    pub fn concat(parts: &[Var<'r>], axis: u32) -> Var<'r> {
        let recorder = parts.iter().find_map(|part| part.recorder());
        recorder.map_or(Var::from(f64::NAN), |recorder| recorder.concat(parts, axis))
    }

    /// As [`Recorder::stack`], in the recording of the parts; NaN where no part belongs to one.
    pub fn stack(parts: &[Var<'r>], axis: u32) -> Var<'r> {
        let recorder = parts.iter().find_map(|part| part.recorder());
        recorder.map_or(Var::from(f64::NAN), |recorder| recorder.stack(parts, axis))
    }
}
