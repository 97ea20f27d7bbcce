//! Writes the valid examples of every format as a first corpus for `cargo fuzz`: `-- crates/board/fuzz/corpus`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what cannot be written fails where it stands"
)]

#[path = "../tests/hostile/formats.rs"]
mod formats;
#[path = "../tests/hostile/seeds.rs"]
mod seeds;

use std::fs;
use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write"));
    for (name, _) in formats::ALL {
        fs::create_dir_all(folder.join(name)).unwrap();
        for (number, example) in seeds::of(name).iter().enumerate() {
            fs::write(folder.join(name).join(format!("example-{number}")), example).unwrap();
        }
    }
}
