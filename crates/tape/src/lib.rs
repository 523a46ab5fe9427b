//! WHAT a program is: shapes, op tables, tapes, and what can be done to a tape without knowing any number.
//!
//! ```
//! use chainrule_tape::{Input, Scalar, record};
//!
//! let f = record(vec![Input::scalar("x"), Input::scalar("y")], |v| vec![v[0] * v[1] + v[0].sin()])?;
//! assert_eq!(f.evaluate(&[vec![2.0], vec![3.0]])?, [[2.0 * 3.0 + 2.0_f64.sin()]]);
//! # Ok::<(), chainrule_tape::TapeError>(())
//! ```
#![forbid(unsafe_code)]

#[macro_use]
mod macros;
mod binary;
mod error;
mod evaluate;
mod form;
mod op;
mod partial;
mod record;
mod segment;
mod shape;
pub mod special;
pub mod structural;
mod tape;
mod text;
mod trace;
pub mod transform;
mod var;
mod verify;
pub mod words;

pub use error::TapeError;
pub use form::{Axis, Combine, Fold, Form, Placement, Scatter, Selection, Source};
pub use op::{Laws, Op, Scalar};
pub use partial::Partial;
pub use record::{Recorder, record};
pub use segment::{Recorded, Segment, join};
pub use shape::{Shape, ShapeId};
pub use structural::Structural;
pub use tape::{Args, Constant, Input, Kind, NodeId, Output, Tape};
pub use trace::{Trace, TraceLine};
pub use var::Var;
