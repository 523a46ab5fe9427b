//! Schedules of the jobs of one plan.
//!
//! In an in-tree, leaving a machine idle while a job could start never helps: whenever jobs become
//! ready, as many machines become free, so a job that was held back could have run before. It is
//! therefore enough to try list schedules: first the one that takes the highest level first (Hu
//! 1961), then, by branch and bound, all others that could be shorter.
use super::jobs::Jobs;
use super::{Schedule, Slot};

/// The starting times of jobs, and when the last one ends.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    pub(crate) starts: Vec<u128>,
    pub(crate) makespan: u128,
}

/// Highest level first.
pub(crate) fn by_level(jobs: &Jobs, machines: u32) -> Times {
    let mut branches = 0;
    let mut branching = Branching::new(jobs, machines, u128::MAX, &mut branches);
    branching.greedy = true;
    branching.run();
    branching.best.unwrap_or(Times { starts: Vec::new(), makespan: 0 })
}

/// The shortest schedule below `below`, if there is one; `branches` counts down what may be tried,
/// and at 0 the answer is only the best one found.
pub(crate) fn shortest(
    jobs: &Jobs,
    machines: u32,
    below: u128,
    branches: &mut u64,
) -> Option<Times> {
    let mut branching = Branching::new(jobs, machines, below, branches);
    branching.run();
    branching.best
}

struct Branching<'a> {
    jobs: &'a Jobs,
    machines: usize,
    below: u128,
    /// No schedule can be shorter.
    bound: u128,
    branches: &'a mut u64,
    greedy: bool,
    best: Option<Times>,
    starts: Vec<u128>,
    /// How many operands of each job are not done.
    waits: Vec<u32>,
    /// By falling level.
    ready: Vec<usize>,
    running: Vec<(u128, usize)>,
    /// Multiply-adds of jobs that have not started.
    left: u128,
}

impl<'a> Branching<'a> {
    fn new(jobs: &'a Jobs, machines: u32, below: u128, branches: &'a mut u64) -> Branching<'a> {
        let mut waits = vec![0; jobs.list.len()];
        for parent in jobs.list.iter().filter_map(|job| job.parent) {
            waits[parent] += 1;
        }
        let mut ready: Vec<usize> = (0..waits.len()).filter(|&job| waits[job] == 0).collect();
        ready.sort_by_key(|&job| (std::cmp::Reverse(jobs.list[job].level), job));
        Branching {
            jobs,
            machines: machines as usize,
            below,
            bound: jobs.bound(machines),
            branches,
            greedy: false,
            best: None,
            starts: vec![0; waits.len()],
            waits,
            ready,
            running: Vec::new(),
            left: jobs.work(),
        }
    }

    fn run(&mut self) {
        self.start_from(0, 0);
    }

    /// At `now`, starts ready jobs from the `first` in the list on while machines are free.
    fn start_from(&mut self, now: u128, first: usize) {
        if self.is_hopeless(now) {
            return;
        }
        let free = self.machines - self.running.len();
        if free == 0 || self.ready.is_empty() {
            self.advance();
            return;
        }
        // Of the jobs that could start now, all but as many as there are machines are left out.
        let must_leave = self.ready.len().saturating_sub(free);
        let last = if self.greedy { first } else { must_leave.max(first) };
        for index in first..=last.min(self.ready.len() - 1) {
            // Jobs before `index` stay behind; there must be enough others to fill the machines.
            if self.ready.len() - index < free.min(self.ready.len()) {
                break;
            }
            let job = self.ready.remove(index);
            let cost = self.jobs.list[job].cost;
            self.starts[job] = now;
            self.running.push((now + cost, job));
            self.left -= cost;
            self.start_from(now, index);
            self.left += cost;
            self.running.retain(|&(_, other)| other != job);
            self.ready.insert(index, job);
            if self.is_done() {
                return;
            }
        }
    }

    /// Moves on to the next end of a job.
    fn advance(&mut self) {
        let Some(&now) = self.running.iter().map(|(end, _)| end).min() else {
            return;
        };
        let (kept_running, kept_ready) = (self.running.clone(), self.ready.clone());
        let ended: Vec<usize> =
            self.running.iter().filter(|&&(end, _)| end == now).map(|&(_, job)| job).collect();
        self.running.retain(|&(end, _)| end > now);
        for &job in &ended {
            let Some(parent) = self.jobs.list[job].parent else { continue };
            self.waits[parent] -= 1;
            if self.waits[parent] == 0 {
                let level = |job: usize| (std::cmp::Reverse(self.jobs.list[job].level), job);
                let at = self.ready.partition_point(|&other| level(other) < level(parent));
                self.ready.insert(at, parent);
            }
        }
        if self.running.is_empty() && self.ready.is_empty() {
            self.below = now;
            self.best = Some(Times { starts: self.starts.clone(), makespan: now });
        } else {
            self.start_from(now, 0);
        }
        for &job in &ended {
            if let Some(parent) = self.jobs.list[job].parent {
                self.waits[parent] += 1;
            }
        }
        (self.running, self.ready) = (kept_running, kept_ready);
    }

    fn is_done(&self) -> bool {
        let found = self.best.as_ref().map(|times| times.makespan);
        self.greedy && found.is_some()
            || found.is_some_and(|makespan| makespan <= self.bound)
            || !self.greedy && *self.branches == 0
    }

    /// Whether no schedule that goes on like this is shorter than the best.
    fn is_hopeless(&mut self, now: u128) -> bool {
        if self.greedy {
            return false;
        }
        if *self.branches == 0 {
            return true;
        }
        *self.branches -= 1;
        let list = &self.jobs.list;
        let waiting = self.ready.first().map_or(0, |&job| now + list[job].level);
        let passed = |&(end, job): &(u128, usize)| end + list[job].level - list[job].cost;
        let running = self.running.iter().map(passed).max().unwrap_or(0);
        let rest: u128 = self.running.iter().map(|(end, _)| end - now).sum();
        let shared = now + (self.left + rest).div_ceil(self.machines as u128);
        waiting.max(running).max(shared) >= self.below
    }
}

/// Deals the jobs out to machines: to the one that made an operand where that is free.
pub(crate) fn deal(jobs: &Jobs, times: &Times, machines: u32, order: &[usize]) -> Schedule {
    let mut free_from = vec![0; machines as usize];
    let mut ran_on = vec![None; jobs.list.len()];
    let mut slots = Vec::new();
    for &job in order {
        let start = times.starts[job];
        let operands = (0..jobs.list.len()).filter(|&other| jobs.list[other].parent == Some(job));
        let near =
            operands.filter_map(|other| ran_on[other]).find(|&on: &usize| free_from[on] <= start);
        let any = || (0..free_from.len()).find(|&on| free_from[on] <= start);
        let machine = near.or_else(any).unwrap_or(0);
        free_from[machine] = start + jobs.list[job].cost;
        ran_on[job] = Some(machine);
        slots.push(Slot { machine: machine as u32, start });
    }
    Schedule { machines, makespan: times.makespan, slots }
}
