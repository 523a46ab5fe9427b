//! Links: the factors of the product that a problem is planned for.
use crate::form::Form;
use crate::problem::ProblemSpec;
use crate::{Jacobian, PlanError, Problem, Seed, Stage, Structure, explain};

/// What one link of a problem stands for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LinkName {
    /// The tangents at the inputs.
    ColumnSeed,
    /// A stage, by its index.
    Stage(usize),
    /// One of the two factors of a stage of low rank: 0 is applied first.
    Factor(usize, usize),
    /// The adjoints at the outputs.
    RowSeed,
}

/// One factor of the product: a stage, a factor of one, or a seed.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) name: LinkName,
    pub(crate) inputs: u32,
    pub(crate) outputs: u32,
    pub(crate) tangent: u64,
    pub(crate) adjoint: u64,
    pub(crate) tape: u64,
    pub(crate) evaluation: u64,
    /// Elements of the state it starts from; 0 where that is always there.
    pub(crate) state: u64,
    pub(crate) jacobian: Jacobian,
    /// Whether tangents and adjoints can be swept through it.
    pub(crate) sweepable: bool,
    pub(crate) shared: bool,
    pub(crate) form: Form,
}

impl Problem {
    /// What a link is called in sentences, as `"stage 2"`.
    ///
    /// # Panics
    /// When there is no such link.
    pub fn link_name(&self, index: usize) -> String {
        explain::link(self, index)
    }

    /// How many numbers a link takes and gives: columns and rows of its Jacobian.
    ///
    /// # Panics
    /// When there is no such link.
    pub fn link_size(&self, index: usize) -> (u32, u32) {
        let link = &self.links()[index];
        (link.inputs, link.outputs)
    }

    /// Whether all points have the same Jacobian there.
    ///
    /// # Panics
    /// When there is no such link.
    pub fn is_link_shared(&self, index: usize) -> bool {
        self.links()[index].shared
    }
}

pub(crate) fn links(spec: &ProblemSpec, sweepable: bool) -> Result<Vec<Link>, PlanError> {
    let (inputs, outputs) = match &spec.stages[..] {
        [first, .., last] => (first.inputs, last.outputs),
        [only] => (only.inputs, only.outputs),
        [] => (0, 0),
    };
    let mut links = Vec::new();
    if let Some(seed) = spec.seeds.columns {
        links.push(seed_link(LinkName::ColumnSeed, seed.count, inputs, seed));
    }
    for (index, stage) in spec.stages.iter().enumerate() {
        match stage.structure {
            Structure::LowRank { rank } => {
                let ends = [stage.inputs, rank, stage.outputs];
                for half in 0..2 {
                    let name = LinkName::Factor(index, half);
                    links.push(dense_link(name, ends[half], ends[half + 1], stage.shared));
                }
            }
            _ => links.push(stage_link(index, stage, sweepable)?),
        }
    }
    if let Some(seed) = spec.seeds.rows {
        links.push(seed_link(LinkName::RowSeed, outputs, seed.count, seed));
    }
    Ok(links)
}

fn seed_link(name: LinkName, inputs: u32, outputs: u32, seed: Seed) -> Link {
    dense_link(name, inputs, outputs, seed.shared)
}

/// A dense matrix at hand that is no function, so nothing can be swept through it.
fn dense_link(name: LinkName, inputs: u32, outputs: u32, shared: bool) -> Link {
    let form = Form { rows: outputs, columns: inputs, kind: crate::form::Kind::Dense };
    let jacobian = Jacobian::Given;
    let (tangent, adjoint, tape, evaluation) = (0, 0, 0, 0);
    let sweepable = false;
    Link {
        name,
        inputs,
        outputs,
        tangent,
        adjoint,
        tape,
        evaluation,
        state: 0,
        jacobian,
        sweepable,
        shared,
        form,
    }
}

fn stage_link(index: usize, stage: &Stage, sweepable: bool) -> Result<Link, PlanError> {
    let form = Form::of(&stage.structure, stage.inputs, stage.outputs)?;
    let entries = stage.structure.entries(stage.inputs, stage.outputs);
    let tangent = stage.tangent_cost.unwrap_or(entries);
    let jacobian = if form.is_known() { Jacobian::Given } else { stage.jacobian };
    Ok(Link {
        name: LinkName::Stage(index),
        inputs: stage.inputs,
        outputs: stage.outputs,
        tangent,
        adjoint: stage.adjoint_cost.unwrap_or(entries),
        tape: stage.tape_size.unwrap_or(entries),
        evaluation: stage.evaluation_cost.unwrap_or(tangent),
        state: if index == 0 || !sweepable { 0 } else { stage.state_size.unwrap_or(0) },
        jacobian,
        sweepable,
        shared: stage.shared,
        form,
    })
}
