//! The functions against what does not know their formulas: 300-bit arithmetic, correctly rounded references, each other.
use crate::simd::Level;
use crate::straight::{Builder, Code, Lanes, Straight};
use chainrule_tape::Op;
use serde_json::Value;
use std::collections::BTreeMap;

/// The function of an op as the engine has it.
fn code(op: Op, n: i32) -> Straight {
    let mut builder = Builder::new(op.arity());
    let args: Vec<_> = (0..op.arity()).map(|i| builder.input(i)).collect();
    let value = builder.apply(op, n, &args);
    builder.finish(&[value])
}

/// A row of the table of exact values: arguments, the value rounded, and what rounding lost, in units in the last place.
struct Exact {
    op: Op,
    n: i32,
    args: Vec<f64>,
    value: f64,
    lost: f64,
}

fn exact_values() -> Vec<Exact> {
    let mut rows = Vec::new();
    let mut op = None;
    for line in include_str!("tests/accuracy.txt").lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [bits @ .., value, lost] = words.as_slice() else {
            op = Op::named(line.trim());
            assert!(op.is_some(), "`{line}` is no op");
            continue;
        };
        let number = |word: &str| f64::from_bits(u64::from_str_radix(word, 16).unwrap());
        let op = op.unwrap();
        let args: Vec<f64> = bits.iter().map(|word| number(word)).collect();
        // The parameter of an op is its last column.
        let n = if op.parameter().is_some() { args[1] as i32 } else { 0 };
        rows.push(Exact {
            op,
            n,
            args: args[..op.arity()].to_vec(),
            value: number(value),
            lost: lost.parse().unwrap(),
        });
    }
    rows
}

/// The distance from a number to the next one further from zero.
fn unit(x: f64) -> f64 {
    let x = x.abs();
    f64::from_bits(x.to_bits() + 1) - x
}

#[test]
fn the_error_is_below_one_unit_in_the_last_place() {
    let mut worst: BTreeMap<&str, f64> = BTreeMap::new();
    for Exact { op, n, args, value, lost } in exact_values() {
        let came = code(op, n).evaluate(&args)[0];
        let error = ((came - value) / unit(value) - lost).abs();
        assert!(error < 1.0, "{}{args:?} is {came:e}, {error} units from {value:e}", op.name());
        let worst = worst.entry(op.name()).or_default();
        *worst = worst.max(error);
    }
    println!("worst errors {worst:.3?}");
    assert_eq!(worst.len(), 29);
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.parse().ok(),
        number => number.as_f64(),
    }
}

/// The points of the reference file: op, parameter, arguments, value.
fn reference() -> Vec<(Op, i32, Vec<f64>, f64)> {
    let file: Value =
        serde_json::from_str(include_str!("../../../tape/tests/data/elementwise.json")).unwrap();
    let mut points = Vec::new();
    for (name, op) in file["ops"].as_object().unwrap() {
        let op_named = if name == "digamma" { Op::named("polygamma") } else { Op::named(name) };
        let row = op_named.unwrap_or_else(|| panic!("`{name}` is no op"));
        for point in op["points"].as_array().unwrap() {
            let args: Vec<f64> = point["x"].as_array().unwrap().iter().filter_map(number).collect();
            let n = point["n"].as_i64().unwrap_or(0) as i32;
            let even = if name == "round" { number(&point["v_even"]) } else { None };
            if let Some(value) = even.or(number(&point["v"])) {
                points.push((row, n, args, value));
            }
        }
    }
    points
}

#[test]
fn reference_values_and_special_cases_are_met_within_one_unit_in_the_last_place() {
    let (mut count, mut wrong) = (0, Vec::new());
    for (op, n, args, value) in reference() {
        let came = code(op, n).evaluate(&args)[0];
        let gamma = op.cost() >= 60 && (came - value).abs() <= 2f64.powi(-53); // near its roots
        let close = (came - value).abs() <= unit(value)
            && came.is_sign_negative() == value.is_sign_negative();
        let same = came == value && came.is_sign_negative() == value.is_sign_negative();
        count += 1;
        if !(same || close || gamma || (came.is_nan() && value.is_nan())) {
            wrong.push(format!(
                "{}{args:?}, n = {n}, is {came:e}, but should be {value:e}",
                op.name()
            ));
        }
    }
    println!("{count} values checked");
    assert!(count > 2500 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every function at every level, special arguments beside ordinary ones in one vector.
#[test]
fn every_level_gives_the_same_bits() {
    let mut points: BTreeMap<(Op, i32), Vec<Vec<f64>>> = BTreeMap::new();
    let exact = exact_values().into_iter().map(|row| (row.op, row.n, row.args));
    for (op, n, args) in reference().into_iter().map(|(op, n, args, _)| (op, n, args)).chain(exact)
    {
        points.entry((op, n)).or_default().push(args);
    }
    for ((op, n), points) in points {
        let straight = code(op, n);
        for level in Level::all_available() {
            for lanes in Lanes::ALL {
                let code = Code::new(&straight, level, lanes);
                let mut block = code.block();
                for group in points.chunks(lanes.count()) {
                    for (lane, args) in group.iter().enumerate() {
                        args.iter().enumerate().for_each(|(i, &x)| block.input_mut(i)[lane] = x);
                    }
                    code.run(&mut block);
                    for (lane, args) in group.iter().enumerate() {
                        let (came, naive) = (block.output(0)[lane], straight.evaluate(args)[0]);
                        let same =
                            came.to_bits() == naive.to_bits() || (came.is_nan() && naive.is_nan());
                        assert!(
                            same,
                            "{}{args:?} at {level:?}, {lanes:?}: {came:e} or {naive:e}",
                            op.name()
                        );
                    }
                }
            }
        }
    }
}
