//! The persistent program for stages that differ: what is kept stays until it is used.
//!
//! Beaumont, Eyraud-Dubois, Herrmann, Joly, Shilova: Optimal memory-aware backpropagation of deep join
//! networks / Optimal checkpointing for heterogeneous chains (2019). With stages `s..t` left, whose
//! first state is kept outside of the memory `m`:
//!
//! ```text
//! C(s, t, m) = min( min over k of forward(s..k) + C(k, t, m - state(k)) + C(s, k, m),
//!                   forward(s) + C(s + 1, t, m - tape(s)) + reverse(s) )
//! ```
//!
//! the first where advancing over `s..k` fits, the second where recording and reversing `s` does.
use super::CheckpointStage;
use super::row::Row;
use std::ops::Range;

/// What happens first to the stages `s..t`.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum First {
    /// The tape of the first stage is kept.
    Tape,
    /// State `k` is kept, and the state before the first stage stays.
    State(usize),
}

/// Stages with sizes in parts of memory.
pub(super) struct Chain {
    /// Before stage `i`, for 0..=n.
    forward: Vec<u64>,
    reverse: Vec<u64>,
    /// Of state `i`; the input takes none.
    state: Vec<usize>,
    /// Of the adjoint of state `i`.
    adjoint: Vec<usize>,
    tape: Vec<usize>,
    forward_room: Vec<usize>,
    reverse_room: Vec<usize>,
}

impl Chain {
    /// The stages, each size turned into parts by `parts`.
    pub(super) fn new(stages: &[CheckpointStage], parts: impl Fn(u64) -> usize) -> Chain {
        let of =
            |size: fn(&CheckpointStage) -> u64| stages.iter().map(|s| parts(size(s))).collect();
        let after_input = |mut sizes: Vec<usize>| {
            sizes.insert(0, 0);
            sizes
        };
        let mut forward = vec![0];
        for stage in stages {
            forward.push(forward[forward.len() - 1] + stage.forward_cost);
        }
        Chain {
            forward,
            reverse: stages.iter().map(|stage| stage.adjoint_cost).collect(),
            state: after_input(of(|stage| stage.state_size)),
            adjoint: after_input(of(CheckpointStage::adjoint_room)),
            tape: of(|stage| stage.tape_size),
            forward_room: of(|stage| stage.forward_workspace),
            reverse_room: of(|stage| stage.adjoint_workspace),
        }
    }

    pub(super) fn length(&self) -> usize {
        self.reverse.len()
    }

    /// Cost of running and reversing a stage once.
    fn own(&self, stage: usize) -> u64 {
        self.forward(stage, stage + 1) + self.reverse[stage]
    }

    fn forward(&self, from: usize, to: usize) -> u64 {
        self.forward[to] - self.forward[from]
    }

    /// Room to record and to reverse the first stage of `s..t`.
    fn room_to_record(&self, s: usize, t: usize) -> usize {
        let recording = self.adjoint[t] + self.tape[s] + self.forward_room[s];
        recording.max(self.adjoint[s + 1] + self.tape[s] + self.reverse_room[s])
    }

    /// Room to advance over stage `j` of `s..t`, the state before `s` not counted.
    fn room_to_advance(&self, s: usize, j: usize, t: usize) -> usize {
        let before = if j == s { 0 } else { self.state[j] };
        self.adjoint[t] + before + self.state[j + 1] + self.forward_room[j]
    }

    /// By `k`, the room to advance over `s..k`, the adjoint not counted.
    fn rooms_to_advance(&self, s: usize) -> Vec<usize> {
        let mut rooms = vec![0; s + 1];
        for j in s..self.length() {
            let room = self.room_to_advance(s, j, 0);
            rooms.push(rooms[j].max(room));
        }
        rooms
    }

    /// Room in which no stage of the whole chain is ever run twice.
    pub(super) fn room_for_everything(&self) -> usize {
        let n = self.length();
        (0..n).rev().fold(0, |later, s| self.room_for_all(s, n, later))
    }

    /// Room in which nothing is ever run twice, given that of the stages after the first.
    fn room_for_all(&self, s: usize, t: usize, later: usize) -> usize {
        self.room_to_record(s, t).max(if s + 1 == t { 0 } else { self.tape[s] + later })
    }
}

/// The smallest memory in which the whole chain can be reversed, and what to do in it.
pub(super) struct LeastMemory {
    rows: Vec<(usize, First)>,
    length: usize,
}

impl LeastMemory {
    pub(super) fn new(chain: &Chain) -> LeastMemory {
        let n = chain.length();
        let mut least = LeastMemory { rows: vec![(0, First::Tape); n * (n + 1) / 2], length: n };
        for s in (0..n).rev() {
            for t in s + 1..=n {
                let mut best = (chain.room_to_record(s, t), First::Tape);
                if s + 1 < t {
                    best.0 = best.0.max(chain.tape[s] + least.of(s + 1, t));
                }
                let mut running = 0;
                for k in s + 1..t {
                    running = running.max(chain.room_to_advance(s, k - 1, t));
                    let rest = (chain.state[k] + least.of(k, t)).max(least.of(s, k));
                    if running.max(rest) < best.0 {
                        best = (running.max(rest), First::State(k));
                    }
                }
                let at = index(n, s, t);
                least.rows[at] = best;
            }
        }
        least
    }

    /// For the stages `s..t`.
    pub(super) fn of(&self, s: usize, t: usize) -> usize {
        self.rows[index(self.length, s, t)].0
    }

    /// What to do first with the stages `s..t`.
    pub(super) fn first(&self, s: usize, t: usize) -> First {
        self.rows[index(self.length, s, t)].1
    }
}

/// The table of all spans and all memories.
///
/// Costs are floats because vectors of them have a minimum on every machine; they are whole numbers
/// below 2^53, checked before, so sums are exact, and infinity is what cannot be done.
pub(super) struct Rotor {
    chain: Chain,
    rows: Vec<Row>,
}

impl Rotor {
    /// Fills the table up to `memory`: O(n^3) splits, each a pass over the memories in question.
    pub(super) fn new(chain: Chain, memory: usize) -> Rotor {
        let n = chain.length();
        let least = LeastMemory::new(&chain);
        let mut rotor = Rotor { chain, rows: Vec::new() };
        rotor.rows.resize_with(n * (n + 1) / 2, Row::empty);
        let enough = rotor.enough();
        let begin = |s, t| Row::new(least.of(s, t), enough[index(n, s, t)].min(memory));
        for starts in blocks(0, n).rev() {
            for ends in blocks(starts.start + 1, n + 1) {
                rotor.fill(starts.clone(), ends, begin);
            }
        }
        rotor
    }

    /// For every span the memory above which more has no use.
    fn enough(&self) -> Vec<usize> {
        let n = self.chain.length();
        let mut enough = vec![0; n * (n + 1) / 2];
        for s in (0..n).rev() {
            for t in s + 1..=n {
                let later = if s + 1 == t { 0 } else { enough[index(n, s + 1, t)] };
                enough[index(n, s, t)] = self.chain.room_for_all(s, t, later);
            }
        }
        enough
    }

    /// Fills the spans from some starts to some ends. Splits outside of both come first, so that
    /// each row they read, which lies far away, serves many spans.
    fn fill(
        &mut self,
        starts: Range<usize>,
        ends: Range<usize>,
        begin: impl Fn(usize, usize) -> Row,
    ) {
        let spans = || {
            let pairs = starts.clone().rev().flat_map(|s| ends.clone().map(move |t| (s, t)));
            pairs.filter(|(s, t)| s < t)
        };
        let rooms: Vec<Vec<usize>> =
            starts.clone().map(|s| self.chain.rooms_to_advance(s)).collect();
        let mut open: Vec<Row> = spans().map(|(s, t)| begin(s, t)).collect();
        let outside = starts.end..ends.start.max(starts.end);
        for k in outside.clone() {
            for ((s, t), row) in spans().zip(&mut open) {
                self.split(row, (s, k, t), rooms[s - starts.start][k]);
            }
        }
        for ((s, t), mut row) in spans().zip(open) {
            self.record(&mut row, s, t);
            for k in (s + 1..t).filter(|k| !outside.contains(k)) {
                self.split(&mut row, (s, k, t), rooms[s - starts.start][k]);
            }
            let at = index(self.chain.length(), s, t);
            self.rows[at] = row;
        }
    }

    /// The least cost of the whole chain; none when it does not fit.
    pub(super) fn cost(&self, memory: usize) -> Option<u64> {
        let cost = self.rows[index(self.chain.length(), 0, self.chain.length())].at(memory);
        cost.is_finite().then_some(cost as u64)
    }

    /// What to do first with the stages `s..t` in some memory that does.
    pub(super) fn first(&self, s: usize, t: usize, memory: usize) -> First {
        let best = self.of(s, t).at(memory);
        let mut running = 0;
        let state = (s + 1..t).find(|&k| {
            running = running.max(self.chain.room_to_advance(s, k - 1, t));
            running <= memory && self.after_advance(s, k, t, memory) == best
        });
        let tape =
            self.chain.room_to_record(s, t) <= memory && self.after_record(s, t, memory) == best;
        match state {
            Some(k) if !tape => First::State(k),
            _ => First::Tape,
        }
    }

    /// The memory left when the first stage's tape or state `k` is kept.
    pub(super) fn left(&self, s: usize, first: First, memory: usize) -> usize {
        memory.saturating_sub(match first {
            First::Tape => self.chain.tape[s],
            First::State(k) => self.chain.state[k],
        })
    }

    fn after_advance(&self, s: usize, k: usize, t: usize, memory: usize) -> f64 {
        let later = memory.checked_sub(self.chain.state[k]);
        let later = later.map_or(f64::INFINITY, |left| self.of(k, t).at(left));
        self.chain.forward(s, k) as f64 + later + self.of(s, k).at(memory)
    }

    fn after_record(&self, s: usize, t: usize, memory: usize) -> f64 {
        let own = self.chain.own(s) as f64;
        let later = memory.checked_sub(self.chain.tape[s]);
        match later {
            _ if s + 1 == t => own,
            Some(left) => own + self.of(s + 1, t).at(left),
            None => f64::INFINITY,
        }
    }

    fn of(&self, s: usize, t: usize) -> &Row {
        &self.rows[index(self.chain.length(), s, t)]
    }

    /// Keeping the tape of the first stage.
    fn record(&self, row: &mut Row, s: usize, t: usize) {
        let later = match s + 1 == t {
            true => (&Row::NOTHING, 0),
            false => (self.of(s + 1, t), self.chain.tape[s]),
        };
        let room = self.chain.room_to_record(s, t);
        row.relax(room, self.chain.own(s) as f64, [later, (&Row::NOTHING, 0)]);
    }

    /// Keeping state `k`; `room` is what advancing to it takes beside the adjoint.
    fn split(&self, row: &mut Row, (s, k, t): (usize, usize, usize), room: usize) {
        let parts = [(self.of(k, t), self.chain.state[k]), (self.of(s, k), 0)];
        let room = self.chain.adjoint[t] + room;
        row.relax(room, self.chain.forward(s, k) as f64, parts);
    }
}

/// Starts or ends that are filled together.
const BLOCK: usize = 8;

fn blocks(from: usize, to: usize) -> impl DoubleEndedIterator<Item = Range<usize>> {
    (from / BLOCK..to.div_ceil(BLOCK))
        .map(move |block| (block * BLOCK).max(from)..((block + 1) * BLOCK).min(to))
}

/// Where the span `s..t` stands among all spans, by start and then by end.
fn index(length: usize, s: usize, t: usize) -> usize {
    crate::spans::index(length, s, t)
}
