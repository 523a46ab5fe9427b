//! Any words are a tape or refused. Inputs, shapes and ops come from a text, so that words have something to name.
#![no_main]
use chainrule_fuzz::assert_sound;
use chainrule_tape::words::Words;
use chainrule_tape::{Input, Kind, Tape};
use std::sync::Arc;

libfuzzer_sys::fuzz_target!(|parts: (&str, Vec<[u8; 4]>, Vec<u8>, Vec<u8>)| {
    let (text, nodes, lists, outputs) = parts;
    let Ok(tape) = Tape::parse(text) else { return };
    let nodes: Vec<u32> = nodes.into_iter().flatten().map(word).collect();
    let lists: Vec<u32> = lists.into_iter().map(word).collect();
    let outputs: Vec<u32> = outputs.into_iter().map(word).collect();
    let inputs: Vec<Input> = tape.inputs().to_vec();
    let structurals = tape.nodes().filter_map(|(_, kind, _)| match kind {
        Kind::Structural(rule, _) => Some(rule.clone()),
        _ => None,
    });
    let words = Words {
        inputs,
        nodes: vec![&nodes],
        numbers: &[0.0, -1.5, f64::NAN],
        arrays: vec![Arc::from([]), Arc::from([1.0, 2.0, 3.0])],
        shapes: tape.nodes().map(|(_, _, shape)| shape.clone()).collect(),
        structurals: structurals.collect(),
        lists: &lists,
        outputs: &outputs,
    };
    if let Ok(tape) = Tape::from_words(words) {
        assert_sound(&tape);
    }
});

/// Small numbers as they are, and the largest ones.
fn word(byte: u8) -> u32 {
    if byte < 128 { byte.into() } else { u32::MAX - u32::from(255 - byte) }
}
