//! Runs make what their plans count, and every order gives the same.
use super::super::run::Run;
use super::*;
use chainrule_tape::{Input, Scalar, record};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

#[test]
fn a_run_makes_the_multiply_adds_that_its_plan_counts() {
    let mut exact = 0;
    for problem in runnable() {
        let options = CompareOptions { bracketed: 11, ..CompareOptions::default() };
        let case = Case::new(Subject::Problem(&problem), &options).unwrap();
        let comparison = compared(Subject::Problem(&problem), &options);
        let shared = case.shared(&options).unwrap();
        for row in comparison.rows.iter().filter(|row| row.names[0] != orders::RECOMPUTING) {
            let tape = case.jacobian_tape(&row.plan).unwrap();
            let names = tape.inputs().iter().zip(&shared).filter(|(_, shared)| **shared);
            let shared = names.map(|(input, _)| input.path.clone()).collect();
            let prepare_options = PrepareOptions { shared, ..Default::default() };
            let program = prepare(&tape, &prepare_options).unwrap();
            let counted = program.products(problem.spec().batch as usize);
            // A plan prices each sweep at every point, a run makes what its shared beginning gives once.
            let shares = case.links.iter().any(|link| link.shared) && row.sweeps > 0;
            let fits = if shares { counted <= row.cost } else { counted == row.cost };
            assert!(fits, "{counted} of {}: {:?} of {:?}", row.cost, row.names, problem.spec());
            exact += usize::from(!shares);
        }
    }
    assert!(exact > 30, "{exact}");
}

/// The product of all matrices of a problem at one point, by the definition.
fn product(case: &Case, rows: &[Vec<f64>], point: usize) -> Vec<f64> {
    let (mut made, mut height) = (Vec::new(), 0);
    for (link, data) in case.links.iter().zip(rows) {
        let (n, m) = (link.inputs as usize, link.outputs as usize);
        let matrix = &data[if link.shared { 0 } else { point * n * m }..][..n * m];
        if height == 0 {
            (made, height) = (matrix.to_vec(), n);
        } else if case.problem.in_product_order() {
            let entry = |i: usize, j: usize| -> f64 {
                (0..n).map(|k| made[i * n + k] * matrix[k * m + j]).sum()
            };
            made = (0..made.len() / n * m).map(|at| entry(at / m, at % m)).collect();
        } else {
            let columns = made.len() / n;
            let entry = |i: usize, j: usize| -> f64 {
                (0..n).map(|k| matrix[i * n + k] * made[k * columns + j]).sum()
            };
            made = (0..m * columns).map(|at| entry(at / columns, at % columns)).collect();
        }
    }
    made
}

#[test]
fn every_order_gives_the_product() {
    for problem in runnable() {
        let options = CompareOptions::default();
        let case = Case::new(Subject::Problem(&problem), &options).unwrap();
        let data = case.data(&options).unwrap();
        let (rows, columns) = case.size();
        let batch = problem.spec().batch as usize;
        let wanted: Vec<f64> =
            (0..batch).flat_map(|point| product(&case, data.all(), point)).collect();
        let comparison = compared(Subject::Problem(&problem), &options);
        let mut runs: Vec<Run> = Vec::new();
        for row in comparison.rows.iter().filter(|row| row.names[0] != orders::RECOMPUTING) {
            runs.push(Run::planned(&case, &row.plan, &options, 2).unwrap());
        }
        runs.extend(Run::recomputing(&case, &options, 2).unwrap());
        for run in runs {
            let mut out = vec![f64::NAN; batch * rows * columns];
            run.run(&data, batch, &mut out, &Control::default()).unwrap();
            assert!(run.difference(&out, &wanted, batch) < 1e-13);
            out[3] += 1.0;
            assert!(run.difference(&out, &wanted, batch) > 0.1);
        }
    }
}

#[test]
fn orders_of_a_tape_agree_with_each_other() {
    // Two inputs and two outputs, so that the results of recomputing sweeps are in several parts.
    let inputs = vec![Input::scalar("s"), Input::new("x", chainrule_tape::Shape::vector(70))];
    let tape = record(inputs, |v| {
        let narrow = (v[1] * v[0]).sin().reshape(&[7, 10]).sum(&[1]);
        vec![narrow.dot(narrow), narrow.exp()]
    })
    .unwrap();
    let shared = (0..3).map(|i| format!("W{i}")).collect();
    let options = CompareOptions { batch: Some(3), ..measuring(Measure::Everything) };
    let with_shared = CompareOptions { shared, ..options.clone() };
    let net = network(&[70, 66, 5, 68]);
    for comparison in [
        compared(Subject::Tape(&tape), &options),
        compared(Subject::Tape(&net), &with_shared),
        compared(Subject::Tape(&net), &options),
    ] {
        assert!(comparison.rows.len() > 2);
        for row in &comparison.rows {
            let measured = row.measured.as_ref().unwrap();
            assert!(measured.difference < 1e-13, "{:?}: {}", row.names, measured.difference);
            assert!(measured.min > 0.0 && measured.min <= measured.median);
            assert_eq!(measured.samples, 6);
        }
        let winner = comparison.rows[comparison.winner].measured.as_ref().unwrap();
        assert_eq!(winner.slower, None);
        let references =
            comparison.rows.iter().filter(|row| row.measured.as_ref().unwrap().reference);
        assert_eq!(references.count(), 1);
    }
}

#[test]
fn what_is_no_number_agrees_with_nothing_else() {
    let problem = matrices(&[2, 2], 1);
    let options = CompareOptions::default();
    let case = Case::new(Subject::Problem(&problem), &options).unwrap();
    let run = Run::planned(&case, &forward(&problem).unwrap(), &options, 1).unwrap();
    let [nan, inf] = [f64::NAN, f64::INFINITY];
    assert_eq!(run.difference(&[nan, 1.0], &[nan, 1.0], 1), 0.0);
    assert_eq!(run.difference(&[nan, 1.0], &[0.0, 1.0], 1), inf);
    assert_eq!(run.difference(&[0.0, 1.0], &[nan, 1.0], 1), inf);
    assert_eq!(run.difference(&[0.0, 0.0], &[0.0, 0.0], 1), 0.0);
    assert_eq!(run.difference(&[inf, 1.0], &[inf, 1.0], 1), 0.0);
}

#[test]
fn a_comparison_can_be_watched_and_stopped() {
    let problem = matrices(&[30, 40, 5, 40, 30], 2);
    let seen = Mutex::new(Vec::new());
    let progress = |done| seen.lock().unwrap().push(done);
    let control = Control { cancelled: None, progress: Some(&progress) };
    compare(Subject::Problem(&problem), &measuring(Measure::Named), &control).unwrap();
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen.last(), Some(&COMPARISON_STEPS));
    assert!(seen.is_sorted(), "{seen:?}");
    let cancelled = AtomicBool::new(true);
    let control = Control { cancelled: Some(&cancelled), progress: None };
    let error = compare(Subject::Problem(&problem), &measuring(Measure::Named), &control);
    assert_eq!(error.unwrap_err().code(), "CANCELLED");
}
