//! The only place where an error of the core becomes an error of JavaScript.
use chainrule::exec::ExecError;

/// What every export returns.
pub(crate) type Result<T> = napi::Result<T>;

/// An error of the core, with code and argument in front of its text, for the facade to take apart.
pub(crate) fn thrown(error: impl Into<ExecError>) -> napi::Error {
    let error = error.into();
    coded(error.code(), error.argument().unwrap_or_default(), &error.to_string())
}

/// An error of the shell itself.
pub(crate) fn coded(code: &str, argument: &str, message: &str) -> napi::Error {
    napi::Error::from_reason([code, argument, message].join(SEPARATOR))
}

/// Something used after `dispose()`.
pub(crate) fn disposed(what: &str) -> napi::Error {
    coded(
        "DISPOSED",
        what,
        &format!("the {what} must be used before `dispose()`, but it was disposed of"),
    )
}

/// The unit separator of ASCII, which no message holds.
const SEPARATOR: &str = "\u{1f}";
