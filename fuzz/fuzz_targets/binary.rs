//! Any bytes are a tape or refused, even behind a header that is right for them.
#![no_main]
use chainrule_fuzz::assert_sound;
use chainrule_tape::Tape;

libfuzzer_sys::fuzz_target!(|payload: &[u8]| {
    assert!(Tape::deserialize(payload).is_err() || payload.starts_with(b"CHRT"));
    let length = (payload.len() as u64).to_le_bytes();
    let checksum = crc32fast::hash(payload).to_le_bytes();
    let bytes = [b"CHRT", &1_u16.to_le_bytes()[..], &length, &checksum, payload].concat();
    if let Ok(tape) = Tape::deserialize(&bytes) {
        assert_sound(&tape);
    }
});
