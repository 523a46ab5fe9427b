//! What every way takes by a simple machine, in nanoseconds, summed up from what is run.
use super::every_way::Chain;
use chainrule_plan::CostModel;
use std::collections::{BTreeMap, BTreeSet};

/// What a step takes besides; a multiply-add and an element of products take 1.
const LAUNCH: u128 = 50;
const SPARSE: u128 = 2;
const TANGENT: u128 = 4;
const ADJOINT: u128 = 8;

/// The same machine as the planner is told.
pub(super) fn machine() -> CostModel {
    let mut model = CostModel::roofline(5e-8, 2e9, 8e9);
    let speed = &mut model.speeds[0];
    (speed.sparse, speed.tangents, speed.adjoints) = (5e8, [2.5e8; 3], [1.25e8; 3]);
    model
}

type Times = BTreeSet<u128>;
type Known = BTreeMap<(usize, usize, bool), Times>;

/// A Jacobian on the way: its links, and whether it is a sum over the batch.
type Part = (usize, usize, bool);

impl Chain {
    pub(super) fn times(&self) -> Times {
        self.times_of((0, self.factors.len(), self.reduce.is_some()), &mut Known::new())
    }

    fn times_of(&self, part: Part, known: &mut Known) -> Times {
        if let Some(found) = known.get(&part) {
            return found.clone();
        }
        let (from, to, reduced) = part;
        let mut all = Times::new();
        let factor = &self.factors[from];
        let single = from + 1 == to;
        if single && !reduced && factor.given {
            all.insert(0);
        } else if !(single && !reduced && factor.swept && self.factors.len() > 1) {
            if !reduced {
                let modes = [true, false].into_iter().filter(|&t| self.may_sweep(from, to, t));
                all.extend(modes.map(|tangent| self.swept(None, (from, to), tangent, false)));
            } else if self.may_reduce(from, to) {
                let time = LAUNCH + self.size((from, to, false)) + self.size(part);
                all.extend(self.times_of((from, to, false), known).iter().map(|t| t + time));
            }
            for at in from + 1..to {
                self.joined(part, at, &mut all, known);
            }
        }
        known.insert(part, all.clone());
        all
    }

    fn joined(&self, (from, to, reduced): Part, at: usize, all: &mut Times, known: &mut Known) {
        let Some((first, second)) = self.manners(from, at, to, reduced) else { return };
        let (early, late) = ((from, at, first), (at, to, second));
        let (earlier, later) = (self.times_of(early, known), self.times_of(late, known));
        let product = self.product(early, late);
        all.extend(earlier.iter().flat_map(|a| later.iter().map(move |b| a + b + product)));
        if self.may_sweep(at, to, true) && !second {
            let time = self.swept(Some(early), (at, to), true, reduced);
            all.extend(earlier.iter().map(|t| t + time));
        }
        if self.may_sweep(from, at, false) && !first {
            let time = self.swept(Some(late), (from, at), false, reduced);
            all.extend(later.iter().map(|t| t + time));
        }
    }

    /// Elements over the batch.
    fn size(&self, (from, to, reduced): Part) -> u128 {
        self.entries(from, to) * self.copies(from, to, reduced)
    }

    fn is_full(&self, (from, to, _): Part) -> bool {
        !self.is_identity(from, to) && self.bits(from, to).iter().flatten().all(|&is| is)
    }

    fn product(&self, early: Part, late: Part) -> u128 {
        let (from, at, to) = (early.0, early.1, late.1);
        if self.is_identity(from, at) || self.is_identity(at, to) {
            return 0;
        }
        let made = (from, to, early.2 || late.2);
        let cost = self.copies(from, to, made.2) * self.multiply_adds(from, at, to);
        let full = self.is_full(early) && self.is_full(late);
        let traffic = self.size(early) + self.size(late) + self.size(made);
        LAUNCH + (if full { cost } else { SPARSE * cost }).max(traffic)
    }

    /// A Jacobian swept on through some links, one after the other.
    fn swept(&self, start: Option<Part>, links: (usize, usize), tangent: bool, sum: bool) -> u128 {
        let passed: Vec<usize> =
            if tangent { (links.0..links.1).collect() } else { (links.0..links.1).rev().collect() };
        let (mut time, mut before) = (0, start);
        for link in passed {
            let own = (link, link + 1, false);
            let after = match before {
                None => own,
                Some((from, _, _)) if tangent => (from, link + 1, sum),
                Some((_, to, _)) => (link, to, sum),
            };
            time += self.passed(before, own, after, tangent);
            before = Some(after);
        }
        time
    }

    fn passed(&self, before: Option<Part>, own: Part, after: Part, tangent: bool) -> u128 {
        let factor = &self.factors[own.0];
        let cost = if tangent { factor.tangent } else { factor.adjoint };
        let multiply =
            |before| if tangent { self.product(before, own) } else { self.product(own, before) };
        let sweep = |read: u128, made: Part| {
            let sweeps = self.sweeps(made.0, made.1, tangent) * self.copies(made.0, made.1, made.2);
            let rate = if tangent { TANGENT } else { ADJOINT };
            LAUNCH + (rate * sweeps * cost).max(read + self.size(made))
        };
        let entries = self.entries(own.0, own.1);
        match before {
            Some(before) if factor.given && (factor.identity || cost == entries) => {
                multiply(before)
            }
            Some(before) if !factor.given && !factor.swept && factor.diagonal => {
                sweep(0, own) + multiply(before)
            }
            Some(before) => sweep(self.size(before), after),
            None if factor.identity => 0,
            None if factor.given && cost == entries => {
                // The matrix times the identity, which is one for all points.
                let rows = factor.bits.len() as u128;
                let n = if tangent { factor.bits[0].len() as u128 } else { rows };
                let work = self.copies(own.0, own.1, false) * n * entries;
                let traffic = 2 * self.size(own) + n * n;
                LAUNCH + (if self.is_full(own) { work } else { SPARSE * work }).max(traffic)
            }
            None => sweep(0, own),
        }
    }
}
