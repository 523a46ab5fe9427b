//! Choosing the tape of a Jacobian: by a plan, or by the one of forward and reverse mode that costs less.
use crate::chain::{Chain, stages};
use crate::program::{batch_cost, shared_inputs};
use crate::{ExecError, JacobianOptions, Order, planned_tape};
use chainrule_plan::{
    Objective, Plan, PlanError, Problem, Request, forward, plan, plan_of_bracketing, reverse,
};
use chainrule_tape::Tape;
use chainrule_tape::transform::{Mode, jacobian_tape};

/// A tape of values and a Jacobian, and how it came to be.
pub(super) struct Ordered {
    pub(super) tape: Tape,
    pub(super) by: By,
}

/// How a Jacobian's tape was made.
#[derive(Clone, Debug)]
pub(super) enum By {
    /// One mode from end to end, on the tape as a whole.
    Sweeps(Mode),
    /// A plan for the stages of a chain.
    Plan { problem: Box<Problem>, plan: Box<Plan> },
}

/// Where one mode needs so many times the sweeps of the other, it is not even tried.
const CLEARLY_MORE_SWEEPS: usize = 8;

/// The Jacobian of a tape, of that many rows and columns, in the order that was asked for.
pub(super) fn of_tape(
    tape: &Tape,
    (rows, columns): (usize, usize),
    options: &JacobianOptions,
) -> Result<Ordered, ExecError> {
    let sweeps = |mode| Ok(Ordered { tape: jacobian_tape(tape, mode)?, by: By::Sweeps(mode) });
    match &options.order {
        Order::Forward => sweeps(Mode::Tangent),
        Order::Reverse => sweeps(Mode::Adjoint),
        Order::Auto => {
            let mut candidates: Vec<Ordered> = Vec::new();
            if columns <= CLEARLY_MORE_SWEEPS * rows.max(1) {
                candidates.push(sweeps(Mode::Tangent)?);
            }
            if rows <= CLEARLY_MORE_SWEEPS * columns.max(1) {
                candidates.push(sweeps(Mode::Adjoint)?);
            }
            let chain = stages(tape)?;
            if chain.is_worth_planning() && rows > 0 && columns > 0 {
                candidates.push(of_chain(&chain, options)?);
            }
            let shared = shared_inputs(tape, &options.prepare.shared)?;
            let cost = |ordered: &Ordered| batch_cost(&ordered.tape, &shared, options.batch);
            // Of equals the first.
            let best = candidates.into_iter().min_by_key(cost);
            best.ok_or_else(|| PlanError::EmptyChain.into())
        }
        Order::Plan(_) | Order::Bracketing(_) => of_chain(&stages(tape)?, options),
    }
}

/// The Jacobian of a chain in the order that was asked for.
pub(super) fn of_chain(chain: &Chain, options: &JacobianOptions) -> Result<Ordered, ExecError> {
    let problem = problem(chain, options)?;
    let objective = objective(options);
    let plan = match &options.order {
        Order::Auto => plan(&problem, &Request { objective, ..Request::default() })?,
        Order::Forward => forward(&problem)?,
        Order::Reverse => reverse(&problem)?,
        Order::Plan(plan) => Plan::clone(plan),
        Order::Bracketing(tree) => plan_of_bracketing(&problem, tree)?,
    };
    let tape = planned_tape(chain, &problem, &plan)?;
    Ok(Ordered { tape, by: By::Plan { problem: Box::new(problem), plan: Box::new(plan) } })
}

/// What is planned for a chain with these options.
pub(super) fn problem(chain: &Chain, options: &JacobianOptions) -> Result<Problem, ExecError> {
    let shared = shared_inputs(chain.tape(), &options.prepare.shared)?;
    let shared: Vec<usize> = (0..shared.len()).filter(|&i| shared[i]).collect();
    chain.problem(options.batch, &shared)
}

fn objective(options: &JacobianOptions) -> Objective {
    match &options.cost_model {
        None => Objective::Flops,
        Some(model) => {
            let threads = options.prepare.threads.unwrap_or_else(crate::threads) as u32;
            Objective::Time { model: Box::new(model.clone()), threads }
        }
    }
}
