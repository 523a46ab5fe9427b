//! The machine in words: enough to tell one from another.
use crate::simd::Level;

/// The processor's name, the number of cores, and the vector instructions.
pub(super) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores, {:?}", processor(), Level::detect())
}

#[cfg(target_arch = "x86_64")]
pub(crate) fn processor() -> String {
    let brand = raw_cpuid::CpuId::new().get_processor_brand_string();
    let name = brand.map(|brand| brand.as_str().trim().to_string());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| std::env::consts::ARCH.into())
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn processor() -> String {
    std::env::consts::ARCH.into()
}
