//! The greedy order: of the steps that can run, always one that frees most.
use super::form::Straight;
use super::schedule::Order;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Of the steps that can run, always one that frees most; of these one that reads the last result; of
/// these the oldest. Near linear: a step enters the queue once for each argument.
pub(super) fn greedy(code: &Straight) -> Vec<u32> {
    let mut greedy = Greedy::new(code);
    while let Some(i) = greedy.next() {
        greedy.run(i);
    }
    greedy.order.steps
}

struct Greedy<'c> {
    code: &'c Straight,
    order: Order<'c>,
    readers: Readers,
    is_output: Vec<bool>,
    /// How many different computed arguments a step still waits for.
    waits: Vec<u32>,
    /// How many steps still have to read a value.
    unread: Vec<u32>,
    /// The steps that can run, by what they freed when they came here; out of date if that has grown.
    ready: BinaryHeap<(u32, Reverse<u32>)>,
    last: Option<u32>,
}

impl<'c> Greedy<'c> {
    fn new(code: &'c Straight) -> Greedy<'c> {
        let readers = Readers::of(code);
        let mut is_output = vec![false; code.steps.len()];
        code.outputs.iter().for_each(|output| is_output[output.index()] = true);
        let unread = (0..code.steps.len()).map(|i| readers.of_step(i).len() as u32).collect();
        let mut waits = vec![0; code.steps.len()];
        for i in (0..code.steps.len()).filter(|&i| !code.steps[i].kind.is_given()) {
            readers.of_step(i).iter().for_each(|&reader| waits[reader as usize] += 1);
        }
        let (order, ready) = (Order::new(code), BinaryHeap::new());
        let mut greedy =
            Greedy { code, order, readers, is_output, waits, unread, ready, last: None };
        for i in 0..code.steps.len() as u32 {
            if greedy.waits[i as usize] == 0 && !greedy.order.done[i as usize] {
                greedy.ready.push((greedy.frees(i), Reverse(i)));
            }
        }
        greedy
    }

    /// How many slots a step frees: that of an argument nobody else will read, and none is taken for
    /// an output.
    fn frees(&self, i: u32) -> u32 {
        let freed = self.code.steps[i as usize].distinct_operands().filter(|&arg| {
            let arg = arg as usize;
            self.unread[arg] == 1 && !self.code.steps[arg].kind.is_given()
        });
        freed.count() as u32 + u32::from(self.is_output[i as usize])
    }

    fn next(&mut self) -> Option<u32> {
        while let Some(&(frees, Reverse(i))) = self.ready.peek() {
            if self.order.done[i as usize] || self.frees(i) != frees {
                self.ready.pop();
            } else {
                return Some(self.reader_of_last(frees).unwrap_or(i));
            }
        }
        None
    }

    /// A step that reads the last result and frees as many as the best.
    fn reader_of_last(&self, frees: u32) -> Option<u32> {
        let readers = self.readers.of_step(self.last? as usize);
        let fits = |&&i: &&u32| {
            !self.order.done[i as usize] && self.waits[i as usize] == 0 && self.frees(i) == frees
        };
        readers.iter().find(fits).copied()
    }

    fn run(&mut self, i: u32) {
        let before = self.order.steps.len();
        self.order.add(i);
        self.last = Some(i);
        for made in before..self.order.steps.len() {
            self.made(self.order.steps[made]);
        }
    }

    /// A value is there: its arguments are read once more, its readers wait for one less.
    fn made(&mut self, i: u32) {
        for arg in self.code.steps[i as usize].distinct_operands() {
            self.unread[arg as usize] -= 1;
            if self.unread[arg as usize] == 1 {
                self.renew_readers(arg);
            }
        }
        for k in 0..self.readers.of_step(i as usize).len() {
            let reader = self.readers.of_step(i as usize)[k];
            self.waits[reader as usize] -= 1;
            if self.waits[reader as usize] == 0 && !self.order.done[reader as usize] {
                self.ready.push((self.frees(reader), Reverse(reader)));
            }
        }
    }

    /// The one step that has still to read a value frees more from now on.
    fn renew_readers(&mut self, value: u32) {
        for k in 0..self.readers.of_step(value as usize).len() {
            let reader = self.readers.of_step(value as usize)[k];
            if self.waits[reader as usize] == 0 && !self.order.done[reader as usize] {
                self.ready.push((self.frees(reader), Reverse(reader)));
            }
        }
    }
}

/// The steps that read each value, each once, oldest first.
struct Readers {
    starts: Vec<u32>,
    steps: Vec<u32>,
}

impl Readers {
    fn of(code: &Straight) -> Readers {
        let mut starts = vec![0; code.steps.len() + 1];
        for step in &code.steps {
            step.distinct_operands().for_each(|arg| starts[arg as usize + 1] += 1);
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut steps = vec![0; starts.last().copied().unwrap_or(0) as usize];
        for (i, step) in code.steps.iter().enumerate() {
            for arg in step.distinct_operands() {
                steps[next[arg as usize] as usize] = i as u32;
                next[arg as usize] += 1;
            }
        }
        Readers { starts, steps }
    }

    fn of_step(&self, i: usize) -> &[u32] {
        &self.steps[self.starts[i] as usize..self.starts[i + 1] as usize]
    }
}
