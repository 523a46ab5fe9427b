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

#[test]
fn a_million_steps_run() {
    for code in [chain(333_333), random_code(5, 20, 1_000_000, 300)] {
        let point = Random::new(2).numbers(code.inputs());
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
