//! Runs a schedule on a machine.
//!
//! The judge of every schedule: it keeps what is kept, refuses what cannot be done, and adds. It
//! knows no recurrence and no table.
use super::{Action, CheckpointProblem, CheckpointStage, Place};
use crate::PlanError;
use std::collections::BTreeSet;

/// What a schedule takes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// Forward cost beyond recording each step once.
    pub extra_forward: u128,
    /// All that counts, in the unit of the problem.
    pub cost: u128,
    /// Most checkpoints or units kept at once, or most room held while something ran.
    pub peak_memory: u128,
    /// Most checkpoints on disk at once.
    pub peak_disk: u32,
}

/// Runs the actions in order.
///
/// # Errors
/// `INVALID_SCHEDULE` for an action that cannot be done or passes a limit, and for steps that are
/// not reversed in the end.
pub fn replay(problem: &CheckpointProblem, schedule: &[Action]) -> Result<Replay, PlanError> {
    let mut machine = Machine::new(problem);
    for (index, action) in schedule.iter().enumerate() {
        machine
            .take(action)
            .map_err(|reason| PlanError::InvalidSchedule { action: index, reason })?;
    }
    let end = PlanError::InvalidSchedule {
        action: schedule.len(),
        reason: format!("step {} is not reversed", i64::from(machine.left) - 1),
    };
    if machine.left > 0 { Err(end) } else { Ok(machine.done) }
}

struct Machine<'a> {
    rules: Rules<'a>,
    /// The steps not yet reversed are those before this one.
    left: u32,
    working: Option<u32>,
    /// The tape at hand.
    at_hand: Option<u32>,
    states: BTreeSet<(Place, u32)>,
    tapes: BTreeSet<u32>,
    /// The steps recorded so far; recording one again is extra.
    recorded: Vec<bool>,
    on_disk: u32,
    done: Replay,
}

/// What things cost, and what may be held.
enum Rules<'a> {
    Slots { memory: u32, disk: u32, tapes: bool, costs: Costs },
    Sizes { stages: &'a [CheckpointStage], memory: u64 },
}

#[derive(Copy, Clone)]
struct Costs {
    advance: u64,
    record: u64,
    reverse: u64,
    write: u64,
    read: u64,
}

/// Forward steps count and nothing else.
const FORWARD_STEPS: Costs = Costs { advance: 1, record: 1, reverse: 0, write: 0, read: 0 };

impl<'a> Machine<'a> {
    fn new(problem: &'a CheckpointProblem) -> Machine<'a> {
        let rules = match *problem {
            CheckpointProblem::Uniform { checkpoints, .. } => {
                Rules::Slots { memory: checkpoints, disk: 0, tapes: false, costs: FORWARD_STEPS }
            }
            CheckpointProblem::Mixed { storage, .. } => {
                Rules::Slots { memory: storage, disk: 0, tapes: true, costs: FORWARD_STEPS }
            }
            CheckpointProblem::TwoLevel {
                memory_checkpoints: memory,
                disk_checkpoints: disk,
                forward_cost: advance,
                adjoint_cost: reverse,
                write_cost: write,
                read_cost: read,
                ..
            } => {
                let costs = Costs { advance, record: 0, reverse, write, read };
                Rules::Slots { memory, disk, tapes: false, costs }
            }
            CheckpointProblem::Heterogeneous { ref stages, memory, .. } => {
                Rules::Sizes { stages, memory }
            }
        };
        Machine {
            rules,
            left: u32::try_from(problem.steps()).unwrap_or(u32::MAX),
            working: Some(0),
            at_hand: None,
            states: BTreeSet::new(),
            tapes: BTreeSet::new(),
            recorded: vec![false; problem.steps()],
            on_disk: 0,
            done: Replay { extra_forward: 0, cost: 0, peak_memory: 0, peak_disk: 0 },
        }
    }

    fn take(&mut self, action: &Action) -> Result<(), String> {
        match *action {
            Action::Advance { from, to } => self.advance(from, to),
            Action::Record { step } => self.record(step),
            Action::Reverse { step } => self.reverse(step),
            Action::StoreState { state, place } => self.store_state(state, place),
            Action::RestoreState { state, place } => self.restore_state(state, place),
            Action::DiscardState { state, place } => self.discard_state(state, place),
            Action::StoreTape { step } => self.store_tape(step),
        }
    }

    fn advance(&mut self, from: u32, to: u32) -> Result<(), String> {
        self.needs_working(from)?;
        if from >= to || to > self.left {
            return Err(format!("{from}..{to} are no steps before {}", self.left));
        }
        if let Rules::Sizes { stages, .. } = self.rules {
            for step in from..to {
                let stage = &stages[step as usize];
                self.hold(u128::from(stage.state_size) + u128::from(stage.forward_workspace))?;
                self.working = Some(step + 1);
                self.forward(stage.forward_cost.into());
            }
        } else {
            self.forward(u128::from(self.costs(from).advance) * u128::from(to - from));
        }
        self.working = Some(to);
        Ok(())
    }

    fn forward(&mut self, cost: u128) {
        self.done.cost += cost;
        self.done.extra_forward += cost;
    }

    fn record(&mut self, step: u32) -> Result<(), String> {
        self.needs_working(step)?;
        if step >= self.left {
            return Err(format!("step {step} is reversed already"));
        }
        self.at_hand = None;
        if let Rules::Sizes { stages, .. } = self.rules {
            let stage = &stages[step as usize];
            self.hold(u128::from(stage.tape_size) + u128::from(stage.forward_workspace))?;
        }
        self.at_hand = Some(step);
        self.working = Some(step + 1);
        let cost = u128::from(self.costs(step).record);
        self.done.cost += cost;
        if std::mem::replace(&mut self.recorded[step as usize], true) {
            self.done.extra_forward += cost;
        }
        Ok(())
    }

    fn reverse(&mut self, step: u32) -> Result<(), String> {
        if step + 1 != self.left {
            return Err(format!("step {} must be reversed next, not {step}", self.left - 1));
        }
        if self.at_hand != Some(step) && !self.tapes.contains(&step) {
            return Err(format!("the tape of step {step} is not there"));
        }
        // What lies beyond is of no use to any step that is left.
        self.working = self.working.filter(|&state| state <= step);
        if let Rules::Sizes { stages, .. } = self.rules {
            if self.working != Some(step) && !self.is_kept(step, Place::Memory) {
                return Err(format!("the state before step {step} is not there"));
            }
            self.hold(stages[step as usize].adjoint_workspace.into())?;
        }
        self.done.cost += u128::from(self.costs(step).reverse);
        self.at_hand = self.at_hand.filter(|&tape| tape != step);
        self.tapes.remove(&step);
        self.left = step;
        Ok(())
    }

    fn store_state(&mut self, state: u32, place: Place) -> Result<(), String> {
        self.needs_working(state)?;
        if !self.states.insert((place, state)) {
            return Err(format!("state {state} is kept there already"));
        }
        if place == Place::Disk {
            self.on_disk += 1;
            self.done.peak_disk = self.done.peak_disk.max(self.on_disk);
            self.done.cost += u128::from(self.costs(state).write);
        }
        self.fits_slots()
    }

    fn restore_state(&mut self, state: u32, place: Place) -> Result<(), String> {
        if !self.is_kept(state, place) {
            return Err(format!("state {state} is not kept there"));
        }
        if place == Place::Disk {
            self.done.cost += u128::from(self.costs(state).read);
        }
        self.working = Some(state);
        Ok(())
    }

    fn discard_state(&mut self, state: u32, place: Place) -> Result<(), String> {
        if !self.states.remove(&(place, state)) {
            return Err(format!("state {state} is not kept there"));
        }
        self.on_disk -= u32::from(place == Place::Disk);
        Ok(())
    }

    fn store_tape(&mut self, step: u32) -> Result<(), String> {
        if matches!(self.rules, Rules::Slots { tapes: false, .. }) {
            return Err("only states are kept here".into());
        }
        if self.at_hand != Some(step) || !self.tapes.insert(step) {
            return Err(format!("the tape of step {step} is not at hand"));
        }
        self.at_hand = None;
        self.fits_slots()
    }

    fn needs_working(&self, state: u32) -> Result<(), String> {
        match self.working {
            Some(working) if working == state => Ok(()),
            Some(working) => Err(format!("the working state is {working}, not {state}")),
            None => Err(format!("there is no working state {state}")),
        }
    }

    /// A tape holds the state its stage gave, where sizes count; the input of the chain is at hand.
    fn is_kept(&self, state: u32, place: Place) -> bool {
        let sizes = matches!(self.rules, Rules::Sizes { .. }) && place == Place::Memory;
        self.states.contains(&(place, state))
            || sizes && (state == 0 || self.tapes.contains(&(state - 1)))
    }

    fn costs(&self, step: u32) -> Costs {
        match self.rules {
            Rules::Slots { costs, .. } => costs,
            Rules::Sizes { stages, .. } => {
                let stage = stages.get(step as usize);
                let [forward, reverse] =
                    stage.map_or([0, 0], |stage| [stage.forward_cost, stage.adjoint_cost]);
                Costs { advance: forward, record: forward, reverse, write: 0, read: 0 }
            }
        }
    }

    fn fits_slots(&mut self) -> Result<(), String> {
        let Rules::Slots { memory, disk, .. } = self.rules else { return Ok(()) };
        let used = self.states.len() + self.tapes.len() - self.on_disk as usize;
        self.done.peak_memory = self.done.peak_memory.max(used as u128);
        if used > memory as usize || self.on_disk > disk {
            return Err(format!("{used} in memory and {} on disk are too many", self.on_disk));
        }
        Ok(())
    }

    /// Counts all that is held while an action runs, and `more` for itself.
    fn hold(&mut self, more: u128) -> Result<(), String> {
        let Rules::Sizes { stages, memory } = self.rules else { return Ok(()) };
        let tapes = self.tapes.iter().chain(&self.at_hand);
        let tapes: u128 = tapes.map(|&step| u128::from(stages[step as usize].tape_size)).sum();
        let mut states: BTreeSet<u32> = self.states.iter().map(|&(_, state)| state).collect();
        states.extend(self.working);
        let in_tape = |state: u32| self.tapes.contains(&state) || self.at_hand == Some(state);
        let state = |state: u32| match state.checked_sub(1) {
            Some(step) if !in_tape(step) => u128::from(stages[step as usize].state_size),
            _ => 0,
        };
        let states: u128 = states.into_iter().map(state).sum();
        let adjoint = u128::from(stages[self.left as usize - 1].adjoint_room());
        let held = tapes + states + adjoint + more;
        self.done.peak_memory = self.done.peak_memory.max(held);
        if held > memory.into() {
            return Err(format!("{held} of room are held, and {memory} are there"));
        }
        Ok(())
    }
}
