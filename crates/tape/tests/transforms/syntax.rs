//! Reads the text of the reference programs: assignments, indented functions, arithmetic.

/// A line of a program, or a function with its lines.
#[derive(Debug)]
pub(crate) enum Statement {
    /// `name = expression`
    Assign(String, Expression),
    /// `name, ... = expression`
    Unpack(Vec<String>, Expression),
    /// `def name(parameters):` and the lines indented below it.
    Define { name: String, parameters: Vec<String>, body: Vec<Statement> },
    /// `return expression`
    Return(Expression),
}

/// What a value is made from.
#[derive(Debug)]
pub(crate) enum Expression {
    Number(f64),
    Name(String),
    /// `[a, b]`, `(a, b)` or `a, b`
    List(Vec<Expression>),
    /// `array[index]`
    Entry(Box<Expression>, Box<Expression>),
    Operator(String, Box<Expression>, Box<Expression>),
    Negative(Box<Expression>),
    /// `name(arguments, key=value)`
    Call(String, Vec<Expression>, Vec<(String, Expression)>),
}

/// The statements of a program.
pub(crate) fn parse(lines: &[&str]) -> Vec<Statement> {
    let (statements, rest) = block(lines, 0);
    assert!(rest.is_empty(), "unexpected indentation at {:?}", rest[0]);
    statements
}

/// The statements indented by `indent`, and the lines behind them.
fn block<'l>(mut lines: &'l [&'l str], indent: usize) -> (Vec<Statement>, &'l [&'l str]) {
    let mut statements = vec![];
    while let Some((line, rest)) = lines.split_first() {
        if line.len() - line.trim_start().len() != indent {
            break;
        }
        lines = rest;
        let text = line.trim();
        statements.push(if let Some(header) = text.strip_prefix("def ") {
            let (name, parameters) = header.trim_end_matches("):").split_once('(').unwrap();
            let (body, rest) = block(lines, indent + 2);
            lines = rest;
            let parameters = parameters.split(", ").map(String::from).collect();
            Statement::Define { name: name.into(), parameters, body }
        } else if let Some(value) = text.strip_prefix("return ") {
            Statement::Return(expression(value))
        } else {
            let (names, value) = text.split_once(" = ").unwrap();
            match names.contains(',') {
                false => Statement::Assign(names.into(), expression(value)),
                true => {
                    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                    Statement::Unpack(names.map(String::from).collect(), expression(value))
                }
            }
        });
    }
    (statements, lines)
}

fn expression(text: &str) -> Expression {
    let mut reader = Reader { tokens: tokens(text), next: 0 };
    let first = reader.comparison();
    if reader.next == reader.tokens.len() {
        return first;
    }
    let mut items = vec![first];
    while reader.accept(",") {
        items.push(reader.comparison());
    }
    assert_eq!(reader.next, reader.tokens.len(), "{text:?} has more than an expression");
    Expression::List(items)
}

/// Numbers, names and symbols.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = vec![];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let length = match first {
            _ if word(first) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            '<' | '>' if rest[1..].starts_with('=') => 2,
            _ => 1,
        };
        tokens.push(rest[..length].into());
        rest = rest[length..].trim_start();
    }
    tokens
}

struct Reader {
    tokens: Vec<String>,
    next: usize,
}

impl Reader {
    fn peek(&self) -> &str {
        self.tokens.get(self.next).map_or("", String::as_str)
    }

    fn take(&mut self) -> String {
        self.next += 1;
        self.tokens[self.next - 1].clone()
    }

    fn accept(&mut self, token: &str) -> bool {
        let found = self.peek() == token;
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, token: &str) {
        assert!(self.accept(token), "{token:?} expected in {:?} at {}", self.tokens, self.next);
    }

    /// Operators of one precedence, from left to right.
    fn operators(
        &mut self,
        symbols: &[&str],
        operand: impl Fn(&mut Reader) -> Expression,
    ) -> Expression {
        let mut left = operand(self);
        while symbols.contains(&self.peek()) {
            let symbol = self.take();
            left = Expression::Operator(symbol, left.into(), operand(self).into());
        }
        left
    }

    fn comparison(&mut self) -> Expression {
        self.operators(&["<", "<=", ">", ">="], |reader| {
            reader.operators(&["+", "-"], |reader| reader.operators(&["*", "/"], Reader::unary))
        })
    }

    fn unary(&mut self) -> Expression {
        match self.accept("-") {
            true => Expression::Negative(self.unary().into()),
            false => self.power(),
        }
    }

    fn power(&mut self) -> Expression {
        let base = self.postfix();
        match self.accept("^") {
            true => Expression::Operator("^".into(), base.into(), self.unary().into()),
            false => base,
        }
    }

    fn postfix(&mut self) -> Expression {
        let mut value = self.primary();
        while self.accept("[") {
            value = Expression::Entry(value.into(), self.comparison().into());
            self.expect("]");
        }
        value
    }

    fn primary(&mut self) -> Expression {
        let token = self.take();
        match token.as_str() {
            "[" => Expression::List(self.items("]").0),
            "(" => match self.items(")") {
                (mut items, false) if items.len() == 1 => items.remove(0),
                (items, _) => Expression::List(items),
            },
            _ => match token.parse() {
                Ok(number) => Expression::Number(number),
                Err(_) if self.accept("(") => self.call(token),
                Err(_) => Expression::Name(token),
            },
        }
    }

    /// Expressions up to `end`, and whether a comma stands before it.
    fn items(&mut self, end: &str) -> (Vec<Expression>, bool) {
        let (mut items, mut comma) = (vec![], false);
        while !self.accept(end) {
            items.push(self.comparison());
            comma = self.accept(",");
        }
        (items, comma)
    }

    fn call(&mut self, name: String) -> Expression {
        let (mut arguments, mut options) = (vec![], vec![]);
        while !self.accept(")") {
            let is_option = self.tokens.get(self.next + 1).is_some_and(|token| token == "=");
            if is_option {
                let key = self.take();
                self.expect("=");
                options.push((key, self.comparison()));
            } else {
                arguments.push(self.comparison());
            }
            self.accept(",");
        }
        Expression::Call(name, arguments, options)
    }
}
