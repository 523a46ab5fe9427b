//! Why no plan could be made, with a code that callers in any language may rely on.
use crate::Fingerprint;

/// What was wrong with a problem, a request, a bracketing or a plan that was given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A chain without stages.
    #[error("`stages` must hold at least one stage, but is empty")]
    EmptyChain,
    /// Two neighbours whose widths differ.
    #[error(
        "`stages[{index}].inputs` must be {outputs}, what stage {} gives, but is {inputs}",
        index - 1
    )]
    StageMismatch {
        /// The later of the two stages.
        index: usize,
        /// What it takes.
        inputs: u32,
        /// What the stage before it gives.
        outputs: u32,
    },
    /// A count that must be at least one.
    #[error("`{field}` must be at least 1, but is 0")]
    ZeroSize {
        /// Where the zero stands.
        field: String,
    },
    /// A structure that does not fit its stage.
    #[error("`{field}` must {wanted}, but {got}")]
    StructureMismatch {
        /// The structure.
        field: String,
        /// What would fit.
        wanted: String,
        /// What was given.
        got: String,
    },
    /// Costs so large that their sums could pass 128 bits.
    #[error("the cost of `{field}` must stay below 2^120 multiply-adds, but may reach {bound}")]
    CostOverflow {
        /// The sizes that are too large.
        field: String,
        /// The bound in words.
        bound: String,
    },
    /// Costs or sizes of stages so large that their sums are no longer exact.
    #[error("`{field}` must stay below 2^53 in all, but may reach {bound}")]
    CheckpointOverflow {
        /// The costs or sizes that are too large.
        field: &'static str,
        /// What they may add up to.
        bound: u128,
    },
    /// No plan fits the memory limit.
    #[error("`memory` must be at least {smallest} elements for any plan, but is {limit}")]
    InfeasibleMemory {
        /// The limit that was asked for, in elements of 8 bytes.
        limit: u128,
        /// The smallest limit for which there is a plan.
        smallest: u128,
    },
    /// Every bracketing makes an intermediate matrix above the cap.
    #[error("`largest` must be at least {smallest} elements for any plan, but is {limit}")]
    InfeasibleSize {
        /// The cap that was asked for, in elements.
        limit: u128,
        /// The smallest cap for which there is a plan.
        smallest: u128,
    },
    /// A link that is never formed needs an adjoint sweep through more tape than allowed.
    #[error("`tape` must be at least {smallest} entries for any plan, but is {limit}")]
    InfeasibleTape {
        /// The limit that was asked for, in tape entries.
        limit: u128,
        /// The smallest limit for which there is a plan.
        smallest: u128,
    },
    /// A stage that is only ever swept has no matrix of its own, so the named order cannot run.
    #[error("stage {link} is never formed, but the order asks for its Jacobian")]
    NeverFormed {
        /// The link whose Jacobian the order wants.
        link: usize,
    },
    /// A bracketing that does not name every factor once, in order.
    #[error("the bracketing must name the factors 0 to {} once each and in order, but {got}", count - 1)]
    NotABracketing {
        /// How many factors the problem has.
        count: usize,
        /// What is wrong.
        got: String,
    },
    /// A method that serves another kind of problem.
    #[error("the method {method} needs {wanted}")]
    MethodMismatch {
        /// The method asked for.
        method: &'static str,
        /// What it serves.
        wanted: &'static str,
    },
    /// A question whose answer would be too long.
    #[error("`{field}` must be at most {limit}, but is {got}")]
    TooLarge {
        /// What is too large.
        field: &'static str,
        /// The largest value served.
        limit: usize,
        /// What was asked for.
        got: usize,
    },
    /// A plan made for another problem.
    #[error("the plan belongs to problem {found}, but this is problem {expected}")]
    PlanMismatch {
        /// The problem at hand.
        expected: Fingerprint,
        /// The problem the plan names.
        found: Fingerprint,
    },
    /// Steps that cannot run, or do not end in the Jacobian of the problem.
    #[error("step {step} of the plan cannot run: {reason}")]
    InvalidPlan {
        /// The step, counted from 0; the number of steps when the end is wrong.
        step: usize,
        /// What stops it.
        reason: String,
    },
    /// Actions that cannot be done, pass a limit, or leave steps that are not reversed.
    #[error("action {action} of the schedule cannot be done: {reason}")]
    InvalidSchedule {
        /// The action, counted from 0; the number of actions when the end is wrong.
        action: usize,
        /// What stops it.
        reason: String,
    },
    /// A text or JSON form that is none.
    #[error("line {line} of the {form} {reason}")]
    Parse {
        /// What was being read.
        form: &'static str,
        /// The line, counted from 1.
        line: usize,
        /// What was wanted there.
        reason: String,
    },
    /// A number that names no vertex.
    #[error("`{field}` must be a vertex below {vertices}, but is {vertex}")]
    UnknownVertex {
        /// Where it stands.
        field: String,
        /// The number.
        vertex: u32,
        /// How many vertices the graph has.
        vertices: u32,
    },
    /// A vertex that is listed twice.
    #[error("`{field}` must be a vertex not listed before, but is {vertex} again")]
    DuplicateVertex {
        /// Where it stands the second time.
        field: String,
        /// The vertex.
        vertex: u32,
    },
    /// Two edges between the same vertices; give their sum as one.
    #[error(
        "`edges[{index}]` must join other vertices than `edges[{first}]`, but both lead from {from} to {to}"
    )]
    DuplicateEdge {
        /// The later edge.
        index: usize,
        /// The earlier one.
        first: usize,
        /// Where both start.
        from: u32,
        /// Where both end.
        to: u32,
    },
    /// An edge to an input.
    #[error("`edges[{index}]` must not lead to an input, but leads from {from} to {to}")]
    InputHasPredecessor {
        /// The edge.
        index: usize,
        /// Where it starts.
        from: u32,
        /// The input.
        to: u32,
    },
    /// Vertices that depend on each other.
    #[error(
        "the graph must have no cycle, but each of the vertices {vertices:?} leads to the next, and the last to the first"
    )]
    Cycle {
        /// In the order of the edges.
        vertices: Vec<u32>,
    },
    /// A vertex that is on no path from an input to an output.
    #[error("the vertex {vertex} must be between inputs and outputs, but {reason}")]
    UnreachableVertex {
        /// The vertex.
        vertex: u32,
        /// What is missing.
        reason: &'static str,
    },
    /// An order that does not name every vertex between inputs and outputs once.
    #[error("the order must name each vertex between inputs and outputs once, but {got}")]
    NotAnEliminationOrder {
        /// What is wrong.
        got: String,
    },
    /// A cost model with a number that is not positive and finite, or of another version.
    #[error("`{field}` of the cost model must be {wanted}, but is {got}")]
    InvalidCostModel {
        /// The number at fault.
        field: String,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        got: String,
    },
}

impl PlanError {
    /// A name that stays the same in every version and language.
    pub fn code(&self) -> &'static str {
        match self {
            PlanError::EmptyChain => "EMPTY_CHAIN",
            PlanError::StageMismatch { .. } => "STAGE_MISMATCH",
            PlanError::ZeroSize { .. } => "ZERO_SIZE",
            PlanError::StructureMismatch { .. } => "STRUCTURE_MISMATCH",
            PlanError::CostOverflow { .. } => "COST_OVERFLOW",
            PlanError::CheckpointOverflow { .. } => "COST_OVERFLOW",
            PlanError::InfeasibleMemory { .. } => "INFEASIBLE_MEMORY",
            PlanError::InfeasibleSize { .. } => "INFEASIBLE_SIZE",
            PlanError::InfeasibleTape { .. } => "INFEASIBLE_TAPE",
            PlanError::NeverFormed { .. } => "NEVER_FORMED",
            PlanError::NotABracketing { .. } => "NOT_A_BRACKETING",
            PlanError::MethodMismatch { .. } => "METHOD_MISMATCH",
            PlanError::TooLarge { .. } => "TOO_LARGE",
            PlanError::PlanMismatch { .. } => "PLAN_MISMATCH",
            PlanError::InvalidPlan { .. } => "INVALID_PLAN",
            PlanError::InvalidSchedule { .. } => "INVALID_SCHEDULE",
            PlanError::Parse { .. } => "PARSE_ERROR",
            PlanError::UnknownVertex { .. } => "UNKNOWN_VERTEX",
            PlanError::DuplicateVertex { .. } => "DUPLICATE_VERTEX",
            PlanError::DuplicateEdge { .. } => "DUPLICATE_EDGE",
            PlanError::InputHasPredecessor { .. } => "INPUT_HAS_PREDECESSOR",
            PlanError::Cycle { .. } => "CYCLE",
            PlanError::UnreachableVertex { .. } => "UNREACHABLE_VERTEX",
            PlanError::NotAnEliminationOrder { .. } => "NOT_AN_ELIMINATION_ORDER",
            PlanError::InvalidCostModel { .. } => "INVALID_COST_MODEL",
        }
    }

    /// The argument at fault, where one can be named.
    pub fn argument(&self) -> Option<&str> {
        match self {
            PlanError::EmptyChain => Some("stages"),
            PlanError::ZeroSize { field }
            | PlanError::StructureMismatch { field, .. }
            | PlanError::CostOverflow { field, .. } => Some(field),
            PlanError::TooLarge { field, .. } | PlanError::CheckpointOverflow { field, .. } => {
                Some(field)
            }
            PlanError::InvalidSchedule { .. } => Some("schedule"),
            PlanError::InvalidCostModel { .. } => Some("costModel"),
            PlanError::InfeasibleMemory { .. } => Some("memory"),
            PlanError::InfeasibleSize { .. } => Some("largest"),
            PlanError::InfeasibleTape { .. } => Some("tape"),
            PlanError::MethodMismatch { .. } => Some("method"),
            PlanError::PlanMismatch { .. } | PlanError::InvalidPlan { .. } => Some("plan"),
            PlanError::NotABracketing { .. } | PlanError::NeverFormed { .. } => Some("order"),
            PlanError::StageMismatch { .. } => Some("stages"),
            PlanError::UnknownVertex { field, .. } | PlanError::DuplicateVertex { field, .. } => {
                Some(field)
            }
            PlanError::DuplicateEdge { .. }
            | PlanError::InputHasPredecessor { .. }
            | PlanError::Cycle { .. } => Some("edges"),
            PlanError::UnreachableVertex { .. } => Some("vertices"),
            PlanError::NotAnEliminationOrder { .. } => Some("order"),
            PlanError::Parse { .. } => None,
        }
    }
}
