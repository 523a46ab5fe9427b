//! Transforms and structural rows, judged by what does not know their rules.
mod judges;
mod matrices;
mod names;
mod nested;
mod rows;
mod values;
