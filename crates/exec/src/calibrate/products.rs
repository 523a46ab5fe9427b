//! Products of all shapes, with factors shared or not, on one thread or more.
use super::Session;
use super::axes::Axes;
use super::case::{Case, Sharing};
use crate::ExecError;

const ALL: [Sharing; 4] = [Sharing::Single, Sharing::Stacked, Sharing::Spread, Sharing::Batched];

/// All products to be measured, and numbers for them to multiply.
pub(super) struct Products {
    /// By threads, then by sharing, then by shape.
    pub(super) cases: Vec<Case>,
    lefts: Vec<f64>,
    rights: Vec<f64>,
    results: Vec<f64>,
}

impl Products {
    pub(super) fn new(axes: &Axes, threads: &[usize]) -> Products {
        let mut cases = Vec::new();
        for &threads in threads {
            for sharing in ALL {
                cases.extend(axes.shapes().map(|shape| Case::near(sharing, shape, threads)));
            }
        }
        let most = |length: fn(&Case) -> usize| {
            vec![0.5; cases.iter().filter(|case| case.is_measured()).map(length).max().unwrap_or(0)]
        };
        let (lefts, rights) = (most(Case::left_length), most(Case::right_length));
        let results = most(Case::result_length);
        Products { cases, lefts, rights, results }
    }

    /// Measures every product once more, in an order in which neighbours are far apart. The first pass is always
    /// finished, later ones end with the session.
    pub(super) fn measure(&mut self, pass: usize, session: &Session) -> Result<(), ExecError> {
        let count = self.cases.len();
        let stride = (count * 5 / 8..).find(|&stride| coprime(stride, count)).unwrap_or(1);
        for i in 0..count {
            let at = (i * stride + pass) % count;
            if !self.cases[at].is_measured() {
                continue;
            }
            session.check()?;
            if pass > 0 && session.is_over() {
                return Ok(());
            }
            self.cases[at].measure(&self.lefts, &self.rights, &mut self.results)?;
        }
        Ok(())
    }
}

fn coprime(a: usize, b: usize) -> bool {
    if b == 0 { a == 1 } else { coprime(b, a % b) }
}
