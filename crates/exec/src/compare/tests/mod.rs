//! Counts are those of the plans and of the runs, results agree, and what cannot be is refused.
mod choosing;
mod running;

use super::*;
use crate::chain::tests::network;
use crate::{PrepareOptions, prepare};
use chainrule_plan::{
    Problem, ProblemSpec, Request, Seed, Seeds, Stage, Structure, forward, plan, price,
};
use std::time::Duration;

fn spec(widths: &[u32], batch: u32) -> ProblemSpec {
    let stages = widths.windows(2).map(|w| Stage::given(w[0], w[1])).collect();
    ProblemSpec { batch, ..ProblemSpec::new(stages) }
}

fn matrices(widths: &[u32], batch: u32) -> Problem {
    Problem::new(spec(widths, batch)).unwrap()
}

/// Problems of matrices of every kind that can be run.
fn runnable() -> Vec<Problem> {
    let mut shared = spec(&[70, 66, 10, 68, 80], 3);
    shared.stages[0].shared = true;
    shared.stages[2].shared = true;
    let mut seeded = spec(&[30, 40, 50, 20], 2);
    seeded.seeds = Seeds {
        columns: Some(Seed { count: 12, shared: true }),
        rows: Some(Seed { count: 11, shared: false }),
    };
    let mut low = spec(&[40, 90, 50], 2);
    low.stages[0].structure = Structure::LowRank { rank: 9 };
    let of = |spec| Problem::new(spec).unwrap();
    let in_product_order = Problem::matrices(&[40, 9, 50, 12, 30]).unwrap();
    vec![matrices(&[72, 65, 9, 70, 90], 4), of(shared), of(seeded), of(low), in_product_order]
}

/// As little measuring as there can be.
fn measuring(measure: Measure) -> CompareOptions {
    let timing = TimingOptions { rounds: 6, budget: Duration::ZERO, sample: Duration::ZERO };
    CompareOptions { measure, timing, threads: Some(1), ..CompareOptions::default() }
}

fn compared(subject: Subject, options: &CompareOptions) -> Comparison {
    compare(subject, options, &Control::default()).unwrap()
}

fn code(subject: Subject, options: &CompareOptions) -> (&'static str, String) {
    let error = compare(subject, options, &Control::default()).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn the_bottleneck_is_51_6_times_as_dear_by_one_mode() {
    let problem = matrices(&[512, 512, 512, 8, 512, 512, 512], 64);
    let comparison = compared(Subject::Problem(&problem), &CompareOptions::default());
    let cost = |name| comparison.row(name).unwrap().cost;
    let ratio = cost("forward") as f64 / cost("optimal by flops") as f64;
    assert!((ratio - 51.6).abs() < 0.05, "{ratio}");
    assert_eq!(cost("forward"), cost("reverse"));
    assert_eq!(cost("forward, recomputing"), 2 * cost("forward") - problem.evaluation_cost());
    let wanted = "Forward and reverse take 51.6 times the multiply-adds of the order optimal by \
                  flops, because everything passes through a neck of 8 before stage 3, and what \
                  is multiplied on either side of it stays as narrow.";
    assert_eq!(comparison.why, wanted);
    // 42 bracketings, one of them the optimum, which has its own name; and the baselines.
    assert_eq!(comparison.rows.iter().filter(|row| !row.is_named()).count(), 41);
    let best = comparison.row("[[0, [1, 2]], [[3, 4], 5]]").unwrap();
    assert!(best.names.iter().any(|name| name == "optimal by flops"), "{:?}", best.names);
}

#[test]
fn a_row_says_what_its_plan_is_priced_at() {
    for problem in runnable() {
        let comparison = compared(Subject::Problem(&problem), &CompareOptions::default());
        for row in &comparison.rows {
            let price = price(&problem, &row.plan).unwrap();
            assert_eq!((row.cost, row.sweeps), (price.cost, price.sweeps));
            assert_eq!((row.peak_memory, &row.costs), (8 * price.peak_memory, &price.costs));
            assert_eq!(row.plan.tree(&problem).unwrap().to_string(), row.bracketing);
            assert_eq!(row.steps.len(), row.plan.steps.len());
            assert!(row.predicted > 0.0 && row.speed_up >= 1.0);
        }
    }
}

#[test]
fn reasons_are_those_of_the_case() {
    let why =
        |problem: &Problem| compared(Subject::Problem(problem), &CompareOptions::default()).why;
    let mut shared = spec(&[50, 60, 70, 80, 90], 1000);
    shared.stages[1..].iter_mut().for_each(|stage| stage.shared = true);
    let text = why(&Problem::new(shared).unwrap());
    assert!(text.contains("3 of 4 factors are the same for all 1000 points"), "{text}");
    let text = why(&matrices(&[90, 80, 40, 80, 90, 30, 90], 1));
    assert!(text.contains("neck of 30 before stage 5"), "{text}");
    let text = why(&matrices(&[40, 90, 90, 40], 1));
    assert!(text.contains("for it takes 2 products and 0 sweeps in place of 40 "), "{text}");
    let swept = |widths: &[u32]| {
        let stages = widths.windows(2).map(|w| Stage::dense(w[0], w[1])).collect();
        Problem::new(ProblemSpec::new(stages)).unwrap()
    };
    let text = why(&swept(&[100, 90, 80, 1]));
    assert!(
        text.starts_with(
            "With 100 inputs and 1 output nothing takes fewer multiply-adds than reverse"
        ),
        "{text}"
    );
    assert!(text.ends_with("forward takes 100 times as many."), "{text}");
    let text = why(&swept(&[1, 90, 80, 100]));
    assert!(text.contains("than forward mode; reverse takes 100 times as many"), "{text}");
}

#[test]
fn a_limit_of_memory_is_kept_or_refused_with_the_smallest() {
    let problem = matrices(&[60, 70, 8, 70, 60], 5);
    let with = |memory| CompareOptions { memory: Some(memory), ..CompareOptions::default() };
    let error = compare(Subject::Problem(&problem), &with(1000), &Control::default()).unwrap_err();
    let ExecError::InfeasibleMemory { smallest, came: 1000 } = error else { panic!("{error}") };
    let comparison = compared(Subject::Problem(&problem), &with(smallest));
    let row = comparison.row("optimal in memory").unwrap();
    assert!(row.peak_memory <= u128::from(smallest), "{} of {smallest}", row.peak_memory);
    assert_eq!(&comparison.rows[comparison.winner], row);
    assert_eq!(code(Subject::Problem(&problem), &with(smallest - 8)).0, "INFEASIBLE_MEMORY");
}

#[test]
fn named_orders_stand_beside_the_familiar_ones() {
    let problem = matrices(&[30, 40, 5, 40, 30], 2);
    let best = plan(&problem, &Request::default()).unwrap();
    let orders = vec![
        ("mine".to_string(), Order::Bracketing("[0, [1, [2, 3]]]".parse().unwrap())),
        ("kept".to_string(), Order::Plan(Box::new(best.clone()))),
    ];
    let options = CompareOptions { orders, bracketed: 0, ..CompareOptions::default() };
    let comparison = compared(Subject::Problem(&problem), &options);
    assert_eq!(comparison.row("mine").unwrap().bracketing, "[0, [1, [2, 3]]]");
    assert_eq!(comparison.row("kept"), comparison.row("optimal by flops"));
    assert!(comparison.rows.iter().all(Row::is_named));
    let other = forward(&matrices(&[30, 40], 2)).unwrap();
    let orders = vec![("other".to_string(), Order::Plan(Box::new(other)))];
    let options = CompareOptions { orders, ..CompareOptions::default() };
    assert_eq!(code(Subject::Problem(&problem), &options).0, "PLAN_MISMATCH");
}

#[test]
fn what_cannot_be_is_refused_with_words() {
    let stages = vec![Stage::dense(5, 6), Stage::given(6, 5)];
    let swept = Problem::new(ProblemSpec::new(stages)).unwrap();
    let (name, text) = code(Subject::Problem(&swept), &measuring(Measure::Named));
    assert_eq!(name, "INVALID_ARGUMENT");
    assert!(text.starts_with("measure must be left out for a problem whose stages"), "{text}");
    let tape = network(&[70, 3, 70]);
    let refused = |options: CompareOptions| code(Subject::Tape(&tape), &options);
    let plain = CompareOptions::default;
    assert_eq!(refused(CompareOptions { bracketed: 12, ..plain() }).0, "INVALID_ARGUMENT");
    assert_eq!(refused(CompareOptions { threads: Some(0), ..plain() }).0, "INVALID_ARGUMENT");
    assert_eq!(refused(CompareOptions { batch: Some(0), ..plain() }).0, "ZERO_SIZE");
    assert_eq!(refused(CompareOptions { shared: vec!["y".into()], ..plain() }).0, "UNKNOWN_NAME");
    let points = Some(vec![vec![0.0; 70], vec![0.0; 210]]);
    let short = CompareOptions { points, batch: Some(1), ..measuring(Measure::Named) };
    assert_eq!(refused(short).0, "SHAPE_MISMATCH");
    let huge = CompareOptions { batch: Some(1 << 25), ..measuring(Measure::Named) };
    assert_eq!(refused(huge).0, "TOO_LARGE");
    let of_problem = CompareOptions { shared: vec!["x".into()], ..plain() };
    assert_eq!(code(Subject::Problem(&swept), &of_problem).0, "INVALID_ARGUMENT");
}

#[test]
fn the_forms_say_the_same() {
    let problem = matrices(&[30, 40, 5, 40, 30], 2);
    let orders = vec![("<b>&".to_string(), Order::Reverse)];
    let options = CompareOptions { orders, ..measuring(Measure::Named) };
    let comparison = compared(Subject::Problem(&problem), &options);
    let json: serde_json::Value = serde_json::from_str(&comparison.to_json()).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), comparison.rows.len());
    assert_eq!(json["rows"][1]["cost"].as_u64().map(u128::from), Some(comparison.rows[1].cost));
    assert_eq!(json["why"], comparison.why);
    let text = comparison.to_string();
    assert!(text.contains(&comparison.why) && text.contains("reference"), "{text}");
    let page = comparison.to_html();
    assert!(page.starts_with("<!doctype html>") && !page.contains("{{"), "a place is empty");
    assert!(!page.contains("<b>&") && page.contains("\\u003cb>&"), "data must be no markup");
    assert!(
        !page.contains("http://")
            || page.matches("http://").count() == page.matches("http://www.w3.org/").count()
    );
    assert!(!page.contains("https://"), "the page needs no network");
    assert!(comparison.to_dot(0).unwrap().unwrap().starts_with("digraph"));
    assert!(comparison.to_mermaid(0).unwrap().unwrap().starts_with("flowchart"));
    assert!(comparison.to_dot(999).is_none());
}

#[test]
fn units_have_three_digits() {
    assert_eq!([0.0, 7.0, 999.0, 999.6].map(table::si), ["0", "7", "999", "1.00 k"]);
    assert_eq!([34_560_000_000.0, 1e19].map(table::si), ["34.6 G", "10.0 E"]);
    let times = [1.5, 0.0521, 0.000_000_2, 12.3, 345.6e-6].map(table::seconds);
    assert_eq!(times, ["1.50 s", "52.1 ms", "200 ns", "12.3 s", "346 us"]);
    assert_eq!([0, 12, 128_000_000].map(table::bytes), ["0 B", "12 B", "128 MB"]);
}
