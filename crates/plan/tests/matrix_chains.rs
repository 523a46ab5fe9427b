//! The published and the project's own chains of dense matrices, met exactly.
mod common;

use chainrule_plan::{
    Limits, Method, Objective, Plan, Problem, Request, Tree, bracketings, matrix_chain,
    pareto_front, plan_of_bracketing, price,
};
use common::{cases, name, number, numbers, own_cases};
use serde_json::Value;

fn request(objective: Objective) -> Request {
    Request { objective, ..Request::default() }
}

fn solve(dims: &[u32], objective: Objective) -> Plan {
    let plan = matrix_chain(dims, &request(objective)).unwrap();
    let price = price(&Problem::matrices(dims).unwrap(), &plan).unwrap();
    let found = (plan.cost, plan.peak_memory, plan.critical_path);
    assert_eq!(found, (price.cost, price.peak_memory, price.critical_path));
    plan
}

fn check(case: &Value) {
    let (name, dims) = (name(case), numbers(&case["dims"]));
    let problem = Problem::matrices(&dims).unwrap();
    let flops = solve(&dims, Objective::Flops);
    assert_eq!(flops.cost, number(&case["opt_flops"]), "{name}");
    if !case["opt_tree"].is_null() {
        assert_eq!(flops.tree(&problem).unwrap(), tree(&case["opt_tree"]), "{name}: ties");
    }
    let values = [
        ("min_write", Objective::Writes),
        ("min_combo64", Objective::Combo { factor: 64 }),
        ("min_largest_intermediate", Objective::Largest),
        ("min_critical_path", Objective::CriticalPath),
        ("min_peak_live", Objective::Memory),
    ];
    for (field, objective) in values {
        if !case[field].is_null() {
            assert_eq!(solve(&dims, objective).value, number(&case[field]), "{name}: {field}");
        }
    }
    if !case["min_flops_at_min_peak"].is_null() {
        let least = solve(&dims, Objective::Memory);
        assert_eq!(least.cost, number(&case["min_flops_at_min_peak"]), "{name}");
    }
    for method in [Method::HuShing, Method::IntervalProgram] {
        let plan = matrix_chain(&dims, &Request { method, ..Request::default() }).unwrap();
        assert_eq!(plan.cost, flops.cost, "{name}: {method:?}");
    }
    let chin =
        matrix_chain(&dims, &Request { method: Method::Chin, ..Request::default() }).unwrap();
    assert_eq!(chin.cost, number(&case["chin_heuristic"]), "{name}: Chin");
    check_orders(case, &problem);
    check_front(case, &problem);
    check_caps(case, &dims);
    check_all(case, &problem);
}

/// Multiply-adds against memory.
fn check_front(case: &Value, problem: &Problem) {
    let Some(pairs) = case["pareto_flops_vs_peak"].as_array() else { return };
    let limits = Limits::default();
    let front = pareto_front(problem, &Objective::Flops, &Objective::Memory, &limits).unwrap();
    let found: Vec<_> = front.plans.iter().map(|plan| (plan.cost, plan.peak_memory)).collect();
    let wanted: Vec<_> = pairs.iter().map(|pair| (number(&pair[0]), number(&pair[1]))).collect();
    assert_eq!((found, front.exact), (wanted, true), "{}", name(case));
}

/// The two orders everybody knows.
fn check_orders(case: &Value, problem: &Problem) {
    let q = problem.length();
    for (field, tree) in
        [("left_to_right", Tree::from_first(q)), ("right_to_left", Tree::from_last(q))]
    {
        let plan = plan_of_bracketing(problem, &tree).unwrap();
        assert_eq!(plan.cost, number(&case[field]), "{}: {field}", name(case));
        assert_eq!(plan.tree(problem).unwrap(), tree);
    }
}

fn check_caps(case: &Value, dims: &[u32]) {
    let Some(caps) = case["opt_flops_with_max_intermediate"].as_array() else { return };
    // A cap of -1, that of one matrix less its own size of 0, is no count and cannot be asked for.
    for cap in caps.iter().filter(|cap| cap[0] != -1) {
        let limit = u64::try_from(number(&cap[0])).unwrap();
        let limits = Limits { largest: Some(limit), ..Limits::default() };
        let found = matrix_chain(dims, &Request { limits, ..Request::default() });
        match (found, cap[1].is_null()) {
            (Ok(plan), false) => assert_eq!(plan.cost, number(&cap[1]), "{}", name(case)),
            (Err(error), true) => {
                assert_eq!(error.code(), "INFEASIBLE_SIZE");
                let smallest = case["min_largest_intermediate"].to_string();
                assert!(error.to_string().contains(&smallest), "{error}");
            }
            (found, _) => panic!("{}: cap {cap} gave {found:?}", name(case)),
        }
    }
}

/// Every bracketing, with all that the file says of it.
fn check_all(case: &Value, problem: &Problem) {
    if problem.length() > 8 {
        return;
    }
    let all = bracketings(problem).unwrap();
    if !case["n_orderings"].is_null() {
        assert_eq!(all.len() as u128, number(&case["n_orderings"]), "{}", name(case));
        let optimal = all.iter().filter(|(_, plan)| plan.cost == number(&case["opt_flops"]));
        assert_eq!(optimal.count() as u128, number(&case["n_optimal"]), "{}", name(case));
        let worst = all.iter().map(|(_, plan)| plan.cost).max().unwrap();
        assert_eq!(worst, number(&case["worst_flops"]), "{}", name(case));
    }
    let Some(orderings) = case["all_orderings"].as_array() else { return };
    for ordering in orderings {
        let wanted = tree(&ordering["tree"]);
        let (_, plan) = all.iter().find(|(found, _)| *found == wanted).unwrap();
        let price = price(problem, plan).unwrap();
        let found =
            [price.cost, price.written, price.largest, price.critical_path, price.peak_memory];
        let fields = ["flops", "write", "largest_intermediate", "critical_path", "peak_live"];
        assert_eq!(found, fields.map(|field| number(&ordering[field])), "{}", name(case));
    }
}

fn tree(value: &Value) -> Tree {
    value.to_string().parse().unwrap()
}

#[test]
fn own_chains_are_met() {
    let cases = own_cases("chains.json");
    cases.iter().for_each(check);
    eprintln!("chains.json, own: {} cases", cases.len());
    assert!(cases.len() >= 28);
}

#[test]
fn reference_chains_are_met() {
    let Some(cases) = cases("chains.json") else { return };
    cases.iter().for_each(check);
    for kind in ["named", "rand"] {
        let count = cases.iter().filter(|case| case["kind"] == kind).count();
        eprintln!("chains.json, {kind}: {count} cases");
    }
    assert_eq!(cases.len(), 37);
}

/// The numbers every textbook has.
#[test]
fn published_chains_are_met() {
    let known: [(&[u32], u128); 5] = [
        (&[30, 35, 15, 5, 10, 20, 25], 15_125), // CLRS, 3rd ed., section 15.2
        (&[5, 10, 3, 12, 5, 50, 6], 2_010),     // CLRS, exercise 15.2-1
        (&[1, 5, 25, 30, 100, 70, 2, 1, 100, 250, 1, 1000, 2], 38_120), // Rosetta Code
        (&[40, 20, 30, 10, 30], 26_000),        // a textbook example
        (&[10, 100, 5, 50], 7_500),             // numpy.linalg.multi_dot
    ];
    for (dims, cost) in known {
        assert_eq!(solve(dims, Objective::Flops).cost, cost, "{dims:?}");
    }
}

#[test]
fn empty_chains_are_refused_and_empty_matrices_are_not() {
    assert_eq!(matrix_chain(&[], &Request::default()).unwrap_err().code(), "EMPTY_CHAIN");
    assert_eq!(matrix_chain(&[3], &Request::default()).unwrap_err().code(), "EMPTY_CHAIN");
    assert_eq!(matrix_chain(&[3, 0, 4, 5], &Request::default()).unwrap().cost, 0);
}
