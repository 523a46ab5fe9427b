//! Puts the steps in an order in which few values wait at once, so that slots stay in the cache.
use super::form::{Kind, Straight, Value};
use super::greedy::greedy;

/// The greedy order is tried below so many computed steps; above, its slots fit no cache anyway.
const GREEDY_LIMIT: usize = 20_000;

/// The same steps in the best of three orders: as they come, depth first, or greedily what frees
/// most. The order changes no bit.
pub(crate) fn schedule(code: &Straight) -> Straight {
    let mut best = (most_alive(code), code.clone());
    let mut orders: Vec<fn(&Straight) -> Vec<u32>> = vec![depth_first];
    if code.computed() < GREEDY_LIMIT {
        orders.push(greedy);
    }
    for order in orders {
        let candidate = ordered(code, &order(code));
        let alive = most_alive(&candidate);
        if alive < best.0 {
            best = (alive, candidate);
        }
    }
    best.1
}

/// How many computed values wait at once to be read, at most.
pub(crate) fn most_alive(code: &Straight) -> usize {
    let mut last: Vec<usize> = (0..code.steps.len()).collect();
    for (i, step) in code.steps.iter().enumerate() {
        step.operands().iter().for_each(|&arg| last[arg as usize] = i);
    }
    let mut dying = vec![0_usize; code.steps.len()];
    let computed = |i: &usize| !code.steps[*i].kind.is_given();
    (0..code.steps.len()).filter(computed).for_each(|i| dying[last[i]] += 1);
    let (mut alive, mut most) = (0, 0);
    for (i, dying) in dying.iter().enumerate() {
        alive += usize::from(computed(&i));
        most = most.max(alive);
        alive -= dying;
    }
    most
}

/// The steps in another order, which names each step that is needed once, after its arguments.
pub(super) fn ordered(code: &Straight, order: &[u32]) -> Straight {
    let mut result = code.emptied();
    let mut name = vec![u32::MAX; code.steps.len()];
    for &i in order {
        let step = code.steps[i as usize].renamed(|arg| name[arg as usize]);
        name[i as usize] = result.push(step);
    }
    result.outputs = code.outputs.iter().map(|output| Value(name[output.index()])).collect();
    debug_assert_eq!(result.verify(), Ok(()));
    result
}

/// From each output in turn, arguments before what reads them.
fn depth_first(code: &Straight) -> Vec<u32> {
    let mut order = Order::new(code);
    let mut path = Vec::new();
    for output in &code.outputs {
        path.push((output.0, 0));
        while let Some((i, argument)) = path.pop() {
            match code.steps[i as usize].operands().get(argument) {
                _ if order.done[i as usize] => {}
                Some(&arg) => path.extend([(i, argument + 1), (arg, 0)]),
                None => order.add(i),
            }
        }
    }
    order.steps
}

/// An order under construction.
pub(super) struct Order<'c> {
    code: &'c Straight,
    pub(super) steps: Vec<u32>,
    pub(super) done: Vec<bool>,
}

impl<'c> Order<'c> {
    /// The inputs and constants, which have their values before anything runs.
    pub(super) fn new(code: &'c Straight) -> Order<'c> {
        let done = vec![false; code.steps.len()];
        let mut order = Order { code, steps: Vec::with_capacity(code.steps.len()), done };
        for i in 0..code.steps.len() {
            if code.steps[i].kind.is_given() {
                order.add(i as u32);
            }
        }
        order
    }

    /// Adds a step, and with a sine the cosine that is made together with it.
    pub(super) fn add(&mut self, i: u32) {
        self.steps.push(i);
        self.done[i as usize] = true;
        if self.code.steps[i as usize].kind == Kind::SinCos {
            self.add(i + 1);
        }
    }
}
