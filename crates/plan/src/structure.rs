//! What is known about the entries of one stage's Jacobian.
use crate::{Pattern, PlanError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The structure of a Jacobian; products of structures stay structured as far as they can.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Structure {
    /// Any entry may be nonzero.
    #[default]
    Dense,
    /// The identity: known, and never multiplied.
    Identity,
    /// One number times the identity.
    Scalar,
    /// Square, nonzero on the diagonal only, as of an elementwise stage.
    Diagonal,
    /// Nonzero where `-lower <= column - row <= upper`.
    Band {
        /// Diagonals below the main one.
        lower: u32,
        /// Diagonals above it.
        upper: u32,
    },
    /// Equal dense blocks along the diagonal.
    BlockDiagonal {
        /// How many blocks; divides inputs and outputs.
        blocks: u32,
    },
    /// Output `i` is input `indices[i]`: a selection or permutation, known and never multiplied.
    Selection {
        /// The input that each output copies.
        indices: Arc<[u32]>,
    },
    /// Two dense factors, outputs x rank and rank x inputs, both given.
    LowRank {
        /// The width between the factors.
        rank: u32,
    },
    /// Nonzero at the listed places only.
    Pattern {
        /// The columns of the nonzeros, row by row.
        pattern: Arc<Pattern>,
    },
}

impl Structure {
    /// Checks that the structure fits a Jacobian of `outputs` x `inputs`; `field` names it.
    pub(crate) fn fit(&self, inputs: u32, outputs: u32, field: &str) -> Result<(), PlanError> {
        let refuse = |wanted: String, got: String| {
            Err(PlanError::StructureMismatch { field: field.to_string(), wanted, got })
        };
        let shape = format!("the stage is {outputs} x {inputs}");
        match self {
            Structure::Dense | Structure::Band { .. } => Ok(()),
            Structure::Identity | Structure::Scalar | Structure::Diagonal => {
                if inputs == outputs {
                    Ok(())
                } else {
                    refuse("be square".into(), shape)
                }
            }
            Structure::BlockDiagonal { blocks } => {
                let divides = *blocks > 0
                    && inputs.is_multiple_of(*blocks)
                    && outputs.is_multiple_of(*blocks);
                let wanted = format!("be cut into {blocks} equal blocks");
                if divides { Ok(()) } else { refuse(wanted, shape) }
            }
            Structure::Selection { indices } => {
                if indices.len() != outputs as usize {
                    let got = format!("selects {}", indices.len());
                    return refuse(format!("select {outputs} inputs"), got);
                }
                match indices.iter().find(|&&index| index >= inputs) {
                    Some(index) => {
                        refuse(format!("select inputs below {inputs}"), format!("selects {index}"))
                    }
                    None => Ok(()),
                }
            }
            Structure::LowRank { rank } => {
                if *rank > 0 {
                    Ok(())
                } else {
                    refuse("have a rank".into(), "it is 0".into())
                }
            }
            Structure::Pattern { pattern } => {
                if (pattern.rows(), pattern.columns()) == (outputs, inputs) {
                    return Ok(());
                }
                let got = format!("is {} x {}", pattern.rows(), pattern.columns());
                refuse(format!("be {outputs} x {inputs}"), got)
            }
        }
    }

    /// The entries it stores for a Jacobian of `outputs` x `inputs`.
    pub(crate) fn entries(&self, inputs: u32, outputs: u32) -> u64 {
        match self {
            Structure::LowRank { rank } => {
                u64::from(*rank).saturating_mul(u64::from(inputs) + u64::from(outputs))
            }
            Structure::BlockDiagonal { blocks } => {
                u64::from(inputs) * u64::from(outputs) / u64::from(*blocks)
            }
            Structure::Identity | Structure::Scalar | Structure::Diagonal => u64::from(inputs),
            Structure::Selection { .. } => u64::from(outputs),
            Structure::Dense => u64::from(inputs) * u64::from(outputs),
            Structure::Band { lower, upper } => band_entries(inputs, outputs, *lower, *upper),
            Structure::Pattern { pattern } => pattern.entries(),
        }
    }
}

/// How many places of a matrix lie in a band.
fn band_entries(inputs: u32, outputs: u32, lower: u32, upper: u32) -> u64 {
    let up_to = |diagonal: i128| places_up_to(inputs.into(), outputs.into(), diagonal);
    let places = up_to(upper.into()) - up_to(-i128::from(lower) - 1);
    u64::try_from(places).unwrap_or(u64::MAX)
}

/// How many places of `rows` x `columns` have `column - row <= diagonal`.
fn places_up_to(columns: i128, rows: i128, diagonal: i128) -> i128 {
    let first = (-diagonal).clamp(0, rows);
    let full = (columns - diagonal - 1).clamp(first, rows);
    let partial = (first + full - 1) * (full - first) / 2 + (full - first) * (diagonal + 1);
    partial + (rows - full) * columns
}

/// The columns of one row of a band.
pub(crate) fn band_row(row: u32, columns: u32, lower: u32, upper: u32) -> std::ops::Range<u32> {
    let end = row.saturating_add(upper).saturating_add(1).min(columns);
    row.saturating_sub(lower).min(end)..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_band_are_those_of_its_rows() {
        for (inputs, outputs) in [(0, 0), (1, 1), (5, 5), (3, 7), (7, 3), (6, 1), (1, 6)] {
            for (lower, upper) in [(0, 0), (1, 2), (2, 0), (9, 9), (u32::MAX, u32::MAX)] {
                let by_rows: usize =
                    (0..outputs).map(|row| band_row(row, inputs, lower, upper).len()).sum();
                let counted = band_entries(inputs, outputs, lower, upper);
                assert_eq!(counted, by_rows as u64, "{outputs} x {inputs}, {lower}, {upper}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let fit = |structure: Structure| structure.fit(6, 4, "stages[0].structure");
        assert!(fit(Structure::BlockDiagonal { blocks: 2 }).is_ok());
        let error = fit(Structure::BlockDiagonal { blocks: 3 }).unwrap_err();
        let wanted =
            "`stages[0].structure` must be cut into 3 equal blocks, but the stage is 4 x 6";
        assert_eq!((error.to_string().as_str(), error.code()), (wanted, "STRUCTURE_MISMATCH"));
        for bad in [
            Structure::Diagonal,
            Structure::BlockDiagonal { blocks: 0 },
            Structure::LowRank { rank: 0 },
            Structure::Selection { indices: Arc::from([0, 1, 2, 6]) },
            Structure::Selection { indices: Arc::from([0, 1, 2]) },
            Structure::Pattern { pattern: Arc::new(Pattern::empty(6)) },
        ] {
            assert_eq!(fit(bad).unwrap_err().code(), "STRUCTURE_MISMATCH");
        }
    }
}
