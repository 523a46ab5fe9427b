//! Writes a tape as text.
use crate::structural::Field;
use crate::{Constant, Kind, NodeId, Shape, Tape};
use std::fmt;

impl fmt::Display for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (id, kind, shape) in self.nodes() {
            write!(f, "{id} = ")?;
            match kind {
                Kind::Input(i) => {
                    let input = &self.inputs()[i];
                    write!(f, "input {}{}", Quoted(&input.path), Typed(shape))?;
                    f.write_str(if input.fixed { " fixed" } else { "" })?;
                }
                Kind::Constant(Constant::Splat(number)) => {
                    write!(f, "constant{} {}", Typed(shape), Exact(*number))?;
                }
                Kind::Constant(Constant::Array(data)) => {
                    write!(f, "constant{} {}", Typed(shape), List(data.iter().map(|&x| Exact(x))))?;
                }
                Kind::Elementwise(op, n, args) => {
                    write!(f, "{}{}", op.name(), Names(&args))?;
                    if let Some(parameter) = op.parameter() {
                        write!(f, " {parameter}={n}")?;
                    }
                    f.write_str(&suffix(shape))?;
                }
                Kind::Structural(rule, args) => {
                    write!(f, "{}{}", rule.name(), Names(&args))?;
                    for (name, field) in rule.fields() {
                        match field {
                            Field::List(list) => write!(f, " {name}={}", List(list.iter()))?,
                            Field::Number(number) => write!(f, " {name}={}", Exact(number))?,
                        }
                    }
                    f.write_str(&suffix(shape))?;
                }
            }
            writeln!(f)?;
        }
        write!(f, "return")?;
        for output in self.outputs() {
            write!(f, " {}={}", Quoted(&output.path), output.node())?;
            if let Some(input) = output.adjoint_of {
                write!(f, "@{input}")?;
            }
        }
        Ok(())
    }
}

/// The shape of a node whose arguments decide it; nothing for one number.
fn suffix(shape: &Shape) -> String {
    if shape.is_scalar() { String::new() } else { format!(" : {shape}") }
}

struct Typed<'a>(&'a Shape);

impl fmt::Display for Typed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_scalar() { Ok(()) } else { write!(f, ": {}", self.0) }
    }
}

struct Names<'a>(&'a [NodeId]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|id| write!(f, " {id}"))
    }
}

/// A path in quotes; what a line or the quotes would not survive is escaped.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_default())
    }
}

/// A number that reads back to the same bits.
struct Exact(f64);

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_nan() && self.0.to_bits() != f64::NAN.to_bits() {
            return write!(f, "bits:{:016x}", self.0.to_bits());
        }
        write!(f, "{:?}", self.0)
    }
}

struct List<I>(I);

impl<I: Iterator<Item: fmt::Display> + Clone> fmt::Display for List<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries: Vec<String> = self.0.clone().map(|entry| entry.to_string()).collect();
        write!(f, "[{}]", entries.join(", "))
    }
}
