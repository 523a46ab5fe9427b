//! Products of matrices at hand.
use crate::convert::{count, outputs};
use crate::error::{Result, coded, thrown};
use crate::planned::NativePlan;
use chainrule::exec::{self, Matrices, MultiplyOptions, Order};
use napi::bindgen_prelude::Float64ArraySlice;
use napi_derive::napi;

/// Multiplies matrices of shapes `[r, c]` and `[B, r, c]` into `out`, in the order of a plan or of a bracketing.
#[napi(catch_unwind)]
pub fn multiply_chain(
    data: Vec<Float64ArraySlice>,
    shapes: Vec<Vec<f64>>,
    plan: Option<&NativePlan>,
    bracketing: Option<String>,
    threads: Option<f64>,
    out: Float64ArraySlice,
) -> Result<()> {
    let factors = data.iter().zip(&shapes).enumerate().map(|(i, (data, shape))| {
        let size = |axis: usize| count(shape[axis], || format!("factors[{i}].shape[{axis}]"));
        match shape.len() {
            2 => Ok(Matrices { data, batch: None, rows: size(0)?, columns: size(1)? }),
            3 => {
                let batch = Some(size(0)? as usize);
                Ok(Matrices { data, batch, rows: size(1)?, columns: size(2)? })
            }
            rank => {
                let argument = format!("factors[{i}].shape");
                let message = format!("{argument} must have 2 or 3 axes, but has {rank}");
                Err(coded("SHAPE_MISMATCH", &argument, &message))
            }
        }
    });
    let factors: Vec<Matrices> = factors.collect::<Result<_>>()?;
    let order = match (plan, bracketing) {
        (Some(plan), _) => Order::Plan(Box::new(plan.plan().clone())),
        (None, Some(text)) => Order::Bracketing(text.parse().map_err(thrown)?),
        (None, None) => Order::Auto,
    };
    let threads = threads.map(|threads| count(threads, || "threads".into())).transpose()?;
    let options = MultiplyOptions { order, threads: threads.map(|threads| threads as usize) };
    let mut out = [Some(out)];
    let [Some(out)] = &mut outputs(&mut out)[..] else {
        return Err(coded("INTERNAL", "out", "there is nothing to write to"));
    };
    exec::multiply_chain(&factors, &options, out).map_err(thrown)
}
