//! A graph while its vertices are being eliminated, stored sparsely, for heuristics on any size.
use super::graph::Graph;
use super::kind::{Count, EdgeKind};
use std::collections::BTreeMap;

pub(crate) struct Reduced<'a> {
    graph: &'a Graph,
    before: Vec<BTreeMap<u32, EdgeKind>>,
    after: Vec<BTreeMap<u32, EdgeKind>>,
}

impl<'a> Reduced<'a> {
    pub(crate) fn new(graph: &'a Graph) -> Reduced<'a> {
        let side = |of: fn(&super::graph::Vertex) -> &Vec<(u32, EdgeKind)>| {
            graph.vertices.iter().map(|vertex| of(vertex).iter().copied().collect()).collect()
        };
        Reduced { graph, before: side(|vertex| &vertex.before), after: side(|vertex| &vertex.after) }
    }

    /// What eliminating this vertex costs now.
    pub(crate) fn cost(&self, vertex: u32, count: Count) -> u128 {
        let before = self.by_kind(&self.before[vertex as usize]);
        let after = self.by_kind(&self.after[vertex as usize]);
        let mut pairs = 0;
        for (first, entries) in before {
            for (second, others) in after {
                pairs += if count.charges(first, second) { entries * others } else { 0 };
            }
        }
        pairs * u128::from(self.graph.size(vertex))
    }

    fn by_kind(&self, edges: &BTreeMap<u32, EdgeKind>) -> [(EdgeKind, u128); 3] {
        [EdgeKind::Unit, EdgeKind::Constant, EdgeKind::Variable].map(|kind| {
            let of_kind = edges.iter().filter(|&(_, &is)| is == kind);
            (kind, of_kind.map(|(&at, _)| u128::from(self.graph.size(at))).sum())
        })
    }

    /// Eliminates a vertex and gives its neighbours, whose costs have changed.
    pub(crate) fn eliminate(&mut self, vertex: u32) -> Vec<u32> {
        let before = std::mem::take(&mut self.before[vertex as usize]);
        let after = std::mem::take(&mut self.after[vertex as usize]);
        for (&p, &first) in &before {
            let row = &mut self.after[p as usize];
            row.remove(&vertex);
            for (&s, &second) in &after {
                let product = first.through(second);
                let kind = row.get(&s).map_or(product, |there| there.beside(product));
                row.insert(s, kind);
                self.before[s as usize].insert(p, kind);
            }
        }
        for &s in after.keys() {
            self.before[s as usize].remove(&vertex);
        }
        before.into_keys().chain(after.into_keys()).collect()
    }
}
