//! A graph while its vertices are being eliminated, as sets of bits: for searches on small graphs.
use super::bound::products;
use super::graph::Graph;
use super::kind::EdgeKind;

/// The neighbours of a vertex on one side, in `W` words each: all of them; for the refined count
/// (`K` = 3) also those whose edge is no unit, and of these those whose edge is variable.
type Row<const W: usize, const K: usize> = [[u64; W]; K];

/// One vertex of a partly eliminated graph.
#[derive(Copy, Clone)]
pub(crate) struct Node<const W: usize, const K: usize> {
    pub(crate) before: Row<W, K>,
    pub(crate) after: Row<W, K>,
}

/// All vertices as they stand in the graph.
pub(crate) fn nodes<const W: usize, const K: usize>(graph: &Graph) -> Vec<Node<W, K>> {
    let row = |edges: &[(u32, EdgeKind)]| {
        let mut row = [[0; W]; K];
        for &(at, kind) in edges {
            row.iter_mut().take(kind as usize + 1).for_each(|set| insert(set, at));
        }
        row
    };
    let node = |vertex: &super::graph::Vertex| Node {
        before: row(&vertex.before),
        after: row(&vertex.after),
    };
    graph.vertices.iter().map(node).collect()
}

impl<const W: usize, const K: usize> Node<W, K> {
    /// What eliminating the vertex costs now.
    #[inline]
    pub(crate) fn cost(&self, vertex: u32, sizes: &Sizes) -> u128 {
        let side = |row: &Row<W, K>| match K {
            1 => [sizes.of(&row[0]); 2],
            _ => [sizes.of(&row[1]), sizes.of(&row[2])],
        };
        products(side(&self.before), side(&self.after)) * u128::from(sizes.one(vertex))
    }
}

/// Replaces the neighbour `vertex` of a row by all of `further`, the vertex's neighbours beyond.
#[inline]
pub(crate) fn pass<const W: usize, const K: usize>(
    row: &mut Row<W, K>,
    vertex: u32,
    further: &Row<W, K>,
) {
    if K == 1 {
        remove(&mut row[0], vertex);
        row[0] = std::array::from_fn(|w| row[0][w] | further[0][w]);
        return;
    }
    let kind = [1, 2].map(|k| contains(&row[k], vertex));
    row.iter_mut().for_each(|set| remove(set, vertex));
    for w in 0..W {
        // Where there was an edge, the sum of the two is at least constant.
        let there = row[0][w] & further[0][w];
        row[2][w] |= if kind[1] { further[0][w] } else { further[2][w] };
        row[1][w] |= there | if kind[0] { further[0][w] } else { further[1][w] };
        row[0][w] |= further[0][w];
    }
}

/// Eliminates a vertex.
pub(crate) fn eliminate<const W: usize, const K: usize>(nodes: &mut [Node<W, K>], vertex: u32) {
    let node = nodes[vertex as usize];
    for p in ones(&node.before[0]) {
        pass(&mut nodes[p as usize].after, vertex, &node.after);
    }
    for s in ones(&node.after[0]) {
        pass(&mut nodes[s as usize].before, vertex, &node.before);
    }
}

/// How much each vertex of a set holds.
pub(crate) enum Sizes {
    AllOne,
    Each(Vec<u64>),
}

impl Sizes {
    pub(crate) fn new(graph: &Graph) -> Sizes {
        match &graph.spec.sizes {
            None => Sizes::AllOne,
            Some(_) => Sizes::Each(graph.vertices.iter().map(|vertex| vertex.size).collect()),
        }
    }

    #[inline]
    fn of<const W: usize>(&self, set: &[u64; W]) -> u64 {
        match self {
            Sizes::AllOne => set.iter().map(|word| u64::from(word.count_ones())).sum(),
            Sizes::Each(sizes) => ones(set).map(|at| sizes[at as usize]).sum(),
        }
    }

    #[inline]
    fn one(&self, vertex: u32) -> u64 {
        match self {
            Sizes::AllOne => 1,
            Sizes::Each(sizes) => sizes[vertex as usize],
        }
    }
}

#[inline]
pub(crate) fn insert<const W: usize>(set: &mut [u64; W], at: u32) {
    set[at as usize / 64] |= 1 << (at % 64);
}

#[inline]
fn remove<const W: usize>(set: &mut [u64; W], at: u32) {
    set[at as usize / 64] &= !(1 << (at % 64));
}

#[inline]
pub(crate) fn contains<const W: usize>(set: &[u64; W], at: u32) -> bool {
    set[at as usize / 64] >> (at % 64) & 1 == 1
}

/// The members of a set, rising.
#[inline]
pub(crate) fn ones<const W: usize>(set: &[u64; W]) -> impl Iterator<Item = u32> + use<W> {
    let words = *set;
    (0..W).flat_map(move |w| {
        let mut word = words[w];
        std::iter::from_fn(move || {
            let bit = word.trailing_zeros();
            (word != 0).then(|| {
                word &= word - 1;
                w as u32 * 64 + bit
            })
        })
    })
}

/// Calls a search with sets of as many words as the graph needs, and of the kinds the count needs.
/// `$otherwise` is for graphs with more than [`super::MOST_SEARCHED`] vertices.
macro_rules! by_width {
    ($graph:expr, $count:expr, $search:ident($($argument:expr),*), $otherwise:expr) => {{
        use $crate::elimination::kind::Count::{Plain, Refined};
        match ($graph.vertices.len().div_ceil(64).next_power_of_two(), $count) {
            (1, Plain) => $search::<1, 1>($($argument),*),
            (1, Refined) => $search::<1, 3>($($argument),*),
            (2, Plain) => $search::<2, 1>($($argument),*),
            (2, Refined) => $search::<2, 3>($($argument),*),
            (4, Plain) => $search::<4, 1>($($argument),*),
            (4, Refined) => $search::<4, 3>($($argument),*),
            (8, Plain) => $search::<8, 1>($($argument),*),
            (8, Refined) => $search::<8, 3>($($argument),*),
            (16, Plain) => $search::<16, 1>($($argument),*),
            (16, Refined) => $search::<16, 3>($($argument),*),
            (32, Plain) => $search::<32, 1>($($argument),*),
            (32, Refined) => $search::<32, 3>($($argument),*),
            _ => $otherwise,
        }
    }};
}
pub(crate) use by_width;
