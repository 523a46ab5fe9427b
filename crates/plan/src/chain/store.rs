//! One thing for each Jacobian on the way.
use super::ways::Target;
use crate::spans::index;

/// A table by span; sums over the batch stand in a second half.
#[derive(Clone, Debug)]
pub(crate) struct Store<T> {
    length: usize,
    places: Vec<Option<T>>,
}

impl<T: Clone> Store<T> {
    /// Room for the Jacobians of a chain, those summed over the batch too if `reduced`.
    pub(crate) fn new(length: usize, reduced: bool) -> Store<T> {
        let spans = length * (length + 1) / 2;
        Store { length, places: vec![None; if reduced { 2 * spans } else { spans }] }
    }

    /// What was put there.
    pub(crate) fn get(&self, target: Target) -> Option<&T> {
        self.places.get(self.place(target))?.as_ref()
    }

    /// Puts a thing in its place.
    pub(crate) fn set(&mut self, target: Target, thing: T) {
        let place = self.place(target);
        self.places[place] = Some(thing);
    }

    fn place(&self, target: Target) -> usize {
        let half = if target.reduced { self.length * (self.length + 1) / 2 } else { 0 };
        half + index(self.length, target.from, target.to)
    }
}
