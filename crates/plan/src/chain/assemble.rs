//! Steps in the order they run, from the ways that were chosen.
use super::measure::Measure;
use super::read::Choices;
use super::ways::{Target, Way};
use crate::spans::Spans;
use crate::{Objective, Step};
use std::collections::HashMap;

/// The steps of a plan, operands before results; of two operands the one comes first that keeps
/// fewer elements alive.
pub(crate) fn assemble(spans: &Spans, choices: &Choices, root: Target) -> Vec<Step> {
    let measure = Measure::new(spans, &Objective::Memory, root);
    let mut peaks: HashMap<Target, u128> = HashMap::new();
    for way in operands_first(choices, root) {
        let peaks_below = below(&way, &peaks);
        peaks.insert(way.target, measure.value(&way, peaks_below));
    }
    in_order(choices, root, |way| measure.later_first(way, below(way, &peaks)))
}

/// The steps of a plan, where `later_first` says which operand of a product comes first.
pub(crate) fn in_order(
    choices: &Choices,
    root: Target,
    later_first: impl Fn(&Way) -> bool,
) -> Vec<Step> {
    // Results are pushed before operands and the list is turned around at the end.
    let mut steps = Vec::new();
    let mut open = vec![root];
    while let Some(target) = open.pop() {
        let Some(way) = choices.get(&target) else { continue };
        steps.push(way.step);
        let [earlier, later] = way.operands;
        let order = if later_first(way) { [later, earlier] } else { [earlier, later] };
        open.extend(order.into_iter().flatten());
    }
    steps.reverse();
    steps
}

fn operands_first(choices: &Choices, root: Target) -> Vec<Way> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(target) = open.pop() {
        let Some(way) = choices.get(&target) else { continue };
        found.push(*way);
        open.extend(way.operands.into_iter().flatten());
    }
    found.reverse();
    found
}

fn below(way: &Way, peaks: &HashMap<Target, u128>) -> [u128; 2] {
    way.operands
        .map(|operand| operand.and_then(|operand| peaks.get(&operand)).copied().unwrap_or(0))
}
