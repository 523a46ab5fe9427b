//! A machine for use until somebody measures.
use super::{COST_MODEL_VERSION, CostModel, Grid, Memory, Speed};

impl Default for CostModel {
    /// One core of a common server.
    fn default() -> CostModel {
        let sizes = [1, 4, 16, 64, 256, 1024];
        let share = |half: f64| {
            let along = |&size: &u32| f64::from(size) / (f64::from(size) + half);
            let mut values = Vec::new();
            for m in &sizes {
                for k in &sizes {
                    values.extend(sizes.iter().map(|n| along(m) * along(k) * along(n)));
                }
            }
            let [rows, inner, columns] = [0; 3].map(|_| sizes.to_vec());
            Grid { rows, inner, columns, values }
        };
        let speed = Speed {
            threads: 1,
            peak: 5e10,
            bandwidth: 5e10,
            launch: 3e-7,
            memory: Some(Memory { along: 2e10, across: 5e9, cache: 3e7 }),
            lanes: 8,
            single: share(4.0),
            stacked: share(2.0),
            spread: share(3.0),
            batched: share(3.0),
            sparse: 1e9,
            tangents: [1e9, 3e9, 6e9],
            adjoints: [1e9, 3e9, 6e9],
        };
        let machine = "assumed".into();
        CostModel { version: COST_MODEL_VERSION, machine, element_bytes: 8, speeds: vec![speed] }
    }
}
