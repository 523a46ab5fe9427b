//! The regions of a program made ready to run: relayouts joined to the straight-line code they serve, maps with their boxes.
use crate::array::Walk;
use crate::low::{Array, Layout, Low, Region, ValueId, View};
use crate::simd::Level;
use crate::straight::{Code, Lanes, Straight};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

/// One step of a run.
#[derive(Debug)]
pub(super) enum Stage {
    Straight(StraightStage),
    Array(ArrayStage),
    Loop { times: usize, carry: Vec<(ValueId, ValueId)>, body: Vec<Stage> },
    Branch { condition: ValueId, then: Vec<Stage>, otherwise: Vec<Stage> },
    Call { program: Arc<super::Prepared>, args: Vec<ValueId>, results: Vec<ValueId> },
}

/// Straight-line code with what it loads and stores.
#[derive(Debug)]
pub(super) struct StraightStage {
    /// The number of its code.
    pub(super) code: usize,
    pub(super) loads: Vec<Transfer>,
    pub(super) stores: Vec<Transfer>,
}

/// Elements `first..` of a value with rows, and the number of the first input or output they are in the code.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) value: ValueId,
    pub(super) first: usize,
    pub(super) elements: usize,
    pub(super) place: usize,
}

/// An array kernel; for a map the number of its code and its box at one point.
#[derive(Debug)]
pub(super) struct ArrayStage {
    pub(super) array: Array,
    pub(super) map: Option<(usize, Vec<usize>)>,
}

/// Straight-line code in the forms it has been asked for so far.
pub(super) struct Codes {
    straight: Arc<Straight>,
    level: Level,
    ready: [OnceLock<Code>; 3],
}

impl std::fmt::Debug for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "code of {} steps", self.straight.computed())
    }
}

impl Codes {
    /// The code they are made of.
    pub(super) fn straight(&self) -> &Straight {
        &self.straight
    }

    /// The code for that many points at a time.
    pub(super) fn of(&self, lanes: Lanes) -> &Code {
        self.ready[lanes as usize].get_or_init(|| Code::new(&self.straight, self.level, lanes))
    }

    /// How many slots the code takes at each point.
    pub(super) fn slots(&self) -> usize {
        self.of(Lanes::One).block_size() / size_of::<f64>()
    }
}

/// Stages being made, with the codes they use.
pub(super) struct Stages<'l> {
    low: &'l Low,
    level: Level,
    pub(super) codes: Vec<Codes>,
    /// For each value with lanes: the value with rows at the other side, and its first element.
    other_side: FxHashMap<ValueId, (ValueId, usize)>,
}

impl<'l> Stages<'l> {
    pub(super) fn new(low: &'l Low, level: Level) -> Stages<'l> {
        Stages { low, level, codes: Vec::new(), other_side: FxHashMap::default() }
    }

    pub(super) fn of(&mut self, regions: &[Region]) -> Vec<Stage> {
        for region in regions {
            if let Region::Relayout { from, first, to } = *region {
                let into_lanes = self.low.values[to.index()].layout == Layout::Lanes;
                let (lanes, rows) = if into_lanes { (to, from) } else { (from, to) };
                self.other_side.insert(lanes, (rows, first));
            }
        }
        regions.iter().filter_map(|region| self.stage(region)).collect()
    }

    fn stage(&mut self, region: &Region) -> Option<Stage> {
        Some(match region {
            Region::Relayout { .. } => return None,
            Region::Straight { code, reads, writes } => {
                let (loads, stores) = (self.transfers(reads), self.transfers(writes));
                Stage::Straight(StraightStage { code: self.code(code), loads, stores })
            }
            Region::Array(array) => {
                let map = match array {
                    Array::Map { code, extents, .. } => Some((self.code(code), extents.clone())),
                    _ => None,
                };
                Stage::Array(ArrayStage { array: array.clone(), map })
            }
            Region::Loop { times, carry, body } => {
                Stage::Loop { times: *times, carry: carry.clone(), body: self.of(body) }
            }
            Region::Branch { condition, then, otherwise } => {
                let (then, otherwise) = (self.of(then), self.of(otherwise));
                Stage::Branch { condition: *condition, then, otherwise }
            }
            Region::Call { program, args, results } => Stage::Call {
                program: Arc::new(super::Prepared::new(program, self.level)),
                args: args.clone(),
                results: results.clone(),
            },
        })
    }

    fn code(&mut self, straight: &Arc<Straight>) -> usize {
        let ready = Default::default();
        self.codes.push(Codes { straight: Arc::clone(straight), level: self.level, ready });
        self.codes.len() - 1
    }

    fn transfers(&self, lanes: &[ValueId]) -> Vec<Transfer> {
        let mut place = 0;
        let transfer = |lanes: &ValueId| {
            let (value, first) = self.other_side[lanes];
            let elements = self.low.values[lanes.index()].elements;
            place += elements;
            Transfer { value, first, elements, place: place - elements }
        };
        lanes.iter().map(transfer).collect()
    }
}

impl Stage {
    /// The values with rows that it reads and writes, those of the stages inside it included.
    pub(super) fn touches(&self) -> (Vec<ValueId>, Vec<ValueId>) {
        let inner = |stages: &[Stage]| {
            let mut both = (Vec::new(), Vec::new());
            for (reads, writes) in stages.iter().map(Stage::touches) {
                both.0.extend(reads);
                both.1.extend(writes);
            }
            both
        };
        match self {
            Stage::Straight(stage) => {
                let values = |transfers: &[Transfer]| transfers.iter().map(|t| t.value).collect();
                (values(&stage.loads), values(&stage.stores))
            }
            Stage::Array(stage) => (stage.array.reads(), stage.array.writes().to_vec()),
            Stage::Loop { carry, body, .. } => {
                let mut both = inner(body);
                both.0.extend(carry.iter().flat_map(|&(to, from)| [to, from]));
                both.1.extend(carry.iter().map(|&(to, _)| to));
                both
            }
            Stage::Branch { condition, then, otherwise } => {
                let mut both = inner(then);
                let other = inner(otherwise);
                both.0.extend(other.0.into_iter().chain([*condition]));
                both.1.extend(other.1);
                both
            }
            Stage::Call { args, results, .. } => (args.clone(), results.clone()),
        }
    }
}

impl ArrayStage {
    /// How each read of a map goes over `points` points, whose rows lie so many steps apart.
    pub(super) fn walks(&self, extents: &[usize], points: usize, steps: &[usize]) -> Vec<Walk> {
        let Array::Map { reads, .. } = &self.array else { return Vec::new() };
        let walk = |(view, &step): (&View, &usize)| {
            let extents = std::iter::once(points).chain(extents.iter().copied());
            Walk::new(extents, std::iter::once(step as isize).chain(view.strides.iter().copied()))
        };
        reads.iter().zip(steps).map(walk).collect()
    }
}
