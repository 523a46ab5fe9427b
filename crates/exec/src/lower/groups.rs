//! Which nodes are made together: by one straight-line region, one map, or one kernel, and in which order.
//!
//! Every group has a level. A node joins the group of its kind at the lowest level at which all it reads is there: what
//! its own group makes is there at once, what another group makes one level later. So groups are as large as they can
//! be, and running them level by level is a correct order: groups of one level do not read each other.
use super::classify::{Home, Number, number, root};
use chainrule_tape::{Kind, NodeId, Shape, Tape};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// A group: when it runs, and what makes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Group {
    /// `false` runs once a call, before all others: nothing in it depends on a point.
    pub(super) by_point: bool,
    pub(super) level: u32,
    pub(super) maker: Maker,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Maker {
    Straight,
    Map(Vec<u32>),
    Kernel(NodeId),
}

/// The groups of a tape, in an order in which they can run, each with its nodes in tape order.
pub(super) struct Groups {
    pub(super) list: Vec<(Group, Vec<NodeId>)>,
    /// The place in `list` of the group that makes each node.
    pub(super) of: Vec<Option<u32>>,
}

/// Sorts the nodes that have to be made into groups. `shared` tells for each input whether all points share it.
pub(super) fn groups(tape: &Tape, homes: &[Home], shared: &[bool]) -> Groups {
    let mut levels = Levels {
        tape,
        homes,
        by_point: Vec::new(),
        group: Vec::new(),
        numbers: FxHashMap::default(),
        groups: Vec::new(),
    };
    for (id, kind, shape) in tape.nodes() {
        let by_point = match &kind {
            Kind::Input(i) => !shared[*i],
            Kind::Constant(_) => false,
            Kind::Elementwise(_, _, args) | Kind::Structural(_, args) => {
                args.iter().any(|arg| levels.by_point[arg.index()])
            }
        };
        levels.by_point.push(by_point);
        let group = levels.place(id, &kind, shape);
        levels.group.push(group);
    }
    levels.sorted()
}

struct Levels<'a> {
    tape: &'a Tape,
    homes: &'a [Home],
    by_point: Vec<bool>,
    /// The group of each node that is made, by its number in order of appearance.
    group: Vec<Option<u32>>,
    numbers: FxHashMap<Group, u32>,
    groups: Vec<Group>,
}

impl Levels<'_> {
    fn place(&mut self, id: NodeId, kind: &Kind, shape: &Shape) -> Option<u32> {
        let args: &[NodeId] = match kind {
            Kind::Elementwise(_, _, args) | Kind::Structural(_, args) => args,
            Kind::Input(_) | Kind::Constant(_) => &[],
        };
        let by_point = self.by_point[id.index()];
        let maker = match &self.homes[id.index()] {
            Home::Number(Number::Step(step)) if *step == id => Maker::Straight,
            Home::Pack(_) => Maker::Straight,
            Home::Map => Maker::Map(shape.to_vec()),
            Home::Kernel(_) | Home::View { .. } => Maker::Kernel(id),
            Home::Number(_) | Home::Splat(_) | Home::Alias(_) | Home::Given => return None,
        };
        let level = match &self.homes[id.index()] {
            Home::Pack(numbers) => numbers
                .iter()
                .map(|&n| self.level_of_number(n, by_point, &maker))
                .max()
                .unwrap_or(0),
            _ => args.iter().map(|&arg| self.level_of(arg, by_point, &maker)).max().unwrap_or(0),
        };
        Some(self.number(Group { by_point, level, maker }))
    }

    /// The lowest level at which a group of that kind can read a node.
    fn level_of(&self, arg: NodeId, by_point: bool, reader: &Maker) -> u32 {
        let own = root(self.homes, arg);
        match &self.homes[own.index()] {
            Home::Number(n) | Home::Splat(n) => self.level_of_number(*n, by_point, reader),
            Home::View { of, .. } if own == arg && matches!(reader, Maker::Map(_)) => {
                self.level_of_made(*of, by_point, reader, false)
            }
            _ if *reader == Maker::Straight => {
                self.level_of_number(number(self.tape, self.homes, arg, 0), by_point, reader)
            }
            _ => {
                // Only a map of the very same shape is joined; under another shape the array must be there.
                let may_join = own == arg;
                self.level_of_made(own, by_point, reader, may_join)
            }
        }
    }

    fn level_of_number(&self, number: Number, by_point: bool, reader: &Maker) -> u32 {
        match number {
            Number::Constant(_) => 0,
            Number::Step(id) => self.level_of_made(id, by_point, reader, true),
            Number::Element(id, _) => self.level_of_made(id, by_point, reader, false),
        }
    }

    fn level_of_made(&self, id: NodeId, by_point: bool, reader: &Maker, may_join: bool) -> u32 {
        let Some(group) = self.group[id.index()] else { return 0 };
        let group = &self.groups[group as usize];
        if group.by_point != by_point {
            return 0; // a shared group has run before any group by point
        }
        group.level + u32::from(!(may_join && group.maker == *reader))
    }

    fn number(&mut self, group: Group) -> u32 {
        if let Some(&number) = self.numbers.get(&group) {
            return number;
        }
        let number = self.groups.len() as u32;
        self.groups.push(group.clone());
        self.numbers.insert(group, number);
        number
    }

    fn sorted(self) -> Groups {
        let mut members: BTreeMap<&Group, Vec<NodeId>> = BTreeMap::new();
        for ((id, _, _), group) in self.tape.nodes().zip(&self.group) {
            if let Some(group) = group {
                members.entry(&self.groups[*group as usize]).or_default().push(id);
            }
        }
        let places: FxHashMap<&Group, u32> = members.keys().copied().zip(0..).collect();
        let of = self.group.iter().map(|g| g.map(|g| places[&self.groups[g as usize]])).collect();
        Groups { of, list: members.into_iter().map(|(g, ids)| (g.clone(), ids)).collect() }
    }
}
