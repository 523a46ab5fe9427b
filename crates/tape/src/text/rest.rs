//! The words of a line of text, taken one after the other.
use crate::structural::Field;
use crate::{Shape, TapeError};

/// What is left of a line; whatever is taken, the white space behind it goes too.
pub(super) struct Rest<'t>(pub(super) &'t str);

impl<'t> Rest<'t> {
    pub(super) fn take(&mut self, token: &str) -> bool {
        match self.0.strip_prefix(token) {
            Some(rest) => {
                self.0 = rest.trim_start();
                true
            }
            None => false,
        }
    }

    pub(super) fn expect(&mut self, token: &str) -> Result<(), Wrong> {
        if self.take(token) {
            Ok(())
        } else {
            Err(Wrong::new(format!("have `{token}`"), format!("has {:?}", self.0)))
        }
    }

    /// Letters, digits and underscores.
    pub(super) fn op_name(&mut self) -> &'t str {
        let end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        self.until(end)
    }

    /// What comes before a space, a comma, a bracket or one of `=@`.
    pub(super) fn word(&mut self) -> &'t str {
        self.until(|c: char| c.is_whitespace() || ",[]=@".contains(c))
    }

    fn until(&mut self, end: impl Fn(char) -> bool) -> &'t str {
        let at = self.0.find(end).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(at);
        self.0 = rest.trim_start();
        word
    }

    pub(super) fn digits(&mut self) -> Result<u32, Wrong> {
        let before = self.0;
        self.until(|c| !c.is_ascii_digit())
            .parse()
            .map_err(|_| Wrong::new("have a whole number below 2^32", format!("has {before:?}")))
    }

    pub(super) fn name(&mut self) -> Result<u32, Wrong> {
        self.expect("%")?;
        self.digits()
    }

    pub(super) fn list<T>(
        &mut self,
        entry: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Wrong> {
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

    pub(super) fn shape(&mut self) -> Result<Shape, Wrong> {
        let whole = |word: &str| {
            word.parse().map_err(|_| Wrong::new("have a size", format!("has {word:?}")))
        };
        let dims = self.list(whole)?;
        Shape::new(&dims).map_err(|error| Wrong::new("have a shape", error.to_string()))
    }

    pub(super) fn field(&mut self) -> Result<(String, Field), Wrong> {
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

    pub(super) fn quoted(&mut self) -> Result<String, Wrong> {
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

/// A number in the form that is written, or a whole one.
pub(super) fn number(word: &str) -> Result<f64, Wrong> {
    let bits = word.strip_prefix("bits:").and_then(|bits| u64::from_str_radix(bits, 16).ok());
    bits.map(f64::from_bits)
        .or_else(|| word.parse().ok())
        .ok_or_else(|| Wrong::new("have a number", format!("has {word:?}")))
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

/// What was wanted on a line, and what came.
pub(super) struct Wrong {
    pub(super) wanted: String,
    pub(super) came: String,
}

impl Wrong {
    pub(super) fn new(wanted: impl Into<String>, came: impl Into<String>) -> Wrong {
        Wrong { wanted: wanted.into(), came: came.into() }
    }

    pub(super) fn at(self, line: usize) -> TapeError {
        TapeError::InvalidText { line, wanted: self.wanted, came: self.came }
    }
}
