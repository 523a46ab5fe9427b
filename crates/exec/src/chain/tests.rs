//! What is cut, what is known of the pieces, and that they still are the whole.
use super::*;
use crate::ExecError;
use crate::jacobian::{JacobianOptions, Order, chain_jacobian};
use crate::program::{Control, Reduce, Rows};
use chainrule_plan::{Jacobian, Limits, Plan, PlanError, Request, Step, Structure, plan};
use chainrule_tape::{Input, Scalar, Shape, Tape, Var, record};

/// `tanh(W x)` for each pair of widths; the weights are fixed inputs.
pub(crate) fn network(widths: &[u32]) -> Tape {
    let shape = |dims: &[u32]| Shape::new(dims).unwrap();
    let mut inputs = vec![Input::new("x", shape(&widths[..1]))];
    for (i, pair) in widths.windows(2).enumerate() {
        inputs.push(Input::new(&format!("W{i}"), shape(&[pair[1], pair[0]])).fixed());
    }
    record(inputs, |v| vec![v[1..].iter().fold(v[0], |x, w| w.dot(x).tanh())]).unwrap()
}

/// What the stages give one after the other.
fn staged(chain: &Chain, inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut carried: Vec<Vec<f64>> = Vec::new();
    for stage in chain.stages() {
        let arg = |source: &Source| match *source {
            Source::Carried(k) => carried[k].clone(),
            Source::Input(i) => inputs[i].clone(),
        };
        let args: Vec<Vec<f64>> = stage.sources.iter().map(arg).collect();
        carried = stage.tape.evaluate(&args).unwrap();
    }
    carried
}

fn numbers(tape: &Tape) -> Vec<Vec<f64>> {
    let row = |(i, input): (usize, &Input)| {
        let element = |k: usize| ((i * 31 + k) as f64 * 0.7).sin();
        (0..input.shape.elements()).map(element).collect()
    };
    tape.inputs().iter().enumerate().map(row).collect()
}

fn kinds(chain: &Chain) -> String {
    let kind = |stage: &Stage| match stage.local {
        Local::Identity => 'i',
        Local::Selection(_) => 's',
        Local::Diagonal => 'd',
        Local::Given(_) => 'g',
        Local::Pattern(_) => 'p',
        Local::Dense => '?',
    };
    chain.stages().iter().map(kind).collect()
}

#[test]
fn a_network_is_cut_into_matrices_and_diagonals() {
    let tape = network(&[100, 80, 8, 90, 100]);
    let chain = stages(&tape).unwrap();
    // The neck is narrow once: its product, then its tanh with the next product.
    assert_eq!(kinds(&chain), "gdg?dgd");
    let x = numbers(&tape);
    assert_eq!(staged(&chain, &x), tape.evaluate(&x).unwrap());
    let problem = chain.problem(64, &[1, 2, 3, 4]).unwrap();
    let spec = problem.spec();
    assert_eq!(spec.batch, 64);
    let widths: Vec<u32> = spec.stages.iter().map(|stage| stage.inputs).collect();
    assert_eq!(widths, [100, 80, 80, 8, 90, 90, 100]);
    assert!(spec.stages[0].shared && spec.stages[0].jacobian == Jacobian::Given);
    assert!(!spec.stages[1].shared && spec.stages[1].structure == Structure::Diagonal);
    assert_eq!(spec.stages[1].tangent_cost, Some(80));
    // Weights that differ from point to point are matrices at hand, but not shared.
    let own = chain.problem(64, &[]).unwrap();
    assert!(!own.spec().stages[0].shared && own.spec().stages[0].jacobian == Jacobian::Given);
}

#[test]
fn what_skips_stages_is_carried() {
    let shape = Shape::vector(70);
    let tape = record(vec![Input::new("x", shape)], |v| {
        let y = v[0].sin();
        let z = y * y.exp() + y;
        vec![z.cos() + z]
    })
    .unwrap();
    let chain = stages(&tape).unwrap();
    assert_eq!(kinds(&chain), "d", "all of it is elementwise");
    let x = numbers(&tape);
    assert_eq!(staged(&chain, &x), tape.evaluate(&x).unwrap());
}

#[test]
fn several_narrow_arrays_are_one_cut() {
    let inputs = (0..6).map(|i| Input::scalar(&i.to_string())).collect();
    let tape = record(inputs, |v| {
        let sum = v.iter().fold(Var::from(0.0), |sum, &x| sum + x * x);
        let product = v.iter().fold(Var::from(1.0), |product, &x| product * x);
        (1..6).map(|k| (sum * f64::from(k)).sin() + product).collect()
    })
    .unwrap();
    let chain = stages(&tape).unwrap();
    assert_eq!(chain.len(), 2);
    assert_eq!((chain.stages()[0].outputs(), chain.stages()[1].inputs()), (2, 2));
    let x = numbers(&tape);
    assert_eq!(staged(&chain, &x), tape.evaluate(&x).unwrap());
}

#[test]
fn a_wide_function_is_one_stage() {
    let inputs = vec![Input::scalar("x"), Input::scalar("y")];
    let tape = record(inputs, |v| vec![v[0].sin().exp().cos() * v[1]]).unwrap();
    assert_eq!(stages(&tape).unwrap().len(), 1);
}

#[test]
fn moves_are_selections_and_join() {
    let tape = record(vec![Input::new("x", Shape::vector(90))], |v| {
        let x = v[0].reshape(&[9, 10]).t().flat().slice(&[5], &[85]);
        vec![x.gather(0, &(0..80).rev().collect::<Vec<_>>()) + 1.0]
    })
    .unwrap();
    let chain = stages(&tape).unwrap();
    assert_eq!(kinds(&chain), "s");
    let Local::Selection(indices) = &chain.stages()[0].local else { panic!("it moves only") };
    let x: Vec<f64> = (0..90).map(f64::from).collect();
    let moved: Vec<f64> = indices.iter().map(|&i| x[i as usize] + 1.0).collect();
    assert_eq!(tape.evaluate(&[x]).unwrap(), [moved]);
}

#[test]
fn composed_stages_take_the_fixed_inputs_of_all() {
    let layer = |n: u32, m: u32| {
        let w = Input::new("W", Shape::new(&[m, n]).unwrap()).fixed();
        record(vec![Input::new("x", Shape::vector(n)), w], |v| vec![v[1].dot(v[0]).tanh()]).unwrap()
    };
    let chain = chain(&[layer(3, 4), layer(4, 2)]).unwrap();
    let paths: Vec<&str> = chain.tape().inputs().iter().map(|input| input.path.as_str()).collect();
    assert_eq!(paths, ["x", "W", "1.W"]);
    let x = numbers(chain.tape());
    assert_eq!(staged(&chain, &x), chain.tape().evaluate(&x).unwrap());
}

#[test]
fn stages_that_do_not_fit_are_named() {
    let f = |n: u32| record(vec![Input::new("x", Shape::vector(n))], |v| vec![v[0].sin()]).unwrap();
    let code = |error: ExecError| (error.code(), error.to_string());
    let (name, text) = code(chain(&[f(3), f(4)]).unwrap_err());
    assert_eq!(name, "SHAPE_MISMATCH");
    assert_eq!(
        text,
        "the differentiated inputs of stage 1 must have the shapes that stage 0 gives ([3]), but have [4]"
    );
    assert_eq!(code(chain(&[]).unwrap_err()).0, "EMPTY_CHAIN");
    assert_eq!(code(stages(&f(0)).unwrap().problem(1, &[]).unwrap_err()).0, "ZERO_SIZE");
}

/// A nonlinear function of neighbours: three diagonals.
pub(crate) fn band(n: u32) -> Tape {
    record(vec![Input::new("x", Shape::vector(n))], |v| {
        let x = v[0];
        let (left, right) = (x.slice(&[0], &[n - 1]), x.slice(&[1], &[n]));
        let (left, right) = (left.pad(&[1], &[0], 0.0), right.pad(&[0], &[1], 0.0));
        vec![(left - x * 2.0 + right) * x.exp()]
    })
    .unwrap()
}

#[test]
fn few_entries_are_a_pattern() {
    let chain = stages(&band(80)).unwrap();
    assert_eq!(kinds(&chain), "p");
    let Local::Pattern(pattern) = &chain.stages()[0].local else { panic!("it is sparse") };
    assert_eq!(
        (pattern.entries(), pattern.row(0), pattern.row(7)),
        (238, &[0, 1][..], &[6, 7, 8][..])
    );
}

#[test]
fn states_count_as_memory_and_are_evaluated_again_where_they_do_not_fit() {
    let widths = [6, 30, 6, 30, 6, 3];
    let tapes: Vec<Tape> = widths.windows(2).map(network).collect();
    let chain = chain(&tapes).unwrap();
    let problem = chain.problem(8, &[1, 2, 3, 4, 5]).unwrap();
    let states = problem.spec().stages.iter().map(|stage| stage.state_size);
    assert!(states.eq(widths[..5].iter().map(|&width| Some(width.into()))));

    let within = |memory| {
        let limits = Limits { memory, ..Limits::default() };
        plan(&problem, &Request { limits, ..Request::default() })
    };
    let again = |plan: &Plan| plan.steps.iter().any(|step| matches!(step, Step::Evaluate { .. }));
    let free = within(None).unwrap();
    assert!(!again(&free));
    let Err(PlanError::InfeasibleMemory { smallest, .. }) = within(Some(1)) else { panic!() };
    let tight = within(Some(smallest.try_into().unwrap())).unwrap();
    assert!(again(&tight) && tight.cost > free.cost && tight.peak_memory <= smallest);
    assert!(smallest < free.peak_memory);

    // It gives the same Jacobian.
    let x = numbers(chain.tape());
    let rows: Vec<Rows> = x.iter().map(|row| Rows::Each(row)).collect();
    let [wanted, got] = [free, tight].map(|plan| {
        let order = Order::Plan(Box::new(plan));
        let options = JacobianOptions { order, batch: 8, ..JacobianOptions::default() };
        let (mut value, mut jacobian) = (vec![0.0; 3], vec![0.0; 18]);
        let outs = &mut [Some(&mut value[..]), Some(&mut jacobian[..])];
        let program = chain_jacobian(&chain, &options).unwrap();
        program.program().run(1, &rows, outs, Reduce::None, &Control::default()).unwrap();
        jacobian
    });
    assert!(wanted.iter().zip(&got).all(|(a, b)| (a - b).abs() < 1e-14) && wanted[0] != 0.0);
}
