//! Reads a tape from text.
use super::rest::{Rest, Wrong, number};
use crate::structural::Field;
use crate::tape::Code;
use crate::words::Words;
use crate::{Input, Op, Shape, Structural, Tape, TapeError};
use std::sync::Arc;

impl Tape {
    /// The tape that the text says; the grammar is that of [`Tape`]'s `Display`.
    ///
    /// # Errors
    /// `INVALID_TEXT`, naming the line and what was wanted there.
    pub fn parse(text: &str) -> Result<Tape, TapeError> {
        let mut reader = Reader::default();
        let mut lines = (1..).zip(text.lines());
        for (number, line) in &mut lines {
            let ended = reader.line(line).map_err(|wrong| wrong.at(number))?;
            if ended {
                return match lines.find(|(_, line)| !line.trim().is_empty()) {
                    Some((number, _)) => {
                        Err(Wrong::new("be empty behind `return`", "is not").at(number))
                    }
                    None => reader.tape(number),
                };
            }
        }
        Err(Wrong::new("end with `return`", "the text ends before").at(text.lines().count() + 1))
    }
}

/// The tape as words, as far as it has been read.
#[derive(Default)]
struct Reader {
    inputs: Vec<Input>,
    nodes: Vec<u32>,
    numbers: Vec<f64>,
    arrays: Vec<Arc<[f64]>>,
    shapes: Vec<Shape>,
    structurals: Vec<Structural>,
    lists: Vec<u32>,
    /// The shape that each line says behind its op.
    said: Vec<Option<Shape>>,
    outputs: Vec<(String, u32, Option<u32>)>,
}

impl Reader {
    /// Reads one line; `true` at the end.
    fn line(&mut self, line: &str) -> Result<bool, Wrong> {
        let mut rest = Rest(line.trim());
        if rest.take("return") {
            while !rest.0.is_empty() {
                self.output(&mut rest)?;
            }
            return Ok(true);
        }
        let (name, wanted) = (rest.name()?, self.said.len());
        if name as usize != wanted {
            return Err(Wrong::new(
                format!("begin with %{wanted}"),
                format!("begins with %{name}"),
            ));
        }
        rest.expect("=")?;
        let word = rest.op_name();
        match word {
            "input" => self.input(&mut rest)?,
            "constant" => self.constant(&mut rest)?,
            _ => self.op(word, &mut rest)?,
        }
        if rest.0.is_empty() {
            Ok(false)
        } else {
            Err(Wrong::new("end here", format!("goes on with {:?}", rest.0)))
        }
    }

    fn input(&mut self, rest: &mut Rest) -> Result<(), Wrong> {
        if !self.nodes.is_empty() {
            return Err(Wrong::new("be no input behind other nodes", "is one"));
        }
        let path = rest.quoted()?;
        let shape = if rest.take(":") { rest.shape()? } else { Shape::scalar() };
        self.inputs.push(Input { path, shape, fixed: rest.take("fixed") });
        self.said.push(None);
        Ok(())
    }

    fn constant(&mut self, rest: &mut Rest) -> Result<(), Wrong> {
        let shape = if rest.take(":") { rest.shape()? } else { Shape::scalar() };
        let words = if rest.0.starts_with('[') {
            self.arrays.push(rest.list(number)?.into());
            [self.arrays.len() as u32 - 1, self.shapes.len() as u32, 1]
        } else {
            self.numbers.push(number(rest.word())?);
            [self.numbers.len() as u32 - 1, self.shapes.len() as u32, 0]
        };
        self.shapes.push(shape);
        self.push(u32::from(Code::CONSTANT.0), words, None);
        Ok(())
    }

    fn op(&mut self, word: &str, rest: &mut Rest) -> Result<(), Wrong> {
        let mut args = Vec::new();
        while rest.0.starts_with('%') {
            args.push(rest.name()?);
        }
        let mut fields = Vec::new();
        while !rest.0.is_empty() && !rest.0.starts_with(':') {
            fields.push(rest.field()?);
        }
        let said = if rest.take(":") { Some(rest.shape()?) } else { Some(Shape::scalar()) };
        match Op::named(word) {
            Some(op) => {
                let words = elementwise(op, &args, &fields)?;
                self.push(u32::from(Code::of(op).0), words, said);
            }
            None => {
                let rule = Structural::from_fields(word, &fields).map_err(|error| {
                    Wrong::new("name an op with its parameters", error.to_string())
                })?;
                let words =
                    [self.structurals.len() as u32, self.lists.len() as u32, args.len() as u32];
                self.structurals.push(rule);
                self.lists.extend(args);
                self.push(u32::from(Code::STRUCTURAL.0), words, said);
            }
        }
        Ok(())
    }

    fn output(&mut self, rest: &mut Rest) -> Result<(), Wrong> {
        let path = rest.quoted()?;
        rest.expect("=")?;
        let (node, count) = (rest.name()?, self.said.len());
        if node as usize >= count {
            let came = format!("names %{node} of {count} nodes");
            return Err(Wrong::new("name nodes that exist", came));
        }
        let adjoint_of = if rest.take("@") { Some(rest.digits()?) } else { None };
        self.outputs.push((path, node, adjoint_of));
        Ok(())
    }

    fn push(&mut self, code: u32, [a, b, c]: [u32; 3], said: Option<Shape>) {
        self.nodes.extend([code, a, b, c]);
        self.said.push(said);
    }

    /// The tape; `last` is the line of the outputs.
    fn tape(self, last: usize) -> Result<Tape, TapeError> {
        let nodes: Vec<u32> = self.outputs.iter().map(|&(_, node, _)| node).collect();
        let words = Words {
            inputs: self.inputs,
            nodes: vec![&self.nodes],
            numbers: &self.numbers,
            arrays: self.arrays,
            shapes: self.shapes,
            structurals: self.structurals,
            lists: &self.lists,
            outputs: &nodes,
        };
        // A node stands on the line of its number, counted from 1.
        let at_line = |error: TapeError| match error {
            TapeError::InvalidTape { node, wanted, came } => {
                Wrong { wanted, came }.at((node as usize + 1).min(last))
            }
            other => Wrong::new("be a tape", other.to_string()).at(last),
        };
        let mut tape = Tape::from_words(words).map_err(at_line)?;
        for (output, (path, _, adjoint_of)) in tape.outputs.iter_mut().zip(self.outputs) {
            (output.path, output.adjoint_of) = (path, adjoint_of);
        }
        // What remains to be checked is what the last line says of the outputs.
        tape.verify()
            .map_err(|error| Wrong::new("be that of a tape", error.to_string()).at(last))?;
        let wrong = tape
            .nodes()
            .zip(&self.said)
            .find(|((_, _, shape), said)| said.as_ref().is_some_and(|said| said != *shape));
        match wrong {
            Some(((id, _, shape), Some(said))) => {
                Err(Wrong::new(format!("say shape {shape}"), format!("says {said}"))
                    .at(id.index() + 1))
            }
            _ => Ok(tape),
        }
    }
}

fn elementwise(op: Op, args: &[u32], fields: &[(String, Field)]) -> Result<[u32; 3], Wrong> {
    if args.len() != op.arity() {
        return Err(Wrong::new(
            format!("give `{}` {} arguments", op.name(), op.arity()),
            format!("gives {}", args.len()),
        ));
    }
    let mut words = [0; 3];
    words[..args.len()].copy_from_slice(args);
    match (op.parameter(), fields) {
        (None, []) => Ok(words),
        (Some(wanted), [(name, Field::Number(n))])
            if name == wanted && f64::from(*n as i32) == *n =>
        {
            words[2] = *n as i32 as u32;
            Ok(words)
        }
        (parameter, _) => {
            let wanted = parameter.map_or("have no parameter".into(), |name| {
                format!("have {name}= and a whole number")
            });
            Err(Wrong::new(wanted, format!("has {} parameters", fields.len())))
        }
    }
}
