//! Graphs on which unit tests compare the searches with the judge.
use super::graph::{Edge, Graph, GraphSpec};
use super::kind::EdgeKind;
use super::random::Random;

/// A band of vertices, each read by the next few.
pub(crate) fn band(random: &mut Random, count: u32, blocks: bool) -> Graph {
    let kinds = [EdgeKind::Unit, EdgeKind::Constant, EdgeKind::Variable];
    let sizes: Vec<u32> =
        (0..count).map(|_| if blocks { 1 + random.below(3) as u32 } else { 1 }).collect();
    let mut edges = Vec::new();
    for from in 0..count - 3 {
        for to in (from + 1).max(3)..(from + 6).min(count) {
            let fits = sizes[from as usize] == sizes[to as usize];
            let kind = kinds[random.below(3).max(usize::from(!fits))];
            if to == from + 3 || random.below(2) == 0 {
                edges.push(Edge { from, to, kind });
            }
        }
    }
    let (inputs, outputs) = ((0..3).collect(), (count - 3..count).collect());
    let sizes = blocks.then_some(sizes);
    Graph::new(GraphSpec { vertices: count, edges, inputs, outputs, sizes }).unwrap()
}
