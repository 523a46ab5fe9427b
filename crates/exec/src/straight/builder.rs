//! Writes straight-line code down, from inputs and constants to outputs.
use super::form::{Kind, Step, Straight, Value};
use super::primitive::Primitive;
use super::table::lower;
use chainrule_tape::Op;
use rustc_hash::FxHashMap;

/// Straight-line code being written. Equal constants are one; nothing else is merged.
#[derive(Debug)]
pub(crate) struct Builder {
    code: Straight,
    inputs: Vec<Option<Value>>,
    constants: FxHashMap<u64, Value>,
}

impl Builder {
    /// Nothing yet, of that many inputs.
    pub(crate) fn new(inputs: usize) -> Builder {
        let code = Straight { inputs, constants: vec![], steps: vec![], outputs: vec![] };
        Builder { code, inputs: vec![None; inputs], constants: FxHashMap::default() }
    }

    /// Input number `i`.
    ///
    /// # Panics
    /// If there are not so many.
    pub(crate) fn input(&mut self, i: usize) -> Value {
        if let Some(value) = self.inputs[i] {
            return value;
        }
        let number = u32::try_from(i).expect("fewer than 2^32 inputs");
        let value = self.push(Kind::Input, &[number]);
        self.inputs[i] = Some(value);
        value
    }

    /// A number.
    pub(crate) fn constant(&mut self, number: f64) -> Value {
        if let Some(&value) = self.constants.get(&number.to_bits()) {
            return value;
        }
        let place = u32::try_from(self.code.constants.len()).expect("fewer than 2^32 constants");
        self.code.constants.push(number);
        let value = self.push(Kind::Constant, &[place]);
        self.constants.insert(number.to_bits(), value);
        value
    }

    /// An op of the tape; `n` is its parameter, 0 where it has none.
    ///
    /// # Panics
    /// If there are not as many arguments as the op takes.
    pub(crate) fn apply(&mut self, op: Op, n: i32, args: &[Value]) -> Value {
        assert_eq!(args.len(), op.arity(), "arguments of `{}`", op.name());
        lower(self, op, n, args)
    }

    /// A primitive.
    pub(crate) fn primitive(&mut self, primitive: Primitive, args: &[Value]) -> Value {
        debug_assert_eq!(args.len(), primitive.arity());
        self.step(Kind::Primitive(primitive), args)
    }

    /// A row of the tape's table as it stands there.
    pub(super) fn row(&mut self, op: Op, n: i32, args: &[Value]) -> Value {
        let value = self.step(Kind::Row(op), args);
        if op.parameter().is_some() {
            self.code.steps[value.index()].args[2] = n.cast_unsigned();
        }
        value
    }

    /// The code with these outputs.
    pub(crate) fn finish(mut self, outputs: &[Value]) -> Straight {
        self.code.outputs = outputs.to_vec();
        debug_assert_eq!(self.code.verify(), Ok(()));
        self.code
    }

    fn step(&mut self, kind: Kind, args: &[Value]) -> Value {
        let mut operands = [0; 3];
        operands.iter_mut().zip(args).for_each(|(operand, arg)| *operand = arg.0);
        self.push(kind, &operands[..args.len()])
    }

    fn push(&mut self, kind: Kind, operands: &[u32]) -> Value {
        Value(self.code.push(Step::new(kind, operands)))
    }
}
