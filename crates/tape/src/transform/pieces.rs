//! The adjoint of an array that is read piece by piece, in time linear in the array and not in the array for each piece.
use crate::structural::{At, Concat, Gather, ScatterAdd};
use crate::{Form, Kind, NodeId, Recorder, Shape, Structural, Tape, Var};
use rustc_hash::FxHashMap;

/// Adjoints of pieces that were read from arrays and have not been joined yet, by array, in the order met.
#[derive(Default)]
pub(crate) struct Pieces<'r>(FxHashMap<NodeId, Vec<(NodeId, Var<'r>)>>);

/// Whether a structural node reads so little of its one argument that its adjoint should wait for others.
pub(crate) fn is_piece(y: &Shape, x: &Shape, rule: &Structural) -> bool {
    const SMALL: usize = 8; // times smaller: then padding each piece to the whole costs more than joining them
    let small = y.elements() > 0 && y.elements() <= x.elements() / SMALL;
    small && matches!(rule.form(&[x]), Form::Selection(selection) if selection.covers(y.elements()))
}

impl<'r> Pieces<'r> {
    /// Keeps the adjoint of node `piece`, which reads `array`.
    pub(crate) fn put(&mut self, array: NodeId, piece: NodeId, adjoint: Var<'r>) {
        self.0.entry(array).or_default().push((piece, adjoint));
    }

    /// The adjoint of `array` from all its pieces, if there are any.
    pub(crate) fn joined(
        &mut self,
        recorder: &'r Recorder,
        tape: &Tape,
        values: &[Var<'r>],
        array: NodeId,
    ) -> Option<Var<'r>> {
        let pieces = self.0.remove(&array)?;
        let x = values[array.index()];
        if let [(piece, adjoint)] = pieces[..] {
            let Kind::Structural(rule, _) = tape.kind(piece) else { return None };
            let at = At { recorder, args: &[x], y: values[piece.index()] };
            return rule.adjoints(at, &[true], adjoint).pop().flatten();
        }
        let mut joint = Joint::default();
        for (piece, adjoint) in pieces {
            let Kind::Structural(rule, _) = tape.kind(piece) else { continue };
            joint.add(elements_read(rule, tape.shape(array), tape.shape(piece)), adjoint.flat());
        }
        let shape = tape.shape(array);
        Some(joint.whole(recorder, shape.elements()).reshape(shape))
    }
}

/// For each element of a piece the element of the array that it is.
fn elements_read(rule: &Structural, array: &Shape, piece: &Shape) -> Vec<u32> {
    match rule.form(&[array]) {
        Form::Selection(selection) => {
            let sources = selection.sources(piece.elements()).into_iter().flatten();
            sources.map(|(_, element)| element as u32).collect()
        }
        _ => vec![],
    }
}

/// Adjoints of different pieces, with the elements each one reads.
#[derive(Default)]
struct Joint<'r> {
    places: FxHashMap<Vec<u32>, usize>,
    adjoints: Vec<(Vec<u32>, Var<'r>)>,
}

impl<'r> Joint<'r> {
    /// Adds a piece; one that was read before is added to its adjoint.
    fn add(&mut self, elements: Vec<u32>, adjoint: Var<'r>) {
        let place = *self.places.entry(elements.clone()).or_insert(self.adjoints.len());
        match self.adjoints.get_mut(place) {
            Some((_, sum)) => *sum = *sum + adjoint,
            None => self.adjoints.push((elements, adjoint)),
        }
    }

    /// The adjoint of an array of that many elements, as one axis: moved to its place where no two pieces overlap.
    fn whole(self, recorder: &'r Recorder, elements: usize) -> Var<'r> {
        let indices: Vec<u32> = self.adjoints.iter().flat_map(|(read, _)| read.clone()).collect();
        let mut parts: Vec<Var> = self.adjoints.iter().map(|&(_, adjoint)| adjoint).collect();
        let nothing = indices.len() as u32;
        let mut table = vec![nothing; elements];
        let mut overlap = false;
        for (from, &to) in (0..).zip(&indices) {
            overlap |= table[to as usize] != nothing;
            table[to as usize] = from;
        }
        let zeros = |count| recorder.splat(0.0, &Shape::vector(count));
        if overlap {
            let updates = recorder.structural(Concat { axis: 0 }, &parts);
            let scatter = ScatterAdd { axis: 0, indices: indices.into() };
            return recorder.structural(scatter, &[zeros(elements as u32), updates]);
        }
        parts.push(zeros(1));
        let all = recorder.structural(Concat { axis: 0 }, &parts);
        recorder.structural(Gather { axis: 0, indices: table.into() }, &[all])
    }
}
