//! Every kernel at every level against the three loops, bit for bit.
use super::*;

/// Numbers between -1 and 1 whose sums round differently in every order.
fn numbers(length: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    (0..length).map(next).collect()
}

/// Bits to compare: any NaN is as good as another.
fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }).collect()
}

fn stored(rows: usize, cols: usize, by_columns: bool) -> Layout {
    match by_columns {
        true => Layout::row_major(cols, rows).transposed(),
        false => Layout::row_major(rows, cols),
    }
}

/// A product to compute in both ways: factors, what stands in C, and where it all lies.
struct Case {
    count: usize,
    a: (Vec<f64>, Layout),
    b: (Vec<f64>, Layout),
    c: (Vec<f64>, Layout),
    accumulate: bool,
}

impl Case {
    fn new(
        [m, k, n]: [usize; 3],
        [a_turned, b_turned, c_turned]: [bool; 3],
        accumulate: bool,
    ) -> Case {
        Case {
            count: 1,
            a: (numbers(m * k, 1), stored(m, k, a_turned)),
            b: (numbers(k * n, 2), stored(k, n, b_turned)),
            c: (numbers(m * n, 3), stored(m, n, c_turned)),
            accumulate,
        }
    }

    fn factors(&self) -> (Matrix<'_>, Matrix<'_>) {
        let ((a, a_layout), (b, b_layout)) = (&self.a, &self.b);
        (Matrix::new(a, 0, self.count, *a_layout), Matrix::new(b, 0, self.count, *b_layout))
    }

    fn expected(&self) -> Vec<f64> {
        let ((a, b), mut c) = (self.factors(), self.c.0.clone());
        let mut view = MatrixMut::new(&mut c, 0, self.count, self.c.1);
        naive::dot(&mut view, a, b, self.accumulate);
        c
    }

    fn computed(&self, level: Level, scratch: &mut Scratch) -> Vec<f64> {
        let ((a, b), mut c) = (self.factors(), self.c.0.clone());
        let view = MatrixMut::new(&mut c, 0, self.count, self.c.1);
        dot(view, a, b, self.accumulate, level, scratch);
        c
    }

    fn check(&self) {
        let expected = bits(&self.expected());
        let mut scratch = Scratch::default();
        for level in Level::all_available() {
            let computed = bits(&self.computed(level, &mut scratch));
            let Case { count, accumulate, .. } = self;
            let layouts = (self.a.1, self.b.1, self.c.1);
            assert!(expected == computed, "{level:?}, {count} x {layouts:?}, add: {accumulate}");
        }
    }
}

fn turned(code: usize) -> [bool; 3] {
    [code & 1 > 0, code & 2 > 0, code & 4 > 0]
}

#[test]
fn every_shape_agrees() {
    let sizes = [0, 1, 2, 3, 7, 8, 9, 16, 17, 31, 33, 64, 65, 100];
    for (i, m) in sizes.into_iter().enumerate() {
        for (j, k) in sizes.into_iter().enumerate() {
            for (l, n) in sizes.into_iter().enumerate() {
                let code = i * 5 + j * 3 + l;
                Case::new([m, k, n], turned(code), code & 8 > 0).check();
            }
        }
    }
}

#[test]
fn every_order_of_storage_agrees() {
    let sizes = [1, 2, 5, 8, 13, 40, 65];
    for m in sizes {
        for k in [1, 4, 37, 65] {
            for n in sizes {
                for code in 0..8 {
                    Case::new([m, k, n], turned(code), m % 2 == 0).check();
                }
            }
        }
    }
}

#[test]
fn long_sums_agree() {
    for (i, k) in [511, 512, 513, 1023, 1024, 1025, 1536, 2000].into_iter().enumerate() {
        for (j, (m, n)) in [(9, 25), (1, 70), (70, 1), (33, 2), (2, 33)].into_iter().enumerate() {
            Case::new([m, k, n], turned(i + j), j % 2 == 0).check();
        }
    }
}

#[test]
fn large_products_agree() {
    let shapes = [
        [37, 1000, 53],
        [1, 4096, 1024],
        [1024, 1024, 1],
        [260, 70, 410],
        [70, 520, 200],
        // Few rows, whose large B is streamed.
        [9, 1100, 130],
        [16, 520, 71],
        [23, 40, 900],
        [20, 33, 3500],
    ];
    for (i, shape) in shapes.into_iter().enumerate() {
        for code in [0, 1, 2, 3, 5, 6] {
            Case::new(shape, turned(code), i % 2 == 0).check();
        }
    }
}

/// A chain that begins at +0, or skips a zero factor, or flushes small numbers, differs here.
#[test]
fn special_values_agree() {
    let special =
        [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, -5e-324, 1e308];
    for shape in [
        [1, 1, 1],
        [1, 1, 70],
        [9, 1, 26],
        [17, 2, 3],
        [3, 6, 40],
        [40, 9, 1],
        [1, 9, 40],
        [33, 40, 33],
    ] {
        // From all values to zeros only, so that some results are not NaN.
        for kinds in [special.len(), 4, 2] {
            for code in 0..8 {
                let mut case = Case::new(shape, turned(code), code % 3 == 0);
                for (numbers, salt) in [(&mut case.a.0, 3), (&mut case.b.0, 5), (&mut case.c.0, 7)]
                {
                    for (i, x) in numbers.iter_mut().enumerate() {
                        *x = special[(i * i + salt * i + i / kinds) % kinds];
                    }
                }
                case.check();
            }
        }
    }
    let product = |a: f64, b: f64| {
        let case =
            Case { a: (vec![a], Layout::row_major(1, 1)), ..Case::new([1; 3], [false; 3], false) };
        Case { b: (vec![b], Layout::row_major(1, 1)), ..case }
    };
    assert_eq!(product(-1.0, 0.0).expected()[0].to_bits(), (-0.0_f64).to_bits());
    assert!(product(0.0, f64::INFINITY).expected()[0].is_nan());
    product(-5e-324, 0.25).check();
}

/// Matrices inside larger ones, in reverse, and with gaps between those of a batch; what lies
/// between the elements of C must stay as it is.
#[test]
fn gaps_and_negative_strides_agree() {
    for (m, k, n) in [(5, 7, 6), (20, 40, 30), (1, 70, 90), (90, 70, 1), (70, 600, 50)] {
        let wide = |rows: usize, cols: usize| {
            let row_stride = cols as isize + 3;
            let step = rows as isize * row_stride + 5;
            Layout { row_stride, step, ..Layout::row_major(rows, cols) }
        };
        let every_other = |layout: Layout| Layout {
            row_stride: 2 * layout.row_stride,
            col_stride: 2 * layout.col_stride,
            step: 2 * layout.step,
            ..layout
        };
        let room = |rows: usize, cols: usize| 6 * (rows * (cols + 3) + 5);
        for double in [false, true] {
            let layout = |rows, cols| {
                if double { every_other(wide(rows, cols)) } else { wide(rows, cols) }
            };
            Case {
                count: 3,
                a: (numbers(room(m, k), 4), layout(m, k)),
                b: (numbers(room(k, n), 5), layout(k, n)),
                c: (numbers(room(m, n), 6), layout(m, n)),
                accumulate: double,
            }
            .check();
        }
    }
    let data = numbers(12, 7);
    let reversed = Layout { row_stride: -4, col_stride: -1, step: 0, ..Layout::row_major(3, 4) };
    let backwards: Vec<f64> = data.iter().rev().copied().collect();
    for level in Level::all_available() {
        let [mut from_end, mut from_start] = [[0.0; 9]; 2];
        let b = Matrix::new(&data, 0, 1, Layout::row_major(4, 3));
        let c = |c| MatrixMut::new(c, 0, 1, Layout::row_major(3, 3));
        let (a, scratch) = (Matrix::new(&data, 11, 1, reversed), &mut Scratch::default());
        dot(c(&mut from_end), a, b, false, level, scratch);
        let a = Matrix::new(&backwards, 0, 1, Layout::row_major(3, 4));
        dot(c(&mut from_start), a, b, false, level, scratch);
        assert_eq!(bits(&from_end), bits(&from_start));
    }
}

#[test]
fn batches_agree_with_shared_factors_and_without() {
    let shapes =
        [[8, 8, 8], [5, 3, 4], [1, 12, 20], [12, 12, 1], [1, 1, 1], [33, 40, 70], [2, 600, 9]];
    for (i, [m, k, n]) in shapes.into_iter().enumerate() {
        for code in 0..32 {
            let [a_turned, b_turned, c_turned] = turned(code);
            let (a_shared, b_shared) = (code & 8 > 0, code & 16 > 0);
            let share = |layout: Layout, shared| if shared { layout.shared() } else { layout };
            for count in [0, 1, 5] {
                Case {
                    count,
                    a: (numbers(5 * m * k, 1), share(stored(m, k, a_turned), a_shared)),
                    b: (numbers(5 * k * n, 2), share(stored(k, n, b_turned), b_shared)),
                    c: (numbers(5 * m * n, 3), stored(m, n, c_turned)),
                    accumulate: (i + code) % 3 == 0,
                }
                .check();
            }
        }
    }
}

#[test]
fn rows_computed_apart_have_the_same_bits() {
    for ([m, k, n], code) in
        [([100, 600, 70], 0), ([100, 40, 3], 1), ([90, 300, 1], 2), ([64, 9, 200], 5)]
    {
        let case = Case::new([m, k, n], turned(code), code == 2);
        let whole = case.expected();
        for (level, at) in Level::all_available().into_iter().zip([1, 7, 50]) {
            let (mut c, scratch) = (case.c.0.clone(), &mut Scratch::default());
            let (upper, lower) = MatrixMut::new(&mut c, 0, 1, case.c.1).split_rows(at);
            let (a, b) = case.factors();
            dot(lower, a.rows(at..m), b, case.accumulate, level, scratch);
            dot(upper, a.rows(0..at), b, case.accumulate, level, scratch);
            assert!(bits(&whole) == bits(&c), "{level:?}, {m} x {k} x {n} cut at {at}");
        }
    }
}

#[test]
fn parts_computed_by_threads_are_the_whole() {
    for (shape, count) in [
        ([300, 70, 40], 1),
        ([5, 600, 900], 1),
        ([9, 40, 11], 3),
        ([1, 700, 1100], 2),
        ([0, 4, 4], 1),
    ] {
        let [m, k, n] = shape;
        let case = Case {
            count,
            a: (numbers(count * m * k, 1), stored(m, k, false)),
            b: (numbers(count * k * n, 2), stored(k, n, true)),
            c: (numbers(count * m * n, 3), stored(m, n, false)),
            accumulate: false,
        };
        for (level, most) in Level::all_available().into_iter().zip([1, 3, 4]) {
            let (mut c, (a, b)) = (case.c.0.clone(), case.factors());
            let parts = Parts::new(MatrixMut::new(&mut c, 0, count, case.c.1), a, b, most);
            assert!((1..=most).contains(&parts.count()));
            assert_eq!(parts.count() > 1, most > 1 && count * m * k * n > 1 << 19, "{shape:?}");
            std::thread::scope(|scope| {
                for part in 0..parts.count() {
                    let parts = &parts;
                    // SAFETY: each part is computed once.
                    scope.spawn(move || unsafe {
                        parts.multiply(part, level, &mut Scratch::default());
                    });
                }
            });
            assert!(bits(&case.expected()) == bits(&c), "{level:?}, {shape:?} in {most}");
        }
    }
}

#[test]
fn a_sum_cut_at_a_multiple_of_the_chunk_goes_on() {
    let case = Case::new([6, 1100, 10], [false; 3], false);
    let ((a, _), (b, _)) = (&case.a, &case.b);
    let mut c = vec![0.0; 60];
    for inner in [0..CHUNK, CHUNK..1100] {
        let a_layout = Layout { cols: inner.len(), ..Layout::row_major(6, 1100) };
        let a = Matrix::new(a, inner.start, 1, a_layout);
        let b = Matrix::new(b, inner.start * 10, 1, Layout::row_major(inner.len(), 10));
        let view = MatrixMut::new(&mut c, 0, 1, Layout::row_major(6, 10));
        let level = Level::detect();
        dot(view, a, b, inner.start > 0, level, &mut Scratch::default());
    }
    assert_eq!(bits(&case.expected()), bits(&c));
}

#[test]
fn scratch_grows_once() {
    let case = Case::new([100, 100, 100], [true, true, false], false);
    for level in Level::all_available() {
        let mut scratch = Scratch::default();
        case.computed(level, &mut scratch);
        let room = scratch.room();
        assert!(room > 0);
        case.computed(level, &mut scratch);
        Case::new([3, 4, 5], [true; 3], false).computed(level, &mut scratch);
        assert_eq!(scratch.room(), room);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let data = [1.0; 64];
    let product = |c: Layout, c_count, (a, a_count), (b, b_count)| {
        std::panic::catch_unwind(move || {
            let mut result = [0.0; 64];
            let c = MatrixMut::new(&mut result, 0, c_count, c);
            let (a, b) = (Matrix::new(&data, 0, a_count, a), Matrix::new(&data, 0, b_count, b));
            dot(c, a, b, false, Level::Scalar, &mut Scratch::default());
        })
        .is_ok()
    };
    let of = Layout::row_major;
    assert!(product(of(2, 4), 3, (of(2, 3), 3), (of(3, 4).shared(), 1)));
    assert!(!product(of(2, 4), 3, (of(2, 3), 3), (of(2, 4), 3)));
    assert!(!product(of(3, 4), 3, (of(2, 3), 3), (of(3, 4), 3)));
    assert!(!product(of(2, 3), 3, (of(2, 3), 3), (of(3, 4), 3)));
    assert!(!product(of(2, 4), 3, (of(2, 3), 2), (of(3, 4), 3)));
    assert!(!product(of(2, 4), 3, (of(2, 3), 3), (of(3, 4).shared(), 0)));
}
