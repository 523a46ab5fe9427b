//! Units that hold a state or a tape: Maddison, Step-based checkpointing with mixed storage (2024).
//!
//! `f(n, s) = min(1 + f(n - 1, s - 1), min over i of i + f(i, s) + f(n - i, s - 1))`: the first tape
//! is kept, or the first state is while the rest is reversed.
use super::script::{Part, advance, discard, restore, store, turn, write};
use super::{Action, Place};

/// What a segment does first.
#[derive(Copy, Clone, PartialEq)]
enum First {
    Tape,
    /// Keeps the state and advances so many steps.
    State(u32),
}

/// Steps `first..first + steps`, whose first state is at work, with so many units free.
struct Segment {
    first: u32,
    steps: u32,
    storage: u32,
}

pub(super) fn schedule(steps: u32, storage: u32) -> Vec<Action> {
    // More units than all tapes but the last have no use.
    let storage = storage.min(steps.saturating_sub(1));
    let choices = choices(steps as usize, storage as usize);
    let whole = Segment { first: 0, steps, storage };
    write(whole, |Segment { first, steps, storage }, parts| {
        if steps == 1 {
            parts.extend(turn(first));
            return;
        }
        match choices[storage as usize][steps as usize] {
            First::Tape => parts.extend([
                Part::Do(Action::Record { step: first }),
                Part::Do(Action::StoreTape { step: first }),
                Part::Segment(Segment { first: first + 1, steps: steps - 1, storage: storage - 1 }),
                Part::Do(Action::Reverse { step: first }),
            ]),
            First::State(head) => {
                let rest = first + head;
                parts.extend([
                    store(first, Place::Memory),
                    advance(first, rest),
                    Part::Segment(Segment {
                        first: rest,
                        steps: steps - head,
                        storage: storage - 1,
                    }),
                    restore(first, Place::Memory),
                    discard(first, Place::Memory),
                    Part::Segment(Segment { first, steps: head, storage }),
                ]);
            }
        }
    })
}

/// By units and steps what comes first; meaningless where nothing can be done.
fn choices(steps: usize, storage: usize) -> Vec<Vec<First>> {
    // A value past any real one, that sums of a few still hold.
    let never = u64::MAX / 4;
    let mut fewer: Vec<u64> = (0..=steps).map(|n| if n <= 1 { n as u64 } else { never }).collect();
    let mut all = vec![vec![First::Tape; steps + 1]];
    for _ in 1..=storage {
        let mut row: Vec<u64> = (0..=steps).map(|n| n.min(1) as u64).collect();
        let mut chosen = vec![First::Tape; steps + 1];
        for n in 2..=steps {
            let mut best = (1 + fewer[n - 1], 0);
            for (head, (before, after)) in (1..).zip(row[1..n].iter().zip(fewer[1..n].iter().rev()))
            {
                best = best.min((head as u64 + before + after, head));
            }
            row[n] = best.0;
            chosen[n] = match u32::try_from(best.1) {
                Ok(head) if head > 0 => First::State(head),
                _ => First::Tape,
            };
        }
        all.push(chosen);
        fewer = row;
    }
    all
}
