//! Shapes: how many elements an array has along each axis. Arrays are row-major and of static shape.
use crate::TapeError;
use rustc_hash::FxHashMap;
use std::fmt;
use std::ops::Deref;

/// The sizes of an array's axes, outermost first; rank 0 is a scalar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")] // so that no shape exists that `new` refuses
pub struct Shape(Box<[u32]>);

/// The most axes an array may have.
pub(crate) const MAX_RANK: usize = 16;

impl Shape {
    /// Checks `dims`: at most 16 axes and fewer than 2^32 elements; a size of 0 is allowed.
    ///
    /// # Errors
    /// `TOO_LARGE`.
    pub fn new(dims: &[u32]) -> Result<Shape, TapeError> {
        let too_large = |argument: &str, limit, came| {
            Err(TapeError::TooLarge { argument: argument.into(), limit, came })
        };
        if dims.len() > MAX_RANK {
            return too_large("the rank of a shape", MAX_RANK as u64, dims.len() as u64);
        }
        let mut elements: u64 = 1;
        for &dim in dims.iter().filter(|&&dim| dim > 0) {
            elements = elements.saturating_mul(u64::from(dim));
            if elements > u64::from(u32::MAX) {
                return too_large("the number of elements of an array", u32::MAX.into(), elements);
            }
        }
        Ok(Shape(dims.into()))
    }

    /// The shape of one number.
    pub fn scalar() -> Shape {
        Shape::default()
    }

    /// The shape of that many numbers along one axis.
    pub fn vector(length: u32) -> Shape {
        Shape([length].into())
    }

    /// The number of elements: the product of the sizes, 1 for a scalar.
    pub fn elements(&self) -> usize {
        self.0.iter().map(|&dim| dim as usize).product()
    }

    /// With one more axis in front.
    pub(crate) fn lifted(&self, entries: u32) -> Result<Shape, TapeError> {
        Shape::new(&std::iter::once(entries).chain(self.0.iter().copied()).collect::<Vec<_>>())
    }

    /// Whether this is the shape of one number.
    pub fn is_scalar(&self) -> bool {
        self.0.is_empty()
    }

    /// Row-major strides, in elements.
    pub fn strides(&self) -> Vec<usize> {
        let mut strides = vec![1; self.0.len()];
        for axis in (1..self.0.len()).rev() {
            strides[axis - 1] = strides[axis] * self.0[axis] as usize;
        }
        strides
    }

    /// The shape both broadcast to by NumPy's rules, or `None`.
    pub fn broadcast(&self, other: &Shape) -> Option<Shape> {
        let rank = self.len().max(other.len());
        let dim = |shape: &Shape, axis: usize| {
            (axis + shape.len()).checked_sub(rank).map_or(1, |axis| shape[axis])
        };
        let dims: Option<Vec<u32>> = (0..rank)
            .map(|axis| match (dim(self, axis), dim(other, axis)) {
                (a, b) if a == b => Some(a),
                (1, b) => Some(b),
                (a, 1) => Some(a),
                _ => None,
            })
            .collect();
        Shape::new(&dims?).ok()
    }
}

impl TryFrom<Vec<u32>> for Shape {
    type Error = TapeError;
    fn try_from(dims: Vec<u32>) -> Result<Shape, TapeError> {
        Shape::new(&dims)
    }
}

impl From<Shape> for Vec<u32> {
    fn from(shape: Shape) -> Vec<u32> {
        shape.0.into_vec()
    }
}

impl Deref for Shape {
    type Target = [u32];
    fn deref(&self) -> &[u32] {
        &self.0
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dims: Vec<String> = self.0.iter().map(u32::to_string).collect();
        write!(f, "[{}]", dims.join(", "))
    }
}

/// A shape by its number in a segment's table; the scalar is always number 0.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct ShapeId(pub(crate) u32);

impl ShapeId {
    /// The scalar.
    pub const SCALAR: ShapeId = ShapeId(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Each shape of a segment once.
#[derive(Clone, Debug)]
pub(crate) struct Shapes {
    list: Vec<Shape>,
    numbers: FxHashMap<Shape, ShapeId>,
}

impl Default for Shapes {
    fn default() -> Shapes {
        let mut shapes = Shapes { list: Vec::new(), numbers: FxHashMap::default() };
        shapes.intern(Shape::scalar());
        shapes
    }
}

impl Shapes {
    pub(crate) fn intern(&mut self, shape: Shape) -> ShapeId {
        if shape.is_scalar() && !self.list.is_empty() {
            return ShapeId::SCALAR;
        }
        if let Some(&id) = self.numbers.get(&shape) {
            return id;
        }
        let id = ShapeId(self.list.len() as u32);
        self.list.push(shape.clone());
        self.numbers.insert(shape, id);
        id
    }

    pub(crate) fn get(&self, id: ShapeId) -> &Shape {
        &self.list[id.index()]
    }

    pub(crate) fn all(&self) -> &[Shape] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(dims: &[u32]) -> Shape {
        Shape::new(dims).unwrap()
    }

    #[test]
    fn broadcasts_like_numpy() {
        assert_eq!(shape(&[4, 1]).broadcast(&shape(&[3])), Some(shape(&[4, 3])));
        assert_eq!(shape(&[]).broadcast(&shape(&[2, 0])), Some(shape(&[2, 0])));
        assert_eq!(shape(&[4]).broadcast(&shape(&[3])), None);
    }

    #[test]
    fn refuses_more_elements_than_an_index_can_name() {
        assert!(Shape::new(&[65_536, 65_535]).is_ok());
        assert_eq!(Shape::new(&[65_536, 65_536]).unwrap_err().code(), "TOO_LARGE");
        assert_eq!(shape(&[65_536, 65_536 - 1, 0]).elements(), 0);
    }

    #[test]
    fn strides_are_row_major() {
        assert_eq!(shape(&[2, 3, 4]).strides(), [12, 4, 1]);
    }
}
