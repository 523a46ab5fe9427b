//! Every tree, every mode, every place for the sum over the batch, tried one by one on thousands of
//! small chains. Nothing here is shared with the planner: patterns are tables of bools, colors are
//! found by trying all, and costs are summed from the definitions.
#[path = "../common/mod.rs"]
mod common;
mod draw;
mod every_way;
mod times;

use chainrule_plan::{Certificate, Objective, Request, pareto_front, plan, price};
use common::Random;
use draw::{Kind, random_chain};
use every_way::{Outcome, Outcomes};

const CHAINS: u64 = 10_000;

fn try_kind(kind: Kind) {
    let mut random = Random::new(0xC4A1 + kind as u64);
    let machine = times::machine();
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
        let objective = Objective::Time { model: Box::new(machine.clone()), threads: 1 };
        let (value, _) = solve(objective);
        let wanted = chain.times().first().map(|nanoseconds| nanoseconds * 1_000_000);
        assert_eq!(Some(value), wanted, "{}", context());
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
