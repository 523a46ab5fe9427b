//! Schedules for stages that differ, in memory cut into equal parts.
use super::rotor::{Chain, First, LeastMemory, Rotor};
use super::script::{Part, advance, discard, restore, store, turn, write};
use super::{Action, CheckpointStage, Place};
use crate::{Certificate, PlanError, Proof};

/// Numbers that a table may hold; half a gigabyte.
const MOST_NUMBERS: usize = 1 << 26;

/// Additions that filling a table may take by default.
const MOST_ADDITIONS: usize = 1 << 34;

/// Parts that memory is cut into at least, unless asked for otherwise.
const FEWEST_SLOTS: usize = 500;

/// Stages `from..to`, whose first state is at work and kept.
struct Segment {
    from: usize,
    to: usize,
    memory: usize,
}

/// The cheapest schedule that keeps things until they are used.
///
/// # Errors
/// `INFEASIBLE_MEMORY` with the smallest memory that does, `TOO_LARGE` for too many slots.
pub(super) fn schedule(
    stages: &[CheckpointStage],
    memory: u64,
    slots: Option<u32>,
) -> Result<(Vec<Action>, Certificate), PlanError> {
    let exact = Chain::new(stages, |size| size as usize);
    let least = LeastMemory::new(&exact);
    let smallest = least.of(0, stages.len());
    if (memory as u128) < smallest as u128 {
        return Err(PlanError::InfeasibleMemory {
            limit: memory.into(),
            smallest: smallest as u128,
        });
    }
    let slots = slots_for(stages.len(), slots)?;
    // Sizes that share a factor are counted in it; more memory than all tapes take has no use.
    let unit = stages.iter().flat_map(sizes).fold(0, gcd).max(1);
    let memory = memory.min(exact.room_for_everything() as u64);
    let part = unit.max(memory.div_ceil(slots as u64).next_multiple_of(unit));
    let parts = (memory / part) as usize;
    let rotor = Rotor::new(Chain::new(stages, |size| size.div_ceil(part) as usize), parts);
    let Some(cost) = rotor.cost(parts) else {
        // Rounding up leaves no way, so the one that takes least memory is taken.
        let steps = |from, to, _| (least.first(from, to), 0);
        drop(rotor);
        return Ok((actions(stages.len(), 0, steps), gap(stages, part, parts)));
    };
    let first = |from, to, memory| {
        let first = rotor.first(from, to, memory);
        (first, rotor.left(from, first, memory))
    };
    let schedule = actions(stages.len(), parts, first);
    drop(rotor); // for the bound takes as much room
    let certificate = match cost == once(stages) {
        true => Certificate::Optimal { by: Proof::BoundMet },
        false if part == unit => Certificate::Optimal { by: Proof::PersistentProgram },
        false => match gap(stages, part, parts) {
            Certificate::Gap { lower_bound } if lower_bound == cost.into() => {
                Certificate::Optimal { by: Proof::BoundMet }
            }
            gap => gap,
        },
    };
    Ok((schedule, certificate))
}

/// Into how many parts memory is cut: as many as the table has room and time for.
fn slots_for(stages: usize, asked: Option<u32>) -> Result<usize, PlanError> {
    let spans = stages * (stages + 1) / 2;
    let splits = spans * (stages + 2) / 3;
    let most = (MOST_NUMBERS / spans).max(1);
    match asked.map(|slots| slots as usize) {
        Some(got) if got > most => Err(PlanError::TooLarge { field: "slots", limit: most, got }),
        Some(slots) => Ok(slots),
        None => Ok(most.min((MOST_ADDITIONS / splits).max(FEWEST_SLOTS))),
    }
}

fn sizes(stage: &CheckpointStage) -> [u64; 5] {
    let CheckpointStage { state_size, tape_size, forward_workspace, adjoint_workspace, .. } =
        *stage;
    [state_size, tape_size, forward_workspace, adjoint_workspace, stage.adjoint_room()]
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Cost of running and reversing every stage once.
fn once(stages: &[CheckpointStage]) -> u64 {
    stages.iter().map(|stage| stage.forward_cost + stage.adjoint_cost).sum()
}

/// With sizes rounded down more fits than does, so no schedule costs less.
fn gap(stages: &[CheckpointStage], part: u64, parts: usize) -> Certificate {
    let rotor = Rotor::new(Chain::new(stages, |size| (size / part) as usize), parts);
    let bound = rotor.cost(parts).unwrap_or_else(|| once(stages));
    Certificate::Gap { lower_bound: bound.into() }
}

/// Writes out what `first` says: what comes first, and the memory of what comes after it.
fn actions(
    stages: usize,
    memory: usize,
    first: impl Fn(usize, usize, usize) -> (First, usize),
) -> Vec<Action> {
    let whole = Segment { from: 0, to: stages, memory };
    write(whole, |Segment { from, to, memory }, parts| {
        let [state, next] = [from, from + 1].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        if next as usize == to {
            parts.extend(turn(state));
            return;
        }
        let (chosen, left) = first(from, to, memory);
        match chosen {
            First::Tape => parts.extend([
                Part::Do(Action::Record { step: state }),
                Part::Do(Action::StoreTape { step: state }),
                Part::Segment(Segment { from: from + 1, to, memory: left }),
                Part::Do(Action::Reverse { step: state }),
            ]),
            First::State(k) => {
                let middle = u32::try_from(k).unwrap_or(u32::MAX);
                parts.extend([
                    advance(state, middle),
                    store(middle, Place::Memory),
                    Part::Segment(Segment { from: k, to, memory: left }),
                    discard(middle, Place::Memory),
                    restore(state, Place::Memory),
                    Part::Segment(Segment { from, to: k, memory }),
                ]);
            }
        }
    })
}
