//! The published and the project's own chains of Jacobians, met exactly.
mod common;

use chainrule_plan::{
    CostModel, Jacobian, Limits, Objective, Pattern, Plan, Problem, ProblemSpec, Reduce, Request,
    Stage, Structure, Tree, plan, plan_of_bracketing, price,
};
use common::{cases, list, name, number, numbers, own_cases};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Plans, and lets the walk confirm what the plan says of itself.
fn solve(problem: &Problem, request: &Request) -> Plan {
    let plan = plan(problem, request).unwrap();
    let price = price(problem, &plan).unwrap();
    let found = (plan.cost, plan.peak_memory, plan.critical_path);
    assert_eq!(found, (price.cost, price.peak_memory, price.critical_path), "{plan}");
    assert_eq!(Plan::parse(&plan.to_string()), Ok(plan.clone()));
    plan
}

fn flops(problem: &Problem) -> u128 {
    solve(problem, &Request::default()).cost
}

/// `[outputs, inputs, edges, tangent, adjoint]`.
fn stage(row: &Value) -> Stage {
    let [outputs, inputs, edges, tangent, adjoint] = [0, 1, 2, 3, 4].map(|at| number(&row[at]));
    Stage {
        tangent_cost: u64::try_from(tangent).ok(),
        adjoint_cost: u64::try_from(adjoint).ok(),
        tape_size: u64::try_from(edges).ok(),
        ..Stage::dense(u32::try_from(inputs).unwrap(), u32::try_from(outputs).unwrap())
    }
}

fn stages(case: &Value) -> Vec<Stage> {
    list(&case["stages"]).iter().map(stage).collect()
}

fn problem(stages: Vec<Stage>) -> Problem {
    Problem::new(ProblemSpec::new(stages)).unwrap()
}

fn with_tape(case: &Value) -> Request {
    let tape = u64::try_from(number(&case["memory_limit"])).ok().filter(|&limit| limit > 0);
    Request { limits: Limits { tape, ..Limits::default() }, ..Request::default() }
}

fn check_matrix_free(case: &Value) {
    let problem = problem(stages(case));
    let request = with_tape(case);
    let found = solve(&problem, &request);
    assert_eq!(found.cost, number(&case["opt_cost"]), "{}\n{found}", name(case));
    if let Some(tape) = request.limits.tape {
        assert!(price(&problem, &found).unwrap().tape <= tape.into(), "{}", name(case));
    }
    if case["critical_path_unlimited_machines"].is_u64() {
        let request = Request { objective: Objective::CriticalPath, ..request };
        let value = solve(&problem, &request).value;
        assert_eq!(value, number(&case["critical_path_unlimited_machines"]), "{}", name(case));
    }
}

fn check_given(case: &Value) {
    let given = list(&case["given"]);
    let stages = stages(case).into_iter().zip(given).map(|(stage, given)| {
        let jacobian =
            if given.as_bool().unwrap() { Jacobian::Given } else { Jacobian::Accumulate };
        Stage { jacobian, ..stage }
    });
    let found = solve(&problem(stages.collect()), &with_tape(case));
    assert_eq!(found.cost, number(&case["opt_cost"]), "{}\n{found}", name(case));
}

fn check_peak(case: &Value) {
    let problem = problem(stages(case));
    let pairs: Vec<(u128, u128)> = list(&case["depth_first_pareto_fma_peak"])
        .iter()
        .map(|pair| (number(&pair[0]), number(&pair[1])))
        .collect();
    let front = chainrule_plan::pareto_front(
        &problem,
        &Objective::Flops,
        &Objective::Memory,
        &Limits::default(),
    );
    let front = front.unwrap();
    let found: Vec<_> = front.plans.iter().map(|plan| (plan.cost, plan.peak_memory)).collect();
    assert_eq!((found, front.exact), (pairs, true), "{}", name(case));
    for limit in list(&case["limits_depthfirst_unrestricted"]) {
        let memory = u64::try_from(number(&limit[0])).ok();
        let limits = Limits { memory, ..Limits::default() };
        match plan(&problem, &Request { limits, ..Request::default() }) {
            Ok(found) => {
                assert_eq!(found.cost, number(&limit[1]), "{}\n{found}", name(case));
                assert!(found.is_optimal() && found.peak_memory <= number(&limit[0]));
                assert_eq!(limit[1], limit[2], "depth first loses nothing here");
            }
            Err(error) => {
                assert!(limit[1].is_null(), "{}: {error}", name(case));
                let smallest = number(&limit[0]) + 1;
                assert!(error.to_string().contains(&format!("at least {smallest} ")), "{error}");
                assert_eq!(error.code(), "INFEASIBLE_MEMORY");
            }
        }
    }
}

fn dims(case: &Value) -> Vec<u32> {
    numbers(&case["dims_application_order"])
}

fn tree(value: &Value) -> Tree {
    value.to_string().parse().unwrap()
}

fn check_batched(case: &Value) {
    let shared: Vec<bool> = list(&case["shared"]).iter().map(|is| is.as_bool().unwrap()).collect();
    let given = |shared: &[bool]| -> Vec<Stage> {
        let dims = dims(case);
        let pairs = dims.windows(2).zip(shared);
        pairs.map(|(d, &shared)| Stage { shared, ..Stage::given(d[0], d[1]) }).collect()
    };
    let spec = ProblemSpec {
        batch: u32::try_from(number(&case["batch"])).unwrap(),
        ..ProblemSpec::new(given(&shared))
    };
    let batched = Problem::new(spec.clone()).unwrap();
    let best = solve(&batched, &Request::default());
    assert_eq!(best.cost, number(&case["opt_cost"]), "{}\n{best}", name(case));
    let named = plan_of_bracketing(&batched, &tree(&case["opt_tree"])).unwrap();
    assert!(named.cost <= best.cost && best.cost <= named.cost, "{}", name(case));
    let oblivious = plan_of_bracketing(&batched, &tree(&case["batch_oblivious_tree"])).unwrap();
    assert_eq!(oblivious.cost, number(&case["batch_oblivious_cost"]), "{}", name(case));
    let unshared = given(&vec![false; shared.len()]);
    let unshared = Problem::new(ProblemSpec { stages: unshared, ..spec.clone() }).unwrap();
    assert_eq!(flops(&unshared), number(&case["all_per_sample_cost"]), "{}", name(case));
    if !case["sum_over_batch_opt"].is_null() {
        let sum = Problem::new(ProblemSpec { reduce: Some(Reduce::Sum), ..spec }).unwrap();
        assert_eq!(flops(&sum), number(&case["sum_over_batch_opt"]), "{}", name(case));
    }
}

fn structure(value: &Value, columns: u32) -> Structure {
    let count = |at: usize| u32::try_from(number(&value[at])).unwrap();
    match value[0].as_str().unwrap() {
        "dense" => Structure::Dense,
        "diag" => Structure::Diagonal,
        "band" => Structure::Band { lower: count(1), upper: count(2) },
        "blockdiag" => Structure::BlockDiagonal { blocks: count(1) },
        "explicit" => {
            let rows: Vec<Vec<u32>> = list(&value[1]).iter().map(numbers).collect();
            Structure::Pattern { pattern: Arc::new(Pattern::new(columns, &rows).unwrap()) }
        }
        other => panic!("unknown structure {other}"),
    }
}

fn structured(case: &Value, of_shape: fn(u32, u32) -> Stage) -> Vec<Stage> {
    let dims = dims(case);
    let shapes = dims.windows(2).zip(list(&case["structure"]));
    let stage = |(d, shape): (&[u32], &Value)| Stage {
        structure: structure(shape, d[0]),
        ..of_shape(d[0], d[1])
    };
    shapes.map(stage).collect()
}

fn check_sparse(case: &Value) {
    let sparse = problem(structured(case, Stage::given));
    // The cases know products only; sweeps through a given stage may be cheaper.
    let never =
        |stage: Stage| Stage { tangent_cost: Some(1 << 40), adjoint_cost: Some(1 << 40), ..stage };
    let products = problem(sparse.spec().stages.iter().cloned().map(never).collect());
    let best = solve(&products, &Request::default());
    assert_eq!(best.cost, number(&case["opt_cost"]), "{}\n{best}", name(case));
    let dense: Vec<Stage> = dims(case).windows(2).map(|d| Stage::given(d[0], d[1])).collect();
    assert_eq!(flops(&problem(dense)), number(&case["dense_opt_cost"]), "{}", name(case));
    let named = plan_of_bracketing(&products, &tree(&case["dense_opt_tree"])).unwrap();
    assert_eq!(named.cost, number(&case["dense_tree_priced_sparse"]), "{}", name(case));
    let all = chainrule_plan::bracketings(&products).unwrap();
    let worst = all.iter().map(|(_, plan)| plan.cost).max().unwrap();
    assert_eq!(worst, number(&case["worst_cost"]), "{}", name(case));
}

fn check_coloured(case: &Value) {
    let costs = list(&case["stage_costs_edges_tan_adj"]);
    let stages = structured(case, Stage::dense).into_iter().zip(costs).map(|(stage, cost)| {
        let [tape_size, tangent_cost, adjoint_cost] =
            [0, 1, 2].map(|at| u64::try_from(number(&cost[at])).ok());
        Stage { tape_size, tangent_cost, adjoint_cost, ..stage }
    });
    let coloured = problem(stages.collect());
    let best = solve(&coloured, &Request::default());
    assert_eq!(best.cost, number(&case["opt_cost"]), "{}\n{best}", name(case));
    let plain = coloured.spec().stages.iter().cloned();
    let dense = plain.map(|stage| Stage { structure: Structure::Dense, ..stage }).collect();
    assert_eq!(flops(&problem(dense)), number(&case["uncoloured_dense_cost"]), "{}", name(case));
}

fn check_time(case: &Value) {
    let params = &case["params"];
    let [launch, peak, bandwidth] =
        ["overhead_s", "peak_flops", "bandwidth_Bps"].map(|key| params[key].as_f64().unwrap());
    let model = Box::new(CostModel::roofline(launch, peak, bandwidth));
    let objective = Objective::Time { model, threads: 1 };
    let problem = Problem::matrices(&numbers(&case["dims"])).unwrap();
    let best = solve(&problem, &Request { objective, ..Request::default() });
    let seconds = best.value as f64 * 1e-15;
    let wanted = case["opt_time_s"].as_f64().unwrap();
    assert!((seconds / wanted - 1.0).abs() < 1e-9, "{}: {seconds} {wanted}", name(case));
    assert_eq!(best.tree(&problem).unwrap(), tree(&case["opt_tree"]), "{}", name(case));
}

/// Serial optima; the makespans are met in `machines.rs`.
fn check_bulk(case: &Value) {
    for row in list(&case["rows"]) {
        let dims = numbers(&row[0]);
        let stages = dims
            .windows(2)
            .zip(list(&row[1]))
            .map(|(d, edges)| Stage::with_edges(d[0], d[1], u64::try_from(number(edges)).unwrap()));
        assert_eq!(flops(&problem(stages.collect())), number(&row[2]), "{}", name(case));
    }
}

fn check(cases: &[Value]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for case in cases {
        let kind = case["kind"].as_str().unwrap();
        match kind {
            "matrix_free" => check_matrix_free(case),
            "matrix_free_given" => check_given(case),
            "mf_peak_memory" => check_peak(case),
            "batched" => check_batched(case),
            "sparse_product" => check_sparse(case),
            "coloured_matrix_free" => check_coloured(case),
            "time_model" => check_time(case),
            "jcdp_bulk" => check_bulk(case),
            other => panic!("no test for cases of kind {other}"),
        }
        *counts.entry(kind.to_string()).or_insert(0) += 1;
    }
    for (kind, count) in &counts {
        eprintln!("jchains.json, {kind}: {count} cases");
    }
    counts
}

#[test]
fn own_chains_are_met() {
    let counts = check(&own_cases("jchains.json"));
    assert_eq!(counts.values().sum::<usize>(), 142);
    assert_eq!(counts.len(), 7);
}

#[test]
fn reference_chains_are_met() {
    let Some(cases) = cases("jchains.json") else { return };
    let counts = check(&cases);
    assert_eq!(counts.values().sum::<usize>(), 193);
    assert_eq!(counts.len(), 8);
}

/// Naumann 2020, the README of un110076/ADMission: tangents 150, adjoints 100, best 56.
#[test]
fn the_smallest_published_chain_is_met() {
    let edges = [(3, 3, 29), (3, 1, 14), (1, 2, 7)];
    let stages = edges.map(|(inputs, outputs, edges)| Stage::with_edges(inputs, outputs, edges));
    assert_eq!(flops(&problem(stages.to_vec())), 56);
}
