//! Chains: functions as compositions of stages.
use crate::error::{Result, thrown};
use crate::memory::Held;
use crate::tape::NativeTape;
use chainrule::exec::{self, Chain};
use chainrule::tape::Tape;
use napi::Env;
use napi::bindgen_prelude::ClassInstance;
use napi_derive::napi;
use std::sync::Arc;

/// A chain, until it is disposed of.
///
/// The memory of its tapes is told of where they are handed out.
#[napi]
pub struct NativeChain {
    held: Held<Arc<Chain>>,
}

/// Composes tapes.
#[napi(catch_unwind)]
pub fn chain(env: Env, tapes: Vec<ClassInstance<NativeTape>>) -> Result<NativeChain> {
    let tapes = tapes.iter().map(|tape| Ok(Tape::clone(&*tape.get()?)));
    let tapes: Vec<Tape> = tapes.collect::<Result<_>>()?;
    let chain = exec::chain(&tapes).map_err(thrown)?;
    NativeChain::holding(&env, chain)
}

/// Cuts a tape at its narrow places.
#[napi(catch_unwind)]
pub fn stages(env: Env, tape: &NativeTape) -> Result<NativeChain> {
    let chain = exec::stages(&*tape.get()?).map_err(thrown)?;
    NativeChain::holding(&env, chain)
}

impl NativeChain {
    fn holding(env: &Env, chain: Chain) -> Result<NativeChain> {
        Ok(NativeChain { held: Held::new(env, "chain", Arc::new(chain), 0)? })
    }

    pub(crate) fn get(&self) -> Result<Arc<Chain>> {
        self.held.get()
    }
}

#[napi]
impl NativeChain {
    /// The composition as one tape.
    #[napi(catch_unwind)]
    pub fn tape(&self, env: Env) -> Result<NativeTape> {
        NativeTape::new(&env, self.get()?.tape().clone())
    }

    /// The tapes of the stages, in the order they are applied.
    #[napi(catch_unwind)]
    pub fn stages(&self, env: Env) -> Result<Vec<NativeTape>> {
        let chain = self.get()?;
        let tapes = (0..chain.len()).filter_map(|index| chain.stage(index));
        tapes.map(|tape| NativeTape::new(&env, tape.clone())).collect()
    }

    /// Frees it.
    #[napi(catch_unwind)]
    pub fn dispose(&self, env: Env) -> Result<()> {
        self.held.dispose(&env)
    }
}
