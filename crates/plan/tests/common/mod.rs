//! What the tests share: cases from files, and a small deterministic source of random chains.
#![allow(dead_code, reason = "each test file uses its own part")]
pub(crate) mod functions;

use serde_json::Value;
use std::path::{Path, PathBuf};

/// The cases of a file of reference vectors, or nothing, said aloud, where the vectors are absent.
///
/// Found by `CHAINRULE_SHARED`, or in the folder `shared` beside the project.
pub(crate) fn cases(file: &str) -> Option<Vec<Value>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CHAINRULE_SHARED").map_or(beside, PathBuf::from);
    match std::fs::read_to_string(shared.join("reference/orderings").join(file)) {
        Ok(text) => Some(parse(&text)),
        Err(_) => {
            eprintln!("SKIPPED: {file} is absent; its cases run where CHAINRULE_SHARED has them");
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{file} must be there in CI");
            None
        }
    }
}

/// The cases that stand in the repository.
pub(crate) fn own_cases(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    parse(&std::fs::read_to_string(path).unwrap())
}

fn parse(text: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

pub(crate) fn number(value: &Value) -> u128 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        _ => value.as_u64().unwrap_or_else(|| panic!("{value} is no count")).into(),
    }
}

pub(crate) fn numbers(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|n| u32::try_from(number(n)).unwrap()).collect()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

pub(crate) fn name(case: &Value) -> &str {
    case["name"].as_str().unwrap()
}

/// xorshift64*: the same chains in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn between(&mut self, from: u64, to: u64) -> u32 {
        u32::try_from(from + self.below(to - from + 1)).unwrap()
    }

    pub(crate) fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }
}
