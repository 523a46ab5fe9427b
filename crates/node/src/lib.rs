//! The shell: each public function of the core under the same name, and nothing more.
//!
//! Numbers of things come as `f64` and are checked by `convert::count`, since napi would wrap -1 to 4294967295 and cut
//! 1.7 to 1 without a word. Errors carry their code and argument in their text, for asynchronous ones have no other
//! place; the facade unpacks them. No panic gets past an export, for an uncaught one ends the process.
#![deny(unsafe_code)] // `forbid` is out of reach: the expansion of `#[napi]` allows it for itself
pub mod calibrate;
pub mod chain;
pub mod checkpointing;
pub mod coloring;
pub mod compare;
mod convert;
pub mod eliminate;
mod error;
pub mod jacobian;
mod memory;
pub mod multiply;
pub mod ops;
pub mod plan;
pub mod planned;
pub mod program;
pub mod segments;
pub mod tape;
pub mod threads;
pub mod transform;
pub mod watch;
