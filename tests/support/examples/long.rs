//! Writes a long log as a folder, for measurements: an open election whose voters vote again and again, seeded.
//!
//! `cargo run --release -p plebiscite-support --example long -- FOLDER ENTRIES [VOTERS] [--apart | --beside]`: `FOLDER/log` is the log,
//! `FOLDER/board.key` the board's key. There are 1,000 voters unless told otherwise. Every ballot is a true one, with proof
//! and signature. With `--beside` there are so many ballots beside the setup's entries. With `--apart` the log ends with the opening, and the ballots lie one after the other in
//! `FOLDER/ballots`, to be cast.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a stage that cannot be set must fail where it stands"
)]

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use plebiscite_support::{Election, Shape, chain, key_of, write_folder};
use rayon::prelude::*;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut flag = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name);
        place.map(|place| arguments.remove(place)).is_some()
    };
    let (apart, beside) = (flag("--apart"), flag("--beside"));
    let mut arguments = arguments.into_iter();
    let folder = PathBuf::from(arguments.next().expect("the folder to write"));
    let wanted: usize = arguments.next().expect("how many entries").parse().expect("a number");
    let voters: u32 = arguments.next().map_or(1_000, |voters| voters.parse().expect("a number"));
    fs::create_dir_all(&folder).unwrap();
    write_key(&folder.join("board.key"));
    let mut election = Election::opened(Shape { voters: vec![voters / 2; 2], ..Shape::default() });
    let voters = election.credentials.len() as u32;
    let ballots = if apart || beside { wanted } else { wanted.saturating_sub(election.entries.len()) };
    let rounds = ballots.div_ceil(voters as usize);
    let chains: Vec<Vec<Vec<u8>>> =
        (0..voters).into_par_iter().map(|voter| chain(&election, voter, rounds)).collect();
    let in_order = (0..rounds).flat_map(|round| chains.iter().map(move |chain| &chain[round])).take(ballots);
    if apart {
        let mut file = BufWriter::new(File::create(folder.join("ballots")).unwrap());
        in_order.for_each(|entry| file.write_all(entry).unwrap());
        file.flush().unwrap();
        println!("{}", chains[0][0].len());
    } else {
        in_order.for_each(|entry| election.force(entry));
    }
    drop(chains);
    write_folder(&folder.join("log"), &election.entries, election.checkpoint().note());
    println!("{}", election.id());
}

fn write_key(path: &Path) {
    let mut key = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).unwrap();
    key.write_all(hex::encode(key_of("board", 0).to_bytes()).as_bytes()).unwrap();
}
