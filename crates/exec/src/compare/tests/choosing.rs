//! What is chosen by measuring is one of the best plans by the model, and says of itself what that says.
use super::super::run::Run;
use super::*;
use crate::{MOST_MEASURED, MeasureOptions, plan_by_measuring, stages};
use chainrule_plan::{Certificate, CostModel, Objective, Plan, Planned, best_plans};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

fn by_time() -> Request {
    let objective = Objective::Time { model: Box::new(CostModel::default()), threads: 1 };
    Request { objective, ..Request::default() }
}

/// As little measuring as there can be.
fn few(plans: usize) -> MeasureOptions {
    let timing = measuring(Measure::Nothing).timing;
    MeasureOptions { timing, ..MeasureOptions::of(plans) }
}

fn chosen(subject: Subject, options: &MeasureOptions) -> Planned {
    plan_by_measuring(subject, &by_time(), options, &Control::default()).unwrap()
}

#[test]
fn the_answer_is_one_of_the_best_and_keeps_its_certificate() {
    for problem in runnable() {
        let best = best_plans(&problem, &by_time(), 4).unwrap();
        let least = best[0].value;
        for k in [1, 4] {
            let answer = chosen(Subject::Problem(&problem), &few(k));
            let plan = answer.plan();
            assert!(best[..k.min(best.len())].contains(plan), "{plan}");
            assert_eq!(plan.objective, "time");
            match plan.certificate {
                Certificate::Optimal { .. } => assert_eq!(plan.value, least),
                Certificate::Gap { lower_bound } => {
                    assert!(lower_bound == least && plan.value > least);
                }
            }
        }
    }
}

#[test]
fn all_that_are_timed_give_the_same() {
    let options = CompareOptions::default();
    for problem in runnable() {
        let case = Case::new(Subject::Problem(&problem), &options).unwrap();
        let data = case.data(&options).unwrap();
        let (rows, columns) = case.size();
        let points = problem.spec().batch as usize;
        let run = |plan: &Plan| {
            let run = Run::planned(&case, plan, &options, 1).unwrap();
            let mut out = vec![f64::NAN; points * rows * columns];
            run.run(&data, points, &mut out, &Control::default()).unwrap();
            (run, out)
        };
        let (_, wanted) = run(chosen(Subject::Problem(&problem), &few(1)).plan());
        let (last, out) = run(chosen(Subject::Problem(&problem), &few(9)).plan());
        assert!(last.difference(&out, &wanted, points) < 1e-13);
        let best = best_plans(&problem, &by_time(), 9).unwrap();
        for (at, plan) in best.iter().enumerate() {
            let (run, out) = run(plan);
            assert!(run.difference(&out, &wanted, points) < 1e-13);
            // A sweep past a matrix at hand is its product, and listed as such alone.
            assert!(best[..at].iter().all(|other| other.steps != plan.steps));
        }
    }
}

#[test]
fn functions_are_run_as_they_are() {
    let tape = network(&[70, 68, 4, 72, 66]);
    let chain = stages(&tape).unwrap();
    let shared = ["W0", "W1", "W2", "W3"].map(String::from).to_vec();
    let options = MeasureOptions { batch: Some(8), shared, ..few(3) };
    let problem = chain.problem(8, &[1, 2, 3, 4]).unwrap();
    let best = best_plans(&problem, &by_time(), 3).unwrap();
    for subject in [Subject::Tape(&tape), Subject::Chain(&chain)] {
        let answer = chosen(subject, &options);
        assert_eq!(answer.problem().fingerprint(), problem.fingerprint());
        assert!(best.contains(answer.plan()), "{}", answer.plan());
    }
}

#[test]
fn a_matrix_alone_takes_no_steps() {
    let problem = matrices(&[9, 7], 3);
    assert_eq!(chosen(Subject::Problem(&problem), &few(5)).plan().steps, []);
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let problem = matrices(&[30, 20, 10], 2);
    let refused = |problem: &Problem, request: &Request, plans: usize| {
        let subject = Subject::Problem(problem);
        let error = plan_by_measuring(subject, request, &few(plans), &Control::default());
        let error = error.unwrap_err();
        (error.code(), error.argument().unwrap_or_default().to_string(), error.to_string())
    };
    for plans in [0, MOST_MEASURED + 1] {
        let (code, argument, words) = refused(&problem, &by_time(), plans);
        assert_eq!((code, argument.as_str()), ("INVALID_ARGUMENT", "measure"));
        assert!(words.contains("from 1 to 100") && words.contains(&plans.to_string()), "{words}");
    }
    let (code, _, words) = refused(&problem, &Request::default(), 2);
    assert_eq!(code, "INVALID_ARGUMENT");
    assert!(words.contains("flops"), "{words}");
    let functions = Problem::new(ProblemSpec::new(vec![Stage::dense(4, 5); 1])).unwrap();
    let (code, _, words) = refused(&functions, &by_time(), 2);
    assert_eq!(code, "INVALID_ARGUMENT");
    assert!(words.contains("dense matrices at hand"), "{words}");
    let broken = CostModel { element_bytes: 0, ..CostModel::default() };
    let objective = Objective::Time { model: Box::new(broken), threads: 1 };
    let request = Request { objective, ..Request::default() };
    assert_eq!(refused(&problem, &request, 2).0, "INVALID_COST_MODEL");
}

#[test]
fn measuring_tells_how_far_it_is_and_can_be_stopped() {
    let problem = matrices(&[30, 20, 10, 40], 2);
    let seen = Mutex::new(Vec::new());
    let progress = |done| seen.lock().unwrap().push(done);
    let control = Control { progress: Some(&progress), ..Control::default() };
    let subject = Subject::Problem(&problem);
    plan_by_measuring(subject, &by_time(), &few(2), &control).unwrap();
    let seen = seen.into_inner().unwrap();
    assert!(seen.is_sorted() && seen.last() == Some(&COMPARISON_STEPS), "{seen:?}");
    let stopped = AtomicBool::new(true);
    let control = Control { cancelled: Some(&stopped), ..Control::default() };
    let error = plan_by_measuring(subject, &by_time(), &few(2), &control).unwrap_err();
    assert_eq!(error.code(), "CANCELLED");
}
