//! Each pass keeps the meaning bit for bit, or, for `fuse`, changes it as said.
use super::*;
use crate::straight::dead::without_dead;
use crate::straight::fuse::fuse;
use crate::straight::schedule::{most_alive, schedule};
use crate::straight::sign::absorb_signs;
use crate::straight::turn::join_angles;

fn same_bits(pass: fn(&Straight) -> Straight) {
    for (seed, code) in programs(2000).enumerate() {
        let after = pass(&code);
        assert_eq!(after.verify(), Ok(()), "{code}\n\n{after}");
        let mut random = Random::new(seed as u64);
        for _ in 0..8 {
            let point = random.numbers(code.inputs());
            let (came, wanted) = (after.evaluate(&point), code.evaluate(&point));
            assert_eq!(bits(&came), bits(&wanted), "at {point:?}\n{code}\n\n{after}");
        }
    }
}

#[test]
fn dead_code_changes_no_bit() {
    same_bits(without_dead);
}

#[test]
fn signs_change_no_bit() {
    same_bits(absorb_signs);
}

#[test]
fn angles_change_no_bit() {
    same_bits(join_angles);
}

#[test]
fn the_order_changes_no_bit() {
    same_bits(schedule);
    same_bits(|code| schedule(&join_angles(code)));
}

#[test]
fn no_pass_adds_steps() {
    for code in programs(2000) {
        for pass in [without_dead, absorb_signs, fuse, join_angles, schedule, optimize] {
            assert!(pass(&code).computed() <= code.computed(), "{code}\n\n{}", pass(&code));
        }
        assert!(most_alive(&schedule(&code)) <= most_alive(&code));
    }
}

/// Written with Rust's operators, which never fuse.
fn written(inputs: usize, write: impl Fn(&mut Builder, &[Value]) -> Vec<Value>) -> Straight {
    let mut builder = Builder::new(inputs);
    let inputs: Vec<Value> = (0..inputs).map(|i| builder.input(i)).collect();
    let outputs = write(&mut builder, &inputs);
    builder.finish(&outputs)
}

#[test]
fn products_read_once_join_their_sum() {
    let code = written(4, |b, x| {
        let first = b.primitive(Primitive::Mul, &[x[0], x[1]]);
        let second = b.primitive(Primitive::Mul, &[x[2], x[3]]);
        let both = b.primitive(Primitive::Sub, &[first, second]);
        let twice = b.primitive(Primitive::Mul, &[x[0], x[3]]);
        let sum = b.primitive(Primitive::Add, &[twice, twice]);
        let left = b.primitive(Primitive::Mul, &[both, sum]);
        vec![b.primitive(Primitive::Sub, &[left, x[1]])]
    });
    let lines = "%0 = input 0\n%1 = input 1\n%2 = input 2\n%3 = input 3\n%4 = mul %0 %1\n\
                 %5 = fnma %2 %3 %4\n%6 = mul %0 %3\n%7 = add %6 %6\n%8 = fms %5 %7 %1\noutputs %8";
    assert_eq!(fuse(&code).to_string(), lines);
}

#[test]
fn signs_go_into_sums_and_constants() {
    let code = written(3, |b, x| {
        let opposite = b.primitive(Primitive::Neg, &[x[0]]);
        let half = b.constant(0.5);
        let scaled = b.primitive(Primitive::Mul, &[opposite, half]);
        let product = b.primitive(Primitive::Mul, &[opposite, x[1]]);
        vec![scaled, b.primitive(Primitive::Add, &[x[2], product])]
    });
    let lines = "%0 = input 0\n%1 = input 1\n%2 = input 2\n%3 = -0.5\n%4 = mul %0 %3\n\
                 %5 = mul %0 %1\n%6 = sub %2 %5\noutputs %4 %6";
    assert_eq!(without_dead(&absorb_signs(&code)).to_string().replace("\n%3 = 0.5", ""), lines);
}

/// Where the two are equal the one is -0 and the other +0.
#[test]
fn the_opposite_of_a_difference_stays() {
    let code = written(2, |b, x| {
        let difference = b.primitive(Primitive::Sub, x);
        vec![b.primitive(Primitive::Neg, &[difference])]
    });
    assert_eq!(bits(&optimize(&code).evaluate(&[3.0, 3.0])), bits(&[-0.0]));
}

#[test]
fn sine_and_cosine_are_made_together() {
    let code = written(1, |b, x| {
        let cosine = b.primitive(Primitive::Cos, x);
        let sine = b.primitive(Primitive::Sin, x);
        vec![sine, cosine, b.primitive(Primitive::Sin, &[sine])]
    });
    let lines = "%0 = input 0\n%1 = sincos %0\n%2 = second %1\n%3 = sin %1\noutputs %1 %2 %3";
    assert_eq!(optimize(&code).to_string(), lines);
    let (sine, cosine) = (crate::math::sin(0.7), crate::math::cos(0.7));
    assert_eq!(code.evaluate(&[0.7])[..2], [sine, cosine]);
}

#[test]
fn a_step_is_small() {
    assert_eq!(size_of::<form::Step>(), 16);
}
