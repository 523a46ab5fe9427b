//! Working memory of `dot`: grown when a size is met first, reused ever after.
use std::slice;

/// Room for packed operands, one per thread. Its content means nothing between calls.
#[derive(Default)]
pub(crate) struct Scratch {
    lines: Vec<Line>,
}

/// A cache line, so that no vector load of packed numbers crosses one.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f64; Line::LENGTH]);

impl Line {
    const LENGTH: usize = 8;
}

impl Scratch {
    /// At least `length` numbers, aligned to 64 bytes, of any value.
    pub(super) fn numbers(&mut self, length: usize) -> &mut [f64] {
        let lines = length.div_ceil(Line::LENGTH);
        if self.lines.len() < lines {
            self.lines.resize(lines, Line([0.0; Line::LENGTH]));
        }
        // SAFETY: a `Line` is eight numbers and nothing else, so the lines are this many numbers in
        // a row; the borrow of `self` is theirs.
        unsafe { slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), length) }
    }

    /// Numbers it has room for.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.lines.len() * Line::LENGTH
    }
}
