//! Ops that only move elements: where each element comes from, and what is found to be there already.
use super::Rewriting;
use crate::form::{Form, Placement, Selection, Source};
use crate::tape::Code;
use crate::{Constant, Shape, Structural};
use rustc_hash::FxHashMap;

/// The most elements of a value whose every element is traced to where it comes from.
const TRACED: usize = 64;

/// The most moves of large arrays that a trace goes through, so that time stays linear.
const STEPS: usize = 8;

/// What is known about nodes that only move elements.
#[derive(Default)]
pub(super) struct Moves {
    /// Where each element of a small one comes from.
    origins: FxHashMap<u32, Box<[Origin]>>,
    /// The copies that a large one makes.
    large: FxHashMap<u32, Selection>,
    /// What a large one is a reshape of.
    reshapes: FxHashMap<u32, u32>,
}

/// Where an element comes from.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// A number, by its bits.
    Number(u64),
    /// That element of a node which does more than move.
    Element(u32, usize),
}

impl Rewriting {
    /// An earlier value, or a constant, that is the value of a structural op; or that op itself, made and traced.
    pub(super) fn found(&mut self, rule: &Structural, args: &[u32], shape: &Shape) -> Option<u32> {
        let shapes: Vec<&Shape> = args.iter().map(|&arg| self.shape_of(arg)).collect();
        let Form::Selection(selection) = rule.form(&shapes) else { return None };
        if shape.elements() <= TRACED {
            self.found_small(rule, &selection, args, shape)
        } else {
            self.found_large(rule, selection, args, shape)
        }
    }

    fn found_small(
        &mut self,
        rule: &Structural,
        selection: &Selection,
        args: &[u32],
        shape: &Shape,
    ) -> Option<u32> {
        let origin = |source: Option<(usize, usize)>| match source {
            None => Origin::Number(selection.fill.to_bits()),
            Some((arg, i)) => self.origin(args[arg], i),
        };
        let origins: Box<[Origin]> =
            selection.sources(shape.elements()).into_iter().map(origin).collect();
        if let Some(numbers) = origins.iter().map(|origin| origin.number()).collect() {
            return Some(self.constant(&Constant::Array(numbers), shape));
        }
        let name = match self.whole(&origins) {
            Some(whole) if self.shape_of(whole) == shape => return Some(whole),
            Some(whole) => self.reshaped(whole, shape),
            None => self.apply(rule, args.into(), shape),
        };
        self.moves.origins.insert(name, origins);
        Some(name)
    }

    fn found_large(
        &mut self,
        rule: &Structural,
        selection: Selection,
        args: &[u32],
        shape: &Shape,
    ) -> Option<u32> {
        if let Some(number) = self.everywhere(&selection, args, shape) {
            let shape = self.intern(shape);
            return Some(self.splat(number, shape));
        }
        if let [whole] = selection.boxes.as_slice()
            && is_whole(whole, self.shape_of(args[whole.arg]), shape)
        {
            let arg = args[whole.arg];
            let root = self.moves.reshapes.get(&arg).copied().unwrap_or(arg);
            let name = self.reshaped(root, shape);
            if name != root && self.constant_of(name).is_none() {
                self.moves.reshapes.insert(name, root);
            }
            return Some(name);
        }
        let name = self.apply(rule, args.into(), shape);
        self.moves.large.entry(name).or_insert(selection);
        Some(name)
    }

    /// Where an element comes from.
    fn origin(&self, mut name: u32, mut i: usize) -> Origin {
        for _ in 0..STEPS {
            if let Some(constant) = self.constant_of(name) {
                return Origin::Number(constant.element(i).to_bits());
            }
            if let Some(origins) = self.moves.origins.get(&name) {
                return origins[i];
            }
            if let Some(&root) = self.moves.reshapes.get(&name) {
                name = root;
                continue;
            }
            let copied = self.moves.large.get(&name).and_then(|large| source(large, i));
            let Some((arg, from)) = copied else { break };
            (name, i) = (self.argument(name, arg), from);
        }
        Origin::Element(name, i)
    }

    fn argument(&self, name: u32, arg: usize) -> u32 {
        let node = &self.segment.nodes[name as usize];
        debug_assert_eq!(node.code, Code::STRUCTURAL);
        self.segment.lists[node.words[1] as usize + arg]
    }

    /// The value whose elements, all of them and in order, these are.
    fn whole(&self, origins: &[Origin]) -> Option<u32> {
        let &Origin::Element(name, 0) = origins.first()? else { return None };
        let in_order = origins.iter().enumerate().all(|(i, &o)| o == Origin::Element(name, i));
        (in_order && self.shape_of(name).elements() == origins.len()).then_some(name)
    }

    /// The number that every element of a selection is.
    fn everywhere(&self, selection: &Selection, args: &[u32], shape: &Shape) -> Option<f64> {
        let covered: usize = selection.boxes.iter().map(volume).sum();
        let mut numbers = Vec::new();
        if covered < shape.elements() {
            numbers.push(selection.fill);
        }
        for placement in &selection.boxes {
            numbers.push(self.number(args[placement.arg])?);
        }
        let (first, rest) = numbers.split_first()?;
        rest.iter().all(|number| number.to_bits() == first.to_bits()).then_some(*first)
    }
}

impl Origin {
    fn number(&self) -> Option<f64> {
        match self {
            Origin::Number(bits) => Some(f64::from_bits(*bits)),
            Origin::Element(..) => None,
        }
    }
}

fn volume(placement: &Placement) -> usize {
    placement.axes.iter().map(|axis| axis.extent).product()
}

/// Whether a box copies all of an argument, in order, to all of the output.
fn is_whole(placement: &Placement, from: &Shape, to: &Shape) -> bool {
    let in_step = |axis: &crate::Axis| {
        axis.extent == 1 || matches!(axis.from, Source::Stride(stride) if stride == axis.to)
    };
    let elements = volume(placement);
    (placement.to, placement.from) == (0, 0)
        && elements == from.elements()
        && elements == to.elements()
        && placement.axes.iter().all(in_step)
}

/// Where element `i` of a selection is copied from, if a box is seen to hold it.
fn source(selection: &Selection, i: usize) -> Option<(usize, usize)> {
    let boxes = &selection.boxes;
    // Boxes of a stack or a concatenation come in order; the others are few.
    let guess = boxes.partition_point(|placement| placement.to <= i).saturating_sub(1);
    let near = boxes.get(guess).into_iter();
    near.chain(boxes.iter().take(STEPS))
        .find_map(|placement| Some((placement.arg, within(placement, i)?)))
}

/// The element that a box copies to element `i`, if it is in the box.
fn within(placement: &Placement, i: usize) -> Option<usize> {
    let mut rest = i.checked_sub(placement.to)?;
    let mut from = placement.from as isize;
    for axis in placement.axes.iter().filter(|axis| axis.extent != 1) {
        let stride = usize::try_from(axis.to).ok().filter(|&stride| stride > 0)?;
        let step = rest / stride;
        if step >= axis.extent {
            return None;
        }
        rest %= stride;
        from += match &axis.from {
            Source::Stride(stride) => step as isize * stride,
            Source::Table(offsets) => offsets[step] as isize,
        };
    }
    // A box whose axes do not nest is not understood, and then nothing is claimed.
    (rest == 0).then_some(from as usize)
}
