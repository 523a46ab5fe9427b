//! Twins that must agree: fast and naive programs, one best plan and all plans, named orders and the
//! walk that prices them.
mod common;

use chainrule_plan::{
    CostModel, Jacobian, Limits, Method, Mode, Objective, Plan, PlanError, Problem, ProblemSpec,
    Reduce, Request, Seed, Seeds, Stage, Step, Structure, best_plans, bracketings, forward,
    forward_recomputing, largest_slice, matrix_chain, plan, plan_of_bracketing, preaccumulate_all,
    price, reverse,
};
use common::{Random, cases, list, name, number, own_cases};
use serde_json::Value;

fn random_dims(random: &mut Random, longest: u64, widest: u64) -> Vec<u32> {
    (0..=random.between(1, longest)).map(|_| random.between(1, widest)).collect()
}

fn random_stages(random: &mut Random, longest: u64) -> Vec<Stage> {
    let dims = random_dims(random, longest, 20);
    let stage = |d: &[u32]| Stage {
        adjoint_cost: Some(random.below(900)),
        ..Stage::with_edges(d[0], d[1], random.below(400))
    };
    dims.windows(2).map(stage).collect()
}

fn by_method(dims: &[u32], method: Method) -> Plan {
    matrix_chain(dims, &Request { method, ..Request::default() }).unwrap()
}

/// Small dims bring ties, which is where triangulations go wrong.
#[test]
fn hu_shing_agrees_with_the_interval_program() {
    let mut random = Random::new(1);
    for round in 0..10_000 {
        let widest = [2, 4, 10, 1000][round % 4];
        let dims = random_dims(&mut random, if round % 100 == 0 { 120 } else { 14 }, widest);
        let exact = by_method(&dims, Method::IntervalProgram);
        let fast = by_method(&dims, Method::HuShing);
        assert_eq!(fast.cost, exact.cost, "{dims:?}");
        let chin = by_method(&dims, Method::Chin);
        // 2 / sqrt(3) < 1.1548 (Hu, Shing 1981).
        assert!(chin.cost * 10_000 <= exact.cost * 11_548, "{dims:?}");
        if let chainrule_plan::Certificate::Gap { lower_bound } = chin.certificate {
            assert!(lower_bound <= exact.cost, "{dims:?}");
        }
    }
}

#[test]
fn ten_thousand_matrices_are_multiplied_in_the_best_order() {
    let mut random = Random::new(2);
    let dims: Vec<u32> = (0..=10_000).map(|_| random.between(1, 5000)).collect();
    let plan = matrix_chain(&dims, &Request::default()).unwrap();
    assert_eq!(plan.steps.len(), 9_999);
    assert!(plan.is_optimal());
    let chin = by_method(&dims, Method::Chin);
    assert!(plan.cost <= chin.cost && chin.cost * 10_000 <= plan.cost * 11_548);
    for monotone in [(1..=10_001).collect::<Vec<u32>>(), (1..=10_001).rev().collect()] {
        let q = monotone.len() - 1;
        let best = matrix_chain(&monotone, &Request::default()).unwrap();
        // From the narrow end on, every other order makes a larger matrix at each product.
        let w = |at: usize| u128::from(monotone[at]);
        let narrow = if w(0) < w(q) { w(0) } else { w(q) };
        let inner: u128 = (0..q).map(|at| w(at) * w(at + 1)).sum();
        let side = if w(0) < w(q) { w(0) * w(1) } else { w(q) * w(q - 1) };
        assert_eq!(best.cost, narrow * (inner - side));
    }
}

/// A cap of no effect sends a chain to the general program. Factors of low rank, which nothing can be
/// swept through, stand between the stages.
#[test]
fn the_fast_program_agrees_with_the_general_one() {
    let mut random = Random::new(3);
    let mut infeasible = 0;
    for round in 0..2_000 {
        let mut spec = ProblemSpec::new(random_stages(&mut random, 9));
        spec.batch = random.between(1, 3);
        for stage in &mut spec.stages {
            if random.chance(4) {
                stage.jacobian = Jacobian::Given;
                stage.structure = Structure::LowRank { rank: random.between(1, 9) };
            } else if random.chance(8) {
                stage.jacobian = Jacobian::Swept;
            }
        }
        if round % 3 == 0 {
            spec.seeds = Seeds { columns: Some(Seed { count: 2, shared: false }), rows: None };
        }
        let problem = Problem::new(spec).unwrap();
        let tape = (round % 2 == 0).then(|| random.below(400));
        let solve = |tape, largest| {
            let limits = Limits { tape, largest, ..Limits::default() };
            plan(&problem, &Request { limits, ..Request::default() })
        };
        let found = solve(tape, None);
        assert_eq!(found, solve(tape, Some(u64::MAX)));
        if let Err(error) = found {
            let PlanError::InfeasibleTape { smallest, .. } = error else { panic!("{error}") };
            let smallest = u64::try_from(smallest).unwrap();
            assert!(solve(Some(smallest), None).is_ok());
            assert_eq!(solve(Some(smallest - 1), None).unwrap_err().code(), "INFEASIBLE_TAPE");
            infeasible += 1;
        }
    }
    assert!((5..1000).contains(&infeasible), "{infeasible} of 2000 have no plan");
}

#[test]
fn sums_past_64_bits_are_exact() {
    let wide = u32::MAX;
    let stages = vec![Stage::dense(wide, wide); 4];
    let problem = Problem::new(ProblemSpec::new(stages)).unwrap();
    let best = plan(&problem, &Request::default()).unwrap();
    assert_eq!(best.cost, 4 * u128::from(wide).pow(3));
    let batch = ProblemSpec { batch: wide, ..problem.spec().clone() };
    let error = Problem::new(batch).unwrap_err();
    assert_eq!(error.code(), "COST_OVERFLOW");
}

#[test]
fn the_k_best_plans_are_the_k_best_bracketings() {
    let mut random = Random::new(4);
    for _ in 0..300 {
        let dims = random_dims(&mut random, 7, 30);
        let problem = Problem::matrices(&dims).unwrap();
        if problem.length() < 2 {
            continue;
        }
        let mut costs: Vec<u128> =
            bracketings(&problem).unwrap().iter().map(|(_, plan)| plan.cost).collect();
        costs.sort_unstable();
        costs.truncate(20);
        let plans = best_plans(&problem, &Request::default(), 20).unwrap();
        let found: Vec<u128> = plans.iter().map(|plan| plan.cost).collect();
        assert_eq!(found, costs, "{dims:?}");
        assert!(plans[0].is_optimal());
        let mut steps: Vec<String> = plans.iter().map(|p| format!("{:?}", p.steps)).collect();
        steps.sort_unstable();
        steps.dedup();
        assert_eq!(steps.len(), plans.len(), "no plan is listed twice");
    }
}

#[test]
fn the_best_bracketing_costs_what_the_best_plan_costs() {
    let mut random = Random::new(5);
    for round in 0..300 {
        let mut spec = ProblemSpec::new(random_stages(&mut random, 6));
        spec.batch = 3;
        spec.stages.iter_mut().for_each(|stage| stage.shared = random.chance(3));
        spec.reduce = (round % 2 == 0).then_some(Reduce::Sum);
        let problem = Problem::new(spec).unwrap();
        let best = plan(&problem, &Request::default()).unwrap();
        let all = bracketings(&problem).unwrap();
        assert_eq!(all.iter().map(|(_, plan)| plan.cost).min(), Some(best.cost));
        let tree = best.tree(&problem).unwrap();
        assert_eq!(plan_of_bracketing(&problem, &tree).unwrap().cost, best.cost);
    }
}

/// What the reference says of the familiar orders.
#[test]
fn familiar_orders_cost_what_they_should() {
    let all = cases("jchains.json").unwrap_or_else(|| own_cases("jchains.json"));
    let mut count = 0;
    for case in all.iter().filter(|case| case["kind"] == "matrix_free") {
        let stages = list(&case["stages"]).iter().map(|row: &Value| {
            let [m, n, edges, tangent, adjoint] =
                [0, 1, 2, 3, 4].map(|at| u64::try_from(number(&row[at])).unwrap());
            Stage {
                tangent_cost: Some(tangent),
                adjoint_cost: Some(adjoint),
                ..Stage::with_edges(n as u32, m as u32, edges)
            }
        });
        let problem = Problem::new(ProblemSpec::new(stages.collect())).unwrap();
        assert_eq!(forward(&problem).unwrap().cost, number(&case["global_tangent"]));
        let limit = number(&case["memory_limit"]);
        if !case["global_adjoint"].is_null() {
            assert_eq!(reverse(&problem).unwrap().cost, number(&case["global_adjoint"]));
        }
        // Under a limit some stages may have to be accumulated by tangents.
        if limit == 0 {
            let all = preaccumulate_all(&problem).unwrap();
            assert_eq!(all.cost, number(&case["preaccumulate_all"]["total"]), "{}", name(case));
        }
        count += 1;
    }
    eprintln!("familiar orders: {count} cases");
    assert!(count >= 59);
}

#[test]
fn forward_without_kept_values_pays_for_evaluations() {
    let stages = vec![Stage::dense(3, 4), Stage::dense(4, 2)];
    let problem = Problem::new(ProblemSpec { batch: 5, ..ProblemSpec::new(stages) }).unwrap();
    let (kept, again) = (forward(&problem).unwrap(), forward_recomputing(&problem).unwrap());
    assert_eq!(kept.cost, 5 * 3 * (12 + 8));
    assert_eq!(again.cost, kept.cost + 2 * problem.evaluation_cost());
    assert_eq!(problem.evaluation_cost(), 5 * (12 + 8));
}

/// 512-512-512-8-512-512-512 with matrices at hand: forward takes 51.6 times the best order.
#[test]
fn the_bottleneck_chain_is_joined_at_its_neck() {
    let dims = [512, 512, 512, 8, 512, 512, 512];
    let stages = dims.windows(2).map(|d| Stage::given(d[0], d[1])).collect();
    let problem = Problem::new(ProblemSpec { batch: 64, ..ProblemSpec::new(stages) }).unwrap();
    let best = plan(&problem, &Request::default()).unwrap();
    assert_eq!(best.cost, 64 * 10_485_760);
    let ratio = forward(&problem).unwrap().cost as f64 / best.cost as f64;
    assert!((ratio - 51.6).abs() < 0.01, "{ratio}");
    let tree = best.tree(&problem).unwrap().to_string();
    assert_eq!(tree, "[[0, [1, 2]], [[3, 4], 5]]");
}

/// Gradients are adjoints, directional derivatives tangents, and a seed on both sides is neither
/// until it has to be.
#[test]
fn seeds_choose_the_mode() {
    let stages = || vec![Stage::dense(50, 40), Stage::dense(40, 30), Stage::dense(30, 60)];
    let seeded = |columns: Option<u32>, rows: Option<u32>| {
        let seed = |count: Option<u32>| count.map(|count| Seed { count, shared: false });
        let seeds = Seeds { columns: seed(columns), rows: seed(rows) };
        let problem = Problem::new(ProblemSpec { seeds, ..ProblemSpec::new(stages()) }).unwrap();
        plan(&problem, &Request::default()).unwrap()
    };
    let work = 50 * 40 + 40 * 30 + 30 * 60;
    let gradient = seeded(None, Some(1));
    let sweep = Step::Eliminate { from: 0, at: 3, to: 4, mode: Mode::Adjoint };
    assert_eq!((gradient.cost, &gradient.steps[..]), (work, &[sweep][..]));
    let direction = seeded(Some(1), None);
    let sweep = Step::Eliminate { from: 0, at: 1, to: 4, mode: Mode::Tangent };
    assert_eq!((direction.cost, &direction.steps[..]), (work, &[sweep][..]));
    // A tangent and an adjoint meet where the chain is narrowest.
    assert_eq!(seeded(Some(1), Some(1)).cost, work + 30);
}

#[test]
fn slices_are_as_large_as_memory_allows() {
    let stages = vec![Stage::dense(4, 6), Stage::dense(6, 5)];
    let problem = Problem::new(ProblemSpec { batch: 100, ..ProblemSpec::new(stages) }).unwrap();
    let slice = |memory| {
        let limits = Limits { memory: Some(memory), ..Limits::default() };
        largest_slice(&problem, &Request { limits, ..Request::default() })
    };
    let one = least_memory(&problem, 1);
    for points in [1, 2, 37, 99, 100] {
        let memory = u64::try_from(one * u128::from(points)).unwrap();
        let (found, plan) = slice(memory).unwrap();
        assert_eq!((found, plan.peak_memory), (points, memory.into()));
    }
    assert_eq!(slice(u64::MAX).unwrap().0, 100);
    assert_eq!(slice(1).unwrap_err().code(), "INFEASIBLE_MEMORY");
}

/// The least memory that some points take.
fn least_memory(problem: &Problem, batch: u32) -> u128 {
    let spec = ProblemSpec { batch, ..problem.spec().clone() };
    let request = Request { objective: Objective::Memory, ..Request::default() };
    plan(&Problem::new(spec).unwrap(), &request).unwrap().value
}

#[test]
fn runs_of_sweeps_are_one_sweep() {
    let stages = vec![Stage::dense(9, 9); 6].into_iter().chain([Stage::dense(9, 1)]).collect();
    let problem = Problem::new(ProblemSpec::new(stages)).unwrap();
    let best = plan(&problem, &Request::default()).unwrap();
    assert_eq!(best.steps, [Step::Accumulate { from: 0, to: 7, mode: Mode::Adjoint }]);
}

#[test]
fn the_same_problem_gets_the_same_plan() {
    let mut random = Random::new(6);
    for _ in 0..50 {
        let spec = ProblemSpec::new(random_stages(&mut random, 12));
        let objective = Objective::Time { model: Box::new(CostModel::default()), threads: 4 };
        for objective in [Objective::Flops, Objective::Memory, objective] {
            let request = Request { objective, ..Request::default() };
            let solve = || plan(&Problem::new(spec.clone()).unwrap(), &request).unwrap();
            assert_eq!(solve().to_json(), solve().to_json());
        }
    }
}

/// Times add up, so the plan chosen by time is the fastest of all bracketings of matrices.
#[test]
fn the_plan_by_time_is_the_fastest_by_the_model() {
    let mut random = Random::new(7);
    let objective = Objective::Time { model: Box::new(CostModel::default()), threads: 1 };
    let request = Request { objective, ..Request::default() };
    for _ in 0..200 {
        let dims = random_dims(&mut random, 6, 300);
        let stages =
            dims.windows(2).map(|d| Stage { shared: random.chance(2), ..Stage::given(d[0], d[1]) });
        let spec = ProblemSpec::new(stages.collect());
        let spec = ProblemSpec { batch: random.between(1, 64), ..spec };
        let problem = Problem::new(spec).unwrap();
        let plans = best_plans(&problem, &request, 1000).unwrap();
        let best = plan(&problem, &request).unwrap();
        assert!(plans.iter().all(|plan| plan.value >= best.value));
        assert!(plans.first().is_none_or(|plan| plan.value == best.value));
        plans.iter().for_each(|plan| assert!(price(&problem, plan).is_ok()));
    }
}

#[test]
fn explanations_and_drawings_name_what_happens() {
    let stages =
        vec![Stage::with_edges(3, 3, 29), Stage::with_edges(3, 1, 14), Stage::with_edges(1, 2, 7)];
    let problem = Problem::new(ProblemSpec::new(stages)).unwrap();
    let best = plan(&problem, &Request::default()).unwrap();
    let why = best.explain(&problem).unwrap();
    assert!(why.contains("sweep 1 adjoint through stage 0 to stage 1: 43 multiply-adds"), "{why}");
    assert!(why.contains("next best, "), "{why}");
    assert!(why.contains("forward mode: 150 multiply-adds, 2.68 times this plan"), "{why}");
    let dot = best.to_dot(&problem).unwrap();
    assert!(dot.starts_with("digraph plan {") && dot.ends_with("}\n"), "{dot}");
    assert!(dot.contains("link1 -> step") && dot.contains("[style=dashed]"), "{dot}");
    let mermaid = best.to_mermaid(&problem).unwrap();
    assert!(mermaid.starts_with("flowchart BT\n") && mermaid.contains("-.->"), "{mermaid}");
    let other = Problem::matrices(&[2, 3]).unwrap();
    for refused in [best.explain(&other), best.to_dot(&other), best.to_mermaid(&other)] {
        assert_eq!(refused.unwrap_err().code(), "PLAN_MISMATCH");
    }
}
