//! Transforms and structural rows, judged by what does not know their rules.
mod judges;
mod matrices;
mod names;
mod nested;
mod program;
mod reference;
mod rows;
mod syntax;
mod values;
