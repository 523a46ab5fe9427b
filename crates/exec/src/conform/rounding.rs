//! The low-level form, which fuses and reorders, stays within the rounding error bound of the tape, which does neither.
//!
//! The bound is found beside the naive evaluation of the tape: every value carries how far it may be from the exact one,
//! errors of arguments going through the partials (the mean value theorem) and each op adding its own rounding. It holds
//! for any order of additions and with or without fusion, so for both ways of running; hence they differ by at most twice
//! as much. A value is unknown where no such claim can be made: at a jump, at a pole, or after losing all but ten bits.
use super::{naive, part, random_tape, rows};
use chainrule_tape::{
    Combine, Form, Input, Kind, NodeId, Op, Recorder, Segment, Shape, Structural, Tape,
};

/// Half a unit in the last place of 1: what a correctly rounded operation loses at most, relatively.
const HALF_ULP: f64 = f64::EPSILON / 2.0;
/// As [`HALF_ULP`], near 0, where numbers lie evenly.
const TINY: f64 = f64::from_bits(1);
const UNKNOWN: f64 = f64::INFINITY;

#[test]
fn the_low_level_form_is_within_the_rounding_error_bound_of_the_unfused_tape() {
    let (mut known, mut all, mut bounds) = (0, 0, Vec::new());
    for (seed, wide) in (0..200).flat_map(|seed| [(seed, 4), (seed + 1000, 9)]) {
        let points = 8;
        let tape = random_tape(seed, 25, wide);
        let inputs = rows(&tape, points, seed + 1);
        let low = naive(&tape, points, &inputs);
        for p in 0..points {
            let point = part(&inputs, points, p, p + 1);
            let exact: Vec<Vec<f64>> = point.iter().map(|x| vec![0.0; x.len()]).collect();
            let (values, errors) = with_errors(&tape, &point, &exact);
            for (output, low) in tape.outputs().iter().zip(part(&low, points, p, p + 1)) {
                let node = output.node().index();
                for ((&value, &error), &low) in values[node].iter().zip(&errors[node]).zip(&low) {
                    all += 1;
                    if error == UNKNOWN {
                        continue;
                    }
                    known += 1;
                    bounds.push(error / value.abs().max(TINY));
                    let apart = (low - value).abs();
                    assert!(
                        apart <= 2.0 * error,
                        "seed {seed}, wide {wide}, %{node}: {low} for {value}, {apart} apart, bound {error}\n{tape}"
                    );
                }
            }
        }
    }
    bounds.sort_by(f64::total_cmp);
    // The bound claims something of most values, and of most of those nearly all their digits.
    assert!(4 * known >= 3 * all, "{known} of {all} values are known");
    let share = |share: f64| bounds[(bounds.len() as f64 * share) as usize];
    assert!(share(0.5) < 1e-15 && share(0.9) < 1e-12, "{:e}, {:e}", share(0.5), share(0.9));
}

/// The value of every node at one point, and how far each element may be from the exact value for inputs that are
/// themselves known within `input_errors`.
fn with_errors(
    tape: &Tape,
    inputs: &[Vec<f64>],
    input_errors: &[Vec<f64>],
) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let values = tape.values(inputs).unwrap();
    let mut errors: Vec<Vec<f64>> = Vec::with_capacity(values.len());
    for ((id, kind, _), y) in tape.nodes().zip(&values) {
        let numbers = |args: &[NodeId]| -> Vec<Numbers> {
            args.iter()
                .map(|arg| Numbers { x: &values[arg.index()], error: &errors[arg.index()] })
                .collect()
        };
        let found = match &kind {
            Kind::Input(i) => input_errors[*i].clone(),
            Kind::Constant(_) => vec![0.0; y.len()],
            Kind::Elementwise(op, n, args) => {
                let args = numbers(args);
                let element = |i: usize| {
                    let args: Vec<(f64, f64)> =
                        args.iter().map(|arg| (arg.x[i], arg.error[i])).collect();
                    elementwise(*op, *n, &args, y[i])
                };
                (0..y.len()).map(element).collect()
            }
            Kind::Structural(rule, args) => {
                let shapes: Vec<&Shape> = args.iter().map(|&arg| tape.shape(arg)).collect();
                structural(rule, &shapes, &numbers(args), y)
            }
        };
        debug_assert_eq!(found.len(), y.len(), "{id:?}");
        errors.push(y.iter().zip(found).map(|(&y, error)| settled(y, error)).collect());
    }
    (values, errors)
}

/// An argument: its elements, and how far each may be from the exact ones.
struct Numbers<'a> {
    x: &'a [f64],
    error: &'a [f64],
}

/// An error that claims something, or that nothing is known.
fn settled(y: f64, error: f64) -> f64 {
    let limit = y.abs().max(1.0) / 1024.0;
    if y.is_finite() && error <= limit { error } else { UNKNOWN }
}

/// The error of an elementwise op at arguments `(x, error)` that gave `y`.
///
/// Partials and values are sampled over the box of what the arguments may be. A value that moves by more than its
/// partials allow has met a jump or a pole.
fn elementwise(op: Op, n: i32, args: &[(f64, f64)], y: f64) -> f64 {
    let rounding = (if op.laws().exact { HALF_ULP } else { 2.0 * HALF_ULP }) * y.abs() + TINY;
    if args.iter().all(|&(_, error)| error == 0.0) {
        return rounding;
    }
    if !y.is_finite() || args.iter().any(|&(_, error)| error == UNKNOWN) {
        return UNKNOWN;
    }
    let (mut steepest, mut moved) = (vec![0.0f64; args.len()], 0.0f64);
    for sample in samples(args) {
        let value = op.value(n, &sample);
        if !value.is_finite() {
            return UNKNOWN;
        }
        moved = moved.max((value - y).abs());
        let partials = op.partials(n, &sample, value);
        for (steepest, partial) in steepest.iter_mut().zip(partials) {
            *steepest = steepest.max(partial.value().abs());
        }
    }
    let carried: f64 =
        steepest.iter().zip(args).map(|(partial, &(_, error))| partial * error).sum();
    if moved <= 2.0 * (carried + rounding) { carried + rounding } else { UNKNOWN }
}

/// Places in the box of what the arguments may be: all combinations of each one's ends and middle and, where they lie
/// between, a whole number (kinks, jumps and poles are at such) and the other arguments (where a choice turns).
fn samples(args: &[(f64, f64)]) -> Vec<Vec<f64>> {
    let mut samples = vec![Vec::new()];
    for &(x, error) in args {
        let inside = |&place: &f64| (place - x).abs() <= error;
        let places = [x - error, x, x + error, x.round()].into_iter();
        let places: Vec<f64> =
            places.chain(args.iter().map(|&(other, _)| other)).filter(inside).collect();
        samples = samples
            .iter()
            .flat_map(|sample| places.iter().map(move |&place| [&sample[..], &[place]].concat()))
            .collect();
    }
    samples
}

/// The errors of a structural op whose value is `y`.
fn structural(rule: &Structural, shapes: &[&Shape], args: &[Numbers], y: &[f64]) -> Vec<f64> {
    match rule.form(shapes) {
        Form::Selection(selection) => selection
            .sources(y.len())
            .into_iter()
            .map(|source| source.map_or(0.0, |(arg, i)| args[arg].error[i]))
            .collect(),
        Form::Fold(fold) => {
            let error = |group: Vec<usize>| match fold.combine {
                Combine::Add => {
                    added(group.iter().map(|&i| (args[0].x[i], args[0].error[i])))
                        / fold.divide_by as f64
                }
                Combine::Max | Combine::Min => {
                    group.iter().map(|&i| args[0].error[i]).fold(0.0, f64::max)
                }
            };
            fold.groups().into_iter().map(error).collect()
        }
        Form::Scatter(scatter) => {
            let mut terms: Vec<Vec<(f64, f64)>> =
                args[0].x.iter().zip(args[0].error).map(|(&x, &error)| vec![(x, error)]).collect();
            let (inner, steps) = (scatter.inner, scatter.index.len());
            for (i, (&x, &error)) in args[1].x.iter().zip(args[1].error).enumerate() {
                let (outer, step, place) = (i / (steps * inner), i / inner % steps, i % inner);
                let along = scatter.index[step] as usize;
                terms[(outer * scatter.length + along) * inner + place].push((x, error));
            }
            terms.into_iter().map(|terms| added(terms.into_iter())).collect()
        }
        Form::Dot { batch, m, k, n } => {
            let product = |b: usize, i: usize, j: usize, l: usize| {
                let (p, q) = ((b * m + i) * k + l, (b * k + l) * n + j);
                let [(x, x_error), (z, z_error)] =
                    [(args[0].x[p], args[0].error[p]), (args[1].x[q], args[1].error[q])];
                let carried = x.abs() * z_error + z.abs() * x_error + x_error * z_error;
                (x * z, carried + HALF_ULP * (x * z).abs() + TINY)
            };
            let places = (0..batch * m * n).map(|p| (p / (m * n), p / n % m, p % n));
            places.map(|(b, i, j)| added((0..k).map(|l| product(b, i, j, l)))).collect()
        }
        Form::Cumulative { length, inner, .. } => {
            let sum = |p: usize| {
                let (row, along, place) = (p / (length * inner), p / inner % length, p % inner);
                let at = move |step: usize| (row * length + step) * inner + place;
                added((0..=along).map(|step| (args[0].x[at(step)], args[0].error[at(step)])))
            };
            (0..y.len()).map(sum).collect()
        }
        Form::Composed => {
            let inputs = shapes.iter().map(|&shape| Input::new("", shape.clone())).collect();
            let tape = Recorder::record(Segment::default(), inputs, |recorder, vars| {
                vec![rule.compose(recorder, vars)]
            })
            .unwrap();
            let [x, errors] = [|arg: &Numbers| arg.x.to_vec(), |arg: &Numbers| arg.error.to_vec()]
                .map(|part| args.iter().map(part).collect::<Vec<_>>());
            with_errors(&tape, &x, &errors).1.swap_remove(tape.outputs()[0].node().index())
        }
    }
}

/// The error of a sum of terms `(x, error)` in any order, and of one division after it: as many roundings as terms, each of
/// a partial sum that is at most the sum of sizes.
fn added(terms: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut count, mut size, mut carried) = (0.0, 0.0, 0.0);
    for (x, error) in terms {
        count += 1.0;
        size += x.abs() + error;
        carried += error;
    }
    carried + count * (HALF_ULP * size + TINY)
}
