//! Exact interval programs over the spans of a chain.
pub(crate) mod assemble;
pub(crate) mod front;
pub(crate) mod kbest;
pub(crate) mod measure;
pub(crate) mod plain;
pub(crate) mod read;
pub(crate) mod solve;
pub(crate) mod store;
pub(crate) mod ways;
