//! The best plans by a model, held against the clock: what removes the errors that the model has left.
use super::measured::{Measuring, PREPARED, Prepared, zeros};
use super::run::Run;
use super::subject::{Case, Subject};
use super::{CompareOptions, Measure};
use crate::{Control, ExecError, FEWEST_ROUNDS, Timing, TimingOptions, fastest};
use chainrule_plan::{Objective, Plan, Planned, Request, best_plans};
use std::time::Instant;

/// How many plans are timed, on what, and for how long.
#[derive(Clone, Debug)]
pub struct MeasureOptions {
    /// How many plans, at least one and at most [`MOST_MEASURED`]: the best by the model.
    pub plans: usize,
    /// How many points at once; that of the problem where one is planned, 64 for tapes and chains.
    pub batch: Option<u32>,
    /// Paths of the inputs of a tape or chain that are one row for all points.
    pub shared: Vec<String>,
    /// How long and how often.
    pub timing: TimingOptions,
}

/// The most plans that are timed for one answer.
pub const MOST_MEASURED: usize = 100;

impl MeasureOptions {
    /// So many plans, and else what [`compare`](crate::compare) has by default.
    pub fn of(plans: usize) -> MeasureOptions {
        let CompareOptions { batch, shared, timing, .. } = CompareOptions::default();
        MeasureOptions { plans, batch, shared, timing }
    }
}

/// Times the best plans by a model in turns and gives the fastest, with its problem.
///
/// The certificate says how good it is by the model. Of plans that differ by no more than noise the one comes first that
/// the model has first. Numbers come from a seed, as those of [`compare`](crate::compare). The progress that `control` is
/// told goes up to [`COMPARISON_STEPS`](crate::COMPARISON_STEPS).
///
/// # Errors
/// `INVALID_ARGUMENT` for a number of plans out of range, for another objective than time, and for a problem that cannot be
/// run: its stages are not all dense matrices at hand. Those of [`chainrule_plan::plan`]; `UNKNOWN_NAME`, `TOO_LARGE`,
/// `CANCELLED`.
pub fn plan_by_measuring(
    subject: Subject<'_>,
    request: &Request,
    options: &MeasureOptions,
    control: &Control,
) -> Result<Planned, ExecError> {
    if !(1..=MOST_MEASURED).contains(&options.plans) {
        let wanted = format!("be a number of plans from 1 to {MOST_MEASURED}");
        return Err(ExecError::invalid("measure", wanted, format!("is {}", options.plans)));
    }
    let Objective::Time { threads, .. } = request.objective else {
        let wanted = "be left out unless the objective is time";
        let came = format!("the objective is {}", request.objective.name());
        return Err(ExecError::invalid("measure", wanted, came));
    };
    let threads = crate::pool::check_threads("threads", threads as usize)?;
    let MeasureOptions { batch, shared, timing, .. } = options.clone();
    let measure = Measure::Everything;
    let compared = CompareOptions { batch, shared, timing, measure, ..CompareOptions::default() };
    let case = Case::new(subject, &compared)?;
    let mut plans = best_plans(&case.problem, request, options.plans)?;
    if plans.is_empty() {
        // What is at hand takes no steps.
        plans.push(chainrule_plan::plan(&case.problem, request)?);
    }
    let measuring = Measuring { case: &case, options: &compared, threads, control };
    let timings = measuring.time_plans(&plans)?;
    let chosen = plans.swap_remove(fastest(&timings).unwrap_or(0));
    measuring.report(1.0)?;
    Ok(Planned::new(case.problem, chosen)?)
}

impl Measuring<'_> {
    /// Runs each plan once, then all of them in turns.
    fn time_plans(&self, plans: &[Plan]) -> Result<Vec<Timing>, ExecError> {
        let data = self.case.data(self.options)?;
        let points = self.case.problem.spec().batch as usize;
        let (rows, columns) = self.case.size();
        let mut out = zeros(points, rows, columns)?;
        let (mut prepared, mut expected) = (Vec::new(), 0.0);
        for (row, plan) in plans.iter().enumerate() {
            self.report(PREPARED * row as f64 / plans.len() as f64)?;
            let run = Run::planned(self.case, plan, self.options, self.threads)?;
            let start = Instant::now();
            run.run(&data, points, &mut out, self.control)?;
            expected += start.elapsed().as_secs_f64();
            prepared.push(Prepared { row, name: row.to_string(), run, points, difference: 0.0 });
        }
        let rounds = FEWEST_ROUNDS as f64 + 2.0;
        let expected = (rounds * expected).max(self.options.timing.budget.as_secs_f64());
        self.time(&prepared, &data, out, expected)
    }
}
