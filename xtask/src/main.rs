//! The repository's own commands, run as `cargo xtask <command>`.
mod check;
mod codegen;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A command: its name, what it does, and the function that does it, which returns what is wrong.
type Command = (&'static str, &'static str, fn() -> Vec<String>);

const COMMANDS: &[Command] = &[
    ("codegen", "writes the generated files from the op tables", codegen::write),
    (
        "check",
        "guards the crate graph, one row per op, and the freshness of generated files",
        check::check,
    ),
];

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some((_, _, run)) = COMMANDS.iter().find(|(command, ..)| *command == name) else {
        eprintln!("usage: cargo xtask <command>");
        for (command, does, _) in COMMANDS {
            eprintln!("  {command:<10} {does}");
        }
        return ExitCode::FAILURE;
    };
    let findings = run();
    for finding in &findings {
        eprintln!("{finding}");
    }
    if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
