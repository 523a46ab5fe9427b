//! Cutting a tape at its narrow places.
use super::local::needed;
use super::{Chain, Source, Stage};
use crate::ExecError;
use chainrule_tape::transform::simplify;
use chainrule_tape::{Input, NodeId, Recorder, Segment, Tape};

/// Cuts of at most so many elements are worth it only where they are narrower than what is on either side.
const SMALL: usize = 64;
/// The most stages a tape is cut into.
const MOST_STAGES: usize = 500;

/// Cuts a tape at its narrow places into a chain.
///
/// A cut is the set of arrays alive between two nodes, of which only those that depend on differentiated inputs count.
/// A tape is cut where one array is alive alone, if that is large or narrower than all inputs and all outputs, and where
/// several arrays together are narrower than what is around them. Arrays that skip stages are carried along. A tape without
/// a narrow place is one stage. Neighbours whose Jacobians are known to join into one of the same structure are one stage.
///
/// # Errors
/// `TOO_LARGE` above 2^32 - 1 nodes.
pub fn stages(tape: &Tape) -> Result<Chain, ExecError> {
    let simple = simplify(tape)?;
    let cuts = cuts(&simple);
    let mut stages: Vec<Stage> = Vec::with_capacity(cuts.len() + 1);
    for k in 0..=cuts.len() {
        let from = k.checked_sub(1).map(|k| cuts[k].as_slice());
        let stage = between(&simple, from, cuts.get(k).map(Vec::as_slice))?;
        match stages.last() {
            Some(last) if last.local.clone().then(stage.local.clone()).is_some() => {
                let joined = last.joined(&stage, tape.inputs())?;
                stages.pop();
                stages.push(joined);
            }
            _ => stages.push(stage),
        }
    }
    Ok(Chain { tape: tape.clone(), stages })
}

/// The part of a tape between two cuts; none is the beginning or the end.
fn between(
    tape: &Tape,
    from: Option<&[NodeId]>,
    to: Option<&[NodeId]>,
) -> Result<Stage, ExecError> {
    let outputs: Vec<NodeId> = tape.outputs().iter().map(|output| output.node()).collect();
    let wanted = to.unwrap_or(&outputs);
    let reads = read_inputs(tape, from, wanted);
    let carried = from.unwrap_or_default().iter().enumerate();
    let carried = carried.map(|(k, &id)| {
        let input = Input::new(&k.to_string(), tape.shape(id).clone());
        (Source::Carried(k), id, input)
    });
    let is_read = |i: usize, input: &Input| reads[i] || (from.is_none() && !input.fixed);
    let own = tape.nodes().zip(tape.inputs()).enumerate();
    let own = own.filter(|&(i, (_, input))| is_read(i, input));
    let own = own.map(|(i, ((id, _, _), input))| (Source::Input(i), id, input.clone()));
    let all: Vec<(Source, NodeId, Input)> = carried.chain(own).collect();
    let inputs = all.iter().map(|(_, _, input)| input.clone()).collect();
    let recorded = Recorder::record(Segment::default(), inputs, |recorder, vars| {
        let known: Vec<_> = all.iter().zip(vars).map(|((_, id, _), &var)| (*id, var)).collect();
        needed(recorder, tape, wanted, &known)
    })?;
    Ok(Stage::new(recorded, all.into_iter().map(|(source, _, _)| source).collect()))
}

/// Which inputs `wanted` needs, not looking behind `from`.
fn read_inputs(tape: &Tape, from: Option<&[NodeId]>, wanted: &[NodeId]) -> Vec<bool> {
    let mut needed = vec![false; tape.len()];
    wanted.iter().for_each(|id| needed[id.index()] = true);
    for (id, kind, _) in tape.nodes().rev() {
        if from.is_some_and(|from| from.contains(&id)) {
            needed[id.index()] = false;
        } else if needed[id.index()] {
            kind.args().iter().for_each(|arg| needed[arg.index()] = true);
        }
    }
    needed.truncate(tape.inputs().len());
    needed
}

/// A place between two nodes: behind which it is, how many arrays are alive there, of how many elements.
#[derive(Copy, Clone, Debug)]
struct Place {
    behind: usize,
    arrays: usize,
    width: usize,
}

/// For each cut the arrays that are alive there.
fn cuts(tape: &Tape) -> Vec<Vec<NodeId>> {
    let (active, ends) = (tape.active(), ends(tape));
    let alive = |id: NodeId| active[id.index()].then(|| (id, ends[id.index()]));
    let lives: Vec<(NodeId, usize)> = tape.nodes().filter_map(|(id, _, _)| alive(id)).collect();
    let places = chosen(tape, &places(tape, &lives));
    let mut cuts = vec![Vec::new(); places.len()];
    for (id, end) in lives {
        let first = places.partition_point(|place| place.behind < id.index());
        let past = places.partition_point(|place| place.behind < end);
        cuts[first..past.max(first)].iter_mut().for_each(|cut| cut.push(id));
    }
    cuts
}

/// For each node the last that reads it; outputs are read at the very end.
fn ends(tape: &Tape) -> Vec<usize> {
    let mut ends = vec![0; tape.len()];
    for (id, kind, _) in tape.nodes() {
        kind.args().iter().for_each(|arg| ends[arg.index()] = id.index());
    }
    tape.outputs().iter().for_each(|output| ends[output.node().index()] = tape.len());
    ends
}

/// Every place behind a node that is alive there; `lives` are in the order of nodes.
fn places(tape: &Tape, lives: &[(NodeId, usize)]) -> Vec<Place> {
    let lives = lives.iter().filter(|(id, end)| *end > id.index());
    let mut ending = vec![(0, 0); tape.len() + 1];
    for &(id, end) in lives.clone() {
        ending[end].0 += 1;
        ending[end].1 += tape.shape(id).elements();
    }
    let (mut arrays, mut width, mut next) = (0, 0, 0);
    let mut places = Vec::new();
    for &(id, _) in lives {
        (arrays, width) = (arrays + 1, width + tape.shape(id).elements());
        for ended in &ending[next..=id.index()] {
            (arrays, width) = (arrays - ended.0, width - ended.1);
        }
        next = id.index() + 1;
        if (tape.inputs().len()..tape.len() - 1).contains(&id.index()) {
            places.push(Place { behind: id.index(), arrays, width });
        }
    }
    places
}

/// The places worth a cut.
fn chosen(tape: &Tape, places: &[Place]) -> Vec<Place> {
    let elements = |inputs: usize, input: &Input| match input.fixed {
        true => inputs,
        false => inputs + input.shape.elements(),
    };
    let inputs = tape.inputs().iter().fold(0, elements);
    let outputs = (0..tape.outputs().len()).map(|i| tape.output_shape(i).elements()).sum();
    let least = inputs.min(outputs);
    let mut chosen: Vec<Place> = Vec::new();
    let mut narrowest: Option<Place> = None;
    for &place in places {
        if place.arrays == 1 && (place.width > SMALL || place.width < least) {
            let repeats = |last: &Place| place.width <= SMALL && last.width == place.width;
            let around = chosen.last().map_or(inputs, |last| last.width).min(place.width);
            chosen.extend(narrowest.take().filter(|narrow| narrow.width < around));
            if !chosen.last().is_some_and(repeats) {
                chosen.push(place);
            }
        } else if place.width > 0
            && place.width < least
            && narrowest.is_none_or(|narrow| place.width < narrow.width)
        {
            narrowest = Some(place);
        }
    }
    let around = chosen.last().map_or(inputs, |last| last.width).min(outputs);
    chosen.extend(narrowest.filter(|narrow| narrow.width < around));
    if chosen.len() >= MOST_STAGES {
        let mut widths: Vec<usize> = chosen.iter().map(|place| place.width).collect();
        widths.sort_unstable();
        let most = widths[MOST_STAGES - 1];
        chosen.retain(|place| place.width < most);
    }
    chosen
}
