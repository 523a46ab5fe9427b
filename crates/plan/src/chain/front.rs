//! Plans of which none is better in two ways at once: value against memory, or against the path.
//!
//! For each Jacobian the set of undominated pairs is kept instead of one value. Both members grow
//! with those of the operands, so undominated pairs are made of undominated ones and the sets are
//! exact, until a set is thinned, which the certificate then says.
use super::assemble::in_order;
use super::measure::Measure;
use super::read::Choices;
use super::solve::by_length;
use super::store::Store;
use super::ways::{Target, Way, Ways};
use crate::keep;
use crate::planner::{Limits, Request, best, rules};
use crate::spans::Spans;
use crate::{Certificate, Objective, Plan, PlanError, Problem, Proof, Step};
use std::collections::HashMap;

/// One undominated way to make a Jacobian.
#[derive(Copy, Clone, Debug)]
struct Point {
    value: u128,
    against: u128,
    sweeps: u32,
    way: Way,
    /// Which points of the operands it is made of.
    picks: [u32; 2],
}

impl Point {
    /// What is at hand; its way is never taken.
    fn free(target: Target) -> Point {
        let step = Step::Evaluate { from: target.from, to: target.to, times: 0 };
        let way = Way { target, step, operands: [None, None] };
        Point { value: 0, against: 0, sweeps: 0, way, picks: [0, 0] }
    }

    fn key(&self) -> (u128, u128, u32) {
        (self.value, self.against, self.sweeps)
    }
}

/// Undominated points, value rising and the other falling.
type Points = Vec<Point>;

/// The sets of all Jacobians on the way.
pub(crate) struct Front<'a> {
    ways: Ways<'a>,
    value: Measure<'a>,
    against: Measure<'a>,
    points: Store<Points>,
    /// Whether some set had to be thinned.
    thinned: bool,
}

/// How many points a set keeps: all that occur in short chains.
fn most_points(length: usize) -> usize {
    match length {
        0..=12 => 4096,
        13..=32 => 64,
        33..=100 => 16,
        _ => 4,
    }
}

impl<'a> Front<'a> {
    /// The sets under two objectives; points whose second member passes `limit` are left out.
    pub(crate) fn new(
        ways: Ways<'a>,
        [value, against]: [&'a Objective; 2],
        limit: Option<u128>,
    ) -> Front<'a> {
        let (spans, root) = (ways.spans, ways.root);
        let [value, against] =
            [value, against].map(|objective| Measure::new(spans, objective, root));
        let points = Store::new(spans.length(), root.reduced);
        let mut front = Front { ways, value, against, points, thinned: false };
        for target in by_length(&front.ways) {
            let points = front.undominated(target, limit);
            front.points.set(target, points);
        }
        front
    }

    fn undominated(&mut self, target: Target, limit: Option<u128>) -> Points {
        if self.ways.is_free(target) {
            return vec![Point::free(target)];
        }
        let mut points = Points::new();
        self.ways.of(target, |way| self.combine(&way, limit, &mut points));
        let most = most_points(self.ways.spans.length());
        if points.len() > most {
            self.thinned = true;
            thin(&mut points, most);
        }
        points
    }

    /// Adds what a way makes of the points of its operands.
    fn combine(&self, way: &Way, limit: Option<u128>, points: &mut Points) {
        let nothing = [Point::free(way.target)];
        let [earlier, later] = way.operands.map(|operand| match operand {
            Some(operand) => self.points.get(operand).map_or(&[][..], |points| &points[..]),
            None => &nothing[..],
        });
        let sweeps = u32::from(way.step.is_sweep());
        for (i, a) in (0..).zip(earlier) {
            for (j, b) in (0..).zip(later) {
                let [values, others] = [[a.value, b.value], [a.against, b.against]];
                let floors = (self.value.floor(values), self.against.floor(others));
                if limit.is_some_and(|most| floors.1 > most) || is_beaten(points, floors) {
                    continue;
                }
                let against = self.against.value(way, others);
                if limit.is_none_or(|most| against <= most) {
                    let value = self.value.value(way, values);
                    let sweeps = a.sweeps + b.sweeps + sweeps;
                    insert(points, Point { value, against, sweeps, way: *way, picks: [i, j] });
                }
            }
        }
    }

    /// The undominated pairs of the whole chain.
    pub(crate) fn pairs(&self) -> Vec<(u128, u128)> {
        let points = self.points.get(self.ways.root).into_iter().flatten();
        points.map(|point| (point.value, point.against)).collect()
    }

    /// Whether nothing was left out but dominated points.
    pub(crate) fn is_exact(&self) -> bool {
        !self.thinned
    }

    /// The ways of a point of the whole chain.
    pub(crate) fn choices(&self, index: usize) -> Choices {
        self.chosen(index).iter().map(|point| (point.way.target, point.way)).collect()
    }

    fn chosen(&self, index: usize) -> Vec<Point> {
        let mut chosen = Vec::new();
        let mut open = vec![(self.ways.root, index)];
        while let Some((target, pick)) = open.pop() {
            let points = self.points.get(target).filter(|_| !self.ways.is_free(target));
            let Some(&point) = points.and_then(|points| points.get(pick)) else { continue };
            chosen.push(point);
            for (operand, pick) in point.way.operands.into_iter().zip(point.picks) {
                open.extend(operand.map(|operand| (operand, pick as usize)));
            }
        }
        chosen
    }

    /// The steps of a point of the whole chain.
    pub(crate) fn steps(&self, index: usize) -> Vec<Step> {
        let choices = self.choices(index);
        if *self.against.objective != Objective::Memory {
            return super::assemble::assemble(self.ways.spans, &choices, self.ways.root);
        }
        let peaks: HashMap<Target, u128> =
            self.chosen(index).iter().map(|point| (point.way.target, point.against)).collect();
        let peak = |operand: Option<Target>| operand.and_then(|o| peaks.get(&o)).copied();
        in_order(&choices, self.ways.root, |way| {
            self.against.later_first(way, way.operands.map(|operand| peak(operand).unwrap_or(0)))
        })
    }
}

/// Puts a point in its place unless it is dominated, and takes out what it dominates. Of equal
/// points the first stays.
fn insert(points: &mut Points, point: Point) {
    let at = points.partition_point(|other| other.key() <= point.key());
    if at > 0 && points[at - 1].against <= point.against {
        return;
    }
    let dominated = points[at..].iter().take_while(|other| other.against >= point.against).count();
    points.splice(at..at + dominated, [point]);
}

/// Whether a point is strictly better than all that is worth at least `floors`.
fn is_beaten(points: &Points, (value, against): (u128, u128)) -> bool {
    let at = points.partition_point(|point| point.value < value);
    at > 0 && points[at - 1].against <= against
}

/// Keeps `most` points, both ends among them, evenly along the set.
fn thin(points: &mut Points, most: usize) {
    let last = points.len() - 1;
    let kept = (0..most).map(|index| points[index * last / (most - 1)]).collect();
    *points = kept;
}

/// The best plan within a memory limit, or the one that needs least memory.
pub(crate) fn plan_in_memory(problem: &Problem, request: &Request) -> Result<Plan, PlanError> {
    let limit = request.limits.memory.map(u128::from);
    let least_memory = request.objective == Objective::Memory;
    let value = if least_memory { &Objective::Flops } else { &request.objective };
    let free = best(problem, &Request { objective: value.clone(), ..request.clone() })?;
    let fits = limit.is_none_or(|most| free.peak_memory <= most);
    if fits && !least_memory {
        return Ok(free);
    }
    let (choices, all) = keep::choices(problem, value);
    let (mut found, mut exact): (Option<Found>, bool) = (None, true);
    for spans in &choices {
        let front = front_over(problem, spans, request, value, limit);
        exact &= front.is_exact();
        let pairs = front.pairs();
        let index = if least_memory { pairs.len().checked_sub(1) } else { Some(0) };
        let Some((at, (reached, peak))) = index.and_then(|at| Some((at, *pairs.get(at)?))) else {
            continue;
        };
        let key = if least_memory { (peak, reached) } else { (reached, peak) };
        if found.as_ref().is_none_or(|found| key < found.key) {
            let steps = keep::with_evaluations(spans, front.steps(at));
            found = Some(Found { key, steps });
        }
    }
    let Some(Found { key: (reached, _), steps }) = found else {
        return Err(infeasible(problem, request, value, &choices));
    };
    let certificate = if all && (exact || least_memory) {
        Certificate::Optimal { by: Proof::ParetoProgram }
    } else if reached == free.value && !least_memory {
        Certificate::Optimal { by: Proof::BoundMet }
    } else if least_memory {
        Certificate::Gap { lower_bound: 0 }
    } else {
        Certificate::Gap { lower_bound: free.value }
    };
    let mut plan = Plan::of_steps(problem, steps, request.objective.name(), certificate)?;
    plan.value = reached;
    Ok(plan)
}

/// The best plan so far.
struct Found {
    /// What it is chosen by.
    key: (u128, u128),
    steps: Vec<Step>,
}

fn front_over<'a>(
    problem: &Problem,
    spans: &'a Spans,
    request: &Request,
    value: &'a Objective,
    limit: Option<u128>,
) -> Front<'a> {
    let ways = Ways::new(spans, rules(&request.limits), problem.spec().reduce.is_some());
    Front::new(ways, [value, &Objective::Memory], limit)
}

/// The smallest limit is the least memory that any plan takes.
fn infeasible(
    problem: &Problem,
    request: &Request,
    value: &Objective,
    choices: &[Spans],
) -> PlanError {
    let least = |spans| {
        let pairs = front_over(problem, spans, request, value, None).pairs();
        pairs.last().map(|&(_, peak)| peak)
    };
    let smallest = choices.iter().filter_map(least).min().unwrap_or(0);
    PlanError::InfeasibleMemory { limit: request.limits.memory.unwrap_or(0).into(), smallest }
}

/// Plans none of which is better than another in both of two objectives.
#[derive(Clone, Debug, PartialEq)]
pub struct ParetoFront {
    /// The plans, the first objective rising and the second falling.
    pub plans: Vec<Plan>,
    /// Whether every undominated pair of values is there; long chains keep a sample of each set,
    /// in which both ends are exact for memory and for the critical path alone.
    pub exact: bool,
}

/// The plans that are undominated under two objectives, the second of which is memory or the
/// critical path.
///
/// # Errors
/// `INFEASIBLE_MEMORY` and `INFEASIBLE_SIZE` as [`crate::plan`]; `INVALID_COST_MODEL`.
pub fn pareto_front(
    problem: &Problem,
    first: &Objective,
    second: &Objective,
    limits: &Limits,
) -> Result<ParetoFront, PlanError> {
    for objective in [first, second] {
        if let Objective::Time { model, .. } = objective {
            model.check()?;
        }
    }
    let request = Request { objective: first.clone(), limits: *limits, ..Request::default() };
    plan_in_memory(problem, &request)?;
    let ways = Ways::new(problem.spans(), rules(limits), problem.spec().reduce.is_some());
    let front = Front::new(ways, [first, second], None);
    let most = limits.memory.map(u128::from);
    // Only plans that keep every state are looked at here.
    let exact = front.is_exact() && problem.spans().states().priced().is_empty();
    let certificate = match front.pairs()[..] {
        _ if exact => Certificate::Optimal { by: Proof::ParetoProgram },
        [(least, _), ..] => Certificate::Gap { lower_bound: least },
        [] => Certificate::Gap { lower_bound: 0 },
    };
    let mut plans = Vec::new();
    for (index, (value, _)) in front.pairs().into_iter().enumerate() {
        let steps = front.steps(index);
        let mut plan = Plan::of_steps(problem, steps, first.name(), certificate)?;
        plan.value = value;
        if most.is_none_or(|most| plan.peak_memory <= most) {
            plans.push(plan);
        }
    }
    Ok(ParetoFront { plans, exact })
}
