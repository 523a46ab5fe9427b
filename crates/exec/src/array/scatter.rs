//! Additions at given places along an axis.
use chainrule_tape::Scatter;

/// `y = base`, then `y[o, index[j], i] += update[o, j, i]` for `j` in order.
pub(crate) fn scatter(scatter: &Scatter, base: &[f64], update: &[f64], y: &mut [f64]) {
    y.copy_from_slice(base);
    let (inner, steps) = (scatter.inner, scatter.index.len());
    for o in 0..scatter.outer {
        for (j, &place) in scatter.index.iter().enumerate() {
            let to = &mut y[(o * scatter.length + place as usize) * inner..][..inner];
            let from = &update[(o * steps + j) * inner..][..inner];
            to.iter_mut().zip(from).for_each(|(y, x)| *y += x);
        }
    }
}
