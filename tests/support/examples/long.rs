//! Writes a long log as a folder, for measurements: an open election of 1,000 voters who vote again and again, seeded.
//!
//! `cargo run --release -p plebiscite-support --example long -- FOLDER ENTRIES`: `FOLDER/log` is the log, `FOLDER/board.key`
//! the board's key. Every ballot is a true one, with proof and signature.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a stage that cannot be set must fail where it stands"
)]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use plebiscite_election::ballot::{EncryptedBallot, Seed, Selections, Tracker};
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape, key_of, write_folder};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

const VOTERS: u32 = 1_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("the folder to write"));
    let wanted: usize = arguments.next().expect("how many entries").parse().expect("a number");
    fs::create_dir_all(&folder).unwrap();
    let mut key = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(folder.join("board.key"))
        .unwrap();
    key.write_all(hex::encode(key_of("board", 0).to_bytes()).as_bytes()).unwrap();
    let mut election = Election::opened(Shape { voters: vec![VOTERS / 2; 2], ..Shape::default() });
    let ballots = wanted.saturating_sub(election.entries.len());
    let rounds = ballots.div_ceil(VOTERS as usize);
    let chains: Vec<Vec<Vec<u8>>> =
        (0..VOTERS).into_par_iter().map(|voter| chain(&election, voter, rounds)).collect();
    let in_order = (0..rounds).flat_map(|round| chains.iter().map(move |chain| &chain[round]));
    in_order.take(ballots).for_each(|entry| election.force(entry));
    write_folder(&folder.join("log"), &election.entries, election.checkpoint().note());
    println!("{}", election.id());
}

/// One voter's ballots, each built on the one before it.
fn chain(election: &Election, voter: u32, rounds: usize) -> Vec<Vec<u8>> {
    let parameters = election.record.parameters().unwrap();
    let contest = &election.record.manifest().unwrap().contests()[0];
    let mut context = election.ballot_context(voter);
    let mut made = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let fresh = |what: &str| -> [u8; 32] {
            Sha256::digest(format!("a long log: {what} of ballot {round} of voter {voter}")).into()
        };
        let choice = Choice::Option(u16::from(fresh("choice")[0] % 2));
        let selections = Selections::new(parameters, vec![contest.bits(&choice).unwrap()]).unwrap();
        let encrypted =
            EncryptedBallot::new(parameters, context, selections, Seed::from_fresh(fresh("seed"))).unwrap();
        let ballot =
            encrypted.cast(parameters, &election.credentials[voter as usize], &fresh("signature")).unwrap();
        context.seq += 1;
        context.prev = Tracker::clone(&ballot.tracker());
        made.push(Election::ballot_entry(&ballot));
    }
    made
}
