//! Writes web/tests/wasm/vector.json again: the ballots that WebAssembly is held to.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "shares its files with the tests, and may stop where it fails"
)]

#[path = "../tests/native/board.rs"]
mod board;
#[path = "../tests/native/vector.rs"]
mod vector;

fn main() {
    std::fs::write(vector::path(), vector::text(&vector::make())).unwrap();
}
