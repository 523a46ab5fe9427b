//! Straight-line code over lanes: its form, the passes that shorten it, and engine one, which
//! interprets it for blocks of points.
//!
//! ```text
//! Builder -> Straight -> without_dead, absorb_signs, fuse, join_angles, schedule -> Code -> run(Block)
//! ```
mod assemble;
mod batch;
mod builder;
mod code;
mod dead;
mod form;
mod fuse;
mod greedy;
mod kernels;
#[cfg_attr(not(test), expect(dead_code, reason = "it judges, so only tests call it"))]
mod naive;
mod pairs;
mod primitive;
mod schedule;
mod sign;
mod slots;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod turn;

pub(crate) use builder::Builder;
pub(crate) use code::{Block, Code, Lanes};
pub(crate) use form::{Straight, Value};
#[cfg(test)]
use primitive::Primitive;

/// The code as it should run: all passes, in the order in which each finds most.
pub(crate) fn optimize(code: &Straight) -> Straight {
    let code = fuse::fuse(&sign::absorb_signs(&dead::without_dead(code)));
    schedule::schedule(&turn::join_angles(&code))
}
