//! IN WHICH ORDER: problems, bracketings and their costs. No tapes, numbers, clocks, threads or files.
//!
//! A [`Problem`] is a chain of stages that fit, with shapes and costs only. [`plan`] answers with a
//! [`Plan`]: steps, what they cost, and a [`Certificate`] that says how good that is. Whoever doubts
//! it asks [`price`], which walks the steps and knows nothing of how they were found.
//!
//! ```
//! use chainrule_plan::{Problem, ProblemSpec, Request, Stage, forward, plan};
//!
//! // 512 inputs, a neck of 8, 512 outputs; the stages are matrices at hand.
//! let widths = [512, 512, 512, 8, 512, 512, 512];
//! let stages = widths.windows(2).map(|w| Stage::given(w[0], w[1])).collect();
//! let problem = Problem::new(ProblemSpec { batch: 64, ..ProblemSpec::new(stages) })?;
//!
//! let best = plan(&problem, &Request::default())?;
//! assert!(best.is_optimal());
//! assert_eq!(best.tree(&problem)?.to_string(), "[[0, [1, 2]], [[3, 4], 5]]");
//! assert_eq!(forward(&problem)?.cost / best.cost, 51);
//! # Ok::<(), chainrule_plan::PlanError>(())
//! ```
mod baselines;
mod bracketing;
mod certificate;
mod chain;
mod checkpoint;
mod coloring;
mod cost;
mod dense;
mod draw;
mod elimination;
mod error;
mod explain;
mod fingerprint;
mod form;
mod json;
mod keep;
mod link;
mod model;
mod number;
mod objective;
mod pattern;
mod plan;
mod planned;
mod planner;
mod problem;
mod schedule;
mod slice;
mod spans;
mod stage;
mod states;
mod step;
mod structure;
mod text;
mod tree;

pub use baselines::{forward, forward_recomputing, preaccumulate_all, reverse};
pub use bracketing::{MOST_BRACKETED, bracketings, plan_of_bracketing};
pub use certificate::{Certificate, Proof};
pub use chain::front::{ParetoFront, pareto_front};
pub use chain::kbest::{MOST_PLANS, best_plans};
pub use checkpoint::{
    Action, CheckpointProblem, CheckpointStage, Checkpointing, MOST_STEPS, Place, Replay,
    checkpointing, extra_forward, most_steps, replay,
};
pub use coloring::{Coloring, color_columns};
pub use cost::{Price, price, price_steps};
pub use dense::matrix_chain;
pub use elimination::{
    Count, DEFAULT_EVALUATIONS, DEFAULT_STATES, Edge, EdgeKind, EliminateOptions, Elimination,
    EliminationMethod, EliminationPrice, Graph, GraphSpec, MOST_SEARCHED, Tie, eliminate,
    price_elimination,
};
pub use error::PlanError;
pub use fingerprint::Fingerprint;
pub use link::LinkName;
pub use model::{COST_MODEL_VERSION, CostModel, Grid, Memory, Speed};
pub use objective::Objective;
pub use pattern::Pattern;
pub use plan::{Plan, Reason};
pub use planned::Planned;
pub use planner::{Limits, Method, Request, plan};
pub use problem::{Problem, ProblemSpec};
pub use schedule::{Advice, DEFAULT_BRANCHES, Schedule, Slot, advise, plan_for_machines};
pub use slice::largest_slice;
pub use stage::{Jacobian, Reduce, Seed, Seeds, Stage};
pub use step::{Mode, Step};
pub use structure::Structure;
pub use tree::Tree;
