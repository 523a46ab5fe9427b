//! Where each value lies while a program runs: at the caller, among the constants, or in a worker's buffer.
use super::stages::Stage;
use crate::low::{Layout, Low, ValueId};

/// Where a value lies.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// In the rows of an input.
    Input(usize),
    /// In the rows of an output where the caller gave some, else in the buffer from this element on.
    Output(usize, usize),
    /// In a constant.
    Constant(usize),
    /// In the part of the buffer that all points share, from this element on.
    Shared(usize),
    /// In the part of the buffer that is as many times as long as there are points in a block.
    Buffer(usize),
    /// Inside the block of straight-line code.
    Lanes,
}

/// The homes of all values, and the elements needed by all points together and by each point of a block.
pub(super) struct Memory {
    pub(super) homes: Vec<Home>,
    pub(super) shared: usize,
    inner: usize,
    /// For each output that a stage writes its number, and where its room ends.
    outputs: Vec<(usize, usize)>,
}

impl Memory {
    /// Elements needed by each point of a block, where the caller gave rows for the outputs that are `given`.
    pub(super) fn by_point(&self, given: impl Fn(usize) -> bool) -> usize {
        let needed = self.outputs.iter().filter(|(output, _)| !given(*output));
        needed.map(|&(_, end)| end).max().unwrap_or(0).max(self.inner)
    }
}

/// Gives each value a home. Values of the body share room one after the other.
pub(super) fn plan_memory(low: &Low, body: &[Stage]) -> Memory {
    let homes = vec![Home::Lanes; low.values.len()];
    let mut memory = Memory { homes, shared: 0, inner: 0, outputs: Vec::new() };
    for (i, value) in low.inputs.iter().enumerate() {
        memory.homes[value.index()] = Home::Input(i);
    }
    for (i, (value, _)) in low.constants.iter().enumerate() {
        memory.homes[value.index()] = Home::Constant(i);
    }
    for (value, home) in low.values.iter().zip(&mut memory.homes) {
        if value.layout == Layout::Shared && *home == Home::Lanes {
            *home = Home::Shared(memory.shared);
            memory.shared += padded(value.elements);
        }
    }
    let lives = lives(low, body);
    let mut room = Room::default();
    let mut outputs = Vec::new();
    for (i, stage) in body.iter().enumerate() {
        for value in written(low, stage) {
            if memory.homes[value.index()] != Home::Lanes {
                continue;
            }
            let elements = low.values[value.index()].elements;
            let output = low.outputs.iter().position(|output| *output == value);
            memory.homes[value.index()] = match output {
                None => Home::Buffer(room.take(elements)),
                Some(k) => {
                    outputs.push((elements, k, value));
                    Home::Output(k, 0)
                }
            };
        }
        for (value, (_, last)) in lives.iter().enumerate() {
            if *last == i
                && let Home::Buffer(place) = memory.homes[value]
            {
                room.give(place, low.values[value].elements);
            }
        }
    }
    // Outputs come last and the largest behind all others, for they need no room where they have it at the caller.
    memory.inner = room.end;
    outputs.sort_unstable();
    for (elements, k, value) in outputs {
        let place = memory.outputs.last().map_or(room.end, |&(_, end)| end);
        memory.homes[value.index()] = Home::Output(k, place);
        memory.outputs.push((k, place + padded(elements)));
    }
    memory
}

/// The values with rows that a stage writes.
fn written(low: &Low, stage: &Stage) -> Vec<ValueId> {
    let (_, writes) = stage.touches();
    writes.into_iter().filter(|value| low.values[value.index()].layout == Layout::Rows).collect()
}

/// For each value the first and the last stage of the body that touches it.
fn lives(low: &Low, body: &[Stage]) -> Vec<(usize, usize)> {
    let mut lives = vec![(usize::MAX, usize::MAX); low.values.len()];
    for (i, stage) in body.iter().enumerate() {
        let (reads, writes) = stage.touches();
        for value in reads.into_iter().chain(writes) {
            let life = &mut lives[value.index()];
            *life = (life.0.min(i), i);
        }
    }
    lives
}

/// Rows start on cache lines.
fn padded(elements: usize) -> usize {
    elements.next_multiple_of(8)
}

/// Elements given out and taken back: the smallest hole that is large enough, else the end.
#[derive(Default)]
struct Room {
    holes: Vec<(usize, usize)>,
    end: usize,
}

impl Room {
    fn take(&mut self, elements: usize) -> usize {
        let size = padded(elements);
        let fitting = self.holes.iter().enumerate().filter(|(_, hole)| hole.1 >= size);
        match fitting.min_by_key(|(_, hole)| (hole.1, hole.0)).map(|(i, _)| i) {
            None => {
                self.end += size;
                self.end - size
            }
            Some(i) => {
                let (start, length) = self.holes.swap_remove(i);
                if length > size {
                    self.holes.push((start + size, length - size));
                }
                start
            }
        }
    }

    fn give(&mut self, start: usize, elements: usize) {
        let mut hole = (start, padded(elements));
        // Neighbours become one hole, so that room does not crumble.
        self.holes.retain(|&(start, length)| {
            let before = start + length == hole.0;
            let behind = hole.0 + hole.1 == start;
            if before || behind {
                hole = (hole.0.min(start), hole.1 + length);
            }
            !(before || behind)
        });
        if hole.1 > 0 {
            self.holes.push(hole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_that_was_given_back_is_taken_again() {
        let mut room = Room::default();
        let places: Vec<usize> = [8, 16, 8].iter().map(|&n| room.take(n)).collect();
        assert_eq!((places.as_slice(), room.end), (&[0, 8, 24][..], 32));
        room.give(0, 8);
        room.give(8, 16);
        assert_eq!(room.take(24), 0);
        assert_eq!(room.take(1), 32);
    }
}
