//! A short name for a problem, so that a plan is never used on another one.
use crate::{ProblemSpec, Reduce, Stage, Structure};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// 64 bits that two different problems are unlikely to share; written as 16 hexadecimal digits.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The fingerprint of a problem; limits, objectives and machines are no part of it.
    pub(crate) fn of(spec: &ProblemSpec, in_product_order: bool) -> Fingerprint {
        let mut hash = Hash::new();
        hash.word(1); // the version of this list of fields
        hash.word(in_product_order.into());
        hash.word(spec.batch.into());
        hash.word(match spec.reduce {
            None => 0,
            Some(Reduce::Sum) => 1,
            Some(Reduce::Mean) => 2,
        });
        for seed in [spec.seeds.columns, spec.seeds.rows] {
            hash.word(seed.map_or(u64::MAX, |seed| u64::from(seed.count)));
            hash.word(seed.is_some_and(|seed| seed.shared).into());
        }
        hash.word(spec.stages.len() as u64);
        spec.stages.iter().for_each(|stage| hash.stage(stage));
        Fingerprint(hash.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = String;

    fn from_str(text: &str) -> Result<Fingerprint, String> {
        let refuse = || format!("a fingerprint is 16 hexadecimal digits, not {text:?}");
        let digits =
            text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !digits {
            return Err(refuse());
        }
        u64::from_str_radix(text, 16).map(Fingerprint).map_err(|_| refuse())
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Fingerprint, String> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> String {
        fingerprint.to_string()
    }
}

/// FNV-1a over 64-bit words, finished word by word so that near numbers differ in all bits.
struct Hash(u64);

impl Hash {
    fn new() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    fn word(&mut self, word: u64) {
        for byte in word.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn words<'a>(&mut self, words: impl ExactSizeIterator<Item = &'a u32>) {
        self.word(words.len() as u64);
        words.for_each(|&word| self.word(word.into()));
    }

    fn stage(&mut self, stage: &Stage) {
        self.word(stage.inputs.into());
        self.word(stage.outputs.into());
        let costs =
            [stage.tangent_cost, stage.adjoint_cost, stage.tape_size, stage.evaluation_cost];
        for cost in costs {
            self.word(cost.is_some().into());
            self.word(cost.unwrap_or(0));
        }
        // Only where it is there, so that other problems keep their names.
        if let Some(size) = stage.state_size {
            self.word(u64::MAX);
            self.word(size);
        }
        self.word(stage.jacobian as u64);
        self.word(stage.shared.into());
        self.structure(&stage.structure);
    }

    fn structure(&mut self, structure: &Structure) {
        match structure {
            Structure::Dense => self.word(0),
            Structure::Identity => self.word(1),
            Structure::Scalar => self.word(2),
            Structure::Diagonal => self.word(3),
            Structure::Band { lower, upper } => {
                [4, u64::from(*lower), u64::from(*upper)].into_iter().for_each(|w| self.word(w));
            }
            Structure::BlockDiagonal { blocks } => {
                [5, u64::from(*blocks)].into_iter().for_each(|w| self.word(w));
            }
            Structure::Selection { indices } => {
                self.word(6);
                self.words(indices.iter());
            }
            Structure::LowRank { rank } => {
                [7, u64::from(*rank)].into_iter().for_each(|w| self.word(w));
            }
            Structure::Pattern { pattern } => {
                self.word(8);
                pattern.iter().for_each(|row| self.words(row.iter()));
            }
        }
    }
}
