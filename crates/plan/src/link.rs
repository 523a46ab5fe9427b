//! What others may know of the links of a problem.
use crate::{Problem, explain};

impl Problem {
    /// What a link is called in sentences, as `"stage 2"`.
    ///
    /// # Panics
    /// When there is no such link.
    pub fn link_name(&self, index: usize) -> String {
        explain::link(self, index)
    }

    /// How many numbers a link takes and gives: columns and rows of its Jacobian.
    ///
    /// # Panics
    /// When there is no such link.
    pub fn link_size(&self, index: usize) -> (u32, u32) {
        let link = &self.links()[index];
        (link.inputs, link.outputs)
    }

    /// Whether all points have the same Jacobian there.
    ///
    /// # Panics
    /// When there is no such link.
    pub fn is_link_shared(&self, index: usize) -> bool {
        self.links()[index].shared
    }
}
