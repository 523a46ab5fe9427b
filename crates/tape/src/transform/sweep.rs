//! What a tangent or an adjoint meets at one node, and how products add up there.
//!
//! A number that is known while recording stands for an array that has it everywhere, so a seed of 1 multiplies nothing.
use crate::structural::At;
use crate::{Kind, Partial, Recorder, Tape, Var};

/// `sum + partial * tangent`, where `None` is a structural zero.
pub(crate) fn add_product<'r>(
    sum: Option<Var<'r>>,
    partial: Partial<Var<'r>>,
    tangent: Var<'r>,
) -> Option<Var<'r>> {
    match (partial, sum) {
        (Partial::MinusOne, Some(sum)) => Some(sum - tangent),
        (Partial::Factor(factor), _) => add(sum, product(factor, tangent)),
        _ => match partial.times(tangent) {
            Some(term) => add(sum, term),
            None => sum,
        },
    }
}

/// `sum + term`, where `None` is a structural zero.
pub(crate) fn add<'r>(sum: Option<Var<'r>>, term: Var<'r>) -> Option<Var<'r>> {
    Some(sum.map_or(term, |sum| sum + term))
}

fn product<'r>(partial: Var<'r>, tangent: Var<'r>) -> Var<'r> {
    match tangent.number() {
        Some(1.0) => partial,
        Some(-1.0) => -partial,
        _ => partial * tangent,
    }
}

impl Recorder {
    /// The tangent of a node, given its arguments, their tangents and its value.
    pub(crate) fn node_tangent<'r>(
        &'r self,
        kind: &Kind<'_>,
        args: &[Var<'r>],
        tangents: &[Option<Var<'r>>],
        y: Var<'r>,
    ) -> Option<Var<'r>> {
        if tangents.iter().all(Option::is_none) {
            return None;
        }
        match kind {
            Kind::Input(_) | Kind::Constant(_) => None,
            Kind::Elementwise(op, n, _) => {
                let partials = op.partials(*n, args, y);
                let terms = partials.into_iter().zip(tangents);
                terms.fold(None, |sum, (partial, tangent)| match tangent {
                    Some(tangent) => add_product(sum, partial, *tangent),
                    None => sum,
                })
            }
            Kind::Structural(rule, _) => {
                let at = At { recorder: self, args, y };
                let whole = |(tangent, arg): (&Option<Var<'r>>, &Var<'r>)| {
                    tangent.map(|tangent| self.whole(tangent, *arg))
                };
                let tangents: Vec<_> = tangents.iter().zip(args).map(whole).collect();
                Some(rule.tangent(at, &tangents))
            }
        }
    }

    /// A variable as a node of the shape of `like`.
    pub(crate) fn whole<'r>(&'r self, var: Var<'r>, like: Var<'r>) -> Var<'r> {
        var.number().map_or(var, |number| self.splat(number, &self.shape(like)))
    }
}

impl Tape {
    /// Which nodes depend on inputs that are differentiated; only these carry tangents and adjoints.
    pub fn active(&self) -> Vec<bool> {
        self.depending_on(|input| !self.inputs[input].fixed)
    }

    /// Which nodes depend on one of the inputs whose numbers are `chosen`.
    pub fn depending_on(&self, chosen: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut depending: Vec<bool> = Vec::with_capacity(self.len());
        for (_, kind, _) in self.nodes() {
            depending.push(match &kind {
                Kind::Input(i) => chosen(*i),
                kind => kind.args().iter().any(|id| depending[id.index()]),
            });
        }
        depending
    }
}
