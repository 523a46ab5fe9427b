//! Products of matrices at hand, one or a batch of them, in the order of a plan.
use crate::{Control, ExecError, Order, PrepareOptions, Reduce, Rows, prepare};
use chainrule_plan::{
    Plan, PlanError, Problem, Request, Step, forward, plan, plan_of_bracketing, price, reverse,
};
use chainrule_tape::{Input, Recorder, Segment, Shape, Tape, Var};
use std::collections::BTreeMap;

/// One factor of a product: a matrix for every point, or one for all.
#[derive(Copy, Clone, Debug)]
pub struct Matrices<'a> {
    /// The entries, row by row, one matrix behind the other.
    pub data: &'a [f64],
    /// How many matrices; none for one that all points share.
    pub batch: Option<usize>,
    /// Rows of each matrix.
    pub rows: u32,
    /// Columns of each matrix.
    pub columns: u32,
}

/// How a product is computed.
#[derive(Clone, Debug, Default)]
pub struct MultiplyOptions {
    /// The order of multiplication: forward is from the first factor on, a plan is one for the [`Problem::factors`] of
    /// the product; the one with the fewest multiply-adds by default.
    pub order: Order,
    /// At most so many threads; all that [`set_threads`](crate::set_threads) gives by default.
    pub threads: Option<usize>,
}

/// Multiplies matrices, `factors[0] * factors[1] * ...`, into `out`: a matrix for every point, or a single one where no
/// factor has a batch. Products of shared factors alone are made once. The bits depend on the plan alone.
///
/// ```
/// use chainrule_exec::{Matrices, MultiplyOptions, multiply_chain};
///
/// let a = Matrices { data: &[1.0, 2.0, 3.0, 4.0], batch: Some(2), rows: 1, columns: 2 };
/// let b = Matrices { data: &[10.0, 1.0], batch: None, rows: 2, columns: 1 };
/// let mut out = [0.0; 2];
/// multiply_chain(&[a, b], &MultiplyOptions::default(), &mut out)?;
/// assert_eq!(out, [12.0, 34.0]);
/// # Ok::<(), chainrule_exec::ExecError>(())
/// ```
///
/// # Errors
/// `EMPTY_CHAIN`; `SHAPE_MISMATCH` for factors that do not fit, and for data or `out` of another length than their shape
/// says; `PLAN_MISMATCH` for a plan of another product, `NOT_A_BRACKETING`; `COST_OVERFLOW`; `INVALID_ARGUMENT` for no threads.
pub fn multiply_chain(
    factors: &[Matrices],
    options: &MultiplyOptions,
    out: &mut [f64],
) -> Result<(), ExecError> {
    let (problem, batch) = product_problem(factors)?;
    let plan = match &options.order {
        Order::Auto => plan(&problem, &Request::default())?,
        Order::Forward => forward(&problem)?,
        Order::Reverse => reverse(&problem)?,
        Order::Plan(plan) => price(&problem, plan).map(|_| Plan::clone(plan))?,
        Order::Bracketing(tree) => plan_of_bracketing(&problem, tree)?,
    };
    let tape = product_tape(factors, &plan.steps)?;
    let points = batch.unwrap_or(1);
    // With a single point there is nothing to share, and its products may use all threads.
    let shared = tape.inputs().iter().zip(factors);
    let shared = shared.filter(|(_, factor)| factor.batch.is_none() && points > 1);
    let shared = shared.map(|(input, _)| input.path.clone()).collect();
    let prepared = PrepareOptions { threads: options.threads, shared, ..PrepareOptions::default() };
    let rows = factors.iter().map(|factor| match factor.batch {
        None => Rows::Shared(factor.data),
        Some(_) => Rows::Each(factor.data),
    });
    let rows: Vec<Rows> = rows.collect();
    let program = prepare(&tape, &prepared)?;
    program.run(points, &rows, &mut [Some(out)], Reduce::None, &Control::default())
}

/// The problem of multiplying these factors, in product order, and how many points there are; none if no factor has a
/// batch.
fn product_problem(factors: &[Matrices]) -> Result<(Problem, Option<usize>), ExecError> {
    let mut batch = None;
    for (index, factor) in factors.iter().enumerate() {
        let argument = || format!("factors[{index}]");
        if let Some(before) = index.checked_sub(1).map(|before| factors[before].columns)
            && before != factor.rows
        {
            let wanted = format!("have {before} rows, the columns of the factor before it");
            return Err(ExecError::shape(argument(), wanted, format!("has {}", factor.rows)));
        }
        if let (Some(before), Some(own)) = (batch, factor.batch)
            && before != own
        {
            let wanted = format!("be {before} matrices, as those before it");
            return Err(ExecError::shape(argument(), wanted, format!("is {own}")));
        }
        batch = batch.or(factor.batch);
        let matrix = u128::from(factor.rows) * u128::from(factor.columns);
        let numbers = matrix * factor.batch.unwrap_or(1) as u128;
        if numbers != factor.data.len() as u128 {
            let (wanted, came) = (format!("have {numbers} numbers"), factor.data.len());
            return Err(ExecError::shape(argument(), wanted, format!("has {came}")));
        }
    }
    let first = factors.iter().take(1).map(|factor| factor.rows);
    let dims: Vec<u32> = first.chain(factors.iter().map(|factor| factor.columns)).collect();
    let points = u32::try_from(batch.unwrap_or(1)).map_err(|_| {
        ExecError::shape(
            "factors".into(),
            "be fewer than 2^32 matrices each".into(),
            "are more".into(),
        )
    })?;
    let problem = Problem::factors(&dims, points, |factor| factors[factor].batch.is_none())?;
    Ok((problem, batch))
}

/// The tape of the product in the order of these steps; its inputs are the factors.
fn product_tape(factors: &[Matrices], steps: &[Step]) -> Result<Tape, ExecError> {
    let input = |(index, factor): (usize, &Matrices)| {
        let shape = Shape::new(&[factor.rows, factor.columns])?;
        Ok(Input::new(&index.to_string(), shape).fixed())
    };
    let inputs = factors.iter().enumerate().map(input).collect::<Result<_, ExecError>>()?;
    let mut wrong = None;
    let tape = Recorder::record(Segment::default(), inputs, |_, factors| {
        // The products that are there, by their first factor, with their end.
        let mut alive: BTreeMap<usize, (usize, Var)> = BTreeMap::new();
        for (index, step) in steps.iter().enumerate() {
            let Step::Multiply { from, at, to } = *step else {
                wrong.get_or_insert(index);
                continue;
            };
            let earlier = used_up(&mut alive, factors, from, at);
            let later = used_up(&mut alive, factors, at, to);
            alive.insert(from, (to, earlier.dot(later)));
        }
        vec![used_up(&mut alive, factors, 0, factors.len())]
    })?;
    match wrong {
        None => Ok(tape),
        Some(step) => {
            let reason = "matrices at hand are multiplied, never swept through".into();
            Err(PlanError::InvalidPlan { step, reason }.into())
        }
    }
}

/// Takes a product out of those that are there; a factor is always there.
fn used_up<'r>(
    alive: &mut BTreeMap<usize, (usize, Var<'r>)>,
    factors: &[Var<'r>],
    from: usize,
    to: usize,
) -> Var<'r> {
    match alive.get(&from) {
        Some(&(end, made)) if end == to => {
            alive.remove(&from);
            made
        }
        _ => factors[from],
    }
}
