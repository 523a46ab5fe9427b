//! Threads, and what the library is and runs on.
use crate::convert::count;
use crate::error::{Result, thrown};
use chainrule::exec::Level;
use napi_derive::napi;

/// The number of threads that runs may use from now on.
#[napi(catch_unwind)]
pub fn set_threads(threads: f64) -> Result<()> {
    chainrule::exec::set_threads(count(threads, || "threads".into())? as usize).map_err(thrown)
}

/// What the library runs on.
#[napi(object)]
pub struct Features {
    /// The instructions in use.
    pub simd: String,
    /// The engine in use.
    pub engine: String,
    /// The number of threads that runs may use.
    pub threads: u32,
}

/// What the library runs on.
#[napi(catch_unwind)]
pub fn features() -> Features {
    Features {
        simd: format!("{:?}", Level::detect()),
        engine: "interpreter".into(),
        threads: chainrule::exec::threads() as u32,
    }
}

/// The version of the library.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
