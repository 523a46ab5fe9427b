//! How long do bounds, heuristics, the exact search and annealing take on graphs?
//!
//! Each first proves its answer right. RoeFlux_1d is measured where the vectors are; see the tests.
#![allow(missing_docs, reason = "a benchmark has no users")]
#[path = "../tests/common/mod.rs"]
mod common;

use chainrule_plan::{
    Certificate, Count, Edge, EliminateOptions, EliminationMethod, Graph, GraphSpec, eliminate,
};
use common::functions::Function;
use common::{Random, cases, name};
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use std::collections::BTreeSet;
use std::hint::black_box;

criterion_group!(benches, published, random);
criterion_main!(benches);

const EVALUATIONS: u64 = 100_000;

fn options(method: EliminationMethod) -> EliminateOptions {
    EliminateOptions { method, evaluations: Some(EVALUATIONS), ..Default::default() }
}

/// The function on which reinforcement learning found 320, and 295 is the best known.
fn published(criterion: &mut Criterion) {
    let Some(cases) = cases("elimination.json") else { return };
    let case = cases.iter().find(|case| name(case) == "RoeFlux_1d").expect("it is in the file");
    let graph = Function::read(case).graph();
    for (count, best) in [(Count::Plain, 295), (Count::Refined, 184)] {
        let with_default_budget = EliminateOptions { count, ..EliminateOptions::default() };
        let found = eliminate(&graph, &with_default_budget).expect("it is small");
        assert_eq!(found.cost, best, "{count:?}");
    }
    measure(criterion, "RoeFlux_1d", &graph);

    let mut group = criterion.benchmark_group("RoeFlux_1d");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for count in [Count::Plain, Count::Refined] {
        let options = EliminateOptions { count, ..EliminateOptions::default() };
        group.bench_function(format!("default budget, {count:?}"), |bencher| {
            bencher.iter(|| eliminate(black_box(&graph), &options));
        });
    }
    group.finish();
}

fn random(criterion: &mut Criterion) {
    for count in [100, 1000] {
        let graph = band(count);
        measure(criterion, &format!("{count} vertices"), &graph);
    }
}

fn measure(criterion: &mut Criterion, title: &str, graph: &Graph) {
    let heuristic = eliminate(graph, &options(EliminationMethod::BestHeuristic));
    let heuristic = heuristic.expect("it has a cost");
    let mut group = criterion.benchmark_group(title);
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for (label, method) in [
        ("forward and the bound", EliminationMethod::Forward),
        ("best heuristic", EliminationMethod::BestHeuristic),
        ("exact search, default states", EliminationMethod::Exact),
        ("annealing", EliminationMethod::Anneal),
    ] {
        let found = eliminate(graph, &options(method)).expect("it is small");
        assert!(method == EliminationMethod::Forward || found.cost <= heuristic.cost);
        if let Certificate::Gap { lower_bound } = found.certificate {
            assert!(lower_bound < found.cost);
        }
        if method == EliminationMethod::Anneal {
            group.throughput(Throughput::Elements(EVALUATIONS));
        }
        group.bench_function(label, |bencher| {
            bencher.iter(|| eliminate(black_box(graph), &options(method)));
        });
    }
    group.finish();
}

/// Each vertex reads the one before, one of the last 40 and any other.
fn band(count: u32) -> Graph {
    const INPUTS: u32 = 10;
    const OUTPUTS: u32 = 5;
    let mut random = Random::new(5);
    let last = count - OUTPUTS;
    let mut edges = BTreeSet::new();
    for to in INPUTS..count {
        let near = random.between(u64::from(to.saturating_sub(40)), u64::from(to) - 1);
        let far = random.between(0, u64::from(to.min(last)) - 1);
        edges.extend(
            [near, far, to - 1].into_iter().filter(|&from| from < last).map(|from| (from, to)),
        );
    }
    let read: BTreeSet<u32> = edges.iter().map(|&(from, _)| from).collect();
    edges.extend((INPUTS..last).filter(|at| !read.contains(at)).map(|at| (at, count - 1)));
    Graph::new(GraphSpec {
        vertices: count,
        edges: edges.into_iter().map(|(from, to)| Edge::new(from, to)).collect(),
        inputs: (0..INPUTS).collect(),
        outputs: (last..count).collect(),
        sizes: None,
    })
    .expect("every vertex reads and is read")
}
