//! Recording the segments of a program on several threads.
use crate::ExecError;
use crate::pool::{self, check_threads};
use chainrule_tape::{Input, Recorded, Recorder, Segment, Tape, TapeError, Var, join};
use std::sync::Mutex;

/// Memory to record into, kept from tapes that are no longer needed.
#[derive(Debug, Default)]
pub struct Arenas(Mutex<Vec<Segment>>);

/// What makes a tape's outputs of all segments' outputs and the inputs.
pub type Combine = dyn for<'r> Fn(&'r Recorder, &[Vec<Var<'r>>], &[Var<'r>]) -> Vec<Var<'r>>;

/// Records `segments` segments of a tape on at most `threads` threads (all by default). They share `inputs`, and are
/// joined in order of their numbers, so the tape is the same for any number of threads. Its outputs are what `combine`
/// makes of the segments' outputs, or without it all of those in order.
///
/// ```
/// use chainrule_exec::record_segments;
/// use chainrule_tape::Input;
///
/// let inputs = vec![Input::scalar("x")];
/// let tape = record_segments(inputs, 3, None, |_, x, k| vec![x[0] * (k as f64)], None)?;
/// assert_eq!(tape.evaluate(&[vec![2.0]])?, [[0.0], [2.0], [4.0]]);
/// # Ok::<(), chainrule_exec::ExecError>(())
/// ```
///
/// # Errors
/// What went wrong in the segment of the lowest number, or in `combine`; `INVALID_ARGUMENT` for a number of threads
/// that cannot be had.
pub fn record_segments<F>(
    inputs: Vec<Input>,
    segments: usize,
    threads: Option<usize>,
    segment: F,
    combine: Option<&Combine>,
) -> Result<Tape, ExecError>
where
    F: for<'r> Fn(&'r Recorder, &[Var<'r>], usize) -> Vec<Var<'r>> + Sync,
{
    Arenas::default().record_segments(inputs, segments, threads, segment, combine)
}

impl Arenas {
    /// Takes a tape apart for its memory.
    pub fn recycle(&self, tape: Tape) {
        self.lock().extend(tape.into_segments());
    }

    /// As [`record_segments`](record_segments()), into this memory as far as it goes.
    ///
    /// # Errors
    /// As there.
    pub fn record_segments<F>(
        &self,
        inputs: Vec<Input>,
        segments: usize,
        threads: Option<usize>,
        segment: F,
        combine: Option<&Combine>,
    ) -> Result<Tape, ExecError>
    where
        F: for<'r> Fn(&'r Recorder, &[Var<'r>], usize) -> Vec<Var<'r>> + Sync,
    {
        let threads =
            threads.map_or(Ok(pool::threads()), |threads| check_threads("threads", threads))?;
        let recorded: Vec<Mutex<Option<Result<Recorded, TapeError>>>> =
            (0..segments).map(|_| Mutex::new(None)).collect();
        pool::for_each(threads, segments, |k| {
            let arena = self.lock().pop().unwrap_or_default();
            let result = arena.record(&inputs, |recorder, vars| segment(recorder, vars, k));
            *recorded[k].lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(result);
        })?;
        let recorded: Result<Vec<Recorded>, TapeError> = recorded
            .into_iter()
            .filter_map(|slot| slot.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()))
            .collect();
        Ok(join(inputs, recorded?, combine)?)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Segment>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrule_tape::{Scalar, Shape};

    /// The sum of 40 terms of lengths that differ; from term `bad` on they cannot be recorded.
    fn tape(arenas: &Arenas, threads: usize, bad: usize) -> Result<Tape, ExecError> {
        let inputs = vec![Input::scalar("x"), Input::scalar("y")];
        let data = |k: usize| vec![k as f64; if k < bad { 2 } else { k }];
        let sum: &Combine = &|_, outputs, _| {
            outputs.iter().flatten().copied().reduce(|a, b| a + b).into_iter().collect()
        };
        arenas.record_segments(
            inputs,
            40,
            Some(threads),
            |recorder, v, k| {
                let start = recorder.constant(&data(k), &Shape::vector(2)).sum(&[0]);
                vec![(0..20 * k).fold(start, |s, i| (s * v[i % 2]).sin() + i as f64)]
            },
            Some(sum),
        )
    }

    #[test]
    fn the_tape_is_the_same_for_any_number_of_threads_and_in_used_memory() {
        let arenas = Arenas::default();
        let wanted = tape(&arenas, 1, usize::MAX).unwrap();
        let (mut value, (x, y)) = (0.0, (0.3_f64, 0.7_f64));
        for k in 0..40 {
            let start = 2.0 * k as f64;
            value += (0..20 * k).fold(start, |s, i| (s * [x, y][i % 2]).sin() + i as f64);
        }
        let found = wanted.evaluate(&[vec![x], vec![y]]).unwrap()[0][0];
        assert!((found - value).abs() <= 1e-12 * value.abs(), "{found} is not {value}");
        for threads in [4, 3, 1, 2] {
            let tape = tape(&arenas, threads, usize::MAX).unwrap();
            assert!(tape == wanted, "{threads} threads");
            arenas.recycle(tape);
        }
    }

    #[test]
    fn the_error_is_that_of_the_lowest_segment_that_fails() {
        for threads in [1, 4] {
            let error = tape(&Arenas::default(), threads, 7).unwrap_err();
            assert_eq!(error.code(), "SHAPE_MISMATCH");
            assert!(error.to_string().contains("has 7"), "{error}");
        }
    }
}
