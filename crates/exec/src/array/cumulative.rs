//! Running sums along the middle of three axes.

/// `y[o, j, i] = x[o, 0, i] + ... + x[o, j, i]`, added in order; `x` and `y` have `outer * length * inner` elements.
pub(crate) fn cumulative(length: usize, inner: usize, x: &[f64], y: &mut [f64]) {
    y.copy_from_slice(x);
    if length * inner == 0 {
        return;
    }
    for block in y.chunks_exact_mut(length * inner) {
        for j in 1..length {
            let (before, from) = block.split_at_mut(j * inner);
            let before = &before[(j - 1) * inner..];
            from[..inner].iter_mut().zip(before).for_each(|(y, sum)| *y += sum);
        }
    }
}
