//! Every kernel against the three loops, bit for bit.
use super::*;

const LEVELS: [Level; 3] = [Level::Avx512, Level::Avx2, Level::Scalar];

/// Numbers whose sums round differently in every order.
fn numbers(length: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        })
        .collect()
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }).collect()
}

fn order(rows: usize, cols: usize, column_major: bool) -> Layout {
    if column_major {
        Layout::row_major(cols, rows).transposed()
    } else {
        Layout::row_major(rows, cols)
    }
}

fn agree(m: usize, k: usize, n: usize, orders: [bool; 3], accumulate: bool, level: Level) {
    let (a, b, old) = (numbers(m * k, 1), numbers(k * n, 2), numbers(m * n, 3));
    let (la, lb, lc) = (order(m, k, orders[0]), order(k, n, orders[1]), order(m, n, orders[2]));
    let (mut want, mut got) = (old.clone(), old);
    let (a, b) = (Matrix::new(&a, 0, 1, la), Matrix::new(&b, 0, 1, lb));
    naive::dot(&mut MatrixMut::new(&mut want, 0, 1, lc), a, b, accumulate);
    dot(MatrixMut::new(&mut got, 0, 1, lc), a, b, accumulate, level, &mut Scratch::default());
    assert!(bits(&want) == bits(&got), "{m} x {k} x {n} {orders:?} {accumulate} {level:?}");
}

#[test]
fn every_shape_order_and_level_agrees_with_three_loops() {
    let sizes = [0, 1, 2, 3, 7, 8, 9, 16, 17, 31, 33, 64, 65, 100];
    for level in LEVELS {
        for m in sizes {
            for k in sizes {
                for n in sizes {
                    let code = m * 7 + k * 5 + n * 3;
                    let orders = [code & 1 > 0, code & 2 > 0, code & 4 > 0];
                    agree(m, k, n, orders, code & 8 > 0, level);
                }
            }
        }
    }
}
#[test]
fn chunks() {
    for level in LEVELS {
        for (m, k, n) in [
            (37, 1000, 53),
            (1, 4096, 1024),
            (1024, 1024, 1),
            (9, 512, 25),
            (9, 513, 25),
            (9, 1024, 25),
            (9, 1025, 25),
        ] {
            for code in 0..8 {
                for add in [false, true] {
                    let orders = [code & 1 > 0, code & 2 > 0, code & 4 > 0];
                    agree(m, k, n, orders, add, level);
                }
            }
        }
    }
}
