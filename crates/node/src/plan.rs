//! Planning: problems, and what is asked about their orders.
use crate::chain::NativeChain;
use crate::convert::{count, long};
use crate::error::{Result, coded, thrown};
use crate::planned::NativePlan;
use crate::watch::{CancelToken, Watched, watched};
use chainrule::exec::{self, Chain, Control, DEFAULT_BATCH, ExecError, Subject};
use chainrule::plan::{
    self, CostModel, DEFAULT_BRANCHES, Limits, Method, Objective, PlanError, Planned, Problem,
    ProblemSpec, Request,
};
use napi::bindgen_prelude::{AsyncTask, ClassInstance, Function};
use napi_derive::napi;
use std::sync::Arc;
use std::time::Duration;

/// A problem, checked.
#[napi]
pub struct NativeProblem {
    problem: Problem,
}

/// The problem of that JSON.
#[napi(catch_unwind)]
pub fn problem(json: String) -> Result<NativeProblem> {
    let spec = ProblemSpec::from_json(&json).map_err(thrown)?;
    Ok(NativeProblem { problem: Problem::new(spec).map_err(thrown)? })
}

/// The problem of planning the Jacobian of a chain.
#[napi(catch_unwind)]
pub fn chain_problem(
    chain: &NativeChain,
    batch: Option<f64>,
    shared: Vec<String>,
) -> Result<NativeProblem> {
    let batch = batch.map(|batch| count(batch, || "batch".into())).transpose()?;
    let batch = batch.unwrap_or(DEFAULT_BATCH);
    Ok(NativeProblem { problem: chain.get()?.problem_sharing(batch, &shared).map_err(thrown)? })
}

/// The problem of multiplying matrices: factor `i` is `dims[i]` x `dims[i + 1]`.
#[napi(catch_unwind)]
pub fn factor_problem(dims: Vec<f64>, batch: f64, shared: Vec<bool>) -> Result<NativeProblem> {
    let dim = |(i, &dim): (usize, &f64)| count(dim, || format!("dims[{i}]"));
    let dims: Vec<u32> = dims.iter().enumerate().map(dim).collect::<Result<_>>()?;
    let batch = count(batch, || "batch".into())?;
    let is_shared = |factor: usize| shared.get(factor).copied().unwrap_or(false);
    Ok(NativeProblem { problem: Problem::factors(&dims, batch, is_shared).map_err(thrown)? })
}

/// What is asked of the planner.
#[napi(object)]
pub struct PlanRequest {
    /// The name of the objective.
    pub objective: String,
    /// What writing an element is worth, for the objectives that say it.
    pub factor: Option<f64>,
    /// The most bytes of all matrices alive at once.
    pub memory: Option<f64>,
    /// The most tape entries one adjoint sweep passes at one point.
    pub tape_limit: Option<f64>,
    /// The most elements of a matrix made on the way.
    pub largest: Option<f64>,
    /// How many threads there are.
    pub threads: Option<f64>,
    /// The JSON of a cost model.
    pub cost_model: Option<String>,
    /// The name of the method.
    pub method: Option<String>,
}

/// Bytes of an element.
const ELEMENT: u64 = 8;

impl PlanRequest {
    fn objective(&self, name: &str) -> Result<Objective> {
        let factor = || long(self.factor.unwrap_or(1.0), "factor");
        Ok(match name {
            "flops" => Objective::Flops,
            "writes" => Objective::Writes,
            "combo" => Objective::Combo { factor: factor()? },
            "limit" => Objective::Limit { factor: factor()? },
            "largest" => Objective::Largest,
            "memory" => Objective::Memory,
            "criticalPath" => Objective::CriticalPath,
            "split" => Objective::Split { machines: self.machines()? },
            "time" => {
                let model = match &self.cost_model {
                    Some(json) => CostModel::from_json(json).map_err(thrown)?,
                    None => exec::load_calibration().model,
                };
                Objective::Time { model: Box::new(model), threads: self.machines()? }
            }
            other => return Err(unknown("objective", other)),
        })
    }

    fn machines(&self) -> Result<u32> {
        self.threads
            .map_or(Ok(exec::threads() as u32), |threads| count(threads, || "threads".into()))
    }

    fn limits(&self) -> Result<Limits> {
        let long = |number: Option<f64>, name| number.map(|number| long(number, name)).transpose();
        Ok(Limits {
            memory: long(self.memory, "memory")?.map(|bytes| bytes / ELEMENT),
            tape: long(self.tape_limit, "tapeLimit")?,
            largest: long(self.largest, "largest")?,
        })
    }

    fn method(&self) -> Result<Method> {
        Ok(match self.method.as_deref() {
            None | Some("auto") => Method::Auto,
            Some("intervalProgram") => Method::IntervalProgram,
            Some("huShing") => Method::HuShing,
            Some("chin") => Method::Chin,
            Some(other) => return Err(unknown("method", other)),
        })
    }

    fn checked(&self) -> Result<Request> {
        Ok(Request {
            objective: self.objective(&self.objective)?,
            limits: self.limits()?,
            method: self.method()?,
        })
    }

    /// An error of the planner in the units and by the names of the facade.
    fn refused(&self, error: PlanError) -> napi::Error {
        match error {
            PlanError::InfeasibleMemory { smallest, .. } => {
                let smallest = smallest.saturating_mul(ELEMENT.into());
                let smallest = u64::try_from(smallest).unwrap_or(u64::MAX);
                let came = self.memory.unwrap_or_default() as u64;
                thrown(ExecError::InfeasibleMemory { smallest, came })
            }
            PlanError::InfeasibleTape { limit, smallest } => {
                let wanted = format!("must be at least {smallest} entries for any plan");
                let message = format!("`tapeLimit` {wanted}, but is {limit}");
                coded(error.code(), "tapeLimit", &message)
            }
            other => thrown(other),
        }
    }
}

fn unknown(argument: &str, name: &str) -> napi::Error {
    coded("UNKNOWN_NAME", argument, &format!("`{argument}` must be one there is, but is {name:?}"))
}

/// How many plans are timed, and what is run for it.
#[napi(object)]
pub struct MeasureRequest {
    /// How many.
    pub plans: f64,
    /// About how long to measure.
    pub seconds: Option<f64>,
    /// How many points a chain is run at.
    pub batch: Option<f64>,
    /// Paths of the chain's inputs that are one row for all points.
    pub shared: Vec<String>,
}

impl MeasureRequest {
    fn checked(self) -> Result<exec::MeasureOptions> {
        let mut options =
            exec::MeasureOptions::of(count(self.plans, || "measure".into())? as usize);
        if let Some(seconds) = self.seconds {
            options.timing.budget = Duration::try_from_secs_f64(seconds).map_err(|_| {
                let message = format!("`seconds` must be a number from 0 on, but is {seconds}");
                coded("INVALID_ARGUMENT", "seconds", &message)
            })?;
        }
        options.batch = self.batch.map(|batch| count(batch, || "batch".into())).transpose()?;
        options.shared = self.shared;
        Ok(options)
    }
}

/// What is planned and how, with all that another thread needs for it.
pub struct Planning {
    problem: Problem,
    /// What is run where plans are timed; a problem of matrices by itself.
    chain: Option<Arc<Chain>>,
    request: PlanRequest,
    measure: Option<exec::MeasureOptions>,
}

impl Planning {
    fn new(
        problem: &NativeProblem,
        chain: Option<ClassInstance<NativeChain>>,
        request: PlanRequest,
        measure: Option<MeasureRequest>,
    ) -> Result<Planning> {
        Ok(Planning {
            problem: problem.problem.clone(),
            chain: chain.map(|chain| chain.get()).transpose()?,
            request,
            measure: measure.map(MeasureRequest::checked).transpose()?,
        })
    }

    /// The critical path on a number of threads asks for a schedule.
    fn run(&self, control: &Control) -> Result<Planned> {
        let Planning { problem, chain, request, measure } = self;
        let scheduled = request.objective == "criticalPath" && request.threads.is_some();
        let planned = match measure {
            Some(options) => {
                let subject =
                    chain.as_ref().map_or(Subject::Problem(problem), |chain| Subject::Chain(chain));
                exec::plan_by_measuring(subject, &request.checked()?, options, control)
            }
            None => {
                let plan = match scheduled {
                    true => plan::plan_for_machines(problem, request.machines()?, DEFAULT_BRANCHES),
                    false => plan::plan(problem, &request.checked()?),
                };
                let planned = plan.and_then(|plan| Planned::new(problem.clone(), plan));
                planned.map_err(ExecError::from)
            }
        };
        planned.map_err(|error| match error {
            ExecError::Plan(error) => request.refused(error),
            other => thrown(other),
        })
    }
}

/// The best plan.
#[napi(catch_unwind)]
pub fn plan(
    problem: &NativeProblem,
    chain: Option<ClassInstance<NativeChain>>,
    request: PlanRequest,
    measure: Option<MeasureRequest>,
) -> Result<NativePlan> {
    let planning = Planning::new(problem, chain, request, measure)?;
    planning.run(&Control::default()).map(NativePlan::from)
}

/// As `plan`, on another thread; progress goes up to `comparisonSteps()`.
#[napi(catch_unwind)]
pub fn plan_async(
    problem: &NativeProblem,
    chain: Option<ClassInstance<NativeChain>>,
    request: PlanRequest,
    measure: Option<MeasureRequest>,
    token: &CancelToken,
    progress: Option<Function<f64, ()>>,
) -> Result<AsyncTask<Watched<Planned, NativePlan>>> {
    let planning = Planning::new(problem, chain, request, measure)?;
    watched(token, progress, move |control| planning.run(control), NativePlan::from)
}

/// The plans undominated under two objectives, the first rising, and whether none is left out.
#[napi(catch_unwind)]
pub fn pareto_front(
    problem: &NativeProblem,
    second: String,
    request: PlanRequest,
) -> Result<(Vec<NativePlan>, bool)> {
    let problem = &problem.problem;
    let first = request.objective(&request.objective)?;
    let second = request.objective(&second)?;
    let front = plan::pareto_front(problem, &first, &second, &request.limits()?);
    let front = front.map_err(|error| request.refused(error))?;
    let plans = front.plans.into_iter().map(|plan| NativePlan::new(problem, plan));
    Ok((plans.collect::<Result<_>>()?, front.exact))
}

/// All bracketings of a short chain, each with its cheapest plan.
#[napi(catch_unwind)]
pub fn bracketings(problem: &NativeProblem) -> Result<Vec<NativePlan>> {
    let problem = &problem.problem;
    let all = plan::bracketings(problem).map_err(thrown)?;
    all.into_iter().map(|(_, plan)| NativePlan::new(problem, plan)).collect()
}
