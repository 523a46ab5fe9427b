//! What a linear map on scalars does to each unit seed, with a sweep for each.
use super::replay::picked;
use super::sweep::add_product;
use crate::{Form, Kind, NodeId, Op, Partial, Recorder, Shape, Structural, Tape, Var};
use smallvec::{SmallVec, smallvec};

/// The values of `tape` at `x`, and for each element of the other inputs, the seeds, the image of the unit seed it is:
/// the elements of the outputs behind the first `values`, where `None` is a structural zero.
///
/// Those outputs must be linear in the seeds. Nothing, unless all that depends on the seeds is scalar arithmetic and
/// moves. A 1 of a unit seed multiplies nothing and its zeros are absent.
pub(crate) fn accumulate<'r>(
    recorder: &'r Recorder,
    tape: &Tape,
    x: &[Var<'r>],
    values: usize,
) -> Option<Accumulated<'r>> {
    let mut map = LinearMap::default();
    for (_, kind, shape) in tape.nodes() {
        map.read(recorder, tape, &kind, shape, x)?;
    }
    let node = |i: usize| tape.outputs[i].node().index();
    let primal = (0..values).map(|i| map.values[node(i)]).collect();
    let image: Vec<u32> = (values..tape.outputs.len())
        .flat_map(|i| map.parts(node(i), tape.output_shape(i).elements()))
        .collect();
    let mut tangents = vec![None; map.numbers as usize];
    let images = (0..map.seeds)
        .map(|seed| {
            tangents.fill(None);
            map.sweep(seed, &mut tangents);
            image.iter().map(|&part| tangents.get(part as usize).copied().flatten()).collect()
        })
        .collect();
    Some(Accumulated { values: primal, images })
}

/// What [`accumulate`] gives.
pub(crate) struct Accumulated<'r> {
    pub(crate) values: Vec<Var<'r>>,
    /// By seed, then by element.
    pub(crate) images: Vec<Vec<Option<Var<'r>>>>,
}

/// What of an array depends on the seeds: for each element the number of a seed or step, or [`NOTHING`].
type Parts = SmallVec<[u32; 1]>;

const NOTHING: u32 = u32::MAX;

/// The part of a tape that depends on the seeds, as sums of products over numbered scalars: first the seeds, then the steps.
#[derive(Default)]
struct LinearMap<'r> {
    seeds: u32,
    numbers: u32,
    /// Where the terms of each step end.
    ends: Vec<usize>,
    terms: Vec<(u32, Partial<Var<'r>>)>,
    /// By node: the value of one that does not depend on the seeds; the rest never look at theirs.
    values: Vec<Var<'r>>,
    /// By node: empty for one that does not depend on the seeds.
    active: Vec<Parts>,
}

impl<'r> LinearMap<'r> {
    /// Takes up the next node, or gives up.
    fn read(
        &mut self,
        recorder: &'r Recorder,
        tape: &Tape,
        kind: &Kind<'_>,
        shape: &Shape,
        x: &[Var<'r>],
    ) -> Option<()> {
        let args = kind.args();
        let parts = match kind {
            Kind::Input(i) if *i >= x.len() => self.seed(shape.elements() as u32),
            _ if args.iter().all(|arg| self.active[arg.index()].is_empty()) => {
                let args = picked(&self.values, args);
                self.values.push(recorder.replay(kind, shape, x, &args));
                self.active.push(Parts::new());
                return Some(());
            }
            Kind::Elementwise(op, n, args) if shape.is_scalar() => self.step(*op, *n, args),
            Kind::Structural(rule, args) => self.moved(tape, rule, args, shape)?,
            Kind::Input(_) | Kind::Constant(_) | Kind::Elementwise(..) => return None,
        };
        self.values.push(match parts.is_empty() {
            true => recorder.splat(0.0, shape),
            false => Var::from(0.0),
        });
        self.active.push(parts);
        Some(())
    }

    fn seed(&mut self, elements: u32) -> Parts {
        let first = self.seeds;
        self.seeds += elements;
        self.numbers = self.seeds;
        (first..self.seeds).collect()
    }

    fn step(&mut self, op: Op, n: i32, args: &[NodeId]) -> Parts {
        let partials = op.partials(n, &picked(&self.values, args), Var::from(0.0));
        for (arg, partial) in args.iter().zip(partials) {
            match self.active[arg.index()][..] {
                [] | [NOTHING] => {}
                [number, ..] => self.terms.push((number, partial)),
            }
        }
        self.ends.push(self.terms.len());
        self.numbers += 1;
        smallvec![self.numbers - 1]
    }

    /// The parts of a node that only moves elements.
    fn moved(
        &self,
        tape: &Tape,
        rule: &Structural,
        args: &[NodeId],
        shape: &Shape,
    ) -> Option<Parts> {
        let shapes: SmallVec<[&Shape; 3]> = args.iter().map(|&arg| tape.shape(arg)).collect();
        let Form::Selection(selection) = rule.form(&shapes) else { return None };
        let part = |source: Option<(usize, usize)>| {
            let (arg, element) = source?;
            self.active[args[arg].index()].get(element).copied()
        };
        let sources = selection.sources(shape.elements());
        Some(sources.into_iter().map(|source| part(source).unwrap_or(NOTHING)).collect())
    }

    fn parts(&self, node: usize, elements: usize) -> Parts {
        match self.active[node].is_empty() {
            true => smallvec![NOTHING; elements],
            false => self.active[node].clone(),
        }
    }

    /// Sets the tangent of every number for one unit seed; all are `None` before.
    fn sweep(&self, seed: u32, tangents: &mut [Option<Var<'r>>]) {
        tangents[seed as usize] = Some(Var::from(1.0));
        let mut start = 0;
        for (step, &end) in self.ends.iter().enumerate() {
            let mut sum = None;
            for &(number, partial) in &self.terms[start..end] {
                if let Some(tangent) = tangents[number as usize] {
                    sum = add_product(sum, partial, tangent);
                }
            }
            tangents[self.seeds as usize + step] = sum;
            start = end;
        }
    }
}
