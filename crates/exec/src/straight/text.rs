//! Straight-line code as text: a line for each step, the outputs last.
use super::form::{Kind, Straight};
use std::fmt;

impl fmt::Display for Straight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps.iter().enumerate() {
            write!(f, "%{i} = ")?;
            match step.kind {
                Kind::Input => write!(f, "input {}", step.args[0])?,
                Kind::Constant => write!(f, "{:?}", self.constants[step.args[0] as usize])?,
                Kind::Primitive(primitive) => f.write_str(primitive.name())?,
                Kind::SinCos => f.write_str("sincos")?,
                Kind::Second => f.write_str("second")?,
                Kind::Row(op) => f.write_str(op.name())?,
            }
            step.operands().iter().try_for_each(|arg| write!(f, " %{arg}"))?;
            if let Kind::Row(op) = step.kind
                && op.parameter().is_some()
            {
                write!(f, " {}", step.parameter())?;
            }
            writeln!(f)?;
        }
        f.write_str("outputs")?;
        self.outputs.iter().try_for_each(|output| write!(f, " %{}", output.0))
    }
}
