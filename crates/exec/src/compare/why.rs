//! Which order wins, and why, in one sentence.
use super::comparison::{Comparison, Link, Row};
use super::orders::{BY_FLOPS, BY_TIME, FORWARD, IN_MEMORY, REVERSE};
use super::table::{counted, ratio};
use crate::ExecError;
use chainrule_plan::{Problem, ProblemSpec, Step, price_steps};

/// The row that wins where nothing was measured: the fewest multiply-adds, within the memory if that is limited.
pub(super) fn winner(comparison: &Comparison) -> usize {
    let named =
        |name: &str| comparison.rows.iter().position(|row| row.names.iter().any(|own| own == name));
    named(IN_MEMORY).or_else(|| named(BY_FLOPS)).unwrap_or(0)
}

/// A joint is a neck where it is so many times as narrow as both ends.
const NECK: u32 = 2;

/// Sharing is the reason where it makes the gain so many times as large.
const BY_SHARING: f64 = 1.5;

/// Why the winner wins.
pub(super) fn sentence(comparison: &Comparison) -> Result<String, ExecError> {
    let winner = &comparison.rows[comparison.winner];
    let title = title(winner);
    let least = comparison.rows.iter().min_by_key(|row| row.cost).unwrap_or(winner);
    if least.cost < winner.cost {
        return Ok(capital(&although(comparison, winner, least)));
    }
    let modes = [FORWARD, REVERSE].map(|name| comparison.row(name));
    let rivals: Vec<&Row> = modes.into_iter().flatten().collect();
    let Some(rival) = rivals.iter().min_by_key(|row| row.cost).copied() else {
        return Ok(capital(&format!("{title} takes the fewest multiply-adds of all.")));
    };
    if rival.cost <= winner.cost {
        return Ok(one_mode(comparison, winner, rival));
    }
    let gain = rival.cost as f64 / winner.cost.max(1) as f64;
    let rivals: Vec<&str> = [FORWARD, REVERSE]
        .into_iter()
        .filter(|name| comparison.row(name).is_some_and(|row| row.cost == rival.cost))
        .collect();
    let verb = if rivals.len() > 1 { "take" } else { "takes" };
    let claim = format!(
        "{} {verb} {} times the multiply-adds of {title}",
        rivals.join(" and "),
        ratio(gain)
    );
    let longer = rival.measured.as_ref().and_then(|measured| measured.slower);
    let measured = longer.map_or(String::new(), |times| {
        let who = if rivals.len() > 1 {
            format!("; measured, {} takes", rivals[0])
        } else {
            "; measured, it takes".into()
        };
        format!("{who} {} times as long", ratio(times))
    });
    Ok(capital(&format!("{claim}, {}{measured}.", reason(comparison, winner, rival, gain)?)))
}

/// What makes the difference to one mode from end to end.
fn reason(
    comparison: &Comparison,
    winner: &Row,
    rival: &Row,
    gain: f64,
) -> Result<String, ExecError> {
    let shared = comparison.links.iter().filter(|link| link.shared).count();
    if shared > 0 {
        let alone = unshared(comparison.problem())?;
        let [own, other] = [winner, rival].map(|row| price_steps(&alone, &row.plan.steps));
        let without = other?.cost as f64 / own?.cost.max(1) as f64;
        if gain >= BY_SHARING * without {
            let (links, batch) = (comparison.links.len(), comparison.batch);
            return Ok(format!(
                "because {shared} of {links} factors are the same for all {batch} points and \
                 are multiplied once; without that it would be {} times",
                ratio(without)
            ));
        }
    }
    let ends = comparison.links.first().zip(comparison.links.last());
    let narrow = ends.map_or(0, |(first, last)| first.inputs.min(last.outputs));
    let joints = || comparison.links.iter().skip(1);
    let is_neck = |link: &Link| link.inputs.saturating_mul(NECK) <= narrow;
    // Where the last step joins two Jacobians, both are as narrow as the joint.
    let meeting = winner.plan.steps.last().and_then(|step| match *step {
        Step::Multiply { at, .. } | Step::Eliminate { at, .. } => comparison.links.get(at),
        Step::Accumulate { .. } | Step::Reduce { .. } | Step::Evaluate { .. } => None,
    });
    if let Some(link) = meeting.filter(|link| is_neck(link)) {
        return Ok(format!(
            "because everything passes through a neck of {} before {}, and what is multiplied on \
             either side of it stays as narrow",
            link.inputs, link.name
        ));
    }
    if let Some(link) = joints().min_by_key(|link| link.inputs).filter(|link| is_neck(link)) {
        return Ok(format!(
            "because it multiplies where the chain is narrow, down to {} before {}",
            link.inputs, link.name
        ));
    }
    let multiplies = |step: &&Step| matches!(step, Step::Multiply { .. });
    let products = winner.plan.steps.iter().filter(multiplies).count();
    let by = if rival.names.iter().any(|name| name == FORWARD) { "tangent" } else { "adjoint" };
    Ok(format!(
        "for it takes {} and {} in place of {} through all {} factors",
        counted(products as u128, "product"),
        counted(winner.sweeps, "sweep"),
        counted(rival.sweeps, by),
        comparison.links.len()
    ))
}

/// One mode from end to end is best.
fn one_mode(comparison: &Comparison, winner: &Row, mode: &Row) -> String {
    let ends = comparison.links.first().zip(comparison.links.last());
    let (inputs, outputs) = ends.map_or((0, 0), |(first, last)| (first.inputs, last.outputs));
    let sizes = format!("{} and {}", counted(inputs, "input"), counted(outputs, "output"));
    let name = if mode.names.iter().any(|name| name == FORWARD) { "forward" } else { "reverse" };
    let other = if name == "forward" { REVERSE } else { FORWARD };
    match comparison.row(other).filter(|row| row.cost > winner.cost) {
        Some(row) => format!(
            "With {sizes} nothing takes fewer multiply-adds than {name} mode; {other} takes {} times as many.",
            ratio(row.cost as f64 / winner.cost.max(1) as f64)
        ),
        None => format!("With {sizes} nothing takes fewer multiply-adds than {name} mode."),
    }
}

/// Another order has fewer multiply-adds.
fn although(comparison: &Comparison, winner: &Row, least: &Row) -> String {
    let more = ratio(winner.cost as f64 / least.cost.max(1) as f64);
    let (title, other) = (title(winner), title(least));
    if comparison.noise.is_none() {
        return format!(
            "{title} takes {more} times the multiply-adds of {other}, but {} of memory less at its peak.",
            super::table::bytes(least.peak_memory.saturating_sub(winner.peak_memory))
        );
    }
    match least.measured.as_ref().and_then(|measured| measured.slower) {
        Some(slower) => format!(
            "{title} takes {more} times the multiply-adds of {other} and still {} of its time: \
             shapes and memory decide where counts are close.",
            percent(1.0 / slower)
        ),
        None => format!(
            "{title} takes {more} times the multiply-adds of {other}, which was not faster within \
             the limits of this comparison."
        ),
    }
}

/// What an order is called in a sentence.
fn title(row: &Row) -> String {
    let known = [IN_MEMORY, BY_FLOPS, BY_TIME];
    match known.into_iter().find(|known| row.names.iter().any(|name| name == known)) {
        Some(optimal) => format!("the order {optimal}"),
        None => row.titles()[0].to_string(),
    }
}

fn capital(sentence: &str) -> String {
    let (first, rest) = sentence.split_at(sentence.chars().next().map_or(0, char::len_utf8));
    first.to_uppercase() + rest
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// The same problem with nothing shared by the points.
fn unshared(problem: &Problem) -> Result<Problem, ExecError> {
    let mut spec: ProblemSpec = problem.spec().clone();
    spec.stages.iter_mut().for_each(|stage| stage.shared = false);
    for seed in [&mut spec.seeds.columns, &mut spec.seeds.rows].into_iter().flatten() {
        seed.shared = false;
    }
    Ok(Problem::new(spec)?)
}
