//! Finds which steps to run on several machines, and when.
//!
//! Maertens and Naumann (2025, arXiv:2505.06056) schedule inside one interval program, which cannot
//! see how two halves fit together. Here whole plans are tried: first those undominated in work and
//! critical path, then, by branch and bound over all plans, every one whose work and path leave room
//! for a shorter schedule; each is scheduled exactly. Short chains are so solved to the end.
use super::jobs::Jobs;
use super::list::{Times, by_level, deal, shortest};
use crate::chain::front::Front;
use crate::chain::solve::Table;
use crate::chain::ways::{Rules, Steps, Target, Way, Ways};
use crate::planner::Solved;
use crate::{Certificate, Objective, Plan, PlanError, Problem, Proof};

/// Branches that a search may try unless told otherwise: some seconds at most.
pub const DEFAULT_BRANCHES: u64 = 3_000_000;

/// A plan for `machines` identical machines that each run one step at a time, with its schedule,
/// keeping small the multiply-adds until the last step ends.
///
/// `branches` limits the search; the answer to the same question is always the same. The
/// certificate is `optimal` when the search came to its end or met the bound, the larger of the
/// critical path and the work per machine.
///
/// # Errors
/// `ZERO_SIZE` for no machines, `TOO_LARGE` for more than 4096, and `NEVER_FORMED`.
pub fn plan_for_machines(
    problem: &Problem,
    machines: u32,
    branches: u64,
) -> Result<Plan, PlanError> {
    match machines {
        0 => return Err(PlanError::ZeroSize { field: "machines".into() }),
        1..=4096 => {}
        _ => {
            let got = machines as usize;
            return Err(PlanError::TooLarge { field: "machines", limit: 4096, got });
        }
    }
    let mut search = Search::new(problem, machines, branches);
    search.try_front();
    search.try_all();
    search.plan(problem)
}

struct Search<'a> {
    ways: Ways<'a>,
    front: Front<'a>,
    /// Least work and least critical path of each Jacobian.
    work: Table,
    path: Table,
    machines: u32,
    bound: u128,
    branches: u64,
    best: Option<(Jobs, Times)>,
    /// Whether some plan was not scheduled to the end.
    gave_up: bool,
    /// The plan being tried: its jobs so far, and the Jacobians it still needs.
    jobs: Jobs,
    open: Vec<Open>,
    jobs_work: u128,
}

/// A Jacobian that a plan still needs, and the job that needs it.
#[derive(Copy, Clone)]
struct Open {
    target: Target,
    parent: Option<usize>,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem, machines: u32, branches: u64) -> Search<'a> {
        let rules = || Rules { steps: Steps::OneLinkSweeps, ..Rules::default() };
        let ways = Ways::new(problem.spans(), rules(), problem.spec().reduce.is_some());
        let front = Front::new(ways.clone(), [&Objective::Flops, &Objective::CriticalPath], None);
        let table = |objective| Solved::new(problem, objective, rules()).table;
        let (work, path) = (table(&Objective::Flops), table(&Objective::CriticalPath));
        let least = |table: &Table| table.get(ways.root).unwrap_or(0);
        let apart = least(&path).max(least(&work).div_ceil(machines.into()));
        let together = front
            .pairs()
            .into_iter()
            .map(|(work, path)| path.max(work.div_ceil(machines.into())))
            .min();
        let bound = together.filter(|_| front.is_exact()).unwrap_or(apart);
        Search {
            ways,
            front,
            work,
            path,
            machines,
            bound,
            branches,
            best: None,
            gave_up: false,
            jobs: Jobs::default(),
            open: Vec::new(),
            jobs_work: 0,
        }
    }

    /// Schedules each undominated plan.
    fn try_front(&mut self) {
        for index in 0..self.front.pairs().len() {
            let choices = self.front.choices(index);
            let mut jobs = Jobs::default();
            let mut open = vec![(self.ways.root, None)];
            while let Some((target, parent)) = open.pop() {
                let Some(way) = choices.get(&target) else { continue };
                let cost = self.ways.spans.cost(&way.step, target.reduced);
                let job = jobs.push(way.step, cost, parent);
                open.extend(way.operands.into_iter().flatten().map(|below| (below, Some(job))));
            }
            self.offer(&jobs);
        }
    }

    /// Keeps the shortest schedule of some jobs if it is shorter than the best.
    fn offer(&mut self, jobs: &Jobs) {
        if jobs.bound(self.machines) >= self.makespan() {
            return;
        }
        let quick = by_level(jobs, self.machines);
        if quick.makespan < self.makespan() {
            self.best = Some((jobs.clone(), quick));
        }
        if self.makespan() <= jobs.bound(self.machines) {
            return;
        }
        // A few thousand branches settle almost every plan; the others wait for none.
        let mut share = self.branches.min(20_000);
        let given = share;
        if let Some(times) = shortest(jobs, self.machines, self.makespan(), &mut share) {
            self.best = Some((jobs.clone(), times));
        }
        self.branches -= given - share;
        self.gave_up |= share == 0;
    }

    fn makespan(&self) -> u128 {
        self.best.as_ref().map_or(u128::MAX, |(_, times)| times.makespan)
    }

    fn is_settled(&self) -> bool {
        self.branches == 0 || self.makespan() <= self.bound
    }

    /// Tries every plan that could be shorter.
    fn try_all(&mut self) {
        if self.is_settled() {
            return;
        }
        self.open.push(Open { target: self.ways.root, parent: None });
        self.expand();
    }

    /// Chooses a way for the Jacobian needed last, in every manner that leaves hope.
    fn expand(&mut self) {
        let Some(open) = self.open.pop() else {
            let jobs = self.jobs.clone();
            self.offer(&jobs);
            return;
        };
        let mut ways = Vec::new();
        self.ways.of(open.target, |way| ways.push(way));
        for way in ways {
            if self.is_settled() {
                break;
            }
            self.branches -= 1;
            if self.is_promising(&way, open.parent) {
                self.take(&way, open.parent);
            }
        }
        self.open.push(open);
    }

    fn take(&mut self, way: &Way, parent: Option<usize>) {
        let cost = self.ways.spans.cost(&way.step, way.target.reduced);
        let job = self.jobs.push(way.step, cost, parent);
        self.jobs_work += cost;
        let before = self.open.len();
        for target in way.operands.into_iter().flatten() {
            if !self.ways.is_free(target) {
                self.open.push(Open { target, parent: Some(job) });
            }
        }
        self.expand();
        self.open.truncate(before);
        self.jobs.list.truncate(job);
        self.jobs_work -= cost;
    }

    /// Whether the work and the path of a plan that goes on like this could still be short enough.
    fn is_promising(&self, way: &Way, parent: Option<usize>) -> bool {
        let cost = self.ways.spans.cost(&way.step, way.target.reduced);
        let after = cost + parent.map_or(0, |parent| self.jobs.list[parent].level);
        let mut work = self.jobs_work + cost;
        let mut path = after;
        for operand in way.operands.into_iter().flatten() {
            let (Some(least), Some(shortest)) = (self.work.get(operand), self.path.get(operand))
            else {
                return false;
            };
            work += least;
            path = path.max(after + shortest);
        }
        for open in &self.open {
            work += self.work.get(open.target).unwrap_or(0);
        }
        path.max(work.div_ceil(self.machines.into())) < self.makespan()
    }

    fn plan(self, problem: &Problem) -> Result<Plan, PlanError> {
        let proof = if self.makespan() <= self.bound {
            Some(Proof::BoundMet)
        } else {
            (self.branches > 0 && !self.gave_up).then_some(Proof::Enumeration)
        };
        let certificate = match proof {
            Some(by) => Certificate::Optimal { by },
            None => Certificate::Gap { lower_bound: self.bound },
        };
        let Some((jobs, times)) = self.best else {
            return crate::plan(problem, &crate::Request::default());
        };
        // Operands stand after results in the list of jobs.
        let mut order: Vec<usize> = (0..jobs.list.len()).rev().collect();
        order.sort_by_key(|&job| times.starts[job]);
        let schedule = deal(&jobs, &times, self.machines, &order);
        let steps = order.iter().map(|&job| jobs.list[job].step).collect();
        let mut plan = Plan::of_steps(problem, steps, "makespan", certificate)?;
        plan.value = times.makespan;
        plan.schedule = Some(schedule);
        Ok(plan)
    }
}
