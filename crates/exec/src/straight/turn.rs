//! Computes the sine and the cosine of one angle together.
use super::form::{Kind, Step, Straight, Value};
use super::primitive::Primitive;
use rustc_hash::FxHashMap;

/// The same code with a `sincos` where both are needed; it costs hardly more than either.
pub(crate) fn join_angles(code: &Straight) -> Straight {
    let mut wanted: FxHashMap<u32, [bool; 2]> = FxHashMap::default();
    for step in &code.steps {
        if let Some(which) = turn(step) {
            wanted.entry(step.args[0]).or_default()[which] = true;
        }
    }
    let mut made: FxHashMap<u32, u32> = FxHashMap::default();
    let mut result = code.emptied();
    let mut name = vec![0; code.steps.len()];
    for (i, step) in code.steps.iter().enumerate() {
        name[i] = match turn(step) {
            Some(which) if wanted[&step.args[0]] == [true; 2] => {
                let sine = *made.entry(step.args[0]).or_insert_with(|| {
                    let sine = result.push(Step::new(Kind::SinCos, &[name[step.args[0] as usize]]));
                    result.push(Step::new(Kind::Second, &[sine]));
                    sine
                });
                sine + which as u32
            }
            _ => result.push(step.renamed(|arg| name[arg as usize])),
        };
    }
    result.outputs = code.outputs.iter().map(|output| Value(name[output.index()])).collect();
    debug_assert_eq!(result.verify(), Ok(()));
    result
}

/// 0 for a sine, 1 for a cosine.
fn turn(step: &Step) -> Option<usize> {
    match step.kind {
        Kind::Primitive(Primitive::Sin) => Some(0),
        Kind::Primitive(Primitive::Cos) => Some(1),
        _ => None,
    }
}
