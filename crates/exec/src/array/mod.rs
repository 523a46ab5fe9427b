//! Array kernels: what a region does to whole rows, one point at a time. The naive twins stand in `low/naive.rs`.
mod cumulative;
mod fold;
mod map;
mod scatter;
mod select;
mod walk;

pub(crate) use cumulative::cumulative;
pub(crate) use fold::{NOTHING, fold, tree};
pub(crate) use map::map;
pub(crate) use scatter::scatter;
pub(crate) use select::select;
pub(crate) use walk::{Cursor, Walk};
