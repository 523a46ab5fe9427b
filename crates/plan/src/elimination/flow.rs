//! Smallest vertex cuts between one vertex and all inputs, or all outputs, by maximum flow.
use super::graph::{Graph, Role};
use super::kind::EdgeKind;

/// More than any cut.
const UNLIMITED: u64 = u64::MAX / 2;

/// Every vertex is a pair of nodes joined by an arc that carries its size; the edges between carry
/// any amount. Node `2v` is where flow enters the vertex `v`, `2v + 1` where it leaves.
pub(crate) struct Network {
    arcs: Vec<Arc>,
    /// Arcs that leave each node, those of residual flow included.
    leaving: Vec<Vec<u32>>,
    is_target: Vec<bool>,
    /// Arcs with flow, to be emptied before the next question.
    used: Vec<u32>,
    /// By which arc a node was reached, and in which search.
    reached: Vec<(u32, u32)>,
    search: u32,
    queue: Vec<u32>,
    /// How many arcs were looked at.
    pub(crate) visits: u64,
}

#[derive(Copy, Clone)]
struct Arc {
    to: u32,
    kind: EdgeKind,
    capacity: u64,
    free: u64,
}

impl Network {
    /// Flow goes from a vertex to the outputs, or against the edges to the inputs.
    pub(crate) fn new(graph: &Graph, target: Role) -> Network {
        let nodes = 2 * graph.vertices.len();
        let mut network = Network {
            arcs: Vec::new(),
            leaving: vec![Vec::new(); nodes],
            is_target: vec![false; nodes],
            used: Vec::new(),
            reached: vec![(0, 0); nodes],
            search: 0,
            queue: Vec::new(),
            visits: 0,
        };
        for (at, vertex) in (0..).zip(&graph.vertices) {
            network.add(2 * at, 2 * at + 1, vertex.size, EdgeKind::Variable);
            network.is_target[2 * at as usize + 1] = vertex.role == target;
            let next = if target == Role::Input { &vertex.before } else { &vertex.after };
            for &(other, kind) in next {
                network.add(2 * at + 1, 2 * other, UNLIMITED, kind);
            }
        }
        network
    }

    /// Arcs come in pairs, the second against the first.
    fn add(&mut self, from: u32, to: u32, capacity: u64, kind: EdgeKind) {
        for (from, to, capacity) in [(from, to, capacity), (to, from, 0)] {
            self.leaving[from as usize].push(self.arcs.len() as u32);
            self.arcs.push(Arc { to, kind, capacity, free: capacity });
        }
    }

    /// The smallest sum of sizes of vertices, ends included, through which all paths pass that
    /// start at the vertex with an edge of at least this kind.
    pub(crate) fn cut(&mut self, vertex: u32, least: EdgeKind) -> u64 {
        for arc in self.used.drain(..) {
            for arc in [arc, arc ^ 1] {
                self.arcs[arc as usize].free = self.arcs[arc as usize].capacity;
            }
        }
        let source = 2 * vertex + 1;
        let mut flow = 0;
        while let Some(target) = self.find_path(source, least) {
            flow += self.push_along(source, target);
        }
        flow
    }

    /// A shortest path with room to a target.
    fn find_path(&mut self, source: u32, least: EdgeKind) -> Option<u32> {
        self.search += 1;
        self.reached[source as usize].1 = self.search;
        self.queue.clear();
        self.queue.push(source);
        let mut next = 0;
        while let Some(&node) = self.queue.get(next) {
            next += 1;
            self.visits += self.leaving[node as usize].len() as u64;
            for &index in &self.leaving[node as usize] {
                let arc = self.arcs[index as usize];
                let barred = node == source && arc.kind < least;
                if arc.free == 0 || barred || self.reached[arc.to as usize].1 == self.search {
                    continue;
                }
                self.reached[arc.to as usize] = (index, self.search);
                if self.is_target[arc.to as usize] {
                    return Some(arc.to);
                }
                self.queue.push(arc.to);
            }
        }
        None
    }

    fn push_along(&mut self, source: u32, target: u32) -> u64 {
        let mut path = Vec::new();
        let mut node = target;
        while node != source {
            let (index, _) = self.reached[node as usize];
            path.push(index);
            node = self.arcs[index as usize ^ 1].to;
        }
        let amount = path.iter().map(|&arc| self.arcs[arc as usize].free).min().unwrap_or(0);
        for &arc in &path {
            self.arcs[arc as usize].free -= amount;
            self.arcs[arc as usize ^ 1].free += amount;
        }
        self.used.append(&mut path);
        amount
    }
}
