//! What states take while a plan runs: those kept from the one evaluation, and those made for a sweep.
use crate::{Mode, Problem, Step};
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

/// Elements of the states that must have been kept from the one evaluation, for no step makes them
/// before they are needed. They stay to the end.
pub(super) fn kept(problem: &Problem, steps: &[Step]) -> u128 {
    let (mut kept, mut made) = (BTreeSet::new(), BTreeSet::new());
    for step in steps {
        if let Step::Evaluate { from, to, .. } = *step {
            kept.extend([from].into_iter().filter(|state| !made.contains(state)));
            made.extend(passed_on(problem, from, to));
        } else {
            kept.extend(needed(problem, step).filter(|state| !made.contains(state)));
            made.clear();
        }
    }
    kept.into_iter().map(|state| state_room(problem, state)).sum()
}

/// Elements of the states that were made for a sweep: all of them going back, the largest going
/// forward.
pub(super) fn passing(problem: &Problem, made: &BTreeSet<usize>, step: &Step) -> u128 {
    let rooms = needed(problem, step).filter(|state| made.contains(state));
    let rooms = rooms.map(|state| state_room(problem, state));
    match step {
        Step::Accumulate { mode: Mode::Adjoint, .. }
        | Step::Eliminate { mode: Mode::Adjoint, .. } => rooms.sum(),
        _ => rooms.max().unwrap_or(0),
    }
}

/// The states that evaluating a span gives.
pub(super) fn passed_on(problem: &Problem, from: usize, to: usize) -> RangeInclusive<usize> {
    from.saturating_add(1)..=to.min(problem.length())
}

/// The states that a step starts its links from.
fn needed(problem: &Problem, step: &Step) -> Range<usize> {
    let links = match *step {
        Step::Accumulate { from, to, .. } => from..to,
        Step::Eliminate { at, to, mode: Mode::Tangent, .. } => at..to,
        Step::Eliminate { from, at, mode: Mode::Adjoint, .. } => from..at,
        Step::Multiply { .. } | Step::Reduce { .. } | Step::Evaluate { .. } => 0..0,
    };
    links.start..links.end.min(problem.length())
}

fn state_room(problem: &Problem, state: usize) -> u128 {
    problem.links().get(state).map_or(0, |link| u128::from(link.state)) * problem.batch()
}
