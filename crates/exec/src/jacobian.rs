//! Jacobians: prepared once by the cheaper of forward and reverse mode, then evaluated at as many points as wanted.
use crate::linearize::{Linearization, Operator, linearize};
use crate::program::cost;
use crate::{Control, ExecError, PrepareOptions, Program, Reduce, Rows, prepare};
use chainrule_tape::Tape;
use chainrule_tape::transform::{Mode, jacobian_tape};
use std::sync::OnceLock;

/// In which order the Jacobians of a function's ops are multiplied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The cheaper of the others by counted multiply-adds.
    #[default]
    Auto,
    /// From the inputs on: a tangent sweep for each input element.
    Forward,
    /// From the outputs back: an adjoint sweep for each output element.
    Reverse,
}

/// How a Jacobian is prepared.
#[derive(Clone, Debug, Default)]
pub struct JacobianOptions {
    /// The order of multiplication.
    pub order: Order,
    /// Paths of the inputs to differentiate by, all that are not fixed by default. Columns follow the order of inputs.
    pub wrt: Option<Vec<String>>,
    /// How programs are prepared.
    pub prepare: PrepareOptions,
}

/// A Jacobian ready to be evaluated. An evaluation never plans again.
#[derive(Debug)]
pub struct Jacobian {
    tape: Tape,
    program: Program,
    mode: Mode,
    rows: usize,
    columns: usize,
    options: PrepareOptions,
    linearization: OnceLock<Linearization>,
}

/// Prepares the Jacobian of a tape: all outputs' elements by all elements of the differentiated inputs.
///
/// # Errors
/// `UNKNOWN_NAME` for an input to differentiate by that there is not, and those of [`prepare`].
pub fn jacobian(tape: &Tape, options: &JacobianOptions) -> Result<Jacobian, ExecError> {
    let tape = match &options.wrt {
        Some(paths) => tape.clone().with_respect_to(paths)?,
        None => tape.clone(),
    };
    let rows = (0..tape.outputs().len()).map(|i| tape.output_shape(i).elements()).sum();
    let inputs = tape.inputs().iter().filter(|input| !input.fixed);
    let columns = inputs.map(|input| input.shape.elements()).sum();
    let (mode, derivative) = match options.order {
        Order::Forward => (Mode::Tangent, jacobian_tape(&tape, Mode::Tangent)?),
        Order::Reverse => (Mode::Adjoint, jacobian_tape(&tape, Mode::Adjoint)?),
        Order::Auto => cheaper(&tape, rows, columns)?,
    };
    let program = prepare(&derivative, &options.prepare)?;
    let (options, linearization) = (options.prepare.clone(), OnceLock::new());
    Ok(Jacobian { tape, program, mode, rows, columns, options, linearization })
}

/// Where one mode needs so many times the sweeps of the other, the other is not even tried.
const CLEARLY_MORE_SWEEPS: usize = 8;

/// The Jacobian's tape by the mode that costs fewer multiply-adds; forward where they are even.
fn cheaper(tape: &Tape, rows: usize, columns: usize) -> Result<(Mode, Tape), ExecError> {
    if columns > CLEARLY_MORE_SWEEPS * rows.max(1) {
        return Ok((Mode::Adjoint, jacobian_tape(tape, Mode::Adjoint)?));
    }
    let forward = jacobian_tape(tape, Mode::Tangent)?;
    if rows > CLEARLY_MORE_SWEEPS * columns.max(1) {
        return Ok((Mode::Tangent, forward));
    }
    let reverse = jacobian_tape(tape, Mode::Adjoint)?;
    let wins = cost(&reverse) < cost(&forward);
    Ok(if wins { (Mode::Adjoint, reverse) } else { (Mode::Tangent, forward) })
}

impl Jacobian {
    /// The function.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// The program: its outputs are those of the function, then the Jacobian.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The mode that was chosen.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The elements of all outputs.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The elements of all inputs it is differentiated by.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The sweeps through the function: one a column in forward mode, one a row in reverse.
    pub fn sweeps(&self) -> usize {
        match self.mode {
            Mode::Tangent => self.columns,
            Mode::Adjoint => self.rows,
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

    /// The Jacobian at one point as a linear map that is never made a matrix.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH` for inputs that do not fit.
    pub fn operator(&self, inputs: &[Vec<f64>]) -> Result<Operator, ExecError> {
        let linearization = match self.linearization.get() {
            Some(linearization) => linearization,
            None => {
                let fresh = linearize(&self.tape, &self.options)?;
                self.linearization.get_or_init(|| fresh)
            }
        };
        linearization.at(inputs)
    }
}
