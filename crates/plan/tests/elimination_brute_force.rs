//! Small random graphs, solved by trying every set of eliminated vertices, without the crate's code.
mod common;

use chainrule_plan::{
    Certificate, Count, Edge, EdgeKind, EliminateOptions, EliminationMethod, Graph, GraphSpec,
    eliminate, price_elimination,
};
use common::Random;
use std::collections::BTreeMap;

const GRAPHS: u32 = 10_000;

/// Vertices between inputs and outputs, at most.
const MOST: u64 = 6;

#[derive(Copy, Clone, Debug, PartialEq)]
enum Kind {
    Plain,
    Blocks,
    Refined,
    RefinedBlocks,
}

/// The same graph as the crate's, with vertices in topological order: inputs, those between, outputs.
#[derive(Debug)]
struct Model {
    edges: BTreeMap<(usize, usize), EdgeKind>,
    sizes: Vec<u32>,
    between: Vec<usize>,
    refined: bool,
}

impl Model {
    /// The cheapest order: from a set, one more vertex is eliminated.
    fn optimum(&self) -> u128 {
        let sets = 1_usize << self.between.len();
        let mut least = vec![u128::MAX; sets];
        least[0] = 0;
        for set in 0..sets {
            for (bit, &vertex) in
                self.between.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 0)
            {
                let cost = least[set] + self.cost(set, vertex);
                let next = &mut least[set | 1 << bit];
                *next = cost.min(*next);
            }
        }
        least[sets - 1]
    }

    /// What a vertex costs when a set is gone: its neighbours are those to which paths lead that
    /// pass the set only.
    fn cost(&self, set: usize, vertex: usize) -> u128 {
        let is_gone = |at: usize| {
            let bit = self.between.iter().position(|&other| other == at);
            bit.is_some_and(|bit| set >> bit & 1 == 1)
        };
        let gone: Vec<bool> = (0..self.sizes.len()).map(is_gone).collect();
        let edges = self.edges.iter().map(|(&(from, to), &kind)| (from, to, kind));
        let after = self.neighbours(&gone, vertex, edges.clone());
        let mut against: Vec<_> = edges.map(|(from, to, kind)| (to, from, kind)).collect();
        against.sort_unstable_by_key(|&(from, ..)| std::cmp::Reverse(from));
        let before = self.neighbours(&gone, vertex, against.into_iter());
        let mut cost = 0;
        for &(p, first) in &before {
            for &(s, second) in &after {
                let unit = first == EdgeKind::Unit || second == EdgeKind::Unit;
                let constant = first != EdgeKind::Variable && second != EdgeKind::Variable;
                if !self.refined || !(unit || constant) {
                    let sizes = [p, vertex, s].map(|at| u128::from(self.sizes[at]));
                    cost += sizes.iter().product::<u128>();
                }
            }
        }
        cost
    }

    /// Where paths through vertices that are gone lead, and what is known of the sum over them: one
    /// path of units is a unit, more are not. Edges come in topological order of their first ends.
    fn neighbours(
        &self,
        gone: &[bool],
        vertex: usize,
        edges: impl Iterator<Item = (usize, usize, EdgeKind)>,
    ) -> Vec<(usize, EdgeKind)> {
        // For each vertex how many paths lead there, 2 standing for more, and their worst kind.
        let mut paths = vec![(0, EdgeKind::Unit); gone.len()];
        paths[vertex].0 = 1;
        for (from, to, kind) in edges.filter(|&(from, ..)| from == vertex || gone[from]) {
            let (count, worst) = paths[from];
            if count > 0 {
                let there = paths[to];
                paths[to] = (2.min(there.0 + count), there.1.max(worst).max(kind));
            }
        }
        let sum = |(count, worst): (i32, EdgeKind)| match count {
            2 if worst == EdgeKind::Unit => EdgeKind::Constant,
            _ => worst,
        };
        let is_end = |&at: &usize| at != vertex && !gone[at] && paths[at].0 > 0;
        (0..gone.len()).filter(is_end).map(|at| (at, sum(paths[at]))).collect()
    }
}

fn random_graph(random: &mut Random, kind: Kind, most: u64) -> (Graph, Model) {
    loop {
        let [inputs, between, outputs] = [4, most, 4].map(|most| random.between(1, most));
        let count = inputs + between + outputs;
        let density = random.between(2, 6).into();
        let refined = matches!(kind, Kind::Refined | Kind::RefinedBlocks);
        let blocks = matches!(kind, Kind::Blocks | Kind::RefinedBlocks);
        let most = if blocks { 4 } else { 1 };
        let sizes: Vec<u32> = (0..count).map(|_| random.between(1, most)).collect();
        let mut edges = Vec::new();
        for from in 0..inputs + between {
            for to in inputs.max(from + 1)..count {
                if random.chance(density) {
                    let known = [EdgeKind::Unit, EdgeKind::Constant, EdgeKind::Variable];
                    let fits = sizes[from as usize] == sizes[to as usize];
                    let first = if fits { 0 } else { 1 };
                    let kind =
                        if refined { known[random.between(first, 2) as usize] } else { known[2] };
                    edges.push(Edge { from, to, kind });
                }
            }
        }
        let pairs = edges.iter().map(|edge| ((edge.from as usize, edge.to as usize), edge.kind));
        let model = Model {
            edges: pairs.collect(),
            sizes: sizes.clone(),
            between: (inputs as usize..(inputs + between) as usize).collect(),
            refined,
        };
        let spec = GraphSpec {
            vertices: count,
            edges,
            inputs: (0..inputs).collect(),
            outputs: (inputs + between..count).collect(),
            sizes: blocks.then_some(sizes),
        };
        match Graph::new(spec) {
            Ok(graph) => return (graph, model),
            Err(error) => assert_eq!(error.code(), "UNREACHABLE_VERTEX"),
        }
    }
}

fn try_kind(kind: Kind) {
    let mut random = Random::new(0xE11 + kind as u64);
    let (mut met, mut apart) = (0, 0);
    let rounds = std::env::var("ELIMINATION_GRAPHS").map_or(GRAPHS, |text| text.parse().unwrap());
    for round in 0..rounds {
        let (graph, model) = random_graph(&mut random, kind, MOST);
        let optimum = model.optimum();
        let count = if model.refined { Count::Refined } else { Count::Plain };
        let ask = |method| {
            let options =
                EliminateOptions { count, method, evaluations: Some(50), ..Default::default() };
            let found = eliminate(&graph, &options).unwrap();
            let price = price_elimination(&graph, &found.order).unwrap();
            let walked = if model.refined { price.refined } else { price.plain };
            assert_eq!(found.cost, walked, "{kind:?}, graph {round}: {model:?}");
            assert!(found.cost >= optimum, "{kind:?}, graph {round}: {model:?}");
            match found.certificate {
                Certificate::Optimal { .. } => {
                    assert_eq!(found.cost, optimum, "{kind:?}, {model:?}")
                }
                Certificate::Gap { lower_bound } => {
                    assert!(lower_bound <= optimum, "{kind:?}, graph {round}: {model:?}");
                }
            }
            found
        };
        let found = ask(EliminationMethod::Exact);
        assert_eq!(found.cost, optimum, "{kind:?}, graph {round}: {model:?}");
        assert!(matches!(found.certificate, Certificate::Optimal { .. }));
        let mut best = u128::MAX;
        for method in EliminationMethod::HEURISTICS {
            let found = ask(method);
            best = best.min(found.cost);
            met += u32::from(matches!(found.certificate, Certificate::Optimal { .. }));
        }
        if round % 8 == 0 {
            assert_eq!(ask(EliminationMethod::BestHeuristic).cost, best);
            assert_eq!(ask(EliminationMethod::Auto).cost, optimum);
            ask(EliminationMethod::Anneal);
        }
        apart += u32::from(best > optimum);
    }
    eprintln!(
        "{kind:?}: {rounds} graphs agree with trying everything; all heuristics miss {apart}; \
         {met} of {} orders meet the bound",
        8 * rounds
    );
}

#[test]
fn plain_counts() {
    try_kind(Kind::Plain);
}

#[test]
fn blocks() {
    try_kind(Kind::Blocks);
}

#[test]
fn refined_counts() {
    try_kind(Kind::Refined);
}

#[test]
fn refined_counts_of_blocks() {
    try_kind(Kind::RefinedBlocks);
}
