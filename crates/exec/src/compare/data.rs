//! Numbers to compare orders on: those of the caller, or numbers from a seed.
use crate::draw::Draw;
use crate::{ExecError, Rows};
use chainrule_tape::{Input, TapeError};

/// The rows of all inputs.
pub(super) struct Data {
    rows: Vec<Vec<f64>>,
    shared: Vec<bool>,
}

/// More numbers are not made up: 16 GiB of them.
const MOST: u64 = 1 << 31;

impl Data {
    /// The caller's rows, or numbers from a seed that keep products of many matrices in range: entries of matrices are
    /// between plus and minus the root of 3 over their columns, so that each has about the size of a rotation; all others
    /// are between a quarter and one, where most functions are smooth.
    pub(super) fn new(
        inputs: &[Input],
        shared: &[bool],
        batch: u32,
        given: Option<&Vec<Vec<f64>>>,
    ) -> Result<Data, ExecError> {
        let points = |shared: bool| if shared { 1 } else { batch as usize };
        let sizes = inputs.iter().zip(shared);
        let sizes: Vec<usize> =
            sizes.map(|(input, &shared)| input.shape.elements() * points(shared)).collect();
        let rows = match given {
            Some(rows) => {
                check(inputs, &sizes, rows)?;
                rows.clone()
            }
            None => {
                let total: u64 = sizes.iter().map(|&size| size as u64).sum();
                if total > MOST {
                    let argument = "the numbers to measure with".into();
                    return Err(TapeError::TooLarge { argument, limit: MOST, came: total }.into());
                }
                let row = |(i, (input, &size)): (usize, (&Input, &usize))| {
                    let mut draw = Draw(1 + i as u64);
                    match *input.shape {
                        [_, .., columns] => {
                            let scale = (3.0 / f64::from(columns.max(1))).sqrt();
                            (0..size).map(|_| scale * (2.0 * draw.next() - 1.0)).collect()
                        }
                        _ => (0..size).map(|_| 0.25 + 0.75 * draw.next()).collect(),
                    }
                };
                inputs.iter().zip(&sizes).enumerate().map(row).collect()
            }
        };
        Ok(Data { rows, shared: shared.to_vec() })
    }

    /// The rows of input `i` for all points.
    pub(super) fn rows(&self, i: usize) -> Rows<'_> {
        if self.shared[i] { Rows::Shared(&self.rows[i]) } else { Rows::Each(&self.rows[i]) }
    }

    /// The rows of all inputs, picked by number where they differ from point to point.
    pub(super) fn picked<'a>(&'a self, index: &'a [i32]) -> Vec<Rows<'a>> {
        let rows = |(table, &shared): (&'a Vec<f64>, &bool)| match shared {
            true => Rows::Shared(table),
            false => Rows::Indexed { table, index },
        };
        self.rows.iter().zip(&self.shared).map(rows).collect()
    }

    /// The rows of all inputs as numbers, in order.
    pub(super) fn all(&self) -> &[Vec<f64>] {
        &self.rows
    }
}

fn check(inputs: &[Input], sizes: &[usize], rows: &[Vec<f64>]) -> Result<(), ExecError> {
    if rows.len() != inputs.len() {
        let wanted = format!("have rows for {} inputs", inputs.len());
        return Err(ExecError::shape("points".into(), wanted, format!("has {}", rows.len())));
    }
    for ((input, &size), rows) in inputs.iter().zip(sizes).zip(rows) {
        if rows.len() != size {
            let argument = format!("points.{}", input.path);
            let wanted = format!("have {size} numbers");
            return Err(ExecError::shape(argument, wanted, format!("has {}", rows.len())));
        }
    }
    Ok(())
}
