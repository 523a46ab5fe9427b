//! Straight-line code for every element of a box: the elements run as lanes.
use super::walk::Cursor;
use crate::straight::{Block, Code};

/// Runs `code` on every one of a box's `elements`, which the cursors read in order; `write(output, first, lanes)` takes
/// each stretch of results.
pub(crate) fn map(
    code: &Code,
    block: &mut Block,
    elements: usize,
    reads: &mut [Cursor],
    mut write: impl FnMut(usize, usize, &[f64]),
) {
    let lanes = code.lanes();
    for start in (0..elements).step_by(lanes) {
        let count = lanes.min(elements - start);
        for (lanes, read) in block.inputs_mut().chunks_exact_mut(lanes).zip(&mut *reads) {
            read.fill(&mut lanes[..count]);
            let last = lanes[count - 1];
            lanes[count..].fill(last); // so that no slow path is hit by what no one reads
        }
        code.run(block);
        for (k, outputs) in block.outputs().chunks_exact(lanes).enumerate() {
            write(k, start, &outputs[..count]);
        }
    }
}
