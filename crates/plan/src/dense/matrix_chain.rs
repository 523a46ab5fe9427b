//! The classical question: in which order to multiply given matrices.
use crate::{Plan, PlanError, Problem, Request, plan};

/// The best order of multiplying dense matrices, of which factor `i` is `dims[i]` x `dims[i + 1]`.
///
/// # Errors
/// `EMPTY_CHAIN` for fewer than two dims, and the errors of [`plan`].
///
/// # Examples
/// ```
/// use chainrule_plan::{Request, matrix_chain};
/// // Cormen, Leiserson, Rivest, Stein: Introduction to Algorithms, section 15.2
/// let plan = matrix_chain(&[30, 35, 15, 5, 10, 20, 25], &Request::default())?;
/// assert_eq!(plan.cost, 15_125);
/// # Ok::<(), chainrule_plan::PlanError>(())
/// ```
pub fn matrix_chain(dims: &[u32], request: &Request) -> Result<Plan, PlanError> {
    plan(&Problem::matrices(dims)?, request)
}
