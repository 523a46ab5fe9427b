//! What is known of every span of links before any order is chosen.
//!
//! Shape, sharing, pattern and colors of a product depend on its span alone, so they are worked out
//! once; prefix sums answer what sweeps through a span cost. Dense chains need no table at all.
mod passing;
mod shape;
mod steps;

use crate::form::multiply_adds;
use crate::link::Link;
use crate::states::States;
use crate::{Jacobian, Mode, PlanError, Reduce};
pub(crate) use passing::Passing;
use shape::{Shape, shapes};
pub(crate) use steps::passed;

/// Facts about the spans of a chain of links.
#[derive(Clone, Debug)]
pub(crate) struct Spans {
    widths: Vec<u32>,
    batch: u128,
    tangent: Vec<u128>,
    adjoint: Vec<u128>,
    tape: Vec<u128>,
    evaluation: Vec<u128>,
    unshared: Vec<usize>,
    /// The first link that differs from point to point, and the end of the last one.
    unshared_ends: Option<(usize, usize)>,
    unsweepable: Vec<usize>,
    given: Vec<bool>,
    /// Elements of all Jacobians that are given, over the batch.
    given_elements: f64,
    swept: Vec<bool>,
    /// How tangents and adjoints get through each link.
    passing: Vec<[Passing; 2]>,
    /// Links that are known without any number.
    known: Vec<bool>,
    in_product_order: bool,
    /// The mean over points that are all alike takes no arithmetic.
    mean: bool,
    states: States,
    /// Only where some link is not dense.
    shapes: Option<Vec<Shape>>,
}

impl Spans {
    pub(crate) fn new(
        links: &[Link],
        batch: u32,
        reduce: Option<Reduce>,
    ) -> Result<Spans, PlanError> {
        let count = |is: fn(&Link) -> bool| prefix(links.iter().map(|link| usize::from(is(link))));
        let sum = |of: fn(&Link) -> u64| prefix(links.iter().map(|link| u128::from(of(link))));
        let points = u128::from(batch);
        let evaluated = |link: &Link| u128::from(link.evaluation) * points;
        let first = links.first().map(|link| link.inputs);
        Ok(Spans {
            widths: first.into_iter().chain(links.iter().map(|link| link.outputs)).collect(),
            batch: points,
            tangent: sum(|link| link.tangent),
            adjoint: sum(|link| link.adjoint),
            tape: sum(|link| link.tape),
            evaluation: prefix(links.iter().map(evaluated)),
            unshared: count(|link| !link.shared),
            unshared_ends: links.iter().position(|link| !link.shared).map(|first| {
                (first, links.iter().rposition(|link| !link.shared).map_or(first, |last| last + 1))
            }),
            unsweepable: count(|link| !link.sweepable),
            given: links.iter().map(|link| link.jacobian == Jacobian::Given).collect(),
            given_elements: links.iter().map(|link| given_elements(link, batch)).sum(),
            swept: links.iter().map(|link| link.jacobian == Jacobian::Swept).collect(),
            passing: links.iter().map(Passing::of).collect(),
            known: links.iter().map(|link| link.form.is_known()).collect(),
            in_product_order: false,
            states: States::new(links.iter().map(|link| link.state).collect()),
            mean: reduce == Some(Reduce::Mean),
            shapes: shapes(links)?,
        })
    }

    /// The same spans of links that are factors counted from the left of a product.
    pub(crate) fn of_product(self) -> Spans {
        Spans { in_product_order: true, ..self }
    }

    /// Whether links are factors counted from the left of a product, not stages as applied.
    pub(crate) fn in_product_order(&self) -> bool {
        self.in_product_order
    }

    /// How sweeps get through a link.
    pub(crate) fn passing(&self, link: usize, mode: Mode) -> Passing {
        self.passing[link][usize::from(mode == Mode::Adjoint)]
    }

    /// Whether a link is the identity or a selection.
    pub(crate) fn is_known(&self, link: usize) -> bool {
        self.known[link]
    }

    /// Whether the Jacobian of a span has a number in every place.
    pub(crate) fn is_full(&self, from: usize, to: usize) -> bool {
        self.shape(from, to).is_none_or(|shape| shape.is_full)
    }

    /// Whether the Jacobian of a span is known to be the identity.
    pub(crate) fn is_identity(&self, from: usize, to: usize) -> bool {
        self.shape(from, to).is_some_and(|shape| shape.is_identity)
    }

    /// The same spans with other states kept.
    pub(crate) fn with(&self, states: States) -> Spans {
        Spans { states, ..self.clone() }
    }

    /// The states that sweeps start from.
    pub(crate) fn states(&self) -> &States {
        &self.states
    }

    /// The number of links.
    pub(crate) fn length(&self) -> usize {
        self.given.len()
    }

    /// The width before link `at`.
    pub(crate) fn width(&self, at: usize) -> u128 {
        self.widths[at].into()
    }

    /// Whether no link has a structure.
    pub(crate) fn is_dense(&self) -> bool {
        self.shapes.is_none()
    }

    /// Whether no structure and no link that is only swept tells one way of sweeping from another.
    pub(crate) fn is_plain(&self, from: usize, to: usize) -> bool {
        self.is_dense() && !self.swept[from..to].contains(&true)
    }

    /// Whether every Jacobian is made equally often.
    pub(crate) fn shares_all_or_nothing(&self) -> bool {
        let unshared = self.unshared[self.length()];
        unshared == 0 || unshared == self.length() || self.batch == 1
    }

    /// More multiply-adds than any plan without structure costs at one point.
    pub(crate) fn bound(&self) -> u128 {
        let q = self.length();
        let widest = u128::from(self.widths.iter().copied().max().unwrap_or(0));
        let sweeps = self.tangent[q].saturating_add(self.adjoint[q]);
        let step = widest.saturating_pow(3).saturating_add(widest.saturating_mul(sweeps));
        step.saturating_mul(2 * q as u128 + 2)
    }

    /// Whether all points have the same Jacobian of the span.
    pub(crate) fn is_shared(&self, from: usize, to: usize) -> bool {
        self.unshared[from] == self.unshared[to]
    }

    /// How many matrices the Jacobian of a span is, over the batch.
    pub(crate) fn copies(&self, from: usize, to: usize, reduced: bool) -> u128 {
        if reduced || self.is_shared(from, to) { 1 } else { self.batch }
    }

    /// Whether tangents and adjoints can run through all of the span.
    pub(crate) fn is_sweepable(&self, from: usize, to: usize) -> bool {
        self.unsweepable[from] == self.unsweepable[to]
    }

    /// Whether the Jacobian of the span is at hand.
    pub(crate) fn is_given(&self, from: usize, to: usize) -> bool {
        from + 1 == to && self.given[from]
    }

    /// Elements of all Jacobians that are given, over the batch.
    pub(crate) fn given_elements(&self) -> f64 {
        self.given_elements
    }

    /// Whether the span is one link that never becomes a matrix, though the whole chain does.
    pub(crate) fn is_never_formed(&self, from: usize, to: usize) -> bool {
        from + 1 == to && self.swept[from] && self.length() > 1
    }

    /// Numbers in the Jacobian of a span at one point.
    pub(crate) fn entries(&self, from: usize, to: usize) -> u128 {
        match self.shape(from, to) {
            Some(shape) => shape.stored,
            None => self.width(from) * self.width(to),
        }
    }

    /// Elements of memory that a Jacobian takes while it lives; none when it was given.
    pub(crate) fn held(&self, from: usize, to: usize, reduced: bool) -> u128 {
        if self.is_given(from, to) && !reduced {
            return 0;
        }
        self.entries(from, to) * self.copies(from, to, reduced)
    }

    /// Sweeps that show the Jacobian of a span.
    pub(crate) fn sweeps(&self, from: usize, to: usize, mode: Mode) -> u128 {
        match (self.shape(from, to), mode) {
            (Some(shape), Mode::Tangent) => shape.tangents.into(),
            (Some(shape), Mode::Adjoint) => shape.adjoints.into(),
            (None, Mode::Tangent) => self.width(from),
            (None, Mode::Adjoint) => self.width(to),
        }
    }

    /// Multiply-adds of one sweep through a span at one point.
    pub(crate) fn sweep_cost(&self, from: usize, to: usize, mode: Mode) -> u128 {
        let before = match mode {
            Mode::Tangent => &self.tangent,
            Mode::Adjoint => &self.adjoint,
        };
        before[to] - before[from]
    }

    /// Tape entries of a span at one point.
    pub(crate) fn tape(&self, from: usize, to: usize) -> u128 {
        self.tape[to] - self.tape[from]
    }

    /// The longest tape of one link in a span, at one point.
    pub(crate) fn longest_tape(&self, from: usize, to: usize) -> u128 {
        (from..to).map(|link| self.tape(link, link + 1)).max().unwrap_or(0)
    }

    /// Multiply-adds of the product of the Jacobians on either side of `at`, at one point.
    pub(crate) fn product(&self, from: usize, at: usize, to: usize) -> u128 {
        match (self.shape(from, at), self.shape(at, to)) {
            (Some(earlier), Some(later)) => multiply_adds(&later.profile, &earlier.profile),
            _ => self.width(from) * self.width(at) * self.width(to),
        }
    }

    /// Whether every link that differs from point to point lies in the span.
    pub(crate) fn holds_all_unshared(&self, from: usize, to: usize) -> bool {
        match self.unshared_ends {
            Some((first, last)) => from <= first && last <= to,
            None => false,
        }
    }

    fn shape(&self, from: usize, to: usize) -> Option<&Shape> {
        self.shapes.as_ref().map(|shapes| &shapes[index(self.length(), from, to)])
    }
}

/// Where a span stands in a table of all spans of `length` links, by start and then by end.
pub(crate) fn index(length: usize, from: usize, to: usize) -> usize {
    from * (2 * length + 1 - from) / 2 + (to - from - 1)
}

fn prefix<T: Copy + Default + std::ops::Add<Output = T>>(terms: impl Iterator<Item = T>) -> Vec<T> {
    let mut sums = vec![T::default()];
    for term in terms {
        sums.push(sums[sums.len() - 1] + term);
    }
    sums
}

fn given_elements(link: &Link, batch: u32) -> f64 {
    if link.jacobian != Jacobian::Given {
        return 0.0;
    }
    link.form.stored() as f64 * if link.shared { 1.0 } else { f64::from(batch) }
}
