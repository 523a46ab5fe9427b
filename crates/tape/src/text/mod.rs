//! Tapes as text, both ways: one line a node, and a last line for the outputs.
//!
//! ```text
//! %0 = input "x"
//! %1 = input "W": [3, 2] fixed
//! %2 = constant 0.5
//! %3 = constant: [2] [1.0, -0.0]
//! %4 = powi %0 n=3
//! %5 = sum %1 axes=[0] : [2]
//! return "value"=%4 "gradient"=%5@1
//! ```
//!
//! Shapes stand where they are not that of one number; behind an op they follow from its arguments and are checked.
//! A constant with a shape and one number has it in every element. `@1` says that an output is the adjoint of input 1.
//! Numbers are the shortest that read back to the same bits, so nothing is lost.
mod parse;
mod print;
mod rest;
