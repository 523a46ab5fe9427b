//! The states that sweeps start from: which are kept, and what it takes to make the others again.
//!
//! State `j` is what link `j` starts from. The one evaluation of the chain leaves some states, which
//! stay to the end of the plan. What else a sweep needs is evaluated right before it, from the last
//! state kept, or the input of the chain: a tangent sweep takes these states one by one, an adjoint
//! sweep needs all of them at once.
use crate::{Mode, Step};

/// Sizes of states at one point, and which are kept.
#[derive(Clone, Debug)]
pub(crate) struct States {
    sizes: Vec<u64>,
    /// What takes no room is always there.
    kept: Vec<bool>,
    /// How many states before each are not kept.
    dropped: Vec<usize>,
    /// Elements that the kept states take at one point.
    room: u128,
}

impl States {
    /// All of them kept.
    pub(crate) fn new(sizes: Vec<u64>) -> States {
        let kept = vec![true; sizes.len()];
        States::of(sizes, kept)
    }

    fn of(sizes: Vec<u64>, kept: Vec<bool>) -> States {
        let mut dropped = vec![0];
        for &kept in &kept {
            dropped.push(dropped[dropped.len() - 1] + usize::from(!kept));
        }
        let rooms = sizes.iter().zip(&kept).filter(|(_, kept)| **kept);
        let room = rooms.map(|(&size, _)| u128::from(size)).sum();
        States { sizes, kept, dropped, room }
    }

    /// The states that take room.
    pub(crate) fn priced(&self) -> Vec<usize> {
        (0..self.sizes.len()).filter(|&link| self.sizes[link] > 0).collect()
    }

    /// The same states without those in `dropped`.
    pub(crate) fn without(&self, dropped: &[usize]) -> States {
        let mut kept = self.kept.clone();
        dropped.iter().for_each(|&link| kept[link] = false);
        States::of(self.sizes.clone(), kept)
    }

    /// Elements that the kept states take at one point.
    pub(crate) fn kept_room(&self) -> u128 {
        self.room
    }

    /// Elements that states made for one sweep through `from..to` take at one point.
    pub(crate) fn made_room(&self, (from, to): (usize, usize), mode: Mode) -> u128 {
        if self.dropped[from] == self.dropped[to] {
            return 0;
        }
        let sizes = (from..to).filter(|&link| !self.kept[link]).map(|link| self.sizes[link].into());
        match mode {
            Mode::Tangent => sizes.max().unwrap_or(0),
            Mode::Adjoint => sizes.sum(),
        }
    }

    /// The links to evaluate before a sweep through `from..to`, span by span.
    pub(crate) fn evaluations(&self, (from, to): (usize, usize)) -> Vec<(usize, usize)> {
        if self.dropped[from] == self.dropped[to] {
            return Vec::new();
        }
        let mut start = (0..=from).rev().find(|&link| self.kept[link]).unwrap_or(0);
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for link in from..to {
            if self.kept[link] {
                start = link;
                continue;
            }
            match spans.last_mut() {
                Some(last) if last.0 == start => last.1 = link,
                _ => spans.push((start, link)),
            }
        }
        spans
    }
}

/// The links a step sweeps through, and which way.
pub(crate) fn swept(step: &Step) -> Option<((usize, usize), Mode)> {
    match *step {
        Step::Accumulate { from, to, mode } => Some(((from, to), mode)),
        Step::Eliminate { from, at, to, mode } => {
            Some((crate::spans::passed(from, at, to, mode), mode))
        }
        Step::Multiply { .. } | Step::Reduce { .. } | Step::Evaluate { .. } => None,
    }
}
