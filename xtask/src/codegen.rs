//! Writes the TypeScript that follows from the op tables: the methods of `Var` and the free functions.
//!
//! The files are in git, so that they can be read and searched; `stale` finds those that no longer follow.
use chainrule_tape::Op;
use std::fs;

/// Writes every generated file that has changed; returns what could not be written.
pub(crate) fn write() -> Vec<String> {
    let changed = files().into_iter().filter(|file| file.is_stale());
    changed
        .filter_map(|File { path, text }| {
            let written = fs::write(crate::root().join(path), text);
            written.err().map(|error| format!("{path} cannot be written: {error}"))
        })
        .collect()
}

/// Says of each generated file that is not what the tables say.
pub(crate) fn stale() -> Vec<String> {
    let stale = files().into_iter().filter(File::is_stale);
    stale.map(|file| format!("{} is stale: run `cargo xtask codegen`", file.path)).collect()
}

struct File {
    /// From the root of the repository.
    path: &'static str,
    text: String,
}

impl File {
    fn is_stale(&self) -> bool {
        fs::read_to_string(crate::root().join(self.path)).ok().as_ref() != Some(&self.text)
    }
}

fn files() -> Vec<File> {
    vec![
        File { path: "src/generated/methods.ts", text: methods() },
        File { path: "src/generated/functions.ts", text: functions() },
    ]
}

const HEADER: &str =
    "// Written by `cargo xtask codegen` from the table of elementwise ops; do not edit.\n";

/// The class that `Var` extends: a method per row, which says only the row's code.
fn methods() -> String {
    let mut text = format!(
        "{HEADER}\nimport type {{ Operand, Var }} from '../var.js'\n
/** The elementwise ops as methods: each acts on every element, and operands broadcast by NumPy's rules. */
export abstract class Elementwise {{
  /** @internal */
  protected abstract unary(code: number, n?: number): Var
  /** @internal */
  protected abstract binary(code: number, b: Operand, n?: number): Var
  /** @internal */
  protected abstract ternary(code: number, b: Operand, c: Operand): Var
"
    );
    for op in Op::ALL {
        let (apply, rest) = (APPLY[op.arity() - 1], &op.arguments()[1..]);
        let parameters = typed(rest, op.parameter());
        // Left out, a parameter would pass for the 0 of ops that have none.
        let parameter = op.parameter().map(|name| format!("{name} ?? Number.NaN"));
        let arguments = passed(&[&[code(*op).as_str()], rest].concat(), parameter.as_deref());
        text += &format!(
            "\n{}  {}({parameters}): Var {{\n    return this.{apply}({arguments})\n  }}\n",
            comment(op.doc(), "  "),
            op.name(),
        );
    }
    text + "}\n"
}

/// The same ops as functions, which also take numbers first: `sub(1, x)`.
fn functions() -> String {
    let mut text =
        format!("{HEADER}\nimport {{ lift, type Operand, type Var }} from '../var.js'\n");
    for op in Op::ALL {
        let arguments = op.arguments();
        text += &format!(
            "\n{}export function {}({}): Var {{\n  return lift({}).{}({})\n}}\n",
            comment(op.doc(), ""),
            op.name(),
            typed(arguments, op.parameter()),
            passed(arguments, None),
            op.name(),
            passed(&arguments[1..], op.parameter()),
        );
    }
    text
}

/// The method that records an op of one, two or three arguments.
const APPLY: [&str; 3] = ["unary", "binary", "ternary"];

/// The code of the first row, at the door where recorded words come in.
const FIRST_OP: u32 = 16;

/// An op as the first word of a node says it.
fn code(op: Op) -> String {
    (FIRST_OP + op as u32).to_string()
}

fn typed(arguments: &[&str], parameter: Option<&str>) -> String {
    let operands = arguments.iter().map(|name| format!("{name}: Operand"));
    let parameter = parameter.map(|name| format!("{name}: number"));
    operands.chain(parameter).collect::<Vec<_>>().join(", ")
}

fn passed(arguments: &[&str], parameter: Option<&str>) -> String {
    arguments.iter().copied().chain(parameter).collect::<Vec<_>>().join(", ")
}

/// The row's sentences as a comment.
fn comment(doc: &str, indent: &str) -> String {
    let lines: Vec<String> = doc.lines().map(|line| line.trim().to_string()).collect();
    match lines.as_slice() {
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines =
                lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_string() + "\n");
            format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
        }
    }
}
