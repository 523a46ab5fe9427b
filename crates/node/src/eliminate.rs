//! Orders of eliminating the vertices of a graph.
use crate::error::{Result, coded, thrown};
use chainrule::plan::{self, EliminateOptions, Graph, GraphSpec, PlanError};
use napi_derive::napi;

/// The best order found for the JSON of a graph and of options, as JSON; errors call vertices by `names`.
#[napi(catch_unwind)]
pub fn eliminate(graph: String, options: String, names: Vec<String>) -> Result<String> {
    let spec = GraphSpec::from_json(&graph).map_err(thrown)?;
    let options = EliminateOptions::from_json(&options).map_err(thrown)?;
    let graph = Graph::new(spec).map_err(|error| in_names(error, &names))?;
    let found = plan::eliminate(&graph, &options).map_err(|error| in_names(error, &names))?;
    Ok(found.to_json())
}

/// The core numbers vertices, the caller names them.
fn in_names(error: PlanError, names: &[String]) -> napi::Error {
    let name = |vertex: u32| names.get(vertex as usize).map_or("?", String::as_str);
    let message = match &error {
        PlanError::DuplicateVertex { field, vertex } => {
            format!("`{field}` must be a vertex not listed before, but is {} again", name(*vertex))
        }
        PlanError::DuplicateEdge { index, first, from, to } => format!(
            "`edges[{index}]` must join other vertices than `edges[{first}]`, but both lead from {} to {}",
            name(*from),
            name(*to)
        ),
        PlanError::InputHasPredecessor { index, from, to } => format!(
            "`edges[{index}]` must not lead to an input, but leads from {} to {}",
            name(*from),
            name(*to)
        ),
        PlanError::Cycle { vertices } => {
            let all: Vec<&str> = vertices.iter().map(|&vertex| name(vertex)).collect();
            let each = all.join(", ");
            format!(
                "the graph must have no cycle, but of the vertices {each} each leads to the next, and the last to the first"
            )
        }
        PlanError::UnreachableVertex { vertex, reason } => {
            let name = name(*vertex);
            format!("the vertex {name} must be between inputs and outputs, but {reason}")
        }
        _ => return thrown(error),
    };
    coded(error.code(), error.argument().unwrap_or_default(), &message)
}
