//! What is known of the number on an edge, and which products of two such numbers are free.
use serde::{Deserialize, Serialize};

/// What is known of a partial derivative before the program runs.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EdgeKind {
    /// It is 1 or -1, as in a sum; between blocks, the identity or its negative.
    Unit,
    /// It is the same at every point.
    Constant,
    /// It depends on the point.
    #[default]
    Variable,
}

impl EdgeKind {
    /// The kind of the product of two edges that follow each other.
    pub(crate) fn through(self, other: EdgeKind) -> EdgeKind {
        self.max(other)
    }

    /// The kind of the sum of two edges between the same vertices: 1 + 1 is no unit.
    pub(crate) fn beside(self, other: EdgeKind) -> EdgeKind {
        self.max(other).max(EdgeKind::Constant)
    }

    /// Whether the product of two edges takes no multiplication when the program runs.
    pub(crate) fn is_free_with(self, other: EdgeKind) -> bool {
        self == EdgeKind::Unit
            || other == EdgeKind::Unit
            || self.through(other) != EdgeKind::Variable
    }
}

/// Which products cost anything.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Count {
    /// All of them, as the literature counts.
    #[default]
    Plain,
    /// All but those by 1 or -1, and those of two constants: what a program executes.
    Refined,
}

impl Count {
    /// What one product costs when numbers of these kinds take one multiply-add.
    pub(crate) fn charges(self, first: EdgeKind, second: EdgeKind) -> bool {
        self == Count::Plain || !first.is_free_with(second)
    }
}
