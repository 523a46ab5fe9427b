//! What a comparison says: plain data, and its JSON form.
use super::orders::{Candidate, ELEMENT};
use crate::{ExecError, Level, Noise};
use chainrule_plan::{CostModel, Plan, PlanError, Problem, price};
use serde::{Serialize, Serializer};

/// Orders of multiplying the Jacobians of a chain, side by side.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The factors of the product in the order they are applied.
    pub links: Vec<Link>,
    /// How many points at once.
    pub batch: u32,
    /// Multiply-adds of evaluating the chain itself once at every point; no part of any cost.
    #[serde(serialize_with = "whole")]
    pub evaluation: u128,
    /// Where times are from.
    pub machine: Machine,
    /// The orders: those with a name, then bracketings by their cost.
    pub rows: Vec<Row>,
    /// The row that wins: the fastest where orders were measured, else the one with the fewest multiply-adds.
    pub winner: usize,
    /// Why it wins, in one sentence.
    pub why: String,
    /// What the null control showed: how much timings of one and the same order differ, as a share.
    #[serde(serialize_with = "noise", skip_serializing_if = "Option::is_none")]
    pub noise: Option<Noise>,
    /// Familiar orders that this chain does not allow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<Omitted>,
    #[serde(skip)]
    pub(super) problem: Problem,
}

/// A factor of the product.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// What it is, as `"stage 2"`.
    pub name: String,
    /// Its columns.
    pub inputs: u32,
    /// Its rows.
    pub outputs: u32,
    /// Whether all points have the same.
    pub shared: bool,
}

/// The machine that times are from or for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// What the library runs on.
    pub processor: String,
    /// The vector instructions in use.
    pub instructions: String,
    /// The cores there are.
    pub cores: usize,
    /// The threads in use.
    pub threads: usize,
    /// What predicted times are for: the machine of the cost model.
    pub model: String,
}

/// An order that there is no plan for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Omitted {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// One order. Costs are multiply-adds for the whole batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// All that it is called; a bracketing is a name too.
    pub names: Vec<String>,
    /// Its bracketing: nested pairs of links.
    pub bracketing: String,
    /// Its plan.
    pub plan: Plan,
    /// What each step does, in words.
    pub steps: Vec<String>,
    /// The cost of each step.
    #[serde(serialize_with = "wholes")]
    pub costs: Vec<u128>,
    /// Tangents and adjoints swept.
    #[serde(serialize_with = "whole")]
    pub sweeps: u128,
    /// Multiply-adds.
    #[serde(serialize_with = "whole")]
    pub cost: u128,
    /// The same in units of one evaluation of the chain at every point; none where that costs nothing.
    pub evaluations: Option<f64>,
    /// Seconds by the cost model.
    pub predicted: f64,
    /// What was measured, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// Bytes of all matrices alive at once, the result included.
    #[serde(serialize_with = "whole")]
    pub peak_memory: u128,
    /// Multiply-adds one after the other on any number of machines, steps being whole.
    #[serde(serialize_with = "whole")]
    pub critical_path: u128,
    /// How many times as fast the threads can be if no step is split: points can always be dealt out besides.
    pub speed_up: f64,
}

/// Times of one order, in seconds for the whole batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    /// The middle sample.
    pub median: f64,
    /// The least sample.
    pub min: f64,
    /// Half of the samples lie in an interval so long, relative to the median.
    pub spread: f64,
    /// How many samples were taken.
    pub samples: usize,
    /// At how many points; times are scaled up to the batch where these are fewer.
    pub points: u32,
    /// How many times as long as the winner it takes; none where the difference may be noise.
    pub slower: Option<f64>,
    /// The largest difference from the results of the reference, relative to the largest entry of those.
    pub difference: f64,
    /// Whether it is the reference that the others' results are held against.
    pub reference: bool,
}

impl Comparison {
    /// The JSON form.
    pub fn to_json(&self) -> String {
        // Neither maps with other keys than text nor failing writers: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What was planned; plans of the rows are for it.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The row of that name.
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.names.iter().any(|own| own == name))
    }
}

impl Row {
    /// Whether it has a name besides its bracketing.
    pub fn is_named(&self) -> bool {
        self.names.iter().any(|name| name.parse::<chainrule_plan::Tree>().is_err())
    }

    /// The names besides its bracketing, or that.
    pub(super) fn titles(&self) -> Vec<&str> {
        let named = self.names.iter().filter(|name| name.parse::<chainrule_plan::Tree>().is_err());
        let names: Vec<&str> = named.map(String::as_str).collect();
        if names.is_empty() { vec![&self.bracketing] } else { names }
    }
}

impl Machine {
    pub(super) fn here(threads: usize, model: &CostModel) -> Machine {
        Machine {
            processor: crate::calibrate::processor(),
            instructions: format!("{:?}", Level::detect()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            threads,
            model: model.machine.clone(),
        }
    }
}

/// All that is known of a plan without running it.
pub(super) fn whole_row(
    problem: &Problem,
    candidate: &Candidate,
    model: &CostModel,
    threads: usize,
) -> Result<Row, ExecError> {
    let plan = &candidate.plan;
    let price = price(problem, plan)?;
    let femtoseconds: u128 = model.times(problem, plan, threads as u32)?.iter().sum();
    let evaluation = problem.evaluation_cost();
    let longest = price.critical_path.max(price.cost.div_ceil(threads.max(1) as u128));
    Ok(Row {
        names: candidate.names.clone(),
        bracketing: plan.tree(problem)?.to_string(),
        plan: plan.clone(),
        steps: plan.sentences(problem)?,
        costs: price.costs,
        sweeps: price.sweeps,
        cost: price.cost,
        evaluations: (evaluation > 0).then(|| price.cost as f64 / evaluation as f64),
        predicted: femtoseconds as f64 * 1e-15,
        measured: None,
        peak_memory: price.peak_memory * ELEMENT,
        critical_path: price.critical_path,
        speed_up: if longest == 0 { 1.0 } else { price.cost as f64 / longest as f64 },
    })
}

/// The links of a problem.
pub(super) fn links(problem: &Problem) -> Vec<Link> {
    let link = |index| {
        let (inputs, outputs) = problem.link_size(index);
        let shared = problem.is_link_shared(index);
        Link { name: problem.link_name(index), inputs, outputs, shared }
    };
    (0..problem.length()).map(link).collect()
}

/// The plan of a row as a graph.
impl Comparison {
    /// The plan of row `row` as a DOT graph; none where there is no such row.
    ///
    /// # Errors
    /// None for the rows of a comparison.
    pub fn to_dot(&self, row: usize) -> Option<Result<String, PlanError>> {
        self.rows.get(row).map(|row| row.plan.to_dot(&self.problem))
    }

    /// The plan of row `row` as a Mermaid flowchart; none where there is no such row.
    ///
    /// # Errors
    /// None for the rows of a comparison.
    pub fn to_mermaid(&self, row: usize) -> Option<Result<String, PlanError>> {
        self.rows.get(row).map(|row| row.plan.to_mermaid(&self.problem))
    }
}

/// Whole numbers: plain up to 2^53, which every reader keeps exactly, and text above.
fn whole<S: Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    Whole(*value).serialize(serializer)
}

fn wholes<S: Serializer>(values: &[u128], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().copied().map(Whole))
}

struct Whole(u128);

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match u64::try_from(self.0) {
            Ok(small) if small <= 1 << 53 => serializer.serialize_u64(small),
            _ => serializer.collect_str(&self.0),
        }
    }
}

fn noise<S: Serializer>(noise: &Option<Noise>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shares {
        min: f64,
        median: f64,
    }
    noise.map(|Noise { min, median }| Shares { min, median }).serialize(serializer)
}
