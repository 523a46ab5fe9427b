//! One order, ready to run on the numbers that all orders share.
use super::CompareOptions;
use super::data::Data;
use super::subject::Case;
use crate::{Control, ExecError, PrepareOptions, Program, Reduce, Rows, prepare};
use chainrule_plan::Plan;

/// A prepared order.
pub(super) enum Run {
    /// The steps of a plan.
    Planned(Program),
    /// One tangent a point, for each point of the batch and each column.
    Recomputing(Recomputing),
}

/// Forward mode that keeps nothing from one sweep to the next: every pair of a point and a column is a point of its own.
pub(super) struct Recomputing {
    program: Program,
    /// For each point of the program the point of the batch it belongs to.
    items: Vec<i32>,
    /// For each differentiated input its unit vectors, then zeros; and which of them each point of the program takes.
    seeds: Vec<(Vec<f64>, Vec<i32>)>,
    /// Elements of each output.
    rows: Vec<usize>,
    columns: usize,
    /// A point that is not among the data, for a product of matrices depends on none.
    point: Option<Vec<f64>>,
}

impl Run {
    /// Prepares the steps of a plan.
    pub(super) fn planned(
        case: &Case,
        plan: &Plan,
        options: &CompareOptions,
        threads: usize,
    ) -> Result<Run, ExecError> {
        let tape = case.jacobian_tape(plan)?;
        let shared = case.shared(options)?;
        let paths = tape.inputs().iter().zip(shared).filter(|(_, shared)| *shared);
        let shared = paths.map(|(input, _)| input.path.clone()).collect();
        let options = PrepareOptions { threads: Some(threads), shared, ..Default::default() };
        Ok(Run::Planned(prepare(&tape, &options)?))
    }

    /// Prepares sweeps that each evaluate the function anew; none where there is no function.
    pub(super) fn recomputing(
        case: &Case,
        options: &CompareOptions,
        threads: usize,
    ) -> Result<Option<Run>, ExecError> {
        let Some(tape) = case.tangent_tape()? else { return Ok(None) };
        let program =
            prepare(&tape, &PrepareOptions { threads: Some(threads), ..Default::default() })?;
        let (_, columns) = case.size();
        let batch = case.problem.spec().batch as usize;
        let half = tape.outputs().len() / 2;
        let rows = (half..2 * half).map(|i| tape.output_shape(i).elements()).collect();
        let items = (0..batch * columns).map(|point| (point / columns) as i32).collect();
        let point = case.has_free_point().then(|| vec![0.5; columns]);
        let seeds: Vec<usize> = {
            let fixed = usize::from(point.is_some()) + case.shared(options)?.len();
            tape.inputs()[fixed..].iter().map(|input| input.shape.elements()).collect()
        };
        let mut before = 0;
        let seed = |size: usize| {
            let first = before;
            before += size;
            let mut table = vec![0.0; (size + 1) * size];
            (0..size).for_each(|i| table[i * size + i] = 1.0);
            let row = |column: usize| match column.checked_sub(first) {
                Some(at) if at < size => at as i32,
                _ => size as i32,
            };
            (table, (0..batch * columns).map(|point| row(point % columns)).collect())
        };
        let seeds = seeds.into_iter().map(seed).collect();
        Ok(Some(Run::Recomputing(Recomputing { program, items, seeds, rows, columns, point })))
    }

    /// Runs at the first `points` points of the batch.
    pub(super) fn run(
        &self,
        data: &Data,
        points: usize,
        out: &mut [f64],
        control: &Control,
    ) -> Result<(), ExecError> {
        let control = &Control { progress: None, ..*control };
        match self {
            Run::Planned(program) => {
                let rows: Vec<Rows> = (0..data.all().len()).map(|i| data.rows(i)).collect();
                program.run(points, &rows, &mut [Some(out)], Reduce::None, control)
            }
            Run::Recomputing(run) => run.run(data, points, out, control),
        }
    }

    /// The largest difference of its results at the first `points` points from those of the reference, relative to the
    /// largest finite entry there; infinite where only one is a number.
    pub(super) fn difference(&self, out: &[f64], reference: &[f64], points: usize) -> f64 {
        let (mut most, mut largest) = (0.0_f64, 0.0_f64);
        let size = reference.len() / points.max(1);
        for (at, &wanted) in reference.iter().enumerate() {
            let got = out[self.place(at, size, points)];
            let same = got == wanted || (got.is_nan() && wanted.is_nan());
            let apart = if same { 0.0 } else { (got - wanted).abs() };
            most = most.max(if apart.is_nan() { f64::INFINITY } else { apart });
            if wanted.is_finite() {
                largest = largest.max(wanted.abs());
            }
        }
        if most == 0.0 { 0.0 } else { most / largest }
    }

    /// Where in its results entry `at` of the Jacobians stands, each of `size` entries.
    fn place(&self, at: usize, size: usize, points: usize) -> usize {
        let Run::Recomputing(run) = self else { return at };
        let (item, entry) = (at / size, at % size);
        let (mut row, column) = (entry / run.columns, entry % run.columns);
        let mut before = 0;
        for &rows in &run.rows {
            if row < rows {
                return before + (item * run.columns + column) * rows + row;
            }
            row -= rows;
            before += points * run.columns * rows;
        }
        before
    }
}

impl Recomputing {
    fn run(
        &self,
        data: &Data,
        points: usize,
        out: &mut [f64],
        control: &Control,
    ) -> Result<(), ExecError> {
        let sweeps = points * self.columns;
        let point = self.point.as_deref().map(Rows::Shared);
        let x = data.picked(&self.items[..sweeps]);
        let seeds = self
            .seeds
            .iter()
            .map(|(table, index)| Rows::Indexed { table, index: &index[..sweeps] });
        let inputs: Vec<Rows> = point.into_iter().chain(x).chain(seeds).collect();
        let mut outputs: Vec<Option<&mut [f64]>> = self.rows.iter().map(|_| None).collect();
        let mut rest = out;
        for &rows in &self.rows {
            let (part, behind) = rest.split_at_mut(sweeps * rows);
            outputs.push(Some(part));
            rest = behind;
        }
        self.program.run(sweeps, &inputs, &mut outputs, Reduce::None, control)
    }
}
