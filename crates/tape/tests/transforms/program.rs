//! Records the reference programs: the small language of `transforms.json`, whose `convention` says what it means.
//!
//! Loops are unrolled. Where a branch or the end of a loop depends on data, recording stops and asks: the condition is
//! evaluated at the point, and recording starts again with one more decision known.
use crate::syntax::{Expression, Statement};
use chainrule_tape::{Op, Recorder, Scalar, Shape, Tape, Var};
use std::collections::HashMap;

/// What a name stands for.
#[derive(Clone, Debug)]
enum Value<'p, 'r> {
    Var(Var<'r>),
    List(Vec<Value<'p, 'r>>),
    Function(&'p Statement),
}
use Value::{Function, List};

/// A run of a program while it is recorded.
pub(crate) struct Run<'p, 'r, 'd> {
    recorder: &'r Recorder,
    /// How the conditions met so far came out.
    decisions: &'d [bool],
    met: usize,
    names: HashMap<&'p str, Value<'p, 'r>>,
}

/// A condition whose outcome is not known yet.
pub(crate) struct Undecided<'r>(pub(crate) Var<'r>);

type Result<'r, T> = std::result::Result<T, Undecided<'r>>;

impl<'p, 'r, 'd> Run<'p, 'r, 'd> {
    /// The variables of the outputs.
    pub(crate) fn outputs(
        recorder: &'r Recorder,
        program: &'p [Statement],
        inputs: &[(&'p str, Var<'r>)],
        outputs: &[&str],
        decisions: &'d [bool],
    ) -> Result<'r, Vec<Var<'r>>> {
        let names = inputs.iter().map(|&(name, var)| (name, Value::Var(var))).collect();
        let mut run = Run { recorder, decisions, met: 0, names };
        run.block(program)?;
        Ok(outputs.iter().map(|&name| run.names[name].clone().var()).collect())
    }

    /// Runs statements up to the first `return`.
    fn block(&mut self, statements: &'p [Statement]) -> Result<'r, Option<Value<'p, 'r>>> {
        for statement in statements {
            match statement {
                Statement::Assign(name, expression) => {
                    let value = self.evaluate(expression)?;
                    self.names.insert(name, value);
                }
                Statement::Unpack(names, expression) => {
                    let values = self.evaluate(expression)?.list();
                    assert_eq!(names.len(), values.len());
                    for (name, value) in names.iter().zip(values) {
                        self.names.insert(name, value);
                    }
                }
                Statement::Define { name, .. } => {
                    self.names.insert(name, Function(statement));
                }
                Statement::Return(expression) => return self.evaluate(expression).map(Some),
            }
        }
        Ok(None)
    }

    fn evaluate(&mut self, expression: &'p Expression) -> Result<'r, Value<'p, 'r>> {
        Ok(match expression {
            Expression::Number(number) => Value::Var((*number).into()),
            Expression::Name(name) => self.names[name.as_str()].clone(),
            Expression::List(items) => List(self.all(items)?),
            Expression::Entry(array, index) => {
                let index = self.evaluate(index)?.whole();
                match self.evaluate(array)? {
                    List(items) => items[index as usize].clone(),
                    array => Value::Var(array.var().at(index)),
                }
            }
            Expression::Operator(symbol, a, b) => {
                let (a, b) = (self.evaluate(a)?.var(), self.evaluate(b)?.var());
                Value::Var(operator(symbol, a, b))
            }
            Expression::Negative(a) => Value::Var(-self.evaluate(a)?.var()),
            Expression::Call(name, arguments, options) => {
                let arguments = self.all(arguments)?;
                let mut named = HashMap::new();
                for (key, value) in options {
                    named.insert(key.as_str(), self.evaluate(value)?);
                }
                return self.call(name, arguments, &named);
            }
        })
    }

    fn all(&mut self, items: &'p [Expression]) -> Result<'r, Vec<Value<'p, 'r>>> {
        items.iter().map(|item| self.evaluate(item)).collect()
    }

    fn call(
        &mut self,
        name: &str,
        arguments: Vec<Value<'p, 'r>>,
        options: &HashMap<&str, Value<'p, 'r>>,
    ) -> Result<'r, Value<'p, 'r>> {
        if let Some(function @ Function(_)) = self.names.get(name).cloned() {
            return self.apply(&function, arguments);
        }
        let over = options.get("over").cloned().map_or_else(Vec::new, Value::list);
        match (name, &arguments[..]) {
            ("scan", [body, count, carry]) => {
                Ok(List(self.scan(body, count.whole(), carry.clone().list(), &over, None)?))
            }
            ("scan_outputs", [body, count, carry]) => {
                let mut outputs = vec![];
                self.scan(body, count.whole(), carry.clone().list(), &over, Some(&mut outputs))?;
                Ok(List(vec![Value::Var(self.recorder.stack(&outputs, 0))]))
            }
            ("while_loop", [test, body, carry]) => {
                let mut carry = carry.clone().list();
                loop {
                    let test = self.apply(test, carry.clone())?.var();
                    if !self.decide(test)? {
                        return Ok(List(carry));
                    }
                    carry = self.apply(body, carry)?.list();
                }
            }
            ("cond", [test, then, otherwise, arguments]) => {
                let chosen = if self.decide(test.clone().var())? { then } else { otherwise };
                self.apply(chosen, arguments.clone().list())
            }
            _ => Ok(Value::Var(self.array_op(name, &arguments, options))),
        }
    }

    /// The last carry; the outputs of a body that has some go to `outputs`.
    fn scan(
        &mut self,
        body: &Value<'p, 'r>,
        count: u32,
        mut carry: Vec<Value<'p, 'r>>,
        over: &[Value<'p, 'r>],
        mut outputs: Option<&mut Vec<Var<'r>>>,
    ) -> Result<'r, Vec<Value<'p, 'r>>> {
        for k in 0..count {
            let entries = over.iter().map(|array| Value::Var(array.clone().var().at(k)));
            let index = Value::Var(f64::from(k).into());
            let arguments = std::iter::once(index).chain(entries).chain(carry).collect();
            let result = self.apply(body, arguments)?.list();
            carry = match (&mut outputs, &result[..]) {
                (Some(outputs), [carry, output]) => {
                    outputs.push(output.clone().var());
                    carry.clone().list()
                }
                _ => result,
            };
        }
        Ok(carry)
    }

    fn apply(
        &mut self,
        function: &Value<'p, 'r>,
        arguments: Vec<Value<'p, 'r>>,
    ) -> Result<'r, Value<'p, 'r>> {
        let Function(Statement::Define { parameters, body, .. }) = function else {
            panic!("{function:?} is no function")
        };
        assert_eq!(parameters.len(), arguments.len());
        let outside = self.names.clone();
        self.names.extend(parameters.iter().map(String::as_str).zip(arguments));
        let result = self.block(body)?.expect("a function returns");
        self.names = outside;
        Ok(result)
    }

    fn decide(&mut self, condition: Var<'r>) -> Result<'r, bool> {
        let known = self.decisions.get(self.met).copied().ok_or(Undecided(condition));
        self.met += 1;
        known
    }

    fn array_op(
        &self,
        name: &str,
        arguments: &[Value<'p, 'r>],
        options: &HashMap<&str, Value<'p, 'r>>,
    ) -> Var<'r> {
        let var = |i: usize| arguments[i].clone().var();
        let axes = |x: Var<'r>| match options.get("axis") {
            Some(axis) => vec![axis.whole()],
            None => (0..x.shape().len() as u32).collect(),
        };
        let vars = |value: &Value<'p, 'r>| {
            value.clone().list().into_iter().map(Value::var).collect::<Vec<Var>>()
        };
        match (name, arguments.len()) {
            ("array", 1) => self.constant(&arguments[0]),
            ("sum", 1) => var(0).sum(&axes(var(0))),
            ("mean", 1) => var(0).mean(&axes(var(0))),
            ("max", 1) => var(0).reduce_max(&axes(var(0))),
            ("min", 1) => var(0).reduce_min(&axes(var(0))),
            ("logsumexp", 1) => var(0).logsumexp(&axes(var(0))),
            ("reshape", 2) => var(0).reshape(&arguments[1].wholes()),
            ("transpose", 2) => var(0).transpose(&arguments[1].wholes()),
            ("slice", 3) => var(0).slice(&arguments[1].wholes(), &arguments[2].wholes()),
            ("slice", 4) => {
                let [starts, stops, steps] = [1, 2, 3].map(|i| arguments[i].wholes());
                var(0).slice_by(&starts, &stops, &steps)
            }
            ("concat", 2) => self.recorder.concat(&vars(&arguments[0]), arguments[1].whole()),
            ("stack", 1) => self.recorder.stack(&vars(&arguments[0]), 0),
            ("gather", 3) => var(0).gather(arguments[2].whole(), &arguments[1].wholes()),
            ("scatter_add", 3) => var(0).scatter_add(0, &arguments[1].wholes(), var(2)),
            ("pad", 3) => {
                let pairs: Vec<Vec<u32>> =
                    arguments[1].clone().list().iter().map(Value::wholes).collect();
                let side = |i: usize| pairs.iter().map(|pair| pair[i]).collect::<Vec<_>>();
                var(0).pad(&side(0), &side(1), arguments[2].number())
            }
            ("dot" | "bdot", 2) => var(0).dot(var(1)),
            ("outer", 2) => {
                let [rows, columns] = [0, 1].map(|i| var(i).shape()[0]);
                var(0).reshape(&[rows, 1]) * var(1).reshape(&[1, columns])
            }
            ("cumsum", 2) => var(0).cumsum(arguments[1].whole()),
            ("maximum", 2) => Var::apply(Op::Max, 0, &[var(0), var(1)]),
            ("minimum", 2) => Var::apply(Op::Min, 0, &[var(0), var(1)]),
            ("digamma", 1) => var(0).polygamma(0),
            _ => {
                let op = Op::named(name).unwrap_or_else(|| panic!("`{name}` is no op"));
                Var::apply(op, 0, &(0..arguments.len()).map(var).collect::<Vec<_>>())
            }
        }
    }

    fn constant(&self, literal: &Value<'p, 'r>) -> Var<'r> {
        let (mut dims, mut data) = (vec![], vec![]);
        literal.flatten(0, &mut dims, &mut data);
        self.recorder.constant(&data, &Shape::new(&dims).unwrap())
    }
}

fn operator<'r>(symbol: &str, a: Var<'r>, b: Var<'r>) -> Var<'r> {
    match symbol {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "<" => a.lt(b),
        "<=" => a.le(b),
        ">" => a.gt(b),
        ">=" => a.ge(b),
        "^" => match b.number() {
            Some(n) if n.fract() == 0.0 => a.powi(n as i32),
            _ => a.pow(b),
        },
        _ => panic!("`{symbol}` is no operator"),
    }
}

impl<'r> Value<'_, 'r> {
    fn var(self) -> Var<'r> {
        match self {
            Value::Var(var) => var,
            other => panic!("{other:?} is no array"),
        }
    }

    fn list(self) -> Vec<Self> {
        match self {
            List(items) => items,
            other => panic!("{other:?} is no list"),
        }
    }

    fn number(&self) -> f64 {
        let number = match self {
            Value::Var(var) => var.number(),
            _ => None,
        };
        number.unwrap_or_else(|| panic!("{self:?} is no number"))
    }

    fn whole(&self) -> u32 {
        self.number() as u32
    }

    fn wholes(&self) -> Vec<u32> {
        self.clone().list().iter().map(Value::whole).collect()
    }

    /// The numbers of a nested list, and its sizes.
    fn flatten(&self, depth: usize, dims: &mut Vec<u32>, data: &mut Vec<f64>) {
        let List(items) = self else { return data.push(self.number()) };
        if dims.len() == depth {
            dims.push(items.len() as u32);
        }
        items.iter().for_each(|item| item.flatten(depth + 1, dims, data));
    }
}

/// Records a program at a point, which decides the conditions that depend on data.
pub(crate) fn recorded(
    program: &[Statement],
    inputs: &[chainrule_tape::Input],
    outputs: &[&str],
    point: &[Vec<f64>],
) -> Tape {
    let mut decisions = vec![];
    loop {
        let mut complete = true;
        let tape = Recorder::record(Default::default(), inputs.to_vec(), |recorder, vars| {
            let named: Vec<(&str, Var)> =
                inputs.iter().map(|input| input.path.as_str()).zip(vars.iter().copied()).collect();
            let run = Run::outputs(recorder, program, &named, outputs, &decisions);
            run.unwrap_or_else(|Undecided(condition)| {
                complete = false;
                vec![condition]
            })
        })
        .unwrap();
        if complete {
            return tape;
        }
        decisions.push(tape.evaluate(point).unwrap()[0][0] != 0.0);
    }
}
