//! What has to be in memory: numbers and arrays that are read outside the group that makes them.
use super::super::classify::{Home, Number, number, root};
use super::super::groups::Groups;
use super::kernel::factor_strides;
use chainrule_tape::{Form, Kind, NodeId, Tape};
use rustc_hash::{FxHashMap, FxHashSet};

/// What is read outside the group that makes it.
pub(super) struct Wanted {
    /// Numbers that another group, a kernel or an output reads, by group.
    pub(super) numbers: FxHashMap<u32, Vec<NodeId>>,
    known: FxHashSet<NodeId>,
    /// Outputs that are one number, each an array of its own: the output's node and the step, by group.
    pub(super) singles: FxHashMap<u32, Vec<(NodeId, NodeId)>>,
    /// Arrays that somebody needs whole in memory.
    pub(super) arrays: FxHashSet<NodeId>,
}

impl Wanted {
    pub(super) fn new(tape: &Tape, homes: &[Home], groups: &Groups) -> Wanted {
        let (numbers, known, singles, arrays) = Default::default();
        let mut wanted = Wanted { numbers, known, singles, arrays };
        for output in tape.outputs() {
            wanted.output(homes, groups, output.node());
        }
        // From the last node back: a reader tells what it wants before it is asked whether that is wanted.
        for (id, kind, _) in tape.nodes().rev() {
            let reader = groups.of[id.index()];
            match (&homes[id.index()], kind) {
                (Home::Pack(numbers), _) if wanted.arrays.contains(&id) => {
                    numbers.iter().for_each(|&n| wanted.number(n, reader, groups));
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
