//! What the facade asks about ops while it records.
use crate::convert::{Rule, count, shape, sizes};
use crate::error::{Result, coded, thrown};
use chainrule::tape::words::rows;
use napi_derive::napi;

/// An elementwise op, for messages.
#[napi(object)]
pub struct ElementwiseOp {
    /// Its name.
    pub name: String,
    /// The names of its arguments.
    pub args: Vec<String>,
    /// The name of its integer parameter.
    pub parameter: Option<String>,
}

/// The elementwise op with that code.
#[napi(catch_unwind)]
pub fn elementwise_op(code: f64) -> Result<ElementwiseOp> {
    let code = count(code, || "code".into())?;
    let row = rows().into_iter().find(|row| row.elementwise && row.code == code);
    let row =
        row.ok_or_else(|| coded("UNKNOWN_NAME", "code", &format!("there is no op {code}")))?;
    Ok(ElementwiseOp {
        name: row.name.into(),
        args: row.arguments.into_iter().map(Into::into).collect(),
        parameter: row.parameters.first().map(|&name| name.into()),
    })
}

/// The shape that a structural op gives to arguments of these shapes.
#[napi(catch_unwind)]
pub fn structural_shape(rule: Rule, args: Vec<Vec<f64>>) -> Result<Vec<u32>> {
    let args = args.iter().map(|arg| shape(arg, "the shape of an argument"));
    let args = args.collect::<Result<Vec<_>>>()?;
    let rule = rule.structural()?;
    rule.shape(&args.iter().collect::<Vec<_>>()).map(|shape| sizes(&shape)).map_err(thrown)
}
