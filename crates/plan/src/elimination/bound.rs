//! What eliminating each vertex costs at least, whatever came before: the min-cut bound.
//!
//! At any time the vertices that lead to `v` separate it from the inputs, for every path to `v` has
//! a last vertex that is not yet eliminated. They are thus at least as many as the smallest vertex
//! cut, and so it is with outputs. For the refined count: where the path's own last edge is no unit,
//! neither is the edge that takes its place, as products and sums never become simpler. The cuts of
//! the paths that end so bound the neighbours that cost something.
use super::flow::Network;
use super::graph::{Graph, Role, Vertex};
use super::kind::{Count, EdgeKind};

/// Arcs looked at before the vertices left over get the weakest bound: about two seconds.
const MOST_VISITS: u64 = 400_000_000;

/// For each vertex, a cost that eliminating it never goes below; 0 for inputs and outputs.
pub(crate) fn least_costs(graph: &Graph, count: Count) -> Vec<u128> {
    let mut networks = [Role::Input, Role::Output].map(|target| Network::new(graph, target));
    let smallest = graph.vertices.iter().map(|vertex| vertex.size).min().unwrap_or(0);
    let mut least = vec![0; graph.vertices.len()];
    for &place in &graph.intermediates {
        let vertex = &graph.vertices[place as usize];
        let [before, after] = [Role::Input, Role::Output].map(|side| {
            let network = &mut networks[usize::from(side == Role::Output)];
            let mut of = |kind| cut(graph, network, place, side, kind, smallest);
            match count {
                Count::Plain => [of(EdgeKind::Unit); 2],
                Count::Refined => [EdgeKind::Constant, EdgeKind::Variable].map(of),
            }
        });
        least[place as usize] = products(before, after) * u128::from(vertex.size);
    }
    least
}

/// What is paid when the neighbours on either side that are no units, and those that are variable,
/// have these sizes: all pairs that hold no unit, without the pairs of two constants.
pub(crate) fn products(before: [u64; 2], after: [u64; 2]) -> u128 {
    let [b, b_variable, a, a_variable] = [before[0], before[1], after[0], after[1]].map(u128::from);
    b * a_variable + b_variable * (a - a_variable)
}

fn cut(
    graph: &Graph,
    network: &mut Network,
    place: u32,
    side: Role,
    least: EdgeKind,
    smallest: u64,
) -> u64 {
    let next = |vertex: &Vertex| match side {
        Role::Input => vertex.before.iter().any(|&(_, kind)| kind >= least),
        Role::Output | Role::Intermediate => vertex.after.iter().any(|&(_, kind)| kind >= least),
    };
    match next(&graph.vertices[place as usize]) {
        false => 0,
        true if network.visits > MOST_VISITS && least == EdgeKind::Unit => smallest,
        true if network.visits > MOST_VISITS => 0,
        true => network.cut(place, least),
    }
}
