//! A schedule under construction.
use super::{Action, Place};

/// Writes actions out of nested segments without recursion, for chains can be long.
///
/// `expand` says what a segment is made of, in order.
pub(super) fn write<S>(first: S, mut expand: impl FnMut(S, &mut Vec<Part<S>>)) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    let mut open = vec![Part::Segment(first)];
    let mut parts = Vec::new();
    while let Some(part) = open.pop() {
        match part {
            Part::Do(action) => push(&mut actions, action),
            Part::Segment(segment) => {
                expand(segment, &mut parts);
                open.extend(parts.drain(..).rev());
            }
        }
    }
    actions
}

/// A part of a segment.
pub(super) enum Part<S> {
    Do(Action),
    Segment(S),
}

/// What is given up and kept again at once simply stays.
fn push(actions: &mut Vec<Action>, action: Action) {
    match (actions.last(), action) {
        (
            Some(&Action::DiscardState { state: old, place: from }),
            Action::StoreState { state, place },
        ) if (old, from) == (state, place) => {
            actions.pop();
        }
        _ => actions.push(action),
    }
}

/// Runs and reverses one step.
pub(super) fn turn<S>(step: u32) -> [Part<S>; 2] {
    [Part::Do(Action::Record { step }), Part::Do(Action::Reverse { step })]
}

pub(super) fn store<S>(state: u32, place: Place) -> Part<S> {
    Part::Do(Action::StoreState { state, place })
}

pub(super) fn restore<S>(state: u32, place: Place) -> Part<S> {
    Part::Do(Action::RestoreState { state, place })
}

pub(super) fn discard<S>(state: u32, place: Place) -> Part<S> {
    Part::Do(Action::DiscardState { state, place })
}

pub(super) fn advance<S>(from: u32, to: u32) -> Part<S> {
    Part::Do(Action::Advance { from, to })
}
