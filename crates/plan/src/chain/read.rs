//! Reads the chosen ways off a table of values, with ties broken the same way every time.
use super::measure::Measure;
use super::solve::Table;
use super::ways::{Target, Way, Ways};
use std::collections::HashMap;

/// The way chosen for each Jacobian of a plan.
pub(crate) type Choices = HashMap<Target, Way>;

/// What decides between ways of equal value: fewer multiply-adds, then fewer sweeps (so that a run
/// of single sweeps becomes one long sweep), then the way listed first.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Tie {
    cost: u128,
    sweeps: usize,
}

/// Chooses among the ways that reach the best values. O(q) ways for each Jacobian that some best
/// plan makes, and no recursion, for chains can be long.
pub(crate) fn read(ways: &Ways<'_>, measure: &Measure<'_>, table: &Table) -> Choices {
    let mut ties: HashMap<Target, Tie> = HashMap::new();
    let mut choices = Choices::new();
    for target in reachable(ways, measure, table) {
        let mut best: Option<(Tie, Way)> = None;
        each_best(ways, measure, table, target, |way| {
            let mut tie = Tie {
                cost: ways.spans.cost(&way.step, target.reduced),
                sweeps: way.step.is_sweep().into(),
            };
            for operand in way.operands.into_iter().flatten() {
                let Some(below) = ties.get(&operand) else { continue };
                tie = Tie { cost: tie.cost + below.cost, sweeps: tie.sweeps + below.sweeps };
            }
            if best.as_ref().is_none_or(|(least, _)| tie < *least) {
                best = Some((tie, way));
            }
        });
        if let Some((tie, way)) = best {
            ties.insert(target, tie);
            choices.insert(target, way);
        }
    }
    choices
}

/// The Jacobians that some best plan makes, operands first.
fn reachable(ways: &Ways<'_>, measure: &Measure<'_>, table: &Table) -> Vec<Target> {
    let mut found = HashMap::from([(ways.root, ())]);
    let mut open = vec![ways.root];
    while let Some(target) = open.pop() {
        each_best(ways, measure, table, target, |way| {
            for operand in way.operands.into_iter().flatten() {
                if !ways.is_free(operand) && found.insert(operand, ()).is_none() {
                    open.push(operand);
                }
            }
        });
    }
    let mut targets: Vec<Target> = found.into_keys().collect();
    targets.sort_unstable_by_key(|target| (target.to - target.from, target.reduced, target.from));
    targets
}

fn each_best(
    ways: &Ways<'_>,
    measure: &Measure<'_>,
    table: &Table,
    target: Target,
    mut visit: impl FnMut(Way),
) {
    let Some(best) = table.get(target) else { return };
    if ways.is_free(target) {
        return;
    }
    ways.of(target, |way| {
        if table.value(measure, &way, best) == Some(best) {
            visit(way);
        }
    });
}
