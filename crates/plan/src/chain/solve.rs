//! The interval program: the best value of every Jacobian on the way, shorter spans first.
use super::measure::Measure;
use super::store::Store;
use super::ways::{Target, Way, Ways};

/// The best value of a Jacobian, and what its best way has in its favour among equals.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Best {
    pub(crate) value: u128,
    pub(crate) tie: Tie,
}

/// What decides between ways of equal value: fewer multiply-adds, then fewer sweeps, so that a run of
/// single sweeps becomes one long sweep. Ways that are equal in this too are taken as listed.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tie {
    pub(crate) cost: u128,
    pub(crate) sweeps: u32,
}

/// What is best for each Jacobian; nothing where rules leave no way.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    best: Store<Best>,
}

impl Table {
    pub(crate) fn new(length: usize, reduced: bool) -> Table {
        Table { best: Store::new(length, reduced) }
    }

    /// The best value of a Jacobian.
    pub(crate) fn get(&self, target: Target) -> Option<u128> {
        self.best.get(target).map(|best| best.value)
    }

    pub(crate) fn set(&mut self, target: Target, best: Best) {
        self.best.set(target, best);
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

    /// What a way has in its favour, when all its operands can be made.
    fn tie(&self, ways: &Ways<'_>, way: &Way) -> Option<Tie> {
        let cost = ways.spans.cost(&way.step, way.target.reduced);
        let mut tie = Tie { cost, sweeps: way.step.is_sweep().into() };
        for operand in way.operands.into_iter().flatten() {
            let below = self.best.get(operand)?.tie;
            tie = Tie { cost: tie.cost + below.cost, sweeps: tie.sweeps + below.sweeps };
        }
        Some(tie)
    }

    /// The way taken for a Jacobian: the first of the best ones.
    pub(crate) fn choice(
        &self,
        ways: &Ways<'_>,
        measure: &Measure<'_>,
        target: Target,
    ) -> Option<Way> {
        let best = self.best.get(target).filter(|_| !ways.is_free(target))?;
        let mut choice = None;
        ways.of(target, |way| {
            let equal = choice.is_none()
                && self.value(measure, &way, best.value) == Some(best.value)
                && self.tie(ways, &way) == Some(best.tie);
            if equal {
                choice = Some(way);
            }
        });
        choice
    }
}

/// Fills the table: O(q^3) ways for q links.
pub(crate) fn solve(ways: &Ways<'_>, measure: &Measure<'_>) -> Table {
    let mut table = Table::new(ways.spans.length(), ways.root.reduced);
    for target in by_length(ways) {
        if ways.is_free(target) {
            table.set(target, Best { value: 0, tie: Tie::default() });
            continue;
        }
        let mut best: Option<Best> = None;
        ways.of(target, |way| {
            let most = best.map_or(u128::MAX, |best| best.value);
            let Some(value) = table.value(measure, &way, most).filter(|&value| value <= most)
            else {
                return;
            };
            let found = table.tie(ways, &way).map(|tie| Best { value, tie });
            best = best.into_iter().chain(found).min();
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
