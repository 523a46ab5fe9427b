//! Memory and disk: Herrmann and Pallez, H-Revolve (ACM TOMS 46, 2020), with two levels.
//!
//! `kept(n, m)` reverses n steps whose first state is on disk, in one of m places; `free(n, m)` is not
//! told where to keep it:
//!
//! ```text
//! kept(n, m) = min(memory(n), min over j of j uf + free(n - j, m - 1) + read + kept(j, m))
//! free(n, m) = min(memory(n), write + kept(n, m))
//! ```
//!
//! `memory(n)` is Revolve with all places in memory, in closed form.
use super::revolve::{self, extra_forward};
use super::script::{Part, advance, discard, restore, store, turn, write};
use super::{Action, CheckpointProblem, Place};

/// Steps `first..first + steps`, whose first state is at work, with so many places on disk.
#[derive(Copy, Clone)]
struct Segment {
    first: u32,
    steps: u32,
    disk: u32,
    /// Whether the first state is on disk, in one of the places.
    kept: bool,
}

/// The cheapest schedule; none for other kinds of problems.
pub(super) fn schedule(problem: &CheckpointProblem) -> Vec<Action> {
    let &CheckpointProblem::TwoLevel {
        steps,
        memory_checkpoints,
        disk_checkpoints,
        forward_cost,
        adjoint_cost,
        write_cost,
        read_cost,
    } = problem
    else {
        return Vec::new();
    };
    let [forward, adjoint, written, read] =
        [forward_cost, adjoint_cost, write_cost, read_cost].map(u128::from);
    let in_memory = |n: usize| match extra_forward(n as u64, memory_checkpoints.into()) {
        Some(extra) => n as u128 * adjoint + extra * forward,
        None if n <= 1 => n as u128 * adjoint,
        None => NEVER,
    };
    let disk = disk_checkpoints.min(steps);
    let tables = Tables::new(steps as usize, disk as usize, in_memory, [forward, written, read]);
    write(Segment { first: 0, steps, disk, kept: false }, |segment, parts| {
        tables.expand(segment, memory_checkpoints, parts);
    })
}

/// A cost past any real one, that sums of a few still hold.
const NEVER: u128 = 1 << 124;

/// After how many steps the next checkpoint goes, by places on disk and steps; 0 when the disk is
/// used no more.
struct Tables {
    heads: Vec<Vec<u32>>,
    /// Whether the first state is worth writing to disk.
    writes: Vec<Vec<bool>>,
}

impl Tables {
    fn new(
        steps: usize,
        disk: usize,
        in_memory: impl Fn(usize) -> u128,
        [forward, written, read]: [u128; 3],
    ) -> Tables {
        let in_memory: Vec<u128> = (0..=steps).map(in_memory).collect();
        let mut fewer = in_memory.clone();
        let mut tables =
            Tables { heads: vec![vec![0; steps + 1]], writes: vec![vec![false; steps + 1]] };
        for _ in 1..=disk {
            let mut kept = in_memory.clone();
            let mut heads = vec![0; steps + 1];
            for n in 2..=steps {
                for head in 1..n {
                    let cost = head as u128 * forward + fewer[n - head] + read + kept[head];
                    if cost < kept[n] {
                        (kept[n], heads[n]) = (cost, head as u32);
                    }
                }
            }
            let writes: Vec<bool> = (0..=steps).map(|n| written + kept[n] < in_memory[n]).collect();
            fewer = (0..=steps).map(|n| in_memory[n].min(written + kept[n])).collect();
            tables.heads.push(heads);
            tables.writes.push(writes);
        }
        tables
    }

    fn expand(&self, segment: Segment, memory: u32, parts: &mut Vec<Part<Segment>>) {
        let Segment { first, steps, disk, kept } = segment;
        let at = (disk as usize, steps as usize);
        if steps == 1 {
            parts.extend(turn(first));
        } else if !kept && self.writes[at.0][at.1] {
            let on_disk = Segment { kept: true, ..segment };
            parts.extend([
                store(first, Place::Disk),
                Part::Segment(on_disk),
                discard(first, Place::Disk),
            ]);
        } else if kept && self.heads[at.0][at.1] > 0 {
            let head = self.heads[at.0][at.1];
            let rest =
                Segment { first: first + head, steps: steps - head, disk: disk - 1, kept: false };
            parts.extend([
                advance(first, first + head),
                Part::Segment(rest),
                restore(first, Place::Disk),
                Part::Segment(Segment { steps: head, ..segment }),
            ]);
        } else {
            let inner = revolve::Segment { first, steps, checkpoints: memory };
            parts.push(store(first, Place::Memory));
            parts.extend(revolve::segment(inner).into_iter().map(Part::Do));
            parts.push(discard(first, Place::Memory));
        }
    }
}
