//! The k best plans, not only one: candidates for timing.
//!
//! Each Jacobian keeps its k best ways. Those ending in tangents and in adjoints are kept apart from
//! the rest, so that a sweep is never cut in two where one long sweep does the same.
use super::assemble::assemble;
use super::measure::Measure;
use super::read::Choices;
use super::solve::by_length;
use super::store::Store;
use super::ways::{Target, Way, Ways};
use crate::planner::{Request, rules};
use crate::spans::{Passing, passed};
use crate::{Certificate, Limits, Mode, Objective, Plan, PlanError, Problem, Proof, Step};

/// The most plans that are listed.
pub const MOST_PLANS: usize = 1000;

/// One way to make a Jacobian, and which entries of its operands it is made of.
#[derive(Copy, Clone)]
struct Entry {
    value: u128,
    way: Way,
    picks: [usize; 2],
}

/// The `k` best plans under an objective, best first; fewer when there are no more, or when a memory
/// limit leaves fewer of them. O(q^3 k log k).
///
/// # Errors
/// `TOO_LARGE` for more than [`MOST_PLANS`]; `INVALID_COST_MODEL`; as [`crate::plan`] when no plan
/// keeps the limits.
pub fn best_plans(problem: &Problem, request: &Request, k: usize) -> Result<Vec<Plan>, PlanError> {
    if k > MOST_PLANS {
        return Err(PlanError::TooLarge { field: "k", limit: MOST_PLANS, got: k });
    }
    let best = crate::plan(problem, request)?;
    let ways = Ways::new(problem.spans(), rules(&request.limits), problem.spec().reduce.is_some());
    let measure = Measure::new(ways.spans, &request.objective, ways.root);
    let q = problem.length();
    // What all points share is swept once: cutting a sweep behind it may pay.
    let alike = ways.spans.is_plain(0, q) && ways.spans.shares_all_or_nothing();
    let cuts_sweeps = !alike || request.limits != Limits::default();
    let entries = Store::new(q, ways.root.reduced);
    // Other objectives, and limits, look at what is made on the way.
    let adds_up = matches!(request.objective, Objective::Flops | Objective::Time { .. });
    let long_ones_too = adds_up && request.limits == Limits::default();
    let mut list = Ranking { ways, measure, k, cuts_sweeps, long_ones_too, entries };
    list.fill();
    let within = |plan: &Plan| request.limits.memory.is_none_or(|m| plan.peak_memory <= m.into());
    let mut plans = list.plans(problem, &request.objective)?;
    plans.retain(within);
    if let (Some(first), true) = (plans.first_mut(), best.is_optimal()) {
        first.certificate = best.certificate;
    }
    if plans.is_empty() && k > 0 {
        plans.push(best);
    }
    Ok(plans)
}

struct Ranking<'a> {
    ways: Ways<'a>,
    measure: Measure<'a>,
    k: usize,
    /// Whether two sweeps after another may differ from one long one.
    cuts_sweeps: bool,
    /// Whether products are as good as a sweep past several matrices at hand.
    long_ones_too: bool,
    entries: Store<Vec<Entry>>,
}

impl Ranking<'_> {
    fn fill(&mut self) {
        for target in by_length(&self.ways) {
            let mut found = Vec::new();
            if !self.ways.is_free(target) {
                self.ways.of(target, |way| {
                    if !self.is_listed_as_products(&way.step) {
                        self.combine(&way, &mut found);
                    }
                });
            }
            // The sort is stable: of equal plans the one listed first comes first.
            found.sort_by_key(|entry| entry.value);
            let best = self.best_of_each_kind(found);
            self.entries.set(target, best);
        }
    }

    /// Whether a sweep is no other plan than the products with the matrices at hand that it passes.
    fn is_listed_as_products(&self, step: &Step) -> bool {
        let Step::Eliminate { from, at, to, mode } = *step else { return false };
        let (start, end) = passed(from, at, to, mode);
        let spans = self.ways.spans;
        (self.long_ones_too || end - start == 1)
            && (start..end).all(|link| spans.passing(link, mode) == Passing::Product)
    }

    /// Of sorted operands, the pair of the i-th and the j-th is never among the k best when more
    /// than k pairs come before it.
    fn combine(&self, way: &Way, found: &mut Vec<Entry>) {
        let [earlier, later] = way.operands.map(|operand| self.operand(operand, &way.step));
        for (i, a) in earlier.iter().enumerate() {
            for b in later.iter().take(self.k / (i + 1)) {
                let value = self.measure.value(way, [a.0, b.0]);
                found.push(Entry { value, way: *way, picks: [a.1, b.1] });
            }
        }
    }

    /// Values and places of the entries of an operand that a step may be built on, best first.
    fn operand(&self, operand: Option<Target>, step: &Step) -> Vec<(u128, usize)> {
        match operand {
            Some(operand) if !self.ways.is_free(operand) => {
                let fits = |entry: &Entry| {
                    let mode = sweep(step);
                    self.cuts_sweeps || mode.is_none() || sweep(&entry.way.step) != mode
                };
                let entries = self.entries.get(operand).into_iter().flatten().enumerate();
                entries.filter(|(_, entry)| fits(entry)).map(|(at, e)| (e.value, at)).collect()
            }
            _ => vec![(0, 0)],
        }
    }

    fn best_of_each_kind(&self, sorted: Vec<Entry>) -> Vec<Entry> {
        let mut counts = [0; 3];
        let kept = sorted.into_iter().filter(|entry| {
            let kind = match sweep(&entry.way.step) {
                None => 0,
                Some(Mode::Tangent) => 1,
                Some(Mode::Adjoint) => 2,
            };
            counts[kind] += 1;
            counts[kind] <= self.k
        });
        kept.collect()
    }

    fn plans(&self, problem: &Problem, objective: &Objective) -> Result<Vec<Plan>, PlanError> {
        let root = self.ways.root;
        if self.ways.is_free(root) {
            return Ok(Vec::new());
        }
        let Some(entries) = self.entries.get(root) else { return Ok(Vec::new()) };
        let least = entries.first().map_or(0, |entry| entry.value);
        let plan = |(pick, entry): (usize, &Entry)| {
            let certificate = if entry.value == least {
                Certificate::Optimal { by: Proof::IntervalProgram }
            } else {
                Certificate::Gap { lower_bound: least }
            };
            let steps = assemble(problem.spans(), &self.choices(root, pick), root);
            let mut plan = Plan::of_steps(problem, steps, objective.name(), certificate)?;
            plan.value = entry.value;
            Ok(plan)
        };
        entries.iter().take(self.k).enumerate().map(plan).collect()
    }

    fn choices(&self, root: Target, pick: usize) -> Choices {
        let mut choices = Choices::new();
        let mut open = vec![(root, pick)];
        while let Some((target, pick)) = open.pop() {
            // What is at hand has no entry.
            let entries = self.entries.get(target);
            let Some(entry) = entries.and_then(|all| all.get(pick)) else { continue };
            choices.insert(target, entry.way);
            for (operand, pick) in entry.way.operands.into_iter().zip(entry.picks) {
                open.extend(operand.map(|operand| (operand, pick)));
            }
        }
        choices
    }
}

fn sweep(step: &Step) -> Option<Mode> {
    match *step {
        Step::Accumulate { mode, .. } | Step::Eliminate { mode, .. } => Some(mode),
        Step::Multiply { .. } | Step::Reduce { .. } | Step::Evaluate { .. } => None,
    }
}
