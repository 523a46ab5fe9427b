//! When is one timing shorter than another? Never by chance: a difference counts only if it is larger than what the same
//! closure shows against itself, in its best case and in its usual one, and if the samples rank so.
use super::Timing;
use std::cmp::Ordering;

/// How much timings of one and the same closure differ, at most: as a share, 0.03 for 3 %.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Noise {
    /// Between the least samples of its even and its odd rounds.
    pub min: f64,
    /// Between their middle samples.
    pub median: f64,
}

/// How one timing compares with another.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Shorter; the share of the other's time that it takes, below 1.
    Faster(f64),
    /// What they differ by may be noise.
    Same,
    /// Longer; the multiple of the other's time that it takes, above 1.
    Slower(f64),
}

/// Differences below this share are of no interest, and no clock is so steady.
const LEAST_DIFFERENCE: f64 = 0.01;

/// A difference has to be so many times what the null control shows.
const TIMES_NOISE: f64 = 1.5;

/// By how many standard deviations the ranks of two closures' samples have to be apart (Mann and Whitney 1947).
/// Complete separation of twice six samples is 2.88.
const RANKS_APART: f64 = 2.8;

/// The null control of some timings: each closure's even rounds against its odd rounds, as if they were two closures.
pub fn noise(timings: &[Timing]) -> Noise {
    let mut most = Noise { min: 0.0, median: 0.0 };
    for timing in timings {
        let half = |first: usize| {
            let samples = timing.samples.iter().skip(first).step_by(2).copied().collect();
            Timing::of(&timing.name, timing.calls, samples)
        };
        let (even, odd) = (half(0), half(1));
        most.min = most.min.max(apart(even.min, odd.min).abs());
        most.median = most.median.max(apart(even.median, odd.median).abs());
    }
    most
}

/// How `a` compares with `b`, both timed in the same rounds, given the noise of all that were timed with them.
pub fn verdict(a: &Timing, b: &Timing, noise: Noise) -> Verdict {
    let exceeds = |difference: f64, noise: f64| {
        if difference.abs() > LEAST_DIFFERENCE.max(TIMES_NOISE * noise) {
            difference.partial_cmp(&0.0)
        } else {
            None
        }
    };
    let by_min = exceeds(apart(a.min, b.min), noise.min);
    let by_median = exceeds(apart(a.median, b.median), noise.median);
    let ranks = ranks_apart(&a.samples, &b.samples);
    let by_ranks = if ranks.abs() >= RANKS_APART { ranks.partial_cmp(&0.0) } else { None };
    match (by_min, by_median, by_ranks) {
        (Some(min), Some(median), Some(ranks)) if min == median && median == ranks => match min {
            Ordering::Less => Verdict::Faster(a.min / b.min),
            Ordering::Greater => Verdict::Slower(a.min / b.min),
            Ordering::Equal => Verdict::Same,
        },
        _ => Verdict::Same,
    }
}

/// The first timing that no other one is faster than; none of none. Closures that differ by noise alone thus keep their
/// order, and the one that was expected to be best should come first.
pub fn fastest(timings: &[Timing]) -> Option<usize> {
    let noise = noise(timings);
    let mut first = None;
    for (at, timing) in timings.iter().enumerate() {
        let beaten = |by: &Timing| matches!(verdict(by, timing, noise), Verdict::Faster(_));
        if !timings.iter().any(beaten) {
            first = first.or(Some(at));
        }
    }
    first
}

/// The logarithm of a ratio: below 0 when `a` is the smaller.
fn apart(a: f64, b: f64) -> f64 {
    (a / b).ln()
}

/// By how many standard deviations the samples `a` rank above those of `b`; half of them above is 0.
fn ranks_apart(a: &[f64], b: &[f64]) -> f64 {
    let above = |x: f64| -> f64 {
        let worth = |&y: &f64| match x.total_cmp(&y) {
            Ordering::Greater => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Less => 0.0,
        };
        b.iter().map(worth).sum()
    };
    let (n, m) = (a.len() as f64, b.len() as f64);
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    (a.iter().map(|&x| above(x)).sum::<f64>() - n * m / 2.0) / deviation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Draw;

    impl Draw {
        /// Of mean 0 and variance 1, nearly normal.
        fn normal(&mut self) -> f64 {
            (0..12).map(|_| self.next()).sum::<f64>() - 6.0
        }
    }

    /// What else happens on the machine while samples are taken one after the other.
    #[derive(Copy, Clone, Debug)]
    enum Disturbance {
        /// Each sample is off by some 30 %.
        Wild,
        /// One sample in five is interrupted.
        Interrupted,
        /// The clock drifts by half, slowly.
        Drifting,
        /// Others come and go, and take their share for a while.
        Shared,
        /// The processor changes between two clock rates.
        TwoRates,
    }

    const ALL: [Disturbance; 5] = [
        Disturbance::Wild,
        Disturbance::Interrupted,
        Disturbance::Drifting,
        Disturbance::Shared,
        Disturbance::TwoRates,
    ];

    impl Disturbance {
        /// Timings of closures that would take so long if nothing disturbed them.
        fn timings(self, draw: &mut Draw, times: &[f64], rounds: usize) -> Vec<Timing> {
            let mut samples = vec![Vec::new(); times.len()];
            let (phase, speed) = (6.0 * draw.next(), 6.0 * draw.next());
            let mut state = 0.0;
            for round in 0..rounds {
                for place in 0..times.len() {
                    let at = super::super::turn(round, place, times.len());
                    let part = (round * times.len() + place) as f64 / (rounds * times.len()) as f64;
                    let jitter = 1.0 + 0.01 * draw.normal().abs();
                    let slowed = match self {
                        Disturbance::Wild => (0.3 * draw.normal()).exp(),
                        Disturbance::Interrupted if draw.next() < 0.2 => 1.0 - draw.next().ln(),
                        Disturbance::Interrupted => jitter,
                        Disturbance::Drifting => {
                            jitter * (1.0 + 0.5 * (phase + speed * part).sin().abs())
                        }
                        Disturbance::Shared => {
                            if draw.next() < 0.05 {
                                state = [0.0, 0.3, 1.0][(3.0 * draw.next()) as usize];
                            }
                            jitter + state
                        }
                        Disturbance::TwoRates => {
                            if draw.next() < 0.02 {
                                state = 0.25 - state;
                            }
                            jitter + state
                        }
                    };
                    samples[at].push(times[at] * slowed);
                }
            }
            samples.into_iter().map(|samples| Timing::of("", 1, samples)).collect()
        }
    }

    #[test]
    fn noise_is_never_reported_as_a_difference() {
        let mut draw = Draw(1);
        for disturbance in ALL {
            for rounds in [6, 12, 40] {
                let mut wrong = 0;
                for _ in 0..1000 {
                    let timings = disturbance.timings(&mut draw, &[1.0; 3], rounds);
                    let found = verdict(&timings[0], &timings[2], noise(&timings));
                    wrong += usize::from(found != Verdict::Same);
                }
                assert!(wrong <= 5, "{wrong} of 1000 with {rounds} rounds, {disturbance:?}");
            }
        }
    }

    #[test]
    fn a_real_difference_is_found_and_has_its_sign() {
        let mut draw = Draw(2);
        for disturbance in ALL {
            let mut found = 0;
            for _ in 0..300 {
                let timings = disturbance.timings(&mut draw, &[1.3, 1.0, 1.1], 40);
                let noise = noise(&timings);
                match verdict(&timings[1], &timings[0], noise) {
                    Verdict::Faster(share) => {
                        assert!(share < 1.0);
                        found += 1;
                    }
                    Verdict::Same => {}
                    Verdict::Slower(_) => panic!("the shorter one came out slower"),
                }
                let other = verdict(&timings[0], &timings[1], noise);
                assert!(!matches!(other, Verdict::Faster(_)));
            }
            // Where each sample is off by a third, forty of them hardly show a difference of one.
            let least = if matches!(disturbance, Disturbance::Wild) { 30 } else { 150 };
            assert!(found >= least, "{found} of 300, {disturbance:?}");
        }
    }

    #[test]
    fn what_is_alike_keeps_its_order() {
        let steady = |time: f64| {
            Timing::of("", 1, (0..8).map(|i| time * (1.0 + 1e-3 * f64::from(i % 3))).collect())
        };
        assert_eq!(fastest(&[]), None);
        assert_eq!(fastest(&[steady(1.0), steady(0.999)]), Some(0));
        assert_eq!(fastest(&[steady(1.0), steady(0.9)]), Some(1));
        assert_eq!(fastest(&[steady(1.0), steady(0.905), steady(0.9)]), Some(1));
    }

    #[test]
    fn ranks_of_what_is_apart_are_as_far_apart_as_can_be() {
        let (low, high) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [7.0, 8.0, 9.0, 10.0, 11.0, 12.0]);
        assert!((ranks_apart(&high, &low) - 2.882).abs() < 1e-3);
        assert_eq!(ranks_apart(&low, &high), -ranks_apart(&high, &low));
        assert_eq!(ranks_apart(&low, &low), 0.0);
    }
}
