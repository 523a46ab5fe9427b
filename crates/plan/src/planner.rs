//! The planner's entry: finds the best plan for a problem under an objective and limits.
use crate::chain::assemble::assemble;
use crate::chain::front;
use crate::chain::measure::Measure;
use crate::chain::plain::solve_plain;
use crate::chain::read::{Choices, read};
use crate::chain::solve::{Table, solve};
use crate::chain::ways::{Rules, Way, Ways};
use crate::{Certificate, Objective, Plan, PlanError, Problem, Proof, Reason, dense};
use serde::{Deserialize, Serialize};

/// What is asked of the planner.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// What to keep small.
    #[serde(default)]
    pub objective: Objective,
    /// What not to exceed.
    #[serde(default)]
    pub limits: Limits,
    /// How to search.
    #[serde(default)]
    pub method: Method,
}

/// What a plan may not exceed; nothing is limited by default.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// Elements of 8 bytes alive at once over the whole batch: matrices that steps make, the longest
    /// tape of a link that an adjoint sweep passes, and states where stages say their size. What was
    /// given does not count. States that do not fit are evaluated again before the sweeps that need
    /// them; up to eight of them all choices are tried, of more some, and the certificate says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Tape entries of all links that one adjoint sweep passes, at one point: the limit of the
    /// papers on Jacobian chaining.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tape: Option<u64>,
    /// Elements of any matrix made on the way, over the whole batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest: Option<u64>,
}

/// How a plan is searched.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Method {
    /// The exact program that is fastest for the problem.
    #[default]
    Auto,
    /// The interval program, cubic in the length of the chain.
    IntervalProgram,
    /// Hu and Shing's algorithm, O(q log q), for multiply-adds of given dense matrices.
    HuShing,
    /// Chin's heuristic, linear in q, at most 2/sqrt(3) times the optimum; same problems.
    Chin,
}

/// Given dense matrices from which on Hu and Shing's algorithm is the faster one.
const LONG: usize = 256;

/// Finds a plan. The same problem and request always give the same plan.
///
/// # Errors
/// `INFEASIBLE_MEMORY`, `INFEASIBLE_SIZE` and `INFEASIBLE_TAPE` with the smallest limit for which
/// there is a plan; `METHOD_MISMATCH` for a method that does not serve the problem;
/// `INVALID_COST_MODEL`.
pub fn plan(problem: &Problem, request: &Request) -> Result<Plan, PlanError> {
    if let Objective::Time { model, .. } = &request.objective {
        model.check()?;
    }
    let product_of_matrices = is_product_of_matrices(problem, request);
    match request.method {
        Method::HuShing if product_of_matrices => return dense::hu_shing(problem),
        Method::Auto if product_of_matrices && problem.length() >= LONG => {
            return dense::hu_shing(problem);
        }
        Method::Chin if product_of_matrices => return dense::chin(problem),
        Method::HuShing => return mismatch("huShing"),
        Method::Chin => return mismatch("chin"),
        Method::Auto | Method::IntervalProgram => {}
    }
    if request.objective == Objective::Memory || request.limits.memory.is_some() {
        return front::plan_in_memory(problem, request);
    }
    best(problem, request)
}

fn mismatch(method: &'static str) -> Result<Plan, PlanError> {
    let wanted = "given dense matrices, the objective flops and no limits";
    Err(PlanError::MethodMismatch { method, wanted })
}

fn is_product_of_matrices(problem: &Problem, request: &Request) -> bool {
    problem.in_product_order()
        && problem.batch() == 1
        && request.objective == Objective::Flops
        && request.limits == Limits::default()
}

/// The best plan under an objective, whatever memory it takes.
pub(crate) fn best(problem: &Problem, request: &Request) -> Result<Plan, PlanError> {
    let solved = Solved::new(problem, &request.objective, rules(&request.limits));
    let Some(value) = solved.table.get(solved.ways.root) else {
        return Err(infeasible(problem, request));
    };
    let choices = solved.choices();
    let steps = assemble(problem.spans(), &choices, solved.ways.root);
    let certificate = Certificate::Optimal { by: Proof::IntervalProgram };
    let mut plan = Plan::of_steps(problem, steps, request.objective.name(), certificate)?;
    plan.value = value;
    plan.reasons = solved.reasons(&plan, &choices);
    Ok(plan)
}

pub(crate) fn rules(limits: &Limits) -> Rules {
    Rules {
        tape: limits.tape.map(u128::from),
        largest: limits.largest.map(u128::from),
        ..Rules::default()
    }
}

/// A problem with the table of its best values.
pub(crate) struct Solved<'a> {
    pub(crate) ways: Ways<'a>,
    pub(crate) measure: Measure<'a>,
    pub(crate) table: Table,
}

impl<'a> Solved<'a> {
    pub(crate) fn new(problem: &'a Problem, objective: &'a Objective, rules: Rules) -> Solved<'a> {
        let spans = problem.spans();
        let ways = Ways::new(spans, rules, problem.spec().reduce.is_some());
        let measure = Measure::new(spans, objective, ways.root);
        let plain = if *objective == Objective::Flops { solve_plain(&ways) } else { None };
        let table = plain.unwrap_or_else(|| solve(&ways, &measure));
        Solved { ways, measure, table }
    }

    pub(crate) fn choices(&self) -> Choices {
        read(&self.ways, &self.measure, &self.table)
    }

    /// For each step the best other way to make the same Jacobian.
    fn reasons(&self, plan: &Plan, choices: &Choices) -> Vec<Reason> {
        let mut chosen: std::collections::HashMap<_, _> =
            choices.values().map(|way| (way.step, way)).collect();
        let reason = |(step, taken)| {
            let way: &Way = chosen.remove(taken)?;
            let (more, instead) = self.runner_up(way)?;
            Some(Reason { step, instead: instead.step, more })
        };
        plan.steps.iter().enumerate().filter_map(reason).collect()
    }

    fn runner_up(&self, taken: &Way) -> Option<(u128, Way)> {
        let best = self.table.get(taken.target)?;
        let mut next: Option<(u128, Way)> = None;
        self.ways.of(taken.target, |way| {
            let most = next.as_ref().map_or(u128::MAX, |(least, _)| *least);
            let value = self.table.value(&self.measure, &way, most);
            let value = value.filter(|_| way.step != taken.step);
            if let Some(value) = value
                && next.as_ref().is_none_or(|(least, _)| value < *least)
            {
                next = Some((value, way));
            }
        });
        next.map(|(value, way)| (value - best, way))
    }
}

/// The error for a problem without a plan: a cap on matrices leaves none, or a limit on tapes leaves
/// no way past links that are never formed.
fn infeasible(problem: &Problem, request: &Request) -> PlanError {
    let uncapped = Limits { largest: None, ..request.limits };
    let solved = Solved::new(problem, &Objective::Largest, rules(&uncapped));
    if let (Some(smallest), Some(limit)) =
        (solved.table.get(solved.ways.root), request.limits.largest)
    {
        return PlanError::InfeasibleSize { limit: limit.into(), smallest };
    }
    let limit = request.limits.tape.unwrap_or(0).into();
    PlanError::InfeasibleTape { limit, smallest: smallest_tape(problem) }
}

/// The smallest tape limit under which there is a plan: that of some span of links.
fn smallest_tape(problem: &Problem) -> u128 {
    let (spans, q) = (problem.spans(), problem.length());
    let mut tapes: Vec<u128> =
        (0..q).flat_map(|from| (from + 1..=q).map(move |to| spans.tape(from, to))).collect();
    tapes.sort_unstable();
    tapes.dedup();
    let fails = |&tape: &u128| {
        let rules = Rules { tape: Some(tape), ..Rules::default() };
        let solved = Solved::new(problem, &Objective::Flops, rules);
        solved.table.get(solved.ways.root).is_none()
    };
    let at = tapes.partition_point(fails);
    tapes.get(at).copied().unwrap_or(u128::MAX)
}
