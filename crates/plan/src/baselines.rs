//! The orders that everybody knows, to compare a plan with.
use crate::chain::assemble::assemble;
use crate::chain::ways::{Rules, Steps};
use crate::link::Link;
use crate::planner::Solved;
use crate::{Certificate, Mode, Objective, Plan, PlanError, Problem, Proof, Step};

/// Forward mode: tangents from the inputs (or from the seed) to the outputs, the values of the
/// stages being kept. Matrices that are no functions are multiplied on where they are met.
pub fn forward(problem: &Problem) -> Result<Plan, PlanError> {
    only(problem, forward_steps(problem), "forward")
}

/// Forward mode that keeps nothing: every sweep but one evaluates the stages again.
pub fn forward_recomputing(problem: &Problem) -> Result<Plan, PlanError> {
    let (from, to) = (0, problem.length());
    let sweeps = problem.spans().sweeps(from, to, Mode::Tangent);
    let times = u64::try_from(sweeps.saturating_sub(1)).unwrap_or(u64::MAX);
    let mut steps = vec![Step::Evaluate { from, to, times }];
    steps.extend(forward_steps(problem));
    only(problem, steps, "forward recomputing")
}

/// Reverse mode: adjoints from the outputs (or from the seed) to the inputs.
pub fn reverse(problem: &Problem) -> Result<Plan, PlanError> {
    let links = problem.links();
    let to = links.len();
    let mut steps = Vec::new();
    let mut from = to;
    while from > 0 {
        let run = links[..from].iter().rev().take_while(|link| link.sweepable).count();
        let mode = Mode::Adjoint;
        let (start, at) = (from - run.max(1), from);
        steps.extend(match (run, at == to) {
            (0, true) => None,
            (0, false) => Some(Step::Multiply { from: start, at, to }),
            (_, true) => Some(Step::Accumulate { from: start, to, mode }),
            (_, false) => Some(Step::Eliminate { from: start, at, to, mode }),
        });
        from = start;
    }
    steps.extend(reduction(problem));
    only(problem, steps, "reverse")
}

/// Every stage's Jacobian first, each in its cheaper mode, then the best order of products.
///
/// # Errors
/// `NEVER_FORMED` for a stage that is only swept.
pub fn preaccumulate_all(problem: &Problem) -> Result<Plan, PlanError> {
    let rules = Rules { steps: Steps::ProductsOnly, ..Rules::default() };
    let solved = Solved::new(problem, &Objective::Flops, rules);
    if solved.table.get(solved.ways.root).is_none() {
        let swept = |link: &Link| link.jacobian == crate::Jacobian::Swept;
        let link = problem.links().iter().position(swept).unwrap_or(0);
        return Err(PlanError::NeverFormed { link });
    }
    let steps = assemble(problem.spans(), &solved.choices(), solved.ways.root);
    only(problem, steps, "preaccumulate all")
}

fn forward_steps(problem: &Problem) -> Vec<Step> {
    let links = problem.links();
    let mut steps = Vec::new();
    let mut at = 0;
    while at < links.len() {
        let run = links[at..].iter().take_while(|link| link.sweepable).count();
        let mode = Mode::Tangent;
        let (from, to) = (0, at + run.max(1));
        steps.extend(match (run, at) {
            (0, 0) => None,
            (0, _) => Some(Step::Multiply { from, at, to }),
            (_, 0) => Some(Step::Accumulate { from, to, mode }),
            (_, _) => Some(Step::Eliminate { from, at, to, mode }),
        });
        at = to;
    }
    steps.extend(reduction(problem));
    steps
}

fn reduction(problem: &Problem) -> Option<Step> {
    problem.spec().reduce.map(|_| Step::Reduce { from: 0, to: problem.length() })
}

/// A plan that is what was asked for, be it good or bad.
fn only(problem: &Problem, steps: Vec<Step>, name: &str) -> Result<Plan, PlanError> {
    Plan::of_steps(problem, steps, name, Certificate::Optimal { by: Proof::OnlyOne })
}
