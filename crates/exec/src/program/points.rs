//! The points a program runs on: an array of rows for each input, in one of the forms a caller may have them.
use crate::ExecError;
use chainrule_tape::Input;

/// The rows of one input; a row has the input's elements.
#[derive(Copy, Clone, Debug)]
pub enum Rows<'a> {
    /// A row for each point.
    Each(&'a [f64]),
    /// One row for all points.
    Shared(&'a [f64]),
    /// For each point a row of a table, by number.
    Indexed {
        /// The rows to pick from.
        table: &'a [f64],
        /// The number of the row of each point.
        index: &'a [i32],
    },
}

/// Rows as the engine reads them: checked once, then trusted.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Source<'a> {
    Each(&'a [f64]),
    Shared(&'a [f64]),
    Indexed { table: &'a [f64], index: &'a [u32] },
}

impl<'a> Source<'a> {
    /// Checks the rows of input number `i` against its shape and the number of points.
    pub(crate) fn new(
        i: usize,
        input: &Input,
        shared: bool,
        points: usize,
        rows: Rows<'a>,
    ) -> Result<Source<'a>, ExecError> {
        let elements = input.shape.elements();
        let argument = || format!("inputs[{i}] ({:?})", input.path);
        let shape = |wanted, came| Err(ExecError::shape(argument(), wanted, came));
        match rows {
            Rows::Each(_) | Rows::Indexed { .. } if shared => shape(
                "be one shared row, as it was prepared".into(),
                "has a row for each point".into(),
            ),
            Rows::Each(data) if data.len() != elements * points => shape(
                format!(
                    "have {} numbers, {elements} for each of {points} points",
                    elements * points
                ),
                format!("has {}", data.len()),
            ),
            Rows::Shared(data) if data.len() != elements => shape(
                format!("have {elements} numbers in its shared row"),
                format!("has {}", data.len()),
            ),
            Rows::Each(data) => Ok(Source::Each(data)),
            Rows::Shared(data) => Ok(Source::Shared(data)),
            Rows::Indexed { table, index } => {
                let index = checked_index(&argument(), elements, points, table, index)?;
                Ok(Source::Indexed { table, index })
            }
        }
    }
}

fn checked_index<'a>(
    argument: &str,
    elements: usize,
    points: usize,
    table: &[f64],
    index: &'a [i32],
) -> Result<&'a [u32], ExecError> {
    let shape = |wanted, came| Err(ExecError::shape(argument.into(), wanted, came));
    if index.len() != points {
        return shape(
            format!("have an index for each of {points} points"),
            format!("has {}", index.len()),
        );
    }
    if !table.len().is_multiple_of(elements.max(1)) {
        return shape(
            format!("have whole rows of {elements} numbers in its table"),
            format!("has {} numbers", table.len()),
        );
    }
    let rows = table.len().checked_div(elements).unwrap_or(usize::MAX);
    if let Some((point, row)) = index
        .iter()
        .enumerate()
        .find(|&(_, &row)| !usize::try_from(row).is_ok_and(|row| row < rows))
    {
        let wanted = format!("be a row from 0 to {} of the table", rows.saturating_sub(1));
        return Err(ExecError::invalid(
            &format!("{argument}.index[{point}]"),
            wanted,
            format!("is {row}"),
        ));
    }
    // SAFETY: none is negative, and a whole number that is not has the same bits with and without sign.
    Ok(unsafe { std::slice::from_raw_parts(index.as_ptr().cast(), index.len()) })
}
