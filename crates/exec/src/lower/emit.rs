//! Writes the regions of a program, group by group.
use super::classify::{Home, Number, classify, number, root};
use super::groups::{Group, Groups, Maker, groups};
use crate::low::{Array, Factor, Layout, Low, Region, Value, ValueId, View};
use crate::straight::{Builder, Value as Step, optimize};
use chainrule_tape::{Constant, Form, Kind, NodeId, Selection, Shape, Tape};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The program of a tape that has been expanded and simplified.
pub(super) fn emit(tape: &Tape, shared: &[bool]) -> Low {
    let homes = classify(tape);
    let groups = groups(tape, &homes, shared);
    let low = Low {
        values: Vec::new(),
        inputs: Vec::new(),
        constants: Vec::new(),
        shared: Vec::new(),
        body: Vec::new(),
        outputs: Vec::new(),
    };
    let wanted = Wanted::new(tape, &homes, &groups);
    let mut emitter = Emitter {
        tape,
        homes: &homes,
        groups: &groups,
        wanted,
        low,
        arrays: FxHashMap::default(),
        exports: FxHashMap::default(),
        steps: vec![None; tape.len()],
    };
    emitter.given(shared);
    for (place, (group, nodes)) in groups.list.iter().enumerate() {
        emitter.group(place as u32, group, nodes);
    }
    emitter.outputs();
    emitter.low
}

/// What is read outside the group that makes it.
struct Wanted {
    /// Numbers that another group, a kernel or an output reads, by group, in order of reading.
    numbers: FxHashMap<u32, Vec<NodeId>>,
    known: FxHashSet<NodeId>,
    /// Outputs that are one number, each an array of its own: the output's node and the step, by group.
    singles: FxHashMap<u32, Vec<(NodeId, NodeId)>>,
    /// Arrays that somebody needs whole in memory.
    arrays: FxHashSet<NodeId>,
}

struct Emitter<'a> {
    tape: &'a Tape,
    homes: &'a [Home],
    groups: &'a Groups,
    wanted: Wanted,
    low: Low,
    /// The value that holds the array of a node.
    arrays: FxHashMap<NodeId, ValueId>,
    /// The value and element that holds a number made by a step, for readers outside its group.
    exports: FxHashMap<NodeId, (ValueId, usize)>,
    /// The step of each node in the code being written.
    steps: Vec<Option<Step>>,
}

impl Wanted {
    fn new(tape: &Tape, homes: &[Home], groups: &Groups) -> Wanted {
        let (numbers, known, singles, arrays) = Default::default();
        let mut wanted = Wanted { numbers, known, singles, arrays };
        for (id, kind, _) in tape.nodes() {
            let reader = groups.of[id.index()];
            match (&homes[id.index()], kind) {
                (Home::Pack(numbers), _) => {
                    numbers.iter().for_each(|&n| wanted.number(n, reader, groups));
                    wanted.arrays.insert(id);
                }
                (Home::Number(Number::Step(step)), Kind::Elementwise(_, _, args))
                    if *step == id =>
                {
                    for &arg in &args {
                        wanted.number(number(tape, homes, arg, 0), reader, groups);
                    }
                }
                (Home::Map, Kind::Elementwise(_, _, args)) => {
                    args.iter().for_each(|&arg| wanted.read(homes, groups, arg, reader));
                }
                (Home::Kernel(form), Kind::Structural(_, args)) => {
                    wanted.arrays.insert(id);
                    for &arg in &args {
                        let strided = matches!(form, Form::Dot { .. })
                            && factor_strides(tape, homes, arg).is_some();
                        if strided {
                            wanted.read(homes, groups, arg, None);
                        } else {
                            wanted.whole(homes, groups, arg);
                        }
                    }
                }
                _ => {}
            }
        }
        for output in tape.outputs() {
            wanted.output(homes, groups, output.node());
        }
        wanted
    }

    fn number(&mut self, number: Number, reader: Option<u32>, groups: &Groups) {
        match number {
            Number::Step(id) if groups.of[id.index()] != reader && self.known.insert(id) => {
                let maker = groups.of[id.index()].unwrap_or(0);
                self.numbers.entry(maker).or_default().push(id);
            }
            Number::Element(id, _) => {
                self.arrays.insert(id);
            }
            Number::Constant(_) | Number::Step(_) => {}
        }
    }

    /// An output; one number goes straight to its rows.
    fn output(&mut self, homes: &[Home], groups: &Groups, node: NodeId) {
        let own = root(homes, node);
        match homes[own.index()] {
            Home::Number(Number::Step(step)) => {
                let maker = groups.of[step.index()].unwrap_or(0);
                let singles = self.singles.entry(maker).or_default();
                if !singles.contains(&(own, step)) {
                    singles.push((own, step));
                }
            }
            _ => self.whole(homes, groups, own),
        }
    }

    /// A reader that can take a view or a splat as it is.
    fn read(&mut self, homes: &[Home], groups: &Groups, arg: NodeId, reader: Option<u32>) {
        let own = root(homes, arg);
        match &homes[own.index()] {
            Home::Number(n) | Home::Splat(n) => self.number(*n, reader, groups),
            Home::View { of, .. } if own == arg => self.whole(homes, groups, *of),
            Home::Map if own == arg && groups.of[own.index()] == reader => {}
            _ => self.whole(homes, groups, own),
        }
    }

    /// A reader that needs the array in memory.
    fn whole(&mut self, homes: &[Home], groups: &Groups, arg: NodeId) {
        let mut own = root(homes, arg);
        loop {
            match &homes[own.index()] {
                Home::Number(n) | Home::Splat(n) => return self.number(*n, None, groups),
                // A view that is made needs what it views.
                Home::View { of, .. } if self.arrays.insert(own) => own = root(homes, *of),
                _ => {
                    self.arrays.insert(own);
                    return;
                }
            }
        }
    }
}

/// How a factor of a matrix product reads the array that holds it: that node, the first element and the strides of
/// the batch, the rows and the columns; `None` where the batch axes have no common stride.
fn factor_strides(tape: &Tape, homes: &[Home], arg: NodeId) -> Option<(NodeId, usize, [isize; 3])> {
    let shape = tape.shape(arg);
    let own = root(homes, arg);
    let (of, first, strides) = match &homes[own.index()] {
        // Under another shape a view's strides say nothing.
        Home::View { of, first, strides, .. } if own == arg => (*of, *first, strides.clone()),
        Home::View { .. } | Home::Number(_) | Home::Splat(_) => return None,
        _ => (own, 0, shape.strides().into_iter().map(|stride| stride as isize).collect()),
    };
    let rank = shape.len();
    let mut step = 0;
    let mut expected = None;
    for axis in (0..rank - 2).rev().filter(|&axis| shape[axis] != 1) {
        match expected {
            None => step = strides[axis],
            Some(stride) if stride == strides[axis] => {}
            Some(_) => return None,
        }
        expected = Some(strides[axis] * shape[axis] as isize);
    }
    Some((of, first, [step, strides[rank - 2], strides[rank - 1]]))
}

impl Emitter<'_> {
    fn value(&mut self, elements: usize, layout: Layout) -> ValueId {
        self.low.values.push(Value { elements, layout });
        ValueId(self.low.values.len() as u32 - 1)
    }

    fn given(&mut self, shared: &[bool]) {
        for (id, kind, shape) in self.tape.nodes() {
            match kind {
                Kind::Input(i) => {
                    let layout = if shared[i] { Layout::Shared } else { Layout::Rows };
                    let value = self.value(shape.elements(), layout);
                    self.low.inputs.push(value);
                    self.arrays.insert(id, value);
                }
                Kind::Constant(Constant::Array(data)) if self.wanted.arrays.contains(&id) => {
                    let value = self.constant(data.clone());
                    self.arrays.insert(id, value);
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, data: Arc<[f64]>) -> ValueId {
        let value = self.value(data.len(), Layout::Shared);
        self.low.constants.push((value, data));
        value
    }

    fn group(&mut self, place: u32, group: &Group, nodes: &[NodeId]) {
        let layout = if group.by_point { Layout::Rows } else { Layout::Shared };
        let regions = match &group.maker {
            Maker::Straight => self.straight(place, nodes, layout),
            Maker::Map(extents) => self.map(place, nodes, extents, layout),
            Maker::Kernel(id) if self.wanted.arrays.contains(id) => self.kernel(*id, layout),
            Maker::Kernel(_) => Vec::new(),
        };
        let body = if group.by_point { &mut self.low.body } else { &mut self.low.shared };
        body.extend(regions);
    }

    fn straight(&mut self, place: u32, nodes: &[NodeId], layout: Layout) -> Vec<Region> {
        let ranges = self.ranges(place, nodes);
        let mut regions = Vec::new();
        let (mut reads, mut starts, mut inputs) = (Vec::new(), FxHashMap::default(), 0);
        for &(from, first, elements) in &ranges {
            let lanes = self.value(elements, Layout::Lanes);
            regions.push(Region::Relayout { from, first, to: lanes });
            reads.push(lanes);
            starts.insert(from, (inputs, first));
            inputs += elements;
        }
        let mut writing = Writing { builder: Builder::new(inputs), starts };
        let mut outputs: Vec<Step> = Vec::new();
        let mut stores: Vec<(ValueId, usize)> = Vec::new();
        for &id in nodes {
            if let Home::Pack(numbers) = &self.homes[id.index()] {
                let value = self.value(numbers.len(), layout);
                outputs.extend(numbers.iter().map(|&n| self.step(place, n, &mut writing)));
                stores.push((value, numbers.len()));
                self.arrays.insert(id, value);
            } else if let Kind::Elementwise(op, n, args) = self.tape.kind(id) {
                let number = |arg: &NodeId| number(self.tape, self.homes, *arg, 0);
                let args: Vec<Step> =
                    args.iter().map(|arg| self.step(place, number(arg), &mut writing)).collect();
                self.steps[id.index()] = Some(writing.builder.apply(op, n, &args));
            }
        }
        for (own, step) in self.wanted.singles.remove(&place).unwrap_or_default() {
            let value = self.value(1, layout);
            outputs.push(self.step(place, Number::Step(step), &mut writing));
            stores.push((value, 1));
            self.arrays.insert(own, value);
        }
        let exported = self.wanted.numbers.remove(&place).unwrap_or_default();
        if !exported.is_empty() {
            let value = self.value(exported.len(), layout);
            for (element, &id) in exported.iter().enumerate() {
                outputs.push(self.step(place, Number::Step(id), &mut writing));
                self.exports.insert(id, (value, element));
            }
            stores.push((value, exported.len()));
        }
        let code = Arc::new(optimize(&writing.builder.finish(&outputs)));
        let lanes: Vec<ValueId> =
            stores.iter().map(|&(_, n)| self.value(n, Layout::Lanes)).collect();
        regions.push(Region::Straight { code, reads, writes: lanes.clone() });
        let store =
            |(from, (to, _)): (ValueId, (ValueId, usize))| Region::Relayout { from, first: 0, to };
        regions.extend(lanes.into_iter().zip(stores).map(store));
        regions
    }

    /// The stretches of arrays that a straight-line group reads: value, first element, how many.
    fn ranges(&self, place: u32, nodes: &[NodeId]) -> Vec<(ValueId, usize, usize)> {
        let mut order: Vec<ValueId> = Vec::new();
        let mut bounds: FxHashMap<ValueId, (usize, usize)> = FxHashMap::default();
        let mut note = |number: Number| {
            if let Some((value, element)) = self.read_from(place, number) {
                let bound = bounds.entry(value).or_insert_with(|| {
                    order.push(value);
                    (element, element)
                });
                *bound = (bound.0.min(element), bound.1.max(element));
            }
        };
        for &id in nodes {
            match (&self.homes[id.index()], self.tape.kind(id)) {
                (Home::Pack(numbers), _) => numbers.iter().for_each(|&n| note(n)),
                (_, Kind::Elementwise(_, _, args)) => {
                    args.iter().for_each(|&arg| note(number(self.tape, self.homes, arg, 0)));
                }
                _ => {}
            }
        }
        order
            .into_iter()
            .map(|value| (value, bounds[&value].0, bounds[&value].1 + 1 - bounds[&value].0))
            .collect()
    }

    /// Where a group reads a number that it does not make itself.
    fn read_from(&self, place: u32, number: Number) -> Option<(ValueId, usize)> {
        match number {
            Number::Constant(_) => None,
            Number::Step(id) if self.groups.of[id.index()] == Some(place) => None,
            Number::Step(id) => Some(self.exports[&id]),
            Number::Element(id, element) => Some((self.arrays[&id], element)),
        }
    }

    fn step(&self, place: u32, number: Number, writing: &mut Writing) -> Step {
        match (number, self.read_from(place, number)) {
            (Number::Constant(number), _) => writing.builder.constant(number),
            (_, Some((value, element))) => writing.input(value, element),
            (Number::Step(id), None) | (Number::Element(id, _), None) => {
                self.steps[id.index()].expect("a step stands before those that read it")
            }
        }
    }

    fn map(
        &mut self,
        place: u32,
        nodes: &[NodeId],
        extents: &[u32],
        layout: Layout,
    ) -> Vec<Region> {
        let strides: Vec<isize> = row_major(extents);
        let mut reads: Vec<View> = Vec::new();
        let mut numbers: FxHashMap<NodeId, usize> = FxHashMap::default();
        let outside: Vec<NodeId> = self.outside(place, nodes);
        for &arg in &outside {
            let view = self.view(arg, &strides);
            if let Some(view) = view {
                let place = reads.iter().position(|read| *read == view).unwrap_or(reads.len());
                if place == reads.len() {
                    reads.push(view);
                }
                numbers.insert(arg, place);
            }
        }
        let mut builder = Builder::new(reads.len());
        let (mut outputs, mut writes) = (Vec::new(), Vec::new());
        for &id in nodes {
            let Kind::Elementwise(op, n, args) = self.tape.kind(id) else { continue };
            let args: Vec<Step> = args
                .iter()
                .map(|arg| match numbers.get(arg) {
                    Some(&read) => builder.input(read),
                    None => self.constant_or_step(*arg, &mut builder),
                })
                .collect();
            let step = builder.apply(op, n, &args);
            self.steps[id.index()] = Some(step);
            if self.wanted.arrays.contains(&id) {
                let value = self.value(self.tape.shape(id).elements(), layout);
                self.arrays.insert(id, value);
                outputs.push(step);
                writes.push(value);
            }
        }
        let code = Arc::new(optimize(&builder.finish(&outputs)));
        let extents = extents.iter().map(|&extent| extent as usize).collect();
        vec![Region::Array(Array::Map { code, extents, reads, writes })]
    }

    /// The arguments of a map that it does not make itself.
    fn outside(&self, place: u32, nodes: &[NodeId]) -> Vec<NodeId> {
        let mut seen = FxHashSet::default();
        let mut outside = Vec::new();
        for &id in nodes {
            let Kind::Elementwise(_, _, args) = self.tape.kind(id) else { continue };
            for arg in args {
                if self.groups.of[arg.index()] != Some(place) && seen.insert(arg) {
                    outside.push(arg);
                }
            }
        }
        outside
    }

    /// How a map reads an array; `None` for a constant number.
    fn view(&self, arg: NodeId, strides: &[isize]) -> Option<View> {
        let own = root(self.homes, arg);
        let element = |value: (ValueId, usize)| {
            Some(View { value: value.0, first: value.1, strides: vec![0; strides.len()] })
        };
        match &self.homes[own.index()] {
            Home::Number(n) | Home::Splat(n) => element(self.read_from(u32::MAX, *n)?),
            Home::View { of, first, strides, .. }
                if own == arg && !self.arrays.contains_key(&own) =>
            {
                let value = self.arrays[&root(self.homes, *of)];
                Some(View { value, first: *first, strides: strides.clone() })
            }
            _ => Some(View { value: self.arrays[&own], first: 0, strides: strides.to_vec() }),
        }
    }

    fn constant_or_step(&self, arg: NodeId, builder: &mut Builder) -> Step {
        match &self.homes[root(self.homes, arg).index()] {
            Home::Number(Number::Constant(number)) | Home::Splat(Number::Constant(number)) => {
                builder.constant(*number)
            }
            _ => self.steps[arg.index()].expect("a step stands before those that read it"),
        }
    }

    fn kernel(&mut self, id: NodeId, layout: Layout) -> Vec<Region> {
        let Kind::Structural(_, args) = self.tape.kind(id) else { return Vec::new() };
        let write = self.value(self.tape.shape(id).elements(), layout);
        let homes = self.homes;
        let array = match &homes[id.index()] {
            Home::View { selection, .. } | Home::Kernel(Form::Selection(selection)) => {
                let reads = args.iter().map(|&arg| self.whole(arg)).collect();
                Array::Select { selection: Arc::new(selection.clone()), reads, write }
            }
            Home::Kernel(Form::Fold(fold)) => {
                Array::Fold { fold: Arc::new(fold.clone()), read: self.whole(args[0]), write }
            }
            Home::Kernel(Form::Scatter(scatter)) => {
                let (base, update) = (self.whole(args[0]), self.whole(args[1]));
                Array::Scatter { scatter: Arc::new(scatter.clone()), base, update, write }
            }
            Home::Kernel(Form::Cumulative { outer, length, inner }) => {
                let (outer, length, inner) = (*outer, *length, *inner);
                Array::Cumulative { outer, length, inner, read: self.whole(args[0]), write }
            }
            Home::Kernel(Form::Dot { batch, m, k, n }) => {
                let (a, b) = (self.factor(args[0]), self.factor(args[1]));
                Array::Dot { batch: *batch, m: *m, k: *k, n: *n, a, b, write }
            }
            _ => unreachable!("expand composes what is composed, and the rest is no kernel"),
        };
        self.arrays.insert(id, write);
        vec![Region::Array(array)]
    }

    fn factor(&mut self, arg: NodeId) -> Factor {
        let (value, first, [step, row, column]) = match factor_strides(self.tape, self.homes, arg) {
            Some((of, first, strides)) => (self.whole(of), first, strides),
            None => {
                let shape = self.tape.shape(arg);
                let (rows, columns) =
                    (shape[shape.len() - 2] as isize, shape[shape.len() - 1] as isize);
                (self.whole(arg), 0, [rows * columns, columns, 1])
            }
        };
        Factor { value, first, step, row, column }
    }

    /// The value that holds a node's array, made of one number where the node is a number or a splat.
    fn whole(&mut self, arg: NodeId) -> ValueId {
        let own = root(self.homes, arg);
        if let Some(&value) = self.arrays.get(&own) {
            return value;
        }
        let (Home::Number(number) | Home::Splat(number)) = &self.homes[own.index()] else {
            unreachable!("every array that is wanted has been made")
        };
        let elements = self.tape.shape(own).elements();
        match *number {
            Number::Constant(number) => {
                let value = self.constant(vec![number; elements].into());
                self.arrays.insert(own, value);
                value
            }
            other => self.spread(own, other, elements),
        }
    }

    /// An array made by copying one number everywhere.
    fn spread(&mut self, own: NodeId, number: Number, elements: usize) -> ValueId {
        let (from, first) =
            self.read_from(u32::MAX, number).expect("only a constant is read from nowhere");
        let layout = self.low.values[from.index()].layout;
        if elements == 1 && self.low.values[from.index()].elements == 1 {
            return from;
        }
        let write = self.value(elements, layout);
        let selection = Selection { fill: 0.0, boxes: vec![repeated(first, elements)] };
        let array = Array::Select { selection: Arc::new(selection), reads: vec![from], write };
        let body = if layout == Layout::Shared { &mut self.low.shared } else { &mut self.low.body };
        body.push(Region::Array(array));
        self.arrays.insert(own, write);
        write
    }

    fn outputs(&mut self) {
        for output in self.tape.outputs() {
            let value = self.whole(output.node());
            self.low.outputs.push(value);
        }
    }
}

/// One element, copied to all of a row.
fn repeated(first: usize, elements: usize) -> chainrule_tape::Placement {
    use chainrule_tape::{Axis, Placement, Source};
    let axis = Axis { extent: elements, to: 1, from: Source::Stride(0) };
    Placement { arg: 0, to: 0, from: first, axes: vec![axis] }
}

fn row_major(extents: &[u32]) -> Vec<isize> {
    let shape = Shape::new(extents).expect("the extents are those of a node");
    shape.strides().into_iter().map(|stride| stride as isize).collect()
}

/// Straight-line code being written, and where its inputs come from.
struct Writing {
    builder: Builder,
    /// For each value it reads: the number of its first input, and the element that is.
    starts: FxHashMap<ValueId, (usize, usize)>,
}

impl Writing {
    fn input(&mut self, value: ValueId, element: usize) -> Step {
        let (start, first) = self.starts[&value];
        self.builder.input(start + element - first)
    }
}
