//! What it takes to bring the matrices of many points from memory: a thin product at more and more points, until their
//! matrices do not stay in the caches.
use super::case::{Case, Sharing};
use super::grids::rounded;

use crate::ExecError;
use chainrule_plan::Memory;

/// The large factor is so wide and so high, the small one has so many rows or columns.
const LARGE: u32 = 256;
const SMALL: u32 = 8;

/// Bytes of the large factors, at most.
const MOST_BYTES: usize = 1 << 26;

/// One product at more and more points.
pub(super) struct Far {
    /// With a large left factor, and with a large right one.
    along: Vec<Case>,
    across: Vec<Case>,
}

impl Far {
    pub(super) fn new(threads: usize) -> Far {
        let points = |most: usize| {
            let doubled = std::iter::successors(Some(threads.max(2)), |points| Some(2 * points));
            doubled.take_while(move |&points| points <= most)
        };
        let cases = |sharing, sizes| {
            let most = MOST_BYTES / bytes();
            points(most.max(4 * threads))
                .map(move |points| Case::at(sharing, sizes, threads, points))
        };
        Far {
            along: cases(Sharing::Stacked, [LARGE, LARGE, SMALL]).collect(),
            across: cases(Sharing::Spread, [SMALL, LARGE, LARGE]).collect(),
        }
    }

    /// Measures everything once more.
    pub(super) fn measure(&mut self) -> Result<(), ExecError> {
        let most = |cases: &[Case], length: fn(&Case) -> usize| {
            vec![0.5; cases.iter().map(length).max().unwrap_or(0)]
        };
        for cases in [&mut self.along, &mut self.across] {
            let (lefts, rights) = (most(cases, Case::left_length), most(cases, Case::right_length));
            let mut results = most(cases, Case::result_length);
            for case in cases {
                case.measure(&lefts, &rights, &mut results)?;
            }
        }
        Ok(())
    }

    /// The rates beyond the caches: by how much a point of many takes longer than one of few.
    pub(super) fn memory(&self) -> Memory {
        let (along, across) = (extra(&self.along), extra(&self.across));
        let rate = |extra: &[f64]| bytes() as f64 / extra.last().copied().unwrap_or(0.0).max(LEAST);
        let half = across.last().copied().unwrap_or(0.0) / 2.0;
        let held = across.iter().rposition(|&extra| extra < half).unwrap_or(0);
        Memory {
            along: rounded(rate(&along)),
            across: rounded(rate(&across)),
            cache: (self.across[held].points * bytes()) as f64,
        }
    }
}

/// What cannot be told from nothing, in seconds.
const LEAST: f64 = 1e-7;

/// Bytes of the large factor at one point.
fn bytes() -> usize {
    (LARGE * LARGE) as usize * size_of::<f64>()
}

/// Seconds that a point takes more than with the fewest points.
fn extra(cases: &[Case]) -> Vec<f64> {
    let seconds = |case: &Case| case.least / case.points as f64;
    let few = cases.iter().map(seconds).fold(f64::INFINITY, f64::min);
    cases.iter().map(|case| seconds(case) - few).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_cache_come_from_where_times_grow() {
        let mut far = Far::new(1);
        let fill = |cases: &mut [Case], held: usize, rate: f64| {
            for case in cases {
                let far = if case.points > held { bytes() as f64 / rate } else { 0.0 };
                case.least = case.points as f64 * (1e-5 + far);
            }
        };
        fill(&mut far.along, 16, 4e10);
        fill(&mut far.across, 32, 5e9);
        let memory = far.memory();
        assert_eq!((memory.along, memory.across), (4e10, 5e9));
        assert_eq!(memory.cache, (32 * bytes()) as f64);
    }
}
