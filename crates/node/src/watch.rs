//! Work on other threads: how its caller watches it, and stops it.
use crate::error::{Result, coded};
use chainrule::exec::Control;
use napi::bindgen_prelude::{AsyncTask, Function, Task, ToNapiValue, TypeName};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Status};
use napi_derive::napi;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Stops the call it was given to.
#[napi]
#[derive(Default)]
pub struct CancelToken {
    cancelled: Arc<AtomicBool>,
}

#[napi]
impl CancelToken {
    /// A token that has not been cancelled.
    #[napi(constructor)]
    pub fn new() -> CancelToken {
        CancelToken::default()
    }

    /// Makes the call end soon.
    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

type Work<T> = dyn Fn(&Control) -> Result<T> + Send;

/// Work on another thread, which gives a `T` that JavaScript gets as a `J`.
pub struct Watched<T, J> {
    work: Box<Work<T>>,
    give: fn(T) -> J,
    watch: Watch,
}

/// Runs `work` on another thread; what it gives is turned into what JavaScript gets on the thread of JavaScript.
pub(crate) fn watched<T, J>(
    token: &CancelToken,
    progress: Option<Function<f64, ()>>,
    work: impl Fn(&Control) -> Result<T> + Send + 'static,
    give: fn(T) -> J,
) -> Result<AsyncTask<Watched<T, J>>>
where
    Watched<T, J>: Task,
{
    let watch = Watch::new(token, progress)?;
    Ok(AsyncTask::new(Watched { work: Box::new(work), give, watch }))
}

impl<T: Send + 'static, J: ToNapiValue + TypeName> Task for Watched<T, J> {
    type Output = T;
    type JsValue = J;

    fn compute(&mut self) -> Result<T> {
        self.watch.run(&self.work)
    }

    fn resolve(&mut self, _: Env, output: T) -> Result<J> {
        Ok((self.give)(output))
    }
}

/// How a caller watches and stops a call that runs elsewhere.
struct Watch {
    cancelled: Arc<AtomicBool>,
    progress: Option<Progress>,
}

/// Calls into JavaScript take a microsecond each and wait for the event loop, so there are few.
const BETWEEN_REPORTS: Duration = Duration::from_millis(50);

struct Progress {
    report: ThreadsafeFunction<f64, (), f64, Status, false, true>,
    last: Mutex<Instant>,
}

impl Watch {
    fn new(token: &CancelToken, progress: Option<Function<f64, ()>>) -> Result<Watch> {
        let progress = progress
            .map(|report| {
                let report = report.build_threadsafe_function().weak::<true>().build()?;
                Ok::<_, napi::Error>(Progress { report, last: Mutex::new(Instant::now()) })
            })
            .transpose()?;
        Ok(Watch { cancelled: Arc::clone(&token.cancelled), progress })
    }

    /// Runs `call` under this watch; a panic in it becomes an error, for no other guard stands on this thread.
    fn run<T>(&self, call: impl FnOnce(&Control) -> Result<T>) -> Result<T> {
        let report = |done: usize| self.report(done);
        let control = Control {
            cancelled: Some(&self.cancelled),
            progress: self.progress.as_ref().map(|_| &report as &(dyn Fn(usize) + Sync)),
        };
        catch_unwind(AssertUnwindSafe(|| call(&control))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<&str>().map(ToString::to_string);
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            Err(coded("INTERNAL", "", &text.unwrap_or_else(|| "a panic".into())))
        })
    }

    fn report(&self, done: usize) {
        let Some(progress) = &self.progress else { return };
        let Ok(mut last) = progress.last.try_lock() else { return };
        if last.elapsed() >= BETWEEN_REPORTS {
            *last = Instant::now();
            progress.report.call(done as f64, ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}
