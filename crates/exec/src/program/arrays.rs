//! Running on `ndarray` arrays: the points along the first axis.
use super::{Control, Program, Reduce, Rows};
use crate::ExecError;
use ndarray::{ArrayD, ArrayViewD, CowArray, IxDyn};

impl Program {
    /// Runs on arrays: for each input its points along a new first axis, or for a shared input one array in its own
    /// shape. Gives an array for each output, with the points along the first axis unless they are reduced.
    ///
    /// Arrays that do not lie row-major in memory are copied first.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH` where shapes or numbers of points do not fit, and those of [`Program::run`].
    pub fn batch(
        &self,
        inputs: &[ArrayViewD<f64>],
        reduce: Reduce,
    ) -> Result<Vec<ArrayD<f64>>, ExecError> {
        let points = self.points(inputs)?;
        let arrays: Vec<CowArray<f64, IxDyn>> =
            inputs.iter().map(|array| array.as_standard_layout()).collect();
        let rows: Vec<Rows> = arrays
            .iter()
            .enumerate()
            .map(|(i, array)| {
                // In standard layout an array is a slice.
                let data = array.as_slice().unwrap_or_default();
                if self.is_shared(i) { Rows::Shared(data) } else { Rows::Each(data) }
            })
            .collect();
        let shape = |dims: &[u32]| {
            let leading = (reduce == Reduce::None).then_some(points);
            leading.into_iter().chain(dims.iter().map(|&dim| dim as usize)).collect::<Vec<_>>()
        };
        let mut outputs: Vec<ArrayD<f64>> =
            self.outputs().iter().map(|output| ArrayD::zeros(shape(&output.shape))).collect();
        let mut outs: Vec<Option<&mut [f64]>> =
            outputs.iter_mut().map(ArrayD::as_slice_mut).collect();
        self.run(points, &rows, &mut outs, reduce, &Control::default())?;
        Ok(outputs)
    }

    /// The number of points that arrays hold, checked against the shapes of the inputs.
    fn points(&self, inputs: &[ArrayViewD<f64>]) -> Result<usize, ExecError> {
        let mut points = None;
        for (i, (input, array)) in self.inputs().iter().zip(inputs).enumerate() {
            let own: Vec<usize> = input.shape.iter().map(|&dim| dim as usize).collect();
            let fits = if self.is_shared(i) {
                array.shape() == own
            } else {
                array.shape().split_first().is_some_and(|(&count, rest)| {
                    rest == own && *points.get_or_insert(count) == count
                })
            };
            if !fits {
                let leading =
                    if self.is_shared(i) { "" } else { "the same number of points, then " };
                let wanted = format!("have shape {leading}{}", input.shape);
                let argument = format!("inputs[{i}] ({:?})", input.path);
                return Err(ExecError::shape(
                    argument,
                    wanted,
                    format!("has shape {:?}", array.shape()),
                ));
            }
        }
        Ok(points.unwrap_or(1))
    }
}
