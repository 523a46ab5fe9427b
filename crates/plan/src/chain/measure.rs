//! What a way is worth, given the worth of its operands.
//!
//! Every objective here grows with the values of the operands, so the best way to make a Jacobian
//! is made of best ways to make its operands: the interval program is exact for each of them.
use super::ways::{Target, Way};
use crate::model::Times;
use crate::spans::Spans;
use crate::{Objective, Step};

/// Values of ways under one objective.
#[derive(Clone, Debug)]
pub(crate) struct Measure<'a> {
    pub(crate) spans: &'a Spans,
    pub(crate) objective: &'a Objective,
    /// The Jacobian wanted in the end, which counts as no intermediate.
    pub(crate) root: Target,
    /// What steps take, where time is the objective.
    times: Option<Times<'a>>,
}

impl<'a> Measure<'a> {
    /// Values under an objective on the way to `root`.
    pub(crate) fn new(spans: &'a Spans, objective: &'a Objective, root: Target) -> Measure<'a> {
        let times = match objective {
            Objective::Time { model, threads } => Some(Times::new(model, spans, *threads)),
            _ => None,
        };
        Measure { spans, objective, root, times }
    }

    /// What a way is worth at least, by its operands alone.
    pub(crate) fn floor(&self, [earlier, later]: [u128; 2]) -> u128 {
        match self.objective {
            Objective::Largest | Objective::Memory | Objective::CriticalPath => earlier.max(later),
            Objective::Flops
            | Objective::Writes
            | Objective::Combo { .. }
            | Objective::Limit { .. }
            | Objective::Split { .. }
            | Objective::Time { .. } => earlier + later,
        }
    }

    /// The value of a way; 0 stands for an operand that is absent or given.
    pub(crate) fn value(&self, way: &Way, [earlier, later]: [u128; 2]) -> u128 {
        let cost = || self.spans.cost(&way.step, way.target.reduced);
        let both = earlier + later;
        match self.objective {
            Objective::Flops => both + cost(),
            Objective::Writes => both + self.written(way),
            Objective::Combo { factor } => both + cost() + self.written_times(*factor, way),
            Objective::Limit { factor } => both + cost().max(self.written_times(*factor, way)),
            Objective::Largest => {
                let made = if way.target == self.root { 0 } else { self.written(way) };
                earlier.max(later).max(made)
            }
            Objective::Memory => self.peak(way, [earlier, later]),
            Objective::CriticalPath => earlier.max(later) + cost(),
            Objective::Split { machines } => both + self.split(way, *machines),
            Objective::Time { .. } => {
                let time = |times: &Times| times.step(&way.step, way.target.reduced);
                both + self.times.as_ref().map_or(0, time)
            }
        }
    }

    /// Sweeps, or rows of a product, are shared out; entries of a sum likewise.
    fn split(&self, way: &Way, machines: u32) -> u128 {
        let Target { from, to, reduced } = way.target;
        let copies = self.spans.copies(from, to, reduced);
        let parts = copies
            * match way.step {
                Step::Accumulate { mode, .. } | Step::Eliminate { mode, .. } => {
                    self.spans.sweeps(from, to, mode)
                }
                Step::Multiply { .. } => self.spans.width(to),
                Step::Reduce { .. } => self.spans.entries(from, to),
                Step::Evaluate { .. } => 1,
            };
        let cost = self.spans.cost(&way.step, reduced);
        if parts == 0 {
            return cost;
        }
        // Parts of a sparse product differ; their mean, rounded up, stands for each.
        parts.div_ceil(u128::from(machines).max(1)) * cost.div_ceil(parts)
    }

    fn written(&self, way: &Way) -> u128 {
        let Target { from, to, reduced } = way.target;
        match way.step {
            Step::Evaluate { .. } => 0,
            _ => self.spans.entries(from, to) * self.spans.copies(from, to, reduced),
        }
    }

    fn written_times(&self, factor: u64, way: &Way) -> u128 {
        // A value past any real cost, that sums of many still hold.
        self.written(way).saturating_mul(factor.into()).min(1 << 120)
    }

    /// Elements alive at once, one operand made wholly before the other, in the better order.
    fn peak(&self, way: &Way, peaks: [u128; 2]) -> u128 {
        let room = self.spans.room(&way.step, way.target.reduced);
        match way.operands {
            [Some(_), Some(_)] => {
                let first = if self.later_first(way, peaks) { 1 } else { 0 };
                self.in_order(way, peaks, first).max(room)
            }
            _ => peaks[0].max(peaks[1]).max(room),
        }
    }

    /// Whether making the later operand first keeps fewer elements alive.
    pub(crate) fn later_first(&self, way: &Way, peaks: [u128; 2]) -> bool {
        self.in_order(way, peaks, 1) < self.in_order(way, peaks, 0)
    }

    /// Elements alive until both operands are made, `first` before the other.
    fn in_order(&self, way: &Way, peaks: [u128; 2], first: usize) -> u128 {
        let held = way.operands[first].map_or(0, |t| self.spans.held(t.from, t.to, t.reduced));
        peaks[first].max(held + peaks[1 - first])
    }
}
