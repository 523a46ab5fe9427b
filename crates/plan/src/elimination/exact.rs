//! An order that cannot be beaten: A* over sets of eliminated vertices.
//!
//! What is left of a graph depends on which vertices are gone, not on their order, so a cheapest
//! order is a shortest path through sets. The distance still to go is at least the sum of the least
//! costs of the vertices left.
use super::bits::{Node, Sizes, contains, eliminate, insert, nodes, ones};
use super::graph::{Graph, Role};
use super::kind::Count;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// What the search came to.
pub(crate) enum Outcome {
    /// An order below the limit, in places, and no order is cheaper.
    Best(Vec<u32>),
    /// No order goes below the limit.
    NoneBelow,
    /// It gave up; no order goes below this cost.
    AtLeast(u128),
}

/// Looks for the cheapest order among those below `limit`, keeping at most about `states` sets.
pub(crate) fn search<const W: usize, const K: usize>(
    graph: &Graph,
    least: &[u128],
    limit: u128,
    states: u64,
) -> Outcome {
    let mut search = Search::<W, K>::new(graph, least, limit);
    while (search.seen.len() as u64) < states {
        let Some(Reverse(next)) = search.open.pop() else { return Outcome::NoneBelow };
        if let Some(order) = search.visit(next) {
            return Outcome::Best(order);
        }
    }
    let open = search.open.peek().map(|Reverse(next)| next.estimate);
    open.map_or(Outcome::NoneBelow, Outcome::AtLeast)
}

struct Search<'a, const W: usize, const K: usize> {
    graph: &'a Graph,
    start: Vec<Node<W, K>>,
    sizes: Sizes,
    least: &'a [u128],
    limit: u128,
    /// How each set was reached: from which other one, by which vertex.
    steps: Vec<(usize, u32)>,
    open: BinaryHeap<Reverse<Open<W>>>,
    /// The smallest estimate with which a set was seen.
    seen: HashMap<[u64; W], u128>,
}

/// A set that was reached and not yet visited. Ordered by estimate, then the fullest and latest
/// first: near the end of the search, sets of one estimate abound.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Open<const W: usize> {
    /// Multiply-adds so far and the least that are left.
    estimate: u128,
    left: usize,
    step: Reverse<usize>,
    set: [u64; W],
}

impl<'a, const W: usize, const K: usize> Search<'a, W, K> {
    fn new(graph: &'a Graph, least: &'a [u128], limit: u128) -> Search<'a, W, K> {
        let estimate = least.iter().sum();
        let left = graph.intermediates.len();
        let first = Open { estimate, left, step: Reverse(0), set: [0; W] };
        Search {
            graph,
            start: nodes(graph),
            sizes: Sizes::new(graph),
            least,
            limit,
            steps: vec![(0, 0)],
            open: BinaryHeap::from_iter((estimate < limit).then_some(Reverse(first))),
            seen: HashMap::new(),
        }
    }

    /// Adds the sets that follow, or gives the order when all is done.
    fn visit(&mut self, open: Open<W>) -> Option<Vec<u32>> {
        let Open { estimate, step: Reverse(mut step), mut set, .. } = open;
        if self.seen.get(&set).is_some_and(|&seen| seen < estimate) {
            return None;
        }
        let mut nodes = self.start.clone();
        ones(&set).for_each(|vertex| eliminate(&mut nodes, vertex));
        let mut left: Vec<u32> = self.graph.intermediates.clone();
        left.retain(|&vertex| !contains(&set, vertex));
        // A forced vertex costs its least, so the estimate stays.
        while let Some(at) = left.iter().position(|&vertex| self.is_forced(&nodes, vertex)) {
            let vertex = left.remove(at);
            eliminate(&mut nodes, vertex);
            insert(&mut set, vertex);
            self.steps.push((step, vertex));
            step = self.steps.len() - 1;
        }
        if left.is_empty() {
            return Some(self.order(step));
        }
        for &vertex in &left {
            let more =
                nodes[vertex as usize].cost(vertex, &self.sizes) - self.least[vertex as usize];
            let mut next = set;
            insert(&mut next, vertex);
            self.push(estimate + more, left.len() - 1, (step, vertex), next);
        }
        None
    }

    fn push(&mut self, estimate: u128, left: usize, step: (usize, u32), set: [u64; W]) {
        let seen = self.seen.get(&set).is_some_and(|&seen| seen <= estimate);
        if estimate >= self.limit || seen {
            return;
        }
        self.seen.insert(set, estimate);
        self.steps.push(step);
        self.open.push(Reverse(Open { estimate, left, step: Reverse(self.steps.len() - 1), set }));
    }

    fn order(&self, mut step: usize) -> Vec<u32> {
        let mut order = Vec::new();
        while step > 0 {
            let (before, vertex) = self.steps[step];
            order.push(vertex);
            step = before;
        }
        order.reverse();
        order
    }

    /// Whether some cheapest order of the vertices left starts with this one.
    fn is_forced(&self, nodes: &[Node<W, K>], vertex: u32) -> bool {
        let node = &nodes[vertex as usize];
        if node.cost(vertex, &self.sizes) != self.least[vertex as usize] {
            return false;
        }
        let backward = Side { near: &node.before, far: &node.after };
        let forward = Side { near: &node.after, far: &node.before };
        let readers = |at: u32| &nodes[at as usize].after;
        let read = |at: u32| &nodes[at as usize].before;
        self.is_next_to_end(vertex, &backward)
            || self.is_next_to_end(vertex, &forward)
            || self.is_in_line(vertex, &backward, readers)
            || self.is_in_line(vertex, &forward, read)
    }

    /// One neighbour on the near side, an input or an output, which so stays the only one. Whoever
    /// is on the far side gets it in place of this vertex: no larger, and of no worse a kind. So
    /// no other vertex gets dearer by this one going first, and it itself is as cheap as it gets.
    fn is_next_to_end(&self, vertex: u32, side: &Side<'_, W, K>) -> bool {
        let Some(end) = single(&side.near[0]) else { return false };
        let is_end = self.graph.vertices[end as usize].role != Role::Intermediate;
        // A product of two kinds is the worse of them; a sum is at least constant.
        let far_kind = usize::from(side.near[K - 1] == side.near[0]) * (K - 1);
        let no_worse = K == 1 || side.far[far_kind.max(1)] == side.far[0];
        is_end && no_worse && self.graph.size(end) <= self.graph.size(vertex)
    }

    /// One neighbour on the near side, whose only neighbour on its far side is this vertex: the two
    /// are in line. Take any order, and let this vertex go first and the neighbour when the later of
    /// the two went: others then see the neighbour where they saw this one. That is no dearer when
    /// this one is a mere copy of the neighbour, as then both together cost what the later one cost.
    /// By the plain count it is no dearer either with one vertex beyond, if both neighbours are no
    /// larger than this one. Let u, v, w be the sizes beyond, here and of the neighbour; when v went
    /// last, v w Y + U v Z was paid for cuts U >= u and Y, Z >= w, and now it is u v w + U w Z.
    fn is_in_line<'n>(
        &self,
        vertex: u32,
        side: &Side<'_, W, K>,
        back: impl Fn(u32) -> &'n [[u64; W]; K],
    ) -> bool {
        let Some(next) = single(&side.near[0]) else { return false };
        if single(&back(next)[0]).is_none() {
            return false;
        }
        if K > 1 {
            return !contains(&side.near[1], next);
        }
        let size = |at| self.graph.size(at);
        let beyond = single(&side.far[0]);
        beyond.is_some_and(|far| size(far).max(size(next)) <= size(vertex))
    }
}

/// The neighbours of a vertex, seen from one side.
struct Side<'n, const W: usize, const K: usize> {
    near: &'n [[u64; W]; K],
    far: &'n [[u64; W]; K],
}

/// The only member of a set.
fn single<const W: usize>(set: &[u64; W]) -> Option<u32> {
    let mut members = ones(set);
    members.next().filter(|_| members.next().is_none())
}

/// [`search`] for the count that was asked for; graphs too large for it give the sum of `least`.
pub(crate) fn exact(
    graph: &Graph,
    count: Count,
    least: &[u128],
    limit: u128,
    states: u64,
) -> Outcome {
    let bound = Outcome::AtLeast(least.iter().sum());
    super::bits::by_width!(graph, count, search(graph, least, limit, states), bound)
}
