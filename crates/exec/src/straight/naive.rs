//! The naive run: one step after the other at one point. It judges every other way of running.
use super::form::{Kind, Straight};
use crate::math;

impl Straight {
    /// The outputs at one point.
    ///
    /// # Panics
    /// If there are not as many numbers as inputs.
    pub(crate) fn evaluate(&self, inputs: &[f64]) -> Vec<f64> {
        let values = self.values(inputs);
        self.outputs.iter().map(|output| values[output.index()]).collect()
    }

    /// The value of every step at one point.
    ///
    /// # Panics
    /// As [`Straight::evaluate`].
    pub(crate) fn values(&self, inputs: &[f64]) -> Vec<f64> {
        assert_eq!(inputs.len(), self.inputs, "numbers for the inputs");
        let mut values: Vec<f64> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let mut args = [0.0; 3];
            let operands = step.operands();
            args.iter_mut().zip(operands).for_each(|(arg, &from)| *arg = values[from as usize]);
            values.push(match step.kind {
                Kind::Input => inputs[step.args[0] as usize],
                Kind::Constant => self.constants[step.args[0] as usize],
                Kind::Primitive(primitive) => primitive.value(args),
                Kind::SinCos => math::sincos(args[0]).0,
                Kind::Second => {
                    let angle = self.steps[step.args[0] as usize].args[0];
                    math::sincos(values[angle as usize]).1
                }
                Kind::Row(op) => op.value(step.parameter(), &args[..op.arity()]),
            });
        }
        values
    }
}
