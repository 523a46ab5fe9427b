//! States that are priced: plans under a memory limit that evaluate again what they do not keep,
//! against Dijkstra over stacks of matrices for every choice of what is kept.
mod common;

use chainrule_plan::{
    Certificate, Limits, Objective, Plan, PlanError, Problem, ProblemSpec, Request, Stage, Step,
    plan, price,
};
use common::Random;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

type Span = (usize, usize);

/// The matrices that are alive, in the order in which they were made.
type Alive = Vec<Span>;

/// A chain of dense stages and which states are kept, as a machine.
struct Machine<'a> {
    stages: &'a [Stage],
    batch: u64,
    kept: u32,
    limit: u64,
}

impl Machine<'_> {
    fn size(&self, (from, to): Span) -> u64 {
        u64::from(self.stages[from].inputs) * u64::from(self.stages[to - 1].outputs) * self.batch
    }

    fn state(&self, at: usize) -> u64 {
        if at == 0 { 0 } else { self.stages[at].state_size.unwrap() * self.batch }
    }

    fn is_kept(&self, at: usize) -> bool {
        at == 0 || self.kept >> at & 1 == 1
    }

    /// Cost of making the states that a sweep needs, link by link as they are missing.
    fn evaluations(&self, (from, to): Span) -> u64 {
        let mut run = BTreeSet::new();
        for needed in from..to {
            let mut at = needed;
            while !self.is_kept(at) {
                at -= 1;
                run.insert(at);
            }
        }
        run.iter().map(|&at| self.stages[at].evaluation_cost.unwrap() * self.batch).sum()
    }

    fn made(&self, (from, to): Span, back: bool) -> u64 {
        let sizes = (from..to).filter(|&at| !self.is_kept(at)).map(|at| self.state(at));
        if back { sizes.sum() } else { sizes.max().unwrap_or(0) }
    }

    fn tape(&self, (from, to): Span) -> u64 {
        let tapes = self.stages[from..to].iter().map(|stage| stage.tape_size.unwrap());
        tapes.max().unwrap_or(0) * self.batch
    }

    fn sweeping(&self, (from, to): Span, back: bool) -> u64 {
        let cost = |stage: &Stage| if back { stage.adjoint_cost } else { stage.tangent_cost };
        self.stages[from..to].iter().map(|stage| cost(stage).unwrap()).sum()
    }

    /// Cost of forming the Jacobian of a span by sweeps of the identity, and the room it takes.
    fn forming(&self, (from, to): Span, back: bool) -> (u64, u64) {
        let ends = if back { self.stages[to - 1].outputs } else { self.stages[from].inputs };
        let swept = u64::from(ends) * self.batch * self.sweeping((from, to), back);
        let first = if back { (to - 1, to) } else { (from, from + 1) };
        let tape = |span| if back { self.tape(span) } else { 0 };
        let forming = self.size(first) + tape(first);
        let made = self.made((from, to), back);
        let rest = match to - from {
            1 => 0,
            _ => self.size(first) + self.size((from, to)) + tape((from, to - 1)),
        };
        (swept + self.evaluations((from, to)), made + forming.max(rest))
    }

    /// The least cost; `depth_first` when the operands of a step must be those made last, so that one
    /// is made wholly before the other.
    fn least(&self, depth_first: bool) -> Option<u64> {
        let q = self.stages.len();
        let kept: u64 = (1..q).filter(|&at| self.is_kept(at)).map(|at| self.state(at)).sum();
        let mut best: HashMap<Alive, u64> = HashMap::from([(Alive::new(), 0)]);
        let mut open = BinaryHeap::from([Reverse((0, Alive::new()))]);
        while let Some(Reverse((cost, alive))) = open.pop() {
            if alive == [(0, q)] {
                return Some(cost);
            }
            if best[&alive] < cost {
                continue;
            }
            let held: u64 = kept + alive.iter().map(|&span| self.size(span)).sum::<u64>();
            let mut reach = |more: u64, room: u64, used: &[Span], made: Span| {
                if held + room > self.limit {
                    return;
                }
                let below = alive.len() - used.len();
                if depth_first && alive[below..].iter().any(|span| !used.contains(span)) {
                    return;
                }
                let mut next = alive.clone();
                next.retain(|span| !used.contains(span));
                next.push(made);
                if !depth_first {
                    next.sort_unstable();
                }
                let known = best.entry(next.clone()).or_insert(u64::MAX);
                if cost + more < *known {
                    *known = cost + more;
                    open.push(Reverse((cost + more, next)));
                }
            };
            let free =
                |(from, to): Span| alive.iter().all(|&(start, end)| end <= from || to <= start);
            for from in 0..q {
                for to in (from + 1..=q).filter(|&to| free((from, to))) {
                    for back in [false, true] {
                        let (more, room) = self.forming((from, to), back);
                        reach(more, room, &[], (from, to));
                    }
                }
            }
            for &(from, at) in &alive {
                for &(_, to) in alive.iter().filter(|span| span.0 == at) {
                    let widths = [self.stages[from].inputs, self.stages[at].inputs];
                    let last = self.stages[to - 1].outputs;
                    let product: u64 = widths.iter().map(|&w| u64::from(w)).product();
                    let more = product * u64::from(last) * self.batch;
                    reach(more, self.size((from, to)), &[(from, at), (at, to)], (from, to));
                }
                for to in (at + 1..=q).filter(|&to| free((at, to))) {
                    let sweeps = u64::from(self.stages[from].inputs) * self.batch;
                    let more = sweeps * self.sweeping((at, to), false) + self.evaluations((at, to));
                    let room = self.size((from, to)) + self.made((at, to), false);
                    reach(more, room, &[(from, at)], (from, to));
                }
                for start in (0..from).filter(|&start| free((start, from))) {
                    let through = (start, from);
                    let sweeps = u64::from(self.stages[at - 1].outputs) * self.batch;
                    let more = sweeps * self.sweeping(through, true) + self.evaluations(through);
                    let made = self.made(through, true) + self.tape(through);
                    reach(more, self.size((start, at)) + made, &[(from, at)], (start, at));
                }
            }
        }
        None
    }
}

fn random_chain(random: &mut Random, length: usize) -> Vec<Stage> {
    let widths: Vec<u32> = (0..=length).map(|_| random.between(1, 6)).collect();
    let stage = |pair: &[u32]| {
        let mut some = |most| Some(1 + random.below(most));
        Stage {
            tangent_cost: some(20),
            adjoint_cost: some(20),
            tape_size: some(20),
            evaluation_cost: some(20),
            state_size: some(30),
            ..Stage::dense(pair[0], pair[1])
        }
    };
    widths.windows(2).map(stage).collect()
}

fn problem(stages: &[Stage], batch: u32) -> Problem {
    Problem::new(ProblemSpec { batch, ..ProblemSpec::new(stages.to_vec()) }).unwrap()
}

fn within(memory: u64) -> Request {
    let limits = Limits { memory: Some(memory), ..Limits::default() };
    Request { limits, ..Request::default() }
}

/// What the walk says of a plan is what the plan says of itself, also as text.
fn check(problem: &Problem, plan: &Plan) {
    let price = price(problem, plan).unwrap();
    assert_eq!((plan.cost, plan.peak_memory), (price.cost, price.peak_memory), "{plan}");
    assert_eq!(Plan::parse(&plan.to_string()).as_ref(), Ok(plan));
}

fn evaluates(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| matches!(step, Step::Evaluate { .. }))
}

#[test]
fn brute_force_agrees_for_every_choice_of_what_is_kept() {
    let mut random = Random::new(11);
    let (mut evaluating, mut infeasible, mut beaten) = (0, 0, 0);
    for _ in 0..3000 {
        let length = 1 + random.below(4) as usize;
        let stages = random_chain(&mut random, length);
        let batch = 1 + u32::from(random.chance(3)) * 2;
        let problem = problem(&stages, batch);
        let all = plan(&problem, &Request::default()).unwrap();
        check(&problem, &all);
        let limit = 5 + random.below(u64::try_from(all.peak_memory).unwrap());
        let least_of = |limit, depth_first| {
            let machine = |kept| Machine { stages: &stages, batch: batch.into(), kept, limit };
            (0..1 << length).step_by(2).filter_map(|kept| machine(kept).least(depth_first)).min()
        };
        let least = |limit| least_of(limit, true);
        match plan(&problem, &within(limit)) {
            Ok(found) => {
                check(&problem, &found);
                assert!(found.peak_memory <= limit.into() && found.is_optimal());
                assert_eq!(least(limit).map(u128::from), Some(found.cost), "{stages:?}\n{found}");
                evaluating += u32::from(evaluates(&found));
                beaten += u32::from(least_of(limit, false) < least(limit));
            }
            Err(PlanError::InfeasibleMemory { smallest, .. }) => {
                let smallest = u64::try_from(smallest).unwrap();
                assert_eq!(least(limit), None, "{stages:?}");
                assert!(least(smallest).is_some() && least(smallest - 1).is_none(), "{stages:?}");
                let frugal = Request { objective: Objective::Memory, ..Request::default() };
                let frugal = plan(&problem, &frugal).unwrap();
                check(&problem, &frugal);
                assert_eq!((frugal.value, frugal.peak_memory), (smallest.into(), smallest.into()));
                infeasible += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    eprintln!("{evaluating} evaluate again, {infeasible} infeasible, {beaten} beaten interleaving");
    assert!(evaluating > 500 && infeasible > 300);
}

/// A state that is not kept costs evaluations, one by one where they are written.
#[test]
fn a_limit_trades_states_for_evaluations() {
    let stage = Stage {
        evaluation_cost: Some(7),
        state_size: Some(1000),
        tape_size: Some(1),
        ..Stage::dense(4, 4)
    };
    let problem = problem(&vec![stage; 6], 1);
    let free = plan(&problem, &Request::default()).unwrap();
    assert!(free.peak_memory > 5000 && !evaluates(&free));
    let tight = plan(&problem, &within(1500)).unwrap();
    check(&problem, &tight);
    assert!(tight.peak_memory <= 1500 && evaluates(&tight) && tight.is_optimal());
    assert!(tight.cost > free.cost && (tight.cost - free.cost).is_multiple_of(7));
    let unpriced = Stage { state_size: None, ..problem.spec().stages[0].clone() };
    let unpriced = Problem::new(ProblemSpec::new(vec![unpriced; 6])).unwrap();
    assert_eq!(plan(&unpriced, &Request::default()).unwrap().cost, free.cost);
    assert_ne!(unpriced.fingerprint(), problem.fingerprint());
}

/// Too many states to try all choices: the limit holds, and the bound is said.
#[test]
fn long_chains_keep_the_limit_and_say_the_gap() {
    let mut random = Random::new(13);
    for _ in 0..5 {
        let stages = random_chain(&mut random, 24);
        let problem = problem(&stages, 1);
        let free = plan(&problem, &Request::default()).unwrap();
        let limit = u64::try_from(free.peak_memory).unwrap() / 3;
        let found = plan(&problem, &within(limit)).unwrap();
        check(&problem, &found);
        assert!(found.peak_memory <= limit.into() && evaluates(&found));
        assert_eq!(found.certificate, Certificate::Gap { lower_bound: free.cost });
    }
}
