//! Variables: what a function computes with while it is being recorded.
use crate::record::Recorder;
use crate::structural::broadcast_to;
use crate::tape::Code;
use crate::{Op, Scalar, Shape, ShapeId, TapeError};
use std::fmt;

/// A value being recorded: a node, or a number that has not met one yet and takes the shape of what it meets.
///
/// It is two words, so that operators take and give it in registers.
#[derive(Copy, Clone)]
pub struct Var<'r> {
    /// The recording; a number belongs to none.
    recorder: Option<&'r Recorder>,
    /// Of a node its shape and, below, its name; of a number its bits.
    word: u64,
}

impl<'r> Var<'r> {
    #[inline(always)]
    pub(crate) fn node(recorder: &'r Recorder, name: u32, shape: ShapeId) -> Var<'r> {
        Var { recorder: Some(recorder), word: u64::from(shape.0) << 32 | u64::from(name) }
    }

    /// The recording it belongs to; a number belongs to none yet.
    #[inline]
    pub fn recorder(&self) -> Option<&'r Recorder> {
        self.recorder
    }

    /// The number, if it is one that has not met a node.
    #[inline]
    pub fn number(self) -> Option<f64> {
        self.recorder.is_none().then(|| f64::from_bits(self.word))
    }

    /// Its name in the recording, if it is a node.
    #[inline]
    pub(crate) fn name(self) -> Option<u32> {
        self.recorder.map(|_| self.word as u32)
    }

    /// Its shape by number; a number is a scalar.
    #[inline]
    pub(crate) fn shape_id(self) -> ShapeId {
        self.recorder.map_or(ShapeId::SCALAR, |_| ShapeId((self.word >> 32) as u32))
    }

    /// Its shape.
    pub fn shape(self) -> Shape {
        self.recorder.map_or_else(Shape::scalar, |recorder| recorder.shape(self))
    }
}

impl Scalar for Var<'_> {
    #[inline(always)]
    fn apply(op: Op, n: i32, args: &[Self]) -> Self {
        // Nearly all ops meet operands of one recording and one shape. The others are given copies: a slice that went
        // further would have to lie in memory for all.
        match *args {
            [x] => match x.recorder {
                Some(recorder) => recorder.elementwise(op, n, x.shape_id(), [x.word as u32, 0]),
                None => Self::mixed(op, n, &[x]),
            },
            [a, b] => match (a.recorder, b.recorder) {
                (Some(recorder), Some(other))
                    if std::ptr::eq(recorder, other) && a.shape_id() == b.shape_id() =>
                {
                    let names = [a.word as u32, b.word as u32];
                    recorder.elementwise(op, n, a.shape_id(), names)
                }
                _ => Self::binary(op, n, a, b),
            },
            _ => Self::mixed(op, n, args),
        }
    }
}

impl Var<'_> {
    /// Applies an op to two operands that are not alike: most often one is a number.
    #[inline(never)]
    fn binary(op: Op, n: i32, a: Self, b: Self) -> Self {
        match (a.recorder, b.recorder) {
            (Some(recorder), None) => {
                let number = recorder.number(f64::from_bits(b.word), a.shape_id());
                recorder.elementwise(op, n, a.shape_id(), [a.word as u32, number])
            }
            (None, Some(recorder)) => {
                let number = recorder.number(f64::from_bits(a.word), b.shape_id());
                recorder.elementwise(op, n, b.shape_id(), [number, b.word as u32])
            }
            _ => Self::mixed(op, n, &[a, b]),
        }
    }

    /// Applies an op to any operands.
    #[inline(never)]
    fn mixed(op: Op, n: i32, args: &[Self]) -> Self {
        let Some(recorder) = args.iter().find_map(|arg| arg.recorder) else {
            let numbers: Vec<f64> = args.iter().map(|arg| f64::from_bits(arg.word)).collect();
            return Var::from(op.value(n, &numbers));
        };
        if args.iter().any(|arg| arg.recorder.is_some_and(|other| !std::ptr::eq(other, recorder))) {
            let argument = format!("an argument of `{}`", op.name());
            return recorder.fail(TapeError::ForeignVariable { argument });
        }
        let shape = match recorder.common_shape(op, args) {
            Ok(shape) => shape,
            Err(error) => return recorder.fail(error),
        };
        let mut words = [0, 0, n as u32];
        for (word, &arg) in words.iter_mut().zip(args) {
            *word = recorder.operand(arg, shape);
        }
        recorder.push(Code::of(op), shape, words)
    }
}

impl Recorder {
    /// Writes an elementwise node of one or two arguments.
    #[inline(always)]
    fn elementwise(&self, op: Op, n: i32, shape: ShapeId, [a, b]: [u32; 2]) -> Var<'_> {
        self.push(Code::of(op), shape, [a, b, n as u32])
    }

    /// The shape that elementwise arguments share or broadcast to.
    fn common_shape(&self, op: Op, args: &[Var<'_>]) -> Result<ShapeId, TapeError> {
        let mut common: Option<ShapeId> = None;
        for arg in args.iter().filter(|arg| arg.recorder.is_some()) {
            let shape = arg.shape_id();
            common = match common {
                None => Some(shape),
                Some(before) if before == shape => Some(shape),
                Some(before) => {
                    let (a, b) = (self.shape_of(before), self.shape_of(shape));
                    let argument = format!("an argument of `{}`", op.name());
                    let wanted = || format!("broadcast with shape {a}");
                    let both =
                        a.broadcast(&b).ok_or_else(|| TapeError::shape(&argument, wanted(), &b))?;
                    Some(self.intern(&both))
                }
            };
        }
        Ok(common.unwrap_or(ShapeId::SCALAR))
    }

    /// The name of an elementwise argument in `shape`.
    #[inline]
    fn operand(&self, arg: Var<'_>, shape: ShapeId) -> u32 {
        match arg.number() {
            Some(number) => self.number(number, shape),
            None if arg.shape_id() == shape => self.place(arg),
            None => self.place(broadcast_to(self, arg, &self.shape_of(shape))),
        }
    }
}

impl From<f64> for Var<'_> {
    #[inline]
    fn from(number: f64) -> Self {
        Var { recorder: None, word: number.to_bits() }
    }
}

impl fmt::Debug for Var<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "Var(%{name})"),
            None => write!(f, "Var({:?})", f64::from_bits(self.word)),
        }
    }
}

operators!(Var<'r>, <'r>);
