//! The points of the reference file; its `convention` says what the fields mean.
use chainrule_tape::Op;
use serde_json::Value;

/// One point of one op: arguments and what was made of them with hundreds of bits.
pub(crate) struct Point {
    /// The op's name in the file.
    pub(crate) name: String,
    pub(crate) op: Op,
    pub(crate) n: i32,
    pub(crate) x: Vec<f64>,
    pub(crate) value: f64,
    /// The partial in each argument; `None` is not specified.
    pub(crate) partials: Vec<Option<f64>>,
    /// The limits of each partial from below and from above, at a kink.
    pub(crate) sides: Option<[Vec<Option<f64>>; 2]>,
    /// The upper triangle of second partials, by rows.
    pub(crate) second: Vec<Option<f64>>,
}

/// The names of the ops in the file.
pub(crate) fn names() -> Vec<String> {
    file()["ops"].as_object().unwrap().keys().cloned().collect()
}

/// Every point of the file.
pub(crate) fn points() -> Vec<Point> {
    let file = file();
    let ops = file["ops"].as_object().unwrap().iter();
    let points =
        ops.flat_map(|(name, op)| op["points"].as_array().unwrap().iter().map(move |p| (name, p)));
    points.map(|(name, point)| read(name, point)).collect()
}

/// The table's name for an op of the file, which knows one order of the polygamma function.
pub(crate) fn in_the_table(name: &str) -> &str {
    if name == "digamma" { "polygamma" } else { name }
}

fn file() -> Value {
    serde_json::from_str(include_str!("../data/elementwise.json")).unwrap()
}

fn read(name: &str, point: &Value) -> Point {
    let even = number(&point["v_even"]).filter(|_| name == "round"); // the convention of this table
    Point {
        name: name.into(),
        op: Op::named(in_the_table(name)).unwrap_or_else(|| panic!("`{name}` is not in the table")),
        n: point["n"].as_i64().unwrap_or(0) as i32,
        x: numbers(&point["x"]).into_iter().flatten().collect(),
        value: even.or(number(&point["v"])).unwrap(),
        partials: numbers(&point["d"]),
        sides: point["kink"]
            .as_bool()
            .map(|_| [numbers(&point["d_left"]), numbers(&point["d_right"])]),
        second: numbers(&point["h"]),
    }
}

/// A number; those that JSON cannot write are strings.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => Some(text.parse().unwrap()),
        number => number.as_f64(),
    }
}

fn numbers(value: &Value) -> Vec<Option<f64>> {
    value.as_array().map(|list| list.iter().map(number).collect()).unwrap_or_default()
}

/// How many representable numbers lie between two; no number is near NaN but itself.
pub(crate) fn ulps(a: f64, b: f64) -> u64 {
    let order = |x: f64| {
        if x.is_sign_negative() { -(x.abs().to_bits() as i64) } else { x.to_bits() as i64 }
    };
    match (a.is_nan(), b.is_nan()) {
        (true, true) => 0,
        (false, false) => order(a).abs_diff(order(b)),
        _ => u64::MAX,
    }
}

/// The gamma functions are right to 2^-53 absolute near their roots.
pub(crate) fn near_root(op: Op, wanted: f64, came: f64) -> bool {
    ["lgamma", "polygamma"].contains(&op.name()) && (wanted - came).abs() <= f64::EPSILON / 2.0
}
