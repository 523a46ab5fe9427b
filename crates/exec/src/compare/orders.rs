//! The orders that are compared.
use super::{CompareOptions, Omitted};
use crate::{ExecError, Order};
use chainrule_plan::{
    CostModel, Limits, Objective, Plan, PlanError, Problem, Request, bracketings, forward,
    forward_recomputing, plan, plan_of_bracketing, preaccumulate_all, price, reverse,
};

/// A plan, all that it is called, and whether it has a name besides its bracketing.
pub(super) struct Candidate {
    pub(super) names: Vec<String>,
    pub(super) plan: Plan,
    pub(super) named: bool,
}

/// The names of orders that the answer speaks of.
pub(super) const RECOMPUTING: &str = "forward, recomputing";
pub(super) const FORWARD: &str = "forward";
pub(super) const REVERSE: &str = "reverse";
pub(super) const BY_FLOPS: &str = "optimal by flops";
pub(super) const BY_TIME: &str = "optimal by time";
pub(super) const IN_MEMORY: &str = "optimal in memory";

/// Elements of plans are numbers of so many bytes.
pub(super) const ELEMENT: u128 = 8;

/// All orders to compare, those with equal steps together, and those there is no plan for.
pub(super) fn candidates(
    problem: &Problem,
    options: &CompareOptions,
    threads: usize,
) -> Result<(Vec<Candidate>, Vec<Omitted>), ExecError> {
    let mut list = List::default();
    list.add_or_omit(RECOMPUTING, forward_recomputing(problem))?;
    list.add_or_omit(FORWARD, forward(problem))?;
    list.add_or_omit(REVERSE, reverse(problem))?;
    list.add_or_omit("preaccumulate all", preaccumulate_all(problem))?;
    let best =
        |objective, limits| plan(problem, &Request { objective, limits, ..Request::default() });
    list.add(BY_FLOPS, best(Objective::Flops, Limits::default())?, true);
    let model = options.cost_model.clone().unwrap_or_default();
    list.add(BY_TIME, best(by_time(model, threads), Limits::default())?, true);
    if let Some(memory) = options.memory {
        let elements = memory / ELEMENT as u64;
        let limits = Limits { memory: Some(elements), ..Limits::default() };
        let kept = best(Objective::Flops, limits).map_err(|error| in_bytes(error, memory))?;
        list.add(IN_MEMORY, kept, true);
    }
    for (name, order) in &options.orders {
        list.add(name, named(problem, order)?, true);
    }
    if problem.length() <= options.bracketed {
        let mut all = bracketings(problem)?;
        all.sort_by_key(|(_, plan)| plan.cost);
        all.into_iter().for_each(|(tree, plan)| list.add(&tree.to_string(), plan, false));
    }
    Ok((list.candidates, list.omitted))
}

pub(super) fn by_time(model: CostModel, threads: usize) -> Objective {
    Objective::Time { model: Box::new(model), threads: threads as u32 }
}

fn named(problem: &Problem, order: &Order) -> Result<Plan, PlanError> {
    match order {
        Order::Auto => plan(problem, &Request::default()),
        Order::Forward => forward(problem),
        Order::Reverse => reverse(problem),
        Order::Plan(plan) => price(problem, plan).map(|_| Plan::clone(plan)),
        Order::Bracketing(tree) => plan_of_bracketing(problem, tree),
    }
}

/// The planner counts elements, the caller bytes.
fn in_bytes(error: PlanError, came: u64) -> ExecError {
    match error {
        PlanError::InfeasibleMemory { smallest, .. } => {
            let smallest = u64::try_from(smallest * ELEMENT).unwrap_or(u64::MAX);
            ExecError::InfeasibleMemory { smallest, came }
        }
        other => other.into(),
    }
}

#[derive(Default)]
struct List {
    candidates: Vec<Candidate>,
    omitted: Vec<Omitted>,
}

impl List {
    fn add(&mut self, name: &str, plan: Plan, named: bool) {
        let same = self.candidates.iter_mut().find(|other| other.plan.steps == plan.steps);
        match same {
            Some(other) => other.names.push(name.into()),
            None => self.candidates.push(Candidate { names: vec![name.into()], plan, named }),
        }
    }

    /// Links that are only swept, or never, leave some of the familiar orders without a plan.
    fn add_or_omit(&mut self, name: &str, plan: Result<Plan, PlanError>) -> Result<(), ExecError> {
        match plan {
            Ok(plan) => self.add(name, plan, true),
            Err(error @ (PlanError::NeverFormed { .. } | PlanError::InvalidPlan { .. })) => {
                self.omitted.push(Omitted { name: name.into(), reason: error.to_string() });
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
