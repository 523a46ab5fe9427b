//! Plans as text, both ways.
//!
//! ```text
//! plan for 0f3a6c1de2b47590: flops 56, optimal by interval-program
//! cost 56, peak memory 12, critical path 49
//! accumulate 2..3 tangent
//! accumulate 0..2 adjoint
//! multiply 0..2..3; next best eliminate 0..2..3 tangent, 12 more
//! ```
//! A plan for several machines adds ` on 2 machines in 49` to the second line and
//! ` @ machine 1 from 0` to each step.
use crate::{Certificate, Mode, Plan, PlanError, Proof, Reason, Schedule, Slot, Step};
use std::fmt;
use std::str::FromStr;

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Tangent => "tangent",
            Mode::Adjoint => "adjoint",
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Accumulate { from, to, mode } => write!(f, "accumulate {from}..{to} {mode}"),
            Step::Multiply { from, at, to } => write!(f, "multiply {from}..{at}..{to}"),
            Step::Eliminate { from, at, to, mode } => {
                write!(f, "eliminate {from}..{at}..{to} {mode}")
            }
            Step::Reduce { from, to } => write!(f, "reduce {from}..{to}"),
            Step::Evaluate { from, to, times } => write!(f, "evaluate {from}..{to} {times}"),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan { fingerprint, objective, value, certificate, .. } = self;
        writeln!(f, "plan for {fingerprint}: {objective} {value}, {certificate}")?;
        let Plan { cost, peak_memory, critical_path, .. } = self;
        write!(f, "cost {cost}, peak memory {peak_memory}, critical path {critical_path}")?;
        if let Some(Schedule { machines, makespan, .. }) = &self.schedule {
            write!(f, " on {machines} machines in {makespan}")?;
        }
        writeln!(f)?;
        let mut reasons = self.reasons.iter().peekable();
        for (index, step) in self.steps.iter().enumerate() {
            write!(f, "{step}")?;
            if let Some(slot) = self.schedule.as_ref().and_then(|s| s.slots.get(index)) {
                write!(f, " @ machine {} from {}", slot.machine, slot.start)?;
            }
            while let Some(Reason { instead, more, .. }) =
                reasons.next_if(|reason| reason.step <= index)
            {
                write!(f, "; next best {instead}, {more} more")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl FromStr for Step {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Step, &'static str> {
        let words: Vec<&str> = text.split(' ').collect();
        let joints: Vec<usize> = match words.get(1) {
            Some(span) => span.split("..").map(|at| number(at)).collect::<Result<_, _>>()?,
            None => return Err("must be a step"),
        };
        let mode = match words.get(2) {
            Some(&"tangent") => Some(Mode::Tangent),
            Some(&"adjoint") => Some(Mode::Adjoint),
            _ => None,
        };
        match (words[0], &joints[..], mode, words.len()) {
            ("accumulate", &[from, to], Some(mode), 3) => Ok(Step::Accumulate { from, to, mode }),
            ("multiply", &[from, at, to], None, 2) => Ok(Step::Multiply { from, at, to }),
            ("eliminate", &[from, at, to], Some(mode), 3) => {
                Ok(Step::Eliminate { from, at, to, mode })
            }
            ("reduce", &[from, to], None, 2) => Ok(Step::Reduce { from, to }),
            ("evaluate", &[from, to], None, 3) => {
                Ok(Step::Evaluate { from, to, times: number(words[2])? })
            }
            _ => Err("must be a step"),
        }
    }
}

impl Plan {
    /// Reads the text form. Whether the steps can run is for [`crate::price`] to say.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line and what was wanted there.
    pub fn parse(text: &str) -> Result<Plan, PlanError> {
        let mut line = 1;
        read(text, &mut line).map_err(|reason| PlanError::Parse {
            form: "plan",
            line,
            reason: reason.into(),
        })
    }
}

fn read(text: &str, line: &mut usize) -> Result<Plan, &'static str> {
    let mut lines = text.lines();
    let mut plan = headline(lines.next().unwrap_or_default())?;
    *line = 2;
    totals(lines.next().unwrap_or_default(), &mut plan)?;
    for text in lines {
        *line += 1;
        step(text, &mut plan)?;
    }
    Ok(plan)
}

fn headline(text: &str) -> Result<Plan, &'static str> {
    const WANTED: &str = "must be `plan for FINGERPRINT: OBJECTIVE VALUE, CERTIFICATE`";
    let rest = text.strip_prefix("plan for ").ok_or(WANTED)?;
    let (fingerprint, rest) = rest.split_once(": ").ok_or(WANTED)?;
    let (goal, certificate) = rest.split_once(", ").ok_or(WANTED)?;
    let (objective, value) = goal.rsplit_once(' ').ok_or(WANTED)?;
    let proof = |word: &str| Proof::WORDS.iter().find(|(_, name)| *name == word);
    let certificate = match certificate.split_once(' ').ok_or(WANTED)? {
        ("optimal", rest) => {
            let (by, _) = rest.strip_prefix("by ").and_then(proof).ok_or(WANTED)?;
            Certificate::Optimal { by: *by }
        }
        ("at", rest) => {
            let bound = rest.strip_prefix("least ").ok_or(WANTED)?;
            Certificate::Gap { lower_bound: number(bound)? }
        }
        _ => return Err(WANTED),
    };
    Ok(Plan {
        fingerprint: fingerprint.parse().map_err(|_| WANTED)?,
        objective: objective.into(),
        value: number(value)?,
        certificate,
        cost: 0,
        peak_memory: 0,
        critical_path: 0,
        steps: Vec::new(),
        reasons: Vec::new(),
        schedule: None,
    })
}

fn totals(text: &str, plan: &mut Plan) -> Result<(), &'static str> {
    const WANTED: &str = "must be `cost N, peak memory N, critical path N`";
    let (totals, schedule) = match text.split_once(" on ") {
        Some((totals, schedule)) => (totals, Some(schedule)),
        None => (text, None),
    };
    let mut parts = totals.split(", ");
    let mut next = |name: &str| {
        parts.next().and_then(|part| part.strip_prefix(name)).ok_or(WANTED).and_then(number)
    };
    plan.cost = next("cost ")?;
    plan.peak_memory = next("peak memory ")?;
    plan.critical_path = next("critical path ")?;
    if parts.next().is_some() {
        return Err(WANTED);
    }
    if let Some(text) = schedule {
        let (machines, makespan) = text.split_once(" machines in ").ok_or(WANTED)?;
        let (machines, makespan) = (number(machines)?, number(makespan)?);
        plan.schedule = Some(Schedule { machines, makespan, slots: Vec::new() });
    }
    Ok(())
}

fn step(text: &str, plan: &mut Plan) -> Result<(), &'static str> {
    const WANTED: &str = "must be a step, its machine and its next best, as the first lines say";
    let mut parts = text.split("; next best ");
    let first = parts.next().unwrap_or_default();
    let (step, slot) = match first.split_once(" @ machine ") {
        Some((step, slot)) => (step, Some(slot)),
        None => (first, None),
    };
    match (&mut plan.schedule, slot) {
        (Some(schedule), Some(slot)) => {
            let (machine, start) = slot.split_once(" from ").ok_or(WANTED)?;
            schedule.slots.push(Slot { machine: number(machine)?, start: number(start)? });
        }
        (None, None) => {}
        _ => return Err(WANTED),
    }
    for reason in parts {
        let (instead, more) = reason.split_once(", ").ok_or(WANTED)?;
        let more = number(more.strip_suffix(" more").ok_or(WANTED)?)?;
        plan.reasons.push(Reason { step: plan.steps.len(), instead: instead.parse()?, more });
    }
    plan.steps.push(step.parse()?);
    Ok(())
}

/// Digits only: no sign, no space.
fn number<N: FromStr>(text: &str) -> Result<N, &'static str> {
    const WANTED: &str = "must hold whole numbers";
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(WANTED);
    }
    text.parse().map_err(|_| WANTED)
}
