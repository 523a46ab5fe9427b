//! DOES IT: lowers tapes to programs and runs them on batches of points, on any number of threads.
mod array;
mod calibrate;
mod chain;
mod compare;
#[cfg(test)]
mod conform;
mod dot;
mod draw;
mod error;
mod jacobian;
mod linearize;
mod low;
mod lower;
mod math;
mod measure;
mod multiply;
mod normal;
mod planned;
mod pool;
mod program;
mod rows;
mod segments;
mod simd;
mod straight;

pub use calibrate::{
    CALIBRATION_STEPS, CALIBRATION_VARIABLE, CalibrateOptions, Calibration, CalibrationSource,
    calibrate, calibration_path, load_calibration, save_calibration,
};
pub use chain::{Chain, chain, stages};
pub use compare::{
    COMPARISON_STEPS, CompareOptions, Comparison, Link, MOST_MEASURED, Machine, Measure,
    MeasureOptions, Measured, Omitted, Row, Subject, compare, plan_by_measuring,
};
pub use error::ExecError;
pub use jacobian::{DEFAULT_BATCH, Jacobian, JacobianOptions, Order, chain_jacobian, jacobian};
pub use linearize::{Linearization, Operator, linearize};
pub use measure::{
    FEWEST_ROUNDS, Noise, Timing, TimingOptions, Verdict, fastest, noise, time_interleaved, verdict,
};
pub use multiply::{Matrices, MultiplyOptions, multiply_chain};
pub use normal::NormalOut;
pub use planned::planned_tape;
pub use pool::{MAX_THREADS, set_threads, threads};
pub use program::{Control, OutputInfo, PrepareOptions, Program, Reduce, Rows, cost, prepare};
pub use segments::{Arenas, Combine, record_segments};
pub use simd::Level;
