//! Values and partials at every point of the reference file.
use crate::reference::{Point, in_the_table, names, near_root, points, ulps};
use chainrule_tape::{Op, Partial};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_file_and_the_table_have_the_same_ops() {
    let names = names();
    let in_file: BTreeSet<&str> = names.iter().map(|name| in_the_table(name)).collect();
    let made_for_a_partial = ["gauss"]; // that of erf
    let in_table =
        Op::ALL.iter().map(|op| op.name()).filter(|name| !made_for_a_partial.contains(name));
    assert_eq!(in_file, in_table.collect());
}

#[test]
fn every_value_is_within_one_unit_in_the_last_place() {
    let (mut checked, mut wrong) = (BTreeMap::new(), Vec::new());
    for Point { name, op, n, x, value: wanted, .. } in points() {
        let came = op.value(n, &x);
        let sign_is_right = wanted != 0.0 || wanted.is_sign_negative() == came.is_sign_negative();
        if (ulps(wanted, came) > 1 && !near_root(op, wanted, came)) || !sign_is_right {
            wrong.push(format!("{name}{x:?}, n = {n}, is {came:e}, but should be {wanted:e}"));
        }
        *checked.entry(name).or_insert(0) += 1;
    }
    report("values", checked, &wrong);
}

#[test]
fn every_partial_is_within_eight_units_in_the_last_place() {
    let (mut checked, mut wrong) = (BTreeMap::new(), Vec::new());
    for point in points().into_iter().filter(|point| !overflows(point)) {
        let Point { name, op, n, x, partials: wanted, .. } = point;
        for (i, (wanted, came)) in wanted.iter().zip(partials(op, n, &x)).enumerate() {
            let Some(wanted) = *wanted else { continue };
            let equal = wanted == came; // the sign of a zero does not count
            if !equal && ulps(wanted, came) > 8 && !near_root(op, wanted, came) {
                wrong.push(format!(
                    "partial {i} of {name}{x:?}, n = {n}, is {came:e}, but should be {wanted:e}"
                ));
            }
            *checked.entry(name.clone()).or_insert(0) += 1;
        }
    }
    report("partials", checked, &wrong);
}

#[test]
fn every_partial_at_a_kink_lies_between_its_sides() {
    let (mut checked, mut wrong) = (BTreeMap::new(), Vec::new());
    for Point { name, op, n, x, sides, .. } in points() {
        let Some([below, above]) = sides else { continue };
        for (i, came) in partials(op, n, &x).into_iter().enumerate() {
            let side = |sides: &[Option<f64>]| {
                sides.get(i).copied().flatten().filter(|side| !side.is_nan())
            };
            let (below, above) = (side(&below), side(&above));
            let (Some(below), Some(above)) = (below.or(above), above.or(below)) else { continue };
            if !(below.min(above)..=below.max(above)).contains(&came) {
                wrong.push(format!(
                    "partial {i} of {name}{x:?} is {came:e}, the sides {below:e} and {above:e}"
                ));
            }
            *checked.entry(name.clone()).or_insert(0) += 1;
        }
    }
    report("partials at kinks", checked, &wrong);
}

fn partials(op: Op, n: i32, x: &[f64]) -> Vec<f64> {
    op.partials(n, x, op.value(n, x)).into_iter().map(Partial::value).take(x.len()).collect()
}

/// The exception that stands in these rows: partials made of a value that has overflowed.
fn overflows(point: &Point) -> bool {
    ["exp2", "pow"].contains(&point.op.name()) && point.value.is_infinite()
}

/// Prints how many were checked of each op, and fails if any was wrong.
fn report(what: &str, checked: BTreeMap<String, u32>, wrong: &[String]) {
    println!("{} {what} checked: {checked:?}", checked.values().sum::<u32>());
    assert!(
        !checked.is_empty() && wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
