//! What it takes to bring the matrices of many points from memory: a thin product at more and more points, until their
//! matrices do not stay in the caches.
use super::case::{Case, Sharing};
use super::grids::rounded;
use crate::ExecError;
use chainrule_plan::Memory;

/// The large factor is so wide and so high, the small one has so many rows or columns. A power of two would be a case of
/// its own, for then all rows compete for the same places of a cache.
const LARGE: u32 = 180;
const SMALL: u32 = 8;

/// Bytes of all matrices, at most.
const MOST_BYTES: usize = 1 << 27;

/// One product at more and more points.
pub(super) struct Far {
    /// With a large left factor, and with a large right one.
    along: Vec<Case>,
    across: Vec<Case>,
}

impl Far {
    pub(super) fn new(threads: usize) -> Far {
        let fewest = threads.max(2);
        let doubled = std::iter::successors(Some(fewest), |points| Some(2 * points));
        let points: Vec<usize> = doubled
            .take_while(|&points| points <= (2 * fewest).max(MOST_BYTES / bytes(1)))
            .collect();
        let cases = |sharing, sizes| {
            points.iter().map(|&points| Case::at(sharing, sizes, threads, points)).collect()
        };
        Far {
            along: cases(Sharing::Stacked, [LARGE, LARGE, SMALL]),
            across: cases(Sharing::Spread, [SMALL, LARGE, LARGE]),
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

    /// What bytes cost more, the more there are.
    pub(super) fn memory(&self) -> Memory {
        Memory {
            bytes: self.along.iter().map(|case| bytes(case.points) as f64).collect(),
            along: costs(&self.along),
            across: costs(&self.across),
        }
    }
}

/// Bytes of the large factor and the result at so many points.
fn bytes(points: usize) -> usize {
    (LARGE * (LARGE + SMALL)) as usize * size_of::<f64>() * points
}

/// Seconds that a byte takes more than with the fewest points. Fewer bytes never cost more than many: where it seems so,
/// they were disturbed.
fn costs(cases: &[Case]) -> Vec<f64> {
    let seconds = |case: &Case| case.least / bytes(case.points) as f64;
    let few = cases.iter().map(seconds).fold(f64::INFINITY, f64::min);
    let mut costs: Vec<f64> = cases.iter().map(|case| seconds(case) - few).collect();
    for at in (1..costs.len()).rev() {
        costs[at - 1] = costs[at - 1].min(costs[at]);
    }
    costs.into_iter().map(rounded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_what_times_grow_by() {
        let mut far = Far::new(1);
        for (cases, near, cost) in [(&mut far.along, 16, 2e-11), (&mut far.across, 32, 7e-11)] {
            for case in cases {
                let cost = if case.points > near { cost } else { 0.0 };
                case.least = bytes(case.points) as f64 * (1e-10 + cost);
            }
        }
        // One run of few points was disturbed.
        far.along[1].least *= 9.0;
        let memory = far.memory();
        let at = |points| far.along.iter().position(|case| case.points == points).unwrap();
        assert_eq!(memory.bytes[at(16)], bytes(16) as f64);
        assert_eq!(
            (memory.along[1], memory.along[at(16)], memory.along[at(32)]),
            (0.0, 0.0, 2e-11)
        );
        assert_eq!((memory.across[at(32)], memory.across[at(64)]), (0.0, 7e-11));
        assert!(memory.bytes.last().is_some_and(|&bytes| bytes > 6e7));
    }
}
