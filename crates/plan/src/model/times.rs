//! The time of every step of a problem, priced as the step is run.
use super::speed::Product;
use super::{CostModel, Speed};
use crate::spans::{Passing, Spans, passed};
use crate::{Mode, Step};
use std::cell::OnceCell;
use std::ops::Range;

/// Femtoseconds of the steps of one problem by one model.
///
/// A sweep through several links takes as long as one through each of them in turn, so it is the
/// difference of two sums, which are made once for each end that stays.
#[derive(Clone, Debug)]
pub(crate) struct Times<'a> {
    spans: &'a Spans,
    /// None for a model without speeds, which [`CostModel::check`] refuses.
    speed: Option<&'a Speed>,
    element_bytes: f64,
    /// Times of tangents and of adjoints, each for matrices of every point and for their sum: by the
    /// end that stays, those of passing all links up to each.
    sums: [Vec<OnceCell<Vec<u128>>>; 4],
}

impl<'a> Times<'a> {
    /// The times of a problem on at most `threads` threads.
    pub(crate) fn new(model: &'a CostModel, spans: &'a Spans, threads: u32) -> Times<'a> {
        Times {
            spans,
            speed: model.speed(threads),
            element_bytes: model.element_bytes.into(),
            sums: [(); 4].map(|()| vec![OnceCell::new(); spans.length() + 1]),
        }
    }

    /// Femtoseconds of a step over the whole batch; `reduced` when its result is one sum over it.
    pub(crate) fn step(&self, step: &Step, reduced: bool) -> u128 {
        let Some(speed) = self.speed else { return 0 };
        let evaluation = |cost: u128| match cost {
            0 => 0,
            cost => femtoseconds(speed.launch + cost as f64 / speed.tangents[0]),
        };
        let own = match *step {
            Step::Multiply { from, at, to } => {
                femtoseconds(self.product(speed, [from, at, to], reduced))
            }
            Step::Accumulate { from, to, mode } => {
                self.sweep(speed, step, (from, to), mode, reduced)
            }
            Step::Eliminate { from, at, to, mode } => {
                self.sweep(speed, step, passed(from, at, to, mode), mode, reduced)
            }
            Step::Reduce { from, to } => {
                let elements = self.elements(from, to, false) + self.elements(from, to, reduced);
                femtoseconds(speed.launch + self.element_bytes * elements / speed.bandwidth)
            }
            Step::Evaluate { .. } => return evaluation(self.spans.cost(step, reduced)),
        };
        own + evaluation(self.spans.cost_of_states(step))
    }

    /// Femtoseconds of making what `step` makes by sweeping through the links `start..end`.
    fn sweep(
        &self,
        speed: &Speed,
        step: &Step,
        (start, end): (usize, usize),
        mode: Mode,
        reduced: bool,
    ) -> u128 {
        let (fixed, [near, far]) = match mode {
            Mode::Tangent => (step.span().start, [start, end]),
            Mode::Adjoint => (step.span().end, [end, start]),
        };
        let table = 2 * usize::from(mode == Mode::Adjoint) + usize::from(reduced);
        let sums =
            self.sums[table][fixed].get_or_init(|| self.sums_from(speed, fixed, mode, reduced));
        sums[far.abs_diff(fixed)] - sums[near.abs_diff(fixed)]
    }

    /// Femtoseconds of sweeping the identity at a joint on and on: through no link, one, two, all.
    fn sums_from(&self, speed: &Speed, fixed: usize, mode: Mode, reduced: bool) -> Vec<u128> {
        let passed: Vec<(usize, Range<usize>)> = match mode {
            Mode::Tangent => (fixed..self.spans.length()).map(|link| (link, fixed..link)).collect(),
            Mode::Adjoint => (0..fixed).rev().map(|link| (link, link + 1..fixed)).collect(),
        };
        let mut sums = vec![0];
        for (link, before) in passed {
            let time = femtoseconds(self.through(speed, link, before, mode, reduced));
            sums.push(sums[sums.len() - 1] + time);
        }
        sums
    }

    /// Seconds of sweeping the Jacobian of the links `before` through one more link; the identity
    /// where there are none.
    fn through(
        &self,
        speed: &Speed,
        link: usize,
        before: Range<usize>,
        mode: Mode,
        reduced: bool,
    ) -> f64 {
        let first = before.is_empty();
        let at = match mode {
            Mode::Tangent => link,
            Mode::Adjoint => link + 1,
        };
        let (from, to) = (before.start.min(link), before.end.max(link + 1));
        let swept = |from: usize, to: usize, read: f64| {
            let (sweeps, copies) =
                (self.spans.sweeps(from, to, mode), self.spans.copies(from, to, reduced));
            let cost = copies * sweeps * self.spans.sweep_cost(link, link + 1, mode);
            let made = self.elements(from, to, reduced);
            speed.sweep(cost as f64, sweeps, mode, self.element_bytes * (read + made))
        };
        match self.spans.passing(link, mode) {
            Passing::Product if first => self.of_identity(speed, link, mode),
            Passing::Product => self.product(speed, [from, at, to], reduced),
            Passing::Scaling if first => swept(from, to, 0.0),
            // The diagonal is made by one sweep, whatever it scales.
            Passing::Scaling => {
                swept(link, link + 1, 0.0) + self.product(speed, [from, at, to], reduced)
            }
            Passing::Sweep => {
                let summed = reduced && self.spans.holds_all_unshared(before.start, before.end);
                let read =
                    if first { 0.0 } else { self.elements(before.start, before.end, summed) };
                swept(from, to, read)
            }
        }
    }

    /// Seconds of the product of a matrix at hand with the identity.
    fn of_identity(&self, speed: &Speed, link: usize, mode: Mode) -> f64 {
        let (spans, bytes) = (self.spans, self.element_bytes);
        let (from, to) = (link, link + 1);
        if spans.is_known(link) {
            return 0.0;
        }
        let [rows, columns] = [to, from].map(|joint| spans.width(joint));
        let (elements, matrices) = (self.elements(from, to, false), spans.copies(from, to, false));
        let at_hand = bytes * elements;
        let (inner, copies, streamed) = match mode {
            Mode::Tangent => (columns, [matrices, 1], [at_hand, 0.0, 0.0]),
            Mode::Adjoint => (rows, [1, matrices], [0.0, at_hand, 0.0]),
        };
        let traffic = 2.0 * at_hand + bytes * (inner * inner) as f64;
        if !spans.is_full(from, to) {
            let cost = matrices * inner * spans.sweep_cost(from, to, mode);
            return speed.sparse(cost as f64, traffic);
        }
        let near = bytes * (inner * inner + 2 * rows * columns) as f64;
        let (sizes, far) = ([rows, inner, columns], self.far());
        speed.product(&Product { sizes, copies, traffic, streamed, near, far })
    }

    /// Seconds of the product of the Jacobians on either side of `at`.
    fn product(&self, speed: &Speed, [from, at, to]: [usize; 3], reduced: bool) -> f64 {
        let spans = self.spans;
        let [early, late] = [(from, at), (at, to)].map(|(from, to)| {
            let summed = reduced && spans.holds_all_unshared(from, to);
            Operand {
                from,
                to,
                elements: self.elements(from, to, summed),
                copies: spans.copies(from, to, summed),
            }
        });
        if spans.is_identity(from, at) || spans.is_identity(at, to) {
            return 0.0;
        }
        let made = self.elements(from, to, reduced);
        let traffic = self.element_bytes * (early.elements + late.elements + made);
        let full = |operand: &Operand| spans.is_full(operand.from, operand.to);
        if !(full(&early) && full(&late)) {
            let cost = spans.copies(from, to, reduced) * spans.product(from, at, to);
            return speed.sparse(cost as f64, traffic);
        }
        let whole = from == 0 && to == spans.length();
        let given = |operand: &Operand| match spans.is_given(operand.from, operand.to) {
            true => self.element_bytes * operand.elements,
            false => 0.0,
        };
        // In product order the earlier links stand on the left.
        let widths = [from, at, to].map(|joint| spans.width(joint));
        let (sizes, [left, right]) = match spans.in_product_order() {
            true => (widths, [early, late]),
            false => ([widths[2], widths[1], widths[0]], [late, early]),
        };
        let streamed =
            [given(&left), given(&right), if whole { self.element_bytes * made } else { 0.0 }];
        let [m, k, n] = sizes;
        let near = self.element_bytes * (m * k + k * n + m * n) as f64;
        let (copies, far) = ([left.copies, right.copies], self.far());
        speed.product(&Product { sizes, copies, traffic, streamed, near, far })
    }

    /// Bytes of all that is given, and of the Jacobian that is wanted.
    fn far(&self) -> f64 {
        let wanted = self.elements(0, self.spans.length(), false);
        self.element_bytes * (self.spans.given_elements() + wanted)
    }

    fn elements(&self, from: usize, to: usize, reduced: bool) -> f64 {
        (self.spans.entries(from, to) * self.spans.copies(from, to, reduced)) as f64
    }
}

/// A factor of a product, over the batch.
struct Operand {
    from: usize,
    to: usize,
    elements: f64,
    copies: u128,
}

/// Rounded, and at most 2^90, so that sums of many still fit.
fn femtoseconds(seconds: f64) -> u128 {
    ((seconds * 1e15).round() as u128).min(1 << 90)
}
