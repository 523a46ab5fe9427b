//! What spans of stages cost in every memory: the rows of the table, in one piece.

/// Memories that are looked at together. What the last of them costs is the least of all.
const CHUNK: usize = 32;

/// The costs in some memory and those after it.
type Chunk = [f64; CHUNK];

/// For every span its costs, from the smallest memory that does up to where more memory has no use.
///
/// Before and behind each row stands a margin of a chunk, so that chunks that reach over its ends need not be
/// gathered, unless it is wanted without.
pub(super) struct Rows {
    numbers: Vec<f64>,
    spans: Vec<Place>,
    margin: usize,
}

#[derive(Copy, Clone)]
struct Place {
    first: usize,
    least: usize,
    length: usize,
}

/// Costs that never rise with memory: infinite below the least memory, and behind the end as at the end.
#[derive(Copy, Clone)]
pub(super) struct Row<'a> {
    costs: &'a [f64],
    least: usize,
    /// How many of the costs stand before that of the least memory.
    margin: usize,
}

impl Rows {
    /// Rows for spans with the least memory that does and the most that has a use.
    pub(super) fn new(spans: impl Iterator<Item = (usize, usize)>, margins: bool) -> Rows {
        let margin = if margins { CHUNK } else { 0 };
        let mut first = 0;
        let place = |(least, most): (usize, usize)| {
            let place = Place { first, least, length: (most + 1).saturating_sub(least) };
            first += place.length + 2 * margin;
            place
        };
        let spans = spans.map(place).collect();
        Rows { numbers: vec![f64::INFINITY; first], spans, margin }
    }

    /// The row of a span that has been closed, with so much memory kept beside it.
    pub(super) fn get(&self, span: usize, kept: usize) -> Row<'_> {
        let Place { first, least, length } = self.spans[span];
        let costs = &self.numbers[first..][..length + 2 * self.margin];
        Row { costs, least: least + kept, margin: self.margin }
    }

    /// A row in which nothing can be done yet, to be filled for a span.
    pub(super) fn open(&self, span: usize) -> Open {
        let Place { least, length, .. } = self.spans[span];
        Open { costs: vec![[f64::INFINITY; CHUNK]; length.div_ceil(CHUNK)], least }
    }

    /// Puts the row of a span where others read it, with the same taken from all its costs.
    pub(super) fn close(&mut self, span: usize, open: &Open, less: f64) {
        let Place { first, length, .. } = self.spans[span];
        let row = &mut self.numbers[first + self.margin..][..length + self.margin];
        let (costs, margin) = row.split_at_mut(length);
        costs.iter_mut().zip(open.costs.as_flattened()).for_each(|(to, cost)| *to = cost - less);
        margin.fill(costs.last().copied().unwrap_or(f64::INFINITY));
    }
}

impl<'a> Row<'a> {
    /// The same cost in every memory.
    pub(super) fn constant(cost: &'a f64) -> Row<'a> {
        Row { costs: std::slice::from_ref(cost), least: 0, margin: 0 }
    }

    /// The cost in some memory.
    pub(super) fn at(&self, memory: usize) -> f64 {
        match (memory + self.margin).checked_sub(self.least) {
            None => f64::INFINITY,
            Some(at) => self.costs.get(at).copied().unwrap_or(self.last()),
        }
    }

    /// The cost in all memory there is.
    fn last(&self) -> f64 {
        self.costs.last().copied().unwrap_or(f64::INFINITY)
    }

    /// The costs from some memory on, gathered in `room` where the row has no margins.
    fn chunk<'b>(&self, memory: usize, room: &'b mut Chunk) -> &'b Chunk
    where
        'a: 'b,
    {
        if self.margin == CHUNK {
            let at = (memory + CHUNK).saturating_sub(self.least).min(self.costs.len() - CHUNK);
            if let Some(chunk) = self.costs[at..].first_chunk() {
                return chunk;
            }
        }
        *room = std::array::from_fn(|i| self.at(memory + i));
        room
    }
}

/// A way to do a span: in two parts, from the memory `room` on.
pub(super) struct Way<'a> {
    pub(super) room: usize,
    pub(super) parts: [Row<'a>; 2],
}

impl Way<'_> {
    /// The cost in some memory.
    pub(super) fn at(&self, memory: usize) -> f64 {
        let [a, b] = self.parts;
        if self.room <= memory { a.at(memory) + b.at(memory) } else { f64::INFINITY }
    }
}

/// The row of a span that is being filled.
pub(super) struct Open {
    costs: Vec<Chunk>,
    least: usize,
}

impl Open {
    /// Takes the costs of a way where they are less.
    ///
    /// No row rises. So where the last cost of a chunk is not below the first of the best, none in it is; and
    /// where the best has come down to what the way costs in all memory there is, none behind is either.
    pub(super) fn relax(&mut self, Way { room, parts: [a, b] }: Way<'_>) {
        let (mut gathered_a, mut gathered_b) = ([0.0; CHUNK], [0.0; CHUNK]);
        let lowest = a.last() + b.last();
        let skipped = room.saturating_sub(self.least) / CHUNK;
        for (at, best) in self.costs.iter_mut().enumerate().skip(skipped) {
            if best[0] <= lowest {
                break;
            }
            let memory = self.least + at * CHUNK;
            let a = a.chunk(memory, &mut gathered_a);
            let b = b.chunk(memory, &mut gathered_b);
            if a[CHUNK - 1] + b[CHUNK - 1] < best[0] {
                match room.checked_sub(memory) {
                    None | Some(0) => {
                        for i in 0..CHUNK {
                            best[i] = lesser(best[i], a[i] + b[i]);
                        }
                    }
                    Some(without) => {
                        for i in without..CHUNK {
                            best[i] = lesser(best[i], a[i] + b[i]);
                        }
                    }
                }
            }
        }
    }
}

/// The lesser of two costs; unlike `f64::min` it is one instruction, for it need not care for NaN.
fn lesser(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}
