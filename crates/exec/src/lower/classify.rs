//! What becomes of each node: a step of straight-line code, an element of an array, an array, or a way to read one.
use crate::low::is_whole;
use chainrule_tape::{Constant, Form, Kind, NodeId, Placement, Selection, Shape, Source, Tape};

/// One number at each point.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Number {
    /// Known when lowering.
    Constant(f64),
    /// Made by the straight-line step of that node.
    Step(NodeId),
    /// An element of the array of that node.
    Element(NodeId, usize),
}

/// What becomes of a node. A node of one element is a number under any shape.
#[derive(Clone, Debug)]
pub(super) enum Home {
    /// One number; the node's own step or an element of another node's array.
    Number(Number),
    /// The same number everywhere.
    Splat(Number),
    /// Numbers put side by side.
    Pack(Vec<Number>),
    /// The array of another node, under another shape.
    Alias(NodeId),
    /// The array of another node, read with these strides; made only where a reader needs it whole.
    View { of: NodeId, first: usize, strides: Vec<isize>, selection: Selection },
    /// An array that is given: an input or a constant.
    Given,
    /// An array made element by element from arrays of its own shape.
    Map,
    /// An array made by a kernel.
    Kernel(Form),
}

/// Arrays of more elements are never put together from single numbers.
const LARGEST_PACK: usize = 1 << 16;

/// The home of every node of a tape that has been expanded and simplified.
pub(super) fn classify(tape: &Tape) -> Vec<Home> {
    let mut homes: Vec<Home> = Vec::with_capacity(tape.len());
    for (id, kind, shape) in tape.nodes() {
        let single = shape.elements() == 1;
        let home = match kind {
            Kind::Input(_) if single => Home::Number(Number::Element(id, 0)),
            Kind::Constant(constant) if single => {
                Home::Number(Number::Constant(constant.element(0)))
            }
            Kind::Constant(Constant::Splat(number)) => Home::Splat(Number::Constant(*number)),
            Kind::Input(_) | Kind::Constant(_) => Home::Given,
            Kind::Elementwise(..) if single => Home::Number(Number::Step(id)),
            Kind::Elementwise(..) => Home::Map,
            Kind::Structural(rule, args) => {
                let shapes: Vec<&Shape> = args.iter().map(|&arg| tape.shape(arg)).collect();
                match rule.form(&shapes) {
                    Form::Selection(selection) => {
                        Reading { tape, homes: &homes, args: &args, shapes: &shapes }
                            .home(selection, shape)
                    }
                    form => Home::Kernel(form),
                }
            }
        };
        homes.push(home);
    }
    homes
}

/// The node whose array holds the elements of `id`: itself, or what it is an alias of.
pub(super) fn root(homes: &[Home], id: NodeId) -> NodeId {
    match homes[id.index()] {
        Home::Alias(root) => root,
        _ => id,
    }
}

/// Element `i` of a node as a number.
pub(super) fn number(tape: &Tape, homes: &[Home], id: NodeId, i: usize) -> Number {
    let id = root(homes, id);
    match &homes[id.index()] {
        Home::Number(number) | Home::Splat(number) => *number,
        Home::Pack(numbers) => numbers[i],
        Home::Given => match tape.kind(id) {
            Kind::Constant(constant) => Number::Constant(constant.element(i)),
            _ => Number::Element(id, i),
        },
        Home::View { of, first, strides, .. } => {
            let places = tape.shape(id).iter().zip(tape.shape(id).strides()).zip(strides);
            let offset = |((&extent, step), &stride): ((&u32, usize), &isize)| {
                (i / step % extent as usize) as isize * stride
            };
            let from = *first as isize + places.map(offset).sum::<isize>();
            number(tape, homes, *of, from as usize)
        }
        Home::Map | Home::Kernel(_) | Home::Alias(_) => Number::Element(id, i),
    }
}

/// A selection to be given a home.
struct Reading<'a> {
    tape: &'a Tape,
    homes: &'a [Home],
    args: &'a [NodeId],
    shapes: &'a [&'a Shape],
}

impl Reading<'_> {
    fn home(&self, selection: Selection, shape: &Shape) -> Home {
        let elements = shape.elements();
        let number = |source: Option<(usize, usize)>| match source {
            Some((arg, i)) => number(self.tape, self.homes, self.args[arg], i),
            None => Number::Constant(selection.fill),
        };
        if elements == 1 {
            return Home::Number(number(selection.sources(1)[0]));
        }
        if elements <= LARGEST_PACK
            && self.args.iter().any(|&arg| self.is_packed(arg))
            && self.args.iter().all(|&arg| self.is_numbers(arg))
        {
            return Home::Pack(selection.sources(elements).into_iter().map(number).collect());
        }
        if let [only] = selection.boxes.as_slice()
            && let Some(home) = self.one_box(only, shape, &selection)
        {
            return home;
        }
        Home::Kernel(Form::Selection(selection))
    }

    /// Whether an argument is numbers that straight-line code makes or takes one by one.
    fn is_numbers(&self, arg: NodeId) -> bool {
        match self.homes[root(self.homes, arg).index()] {
            Home::Number(_) | Home::Splat(_) | Home::Pack(_) => true,
            Home::Given => self.tape.shape(arg).elements() <= LARGEST_PACK,
            Home::Alias(_) | Home::View { .. } | Home::Map | Home::Kernel(_) => false,
        }
    }

    /// Whether an argument is such numbers, and made: then moving them costs nothing.
    fn is_packed(&self, arg: NodeId) -> bool {
        matches!(self.homes[root(self.homes, arg).index()], Home::Number(_) | Home::Pack(_))
    }

    /// One box that covers the whole shape: an alias, a splat or a view.
    fn one_box(&self, only: &Placement, shape: &Shape, selection: &Selection) -> Option<Home> {
        let elements = shape.elements();
        let of = root(self.homes, self.args[only.arg]);
        let whole = is_whole(only, elements, self.shapes[only.arg].elements());
        if !whole && !covers(only, shape) {
            return None;
        }
        match &self.homes[of.index()] {
            Home::Splat(number) => return Some(Home::Splat(*number)),
            _ if self.shapes[only.arg].elements() == 1 => {
                return Some(Home::Splat(number(self.tape, self.homes, of, 0)));
            }
            _ if whole => return Some(Home::Alias(of)),
            _ => {}
        }
        let stride = |source: &Source| match source {
            Source::Stride(stride) => Some(*stride),
            Source::Table(_) => None,
        };
        let strides: Option<Vec<isize>> = only.axes.iter().map(|axis| stride(&axis.from)).collect();
        let strides = strides?;
        if let Some(home) = self.through(of, only, &strides, shape) {
            return Some(home);
        }
        Some(Home::View { of, first: only.from, strides, selection: selection.clone() })
    }

    /// A view of a view that only changes the order of axes: what lies behind is read at once, as by its transpose
    /// transposed.
    fn through(
        &self,
        of: NodeId,
        only: &Placement,
        steps: &[isize],
        shape: &Shape,
    ) -> Option<Home> {
        let Home::View { of: behind, first: 0, strides, .. } = &self.homes[of.index()] else {
            return None;
        };
        let between = self.tape.shape(of);
        let axis = |(&step, &extent): (&isize, &u32)| {
            let same = |(own, &size): (usize, &u32)| own as isize == step && size == extent;
            let at = between.strides().into_iter().zip(between.iter()).position(same)?;
            Some((at, strides[at]))
        };
        let axes: Option<Vec<(usize, isize)>> = steps.iter().zip(shape.iter()).map(axis).collect();
        let axes = axes.filter(|axes| only.from == 0 && axes.len() == between.len())?;
        let mut order: Vec<usize> = axes.iter().map(|&(at, _)| at).collect();
        order.sort_unstable();
        let read: Vec<isize> = axes.iter().map(|&(_, stride)| stride).collect();
        let in_order = shape.strides().into_iter().map(|stride| stride as isize).eq(read);
        let whole = self.tape.shape(*behind).elements() == shape.elements();
        let permutes = order.iter().copied().eq(0..axes.len());
        (permutes && in_order && whole).then_some(Home::Alias(*behind))
    }
}

/// Whether a box is the whole of `shape`, axis by axis.
fn covers(only: &Placement, shape: &Shape) -> bool {
    let axes = only.axes.iter().zip(shape.iter().zip(shape.strides()));
    only.to == 0 && only.axes.len() == shape.len() && { axes }.all(|(axis, (&extent, to))| {
        axis.extent == extent as usize && (axis.to == to as isize || extent == 1)
    })
}
