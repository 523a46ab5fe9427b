//! Plans and problems as text and JSON, both ways, and what happens to text that is neither.
mod common;

use chainrule_plan::{
    Fingerprint, Jacobian, Plan, Problem, ProblemSpec, Request, Seed, Seeds, Stage, Step,
    Structure, Tree, plan, plan_for_machines, price, price_steps,
};
use proptest::prelude::*;
use std::sync::Arc;

fn any_stages() -> impl Strategy<Value = Vec<Stage>> {
    (prop::collection::vec(1..9u32, 2..8), prop::collection::vec((0..99u64, any::<bool>()), 7))
        .prop_map(|(dims, costs)| {
            let pairs = dims.windows(2).zip(costs);
            let stage = |(d, (cost, shared)): (&[u32], (u64, bool))| Stage {
                tangent_cost: Some(cost),
                shared,
                jacobian: if cost % 3 == 0 { Jacobian::Given } else { Jacobian::Accumulate },
                ..Stage::dense(d[0], d[1])
            };
            pairs.map(stage).collect()
        })
}

fn any_plan() -> impl Strategy<Value = (Problem, Plan)> {
    (any_stages(), 1..5u32, 1..4u32).prop_map(|(stages, batch, machines)| {
        let problem = Problem::new(ProblemSpec { batch, ..ProblemSpec::new(stages) }).unwrap();
        let found = if machines == 1 {
            plan(&problem, &Request::default())
        } else {
            plan_for_machines(&problem, machines, 10_000)
        };
        (problem, found.unwrap())
    })
}

proptest! {
    #[test]
    fn plans_come_back_from_text_and_json((problem, plan) in any_plan()) {
        prop_assert_eq!(Plan::parse(&plan.to_string()), Ok(plan.clone()));
        prop_assert_eq!(Plan::from_json(&plan.to_json()), Ok(plan.clone()));
        prop_assert!(price(&problem, &plan).is_ok());
        let tree = plan.tree(&problem).unwrap();
        prop_assert_eq!(tree.to_string().parse::<Tree>(), Ok(tree));
    }

    #[test]
    fn problems_come_back_from_json(stages in any_stages(), batch in 1..9u32) {
        let spec = ProblemSpec { batch, ..ProblemSpec::new(stages) };
        let text = serde_json::to_string(&spec).unwrap();
        let back: ProblemSpec = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&back, &spec);
        let [a, b] = [back, spec].map(|spec| Problem::new(spec).unwrap().fingerprint());
        prop_assert_eq!(a, b);
    }

    /// Nothing panics, whatever is read.
    #[test]
    fn noise_is_refused(text in "\\PC*", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let noise = String::from_utf8_lossy(&bytes);
        for text in [text.as_str(), &noise] {
            prop_assert!(Plan::parse(text).is_err());
            prop_assert!(Plan::from_json(text).is_err());
            let _ = text.parse::<Tree>();
            let _ = text.parse::<Fingerprint>();
            let _ = text.parse::<Step>();
        }
    }

    /// A torn or altered plan is refused, or is a plan that the walk can judge.
    #[test]
    fn altered_plans_do_no_harm(
        (problem, plan) in any_plan(),
        at in any::<prop::sample::Index>(),
        with in "[ -~\n]",
    ) {
        for text in [plan.to_string(), plan.to_json()] {
            let at = at.index(text.len());
            let altered = format!("{}{}{}", &text[..at], with, &text[at + 1..]);
            for text in [altered.as_str(), &text[..at]] {
                for read in [Plan::parse(text), Plan::from_json(text)].into_iter().flatten() {
                    let _ = price(&problem, &read).map(|_| read.explain(&problem));
                    let _ = read.tree(&problem);
                }
            }
        }
    }

    /// Steps out of the blue are refused, or run; the walk never panics.
    #[test]
    fn any_steps_can_be_priced(
        stages in any_stages(),
        picks in prop::collection::vec((0..5usize, 0..9usize, 0..9usize, any::<usize>()), 0..6),
    ) {
        use chainrule_plan::Mode::{Adjoint, Tangent};
        let problem = Problem::new(ProblemSpec::new(stages)).unwrap();
        let step = |&(kind, from, at, to): &(usize, usize, usize, usize)| {
            let (to, mode) = (if to % 7 == 0 { to } else { to % 9 }, if at % 2 == 0 { Tangent } else { Adjoint });
            match kind {
                0 => Step::Accumulate { from, to, mode },
                1 => Step::Multiply { from, at, to },
                2 => Step::Eliminate { from, at, to, mode },
                3 => Step::Reduce { from, to },
                _ => Step::Evaluate { from, to, times: u64::MAX },
            }
        };
        let steps: Vec<Step> = picks.iter().map(step).collect();
        if let Err(error) = price_steps(&problem, &steps) {
            prop_assert_eq!(error.code(), "INVALID_PLAN");
        }
    }
}

#[test]
fn a_plan_of_another_problem_is_refused() {
    let [one, two] = [3, 4].map(|n| Problem::matrices(&[2, n, 5]).unwrap());
    let plan = plan(&one, &Request::default()).unwrap();
    let error = price(&two, &plan).unwrap_err();
    assert_eq!(error.code(), "PLAN_MISMATCH");
    assert!(error.to_string().contains(&two.fingerprint().to_string()), "{error}");
}

/// A reason is only words, but words about links that are there.
#[test]
fn reasons_out_of_range_are_refused() {
    let stages = vec![Stage::dense(3, 4), Stage::dense(4, 2)];
    let problem = Problem::new(ProblemSpec::new(stages)).unwrap();
    let sound = plan(&problem, &Request::default()).unwrap();
    assert!(!sound.reasons.is_empty());
    let altered = |change: fn(&mut Plan)| {
        let mut plan = sound.clone();
        change(&mut plan);
        plan.explain(&problem).unwrap_err().code()
    };
    let far = |plan: &mut Plan| plan.reasons[0].instead = Step::Reduce { from: 0, to: 99 };
    assert_eq!(altered(far), "INVALID_PLAN");
    let empty = |plan: &mut Plan| plan.reasons[0].instead = Step::Reduce { from: 1, to: 1 };
    assert_eq!(altered(empty), "INVALID_PLAN");
    assert_eq!(altered(|plan| plan.reasons[0].step = 7), "INVALID_PLAN");
}

/// Every field of a problem is part of its name.
#[test]
fn fingerprints_differ_where_problems_do() {
    let base = ProblemSpec::new(vec![Stage::dense(4, 4), Stage::dense(4, 4)]);
    let stage = |change: fn(&mut Stage)| {
        let mut spec = base.clone();
        change(&mut spec.stages[1]);
        spec
    };
    let seed = Some(Seed { count: 2, shared: false });
    let specs = [
        base.clone(),
        stage(|s| s.tangent_cost = Some(1)),
        stage(|s| s.adjoint_cost = Some(1)),
        stage(|s| s.tape_size = Some(1)),
        stage(|s| s.evaluation_cost = Some(1)),
        stage(|s| s.shared = true),
        stage(|s| s.jacobian = Jacobian::Given),
        stage(|s| s.jacobian = Jacobian::Swept),
        stage(|s| s.structure = Structure::Diagonal),
        stage(|s| s.structure = Structure::Band { lower: 1, upper: 0 }),
        stage(|s| s.structure = Structure::Band { lower: 0, upper: 1 }),
        stage(|s| s.structure = Structure::Selection { indices: Arc::from([0, 1, 2, 3]) }),
        ProblemSpec { batch: 2, ..base.clone() },
        ProblemSpec { reduce: Some(chainrule_plan::Reduce::Sum), ..base.clone() },
        ProblemSpec { reduce: Some(chainrule_plan::Reduce::Mean), ..base.clone() },
        ProblemSpec { seeds: Seeds { columns: seed, rows: None }, ..base.clone() },
        ProblemSpec { seeds: Seeds { columns: None, rows: seed }, ..base.clone() },
    ];
    let mut names: Vec<String> =
        specs.map(|spec| Problem::new(spec).unwrap().fingerprint().to_string()).to_vec();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn bad_problems_are_named() {
    let code = |spec: ProblemSpec| Problem::new(spec).unwrap_err();
    let one = || ProblemSpec::new(vec![Stage::dense(2, 3)]);
    assert_eq!(code(ProblemSpec::new(vec![])).code(), "EMPTY_CHAIN");
    let error = code(ProblemSpec::new(vec![Stage::dense(2, 3), Stage::dense(4, 1)]));
    let wanted = "`stages[1].inputs` must be 3, what stage 0 gives, but is 4";
    assert_eq!((error.code(), error.to_string().as_str()), ("STAGE_MISMATCH", wanted));
    for (n, m) in [(0, 3), (3, 0)] {
        assert_eq!(code(ProblemSpec::new(vec![Stage::dense(n, m)])).code(), "ZERO_SIZE");
    }
    assert_eq!(
        code(ProblemSpec { batch: 0, ..one() }).to_string(),
        "`batch` must be at least 1, but is 0"
    );
    let seeds = Seeds { columns: None, rows: Some(Seed { count: 0, shared: false }) };
    assert_eq!(code(ProblemSpec { seeds, ..one() }).code(), "ZERO_SIZE");
    let square = |structure| ProblemSpec::new(vec![Stage { structure, ..Stage::dense(2, 3) }]);
    assert_eq!(code(square(Structure::Diagonal)).code(), "STRUCTURE_MISMATCH");
    assert_eq!(code(square(Structure::LowRank { rank: 1 })).code(), "STRUCTURE_MISMATCH");
    let huge = Stage {
        structure: Structure::Band { lower: 1, upper: 1 },
        ..Stage::dense(u32::MAX, u32::MAX)
    };
    assert_eq!(code(ProblemSpec::new(vec![huge])).code(), "TOO_LARGE");
    let dear = Stage { tangent_cost: Some(u64::MAX), ..Stage::dense(u32::MAX, u32::MAX) };
    let dear = ProblemSpec { batch: u32::MAX, ..ProblemSpec::new(vec![dear]) };
    assert_eq!(code(dear).code(), "COST_OVERFLOW");
    for text in [
        "{\"stages\":[{\"inputs\":1.5,\"outputs\":1}]}",
        "{\"stages\":[{\"inputs\":-1,\"outputs\":1}]}",
        "{\"stages\":[{\"inputs\":4294967296,\"outputs\":1}]}",
        "{\"stages\":[{\"inputs\":null,\"outputs\":1}]}",
    ] {
        assert!(serde_json::from_str::<ProblemSpec>(text).is_err(), "{text}");
    }
}

/// Two factors of a stage of low rank are joined wherever that is cheapest.
#[test]
fn low_rank_stages_are_two_links() {
    let low = Stage { structure: Structure::LowRank { rank: 2 }, ..Stage::given(50, 60) };
    let problem = Problem::new(ProblemSpec::new(vec![Stage::given(3, 50), low])).unwrap();
    assert_eq!(problem.length(), 3);
    let best = plan(&problem, &Request::default()).unwrap();
    assert_eq!(best.cost, 3 * 50 * 2 + 3 * 2 * 60);
}
