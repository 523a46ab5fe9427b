//! A calibration that is coarse, but whole; and what is kept of it.
use super::*;
use chainrule_plan::{Objective, Problem, Request, plan};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

fn coarse() -> CalibrateOptions {
    CalibrateOptions { budget: Duration::ZERO, threads: None }
}

#[test]
fn a_calibration_is_a_model_that_plans() {
    let seen = Mutex::new(Vec::new());
    let progress = |done| seen.lock().unwrap().push(done);
    let control = Control { progress: Some(&progress), ..Control::default() };
    let model = calibrate(&coarse(), &control).unwrap();
    assert_eq!(model.check(), Ok(()));
    let counts: Vec<usize> = model.speeds.iter().map(|speed| speed.threads as usize).collect();
    assert_eq!(counts, if threads() > 1 { vec![1, threads()] } else { vec![1] });
    for speed in &model.speeds {
        for grid in [&speed.single, &speed.stacked, &speed.spread, &speed.batched] {
            assert!(grid.values.iter().all(|&share| share <= 1.0), "{grid:?}");
        }
    }
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen.last(), Some(&CALIBRATION_STEPS));
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");

    let problem = Problem::matrices(&[300, 300, 300, 2, 300]).unwrap();
    let objective = Objective::Time { model: Box::new(model), threads: 1 };
    let best = plan(&problem, &Request { objective, ..Request::default() }).unwrap();
    assert_eq!(best.tree(&problem).unwrap().to_string(), "[[0, [1, 2]], 3]");
}

#[test]
fn a_calibration_can_be_stopped() {
    let stopped = AtomicBool::new(true);
    let control = Control { cancelled: Some(&stopped), ..Control::default() };
    assert_eq!(calibrate(&coarse(), &control).unwrap_err().code(), "CANCELLED");
}

#[test]
fn a_number_of_threads_that_nobody_has_is_refused() {
    let options = CalibrateOptions { threads: Some(0), ..coarse() };
    assert_eq!(calibrate(&options, &Control::default()).unwrap_err().code(), "INVALID_ARGUMENT");
}

#[test]
fn axes_have_the_sizes_that_grids_ask_for() {
    for seconds in [0, 3, 25] {
        let axes = Axes::within(Duration::from_secs(seconds));
        for axis in [axes.rows, axes.inner, axes.columns] {
            assert!(axis[0] == 1 && axis.is_sorted_by(|a, b| a < b), "{axis:?}");
        }
        assert_eq!(axes.shapes().count(), axes.rows.len() * axes.inner.len() * axes.columns.len());
    }
}
