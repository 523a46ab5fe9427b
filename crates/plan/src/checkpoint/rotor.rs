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
use super::row::{Open, Row, Rows, Way};
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

    /// Cost of running and reversing every stage once.
    fn once(&self) -> u64 {
        self.forward(0, self.length()) + self.reverse.iter().sum::<u64>()
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

    /// For every span the room in which nothing is ever run twice.
    fn enough(&self) -> Vec<usize> {
        let n = self.length();
        let mut enough = vec![0; n * (n + 1) / 2];
        for s in (0..n).rev() {
            for t in s + 1..=n {
                let later = if s + 1 == t { 0 } else { enough[index(n, s + 1, t)] };
                enough[index(n, s, t)] = self.room_for_all(s, t, later);
            }
        }
        enough
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
/// The row of `s..t` holds what is run beyond once, and what is run of the chain before `s`. Two parts
/// `s..k` and `k..t` then add up, without more, to the row of `s..t` and what is run before `s`.
///
/// Costs are floats because vectors of them have a minimum on every machine; they are whole numbers
/// below 2^53, checked before, so sums are exact, and infinity is what cannot be done.
pub(super) struct Rotor {
    chain: Chain,
    rows: Rows,
}

impl Rotor {
    /// Fills the table up to `memory`: O(n^3) splits, each a pass over the memories where it may cost less.
    pub(super) fn new(chain: Chain, memory: usize) -> Rotor {
        // Margins of more stages would take a gigabyte.
        let margins = chain.length() <= 1024;
        Rotor::filled(chain, memory, margins)
    }

    pub(super) fn filled(chain: Chain, memory: usize, margins: bool) -> Rotor {
        let n = chain.length();
        let least = LeastMemory::new(&chain);
        let enough = chain.enough();
        let spans = least.rows.iter().zip(enough);
        let spans = spans.map(|(&(least, _), enough)| (least, enough.min(memory)));
        let rows = Rows::new(spans, margins);
        let mut rotor = Rotor { chain, rows };
        for starts in blocks(0, n).rev() {
            for ends in blocks(starts.start + 1, n + 1) {
                rotor.fill(starts.clone(), ends);
            }
        }
        rotor
    }

    /// Fills the spans from some starts to some ends. Splits outside of both come first, so that
    /// each row they read, which lies far away, serves many spans.
    fn fill(&mut self, starts: Range<usize>, ends: Range<usize>) {
        let n = self.chain.length();
        let spans = || {
            let pairs = starts.clone().rev().flat_map(|s| ends.clone().map(move |t| (s, t)));
            pairs.filter(|(s, t)| s < t)
        };
        let rooms: Vec<Vec<usize>> =
            starts.clone().map(|s| self.chain.rooms_to_advance(s)).collect();
        let mut open: Vec<Open> = spans().map(|(s, t)| self.rows.open(index(n, s, t))).collect();
        let outside = starts.end..ends.start.max(starts.end);
        for splits in blocks(outside.start, outside.end) {
            for ((s, t), row) in spans().zip(&mut open) {
                for k in splits.clone() {
                    row.relax(self.split((s, k, t), rooms[s - starts.start][k]));
                }
            }
        }
        for ((s, t), mut row) in spans().zip(open) {
            row.relax(self.record(s, t, &self.beside_tape(s, t)));
            for k in (s + 1..t).filter(|k| !outside.contains(k)) {
                row.relax(self.split((s, k, t), rooms[s - starts.start][k]));
            }
            self.rows.close(index(n, s, t), &row, self.before(s));
        }
    }

    /// The least cost of the whole chain; none when it does not fit.
    pub(super) fn cost(&self, memory: usize) -> Option<u64> {
        let extra = self.of(0, self.chain.length(), 0).at(memory);
        if extra.is_finite() { Some(extra as u64 + self.chain.once()) } else { None }
    }

    /// What to do first with the stages `s..t` in some memory that does.
    pub(super) fn first(&self, s: usize, t: usize, memory: usize) -> First {
        let best = self.of(s, t, 0).at(memory) + self.before(s);
        let mut running = 0;
        let state = (s + 1..t).find(|&k| {
            running = running.max(self.chain.room_to_advance(s, k - 1, 0));
            self.split((s, k, t), running).at(memory) == best
        });
        let tape = self.record(s, t, &self.beside_tape(s, t)).at(memory) == best;
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

    /// The row of the stages `s..t`, to be read with so much kept beside it.
    fn of(&self, s: usize, t: usize, kept: usize) -> Row<'_> {
        self.rows.get(index(self.chain.length(), s, t), kept)
    }

    /// Keeping the tape of the first stage; `beside` is what [`Rotor::beside_tape`] says.
    fn record<'a>(&'a self, s: usize, t: usize, beside: &'a f64) -> Way<'a> {
        let later = match s + 1 == t {
            true => Row::constant(&0.0),
            false => self.of(s + 1, t, self.chain.tape[s]),
        };
        Way { room: self.chain.room_to_record(s, t), parts: [later, Row::constant(beside)] }
    }

    /// What makes as much of the row behind the first stage as two parts of a split make.
    fn beside_tape(&self, s: usize, t: usize) -> f64 {
        2.0 * self.before(s) - if s + 1 == t { 0.0 } else { self.before(s + 1) }
    }

    /// What is run of the chain before stage `s`.
    fn before(&self, s: usize) -> f64 {
        self.chain.forward[s] as f64
    }

    /// Keeping state `k`; `room` is what advancing to it takes beside the adjoint.
    fn split(&self, (s, k, t): (usize, usize, usize), room: usize) -> Way<'_> {
        let parts = [self.of(k, t, self.chain.state[k]), self.of(s, k, 0)];
        Way { room: self.chain.adjoint[t] + room, parts }
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
