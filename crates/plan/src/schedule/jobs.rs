//! The steps of one plan as jobs, each needed by at most one other: an in-tree.
use crate::Step;

/// Jobs of one plan, results before operands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs {
    pub(crate) list: Vec<Job>,
}

/// One step to be run on one machine.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Job {
    pub(crate) step: Step,
    pub(crate) cost: u128,
    /// The job that needs its result, which stands before it in the list.
    pub(crate) parent: Option<usize>,
    /// Multiply-adds from its start to the end of everything.
    pub(crate) level: u128,
}

impl Jobs {
    /// Adds a job below the one that needs it.
    pub(crate) fn push(&mut self, step: Step, cost: u128, parent: Option<usize>) -> usize {
        let after = parent.map_or(0, |parent| self.list[parent].level);
        self.list.push(Job { step, cost, parent, level: after + cost });
        self.list.len() - 1
    }

    /// Multiply-adds of all jobs.
    pub(crate) fn work(&self) -> u128 {
        self.list.iter().map(|job| job.cost).sum()
    }

    /// Multiply-adds of the longest run of jobs that need each other.
    pub(crate) fn path(&self) -> u128 {
        self.list.iter().map(|job| job.level).max().unwrap_or(0)
    }

    /// No schedule of these jobs ends earlier.
    pub(crate) fn bound(&self, machines: u32) -> u128 {
        self.path().max(self.work().div_ceil(machines.into()))
    }
}
