//! Straight-line code over lanes: its form, the passes that shorten it, and engine one, which
//! interprets it for blocks of points.
//!
//! ```text
//! Builder -> Straight -> fuse -> schedule -> Code -> run(Block)
//! ```
mod assemble;
mod builder;
mod code;
mod form;
mod kernels;
mod naive;
mod pairs;
mod primitive;
mod slots;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use builder::Builder;
pub(crate) use code::{Block, Code, Lanes};
pub(crate) use form::{Straight, Value};
pub(crate) use primitive::Primitive;
