//! Which inputs each output depends on, read off the nodes.
use chainrule_plan::Pattern;
use chainrule_tape::{Form, Kind, NodeId, Partial, Shape, Tape};

/// The most places that the nodes of a stage may hold together; behind that the stage counts as dense.
const MOST_PLACES: usize = 1 << 20;
/// A pattern is worth it only where at most one of so many places is filled, and the matrix has that many.
const SPARSE: u64 = 4;
const FEWEST_PLACES: u64 = 1 << 12;

/// The columns each element depends on, increasing.
type Columns = Vec<Vec<u32>>;

/// The pattern of a stage's Jacobian, if it is sparse enough to be worth anything.
pub(super) fn pattern(tape: &Tape) -> Option<Pattern> {
    let active = tape.active();
    let mut columns = 0;
    let mut places = 0;
    let mut known: Vec<Option<Columns>> = Vec::with_capacity(tape.len());
    for (id, kind, shape) in tape.nodes() {
        if !active[id.index()] {
            known.push(None);
            continue;
        }
        let rows: Columns = match &kind {
            Kind::Input(_) => {
                let first = columns;
                columns += shape.elements() as u32;
                (first..columns).map(|column| vec![column]).collect()
            }
            Kind::Constant(_) => return None,
            Kind::Elementwise(op, n, args) => {
                let partials = op.partials(*n, &vec![0.5; args.len()], 0.5);
                let read = args.iter().zip(partials).filter(|(_, p)| *p != Partial::Zero);
                let read: Vec<&Columns> =
                    read.filter_map(|(arg, _)| known[arg.index()].as_ref()).collect();
                let element = |i: usize| union(read.iter().map(|rows| &rows[i]));
                (0..shape.elements()).map(element).collect()
            }
            Kind::Structural(rule, args) => {
                let shapes: Vec<&Shape> = args.iter().map(|&arg| tape.shape(arg)).collect();
                structural(&rule.form(&shapes), args, &known, shape.elements(), &mut places)?
            }
        };
        places += rows.iter().map(Vec::len).sum::<usize>();
        if places > MOST_PLACES {
            return None;
        }
        known.push(Some(rows));
    }
    let mut rows: Columns = Vec::new();
    for (i, output) in tape.outputs().iter().enumerate() {
        match &known[output.node().index()] {
            Some(own) => rows.extend(own.iter().cloned()),
            None => rows.extend(vec![Vec::new(); tape.output_shape(i).elements()]),
        }
    }
    let pattern = Pattern::new(columns, &rows).ok()?;
    let all = u64::from(pattern.rows()) * u64::from(columns);
    (all >= FEWEST_PLACES && pattern.entries() * SPARSE <= all).then_some(pattern)
}

/// `places` counts the work of products, which may read more than they hold.
fn structural(
    form: &Form,
    args: &[NodeId],
    known: &[Option<Columns>],
    elements: usize,
    places: &mut usize,
) -> Option<Columns> {
    let rows = |arg: usize| known[args[arg].index()].as_ref();
    let element = |arg: usize, i: usize| rows(arg).map(|rows| &rows[i]);
    match form {
        Form::Selection(selection) => {
            let columns = |source: Option<(usize, usize)>| {
                source.and_then(|(arg, i)| element(arg, i)).cloned().unwrap_or_default()
            };
            Some(selection.sources(elements).into_iter().map(columns).collect())
        }
        Form::Fold(fold) => {
            let group = |group: &Vec<usize>| union(group.iter().filter_map(|&i| element(0, i)));
            Some(fold.groups().iter().map(group).collect())
        }
        Form::Scatter(scatter) => {
            let mut all: Columns = rows(0).cloned().unwrap_or_else(|| vec![Vec::new(); elements]);
            let steps = scatter.index.len();
            for (i, columns) in rows(1).into_iter().flatten().enumerate() {
                let (outer, j) = (i / scatter.inner / steps, i / scatter.inner % steps);
                let place = outer * scatter.length + scatter.index[j] as usize;
                let at = place * scatter.inner + i % scatter.inner;
                all[at] = union([&all[at], columns].into_iter());
            }
            Some(all)
        }
        Form::Dot { batch, m, k, n } => {
            *places += batch * m * k * n;
            if *places > MOST_PLACES {
                return None;
            }
            let entry = |at: usize| {
                let (b, i, j) = (at / (m * n), at / n % m, at % n);
                let left = (0..*k).filter_map(move |l| element(0, (b * m + i) * k + l));
                let right = (0..*k).filter_map(move |l| element(1, (b * k + l) * n + j));
                union(left.chain(right))
            };
            Some((0..elements).map(entry).collect())
        }
        Form::Cumulative { .. } | Form::Composed => None,
    }
}

fn union<'c>(parts: impl Iterator<Item = &'c Vec<u32>>) -> Vec<u32> {
    let mut all: Vec<u32> = parts.flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
