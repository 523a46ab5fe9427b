//! Every transpose against the plain one and against what it says, for many widths and counts.
use super::*;

/// Numbers that are all different, two of which compare equal to none.
fn numbers(count: usize) -> Vec<f64> {
    let mut numbers: Vec<f64> = (0..count).map(|i| i as f64 + 0.5).collect();
    if let [first, .., last] = &mut numbers[..] {
        (*first, *last) = (f64::NAN, -0.0);
    }
    numbers
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

const WIDTHS: [usize; 17] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 16, 17, 32, 100, 301];

/// (lanes, points) that leave groups whole, cut, and missing.
const COUNTS: [(usize, usize); 9] =
    [(1, 1), (8, 8), (8, 1), (8, 5), (16, 3), (64, 64), (64, 57), (64, 9), (64, 33)];

#[test]
fn rows_become_lanes() {
    for level in Level::all_available() {
        for width in WIDTHS {
            for (count, points) in COUNTS {
                for (before, after) in [(0, 0), (3, 0), (1, 2)] {
                    let length = before + width + after;
                    let data = numbers((points + 2) * length);
                    let rows = Rows::new(&data, length).columns(before..before + width);
                    let mut lanes = vec![7.0; width * count];
                    rows.load(2..2 + points, &mut lanes, level);
                    let element = |j: usize| {
                        let (k, lane) = (j / count, j % count);
                        data[(2 + lane.min(points - 1)) * length + before + k]
                    };
                    let wanted: Vec<f64> = (0..width * count).map(element).collect();
                    assert_eq!(bits(&lanes), bits(&wanted), "{level:?} {width} {count} {points}");
                }
            }
        }
    }
}

#[test]
fn picked_rows_become_lanes() {
    let index: Vec<u32> = (0..70).map(|i| i * 37 % 11).collect();
    for level in Level::all_available() {
        for width in WIDTHS {
            let data = numbers(11 * width);
            let mut lanes = vec![7.0; width * 64];
            Rows::new(&data, width).picked(&index).load(4..65, &mut lanes, level);
            for (k, lanes) in lanes.chunks(64).enumerate() {
                for (i, lane) in lanes.iter().enumerate() {
                    let row = index[(4 + i).min(64)] as usize;
                    assert_eq!(lane.to_bits(), data[row * width + k].to_bits());
                }
            }
        }
    }
}

#[test]
fn lanes_become_rows() {
    for level in Level::all_available() {
        for width in WIDTHS {
            for (count, points) in COUNTS {
                for (before, after) in [(0, 0), (3, 0), (1, 2)] {
                    let length = before + width + after;
                    let lanes = numbers(width * count);
                    let mut data = vec![7.0; points * length];
                    let mut wanted = data.clone();
                    for i in 0..points {
                        for k in 0..width {
                            wanted[i * length + before + k] = lanes[k * count + i];
                        }
                    }
                    let rows = RowsMut::new(&mut data, length).columns(before..before + width);
                    rows.store(&lanes, level);
                    assert_eq!(bits(&data), bits(&wanted), "{level:?} {width} {count} {points}");
                }
            }
        }
    }
}

#[test]
fn streamed_rows_are_the_stored_ones() {
    let mut buffer = RowBuffer::default();
    for level in Level::all_available() {
        for width in WIDTHS {
            for (count, points) in COUNTS {
                for offset in 0..9 {
                    let lanes = numbers(width * count);
                    let mut wanted = vec![7.0; points * width + 16];
                    let mut data = wanted.clone();
                    let place = offset..offset + points * width;
                    RowsMut::new(&mut wanted[place.clone()], width).store(&lanes, Level::Scalar);
                    buffer.stream(&lanes, &mut data[place], width, level);
                    assert_eq!(bits(&data), bits(&wanted), "{level:?} {width} {count} {offset}");
                }
            }
        }
    }
}

#[test]
fn one_row_goes_to_all_lanes() {
    let mut lanes = vec![0.0; 16];
    splat(&[1.5, -2.0], &mut lanes);
    assert_eq!(lanes, [[1.5; 8], [-2.0; 8]].concat());
}

#[test]
fn nothing_is_moved_where_nothing_is() {
    Rows::new(&[], 0).load(0..3, &mut [], Level::Scalar);
    Rows::new(&[1.0, 2.0], 2).columns(1..1).load(0..1, &mut [], Level::Scalar);
    RowsMut::new(&mut [], 0).store(&[], Level::Scalar);
    RowsMut::new(&mut [], 3).store(&[0.0; 24], Level::Scalar);
    RowBuffer::default().stream(&[], &mut [], 0, Level::Scalar);
    RowBuffer::default().stream(&[0.0; 24], &mut [], 3, Level::Scalar);
    splat(&[], &mut []);
}

#[test]
#[should_panic(expected = "row 2 of the table")]
fn a_row_outside_the_table_is_refused() {
    Rows::new(&[0.0; 6], 3).picked(&[0, 2]).load(0..2, &mut [0.0; 24], Level::detect());
}

#[test]
#[should_panic(expected = "points 0..9 in 8 lanes")]
fn more_points_than_lanes_are_refused() {
    Rows::new(&[0.0; 27], 3).load(0..9, &mut [0.0; 24], Level::detect());
}
