//! Which states to keep from the one evaluation, so that a plan fits its memory.
use crate::spans::Spans;
use crate::states::swept;
use crate::{Objective, Problem, Step};

/// Up to so many states all choices of what to keep are tried.
const ALL_CHOICES: usize = 8;

/// Choices of what to keep, and whether they are all there are.
///
/// Objectives that count steps one after the other, or in time, do not know of evaluations beside
/// sweeps: for them everything is kept.
pub(crate) fn choices(problem: &Problem, value: &Objective) -> (Vec<Spans>, bool) {
    let spans = problem.spans();
    let priced = spans.states().priced();
    let dropping = |dropped: &[usize]| spans.with(spans.states().without(dropped));
    let replays = match value {
        Objective::Flops
        | Objective::Writes
        | Objective::Combo { .. }
        | Objective::Largest
        | Objective::Memory => true,
        Objective::Limit { .. }
        | Objective::CriticalPath
        | Objective::Split { .. }
        | Objective::Time { .. } => false,
    };
    if !replays || priced.is_empty() {
        return (vec![spans.clone()], priced.is_empty());
    }
    if priced.len() <= ALL_CHOICES {
        let subset = |set: usize| {
            let dropped = (0..priced.len()).filter(|bit| set >> bit & 1 == 1);
            dropping(&dropped.map(|bit| priced[bit]).collect::<Vec<_>>())
        };
        return ((0..1 << priced.len()).map(subset).collect(), true);
    }
    // Every second, third, ... state, down to none.
    let mut strides: Vec<usize> = (0..).map(|k| 1 << k).take_while(|&k| k < priced.len()).collect();
    strides.push(usize::MAX);
    let every = |stride: &usize| {
        let dropped = priced.iter().enumerate().filter(|(at, _)| (at + 1) % stride != 0);
        dropping(&dropped.map(|(_, &link)| link).collect::<Vec<_>>())
    };
    (strides.iter().map(every).collect(), false)
}

/// Steps with the evaluations that their sweeps need before them.
pub(crate) fn with_evaluations(spans: &Spans, steps: Vec<Step>) -> Vec<Step> {
    let before = |step: &Step| {
        let links = swept(step).map(|(links, _)| spans.states().evaluations(links));
        let spans = links.unwrap_or_default().into_iter();
        spans.map(|(from, to)| Step::Evaluate { from, to, times: 1 }).collect::<Vec<_>>()
    };
    steps.into_iter().flat_map(|step| before(&step).into_iter().chain([step])).collect()
}
