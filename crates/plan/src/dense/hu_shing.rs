//! The best order of multiplying given matrices in O(q log q).
//!
//! Hu and Shing 1982 and 1984 (SIAM J. Comput. 11:362-373, 13:228-251), with the gap in their proof
//! closed by Schwartz and Weiss 2019. Matrices are the sides of a polygon with the dims at its
//! corners. All diagonals that an optimum can hold, apart from fans, form a tree; each is kept or
//! dissolved into the fan above it by comparing weights below which that pays.
use super::chin::dims;
use super::fan::bracketing;
use crate::{Certificate, Plan, PlanError, Problem, Proof, bracketing as bracket};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// An optimal bracketing of a chain of given dense matrices.
pub(crate) fn hu_shing(problem: &Problem) -> Result<Plan, PlanError> {
    let dims = dims(problem);
    let tree = bracketing(&dims, &diagonals(&dims));
    let steps = bracket::products(problem, &tree)?;
    let certificate = Certificate::Optimal { by: Proof::HuShing };
    Plan::of_steps(problem, steps, "flops", certificate)
}

/// The diagonals of an optimum that are no part of a fan.
fn diagonals(dims: &[u32]) -> Vec<(usize, usize)> {
    let n = dims.len();
    let smallest = (0..n).min_by_key(|&at| (dims[at], at)).unwrap_or(0);
    if dims[smallest] == 0 || n < 4 {
        // An empty matrix in the middle of everything makes every product free.
        return Vec::new();
    }
    // Corners are turned so that the smallest is first, and stands once more at the end.
    let turned: Vec<i128> = (0..=n).map(|at| dims[(smallest + at) % n].into()).collect();
    let kept = Polygon::new(turned).kept();
    kept.into_iter().map(|(a, b)| ((a + smallest) % n, (b + smallest) % n)).collect()
}

/// A diagonal that an optimum may hold.
#[derive(Copy, Clone, Debug)]
struct Arc {
    index: usize,
    start: usize,
    end: usize,
    /// The smaller of its two dims.
    low: i128,
    /// Their product.
    product: i128,
    /// The weight below which it is kept is `gain / slope`.
    gain: i128,
    slope: i128,
}

struct Polygon {
    w: Vec<i128>,
    /// Sums of products of neighbours.
    sides: Vec<i128>,
    /// Arcs that are kept so far, by corner, the outermost last.
    at: Vec<Vec<Arc>>,
    /// Arcs that are kept or dissolved together with another, by the index of that one.
    bound: Vec<Vec<Arc>>,
}

impl Polygon {
    fn new(w: Vec<i128>) -> Polygon {
        let mut sides = vec![0];
        for pair in w.windows(2) {
            sides.push(sides[sides.len() - 1] + pair[0] * pair[1]);
        }
        let at = vec![Vec::new(); w.len()];
        Polygon { w, sides, at, bound: Vec::new() }
    }

    /// Visits the arcs, those below before those above, and returns the ones that stay.
    fn kept(mut self) -> Vec<(usize, usize)> {
        let last = self.w.len() - 1;
        let mut arcs = self.candidates();
        arcs.push((0, last));
        let mut groups: Vec<Group> = Vec::new();
        for (start, end) in arcs {
            let first =
                groups.iter().rposition(|group| group.start < start).map_or(0, |index| index + 1);
            let below: Vec<Group> = groups.drain(first..).collect();
            let group = self.settle(start, end, below);
            groups.push(group);
        }
        let mut open: Vec<Arc> =
            groups.into_iter().flat_map(|group| group.kept).map(|Ranked(arc)| arc).collect();
        let mut kept = Vec::new();
        while let Some(arc) = open.pop() {
            kept.push((arc.start, arc.end));
            open.append(&mut self.bound[arc.index]);
        }
        kept.retain(|&arc| arc != (0, last));
        kept
    }

    /// One pass with a stack finds every arc that can matter, inner ones first. Arcs at the smallest
    /// corner are left to its fan.
    fn candidates(&self) -> Vec<(usize, usize)> {
        let mut arcs = Vec::new();
        let mut stack: Vec<usize> = Vec::new();
        for next in 0..self.w.len() - 1 {
            while let [.., under, top] = stack[..]
                && self.w[top] > self.w[next]
            {
                arcs.push((under, next));
                stack.pop();
            }
            stack.push(next);
        }
        arcs.retain(|&(start, _)| start != 0);
        arcs
    }

    /// Decides an arc against those below it.
    fn settle(&mut self, start: usize, end: usize, below: Vec<Group>) -> Group {
        let product = self.w[start] * self.w[end];
        let sides = self.sides[end] - self.sides[start] - product;
        let low = self.w[start].min(self.w[end]);
        let slope = sides - below.iter().map(|group| group.sides).sum::<i128>();
        let index = self.bound.len();
        self.bound.push(Vec::new());
        let mut arc = Arc { index, start, end, low, product, gain: 0, slope };
        arc.gain = self.gain(&arc);
        let mut kept = merge(below);
        while let Some(&Ranked(top)) = kept.peek()
            && (top.gain, top.slope).at_least((low, 1))
        {
            self.dissolve(&mut kept);
            arc.slope += top.slope;
            arc.gain = self.gain(&arc);
        }
        while let Some(&Ranked(top)) = kept.peek()
            && (top.gain, top.slope).at_least((arc.gain, arc.slope))
        {
            self.dissolve(&mut kept);
            self.bound[index].push(top);
            arc.slope += top.slope;
            arc.gain += top.gain;
        }
        kept.push(Ranked(arc));
        self.at[start].push(arc);
        self.at[end].push(arc);
        Group { start, sides, kept }
    }

    /// Takes the arc of the largest weight out.
    fn dissolve(&mut self, kept: &mut BinaryHeap<Ranked>) {
        if let Some(Ranked(arc)) = kept.pop() {
            self.at[arc.start].pop();
            self.at[arc.end].pop();
        }
    }

    /// What the fan below an arc costs.
    fn gain(&self, arc: &Arc) -> i128 {
        arc.low * (arc.slope + arc.product - self.least_neighbour(arc))
    }

    /// The product of the smaller corner with the next one of the region below the arc.
    fn least_neighbour(&self, arc: &Arc) -> i128 {
        let last = self.w.len() - 1;
        if (arc.start, arc.end) == (0, last) {
            return self.w[0] * (self.w[1] + self.w[last - 1]);
        }
        let (corner, next) = if self.w[arc.start] == arc.low {
            (arc.start, arc.start + 1)
        } else {
            (arc.end, arc.end - 1)
        };
        let inside = |other: &&Arc| arc.start <= other.start && other.end <= arc.end;
        let kept = self.at[corner].last().filter(inside);
        kept.map_or(self.w[corner] * self.w[next], |other| other.product)
    }
}

/// The arcs kept below an arc, itself among them.
struct Group {
    start: usize,
    /// The products along the sides below the arc, less its own.
    sides: i128,
    kept: BinaryHeap<Ranked>,
}

/// The smaller heaps are poured into the largest, so that each arc moves O(log q) times.
fn merge(below: Vec<Group>) -> BinaryHeap<Ranked> {
    let mut heaps: Vec<BinaryHeap<Ranked>> = below.into_iter().map(|group| group.kept).collect();
    let Some(largest) = (0..heaps.len()).max_by_key(|&index| heaps[index].len()) else {
        return BinaryHeap::new();
    };
    let mut all = heaps.swap_remove(largest);
    heaps.into_iter().for_each(|heap| all.extend(heap));
    all
}

/// Arcs ranked by the weight below which they are kept; of equal ones the outer one first.
struct Ranked(Arc);

impl Ord for Ranked {
    fn cmp(&self, other: &Ranked) -> Ordering {
        let (a, b) = (&self.0, &other.0);
        compare((a.gain, a.slope), (b.gain, b.slope))
            .then((a.end - a.start).cmp(&(b.end - b.start)))
            .then(b.start.cmp(&a.start))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Ranked) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Ranked) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

trait Fraction {
    fn at_least(self, other: Self) -> bool;
}

impl Fraction for (i128, i128) {
    fn at_least(self, other: (i128, i128)) -> bool {
        compare(self, other) != Ordering::Less
    }
}

/// Compares fractions of positive denominators by their continued fractions, so nothing overflows.
fn compare((a, b): (i128, i128), (c, d): (i128, i128)) -> Ordering {
    let (mut left, mut right) = ((a, b), (c, d));
    let mut turned = false;
    loop {
        let (whole_left, whole_right) = (left.0.div_euclid(left.1), right.0.div_euclid(right.1));
        let (rest_left, rest_right) = (left.0.rem_euclid(left.1), right.0.rem_euclid(right.1));
        let order = match whole_left.cmp(&whole_right) {
            Ordering::Equal if rest_left == 0 || rest_right == 0 => rest_left.cmp(&rest_right),
            Ordering::Equal => {
                (left, right) = ((left.1, rest_left), (right.1, rest_right));
                turned = !turned;
                continue;
            }
            other => other,
        };
        return if turned { order.reverse() } else { order };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_compare_as_their_cross_products() {
        for a in -7..7_i128 {
            for b in 1..7 {
                for c in -7..7 {
                    for d in 1..7 {
                        assert_eq!(
                            compare((a, b), (c, d)),
                            (a * d).cmp(&(c * b)),
                            "{a}/{b} {c}/{d}"
                        );
                    }
                }
            }
        }
    }
}
