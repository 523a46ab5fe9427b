//! Multiplies and adds with one rounding where a product is read once, and then by a sum.
use super::dead::without_dead;
use super::form::{Kind, Step, Straight};
use super::primitive::Primitive;

/// The code with such sums as fused multiply-adds. Of two products the second is taken in.
///
/// This is the one pass that changes bits: it says where the contract rounds once.
pub(crate) fn fuse(code: &Straight) -> Straight {
    let uses = code.uses();
    let mut result = code.clone();
    let product = |i: u32| {
        let step = code.steps[i as usize];
        let fits = step.kind == Kind::Primitive(Primitive::Mul) && uses[i as usize] == 1;
        fits.then_some([step.args[0], step.args[1]])
    };
    for (i, step) in code.steps.iter().enumerate() {
        let Kind::Primitive(sum @ (Primitive::Add | Primitive::Sub)) = step.kind else {
            continue;
        };
        let [a, b, _] = step.args;
        let (fused, [x, y], addend) = if let Some(factors) = product(b) {
            (if sum == Primitive::Add { Primitive::Fma } else { Primitive::Fnma }, factors, a)
        } else if let Some(factors) = product(a) {
            (if sum == Primitive::Add { Primitive::Fma } else { Primitive::Fms }, factors, b)
        } else {
            continue;
        };
        result.steps[i] = Step::new(Kind::Primitive(fused), &[x, y, addend]);
    }
    without_dead(&result)
}
