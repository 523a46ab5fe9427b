//! Leaves out what no output needs.
use super::form::{Kind, Straight, Value};

/// The same code without steps and constants that no output needs.
pub(crate) fn without_dead(code: &Straight) -> Straight {
    let live = live(code);
    let mut result = code.emptied();
    result.constants.clear();
    let mut name = vec![0; code.steps.len()];
    for (i, step) in code.steps.iter().enumerate().filter(|(i, _)| live[*i]) {
        let mut step = step.renamed(|arg| name[arg as usize]);
        if step.kind == Kind::Constant {
            let number = code.constants[step.args[0] as usize];
            step.args[0] = result.constants.len() as u32;
            result.constants.push(number);
        }
        name[i] = result.push(step);
    }
    result.outputs = code.outputs.iter().map(|output| Value(name[output.index()])).collect();
    debug_assert_eq!(result.verify(), Ok(()));
    result
}

/// Which steps some output needs; a sine and a cosine made together stay together.
fn live(code: &Straight) -> Vec<bool> {
    let mut live = vec![false; code.steps.len()];
    code.outputs.iter().for_each(|output| live[output.index()] = true);
    for (i, step) in code.steps.iter().enumerate().rev() {
        if live[i] {
            step.operands().iter().for_each(|&arg| live[arg as usize] = true);
        }
    }
    for i in 1..live.len() {
        if code.steps[i].kind == Kind::Second {
            live[i] = live[i - 1];
        }
    }
    live
}
