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
