//! Which columns or rows of a pattern may share a sweep.
use crate::convert::count;
use crate::error::{Result, thrown};
use chainrule::plan::{Coloring, Pattern, color_columns};
use napi::bindgen_prelude::Uint32Array;
use napi_derive::napi;

/// Groups of columns that share no row.
#[napi(object)]
pub struct NativeColoring {
    /// The group of each column.
    pub groups: Uint32Array,
    /// How many groups.
    pub count: u32,
    /// Whether no coloring has fewer.
    pub proved: bool,
}

/// Colors the columns of a pattern, or its rows.
#[napi(catch_unwind)]
pub fn coloring(columns: f64, rows: Vec<Vec<f64>>, by_rows: bool) -> Result<NativeColoring> {
    let columns = count(columns, || "pattern.columns".into())?;
    let row = |(i, row): (usize, &Vec<f64>)| {
        row.iter().map(|&column| count(column, || format!("pattern.rows[{i}]"))).collect()
    };
    let rows: Vec<Vec<u32>> = rows.iter().enumerate().map(row).collect::<Result<_>>()?;
    let pattern = Pattern::new(columns, &rows).map_err(thrown)?;
    let pattern = if by_rows { pattern.transpose() } else { pattern };
    let Coloring { groups, count, proved } = color_columns(&pattern);
    Ok(NativeColoring { groups: groups.into(), count, proved })
}
