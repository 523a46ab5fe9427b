//! Sums of scalars in the order that [`expand`](super::expand) states, for variables and for floats.
use crate::form::Scatter;
use std::ops::{Add, Mul};

/// How many elements of a sum go to lanes before the lanes are added.
const SUM_CHUNK: usize = 1024;

/// How many products one chain adds up.
const DOT_CHUNK: usize = 512;

/// The sum by lanes; that of nothing is left to the caller.
pub(super) fn sum<S: Copy + Add<Output = S>>(terms: &[S]) -> Option<S> {
    terms.chunks(SUM_CHUNK).filter_map(sum_of_chunk).reduce(|total, chunk| total + chunk)
}

fn sum_of_chunk<S: Copy + Add<Output = S>>(terms: &[S]) -> Option<S> {
    let mut lanes = [None; 8];
    for (i, &term) in terms.iter().enumerate() {
        lanes[i % 8] = plus(lanes[i % 8], Some(term));
    }
    let [l0, l1, l2, l3, l4, l5, l6, l7] = lanes;
    plus(plus(plus(l0, l4), plus(l2, l6)), plus(plus(l1, l5), plus(l3, l7)))
}

/// The sum of products by chains; that of nothing is left to the caller.
pub(super) fn chain<S>(factors: impl Iterator<Item = (S, S)>) -> Option<S>
where
    S: Copy + Add<Output = S> + Mul<Output = S>,
{
    let (mut total, mut chain) = (None, None);
    for (k, (a, b)) in factors.enumerate() {
        if k % DOT_CHUNK == 0 {
            total = plus(total, chain.take());
        }
        chain = plus(chain, Some(a * b));
    }
    plus(total, chain)
}

/// The sum of what is there.
fn plus<S: Add<Output = S>>(a: Option<S>, b: Option<S>) -> Option<S> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}

/// Running sums over the middle of three axes.
pub(super) fn running_sums<S>([outer, length, inner]: [usize; 3], x: &[S]) -> Vec<S>
where
    S: Copy + Add<Output = S>,
{
    let mut y = x.to_vec();
    for start in (0..outer).map(|o| o * length * inner) {
        for i in start + inner..start + length * inner {
            y[i] = y[i - inner] + y[i];
        }
    }
    y
}

/// `x` with the elements of `update` added at their places.
pub(super) fn scattered<S: Copy + Add<Output = S>>(
    scatter: &Scatter,
    x: &[S],
    update: &[S],
) -> Vec<S> {
    let Scatter { outer, length, inner, index } = scatter;
    let mut y = x.to_vec();
    let mut updates = update.iter();
    for o in 0..*outer {
        for &place in index.iter() {
            let target = &mut y[(o * length + place as usize) * inner..][..*inner];
            for (y, &update) in target.iter_mut().zip(&mut updates) {
                *y = *y + update;
            }
        }
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers whose sums round differently in every order.
    fn numbers(count: usize) -> Vec<f64> {
        (0..count).map(|i| (i as f64 * 0.7).sin() / 3.0 + 1e3 / (i + 1) as f64).collect()
    }

    #[test]
    fn a_product_is_cut_at_512_and_goes_from_left_to_right() {
        for count in [1, 2, 511, 512, 513, 1024, 1030] {
            let (a, b) = (numbers(count), numbers(count + 7).split_off(7));
            let mut total = f64::NAN;
            for start in (0..count).step_by(512) {
                let mut chain = a[start] * b[start];
                for k in start + 1..count.min(start + 512) {
                    chain += a[k] * b[k];
                }
                total = if start == 0 { chain } else { total + chain };
            }
            let came = chain(a.iter().copied().zip(b.iter().copied()));
            assert_eq!(came.map(f64::to_bits), Some(total.to_bits()), "{count} products");
        }
    }

    #[test]
    fn nothing_is_left_to_the_caller_and_negative_zeros_stay() {
        assert_eq!((sum::<f64>(&[]), chain::<f64>(std::iter::empty())), (None, None));
        assert_eq!(sum(&[-0.0; 20]).map(f64::to_bits), Some((-0.0_f64).to_bits()));
        assert_eq!(chain([(-1.0, 0.0)].into_iter()).map(f64::to_bits), Some((-0.0_f64).to_bits()));
    }

    #[test]
    fn running_sums_go_from_left_to_right() {
        let x = numbers(30);
        let y = running_sums([2, 5, 3], &x);
        for (o, i) in (0..2).flat_map(|o| (0..3).map(move |i| (o, i))) {
            let mut total = x[o * 15 + i];
            assert_eq!(y[o * 15 + i], total);
            for j in 1..5 {
                total += x[(o * 5 + j) * 3 + i];
                assert_eq!(y[(o * 5 + j) * 3 + i].to_bits(), total.to_bits());
            }
        }
    }
}
