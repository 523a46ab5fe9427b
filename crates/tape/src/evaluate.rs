//! The naive evaluator: one node at a time, one point at a time, straight from the tables. It judges every engine.
use crate::form::{Combine, Form};
use crate::{Kind, NodeId, Recorder, Segment, Shape, Structural, Tape, TapeError};

impl Tape {
    /// The outputs at one point: an array for each input in, one for each output out, row-major.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH` where an input has not as many elements as its shape.
    pub fn evaluate(&self, inputs: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, TapeError> {
        let values = self.values(inputs)?;
        Ok(self.outputs().iter().map(|output| values[output.node().index()].clone()).collect())
    }

    /// The value of every node at one point, row-major.
    ///
    /// # Errors
    /// As [`Tape::evaluate`].
    pub fn values(&self, inputs: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, TapeError> {
        self.check_inputs(inputs)?;
        let mut values: Vec<Vec<f64>> = Vec::with_capacity(self.len());
        for (_, kind, shape) in self.nodes() {
            let arg = |id: &NodeId| values[id.index()].as_slice();
            let value = match &kind {
                Kind::Input(i) => inputs[*i].clone(),
                Kind::Constant(constant) => {
                    (0..shape.elements()).map(|i| constant.element(i)).collect()
                }
                Kind::Elementwise(op, n, args) => {
                    let args: Vec<&[f64]> = args.iter().map(arg).collect();
                    let element = |i: usize| args.iter().map(|arg| arg[i]).collect::<Vec<f64>>();
                    (0..shape.elements()).map(|i| op.value(*n, &element(i))).collect()
                }
                Kind::Structural(rule, args) => {
                    let shapes: Vec<&Shape> = args.iter().map(|&id| self.shape(id)).collect();
                    let args: Vec<&[f64]> = args.iter().map(arg).collect();
                    structural_value(rule, &shapes, &args, shape.elements())
                }
            };
            values.push(value);
        }
        Ok(values)
    }

    fn check_inputs(&self, inputs: &[Vec<f64>]) -> Result<(), TapeError> {
        if inputs.len() != self.inputs().len() {
            let wanted = format!("be {} arrays", self.inputs().len());
            return Err(TapeError::invalid(
                "inputs",
                wanted,
                format!("there are {}", inputs.len()),
            ));
        }
        for (i, (input, data)) in self.inputs().iter().zip(inputs).enumerate() {
            if data.len() != input.shape.elements() {
                return Err(TapeError::ShapeMismatch {
                    argument: format!("inputs[{i}] ({:?})", input.path),
                    wanted: format!(
                        "have {} elements for shape {}",
                        input.shape.elements(),
                        input.shape
                    ),
                    came: format!("has {}", data.len()),
                });
            }
        }
        Ok(())
    }
}

/// The value of a structural op, read off its form.
fn structural_value(
    rule: &Structural,
    shapes: &[&Shape],
    args: &[&[f64]],
    elements: usize,
) -> Vec<f64> {
    if elements == 0 {
        return Vec::new(); // the loops below would still turn, 2^32 times for some arrays of nothing
    }
    match rule.form(shapes) {
        Form::Selection(selection) => selection
            .sources(elements)
            .into_iter()
            .map(|source| source.map_or(selection.fill, |(arg, i)| args[arg][i]))
            .collect(),
        Form::Fold(fold) => fold
            .groups()
            .iter()
            .map(|group| {
                combined(fold.combine, group.iter().map(|&i| args[0][i])) / fold.divide_by as f64
            })
            .collect(),
        Form::Scatter(scatter) => {
            let mut y = args[0].to_vec();
            let steps = scatter.index.len();
            for o in 0..scatter.outer {
                for (j, &place) in scatter.index.iter().enumerate() {
                    for i in 0..scatter.inner {
                        y[(o * scatter.length + place as usize) * scatter.inner + i] +=
                            args[1][(o * steps + j) * scatter.inner + i];
                    }
                }
            }
            y
        }
        Form::Dot { batch, m, k, n } => {
            let mut y = Vec::with_capacity(batch * m * n);
            for b in 0..batch {
                let (left, right) = (&args[0][b * m * k..], &args[1][b * k * n..]);
                for i in 0..m {
                    y.extend(
                        (0..n).map(|j| {
                            (0..k).map(|l| left[i * k + l] * right[l * n + j]).sum::<f64>()
                        }),
                    );
                }
            }
            y
        }
        Form::Cumulative { outer, length, inner } => {
            let mut y = args[0].to_vec();
            for o in 0..outer {
                for j in inner..length * inner {
                    y[o * length * inner + j] += y[o * length * inner + j - inner];
                }
            }
            y
        }
        Form::Composed => composed_value(rule, shapes, args),
    }
}

fn combined(combine: Combine, mut elements: impl Iterator<Item = f64>) -> f64 {
    match combine {
        Combine::Add => elements.sum(),
        Combine::Max => elements.by_ref().reduce(larger).unwrap_or(f64::NEG_INFINITY),
        Combine::Min => -elements.map(|x| -x).reduce(larger).unwrap_or(f64::NEG_INFINITY),
    }
}

/// The larger; NaN if either is; 0 above -0.
fn larger(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() || (a == b && a.is_sign_positive()) { a } else { b }
}

fn composed_value(rule: &Structural, shapes: &[&Shape], args: &[&[f64]]) -> Vec<f64> {
    let inputs = shapes.iter().map(|&shape| crate::Input::new("", shape.clone())).collect();
    let tape = Recorder::record(Segment::default(), inputs, |r, vars| vec![rule.compose(r, vars)]);
    let args: Vec<Vec<f64>> = args.iter().map(|arg| arg.to_vec()).collect();
    let outputs = tape.and_then(|tape| tape.evaluate(&args));
    outputs.expect("an op that accepted its arguments composes of ops that accept theirs").remove(0)
}
