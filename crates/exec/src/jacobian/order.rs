//! Choosing the tape of a Jacobian: by a plan, or by the one of forward and reverse mode that costs less.
use crate::calibrate::load_calibration;
use crate::chain::{Chain, stages};
use crate::program::{batch_cost, shared_inputs};
use crate::{ExecError, JacobianOptions, Order, planned_tape};
use chainrule_plan::{
    CostModel, Objective, Plan, PlanError, Problem, Request, forward, plan, plan_of_bracketing,
    reverse,
};
use chainrule_tape::Tape;
use chainrule_tape::transform::{Mode, jacobian_tape};

/// A tape of values and a Jacobian, and how it came to be.
pub(super) struct Ordered {
    pub(super) tape: Tape,
    pub(super) by: By,
    /// Why a calibration that was found could not be used.
    pub(super) warning: Option<String>,
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
    size: (usize, usize),
    options: &JacobianOptions,
) -> Result<Ordered, ExecError> {
    match &options.order {
        Order::Forward => sweeps(tape, Mode::Tangent),
        Order::Reverse => sweeps(tape, Mode::Adjoint),
        Order::Auto => cheapest(tape, size, options),
        Order::Plan(_) | Order::Bracketing(_) => of_chain(&stages(tape)?, options),
    }
}

fn sweeps(tape: &Tape, mode: Mode) -> Result<Ordered, ExecError> {
    Ok(Ordered { tape: jacobian_tape(tape, mode)?, by: By::Sweeps(mode), warning: None })
}

/// The cheapest of one mode and a plan, where there is something to plan.
fn cheapest(
    tape: &Tape,
    (rows, columns): (usize, usize),
    options: &JacobianOptions,
) -> Result<Ordered, ExecError> {
    let mut candidates: Vec<Ordered> = Vec::new();
    if columns <= CLEARLY_MORE_SWEEPS * rows.max(1) {
        candidates.push(sweeps(tape, Mode::Tangent)?);
    }
    if rows <= CLEARLY_MORE_SWEEPS * columns.max(1) {
        candidates.push(sweeps(tape, Mode::Adjoint)?);
    }
    let shared = shared_inputs(tape, &options.prepare.shared)?;
    let cost = |tape: &Tape| batch_cost(tape, &shared, options.batch);
    // Of equals the first.
    let fewest = |candidates: Vec<Ordered>| {
        let best = candidates.into_iter().min_by_key(|ordered| cost(&ordered.tape));
        best.ok_or_else(|| PlanError::EmptyChain.into())
    };
    let chain = stages(tape)?;
    if !chain.is_worth_planning() || rows == 0 || columns == 0 {
        return fewest(candidates);
    }
    let speeds = Speeds::of(options);
    let planned = planned_for(&chain, options, &speeds)?;
    let warning = planned.warning.clone();
    let By::Plan { problem, .. } = &planned.by else { return Ok(planned) };
    let problem = problem.clone();
    candidates.push(planned);
    let best = match &speeds.model {
        None => fewest(candidates)?,
        Some(model) => {
            let own = cost(tape);
            let time = |ordered: Ordered| {
                let beyond = cost(&ordered.tape).saturating_sub(own);
                Ok((predicted(&ordered, &problem, model, speeds.threads, beyond)?, ordered))
            };
            let timed: Vec<(f64, Ordered)> =
                candidates.into_iter().map(time).collect::<Result<_, ExecError>>()?;
            let best = timed.into_iter().min_by(|(a, _), (b, _)| a.total_cmp(b));
            best.ok_or(PlanError::EmptyChain)?.1
        }
    };
    Ok(Ordered { warning, ..best })
}

/// The time of an order by the model, for as many multiply-adds as its tape really has: fewer than the plan counts, where
/// seeds or shared parts fold.
fn predicted(
    ordered: &Ordered,
    problem: &Problem,
    model: &CostModel,
    threads: u32,
    multiply_adds: u128,
) -> Result<f64, ExecError> {
    let plan = match &ordered.by {
        By::Plan { plan, .. } => Plan::clone(plan),
        By::Sweeps(Mode::Tangent) => forward(problem)?,
        By::Sweeps(Mode::Adjoint) => reverse(problem)?,
    };
    let time = model.times(problem, &plan, threads)?.iter().sum::<u128>() as f64;
    Ok(if plan.cost == 0 { time } else { time * (multiply_adds as f64 / plan.cost as f64) })
}

/// By what an order is planned when nobody says: time where it is known how fast this machine is, else multiply-adds.
struct Speeds {
    model: Option<CostModel>,
    threads: u32,
    warning: Option<String>,
}

impl Speeds {
    fn of(options: &JacobianOptions) -> Speeds {
        let threads = options.prepare.threads.unwrap_or_else(crate::threads) as u32;
        if options.cost_model.is_some() || !matches!(options.order, Order::Auto) {
            return Speeds { model: options.cost_model.clone(), threads, warning: None };
        }
        let found = load_calibration();
        Speeds { model: found.measured().cloned(), threads, warning: found.warning }
    }

    fn objective(&self) -> Objective {
        match &self.model {
            None => Objective::Flops,
            Some(model) => {
                Objective::Time { model: Box::new(model.clone()), threads: self.threads }
            }
        }
    }
}

/// The Jacobian of a chain in the order that was asked for.
pub(super) fn of_chain(chain: &Chain, options: &JacobianOptions) -> Result<Ordered, ExecError> {
    planned_for(chain, options, &Speeds::of(options))
}

fn planned_for(
    chain: &Chain,
    options: &JacobianOptions,
    speeds: &Speeds,
) -> Result<Ordered, ExecError> {
    let problem = problem(chain, options)?;
    let plan = match &options.order {
        Order::Auto => {
            plan(&problem, &Request { objective: speeds.objective(), ..Request::default() })?
        }
        Order::Forward => forward(&problem)?,
        Order::Reverse => reverse(&problem)?,
        Order::Plan(plan) => Plan::clone(plan),
        Order::Bracketing(tree) => plan_of_bracketing(&problem, tree)?,
    };
    let tape = planned_tape(chain, &problem, &plan)?;
    let by = By::Plan { problem: Box::new(problem), plan: Box::new(plan) };
    Ok(Ordered { tape, by, warning: speeds.warning.clone() })
}

/// What is planned for a chain with these options.
pub(super) fn problem(chain: &Chain, options: &JacobianOptions) -> Result<Problem, ExecError> {
    let shared = shared_inputs(chain.tape(), &options.prepare.shared)?;
    let shared: Vec<usize> = (0..shared.len()).filter(|&i| shared[i]).collect();
    chain.problem(options.batch, &shared)
}
