//! Random tapes, made from the tables alone: a new row is drawn from the day it exists.
#![allow(dead_code, reason = "each test uses what it needs")]
use chainrule_tape::structural::Field;
use chainrule_tape::{
    Form, Input, Op, Recorder, Scalar, Segment, Shape, Structural, Tape, TapeError, Var,
};

/// Numbers at which arithmetic is special, and some at which it is not.
pub(crate) const SPICY: [f64; 12] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    3.0,
    1e300,
    5e-324,
    -2.5,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// A stream of choices: shrinking it shrinks the tape.
pub(crate) struct Choices<'c>(std::slice::Iter<'c, u32>);

impl<'c> Choices<'c> {
    pub(crate) fn new(choices: &'c [u32]) -> Choices<'c> {
        Choices(choices.iter())
    }

    /// A number below `count`, 0 when the choices have run out.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |&choice| choice as usize % count.max(1))
    }

    fn is_over(&self) -> bool {
        self.0.as_slice().is_empty()
    }
}

/// What a random tape may be made of.
#[derive(Copy, Clone)]
pub(crate) struct Taste {
    pub(crate) elementwise: fn(Op) -> bool,
    pub(crate) structural: fn(&Form) -> bool,
    /// The most elements of a value.
    pub(crate) largest: usize,
}

pub(crate) const EVERYTHING: Taste =
    Taste { elementwise: |_| true, structural: |_| true, largest: 64 };

/// A tape as the choices say.
pub(crate) fn tape(choices: &[u32], taste: Taste) -> Tape {
    let mut choices = Choices::new(choices);
    let count = 1 + choices.below(3);
    let outputs = 1 + choices.below(12);
    let inputs = (0..count).map(|i| input(i, &mut choices, taste)).collect();
    let tape = Recorder::record(Segment::default(), inputs, |recorder, inputs| {
        let mut vars = inputs.to_vec();
        while !choices.is_over() {
            if let Some(var) = step(recorder, &vars, &mut choices, taste) {
                vars.push(var);
            }
        }
        vars.split_off(vars.len().saturating_sub(outputs))
    });
    tape.expect("only what fits is recorded")
}

/// Spicy numbers for the inputs of a tape.
pub(crate) fn point(tape: &Tape, choices: &mut Choices) -> Vec<Vec<f64>> {
    let array = |input: &Input| {
        (0..input.shape.elements()).map(|_| SPICY[choices.below(SPICY.len())]).collect()
    };
    tape.inputs().iter().map(array).collect()
}

/// The bits of every number; all NaN are one, for their sign and payload are no part of any promise.
pub(crate) fn bits(values: &[Vec<f64>]) -> Vec<Vec<u64>> {
    let bits = |x: &f64| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() };
    values.iter().map(|array| array.iter().map(bits).collect()).collect()
}

fn input(i: usize, choices: &mut Choices, taste: Taste) -> Input {
    const PATHS: [&str; 5] = ["x", "x_dot.W", "a b", "quo\"te\\n\n", "größe"];
    let path = format!("{}{i}", PATHS[choices.below(PATHS.len())]);
    let input = Input::new(&path, shape(choices, taste));
    if choices.below(3) == 0 { input.fixed() } else { input }
}

fn shape(choices: &mut Choices, taste: Taste) -> Shape {
    const SHAPES: [&[u32]; 12] = [
        &[],
        &[3],
        &[2, 3],
        &[1],
        &[4],
        &[2, 2],
        &[3, 1, 2],
        &[0],
        &[2, 0],
        &[70],
        &[9, 8],
        &[4, 3, 7],
    ];
    let shapes = SHAPES.map(|dims| Shape::new(dims).expect("they are small"));
    let fits: Vec<Shape> =
        shapes.into_iter().filter(|shape| shape.elements() <= taste.largest).collect();
    fits[choices.below(fits.len())].clone()
}

fn step<'r>(
    recorder: &'r Recorder,
    vars: &[Var<'r>],
    choices: &mut Choices,
    taste: Taste,
) -> Option<Var<'r>> {
    match choices.below(8) {
        0 => {
            let number = SPICY[choices.below(SPICY.len())];
            Some(recorder.splat(number, &shape(choices, taste)))
        }
        1 => {
            let shape = shape(choices, taste);
            let data: Vec<f64> =
                (0..shape.elements()).map(|_| SPICY[choices.below(SPICY.len())]).collect();
            Some(recorder.constant(&data, &shape))
        }
        2..=4 => {
            let op = Op::ALL[choices.below(Op::ALL.len())];
            let first = vars[choices.below(vars.len())];
            let alike: Vec<Var> =
                vars.iter().copied().filter(|var| var.shape() == first.shape()).collect();
            let args: Vec<Var> =
                (0..op.arity()).map(|_| alike[choices.below(alike.len())]).collect();
            let n = if op.parameter().is_some() { choices.below(7) as i32 - 2 } else { 0 };
            (taste.elementwise)(op).then(|| Var::apply(op, n, &args))
        }
        _ => {
            let name = Structural::NAMES[choices.below(Structural::NAMES.len())];
            let (rule, args) = structural(name, vars, choices, taste.largest)?;
            let shapes: Vec<Shape> = args.iter().map(|arg| arg.shape()).collect();
            let form = rule.form(&shapes.iter().collect::<Vec<_>>());
            (taste.structural)(&form).then(|| recorder.structural(rule, &args))
        }
    }
}

/// A structural op that takes its arguments, found by trial: its row alone knows what fits.
pub(crate) fn structural<'r>(
    name: &str,
    vars: &[Var<'r>],
    choices: &mut Choices,
    largest: usize,
) -> Option<(Structural, Vec<Var<'r>>)> {
    let trials = scattered(choices.below(1 << 20) as u32);
    let mut choices = Choices::new(&trials);
    let arguments = Structural::arguments(name)?;
    let any_number = arguments.iter().any(|argument| argument.ends_with("..."));
    while !choices.is_over() {
        let count = if any_number { 1 + choices.below(3) } else { arguments.len() };
        let args: Vec<Var> = (0..count).map(|_| vars[choices.below(vars.len())]).collect();
        let shapes: Vec<Shape> = args.iter().map(|arg| arg.shape()).collect();
        let shapes: Vec<&Shape> = shapes.iter().collect();
        let Ok(rule) = with_parameters(name, shapes[0], &mut choices) else { continue };
        if rule.shape(&shapes).is_ok_and(|shape| shape.elements() <= largest) {
            return Some((rule, args));
        }
    }
    None
}

/// Many choices made of one, for what is found by trial.
fn scattered(seed: u32) -> Vec<u32> {
    let mut state = u64::from(seed) + 1;
    let next = |_| {
        // Knuth's multiplier; its high bits are well mixed.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    };
    (0..1000).map(next).collect()
}

/// An op with random parameters. Only the row knows which are lists: what it refuses is drawn again.
fn with_parameters(name: &str, x: &Shape, choices: &mut Choices) -> Result<Structural, TapeError> {
    let length = (x.len() + choices.below(4)).saturating_sub(1);
    let mut field = |&name: &&str| {
        let field = match choices.below(2) {
            0 => {
                // Small numbers, or what comes near to the size of an axis.
                let number = |axis: usize| match choices.below(2) {
                    0 => choices.below(5) as i64,
                    _ => i64::from(x.get(axis).copied().unwrap_or(1)) - choices.below(2) as i64,
                };
                Field::List((0..length).map(number).collect())
            }
            _ => Field::Number(choices.below(3) as f64),
        };
        (name.to_string(), field)
    };
    let parameters = Structural::parameters(name).unwrap_or(&[]);
    Structural::from_fields(name, &parameters.iter().map(&mut field).collect::<Vec<_>>())
}
