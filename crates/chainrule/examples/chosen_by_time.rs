//! Is the plan that the model of this machine chooses really among the fastest?
//!
//! Random chains of given matrices, every other one for a batch of 64 points with some of its matrices shared, are
//! multiplied in the order that planning by time chooses, in the 20 best orders by the model, in that of fewest
//! multiply-adds, and from either end. All results are compared, all orders are timed in turns, and a choice that takes
//! over 10 % longer than the fastest is a miss.
//!
//! ```sh
//! cargo run --release -p chainrule --example chosen_by_time -- [chains] [threads] [seed]
//! ```
//! Calibrate first: the calibration that is kept is used, else the built-in model.
use chainrule::exec::{CalibrationSource, Timing, TimingOptions, Verdict};
use chainrule::exec::{load_calibration, noise, time_interleaved, verdict};
use chainrule::plan::{CostModel, Limits, Method, Objective, Plan, Problem, ProblemSpec, Request};
use chainrule::plan::{Stage, Step, Tree, best_plans, plan, plan_of_bracketing};
use chainrule::{Control, Input, PrepareOptions, Program, Reduce, Rows, Shape, Tape, Var};
use chainrule::{prepare, record, set_threads};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Multiply-adds of the chains: such that a run takes milliseconds.
const WORK: std::ops::Range<f64> = 1e7..2.5e8;

/// Bytes of all matrices and results, at most.
const MOST_BYTES: f64 = 4e8;

/// Orders from the model's list.
const BEST: usize = 20;

/// A choice within this multiple of the fastest is a good one.
const GOOD: f64 = 1.1;

/// Seconds that a chain may take in the mean: 200 chains take less than eight minutes. What quiet chains leave over is for
/// those that are disturbed, to be measured again.
const PATIENCE: f64 = 2.2;

/// Orders of more than so many times the fewest multiply-adds are not worth the wait.
const HOPELESS: f64 = 30.0;

fn main() -> Result<()> {
    let argument = |i, default| -> Result<u64> {
        Ok(std::env::args().nth(i).map_or(Ok(default), |text| text.parse())?)
    };
    let (chains, threads, seed) = (argument(1, 200)?, argument(2, 1)?, argument(3, 1)?);
    set_threads(threads as usize)?;
    let calibration = load_calibration();
    if let Some(warning) = &calibration.warning {
        println!("{warning}");
    }
    let known =
        if calibration.source == CalibrationSource::Measured { "measured" } else { "assumed" };
    println!("{known}: {}; {threads} thread(s), seed {seed}", calibration.model.machine);
    let mut draw = Draw(seed);
    let start = Instant::now();
    let mut outcomes = Vec::new();
    while outcomes.len() < chains as usize {
        let batch = if outcomes.len() % 2 == 0 { 1 } else { 64 };
        let chain = Chain::random(&mut draw, batch)?;
        if chain.is_suitable()? {
            let end = start + Duration::from_secs_f64(PATIENCE * (1 + outcomes.len()) as f64);
            outcomes.push(chain.outcome(&calibration.model, threads as u32, &mut draw, end)?);
            let misses = outcomes.iter().filter(|outcome| outcome.ratio > GOOD).count();
            eprint!("\r{} chains, {misses} misses", outcomes.len());
        }
    }
    eprintln!();
    report(&outcomes);
    Ok(())
}

fn report(outcomes: &[Outcome]) {
    println!(
        "times the fastest | beyond noise | fewest multiply-adds | predicted / measured | noise | chain"
    );
    let misses = outcomes.iter().filter(|outcome| outcome.ratio > GOOD);
    misses.for_each(|miss| println!("{miss}"));
    let share = |good: &dyn Fn(&Outcome) -> bool| {
        let count = outcomes.iter().filter(|outcome| good(outcome)).count();
        format!(
            "{count} of {} ({:.1} %)",
            outcomes.len(),
            100.0 * count as f64 / outcomes.len() as f64
        )
    };
    println!("within 10 % of the fastest, chosen by time: {}", share(&|o| o.ratio <= GOOD));
    println!(
        "the same, differences that may be noise left out: {}",
        share(&|o| o.ratio <= GOOD || !o.real)
    );
    println!(
        "within 10 % of the fastest, of fewest multiply-adds: {}",
        share(&|o| o.flops <= GOOD)
    );
    let mut errors: Vec<f64> = outcomes.iter().map(|outcome| outcome.predicted).collect();
    errors.sort_by(f64::total_cmp);
    let at = |share: f64| errors[(share * (errors.len() - 1) as f64) as usize];
    println!(
        "predicted / measured: median {:.2}, 90 % from {:.2} to {:.2}",
        at(0.5),
        at(0.05),
        at(0.95)
    );
}

/// What came of one chain; times are multiples of the fastest order's.
struct Outcome {
    chain: String,
    /// The chosen order.
    ratio: f64,
    /// Whether that is more than noise.
    real: bool,
    /// The order of fewest multiply-adds.
    flops: f64,
    /// The time the model predicts for the chosen order, as a multiple of its measured time.
    predicted: f64,
    noise: f64,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Outcome { chain, ratio, real, flops, predicted, noise } = self;
        write!(f, "{ratio:.2} | {real} | {flops:.2} | {predicted:.2} | {noise:.2} | {chain}")
    }
}

/// Given matrices, in application order: matrix `i` is `widths[i + 1]` by `widths[i]`.
struct Chain {
    widths: Vec<u32>,
    shared: Vec<bool>,
    batch: u32,
    problem: Problem,
}

impl Chain {
    fn random(draw: &mut Draw, batch: u32) -> Result<Chain> {
        let length = 3 + (6.0 * draw.next()) as usize;
        let (least, most): (f64, f64) = if batch == 1 { (8.0, 1500.0) } else { (4.0, 300.0) };
        let width = |_| (least * (most / least).powf(draw.next())).round() as u32;
        let widths: Vec<u32> = (0..=length).map(width).collect();
        let shared: Vec<bool> = (0..length).map(|_| batch > 1 && draw.next() < 0.5).collect();
        let stage = |(pair, &shared): (&[u32], &bool)| Stage {
            shared,
            // Matrices are multiplied: nothing is swept through them.
            tangent_cost: Some(FORBIDDEN),
            adjoint_cost: Some(FORBIDDEN),
            ..Stage::given(pair[0], pair[1])
        };
        let stages = widths.windows(2).zip(&shared).map(stage).collect();
        let problem = Problem::new(ProblemSpec { batch, ..ProblemSpec::new(stages) })?;
        Ok(Chain { widths, shared, batch, problem })
    }

    /// Whether a run takes milliseconds, and some matrix is each point's own.
    fn is_suitable(&self) -> Result<bool> {
        let sizes = (0..self.shared.len()).map(|i| self.size(i) as f64);
        let bytes = 8.0 * (sizes.sum::<f64>() + self.result_size() as f64);
        let work = plan(&self.problem, &Request::default())?.cost as f64;
        Ok(WORK.contains(&work) && bytes <= MOST_BYTES && self.shared.contains(&false))
    }

    /// Numbers in matrix `i` at all points.
    fn size(&self, i: usize) -> usize {
        let copies = if self.shared[i] { 1 } else { self.batch };
        (self.widths[i] * self.widths[i + 1] * copies) as usize
    }

    fn result_size(&self) -> usize {
        (self.widths[0] * self.widths[self.shared.len()] * self.batch) as usize
    }

    /// What measuring shows, again and again until `end` if it is disturbed.
    fn outcome(
        &self,
        model: &CostModel,
        threads: u32,
        draw: &mut Draw,
        end: Instant,
    ) -> Result<Outcome> {
        let (plans, fewest) = self.plans(model, threads)?;
        let data: Vec<Vec<f64>> = (0..self.shared.len())
            .map(|i| (0..self.size(i)).map(|_| draw.next() - 0.5).collect())
            .collect();
        let rows = |(data, &shared)| if shared { Rows::Shared(data) } else { Rows::Each(data) };
        let inputs: Vec<Rows> =
            data.iter().map(Vec::as_slice).zip(&self.shared).map(rows).collect();
        let programs = plans.iter().map(|(_, plan)| self.program(plan, threads));
        let programs: Vec<Program> = programs.collect::<Result<_>>()?;
        let run = |program: &Program, out: &mut [f64]| {
            let points = self.batch as usize;
            let outs = &mut [Some(out)];
            program.run(points, &inputs, outs, Reduce::None, &Control::default())
        };
        let mut wanted = vec![0.0; self.result_size()];
        let mut got = wanted.clone();
        run(&programs[0], &mut wanted)?;
        for program in &programs {
            run(program, &mut got)?;
            assert_alike(&got, &wanted);
        }
        let out = RefCell::new(got);
        let mut calls: Vec<_> = programs
            .iter()
            .map(|program| || run(program, &mut out.borrow_mut()).expect("it has run before"))
            .collect();
        let mut closures: Vec<(&str, &mut dyn FnMut())> = Vec::new();
        for ((name, _), call) in plans.iter().zip(&mut calls) {
            closures.push((name, call));
        }
        let timings = quietest(&mut closures, end);
        Ok(self.judged(&timings, fewest, plans[0].1.value as f64 * 1e-15))
    }

    fn judged(&self, timings: &[Timing], fewest: usize, predicted: f64) -> Outcome {
        let noise = noise(timings);
        let best = timings.iter().min_by(|a, b| a.min.total_cmp(&b.min)).unwrap_or(&timings[0]);
        let Chain { widths, shared, batch, .. } = self;
        let shared: Vec<usize> = (0..shared.len()).filter(|&i| shared[i]).collect();
        Outcome {
            chain: format!(
                "{widths:?}, {batch} point(s), shared {shared:?}: {} ({:.2} ms) for {} ({:.2} ms)",
                timings[0].name,
                1e3 * timings[0].min,
                best.name,
                1e3 * best.min
            ),
            ratio: timings[0].min / best.min,
            real: matches!(verdict(&timings[0], best, noise), Verdict::Slower(_)),
            flops: timings[fewest].min / best.min,
            predicted: predicted / timings[0].min,
            noise: noise.min,
        }
    }

    /// The plans to be timed with their bracketings, the chosen one first, and which has fewest multiply-adds.
    fn plans(&self, model: &CostModel, threads: u32) -> Result<(Vec<(String, Plan)>, usize)> {
        let objective = Objective::Time { model: Box::new(model.clone()), threads };
        let (limits, method) = (Limits::default(), Method::default());
        let by_time = Request { objective, limits, method };
        let mut plans = best_plans(&self.problem, &by_time, BEST)?;
        plans.retain(|plan| plan.steps.iter().all(|step| matches!(step, Step::Multiply { .. })));
        let fewest = plan(&self.problem, &Request::default())?;
        let length = self.shared.len();
        for tree in [fewest.tree(&self.problem)?, Tree::from_first(length), Tree::from_last(length)]
        {
            plans.push(plan_of_bracketing(&self.problem, &tree)?);
        }
        let mut named: Vec<(String, Plan)> = Vec::new();
        for plan in plans {
            let name = plan.tree(&self.problem)?.to_string();
            let hopeless = plan.cost as f64 > HOPELESS * fewest.cost as f64;
            if !hopeless && named.iter().all(|(other, _)| *other != name) {
                named.push((name, plan));
            }
        }
        let name = fewest.tree(&self.problem)?.to_string();
        let fewest = named.iter().position(|(other, _)| *other == name).unwrap_or(0);
        Ok((named, fewest))
    }

    fn program(&self, plan: &Plan, threads: u32) -> Result<Program> {
        let shared = (0..self.shared.len()).filter(|&i| self.shared[i]).map(name).collect();
        let threads = Some(threads as usize);
        Ok(prepare(&self.tape(plan)?, &PrepareOptions { threads, shared, ..Default::default() })?)
    }

    fn tape(&self, plan: &Plan) -> Result<Tape> {
        let shapes = self.widths.windows(2).map(|pair| Shape::new(&[pair[1], pair[0]]));
        let inputs = shapes.enumerate().map(|(i, shape)| Ok(Input::new(&name(i), shape?)));
        let inputs: Vec<Input> = inputs.collect::<Result<_>>()?;
        Ok(record(inputs, |v| {
            let mut alive: BTreeMap<usize, Var<'_>> = v.iter().copied().enumerate().collect();
            for step in &plan.steps {
                if let Step::Multiply { from, at, .. } = *step
                    && let (Some(early), Some(late)) = (alive.get(&from), alive.get(&at))
                {
                    let product = late.dot(*early);
                    alive.insert(from, product);
                }
            }
            vec![alive[&0]]
        })?)
    }
}

/// More multiply-adds than any product has.
const FORBIDDEN: u64 = 1 << 36;

fn name(matrix: usize) -> String {
    format!("matrix {matrix}")
}

/// Timings with noise below a twentieth, or the quietest of a few; what came out has no say in it.
fn quietest(closures: &mut [(&str, &mut dyn FnMut())], end: Instant) -> Vec<Timing> {
    let (budget, sample) = (Duration::from_millis(1500), Duration::from_micros(100));
    let options = TimingOptions { rounds: 24, budget, sample };
    let mut best = time_interleaved(closures, &options);
    for _ in 0..3 {
        if noise(&best).min < 0.05 || Instant::now() > end {
            break;
        }
        let again = time_interleaved(closures, &options);
        if noise(&again).min < noise(&best).min {
            best = again;
        }
    }
    best
}

fn assert_alike(got: &[f64], wanted: &[f64]) {
    let size = wanted.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
    let alike = |(got, wanted): (&f64, &f64)| (got - wanted).abs() <= 1e-11 * size;
    assert!(got.iter().zip(wanted).all(alike), "two orders disagree");
}

/// Numbers from 0 to 1 that look random (splitmix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
