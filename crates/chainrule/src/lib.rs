//! Automatic differentiation that knows what every order of multiplying Jacobians costs.
//!
//! A function is recorded once, as a [`Tape`]. A derivative of it is again a tape. What runs is a [`Program`]: a tape
//! made ready for batches of points, on all cores, with the same bits on any number of them.
//!
//! ```
//! use chainrule::{Input, JacobianOptions, Reduce, Rows, Scalar, jacobian, record};
//!
//! // Record: r, t, p to Cartesian coordinates.
//! let inputs = vec![Input::scalar("r"), Input::scalar("t"), Input::scalar("p")];
//! let spherical = record(inputs, |v| {
//!     let (r, t, p) = (v[0], v[1], v[2]);
//!     vec![r * t.sin() * p.cos(), r * t.sin() * p.sin(), r * t.cos()]
//! })?;
//!
//! // Prepare its Jacobian, and evaluate it at two points.
//! let prepared = jacobian(&spherical, &JacobianOptions::default())?;
//! let (r, t, p) = ([1.0, 2.0], [0.5, 0.6], [0.1, 0.2]);
//! let mut j = vec![0.0; 2 * 3 * 3];
//! let rows = [Rows::Each(&r), Rows::Each(&t), Rows::Each(&p)];
//! let no_values = vec![None, None, None];
//! prepared.at(2, &rows, no_values, Some(&mut j), Reduce::None, &Default::default())?;
//! assert!((j[8] - 0.0).abs() < 1e-15 && (j[6] - 0.5_f64.cos()).abs() < 1e-15);
//! # Ok::<(), chainrule::ExecError>(())
//! ```
//!
//! The crates below: [`tape`] says what a program is, [`plan`] in which order to multiply, [`exec`] does it.
#![forbid(unsafe_code)]

pub use chainrule_exec as exec;
pub use chainrule_plan as plan;
pub use chainrule_tape as tape;

pub use chainrule_exec::*;
pub use chainrule_plan::{
    Action, CheckpointProblem, CheckpointStage, Checkpointing, Place, checkpointing,
};
pub use chainrule_tape::transform::*;
pub use chainrule_tape::{Input, Op, Recorder, Scalar, Shape, Tape, TapeError, Var, record};

/// The version of the library.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
