//! What every order of multiplying the Jacobians of a chain costs, side by side: counted, predicted, and measured where
//! that is asked for.
mod choose;
mod comparison;
mod data;
mod html;
mod matrices;
mod measured;
mod orders;
mod run;
mod subject;
mod table;
#[cfg(test)]
mod tests;
mod why;

pub use choose::{MOST_MEASURED, MeasureOptions, plan_by_measuring};
pub use comparison::{Comparison, Link, Machine, Measured, Omitted, Row};
pub use subject::Subject;

use crate::{Control, ExecError, Order, TimingOptions};
use chainrule_plan::{CostModel, MOST_BRACKETED};
use comparison::whole_row;
use measured::Measuring;
use orders::candidates;
use subject::Case;

/// What is compared, and how.
#[derive(Clone, Debug)]
pub struct CompareOptions {
    /// How many points at once; that of the problem where one is compared, 64 for tapes and chains.
    pub batch: Option<u32>,
    /// On how many threads times are predicted and measured; what independent steps allow is said for as many.
    pub threads: Option<usize>,
    /// Bytes that the matrices of a plan may take at once, the result included; asks for the best plan that keeps it.
    pub memory: Option<u64>,
    /// Further orders, by name.
    pub orders: Vec<(String, Order)>,
    /// Chains of at most so many links, 6 by default, have all their bracketings listed.
    pub bracketed: usize,
    /// What is measured.
    pub measure: Measure,
    /// How long and how often.
    pub timing: TimingOptions,
    /// Measured speeds; without them times are predicted for an assumed machine.
    pub cost_model: Option<CostModel>,
    /// Paths of the inputs of a tape or chain that are one row for all points.
    pub shared: Vec<String>,
    /// For each input of a tape or chain its rows at all points, or its one row. Without them numbers come from a seed.
    pub points: Option<Vec<Vec<f64>>>,
}

/// Which orders are run and timed.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// None; no number is computed.
    #[default]
    Nothing,
    /// All but those that are listed as bracketings only.
    Named,
    /// All.
    Everything,
}

impl Default for CompareOptions {
    fn default() -> CompareOptions {
        CompareOptions {
            batch: None,
            threads: None,
            memory: None,
            orders: Vec::new(),
            bracketed: 6,
            measure: Measure::default(),
            timing: TimingOptions::default(),
            cost_model: None,
            shared: Vec::new(),
            points: None,
        }
    }
}

/// What the progress of a comparison that measures ends with.
pub const COMPARISON_STEPS: usize = 1000;

/// Compares the orders in which the Jacobians of a tape, a chain or a problem can be multiplied.
///
/// Listed are forward mode (evaluating intermediates again in every sweep, and keeping them), reverse mode, all Jacobians
/// first and then their products, the optimum by multiply-adds, by predicted time and under a limit of memory, the orders
/// named in the options, and all bracketings of short chains. Orders with the same steps are one row.
///
/// A tape is cut by [`stages`](crate::stages). A problem can be measured where all its links are dense matrices at hand:
/// they are filled from a seed. Measuring runs all orders in turns and each against itself, so that no order is called
/// faster by chance. The progress that `control` is told goes up to [`COMPARISON_STEPS`].
///
/// ```
/// use chainrule_exec::{CompareOptions, Subject, compare};
/// use chainrule_plan::{Problem, ProblemSpec, Stage};
///
/// let widths = [512, 512, 512, 8, 512, 512, 512];
/// let stages = widths.windows(2).map(|w| Stage::given(w[0], w[1])).collect();
/// let problem = Problem::new(ProblemSpec { batch: 64, ..ProblemSpec::new(stages) })?;
/// let comparison =
///     compare(Subject::Problem(&problem), &CompareOptions::default(), &Default::default())?;
/// assert!(comparison.why.contains("51.6 times"), "{}", comparison.why);
/// # Ok::<(), chainrule_exec::ExecError>(())
/// ```
///
/// # Errors
/// `INFEASIBLE_MEMORY` with the smallest limit that can be kept; `INVALID_ARGUMENT`, also for measuring what cannot be run;
/// those of orders that are not for this chain: `PLAN_MISMATCH`, `NOT_A_BRACKETING`; `INVALID_COST_MODEL`, `UNKNOWN_NAME`,
/// `SHAPE_MISMATCH`, `ZERO_SIZE`, `TOO_LARGE`, `CANCELLED`.
pub fn compare(
    subject: Subject<'_>,
    options: &CompareOptions,
    control: &Control,
) -> Result<Comparison, ExecError> {
    if options.bracketed > MOST_BRACKETED {
        let wanted = format!("be at most {MOST_BRACKETED}");
        return Err(ExecError::invalid("bracketed", wanted, format!("is {}", options.bracketed)));
    }
    let threads = match options.threads {
        Some(threads) => crate::pool::check_threads("threads", threads)?,
        None => crate::threads(),
    };
    let case = Case::new(subject, options)?;
    let problem = &case.problem;
    let (candidates, omitted) = candidates(problem, options, threads)?;
    let model = options.cost_model.clone().unwrap_or_default();
    let rows = candidates.iter().map(|candidate| whole_row(problem, candidate, &model, threads));
    let mut comparison = Comparison {
        links: comparison::links(problem),
        batch: problem.spec().batch,
        evaluation: problem.evaluation_cost(),
        machine: Machine::here(threads, &model),
        rows: rows.collect::<Result<_, _>>()?,
        winner: 0,
        why: String::new(),
        noise: None,
        omitted,
        problem: problem.clone(),
    };
    if options.measure != Measure::Nothing {
        let measuring = Measuring { case: &case, options, threads, control };
        measuring.fill(&mut comparison, &candidates)?;
    }
    if comparison.noise.is_none() {
        comparison.winner = why::winner(&comparison);
    }
    comparison.why = why::sentence(&comparison)?;
    Ok(comparison)
}
