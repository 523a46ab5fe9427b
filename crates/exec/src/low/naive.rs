//! The naive run of the low-level form: one point at a time, each region as its words say. It judges the engine bit for bit.
use super::{Array, Factor, Low, Region, ValueId, View};
use chainrule_tape::{Combine, Fold, Scatter, Selection};

impl Low {
    /// The outputs at one point.
    pub(crate) fn evaluate(&self, inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut point = Point(self.values.iter().map(|value| vec![0.0; value.elements]).collect());
        for (value, data) in &self.constants {
            point.0[value.index()].copy_from_slice(data);
        }
        for (value, data) in self.inputs.iter().zip(inputs) {
            point.0[value.index()].copy_from_slice(data);
        }
        point.run(&self.shared);
        point.run(&self.body);
        self.outputs.iter().map(|value| point.0[value.index()].clone()).collect()
    }
}

/// Every value at one point.
struct Point(Vec<Vec<f64>>);

impl Point {
    fn run(&mut self, regions: &[Region]) {
        for region in regions {
            self.region(region);
        }
    }

    fn region(&mut self, region: &Region) {
        match region {
            Region::Straight { code, reads, writes } => {
                let inputs: Vec<f64> =
                    reads.iter().flat_map(|&read| self.of(read).to_vec()).collect();
                let mut outputs = code.evaluate(&inputs).into_iter();
                for &write in writes {
                    self.0[write.index()]
                        .iter_mut()
                        .zip(&mut outputs)
                        .for_each(|(to, from)| *to = from);
                }
            }
            Region::Relayout { from, first, to } => {
                let elements = self.of(*to).len();
                let moved = self.of(*from)[*first..][..elements].to_vec();
                self.set(*to, moved);
            }
            Region::Array(array) => self.array(array),
            Region::Loop { times, carry, body } => {
                for round in 0..*times {
                    if round > 0 {
                        let carried: Vec<Vec<f64>> =
                            carry.iter().map(|&(_, from)| self.of(from).to_vec()).collect();
                        carry.iter().zip(carried).for_each(|(&(to, _), value)| self.set(to, value));
                    }
                    self.run(body);
                }
            }
            Region::Branch { condition, then, otherwise } => {
                let chosen = if self.of(*condition)[0] != 0.0 { then } else { otherwise };
                self.run(chosen);
            }
            Region::Call { program, args, results } => {
                let inputs: Vec<Vec<f64>> = args.iter().map(|&arg| self.of(arg).to_vec()).collect();
                let outputs = program.evaluate(&inputs);
                results.iter().zip(outputs).for_each(|(&result, value)| self.set(result, value));
            }
        }
    }

    fn array(&mut self, array: &Array) {
        match array {
            Array::Map { code, extents, reads, writes } => {
                let places: Vec<Vec<usize>> =
                    reads.iter().map(|view| places(view, extents)).collect();
                let elements = extents.iter().product();
                let mut outputs = vec![Vec::with_capacity(elements); writes.len()];
                for i in 0..elements {
                    let read =
                        |(view, places): (&View, &Vec<usize>)| self.of(view.value)[places[i]];
                    let inputs: Vec<f64> = reads.iter().zip(&places).map(read).collect();
                    outputs.iter_mut().zip(code.evaluate(&inputs)).for_each(|(to, y)| to.push(y));
                }
                writes.iter().zip(outputs).for_each(|(&write, value)| self.set(write, value));
            }
            Array::Select { selection, reads, write } => {
                let reads: Vec<&[f64]> = reads.iter().map(|&read| self.of(read)).collect();
                let value = selected(selection, &reads, self.of(*write).len());
                self.set(*write, value);
            }
            Array::Fold { fold, read, write } => {
                let value = folded(fold, self.of(*read));
                self.set(*write, value);
            }
            Array::Scatter { scatter, base, update, write } => {
                let value = scattered(scatter, self.of(*base), self.of(*update));
                self.set(*write, value);
            }
            Array::Cumulative { outer, length, inner, read, write } => {
                let mut y = self.of(*read).to_vec();
                for o in 0..*outer {
                    let start = o * length * inner;
                    for i in start + inner..start + length * inner {
                        y[i] += y[i - inner];
                    }
                }
                self.set(*write, y);
            }
            Array::Dot { batch, m, k, n, a, b, write } => {
                let value =
                    product([*batch, *m, *k, *n], (a, self.of(a.value)), (b, self.of(b.value)));
                self.set(*write, value);
            }
        }
    }

    fn of(&self, value: ValueId) -> &[f64] {
        &self.0[value.index()]
    }

    fn set(&mut self, to: ValueId, value: Vec<f64>) {
        self.0[to.index()] = value;
    }
}

/// The elements a view reads, for each element of the box in row-major order.
fn places(view: &View, extents: &[usize]) -> Vec<usize> {
    let mut places = vec![view.first as isize];
    for (&extent, &stride) in extents.iter().zip(&view.strides) {
        let steps = |&place: &isize| (0..extent as isize).map(move |step| place + step * stride);
        places = places.iter().flat_map(steps).collect();
    }
    places.into_iter().map(|place| place as usize).collect()
}

fn selected(selection: &Selection, reads: &[&[f64]], elements: usize) -> Vec<f64> {
    let number =
        |source: Option<(usize, usize)>| source.map_or(selection.fill, |(arg, i)| reads[arg][i]);
    selection.sources(elements).into_iter().map(number).collect()
}

/// Each group folded; the order of additions is that of [`sum`].
fn folded(fold: &Fold, x: &[f64]) -> Vec<f64> {
    let divisor = fold.divide_by as f64;
    let value = |group: Vec<usize>| match fold.combine {
        Combine::Add => sum(group.iter().map(|&i| x[i])) / divisor,
        Combine::Max => group.iter().map(|&i| x[i]).reduce(larger).unwrap_or(f64::NEG_INFINITY),
        Combine::Min => group.iter().map(|&i| x[i]).reduce(smaller).unwrap_or(f64::INFINITY),
    };
    fold.groups().into_iter().map(value).collect()
}

/// The sum of a sequence, in the order every engine keeps: in a chunk of 1024, element `i` goes to lane `i mod 8`,
/// lanes are added in a fixed tree, and chunks in order. A lane without elements is left out.
pub(crate) fn sum(elements: impl Iterator<Item = f64>) -> f64 {
    let elements: Vec<f64> = elements.collect();
    let chunks = elements.chunks(1024).map(|chunk| {
        let lane = |l: usize| chunk.iter().skip(l).step_by(8).copied().reduce(|a, b| a + b);
        let pair = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        let even = pair(pair(lane(0), lane(4)), pair(lane(2), lane(6)));
        pair(even, pair(pair(lane(1), lane(5)), pair(lane(3), lane(7)))).unwrap_or(0.0)
    });
    chunks.reduce(|a, b| a + b).unwrap_or(0.0)
}

/// The larger; NaN if either is; 0 above -0.
fn larger(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() || (a == b && a.is_sign_positive()) { a } else { b }
}

/// The smaller; NaN if either is; -0 below 0.
fn smaller(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() || (a == b && a.is_sign_negative()) { a } else { b }
}

fn scattered(scatter: &Scatter, base: &[f64], update: &[f64]) -> Vec<f64> {
    let mut y = base.to_vec();
    let (inner, steps) = (scatter.inner, scatter.index.len());
    for o in 0..scatter.outer {
        for (j, &place) in scatter.index.iter().enumerate() {
            for i in 0..inner {
                y[(o * scatter.length + place as usize) * inner + i] +=
                    update[(o * steps + j) * inner + i];
            }
        }
    }
    y
}

/// Products in the order of the contract of `dot`: chunks of 512 along `k`, each a chain of fused multiply-adds.
fn product([batch, m, k, n]: [usize; 4], a: (&Factor, &[f64]), b: (&Factor, &[f64])) -> Vec<f64> {
    let at = |(factor, data): (&Factor, &[f64]), q: usize, i: usize, j: usize| {
        let offset =
            q as isize * factor.step + i as isize * factor.row + j as isize * factor.column;
        data[(factor.first as isize + offset) as usize]
    };
    let chain = |q: usize, i: usize, j: usize, from: usize| {
        let first = at(a, q, i, from) * at(b, q, from, j);
        (from + 1..k.min(from + 512))
            .fold(first, |sum, l| at(a, q, i, l).mul_add(at(b, q, l, j), sum))
    };
    let element = |q: usize, i: usize, j: usize| {
        (0..k).step_by(512).map(|from| chain(q, i, j, from)).reduce(|a, b| a + b).unwrap_or(0.0)
    };
    let places = (0..batch * m * n).map(|p| (p / (m * n), p / n % m, p % n));
    places.map(|(q, i, j)| element(q, i, j)).collect()
}
