//! What every way of making a Jacobian takes, from the definitions.
use chainrule_plan::Reduce;
use std::collections::{BTreeMap, BTreeSet};

/// One factor, as plain as can be.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    pub(super) bits: Vec<Vec<bool>>,
    pub(super) identity: bool,
    /// More than one entry, all on the diagonal.
    pub(super) diagonal: bool,
    pub(super) tangent: u128,
    pub(super) adjoint: u128,
    pub(super) tape: u128,
    pub(super) given: bool,
    pub(super) swept: bool,
    pub(super) shared: bool,
    pub(super) sweepable: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) factors: Vec<Factor>,
    pub(super) batch: u128,
    pub(super) reduce: Option<Reduce>,
    pub(super) tape: Option<u128>,
}

/// What making a Jacobian in one way takes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outcome {
    pub(super) cost: u128,
    pub(super) peak: u128,
    pub(super) path: u128,
}

pub(super) type Outcomes = BTreeSet<Outcome>;
type Known = BTreeMap<(usize, usize, bool), Outcomes>;

impl Chain {
    pub(super) fn bits(&self, from: usize, to: usize) -> Vec<Vec<bool>> {
        let mut product = self.factors[from].bits.clone();
        for later in &self.factors[from + 1..to] {
            let columns = product.first().map_or(0, Vec::len);
            let entry = |row: &Vec<bool>, column: usize| {
                row.iter().enumerate().any(|(k, &is)| is && product[k][column])
            };
            product = later
                .bits
                .iter()
                .map(|row| (0..columns).map(|column| entry(row, column)).collect())
                .collect();
        }
        product
    }

    pub(super) fn is_identity(&self, from: usize, to: usize) -> bool {
        self.factors[from..to].iter().all(|factor| factor.identity)
    }

    pub(super) fn entries(&self, from: usize, to: usize) -> u128 {
        if self.is_identity(from, to) {
            return 0;
        }
        self.bits(from, to).iter().flatten().filter(|&&is| is).count() as u128
    }

    pub(super) fn is_shared(&self, from: usize, to: usize) -> bool {
        self.factors[from..to].iter().all(|factor| factor.shared)
    }

    pub(super) fn copies(&self, from: usize, to: usize, reduced: bool) -> u128 {
        if reduced || self.is_shared(from, to) { 1 } else { self.batch }
    }

    fn held(&self, from: usize, to: usize, reduced: bool) -> u128 {
        if from + 1 == to && self.factors[from].given && !reduced {
            return 0;
        }
        self.entries(from, to) * self.copies(from, to, reduced)
    }

    pub(super) fn multiply_adds(&self, from: usize, at: usize, to: usize) -> u128 {
        if self.is_identity(from, at) || self.is_identity(at, to) {
            return 0;
        }
        let (earlier, later) = (self.bits(from, at), self.bits(at, to));
        let terms = earlier.iter().enumerate().map(|(k, row)| {
            let left = later.iter().filter(|line| line[k]).count();
            left * row.iter().filter(|&&is| is).count()
        });
        terms.sum::<usize>() as u128
    }

    /// Colors of the rows of a table, those with a common column apart.
    fn colors(table: &[Vec<bool>]) -> u128 {
        let meet = |a: usize, b: usize| table[a].iter().zip(&table[b]).any(|(x, y)| *x && *y);
        fn fits(
            left: usize,
            colors: &mut Vec<usize>,
            most: usize,
            meet: &dyn Fn(usize, usize) -> bool,
        ) -> bool {
            if left == 0 {
                return true;
            }
            let next = colors.len();
            (0..most).any(|color| {
                if (0..next).any(|other| colors[other] == color && meet(other, next)) {
                    return false;
                }
                colors.push(color);
                let found = fits(left - 1, colors, most, meet);
                colors.pop();
                found
            })
        }
        (1..).find(|&most| fits(table.len(), &mut Vec::new(), most, &meet)).unwrap() as u128
    }

    pub(super) fn sweeps(&self, from: usize, to: usize, tangent: bool) -> u128 {
        let bits = self.bits(from, to);
        if !tangent {
            return Chain::colors(&bits);
        }
        let columns = bits.first().map_or(0, Vec::len);
        let turned: Vec<Vec<bool>> =
            (0..columns).map(|column| bits.iter().map(|row| row[column]).collect()).collect();
        Chain::colors(&turned)
    }

    fn sweep(&self, from: usize, to: usize, tangent: bool) -> u128 {
        let cost = |factor: &Factor| if tangent { factor.tangent } else { factor.adjoint };
        self.factors[from..to].iter().map(cost).sum()
    }

    pub(super) fn may_sweep(&self, from: usize, to: usize, tangent: bool) -> bool {
        let passed = &self.factors[from..to];
        let tape: u128 = passed.iter().map(|factor| factor.tape).sum();
        let fits = tangent || self.tape.is_none_or(|most| tape <= most);
        fits && passed.iter().all(|factor| factor.sweepable)
    }

    fn longest(&self, from: usize, to: usize) -> u128 {
        self.factors[from..to].iter().map(|factor| factor.tape).max().unwrap_or(0)
    }

    pub(super) fn by_trying_everything(&self) -> Outcomes {
        self.outcomes(0, self.factors.len(), self.reduce.is_some(), &mut Known::new())
    }

    fn outcomes(&self, from: usize, to: usize, reduced: bool, known: &mut Known) -> Outcomes {
        if let Some(found) = known.get(&(from, to, reduced)) {
            return found.clone();
        }
        let mut all = Outcomes::new();
        let single = from + 1 == to;
        if !reduced && single && self.factors[from].given {
            all.insert(Outcome { cost: 0, peak: 0, path: 0 });
        } else if !(single && !reduced && self.factors[from].swept && self.factors.len() > 1) {
            if reduced {
                self.reductions(from, to, &mut all, known);
            } else {
                self.accumulations(from, to, &mut all);
            }
            for at in from + 1..to {
                self.joints(from, at, to, reduced, &mut all, known);
            }
        }
        known.insert((from, to, reduced), all.clone());
        all
    }

    fn accumulations(&self, from: usize, to: usize, all: &mut Outcomes) {
        let made = self.held_if_made(from, to, false);
        let copies = self.copies(from, to, false);
        for tangent in [true, false].into_iter().filter(|&t| self.may_sweep(from, to, t)) {
            let cost = copies * self.sweeps(from, to, tangent) * self.sweep(from, to, tangent);
            let (first, rest) = if tangent { (from, from + 1..to) } else { (to - 1, from..to - 1) };
            let own = self.copies(first, first + 1, false);
            let formed = self.entries(first, first + 1) * own;
            let tape = |tape: u128| if tangent { 0 } else { tape };
            let forming = formed + tape(own * self.factors[first].tape);
            let peak = if rest.is_empty() {
                forming
            } else {
                forming.max(formed + made + tape(copies * self.longest(rest.start, rest.end)))
            };
            all.insert(Outcome { cost, peak, path: cost });
        }
    }

    fn held_if_made(&self, from: usize, to: usize, reduced: bool) -> u128 {
        self.entries(from, to) * self.copies(from, to, reduced)
    }

    fn joints(
        &self,
        from: usize,
        at: usize,
        to: usize,
        reduced: bool,
        all: &mut Outcomes,
        known: &mut Known,
    ) {
        let made = self.held_if_made(from, to, reduced);
        let copies = self.copies(from, to, reduced);
        if let Some((first, second)) = self.manners(from, at, to, reduced) {
            let earlier = self.outcomes(from, at, first, known);
            let later = self.outcomes(at, to, second, known);
            let (e, l) = (self.held(from, at, first), self.held(at, to, second));
            let cost = copies * self.multiply_adds(from, at, to);
            for a in &earlier {
                for b in &later {
                    let orders = [a.peak.max(e + b.peak), b.peak.max(l + a.peak)];
                    all.insert(Outcome {
                        cost: a.cost + b.cost + cost,
                        peak: orders[0].min(orders[1]).max(e + l + made),
                        path: a.path.max(b.path) + cost,
                    });
                }
            }
            let tangent = copies * self.sweeps(from, to, true) * self.sweep(at, to, true);
            if self.may_sweep(at, to, true) && !second {
                all.extend(earlier.iter().map(|a| a.then(tangent, e + made)));
            }
            let adjoint = copies * self.sweeps(from, to, false) * self.sweep(from, at, false);
            if self.may_sweep(from, at, false) && !first {
                let room = l + made + copies * self.longest(from, at);
                all.extend(later.iter().map(|b| b.then(adjoint, room)));
            }
        }
    }

    /// Whether each factor is a sum over the batch: one may be, when the other is the same for all points.
    pub(super) fn manners(
        &self,
        from: usize,
        at: usize,
        to: usize,
        reduced: bool,
    ) -> Option<(bool, bool)> {
        match (reduced, self.is_shared(from, at), self.is_shared(at, to)) {
            (false, _, _) => Some((false, false)),
            (true, false, true) => Some((true, false)),
            (true, true, false) => Some((false, true)),
            _ => None,
        }
    }

    /// Whether the batch may be added up right behind the Jacobian of a span.
    pub(super) fn may_reduce(&self, from: usize, to: usize) -> bool {
        let outside = self.factors[..from].iter().chain(&self.factors[to..]);
        let whole = (from, to) == (0, self.factors.len());
        outside.into_iter().all(|factor| factor.shared) && (!self.is_shared(from, to) || whole)
    }

    fn reductions(&self, from: usize, to: usize, all: &mut Outcomes, known: &mut Known) {
        if !self.may_reduce(from, to) {
            return;
        }
        let entries = self.entries(from, to);
        let cost = match (self.is_shared(from, to), self.reduce) {
            (true, Some(Reduce::Mean)) => 0,
            _ => self.copies(from, to, false) * entries,
        };
        let room = self.held(from, to, false) + entries;
        let below = self.outcomes(from, to, false, known);
        all.extend(below.iter().map(|operand| operand.then(cost, room)));
    }
}

impl Outcome {
    fn then(self, cost: u128, room: u128) -> Outcome {
        Outcome { cost: self.cost + cost, peak: self.peak.max(room), path: self.path + cost }
    }
}
