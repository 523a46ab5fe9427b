//! Transforms: each takes a tape and gives a tape.
use crate::convert::count;
use crate::error::{Result, coded, thrown};
use crate::tape::NativeTape;
use chainrule::tape::TapeError;
use chainrule::tape::transform::{self, Mode};
use napi::Env;
use napi_derive::napi;

/// Tangents beside the values: `(x, x_dot) -> (value, tangent)`.
#[napi(catch_unwind)]
pub fn jvp(env: Env, tape: &NativeTape) -> Result<NativeTape> {
    NativeTape::new(&env, transform::jvp(&*tape.get()?).map_err(thrown)?)
}

/// Adjoints behind the values: `(x, y_bar) -> (value, adjoint)`.
#[napi(catch_unwind)]
pub fn vjp(env: Env, tape: &NativeTape) -> Result<NativeTape> {
    NativeTape::new(&env, transform::vjp(&*tape.get()?).map_err(thrown)?)
}

/// The gradient of one scalar: `x -> (value, gradient)`.
#[napi(catch_unwind)]
pub fn grad(env: Env, tape: &NativeTape) -> Result<NativeTape> {
    NativeTape::new(&env, transform::grad(&*tape.get()?).map_err(thrown)?)
}

/// The Hessian times a direction: `(x, v) -> (value, gradient, hvp)`.
#[napi(catch_unwind)]
pub fn hvp(env: Env, tape: &NativeTape) -> Result<NativeTape> {
    NativeTape::new(&env, transform::hvp(&*tape.get()?).map_err(thrown)?)
}

/// The whole Jacobian: `x -> (value, jacobian)`, by the mode of that name.
#[napi(catch_unwind)]
pub fn jacobian_tape(env: Env, tape: &NativeTape, mode: String) -> Result<NativeTape> {
    let mode = match mode.as_str() {
        "forward" => Mode::Tangent,
        "reverse" => Mode::Adjoint,
        other => {
            let message = format!("mode must be 'forward' or 'reverse', but is {other:?}");
            return Err(coded("UNKNOWN_NAME", "mode", &message));
        }
    };
    NativeTape::new(&env, transform::jacobian_tape(&*tape.get()?, mode).map_err(thrown)?)
}

/// The whole Hessian: `x -> (value, gradient, hessian)`.
#[napi(catch_unwind)]
pub fn hessian_tape(env: Env, tape: &NativeTape) -> Result<NativeTape> {
    let hessian = transform::hessian_tape(&*tape.get()?).map_err(|error| match error {
        TapeError::NotScalar { came, .. } => {
            thrown(TapeError::NotScalar { transform: "hessianTape", came })
        }
        error => thrown(error),
    });
    NativeTape::new(&env, hessian?)
}

/// The same function of each of `entries` entries along a new leading axis of all inputs but those `unmapped`.
#[napi(catch_unwind)]
pub fn vmap(
    env: Env,
    tape: &NativeTape,
    entries: f64,
    unmapped: Option<Vec<String>>,
) -> Result<NativeTape> {
    let entries = count(entries, || "entries".into())?;
    let unmapped: Option<Vec<&str>> =
        unmapped.as_ref().map(|paths| paths.iter().map(String::as_str).collect());
    let mapped = transform::vmap(&*tape.get()?, entries, unmapped.as_deref()).map_err(thrown)?;
    NativeTape::new(&env, mapped)
}

/// The same function with every value computed once and nothing that is not needed.
#[napi(catch_unwind)]
pub fn simplify(env: Env, tape: &NativeTape) -> Result<NativeTape> {
    NativeTape::new(&env, transform::simplify(&*tape.get()?).map_err(thrown)?)
}
