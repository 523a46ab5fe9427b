//! Products of matrices against triple loops, in every order, with shared and batched factors.
use chainrule_exec::{ExecError, Matrices, MultiplyOptions, Order, multiply_chain};
use chainrule_plan::{Problem, Request, Tree, bracketings, plan, plan_of_bracketing};

/// Numbers that are all different and not round.
fn numbers(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|i| ((i * 7919 + seed * 104_729) % 10_007) as f64 / 5003.0 - 1.0).collect()
}

struct Factors {
    dims: Vec<u32>,
    batch: usize,
    batched: Vec<bool>,
    data: Vec<Vec<f64>>,
}

impl Factors {
    fn new(dims: &[u32], batch: usize, batched: &[bool]) -> Factors {
        let data = dims.windows(2).zip(batched).enumerate().map(|(seed, (ends, &batched))| {
            let size = (ends[0] * ends[1]) as usize;
            numbers(if batched { batch * size } else { size }, seed)
        });
        Factors { dims: dims.into(), batch, batched: batched.into(), data: data.collect() }
    }

    fn all(&self) -> Vec<Matrices<'_>> {
        self.points(0..self.batch)
    }

    /// Some of the points.
    fn points(&self, points: std::ops::Range<usize>) -> Vec<Matrices<'_>> {
        let factor = |(i, ends): (usize, &[u32])| {
            let size = (ends[0] * ends[1]) as usize;
            let data = match self.batched[i] {
                true => &self.data[i][points.start * size..points.end * size],
                false => &self.data[i][..],
            };
            let batch = self.batched[i].then_some(points.len());
            Matrices { data, batch, rows: ends[0], columns: ends[1] }
        };
        self.dims.windows(2).enumerate().map(factor).collect()
    }

    fn outputs(&self) -> usize {
        let points = if self.batched.contains(&true) { self.batch } else { 1 };
        points * (self.dims[0] * self.dims[self.dims.len() - 1]) as usize
    }

    fn problem(&self) -> Problem {
        let batch = if self.batched.contains(&true) { self.batch as u32 } else { 1 };
        Problem::factors(&self.dims, batch, |i| !self.batched[i]).unwrap()
    }

    fn product(&self, options: &MultiplyOptions) -> Vec<f64> {
        let mut out = vec![f64::NAN; self.outputs()];
        multiply_chain(&self.all(), options, &mut out).unwrap();
        out
    }

    /// From the left, point by point.
    fn naive(&self) -> Vec<f64> {
        let points = if self.batched.contains(&true) { self.batch } else { 1 };
        let mut all = Vec::new();
        for point in 0..points {
            let entry = |i: usize, r: usize, c: usize| {
                let (rows, columns) = (self.dims[i] as usize, self.dims[i + 1] as usize);
                let first = if self.batched[i] { point * rows * columns } else { 0 };
                self.data[i][first + r * columns + c]
            };
            let m = self.dims[0] as usize;
            let mut columns = self.dims[1] as usize;
            let mut left: Vec<f64> =
                (0..m * columns).map(|at| entry(0, at / columns, at % columns)).collect();
            for i in 1..self.data.len() {
                let n = self.dims[i + 1] as usize;
                let inner = |r: usize, c: usize| {
                    (0..columns).map(|k| left[r * columns + k] * entry(i, k, c)).sum::<f64>()
                };
                left = (0..m * n).map(|at| inner(at / n, at % n)).collect();
                columns = n;
            }
            all.extend(left);
        }
        all
    }
}

fn assert_close(got: &[f64], wanted: &[f64], dims: &[u32]) {
    assert_eq!(got.len(), wanted.len());
    // Entries are below 1, so partial sums are below the product of the inner sizes.
    let inner: f64 = dims[1..dims.len() - 1].iter().map(|&n| f64::from(n)).product();
    let bound = 1e-15 * inner * dims.iter().map(|&n| f64::from(n)).sum::<f64>();
    for (at, (x, y)) in got.iter().zip(wanted).enumerate() {
        assert!((x - y).abs() <= bound, "{at}: {x} and {y}");
    }
}

/// Dims, batch, and which factors have one.
fn cases() -> Vec<Factors> {
    vec![
        Factors::new(&[3, 4], 5, &[true]),
        Factors::new(&[3, 4], 1, &[false]),
        Factors::new(&[2, 3, 2], 7, &[true, false]),
        Factors::new(&[5, 9, 2, 11], 1, &[false, false, false]),
        Factors::new(&[5, 9, 2, 11], 6, &[false, false, true]),
        Factors::new(&[5, 9, 2, 11, 3], 13, &[false, true, false, false]),
        Factors::new(&[70, 65, 8, 90, 66], 9, &[true, true, false, true]),
        Factors::new(&[1, 30, 1, 40, 1], 33, &[true, false, true, true]),
        Factors::new(&[20, 700, 20, 3], 3, &[true, true, true]),
        Factors::new(&[4, 5, 6, 3, 2, 7], 20, &[false, false, true, false, false]),
    ]
}

#[test]
fn products_are_those_of_triple_loops_in_every_order() {
    let mut orders = 0;
    for case in cases() {
        let naive = case.naive();
        assert_close(&case.product(&MultiplyOptions::default()), &naive, &case.dims);
        for (tree, plan) in bracketings(&case.problem()).unwrap() {
            let got = case
                .product(&MultiplyOptions { order: Order::Plan(Box::new(plan)), threads: None });
            assert_close(&got, &naive, &case.dims);
            assert_eq!(tree.length(), case.data.len());
            orders += 1;
        }
    }
    assert_eq!(orders, 38); // Catalan numbers of the lengths
}

#[test]
fn bits_depend_on_neither_threads_nor_the_split_of_the_batch() {
    for case in cases() {
        let tree =
            plan(&case.problem(), &Request::default()).unwrap().tree(&case.problem()).unwrap();
        let order = Order::Bracketing(tree);
        let order = |threads| MultiplyOptions { order: order.clone(), threads };
        let one = case.product(&order(Some(1)));
        for threads in 2..=4 {
            assert_eq!(case.product(&order(Some(threads))), one);
        }
        if !case.batched.contains(&true) {
            continue;
        }
        for cut in 1..case.batch {
            let mut parts = Vec::new();
            for points in [0..cut, cut..case.batch] {
                let mut out = vec![f64::NAN; case.outputs() / case.batch * points.len()];
                multiply_chain(&case.points(points), &order(None), &mut out).unwrap();
                parts.extend(out);
            }
            assert_eq!(parts, one, "cut at {cut} of {:?}", case.dims);
        }
    }
}

#[test]
fn shared_products_are_counted_once() {
    let shared = Factors::new(&[8, 90, 90, 90], 100, &[true, false, false]);
    let plan = plan(&shared.problem(), &Request::default()).unwrap();
    assert_eq!(plan.cost, 90 * 90 * 90 + 100 * 8 * 90 * 90);
    let all = Factors::new(&[8, 90, 90, 90], 100, &[true, true, true]);
    let each = chainrule_plan::plan(&all.problem(), &Request::default()).unwrap();
    assert_eq!(each.cost, 100 * (8 * 90 * 90 + 8 * 90 * 90));
}

#[test]
fn empty_matrices_give_zeros_or_nothing() {
    for (dims, outputs) in [([2, 0, 3], 6), ([0, 2, 3], 0), ([2, 3, 0], 0)] {
        for batched in [[false, false], [true, false], [true, true]] {
            let case = Factors::new(&dims, 4, &batched);
            let points = if batched[0] { 4 } else { 1 };
            let got = case.product(&MultiplyOptions::default());
            assert_eq!(got, vec![0.0; points * outputs], "{dims:?} {batched:?}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let case = Factors::new(&[2, 3, 4], 5, &[true, true]);
    let refused = |factors: &[Matrices], options: &MultiplyOptions, out: usize| {
        multiply_chain(factors, options, &mut vec![0.0; out]).unwrap_err()
    };
    let default = MultiplyOptions::default();
    assert_eq!(refused(&[], &default, 0).code(), "EMPTY_CHAIN");
    let named = |error: ExecError, argument: &str| {
        assert_eq!((error.code(), error.argument()), ("SHAPE_MISMATCH", Some(argument)), "{error}");
    };
    let [a, b] = case.all()[..] else { panic!() };
    named(refused(&[a, a], &default, 20), "factors[1]");
    named(refused(&[a, Matrices { batch: Some(4), ..b }], &default, 40), "factors[1]");
    named(refused(&[Matrices { data: &a.data[1..], ..a }, b], &default, 40), "factors[0]");
    assert_eq!(refused(&[a, b], &default, 39).code(), "SHAPE_MISMATCH");
    let other = Problem::matrices(&[2, 3, 4]).unwrap();
    let plan = plan_of_bracketing(&other, &Tree::from_first(2)).unwrap();
    let options = MultiplyOptions { order: Order::Plan(Box::new(plan)), threads: None };
    assert_eq!(refused(&[a, b], &options, 40).code(), "PLAN_MISMATCH");
    let three = MultiplyOptions { order: Order::Bracketing(Tree::from_first(3)), threads: None };
    assert_eq!(refused(&[a, b], &three, 40).code(), "NOT_A_BRACKETING");
    let none = MultiplyOptions { threads: Some(0), ..default };
    assert_eq!(refused(&[a, b], &none, 40).code(), "INVALID_ARGUMENT");
}
