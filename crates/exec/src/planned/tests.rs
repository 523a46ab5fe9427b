//! Every order gives the same Jacobian, and is worth what the plan says.
use super::planned_tape;
use crate::chain::{
    Chain, chain, stages,
    tests::{band, network},
};
use chainrule_plan::{Mode, Plan, Request, bracketings, forward, plan, preaccumulate_all, reverse};
use chainrule_tape::transform::{self, jacobian_tape};
use chainrule_tape::{Input, Scalar, Shape, Tape, record};

fn inputs(tape: &Tape) -> Vec<Vec<f64>> {
    let row = |(i, input): (usize, &Input)| {
        let element = |k: usize| ((i * 17 + k) as f64 * 0.9).sin();
        (0..input.shape.elements()).map(element).collect()
    };
    tape.inputs().iter().enumerate().map(row).collect()
}

/// Holds a plan's values and Jacobian against those of the whole tape, both naive.
fn agrees(chain: &Chain, shared: &[usize], plan: &Plan) {
    let problem = chain.problem(4, shared).unwrap();
    let tape = planned_tape(chain, &problem, plan).unwrap();
    assert_eq!(tape.verify(), Ok(()));
    let x = inputs(chain.tape());
    let got = tape.evaluate(&x).unwrap();
    let wanted =
        jacobian_tape(chain.tape(), transform::Mode::Tangent).unwrap().evaluate(&x).unwrap();
    let (jacobian, values) = got.split_last().unwrap();
    let (wanted_jacobian, wanted_values) = wanted.split_last().unwrap();
    assert_eq!(values, wanted_values, "{plan}");
    let size = wanted_jacobian.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
    for (a, b) in jacobian.iter().zip(wanted_jacobian) {
        assert!((a - b).abs() <= 1e-13 * size, "{a} against {b} of {size} by\n{plan}");
    }
    assert_eq!(jacobian.len(), wanted_jacobian.len());
}

fn all_orders(chain: &Chain, shared: &[usize]) {
    let problem = chain.problem(4, shared).unwrap();
    let mut plans = vec![
        plan(&problem, &Request::default()).unwrap(),
        forward(&problem).unwrap(),
        reverse(&problem).unwrap(),
        preaccumulate_all(&problem).unwrap(),
    ];
    if chain.len() <= 6 {
        plans.extend(bracketings(&problem).unwrap().into_iter().map(|(_, plan)| plan));
    }
    plans.iter().for_each(|plan| agrees(chain, shared, plan));
}

#[test]
fn all_bracketings_of_a_network_agree() {
    all_orders(&stages(&network(&[70, 66, 5, 68])).unwrap(), &[1, 2]);
    all_orders(&stages(&network(&[66, 3, 70])).unwrap(), &[]);
}

#[test]
fn stages_of_every_structure_agree() {
    let tape = record(vec![Input::new("x", Shape::new(&[10, 9]).unwrap())], |v| {
        let x = v[0].t().flat(); // a selection
        let y = x.sin() * x; // a diagonal
        let z = y.slice(&[1], &[81]) + 2.0; // a selection, and an identity
        let sums = z.reshape(&[8, 10]).sum(&[1]); // dense
        let w = sums.reshape(&[8, 1]).broadcast(&Shape::new(&[8, 9]).unwrap()).flat();
        vec![w.exp().gather(0, &[0, 5, 71, 71, 3]), w.at(4)]
    })
    .unwrap();
    all_orders(&stages(&tape).unwrap(), &[]);
}

#[test]
fn composed_stages_with_several_arrays_agree() {
    let inner = record(vec![Input::new("x", Shape::vector(5)), Input::scalar("y")], |v| {
        vec![v[0] * v[1], v[0].dot(v[0]) + v[1].sin()]
    })
    .unwrap();
    let middle = record(vec![Input::new("a", Shape::vector(5)), Input::scalar("b")], |v| {
        vec![v[0].dot(v[0]) * v[1], v[1].exp()]
    })
    .unwrap();
    let outer = record(vec![Input::scalar("a"), Input::scalar("b")], |v| {
        vec![(v[0] * v[1]).sin(), v[0], v[1] * v[1]]
    })
    .unwrap();
    all_orders(&chain(&[inner, middle, outer]).unwrap(), &[]);
}

#[test]
fn plans_of_other_problems_are_refused() {
    let narrow = stages(&network(&[70, 3, 70])).unwrap();
    let problem = narrow.problem(4, &[]).unwrap();
    let other = narrow.problem(5, &[]).unwrap();
    let plan = plan(&other, &Request::default()).unwrap();
    assert_eq!(planned_tape(&narrow, &problem, &plan).unwrap_err().code(), "PLAN_MISMATCH");
}

#[test]
fn modes_of_the_planner_are_those_of_the_transforms() {
    let network = stages(&network(&[70, 3, 70])).unwrap();
    let problem = network.problem(1, &[]).unwrap();
    let sweeps = |plan: Plan| plan.steps.first().copied();
    let (from, to) = (0, problem.length());
    let accumulate = |mode| Some(chainrule_plan::Step::Accumulate { from, to, mode });
    assert_eq!(sweeps(forward(&problem).unwrap()), accumulate(Mode::Tangent));
    assert_eq!(sweeps(reverse(&problem).unwrap()), accumulate(Mode::Adjoint));
}

#[test]
fn sparse_stages_agree() {
    let folded = |n: u32| {
        record(vec![Input::new("x", Shape::vector(n))], |v| {
            vec![v[0].reshape(&[n / 5, 5]).sum(&[1]).sin()]
        })
        .unwrap()
    };
    let spread = |n: u32| {
        record(vec![Input::new("x", Shape::vector(n))], |v| {
            let back: Vec<u32> = (0..3 * n).map(|i| i * 7 % n).collect();
            vec![v[0].gather(0, &back)]
        })
        .unwrap()
    };
    let dense = |n: u32, m: u32| network(&[n, m]);
    let cosine = record(vec![Input::new("x", Shape::vector(100))], |v| vec![v[0].cos()]).unwrap();
    let band = || band(100);
    all_orders(&chain(&[band(), band()]).unwrap(), &[]);
    all_orders(&chain(&[band(), folded(100), dense(20, 66)]).unwrap(), &[]);
    all_orders(&chain(&[dense(3, 100), band(), folded(100)]).unwrap(), &[]);
    all_orders(&chain(&[cosine.clone(), band(), cosine]).unwrap(), &[]);
    all_orders(&chain(&[band(), spread(100), folded(300)]).unwrap(), &[]);
}
