//! Triangulations of a polygon, which are the bracketings of a chain of matrices.
//!
//! The factor between dims `i` and `i + 1` is a side, the result is the side from the first dim to
//! the last, and a triangle is a product: its cost is the product of its three corners (Hu, Shing
//! 1982).
use crate::Tree;
use std::collections::HashMap;

/// The bracketing of `length` factors whose triangulation holds `diagonals`, pairs of dims.
///
/// Diagonals may not cross; whatever they leave undivided is fanned from its smallest dim.
pub(crate) fn bracketing(dims: &[u32], diagonals: &[(usize, usize)]) -> Tree {
    let last = dims.len() - 1;
    let mut joints: HashMap<(usize, usize), usize> = HashMap::new();
    for region in regions(last, diagonals) {
        fan(dims, &region, &mut joints);
    }
    Tree::cut(last, |from, to| joints[&(from, to)])
}

/// The corners, in their order, of each region that the diagonals leave.
fn regions(last: usize, diagonals: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut arcs: Vec<(usize, usize)> = diagonals
        .iter()
        .map(|&(a, b)| (a.min(b), a.max(b)))
        .filter(|&arc| arc != (0, last))
        .collect();
    arcs.push((0, last));
    // Longer arcs first at equal starts, so that an arc comes before those below it.
    arcs.sort_unstable_by_key(|&(start, end)| (start, std::cmp::Reverse(end)));
    arcs.dedup();
    let mut regions: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
    for (start, end) in arcs {
        while let Some(&(above, _)) = open.last()
            && above <= start
        {
            close(&mut open, &mut regions);
        }
        if let Some((_, corners)) = open.last_mut() {
            let next = corners.last().map_or(0, |&corner| corner + 1);
            corners.extend(next..=start);
        }
        open.push((end, vec![start]));
    }
    while !open.is_empty() {
        close(&mut open, &mut regions);
    }
    regions
}

/// Finishes the innermost region and makes its arc a side of the one around it.
fn close(open: &mut Vec<(usize, Vec<usize>)>, regions: &mut Vec<Vec<usize>>) {
    let Some((end, mut corners)) = open.pop() else { return };
    let next = corners.last().map_or(0, |&corner| corner + 1);
    corners.extend(next..=end);
    if let Some((_, around)) = open.last_mut() {
        around.push(end);
    }
    regions.push(corners);
}

/// Cuts a region into triangles that all have its smallest corner.
fn fan(dims: &[u32], corners: &[usize], joints: &mut HashMap<(usize, usize), usize>) {
    let smallest =
        corners.iter().copied().min_by_key(|&corner| (dims[corner], corner)).unwrap_or(0);
    let (first, last) = (corners[0], corners[corners.len() - 1]);
    for pair in corners.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if b < smallest {
            joints.insert((a, smallest), b);
        } else if a > smallest {
            joints.insert((smallest, b), a);
        }
    }
    if smallest != first && smallest != last {
        joints.insert((first, last), smallest);
    }
}
