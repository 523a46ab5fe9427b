//! Calibration: measuring this machine on another thread, and what is kept of it.
use crate::convert::count;
use crate::error::{Result, thrown};
use crate::watch::{CancelToken, Watched, watched};
use chainrule::exec::{self, CalibrateOptions, Calibration, CalibrationSource, Control};
use napi::bindgen_prelude::{AsyncTask, Function};
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
) -> Result<AsyncTask<Watched<String, String>>> {
    let options = if quick { CalibrateOptions::quick() } else { CalibrateOptions::default() };
    let threads = threads.map(|threads| count(threads, || "threads".into())).transpose()?;
    let options = CalibrateOptions { threads: threads.map(|threads| threads as usize), ..options };
    let measure = move |control: &Control| {
        let model = exec::calibrate(&options, control).map_err(thrown)?;
        let warning = exec::save_calibration(&model).err().map(|error| error.to_string());
        Ok(Calibration { model, source: CalibrationSource::Measured, warning }.to_json())
    };
    watched(token, progress, measure, |json| json)
}
