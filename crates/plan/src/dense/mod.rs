//! Products of given dense matrices, where more is known than for chains of functions.
mod chin;
mod fan;
mod hu_shing;
mod matrix_chain;

pub(crate) use chin::chin;
pub(crate) use hu_shing::hu_shing;
pub use matrix_chain::matrix_chain;
