//! Which steps are computed inside the one step that reads them, so that their values never meet
//! memory.
use super::form::{Kind, Step, Straight};
use super::primitive::Primitive;

/// For each step, whether it is computed inside the later step that alone reads it. A step takes in
/// at most one, and one that was taken in takes in none; the first come first, which for steps that
/// read each other like a tree makes most pairs.
pub(super) fn absorbed(code: &Straight) -> Vec<bool> {
    let uses = code.uses();
    let mut absorbed = vec![false; code.steps.len()];
    for step in code.steps.iter().filter(|step| is_arithmetic(step)) {
        let fits = |&&arg: &&u32| {
            let inner = &code.steps[arg as usize];
            uses[arg as usize] == 1
                && is_arithmetic(inner)
                && !inner.operands().iter().any(|&operand| absorbed[operand as usize])
        };
        if let Some(&arg) = step.operands().iter().filter(fits).max() {
            absorbed[arg as usize] = true;
        }
    }
    absorbed
}

fn is_arithmetic(step: &Step) -> bool {
    use Primitive::{Add, Fma, Fms, Fnma, Mul, Sub};
    matches!(step.kind, Kind::Primitive(Add | Sub | Mul | Fma | Fms | Fnma))
}

/// How a step reads the one it has taken in: as which argument, and what its other arguments are.
///
/// As factors and summands may be exchanged, the argument is never the second of those.
pub(super) fn reading(step: &Step, first: u32) -> (usize, [u32; 2]) {
    let [a, b, c] = step.args;
    let is_sub = step.kind == Kind::Primitive(Primitive::Sub);
    match step.operands().iter().position(|&arg| arg == first) {
        Some(0) => (0, [b, c]),
        Some(1) if is_sub => (1, [a, a]),
        Some(1) => (0, [a, c]),
        _ => (2, [a, b]),
    }
}
