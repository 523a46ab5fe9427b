//! Strided reads in the order of a box's elements.

/// The axes of one read, outermost first; those one step apart are one.
#[derive(Debug)]
pub(crate) struct Walk {
    extents: Vec<usize>,
    strides: Vec<isize>,
}

impl Walk {
    /// A read with a stride for each axis of the box.
    pub(crate) fn new(
        extents: impl IntoIterator<Item = usize>,
        strides: impl IntoIterator<Item = isize>,
    ) -> Walk {
        let mut walk = Walk { extents: Vec::new(), strides: Vec::new() };
        for (extent, stride) in extents.into_iter().zip(strides).filter(|axis| axis.0 != 1) {
            match (walk.extents.last_mut(), walk.strides.last_mut()) {
                (Some(outer), Some(step)) if *step == stride * extent as isize => {
                    (*outer, *step) = (*outer * extent, stride);
                }
                _ => {
                    walk.extents.push(extent);
                    walk.strides.push(stride);
                }
            }
        }
        walk
    }
}

/// A place on a walk through an array.
pub(crate) struct Cursor<'a> {
    walk: &'a Walk,
    data: &'a [f64],
    /// How far it has come along each axis.
    digits: Vec<usize>,
    place: isize,
}

/// Runs of so many elements or fewer are copied as so many: a copy of known length is a few vectors. What is
/// too much is overwritten by the next run.
const PIECE: usize = 16;

impl<'a> Cursor<'a> {
    /// The first element of a walk, at `first` in the array.
    pub(crate) fn new(walk: &'a Walk, data: &'a [f64], first: usize) -> Cursor<'a> {
        Cursor { walk, data, digits: vec![0; walk.extents.len()], place: first as isize }
    }

    /// Reads the next elements, as many as there are lanes.
    ///
    /// # Panics
    /// If one of them lies outside the array.
    pub(crate) fn fill(&mut self, mut lanes: &mut [f64]) {
        let (Some(&extent), Some(&stride)) = (self.walk.extents.last(), self.walk.strides.last())
        else {
            lanes.fill(self.data[self.place as usize]);
            return;
        };
        while !lanes.is_empty() {
            let inner = self.digits.len() - 1;
            let run = (extent - self.digits[inner]).min(lanes.len());
            self.read(stride, run, lanes);
            self.place += run as isize * stride;
            self.digits[inner] += run;
            self.carry();
            lanes = &mut lanes[run..];
        }
    }

    /// A run along the last axis.
    fn read(&self, stride: isize, run: usize, lanes: &mut [f64]) {
        let from = &self.data[self.place as usize..];
        let piece = if run <= PIECE { lanes.first_chunk_mut::<PIECE>() } else { None };
        match (stride, piece, from.first_chunk::<PIECE>()) {
            (0, Some(piece), _) => *piece = [from[0]; PIECE],
            (0, None, _) => lanes[..run].fill(from[0]),
            (1, Some(piece), Some(from)) => *piece = *from,
            (1, ..) => lanes[..run].copy_from_slice(&from[..run]),
            _ => lanes[..run].iter_mut().enumerate().for_each(|(i, lane)| {
                *lane = self.data[(self.place + i as isize * stride) as usize];
            }),
        }
    }

    /// Goes to the next place of an outer axis where an inner one is at its end.
    fn carry(&mut self) {
        let axes = self.walk.extents.iter().zip(&self.walk.strides);
        let mut outer = self.digits.iter_mut().zip(axes).rev().peekable();
        while let Some((digit, (&extent, &stride))) = outer.next() {
            if *digit < extent {
                return;
            }
            *digit = 0;
            self.place -= extent as isize * stride;
            if let Some((digit, (_, stride))) = outer.peek_mut() {
                **digit += 1;
                self.place += **stride;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By division, element by element.
    fn place(extents: &[usize], strides: &[isize], first: usize, flat: usize) -> usize {
        let digit = |(rest, place): (usize, isize), (&extent, &stride): (&usize, &isize)| {
            (rest / extent, place + (rest % extent) as isize * stride)
        };
        let axes = extents.iter().zip(strides).rev();
        axes.fold((flat, first as isize), digit).1 as usize
    }

    #[test]
    fn a_walk_visits_what_division_says() {
        let data: Vec<f64> = (0..400).map(f64::from).collect();
        let cases: [(&[usize], &[isize], usize); 9] = [
            (&[], &[], 7),
            (&[1, 1], &[5, 9], 3),
            (&[5, 8, 9], &[72, 9, 1], 0),
            (&[5, 8, 9], &[0, 9, 1], 2),
            (&[5, 8, 9], &[9, 0, 1], 2),
            (&[5, 8, 9], &[8, 1, 0], 1),
            (&[3, 1, 20], &[20, 7, 1], 11),
            (&[4, 6], &[-6, -1], 30),
            (&[6, 4, 5], &[1, 60, -6], 130),
        ];
        for (extents, strides, first) in cases {
            let elements: usize = extents.iter().product();
            let wanted: Vec<f64> =
                (0..elements).map(|flat| data[place(extents, strides, first, flat)]).collect();
            for lanes in [1, 7, 16, 64] {
                let walk = Walk::new(extents.iter().copied(), strides.iter().copied());
                let mut cursor = Cursor::new(&walk, &data, first);
                let mut found = vec![f64::NAN; elements];
                found.chunks_mut(lanes).for_each(|lanes| cursor.fill(lanes));
                assert_eq!(found, wanted, "{extents:?} by {strides:?}, {lanes} at a time");
            }
        }
    }
}
