//! Which steps are computed inside the one step that reads them, so that their values never meet
//! memory.
use super::form::{Kind, Step, Straight};
use super::primitive::Primitive;

/// For each step, whether it is computed inside the step after it that reads it. A step takes in at
/// most one, and one that was taken in takes in none.
pub(super) fn absorbed(code: &Straight) -> Vec<bool> {
    let uses = code.uses();
    let mut absorbed = vec![false; code.steps.len()];
    for (i, step) in code.steps.iter().enumerate().skip(1) {
        let before = i - 1;
        if uses[before] == 1
            && !absorbed_one(code, &absorbed, before)
            && is_arithmetic(step)
            && is_arithmetic(&code.steps[before])
            && step.operands().contains(&(before as u32))
        {
            absorbed[before] = true;
        }
    }
    absorbed
}

fn absorbed_one(code: &Straight, absorbed: &[bool], i: usize) -> bool {
    code.steps[i].operands().iter().any(|&arg| absorbed[arg as usize])
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
