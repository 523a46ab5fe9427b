//! A graph while its vertices are being eliminated, stored sparsely, for heuristics on any size.
use super::graph::Graph;
use super::kind::{Count, EdgeKind};
use std::collections::BTreeMap;

pub(crate) struct Reduced<'a> {
    graph: &'a Graph,
    before: Vec<Side>,
    after: Vec<Side>,
}

/// The edges on one side of a vertex, and the sizes at their other ends summed by kind, so that
/// costs need no walk over them.
#[derive(Default)]
struct Side {
    edges: BTreeMap<u32, EdgeKind>,
    held: [u64; KINDS.len()],
}

const KINDS: [EdgeKind; 3] = [EdgeKind::Unit, EdgeKind::Constant, EdgeKind::Variable];

impl<'a> Reduced<'a> {
    pub(crate) fn new(graph: &'a Graph) -> Reduced<'a> {
        let side = |edges: &[(u32, EdgeKind)]| {
            let mut side = Side::default();
            edges.iter().for_each(|&(at, kind)| side.set(at, kind, graph.size(at)));
            side
        };
        Reduced {
            graph,
            before: graph.vertices.iter().map(|vertex| side(&vertex.before)).collect(),
            after: graph.vertices.iter().map(|vertex| side(&vertex.after)).collect(),
        }
    }

    /// What eliminating this vertex costs now.
    pub(crate) fn cost(&self, vertex: u32, count: Count) -> u128 {
        let (before, after) = (&self.before[vertex as usize], &self.after[vertex as usize]);
        let mut pairs = 0;
        for (first, rows) in KINDS.iter().zip(before.held) {
            for (second, columns) in KINDS.iter().zip(after.held) {
                if count.charges(*first, *second) {
                    pairs += u128::from(rows) * u128::from(columns);
                }
            }
        }
        pairs * u128::from(self.graph.size(vertex))
    }

    /// Eliminates a vertex and gives its neighbours, whose costs have changed.
    pub(crate) fn eliminate(&mut self, vertex: u32) -> Vec<u32> {
        let before = std::mem::take(&mut self.before[vertex as usize]).edges;
        let after = std::mem::take(&mut self.after[vertex as usize]).edges;
        let size = |at| self.graph.size(at);
        for (&p, &first) in &before {
            let row = &mut self.after[p as usize];
            row.remove(vertex, size(vertex));
            for (&s, &second) in &after {
                let product = first.through(second);
                let kind = row.edges.get(&s).map_or(product, |there| there.beside(product));
                row.set(s, kind, size(s));
                self.before[s as usize].set(p, kind, size(p));
            }
        }
        for &s in after.keys() {
            self.before[s as usize].remove(vertex, size(vertex));
        }
        before.into_keys().chain(after.into_keys()).collect()
    }
}

impl Side {
    fn set(&mut self, at: u32, kind: EdgeKind, size: u64) {
        if let Some(old) = self.edges.insert(at, kind) {
            self.held[old as usize] -= size;
        }
        self.held[kind as usize] += size;
    }

    fn remove(&mut self, at: u32, size: u64) {
        if let Some(old) = self.edges.remove(&at) {
            self.held[old as usize] -= size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elimination::judge::price_elimination;
    use crate::elimination::random::Random;
    use crate::elimination::sample::band;

    #[test]
    fn costs_on_the_way_are_what_the_judge_says_in_the_end() {
        let mut random = Random::new(5);
        for round in 0..100 {
            let graph = band(&mut random, 30, round % 2 == 0);
            let mut order = graph.intermediates.clone();
            for at in (1..order.len()).rev() {
                order.swap(at, random.below(at + 1));
            }
            let mut reduced = Reduced::new(&graph);
            let mut sums = [0, 0];
            for &place in &order {
                sums[0] += reduced.cost(place, Count::Plain);
                sums[1] += reduced.cost(place, Count::Refined);
                reduced.eliminate(place);
            }
            let price = price_elimination(&graph, &graph.names(&order)).unwrap();
            assert_eq!(sums, [price.plain, price.refined], "round {round}");
        }
    }
}
