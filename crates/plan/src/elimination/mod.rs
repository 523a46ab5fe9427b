//! In which order to eliminate the vertices of a graph: cross-country elimination.
//!
//! A function's local partial derivatives stand on the edges of a graph from its inputs to its
//! outputs. Eliminating a vertex multiplies each edge into it with each edge out of it; when all
//! vertices between are gone, the edges left are the Jacobian (Griewank and Reese 1991; Griewank and
//! Walther 2008, chapter 9). Forward and reverse mode are two of the orders.
mod anneal;
mod bits;
mod bound;
mod eliminate;
mod exact;
mod flow;
mod graph;
mod heuristics;
mod judge;
mod kind;
mod random;
mod reduced;
#[cfg(test)]
mod sample;
mod validate;

pub use eliminate::{
    DEFAULT_EVALUATIONS, DEFAULT_STATES, EliminateOptions, Elimination, EliminationMethod,
    MOST_SEARCHED, eliminate,
};
pub use graph::{Edge, Graph, GraphSpec};
pub use heuristics::Tie;
pub use judge::{EliminationPrice, price_elimination};
pub use kind::{Count, EdgeKind};
