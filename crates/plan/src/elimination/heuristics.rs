//! Orders found without a search: the two modes, and greedy rules.
use super::graph::{Graph, Role};
use super::kind::Count;
use super::reduced::Reduced;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which of several equally good vertices a greedy rule takes.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tie {
    /// The first in topological order.
    #[default]
    First,
    /// The last in topological order.
    Last,
}

/// What a greedy rule keeps small at every step.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Multiply-adds now (Markowitz 1957; Griewank and Reese 1991).
    Markowitz,
    /// Multiply-adds now, less those if the vertex came last (Naumann 1999, lowest relative
    /// Markowitz): then its neighbours are the inputs that reach it and the outputs it reaches.
    RelativeMarkowitz,
    /// Multiply-adds now by the refined count.
    RefinedMarkowitz,
}

/// Places in the order in which a greedy rule takes them.
pub(crate) fn greedy(graph: &Graph, rule: Rule, tie: Tie) -> Vec<u32> {
    let last = match rule {
        Rule::RelativeMarkowitz => costs_if_last(graph),
        Rule::Markowitz | Rule::RefinedMarkowitz => vec![0; graph.vertices.len()],
    };
    let count = if rule == Rule::RefinedMarkowitz { Count::Refined } else { Count::Plain };
    let mut reduced = Reduced::new(graph);
    // Costs stay below 2^120, so they have room for a sign.
    let key = |reduced: &Reduced<'_>, place: u32| {
        let value = reduced.cost(place, count) as i128 - last[place as usize] as i128;
        let rank = i64::from(place);
        (value, if tie == Tie::First { rank } else { -rank })
    };
    let mut keys = vec![None; graph.vertices.len()];
    let mut queue = BTreeSet::new();
    for &place in &graph.intermediates {
        let at = key(&reduced, place);
        keys[place as usize] = Some(at);
        queue.insert(at);
    }
    let mut order = Vec::with_capacity(graph.intermediates.len());
    while let Some((_, rank)) = queue.pop_first() {
        let place = rank.unsigned_abs() as u32;
        keys[place as usize] = None;
        order.push(place);
        for neighbour in reduced.eliminate(place) {
            if let Some(old) = keys[neighbour as usize] {
                let new = key(&reduced, neighbour);
                queue.remove(&old);
                queue.insert(new);
                keys[neighbour as usize] = Some(new);
            }
        }
    }
    order
}

/// For each vertex, what eliminating it after all others costs by the plain count.
fn costs_if_last(graph: &Graph) -> Vec<u128> {
    let from = reach(graph, Role::Input, false);
    let to = reach(graph, Role::Output, true);
    let ends = from.into_iter().zip(to);
    ends.zip(&graph.vertices)
        .map(|((from, to), vertex)| from * to * u128::from(vertex.size))
        .collect()
}

/// The sizes of all vertices of a role from which each vertex is reached, going with the edges or
/// against them. 64 of them at a time, so that large graphs need little memory.
fn reach(graph: &Graph, role: Role, against: bool) -> Vec<u128> {
    let sources: Vec<u32> = graph.with_role(role).collect();
    let mut total = vec![0; graph.vertices.len()];
    for group in sources.chunks(64) {
        let mut reached = vec![0_u64; graph.vertices.len()];
        group.iter().enumerate().for_each(|(bit, &at)| reached[at as usize] |= 1 << bit);
        let mut visit = |place: usize| {
            let vertex = &graph.vertices[place];
            let nearer = if against { &vertex.after } else { &vertex.before };
            let all =
                nearer.iter().fold(reached[place], |all, &(at, _)| all | reached[at as usize]);
            reached[place] = all;
            let sizes = group.iter().enumerate().filter(|&(bit, _)| all >> bit & 1 == 1);
            total[place] += sizes.map(|(_, &at)| u128::from(graph.size(at))).sum::<u128>();
        };
        if against {
            (0..graph.vertices.len()).rev().for_each(&mut visit);
        } else {
            (0..graph.vertices.len()).for_each(&mut visit);
        }
    }
    total
}
