//! Published and own values of checkpointing, met exactly, and what is refused.
mod common;

use chainrule_plan::{
    Action, Certificate, CheckpointProblem, CheckpointStage, Checkpointing, MOST_STEPS, Place,
    PlanError, checkpointing, extra_forward, most_steps, replay,
};
use common::{cases, list, number, numbers, own_cases};
use serde_json::Value;
use std::collections::BTreeMap;

/// Solves, and lets the machine confirm what the answer says of itself.
fn solve(problem: &CheckpointProblem) -> Checkpointing {
    let found = checkpointing(problem).unwrap();
    let run = replay(problem, &found.schedule).unwrap();
    assert_eq!(
        (found.cost, found.extra_forward, found.peak_memory, found.peak_disk),
        (run.cost, run.extra_forward, run.peak_memory, run.peak_disk)
    );
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Checkpointing>(&text).unwrap(), found);
    let text = serde_json::to_string(problem).unwrap();
    assert_eq!(&serde_json::from_str::<CheckpointProblem>(&text).unwrap(), problem);
    found
}

fn count(case: &Value, key: &str) -> u32 {
    u32::try_from(number(&case[key])).unwrap()
}

fn check_uniform(case: &Value) {
    let (steps, checkpoints) = (count(case, "steps"), count(case, "snaps"));
    let found = solve(&CheckpointProblem::Uniform { steps, checkpoints });
    assert_eq!(found.extra_forward, number(&case["extra_forward"]), "{case}");
    assert_eq!(found.cost, number(&case["forward_total_incl_turns"]), "{case}");
    assert_eq!(extra_forward(steps.into(), checkpoints.into()), Some(found.extra_forward));
    assert!(found.peak_memory <= checkpoints.into());
    assert!(matches!(found.certificate, Certificate::Optimal { .. }));
    if !case["repetition_r"].is_null() {
        let times = number(&case["repetition_r"]);
        let beta = |times: u128| most_steps(checkpoints.into(), u64::try_from(times).unwrap());
        assert!(beta(times) >= steps.into() && (times == 0 || beta(times - 1) < steps.into()));
    }
}

fn check_table(case: &Value) {
    for row in list(&case["table"]) {
        let [s, r, steps] = numbers(row)[..] else { panic!("{row}") };
        assert_eq!(most_steps(s.into(), r.into()), steps.into(), "{row}");
    }
}

fn check_mixed(case: &Value) {
    let (steps, storage) = (count(case, "steps"), count(case, "units"));
    let found = solve(&CheckpointProblem::Mixed { steps, storage });
    assert_eq!(found.cost, number(&case["forward_steps_total"]), "{case}");
    assert_eq!(found.extra_forward, found.cost - u128::from(steps));
    assert!(found.peak_memory <= storage.into());
}

fn check_two_level(case: &Value) {
    let problem = CheckpointProblem::TwoLevel {
        steps: count(case, "steps"),
        memory_checkpoints: count(case, "ram_slots"),
        disk_checkpoints: count(case, "disk_slots"),
        forward_cost: count(case, "uf").into(),
        adjoint_cost: count(case, "ub").into(),
        write_cost: count(case, "write_disk").into(),
        read_cost: count(case, "read_disk").into(),
    };
    let found = solve(&problem);
    assert_eq!(found.cost, number(&case["hrevolve_cost"]), "{case}");
    if !case["unrestricted_optimum"].is_null() {
        assert_eq!(found.cost, number(&case["unrestricted_optimum"]), "{case}");
    }
    assert!(found.peak_memory <= count(case, "ram_slots").into());
    assert!(found.peak_disk <= count(case, "disk_slots"));
}

fn stages(chain: &Value) -> Vec<CheckpointStage> {
    let of = |key: &str| numbers(&chain[key]).into_iter().map(u64::from).collect::<Vec<_>>();
    let [uf, ub, wa, wb, of_, ob] = ["uf", "ub", "wa", "wb", "of", "ob"].map(of);
    assert_eq!(wa.len(), uf.len() + 1);
    let stage = |i| CheckpointStage {
        forward_cost: uf[i],
        adjoint_cost: ub[i],
        state_size: wa[i + 1],
        tape_size: wb[i],
        adjoint_size: None,
        forward_workspace: of_[i],
        adjoint_workspace: ob[i],
    };
    (0..uf.len()).map(stage).collect()
}

fn check_rotor(case: &Value) {
    let stages = stages(&case["chain"]);
    let memory = number(&case["memory"]) as u64;
    let problem = CheckpointProblem::Heterogeneous { stages, memory, slots: None };
    match &case["persistent_dp"] {
        Value::Null => {
            let error = checkpointing(&problem).unwrap_err();
            let PlanError::InfeasibleMemory { limit, smallest } = error else { panic!("{error}") };
            assert!(limit == memory.into() && smallest > limit, "{case}");
            assert!(case["unrestricted_optimum"].is_null(), "{case}");
        }
        wanted => {
            let found = solve(&problem);
            assert_eq!(found.cost, number(wanted), "{case}");
            assert!(found.peak_memory <= memory.into());
            assert!(matches!(found.certificate, Certificate::Optimal { .. }), "{case}");
        }
    }
}

/// Runs all cases, says how many of each kind, and leaves none out.
fn check(cases: &[Value]) {
    let mut run: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        let kind = case["kind"].as_str().unwrap();
        match kind {
            "revolve" => check_uniform(case),
            "revolve_max_steps" => check_table(case),
            "mixed_store" => check_mixed(case),
            "hrevolve" => check_two_level(case),
            "rotor" => check_rotor(case),
            other => panic!("unknown kind {other}"),
        }
        *run.entry(kind).or_default() += 1;
    }
    eprintln!("cases of revolve.json run: {run:?}");
    assert!(run.len() == 5 && run.values().sum::<usize>() == cases.len());
}

#[test]
fn the_cases_in_the_repository_are_met() {
    check(&own_cases("revolve.json"));
}

#[test]
fn every_case_is_met() {
    if let Some(cases) = cases("revolve.json") {
        check(&cases);
    }
}

/// The published package swaps the two costs of a step; its schedule for this costs 1204.
#[test]
fn costs_of_steps_are_not_swapped() {
    let problem = CheckpointProblem::TwoLevel {
        steps: 40,
        memory_checkpoints: 3,
        disk_checkpoints: 4,
        forward_cost: 6,
        adjoint_cost: 1,
        write_cost: 4,
        read_cost: 4,
    };
    assert_eq!(solve(&problem).cost, 574);
}

#[test]
fn published_examples() {
    for (steps, checkpoints, extra) in [(10, 3, 15), (64, 1, 2016), (100, 8, 245), (200, 3, 1305)] {
        let found = solve(&CheckpointProblem::Uniform { steps, checkpoints });
        assert_eq!(found.extra_forward, extra);
    }
    let plenty = solve(&CheckpointProblem::Uniform { steps: 7, checkpoints: 100 });
    assert_eq!((plenty.extra_forward, plenty.peak_memory), (6, 6));
    let alone = solve(&CheckpointProblem::Uniform { steps: 1, checkpoints: 1 });
    assert_eq!((alone.extra_forward, alone.cost), (0, 1));
}

#[test]
fn a_million_steps() {
    let problem = CheckpointProblem::Uniform { steps: 1_000_000, checkpoints: 30 };
    let found = checkpointing(&problem).unwrap();
    assert_eq!((found.extra_forward, found.peak_memory), (5_623_008, 30));
    // More steps than any schedule is written for are still counted.
    assert_eq!(extra_forward(u64::MAX, u64::MAX), Some(u128::from(u64::MAX) - 1));
    assert_eq!(extra_forward(1 << 40, 1), Some((1_u128 << 39) * ((1 << 40) - 1)));
    assert_eq!(most_steps(u64::MAX, u64::MAX), u128::MAX);
    assert_eq!((extra_forward(0, 1), extra_forward(1, 0)), (None, None));
}

fn random_stages(random: &mut common::Random, count: usize, scale: u64) -> Vec<CheckpointStage> {
    let mut stage = || {
        let state_size = scale + random.below(5 * scale);
        CheckpointStage {
            forward_cost: 1 + random.below(9),
            adjoint_cost: 1 + random.below(9),
            state_size,
            tape_size: state_size + random.below(8 * scale),
            adjoint_size: None,
            forward_workspace: random.below(2 * scale),
            adjoint_workspace: random.below(2 * scale),
        }
    };
    (0..count).map(|_| stage()).collect()
}

fn heterogeneous(stages: &[CheckpointStage], memory: u64, slots: Option<u32>) -> CheckpointProblem {
    CheckpointProblem::Heterogeneous { stages: stages.to_vec(), memory, slots }
}

fn smallest_memory(stages: &[CheckpointStage]) -> u64 {
    match checkpointing(&heterogeneous(stages, 0, None)) {
        Err(PlanError::InfeasibleMemory { limit: 0, smallest }) => smallest as u64,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_smallest_memory_does_and_less_does_not() {
    let mut random = common::Random::new(41);
    for round in 0..200 {
        let stages = random_stages(&mut random, 1 + round % 12, 1 + round as u64 % 7);
        let smallest = smallest_memory(&stages);
        let found = solve(&heterogeneous(&stages, smallest, None));
        assert_eq!(found.peak_memory, smallest.into());
        let error = checkpointing(&heterogeneous(&stages, smallest - 1, None)).unwrap_err();
        assert_eq!(error.code(), "INFEASIBLE_MEMORY");
        assert!(error.to_string().contains(&format!("at least {smallest} ")), "{error}");
    }
}

/// Few slots give a schedule that fits, and a bound that is one.
#[test]
fn coarse_memory_keeps_the_limit_and_bounds_the_gap() {
    let mut random = common::Random::new(43);
    let (mut exact, mut gaps) = (0, 0);
    for _ in 0..300 {
        let stages = random_stages(&mut random, 10, 1000);
        let memory = smallest_memory(&stages) + random.below(40_000);
        let best = solve(&heterogeneous(&stages, memory, None));
        for slots in [1, 7, 40, 200] {
            let coarse = solve(&heterogeneous(&stages, memory, Some(slots)));
            assert!(coarse.peak_memory <= memory.into() && coarse.cost >= best.cost);
            match coarse.certificate {
                Certificate::Gap { lower_bound } => {
                    assert!(lower_bound <= best.cost);
                    gaps += 1;
                }
                Certificate::Optimal { .. } => {
                    assert_eq!(coarse.cost, best.cost);
                    exact += 1;
                }
            }
        }
    }
    assert!(exact > 20 && gaps > 200, "{exact} {gaps}");
}

/// Where all sizes are one, room for the checkpoints of Revolve but the input, and for the two things
/// that a running stage reads and leaves, is enough for its schedule.
#[test]
fn equal_stages_cost_no_more_than_revolve() {
    for steps in 2..=14_u32 {
        for storage in 1..=6_u32 {
            let stage = CheckpointStage {
                forward_cost: 1,
                state_size: 1,
                tape_size: 1,
                adjoint_size: Some(0),
                ..CheckpointStage::default()
            };
            let stages = vec![stage; steps as usize];
            let memory = u64::from(storage) + 2;
            let found = solve(&heterogeneous(&stages, memory, None));
            let uniform = solve(&CheckpointProblem::Uniform { steps, checkpoints: storage + 1 });
            assert!(found.cost <= uniform.cost, "{steps} {storage}");
        }
    }
}

#[test]
fn long_heterogeneous_chains() {
    let mut random = common::Random::new(47);
    let stages = random_stages(&mut random, 120, 1000);
    let memory = smallest_memory(&stages) * 2;
    let found = solve(&heterogeneous(&stages, memory, Some(250)));
    assert!(found.peak_memory <= memory.into());
    let Certificate::Gap { lower_bound } = found.certificate else {
        panic!("{:?}", found.certificate)
    };
    assert!(lower_bound * 2 > found.cost, "{lower_bound} {}", found.cost);
}

fn code(problem: &CheckpointProblem) -> (&'static str, String) {
    let error = checkpointing(problem).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn bad_input_is_refused() {
    use CheckpointProblem::{Heterogeneous, Mixed, TwoLevel, Uniform};
    let two = |steps, memory_checkpoints, disk_checkpoints| TwoLevel {
        steps,
        memory_checkpoints,
        disk_checkpoints,
        forward_cost: 1,
        adjoint_cost: 1,
        write_cost: 1,
        read_cost: 1,
    };
    let stage = CheckpointStage {
        forward_cost: 1,
        adjoint_cost: 1,
        state_size: 2,
        tape_size: 3,
        ..CheckpointStage::default()
    };
    let chain = |stage: &CheckpointStage, slots| Heterogeneous {
        stages: vec![stage.clone(); 3],
        memory: 100,
        slots,
    };
    let refused = [
        (Uniform { steps: 0, checkpoints: 1 }, "ZERO_SIZE", "`steps`"),
        (Uniform { steps: 1, checkpoints: 0 }, "ZERO_SIZE", "`checkpoints`"),
        (Uniform { steps: MOST_STEPS + 1, checkpoints: 3 }, "TOO_LARGE", "16777217"),
        (Mixed { steps: 0, storage: 1 }, "ZERO_SIZE", "`steps`"),
        (Mixed { steps: 5, storage: 0 }, "ZERO_SIZE", "`storage`"),
        (Mixed { steps: 1 << 20, storage: 3 }, "TOO_LARGE", "`steps`"),
        (two(0, 1, 1), "ZERO_SIZE", "`steps`"),
        (two(5, 0, 0), "ZERO_SIZE", "memoryCheckpoints"),
        (two(1 << 20, 1, 5), "TOO_LARGE", "`steps`"),
        (Heterogeneous { stages: vec![], memory: 5, slots: None }, "EMPTY_CHAIN", "`stages`"),
        (
            Heterogeneous { stages: vec![stage.clone(); 2049], memory: 5, slots: None },
            "TOO_LARGE",
            "2049",
        ),
        (chain(&stage, Some(0)), "ZERO_SIZE", "`slots`"),
        (chain(&stage, Some(u32::MAX)), "TOO_LARGE", "`slots`"),
        (
            chain(&CheckpointStage { tape_size: 1, ..stage.clone() }, None),
            "STRUCTURE_MISMATCH",
            "`stages[0].tapeSize` must be at least 2",
        ),
        (
            chain(&CheckpointStage { forward_cost: u64::MAX, ..stage.clone() }, None),
            "COST_OVERFLOW",
            "forwardCost",
        ),
        (
            chain(&CheckpointStage { tape_size: u64::MAX, ..stage.clone() }, None),
            "COST_OVERFLOW",
            "tapeSize",
        ),
    ];
    for (problem, wanted, says) in refused {
        let (code, text) = code(&problem);
        assert!(code == wanted && text.contains(says), "{code} {text}");
    }
    let costly = TwoLevel {
        steps: 300,
        memory_checkpoints: 1,
        disk_checkpoints: 2,
        forward_cost: u64::MAX,
        adjoint_cost: u64::MAX,
        write_cost: u64::MAX,
        read_cost: u64::MAX,
    };
    assert!(solve(&costly).cost > u64::MAX.into());
}

#[test]
fn the_machine_refuses_what_cannot_be_done() {
    use Action::{Advance, DiscardState, Record, RestoreState, Reverse, StoreState, StoreTape};
    let place = Place::Memory;
    let problem = CheckpointProblem::Uniform { steps: 3, checkpoints: 1 };
    let store = StoreState { state: 0, place };
    let refused: [(&[Action], usize, &str); 13] = [
        (&[], 0, "not reversed"),
        (&[Advance { from: 1, to: 2 }], 0, "working state is 0"),
        (&[Advance { from: 0, to: 0 }], 0, "no steps"),
        (&[Advance { from: 0, to: 4 }], 0, "no steps"),
        (&[Record { step: 0 }, Reverse { step: 0 }], 1, "must be reversed next"),
        (&[Reverse { step: 2 }], 0, "tape of step 2"),
        (&[StoreState { state: 1, place }], 0, "working state is 0"),
        (&[store, store], 1, "already"),
        (&[StoreState { state: 0, place: Place::Disk }], 0, "too many"),
        (&[store, Advance { from: 0, to: 1 }, StoreState { state: 1, place }], 2, "too many"),
        (&[RestoreState { state: 0, place }], 0, "not kept"),
        (&[DiscardState { state: 0, place }], 0, "not kept"),
        (&[Record { step: 0 }, StoreTape { step: 0 }], 1, "only states"),
    ];
    for (schedule, at, says) in refused {
        let error = replay(&problem, schedule).unwrap_err();
        let PlanError::InvalidSchedule { action, ref reason } = error else { panic!("{error}") };
        assert!(action == at && reason.contains(says), "{schedule:?} {error}");
        assert_eq!(error.code(), "INVALID_SCHEDULE");
    }
    let stage = CheckpointStage { state_size: 2, tape_size: 3, ..CheckpointStage::default() };
    let [tight, roomy] =
        [6, 7].map(|memory| heterogeneous(&[stage.clone(), stage.clone()], memory, None));
    // Adjoint 2, tape 3 and the state between: one more than there is.
    let schedule = [Advance { from: 0, to: 1 }, StoreState { state: 1, place }, Record { step: 1 }];
    let error = replay(&tight, &schedule).unwrap_err();
    assert!(error.to_string().contains("7 of room"), "{error}");
    // A record drops the tape before it; reversing needs the state before the step.
    let record = [Record { step: 0 }, Record { step: 1 }, Reverse { step: 1 }];
    let error = replay(&roomy, &record).unwrap_err();
    assert!(error.to_string().contains("state before step 1"), "{error}");
}
