//! What is known about the Jacobian of a stage without evaluating anything.
use super::pattern::pattern;
use crate::ExecError;
use chainrule_plan::Pattern;
use chainrule_tape::{Form, Input, Kind, NodeId, Op, Partial, Recorder, Segment, Shape, Tape, Var};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The structure of a stage's Jacobian.
#[derive(Clone, Debug)]
pub(crate) enum Local {
    /// Outputs are inputs, up to numbers that do not depend on them.
    Identity,
    /// Each output copies the input of that number.
    Selection(Arc<[u32]>),
    /// Elementwise: output `i` depends on input `i` alone.
    Diagonal,
    /// A matrix at hand; the tape takes the fixed inputs of the stage and gives it.
    Given(Tape),
    /// Few entries can be other than zero.
    Pattern(Arc<Pattern>),
    /// Nothing is known.
    Dense,
}

impl Local {
    /// What the nodes of a stage show.
    pub(crate) fn of(tape: &Tape) -> Local {
        match Local::of_one_array(tape) {
            Local::Dense => {
                pattern(tape).map_or(Local::Dense, |pattern| Local::Pattern(Arc::new(pattern)))
            }
            local => local,
        }
    }

    /// The structure of a stage of one array, by what each of its nodes does.
    fn of_one_array(tape: &Tape) -> Local {
        let active: Vec<NodeId> = {
            let active = tape.active();
            let ids = tape.nodes().map(|(id, _, _)| id);
            ids.filter(|id| active[id.index()]).collect()
        };
        let [output] = tape.outputs() else { return Local::Dense };
        let is_input = |id: &&NodeId| matches!(tape.kind(**id), Kind::Input(_));
        if active.iter().filter(is_input).count() != 1 || active.last() != Some(&output.node()) {
            return Local::Dense;
        }
        if is_elementwise(tape, &active) && active.len() > 2 {
            return Local::Diagonal;
        }
        path(tape, &active).unwrap_or(Local::Dense)
    }

    /// The structure of two stages as one, `None` where there is none to speak of.
    pub(crate) fn then(self, later: Local) -> Option<Local> {
        match (self, later) {
            (Local::Identity, other) | (other, Local::Identity) => Some(other),
            (Local::Diagonal, Local::Diagonal) => Some(Local::Diagonal),
            (Local::Selection(first), Local::Selection(second)) => {
                let both = second.iter().map(|&index| first[index as usize]);
                Some(Local::Selection(both.collect()))
            }
            _ => None,
        }
    }
}

/// Whether what is active is elementwise, of one shape.
fn is_elementwise(tape: &Tape, active: &[NodeId]) -> bool {
    let shape = tape.shape(active[0]);
    let elementwise = |id: &NodeId| matches!(tape.kind(*id), Kind::Elementwise(..));
    active.iter().all(|&id| tape.shape(id) == shape) && active[1..].iter().all(elementwise)
}

/// The structure of a stage each of whose active nodes reads the one before it and no other.
fn path(tape: &Tape, active: &[NodeId]) -> Option<Local> {
    let mut local = Local::Identity;
    for pair in active.windows(2) {
        let [before, id] = [pair[0], pair[1]];
        let is_before = |arg: &NodeId| *arg == before;
        let is_active = |arg: &NodeId| active.binary_search(arg).is_ok();
        let kind = tape.kind(id);
        let args = kind.args();
        if args.iter().any(|arg| is_active(arg) && !is_before(arg)) {
            return None;
        }
        let at = args.iter().position(is_before)?;
        let once = args.iter().filter(|arg| is_before(arg)).count() == 1;
        let step = match &kind {
            Kind::Elementwise(op, n, _) if once && is_unit(*op, *n, args.len(), at) => {
                Local::Identity
            }
            Kind::Elementwise(..) => Local::Diagonal,
            Kind::Structural(rule, args) if once => {
                let shapes: Vec<&Shape> = args.iter().map(|&arg| tape.shape(arg)).collect();
                structural(tape, &rule.form(&shapes), args, at, tape.shape(id).elements())?
            }
            _ => return None,
        };
        local = local.then(step)?;
    }
    Some(local)
}

/// Whether the partial in argument `at` is 1 whatever the arguments are.
fn is_unit(op: Op, n: i32, arguments: usize, at: usize) -> bool {
    let partials = op.partials(n, &vec![0.5; arguments], 0.5);
    partials[at] == Partial::One
}

fn structural(
    tape: &Tape,
    form: &Form,
    args: &[NodeId],
    at: usize,
    elements: usize,
) -> Option<Local> {
    match form {
        Form::Selection(selection) => {
            let source = |source: Option<(usize, usize)>| {
                source.filter(|&(arg, _)| arg == at).map(|(_, element)| element as u32)
            };
            let indices: Option<Vec<u32>> =
                selection.sources(elements).into_iter().map(source).collect();
            let indices = indices?;
            let whole = tape.shape(args[at]).elements() == elements;
            let is_identity = whole && indices.iter().enumerate().all(|(i, &j)| i == j as usize);
            Some(if is_identity { Local::Identity } else { Local::Selection(indices.into()) })
        }
        Form::Dot { batch: 1, n: 1, .. } if at == 1 => given(tape, args[0], false),
        Form::Dot { batch: 1, m: 1, .. } if at == 0 => given(tape, args[1], true),
        _ => None,
    }
}

/// The factor of a product that does not depend on what is differentiated, as a tape of the fixed inputs.
fn given(tape: &Tape, factor: NodeId, transposed: bool) -> Option<Local> {
    let matrix = matrix_tape(tape, factor, transposed).ok()?;
    Some(Local::Given(matrix))
}

fn matrix_tape(tape: &Tape, factor: NodeId, transposed: bool) -> Result<Tape, ExecError> {
    let fixed: Vec<(NodeId, Input)> = {
        let inputs = tape.nodes().zip(tape.inputs()).filter(|(_, input)| input.fixed);
        inputs.map(|((id, _, _), input)| (id, input.clone())).collect()
    };
    let inputs = fixed.iter().map(|(_, input)| input.clone()).collect();
    let tape = Recorder::record(Segment::default(), inputs, |recorder, vars| {
        let known: Vec<(NodeId, Var)> =
            fixed.iter().zip(vars).map(|((id, _), &var)| (*id, var)).collect();
        let matrix = needed(recorder, tape, &[factor], &known)[0];
        vec![if transposed { matrix.t() } else { matrix }]
    })?;
    Ok(tape)
}

/// Records the nodes of a tape that `wanted` need, not looking behind those that are known: a variable for each wanted.
pub(super) fn needed<'r>(
    recorder: &'r Recorder,
    tape: &Tape,
    wanted: &[NodeId],
    known: &[(NodeId, Var<'r>)],
) -> Vec<Var<'r>> {
    let mut vars: FxHashMap<NodeId, Var> = known.iter().copied().collect();
    let mut is_needed = vec![false; tape.len()];
    wanted.iter().for_each(|id| is_needed[id.index()] = true);
    for (id, kind, _) in tape.nodes().rev() {
        if is_needed[id.index()] && !vars.contains_key(&id) {
            kind.args().iter().for_each(|arg| is_needed[arg.index()] = true);
        }
    }
    for (id, kind, shape) in tape.nodes() {
        if is_needed[id.index()] && !vars.contains_key(&id) {
            let args: Vec<Var> = kind.args().iter().map(|arg| vars[arg]).collect();
            vars.insert(id, recorder.replay(&kind, shape, &[], &args));
        }
    }
    wanted.iter().map(|id| vars[id]).collect()
}
