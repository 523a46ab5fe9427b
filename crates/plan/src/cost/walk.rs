//! Walking a plan: matrices appear, are used up, and are added together.
use super::Price;
use super::states::{kept, passed_on, passing};
use crate::form::{Form, multiply_adds};
use crate::link::Link;
use crate::{Jacobian, Mode, Problem, Reduce, Step};
use std::collections::{BTreeMap, BTreeSet};

/// Steps taken so far: what is alive behind them, and what they took.
pub(super) struct Walk<'a> {
    problem: &'a Problem,
    alive: BTreeMap<usize, Matrix>,
    held: u128,
    /// States evaluated for the next step.
    made: BTreeSet<usize>,
    /// Elements of such states while a step runs.
    passing: u128,
    price: Price,
}

/// A matrix that is alive.
struct Matrix {
    from: usize,
    to: usize,
    form: Form,
    shared: bool,
    reduced: bool,
    /// Multiply-adds before it was there.
    ready: u128,
    /// Elements it takes.
    held: u128,
}

impl<'a> Walk<'a> {
    /// Before the first of `steps`; what they need and do not make has been kept.
    pub(super) fn new(problem: &'a Problem, steps: &[Step]) -> Walk<'a> {
        let price = Price {
            cost: 0,
            costs: Vec::new(),
            peak_memory: 0,
            critical_path: 0,
            written: 0,
            largest: 0,
            tape: 0,
            sweeps: 0,
        };
        let (alive, made) = (BTreeMap::new(), BTreeSet::new());
        let held = kept(problem, steps);
        Walk { problem, alive, held, made, passing: 0, price }
    }

    /// Takes a step, or says why it cannot be taken.
    pub(super) fn take(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Evaluate { from, to, .. } => {
                self.made.extend(passed_on(self.problem, *from, *to))
            }
            _ => self.passing = passing(self.problem, &std::mem::take(&mut self.made), step),
        }
        match *step {
            Step::Accumulate { from, to, mode } => self.accumulate(from, to, mode),
            Step::Multiply { from, at, to } => self.multiply(from, at, to),
            Step::Eliminate { from, at, to, mode } => self.eliminate(from, at, to, mode),
            Step::Reduce { from, to } => self.reduce(from, to),
            Step::Evaluate { from, to, times } => self.evaluate(from, to, times),
        }
    }

    fn accumulate(&mut self, from: usize, to: usize, mode: Mode) -> Result<(), String> {
        let links = self.sweepable(from, to)?;
        if links.len() == 1 && links[0].jacobian == Jacobian::Swept && self.problem.length() > 1 {
            return Err(format!("link {from} is never formed"));
        }
        let form = product_form(links)?;
        let shared = links.iter().all(|link| link.shared);
        let copies = self.copies(shared);
        let sweeps = copies * sweeps(&form, mode);
        let cost = sweeps * one_sweep(links, mode);
        let made = form.stored() * copies;
        let room = self.room_of_run(links, mode, made, copies);
        self.price.sweeps += sweeps;
        self.note_tape(links, mode);
        self.make(
            Matrix { from, to, form, shared, reduced: false, ready: 0, held: made },
            cost,
            room,
        )
    }

    /// Forming the first link that is swept, then sweeping its Jacobian through the others.
    fn room_of_run(&self, links: &[Link], mode: Mode, made: u128, copies: u128) -> u128 {
        let (first, rest) = match mode {
            Mode::Tangent => (&links[0], &links[1..]),
            Mode::Adjoint => (&links[links.len() - 1], &links[..links.len() - 1]),
        };
        let formed = first.form.stored() * self.problem.copies(first);
        let tape = |link: &Link| match mode {
            Mode::Tangent => 0,
            Mode::Adjoint => u128::from(link.tape),
        };
        let forming = formed + tape(first) * self.problem.copies(first);
        match rest.iter().map(tape).max() {
            None => forming,
            Some(longest) => forming.max(formed + made + longest * copies),
        }
    }

    fn multiply(&mut self, from: usize, at: usize, to: usize) -> Result<(), String> {
        let earlier = self.use_up(from, at)?;
        let later = self.use_up(at, to)?;
        let form = later.form.after(&earlier.form).map_err(|error| error.to_string())?;
        let shared = earlier.shared && later.shared;
        let reduced = self.reduction([(&earlier, later.shared), (&later, earlier.shared)])?;
        let copies = if reduced { 1 } else { self.copies(shared) };
        let cost = copies * multiply_adds(&later.form.profile(), &earlier.form.profile());
        let held = form.stored() * copies;
        let ready = earlier.ready.max(later.ready);
        let room = earlier.held + later.held + held;
        self.make(Matrix { from, to, form, shared, reduced, ready, held }, cost, room)
    }

    fn eliminate(&mut self, from: usize, at: usize, to: usize, mode: Mode) -> Result<(), String> {
        let (links, operand) = match mode {
            Mode::Tangent => (self.sweepable(at, to)?, self.use_up(from, at)?),
            Mode::Adjoint => (self.sweepable(from, at)?, self.use_up(at, to)?),
        };
        let through = product_form(links)?;
        let form = match mode {
            Mode::Tangent => through.after(&operand.form),
            Mode::Adjoint => operand.form.after(&through),
        };
        let form = form.map_err(|error| error.to_string())?;
        let passed_shared = links.iter().all(|link| link.shared);
        let reduced = self.reduction([(&operand, passed_shared)])?;
        let shared = operand.shared && passed_shared;
        let copies = if reduced { 1 } else { self.copies(shared) };
        let sweeps = copies * sweeps(&form, mode);
        let cost = sweeps * one_sweep(links, mode);
        let held = form.stored() * copies;
        let tape = match mode {
            Mode::Tangent => 0,
            Mode::Adjoint => links.iter().map(|link| u128::from(link.tape)).max().unwrap_or(0),
        };
        let room = operand.held + held + copies * tape;
        self.price.sweeps += sweeps;
        self.note_tape(links, mode);
        let ready = operand.ready;
        self.make(Matrix { from, to, form, shared, reduced, ready, held }, cost, room)
    }

    fn reduce(&mut self, from: usize, to: usize) -> Result<(), String> {
        let reduce = self.problem.spec().reduce.ok_or("nothing is to be added up")?;
        let operand = self.use_up(from, to)?;
        let outside = [&self.problem.links()[..from], &self.problem.links()[to..]].concat();
        if operand.reduced || !outside.iter().all(|link| link.shared) {
            return Err(format!("{from}..{to} cannot be added up here"));
        }
        if operand.shared && (from, to) != (0, self.problem.length()) {
            return Err(format!("{from}..{to} is the same for every point"));
        }
        // All alike: the sum is one scaling, the mean is the thing itself.
        let cost = match (operand.shared, reduce) {
            (true, Reduce::Mean) => 0,
            (shared, _) => self.copies(shared) * operand.form.stored(),
        };
        let held = operand.form.stored();
        let room = operand.held + held;
        self.make(Matrix { reduced: true, held, ..operand }, cost, room)
    }

    fn evaluate(&mut self, from: usize, to: usize, times: u64) -> Result<(), String> {
        let links = self.links(from, to)?;
        let once: u128 =
            links.iter().map(|link| u128::from(link.evaluation) * self.problem.batch()).sum();
        let cost = once.checked_mul(times.into()).ok_or("the evaluations pass 128 bits")?;
        self.price.costs.push(cost);
        self.price.cost = self.price.cost.checked_add(cost).ok_or("the cost passes 128 bits")?;
        // Sweeps wait for what they replay.
        self.price.critical_path += cost;
        Ok(())
    }

    fn make(&mut self, matrix: Matrix, cost: u128, room: u128) -> Result<(), String> {
        let price = &mut self.price;
        price.cost = price.cost.checked_add(cost).ok_or("the cost passes 128 bits")?;
        price.costs.push(cost);
        price.peak_memory = price.peak_memory.max(self.held + room + self.passing);
        price.written += matrix.held;
        let whole = matrix.to - matrix.from == self.problem.length();
        if !whole || matrix.reduced != self.problem.spec().reduce.is_some() {
            price.largest = price.largest.max(matrix.held);
        }
        self.held += matrix.held;
        let ready = matrix.ready + cost;
        if self.alive.insert(matrix.from, Matrix { ready, ..matrix }).is_some() {
            return Err("it makes what is there already".into());
        }
        Ok(())
    }

    /// Takes the matrix of a span out of those alive, or a given one from outside.
    fn use_up(&mut self, from: usize, to: usize) -> Result<Matrix, String> {
        if self.alive.get(&from).is_some_and(|matrix| matrix.to == to)
            && let Some(matrix) = self.alive.remove(&from)
        {
            self.held -= matrix.held;
            return Ok(matrix);
        }
        match self.links(from, to)? {
            [link] if link.jacobian == Jacobian::Given => Ok(Matrix {
                from,
                to,
                form: link.form.clone(),
                shared: link.shared,
                reduced: false,
                ready: 0,
                held: 0,
            }),
            _ => Err(format!("the Jacobian of {from}..{to} is not there")),
        }
    }

    /// Whether a product is a sum over the batch: one factor is, and the other is shared.
    fn reduction<const N: usize>(&self, factors: [(&Matrix, bool); N]) -> Result<bool, String> {
        for (factor, other_is_shared) in factors {
            if factor.reduced && !other_is_shared {
                return Err("a sum over the batch meets what differs from point to point".into());
            }
        }
        Ok(factors.iter().any(|(factor, _)| factor.reduced))
    }

    fn copies(&self, shared: bool) -> u128 {
        if shared { 1 } else { self.problem.batch() }
    }

    fn links(&self, from: usize, to: usize) -> Result<&'a [Link], String> {
        let links = self.problem.links();
        if from < to && to <= links.len() {
            return Ok(&links[from..to]);
        }
        Err(format!("{from}..{to} is no span of {} links", links.len()))
    }

    fn sweepable(&self, from: usize, to: usize) -> Result<&'a [Link], String> {
        let links = self.links(from, to)?;
        match links.iter().position(|link| !link.sweepable) {
            None => Ok(links),
            Some(at) => Err(format!("nothing can be swept through link {}", from + at)),
        }
    }

    fn note_tape(&mut self, links: &[Link], mode: Mode) {
        if mode == Mode::Adjoint {
            let tape = links.iter().map(|link| u128::from(link.tape)).sum();
            self.price.tape = self.price.tape.max(tape);
        }
    }

    /// The price, if what the problem asks for is there and nothing else.
    pub(super) fn finish(mut self) -> Result<Price, String> {
        let q = self.problem.length();
        let wanted = self.problem.spec().reduce.is_some();
        let whole = self.use_up(0, q).map_err(|_| "the whole Jacobian is not there".to_string())?;
        if whole.reduced != wanted {
            return Err("the points are not added up".into());
        }
        if !self.alive.is_empty() {
            return Err("it leaves matrices that nothing uses".into());
        }
        self.price.critical_path += whole.ready;
        Ok(self.price)
    }
}

fn sweeps(form: &Form, mode: Mode) -> u128 {
    match mode {
        Mode::Tangent => form.tangents().into(),
        Mode::Adjoint => form.adjoints().into(),
    }
}

fn one_sweep(links: &[Link], mode: Mode) -> u128 {
    let cost = |link: &Link| match mode {
        Mode::Tangent => u128::from(link.tangent),
        Mode::Adjoint => u128::from(link.adjoint),
    };
    links.iter().map(cost).sum()
}

fn product_form(links: &[Link]) -> Result<Form, String> {
    let mut form = links[0].form.clone();
    for link in &links[1..] {
        form = link.form.after(&form).map_err(|error| error.to_string())?;
    }
    Ok(form)
}
