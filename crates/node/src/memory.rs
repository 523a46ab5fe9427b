//! What the collector of garbage is told of the core's memory: it sees only the small objects in front of it.
use crate::error::Result;
use napi::Env;

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
