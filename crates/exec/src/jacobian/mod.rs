//! Jacobians: prepared once in the order that was asked for, then evaluated at as many points as wanted.
mod columns;
mod order;
#[cfg(test)]
mod tests;

use crate::chain::{Chain, stages};
use crate::linearize::{Linearization, Operator, linearize_by};
use crate::normal::{NormalOut, normal_tape, run_normal};
use crate::program::cost;
use crate::{Control, ExecError, PrepareOptions, Program, Reduce, Rows, prepare};
use chainrule_plan::{CostModel, Plan, Problem, ProblemSpec, Tree, forward, price_steps, reverse};
use chainrule_tape::Tape;
use chainrule_tape::transform::Mode;
use columns::{in_order, wrt_inputs};
use order::{By, Ordered, of_chain, of_tape, problem};
use std::sync::OnceLock;

/// In which order the Jacobians of a function's stages are multiplied.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Order {
    /// The cheapest that is found: a plan for the stages, or one mode throughout where that costs less. What counts is
    /// time where it is known how fast this machine is, by [`JacobianOptions::cost_model`] or a calibration that was kept,
    /// else multiply-adds.
    #[default]
    Auto,
    /// From the inputs on: a tangent sweep for each input element.
    Forward,
    /// From the outputs back: an adjoint sweep for each output element.
    Reverse,
    /// As a plan says; it must have been made for this function, batch and shared inputs.
    Plan(Box<Plan>),
    /// The cheapest way to join the stages in the order of these pairs.
    Bracketing(Tree),
}

/// How a Jacobian is prepared.
#[derive(Clone, Debug)]
pub struct JacobianOptions {
    /// The order of multiplication.
    pub order: Order,
    /// Paths of the inputs to differentiate by, all that are not fixed by default. Columns follow this order.
    pub wrt: Option<Vec<String>>,
    /// How many points are expected at once. Products that are the same for all of them are made once, so that the best
    /// order may depend on it.
    pub batch: u32,
    /// How fast steps are, for [`Order::Auto`]; by default what [`load_calibration`](crate::load_calibration) finds
    /// measured when the Jacobian is prepared, else plans have the fewest multiply-adds.
    pub cost_model: Option<CostModel>,
    /// How programs are prepared.
    pub prepare: PrepareOptions,
}

impl Default for JacobianOptions {
    fn default() -> JacobianOptions {
        let (order, prepare) = (Order::default(), PrepareOptions::default());
        JacobianOptions { order, wrt: None, batch: DEFAULT_BATCH, cost_model: None, prepare }
    }
}

/// How many points a Jacobian is planned for where nobody says.
pub const DEFAULT_BATCH: u32 = 64;

/// A Jacobian ready to be evaluated. An evaluation never plans again.
#[derive(Debug)]
pub struct Jacobian {
    tape: Tape,
    program: Program,
    /// What the program was made of.
    whole: Tape,
    by: By,
    /// The inputs of its columns, in order.
    wrt: Vec<usize>,
    rows: usize,
    columns: usize,
    options: JacobianOptions,
    warning: Option<String>,
    linearization: OnceLock<Linearization>,
    normal: OnceLock<Program>,
}

/// Prepares the Jacobian of a tape: all outputs' elements by all elements of the differentiated inputs,
/// in the order of `wrt`.
///
/// Plans and bracketings are for the chain that [`stages`] makes of it.
///
/// # Errors
/// `INVALID_COST_MODEL`; `UNKNOWN_NAME` for an input to differentiate by that there is not; `PLAN_MISMATCH` for a plan of something else,
/// `NOT_A_BRACKETING`; those of [`prepare`].
pub fn jacobian(tape: &Tape, options: &JacobianOptions) -> Result<Jacobian, ExecError> {
    let tape = match &options.wrt {
        Some(paths) => tape.clone().with_respect_to(paths)?,
        None => tape.clone(),
    };
    let wrt = wrt_inputs(&tape, options.wrt.as_deref());
    let (mut by, mut warning) = (By::Sweeps(Mode::Tangent), None);
    let whole = in_order(&tape, &wrt, |tape| {
        let ordered = of_tape(tape, size(tape), options)?;
        (by, warning) = (ordered.by, ordered.warning);
        Ok::<_, ExecError>(ordered.tape)
    })?;
    Jacobian::new(tape, Ordered { tape: whole, by, warning }, wrt, options)
}

/// Prepares the Jacobian of a chain: all outputs' elements of its last stage by all elements of the differentiated inputs
/// of its first.
///
/// # Errors
/// As [`jacobian`]; `INVALID_ARGUMENT` for `wrt`, for what a chain is differentiated by is said by its first stage.
pub fn chain_jacobian(chain: &Chain, options: &JacobianOptions) -> Result<Jacobian, ExecError> {
    if options.wrt.is_some() {
        let wanted = "be left out for a chain, whose first stage says what it is differentiated by";
        return Err(ExecError::invalid("`wrt`", wanted, "it was given"));
    }
    let wrt = wrt_inputs(chain.tape(), None);
    Jacobian::new(chain.tape().clone(), of_chain(chain, options)?, wrt, options)
}

/// The elements of all outputs, and of all inputs that are differentiated.
fn size(tape: &Tape) -> (usize, usize) {
    let rows = (0..tape.outputs().len()).map(|i| tape.output_shape(i).elements()).sum();
    let inputs = tape.inputs().iter().filter(|input| !input.fixed);
    (rows, inputs.map(|input| input.shape.elements()).sum())
}

impl Jacobian {
    fn new(
        tape: Tape,
        ordered: Ordered,
        wrt: Vec<usize>,
        options: &JacobianOptions,
    ) -> Result<Jacobian, ExecError> {
        let program = prepare(&ordered.tape, &options.prepare)?;
        let (rows, columns) = size(&tape);
        let Ordered { tape: whole, by, warning } = ordered;
        let options = options.clone();
        let (linearization, normal) = (OnceLock::new(), OnceLock::new());
        Ok(Jacobian {
            tape,
            program,
            whole,
            by,
            wrt,
            rows,
            columns,
            options,
            warning,
            linearization,
            normal,
        })
    }

    /// The function.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// The tape of values and the Jacobian that its program runs.
    pub fn whole(&self) -> &Tape {
        &self.whole
    }

    /// The program: its outputs are those of the function, then the Jacobian.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The plan it follows; that of a whole mode where one was asked for or found to be cheapest.
    ///
    /// # Errors
    /// `ZERO_SIZE` where there is nothing to plan.
    pub fn plan(&self) -> Result<Plan, ExecError> {
        match &self.by {
            By::Plan { plan, .. } => Ok(Plan::clone(plan)),
            By::Sweeps(Mode::Tangent) => Ok(forward(&self.problem()?)?),
            By::Sweeps(Mode::Adjoint) => Ok(reverse(&self.problem()?)?),
        }
    }

    /// What was planned: the chain's stages, the batch, and what all points share.
    ///
    /// # Errors
    /// `ZERO_SIZE` where there is nothing to plan.
    pub fn problem(&self) -> Result<Problem, ExecError> {
        match &self.by {
            By::Plan { problem, .. } => Ok(Problem::clone(problem)),
            By::Sweeps(_) => problem(&stages(&self.tape)?, &self.options),
        }
    }

    /// Why the calibration that was found when it was prepared could not be used, in a sentence; it is planned as if there
    /// were none, and the next calibration replaces that one.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// What it is: `"forward"` or `"reverse"` for one mode throughout, else `"planned"`.
    pub fn order(&self) -> &'static str {
        match &self.by {
            By::Sweeps(Mode::Tangent) => "forward",
            By::Sweeps(Mode::Adjoint) => "reverse",
            By::Plan { .. } => "planned",
        }
    }

    /// The elements of all outputs.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The elements of all inputs it is differentiated by.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The sweeps at one point: one a column in forward mode, one a row in reverse, those of its steps for a plan.
    pub fn sweeps(&self) -> usize {
        match &self.by {
            By::Sweeps(Mode::Tangent) => self.columns,
            By::Sweeps(Mode::Adjoint) => self.rows,
            By::Plan { problem, plan } => {
                let one = ProblemSpec { batch: 1, ..problem.spec().clone() };
                let price =
                    Problem::new(one).and_then(|problem| price_steps(&problem, &plan.steps));
                price.map_or(0, |price| usize::try_from(price.sweeps).unwrap_or(usize::MAX))
            }
        }
    }

    /// Multiply-adds at one point, the evaluation of the function itself left out.
    pub fn cost(&self) -> u64 {
        self.program.cost().saturating_sub(cost(&self.tape))
    }

    /// Values and Jacobians at `points` points: rows of `rows * columns` numbers, row-major. What is `None` is left out.
    ///
    /// # Errors
    /// As [`Program::run`].
    pub fn at(
        &self,
        points: usize,
        inputs: &[Rows],
        values: Vec<Option<&mut [f64]>>,
        jacobian: Option<&mut [f64]>,
        reduce: Reduce,
        control: &Control,
    ) -> Result<(), ExecError> {
        let mut outputs = values;
        outputs.push(jacobian);
        self.program.run(points, inputs, &mut outputs, reduce, control)
    }

    /// `J'J`, `J'r` and half the sum of squares of the residuals `r`, which are all elements of the outputs: the normal
    /// equations of least squares, summed over points without storing a Jacobian. For parameters that all points share,
    /// `value` has the gradient `gradient` and, where residuals are small, about the Hessian `normal`.
    ///
    /// # Errors
    /// As [`Program::run`]; `INVALID_ARGUMENT` for a differentiated input that is given by index.
    pub fn normal(
        &self,
        points: usize,
        inputs: &[Rows],
        out: NormalOut,
        control: &Control,
    ) -> Result<(), ExecError> {
        run_normal(self.normal_program()?, &self.wrt, points, inputs, out, control)
    }

    /// The program behind [`Jacobian::normal`], prepared when it is first asked for: its outputs are `value`, `gradient`
    /// and `normal` at one point.
    ///
    /// # Errors
    /// Those of [`prepare`].
    pub fn normal_program(&self) -> Result<&Program, ExecError> {
        if let Some(program) = self.normal.get() {
            return Ok(program);
        }
        let fresh = prepare(&normal_tape(&self.whole)?, &self.options.prepare)?;
        Ok(self.normal.get_or_init(|| fresh))
    }

    /// The Jacobian at one point as a linear map that is never made a matrix.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH` for inputs that do not fit.
    pub fn operator(&self, inputs: &[Vec<f64>]) -> Result<Operator, ExecError> {
        let linearization = match self.linearization.get() {
            Some(linearization) => linearization,
            None => {
                let fresh = linearize_by(&self.tape, &self.wrt, &self.options.prepare)?;
                self.linearization.get_or_init(|| fresh)
            }
        };
        linearization.at(inputs)
    }
}
