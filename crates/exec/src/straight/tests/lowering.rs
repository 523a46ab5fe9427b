//! Each op of the tape, said in primitives, means what its row says.
use super::*;

#[test]
fn the_table_names_ops_that_exist() {
    table::assert_all_exist();
}

/// Exact ops have the row's bits. The rest lie near the row's value, which has its own error; where it
/// is zero, infinite or NaN they are the same.
#[test]
fn each_op_means_its_row() {
    let mut random = Random::new(4);
    let mut wrong = Vec::new();
    for &op in Op::ALL {
        for n in -6..7 {
            let mut builder = Builder::new(op.arity());
            let args: Vec<Value> = (0..op.arity()).map(|i| builder.input(i)).collect();
            let value = builder.apply(op, n, &args);
            let code = builder.finish(&[value]);
            for _ in 0..if op.parameter().is_some() { 100 } else { 40 } {
                let point = random.numbers(op.arity());
                let (came, row) = (code.evaluate(&point)[0], op.value(n, &point));
                let ulps = if op.laws().exact { 0.0 } else { 4.0 };
                if !near(came, row, ulps) {
                    wrong.push(format!("{op:?} {n} of {point:?}: {came:e}, not {row:e}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn near(came: f64, wanted: f64, ulps: f64) -> bool {
    let same = bits(&[came]) == bits(&[wanted]);
    // Below the smallest normal number an ulp is as large as there.
    let ulp = wanted.abs().max(f64::MIN_POSITIVE) * f64::EPSILON;
    same || (wanted.is_finite() && wanted != 0.0 && (came - wanted).abs() <= ulps * ulp)
}
