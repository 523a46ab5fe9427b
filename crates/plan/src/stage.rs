//! One stage of a chain, and what is multiplied onto the ends of the chain.
use crate::Structure;
use serde::{Deserialize, Serialize};

/// One function of a composition. Its Jacobian has a row per output and a column per input.
///
/// The three costs default to the number of entries its structure stores: inputs times outputs
/// when it is dense.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stage {
    /// How many numbers it takes.
    pub inputs: u32,
    /// How many numbers it gives.
    pub outputs: u32,
    /// Multiply-adds of one tangent swept through it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tangent_cost: Option<u64>,
    /// Multiply-adds of one adjoint swept through it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjoint_cost: Option<u64>,
    /// Elements that must be kept for an adjoint sweep through it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tape_size: Option<u64>,
    /// Multiply-adds of evaluating it once; the tangent cost unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_cost: Option<u64>,
    /// Elements that must be kept at one point to run it, or sweep through it, again: all that is
    /// alive where it starts. States count as memory, and may be evaluated again instead of kept,
    /// where this is given; that of the first stage is the input and always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_size: Option<u64>,
    /// Whether its Jacobian is at hand.
    #[serde(default)]
    pub jacobian: Jacobian,
    /// What is known about the entries of its Jacobian.
    #[serde(default)]
    pub structure: Structure,
    /// Whether its Jacobian is the same for every point of the batch.
    #[serde(default)]
    pub shared: bool,
}

impl Stage {
    /// A stage with a dense Jacobian and the default costs.
    pub fn dense(inputs: u32, outputs: u32) -> Stage {
        Stage {
            inputs,
            outputs,
            tangent_cost: None,
            adjoint_cost: None,
            tape_size: None,
            evaluation_cost: None,
            state_size: None,
            jacobian: Jacobian::Accumulate,
            structure: Structure::Dense,
            shared: false,
        }
    }

    /// A dense stage whose sweeps cost `edges` either way and leave `edges` on the tape, as the
    /// papers on Jacobian chaining have it.
    pub fn with_edges(inputs: u32, outputs: u32, edges: u64) -> Stage {
        let edges = Some(edges);
        let dense = Stage::dense(inputs, outputs);
        Stage { tangent_cost: edges, adjoint_cost: edges, tape_size: edges, ..dense }
    }

    /// A stage whose Jacobian is a dense matrix at hand.
    pub fn given(inputs: u32, outputs: u32) -> Stage {
        Stage { jacobian: Jacobian::Given, ..Stage::dense(inputs, outputs) }
    }
}

/// Where the Jacobian of a stage comes from.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Jacobian {
    /// By sweeps through the stage, when a plan wants it.
    #[default]
    Accumulate,
    /// It is a matrix at hand, and costs nothing.
    Given,
    /// Nowhere: the stage is swept through, and never becomes a matrix of its own.
    Swept,
}

/// What is wanted of the Jacobians of the points of a batch.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reduce {
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
}

/// Matrices multiplied onto the Jacobian: `rows * J * columns`. None means all of `J`.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seeds {
    /// Tangents at the inputs: a matrix of inputs x count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Seed>,
    /// Adjoints at the outputs: a matrix of count x outputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Seed>,
}

impl Seeds {
    /// Whether neither end is multiplied by anything.
    pub fn is_none(&self) -> bool {
        *self == Seeds::default()
    }
}

/// How many directions are seeded on one side.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seed {
    /// How many tangents or adjoints.
    pub count: u32,
    /// Whether all points are seeded alike.
    #[serde(default)]
    pub shared: bool,
}
