//! The graph whose vertices are eliminated.
use super::kind::EdgeKind;
use super::validate;
use crate::PlanError;
use serde::{Deserialize, Serialize};

/// What a graph is made from: plain data, checked by [`Graph::new`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GraphSpec {
    /// How many vertices there are; they are numbered from 0, in any order.
    pub vertices: u32,
    /// The partial derivatives that are not zero.
    pub edges: Vec<Edge>,
    /// The vertices that nothing leads to and that are differentiated by.
    pub inputs: Vec<u32>,
    /// The vertices whose derivatives are wanted.
    pub outputs: Vec<u32>,
    /// The elements each vertex holds, when vertices are arrays and edges dense matrices; else 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Vec<u32>>,
}

/// One partial derivative.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Edge {
    /// The vertex that is read.
    pub from: u32,
    /// The vertex that reads it.
    pub to: u32,
    /// What is known of the number.
    #[serde(default)]
    pub kind: EdgeKind,
}

impl Edge {
    /// An edge whose number depends on the point.
    pub fn new(from: u32, to: u32) -> Edge {
        Edge { from, to, kind: EdgeKind::Variable }
    }
}

/// A valid graph: without cycles, every vertex between an input and an output, costs that fit.
///
/// An output that is read again is also a vertex to eliminate: it is then joined by a unit edge to a
/// copy of itself, and the copy is the output. An input that is an output likewise gets a copy.
///
/// ```
/// use chainrule_plan::{Edge, EliminateOptions, Graph, GraphSpec, eliminate};
///
/// // Three inputs are joined, pass three vertices and fan out to three outputs.
/// let edges = [(0, 3), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6), (5, 7), (5, 8)];
/// let graph = Graph::new(GraphSpec {
///     vertices: 9,
///     edges: edges.map(|(from, to)| Edge::new(from, to)).to_vec(),
///     inputs: vec![0, 1, 2],
///     outputs: vec![6, 7, 8],
///     sizes: None,
/// })?;
/// let best = eliminate(&graph, &EliminateOptions::default())?;
/// assert_eq!(best.cost, 13); // forward and reverse take 15
/// # Ok::<(), chainrule_plan::PlanError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Graph {
    pub(crate) spec: GraphSpec,
    /// In topological order, by which all searches number vertices.
    pub(crate) vertices: Vec<Vertex>,
    /// The places of vertices to eliminate, rising.
    pub(crate) intermediates: Vec<u32>,
    /// The place of each vertex of the specification, the copy of an output apart.
    pub(crate) places: Vec<u32>,
}

/// One vertex, or the copy of an output.
#[derive(Clone, Debug)]
pub(crate) struct Vertex {
    /// Its number in the specification.
    pub(crate) name: u32,
    pub(crate) role: Role,
    pub(crate) size: u64,
    /// The places of those it reads, rising.
    pub(crate) before: Vec<(u32, EdgeKind)>,
    /// The places of those that read it, rising.
    pub(crate) after: Vec<(u32, EdgeKind)>,
}

/// What becomes of a vertex.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Input,
    Intermediate,
    Output,
}

impl Graph {
    /// Checks a graph.
    ///
    /// # Errors
    /// `UNKNOWN_VERTEX`, `DUPLICATE_VERTEX`, `DUPLICATE_EDGE`, `INPUT_HAS_PREDECESSOR`, `CYCLE`,
    /// `UNREACHABLE_VERTEX` for a vertex to eliminate that no input leads to or that leads to no
    /// output, `STRUCTURE_MISMATCH` for a list of sizes of another length and for a unit edge between
    /// different sizes, `ZERO_SIZE`, `COST_OVERFLOW` when all sizes together reach 2^40, and `TOO_LARGE`
    /// for more than 2^31 vertices.
    pub fn new(spec: GraphSpec) -> Result<Graph, PlanError> {
        validate::graph(spec)
    }

    /// What the graph was made from.
    pub fn spec(&self) -> &GraphSpec {
        &self.spec
    }

    /// The vertices to eliminate, by number, those that are read before those that read them.
    pub fn intermediates(&self) -> Vec<u32> {
        self.names(&self.intermediates)
    }

    pub(crate) fn names(&self, places: &[u32]) -> Vec<u32> {
        places.iter().map(|&place| self.vertices[place as usize].name).collect()
    }

    pub(crate) fn places_of(&self, names: &[u32]) -> Vec<u32> {
        names.iter().map(|&name| self.places[name as usize]).collect()
    }

    pub(crate) fn size(&self, place: u32) -> u64 {
        self.vertices[place as usize].size
    }

    /// The places of all vertices with this role, rising.
    pub(crate) fn with_role(&self, role: Role) -> impl Iterator<Item = u32> {
        let places = 0..self.vertices.len() as u32;
        places.filter(move |&place| self.vertices[place as usize].role == role)
    }
}
