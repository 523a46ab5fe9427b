//! Random chains, each as a problem and as plain factors.
use crate::common::Random;
use crate::every_way::{Chain, Factor};
use chainrule_plan::{
    Jacobian, Limits, Pattern, Problem, ProblemSpec, Reduce, Seed, Stage, Structure,
};
use std::sync::Arc;

/// A stage and the same thing as a plain factor.
fn random_stage(random: &mut Random, m: u32, n: u32, kind: Kind) -> (Stage, Factor) {
    let cost = |random: &mut Random| u64::from(random.between(0, 3 * u64::from(m * n)));
    let (mut tangent, mut adjoint, tape) = (cost(random), cost(random), cost(random));
    let given = kind == Kind::Products || (kind != Kind::Swept && random.chance(4));
    let swept = kind == Kind::Swept && random.chance(3);
    let square = m == n;
    let structured = kind == Kind::Structured;
    let (structure, bits) = match random.below(4) {
        0 if structured && square => (Structure::Diagonal, table(m, n, |r, c| r == c)),
        1 if structured && square => (Structure::Identity, table(m, n, |r, c| r == c)),
        2 | 3 if structured => {
            let bits = table(m, n, |_, _| random.chance(2));
            let rows: Vec<Vec<u32>> = bits
                .iter()
                .map(|row| (0..n).filter(|&column| row[column as usize]).collect())
                .collect();
            let pattern = Arc::new(Pattern::new(n, &rows).unwrap());
            (Structure::Pattern { pattern }, bits)
        }
        _ => (Structure::Dense, table(m, n, |_, _| true)),
    };
    let identity = structure == Structure::Identity;
    let diagonal = structure == Structure::Diagonal && m > 1;
    if given && random.chance(2) {
        // As its product costs.
        let entries = bits.iter().flatten().filter(|&&is| is).count() as u64;
        (tangent, adjoint) = (entries, entries);
    }
    let shared = random.chance(2);
    let jacobian = match (given, swept) {
        (true, _) => Jacobian::Given,
        (_, true) => Jacobian::Swept,
        _ => Jacobian::Accumulate,
    };
    let stage = Stage {
        tangent_cost: Some(tangent),
        adjoint_cost: Some(adjoint),
        tape_size: Some(tape),
        jacobian,
        structure,
        shared,
        ..Stage::dense(n, m)
    };
    let factor = Factor {
        bits,
        identity,
        diagonal,
        tangent: tangent.into(),
        adjoint: adjoint.into(),
        tape: tape.into(),
        given: given || identity,
        swept,
        shared,
        sweepable: true,
    };
    (stage, factor)
}

fn table(m: u32, n: u32, mut at: impl FnMut(u32, u32) -> bool) -> Vec<Vec<bool>> {
    (0..m).map(|row| (0..n).map(|column| at(row, column)).collect()).collect()
}

#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Products,
    MatrixFree,
    TapeLimit,
    Swept,
    Structured,
    Batched,
    Seeded,
}

/// A problem, its limits, and the same thing as a plain chain.
pub(super) fn random_chain(random: &mut Random, kind: Kind) -> (Problem, Limits, Chain) {
    let q = random.between(1, 4);
    let dims: Vec<u32> = (0..=q).map(|_| random.between(1, 5)).collect();
    let (stages, mut factors): (Vec<Stage>, Vec<Factor>) =
        dims.windows(2).map(|d| random_stage(random, d[1], d[0], kind)).unzip();
    let mut spec = ProblemSpec::new(stages);
    if matches!(kind, Kind::Batched | Kind::Structured | Kind::Seeded) {
        spec.batch = random.between(1, 5);
        spec.reduce = [None, Some(Reduce::Sum), Some(Reduce::Mean)][random.below(3) as usize];
    }
    if kind == Kind::Seeded {
        let mut seed = |m: Option<u32>, n: Option<u32>| {
            let (count, shared) = (random.between(1, 3), random.chance(2));
            let bits = table(m.unwrap_or(count), n.unwrap_or(count), |_, _| true);
            let factor = Factor {
                bits,
                shared,
                given: true,
                sweepable: false,
                identity: false,
                diagonal: false,
                swept: false,
                ..Factor { tangent: 0, adjoint: 0, tape: 0, ..factors[0].clone() }
            };
            (random.chance(2)).then_some((Seed { count, shared }, factor))
        };
        let columns = seed(Some(dims[0]), None);
        let rows = seed(None, Some(dims[q as usize]));
        spec.seeds.columns = columns.as_ref().map(|(seed, _)| *seed);
        spec.seeds.rows = rows.as_ref().map(|(seed, _)| *seed);
        factors.splice(0..0, columns.map(|(_, factor)| factor));
        factors.extend(rows.map(|(_, factor)| factor));
    }
    let tape = (kind == Kind::TapeLimit).then(|| random.below(150));
    let chain = Chain {
        factors,
        batch: spec.batch.into(),
        reduce: spec.reduce,
        tape: tape.map(u128::from),
    };
    (Problem::new(spec).unwrap(), Limits { tape, ..Limits::default() }, chain)
}
