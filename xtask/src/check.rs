//! Guards of the repository: the crate graph, who may have threads and `unsafe`, and one row per op.
use crate::root;
use chainrule_tape::{Op, Structural};
use std::fs;
use std::path::{Path, PathBuf};

/// Everything that is wrong.
pub(crate) fn check() -> Vec<String> {
    let sources = sources();
    let mut findings = crate_graph();
    findings.extend(permissions(&sources));
    findings.extend(one_row_per_op(&sources));
    findings.extend(crate::codegen::stale());
    findings
}

/// Which of our crates each crate may use.
const GRAPH: &[(&str, &[&str])] = &[
    ("tape", &[]),
    ("plan", &[]),
    ("exec", &["chainrule-tape", "chainrule-plan"]),
    ("chainrule", &["chainrule-tape", "chainrule-plan", "chainrule-exec"]),
    ("node", &["chainrule"]),
];

fn crate_graph() -> Vec<String> {
    let mut findings = Vec::new();
    for (name, allowed) in GRAPH {
        let path = root().join("crates").join(name).join("Cargo.toml");
        for line in read(&path).lines() {
            let key = line.split(['.', ' ', '=']).next().unwrap_or_default();
            let ours = key == "chainrule" || key.starts_with("chainrule-");
            if ours && !allowed.contains(&key) {
                findings.push(format!("crates/{name} must not use {key}"));
            }
            if key == "rayon" && *name != "exec" {
                findings
                    .push(format!("crates/{name} must not use rayon: threads are in exec only"));
            }
        }
    }
    let folders = fs::read_dir(root().join("crates")).map_or(0, Iterator::count);
    if folders != GRAPH.len() {
        findings
            .push(format!("{folders} folders in crates/, but {} crates are known", GRAPH.len()));
    }
    println!("crate graph: {} crates", GRAPH.len());
    findings
}

/// Where `unsafe` may stand, as beginnings of paths.
const UNSAFE: &[&str] = &["crates/exec/", "crates/node/src/convert.rs"];
/// Where threads may be made.
const THREADS: &[&str] = &["crates/exec/"];

fn permissions(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources {
        let may = |places: &[&str]| places.iter().any(|place| source.name.starts_with(place));
        for (number, line) in source.code() {
            if has_word(line, "unsafe") && !may(UNSAFE) {
                findings.push(format!("{}:{number}: `unsafe` belongs in exec", source.name));
            }
            if line.contains("std::thread") && !may(THREADS) {
                findings.push(format!("{}:{number}: threads belong in exec", source.name));
            }
        }
    }
    findings
}

/// The files an op may be named in: its table, what expands it, and the table of its kernels.
const TABLES: &[&str] =
    &["crates/tape/src/op.rs", "crates/tape/src/macros.rs", "crates/exec/src/straight/table.rs"];

/// Prints, for each op, the lines outside its row and its kernel that name it.
fn one_row_per_op(sources: &[Source]) -> Vec<String> {
    let elementwise = Op::ALL.iter().map(|op| (format!("Op::{op:?}"), TABLES));
    let structural = Structural::NAMES.iter().map(|name| {
        let row: String = name.split('_').map(capitalised).collect();
        (
            format!("Structural::{row}"),
            &["crates/tape/src/structural/", "crates/tape/src/macros.rs"][..],
        )
    });
    let mut findings = Vec::new();
    let (mut ops, mut lines) = (0, 0);
    for (op, places) in elementwise.chain(structural) {
        ops += 1;
        for source in sources {
            if places.iter().any(|place| source.name.starts_with(place)) {
                continue;
            }
            for (number, line) in source.code().filter(|(_, line)| has_word(line, &op)) {
                lines += 1;
                findings.push(format!(
                    "{}:{number}: names {op} outside its row: {}",
                    source.name,
                    line.trim()
                ));
            }
        }
    }
    println!(
        "one row per op: {ops} ops, {} lines outside their rows and kernels name one",
        if lines == 0 { "no".into() } else { lines.to_string() }
    );
    findings
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}

/// A Rust file of the crates that is not a test.
struct Source {
    name: String,
    text: String,
}

impl Source {
    /// The numbered lines up to the tests at the end, comments left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let lines = self.text[..end].lines().enumerate();
        lines
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(i, line)| (i + 1, line))
    }
}

fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root().join("crates"), &mut files);
    files.sort();
    let is_test = |name: &str| {
        name.contains("/tests") || name.contains("/benches/") || name.ends_with("conform.rs")
    };
    let name = |path: &Path| {
        path.strip_prefix(root()).unwrap_or(path).display().to_string().replace('\\', "/")
    };
    let source = |path: PathBuf| Source { name: name(&path), text: read(&path) };
    files.into_iter().map(source).filter(|source| !is_test(&source.name)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Whether `word` stands in `line`, not as a part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(part_of_name);
        let behind = line[at + word.len()..].chars().next().is_some_and(part_of_name);
        !before && !behind
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_not_a_part_of_one() {
        assert!(has_word("match Op::Sin =>", "Op::Sin"));
        assert!(!has_word("Op::Sinh", "Op::Sin"));
        assert!(!has_word("undocumented_unsafe_blocks", "unsafe"));
    }

    #[test]
    fn code_ends_where_tests_begin_and_has_no_comments() {
        let text = "a\n// b\nc\n#[cfg(test)]\nmod tests {\nunsafe\n".into();
        let source = Source { name: String::new(), text };
        assert_eq!(source.code().map(|(number, _)| number).collect::<Vec<_>>(), [1, 3]);
    }
}
