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

/// The costs of a span from the smallest memory that does up to where more memory has no use.
struct Row {
    least: usize,
    costs: Vec<f64>,
}

impl Row {
    fn at(&self, memory: usize) -> f64 {
        match memory.checked_sub(self.least) {
            None => f64::INFINITY,
            Some(above) => self.costs.get(above).or(self.costs.last()).copied().unwrap_or(0.0),
        }
    }
}

impl Rotor {
    /// Fills the table up to `memory`: O(n^3) splits, each a pass over the memories in question.
    pub(super) fn new(chain: Chain, memory: usize) -> Rotor {
        let n = chain.length();
        let least = LeastMemory::new(&chain);
        let mut rotor = Rotor { chain, rows: Vec::new() };
        rotor.rows.resize_with(n * (n + 1) / 2, || Row { least: usize::MAX, costs: Vec::new() });
        let mut enough = vec![0; n + 1];
        for s in (0..n).rev() {
            for (t, enough) in enough.iter_mut().enumerate().skip(s + 1) {
                *enough = rotor.chain.room_for_all(s, t, *enough);
                let row = rotor.row(s, t, least.of(s, t), (*enough).min(memory));
                rotor.rows[index(n, s, t)] = row;
            }
        }
        rotor
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

    fn row(&self, s: usize, t: usize, least: usize, most: usize) -> Row {
        if least > most {
            return Row { least: usize::MAX, costs: Vec::new() };
        }
        let chain = &self.chain;
        let mut row = Row { least, costs: vec![f64::INFINITY; most - least + 1] };
        let own = chain.own(s) as f64;
        let room = chain.room_to_record(s, t);
        match s + 1 == t {
            true => row.relax(room, own, [(&Row::NOTHING, 0), (&Row::NOTHING, 0)]),
            false => {
                row.relax(room, own, [(self.of(s + 1, t), chain.tape[s]), (&Row::NOTHING, 0)]);
            }
        }
        let mut room = 0;
        for k in s + 1..t {
            room = room.max(chain.room_to_advance(s, k - 1, t));
            let parts = [(self.of(k, t), chain.state[k]), (self.of(s, k), 0)];
            row.relax(room, chain.forward(s, k) as f64, parts);
        }
        row
    }
}

impl Row {
    /// What is left when nothing is: it costs nothing in any memory.
    const NOTHING: Row = Row { least: 0, costs: Vec::new() };

    /// Takes `added` and the costs of two parts, each in the memory less what is kept beside it,
    /// where that is less.
    fn relax(&mut self, room: usize, added: f64, parts: [(&Row, usize); 2]) {
        let starts = parts.map(|(row, kept)| row.least.saturating_add(kept));
        let mut at = starts.into_iter().fold(room.max(self.least), usize::max);
        let end = self.least + self.costs.len();
        // Where the costs of a part change no more they are one number.
        let ends = parts.map(|(row, kept)| (row.least + kept).saturating_add(row.costs.len()));
        while at < end {
            let until = ends.iter().copied().filter(|&stop| stop > at).fold(end, usize::min);
            let here = &mut self.costs[at - self.least..until - self.least];
            let mut fixed = added;
            let mut varying = [None; 2];
            for ((row, kept), (stop, varying)) in
                parts.into_iter().zip(ends.into_iter().zip(&mut varying))
            {
                match stop > at {
                    true => *varying = Some(&row.costs[at - kept - row.least..]),
                    false => fixed += row.costs.last().copied().unwrap_or(0.0),
                }
            }
            match varying {
                [Some(later), Some(earlier)] => {
                    for (best, (a, b)) in here.iter_mut().zip(later.iter().zip(earlier)) {
                        *best = least(*best, fixed + a + b);
                    }
                }
                [Some(costs), None] | [None, Some(costs)] => {
                    for (best, a) in here.iter_mut().zip(costs) {
                        *best = least(*best, fixed + a);
                    }
                }
                [None, None] => {
                    for best in here {
                        *best = least(*best, fixed);
                    }
                }
            }
            at = until;
        }
    }
}

/// The lesser of two costs; unlike `f64::min` it is one instruction, for it need not care for NaN.
fn least(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// Where the span `s..t` stands among all spans, by start and then by end.
fn index(length: usize, s: usize, t: usize) -> usize {
    crate::spans::index(length, s, t)
}
