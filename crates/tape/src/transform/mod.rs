//! Tape to tape: derivatives, batching, simplification. Each function takes a tape and gives a tape, so all compose.
mod dead;
mod expand;
mod simplify;

pub use expand::{Limit, expand};
pub use simplify::simplify;
