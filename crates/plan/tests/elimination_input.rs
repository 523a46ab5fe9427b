//! What graphs and orders are refused, and how they and the answers look in JSON.
mod common;

use chainrule_plan::{
    Certificate, Count, Edge, EdgeKind, EliminateOptions, Elimination, EliminationMethod, Graph,
    GraphSpec, PlanError, Proof, Tie, eliminate, price_elimination,
};
use common::Random;

fn spec(vertices: u32, edges: &[(u32, u32)], inputs: &[u32], outputs: &[u32]) -> GraphSpec {
    GraphSpec {
        vertices,
        edges: edges.iter().map(|&(from, to)| Edge::new(from, to)).collect(),
        inputs: inputs.to_vec(),
        outputs: outputs.to_vec(),
        sizes: None,
    }
}

fn refusal(spec: GraphSpec) -> (&'static str, String) {
    let error = Graph::new(spec).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn bad_graphs_are_refused_with_the_place() {
    let sized = |sizes: &[u32]| GraphSpec {
        sizes: Some(sizes.to_vec()),
        ..spec(3, &[(0, 1), (1, 2)], &[0], &[2])
    };
    let unit = Edge { kind: EdgeKind::Unit, ..Edge::new(0, 1) };
    let cases: [(GraphSpec, &str, &str); 17] = [
        (spec(2, &[(0, 1)], &[5], &[1]), "UNKNOWN_VERTEX", "`inputs[0]`"),
        (spec(2, &[(0, 1)], &[0], &[1, 2]), "UNKNOWN_VERTEX", "`outputs[1]`"),
        (spec(2, &[(0, 1), (3, 1)], &[0], &[1]), "UNKNOWN_VERTEX", "`edges[1].from`"),
        (spec(2, &[(0, 9)], &[0], &[1]), "UNKNOWN_VERTEX", "`edges[0].to`"),
        (spec(2, &[(0, 1)], &[0, 0], &[1]), "DUPLICATE_VERTEX", "`inputs[1]`"),
        (spec(2, &[(0, 1)], &[0], &[1, 1]), "DUPLICATE_VERTEX", "`outputs[1]`"),
        (spec(2, &[(0, 1), (0, 1)], &[0], &[1]), "DUPLICATE_EDGE", "`edges[1]`"),
        (spec(2, &[(0, 1), (1, 0)], &[0], &[1]), "INPUT_HAS_PREDECESSOR", "`edges[1]`"),
        (spec(4, &[(0, 1), (1, 2), (2, 1), (2, 3)], &[0], &[3]), "CYCLE", "[1, 2]"),
        (spec(3, &[(0, 1), (1, 1), (1, 2)], &[0], &[2]), "CYCLE", "[1]"),
        (spec(4, &[(0, 1), (2, 1), (1, 3)], &[0], &[3]), "UNREACHABLE_VERTEX", "vertex 2"),
        (spec(4, &[(0, 1), (1, 2), (1, 3)], &[0], &[3]), "UNREACHABLE_VERTEX", "vertex 2"),
        (spec(u32::MAX / 2, &[(0, 1)], &[0], &[1]), "UNREACHABLE_VERTEX", "vertex 2"),
        (sized(&[1, 2]), "STRUCTURE_MISMATCH", "`sizes` must hold one size for each of 3"),
        (sized(&[1, 0, 2]), "ZERO_SIZE", "`sizes[1]`"),
        (
            GraphSpec { edges: vec![unit, Edge::new(1, 2)], ..sized(&[1, 2, 1]) },
            "STRUCTURE_MISMATCH",
            "`edges[0].kind`",
        ),
        (spec(u32::MAX, &[], &[], &[]), "TOO_LARGE", "`vertices`"),
    ];
    for (spec, code, place) in cases {
        let (found, text) = refusal(spec);
        assert_eq!(found, code, "{text}");
        assert!(text.contains(place), "{text}");
    }
}

#[test]
fn sizes_that_overflow_are_refused() {
    let edges: Vec<(u32, u32)> = (0..299).map(|at| (at, at + 1)).collect();
    let chain =
        |size| GraphSpec { sizes: Some(vec![size; 300]), ..spec(300, &edges, &[0], &[299]) };
    assert_eq!(refusal(chain(u32::MAX)).0, "COST_OVERFLOW");
    let graph = Graph::new(chain(u32::MAX / 2)).unwrap();
    let cost = 298 * u128::from(u32::MAX / 2).pow(3);
    assert_eq!(eliminate(&graph, &EliminateOptions::default()).unwrap().cost, cost);
}

#[test]
fn orders_that_are_none_are_refused() {
    let graph = Graph::new(spec(4, &[(0, 1), (1, 2), (2, 3)], &[0], &[3])).unwrap();
    for (order, words) in [
        (&[1_u32][..], "leaves out the vertex 2"),
        (&[1, 2, 1], "`order[2]` names twice the vertex 1"),
        (&[0, 1, 2], "`order[0]` should not name the vertex 0"),
        (&[1, 2, 77], "`order[2]` should not name the vertex 77"),
    ] {
        let error = price_elimination(&graph, order).unwrap_err();
        assert_eq!(error.code(), "NOT_AN_ELIMINATION_ORDER");
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(price_elimination(&graph, &[2, 1]).unwrap().plain, 2);
}

#[test]
fn graphs_with_nothing_to_eliminate_cost_nothing() {
    let unread = spec(3, &[(0, 2)], &[0, 1], &[2]);
    for spec in [GraphSpec::default(), spec(1, &[], &[0], &[]), spec(1, &[], &[], &[0]), unread] {
        let graph = Graph::new(spec).unwrap();
        for method in [EliminationMethod::Auto, EliminationMethod::Exact, EliminationMethod::Anneal]
        {
            let found =
                eliminate(&graph, &EliminateOptions { method, ..Default::default() }).unwrap();
            assert_eq!((found.cost, found.order.len()), (0, 0));
            assert_eq!(found.certificate, Certificate::Optimal { by: Proof::BoundMet });
        }
    }
}

/// Every order leaves an edge from an input to an output just where there was a path.
#[test]
fn what_is_left_joins_inputs_and_outputs() {
    // Vertex 2 is an output and is read again; vertices 0 and 5 are inputs and outputs.
    let edges = [(0, 2), (1, 2), (2, 3), (3, 4), (2, 4), (1, 3)];
    let graph = Graph::new(spec(6, &edges, &[0, 1, 5], &[4, 2, 0, 5])).unwrap();
    assert_eq!(graph.intermediates(), [2, 3]);
    let [first, second] = [[2, 3], [3, 2]].map(|order| price_elimination(&graph, &order).unwrap());
    assert_eq!(first.entries, [(0, 0), (0, 2), (0, 4), (1, 2), (1, 4), (5, 5)]);
    assert_eq!(first.entries, second.entries);
    // 2 is read by 3, by 4 and by its copy: two products for each of its two inputs that are no
    // copy, and two that are.
    assert_eq!((first.plain, first.refined), (6 + 2, 4 + 2));
    assert_eq!((second.plain, second.refined), (2 + 4, 2 + 2));
}

/// Numbers may come in any order: program order is then a topological one.
#[test]
fn numbers_of_vertices_do_not_matter() {
    let mut random = Random::new(11);
    let edges = [(0, 3), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6), (5, 7), (5, 8), (0, 4)];
    let plain = Graph::new(spec(9, &edges, &[0, 1, 2], &[6, 7, 8])).unwrap();
    let best = eliminate(&plain, &EliminateOptions::default()).unwrap();
    for _ in 0..100 {
        let mut names: Vec<u32> = (0..9).collect();
        for at in (1..9).rev() {
            names.swap(at, random.below(at as u64 + 1) as usize);
        }
        let name = |at: u32| names[at as usize];
        let edges = edges.map(|(from, to)| (name(from), name(to)));
        let renamed = spec(9, &edges, &[0, 1, 2].map(name), &[6, 7, 8].map(name));
        let graph = Graph::new(renamed).unwrap();
        assert_eq!(graph.intermediates(), [3, 4, 5].map(name));
        let found = eliminate(&graph, &EliminateOptions::default()).unwrap();
        assert_eq!((found.cost, found.certificate), (best.cost, best.certificate));
        price_elimination(&graph, &found.order).unwrap();
    }
}

#[test]
fn graphs_too_large_to_search_get_heuristics() {
    let edges: Vec<(u32, u32)> = (0..2999).map(|at| (at, at + 1)).chain([(0, 1500)]).collect();
    let graph = Graph::new(spec(3000, &edges, &[0], &[2999])).unwrap();
    for method in [EliminationMethod::Exact, EliminationMethod::Anneal] {
        let error = eliminate(&graph, &EliminateOptions { method, ..Default::default() });
        let limit = PlanError::TooLarge { field: "vertices", limit: 2048, got: 3000 };
        assert_eq!(error, Err(limit));
    }
    let found = eliminate(&graph, &EliminateOptions::default()).unwrap();
    assert_eq!((found.cost, found.order.len()), (2998, 2998));
}

/// A change of these numbers changes what users get for a seed, on this machine or on another.
#[test]
fn a_seed_gives_one_order_everywhere() {
    let mut random = Random::new(23);
    let mut edges: Vec<(u32, u32)> = (0..59).map(|at| (at, at + 1)).collect();
    for to in 5..60 {
        let from = random.below(u64::from(to) - 1) as u32;
        edges.push((from, to));
    }
    let edges: Vec<_> = edges.into_iter().filter(|edge| edge.1 > 2 && edge.0 < 57).collect();
    let graph = Graph::new(spec(60, &edges, &[0, 1, 2], &[57, 58, 59])).unwrap();
    let ask = |seed| {
        let method = EliminationMethod::Anneal;
        let evaluations = Some(20_000);
        let options = EliminateOptions { method, seed, evaluations, ..Default::default() };
        eliminate(&graph, &options).unwrap()
    };
    let found = ask(1);
    assert_eq!(found, ask(1));
    assert_ne!(found.order, ask(2).order);
    let digest = found.order.iter().fold(0_u64, |sum, &at| sum.wrapping_mul(31) + u64::from(at));
    assert_eq!((found.cost, digest), (180, 245_756_734_059_718_881));
}

#[test]
fn json_goes_both_ways() {
    let text = r#"{"vertices":3,"edges":[{"from":0,"to":1,"kind":"unit"},{"from":1,"to":2}],
                   "inputs":[0],"outputs":[2]}"#;
    let spec: GraphSpec = serde_json::from_str(text).unwrap();
    assert_eq!((spec.edges[0].kind, spec.edges[1].kind), (EdgeKind::Unit, EdgeKind::Variable));
    let again = serde_json::from_str(&serde_json::to_string(&spec).unwrap()).unwrap();
    assert_eq!(spec, again);

    let text = r#"{"count":"refined","method":{"kind":"markowitz","tie":"last"},"seed":3}"#;
    let options: EliminateOptions = serde_json::from_str(text).unwrap();
    let method = EliminationMethod::Markowitz { tie: Tie::Last };
    let wanted = EliminateOptions { count: Count::Refined, method, seed: 3, ..Default::default() };
    assert_eq!(options, wanted);
    for text in [r#"{"budget":3}"#, r#"{"method":{"kind":"markowitz","ties":"last"}}"#] {
        assert!(serde_json::from_str::<EliminateOptions>(text).is_err(), "{text}");
    }

    let found = eliminate(&Graph::new(spec).unwrap(), &EliminateOptions::default()).unwrap();
    let text = serde_json::to_string(&found).unwrap();
    let wanted = r#"{"cost":1,"order":[1],"certificate":{"kind":"optimal","by":"bound-met"}}"#;
    assert_eq!(text, wanted);
    assert_eq!(serde_json::from_str::<Elimination>(&text).unwrap(), found);
}
