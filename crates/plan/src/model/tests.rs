//! Prices found by hand, and what must hold of all prices.
use super::*;
use crate::{Mode, Problem, ProblemSpec, Stage, Step, Structure};

/// A launch takes 50 ns; a multiply-add of a product 1, of a sparse one 2, of a tangent 4, of an
/// adjoint 8; an element read or made 1.
fn machine() -> CostModel {
    let mut model = CostModel::roofline(5e-8, 2e9, 8e9);
    let speed = &mut model.speeds[0];
    (speed.sparse, speed.tangents, speed.adjoints) = (5e8, [2.5e8; 3], [1.25e8; 3]);
    model
}

fn of(stages: Vec<Stage>) -> Problem {
    Problem::new(ProblemSpec { batch: 5, ..ProblemSpec::new(stages) }).unwrap()
}

/// Nanoseconds of a step.
fn nanoseconds(model: &CostModel, problem: &Problem, step: &Step) -> f64 {
    Times::new(model, problem.spans(), 1).step(step, false) as f64 / 1e6
}

const TANGENT: Step = Step::Eliminate { from: 0, at: 1, to: 2, mode: Mode::Tangent };
const ADJOINT: Step = Step::Eliminate { from: 0, at: 1, to: 2, mode: Mode::Adjoint };
const MULTIPLY: Step = Step::Multiply { from: 0, at: 1, to: 2 };

fn diagonal(width: u32, tangent: u64) -> Stage {
    let (structure, tangent_cost) = (Structure::Diagonal, Some(tangent));
    Stage { structure, tangent_cost, ..Stage::dense(width, width) }
}

#[test]
fn sweeps_through_matrices_at_hand_are_products() {
    let shared = of(vec![Stage::given(2, 3), Stage { shared: true, ..Stage::given(3, 4) }]);
    // 5 times 24 multiply-adds; 30 elements times 12 make 40.
    let stacked = of(vec![Stage { shared: true, ..Stage::given(2, 3) }, Stage::given(3, 4)]);
    for problem in [shared, stacked] {
        for step in [TANGENT, ADJOINT, MULTIPLY] {
            assert_eq!(nanoseconds(&machine(), &problem, &step), 50.0 + 120.0, "{step:?}");
        }
    }
    // Nothing but elements: 5 (1 + 1 + 1) of them for 5 multiply-adds.
    let numbers = of(vec![Stage::given(1, 1), Stage::given(1, 1)]);
    assert_eq!(nanoseconds(&machine(), &numbers, &TANGENT), 50.0 + 15.0);
}

#[test]
fn a_long_sweep_takes_what_its_links_take() {
    let shared = |inputs, outputs| Stage { shared: true, ..Stage::given(inputs, outputs) };
    let problem = of(vec![shared(2, 3), shared(3, 4), Stage::given(4, 2), shared(2, 6)]);
    let step = Step::Eliminate { from: 0, at: 1, to: 4, mode: Mode::Tangent };
    // 2 * 3 * 4 once for all points; 26 elements are more. Then 2 * 4 * 2 and 2 * 2 * 6 for each.
    let links = [50.0 + 26.0, 50.0 + 80.0, 50.0 + 120.0];
    assert_eq!(nanoseconds(&machine(), &problem, &step), links.iter().sum::<f64>());
    let step = Step::Eliminate { from: 0, at: 3, to: 4, mode: Mode::Adjoint };
    // 6 * 2 * 4, 6 * 4 * 3 and 6 * 3 * 2 for each.
    let links = [50.0 + 240.0, 50.0 + 360.0, 50.0 + 180.0];
    assert_eq!(nanoseconds(&machine(), &problem, &step), links.iter().sum::<f64>());
}

#[test]
fn functions_are_swept_and_diagonals_are_made_once() {
    let dense = Stage { tangent_cost: Some(12), adjoint_cost: Some(9), ..Stage::dense(3, 4) };
    let problem = of(vec![Stage::given(2, 3), dense]);
    assert_eq!(nanoseconds(&machine(), &problem, &TANGENT), 50.0 + 4.0 * 5.0 * 2.0 * 12.0);
    let accumulate = Step::Accumulate { from: 1, to: 2, mode: Mode::Adjoint };
    assert_eq!(nanoseconds(&machine(), &problem, &accumulate), 50.0 + 8.0 * 5.0 * 4.0 * 9.0);

    let problem = of(vec![Stage::given(2, 3), diagonal(3, 7)]);
    // The diagonal by one tangent; then 5 * 6 entries are scaled, for which 75 elements move.
    let wanted = 50.0 + 4.0 * 5.0 * 7.0 + 50.0 + 75.0;
    assert_eq!(nanoseconds(&machine(), &problem, &TANGENT), wanted);
    // What was made before is scaled alone.
    assert_eq!(nanoseconds(&machine(), &problem, &MULTIPLY), 50.0 + 75.0);

    // A matrix at hand that is swept through by a faster way than by its product.
    let fast = Stage { tangent_cost: Some(5), ..Stage::given(3, 4) };
    let problem = of(vec![Stage::given(2, 3), fast]);
    assert_eq!(nanoseconds(&machine(), &problem, &TANGENT), 50.0 + 4.0 * 5.0 * 2.0 * 5.0);
}

#[test]
fn what_is_known_is_never_multiplied() {
    let identity = Stage { structure: Structure::Identity, shared: true, ..Stage::dense(3, 3) };
    let problem = of(vec![Stage::given(2, 3), identity]);
    for step in [TANGENT, MULTIPLY] {
        assert_eq!(nanoseconds(&machine(), &problem, &step), 0.0);
    }
    let structure = Structure::Selection { indices: [2, 0].into() };
    let selection = Stage { structure, shared: true, ..Stage::dense(3, 2) };
    let problem = of(vec![Stage::given(2, 3), selection]);
    // 30 elements are read and 20 made.
    assert_eq!(nanoseconds(&machine(), &problem, &TANGENT), 50.0 + 50.0);
}

#[test]
fn the_identity_is_swept_through_a_matrix_as_a_product() {
    let problem = of(vec![Stage::given(2, 3), Stage::given(3, 4)]);
    let step = Step::Accumulate { from: 0, to: 2, mode: Mode::Tangent };
    // 3 * 2 * 2 and 4 * 3 * 2 at each point; of the first 30 + 4 + 30 elements are more.
    assert_eq!(nanoseconds(&machine(), &problem, &step), 50.0 + 64.0 + 50.0 + 130.0);
}

/// Half the peak for every shape, by kind of product another one.
fn by_kind() -> CostModel {
    let mut model = machine();
    let speed = &mut model.speeds[0];
    let shares = [&mut speed.single, &mut speed.stacked, &mut speed.spread, &mut speed.batched];
    for (grid, share) in shares.into_iter().zip([0.5, 0.25, 0.125, 0.0625]) {
        *grid = Grid::constant(share);
    }
    model
}

#[test]
fn a_shared_matrix_stands_to_the_left_of_what_it_is_applied_to() {
    let time = |shared: [bool; 2], step: &Step| {
        let stage = |(width, shared)| Stage { shared, ..Stage::given(width, width) };
        let problem = of([(4, shared[0]), (4, shared[1])].map(stage).to_vec());
        nanoseconds(&by_kind(), &problem, step) - 50.0
    };
    for step in [TANGENT, ADJOINT, MULTIPLY] {
        assert_eq!(time([true, true], &step), 64.0 / 0.5);
        // The first of many is worth a single one.
        assert_eq!(time([true, false], &step), 64.0 / 0.5 + 4.0 * 64.0 / 0.25);
        assert_eq!(time([false, true], &step), 64.0 / 0.5 + 4.0 * 64.0 / 0.125);
        assert_eq!(time([false, false], &step), 64.0 / 0.5 + 4.0 * 64.0 / 0.0625);
    }
    let factors = |first: bool| Problem::factors(&[4, 4, 4], 5, |at| (at == 0) == first).unwrap();
    let time = |first| nanoseconds(&by_kind(), &factors(first), &MULTIPLY) - 50.0;
    assert_eq!(time(true), 64.0 / 0.5 + 4.0 * 64.0 / 0.125);
    assert_eq!(time(false), 64.0 / 0.5 + 4.0 * 64.0 / 0.25);
}

#[test]
fn rows_are_those_of_the_left_factor() {
    let mut model = machine();
    // Products of one row take twice as long.
    let (rows, values) = (vec![1, 2], vec![0.5, 1.0]);
    model.speeds[0].single = Grid { rows, inner: vec![1], columns: vec![1], values };
    let time = |problem: Problem| nanoseconds(&model, &problem, &MULTIPLY) - 50.0;
    let stages = |dims: [u32; 3]| {
        let stages = dims.windows(2).map(|pair| Stage::given(pair[0], pair[1])).collect();
        Problem::new(ProblemSpec::new(stages)).unwrap()
    };
    assert_eq!(time(stages([9, 9, 1])), 2.0 * 81.0);
    assert_eq!(time(stages([1, 9, 9])), 91.0 + 8.0);
    assert_eq!(time(Problem::matrices(&[1, 9, 9]).unwrap()), 2.0 * 81.0);
}

#[test]
fn more_points_and_wider_joints_take_no_less() {
    let links = |widths: &[u32]| {
        let stages = widths.windows(2).enumerate().map(|(i, pair)| match i {
            1 => diagonal(pair[0], 3 * u64::from(pair[0])),
            2 => Stage { shared: true, ..Stage::given(pair[0], pair[1]) },
            3 => Stage::dense(pair[0], pair[1]),
            _ => Stage::given(pair[0], pair[1]),
        });
        stages.collect::<Vec<_>>()
    };
    let steps = |length: usize| {
        let mut steps = Vec::new();
        for from in 0..length {
            for to in from + 1..=length {
                for mode in [Mode::Tangent, Mode::Adjoint] {
                    steps.push(Step::Accumulate { from, to, mode });
                    steps.extend((from + 1..to).map(|at| Step::Eliminate { from, at, to, mode }));
                }
                steps.extend((from + 1..to).map(|at| Step::Multiply { from, at, to }));
            }
        }
        steps
    };
    let widths = [17, 5, 5, 30, 8, 12];
    let problem = |widths: &[u32], batch| {
        Problem::new(ProblemSpec { batch, ..ProblemSpec::new(links(widths)) }).unwrap()
    };
    for model in [machine(), CostModel::default()] {
        let times = |widths: &[u32], batch: u32| {
            let problem = problem(widths, batch);
            let times = Times::new(&model, problem.spans(), 1);
            steps(5).iter().map(|step| times.step(step, false)).collect::<Vec<_>>()
        };
        let least = times(&widths, 3);
        let mut more = vec![times(&widths, 4), times(&widths, 64)];
        for joint in [0, 3, 4, 5] {
            for by in [1, 3, 50] {
                let mut wider = widths;
                wider[joint] += by;
                more.push(times(&wider, 3));
            }
        }
        for more in more {
            for (at, (less, more)) in least.iter().zip(&more).enumerate() {
                assert!(less <= more, "{:?}", steps(5)[at]);
            }
        }
    }
}

#[test]
fn states_that_were_dropped_are_evaluated_in_time_too() {
    let stage = |shared| Stage {
        state_size: Some(40),
        evaluation_cost: Some(1000),
        shared,
        ..Stage::dense(6, 6)
    };
    let problem = of(vec![stage(false); 4]);
    let kept = problem.spans().states().clone();
    let dropped = problem.spans().with(kept.without(&[2]));
    let model = machine();
    let step = Step::Accumulate { from: 2, to: 3, mode: Mode::Tangent };
    let [with, without] =
        [problem.spans(), &dropped].map(|spans| Times::new(&model, spans, 1).step(&step, false));
    // State 2 is made of state 1, at 5 points.
    assert_eq!((without - with) as f64 / 1e6, 50.0 + 4.0 * 5.0 * 1000.0);
}

#[test]
fn numbers_that_are_no_rates_are_named() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = CostModel::roofline(0.0, bad, 1.0).check().unwrap_err();
        assert_eq!(error.code(), "INVALID_COST_MODEL");
        assert!(error.to_string().contains("speeds[0].peak"), "{error}");
    }
    assert!(CostModel::default().check().is_ok());
    let old = CostModel { version: 0, ..CostModel::default() };
    assert!(old.check().is_err());
    let mut torn = CostModel::default();
    torn.speeds[0].single.values.pop();
    assert!(torn.check().is_err());
}

#[test]
fn models_come_back_from_json() {
    for model in [CostModel::default(), CostModel::roofline(2e-7, 4e10, 1.2e10)] {
        assert_eq!(CostModel::from_json(&model.to_json()), Ok(model));
    }
    let old = CostModel { version: 0, ..CostModel::default() };
    assert_eq!(CostModel::from_json(&old.to_json()).unwrap_err().code(), "INVALID_COST_MODEL");
    assert_eq!(CostModel::from_json("{}").unwrap_err().code(), "PARSE_ERROR");
}
