//! Every transform on the reference programs, against values that another system computed in float64 and 60-digit
//! difference quotients confirmed; the file's `convention` says what its fields mean.
use crate::program::recorded;
use crate::syntax::parse;
use chainrule_tape::transform::{Mode, grad, hessian_tape, hvp, jacobian_tape, jvp, simplify, vjp};
use chainrule_tape::{Input, Shape, Tape};
use serde_json::Value;

const TOLERANCE: f64 = 1e-12;

#[test]
fn derivatives_of_the_reference_programs() {
    let text = include_str!("../data/transforms.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let programs = file["programs"].as_array().unwrap();
    let mut counts = std::collections::BTreeMap::new();
    for program in programs {
        let mut case = Case::new(program);
        case.judge();
        for what in case.judged {
            *counts.entry(what).or_insert(0) += 1;
        }
    }
    println!("{} programs: {counts:?}", programs.len());
    assert_eq!((programs.len(), counts["value"], counts["jacobian, forward"]), (47, 47, 47));
    assert_eq!((counts["hessian"], counts["third derivatives"]), (23, 18));
}

/// A program, its tape and its point.
struct Case<'f> {
    program: &'f Value,
    tape: Tape,
    /// The same without the outputs that have no elements: what can have a gradient.
    scalar: Tape,
    point: Vec<Vec<f64>>,
    judged: Vec<&'static str>,
}

impl<'f> Case<'f> {
    fn new(program: &'f Value) -> Case<'f> {
        let inputs = program["inputs"].as_array().unwrap();
        let point: Vec<Vec<f64>> = inputs.iter().map(|input| numbers(&input["value"])).collect();
        let inputs: Vec<Input> = inputs.iter().map(input).collect();
        let lines: Vec<&str> = strings(&program["program"]);
        let record = |outputs: &[&Value]| {
            let names: Vec<&str> = outputs.iter().map(|&output| name(output)).collect();
            recorded(&parse(&lines), &inputs, &names, &point)
        };
        let outputs: Vec<&Value> = program["outputs"].as_array().unwrap().iter().collect();
        let full = |output: &&Value| numbers(&output["shape"]).iter().all(|&dim| dim > 0.0);
        let with_elements: Vec<&Value> = outputs.iter().copied().filter(full).collect();
        let (tape, scalar) = (record(&outputs), record(&with_elements));
        Case { program, tape, scalar, point, judged: vec![] }
    }

    fn judge(&mut self) {
        let (tape, point) = (self.tape.clone(), self.point.clone());
        self.compare("value", "value", tape.evaluate(&point).unwrap().concat());
        for (what, mode) in
            [("jacobian, forward", Mode::Tangent), ("jacobian, reverse", Mode::Adjoint)]
        {
            let jacobian = jacobian_tape(&tape, mode).unwrap();
            let simple = simplify(&jacobian).unwrap();
            for jacobian in [jacobian, simple] {
                self.compare(what, "jacobian", last(&jacobian, &point));
            }
        }
        let forward = [point.clone(), self.split_inputs("/jvp/tangent")].concat();
        self.compare("jvp", "jvp/result", behind_values(&tape, &jvp(&tape).unwrap(), &forward));
        let reverse = [point.clone(), self.split_outputs("/vjp/cotangent")].concat();
        self.compare("vjp", "vjp/result", behind_values(&tape, &vjp(&tape).unwrap(), &reverse));
        if self.program.get("gradient").is_some() {
            self.judge_scalar(&self.scalar.clone(), &point);
        }
    }

    fn judge_scalar(&mut self, tape: &Tape, point: &[Vec<f64>]) {
        let gradient = grad(tape).unwrap();
        self.compare("gradient", "gradient", behind_values(tape, &gradient, point));
        let hessian = hessian_tape(tape).unwrap();
        self.compare("hessian", "hessian", last(&hessian, point));
        let along = [point.to_vec(), self.split_inputs("/hvp/vector")].concat();
        let both = hvp(tape).unwrap().evaluate(&along).unwrap();
        let products = both[gradient.outputs().len()..].concat();
        self.compare("hvp", "hvp/result", products);
        if self.program.get("third").is_some() {
            let n = hessian.output_shape(hessian.outputs().len() - 1)[0] as usize;
            for mode in [Mode::Tangent, Mode::Adjoint] {
                let rows = last(&jacobian_tape(&hessian, mode).unwrap(), point);
                // The rows before those of the Hessian are the value's and the gradient's.
                self.compare("third derivatives", "third", rows[(1 + n) * n..].to_vec());
            }
        }
    }

    /// Compares with a field of the file, by the largest magnitude there.
    fn compare(&mut self, what: &'static str, field: &str, found: Vec<f64>) {
        let wanted = numbers(self.program.pointer(&format!("/{field}")).unwrap());
        let name = &self.program["name"];
        assert_eq!(found.len(), wanted.len(), "{name}: {what}");
        let scale = wanted.iter().fold(0.0_f64, |scale, x| scale.max(x.abs()));
        for (found, wanted) in found.iter().zip(&wanted) {
            let error = (found - wanted).abs();
            assert!(error <= TOLERANCE * scale, "{name}: {what}: {found} for {wanted}, of {scale}");
        }
        if !self.judged.contains(&what) {
            self.judged.push(what);
        }
    }

    /// A vector of the file, cut into the inputs that are differentiated.
    fn split_inputs(&self, field: &str) -> Vec<Vec<f64>> {
        let free = self.tape.inputs().iter().filter(|input| !input.fixed);
        split(
            &numbers(self.program.pointer(field).unwrap()),
            free.map(|input| input.shape.elements()),
        )
    }

    fn split_outputs(&self, field: &str) -> Vec<Vec<f64>> {
        let sizes = (0..self.tape.outputs().len()).map(|i| self.tape.output_shape(i).elements());
        split(&numbers(self.program.pointer(field).unwrap()), sizes)
    }
}

fn last(tape: &Tape, point: &[Vec<f64>]) -> Vec<f64> {
    tape.evaluate(point).unwrap().pop().unwrap()
}

/// What the outputs of a derivative are behind those of the function.
fn behind_values(tape: &Tape, derivative: &Tape, point: &[Vec<f64>]) -> Vec<f64> {
    derivative.evaluate(point).unwrap()[tape.outputs().len()..].concat()
}

fn split(all: &[f64], sizes: impl Iterator<Item = usize>) -> Vec<Vec<f64>> {
    let mut rest = all;
    let parts = sizes.map(|size| {
        let (part, behind) = rest.split_at(size);
        rest = behind;
        part.to_vec()
    });
    parts.collect()
}

fn input(input: &Value) -> Input {
    let dims: Vec<u32> = numbers(&input["shape"]).iter().map(|&dim| dim as u32).collect();
    let differentiable = input["differentiable"].as_bool().unwrap();
    Input { path: name(input).into(), shape: Shape::new(&dims).unwrap(), fixed: !differentiable }
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// The numbers of a nested list in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        Value::String(text) => vec![text.parse().unwrap()],
        _ => vec![value.as_f64().unwrap()],
    }
}
