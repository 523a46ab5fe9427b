//! Plans for a bracketing that the user names, and all bracketings of short chains.
use crate::chain::assemble::assemble;
use crate::chain::measure::Measure;
use crate::chain::read::Choices;
use crate::chain::ways::{Rules, Target, Way, Ways};
use crate::tree::Pair;
use crate::{Certificate, Mode, Objective, Plan, PlanError, Problem, Proof, Step, Tree};
use std::collections::HashMap;

/// The longest chain of which all bracketings are listed: there are 16,796.
pub const MOST_BRACKETED: usize = 11;

/// The cheapest plan that joins links in the order `tree` says.
///
/// The modes are free: a pair whose later member is one link may be a tangent sweep through it, one
/// whose earlier member is one link an adjoint sweep, and runs of such pairs one long sweep.
///
/// # Errors
/// `NOT_A_BRACKETING`; `NEVER_FORMED` when the bracketing wants the Jacobian of a link that is only
/// swept.
pub fn plan_of_bracketing(problem: &Problem, tree: &Tree) -> Result<Plan, PlanError> {
    let pairs = tree.pairs(problem.length())?;
    let reduced = problem.spec().reduce.is_some();
    let ways = Ways::new(problem.spans(), Rules::default(), reduced);
    let objective = Objective::Flops;
    let measure = Measure::new(ways.spans, &objective, ways.root);
    let mut follow = Follow { measure, best: HashMap::new(), joints: HashMap::new(), ways: &ways };
    (0..problem.length()).for_each(|link| follow.solve(link, link + 1, None));
    pairs.iter().for_each(|pair| follow.solve(pair.from, pair.to, Some(pair)));
    let Some(&(value, _, _)) = follow.best.get(&ways.root) else {
        return Err(PlanError::NeverFormed { link: follow.unformed(&pairs) });
    };
    let choices: Choices =
        follow.best.iter().filter_map(|(&target, &(_, _, way))| Some((target, way?))).collect();
    let steps = assemble(problem.spans(), &choices, ways.root);
    let certificate = Certificate::Optimal { by: Proof::IntervalProgram };
    let mut plan = Plan::of_steps(problem, steps, "flops of the bracketing", certificate)?;
    plan.value = value;
    Ok(plan)
}

/// Every bracketing of a short chain, each with its cheapest plan, in a fixed order.
///
/// # Errors
/// `TOO_LARGE` for more than [`MOST_BRACKETED`] links. Bracketings that want the Jacobian of a link
/// that is only swept are left out.
pub fn bracketings(problem: &Problem) -> Result<Vec<(Tree, Plan)>, PlanError> {
    let got = problem.length();
    if got > MOST_BRACKETED {
        return Err(PlanError::TooLarge { field: "links", limit: MOST_BRACKETED, got });
    }
    let mut all = Vec::new();
    for tree in trees(0, got) {
        match plan_of_bracketing(problem, &tree) {
            Ok(plan) => all.push((tree, plan)),
            Err(PlanError::NeverFormed { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// All bracketings of the links `from..to`, by their outermost joint from the smallest.
fn trees(from: usize, to: usize) -> Vec<Tree> {
    if from + 1 == to {
        return vec![Tree::leaf(from)];
    }
    let mut all = Vec::new();
    for at in from + 1..to {
        let (earlier, later) = (trees(from, at), trees(at, to));
        for first in &earlier {
            all.extend(later.iter().map(|second| Tree::pair(first.clone(), second)));
        }
    }
    all
}

/// The steps that multiply given factors in the order `tree` says.
pub(crate) fn products(problem: &Problem, tree: &Tree) -> Result<Vec<Step>, PlanError> {
    let mut choices = Choices::new();
    for Pair { from, at, to } in tree.pairs(problem.length())? {
        let operand = |from, to| Some(Target { from, to, reduced: false });
        let step = Step::Multiply { from, at, to };
        let target = Target { from, to, reduced: false };
        choices
            .insert(target, Way { target, step, operands: [operand(from, at), operand(at, to)] });
    }
    let root = Target { from: 0, to: problem.length(), reduced: false };
    Ok(assemble(problem.spans(), &choices, root))
}

/// The best ways along one bracketing.
struct Follow<'a> {
    ways: &'a Ways<'a>,
    measure: Measure<'a>,
    /// Value, sweeps, and the way; none for what is at hand.
    best: HashMap<Target, (u128, usize, Option<Way>)>,
    joints: HashMap<(usize, usize), usize>,
}

impl Follow<'_> {
    fn solve(&mut self, from: usize, to: usize, pair: Option<&Pair>) {
        if let Some(pair) = pair {
            self.joints.insert((from, to), pair.at);
        }
        for reduced in [false, true] {
            let target = Target { from, to, reduced };
            if self.ways.is_free(target) {
                self.best.insert(target, (0, 0, None));
            } else if !reduced || self.ways.root.reduced {
                self.choose(target);
            }
        }
    }

    fn choose(&mut self, target: Target) {
        let mut best: Option<(u128, usize, Option<Way>)> = None;
        self.ways.of(target, |way| {
            let follows = self.follows(&way.step);
            let Some((value, sweeps)) = self.value(&way).filter(|_| follows) else { return };
            if best.is_none_or(|(least, fewest, _)| (value, sweeps) < (least, fewest)) {
                best = Some((value, sweeps, Some(way)));
            }
        });
        if let Some(best) = best {
            self.best.insert(target, best);
        }
    }

    fn value(&self, way: &Way) -> Option<(u128, usize)> {
        let mut values = [0; 2];
        let mut sweeps = usize::from(way.step.is_sweep());
        for (value, operand) in values.iter_mut().zip(way.operands) {
            if let Some(operand) = operand {
                let &(below, more, _) = self.best.get(&operand)?;
                *value = below;
                sweeps += more;
            }
        }
        Some((self.measure.value(way, values), sweeps))
    }

    /// Whether a step joins links in the order of the bracketing.
    fn follows(&self, step: &Step) -> bool {
        match *step {
            Step::Multiply { from, at, to } => self.joints.get(&(from, to)) == Some(&at),
            Step::Accumulate { from, to, mode: Mode::Tangent } => self.runs_on(from, from + 1, to),
            Step::Eliminate { from, at, to, mode: Mode::Tangent } => self.runs_on(from, at, to),
            Step::Accumulate { from, to, mode: Mode::Adjoint } => self.runs_back(from, to - 1, to),
            Step::Eliminate { from, at, to, mode: Mode::Adjoint } => self.runs_back(from, at, to),
            Step::Reduce { .. } => true,
            Step::Evaluate { .. } => false,
        }
    }

    /// Whether the bracketing adds the links `at..to` to those before them one by one.
    fn runs_on(&self, from: usize, at: usize, to: usize) -> bool {
        (at + 1..=to).all(|end| self.joints.get(&(from, end)) == Some(&(end - 1)))
    }

    fn runs_back(&self, from: usize, at: usize, to: usize) -> bool {
        (from..at).all(|start| self.joints.get(&(start, to)) == Some(&(start + 1)))
    }

    /// A link that the bracketing wants as a matrix, though it never is one.
    fn unformed(&self, pairs: &[Pair]) -> usize {
        let missing = |from, to| !self.best.contains_key(&Target { from, to, reduced: false });
        let of_pair = |pair: &Pair| {
            [(pair.from, pair.at), (pair.at, pair.to)]
                .into_iter()
                .find(|&(from, to)| from + 1 == to && missing(from, to))
                .map(|(from, _)| from)
        };
        pairs.iter().find_map(of_pair).unwrap_or(0)
    }
}
