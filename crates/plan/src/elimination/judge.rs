//! The judge: what an order costs, found by walking the graph. It knows nothing of any search.
use super::graph::Graph;
use super::kind::{Count, EdgeKind};
use crate::PlanError;
use std::collections::{BTreeMap, BTreeSet};

/// What an order of elimination costs, and what is left in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EliminationPrice {
    /// Multiply-adds when every product counts.
    pub plain: u128,
    /// Multiply-adds without those by 1 or -1 and those of two constants.
    pub refined: u128,
    /// The places of the Jacobian that may be other than zero: pairs of an input and an output, by
    /// number, rising.
    pub entries: Vec<(u32, u32)>,
}

/// Eliminates the vertices in this order, one pair of edges at a time.
///
/// # Errors
/// `NOT_AN_ELIMINATION_ORDER` when it does not name every vertex between inputs and outputs once.
pub fn price_elimination(graph: &Graph, order: &[u32]) -> Result<EliminationPrice, PlanError> {
    check_order(graph, order)?;
    let mut edges = BTreeMap::new();
    let mut readers = BTreeSet::new();
    for (from, vertex) in (0..).zip(&graph.vertices) {
        for &(to, kind) in &vertex.after {
            edges.insert((from, to), kind);
            readers.insert((to, from));
        }
    }
    let (mut plain, mut refined) = (0, 0);
    for &name in order {
        let v = graph.places[name as usize];
        let before: Vec<(u32, EdgeKind)> =
            readers.range((v, 0)..(v + 1, 0)).map(|&(_, p)| (p, edges[&(p, v)])).collect();
        let after: Vec<(u32, EdgeKind)> =
            edges.range((v, 0)..(v + 1, 0)).map(|(&(_, s), &kind)| (s, kind)).collect();
        for &(p, first) in &before {
            for &(s, second) in &after {
                let cost = [p, v, s].map(|at| u128::from(graph.size(at))).iter().product::<u128>();
                plain += cost;
                refined += if Count::Refined.charges(first, second) { cost } else { 0 };
                let product = first.through(second);
                let sum = |there: &mut EdgeKind| *there = there.beside(product);
                edges.entry((p, s)).and_modify(sum).or_insert(product);
                readers.insert((s, p));
            }
        }
        for (p, _) in before {
            edges.remove(&(p, v));
            readers.remove(&(v, p));
        }
        for (s, _) in after {
            edges.remove(&(v, s));
            readers.remove(&(s, v));
        }
    }
    let name = |place: u32| graph.vertices[place as usize].name;
    let mut entries: Vec<_> = edges.keys().map(|&(from, to)| (name(from), name(to))).collect();
    entries.sort_unstable();
    Ok(EliminationPrice { plain, refined, entries })
}

fn check_order(graph: &Graph, order: &[u32]) -> Result<(), PlanError> {
    let wrong = |got: String| Err(PlanError::NotAnEliminationOrder { got });
    let mut left: BTreeSet<u32> = graph.intermediates().into_iter().collect();
    let all = left.clone();
    for (index, vertex) in order.iter().enumerate() {
        if !left.remove(vertex) {
            let why = if all.contains(vertex) { "names twice" } else { "should not name" };
            return wrong(format!("`order[{index}]` {why} the vertex {vertex}"));
        }
    }
    match left.first() {
        Some(vertex) => wrong(format!("it leaves out the vertex {vertex}")),
        None => Ok(()),
    }
}
