//! The interval program: the best value of every Jacobian on the way, shorter spans first.
use super::measure::Measure;
use super::store::Store;
use super::ways::{Target, Way, Ways};

/// Best values; none where rules leave no way.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    values: Store<u128>,
}

impl Table {
    pub(crate) fn new(length: usize, reduced: bool) -> Table {
        Table { values: Store::new(length, reduced) }
    }

    /// The best value of a Jacobian.
    pub(crate) fn get(&self, target: Target) -> Option<u128> {
        self.values.get(target).copied()
    }

    pub(crate) fn set(&mut self, target: Target, value: u128) {
        self.values.set(target, value);
    }

    /// The value of a way, when all its operands can be made and it can be at most `most`.
    pub(crate) fn value(&self, measure: &Measure<'_>, way: &Way, most: u128) -> Option<u128> {
        let mut values = [0; 2];
        for (value, operand) in values.iter_mut().zip(way.operands) {
            if let Some(operand) = operand {
                *value = self.get(operand)?;
            }
        }
        (measure.floor(values) <= most).then(|| measure.value(way, values))
    }
}

/// Fills the table: O(q^3) ways for q links.
pub(crate) fn solve(ways: &Ways<'_>, measure: &Measure<'_>) -> Table {
    let mut table = Table::new(ways.spans.length(), ways.root.reduced);
    for target in by_length(ways) {
        if ways.is_free(target) {
            table.set(target, 0);
            continue;
        }
        let mut best: Option<u128> = None;
        ways.of(target, |way| {
            let value = table.value(measure, &way, best.unwrap_or(u128::MAX));
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
