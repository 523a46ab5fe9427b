//! What a step takes: multiply-adds, and elements alive while it runs.
use super::Spans;
use crate::states::swept;
use crate::{Mode, Step};

impl Spans {
    /// Multiply-adds of a step over the whole batch, and of making the states it needs; `reduced`
    /// when its result is one sum over it.
    pub(crate) fn cost(&self, step: &Step, reduced: bool) -> u128 {
        self.own_cost(step, reduced) + self.cost_of_states(step)
    }

    /// Multiply-adds of making the states that a step needs.
    pub(crate) fn cost_of_states(&self, step: &Step) -> u128 {
        let spans = swept(step).map(|(links, _)| self.states.evaluations(links));
        let evaluated = |(from, to): (usize, usize)| self.evaluation[to] - self.evaluation[from];
        spans.into_iter().flatten().map(evaluated).sum()
    }

    fn own_cost(&self, step: &Step, reduced: bool) -> u128 {
        let span = step.span();
        let copies = self.copies(span.start, span.end, reduced);
        match *step {
            Step::Accumulate { from, to, mode } => {
                copies * self.sweeps(from, to, mode) * self.sweep_cost(from, to, mode)
            }
            Step::Multiply { from, at, to } => copies * self.product(from, at, to),
            Step::Eliminate { from, at, to, mode } => {
                let (start, end) = passed(from, at, to, mode);
                copies * self.sweeps(from, to, mode) * self.sweep_cost(start, end, mode)
            }
            Step::Reduce { from, to } if self.mean && self.is_shared(from, to) => 0,
            Step::Reduce { from, to } => self.copies(from, to, false) * self.entries(from, to),
            Step::Evaluate { from, to, times } => {
                (self.evaluation[to] - self.evaluation[from]).saturating_mul(times.into())
            }
        }
    }

    /// Elements live while a step runs: what it reads, what it makes, the tape it sweeps, and states.
    pub(crate) fn room(&self, step: &Step, reduced: bool) -> u128 {
        let made = swept(step).map_or(0, |(links, mode)| self.states.made_room(links, mode));
        self.own_room(step, reduced) + self.batch * (self.states.kept_room() + made)
    }

    fn own_room(&self, step: &Step, reduced: bool) -> u128 {
        let span = step.span();
        let copies = self.copies(span.start, span.end, reduced);
        let made = self.entries(span.start, span.end) * copies;
        match *step {
            Step::Accumulate { from, to, mode } => self.room_to_accumulate(from, to, mode, made),
            Step::Multiply { from, at, to } => {
                self.operand(from, at, reduced) + self.operand(at, to, reduced) + made
            }
            Step::Eliminate { from, at, to, mode: Mode::Tangent } => {
                debug_assert!(at < to);
                self.operand(from, at, reduced) + made
            }
            Step::Eliminate { from, at, to, mode: Mode::Adjoint } => {
                self.operand(at, to, reduced) + made + copies * self.longest_tape(from, at)
            }
            Step::Reduce { from, to } => self.held(from, to, false) + made,
            Step::Evaluate { .. } => 0,
        }
    }

    /// A sweep through many links takes what forming the first one and sweeping on would take.
    fn room_to_accumulate(&self, from: usize, to: usize, mode: Mode, made: u128) -> u128 {
        let copies = self.copies(from, to, false);
        let first = match mode {
            Mode::Tangent => from..from + 1,
            Mode::Adjoint => to - 1..to,
        };
        let formed =
            self.entries(first.start, first.end) * self.copies(first.start, first.end, false);
        match mode {
            _ if to - from == 1 && mode == Mode::Tangent => made,
            _ if to - from == 1 => made + copies * self.tape(from, to),
            Mode::Tangent => formed + made,
            Mode::Adjoint => {
                let first_tape = self.copies(to - 1, to, false) * self.tape(to - 1, to);
                let rest = copies * self.longest_tape(from, to - 1);
                (formed + first_tape).max(formed + made + rest)
            }
        }
    }

    /// What an operand of a step whose result is reduced takes: it is reduced itself when it holds
    /// what differs from point to point.
    fn operand(&self, from: usize, to: usize, reduced: bool) -> u128 {
        self.held(from, to, reduced && self.holds_all_unshared(from, to))
    }
}

/// The links that an elimination sweeps through.
pub(crate) fn passed(from: usize, at: usize, to: usize, mode: Mode) -> (usize, usize) {
    match mode {
        Mode::Tangent => (at, to),
        Mode::Adjoint => (from, at),
    }
}
