//! What is compared, as one thing: a problem, and where it can be run, the tapes and the numbers.
use super::comparison::{Link, links};
use super::data::Data;
use super::{CompareOptions, Measure, matrices};
use crate::program::shared_inputs;
use crate::{Chain, DEFAULT_BATCH, ExecError, planned_tape, stages};
use chainrule_plan::{Plan, Problem, ProblemSpec};
use chainrule_tape::transform::jvp;
use chainrule_tape::{Recorder, Segment, Tape};

/// What is compared.
#[derive(Copy, Clone, Debug)]
pub enum Subject<'a> {
    /// A function, cut at its narrow places.
    Tape(&'a Tape),
    /// A composition.
    Chain(&'a Chain),
    /// Shapes and costs alone.
    Problem(&'a Problem),
}

/// A problem, and what runs it.
pub(super) struct Case {
    pub(super) problem: Problem,
    pub(super) links: Vec<Link>,
    /// Without one, the links are matrices.
    chain: Option<Chain>,
}

impl Case {
    pub(super) fn new(subject: Subject<'_>, options: &CompareOptions) -> Result<Case, ExecError> {
        match subject {
            Subject::Tape(tape) => Case::of_chain(stages(tape)?, options),
            Subject::Chain(chain) => Case::of_chain(chain.clone(), options),
            Subject::Problem(problem) => {
                let problem = of_problem(problem, options)?;
                Ok(Case { links: links(&problem), problem, chain: None })
            }
        }
    }

    fn of_chain(chain: Chain, options: &CompareOptions) -> Result<Case, ExecError> {
        let shared = shared_inputs(chain.tape(), &options.shared)?;
        let shared: Vec<usize> = (0..shared.len()).filter(|&i| shared[i]).collect();
        let problem = chain.problem(options.batch.unwrap_or(DEFAULT_BATCH), &shared)?;
        Ok(Case { links: links(&problem), problem, chain: Some(chain) })
    }

    /// The tape of the Jacobian alone, made in the order of a plan.
    pub(super) fn jacobian_tape(&self, plan: &Plan) -> Result<Tape, ExecError> {
        let Some(chain) = &self.chain else {
            return matrices::product_tape(&self.links, self.problem.in_product_order(), plan);
        };
        let whole = planned_tape(chain, &self.problem, plan)?;
        let inputs = whole.inputs().to_vec();
        Ok(Recorder::record(Segment::default(), inputs, |recorder, vars| {
            recorder.inline(&whole, vars).split_off(whole.outputs().len() - 1)
        })?)
    }

    /// The tape of one tangent and the values it needs, none of them kept from another one; none for a product with
    /// seeds, which is no function.
    pub(super) fn tangent_tape(&self) -> Result<Option<Tape>, ExecError> {
        let seeds = self.problem.spec().seeds;
        if seeds.columns.is_some() || seeds.rows.is_some() || self.problem.in_product_order() {
            return Ok(None);
        }
        Ok(Some(match &self.chain {
            Some(chain) => jvp(chain.tape())?,
            None => {
                let tape = matrices::function_tape(&self.links)?;
                jvp(&tape)?
            }
        }))
    }

    /// Which inputs of the Jacobian's tape are one row for all points.
    pub(super) fn shared(&self, options: &CompareOptions) -> Result<Vec<bool>, ExecError> {
        match &self.chain {
            Some(chain) => shared_inputs(chain.tape(), &options.shared),
            None => Ok(self.links.iter().map(|link| link.shared).collect()),
        }
    }

    /// The numbers all orders are run on.
    pub(super) fn data(&self, options: &CompareOptions) -> Result<Data, ExecError> {
        let shared = self.shared(options)?;
        let inputs = match &self.chain {
            Some(chain) => chain.tape().inputs().to_vec(),
            None => matrices::inputs(&self.links, self.problem.in_product_order())?,
        };
        Data::new(&inputs, &shared, self.problem.spec().batch, options.points.as_ref())
    }

    /// Whether the first input of the tangent's tape is not among the data: the point of a product of matrices, which
    /// depends on none.
    pub(super) fn has_free_point(&self) -> bool {
        self.chain.is_none()
    }

    /// Rows and columns of the Jacobian.
    pub(super) fn size(&self) -> (usize, usize) {
        let columns = self.links.first().map_or(0, |link| link.inputs);
        let rows = self.links.last().map_or(0, |link| link.outputs);
        (rows as usize, columns as usize)
    }
}

/// A problem for the batch that is asked for.
fn of_problem(problem: &Problem, options: &CompareOptions) -> Result<Problem, ExecError> {
    if !options.shared.is_empty() || options.points.is_some() {
        let wanted = "be left out for a problem, which has no inputs";
        let argument = if options.points.is_some() { "points" } else { "shared" };
        return Err(ExecError::invalid(argument, wanted, "was given"));
    }
    if options.measure != Measure::Nothing && !matrices::are_matrices(problem) {
        let wanted = "be left out for a problem whose stages are not all dense matrices at hand, \
                      each point by itself; a tape can be measured";
        return Err(ExecError::invalid("measure", wanted, "was given"));
    }
    match options.batch {
        None => Ok(problem.clone()),
        Some(batch) if batch == problem.spec().batch => Ok(problem.clone()),
        Some(_) if problem.in_product_order() => {
            let wanted = "be 1 for a product of matrices, each of which there is once";
            Err(ExecError::invalid("batch", wanted, "is more"))
        }
        Some(batch) => Ok(Problem::new(ProblemSpec { batch, ..problem.spec().clone() })?),
    }
}
