//! Programs of a million steps: nothing recurses, nothing is quadratic.
use super::*;
use crate::simd::Level;

/// A sum of many products of neighbours, each reading the one before.
fn chain(terms: usize) -> Straight {
    let mut builder = Builder::new(16);
    let inputs: Vec<Value> = (0..16).map(|i| builder.input(i)).collect();
    let mut sum = builder.constant(0.25);
    for i in 0..terms {
        let (a, b) = (inputs[i % 16], inputs[(7 * i + 3) % 16]);
        let difference = builder.primitive(Primitive::Sub, &[a, sum]);
        let product = builder.primitive(Primitive::Mul, &[difference, b]);
        sum = builder.primitive(Primitive::Add, &[sum, product]);
    }
    builder.finish(&[sum])
}

/// A sum of independent terms with finite values: many steps can run at once, in many orders.
fn terms(terms: usize) -> Straight {
    let mut builder = Builder::new(40);
    let mut sum = builder.constant(0.5);
    for i in 0..terms {
        let [x, y, z] = [1, 7, 11].map(|k| builder.input((k * i + i / 40) % 40));
        let product = builder.primitive(Primitive::Mul, &[x, y]);
        let angle = builder.primitive(Primitive::Sub, &[product, z]);
        let sine = builder.primitive(Primitive::Sin, &[angle]);
        let cosine = builder.primitive(Primitive::Cos, &[angle]);
        let inner = builder.primitive(Primitive::Fma, &[sine, y, product]);
        let term = builder.primitive(Primitive::Fms, &[inner, cosine, x]);
        sum = builder.primitive(Primitive::Add, &[sum, term]);
    }
    builder.finish(&[sum])
}

#[test]
fn a_million_steps_run() {
    for code in [chain(333_333), terms(150_000), random_code(5, 20, 1_000_000, 300)] {
        let point: Vec<f64> = (0..code.inputs()).map(|i| i as f64 / 16.0 - 1.0).collect();
        let code = optimize(&code);
        let wanted = code.evaluate(&point);
        for level in Level::all_available() {
            let ready = Code::new(&code, level, Lanes::One);
            let mut block = ready.block();
            block.inputs_mut().copy_from_slice(&point);
            ready.run(&mut block);
            assert_eq!(bits(block.outputs()), bits(&wanted), "{level:?}");
        }
    }
}
