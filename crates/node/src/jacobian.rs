//! Jacobians, and derivatives at one point as linear maps.
use crate::chain::NativeChain;
use crate::convert::count;
use crate::error::{Result, coded, thrown};
use crate::memory::{Held, Told};
use crate::planned::NativePlan;
use crate::program::{NativeProgram, ProgramOptions};
use crate::tape::NativeTape;
use chainrule::exec::{self, Jacobian, Linearization, Operator, Order};
use chainrule::plan::{CostModel, Plan};
use napi::Env;
use napi::bindgen_prelude::{Float64Array, Float64ArraySlice, ObjectFinalize};
use napi_derive::napi;
use std::sync::Arc;

/// A Jacobian ready to be evaluated.
///
/// The memory of its programs is told of where they are handed out.
#[napi(custom_finalize)]
pub struct NativeJacobian {
    held: Held<Arc<Jacobian>>,
}

impl ObjectFinalize for NativeJacobian {
    fn finalize(self, env: Env) -> Result<()> {
        self.held.dispose(&env)
    }
}

/// In which order Jacobians are multiplied, and for how many points.
#[napi(object)]
pub struct OrderOptions {
    /// `'auto'`, `'forward'` or `'reverse'`; `'plan'` and `'bracketing'` are said by `text`.
    pub order: String,
    /// The JSON of a plan, or a bracketing.
    pub text: Option<String>,
    /// How many points are expected at once.
    pub batch: Option<f64>,
    /// The JSON of the cost model by which `'auto'` plans.
    pub cost_model: Option<String>,
}

/// Prepares the Jacobian of a tape.
#[napi(catch_unwind)]
pub fn jacobian(
    env: Env,
    tape: &NativeTape,
    order: OrderOptions,
    wrt: Option<Vec<String>>,
    options: ProgramOptions,
) -> Result<NativeJacobian> {
    let options = exec::JacobianOptions { wrt, ..order.with(options)? };
    let jacobian = exec::jacobian(&*tape.get()?, &options).map_err(thrown)?;
    NativeJacobian::holding(&env, jacobian)
}

/// Prepares the Jacobian of a chain.
#[napi(catch_unwind)]
pub fn chain_jacobian(
    env: Env,
    chain: &NativeChain,
    order: OrderOptions,
    options: ProgramOptions,
) -> Result<NativeJacobian> {
    let jacobian = exec::chain_jacobian(&*chain.get()?, &order.with(options)?).map_err(thrown)?;
    NativeJacobian::holding(&env, jacobian)
}

impl OrderOptions {
    fn with(self, options: ProgramOptions) -> Result<exec::JacobianOptions> {
        let order = order(&self.order, self.text.as_deref().unwrap_or_default())?;
        let prepare = options.checked()?;
        let mut all = exec::JacobianOptions { order, prepare, ..Default::default() };
        if let Some(batch) = self.batch {
            all.batch = count(batch, || "batch".into())?;
        }
        if let Some(json) = &self.cost_model {
            all.cost_model = Some(CostModel::from_json(json).map_err(thrown)?);
        }
        Ok(all)
    }
}

/// The order of that name; a plan or a bracketing is said by `text`.
pub(crate) fn order(name: &str, text: &str) -> Result<Order> {
    Ok(match name {
        "auto" => Order::Auto,
        "forward" => Order::Forward,
        "reverse" => Order::Reverse,
        "plan" => Order::Plan(Box::new(Plan::from_json(text).map_err(thrown)?)),
        "bracketing" => Order::Bracketing(text.parse().map_err(thrown)?),
        other => {
            let message = format!("order must be 'auto', 'forward' or 'reverse', but is {other:?}");
            return Err(coded("UNKNOWN_NAME", "order", &message));
        }
    })
}

#[napi]
impl NativeJacobian {
    fn holding(env: &Env, jacobian: Jacobian) -> Result<NativeJacobian> {
        let bytes = jacobian.tape().bytes() + jacobian.whole().bytes();
        Ok(NativeJacobian { held: Held::new(env, "jacobian", Arc::new(jacobian), bytes)? })
    }

    fn get(&self) -> Result<Arc<Jacobian>> {
        self.held.get()
    }

    /// The program whose outputs are those of the function, then the Jacobian.
    #[napi(catch_unwind)]
    pub fn program(&self, env: Env) -> Result<NativeProgram> {
        NativeProgram::holding(&env, self.get()?.program().clone())
    }

    /// The program of the normal equations at one point: half the sum of squares, its gradient, and `J'J`.
    #[napi(catch_unwind)]
    pub fn normal(&self, env: Env) -> Result<NativeProgram> {
        NativeProgram::holding(&env, self.get()?.normal_program().map_err(thrown)?.clone())
    }

    /// `'forward'`, `'reverse'` or `'planned'`.
    #[napi(catch_unwind)]
    pub fn order(&self) -> Result<&'static str> {
        Ok(self.get()?.order())
    }

    /// Why the calibration that was found could not be used.
    #[napi(catch_unwind)]
    pub fn warning(&self) -> Result<Option<String>> {
        Ok(self.get()?.warning().map(String::from))
    }

    /// The plan it follows.
    #[napi(catch_unwind)]
    pub fn plan(&self) -> Result<NativePlan> {
        let jacobian = self.get()?;
        NativePlan::new(&jacobian.problem().map_err(thrown)?, jacobian.plan().map_err(thrown)?)
    }

    /// The sizes of the Jacobian: elements of the outputs, elements of the inputs it is differentiated by.
    #[napi(catch_unwind)]
    pub fn shape(&self) -> Result<Vec<f64>> {
        let jacobian = self.get()?;
        Ok(vec![jacobian.rows() as f64, jacobian.columns() as f64])
    }

    /// The sweeps through the function.
    #[napi(catch_unwind)]
    pub fn sweeps(&self) -> Result<f64> {
        Ok(self.get()?.sweeps() as f64)
    }

    /// Multiply-adds at one point, the evaluation of the function left out.
    #[napi(catch_unwind)]
    pub fn cost(&self) -> Result<f64> {
        Ok(self.get()?.cost() as f64)
    }

    /// The Jacobian at one point as a linear map.
    #[napi(catch_unwind)]
    pub fn operator(&self, point: Vec<Float64ArraySlice>) -> Result<NativeOperator> {
        let operator = self.get()?.operator(&rows(&point)).map_err(thrown)?;
        Ok(NativeOperator { operator })
    }

    /// Frees it, unless a call under way still uses it.
    #[napi(catch_unwind)]
    pub fn dispose(&self, env: Env) -> Result<()> {
        self.held.dispose(&env)
    }
}

/// A function and the programs of its derivative.
#[napi(custom_finalize)]
pub struct NativeLinearization {
    linearization: Linearization,
    told: Told,
}

impl ObjectFinalize for NativeLinearization {
    fn finalize(mut self, env: Env) -> Result<()> {
        self.told.take_back(&env)
    }
}

/// Prepares products with the Jacobian of a tape.
#[napi(catch_unwind)]
pub fn linearize(env: Env, tape: &NativeTape) -> Result<NativeLinearization> {
    let linearization = exec::linearize(&*tape.get()?, &Default::default()).map_err(thrown)?;
    let told = Told::of(&env, linearization.bytes())?;
    Ok(NativeLinearization { linearization, told })
}

#[napi]
impl NativeLinearization {
    /// The derivative at a point.
    #[napi(catch_unwind)]
    pub fn at(&self, point: Vec<Float64ArraySlice>) -> Result<NativeOperator> {
        let operator = self.linearization.at(&rows(&point)).map_err(thrown)?;
        Ok(NativeOperator { operator })
    }
}

/// The derivative of a function at one point.
#[napi]
pub struct NativeOperator {
    operator: Operator,
}

#[napi]
impl NativeOperator {
    /// The outputs of the function.
    #[napi(catch_unwind)]
    pub fn value(&self) -> Vec<Float64Array> {
        arrays(self.operator.value().to_vec())
    }

    /// The Jacobian times tangents.
    #[napi(catch_unwind)]
    pub fn jvp(&self, tangents: Vec<Float64ArraySlice>) -> Result<Vec<Float64Array>> {
        self.operator.jvp(&rows(&tangents)).map(arrays).map_err(thrown)
    }

    /// Adjoints times the Jacobian.
    #[napi(catch_unwind)]
    pub fn vjp(&self, adjoints: Vec<Float64ArraySlice>) -> Result<Vec<Float64Array>> {
        self.operator.vjp(&rows(&adjoints)).map(arrays).map_err(thrown)
    }

    /// One column of the Jacobian.
    #[napi(catch_unwind)]
    pub fn column(&self, j: f64) -> Result<Float64Array> {
        let j = count(j, || "j".into())? as usize;
        self.operator.column(j).map(Float64Array::new).map_err(thrown)
    }

    /// One row of the Jacobian.
    #[napi(catch_unwind)]
    pub fn row(&self, i: f64) -> Result<Float64Array> {
        let i = count(i, || "i".into())? as usize;
        self.operator.row(i).map(Float64Array::new).map_err(thrown)
    }
}

fn rows(arrays: &[Float64ArraySlice]) -> Vec<Vec<f64>> {
    arrays.iter().map(|array| array.to_vec()).collect()
}

fn arrays(rows: Vec<Vec<f64>>) -> Vec<Float64Array> {
    rows.into_iter().map(Float64Array::new).collect()
}
