//! Better orders by simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983): one vertex moves to
//! another place in the order, and what makes the order dearer is accepted ever more rarely.
//!
//! What is left of a graph depends on which vertices are gone, not on their order. So only the
//! vertices between the old and the new place of the moved one change their cost, and these alone
//! are eliminated again, until they cost more than would be accepted.
use super::bits::{Node, Sizes, eliminate, nodes, ones, pass};
use super::graph::Graph;
use super::kind::Count;
use super::random::Random;

/// Temperatures at the start and the end, in products of vertices of mean size.
const HOT: f64 = 3.0;
const COLD: f64 = 0.15;

/// Three moves of four go at most this far; the others anywhere.
const NEAR: usize = 10;

/// Places between two states of the graph that are kept along the order, unless they would together
/// take more words than [`MOST_WORDS`], 64 megabytes.
const APART: usize = 8;
const MOST_WORDS: usize = 1 << 23;

/// Improves an order, given in places, in so many evaluations, or until it costs `enough`.
pub(crate) fn anneal(
    graph: &Graph,
    count: Count,
    order: Vec<u32>,
    (seed, evaluations): (u64, u64),
    enough: u128,
) -> Vec<u32> {
    if order.len() < 2 {
        return order;
    }
    let same = order.clone();
    super::bits::by_width!(graph, count, run(graph, order, seed, evaluations, enough), same)
}

fn run<const W: usize, const K: usize>(
    graph: &Graph,
    order: Vec<u32>,
    seed: u64,
    evaluations: u64,
    enough: u128,
) -> Vec<u32> {
    let mut walk = Walk::<W, K>::new(graph, order);
    let mut random = Random::new(seed);
    let (mut cost, mut least) = (walk.cost(), walk.cost());
    let mut best = walk.order.clone();
    let mean = graph.vertices.iter().map(|vertex| vertex.size as f64).sum::<f64>()
        / graph.vertices.len() as f64;
    let mut temperature = HOT * mean * mean * mean;
    let cooling = libm::pow(COLD / HOT, 1.0 / evaluations as f64);
    for _ in 0..evaluations {
        if least <= enough {
            break;
        }
        let (from, to) = walk.propose(&mut random);
        let allowance = (-temperature * libm::log(random.fraction())) as u128;
        temperature *= cooling;
        let Some((old, new)) = walk.evaluate(from, to, allowance) else { continue };
        walk.accept(from, to);
        cost = cost - old + new;
        if cost < least {
            least = cost;
            best.clone_from(&walk.order);
        }
    }
    best
}

/// An order, what each of its vertices costs, and the graph as it is at some places along it.
struct Walk<const W: usize, const K: usize> {
    order: Vec<u32>,
    costs: Vec<u128>,
    sizes: Sizes,
    /// The graph before every `apart`-th place.
    states: Vec<Vec<Node<W, K>>>,
    apart: usize,
    /// Where a state is changed without being copied: nodes that were touched in this round.
    changed: Vec<Node<W, K>>,
    touched_in: Vec<u64>,
    round: u64,
    /// Costs in the window that was last evaluated.
    window: Vec<u128>,
}

impl<const W: usize, const K: usize> Walk<W, K> {
    fn new(graph: &Graph, order: Vec<u32>) -> Walk<W, K> {
        let first = nodes(graph);
        let words = 2 * W * K * first.len();
        let apart = (words * order.len()).div_ceil(MOST_WORDS).max(APART).min(order.len());
        let mut walk = Walk {
            costs: vec![0; order.len()],
            sizes: Sizes::new(graph),
            states: vec![first.clone(); order.len().div_ceil(apart)],
            apart,
            touched_in: vec![0; first.len()],
            changed: first,
            round: 0,
            window: Vec::new(),
            order,
        };
        walk.renew(0, walk.order.len());
        walk
    }

    fn cost(&self) -> u128 {
        self.costs.iter().sum()
    }

    /// Brings costs and states up to date when the order changed between two places.
    fn renew(&mut self, from: usize, to: usize) {
        let mut at = from / self.apart;
        let mut nodes = self.states[at].clone();
        for place in at * self.apart..to {
            if place == at * self.apart + self.apart {
                at += 1;
                self.states[at].clone_from(&nodes);
            }
            let vertex = self.order[place];
            self.costs[place] = nodes[vertex as usize].cost(vertex, &self.sizes);
            eliminate(&mut nodes, vertex);
        }
    }

    /// From where to where a vertex moves.
    fn propose(&self, random: &mut Random) -> (usize, usize) {
        let count = self.order.len();
        let from = random.below(count);
        let to = if random.below(4) > 0 {
            (from + random.below(2 * NEAR + 1)).saturating_sub(NEAR).min(count - 1)
        } else {
            random.below(count)
        };
        (from, to)
    }

    /// What the vertices between cost before and after a move, unless that is `allowance` more.
    fn evaluate(&mut self, from: usize, to: usize, allowance: u128) -> Option<(u128, u128)> {
        let (low, high) = (from.min(to), from.max(to));
        let old: u128 = self.costs[low..=high].iter().sum();
        let limit = old + allowance;
        let state = low / self.apart;
        self.round += 1;
        for place in state * self.apart..low {
            self.eliminate(state, self.order[place]);
        }
        let mut new = 0;
        self.window.clear();
        for place in low..=high {
            let vertex = self.order[moved(from, to, place)];
            let cost = self.node(state, vertex).cost(vertex, &self.sizes);
            new += cost;
            if new > limit {
                return None;
            }
            self.window.push(cost);
            if place < high {
                self.eliminate(state, vertex);
            }
        }
        Some((old, new))
    }

    fn accept(&mut self, from: usize, to: usize) {
        let (low, high) = (from.min(to), from.max(to));
        if from < to {
            self.order[low..=high].rotate_left(1);
        } else {
            self.order[low..=high].rotate_right(1);
        }
        self.costs[low..=high].copy_from_slice(&self.window);
        if low / self.apart != high / self.apart {
            self.renew(low, high / self.apart * self.apart + 1);
        }
    }

    #[inline]
    fn node(&self, state: usize, vertex: u32) -> &Node<W, K> {
        let at = vertex as usize;
        if self.touched_in[at] == self.round { &self.changed[at] } else { &self.states[state][at] }
    }

    #[inline]
    fn touch(&mut self, state: usize, vertex: u32) -> &mut Node<W, K> {
        let at = vertex as usize;
        if self.touched_in[at] != self.round {
            self.touched_in[at] = self.round;
            self.changed[at] = self.states[state][at];
        }
        &mut self.changed[at]
    }

    #[inline]
    fn eliminate(&mut self, state: usize, vertex: u32) {
        let node = *self.node(state, vertex);
        for p in ones(&node.before[0]) {
            pass(&mut self.touch(state, p).after, vertex, &node.after);
        }
        for s in ones(&node.after[0]) {
            pass(&mut self.touch(state, s).before, vertex, &node.before);
        }
    }
}

/// Which place of the old order comes to `place` of the new one.
fn moved(from: usize, to: usize, place: usize) -> usize {
    match place {
        _ if place == to => from,
        _ if from < to => place + 1,
        _ => place - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elimination::judge::price_elimination;
    use crate::elimination::sample::band;

    fn check<const W: usize, const K: usize>(graph: &Graph, apart: Option<usize>) {
        let mut random = Random::new(7);
        let mut walk = Walk::<W, K>::new(graph, graph.intermediates.clone());
        if let Some(apart) = apart {
            walk.apart = apart;
            walk.states = vec![nodes(graph); walk.order.len().div_ceil(apart)];
            walk.renew(0, walk.order.len());
        }
        for round in 0..100 {
            let (from, to) = walk.propose(&mut random);
            let before = walk.cost();
            let allowance = [0, 1, 1000][random.below(3)];
            let found = walk.evaluate(from, to, allowance);
            let mut order = walk.order.clone();
            let vertex = order.remove(from);
            order.insert(to, vertex);
            let price = price_elimination(graph, &graph.names(&order)).unwrap();
            let judged = if K == 1 { price.plain } else { price.refined };
            match found {
                Some((old, new)) => {
                    assert_eq!(before - old + new, judged, "round {round}");
                    walk.accept(from, to);
                    assert_eq!((walk.cost(), &walk.order), (judged, &order), "round {round}");
                }
                None => assert!(judged > before + allowance, "round {round}"),
            }
        }
    }

    #[test]
    fn every_evaluation_is_what_the_judge_says() {
        let mut random = Random::new(3);
        for blocks in [false, true] {
            let [small, middle, large] = [20, 70, 150].map(|n| band(&mut random, n, blocks));
            for apart in [None, Some(1), Some(3), Some(100)] {
                check::<1, 1>(&small, apart);
                check::<1, 3>(&small, apart);
                check::<2, 1>(&middle, apart);
                check::<2, 3>(&middle, apart);
                check::<4, 3>(&large, apart);
            }
        }
    }
}
