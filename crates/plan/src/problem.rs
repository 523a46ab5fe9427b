//! A chain whose stages fit, with the batch, reduction and seeds it is planned for.
use crate::link::{Link, links};
use crate::spans::Spans;
use crate::{Fingerprint, Jacobian, LinkName, PlanError, Reduce, Seeds, Stage, Structure};
use serde::{Deserialize, Serialize};

/// What a problem is made from: plain data, checked by [`Problem::new`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProblemSpec {
    /// The stages in the order they are applied.
    pub stages: Vec<Stage>,
    /// For how many points at once.
    #[serde(default = "one")]
    pub batch: u32,
    /// Whether the Jacobians of the points are wanted one by one, or added up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduce: Option<Reduce>,
    /// What is multiplied onto the ends of the Jacobian; `seed` in JSON.
    #[serde(default, rename = "seed", skip_serializing_if = "Seeds::is_none")]
    pub seeds: Seeds,
}

fn one() -> u32 {
    1
}

impl ProblemSpec {
    /// The full Jacobian of a chain at one point.
    pub fn new(stages: Vec<Stage>) -> ProblemSpec {
        ProblemSpec { stages, batch: 1, reduce: None, seeds: Seeds::default() }
    }
}

/// A valid problem: its stages fit, its costs cannot overflow, and planning it needs no checks.
///
/// Steps and bracketings count **links**: the seed of columns if there is one, the stages (a stage
/// of low rank counts twice, for its two factors), the seed of rows if there is one.
#[derive(Clone, Debug)]
pub struct Problem {
    spec: ProblemSpec,
    links: Vec<Link>,
    spans: Spans,
    fingerprint: Fingerprint,
    in_product_order: bool,
}

impl Problem {
    /// Checks that the stages fit and that no cost can overflow.
    ///
    /// # Errors
    /// `EMPTY_CHAIN`, `STAGE_MISMATCH`, `ZERO_SIZE`, `STRUCTURE_MISMATCH`, `TOO_LARGE` for patterns
    /// of more than 2^26 places, `COST_OVERFLOW` when costs might pass 2^120.
    pub fn new(spec: ProblemSpec) -> Result<Problem, PlanError> {
        Problem::build(spec, false)
    }

    /// The product of dense matrices at hand: factor `i` is `dims[i]` x `dims[i + 1]`, and
    /// bracketings count factors from the left. Empty matrices are allowed.
    ///
    /// # Errors
    /// `EMPTY_CHAIN` for fewer than two dims, `COST_OVERFLOW`.
    pub fn matrices(dims: &[u32]) -> Result<Problem, PlanError> {
        Problem::factors(dims, 1, |_| false)
    }

    /// As [`Problem::matrices`], for `batch` products at once: `shared` says which factors are one
    /// matrix for all of them. For a batch of one there is nothing to share.
    ///
    /// # Errors
    /// `EMPTY_CHAIN` for fewer than two dims, `ZERO_SIZE` for no batch, `COST_OVERFLOW`.
    pub fn factors(
        dims: &[u32],
        batch: u32,
        shared: impl Fn(usize) -> bool,
    ) -> Result<Problem, PlanError> {
        let factor = |(index, pair): (usize, &[u32])| Stage {
            shared: batch > 1 && shared(index),
            ..Stage::given(pair[0], pair[1])
        };
        let stages = dims.windows(2).enumerate().map(factor).collect();
        Problem::build(ProblemSpec { batch, ..ProblemSpec::new(stages) }, true)
    }

    pub(crate) fn build(spec: ProblemSpec, in_product_order: bool) -> Result<Problem, PlanError> {
        check(&spec)?;
        let links = links(&spec, !in_product_order)?;
        check_costs(&links, spec.batch)?;
        let spans = Spans::new(&links, spec.batch, spec.reduce)?;
        let spans = if in_product_order { spans.of_product() } else { spans };
        let fingerprint = Fingerprint::of(&spec, in_product_order);
        Ok(Problem { spec, links, spans, fingerprint, in_product_order })
    }

    /// What the problem was made from.
    pub fn spec(&self) -> &ProblemSpec {
        &self.spec
    }

    /// The number of links, usually called `q`.
    pub fn length(&self) -> usize {
        self.links.len()
    }

    /// What a link stands for.
    ///
    /// # Panics
    /// When there is no such link.
    pub fn link(&self, index: usize) -> LinkName {
        self.links[index].name
    }

    /// The name that plans for this problem carry.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Whether links are factors counted from the left of a product, not stages as applied.
    pub fn in_product_order(&self) -> bool {
        self.in_product_order
    }

    /// Multiply-adds of evaluating every stage once at every point; no part of any plan's cost.
    pub fn evaluation_cost(&self) -> u128 {
        self.links.iter().map(|link| u128::from(link.evaluation) * self.batch()).sum()
    }

    pub(crate) fn links(&self) -> &[Link] {
        &self.links
    }

    pub(crate) fn spans(&self) -> &Spans {
        &self.spans
    }

    pub(crate) fn batch(&self) -> u128 {
        self.spec.batch.into()
    }

    pub(crate) fn copies(&self, link: &Link) -> u128 {
        if link.shared { 1 } else { self.batch() }
    }
}

fn check(spec: &ProblemSpec) -> Result<(), PlanError> {
    if spec.stages.is_empty() {
        return Err(PlanError::EmptyChain);
    }
    let zero = |field: String| Err(PlanError::ZeroSize { field });
    if spec.batch == 0 {
        return zero("batch".into());
    }
    for (name, seed) in [("columns", spec.seeds.columns), ("rows", spec.seeds.rows)] {
        if seed.is_some_and(|seed| seed.count == 0) {
            return zero(format!("seed.{name}.count"));
        }
    }
    for (index, stage) in spec.stages.iter().enumerate() {
        let given = stage.jacobian == Jacobian::Given;
        for (name, size) in [("inputs", stage.inputs), ("outputs", stage.outputs)] {
            if size == 0 && !given {
                return zero(format!("stages[{index}].{name}"));
            }
        }
        let field = format!("stages[{index}].structure");
        stage.structure.fit(stage.inputs, stage.outputs, &field)?;
        if matches!(stage.structure, Structure::LowRank { .. }) && !given {
            let wanted = "belong to a given Jacobian to be of low rank".into();
            return Err(PlanError::StructureMismatch { field, wanted, got: "it is not".into() });
        }
    }
    for (index, pair) in (1..).zip(spec.stages.windows(2)) {
        let (inputs, outputs) = (pair[1].inputs, pair[0].outputs);
        if inputs != outputs {
            return Err(PlanError::StageMismatch { index, inputs, outputs });
        }
    }
    Ok(())
}

/// Sums of costs must stay below this, so that no sum of a few of them overflows 128 bits.
const MOST_COST: u128 = 1 << 120;

/// No step costs more than the widest product and all sweeps together, at every point; no plan has
/// more than two steps a link and a reduction.
fn check_costs(links: &[Link], batch: u32) -> Result<(), PlanError> {
    let widest = links.iter().map(|link| link.inputs.max(link.outputs)).max().unwrap_or(0);
    let widest = u128::from(widest.max(1));
    let sweeps = links.iter().map(|link| {
        [link.tangent, link.adjoint, link.tape, link.evaluation, link.state]
            .map(u128::from)
            .iter()
            .sum::<u128>()
    });
    let one = (widest * widest * widest).checked_add(sweeps.sum::<u128>().saturating_mul(widest));
    let bound = one
        .and_then(|one| one.checked_mul(batch.into()))
        .and_then(|all| all.checked_mul(2 * links.len() as u128 + 2));
    match bound {
        Some(bound) if bound < MOST_COST => Ok(()),
        _ => Err(PlanError::CostOverflow {
            field: "stages".into(),
            bound: bound.map_or("more than 2^128".into(), |bound| bound.to_string()),
        }),
    }
}
