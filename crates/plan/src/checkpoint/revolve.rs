//! Equal steps, equal checkpoints: Griewank and Walther's binomial schedules, in closed form.
//!
//! Algorithm 799: revolve (ACM TOMS 26, 2000).
use super::script::{Part, advance, discard, restore, store, turn, write};
use super::{Action, Place};

/// The longest chain that `checkpoints` reverse while no step is advanced more than `times` times:
/// beta(s, r), the binomial coefficient of s + r over s. Saturates at `u128::MAX`.
pub fn most_steps(checkpoints: u64, times: u64) -> u128 {
    let (all, fewer) =
        (u128::from(checkpoints) + u128::from(times), u128::from(checkpoints.min(times)));
    let mut product: u128 = 1;
    for taken in 1..=fewer {
        // `product` is a binomial coefficient itself, so the division leaves nothing.
        match product.checked_mul(all - fewer + taken) {
            Some(next) => product = next / taken,
            None => return u128::MAX,
        }
    }
    product
}

/// Forward steps beyond recording each of `steps` once, with `checkpoints` states kept at once, the
/// initial one included: `t(l, s) = r l - beta(s + 1, r - 1)` for the least `r` with
/// `beta(s, r) >= l`. None without steps or checkpoints.
pub fn extra_forward(steps: u64, checkpoints: u64) -> Option<u128> {
    if steps == 0 || checkpoints == 0 {
        return None;
    }
    let times = repetitions(steps, checkpoints);
    let saved = match times.checked_sub(1) {
        Some(fewer) => most_steps(checkpoints.saturating_add(1), fewer),
        None => 0,
    };
    Some(u128::from(times) * u128::from(steps) - saved)
}

/// The least `r` with `beta(s, r) >= l`, which is below `l`; found by halving.
fn repetitions(steps: u64, checkpoints: u64) -> u64 {
    let (mut from, mut to) = (0, steps - 1);
    while from < to {
        let middle = from + (to - from) / 2;
        match most_steps(checkpoints, middle) >= steps.into() {
            true => to = middle,
            false => from = middle + 1,
        }
    }
    from
}

/// Steps `first..first + steps`, whose first state is at work and kept, one of `checkpoints`.
#[derive(Copy, Clone)]
pub(super) struct Segment {
    pub(super) first: u32,
    pub(super) steps: u32,
    pub(super) checkpoints: u32,
}

/// The schedule of a whole chain.
pub(super) fn schedule(steps: u32, checkpoints: u32) -> Vec<Action> {
    let mut actions = vec![Action::StoreState { state: 0, place: Place::Memory }];
    actions.extend(segment(Segment { first: 0, steps, checkpoints }));
    actions.push(Action::DiscardState { state: 0, place: Place::Memory });
    actions
}

/// The actions that reverse a segment.
pub(super) fn segment(whole: Segment) -> Vec<Action> {
    write(whole, |Segment { first, steps, checkpoints }, parts| {
        if steps == 1 {
            parts.extend(turn(first));
            return;
        }
        let head = split(steps, checkpoints);
        let middle = first + head;
        parts.push(advance(first, middle));
        if steps - head == 1 {
            parts.extend(turn(middle));
        } else {
            let rest = Segment { first: middle, steps: steps - head, checkpoints: checkpoints - 1 };
            parts.extend([
                store(middle, Place::Memory),
                Part::Segment(rest),
                discard(middle, Place::Memory),
            ]);
        }
        parts.push(restore(first, Place::Memory));
        parts.push(Part::Segment(Segment { first, steps: head, checkpoints }));
    })
}

/// After how many steps the next checkpoint goes: the last place at which neither side needs more
/// repetitions than the whole allows, `r - 1` before and `r` after it.
fn split(steps: u32, checkpoints: u32) -> u32 {
    let [l, s] = [steps, checkpoints].map(u64::from);
    if s >= l {
        return 1;
    }
    let times = repetitions(l, s);
    let before = most_steps(s, times - 1);
    let after = most_steps(s - 1, times - 1);
    let head = before.min(u128::from(l).saturating_sub(after));
    u32::try_from(head.max(1)).unwrap_or(steps - 1).min(steps - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The naive twin: `t(l, s) = min over k of k + t(k, s) + t(l - k, s - 1)`.
    fn table(most: usize, checkpoints: usize) -> Vec<Vec<u128>> {
        let mut rows = vec![(0..=most).map(|l| if l <= 1 { 0 } else { 1 << 100 }).collect()];
        for s in 1..=checkpoints {
            let mut row: Vec<u128> = vec![0; most + 1];
            for l in 2..=most {
                let with: &Vec<u128> = &rows[s - 1];
                row[l] =
                    (1..l).map(|k| k as u128 + row[k] + with[l - k]).min().unwrap_or(u128::MAX);
            }
            rows.push(row);
        }
        rows
    }

    #[test]
    fn closed_form_and_split_agree_with_the_program() {
        let rows = table(300, 24);
        for (s, row) in rows.iter().enumerate().skip(1) {
            for (l, &value) in row.iter().enumerate().skip(1) {
                assert_eq!(extra_forward(l as u64, s as u64), Some(value), "{l} {s}");
                if l > 1 {
                    let k = split(l as u32, s as u32) as usize;
                    assert_eq!(k as u128 + row[k] + rows[s - 1][l - k], value, "{l} {s} at {k}");
                }
            }
        }
    }
}
