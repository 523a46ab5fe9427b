//! Orders of multiplying Jacobians, side by side.
use crate::chain::NativeChain;
use crate::convert::count;
use crate::error::{Result, coded, thrown};
use crate::jacobian::order;
use crate::program::bytes;
use crate::watch::{CancelToken, Watched, watched};
use chainrule::exec::{self, Chain, Comparison, Control, Measure, Subject};
use chainrule::plan::{CostModel, Problem, ProblemSpec};
use napi::bindgen_prelude::{AsyncTask, ClassInstance, Float64ArraySlice, Function};
use napi_derive::napi;
use std::sync::Arc;
use std::time::Duration;

/// What is compared, and how.
#[napi(object, object_to_js = false)]
pub struct CompareOptions<'a> {
    /// How many points at once.
    pub batch: Option<f64>,
    /// How many threads.
    pub threads: Option<f64>,
    /// Bytes that the matrices of a plan may take.
    pub memory: Option<f64>,
    /// Further orders.
    pub orders: Vec<ComparedOrder>,
    /// Chains of at most so many links have all bracketings listed.
    pub bracketed: Option<f64>,
    /// `'named'` or `'everything'`; nothing by default.
    pub measure: Option<String>,
    /// About how long to measure.
    pub seconds: Option<f64>,
    /// The JSON of a cost model; what was kept of this machine by default.
    pub cost_model: Option<String>,
    /// Paths of the inputs that are one row for all points.
    pub shared: Vec<String>,
    /// For each input its rows.
    pub points: Option<Vec<Float64ArraySlice<'a>>>,
}

/// An order with a name, as `OrderOptions` have it.
#[napi(object)]
pub struct ComparedOrder {
    /// What it is called.
    pub name: String,
    /// `'auto'`, `'forward'` or `'reverse'`; `'plan'` and `'bracketing'` are said by `text`.
    pub order: String,
    /// The JSON of a plan, or a bracketing.
    pub text: Option<String>,
}

/// A comparison that has been made.
#[napi]
pub struct NativeComparison {
    comparison: Comparison,
}

/// Compares the orders for a chain, or for the JSON of a problem.
#[napi(catch_unwind)]
pub fn compare(
    chain: Option<ClassInstance<NativeChain>>,
    problem: Option<String>,
    options: CompareOptions,
) -> Result<NativeComparison> {
    let comparison = Compared::new(chain, problem, options)?.run(&Control::default())?;
    Ok(NativeComparison { comparison })
}

/// As `compare`, on another thread; progress goes up to `comparisonSteps()`.
#[napi(catch_unwind)]
pub fn compare_async(
    chain: Option<ClassInstance<NativeChain>>,
    problem: Option<String>,
    options: CompareOptions,
    token: &CancelToken,
    progress: Option<Function<f64, ()>>,
) -> Result<AsyncTask<Watched<Comparison, NativeComparison>>> {
    let compared = Compared::new(chain, problem, options)?;
    let give = |comparison| NativeComparison { comparison };
    watched(token, progress, move |control| compared.run(control), give)
}

/// What the progress of a comparison ends with.
#[napi(catch_unwind)]
pub fn comparison_steps() -> u32 {
    exec::COMPARISON_STEPS as u32
}

/// What is compared, with its options, checked.
struct Compared {
    chain: Option<Arc<Chain>>,
    problem: Option<Problem>,
    options: exec::CompareOptions,
}

impl Compared {
    fn new(
        chain: Option<ClassInstance<NativeChain>>,
        problem: Option<String>,
        options: CompareOptions,
    ) -> Result<Compared> {
        let chain = chain.map(|chain| chain.get()).transpose()?;
        let problem = problem.map(|text| {
            let spec = ProblemSpec::from_json(&text).map_err(thrown)?;
            Problem::new(spec).map_err(thrown)
        });
        Ok(Compared { chain, problem: problem.transpose()?, options: options.checked()? })
    }

    fn run(&self, control: &Control) -> Result<Comparison> {
        let subject = match (&self.chain, &self.problem) {
            (Some(chain), _) => Subject::Chain(chain),
            (None, Some(problem)) => Subject::Problem(problem),
            (None, None) => return Err(coded("INTERNAL", "of", "there is nothing to compare")),
        };
        exec::compare(subject, &self.options, control).map_err(thrown)
    }
}

impl CompareOptions<'_> {
    fn checked(self) -> Result<exec::CompareOptions> {
        let whole = |number: Option<f64>, name: &str| {
            number.map(|number| count(number, || name.into())).transpose()
        };
        let mut options = exec::CompareOptions {
            batch: whole(self.batch, "batch")?,
            threads: whole(self.threads, "threads")?.map(|threads| threads as usize),
            memory: self.memory.map(bytes).transpose()?,
            ..exec::CompareOptions::default()
        };
        for ComparedOrder { name, order: kind, text } in self.orders {
            options.orders.push((name, order(&kind, text.as_deref().unwrap_or_default())?));
        }
        if let Some(bracketed) = whole(self.bracketed, "bracketings")? {
            options.bracketed = bracketed as usize;
        }
        options.measure = match self.measure.as_deref() {
            None => Measure::Nothing,
            Some("named") => Measure::Named,
            Some("everything") => Measure::Everything,
            Some(other) => {
                let message =
                    format!("measure must be true, false or 'everything', but is {other:?}");
                return Err(coded("UNKNOWN_NAME", "measure", &message));
            }
        };
        if let Some(seconds) = self.seconds {
            options.timing.budget = Duration::try_from_secs_f64(seconds).map_err(|_| {
                let message = format!("seconds must be a number from 0 on, but is {seconds}");
                coded("INVALID_ARGUMENT", "seconds", &message)
            })?;
        }
        options.cost_model = Some(match self.cost_model {
            Some(text) => CostModel::from_json(&text).map_err(thrown)?,
            None => exec::load_calibration().model,
        });
        options.shared = self.shared;
        options.points = self.points.map(|rows| rows.iter().map(|row| row.to_vec()).collect());
        Ok(options)
    }
}

#[napi]
impl NativeComparison {
    /// All of it as JSON.
    #[napi(catch_unwind)]
    pub fn json(&self) -> String {
        self.comparison.to_json()
    }

    /// A table and what it means.
    #[napi(catch_unwind)]
    pub fn text(&self) -> String {
        self.comparison.to_string()
    }

    /// A page that needs nothing else.
    #[napi(catch_unwind)]
    pub fn html(&self) -> String {
        self.comparison.to_html()
    }

    /// The plan of a row as a DOT graph, or as a Mermaid flowchart.
    #[napi(catch_unwind)]
    pub fn graph(&self, row: f64, mermaid: bool) -> Result<String> {
        let at = count(row, || "row".into())? as usize;
        let graph = match mermaid {
            true => self.comparison.to_mermaid(at),
            false => self.comparison.to_dot(at),
        };
        let rows = self.comparison.rows.len();
        let missing = || {
            let message = format!("row must be below {rows}, but is {at}");
            coded("INVALID_ARGUMENT", "row", &message)
        };
        graph.ok_or_else(missing)?.map_err(thrown)
    }
}
