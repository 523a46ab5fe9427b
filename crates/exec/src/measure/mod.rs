//! Timing closures against each other: taken in turns, so that what disturbs one disturbs all, and each one against
//! itself, so that noise is known for what it is.
mod judge;

pub use judge::{Noise, Verdict, fastest, noise, verdict};

use std::time::{Duration, Instant};

/// How long and how often closures are timed.
#[derive(Clone, Debug, PartialEq)]
pub struct TimingOptions {
    /// The most rounds; in each round every closure gives one sample. At least [`FEWEST_ROUNDS`] are run.
    pub rounds: usize,
    /// No round begins after this long, once the fewest rounds are done.
    pub budget: Duration,
    /// A closure is called as often for a sample as it takes to last so long.
    pub sample: Duration,
}

/// Fewer rounds than these tell nothing: half of them are the null control of the other half.
pub const FEWEST_ROUNDS: usize = 6;

/// More calls than these are never one sample.
const MOST_CALLS: usize = 1 << 16;

impl Default for TimingOptions {
    fn default() -> TimingOptions {
        let (budget, sample) = (Duration::from_secs(2), Duration::from_micros(200));
        TimingOptions { rounds: 40, budget, sample }
    }
}

/// What was measured of one closure. Times are seconds of one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// Its name, as it was given.
    pub name: String,
    /// How many calls one sample was the mean of.
    pub calls: usize,
    /// The least sample: what the closure takes when nothing disturbs it.
    pub min: f64,
    /// The middle sample: what it takes as a rule.
    pub median: f64,
    /// Half of the samples lie in an interval so long, relative to the median.
    pub spread: f64,
    /// All samples, in the order of rounds. The even and the odd ones are each other's null control.
    pub samples: Vec<f64>,
}

/// Times closures in turns and gives a timing for each, in their order.
///
/// Each is called once or more before it counts, to warm caches and to learn how many calls make a sample. Then rounds
/// go through all of them, forward and backward and from another one on, so that none has the better place.
///
/// ```
/// use chainrule_exec::{TimingOptions, fastest, time_interleaved};
///
/// let (mut few, mut many) = (0.0, 0.0);
/// let mut short = || (0..100).for_each(|i| few += f64::from(i).sqrt());
/// let mut long = || (0..9000).for_each(|i| many += f64::from(i).sqrt());
/// let timings = time_interleaved(
///     &mut [("long", &mut long), ("short", &mut short)],
///     &TimingOptions::default(),
/// );
/// assert_eq!(fastest(&timings), Some(1));
/// ```
pub fn time_interleaved(
    closures: &mut [(&str, &mut dyn FnMut())],
    options: &TimingOptions,
) -> Vec<Timing> {
    let start = Instant::now();
    let count = closures.len();
    let calls: Vec<usize> =
        closures.iter_mut().map(|(_, call)| calls_of_a_sample(call, options.sample)).collect();
    let mut samples = vec![Vec::new(); count];
    for round in 0..options.rounds.max(FEWEST_ROUNDS) {
        if round >= FEWEST_ROUNDS && start.elapsed() >= options.budget {
            break;
        }
        for place in 0..count {
            let at = turn(round, place, count);
            samples[at].push(sample(&mut closures[at].1, calls[at]));
        }
    }
    let names = closures.iter().map(|(name, _)| *name);
    let timing = |((name, calls), samples)| Timing::of(name, calls, samples);
    names.zip(calls).zip(samples).map(timing).collect()
}

/// Whose turn it is in a round: two rounds forward, two backward, the next four from one further on. So both the even and
/// the odd rounds go either way.
fn turn(round: usize, place: usize, count: usize) -> usize {
    let forward = (round / 2).is_multiple_of(2);
    let place = if forward { place } else { count - 1 - place };
    (place + round / 4) % count
}

/// Doubles the number of calls until they last a sample.
fn calls_of_a_sample(call: &mut dyn FnMut(), wanted: Duration) -> usize {
    let mut calls = 1;
    call();
    while calls < MOST_CALLS && sample(call, calls) * (calls as f64) < wanted.as_secs_f64() {
        calls *= 2;
    }
    calls
}

/// The mean time of one of some calls, in seconds.
fn sample(call: &mut dyn FnMut(), calls: usize) -> f64 {
    let start = Instant::now();
    (0..calls).for_each(|_| call());
    start.elapsed().as_secs_f64() / calls as f64
}

impl Timing {
    /// The timing of a closure with these samples, in the order of rounds.
    pub fn of(name: &str, calls: usize, samples: Vec<f64>) -> Timing {
        let mut sorted = samples.clone();
        sorted.sort_by(f64::total_cmp);
        let median = quantile(&sorted, 0.5);
        let spread = (quantile(&sorted, 0.75) - quantile(&sorted, 0.25)) / median;
        Timing { name: name.into(), calls, min: quantile(&sorted, 0.0), median, spread, samples }
    }
}

/// The value below which that share of sorted samples lies; not a number when there are none.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let (from, rest) = (place as usize, place.fract());
    sorted[from] + rest * (sorted[last.min(from + 1)] - sorted[from])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_closure_has_its_turn_in_every_round_and_every_place() {
        for count in 1..6 {
            let mut firsts = vec![0; count];
            for round in 0..4 * count {
                let mut turns: Vec<usize> = (0..count).map(|p| turn(round, p, count)).collect();
                firsts[turns[0]] += 1;
                turns.sort_unstable();
                assert_eq!(turns, (0..count).collect::<Vec<_>>());
            }
            assert!(firsts.iter().all(|&first| first > 0), "{firsts:?}");
        }
    }

    #[test]
    fn samples_are_counted_and_called() {
        let (mut a, mut b) = (0_usize, 0_usize);
        let options = TimingOptions { rounds: 8, sample: Duration::ZERO, ..Default::default() };
        let mut count_a = || a += 1;
        let mut count_b = || b += 1;
        let timings = time_interleaved(&mut [("a", &mut count_a), ("b", &mut count_b)], &options);
        assert_eq!((timings.len(), timings[1].name.as_str()), (2, "b"));
        for (timing, calls) in timings.iter().zip([a, b]) {
            assert_eq!((timing.calls, timing.samples.len()), (1, 8));
            // One call to warm up and one to learn how long it takes.
            assert_eq!(calls, 10);
        }
        assert!(time_interleaved(&mut [], &options).is_empty());
    }

    #[test]
    fn a_budget_ends_the_rounds_but_leaves_the_fewest() {
        let options = TimingOptions { budget: Duration::ZERO, ..Default::default() };
        let mut nothing = || std::thread::sleep(Duration::from_millis(1));
        let timings = time_interleaved(&mut [("nap", &mut nothing)], &options);
        assert_eq!(timings[0].samples.len(), FEWEST_ROUNDS);
        assert!(timings[0].min >= 1e-3);
    }

    #[test]
    fn samples_are_summed_up_by_rank() {
        let timing = Timing::of("t", 1, vec![5.0, 1.0, 2.0, 4.0, 3.0]);
        assert_eq!((timing.min, timing.median, timing.spread), (1.0, 3.0, 2.0 / 3.0));
        assert_eq!(Timing::of("t", 1, vec![1.0, 2.0]).median, 1.5);
    }
}
