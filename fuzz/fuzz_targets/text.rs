//! Any text is a tape or refused.
#![no_main]
use chainrule_fuzz::assert_sound;
use chainrule_tape::Tape;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(tape) = Tape::parse(text) {
        assert_sound(&tape);
    }
});
