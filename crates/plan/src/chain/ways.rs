//! Every last step that can make a Jacobian, and what it is made of.
use crate::spans::Spans;
use crate::{Mode, Step};

/// A Jacobian to be made: that of the links `from..to`, summed over the batch when `reduced`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Target {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) reduced: bool,
}

/// A last step, and the Jacobians it needs, the earlier one first.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Way {
    pub(crate) target: Target,
    pub(crate) step: Step,
    pub(crate) operands: [Option<Target>; 2],
}

/// What plans may not do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// Most tape entries of one adjoint sweep, as published; no limit when absent.
    pub(crate) tape: Option<u128>,
    /// Most elements of a matrix made on the way.
    pub(crate) largest: Option<u128>,
    /// Which steps are wanted.
    pub(crate) steps: Steps,
}

/// Which of the equivalent ways are listed.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub(crate) enum Steps {
    #[default]
    All,
    /// Stages are formed one by one, then multiplied.
    ProductsOnly,
    /// Sweeps run through one link at a time, which leaves schedules the most freedom.
    OneLinkSweeps,
}

/// The ways of a chain under some rules.
#[derive(Clone, Debug)]
pub(crate) struct Ways<'a> {
    pub(crate) spans: &'a Spans,
    pub(crate) rules: Rules,
    /// The Jacobian that is wanted in the end.
    pub(crate) root: Target,
}

impl<'a> Ways<'a> {
    pub(crate) fn new(spans: &'a Spans, rules: Rules, reduced: bool) -> Ways<'a> {
        Ways { spans, rules, root: Target { from: 0, to: spans.length(), reduced } }
    }

    /// Whether a Jacobian is at hand without any step.
    pub(crate) fn is_free(&self, target: Target) -> bool {
        !target.reduced && self.spans.is_given(target.from, target.to)
    }

    /// Lists the ways to make a Jacobian: sweeps of the identity, then by joint from the smallest,
    /// multiplying before tangents before adjoints, then the reduction. Ties go to the first.
    pub(crate) fn of(&self, target: Target, mut visit: impl FnMut(Way)) {
        if !self.is_allowed(target) {
            return;
        }
        let Target { from, to, reduced } = target;
        if reduced {
            self.reduced(target, &mut visit);
            return;
        }
        self.accumulations(target, &mut visit);
        for at in from + 1..to {
            let [earlier, later] =
                [(from, at), (at, to)].map(|(from, to)| Some(Target { from, to, reduced: false }));
            self.joint(target, at, [earlier, later], &mut visit);
        }
    }

    /// What is made on the way may be capped, and some links never become matrices.
    fn is_allowed(&self, target: Target) -> bool {
        let Target { from, to, reduced } = target;
        let capped = target != self.root
            && self.rules.largest.is_some_and(|most| self.spans.held(from, to, reduced) > most);
        !capped && !self.spans.is_never_formed(from, to)
    }

    fn accumulations(&self, target: Target, visit: &mut impl FnMut(Way)) {
        let Target { from, to, .. } = target;
        let single = from + 1 == to;
        let wanted = match self.rules.steps {
            Steps::All => true,
            Steps::ProductsOnly => single,
            Steps::OneLinkSweeps => single || !self.spans.is_plain(from, to),
        };
        if !wanted || !self.spans.is_sweepable(from, to) {
            return;
        }
        let fits = self.fits_tape(self.spans.tape(from, to));
        for mode in [Mode::Tangent, Mode::Adjoint] {
            if mode == Mode::Tangent || fits {
                let step = Step::Accumulate { from, to, mode };
                visit(Way { target, step, operands: [None, None] });
            }
        }
    }

    fn fits_tape(&self, tape: u128) -> bool {
        self.rules.tape.is_none_or(|most| tape <= most)
    }

    fn joint(
        &self,
        target: Target,
        at: usize,
        operands: [Option<Target>; 2],
        visit: &mut impl FnMut(Way),
    ) {
        let Target { from, to, .. } = target;
        let [earlier, later] = operands;
        visit(Way { target, step: Step::Multiply { from, at, to }, operands });
        let one_link = match self.rules.steps {
            Steps::All => false,
            Steps::ProductsOnly => return,
            Steps::OneLinkSweeps => self.spans.is_dense(),
        };
        let reaches = |length: usize| length == 1 || !one_link;
        if self.spans.is_sweepable(at, to) && reaches(to - at) && !is_reduced(later) {
            let step = Step::Eliminate { from, at, to, mode: Mode::Tangent };
            visit(Way { target, step, operands: [earlier, None] });
        }
        let fits = self.fits_tape(self.spans.tape(from, at));
        if self.spans.is_sweepable(from, at) && reaches(at - from) && fits && !is_reduced(earlier) {
            let step = Step::Eliminate { from, at, to, mode: Mode::Adjoint };
            visit(Way { target, step, operands: [None, later] });
        }
    }

    /// A sum over the batch is taken last, or inside one factor when the other is shared by it.
    fn reduced(&self, target: Target, visit: &mut impl FnMut(Way)) {
        let Target { from, to, .. } = target;
        for at in from + 1..to {
            let split = |reduced: [bool; 2]| {
                [
                    Some(Target { from, to: at, reduced: reduced[0] }),
                    Some(Target { from: at, to, reduced: reduced[1] }),
                ]
            };
            if self.spans.holds_all_unshared(from, at) {
                self.joint(target, at, split([true, false]), visit);
            } else if self.spans.holds_all_unshared(at, to) {
                self.joint(target, at, split([false, true]), visit);
            }
        }
        if target == self.root || self.spans.holds_all_unshared(from, to) {
            let operand = Target { reduced: false, ..target };
            let step = Step::Reduce { from, to };
            visit(Way { target, step, operands: [Some(operand), None] });
        }
    }
}

/// A sum over the batch cannot be swept through: it belongs to no point.
fn is_reduced(target: Option<Target>) -> bool {
    target.is_some_and(|target| target.reduced)
}
