//! Every optimum of small problems found again by Dijkstra over the states of a machine.
mod common;

use chainrule_plan::{
    Certificate, CheckpointProblem, CheckpointStage, PlanError, checkpointing, replay,
};
use common::{Random, cases, number, numbers};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// What a machine holds: steps left, working state, bits of kept states in memory and on disk, bits
/// of kept tapes.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Holds {
    left: u32,
    working: Option<u32>,
    memory: u32,
    disk: u32,
    tapes: u32,
}

/// Dijkstra: `moves` lists what each state leads to, and at what cost.
fn least_cost(steps: u32, moves: impl Fn(Holds, &mut Vec<(u64, Holds)>)) -> Option<u64> {
    let start = Holds { left: steps, working: Some(0), memory: 0, disk: 0, tapes: 0 };
    let mut best = HashMap::from([(start, 0)]);
    let mut open = BinaryHeap::from([Reverse((0, start))]);
    let mut next = Vec::new();
    while let Some(Reverse((cost, holds))) = open.pop() {
        if holds.left == 0 {
            return Some(cost);
        }
        if best[&holds] < cost {
            continue;
        }
        moves(holds, &mut next);
        for (more, mut to) in next.drain(..) {
            // What lies at or beyond the end of what is left has no use.
            let useful = (1 << to.left) - 1;
            to.memory &= useful;
            to.disk &= useful;
            to.tapes &= useful;
            to.working = to.working.filter(|&state| state < to.left);
            let known = best.entry(to).or_insert(u64::MAX);
            if cost + more < *known {
                *known = cost + more;
                open.push(Reverse((cost + more, to)));
            }
        }
    }
    None
}

fn bits(set: u32) -> impl Iterator<Item = u32> {
    (0..32).filter(move |bit| set >> bit & 1 == 1)
}

/// A machine with slots that are all alike on each level.
#[derive(Copy, Clone)]
struct Slots {
    memory: u32,
    disk: u32,
    tapes: bool,
    advance: u64,
    record: u64,
    reverse: u64,
    write: u64,
    read: u64,
}

fn slots_least(steps: u32, slots: Slots) -> Option<u64> {
    least_cost(steps, |holds, next| {
        let room = holds.memory.count_ones() + holds.tapes.count_ones() < slots.memory;
        if let Some(w) = holds.working {
            if w + 1 == holds.left {
                let both = slots.record + slots.reverse;
                next.push((both, Holds { left: w, working: None, ..holds }));
            } else {
                next.push((slots.advance, Holds { working: Some(w + 1), ..holds }));
                if slots.tapes && room {
                    let tapes = holds.tapes | 1 << w;
                    next.push((slots.record, Holds { working: Some(w + 1), tapes, ..holds }));
                }
            }
            if room {
                next.push((0, Holds { memory: holds.memory | 1 << w, ..holds }));
            }
            if holds.disk.count_ones() < slots.disk {
                next.push((slots.write, Holds { disk: holds.disk | 1 << w, ..holds }));
            }
        }
        if holds.tapes >> (holds.left - 1) & 1 == 1 {
            next.push((slots.reverse, Holds { left: holds.left - 1, ..holds }));
        }
        for state in bits(holds.memory) {
            next.push((0, Holds { working: Some(state), ..holds }));
            next.push((0, Holds { memory: holds.memory & !(1 << state), ..holds }));
        }
        for state in bits(holds.disk) {
            next.push((slots.read, Holds { working: Some(state), ..holds }));
            next.push((0, Holds { disk: holds.disk & !(1 << state), ..holds }));
        }
        for step in bits(holds.tapes) {
            next.push((0, Holds { tapes: holds.tapes & !(1 << step), ..holds }));
        }
    })
}

/// A machine on which everything has a size. When `persistent`, what is kept stays until used, and
/// stages run again from the last thing that is kept only.
fn sizes_least(stages: &[CheckpointStage], memory: u64, persistent: bool) -> Option<u64> {
    let stage = |step: u32| &stages[step as usize];
    let adjoint = |left: u32| stage(left - 1).adjoint_size.unwrap_or(stage(left - 1).state_size);
    let held = |holds: Holds| -> u64 {
        let tapes: u64 = bits(holds.tapes).map(|step| stage(step).tape_size).sum();
        let states = holds.memory | holds.working.map_or(0, |w| 1 << w);
        let states: u64 = bits(states)
            .filter(|&state| state > 0 && holds.tapes >> (state - 1) & 1 == 0)
            .map(|state| stage(state - 1).state_size)
            .sum();
        tapes + states + adjoint(holds.left)
    };
    let steps = stages.len() as u32;
    least_cost(steps, |holds, next| {
        if let Some(w) = holds.working {
            let run = stage(w);
            let room = |kept: u64| held(holds) + kept + run.forward_workspace <= memory;
            if w + 1 < holds.left && room(run.state_size) {
                next.push((run.forward_cost, Holds { working: Some(w + 1), ..holds }));
            }
            if room(run.tape_size) {
                let tapes = holds.tapes | 1 << w;
                next.push((run.forward_cost, Holds { working: Some(w + 1), tapes, ..holds }));
            }
            next.push((0, Holds { memory: holds.memory | 1 << w, ..holds }));
        }
        let last = holds.left - 1;
        let input = last == 0
            || holds.memory >> last & 1 == 1
            || holds.tapes >> (last - 1) & 1 == 1
            || holds.working == Some(last);
        let room = held(holds) + stage(last).adjoint_workspace <= memory;
        if holds.tapes >> last & 1 == 1 && input && room {
            next.push((stage(last).adjoint_cost, Holds { left: last, ..holds }));
        }
        let kept = (holds.memory | holds.tapes << 1 | 1) & ((1 << holds.left) - 1);
        let beyond = holds.memory.max(holds.tapes << 1);
        for state in bits(kept).filter(|state| !persistent || beyond >> state <= 1) {
            next.push((0, Holds { working: Some(state), ..holds }));
        }
        if !persistent {
            for state in bits(holds.memory) {
                next.push((0, Holds { memory: holds.memory & !(1 << state), ..holds }));
            }
            for step in bits(holds.tapes) {
                next.push((0, Holds { tapes: holds.tapes & !(1 << step), ..holds }));
            }
        }
        next.push((0, Holds { working: None, ..holds }));
    })
}

fn cost(problem: &CheckpointProblem) -> u64 {
    let found = checkpointing(problem).unwrap();
    assert_eq!(replay(problem, &found.schedule).unwrap().cost, found.cost);
    u64::try_from(found.cost).unwrap()
}

const FORWARD: Slots = Slots {
    memory: 0,
    disk: 0,
    tapes: false,
    advance: 1,
    record: 1,
    reverse: 0,
    write: 0,
    read: 0,
};

#[test]
fn uniform_and_mixed() {
    for steps in 1..=9 {
        for memory in 1..=5 {
            let uniform = CheckpointProblem::Uniform { steps, checkpoints: memory };
            let least = slots_least(steps, Slots { memory, ..FORWARD });
            assert_eq!(least, Some(cost(&uniform)), "{uniform:?}");
            let mixed = CheckpointProblem::Mixed { steps, storage: memory };
            let least = slots_least(steps, Slots { memory, tapes: true, ..FORWARD });
            assert_eq!(least, Some(cost(&mixed)), "{mixed:?}");
        }
    }
}

#[test]
fn two_levels() {
    let mut random = Random::new(5);
    let mut used_disk = 0;
    for _ in 0..2000 {
        let steps = random.between(1, 7);
        let disk_checkpoints = random.between(0, 3);
        let memory_checkpoints = random.between(u64::from(disk_checkpoints == 0), 3);
        let [forward_cost, adjoint_cost] = [9, 9].map(|most| random.below(most));
        let [write_cost, read_cost] = [12, 12].map(|most| random.below(most));
        let problem = CheckpointProblem::TwoLevel {
            steps,
            memory_checkpoints,
            disk_checkpoints,
            forward_cost,
            adjoint_cost,
            write_cost,
            read_cost,
        };
        let slots = Slots {
            memory: memory_checkpoints,
            disk: disk_checkpoints,
            tapes: false,
            advance: forward_cost,
            record: 0,
            reverse: adjoint_cost,
            write: write_cost,
            read: read_cost,
        };
        assert_eq!(slots_least(steps, slots), Some(cost(&problem)), "{problem:?}");
        used_disk += u32::from(checkpointing(&problem).unwrap().peak_disk > 0);
    }
    assert!(used_disk > 300, "{used_disk}");
}

fn random_stage(random: &mut Random) -> CheckpointStage {
    let state_size = 1 + random.below(6);
    CheckpointStage {
        forward_cost: 1 + random.below(9),
        adjoint_cost: 1 + random.below(9),
        state_size,
        tape_size: state_size + random.below(8),
        adjoint_size: random.chance(3).then(|| random.below(7)),
        forward_workspace: random.below(3),
        adjoint_workspace: random.below(3),
    }
}

#[test]
fn heterogeneous() {
    let mut random = Random::new(7);
    let (mut feasible, mut recomputing, mut beaten) = (0, 0, 0);
    for _ in 0..2000 {
        let length = 1 + random.below(5);
        let stages: Vec<_> = (0..length).map(|_| random_stage(&mut random)).collect();
        let memory = 5 + random.below(12 * length);
        let problem =
            CheckpointProblem::Heterogeneous { stages: stages.clone(), memory, slots: None };
        let least = sizes_least(&stages, memory, true);
        match checkpointing(&problem) {
            Ok(found) => {
                feasible += 1;
                assert_eq!(least.map(u128::from), Some(found.cost), "{problem:?}");
                recomputing += u32::from(found.extra_forward > 0);
                let free = sizes_least(&stages, memory, false).unwrap();
                beaten += u32::from(u128::from(free) < found.cost);
                assert!(matches!(found.certificate, Certificate::Optimal { .. }));
            }
            Err(PlanError::InfeasibleMemory { smallest, .. }) => {
                assert_eq!(least, None, "{problem:?}");
                let smallest = u64::try_from(smallest).unwrap();
                assert!(sizes_least(&stages, smallest, true).is_some(), "{problem:?}");
                assert!(sizes_least(&stages, smallest - 1, true).is_none(), "{problem:?}");
            }
            Err(error) => panic!("{error}"),
        }
    }
    eprintln!("{feasible} feasible, {recomputing} recompute, {beaten} better without persistence");
    assert!(feasible > 1000 && recomputing > 300);
}

/// The machine above is the one that the vectors mean: it finds their unrestricted optima too.
#[test]
fn unrestricted_optima_of_the_vectors() {
    let Some(cases) = cases("revolve.json") else { return };
    let mut run = 0;
    for case in cases.iter().filter(|case| case["kind"] == "rotor") {
        let chain = &case["chain"];
        let of = |key: &str, at: usize| u64::from(numbers(&chain[key])[at]);
        let length = numbers(&chain["uf"]).len();
        if length > 6 || case["unrestricted_optimum"].is_null() {
            continue;
        }
        let stage = |at| CheckpointStage {
            forward_cost: of("uf", at),
            adjoint_cost: of("ub", at),
            state_size: of("wa", at + 1),
            tape_size: of("wb", at),
            adjoint_size: None,
            forward_workspace: of("of", at),
            adjoint_workspace: of("ob", at),
        };
        let stages: Vec<_> = (0..length).map(stage).collect();
        let memory = u64::try_from(number(&case["memory"])).unwrap();
        let found = sizes_least(&stages, memory, false).map(u128::from);
        assert_eq!(found, Some(number(&case["unrestricted_optimum"])), "{case}");
        run += 1;
    }
    eprintln!("{run} unrestricted optima of rotor found again");
    assert!(run > 20);
}
