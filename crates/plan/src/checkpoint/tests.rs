//! The table for stages that differ, filled in blocks and chunks, against its recurrence as it is written.
use super::CheckpointStage;
use super::rotor::{Chain, Rotor};

/// What is run beyond once for the stages `s..t` of a chain, by `s`, `t` and memory; none where it does not fit.
fn naive(stages: &[CheckpointStage], memory: usize) -> Vec<Vec<Vec<Option<u64>>>> {
    let n = stages.len();
    let size = |size: u64| usize::try_from(size).unwrap();
    let state = |i: usize| if i == 0 { 0 } else { size(stages[i - 1].state_size) };
    let adjoint = |i: usize| if i == 0 { 0 } else { size(stages[i - 1].adjoint_room()) };
    let mut extra = vec![vec![vec![None; memory + 1]; n + 1]; n + 1];
    for s in (0..n).rev() {
        for t in s + 1..=n {
            for m in 0..=memory {
                let stage = &stages[s];
                let tape = size(stage.tape_size);
                let recording = adjoint(t) + tape + size(stage.forward_workspace);
                let reversing = adjoint(s + 1) + tape + size(stage.adjoint_workspace);
                let mut best = None;
                if m >= recording.max(reversing) {
                    best = if s + 1 == t { Some(0) } else { extra[s + 1][t][m - tape] };
                }
                for k in s + 1..t {
                    let room = |j: usize| {
                        let before = if j == s { 0 } else { state(j) };
                        adjoint(t) + before + state(j + 1) + size(stages[j].forward_workspace)
                    };
                    let later = m.checked_sub(state(k)).and_then(|left| extra[k][t][left]);
                    if let (true, Some(later), Some(earlier)) =
                        ((s..k).all(|j| room(j) <= m), later, extra[s][k][m])
                    {
                        let forward = stages[s..k].iter().map(|stage| stage.forward_cost);
                        let cost = forward.sum::<u64>() + later + earlier;
                        best = Some(best.map_or(cost, |best: u64| best.min(cost)));
                    }
                }
                extra[s][t][m] = best;
            }
        }
    }
    extra
}

#[test]
fn the_table_holds_what_its_recurrence_says() {
    let mut state = 7u64;
    let mut below = |n: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for (n, largest) in [(1, 5), (2, 30), (9, 3), (17, 6), (18, 20), (30, 9)] {
        let stages: Vec<CheckpointStage> = (0..n)
            .map(|_| {
                let state_size = below(largest);
                CheckpointStage {
                    forward_cost: below(40),
                    adjoint_cost: below(9),
                    state_size,
                    tape_size: state_size + below(2 * largest),
                    adjoint_size: (below(2) == 0).then(|| below(largest)),
                    forward_workspace: below(4),
                    adjoint_workspace: below(4),
                }
            })
            .collect();
        let chain = || Chain::new(&stages, |size| usize::try_from(size).unwrap());
        let once: u64 = stages.iter().map(|stage| stage.forward_cost + stage.adjoint_cost).sum();
        let all = chain().room_for_everything();
        let wanted = naive(&stages, all + 3);
        // A table for less memory than is of use, and one for more.
        for memory in [all / 3, all / 2, all + 3] {
            for margins in [true, false] {
                let rotor = Rotor::filled(chain(), memory, margins);
                for m in 0..=memory {
                    let wanted = wanted[0][stages.len()][m].map(|extra| extra + once);
                    assert_eq!(rotor.cost(m), wanted, "{n} stages, memory {m} of {memory}");
                }
            }
        }
    }
}
