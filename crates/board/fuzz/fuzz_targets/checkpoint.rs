//! Hostile bytes for the format `checkpoint` (`crates/board/tests/hostile/formats.rs`).
#![no_main]

#[path = "../../tests/hostile/formats.rs"]
mod formats;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    formats::checkpoint(bytes);
});
