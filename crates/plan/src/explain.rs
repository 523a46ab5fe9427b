//! A plan in sentences: what each step does, what it costs, and what the next best would have been.
use crate::{LinkName, Mode, Plan, PlanError, Problem, Step, forward, price, reverse};
use std::fmt::Write;

impl Plan {
    /// Explains the plan: one line for each step with its cost and the runner-up at that joint, then
    /// how the plan compares with forward and reverse mode.
    ///
    /// # Errors
    /// `PLAN_MISMATCH` and `INVALID_PLAN`, as [`price`] has them.
    pub fn explain(&self, problem: &Problem) -> Result<String, PlanError> {
        let price = price(problem, self)?;
        let mut text = String::new();
        let Plan { objective, value, certificate, .. } = self;
        line(&mut text, format_args!("{objective} {value}: {certificate}"));
        for (index, (step, cost)) in self.steps.iter().zip(&price.costs).enumerate() {
            let done = sentence(problem, step);
            let mut why = String::new();
            for reason in self.reasons.iter().filter(|reason| reason.step == index) {
                let instead = sentence(problem, &reason.instead);
                why += &match reason.more {
                    0 => format!("; as good: {instead}"),
                    more => format!("; next best, {more} more: {instead}"),
                };
            }
            line(&mut text, format_args!("{}. {done}: {cost} multiply-adds{why}", index + 1));
        }
        for (name, other) in [("forward", forward(problem)?), ("reverse", reverse(problem)?)] {
            let ratio = other.cost as f64 / self.cost.max(1) as f64;
            line(
                &mut text,
                format_args!(
                    "{name} mode: {} multiply-adds, {ratio:.2} times this plan",
                    other.cost
                ),
            );
        }
        if let Some(schedule) = &self.schedule {
            let speed_up = price.cost as f64 / schedule.makespan.max(1) as f64;
            let machines = schedule.machines;
            line(&mut text, format_args!("on {machines} machines {speed_up:.2} times as fast"));
        }
        Ok(text)
    }

    /// What each step does, in words without its cost.
    ///
    /// # Errors
    /// `PLAN_MISMATCH` and `INVALID_PLAN`, as [`price`] has them.
    pub fn sentences(&self, problem: &Problem) -> Result<Vec<String>, PlanError> {
        price(problem, self)?;
        Ok(self.steps.iter().map(|step| sentence(problem, step)).collect())
    }
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{words}");
}

fn sentence(problem: &Problem, step: &Step) -> String {
    let span = step.span();
    let range = |from, to| links(problem, from, to);
    let sweeps = |mode| problem.spans().sweeps(span.start, span.end, mode);
    let many = |mode| match (sweeps(mode), mode) {
        (1, mode) => format!("1 {mode}"),
        (count, mode) => format!("{count} {mode}s"),
    };
    match *step {
        Step::Accumulate { from, to, mode } => {
            format!("sweep {} through {}", many(mode), range(from, to))
        }
        Step::Multiply { from, at, to } => {
            format!("multiply {} and {}", range(from, at), range(at, to))
        }
        Step::Eliminate { from, at, to, mode } => {
            let (made, passed) = match mode {
                Mode::Tangent => (range(from, at), range(at, to)),
                Mode::Adjoint => (range(at, to), range(from, at)),
            };
            format!("sweep the Jacobian of {made} as {} through {passed}", many(mode))
        }
        Step::Reduce { from, to } => format!("add up {} over the batch", range(from, to)),
        Step::Evaluate { from, to, times } => {
            format!("evaluate {} another {times} times", range(from, to))
        }
    }
}

/// The name of some consecutive links.
pub(crate) fn links(problem: &Problem, from: usize, to: usize) -> String {
    let first = link(problem, from);
    if from + 1 == to { first } else { format!("{first} to {}", link(problem, to - 1)) }
}

/// The name of a link.
pub(crate) fn link(problem: &Problem, index: usize) -> String {
    match problem.link(index) {
        LinkName::ColumnSeed => "the column seed".into(),
        LinkName::RowSeed => "the row seed".into(),
        LinkName::Stage(stage) if problem.in_product_order() => format!("factor {stage}"),
        LinkName::Stage(stage) => format!("stage {stage}"),
        LinkName::Factor(stage, half) => {
            format!("stage {stage} ({})", ["right", "left"][half.min(1)])
        }
    }
}
