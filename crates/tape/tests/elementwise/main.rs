//! The elementwise table against what does not know it: correctly rounded reference values,
//! difference quotients, and the conventions that its rows state.
mod conventions;
mod dual;
mod quotients;
mod reference;
mod rounding;
mod second;
