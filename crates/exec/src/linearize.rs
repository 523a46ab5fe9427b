//! The derivative at one point as a linear map: products with it, forward and back, without a matrix.
use crate::{Control, ExecError, PrepareOptions, Program, Reduce, Rows, prepare};
use chainrule_tape::Tape;
use chainrule_tape::transform::{jvp, vjp};

/// A function and the programs of its derivative, ready for any point.
#[derive(Clone, Debug)]
pub struct Linearization {
    value: Program,
    jvp: Program,
    vjp: Program,
    /// The inputs that are differentiated, in the order of tangents, adjoints and columns.
    wrt: Vec<usize>,
}

/// The derivative of a function at one point.
#[derive(Clone, Debug)]
pub struct Operator {
    of: Linearization,
    point: Vec<Vec<f64>>,
    value: Vec<Vec<f64>>,
}

/// Prepares products with the Jacobian of a tape.
///
/// # Errors
/// Those of [`prepare`].
pub fn linearize(tape: &Tape, options: &PrepareOptions) -> Result<Linearization, ExecError> {
    let inputs = tape.inputs();
    let wrt: Vec<usize> = (0..inputs.len()).filter(|&i| !inputs[i].fixed).collect();
    linearize_by(tape, &wrt, options)
}

/// As [`linearize`], with the inputs that are differentiated in the order of `wrt`.
pub(crate) fn linearize_by(
    tape: &Tape,
    wrt: &[usize],
    options: &PrepareOptions,
) -> Result<Linearization, ExecError> {
    // One point is never worth sharing values over.
    let options = PrepareOptions { shared: Vec::new(), ..options.clone() };
    Ok(Linearization {
        value: prepare(tape, &options)?,
        jvp: prepare(&jvp(tape)?, &options)?,
        vjp: prepare(&vjp(tape)?, &options)?,
        wrt: wrt.to_vec(),
    })
}

impl Linearization {
    /// About how many bytes it holds.
    pub fn bytes(&self) -> usize {
        self.value.bytes() + self.jvp.bytes() + self.vjp.bytes()
    }

    /// The derivative at a point, an array for each input.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH` for inputs that do not fit.
    pub fn at(&self, point: &[Vec<f64>]) -> Result<Operator, ExecError> {
        let value = at_one_point(&self.value, point)?;
        Ok(Operator { of: self.clone(), point: point.to_vec(), value })
    }
}

impl Operator {
    /// The function's outputs.
    pub fn value(&self) -> &[Vec<f64>] {
        &self.value
    }

    /// `J v` for a tangent of each differentiated input: a tangent of each output.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH`; `INVALID_ARGUMENT` for another number of tangents.
    pub fn jvp(&self, tangents: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, ExecError> {
        let wrt = &self.of.wrt;
        if tangents.len() != wrt.len() {
            let wanted = format!("be {} in number", wrt.len());
            let came = format!("there are {}", tangents.len());
            return Err(ExecError::invalid("tangents", wanted, came));
        }
        let mut tangents: Vec<(usize, &Vec<f64>)> = wrt.iter().copied().zip(tangents).collect();
        tangents.sort_by_key(|&(input, _)| input);
        let tangents = tangents.into_iter().map(|(_, tangent)| tangent);
        let inputs: Vec<Vec<f64>> = self.point.iter().chain(tangents).cloned().collect();
        Ok(at_one_point(&self.of.jvp, &inputs)?.split_off(self.value.len()))
    }

    /// `u J` for an adjoint of each output: an adjoint of each differentiated input.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH`.
    pub fn vjp(&self, adjoints: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, ExecError> {
        let inputs: Vec<Vec<f64>> = self.point.iter().chain(adjoints).cloned().collect();
        let images = at_one_point(&self.of.vjp, &inputs)?.split_off(self.value.len());
        let mut sorted = self.of.wrt.clone();
        sorted.sort_unstable();
        let place = |input| sorted.binary_search(input).ok();
        Ok(self.of.wrt.iter().filter_map(place).map(|place| images[place].clone()).collect())
    }

    /// Column `j` of the Jacobian: `J e_j`, all outputs' elements in order.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` if there is no such column.
    pub fn column(&self, j: usize) -> Result<Vec<f64>, ExecError> {
        let seeds = unit("j", self.of.wrt.iter().map(|&input| self.point[input].len()), j)?;
        Ok(self.jvp(&seeds)?.concat())
    }

    /// Row `i` of the Jacobian: `e_i J`, all differentiated inputs' elements in order.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` if there is no such row.
    pub fn row(&self, i: usize) -> Result<Vec<f64>, ExecError> {
        let seeds = unit("i", self.value.iter().map(Vec::len), i)?;
        Ok(self.vjp(&seeds)?.concat())
    }
}

/// Arrays of these lengths that are 0 but for element `k` of all together, which is 1.
fn unit(
    argument: &str,
    lengths: impl Iterator<Item = usize>,
    k: usize,
) -> Result<Vec<Vec<f64>>, ExecError> {
    let mut arrays: Vec<Vec<f64>> = lengths.map(|length| vec![0.0; length]).collect();
    let count: usize = arrays.iter().map(Vec::len).sum();
    match arrays.iter_mut().flatten().nth(k) {
        Some(one) => *one = 1.0,
        None => {
            let wanted = format!("be a whole number below {count}");
            return Err(ExecError::invalid(argument, wanted, format!("is {k}")));
        }
    }
    Ok(arrays)
}

fn at_one_point(program: &Program, inputs: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, ExecError> {
    let rows: Vec<Rows> = inputs.iter().map(|row| Rows::Each(row)).collect();
    let mut outputs: Vec<Vec<f64>> =
        program.outputs().iter().map(|output| vec![0.0; output.shape.elements()]).collect();
    let mut outs: Vec<Option<&mut [f64]>> =
        outputs.iter_mut().map(|out| Some(out.as_mut_slice())).collect();
    program.run(1, &rows, &mut outs, Reduce::None, &Control::default())?;
    Ok(outputs)
}
