//! Columns that may share one sweep: partial distance-2 coloring of a pattern.
//!
//! Two columns may share a tangent when no row holds both (Curtis, Powell, Reid 1974). The fewest
//! groups are a chromatic number, so small patterns are colored exactly and others greedily.
use crate::Pattern;

/// Groups of columns that share no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coloring {
    /// The group of each column, counted from 0.
    pub groups: Vec<u32>,
    /// How many groups; 1 even when there is nothing to color, for one sweep must show it.
    pub count: u32,
    /// Whether no coloring has fewer groups.
    pub proved: bool,
}

/// Branches that the exact search may try before the greedy answer stands.
const BRANCHES: u32 = 20_000;

/// Columns up to which the exact search is tried.
const EXACT_COLUMNS: usize = 64;

/// Colors the columns of `pattern`, so that columns of a group share no row.
///
/// Greedy by falling number of neighbours, then, for at most 64 columns, branch and bound over at
/// most 20,000 branches. The same pattern always gets the same groups.
pub fn color_columns(pattern: &Pattern) -> Coloring {
    let neighbours = neighbours(pattern);
    let bound = pattern.iter().map(<[u32]>::len).max().unwrap_or(0).max(1) as u32;
    let greedy = greedily(&neighbours);
    let count = greedy.iter().max().map_or(1, |&most| most + 1);
    let mut best = Coloring { groups: greedy, count, proved: count <= bound };
    if !best.proved && neighbours.len() <= EXACT_COLUMNS {
        improve(&neighbours, bound, &mut best);
    }
    best
}

/// For each column, the columns that share a row with it, increasing.
fn neighbours(pattern: &Pattern) -> Vec<Vec<u32>> {
    let by_column = pattern.transpose();
    let column = |(index, rows): (u32, &[u32])| {
        let mut near: Vec<u32> = rows
            .iter()
            .flat_map(|&row| pattern.row(row))
            .copied()
            .filter(|&c| c != index)
            .collect();
        near.sort_unstable();
        near.dedup();
        near
    };
    (0..).zip(by_column.iter()).map(column).collect()
}

/// Each column in turn, most neighbours first, into the first group that is free.
fn greedily(neighbours: &[Vec<u32>]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..neighbours.len()).collect();
    order.sort_by_key(|&column| (std::cmp::Reverse(neighbours[column].len()), column));
    let mut groups = vec![u32::MAX; neighbours.len()];
    for column in order {
        groups[column] = (0..).find(|&group| fits(neighbours, &groups, column, group)).unwrap_or(0);
    }
    groups
}

fn fits(neighbours: &[Vec<u32>], groups: &[u32], column: usize, group: u32) -> bool {
    neighbours[column].iter().all(|&near| groups[near as usize] != group)
}

/// Searches for fewer groups, always branching on the column with fewest choices (Brelaz 1979).
fn improve(neighbours: &[Vec<u32>], bound: u32, best: &mut Coloring) {
    let mut search =
        Search { neighbours, groups: vec![u32::MAX; neighbours.len()], branches: BRANCHES, best };
    search.branch(0, 0);
    let exhausted = search.branches == 0;
    best.proved = !exhausted || best.count <= bound;
}

struct Search<'a> {
    neighbours: &'a [Vec<u32>],
    groups: Vec<u32>,
    branches: u32,
    best: &'a mut Coloring,
}

impl Search<'_> {
    fn branch(&mut self, colored: usize, used: u32) {
        if used >= self.best.count || self.branches == 0 {
            return;
        }
        if colored == self.groups.len() {
            self.best.groups.clone_from(&self.groups);
            self.best.count = used.max(1);
            return;
        }
        self.branches -= 1;
        let column = self.most_constrained();
        for group in 0..=used {
            if fits(self.neighbours, &self.groups, column, group) {
                self.groups[column] = group;
                self.branch(colored + 1, used.max(group + 1));
                self.groups[column] = u32::MAX;
            }
        }
    }

    fn most_constrained(&self) -> usize {
        let blocked = |column: usize| {
            let mut taken: Vec<u32> = self.neighbours[column]
                .iter()
                .map(|&near| self.groups[near as usize])
                .filter(|&group| group != u32::MAX)
                .collect();
            taken.sort_unstable();
            taken.dedup();
            (taken.len(), self.neighbours[column].len())
        };
        let free = (0..self.groups.len()).filter(|&column| self.groups[column] == u32::MAX);
        free.max_by_key(|&column| (blocked(column), std::cmp::Reverse(column))).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banded(n: u32, lower: u32, upper: u32) -> Pattern {
        let rows: Vec<Vec<u32>> = (0..n)
            .map(|row| (row.saturating_sub(lower)..(row + upper + 1).min(n)).collect())
            .collect();
        Pattern::new(n, &rows).unwrap()
    }

    fn is_orthogonal(pattern: &Pattern, groups: &[u32]) -> bool {
        pattern.iter().all(|row| {
            let mut seen: Vec<u32> = row.iter().map(|&column| groups[column as usize]).collect();
            seen.sort_unstable();
            seen.windows(2).all(|pair| pair[0] != pair[1])
        })
    }

    #[test]
    fn a_band_needs_as_many_groups_as_it_is_wide() {
        for (lower, upper) in [(0, 0), (1, 1), (2, 3), (0, 4)] {
            let pattern = banded(40, lower, upper);
            let coloring = color_columns(&pattern);
            assert_eq!((coloring.count, coloring.proved), (lower + upper + 1, true));
            assert!(is_orthogonal(&pattern, &coloring.groups));
        }
    }

    #[test]
    fn an_odd_cycle_of_conflicts_needs_three_groups() {
        let rows: Vec<Vec<u32>> = (0..7).map(|i| vec![i, (i + 1) % 7]).collect();
        let coloring = color_columns(&Pattern::new(7, &rows).unwrap());
        assert_eq!((coloring.count, coloring.proved), (3, true));
    }

    #[test]
    fn empty_patterns_take_one_group() {
        assert_eq!(color_columns(&Pattern::new(3, &[vec![], vec![]]).unwrap()).count, 1);
        assert_eq!(color_columns(&Pattern::new(0, &[]).unwrap()).count, 1);
    }
}
