//! The low-level form as text, for reading and for tests.
use super::{Array, Factor, Layout, Low, Region, ValueId, View};
use std::fmt;

impl fmt::Display for ValueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.0)
    }
}

impl fmt::Display for Low {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, value) in self.values.iter().enumerate() {
            let layout = match value.layout {
                Layout::Lanes => "lanes",
                Layout::Rows => "rows",
                Layout::Shared => "shared",
            };
            writeln!(f, "${i}: {layout} of {}", value.elements)?;
        }
        writeln!(f, "inputs {}", list(&self.inputs))?;
        for (value, _) in &self.constants {
            writeln!(f, "constant {value}")?;
        }
        for (name, regions) in [("shared", &self.shared), ("body", &self.body)] {
            writeln!(f, "{name}")?;
            write_regions(f, regions, 1)?;
        }
        write!(f, "outputs {}", list(&self.outputs))
    }
}

fn list(values: &[ValueId]) -> String {
    values.iter().map(ValueId::to_string).collect::<Vec<_>>().join(" ")
}

fn write_regions(f: &mut fmt::Formatter<'_>, regions: &[Region], depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    for region in regions {
        match region {
            Region::Straight { code, reads, writes } => {
                writeln!(f, "{indent}{} = straight {}", list(writes), list(reads))?;
                for line in code.to_string().lines() {
                    writeln!(f, "{indent}  {line}")?;
                }
            }
            Region::Relayout { from, first, to } => {
                writeln!(f, "{indent}{to} = relayout {from} from {first}")?
            }
            Region::Array(array) => writeln!(f, "{indent}{array}")?,
            Region::Loop { times, carry, body } => {
                let carried: Vec<String> =
                    carry.iter().map(|(to, from)| format!("{to} <- {from}")).collect();
                writeln!(f, "{indent}loop {times} times, {}", carried.join(", "))?;
                write_regions(f, body, depth + 1)?;
            }
            Region::Branch { condition, then, otherwise } => {
                writeln!(f, "{indent}if {condition}")?;
                write_regions(f, then, depth + 1)?;
                writeln!(f, "{indent}else")?;
                write_regions(f, otherwise, depth + 1)?;
            }
            Region::Call { program, args, results } => {
                writeln!(f, "{indent}{} = call {}", list(results), list(args))?;
                for line in program.to_string().lines() {
                    writeln!(f, "{indent}  {line}")?;
                }
            }
        }
    }
    Ok(())
}

impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Array::Map { code, extents, reads, writes } => {
                let reads: Vec<String> = reads.iter().map(View::to_string).collect();
                let code = code.to_string().replace('\n', "; ");
                write!(f, "{} = map {extents:?} {} {{ {code} }}", list(writes), reads.join(" "))
            }
            Array::Select { selection, reads, write } => {
                write!(f, "{write} = select {} in {} boxes", list(reads), selection.boxes.len())
            }
            Array::Fold { fold, read, write } => {
                let (kept, folded) = (&fold.kept, &fold.folded);
                write!(
                    f,
                    "{write} = fold {:?} {read} keeping {kept:?} over {folded:?}",
                    fold.combine
                )
            }
            Array::Scatter { scatter, base, update, write } => {
                write!(f, "{write} = scatter {base} {update} at {} places", scatter.index.len())
            }
            Array::Cumulative { outer, length, inner, read, write } => {
                write!(f, "{write} = cumulative {read} over {outer} x {length} x {inner}")
            }
            Array::Dot { batch, m, k, n, a, b, write } => {
                write!(f, "{write} = dot {a} {b}: {batch} of {m} x {k} x {n}")
            }
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}{:?}", self.value, self.first, self.strides)
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}[{}, {}, {}]", self.value, self.first, self.step, self.row, self.column)
    }
}
