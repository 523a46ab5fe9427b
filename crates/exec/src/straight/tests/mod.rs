//! What all tests of straight-line code share: random programs, points, and equality of bits.
mod large;
mod lowering;
mod passes;
mod running;

use super::*;
use chainrule_tape::Op;

/// A sequence that looks random: xorshift, so the same everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize) % limit
    }

    /// Mostly ordinary, sometimes special.
    fn number(&mut self) -> f64 {
        const SPECIAL: [f64; 10] =
            [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, 5e-324, 0.5];
        match self.below(8) {
            0 => SPECIAL[self.below(SPECIAL.len())],
            _ => self.below(1 << 20) as f64 / f64::from(1 << 18) - 2.0,
        }
    }

    fn numbers(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.number()).collect()
    }

    /// One of the values, rather a late one.
    fn value(&mut self, values: &[Value]) -> Value {
        let back = self.below(values.len()).min(self.below(values.len()));
        values[values.len() - 1 - back]
    }
}

/// A program over all primitives and all rows of the op table, arithmetic more often than not.
fn random_code(seed: u64, inputs: usize, steps: usize, outputs: usize) -> Straight {
    const ARITHMETIC: [Primitive; 4] =
        [Primitive::Neg, Primitive::Add, Primitive::Sub, Primitive::Mul];
    let mut random = Random::new(seed);
    let mut builder = Builder::new(inputs);
    let mut values: Vec<Value> = (0..inputs).map(|i| builder.input(i)).collect();
    values.push(builder.constant(random.number()));
    for _ in 0..steps {
        let args: [Value; 3] = std::array::from_fn(|_| random.value(&values));
        values.push(match random.below(16) {
            0 => builder.constant(random.number()),
            1..=4 => {
                let primitive = Primitive::ALL[random.below(Primitive::ALL.len())];
                builder.primitive(primitive, &args[..primitive.arity()])
            }
            5 => {
                let op = Op::ALL[random.below(Op::ALL.len())];
                builder.row(op, random.below(9) as i32 - 4, &args[..op.arity()])
            }
            6 => {
                let op = Op::ALL[random.below(Op::ALL.len())];
                builder.apply(op, random.below(15) as i32 - 7, &args[..op.arity()])
            }
            _ => {
                let primitive = ARITHMETIC[random.below(ARITHMETIC.len())];
                builder.primitive(primitive, &args[..primitive.arity()])
            }
        });
    }
    let outputs: Vec<Value> = (0..outputs).map(|_| random.value(&values)).collect();
    builder.finish(&outputs)
}

/// The bits, all NaNs alike.
fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }).collect()
}

/// Programs of many sizes, some without inputs, steps or outputs.
fn programs(count: u64) -> impl Iterator<Item = Straight> {
    (0..count).map(|seed| {
        let mut random = Random::new(seed + 1000);
        let (inputs, outputs) = (random.below(6), random.below(9));
        random_code(seed, inputs, random.below(120), outputs)
    })
}
