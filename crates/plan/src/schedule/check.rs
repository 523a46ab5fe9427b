//! The judge of schedules: machines do one thing at a time, and nothing starts before its operands.
use crate::{Mode, Schedule, Slot, Step};
use std::collections::HashMap;

/// Checks a schedule of valid steps that take `costs`.
pub(crate) fn check(schedule: &Schedule, steps: &[Step], costs: &[u128]) -> Result<(), String> {
    if schedule.slots.len() != steps.len() {
        return Err(format!("{} slots do not fit {} steps", schedule.slots.len(), steps.len()));
    }
    let mut ends = HashMap::new();
    let mut busy: HashMap<u32, Vec<(u128, u128)>> = HashMap::new();
    let mut last = 0;
    for ((step, slot), cost) in steps.iter().zip(&schedule.slots).zip(costs) {
        let Slot { machine, start } = *slot;
        if machine >= schedule.machines {
            return Err(format!("there is no machine {machine}"));
        }
        let ready = operands(step).into_iter().filter_map(|span| ends.get(&span)).max().copied();
        if ready.is_some_and(|ready| start < ready) {
            return Err(format!("`{step}` starts before its operands are there"));
        }
        let end = start.checked_add(*cost).ok_or("an end passes 128 bits")?;
        let span = step.span();
        ends.insert((span.start, span.end), end);
        busy.entry(machine).or_default().push((start, end));
        last = last.max(end);
    }
    for times in busy.values_mut() {
        times.sort_unstable();
        if times.windows(2).any(|pair| pair[1].0 < pair[0].1) {
            return Err("a machine does two things at once".into());
        }
    }
    if last == schedule.makespan {
        return Ok(());
    }
    Err(format!("the last step ends at {last}, not at {}", schedule.makespan))
}

/// The spans whose Jacobians a step reads.
fn operands(step: &Step) -> Vec<(usize, usize)> {
    match *step {
        Step::Accumulate { .. } | Step::Evaluate { .. } => Vec::new(),
        Step::Multiply { from, at, to } => vec![(from, at), (at, to)],
        Step::Eliminate { from, at, mode: Mode::Tangent, .. } => vec![(from, at)],
        Step::Eliminate { at, to, mode: Mode::Adjoint, .. } => vec![(at, to)],
        Step::Reduce { from, to } => vec![(from, to)],
    }
}
