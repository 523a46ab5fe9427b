//! Folding groups of elements; additions in the order of the contract (see `low/naive.rs`, `sum`).
use chainrule_tape::{Combine, Fold};

/// How many elements one round of lanes covers before the lanes are added up.
const CHUNK: usize = 1024;
/// Columns that are summed side by side: rows are read in order, and the lanes stay in the first cache.
const WIDTH: usize = 256;

/// Every group of `x` folded into an element of `y`.
pub(crate) fn fold(fold: &Fold, x: &[f64], y: &mut [f64]) {
    let groups = Groups::new(fold);
    match fold.combine {
        Combine::Add => sums(&groups, x, y),
        Combine::Max => each(&groups, x, y, f64::NEG_INFINITY, larger),
        Combine::Min => each(&groups, x, y, f64::INFINITY, smaller),
    }
    if fold.divide_by != 1 {
        let divisor = fold.divide_by as f64;
        y.iter_mut().for_each(|y| *y /= divisor);
    }
}

/// The axes of a fold with the trivial ones left out and neighbours joined where they can be.
struct Groups {
    kept: Vec<(usize, usize)>,
    folded: Vec<(usize, usize)>,
}

impl Groups {
    fn new(fold: &Fold) -> Groups {
        Groups { kept: joined(&fold.kept), folded: joined(&fold.folded) }
    }

    fn starts(&self) -> impl Iterator<Item = usize> {
        offsets(&self.kept)
    }

    fn members(&self) -> impl Iterator<Item = usize> {
        offsets(&self.folded)
    }
}

fn joined(axes: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for &(extent, stride) in axes.iter().filter(|axis| axis.0 != 1) {
        match joined.last_mut() {
            Some(outer) if outer.1 == extent * stride => *outer = (outer.0 * extent, stride),
            _ => joined.push((extent, stride)),
        }
    }
    joined
}

/// The offsets of a strided box in row-major order, without making a list of them.
fn offsets(axes: &[(usize, usize)]) -> impl Iterator<Item = usize> {
    let (inner, outer) = match axes.split_last() {
        Some((&inner, outer)) => (inner, outer),
        None => ((1, 0), axes),
    };
    let total: usize = outer.iter().map(|axis| axis.0).product();
    (0..total).flat_map(move |flat| {
        let digit = |(rest, sum): (usize, usize), &(extent, stride): &(usize, usize)| {
            (rest / extent, sum + rest % extent * stride)
        };
        let start = outer.iter().rev().fold((flat, 0), digit).1;
        (0..inner.0).map(move |i| start + i * inner.1)
    })
}

fn sums(groups: &Groups, x: &[f64], y: &mut [f64]) {
    match (groups.kept.last(), groups.folded.as_slice()) {
        (_, [(extent, 1)]) => {
            y.iter_mut()
                .zip(groups.starts())
                .for_each(|(y, start)| *y = sum(&x[start..][..*extent]));
        }
        (Some((width, 1)), [(extent, stride)]) => {
            let outer =
                Groups { kept: groups.kept[..groups.kept.len() - 1].to_vec(), folded: vec![] };
            let mut lanes = [[NOTHING; WIDTH]; 8];
            for (rows, start) in y.chunks_exact_mut(*width).zip(outer.starts()) {
                sum_rows(&x[start..], *extent, *stride, rows, &mut lanes);
            }
        }
        _ => {
            let mut members = Vec::new();
            for (y, start) in y.iter_mut().zip(groups.starts()) {
                members.clear();
                members.extend(groups.members().map(|offset| x[start + offset]));
                *y = sum(&members);
            }
        }
    }
}

/// What adding changes nothing: 0 would change the sign of -0.
pub(crate) const NOTHING: f64 = -0.0;

/// The sum of a row, in the order of the contract.
pub(crate) fn sum(x: &[f64]) -> f64 {
    let chunk_sum = |chunk: &[f64]| {
        let mut lanes = [NOTHING; 8];
        let (eights, tail) = chunk.as_chunks::<8>();
        for eight in eights {
            lanes.iter_mut().zip(eight).for_each(|(lane, x)| *lane += x);
        }
        lanes.iter_mut().zip(tail).for_each(|(lane, x)| *lane += x);
        tree(lanes)
    };
    x.chunks(CHUNK).map(chunk_sum).reduce(|a, b| a + b).unwrap_or(0.0)
}

/// The sum of eight lanes in the fixed tree.
pub(crate) fn tree(lanes: [f64; 8]) -> f64 {
    let [a, b, c, d] = [0, 1, 2, 3].map(|l| lanes[l] + lanes[l + 4]);
    (a + c) + (b + d)
}

/// The sum of `count` rows, `stride` elements apart, column by column in the order of the contract. What the lanes held
/// does not matter.
fn sum_rows(x: &[f64], count: usize, stride: usize, y: &mut [f64], lanes: &mut [[f64; WIDTH]; 8]) {
    for (part, y) in y.chunks_mut(WIDTH).enumerate() {
        y.fill(0.0);
        for chunk in (0..count).step_by(CHUNK) {
            lanes.iter_mut().for_each(|lane| lane[..y.len()].fill(NOTHING));
            for (i, row) in (chunk..count.min(chunk + CHUNK)).enumerate() {
                let x = &x[row * stride + part * WIDTH..][..y.len()];
                lanes[i % 8].iter_mut().zip(x).for_each(|(lane, x)| *lane += x);
            }
            for (c, y) in y.iter_mut().enumerate() {
                let sum = tree(std::array::from_fn(|l| lanes[l][c]));
                *y = if chunk == 0 { sum } else { *y + sum };
            }
        }
    }
}

fn each(groups: &Groups, x: &[f64], y: &mut [f64], of_nothing: f64, combine: fn(f64, f64) -> f64) {
    for (y, start) in y.iter_mut().zip(groups.starts()) {
        let members = groups.members().map(|offset| x[start + offset]);
        *y = members.reduce(combine).unwrap_or(of_nothing);
    }
}

/// The larger; NaN if either is; 0 above -0.
fn larger(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() || (a == b && a.is_sign_positive()) { a } else { b }
}

/// The smaller; NaN if either is; -0 below 0.
fn smaller(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() || (a == b && a.is_sign_negative()) { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::low::naive_sum;

    fn numbers(count: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 2_654_435_761) % 1000) as f64 / 7.0 - 60.0).collect()
    }

    #[test]
    fn sums_keep_the_order_of_the_contract() {
        for count in [0, 1, 5, 8, 9, 63, 1024, 1025, 3000] {
            let x = numbers(count);
            assert_eq!(sum(&x).to_bits(), naive_sum(x.iter().copied()).to_bits(), "{count}");
        }
        assert_eq!(sum(&[-0.0, -0.0]).to_bits(), (-0.0_f64).to_bits());
    }

    #[test]
    fn sums_of_rows_keep_it_too() {
        for (count, width) in [(0, 3), (1, 1), (7, 40), (1030, 17), (2500, 5), (20, 300)] {
            let x = numbers(count * width);
            let mut y = vec![f64::NAN; width];
            sum_rows(&x, count, width, &mut y, &mut [[NOTHING; WIDTH]; 8]);
            for (c, y) in y.iter().enumerate() {
                let column = naive_sum((0..count).map(|r| x[r * width + c]));
                assert_eq!(y.to_bits(), column.to_bits(), "{count} x {width}, column {c}");
            }
        }
    }
}
