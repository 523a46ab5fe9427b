//! What it takes to bring matrices from behind the caches that are nearest to arithmetic.
use super::refuse;
use super::speed::Product;
use crate::PlanError;
use serde::{Deserialize, Serialize};

/// How much longer bytes take when they come from far away, by how many there are: from the second cache or third, from
/// memory. The cost of a byte is interpolated in the number of bytes, and stays as it is outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Memory {
    /// Bytes of all matrices together at which costs stand, increasing.
    pub bytes: Vec<f64>,
    /// Seconds that a byte takes more than near, in left factors, right factors of one row, and results.
    pub along: Vec<f64>,
    /// The same in right factors of more rows, which are read some columns at a time.
    pub across: Vec<f64>,
}

impl Memory {
    /// Seconds that a product takes more than its shares say. Those were measured with matrices as near as one point's
    /// matrices can be.
    pub(super) fn seconds(&self, product: &Product) -> f64 {
        let more = |costs: &[f64]| {
            let [far, near] = [product.far, product.near].map(|bytes| self.cost(costs, bytes));
            (far - near).max(0.0)
        };
        let [left, right, result] = product.streamed;
        let one_row = product.sizes[0] == 1;
        (left + result) * more(&self.along)
            + right * more(if one_row { &self.along } else { &self.across })
    }

    fn cost(&self, costs: &[f64], bytes: f64) -> f64 {
        let after = self.bytes.partition_point(|&at| at <= bytes);
        let last = self.bytes.len() - 1;
        match after {
            0 => costs[0],
            after if after > last => costs[last],
            after => {
                let [from, to] = [self.bytes[after - 1], self.bytes[after]];
                let share = (bytes - from) / (to - from);
                costs[after - 1] + share * (costs[after] - costs[after - 1])
            }
        }
    }

    pub(super) fn check(&self, field: &str) -> Result<(), PlanError> {
        let name = |name: &str| format!("{field}.{name}");
        let rising = self.bytes.windows(2).all(|pair| pair[0] < pair[1]);
        let counts = self.bytes.iter().all(|bytes| bytes.is_finite() && *bytes >= 0.0);
        if !(rising && counts) || self.bytes.is_empty() {
            let wanted = "one or more increasing numbers of bytes";
            return refuse(&name("bytes"), wanted, format!("{:?}", self.bytes));
        }
        for (costs, of) in [(&self.along, "along"), (&self.across, "across")] {
            if costs.len() != self.bytes.len() {
                let wanted = "a cost for each number of bytes";
                return refuse(&name(of), wanted, costs.len().to_string());
            }
            if let Some(cost) = costs.iter().find(|cost| !(cost.is_finite() && **cost >= 0.0)) {
                return refuse(&name(of), "finite and not negative", cost.to_string());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Memory {
        let (along, across) = (vec![0.0, 1e-9, 5e-9], vec![0.0, 2e-9, 9e-9]);
        Memory { bytes: vec![100.0, 200.0, 400.0], along, across }
    }

    fn product(rows: u128, near: f64, far: f64) -> Product {
        let (sizes, copies, streamed) = ([rows, 3, 4], [1, 1], [10.0, 20.0, 40.0]);
        Product { sizes, copies, traffic: 0.0, streamed, near, far }
    }

    #[test]
    fn bytes_cost_more_the_more_there_are() {
        let seconds = |rows, near, far| memory().seconds(&product(rows, near, far)) * 1e9;
        let close = |got: f64, wanted: f64| assert!((got - wanted).abs() < 1e-9, "{got} {wanted}");
        close(seconds(2, 0.0, 100.0), 0.0);
        close(seconds(2, 0.0, 200.0), 50.0 + 2.0 * 20.0);
        close(seconds(1, 0.0, 200.0), 70.0);
        // Half-way between two numbers of bytes, and beyond the last.
        close(seconds(2, 0.0, 300.0), 3.0 * 50.0 + 5.5 * 20.0);
        close(seconds(2, 0.0, 4000.0), 5.0 * 50.0 + 9.0 * 20.0);
        // What was measured far away already costs nothing more.
        close(seconds(2, 200.0, 300.0), 2.0 * 50.0 + 3.5 * 20.0);
        close(seconds(2, 400.0, 300.0), 0.0);
    }

    #[test]
    fn what_is_no_curve_is_named() {
        assert_eq!(memory().check("memory"), Ok(()));
        let bad = [
            Memory { bytes: vec![], along: vec![], across: vec![] },
            Memory { bytes: vec![1.0, 1.0, 2.0], ..memory() },
            Memory { along: vec![0.0], ..memory() },
            Memory { across: vec![0.0, -1.0, 2.0], ..memory() },
            Memory { across: vec![0.0, f64::NAN, 2.0], ..memory() },
        ];
        for memory in bad {
            assert_eq!(memory.check("memory").unwrap_err().code(), "INVALID_COST_MODEL");
        }
    }
}
