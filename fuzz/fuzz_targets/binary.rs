//! Any bytes are a tape or refused, even behind a header that is right for them.
#![no_main]
use chainrule_fuzz::{assert_sound, sealed};
use chainrule_tape::Tape;

libfuzzer_sys::fuzz_target!(|payload: &[u8]| {
    assert!(Tape::deserialize(payload).is_err() || payload.starts_with(b"CHRT"));
    if let Ok(tape) = Tape::deserialize(&sealed(payload)) {
        assert_sound(&tape);
    }
});
