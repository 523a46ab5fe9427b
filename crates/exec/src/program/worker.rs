//! The memory of one worker: blocks of straight-line code and a buffer for values.
use crate::rows::RowBuffer;
use crate::straight::{Block, Code, Lanes};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Memory that one thread uses for one block of points at a time. It is kept between calls, so that a run allocates
/// nothing once its workers have met every kind of block.
#[derive(Default)]
pub(super) struct Worker {
    /// By code and number of lanes.
    blocks: Vec<[Option<Block>; Lanes::ALL.len()]>,
    lines: Vec<Line>,
    /// How many points the buffer has room for.
    points: usize,
    rows: RowBuffer,
}

/// A cache line.
#[derive(Copy, Clone)]
#[repr(C, align(64))]
struct Line([f64; 8]);

impl Worker {
    /// Makes room for `points` points of `by_point` elements each.
    pub(super) fn reserve(&mut self, by_point: usize, points: usize) {
        let lines = (by_point * points).div_ceil(8);
        if self.lines.len() < lines {
            self.lines.resize(lines, Line([0.0; 8]));
        }
        self.points = points;
    }

    /// The row of point `p` of the value of so many elements that starts at `place`.
    pub(super) fn at(&self, place: usize, elements: usize, p: usize) -> *const f64 {
        debug_assert!(p < self.points);
        debug_assert!(place * self.points + (p + 1) * elements <= self.lines.len() * 8);
        self.lines.as_ptr().cast::<f64>().wrapping_add(place * self.points + p * elements)
    }

    /// The block of code number `number` for that many lanes, made when it is first asked for.
    pub(super) fn take_block(&mut self, number: usize, lanes: Lanes, code: &Code) -> Block {
        let kept = self.blocks.get_mut(number).and_then(|blocks| blocks[lanes as usize].take());
        kept.unwrap_or_else(|| code.block())
    }

    /// Gives a block back for the next time.
    pub(super) fn give_block(&mut self, number: usize, lanes: Lanes, block: Block) {
        if self.blocks.len() <= number {
            self.blocks.resize_with(number + 1, Default::default);
        }
        self.blocks[number][lanes as usize] = Some(block);
    }

    /// Room for rows on their way to memory.
    pub(super) fn take_rows(&mut self) -> RowBuffer {
        std::mem::take(&mut self.rows)
    }

    /// Gives it back.
    pub(super) fn give_rows(&mut self, rows: RowBuffer) {
        self.rows = rows;
    }
}

/// Memory of calls and workers that is at rest until the next one takes it.
#[derive(Default)]
pub(super) struct AtRest<T>(Mutex<Vec<T>>);

impl<T: Default> AtRest<T> {
    /// What was given back last, or something new.
    pub(super) fn take(&self) -> T {
        self.lock().pop().unwrap_or_default()
    }

    /// Gives it back for the next time.
    pub(super) fn give(&self, memory: T) {
        self.lock().push(memory);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
