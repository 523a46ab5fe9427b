//! The same values by fewer nodes, bit for bit.
//!
//! Equal nodes become one; exact ops on numbers become numbers; what an op's laws say is unchanged is left out; values
//! that only move to where they were are read from there; and dead code goes. Nothing else: `0 * x` stays, for `x` may
//! be infinite, and so does whatever an engine could round differently. (Not numbers stay not numbers; their sign and
//! payload are no part of any promise.)
mod moves;

use crate::segment::Segment;
use crate::structural::Reshape;
use crate::tape::Code;
use crate::transform::dead::{copied, live};
use crate::{Args, Constant, Kind, Op, Shape, ShapeId, Structural, Tape, TapeError};
use moves::Moves;
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A tape of the same inputs and outputs that gives the same bits and is not longer. Time is linear in its length.
///
/// # Errors
/// None today; every transform can be followed by `?`.
pub fn simplify(tape: &Tape) -> Result<Tape, TapeError> {
    let live = live(tape);
    let mut rewriting = Rewriting::default();
    let mut names: Vec<u32> = Vec::with_capacity(tape.len());
    for (id, kind, shape) in tape.nodes() {
        let renamed = |args: Args| args.iter().map(|arg| names[arg.index()]).collect::<Names>();
        let name = match kind {
            _ if !live[id.index()] => u32::MAX,
            Kind::Input(i) => {
                let shape = rewriting.intern(shape);
                rewriting.segment.push_input(i as u32, shape)
            }
            Kind::Constant(constant) => rewriting.constant(constant, shape),
            Kind::Elementwise(op, n, args) => rewriting.elementwise(op, n, renamed(args)),
            Kind::Structural(rule, args) => rewriting.structural(rule, renamed(args), shape),
        };
        names.push(name);
    }
    let mut outputs = tape.outputs.clone();
    for output in &mut outputs {
        output.node = names[output.node as usize];
    }
    let segments = vec![rewriting.segment];
    let rewritten = Tape { inputs: tape.inputs.clone(), segments, outputs };
    let alive = self::live(&rewritten);
    let simple = copied(&rewritten, |id| alive[id.index()]);
    debug_assert_eq!(simple.verify(), Ok(()));
    debug_assert!(simple.len() <= tape.len(), "simplifying made the tape longer");
    Ok(simple)
}

type Names = SmallVec<[u32; 3]>;

/// The new nodes, each of them once. A node is looked at when its arguments are in their final form, so that
/// simplifying what is simple changes nothing.
#[derive(Default)]
struct Rewriting {
    segment: Segment,
    /// Numbers by bits and shape; elementwise nodes by code and words.
    known: FxHashMap<[u32; 4], u32>,
    arrays: FxHashMap<(Bits, ShapeId), u32>,
    /// Structural ops by their bytes: equal bytes, equal bits of every parameter.
    rules: FxHashMap<Vec<u8>, u32>,
    /// Structural nodes by op and arguments.
    applied: FxHashMap<(u32, Names), u32>,
    moves: Moves,
}

impl Rewriting {
    fn intern(&mut self, shape: &Shape) -> ShapeId {
        match shape.is_scalar() {
            true => ShapeId::SCALAR,
            false => self.segment.shapes.intern(shape.clone()),
        }
    }

    fn shape_of(&self, name: u32) -> &Shape {
        self.segment.shapes.get(self.segment.nodes[name as usize].shape)
    }

    fn constant_of(&self, name: u32) -> Option<&Constant> {
        let node = &self.segment.nodes[name as usize];
        (node.code == Code::CONSTANT).then(|| &self.segment.constants[node.words[0] as usize])
    }

    /// The number that every element of a value is known to be.
    fn number(&self, name: u32) -> Option<f64> {
        match self.constant_of(name)? {
            Constant::Splat(number) => Some(*number),
            Constant::Array(_) => None,
        }
    }

    fn splat(&mut self, number: f64, shape: ShapeId) -> u32 {
        let bits = number.to_bits();
        let key = [Code::CONSTANT.0.into(), bits as u32, (bits >> 32) as u32, shape.0];
        let segment = &mut self.segment;
        let new = || segment.push_constant(Constant::Splat(number), shape);
        *self.known.entry(key).or_insert_with(new)
    }

    fn constant(&mut self, constant: &Constant, shape: &Shape) -> u32 {
        let shape = self.intern(shape);
        let elements = match constant {
            Constant::Splat(number) => return self.splat(*number, shape),
            Constant::Array(elements) => elements,
        };
        let first = elements.first().copied().unwrap_or(0.0);
        if elements.iter().all(|element| element.to_bits() == first.to_bits()) {
            return self.splat(first, shape);
        }
        let segment = &mut self.segment;
        let new = || segment.push_constant(constant.clone(), shape);
        *self.arrays.entry((Bits(elements.clone()), shape)).or_insert_with(new)
    }

    fn elementwise(&mut self, op: Op, n: i32, mut args: Names) -> u32 {
        let laws = op.laws();
        let shape = self.segment.nodes[args[0] as usize].shape;
        if laws.exact {
            let numbers: Option<SmallVec<[f64; 3]>> =
                args.iter().map(|&arg| self.number(arg)).collect();
            if let Some(numbers) = numbers {
                let number = op.value(n, &numbers);
                // Machines differ in the bits of a new NaN; tapes must not.
                return self.splat(if number.is_nan() { f64::NAN } else { number }, shape);
            }
        }
        if let (Some(unit), &[a, b]) = (laws.unit, args.as_slice()) {
            let is_unit = |name| self.number(name).map(f64::to_bits) == Some(unit.to_bits());
            if is_unit(b) {
                return a;
            }
            if laws.commutes && is_unit(a) {
                return b;
            }
        }
        if laws.commutes {
            args.sort_unstable();
        }
        let mut key = [Code::of(op).0.into(), 0, 0, n as u32];
        key[1..][..args.len()].copy_from_slice(&args);
        let segment = &mut self.segment;
        let new = || segment.push_elementwise(op, n, &args, shape);
        *self.known.entry(key).or_insert_with(new)
    }

    fn structural(&mut self, rule: &Structural, args: Names, shape: &Shape) -> u32 {
        match self.found(rule, &args, shape) {
            Some(name) => name,
            None => self.apply(rule, args, shape),
        }
    }

    /// A structural node that is known to be needed.
    fn apply(&mut self, rule: &Structural, args: Names, shape: &Shape) -> u32 {
        let bytes = postcard::to_allocvec(rule).expect("parameters are lists and numbers");
        let count = self.rules.len() as u32;
        let number = *self.rules.entry(bytes).or_insert(count);
        let shape = self.intern(shape);
        let segment = &mut self.segment;
        let new = || segment.push_structural(rule.clone(), &args, shape);
        *self.applied.entry((number, args.clone())).or_insert_with(new)
    }

    /// The elements of a value, in order, in another shape.
    fn reshaped(&mut self, name: u32, shape: &Shape) -> u32 {
        if self.shape_of(name) == shape {
            return name;
        }
        if let Some(constant) = self.constant_of(name) {
            let constant = constant.clone();
            return self.constant(&constant, shape);
        }
        self.apply(&Reshape { shape: shape.clone() }.into(), smallvec![name], shape)
    }
}

/// Numbers that are equal when their bits are.
struct Bits(Arc<[f64]>);

impl PartialEq for Bits {
    fn eq(&self, other: &Bits) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(other.0.iter()).all(|(a, b)| a.to_bits() == b.to_bits())
    }
}

impl Eq for Bits {}

impl Hash for Bits {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.iter().for_each(|number| number.to_bits().hash(state));
    }
}
