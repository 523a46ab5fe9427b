//! The interval program: the best value of every Jacobian on the way, shorter spans first.
use super::measure::Measure;
use super::ways::{Target, Way, Ways};
use std::collections::HashMap;

/// Best values; `None` where rules leave no way.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    length: usize,
    values: Vec<Option<u128>>,
    /// Values of sums over the batch, of the spans that can hold one.
    reduced: HashMap<Target, u128>,
}

impl Table {
    pub(crate) fn new(length: usize) -> Table {
        let values = vec![None; (length + 1) * (length + 1)];
        Table { length, values, reduced: HashMap::new() }
    }

    /// The best value of a Jacobian.
    pub(crate) fn get(&self, target: Target) -> Option<u128> {
        let Target { from, to, reduced } = target;
        if reduced {
            return self.reduced.get(&target).copied();
        }
        self.values[from * (self.length + 1) + to]
    }

    pub(crate) fn set(&mut self, target: Target, value: u128) {
        let Target { from, to, reduced } = target;
        if reduced {
            self.reduced.insert(target, value);
        } else {
            self.values[from * (self.length + 1) + to] = Some(value);
        }
    }

    /// The value of a way, when all its operands can be made.
    pub(crate) fn value(&self, measure: &Measure<'_>, way: &Way) -> Option<u128> {
        let mut values = [0; 2];
        for (value, operand) in values.iter_mut().zip(way.operands) {
            if let Some(operand) = operand {
                *value = self.get(operand)?;
            }
        }
        Some(measure.value(way, values))
    }
}

/// Fills the table: O(q^3) ways for q links.
pub(crate) fn solve(ways: &Ways<'_>, measure: &Measure<'_>) -> Table {
    let mut table = Table::new(ways.spans.length());
    for target in by_length(ways) {
        if ways.is_free(target) {
            table.set(target, 0);
            continue;
        }
        let mut best: Option<u128> = None;
        ways.of(target, |way| {
            let value = table.value(measure, &way);
            best = best.into_iter().chain(value).min();
        });
        if let Some(best) = best {
            table.set(target, best);
        }
    }
    table
}

/// All targets, operands before what is made of them.
pub(crate) fn by_length(ways: &Ways<'_>) -> Vec<Target> {
    let q = ways.spans.length();
    let mut targets = Vec::new();
    for length in 1..=q {
        for from in 0..=q - length {
            let to = from + length;
            targets.push(Target { from, to, reduced: false });
            let sums = ways.spans.holds_all_unshared(from, to) || (from, to) == (0, q);
            if ways.root.reduced && sums {
                targets.push(Target { from, to, reduced: true });
            }
        }
    }
    targets
}
