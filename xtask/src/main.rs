//! Code generation and the guards of the repository.
fn main() {}
