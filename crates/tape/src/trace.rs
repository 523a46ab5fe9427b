//! The evaluation trace of a tape at a point, as textbooks print it (Griewank and Walther, *Evaluating Derivatives*,
//! section 1.3; Baydin et al., *Automatic differentiation in machine learning: a survey*, tables 2 and 3).
use crate::transform::{jvp, vjp};
use crate::{Constant, Input, Kind, NodeId, Recorder, Segment, Tape, TapeError, Var};
use std::fmt;

/// The lines of a trace, one for each input and op, in evaluation order.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The lines.
    pub lines: Vec<TraceLine>,
    /// Whether tangents were asked for, which stand beside the values.
    pub forward: bool,
    /// Whether adjoints were asked for, which are listed back from the last line.
    pub reverse: bool,
}

/// One value of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceLine {
    /// Its name: v1-n to v0 for the inputs, v1 on for the rest.
    pub name: String,
    /// What it is: an input's path, or an op of earlier values.
    pub what: String,
    /// The value, row-major.
    pub value: Vec<f64>,
    /// Its tangent, row-major, if tangents were asked for.
    pub tangent: Option<Vec<f64>>,
    /// Its adjoint, row-major, if adjoints were asked for; none where nothing is differentiated.
    pub adjoint: Option<Vec<f64>>,
}

impl Tape {
    /// The trace at a point: values, and on request the tangents for tangents of the differentiated inputs, and the
    /// adjoints for adjoints of the outputs.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH` for arrays that do not fit.
    pub fn trace(
        &self,
        inputs: &[Vec<f64>],
        tangents: Option<&[Vec<f64>]>,
        adjoints: Option<&[Vec<f64>]>,
    ) -> Result<Trace, TapeError> {
        let values = self.values(inputs)?;
        let tangents = tangents.map(|seeds| self.node_tangents(inputs, seeds)).transpose()?;
        let adjoints = adjoints.map(|seeds| self.node_adjoints(inputs, seeds)).transpose()?;
        let names = self.trace_names();
        let shown = |(_, kind, _): &(NodeId, Kind, _)| !matches!(kind, Kind::Constant(_));
        let line = |(id, kind, _): (NodeId, Kind<'_>, _)| TraceLine {
            name: names[id.index()].clone(),
            what: self.said(&kind, &names),
            value: values[id.index()].clone(),
            tangent: tangents.as_ref().map(|all| all[id.index()].clone()),
            adjoint: adjoints.as_ref().map(|all| all[id.index()].clone()),
        };
        let lines = self.nodes().filter(shown).map(line).collect();
        Ok(Trace { lines, forward: tangents.is_some(), reverse: adjoints.is_some() })
    }

    /// The tangent of every node.
    fn node_tangents(
        &self,
        inputs: &[Vec<f64>],
        seeds: &[Vec<f64>],
    ) -> Result<Vec<Vec<f64>>, TapeError> {
        let all = (0..self.len() as u32).map(|node| crate::Output {
            path: node.to_string(),
            node,
            adjoint_of: None,
        });
        let every_node = Tape { outputs: all.collect(), ..self.clone() };
        let both = jvp(&every_node)?.evaluate(&[inputs, seeds].concat())?;
        Ok(both[self.len()..].to_vec())
    }

    /// The adjoint of every node: what comes back to a zero that is added to it, of the sign that changes no value.
    fn node_adjoints(
        &self,
        inputs: &[Vec<f64>],
        seeds: &[Vec<f64>],
    ) -> Result<Vec<Vec<f64>>, TapeError> {
        let added = self
            .nodes()
            .map(|(id, _, shape)| Input::new(&format!("added.{}", id.index()), shape.clone()));
        let all: Vec<Input> = self.inputs.iter().cloned().map(Input::fixed).chain(added).collect();
        let n = self.inputs.len();
        let moved = Recorder::record(Segment::default(), all, |recorder, vars| {
            let (x, added) = vars.split_at(n);
            let mut values: Vec<Var> = Vec::with_capacity(self.len());
            for (id, kind, shape) in self.nodes() {
                let args: Vec<Var> = kind.args().iter().map(|arg| values[arg.index()]).collect();
                values.push(recorder.replay(&kind, shape, x, &args) + added[id.index()]);
            }
            self.outputs.iter().map(|output| values[output.node().index()]).collect()
        })?;
        let zeros: Vec<Vec<f64>> =
            self.nodes().map(|(_, _, shape)| vec![-0.0; shape.elements()]).collect();
        let both = vjp(&moved)?.evaluate(&[inputs, &zeros, seeds].concat())?;
        Ok(both[self.outputs.len()..].to_vec())
    }

    /// v1-n to v0 for the inputs, v1 on for the rest; a constant is its number.
    fn trace_names(&self) -> Vec<String> {
        let mut next = 1 - self.inputs.len() as i64;
        let name = |(_, kind, _): (NodeId, Kind<'_>, _)| match kind {
            Kind::Constant(Constant::Splat(number)) => number.to_string(),
            Kind::Constant(Constant::Array(data)) => numbers(data),
            _ => {
                next += 1;
                format!("v{}", next - 1)
            }
        };
        self.nodes().map(name).collect()
    }

    fn said(&self, kind: &Kind, names: &[String]) -> String {
        let of = |op: &str, args: &[NodeId], parameter: Option<String>| {
            let args = args.iter().map(|arg| names[arg.index()].clone());
            format!("{op}({})", args.chain(parameter).collect::<Vec<_>>().join(", "))
        };
        match kind {
            Kind::Input(i) => self.inputs[*i].path.clone(),
            Kind::Constant(_) => String::new(),
            Kind::Elementwise(op, n, args) => {
                of(op.name(), args, op.parameter().map(|name| format!("{name}={n}")))
            }
            Kind::Structural(rule, args) => of(rule.name(), args, None),
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: &dyn Fn(&TraceLine) -> String| {
            self.lines.iter().map(|line| text(line).chars().count()).max().unwrap_or(0)
        };
        let name = width(&|line| line.name.clone());
        let what = width(&|line| line.what.clone());
        let value = width(&|line| numbers(&line.value));
        for (i, line) in self.lines.iter().enumerate() {
            let separator = if i == 0 { "" } else { "\n" };
            write!(f, "{separator}{:<name$} = {:<what$} = ", line.name, line.what)?;
            let shown = numbers(&line.value);
            match &line.tangent {
                None => f.write_str(&shown)?,
                Some(tangent) => {
                    write!(f, "{shown:<value$}   {:>name$}' = {}", line.name, numbers(tangent))?;
                }
            }
        }
        if self.reverse {
            write!(f, "\nadjoints, from the last line back")?;
            for line in self.lines.iter().rev() {
                let adjoint = line.adjoint.as_deref().unwrap_or_default();
                write!(f, "\n{:<name$} ~ {}", line.name, numbers(adjoint))?;
            }
        }
        Ok(())
    }
}

/// Numbers for reading: one alone, several in brackets, the middle of many left out.
fn numbers(numbers: &[f64]) -> String {
    let shown = |x: &f64| {
        let text = format!("{x:.6}");
        let short = text.trim_end_matches('0').trim_end_matches('.').to_owned();
        let fits = *x == 0.0 || (1e-4..1e9).contains(&x.abs());
        if fits { short } else { format!("{x:e}") }
    };
    match numbers {
        [only] => shown(only),
        [a, b, c, .., z] if numbers.len() > 6 => {
            format!("[{}, {}, {}, ... {}]", shown(a), shown(b), shown(c), shown(z))
        }
        _ => format!("[{}]", numbers.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}
