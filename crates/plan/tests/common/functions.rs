//! Straight-line programs from the file of vectors: their graphs, and their Jacobians in numbers.
use super::{list, number};
use chainrule_plan::{Edge, EdgeKind, Graph, GraphSpec};
use serde_json::Value;
use std::collections::BTreeMap;

/// What an op reads.
#[derive(Clone, Debug)]
enum Argument {
    Vertex(u32),
    Number(f64),
}

/// A function as the file has it: inputs are the first vertices, ops follow in their order.
pub(crate) struct Function {
    inputs: u32,
    ops: Vec<(String, Vec<Argument>, f64)>,
    outputs: Vec<u32>,
    /// Ops that depend on no input, which a graph does not hold.
    is_constant: Vec<bool>,
    /// The vertices of the file, numbered without the constant ones.
    numbers: Vec<u32>,
}

impl Function {
    pub(crate) fn read(case: &Value) -> Function {
        let inputs = u32::try_from(number(&case["n_inputs"])).unwrap();
        let argument = |value: &Value| match value.as_str() {
            Some(name) => Argument::Vertex(vertex(name, inputs)),
            None => Argument::Number(value.as_f64().unwrap()),
        };
        let op = |op: &Value| {
            let arguments = list(&op[1]).iter().map(argument).collect();
            (op[0].as_str().unwrap().to_string(), arguments, op[2]["y"].as_f64().unwrap_or(0.0))
        };
        let ops: Vec<(String, Vec<Argument>, f64)> = list(&case["ops"]).iter().map(op).collect();
        let mut is_constant = vec![false; inputs as usize];
        for (_, arguments, _) in &ops {
            let constant = |argument: &Argument| match argument {
                Argument::Vertex(at) => is_constant[*at as usize],
                Argument::Number(_) => true,
            };
            is_constant.push(arguments.iter().all(constant));
        }
        let mut next = 0..;
        let numbers = is_constant
            .iter()
            .map(|&constant| if constant { u32::MAX } else { next.next().unwrap() });
        let names = list(&case["outputs"]).iter().map(|name| name.as_str().unwrap());
        Function {
            inputs,
            outputs: names.map(|name| vertex(name, inputs)).collect(),
            numbers: numbers.collect(),
            ops,
            is_constant,
        }
    }

    /// How many ops the graph leaves out.
    pub(crate) fn constants(&self) -> usize {
        self.is_constant.iter().filter(|&&constant| constant).count()
    }

    /// An order of the file in numbers of the graph, without constant ops.
    pub(crate) fn order(&self, names: &Value) -> Vec<u32> {
        let vertices = list(names).iter().map(|name| vertex(name.as_str().unwrap(), self.inputs));
        vertices.map(|at| self.numbers[at as usize]).filter(|&at| at != u32::MAX).collect()
    }

    pub(crate) fn graph(&self) -> Graph {
        let mut edges = BTreeMap::new();
        for ((name, arguments, _), to) in self.ops.iter().zip(self.inputs..) {
            for (at, argument) in arguments.iter().enumerate() {
                let Argument::Vertex(from) = *argument else { continue };
                let kind = self.kind(name, arguments, at);
                // The sum of two partials is constant at best.
                let sum =
                    |there: &mut EdgeKind| *there = (*there).max(kind).max(EdgeKind::Constant);
                edges.entry((from, to)).and_modify(sum).or_insert(kind);
            }
        }
        let renumber = |at: u32| self.numbers[at as usize];
        let spec = GraphSpec {
            vertices: (self.numbers.len() - self.constants()) as u32,
            edges: edges
                .into_iter()
                .filter(|((from, _), _)| !self.is_constant[*from as usize])
                .map(|((from, to), kind)| Edge { from: renumber(from), to: renumber(to), kind })
                .collect(),
            inputs: (0..self.inputs).collect(),
            outputs: self.outputs.iter().map(|&at| renumber(at)).collect(),
            sizes: None,
        };
        Graph::new(spec).unwrap()
    }

    fn kind(&self, name: &str, arguments: &[Argument], at: usize) -> EdgeKind {
        let other = arguments.get(1 - at.min(1)).filter(|_| arguments.len() == 2);
        let constant = match other {
            Some(Argument::Vertex(other)) => self.is_constant[*other as usize],
            Some(Argument::Number(_)) => true,
            None => false,
        };
        match name {
            "add" | "sub" | "neg" => EdgeKind::Unit,
            "mul" if constant => EdgeKind::Constant,
            "div" if constant && at == 0 => EdgeKind::Constant,
            _ => EdgeKind::Variable,
        }
    }

    /// Values of the outputs, and the Jacobian found by eliminating vertices in this order.
    pub(crate) fn jacobian(&self, x: &[f64], order: &[u32]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let mut values = x.to_vec();
        let mut edges: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for ((name, arguments, power), to) in self.ops.iter().zip(self.inputs..) {
            let numbers: Vec<f64> = arguments
                .iter()
                .map(|argument| match argument {
                    Argument::Vertex(at) => values[*at as usize],
                    Argument::Number(number) => *number,
                })
                .collect();
            let (value, partials) = apply(name, &numbers, *power);
            values.push(value);
            for (argument, partial) in arguments.iter().zip(partials) {
                match *argument {
                    Argument::Vertex(from) if !self.is_constant[from as usize] => {
                        let edge = (self.numbers[from as usize], self.numbers[to as usize]);
                        *edges.entry(edge).or_insert(0.0) += partial;
                    }
                    _ => {}
                }
            }
        }
        // Each output is read once more, by a row of the Jacobian.
        let row = |k: usize| u32::MAX - k as u32;
        for (k, &output) in self.outputs.iter().enumerate() {
            edges.insert((self.numbers[output as usize], row(k)), 1.0);
        }
        let last = self.outputs.iter().map(|&at| self.numbers[at as usize]);
        let rest: Vec<u32> = last.filter(|at| !order.contains(at)).collect();
        for &v in order.iter().chain(&rest) {
            let before: Vec<_> = edges.iter().filter(|((_, to), _)| *to == v).map(clone).collect();
            let after: Vec<_> = edges.iter().filter(|((at, _), _)| *at == v).map(clone).collect();
            for &((p, _), first) in &before {
                for &((_, s), second) in &after {
                    *edges.entry((p, s)).or_insert(0.0) += second * first;
                }
            }
            edges.retain(|&(from, to), _| from != v && to != v);
        }
        let entry = |k, input| edges.get(&(input, row(k))).copied().unwrap_or(0.0);
        let rows = (0..self.outputs.len()).map(|k| (0..self.inputs).map(|i| entry(k, i)).collect());
        (self.outputs.iter().map(|&at| values[at as usize]).collect(), rows.collect())
    }
}

fn clone((&edge, &value): (&(u32, u32), &f64)) -> ((u32, u32), f64) {
    (edge, value)
}

fn vertex(name: &str, inputs: u32) -> u32 {
    let (kind, index) = name.split_at(1);
    let index: u32 = index.parse().unwrap();
    if kind == "x" { index } else { inputs + index }
}

/// The value of an op and its partials.
fn apply(name: &str, x: &[f64], power: f64) -> (f64, Vec<f64>) {
    match (name, x) {
        ("add", &[a, b]) => (a + b, vec![1.0, 1.0]),
        ("sub", &[a, b]) => (a - b, vec![1.0, -1.0]),
        ("mul", &[a, b]) => (a * b, vec![b, a]),
        ("div", &[a, b]) => (a / b, vec![1.0 / b, -a / (b * b)]),
        ("neg", &[a]) => (-a, vec![-1.0]),
        ("sin", &[a]) => (a.sin(), vec![a.cos()]),
        ("cos", &[a]) => (a.cos(), vec![-a.sin()]),
        ("tan", &[a]) => (a.tan(), vec![1.0 + a.tan().powi(2)]),
        ("exp", &[a]) => (a.exp(), vec![a.exp()]),
        ("log", &[a]) => (a.ln(), vec![1.0 / a]),
        ("abs", &[a]) => (a.abs(), vec![a.signum()]),
        ("sqrt", &[a]) => (a.sqrt(), vec![0.5 / a.sqrt()]),
        ("erf", &[a]) => (libm::erf(a), vec![std::f64::consts::FRAC_2_SQRT_PI * (-a * a).exp()]),
        ("atan2", &[y, x]) => {
            let square = x * x + y * y;
            (y.atan2(x), vec![x / square, -y / square])
        }
        ("integer_pow", &[a]) => (a.powf(power), vec![power * a.powf(power - 1.0)]),
        ("pow", &[a, b]) => (a.powf(b), vec![b * a.powf(b - 1.0), a.powf(b) * a.ln()]),
        _ => panic!("no rule for {name} of {} arguments", x.len()),
    }
}
