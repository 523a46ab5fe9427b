//! How long any plan takes by a model, found by walking its steps.
use super::{CostModel, Times};
use crate::{Plan, PlanError, Problem, Step, price};
use std::collections::BTreeMap;

impl CostModel {
    /// Femtoseconds of each step of a plan over the whole batch, on at most `threads` threads. Their sum is the value that
    /// a plan made for time has.
    ///
    /// # Errors
    /// `INVALID_COST_MODEL`; `PLAN_MISMATCH` and `INVALID_PLAN`, as [`price`] has them.
    pub fn times(
        &self,
        problem: &Problem,
        plan: &Plan,
        threads: u32,
    ) -> Result<Vec<u128>, PlanError> {
        self.check()?;
        price(problem, plan)?;
        let times = Times::new(self, problem.spans(), threads);
        // By their first link, whether the Jacobians that are there are sums over the batch.
        let mut sums: BTreeMap<usize, bool> = BTreeMap::new();
        let step = |step: &Step| {
            let span = step.span();
            let reduced = match step {
                Step::Reduce { .. } => true,
                Step::Accumulate { .. } | Step::Evaluate { .. } => false,
                Step::Multiply { .. } | Step::Eliminate { .. } => {
                    sums.range(span.clone()).any(|(_, &sum)| sum)
                }
            };
            if !matches!(step, Step::Evaluate { .. }) {
                sums.retain(|from, _| !span.contains(from));
                sums.insert(span.start, reduced);
            }
            times.step(step, reduced)
        };
        Ok(plan.steps.iter().map(step).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Objective, ProblemSpec, Reduce, Request, Stage, forward_recomputing, plan};

    fn problem(reduce: Option<Reduce>) -> Problem {
        let widths = [90, 70, 4, 80, 60];
        let stages = widths.windows(2).enumerate();
        let stages =
            stages.map(|(i, w)| Stage { shared: i % 2 == 0, ..Stage::given(w[0], w[1]) }).collect();
        Problem::new(ProblemSpec { batch: 32, reduce, ..ProblemSpec::new(stages) }).unwrap()
    }

    #[test]
    fn a_plan_made_for_time_takes_what_it_says() {
        for reduce in [None, Some(Reduce::Sum), Some(Reduce::Mean)] {
            let problem = problem(reduce);
            let model = CostModel::default();
            let objective = Objective::Time { model: Box::new(model.clone()), threads: 1 };
            let best = plan(&problem, &Request { objective, ..Request::default() }).unwrap();
            let times = model.times(&problem, &best, 1).unwrap();
            assert_eq!(times.iter().sum::<u128>(), best.value, "{reduce:?}: {best}");
            assert_eq!(times.len(), best.steps.len());
        }
    }

    #[test]
    fn what_is_evaluated_again_takes_time() {
        let problem = problem(None);
        let model = CostModel::default();
        let total = |plan: &Plan| model.times(&problem, plan, 1).unwrap().iter().sum::<u128>();
        let caching = total(&crate::forward(&problem).unwrap());
        assert!(total(&forward_recomputing(&problem).unwrap()) > caching);
    }

    #[test]
    fn models_that_are_none_are_refused() {
        let problem = problem(None);
        let plan = crate::forward(&problem).unwrap();
        let broken = CostModel { element_bytes: 0, ..CostModel::default() };
        assert_eq!(broken.times(&problem, &plan, 1).unwrap_err().code(), "INVALID_COST_MODEL");
    }
}
