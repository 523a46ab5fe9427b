//! Reads a tape from text.
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

/// What was wanted on a line, and what came.
struct Wrong {
    wanted: String,
    came: String,
}

impl Wrong {
    fn new(wanted: impl Into<String>, came: impl Into<String>) -> Wrong {
        Wrong { wanted: wanted.into(), came: came.into() }
    }

    fn at(self, line: usize) -> TapeError {
        TapeError::InvalidText { line, wanted: self.wanted, came: self.came }
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

/// A number in the form that is written, or a whole one.
fn number(word: &str) -> Result<f64, Wrong> {
    let bits = word.strip_prefix("bits:").and_then(|bits| u64::from_str_radix(bits, 16).ok());
    bits.map(f64::from_bits)
        .or_else(|| word.parse().ok())
        .ok_or_else(|| Wrong::new("have a number", format!("has {word:?}")))
}

/// What is left of a line; whatever is taken, the white space behind it goes too.
struct Rest<'t>(&'t str);

impl<'t> Rest<'t> {
    fn take(&mut self, token: &str) -> bool {
        match self.0.strip_prefix(token) {
            Some(rest) => {
                self.0 = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), Wrong> {
        if self.take(token) {
            Ok(())
        } else {
            Err(Wrong::new(format!("have `{token}`"), format!("has {:?}", self.0)))
        }
    }

    /// Letters, digits and underscores.
    fn op_name(&mut self) -> &'t str {
        let end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        self.until(end)
    }

    /// What comes before a space, a comma, a bracket or one of `=@`.
    fn word(&mut self) -> &'t str {
        self.until(|c: char| c.is_whitespace() || ",[]=@".contains(c))
    }

    fn until(&mut self, end: impl Fn(char) -> bool) -> &'t str {
        let at = self.0.find(end).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(at);
        self.0 = rest.trim_start();
        word
    }

    fn digits(&mut self) -> Result<u32, Wrong> {
        let before = self.0;
        self.until(|c| !c.is_ascii_digit())
            .parse()
            .map_err(|_| Wrong::new("have a whole number below 2^32", format!("has {before:?}")))
    }

    fn name(&mut self) -> Result<u32, Wrong> {
        self.expect("%")?;
        self.digits()
    }

    fn list<T>(&mut self, entry: impl Fn(&str) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
        self.expect("[")?;
        let mut list = Vec::new();
        if self.take("]") {
            return Ok(list);
        }
        loop {
            list.push(entry(self.word())?);
            if self.take("]") {
                return Ok(list);
            }
            self.expect(",")?;
        }
    }

    fn shape(&mut self) -> Result<Shape, Wrong> {
        let whole = |word: &str| {
            word.parse().map_err(|_| Wrong::new("have a size", format!("has {word:?}")))
        };
        let dims = self.list(whole)?;
        Shape::new(&dims).map_err(|error| Wrong::new("have a shape", error.to_string()))
    }

    fn field(&mut self) -> Result<(String, Field), Wrong> {
        let name = self.word().to_owned();
        self.expect("=")?;
        if self.0.starts_with('[') {
            let whole = |word: &str| {
                word.parse().map_err(|_| Wrong::new("have whole numbers", format!("has {word:?}")))
            };
            return Ok((name, Field::List(self.list(whole)?)));
        }
        Ok((name, Field::Number(number(self.word())?)))
    }

    fn quoted(&mut self) -> Result<String, Wrong> {
        let Some(rest) = self.0.strip_prefix('"') else {
            return Err(Wrong::new("have a name in quotes", format!("has {:?}", self.0)));
        };
        let mut name = String::new();
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.0 = rest[at + 1..].trim_start();
                    return Ok(name);
                }
                '\\' => name.push(escaped(&mut chars)?),
                c => name.push(c),
            }
        }
        Err(Wrong::new("close its quotes", "ends before"))
    }
}

/// The character behind a backslash.
fn escaped(chars: &mut std::str::CharIndices<'_>) -> Result<char, Wrong> {
    let unknown =
        || Wrong::new("escape \\, \", ', n, r, t or u{...} only", "escapes something else");
    match chars.next().map(|(_, c)| c).ok_or_else(unknown)? {
        'n' => Ok('\n'),
        'r' => Ok('\r'),
        't' => Ok('\t'),
        c @ ('\\' | '"' | '\'') => Ok(c),
        'u' if chars.next().is_some_and(|(_, c)| c == '{') => {
            let digits: String = chars.map(|(_, c)| c).take_while(|&c| c != '}').take(7).collect();
            let whole = digits.len() <= 6 && !digits.starts_with('+');
            let code = u32::from_str_radix(&digits, 16).ok().filter(|_| whole);
            code.and_then(char::from_u32).ok_or_else(unknown)
        }
        _ => Err(unknown()),
    }
}
