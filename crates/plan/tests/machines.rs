//! Schedules on several machines, against the exact makespans of Maertens and Naumann (2025).
mod common;

use chainrule_plan::{
    Advice, DEFAULT_BRANCHES, Plan, Problem, ProblemSpec, Stage, advise, plan_for_machines, price,
};
use common::{cases, list, name, number, numbers};

fn problem(dims: &[u32], edges: &[u64]) -> Problem {
    let stages = dims.windows(2).zip(edges).map(|(d, &edges)| Stage::with_edges(d[0], d[1], edges));
    Problem::new(ProblemSpec::new(stages.collect())).unwrap()
}

fn makespan(problem: &Problem, machines: u32) -> Plan {
    let plan = plan_for_machines(problem, machines, DEFAULT_BRANCHES).unwrap();
    price(problem, &plan).unwrap();
    assert_eq!(Plan::parse(&plan.to_string()), Ok(plan.clone()));
    assert_eq!(plan.value, plan.schedule.as_ref().unwrap().makespan);
    plan
}

/// Sums of relative gaps, and how often the exact makespan was met, proved, and beaten where only a
/// best known one was published.
#[derive(Default)]
struct Tally {
    exact: u32,
    met: u32,
    proved: u32,
    gaps: f64,
    open: u32,
    shorter: u32,
}

impl Tally {
    fn add(&mut self, found: &Plan, exact: Option<u128>, known: u128) {
        self.proved += u32::from(found.is_optimal());
        match exact {
            Some(exact) => {
                assert!(found.value >= exact, "{} below the exact {exact}", found.value);
                assert!(!found.is_optimal() || found.value == exact, "{found}\nnot {exact}");
                self.exact += 1;
                self.met += u32::from(found.value == exact);
                self.gaps += found.value as f64 / exact as f64 - 1.0;
            }
            None => {
                assert!(found.value <= known, "{} above the known {known}", found.value);
                self.open += 1;
                self.shorter += u32::from(found.value < known);
            }
        }
    }
}

#[test]
fn exact_makespans_are_met() {
    let Some(cases) = cases("jchains.json") else { return };
    let mut all = Tally::default();
    for case in cases.iter().filter(|case| case["kind"] == "jcdp_bulk") {
        let mut tally = Tally::default();
        for row in list(&case["rows"]) {
            let edges: Vec<u64> =
                list(&row[1]).iter().map(|edges| u64::try_from(number(edges)).unwrap()).collect();
            let problem = problem(&numbers(&row[0]), &edges);
            for (machines, published) in (1..).zip(list(&row[3])) {
                let found = makespan(&problem, machines);
                let exact = published[0].as_u64().map(u128::from);
                tally.add(&found, exact, number(&published[1]));
                all.add(&found, exact, number(&published[1]));
            }
        }
        eprintln!(
            "{}: {} of {} exact makespans met, {} proved; of {} open ones {} shorter",
            name(case),
            tally.met,
            tally.exact,
            tally.proved,
            tally.open,
            tally.shorter
        );
    }
    let mean = all.gaps / f64::from(all.exact);
    eprintln!("all: mean gap {:.4} %, {} of {} met", 100.0 * mean, all.met, all.exact);
    assert!(mean <= 0.01);
}

#[test]
fn exact_makespans_of_single_cases_are_met() {
    let Some(cases) = cases("jchains.json") else { return };
    let mut count = 0;
    for case in cases.iter().filter(|case| case["makespan_by_machines"].is_object()) {
        let rows = list(&case["stages"]);
        let dims: Vec<u32> = std::iter::once(&rows[0][1])
            .chain(rows.iter().map(|row| &row[0]))
            .map(|width| u32::try_from(number(width)).unwrap())
            .collect();
        let edges: Vec<u64> =
            rows.iter().map(|row| u64::try_from(number(&row[2])).unwrap()).collect();
        let problem = problem(&dims, &edges);
        for (machines, published) in case["makespan_by_machines"].as_object().unwrap() {
            let found = makespan(&problem, machines.parse().unwrap());
            let mut tally = Tally::default();
            let exact = published["exact"].as_u64().map(u128::from);
            tally.add(&found, exact, number(&published["best_known"]));
            count += 1;
        }
    }
    eprintln!("jchains.json, makespan_by_machines: {count} makespans");
    assert!(count > 100);
}

#[test]
fn long_chains_come_with_a_bound() {
    let dims: Vec<u32> = (0..61).map(|i| 3 + (i * 37) % 23).collect();
    let edges: Vec<u64> = (0..60).map(|i| 100 + (i * 7919) % 900).collect();
    let problem = problem(&dims, &edges);
    let serial = plan_for_machines(&problem, 1, 1000).unwrap();
    assert!(serial.is_optimal());
    let parallel = plan_for_machines(&problem, 4, 20_000).unwrap();
    assert!(parallel.value <= serial.value);
    price(&problem, &parallel).unwrap();
}

#[test]
fn a_batch_is_split_before_a_step_is() {
    let stages = vec![Stage::dense(20, 30), Stage::dense(30, 10), Stage::dense(10, 40)];
    let one = Problem::new(ProblemSpec::new(stages.clone())).unwrap();
    let many = Problem::new(ProblemSpec { batch: 64, ..ProblemSpec::new(stages) }).unwrap();
    let serial = plan_for_machines(&one, 1, 1000).unwrap().value;
    let advice = advise(&many, 4, 1000).unwrap();
    assert!(matches!(advice, Advice::SplitBatch { points: 16, .. }), "{advice:?}");
    assert_eq!(advice.makespan(), 16 * serial);
    let advice = advise(&one, 4, 100_000).unwrap();
    assert!(advice.makespan() < serial && matches!(advice, Advice::SplitSteps { .. }));
}

#[test]
fn no_machines_and_too_many_are_refused() {
    let problem = problem(&[2, 3], &[5]);
    assert_eq!(plan_for_machines(&problem, 0, 1).unwrap_err().code(), "ZERO_SIZE");
    assert_eq!(plan_for_machines(&problem, 5000, 1).unwrap_err().code(), "TOO_LARGE");
    assert_eq!(plan_for_machines(&problem, 3, 0).unwrap().value, 10);
}
