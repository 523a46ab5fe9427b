//! What the planner needs to know of a chain: sizes, costs and structures.
use super::{Chain, Local, Stage};
use crate::ExecError;
use crate::program::{cost, shared_inputs};
use chainrule_plan::{Jacobian, Problem, ProblemSpec, Stage as PlanStage, Structure};
use chainrule_tape::transform::{jvp, simplify, vjp};
use chainrule_tape::{Tape, TapeError};

impl Chain {
    /// The problem of planning the Jacobian of this chain for `batch` points, where the inputs of these numbers are one
    /// row for all of them.
    ///
    /// Costs are multiply-adds, counted on the tapes of the stages. A stage whose Jacobian depends on nothing but what is
    /// shared is shared.
    ///
    /// # Errors
    /// `ZERO_SIZE` without anything to differentiate, or by; `COST_OVERFLOW`; `TOO_LARGE`.
    pub fn problem(&self, batch: u32, shared: &[usize]) -> Result<Problem, ExecError> {
        let stages = self.stages.iter().map(|stage| stage.described(shared));
        let stages: Vec<PlanStage> = stages.collect::<Result<_, _>>()?;
        Ok(Problem::new(ProblemSpec { batch, ..ProblemSpec::new(stages) })?)
    }

    /// As [`Chain::problem`], with the shared inputs named by their paths.
    ///
    /// # Errors
    /// `UNKNOWN_NAME` for a path that no input has, and those of [`Chain::problem`].
    pub fn problem_sharing(&self, batch: u32, shared: &[String]) -> Result<Problem, ExecError> {
        let shared = shared_inputs(&self.tape, shared)?;
        let shared: Vec<usize> = (0..shared.len()).filter(|&i| shared[i]).collect();
        self.problem(batch, &shared)
    }
}

impl Stage {
    fn described(&self, shared: &[usize]) -> Result<PlanStage, ExecError> {
        let (inputs, outputs) = (size("inputs", self.inputs())?, size("outputs", self.outputs())?);
        let at_hand = self.fixed_inputs().all(|input| shared.contains(&input));
        let plain = PlanStage {
            tape_size: Some(self.tape_size()),
            evaluation_cost: Some(cost(&self.tape)),
            // All that is alive where the stage starts is what it takes: what passes it by runs through it.
            state_size: Some(inputs.into()),
            ..PlanStage::dense(inputs, outputs)
        };
        Ok(match &self.local {
            Local::Identity => PlanStage { structure: Structure::Identity, shared: true, ..plain },
            Local::Selection(indices) => {
                let structure = Structure::Selection { indices: indices.clone() };
                PlanStage { structure, shared: true, ..plain }
            }
            Local::Given(_) => PlanStage { jacobian: Jacobian::Given, shared: at_hand, ..plain },
            Local::Diagonal | Local::Pattern(_) | Local::Dense => {
                let (tangents, adjoints) = (jvp(&self.tape)?, vjp(&self.tape)?);
                let first = self.tape.inputs().len();
                let structure = match &self.local {
                    Local::Diagonal => Structure::Diagonal,
                    Local::Pattern(pattern) => Structure::Pattern { pattern: pattern.clone() },
                    _ => Structure::Dense,
                };
                PlanStage {
                    structure,
                    tangent_cost: Some(sweep_cost(&tangents, first)?),
                    adjoint_cost: Some(sweep_cost(&adjoints, first)?),
                    shared: at_hand && is_affine(&tangents, first),
                    ..plain
                }
            }
        })
    }

    /// The numbers an adjoint sweep needs: those of the nodes it passes.
    fn tape_size(&self) -> u64 {
        let active = self.tape.active();
        let nodes = self.tape.nodes().filter(|(id, _, _)| active[id.index()]);
        nodes.map(|(_, _, shape)| shape.elements() as u64).sum()
    }
}

/// Multiply-adds of one sweep: of the nodes that depend on the seeds, which are the inputs from number `first` on.
fn sweep_cost(sweep: &Tape, first: usize) -> Result<u64, TapeError> {
    let sweep = simplify(sweep)?;
    let swept = sweep.depending_on(|input| input >= first);
    Ok(crate::program::cost_of(&sweep, |id| swept[id.index()]))
}

/// Whether the tangents depend on nothing that is differentiated, but on their seeds.
fn is_affine(tangents: &Tape, first: usize) -> bool {
    let Ok(tangents) = simplify(tangents) else { return false };
    let moved = tangents.depending_on(|input| input < first && !tangents.inputs()[input].fixed);
    let outputs = tangents.outputs();
    outputs[outputs.len() / 2..].iter().all(|output| !moved[output.node().index()])
}

fn size(name: &str, elements: usize) -> Result<u32, ExecError> {
    u32::try_from(elements).map_err(|_| {
        let argument = format!("the {name} of a stage");
        TapeError::TooLarge { argument, limit: u32::MAX.into(), came: elements as u64 }.into()
    })
}
