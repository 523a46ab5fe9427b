//! Every order runs and gives the same Jacobian; the cheapest is taken.
use super::*;
use crate::calibrate::cache::tests::{in_own_folder, measured};
use crate::chain::tests::{band, network};
use crate::{chain, save_calibration};
use chainrule_plan::{Objective, Request};
use chainrule_tape::{Input, Scalar, Shape, record};

fn rows(tape: &Tape, points: usize) -> Vec<Vec<f64>> {
    let row = |(i, input): (usize, &Input)| {
        let points = if input.fixed { 1 } else { points };
        let element = |k: usize| ((i * 13 + k) as f64 * 0.37).sin();
        (0..points * input.shape.elements()).map(element).collect()
    };
    tape.inputs().iter().enumerate().map(row).collect()
}

/// Jacobians at some points; fixed inputs are one row for all.
fn evaluated(jacobian: &Jacobian, points: usize) -> Vec<f64> {
    let data = rows(jacobian.tape(), points);
    let inputs = jacobian.tape().inputs().iter().zip(&data);
    let inputs: Vec<Rows> = inputs
        .map(|(input, row)| if input.fixed { Rows::Shared(row) } else { Rows::Each(row) })
        .collect();
    let mut out = vec![0.0; points * jacobian.rows() * jacobian.columns()];
    let values = jacobian.tape().outputs().iter().map(|_| None).collect();
    let control = Control::default();
    jacobian.at(points, &inputs, values, Some(&mut out), Reduce::None, &control).unwrap();
    out
}

fn close(a: &[f64], b: &[f64]) {
    let size = b.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-13 * size));
}

fn with(order: Order, shared: &[&str]) -> JacobianOptions {
    let shared = shared.iter().map(|name| name.to_string()).collect();
    let prepare = PrepareOptions { shared, ..PrepareOptions::default() };
    JacobianOptions { order, prepare, ..JacobianOptions::default() }
}

#[test]
fn every_order_gives_the_same() {
    let tape = network(&[70, 68, 4, 72, 66]);
    let shared = ["W0", "W1", "W2", "W3"];
    let wanted = evaluated(&jacobian(&tape, &with(Order::Forward, &shared)).unwrap(), 5);
    let chain = stages(&tape).unwrap();
    let problem = chain.problem(DEFAULT_BATCH, &[1, 2, 3, 4]).unwrap();
    let plan = chainrule_plan::plan(&problem, &Request::default()).unwrap();
    let tree = plan.tree(&problem).unwrap();
    let orders = [Order::Auto, Order::Reverse, Order::Bracketing(tree), Order::Plan(plan.into())];
    for order in orders {
        for shared in [&shared[..], &[]] {
            if matches!(order, Order::Plan(_)) && shared.is_empty() {
                let error = jacobian(&tape, &with(order.clone(), shared)).unwrap_err();
                assert_eq!(error.code(), "PLAN_MISMATCH");
                continue;
            }
            close(&evaluated(&jacobian(&tape, &with(order.clone(), shared)).unwrap(), 5), &wanted);
        }
    }
    close(&evaluated(&chain_jacobian(&chain, &with(Order::Forward, &shared)).unwrap(), 5), &wanted);
}

#[test]
fn a_neck_is_planned_around() {
    let tape = network(&[70, 68, 4, 72, 66]);
    let shared = ["W0", "W1", "W2", "W3"];
    let auto = jacobian(&tape, &with(Order::Auto, &shared)).unwrap();
    assert_eq!(auto.order(), "planned");
    assert!(auto.plan().unwrap().is_optimal());
    let forward = jacobian(&tape, &with(Order::Forward, &shared)).unwrap();
    assert_eq!((forward.order(), forward.sweeps()), ("forward", 70));
    assert!(auto.cost() * 8 < forward.cost(), "{} against {}", auto.cost(), forward.cost());
    assert_eq!(forward.plan().unwrap().objective, "forward");
}

#[test]
fn auto_plans_by_time_where_the_machine_is_known() {
    let tape = network(&[70, 68, 4, 72, 66]);
    let chain = stages(&tape).unwrap();
    let shared = ["W0", "W1", "W2", "W3"];
    let options = with(Order::Auto, &shared);
    in_own_folder(|file| {
        let both =
            || [jacobian(&tape, &options).unwrap(), chain_jacobian(&chain, &options).unwrap()];
        let objectives = |both: &[Jacobian; 2]| {
            let plans = both.each_ref().map(|jacobian| jacobian.plan().unwrap());
            (plans.map(|plan| plan.objective), both.each_ref().map(|j| j.warning().is_some()))
        };
        let unknown = both();
        assert_eq!(objectives(&unknown), (["flops".to_string(), "flops".into()], [false; 2]));
        save_calibration(&measured()).unwrap();
        let known = both();
        assert_eq!(objectives(&known), (["time".to_string(), "time".into()], [false; 2]));
        close(&evaluated(&known[0], 5), &evaluated(&unknown[0], 5));

        // What was kept is what is planned by.
        let threads = crate::threads() as u32;
        let objective = Objective::Time { model: Box::new(measured()), threads };
        let request = Request { objective, ..Request::default() };
        let best =
            chainrule_plan::plan(&chain.problem(DEFAULT_BATCH, &[1, 2, 3, 4]).unwrap(), &request);
        assert_eq!(known[1].plan().unwrap(), best.unwrap());

        std::fs::write(file, "damaged").unwrap();
        let again = both();
        assert_eq!(objectives(&again), (["flops".to_string(), "flops".into()], [true; 2]));
        assert!(again[0].warning().unwrap().contains("is damaged"), "{:?}", again[0].warning());
        // Who was prepared before has its plan for good.
        assert_eq!(objectives(&known).0, ["time", "time"]);
    });
}

#[test]
fn a_model_that_is_given_goes_before_what_was_kept() {
    let tape = network(&[70, 68, 4, 72, 66]);
    let with_model =
        |cost_model| JacobianOptions { cost_model: Some(cost_model), ..with(Order::Auto, &[]) };
    in_own_folder(|file| {
        std::fs::write(file, "damaged").unwrap();
        let jacobian = jacobian(&tape, &with_model(CostModel::default())).unwrap();
        assert_eq!(
            (jacobian.plan().unwrap().objective.as_str(), jacobian.warning()),
            ("time", None)
        );
    });
    let broken = CostModel { element_bytes: 0, ..CostModel::default() };
    let error = jacobian(&tape, &with_model(broken)).unwrap_err();
    assert_eq!(error.code(), "INVALID_COST_MODEL");
}

#[test]
fn the_model_says_what_counts() {
    let tape = network(&[70, 68, 4, 72, 66]);
    let cost = |cost_model: Option<CostModel>| {
        let jacobian = jacobian(&tape, &JacobianOptions { cost_model, ..with(Order::Auto, &[]) });
        let jacobian = jacobian.unwrap();
        (jacobian.order(), jacobian.cost())
    };
    let (order, fewest) = cost(None);
    assert_eq!(order, "planned");
    assert_eq!(cost(Some(nanosecond())), ("planned", fewest));
    // Where nothing takes time but the start of a product, the fewest products are best.
    let launches = CostModel::roofline(1.0, 1e300, 1e300);
    let (_, more) = cost(Some(launches));
    assert!(more >= fewest, "{more}");
}

#[test]
fn small_tapes_take_the_cheaper_mode() {
    let inputs = (0..7).map(|i| Input::scalar(&i.to_string())).collect();
    let tape = record(inputs, |v| vec![v[1..].iter().fold(v[0].sin(), |f, &x| f * x + f)]).unwrap();
    let auto = jacobian(&tape, &JacobianOptions::default()).unwrap();
    assert_eq!((auto.order(), auto.sweeps()), ("reverse", 1));
    assert!(auto.cost() < 4 * cost(&tape));
}

#[test]
fn chains_say_by_their_first_stage_what_they_are_differentiated_by() {
    let f = record(vec![Input::scalar("x")], |v| vec![v[0].sin()]).unwrap();
    let chain = chain(&[f.clone(), f]).unwrap();
    let options = JacobianOptions { wrt: Some(vec!["x".into()]), ..JacobianOptions::default() };
    assert_eq!(chain_jacobian(&chain, &options).unwrap_err().argument(), Some("`wrt`"));
    let jacobian = chain_jacobian(&chain, &JacobianOptions::default()).unwrap();
    let x = 0.4_f64;
    let rows = [Rows::Each(&[x])];
    let mut out = [0.0];
    jacobian.at(1, &rows, vec![None], Some(&mut out), Reduce::None, &Control::default()).unwrap();
    assert!((out[0] - x.sin().cos() * x.cos()).abs() < 1e-15);
}

#[test]
fn nothing_to_differentiate_is_an_empty_jacobian_without_a_plan() {
    let tape = record(vec![Input::scalar("x").fixed()], |v| vec![v[0].sin()]).unwrap();
    let jacobian = jacobian(&tape, &JacobianOptions::default()).unwrap();
    assert_eq!((jacobian.rows(), jacobian.columns()), (1, 0));
    assert_eq!(jacobian.plan().unwrap_err().code(), "ZERO_SIZE");
}

#[test]
fn a_band_takes_as_many_sweeps_as_it_has_diagonals() {
    let tape = band(200);
    let auto = jacobian(&tape, &JacobianOptions::default()).unwrap();
    assert_eq!((auto.order(), auto.sweeps()), ("planned", 3));
    let reverse = jacobian(&tape, &with(Order::Reverse, &[])).unwrap();
    assert!(auto.cost() * 20 < reverse.cost(), "{} against {}", auto.cost(), reverse.cost());
    close(&evaluated(&auto, 9), &evaluated(&reverse, 9));
}

#[test]
fn a_run_multiplies_as_often_as_the_plan_says() {
    let matrix = |n: u32, m: u32| {
        let w = Input::new("W", Shape::new(&[m, n]).unwrap()).fixed();
        record(vec![Input::new("x", Shape::vector(n)), w], |v| vec![v[1].dot(v[0])]).unwrap()
    };
    let mut seed = 7_u64;
    let mut below = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    for case in 0..40 {
        let widths: Vec<u32> = (0..4 + case % 4).map(|_| 9 + below(30) as u32).collect();
        let tapes: Vec<Tape> = widths.windows(2).map(|pair| matrix(pair[0], pair[1])).collect();
        let chain = chain(&tapes).unwrap();
        let fixed = chain.tape().inputs().iter().filter(|input| input.fixed);
        let shared: Vec<&str> =
            fixed.map(|input| input.path.as_str()).filter(|_| below(2) == 0).collect();
        for order in [Order::Auto, Order::Reverse] {
            let jacobian = chain_jacobian(&chain, &with(order, &shared)).unwrap();
            let plan = jacobian.plan().unwrap();
            let evaluation: u128 = jacobian.problem().unwrap().evaluation_cost();
            let run = jacobian.program().products(DEFAULT_BATCH as usize);
            let values = run_of_values(&jacobian);
            // Only a product with the identity, which the cheapest plans never have, may be made once for all points
            // where a plan counts it for each.
            let planned = matches!(jacobian.options.order, Order::Auto);
            let made = run - values;
            assert!(made <= plan.cost && (made == plan.cost || !planned), "{made}: {plan}");
            // The model prices what is run: sweeps through matrices are products, shared ones are made once.
            let times = nanosecond().times(&jacobian.problem().unwrap(), &plan, 1).unwrap();
            assert_eq!(times.iter().sum::<u128>(), made * 1_000_000, "{plan}");
            assert!(values <= evaluation);
        }
    }
}

/// A machine that does nothing but multiply-adds of products, each in a nanosecond.
fn nanosecond() -> CostModel {
    CostModel::roofline(0.0, 2e9, 1e300)
}

/// Multiply-adds of the products that make the values alone.
fn run_of_values(jacobian: &Jacobian) -> u128 {
    let program = prepare(jacobian.tape(), &jacobian.options.prepare).unwrap();
    program.products(DEFAULT_BATCH as usize)
}

/// `[a . b + c, a_0 c]` of inputs of different sizes.
fn mixed() -> Tape {
    let vector = Shape::new(&[2]).unwrap();
    let inputs = vec![Input::new("a", vector.clone()), Input::new("b", vector), Input::scalar("c")];
    record(inputs, |v| vec![(v[0] * v[1]).sum(&[0]) + v[2], v[0].at(0) * v[2]]).unwrap()
}

#[test]
fn columns_follow_the_order_that_was_asked_for() {
    let tape = mixed();
    let point = [vec![2.0, 3.0], vec![5.0, 7.0], vec![11.0]];
    let inputs: Vec<Rows> = point.iter().map(|row| Rows::Each(row)).collect();
    let columns = |name: &str| match name {
        "a" => [vec![5.0, 7.0], vec![11.0, 0.0]],
        "b" => [vec![2.0, 3.0], vec![0.0, 0.0]],
        _ => [vec![1.0], vec![2.0]],
    };
    for order in [Order::Auto, Order::Forward, Order::Reverse] {
        for names in [&["c", "a"][..], &["b", "c", "a"], &["a", "b", "c"], &["c"], &["b", "a"]] {
            let wrt: Vec<String> = names.iter().map(|name| name.to_string()).collect();
            let options =
                JacobianOptions { wrt: Some(wrt), order: order.clone(), ..Default::default() };
            let jacobian = jacobian(&tape, &options).unwrap();
            let row = |i: usize| names.iter().flat_map(|name| columns(name)[i].clone()).collect();
            let rows: Vec<Vec<f64>> = (0..2).map(row).collect();
            let mut out = vec![0.0; 2 * jacobian.columns()];
            let (none, control) = (Reduce::None, Control::default());
            jacobian.at(1, &inputs, vec![None, None], Some(&mut out), none, &control).unwrap();
            assert_eq!(out, rows.concat(), "{names:?} {order:?}");
            assert_eq!(jacobian.tape().inputs()[0].path, "a");
            let operator = jacobian.operator(&point).unwrap();
            let row = operator.row(1).unwrap();
            assert_eq!(row, rows[1], "{names:?}");
            for (j, &wanted) in rows[0].iter().enumerate() {
                assert_eq!(operator.column(j).unwrap(), [wanted, rows[1][j]], "{names:?}");
            }
            let adjoints = operator.vjp(&[vec![1.0], vec![0.0]]).unwrap();
            let lengths: Vec<usize> = names.iter().map(|name| columns(name)[0].len()).collect();
            assert_eq!(adjoints.iter().map(Vec::len).collect::<Vec<_>>(), lengths);
            assert_eq!(operator.jvp(&[]).unwrap_err().code(), "INVALID_ARGUMENT");
        }
    }
}

#[test]
fn columns_of_a_planned_jacobian_follow_the_order_that_was_asked_for() {
    let inputs = || {
        let vector = |n: u32| Shape::new(&[n]).unwrap();
        vec![Input::new("x", vector(80)), Input::new("y", vector(70))]
    };
    let tape = record(inputs(), |v| {
        let narrow = v[0].sin().sum(&[0]) * v[1].cos().sum(&[0]);
        vec![narrow.broadcast(&Shape::new(&[90]).unwrap()).exp()]
    })
    .unwrap();
    let with = |names: &[&str]| {
        let wrt = Some(names.iter().map(|name| name.to_string()).collect());
        jacobian(&tape, &JacobianOptions { wrt, ..Default::default() }).unwrap()
    };
    let (own, other) = (with(&["x", "y"]), with(&["y", "x"]));
    assert_eq!((own.order(), other.order()), ("planned", "planned"));
    let (own, other) = (evaluated(&own, 3), evaluated(&other, 3));
    for (own, other) in own.chunks_exact(150).zip(other.chunks_exact(150)) {
        assert_eq!([&other[70..], &other[..70]].concat(), own);
    }
}

#[test]
fn an_input_named_twice_is_refused() {
    let wrt = Some(vec!["a".to_string(), "a".into()]);
    let error = jacobian(&mixed(), &JacobianOptions { wrt, ..Default::default() }).unwrap_err();
    assert_eq!((error.code(), error.argument()), ("INVALID_ARGUMENT", Some("`wrt`")));
}
