//! The interval program for multiply-adds of dense chains, in 64 bits and straight loops.
//!
//! The twin of `solve`, which it agrees with wherever it applies; 500 links take some 20 million
//! joints, each of three sums.
use super::solve::Table;
use super::ways::{Rules, Steps, Target, Ways};
use crate::Mode;
use crate::spans::Spans;

/// Stands for what cannot be made; two of them and any cost still fit 64 bits.
const NEVER: u64 = u64::MAX / 4;

/// The table of best multiply-adds, or nothing where a structure, a cap, shared links among others
/// or costs past 2^61 ask for the general program.
pub(crate) fn solve_plain(ways: &Ways<'_>) -> Option<Table> {
    let spans = ways.spans;
    let applies = spans.is_dense()
        && spans.shares_all_or_nothing()
        && ways.rules.largest.is_none()
        && ways.rules.steps != Steps::ProductsOnly
        && !ways.root.reduced
        && spans.bound() < 1 << 61;
    applies.then(|| Plain::new(spans, &ways.rules)).map(|mut plain| {
        plain.fill();
        plain.table(spans)
    })
}

struct Plain<'a> {
    spans: &'a Spans,
    q: usize,
    widths: Vec<u64>,
    tangent: Vec<u64>,
    adjoint: Vec<u64>,
    /// The first joint from which tangents reach each joint, and the last that adjoints reach.
    tangents_from: Vec<usize>,
    adjoints_to: Vec<usize>,
    tape: Option<u128>,
    /// Values by start and by end, so that both operands of a joint lie in a row.
    by_start: Vec<u64>,
    by_end: Vec<u64>,
}

impl<'a> Plain<'a> {
    fn new(spans: &'a Spans, rules: &Rules) -> Plain<'a> {
        let q = spans.length();
        let narrow = |value: u128| u64::try_from(value).unwrap_or(NEVER);
        let swept = |mode| (0..=q).map(move |at| narrow(spans.sweep_cost(0, at, mode)));
        let fits = |from, to| rules.tape.is_none_or(|most| spans.tape(from, to) <= most);
        let tangents_from =
            (0..=q).map(|to| (0..=to).find(|&at| spans.is_sweepable(at, to)).unwrap_or(to));
        let adjoints_to = (0..=q).map(|from| {
            let reaches = |&at: &usize| spans.is_sweepable(from, at) && fits(from, at);
            (from..=q).rev().find(reaches).unwrap_or(from)
        });
        Plain {
            spans,
            q,
            widths: (0..=q).map(|at| narrow(spans.width(at))).collect(),
            tangent: swept(Mode::Tangent).collect(),
            adjoint: swept(Mode::Adjoint).collect(),
            tangents_from: tangents_from.collect(),
            adjoints_to: adjoints_to.collect(),
            tape: rules.tape,
            by_start: vec![NEVER; (q + 1) * (q + 1)],
            by_end: vec![NEVER; (q + 1) * (q + 1)],
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

    fn best(&self, from: usize, to: usize) -> u64 {
        if self.spans.is_given(from, to) {
            return 0;
        }
        if self.spans.is_never_formed(from, to) {
            return NEVER;
        }
        let (columns, rows) = (self.widths[from], self.widths[to]);
        let earlier = &self.by_start[from * (self.q + 1)..][..=self.q];
        let later = &self.by_end[to * (self.q + 1)..][..=self.q];
        let area = columns * rows;
        let joints = from + 1..to;
        let products = earlier[joints.clone()].iter().zip(&later[joints.clone()]);
        let products = products
            .zip(&self.widths[joints.clone()])
            .map(|((earlier, later), width)| earlier + later + area * width);
        let tangents = self.tangents_from[to].max(from + 1).min(to)..to;
        let tangents = earlier[tangents.clone()]
            .iter()
            .zip(&self.tangent[tangents])
            .map(|(earlier, before)| earlier + columns * (self.tangent[to] - before));
        let adjoints = from + 1..(self.adjoints_to[from] + 1).min(to).max(from + 1);
        let adjoints = later[adjoints.clone()]
            .iter()
            .zip(&self.adjoint[adjoints])
            .map(|(later, before)| later + rows * (before - self.adjoint[from]));
        let joined = least(products).min(least(tangents)).min(least(adjoints));
        joined.min(self.accumulated(from, to))
    }

    fn accumulated(&self, from: usize, to: usize) -> u64 {
        if !self.spans.is_sweepable(from, to) {
            return NEVER;
        }
        let tangents = self.widths[from] * (self.tangent[to] - self.tangent[from]);
        if self.tape.is_some_and(|most| self.spans.tape(from, to) > most) {
            return tangents;
        }
        tangents.min(self.widths[to] * (self.adjoint[to] - self.adjoint[from]))
    }

    fn table(&self, spans: &Spans) -> Table {
        let copies = spans.copies(0, self.q, false);
        let mut table = Table::new(self.q, false);
        for from in 0..self.q {
            for to in from + 1..=self.q {
                let value = self.by_start[from * (self.q + 1) + to];
                if value < NEVER {
                    let target = Target { from, to, reduced: false };
                    table.set(target, u128::from(value) * copies);
                }
            }
        }
        table
    }
}

/// The least value, or never.
fn least(values: impl Iterator<Item = u64>) -> u64 {
    values.fold(NEVER, u64::min)
}
