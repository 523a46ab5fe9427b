//! Reads the chosen ways off a table.
use super::measure::Measure;
use super::solve::Table;
use super::ways::{Target, Way, Ways};
use std::collections::HashMap;

/// The way chosen for each Jacobian of a plan.
pub(crate) type Choices = HashMap<Target, Way>;

/// Follows the best ways from the whole chain down: O(q) ways for each of O(q) Jacobians, and no
/// recursion, for chains can be long.
pub(crate) fn read(ways: &Ways<'_>, measure: &Measure<'_>, table: &Table) -> Choices {
    let mut choices = Choices::new();
    let mut open = vec![ways.root];
    while let Some(target) = open.pop() {
        if let Some(way) = table.choice(ways, measure, target) {
            choices.insert(target, way);
            open.extend(way.operands.into_iter().flatten());
        }
    }
    choices
}
