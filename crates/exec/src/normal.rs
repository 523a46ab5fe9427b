//! The normal equations of least squares: `J'J` and `J'r` summed over points, without the Jacobian of any point being
//! stored.
use crate::{Control, ExecError, Program, Reduce, Rows};
use chainrule_tape::{Recorder, Segment, Shape, Tape, TapeError, Var};

/// Where [`Jacobian::normal`](crate::Jacobian::normal) writes what it gives; what is `None` is left out.
#[derive(Debug, Default)]
pub struct NormalOut<'a> {
    /// Half the sum of the squares of all residuals, one number.
    pub value: Option<&'a mut [f64]>,
    /// Its gradient `J'r`, one number a column.
    pub gradient: Option<&'a mut [f64]>,
    /// `J'J`, row-major: the part of the gradient's Jacobian that is free of second derivatives.
    pub normal: Option<&'a mut [f64]>,
}

/// The tape of `x -> (value, gradient, normal)` at one point, made of that of values and a Jacobian: `r'r / 2`, `J'r` of
/// shape `[n]` and `J'J` of shape `[n, n]`, where `r` is all elements of the values in order.
///
/// # Errors
/// `TOO_LARGE` for 2^16 columns or more.
pub(crate) fn normal_tape(jacobian: &Tape) -> Result<Tape, ExecError> {
    let inputs = jacobian.inputs().to_vec();
    let tape = Recorder::record(Segment::default(), inputs, |recorder, inputs| {
        let mut values = recorder.inline(jacobian, inputs);
        match (values.pop(), values) {
            (Some(matrix), values) if recorder.shape(matrix).len() == 2 => {
                normal(recorder, &residuals(recorder, &values), matrix)
            }
            _ => vec![recorder.fail(no_jacobian())],
        }
    })?;
    Ok(tape.with_output_paths(&["value", "gradient", "normal"].map(String::from))?)
}

/// Runs the program of such a tape on points and adds them up.
pub(crate) fn run_normal(
    program: &Program,
    wrt: &[usize],
    points: usize,
    inputs: &[Rows],
    out: NormalOut,
    control: &Control,
) -> Result<(), ExecError> {
    for &input in wrt {
        if let (Some(Rows::Indexed { .. }), Some(info)) =
            (inputs.get(input), program.inputs().get(input))
        {
            let argument = format!("inputs[{input}] ({:?})", info.path);
            let wanted = "be shared or have a row for each point, for its `J'J` would be a matrix over the rows of its table";
            return Err(ExecError::invalid(&argument, wanted, "is given by index"));
        }
    }
    let mut outputs = [out.value, out.gradient, out.normal];
    program.run(points, inputs, &mut outputs, Reduce::Sum, control)
}

fn no_jacobian() -> TapeError {
    TapeError::invalid("jacobian", "be a matrix behind the values", "there is none")
}

/// All values one behind the other.
fn residuals<'r>(recorder: &'r Recorder, values: &[Var<'r>]) -> Var<'r> {
    match values {
        [] => recorder.splat(0.0, &Shape::vector(0)),
        values => recorder.concat(&values.iter().map(|value| value.flat()).collect::<Vec<_>>(), 0),
    }
}

/// Products of up to so many terms are written out, so that those of small matrices run on many points at once and the
/// symmetric half is made once.
const WRITTEN_OUT: u64 = 1 << 14;

fn normal<'r>(recorder: &'r Recorder, residuals: &Var<'r>, matrix: Var<'r>) -> Vec<Var<'r>> {
    let shape = recorder.shape(matrix);
    let (m, n) = (shape[0], shape[1]);
    let square = residuals.dot(*residuals);
    let value = square * Var::from(0.5);
    if m > 0 && n > 0 && u64::from(m) * u64::from(n) * u64::from(n) <= WRITTEN_OUT {
        let rows: Vec<Vec<Var>> = (0..m).map(|i| entries(matrix.at(i), n)).collect();
        let r = entries(*residuals, m);
        let column = |j: usize| rows.iter().map(|row| row[j]).collect::<Vec<_>>();
        let columns: Vec<Vec<Var>> = (0..n as usize).map(column).collect();
        let gradient: Vec<Var> = columns.iter().map(|column| product(column, &r)).collect();
        let normal = recorder.stack(&symmetric(&columns), 0).reshape(&[n, n]);
        return vec![value, recorder.stack(&gradient, 0), normal];
    }
    let transposed = matrix.t();
    vec![value, transposed.dot(*residuals), transposed.dot(matrix)]
}

/// The products of all pairs of columns, row-major; those below the diagonal are those above it.
fn symmetric<'r>(columns: &[Vec<Var<'r>>]) -> Vec<Var<'r>> {
    let n = columns.len();
    let row = |i: usize| columns[i..].iter().map(|other| product(&columns[i], other)).collect();
    let upper: Vec<Vec<Var>> = (0..n).map(row).collect();
    let entry = |at: usize| {
        let (i, j) = (at / n, at % n);
        upper[i.min(j)][i.abs_diff(j)]
    };
    (0..n * n).map(entry).collect()
}

fn entries(vector: Var<'_>, count: u32) -> Vec<Var<'_>> {
    (0..count).map(|i| vector.at(i)).collect()
}

fn product<'r>(a: &[Var<'r>], b: &[Var<'r>]) -> Var<'r> {
    let terms = a.iter().zip(b).map(|(&a, &b)| a * b);
    terms.reduce(|sum, term| sum + term).unwrap_or(Var::from(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Jacobian, JacobianOptions, Order, PrepareOptions, jacobian};
    use chainrule_tape::{Input, Scalar, record};

    /// `[a_i sin(b x_i) - y, ...]` for parameters `a` and `b` of `n` elements each, `m` residuals at a point.
    fn fit(n: u32, m: u32) -> Tape {
        let vector = Shape::new(&[n]).unwrap();
        let x = Input::new("x", Shape::new(&[m, n]).unwrap()).fixed();
        let inputs = vec![Input::new("a", vector.clone()), Input::new("b", vector), x];
        record(inputs, |v| vec![v[2].dot(v[0]).sin(), (v[2].dot(v[1]) * 0.5).exp()]).unwrap()
    }

    fn numbers(count: usize, seed: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1000) as f64 / 1000.0 - 0.5).collect()
    }

    struct Case {
        n: usize,
        points: usize,
        rows: [Vec<f64>; 3],
    }

    impl Case {
        fn new(n: u32, m: u32, points: usize) -> Case {
            let (columns, count) = (n as usize, (n * m) as usize * points);
            let rows = [numbers(columns, 1), numbers(columns, 2), numbers(count, 3)];
            Case { n: 2 * columns, points, rows }
        }

        fn inputs(&self) -> [Rows<'_>; 3] {
            let [a, b, x] = &self.rows;
            [Rows::Shared(a), Rows::Shared(b), Rows::Each(x)]
        }

        /// `value`, `gradient` and `normal` one behind the other.
        fn run(&self, jacobian: &Jacobian) -> Vec<f64> {
            let (mut value, mut gradient) = ([f64::NAN], vec![f64::NAN; self.n]);
            let mut normal = vec![f64::NAN; self.n * self.n];
            let out = NormalOut {
                value: Some(&mut value),
                gradient: Some(&mut gradient),
                normal: Some(&mut normal),
            };
            jacobian.normal(self.points, &self.inputs(), out, &Control::default()).unwrap();
            [&value[..], &gradient, &normal].concat()
        }

        /// The same from stored Jacobians, by loops.
        fn by_loops(&self, jacobian: &Jacobian) -> Vec<f64> {
            let (n, m) = (self.n, jacobian.rows());
            let half = m / 2;
            let (mut first, mut second) =
                (vec![0.0; self.points * half], vec![0.0; self.points * half]);
            let mut matrix = vec![0.0; self.points * m * n];
            let values = vec![Some(&mut first[..]), Some(&mut second[..])];
            let (none, control) = (Reduce::None, Control::default());
            let inputs = self.inputs();
            jacobian.at(self.points, &inputs, values, Some(&mut matrix), none, &control).unwrap();
            let mut sums = vec![0.0; 1 + n + n * n];
            for (k, row) in matrix.chunks_exact(n).enumerate() {
                let (point, i) = (k / m, k % m);
                let values = if i < half { &first } else { &second };
                let r = values[point * half + i % half];
                sums[0] += r * r / 2.0;
                for j in 0..n {
                    sums[1 + j] += row[j] * r;
                    for l in 0..n {
                        sums[1 + n + j * n + l] += row[j] * row[l];
                    }
                }
            }
            sums
        }
    }

    fn assert_close(came: &[f64], wanted: &[f64]) {
        assert_eq!(came.len(), wanted.len());
        for (came, wanted) in came.iter().zip(wanted) {
            assert!((came - wanted).abs() <= 1e-11 * (1.0 + wanted.abs()), "{came} {wanted}");
        }
    }

    #[test]
    fn are_those_of_the_stored_jacobian() {
        for (n, m, points) in [(1, 1, 1), (2, 3, 2000), (6, 1, 70), (40, 30, 9)] {
            let (tape, case) = (fit(n, m), Case::new(n, m, points));
            for order in [Order::Forward, Order::Reverse] {
                let options = JacobianOptions { order, ..JacobianOptions::default() };
                let jacobian = jacobian(&tape, &options).unwrap();
                assert_close(&case.run(&jacobian), &case.by_loops(&jacobian));
            }
        }
    }

    #[test]
    fn are_symmetric_and_have_the_same_bits_for_any_number_of_threads() {
        crate::set_threads(4).unwrap();
        let (tape, case) = (fit(3, 2), Case::new(3, 2, 5000));
        let with = |threads| {
            let prepare = PrepareOptions { threads: Some(threads), ..Default::default() };
            case.run(&jacobian(&tape, &JacobianOptions { prepare, ..Default::default() }).unwrap())
        };
        let one = with(1);
        assert_eq!(one, with(4));
        let normal = &one[1 + case.n..];
        for (i, j) in (0..case.n).flat_map(|i| (0..i).map(move |j| (i, j))) {
            assert_eq!(normal[i * case.n + j], normal[j * case.n + i]);
        }
    }

    #[test]
    fn columns_follow_the_order_asked_for_and_fixed_inputs_may_be_indexed() {
        let (tape, case) = (fit(2, 1), Case::new(2, 1, 3));
        let wrt = |names: &[&str]| {
            let wrt = Some(names.iter().map(|name| name.to_string()).collect());
            jacobian(&tape, &JacobianOptions { wrt, ..Default::default() }).unwrap()
        };
        let (own, other) = (case.run(&wrt(&["a", "b"])), case.run(&wrt(&["b", "a"])));
        assert_eq!([&other[3..5], &other[1..3]].concat(), own[1..5]);
        let [a, b, x] = &case.rows;
        let indexed = Rows::Indexed { table: x, index: &[2, 0, 1] };
        let mut value = [0.0];
        let out = NormalOut { value: Some(&mut value), ..NormalOut::default() };
        let inputs = [Rows::Shared(a), Rows::Shared(b), indexed];
        let control = Control::default();
        wrt(&["a"]).normal(3, &inputs, out, &control).unwrap();
        assert_close(&value, &own[..1]);
        let inputs = [Rows::Indexed { table: a, index: &[0; 3] }, Rows::Shared(b), Rows::Each(x)];
        let error = wrt(&["a"]).normal(3, &inputs, NormalOut::default(), &control).unwrap_err();
        assert_eq!(
            (error.code(), error.argument()),
            ("INVALID_ARGUMENT", Some("inputs[0] (\"a\")"))
        );
        wrt(&["b"]).normal(3, &inputs, NormalOut::default(), &control).unwrap();
    }

    #[test]
    fn of_nothing_are_nothing() {
        let f = record(vec![Input::scalar("x").fixed()], |v| vec![v[0].sin()]).unwrap();
        let jacobian_of = |tape: &Tape| jacobian(tape, &JacobianOptions::default()).unwrap();
        let mut value = [f64::NAN];
        let out =
            NormalOut { value: Some(&mut value), gradient: Some(&mut []), normal: Some(&mut []) };
        let control = Control::default();
        jacobian_of(&f).normal(2, &[Rows::Each(&[0.5, 1.0])], out, &control).unwrap();
        assert_close(&value, &[(0.5_f64.sin().powi(2) + 1.0_f64.sin().powi(2)) / 2.0]);
        let none = record(vec![Input::new("x", Shape::new(&[2]).unwrap())], |_| vec![]).unwrap();
        let (mut gradient, mut normal) = ([f64::NAN; 2], [f64::NAN; 4]);
        let out = NormalOut {
            value: Some(&mut value),
            gradient: Some(&mut gradient),
            normal: Some(&mut normal),
        };
        jacobian_of(&none).normal(1, &[Rows::Shared(&[1.0, 2.0])], out, &control).unwrap();
        assert_eq!((value, gradient, normal), ([0.0], [0.0; 2], [0.0; 4]));
    }
}
