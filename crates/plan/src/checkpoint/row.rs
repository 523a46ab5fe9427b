//! What a span of stages costs in every memory.

/// The costs of a span from the smallest memory that does up to where more memory has no use.
pub(super) struct Row {
    least: usize,
    costs: Vec<f64>,
}

impl Row {
    /// The cost in some memory.
    pub(super) fn at(&self, memory: usize) -> f64 {
        match memory.checked_sub(self.least) {
            None => f64::INFINITY,
            Some(above) => self.costs.get(above).or(self.costs.last()).copied().unwrap_or(0.0),
        }
    }
}

impl Row {
    /// No memory does.
    pub(super) fn empty() -> Row {
        Row { least: usize::MAX, costs: Vec::new() }
    }

    /// Costs yet unknown from the least memory to the most.
    pub(super) fn new(least: usize, most: usize) -> Row {
        match most.checked_sub(least) {
            Some(above) => Row { least, costs: vec![f64::INFINITY; above + 1] },
            None => Row::empty(),
        }
    }

    /// What is left when nothing is: it costs nothing in any memory.
    pub(super) const NOTHING: Row = Row { least: 0, costs: Vec::new() };

    /// Takes `added` and the costs of two parts, each in the memory less what is kept beside it,
    /// where that is less.
    pub(super) fn relax(&mut self, room: usize, added: f64, parts: [(&Row, usize); 2]) {
        let starts = parts.map(|(row, kept)| row.least.saturating_add(kept));
        if self.costs.is_empty() {
            return;
        }
        let mut at = starts.into_iter().fold(room.max(self.least), usize::max);
        let end = self.least + self.costs.len();
        // Where the costs of a part change no more they are one number.
        let ends = parts.map(|(row, kept)| (row.least + kept).saturating_add(row.costs.len()));
        while at < end {
            let until = ends.iter().copied().filter(|&stop| stop > at).fold(end, usize::min);
            let here = &mut self.costs[at - self.least..until - self.least];
            let mut fixed = added;
            let mut varying = [None; 2];
            for ((row, kept), (stop, varying)) in
                parts.into_iter().zip(ends.into_iter().zip(&mut varying))
            {
                match stop > at {
                    true => *varying = Some(&row.costs[at - kept - row.least..]),
                    false => fixed += row.costs.last().copied().unwrap_or(0.0),
                }
            }
            match varying {
                [Some(later), Some(earlier)] => {
                    for (best, (a, b)) in here.iter_mut().zip(later.iter().zip(earlier)) {
                        *best = least(*best, fixed + a + b);
                    }
                }
                [Some(costs), None] | [None, Some(costs)] => {
                    for (best, a) in here.iter_mut().zip(costs) {
                        *best = least(*best, fixed + a);
                    }
                }
                [None, None] => {
                    for best in here {
                        *best = least(*best, fixed);
                    }
                }
            }
            at = until;
        }
    }
}

/// The lesser of two costs; unlike `f64::min` it is one instruction, for it need not care for NaN.
fn least(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}
