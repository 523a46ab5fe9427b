//! Absorbs negations where that changes no bit: in sums, products, quotients and constants.
//!
//! A value is carried as a step and a sign. Rounding is symmetric, so `(-a) b = -(a b)` and
//! `a + (-b) = a - b` exactly, signed zeros included; but `-(a - b)` is not `b - a`, for where they
//! are equal one is -0 and the other +0.
use super::form::{Kind, Step, Straight, Value};
use super::primitive::Primitive;
use rustc_hash::FxHashMap;

/// The same code with no more, and mostly fewer, steps.
pub(crate) fn absorb_signs(code: &Straight) -> Straight {
    let mut signs = Signs::new(code);
    for i in 0..code.steps.len() {
        let value = signs.rewrite(i);
        signs.of.push(value);
    }
    let outputs: Vec<Value> =
        code.outputs.iter().map(|&output| Value(signs.plain(signs.of[output.index()]))).collect();
    let result = Straight { outputs, ..signs.result };
    debug_assert_eq!(result.verify(), Ok(()));
    if result.computed() <= code.computed() { result } else { code.clone() }
}

/// A step of the result, or its opposite.
#[derive(Copy, Clone)]
struct Signed {
    step: u32,
    negative: bool,
}

impl Signed {
    fn opposite_if(self, negative: bool) -> Signed {
        Signed { negative: self.negative ^ negative, ..self }
    }
}

struct Signs<'c> {
    code: &'c Straight,
    result: Straight,
    /// What each step of `code` has become.
    of: Vec<Signed>,
    /// Whether every reader of a step of `code` can do with its opposite.
    absorbed: Vec<bool>,
    /// The opposites that had to be made, by step of the result.
    opposites: FxHashMap<u32, u32>,
    /// The constants of the result, by bits.
    constants: FxHashMap<u64, u32>,
}

impl<'c> Signs<'c> {
    fn new(code: &'c Straight) -> Signs<'c> {
        Signs {
            code,
            result: Straight { constants: Vec::new(), ..code.emptied() },
            of: Vec::with_capacity(code.steps.len()),
            absorbed: absorbed(code),
            opposites: FxHashMap::default(),
            constants: FxHashMap::default(),
        }
    }

    fn rewrite(&mut self, i: usize) -> Signed {
        use Primitive::{Abs, Add, Div, Fma, Fms, Fnma, Mul, Neg, Select, Sub};
        let step = self.code.steps[i];
        let [a, b, c] = std::array::from_fn(|k| {
            let arg = step.operands().get(k).map_or(0, |&arg| arg as usize);
            self.of.get(arg).copied().unwrap_or(Signed { step: 0, negative: false })
        });
        match step.kind {
            Kind::Primitive(Neg) => a.opposite_if(true),
            Kind::Primitive(Abs) => self.push(Abs, &[a.step]),
            Kind::Primitive(Add) => self.sum(a, b),
            Kind::Primitive(Sub) => self.sum(a, b.opposite_if(true)),
            Kind::Primitive(op @ (Mul | Div)) => self.product(op, a, b, self.absorbed[i]),
            Kind::Primitive(Fma) => self.fused(a, b, c),
            Kind::Primitive(Fms) => self.fused(a, b, c.opposite_if(true)),
            Kind::Primitive(Fnma) => self.fused(a.opposite_if(true), b, c),
            Kind::Primitive(Select) => {
                let (yes, no) = (self.plain(b), self.plain(c));
                self.push(Select, &[a.step, yes, no])
            }
            Kind::Constant => {
                let step = self.constant(self.code.constants[step.args[0] as usize]);
                Signed { step, negative: false }
            }
            Kind::Input | Kind::Primitive(_) | Kind::SinCos | Kind::Second | Kind::Row(_) => {
                self.copy(step)
            }
        }
    }

    fn sum(&mut self, a: Signed, b: Signed) -> Signed {
        match (a.negative, b.negative) {
            (false, false) => self.push(Primitive::Add, &[a.step, b.step]),
            (false, true) => self.push(Primitive::Sub, &[a.step, b.step]),
            (true, false) => self.push(Primitive::Sub, &[b.step, a.step]),
            (true, true) => {
                let (made, other) = if self.has_opposite(b) { (b, a) } else { (a, b) };
                let made = self.plain(made);
                self.push(Primitive::Sub, &[made, other.step])
            }
        }
    }

    fn product(&mut self, op: Primitive, a: Signed, b: Signed, absorbed: bool) -> Signed {
        if let Some(negative) = self.unit(b) {
            return a.opposite_if(negative);
        }
        if op == Primitive::Mul
            && let Some(negative) = self.unit(a)
        {
            return b.opposite_if(negative);
        }
        if a.negative == b.negative {
            return self.push(op, &[a.step, b.step]);
        }
        if let Some(factors) = self.factors_with_opposite_constant(a, b) {
            return self.push(op, &factors);
        }
        if absorbed {
            return self.push(op, &[a.step, b.step]).opposite_if(true);
        }
        let factors = [self.plain(a), self.plain(b)];
        self.push(op, &factors)
    }

    fn fused(&mut self, a: Signed, b: Signed, c: Signed) -> Signed {
        match (a.negative != b.negative, c.negative) {
            (false, false) => self.push(Primitive::Fma, &[a.step, b.step, c.step]),
            (false, true) => self.push(Primitive::Fms, &[a.step, b.step, c.step]),
            (true, false) => self.push(Primitive::Fnma, &[a.step, b.step, c.step]),
            (true, true) => match self.factors_with_opposite_constant(a, b) {
                Some([a, b]) => self.push(Primitive::Fms, &[a, b, c.step]),
                None => {
                    let c = self.plain(c);
                    self.push(Primitive::Fnma, &[a.step, b.step, c])
                }
            },
        }
    }

    /// The factors without their signs, a constant among them with the other sign.
    fn factors_with_opposite_constant(&mut self, a: Signed, b: Signed) -> Option<[u32; 2]> {
        if self.number(b.step).is_some() {
            return Some([a.step, self.opposite(b.step)]);
        }
        self.number(a.step).is_some().then(|| [self.opposite(a.step), b.step])
    }

    /// Whether the value is 1 or -1, and if so whether it is -1.
    fn unit(&self, value: Signed) -> Option<bool> {
        let number = self.number(value.step).filter(|number| number.abs() == 1.0)?;
        Some((number < 0.0) != value.negative)
    }

    fn number(&self, step: u32) -> Option<f64> {
        self.result.constant(Value(step))
    }

    /// Whether the opposite costs nothing.
    fn has_opposite(&self, value: Signed) -> bool {
        self.number(value.step).is_some() || self.opposites.contains_key(&value.step)
    }

    /// The step that has the value itself.
    fn plain(&mut self, value: Signed) -> u32 {
        if value.negative { self.opposite(value.step) } else { value.step }
    }

    fn opposite(&mut self, step: u32) -> u32 {
        if let Some(number) = self.number(step) {
            return self.constant(-number);
        }
        if let Some(&opposite) = self.opposites.get(&step) {
            return opposite;
        }
        let opposite = self.push(Primitive::Neg, &[step]).step;
        self.opposites.insert(step, opposite);
        opposite
    }

    fn constant(&mut self, number: f64) -> u32 {
        let result = &mut self.result;
        *self.constants.entry(number.to_bits()).or_insert_with(|| {
            result.constants.push(number);
            result.push(Step::new(Kind::Constant, &[result.constants.len() as u32 - 1]))
        })
    }

    fn copy(&mut self, step: Step) -> Signed {
        let mut copy = step;
        for (k, &arg) in step.operands().iter().enumerate() {
            copy.args[k] = self.plain(self.of[arg as usize]);
        }
        Signed { step: self.result.push(copy), negative: false }
    }

    fn push(&mut self, primitive: Primitive, args: &[u32]) -> Signed {
        let step = self.result.push(Step::new(Kind::Primitive(primitive), args));
        Signed { step, negative: false }
    }
}

/// Whether all readers of a step take its opposite as well: sums with one step, products if their
/// readers do.
fn absorbed(code: &Straight) -> Vec<bool> {
    use Primitive::{Abs, Add, Div, Fma, Fms, Fnma, Mul, Neg, Sub};
    let mut absorbed = vec![true; code.steps.len()];
    code.outputs.iter().for_each(|output| absorbed[output.index()] = false);
    for (i, step) in code.steps.iter().enumerate().rev() {
        let takes = match step.kind {
            Kind::Primitive(Neg | Abs | Add | Sub | Fma | Fms | Fnma) => true,
            Kind::Primitive(Mul | Div) => absorbed[i],
            _ => false,
        };
        if !takes {
            step.operands().iter().for_each(|&arg| absorbed[arg as usize] = false);
        }
    }
    absorbed
}
