//! A machine for use until somebody measures: what this library reached on one core of a server with AVX-512, rounded.
use super::{COST_MODEL_VERSION, CostModel, Grid, Memory, Speed};

impl Default for CostModel {
    /// One core of a common server.
    fn default() -> CostModel {
        let speed = Speed {
            threads: 1,
            peak: 5e10,
            bandwidth: 1e11,
            launch: 2e-7,
            memory: Some(far()),
            lanes: 8,
            single: shares(3.0),
            // Rows of many points are the rows of one product.
            stacked: shares(0.4),
            spread: shares(3.0),
            batched: shares(3.0),
            sparse: 8e8,
            tangents: [1e10; 3],
            adjoints: [8e9; 3],
        };
        let machine = "assumed".into();
        CostModel { version: COST_MODEL_VERSION, machine, element_bytes: 8, speeds: vec![speed] }
    }
}

/// Two megabytes are near, and thirty in the cache that cores share.
fn far() -> Memory {
    Memory {
        bytes: vec![1e6, 4e6, 2.4e7, 4.8e7],
        along: vec![0.0, 1.5e-11, 2e-11, 7e-11],
        across: vec![0.0, 3e-11, 4e-11, 8e-11],
    }
}

/// Half of the peak is reached with that many rows, and with so many columns of the factors, if the other sizes are large.
fn shares(rows: f64) -> Grid {
    const INNER: f64 = 4.5;
    const COLUMNS: f64 = 8.0;
    let sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024];
    let share = |size: u32, half: f64| f64::from(size) / (f64::from(size) + half);
    let mut values = Vec::new();
    for &m in &sizes {
        for &k in &sizes {
            values.extend(sizes.map(|n| share(m, rows) * share(k, INNER) * share(n, COLUMNS)));
        }
    }
    Grid { rows: sizes.to_vec(), inner: sizes.to_vec(), columns: sizes.to_vec(), values }
}
