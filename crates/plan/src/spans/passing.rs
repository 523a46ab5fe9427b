//! How sweeps get through a link.
use crate::Jacobian;
use crate::form::Kind;
use crate::link::Link;

/// How the columns or rows of a Jacobian get through a link when they are swept through it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Passing {
    /// They are multiplied by the link's matrix, which is at hand and costs that much.
    Product,
    /// They are scaled by the link's diagonal, which one sweep makes.
    Scaling,
    /// One by one, by the function itself.
    Sweep,
}

impl Passing {
    /// How tangents, and how adjoints, get through a link.
    pub(super) fn of(link: &Link) -> [Passing; 2] {
        let form = &link.form;
        let is_diagonal = matches!(form.kind, Kind::Diagonal | Kind::Scalar);
        [link.tangent, link.adjoint].map(|cost| match link.jacobian {
            // A matrix at hand may still be cheaper, or dearer, to sweep through than to multiply by.
            Jacobian::Given if form.is_known() || u128::from(cost) == form.stored() => {
                Passing::Product
            }
            Jacobian::Accumulate if is_diagonal => Passing::Scaling,
            _ => Passing::Sweep,
        })
    }
}
