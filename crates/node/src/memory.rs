//! What objects of JavaScript hold of the core, until they are disposed of, and what the collector of garbage is told of
//! it: it sees only the small objects in front.
use crate::error::{Result, disposed};
use napi::Env;
use std::sync::{Mutex, PoisonError};

/// What an object holds until it is disposed of.
///
/// A call on another thread borrows the object until it has ended, so what is in it is given up behind a lock, and is free
/// when that call has ended.
pub(crate) struct Held<T> {
    what: &'static str,
    held: Mutex<Option<(T, Told)>>,
}

impl<T: Clone> Held<T> {
    /// Holds a `what` of so many bytes.
    pub(crate) fn new(env: &Env, what: &'static str, it: T, bytes: usize) -> Result<Held<T>> {
        let told = Told::of(env, bytes)?;
        Ok(Held { what, held: Mutex::new(Some((it, told))) })
    }

    /// A copy of it, which lives on if it is disposed of.
    pub(crate) fn get(&self) -> Result<T> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map(|(it, _)| it.clone()).ok_or_else(|| disposed(self.what))
    }

    /// Gives it up; later calls do nothing.
    pub(crate) fn dispose(&self, env: &Env) -> Result<()> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        held.map_or(Ok(()), |(_, mut told)| told.take_back(env))
    }
}

/// Bytes that the collector of garbage counts; told once and taken back once.
#[derive(Default)]
pub(crate) struct Told(i64);

impl Told {
    /// Tells it of so many bytes.
    pub(crate) fn of(env: &Env, bytes: usize) -> Result<Told> {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        env.adjust_external_memory(bytes)?;
        Ok(Told(bytes))
    }

    /// Tells it that they are free; later calls do nothing.
    pub(crate) fn take_back(&mut self, env: &Env) -> Result<()> {
        env.adjust_external_memory(-std::mem::take(&mut self.0)).map(|_| ())
    }
}
