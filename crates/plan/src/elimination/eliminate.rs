//! The entry: an order of elimination, its cost, and how good it is known to be.
use super::anneal::anneal;
use super::bound::least_costs;
use super::exact::{Outcome, exact};
use super::graph::Graph;
use super::heuristics::{Rule, Tie, greedy};
use super::judge::price_elimination;
use super::kind::Count;
use crate::{Certificate, PlanError, Proof};
use serde::{Deserialize, Serialize};

/// Orders that annealing evaluates unless told otherwise; fewer on large graphs, where each takes
/// longer, so that it is done in some seconds.
pub const DEFAULT_EVALUATIONS: u64 = 2_000_000;

/// What may be spent on evaluations by default: vertices times words of a set of vertices.
const DEFAULT_WORK: u64 = 1_000_000_000;

/// Sets of vertices that the exact search keeps unless told otherwise.
pub const DEFAULT_STATES: u64 = 200_000;

/// The largest graph that is searched exactly or by annealing, in vertices, copies of outputs
/// included.
pub const MOST_SEARCHED: usize = 2048;

/// How an order is sought.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum EliminationMethod {
    /// The best heuristic; unless it meets the bound, then the exact search; unless that came to an
    /// end, then annealing. Graphs above [`MOST_SEARCHED`] get the best heuristic.
    #[default]
    Auto,
    /// In topological order: forward mode.
    Forward,
    /// Against it: reverse mode.
    Reverse,
    /// The cheapest vertex first.
    Markowitz {
        /// Which of equals.
        #[serde(default)]
        tie: Tie,
    },
    /// The vertex first that is cheapest compared with its cost if it came last.
    RelativeMarkowitz {
        /// Which of equals.
        #[serde(default)]
        tie: Tie,
    },
    /// The cheapest vertex first by the refined count, whichever count is asked for.
    RefinedMarkowitz {
        /// Which of equals.
        #[serde(default)]
        tie: Tie,
    },
    /// The best of all of the above.
    BestHeuristic,
    /// A* over sets of vertices, from the best heuristic; `states` limits it.
    Exact,
    /// Annealing from the best heuristic; `seed` and `evaluations` decide it.
    Anneal,
}

impl EliminationMethod {
    /// The methods that do not search, of which `BestHeuristic` takes the best.
    pub const HEURISTICS: [EliminationMethod; 8] = [
        EliminationMethod::Forward,
        EliminationMethod::Reverse,
        EliminationMethod::Markowitz { tie: Tie::First },
        EliminationMethod::Markowitz { tie: Tie::Last },
        EliminationMethod::RelativeMarkowitz { tie: Tie::First },
        EliminationMethod::RelativeMarkowitz { tie: Tie::Last },
        EliminationMethod::RefinedMarkowitz { tie: Tie::First },
        EliminationMethod::RefinedMarkowitz { tie: Tie::Last },
    ];
}

/// What is asked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EliminateOptions {
    /// Which products count.
    pub count: Count,
    /// How to search.
    pub method: EliminationMethod,
    /// Decides what annealing tries.
    pub seed: u64,
    /// Orders that annealing may evaluate; if not given, [`DEFAULT_EVALUATIONS`] or fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluations: Option<u64>,
    /// Sets of vertices that the exact search may keep.
    pub states: u64,
}

impl Default for EliminateOptions {
    fn default() -> EliminateOptions {
        EliminateOptions {
            count: Count::Plain,
            method: EliminationMethod::Auto,
            seed: 0,
            evaluations: None,
            states: DEFAULT_STATES,
        }
    }
}

/// An order of elimination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Elimination {
    /// Multiply-adds, by the count that was asked for.
    #[serde(with = "crate::number")]
    pub cost: u128,
    /// The vertices between inputs and outputs, by number.
    pub order: Vec<u32>,
    /// How good the cost is.
    pub certificate: Certificate,
}

/// Finds an order in which to eliminate the vertices of a graph. Same graph, same options, same
/// order, on every machine.
///
/// # Errors
/// `TOO_LARGE` when a graph above [`MOST_SEARCHED`] is to be searched exactly or by annealing.
pub fn eliminate(graph: &Graph, options: &EliminateOptions) -> Result<Elimination, PlanError> {
    use EliminationMethod as Method;
    let searchable = graph.vertices.len() <= MOST_SEARCHED;
    if !searchable && matches!(options.method, Method::Exact | Method::Anneal) {
        let (limit, got) = (MOST_SEARCHED, graph.vertices.len());
        return Err(PlanError::TooLarge { field: "vertices", limit, got });
    }
    let least = least_costs(graph, options.count);
    let mut found = Found {
        cost: u128::MAX,
        order: Vec::new(),
        bound: least.iter().sum(),
        proof: Proof::BoundMet,
    };
    let heuristics = match options.method {
        Method::Auto | Method::BestHeuristic | Method::Exact | Method::Anneal => {
            &EliminationMethod::HEURISTICS[..]
        }
        ref one => std::slice::from_ref(one),
    };
    for &method in heuristics {
        found.offer(graph, options.count, heuristic(graph, method))?;
    }
    let both = options.method == Method::Auto && searchable;
    if (both || options.method == Method::Exact) && !found.is_optimal() {
        found.search(graph, &least, options)?;
    }
    if (both || options.method == Method::Anneal) && !found.is_optimal() {
        let order = graph.places_of(&found.order);
        let vertices = graph.vertices.len() as u64;
        let affordable = DEFAULT_WORK / (vertices * vertices.div_ceil(64)).max(1);
        let evaluations = options.evaluations.unwrap_or(affordable.min(DEFAULT_EVALUATIONS));
        let better = anneal(graph, options.count, order, (options.seed, evaluations), found.bound);
        found.offer(graph, options.count, better)?;
    }
    Ok(found.finish())
}

/// The order of a method that does not search, in places; the others start from topological order.
fn heuristic(graph: &Graph, method: EliminationMethod) -> Vec<u32> {
    match method {
        EliminationMethod::Reverse => graph.intermediates.iter().rev().copied().collect(),
        EliminationMethod::Markowitz { tie } => greedy(graph, Rule::Markowitz, tie),
        EliminationMethod::RelativeMarkowitz { tie } => greedy(graph, Rule::RelativeMarkowitz, tie),
        EliminationMethod::RefinedMarkowitz { tie } => greedy(graph, Rule::RefinedMarkowitz, tie),
        EliminationMethod::Forward
        | EliminationMethod::Auto
        | EliminationMethod::BestHeuristic
        | EliminationMethod::Exact
        | EliminationMethod::Anneal => graph.intermediates.clone(),
    }
}

/// The best order so far, by number, and what is known of all orders.
struct Found {
    cost: u128,
    order: Vec<u32>,
    bound: u128,
    proof: Proof,
}

impl Found {
    /// Takes an order, in places, if it is better. Its cost is always the judge's.
    fn offer(&mut self, graph: &Graph, count: Count, places: Vec<u32>) -> Result<(), PlanError> {
        let order = graph.names(&places);
        let price = price_elimination(graph, &order)?;
        let cost = match count {
            Count::Plain => price.plain,
            Count::Refined => price.refined,
        };
        if cost < self.cost {
            (self.cost, self.order) = (cost, order);
        }
        Ok(())
    }

    fn is_optimal(&self) -> bool {
        self.cost <= self.bound
    }

    fn search(
        &mut self,
        graph: &Graph,
        least: &[u128],
        options: &EliminateOptions,
    ) -> Result<(), PlanError> {
        match exact(graph, options.count, least, self.cost, options.states) {
            Outcome::Best(order) => self.offer(graph, options.count, order)?,
            Outcome::NoneBelow => {}
            Outcome::AtLeast(bound) => {
                self.bound = self.bound.max(bound);
                return Ok(());
            }
        }
        (self.bound, self.proof) = (self.cost, Proof::Enumeration);
        Ok(())
    }

    fn finish(self) -> Elimination {
        let certificate = if self.is_optimal() {
            Certificate::Optimal { by: self.proof }
        } else {
            Certificate::Gap { lower_bound: self.bound }
        };
        Elimination { cost: self.cost, order: self.order, certificate }
    }
}
