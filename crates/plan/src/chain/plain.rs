//! The interval program for multiply-adds of dense chains, in 64 bits and straight loops.
//!
//! The twin of `solve`, which it agrees with wherever it applies. Only products need to look at every
//! joint. The best joint for a tangent sweep from a fixed start stays the best, or is the newest one,
//! as the sweep goes on to later ends, since all sweeps grow alike; so one running minimum for each
//! start is enough, and for adjoints one for each end.
use super::solve::{Best, Table, Tie};
use super::ways::{Rules, Steps, Target, Ways};
use crate::Mode;
use crate::spans::Spans;

/// Stands for what cannot be made; two of them and any cost still fit 64 bits.
const NEVER: u64 = u64::MAX / 4;

/// The table of best multiply-adds, or nothing where a structure, a cap, links shared by the batch
/// among others, or costs past 64 bits ask for the general program.
pub(crate) fn solve_plain(ways: &Ways<'_>) -> Option<Table> {
    let spans = ways.spans;
    let applies = spans.is_dense()
        && spans.shares_all_or_nothing()
        && ways.rules.largest.is_none()
        && ways.rules.steps != Steps::ProductsOnly
        && !ways.root.reduced;
    // A key holds the cost and, in its low bits, the number of sweeps, which decides between equals.
    let shift = (2 * spans.length() + 2).ilog2() + 1;
    let fits = spans.bound() < 1 << (61 - shift);
    (applies && fits).then(|| {
        let mut plain = Plain::new(spans, &ways.rules, shift);
        plain.fill();
        plain.table()
    })
}

struct Plain<'a> {
    spans: &'a Spans,
    q: usize,
    shift: u32,
    widths: Vec<u64>,
    /// Costs of one tangent and of one adjoint through all links before a joint.
    tangent: Vec<u64>,
    adjoint: Vec<u64>,
    tape: Option<u128>,
    /// Keys by start and by end, so that both operands of a joint lie in a row.
    by_start: Vec<u64>,
    by_end: Vec<u64>,
    /// For each start, the least key of what is swept on, with the sweep through all later links.
    swept_on: Vec<u64>,
    /// For each end, the least key of what is swept back, with the sweep through all earlier links.
    swept_back: Vec<u64>,
}

impl<'a> Plain<'a> {
    fn new(spans: &'a Spans, rules: &Rules, shift: u32) -> Plain<'a> {
        let q = spans.length();
        let narrow = |value: u128| u64::try_from(value).unwrap_or(NEVER);
        let swept = |mode| (0..=q).map(move |at| narrow(spans.sweep_cost(0, at, mode)));
        Plain {
            spans,
            q,
            shift,
            widths: (0..=q).map(|at| narrow(spans.width(at))).collect(),
            tangent: swept(Mode::Tangent).collect(),
            adjoint: swept(Mode::Adjoint).collect(),
            tape: rules.tape,
            by_start: vec![NEVER; (q + 1) * (q + 1)],
            by_end: vec![NEVER; (q + 1) * (q + 1)],
            swept_on: vec![NEVER; q + 1],
            swept_back: vec![NEVER; q + 1],
        }
    }

    fn fill(&mut self) {
        for length in 1..=self.q {
            for from in 0..=self.q - length {
                let to = from + length;
                let value = self.best(from, to);
                self.by_start[from * (self.q + 1) + to] = value;
                self.by_end[to * (self.q + 1) + from] = value;
            }
        }
    }

    fn best(&mut self, from: usize, to: usize) -> u64 {
        let swept = self.tangents(from, to).min(self.adjoints(from, to));
        if self.spans.is_given(from, to) {
            return 0;
        }
        if self.spans.is_never_formed(from, to) {
            return NEVER;
        }
        self.products(from, to).min(swept).min(self.accumulated(from, to)).min(NEVER)
    }

    fn products(&self, from: usize, to: usize) -> u64 {
        let area = (self.widths[from] * self.widths[to]) << self.shift;
        let joints = from + 1..to;
        let earlier = &self.by_start[from * (self.q + 1)..][joints.clone()];
        let later = &self.by_end[to * (self.q + 1)..][joints.clone()];
        let joints = earlier.iter().zip(later).zip(&self.widths[joints]);
        let keys = joints.map(|((earlier, later), width)| earlier + later + area * width);
        keys.fold(NEVER, u64::min)
    }

    /// The best tangent elimination. Called for growing ends, so that the newest joint is the one
    /// before the last link.
    fn tangents(&mut self, from: usize, to: usize) -> u64 {
        let columns = self.widths[from] << self.shift;
        let beyond = |at: usize| columns * (self.tangent[self.q] - self.tangent[at]);
        if !self.spans.is_sweepable(to - 1, to) {
            self.swept_on[from] = NEVER;
            return NEVER;
        }
        if to - from > 1 {
            let newest = self.by_start[from * (self.q + 1) + to - 1] + beyond(to - 1);
            self.swept_on[from] = self.swept_on[from].min(newest);
        }
        if self.swept_on[from] >= NEVER {
            return NEVER;
        }
        self.swept_on[from] - beyond(to) + 1
    }

    /// The best adjoint elimination. Called for falling starts.
    fn adjoints(&mut self, from: usize, to: usize) -> u64 {
        let rows = self.widths[to] << self.shift;
        let before = |at: usize| rows * self.adjoint[at];
        if !self.spans.is_sweepable(from, from + 1) {
            self.swept_back[to] = NEVER;
            return NEVER;
        }
        let later = &self.by_end[to * (self.q + 1)..][..=self.q];
        if let Some(most) = self.tape {
            // The window of joints within the limit moves with the start: look at all of it.
            let fits = |&at: &usize| {
                self.spans.is_sweepable(from, at) && self.spans.tape(from, at) <= most
            };
            let keys = (from + 1..to).take_while(fits).map(|at| later[at] + before(at));
            let least = keys.fold(NEVER, u64::min);
            return if least >= NEVER { NEVER } else { least - before(from) + 1 };
        }
        if to - from > 1 {
            let newest = later[from + 1] + before(from + 1);
            self.swept_back[to] = self.swept_back[to].min(newest);
        }
        if self.swept_back[to] >= NEVER {
            return NEVER;
        }
        self.swept_back[to] - before(from) + 1
    }

    /// The cheaper way to sweep the identity.
    fn accumulated(&self, from: usize, to: usize) -> u64 {
        if !self.spans.is_sweepable(from, to) {
            return NEVER;
        }
        let tangents = self.widths[from] * (self.tangent[to] - self.tangent[from]);
        let adjoints = self.widths[to] * (self.adjoint[to] - self.adjoint[from]);
        let fits = self.tape.is_none_or(|most| self.spans.tape(from, to) <= most);
        let cost = if fits { tangents.min(adjoints) } else { tangents };
        (cost << self.shift) + 1
    }

    fn table(&self) -> Table {
        let copies = self.spans.copies(0, self.q, false);
        let mut table = Table::new(self.q, false);
        for from in 0..self.q {
            for to in from + 1..=self.q {
                let key = self.by_start[from * (self.q + 1) + to];
                if key < NEVER {
                    let value = u128::from(key >> self.shift) * copies;
                    let sweeps = (key & ((1 << self.shift) - 1)) as u32;
                    let tie = Tie { cost: value, sweeps };
                    table.set(Target { from, to, reduced: false }, Best { value, tie });
                }
            }
        }
        table
    }
}
