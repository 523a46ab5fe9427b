//! Every tree, every mode, every place for the sum over the batch, tried one by one on thousands of
//! small chains. Nothing here is shared with the planner: patterns are tables of bools, colors are
//! found by trying all, and costs are summed from the definitions.
mod common;

use chainrule_plan::{
    Certificate, Jacobian, Limits, Objective, Pattern, Problem, ProblemSpec, Reduce, Request, Seed,
    Stage, Structure, pareto_front, plan, price,
};
use common::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const CHAINS: u64 = 10_000;

/// One factor, as plain as can be.
#[derive(Clone, Debug)]
struct Factor {
    bits: Vec<Vec<bool>>,
    identity: bool,
    tangent: u128,
    adjoint: u128,
    tape: u128,
    given: bool,
    swept: bool,
    shared: bool,
    sweepable: bool,
}

#[derive(Clone, Debug)]
struct Chain {
    factors: Vec<Factor>,
    batch: u128,
    reduce: Option<Reduce>,
    tape: Option<u128>,
}

/// What making a Jacobian in one way takes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    cost: u128,
    peak: u128,
    path: u128,
}

type Outcomes = BTreeSet<Outcome>;
type Known = BTreeMap<(usize, usize, bool), Outcomes>;

impl Chain {
    fn bits(&self, from: usize, to: usize) -> Vec<Vec<bool>> {
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

    fn is_identity(&self, from: usize, to: usize) -> bool {
        self.factors[from..to].iter().all(|factor| factor.identity)
    }

    fn entries(&self, from: usize, to: usize) -> u128 {
        if self.is_identity(from, to) {
            return 0;
        }
        self.bits(from, to).iter().flatten().filter(|&&is| is).count() as u128
    }

    fn is_shared(&self, from: usize, to: usize) -> bool {
        self.factors[from..to].iter().all(|factor| factor.shared)
    }

    fn copies(&self, from: usize, to: usize, reduced: bool) -> u128 {
        if reduced || self.is_shared(from, to) { 1 } else { self.batch }
    }

    fn held(&self, from: usize, to: usize, reduced: bool) -> u128 {
        if from + 1 == to && self.factors[from].given && !reduced {
            return 0;
        }
        self.entries(from, to) * self.copies(from, to, reduced)
    }

    fn multiply_adds(&self, from: usize, at: usize, to: usize) -> u128 {
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

    fn sweeps(&self, from: usize, to: usize, tangent: bool) -> u128 {
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

    fn may_sweep(&self, from: usize, to: usize, tangent: bool) -> bool {
        let passed = &self.factors[from..to];
        let tape: u128 = passed.iter().map(|factor| factor.tape).sum();
        let fits = tangent || self.tape.is_none_or(|most| tape <= most);
        fits && passed.iter().all(|factor| factor.sweepable)
    }

    fn longest(&self, from: usize, to: usize) -> u128 {
        self.factors[from..to].iter().map(|factor| factor.tape).max().unwrap_or(0)
    }

    fn by_trying_everything(&self) -> Outcomes {
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
        // A sum over the batch may be in one factor, when the other is the same for all points.
        let manners: Vec<(bool, bool)> =
            match (reduced, self.is_shared(from, at), self.is_shared(at, to)) {
                (false, _, _) => vec![(false, false)],
                (true, false, true) => vec![(true, false)],
                (true, true, false) => vec![(false, true)],
                _ => vec![],
            };
        let made = self.held_if_made(from, to, reduced);
        let copies = self.copies(from, to, reduced);
        for (first, second) in manners {
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

    fn reductions(&self, from: usize, to: usize, all: &mut Outcomes, known: &mut Known) {
        let outside = self.factors[..from].iter().chain(&self.factors[to..]);
        let whole = (from, to) == (0, self.factors.len());
        if !outside.into_iter().all(|factor| factor.shared) || (self.is_shared(from, to) && !whole)
        {
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

/// A stage and the same thing as a plain factor.
fn random_stage(random: &mut Random, m: u32, n: u32, kind: Kind) -> (Stage, Factor) {
    let cost = |random: &mut Random| u64::from(random.between(0, 3 * u64::from(m * n)));
    let (tangent, adjoint, tape) = (cost(random), cost(random), cost(random));
    let given = kind == Kind::Products || (kind != Kind::Swept && random.chance(4));
    let swept = kind == Kind::Swept && random.chance(3);
    let square = m == n;
    let structured = kind == Kind::Structured;
    let (structure, bits) = match random.below(4) {
        0 if structured && square => (Structure::Diagonal, table(m, n, |r, c| r == c)),
        1 if structured && square => (Structure::Identity, table(m, n, |r, c| r == c)),
        2 | 3 if structured => {
            let bits = table(m, n, |_, _| random.chance(2));
            let rows: Vec<Vec<u32>> = bits
                .iter()
                .map(|row| (0..n).filter(|&column| row[column as usize]).collect())
                .collect();
            let pattern = Arc::new(Pattern::new(n, &rows).unwrap());
            (Structure::Pattern { pattern }, bits)
        }
        _ => (Structure::Dense, table(m, n, |_, _| true)),
    };
    let identity = structure == Structure::Identity;
    let shared = random.chance(2);
    let jacobian = match (given, swept) {
        (true, _) => Jacobian::Given,
        (_, true) => Jacobian::Swept,
        _ => Jacobian::Accumulate,
    };
    let stage = Stage {
        tangent_cost: Some(tangent),
        adjoint_cost: Some(adjoint),
        tape_size: Some(tape),
        jacobian,
        structure,
        shared,
        ..Stage::dense(n, m)
    };
    let factor = Factor {
        bits,
        identity,
        tangent: tangent.into(),
        adjoint: adjoint.into(),
        tape: tape.into(),
        given: given || identity,
        swept,
        shared,
        sweepable: true,
    };
    (stage, factor)
}

fn table(m: u32, n: u32, mut at: impl FnMut(u32, u32) -> bool) -> Vec<Vec<bool>> {
    (0..m).map(|row| (0..n).map(|column| at(row, column)).collect()).collect()
}

#[derive(Copy, Clone, Debug, PartialEq)]
enum Kind {
    Products,
    MatrixFree,
    TapeLimit,
    Swept,
    Structured,
    Batched,
    Seeded,
}

fn random_chain(random: &mut Random, kind: Kind) -> (Problem, Limits, Chain) {
    let q = random.between(1, 4);
    let dims: Vec<u32> = (0..=q).map(|_| random.between(1, 5)).collect();
    let (stages, mut factors): (Vec<Stage>, Vec<Factor>) =
        dims.windows(2).map(|d| random_stage(random, d[1], d[0], kind)).unzip();
    let mut spec = ProblemSpec::new(stages);
    if matches!(kind, Kind::Batched | Kind::Structured | Kind::Seeded) {
        spec.batch = random.between(1, 5);
        spec.reduce = [None, Some(Reduce::Sum), Some(Reduce::Mean)][random.below(3) as usize];
    }
    if kind == Kind::Seeded {
        let mut seed = |m: Option<u32>, n: Option<u32>| {
            let (count, shared) = (random.between(1, 3), random.chance(2));
            let bits = table(m.unwrap_or(count), n.unwrap_or(count), |_, _| true);
            let factor = Factor {
                bits,
                shared,
                given: true,
                sweepable: false,
                identity: false,
                swept: false,
                ..Factor { tangent: 0, adjoint: 0, tape: 0, ..factors[0].clone() }
            };
            (random.chance(2)).then_some((Seed { count, shared }, factor))
        };
        let columns = seed(Some(dims[0]), None);
        let rows = seed(None, Some(dims[q as usize]));
        spec.seeds.columns = columns.as_ref().map(|(seed, _)| *seed);
        spec.seeds.rows = rows.as_ref().map(|(seed, _)| *seed);
        factors.splice(0..0, columns.map(|(_, factor)| factor));
        factors.extend(rows.map(|(_, factor)| factor));
    }
    let tape = (kind == Kind::TapeLimit).then(|| random.below(150));
    let chain = Chain {
        factors,
        batch: spec.batch.into(),
        reduce: spec.reduce,
        tape: tape.map(u128::from),
    };
    (Problem::new(spec).unwrap(), Limits { tape, ..Limits::default() }, chain)
}

fn pareto(outcomes: &Outcomes) -> Vec<(u128, u128)> {
    let mut front: Vec<(u128, u128)> = Vec::new();
    let mut pairs: Vec<_> = outcomes.iter().map(|o| (o.cost, o.peak)).collect();
    pairs.sort_unstable();
    for pair in pairs {
        if front.last().is_none_or(|last| pair.1 < last.1) {
            front.push(pair);
        }
    }
    front
}

fn try_kind(kind: Kind) {
    let mut random = Random::new(0xC4A1 + kind as u64);
    for round in 0..CHAINS {
        let (problem, limits, chain) = random_chain(&mut random, kind);
        let outcomes = chain.by_trying_everything();
        let least = |of: fn(&Outcome) -> u128| outcomes.iter().map(of).min().unwrap();
        let solve = |objective: Objective| {
            let plan =
                plan(&problem, &Request { objective, limits, ..Request::default() }).unwrap();
            let walked = price(&problem, &plan).unwrap();
            assert_eq!((plan.cost, plan.peak_memory), (walked.cost, walked.peak_memory));
            assert!(matches!(plan.certificate, Certificate::Optimal { .. }));
            (plan.value, walked)
        };
        let context = || format!("{kind:?}, chain {round}: {chain:?}");
        let (value, walked) = solve(Objective::Flops);
        assert_eq!((value, walked.cost), (least(|o| o.cost), value), "{}", context());
        let (value, walked) = solve(Objective::CriticalPath);
        assert_eq!((value, walked.critical_path), (least(|o| o.path), value), "{}", context());
        let (value, walked) = solve(Objective::Memory);
        assert_eq!((value, walked.peak_memory), (least(|o| o.peak), value), "{}", context());
        let front = pareto_front(&problem, &Objective::Flops, &Objective::Memory, &limits).unwrap();
        let pairs: Vec<_> = front.plans.iter().map(|p| (p.cost, p.peak_memory)).collect();
        assert_eq!(pairs, pareto(&outcomes), "{}", context());
    }
    eprintln!("{kind:?}: {CHAINS} chains agree with trying everything");
}

#[test]
fn products() {
    try_kind(Kind::Products);
}

#[test]
fn matrix_free_chains() {
    try_kind(Kind::MatrixFree);
}

#[test]
fn chains_under_a_tape_limit() {
    try_kind(Kind::TapeLimit);
}

#[test]
fn chains_with_stages_that_are_only_swept() {
    try_kind(Kind::Swept);
}

#[test]
fn structured_chains() {
    try_kind(Kind::Structured);
}

#[test]
fn batches_and_sums_over_them() {
    try_kind(Kind::Batched);
}

#[test]
fn seeded_chains() {
    try_kind(Kind::Seeded);
}
