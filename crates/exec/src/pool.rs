//! The threads: one pool of our own, swapped as a whole, so that calls under way keep theirs.
use crate::ExecError;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, RwLock};

/// More threads than any machine has; a larger number is a mistake.
pub const MAX_THREADS: usize = 1024;

static POOL: OnceLock<RwLock<Arc<ThreadPool>>> = OnceLock::new();

/// Sets how many threads later calls use, all cores by default.
///
/// # Errors
/// `INVALID_ARGUMENT` unless 1 to 1024, or if the system does not give as many threads.
pub fn set_threads(threads: usize) -> Result<(), ExecError> {
    let threads = check_threads("threads", threads)?;
    let pool = build(threads)?;
    let slot = POOL.get_or_init(|| RwLock::new(Arc::clone(&pool)));
    *slot.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = pool;
    Ok(())
}

/// How many threads calls use.
pub fn threads() -> usize {
    POOL.get().map_or_else(cores, |_| current().map_or(1, |pool| pool.current_num_threads()))
}

/// A number of threads that can be had.
pub(crate) fn check_threads(argument: &str, threads: usize) -> Result<usize, ExecError> {
    if (1..=MAX_THREADS).contains(&threads) {
        return Ok(threads);
    }
    let wanted = format!("be a whole number from 1 to {MAX_THREADS}");
    Err(ExecError::invalid(argument, wanted, format!("is {threads}")))
}

/// Runs `job` for every number below `count`, on at most `threads` threads; which thread takes which is not fixed.
///
/// # Errors
/// If there is no pool yet and the system does not give the threads for it.
pub(crate) fn for_each(
    threads: usize,
    count: usize,
    job: impl Fn(usize) + Sync,
) -> Result<(), ExecError> {
    let threads = threads.min(count);
    if threads <= 1 {
        (0..count).for_each(job);
        return Ok(());
    }
    let pool = current()?;
    let next = AtomicUsize::new(0);
    let worker = || {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= count {
                return;
            }
            job(i);
        }
    };
    pool.scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|_| worker());
        }
        worker();
    });
    Ok(())
}

fn current() -> Result<Arc<ThreadPool>, ExecError> {
    if POOL.get().is_none() {
        let pool = build(cores())?;
        POOL.get_or_init(|| RwLock::new(pool));
    }
    let slot = POOL.get().expect("it has just been set");
    Ok(Arc::clone(&slot.read().unwrap_or_else(|poisoned| poisoned.into_inner())))
}

fn build(threads: usize) -> Result<Arc<ThreadPool>, ExecError> {
    let builder =
        ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("chainrule-{i}"));
    let refused = |error| {
        let wanted = "be a number of threads that the system can give";
        ExecError::invalid("threads", wanted, format!("{threads} were refused: {error}"))
    };
    builder.build().map(Arc::new).map_err(refused)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn every_job_runs_once() {
        for threads in [1, 3, 8] {
            let seen = Mutex::new(vec![0; 100]);
            for_each(threads, 100, |i| seen.lock().unwrap()[i] += 1).unwrap();
            assert!(seen.into_inner().unwrap().iter().all(|&times| times == 1));
        }
        for_each(4, 0, |_| panic!("there is no job")).unwrap();
    }

    #[test]
    fn a_number_of_threads_nobody_has_is_refused() {
        for threads in [0, MAX_THREADS + 1, 1_000_000_000] {
            assert_eq!(set_threads(threads).unwrap_err().code(), "INVALID_ARGUMENT");
        }
    }
}
