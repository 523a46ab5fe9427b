//! Judges of derivatives: difference quotients, the dot-product identity, and a loop over entries.
use chainrule_tape::Tape;
use chainrule_tape::transform::{jvp, vjp, vmap};

/// Numbers that look random, the same on every machine.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Numbers {
        Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1)
    }

    /// A number from -1 to 1.
    pub(crate) fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    pub(crate) fn array(&mut self, length: usize) -> Vec<f64> {
        (0..length).map(|_| self.next()).collect()
    }

    /// An array for each input.
    pub(crate) fn point(&mut self, tape: &Tape) -> Vec<Vec<f64>> {
        tape.inputs().iter().map(|input| self.array(input.shape.elements())).collect()
    }
}

/// Judges jvp, vjp and vmap of `tape`, and of its own jvp and vjp while `depth` lasts.
pub(crate) fn judge(name: &str, tape: &Tape, depth: usize) {
    judge_at(name, tape, &Numbers::new(1).point(tape), depth);
}

/// As [`judge`], at a point.
pub(crate) fn judge_at(name: &str, tape: &Tape, point: &[Vec<f64>], depth: usize) {
    let mut numbers = Numbers::new(2);
    let forward = jvp(tape).unwrap();
    let reverse = vjp(tape).unwrap();
    let direction = directions(tape, &mut numbers);
    let weights: Vec<Vec<f64>> =
        (0..tape.outputs().len()).map(|i| numbers.array(tape.output_shape(i).elements())).collect();

    let values = tape.evaluate(point).unwrap();
    let forward_point = [point.to_vec(), direction.clone()].concat();
    let (forward_values, tangents) =
        halves(forward.evaluate(&forward_point).unwrap(), values.len());
    same_bits(name, &values, &forward_values);
    close(&format!("{name}: jvp"), &tangents, &quotients(tape, point, &direction), 1e-7);

    let reverse_point = [point.to_vec(), weights.clone()].concat();
    let (reverse_values, adjoints) =
        halves(reverse.evaluate(&reverse_point).unwrap(), values.len());
    same_bits(name, &values, &reverse_values);
    let (left, right) = (inner(&weights, &tangents), inner(&adjoints, &direction));
    let scale = inner_size(&weights, &tangents).max(inner_size(&adjoints, &direction));
    assert!((left - right).abs() <= 1e-12 * scale, "{name}: <u, Jv> = {left}, <J'u, v> = {right}");

    judge_vmap(name, tape, point);
    if depth > 1 {
        judge_at(&format!("{name}, jvp"), &forward, &forward_point, depth - 1);
        judge_at(&format!("{name}, vjp"), &reverse, &reverse_point, depth - 1);
    }
}

/// `vmap` over three entries is a loop over them, whatever inputs are mapped.
fn judge_vmap(name: &str, tape: &Tape, point: &[Vec<f64>]) {
    let count = tape.inputs().len();
    let paths: Vec<&str> = tape.inputs().iter().map(|input| input.path.as_str()).collect();
    let mut choices: Vec<Vec<usize>> = vec![(0..count).collect()];
    if count > 1 {
        choices.extend((0..count).map(|i| vec![i]));
    }
    for mapped in choices {
        let shared: Vec<&str> =
            (0..count).filter(|i| !mapped.contains(i)).map(|i| paths[i]).collect();
        let batched = vmap(tape, 3, Some(&shared)).unwrap();
        let entries: Vec<Vec<Vec<f64>>> = (0..3).map(|e| entry(point, &mapped, e)).collect();
        let joined: Vec<Vec<f64>> = (0..count)
            .map(|i| match mapped.contains(&i) {
                true => entries.iter().flat_map(|entry| entry[i].clone()).collect(),
                false => point[i].clone(),
            })
            .collect();
        let one_by_one: Vec<Vec<Vec<f64>>> =
            entries.iter().map(|entry| tape.evaluate(entry).unwrap()).collect();
        let wanted: Vec<Vec<f64>> = (0..tape.outputs().len())
            .map(|o| one_by_one.iter().flat_map(|outputs| outputs[o].clone()).collect())
            .collect();
        let name = format!("{name}: vmap over inputs {mapped:?}");
        same_bits(&name, &wanted, &batched.evaluate(&joined).unwrap());
    }
}

/// The point with its mapped inputs scaled, a little differently for each entry.
fn entry(point: &[Vec<f64>], mapped: &[usize], entry: usize) -> Vec<Vec<f64>> {
    let scale = |i: usize| if mapped.contains(&i) { 1.0 - 0.01 * entry as f64 } else { 1.0 };
    point.iter().enumerate().map(|(i, x)| x.iter().map(|x| x * scale(i)).collect()).collect()
}

/// A direction for each input that is differentiated.
pub(crate) fn directions(tape: &Tape, numbers: &mut Numbers) -> Vec<Vec<f64>> {
    let free = tape.inputs().iter().filter(|input| !input.fixed);
    free.map(|input| numbers.array(input.shape.elements())).collect()
}

/// The derivative along `direction` by central differences, extrapolated to step 0.
fn quotients(tape: &Tape, point: &[Vec<f64>], direction: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let central = |h: f64| {
        let (above, below) = (moved(tape, point, direction, h), moved(tape, point, direction, -h));
        let quotient = |(a, b): (&Vec<f64>, &Vec<f64>)| {
            a.iter().zip(b).map(|(a, b)| (a - b) / (2.0 * h)).collect::<Vec<f64>>()
        };
        above.iter().zip(&below).map(quotient).collect::<Vec<_>>()
    };
    let (coarse, fine) = (central(2e-4), central(1e-4));
    let extrapolated = |(coarse, fine): (&Vec<f64>, &Vec<f64>)| {
        coarse.iter().zip(fine).map(|(coarse, fine)| (4.0 * fine - coarse) / 3.0).collect()
    };
    coarse.iter().zip(&fine).map(extrapolated).collect()
}

fn moved(tape: &Tape, point: &[Vec<f64>], direction: &[Vec<f64>], h: f64) -> Vec<Vec<f64>> {
    let mut directions = direction.iter();
    let input = |(input, x): (&chainrule_tape::Input, &Vec<f64>)| match input.fixed {
        true => x.clone(),
        false => x.iter().zip(directions.next().unwrap()).map(|(x, d)| x + h * d).collect(),
    };
    let point: Vec<Vec<f64>> = tape.inputs().iter().zip(point).map(input).collect();
    tape.evaluate(&point).unwrap()
}

fn halves(mut outputs: Vec<Vec<f64>>, at: usize) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let rest = outputs.split_off(at);
    (outputs, rest)
}

fn inner(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| a * b).sum()
}

fn inner_size(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| (a * b).abs()).sum()
}

/// Fails unless both are equal up to `tolerance` of the largest magnitude.
pub(crate) fn close(name: &str, got: &[Vec<f64>], wanted: &[Vec<f64>], tolerance: f64) {
    assert_eq!(lengths(got), lengths(wanted), "{name}");
    let scale = wanted.iter().flatten().fold(1.0_f64, |scale, x| scale.max(x.abs()));
    for (got, wanted) in got.iter().flatten().zip(wanted.iter().flatten()) {
        let equal = got == wanted || (got.is_nan() && wanted.is_nan());
        assert!(equal || (got - wanted).abs() <= tolerance * scale, "{name}: {got} for {wanted}");
    }
}

/// Fails unless both have the same bits; a NaN is a NaN.
pub(crate) fn same_bits(name: &str, wanted: &[Vec<f64>], got: &[Vec<f64>]) {
    assert_eq!(lengths(got), lengths(wanted), "{name}");
    for (got, wanted) in got.iter().flatten().zip(wanted.iter().flatten()) {
        let same = got.to_bits() == wanted.to_bits() || (got.is_nan() && wanted.is_nan());
        assert!(same, "{name}: {got} for {wanted}");
    }
}

fn lengths(arrays: &[Vec<f64>]) -> Vec<usize> {
    arrays.iter().map(Vec::len).collect()
}
