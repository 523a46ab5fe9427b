//! Chains: functions as compositions of stages.
use crate::error::{Result, disposed, thrown};
use crate::tape::NativeTape;
use chainrule::exec::{self, Chain};
use chainrule::tape::Tape;
use napi::Env;
use napi::bindgen_prelude::ClassInstance;
use napi_derive::napi;
use std::sync::Arc;

/// A chain, until it is disposed of.
#[napi]
pub struct NativeChain {
    chain: Option<Arc<Chain>>,
}

/// Composes tapes.
#[napi(catch_unwind)]
pub fn chain(tapes: Vec<ClassInstance<NativeTape>>) -> Result<NativeChain> {
    let tapes = tapes.iter().map(|tape| Ok(Tape::clone(tape.get()?)));
    let tapes: Vec<Tape> = tapes.collect::<Result<_>>()?;
    let chain = exec::chain(&tapes).map_err(thrown)?;
    Ok(NativeChain { chain: Some(Arc::new(chain)) })
}

/// Cuts a tape at its narrow places.
#[napi(catch_unwind)]
pub fn stages(tape: &NativeTape) -> Result<NativeChain> {
    let chain = exec::stages(tape.get()?).map_err(thrown)?;
    Ok(NativeChain { chain: Some(Arc::new(chain)) })
}

impl NativeChain {
    pub(crate) fn get(&self) -> Result<&Arc<Chain>> {
        self.chain.as_ref().ok_or_else(|| disposed("chain"))
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
    pub fn dispose(&mut self) {
        self.chain = None;
    }
}
