//! When steps themselves can be split among machines, and what to do with a batch.
use super::plan_for_machines;
use crate::chain::assemble::assemble;
use crate::chain::ways::Rules;
use crate::planner::Solved;
use crate::{Certificate, Objective, Plan, PlanError, Problem, Proof, Request, plan};

/// Three ways to use machines, each with the multiply-adds until everything is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Advice {
    /// Give each machine its share of the points, and let it run the best serial plan: with as many
    /// points as machines nothing is gained by splitting finer.
    SplitBatch {
        /// The plan for all points.
        plan: Plan,
        /// Points on the busiest machine.
        points: u32,
        /// Multiply-adds on the busiest machine, those that all points share included.
        makespan: u128,
    },
    /// Run the steps one after the other, each split among all machines by its columns or rows.
    SplitSteps {
        /// The plan, whose value is the makespan.
        plan: Plan,
    },
    /// Run independent steps side by side, none of them split.
    Schedule {
        /// The plan with its schedule.
        plan: Plan,
    },
}

impl Advice {
    /// Multiply-adds until everything is done.
    pub fn makespan(&self) -> u128 {
        match self {
            Advice::SplitBatch { makespan, .. } => *makespan,
            Advice::SplitSteps { plan } | Advice::Schedule { plan } => plan.value,
        }
    }
}

/// The best of three ways to use `machines` machines; of equally good ones the first of: splitting
/// the batch, splitting steps, scheduling whole steps. Splitting is taken as free of cost.
///
/// # Errors
/// As [`plan_for_machines`].
pub fn advise(problem: &Problem, machines: u32, branches: u64) -> Result<Advice, PlanError> {
    let whole = plan_for_machines(problem, machines, branches)?;
    let split = split_steps(problem, machines)?;
    let mut best = Advice::SplitSteps { plan: split };
    if let Some(batch) = split_batch(problem, machines)?
        && batch.makespan() <= best.makespan()
    {
        best = batch;
    }
    if whole.value < best.makespan() {
        best = Advice::Schedule { plan: whole };
    }
    Ok(best)
}

/// Each machine takes whole points, and what all points share is done by everybody.
fn split_batch(problem: &Problem, machines: u32) -> Result<Option<Advice>, PlanError> {
    let spec = problem.spec();
    if spec.batch < machines || spec.reduce.is_some() || problem.in_product_order() {
        return Ok(None);
    }
    let points = spec.batch.div_ceil(machines);
    let share = Problem::new(crate::ProblemSpec { batch: points, ..spec.clone() })?;
    let makespan = plan(&share, &Request::default())?.cost;
    let plan = plan(problem, &Request::default())?;
    Ok(Some(Advice::SplitBatch { plan, points, makespan }))
}

/// The interval program stays exact: the time of a step depends on its three spans alone.
fn split_steps(problem: &Problem, machines: u32) -> Result<Plan, PlanError> {
    let objective = Objective::Split { machines };
    let solved = Solved::new(problem, &objective, Rules::default());
    let steps = assemble(problem.spans(), &solved.choices(), solved.ways.root);
    let certificate = Certificate::Optimal { by: Proof::IntervalProgram };
    let mut plan = Plan::of_steps(problem, steps, objective.name(), certificate)?;
    plan.value = solved.table.get(solved.ways.root).unwrap_or(0);
    Ok(plan)
}
