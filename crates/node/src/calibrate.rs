//! Calibration: measuring this machine on another thread, and what is kept of it.
use crate::convert::count;
use crate::error::{Result, thrown};
use crate::program::{CancelToken, Watch};
use chainrule::exec::{self, CalibrateOptions, Calibration, CalibrationSource, Control};
use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Function, Task};
use napi_derive::napi;

/// The calibration that was kept, or the built-in one, as JSON.
#[napi(catch_unwind)]
pub fn load_calibration() -> String {
    exec::load_calibration().to_json()
}

/// Measures this machine on another thread, and keeps the result; resolves with it as JSON, where a warning says why it
/// could not be kept.
#[napi(catch_unwind)]
pub fn calibrate(
    quick: bool,
    threads: Option<f64>,
    token: &CancelToken,
    progress: Option<Function<f64, ()>>,
) -> Result<AsyncTask<Calibrate>> {
    let options = if quick { CalibrateOptions::quick() } else { CalibrateOptions::default() };
    let threads = threads.map(|threads| count(threads, || "threads".into())).transpose()?;
    let options = CalibrateOptions { threads: threads.map(|threads| threads as usize), ..options };
    Ok(AsyncTask::new(Calibrate { options, watch: Watch::new(token, progress)? }))
}

/// A calibration on another thread.
pub struct Calibrate {
    options: CalibrateOptions,
    watch: Watch,
}

impl Task for Calibrate {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> Result<String> {
        let measure = |control: &Control| exec::calibrate(&self.options, control).map_err(thrown);
        let model = self.watch.run(measure)?;
        let warning = exec::save_calibration(&model).err().map(|error| error.to_string());
        Ok(Calibration { model, source: CalibrationSource::Measured, warning }.to_json())
    }

    fn resolve(&mut self, _: Env, output: String) -> Result<String> {
        Ok(output)
    }
}
