//! Measuring this machine: how long the steps of plans take, as the engine runs them.
//!
//! Products are tapes with one `dot`, prepared and run on points like any other. All shapes are measured in turn, again
//! and again while there is time, and the least of each counts, so that what else runs on the machine for a while spoils
//! none of them.
mod axes;
pub(crate) mod cache;
mod case;
mod far;
mod grids;
mod machine;
mod products;
mod rates;
#[cfg(test)]
mod tests;

pub use cache::{
    CALIBRATION_VARIABLE, Calibration, CalibrationSource, calibration_path, load_calibration,
    save_calibration,
};
pub(crate) use machine::processor;

use crate::{Control, ExecError, threads};
use axes::Axes;
use chainrule_plan::{COST_MODEL_VERSION, CostModel, Speed};
use products::Products;
use rates::Rates;
use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a calibration may take, and for how many threads.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrateOptions {
    /// About how long to measure. With less time fewer shapes are measured; all of them once, however long that takes.
    pub budget: Duration,
    /// The most threads; what [`threads`] says by default. One thread is always measured.
    pub threads: Option<usize>,
}

impl Default for CalibrateOptions {
    fn default() -> CalibrateOptions {
        CalibrateOptions { budget: Duration::from_secs(25), threads: None }
    }
}

impl CalibrateOptions {
    /// For those in a hurry.
    pub fn quick() -> CalibrateOptions {
        CalibrateOptions { budget: Duration::from_secs(3), ..CalibrateOptions::default() }
    }
}

/// What the progress of a calibration ends with.
pub const CALIBRATION_STEPS: usize = 1000;

/// Measures this machine. The progress that `control` is told goes up to [`CALIBRATION_STEPS`].
///
/// The result is not kept: see [`save_calibration`].
///
/// # Errors
/// `INVALID_ARGUMENT` for a number of threads that cannot be had, `CANCELLED`.
pub fn calibrate(options: &CalibrateOptions, control: &Control) -> Result<CostModel, ExecError> {
    let most = options.threads.unwrap_or_else(threads);
    let most = crate::pool::check_threads("threads", most)?.min(threads());
    let session =
        Session { start: Instant::now(), budget: options.budget, control, reported: Cell::new(0) };
    let counts = if most > 1 { vec![1, most] } else { vec![1] };
    let axes = Axes::within(options.budget);
    let mut products = Products::new(&axes, &counts);
    let mut rates: Vec<Rates> = counts.iter().map(|&threads| Rates::new(threads)).collect();
    let mut pass = 0;
    while pass == 0 || !session.is_over() {
        for rate in &mut rates {
            session.check()?;
            rate.measure()?;
        }
        products.measure(pass, &session)?;
        pass += 1;
    }
    let speeds: Vec<Speed> =
        rates.iter().map(|rates| grids::speed(&products, &axes, rates)).collect();
    session.report(CALIBRATION_STEPS);
    let machine = machine::machine();
    Ok(CostModel { version: COST_MODEL_VERSION, machine, element_bytes: 8, speeds })
}

/// A calibration under way.
struct Session<'a> {
    start: Instant,
    budget: Duration,
    control: &'a Control<'a>,
    reported: Cell<usize>,
}

impl Session<'_> {
    fn is_over(&self) -> bool {
        self.start.elapsed() >= self.budget
    }

    /// Tells how far it is, and ends it if that was asked for.
    fn check(&self) -> Result<(), ExecError> {
        let share = self.start.elapsed().as_secs_f64() / self.budget.as_secs_f64();
        let done = (share * CALIBRATION_STEPS as f64) as usize;
        self.report(done.min(CALIBRATION_STEPS - 1));
        if self.control.cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Err(ExecError::Cancelled {
                done: self.reported.get(),
                points: CALIBRATION_STEPS,
            });
        }
        Ok(())
    }

    fn report(&self, done: usize) {
        if let Some(progress) = self.control.progress
            && done > self.reported.get()
        {
            progress(done);
        }
        self.reported.set(done.max(self.reported.get()));
    }
}
