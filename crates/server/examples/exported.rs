//! Writes two logs as folders, with what belongs to them, for checkers that others wrote (`cargo xtask test --only checkers`).
//!
//! `cargo run -p plebiscite-server --example exported -- FOLDER`. `FOLDER/election` is a small election that a real server
//! held over HTTP with two witnesses, and that its own export wrote; `FOLDER/known` is the log of the specification's
//! known answers (§11.1). Of each: `board` (the exported folder), `key` and `witnesses` (verifier keys, one a line),
//! `earlier/<size>` (checkpoints signed before), `proofs/<size>` (our consistency proofs from there), `receipts/<index>`,
//! and `lies/<name>`: checkpoints that the true key signed and that are not true.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what cannot be made must fail where it stands"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Server, config, data_folder};
use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::merkle::{Hash, Roots, Tree, leaf_hash};
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::second::SecondSigner;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::contest::Choice;
use plebiscite_server::config::{Config, Witness as Named};
use plebiscite_server::export;
use plebiscite_support::{Election, Shape, key_of, write_folder};
use plebiscite_witness::app::{self, Prefix};
use plebiscite_witness::watch::Witness;
use tokio::sync::watch;

/// Ballots of the small election: with its setup, more entries than one tile holds.
const BALLOTS: u32 = 300;
/// Entries of the log of known answers.
const KNOWN: usize = 10_000;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write"));
    let election = held(&folder.join("election"));
    beside(&folder.join("election"), &election.tree, &origin_of(&election), &election.board);
    let known = known(&folder.join("known"));
    println!("written: {} entries of an election, {known} known ones", election.tree.size());
}

fn origin_of(election: &Election) -> String {
    format!("plebiscite/v1/{}", election.id())
}

/// Holds a small election on a real server, keeps what it answers, and exports it.
fn held(folder: &Path) -> Election {
    let mut election = Election::opened(Shape { witnesses: (3, 2, 1), ..Shape::default() });
    let (data, first, second) = (data_folder(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = [watching(first.path(), 0, &election), watching(second.path(), 1, &election)];
    let witnesses = (0..2).map(|n| Named { key: witness_key(n).vkey(), url: running[n].url.clone() });
    let mut settings =
        Config { witnesses: witnesses.collect(), witness_interval_seconds: 1, ..config(data.path()) };
    settings.limits.ballots_per_minute_per_credential = 10_000;
    let server = Server::start_with(settings.clone()).unwrap();
    let prefix = server.hold(&election);
    let voters = u32::try_from(election.credentials.len()).unwrap();
    for number in 0..BALLOTS {
        let ballot = election.cast(number % voters, &[Choice::Option((number % 2) as u16)]);
        let entry = Election::ballot_entry(&ballot);
        let answer = server.cast(&prefix, &entry);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        if number % 41 == 0 {
            let index = TlogProof::parse(&answer.body).unwrap().index;
            write(folder, &format!("receipts/{index}"), &answer.body);
            let note = server.get(&format!("/e/{prefix}/checkpoint")).body;
            write(folder, &format!("earlier/{}", size_of(&note)), &note);
        }
    }
    let before = election.entries.len();
    election.finish();
    for entry in &election.entries[before..] {
        server.enter(&prefix, std::slice::from_ref(entry));
    }
    let size = election.tree.size();
    let cosigned = data.path().join("elections").join(&prefix).join("cosigned/latest");
    wait(|| fs::read(&cosigned).ok().filter(|note| size_of(note) == size));
    server.stop();
    running.into_iter().for_each(Watching::stop);
    export::export(&settings, &prefix, &folder.join("board")).unwrap();
    let keys: String = (0..3).map(|number| witness_key(number).vkey() + "\n").collect();
    write(folder, "witnesses", keys.as_bytes());
    election
}

/// The entries of the known answers as a log with a key of its own.
fn known(folder: &Path) -> u64 {
    let entries: Vec<Vec<u8>> = (0..KNOWN).map(known_entry).collect();
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let (origin, key) = ("plebiscite/known-answers", SigningKey::from_bytes(&[7; 32]));
    let head = head(origin, tree.size(), tree.root_at(tree.size()).unwrap(), &key);
    write_folder(&folder.join("board"), &entries, &head);
    for size in [1, 255, 256, 257, 2_991, 4_096, 9_999, 10_000] {
        let root = tree.root_at(size).unwrap();
        let mut note = self::head(origin, size, root, &key);
        if size == 4_096 {
            // A second signature, of a kind that these checkers do not know: they must pass it over.
            let second = SecondSigner::new(origin, &[8; 32]).unwrap();
            let text = Note::parse(&note).unwrap().text;
            note.extend_from_slice(second.cosign(&text, 0).unwrap().as_bytes());
        }
        write(folder, &format!("earlier/{size}"), &note);
    }
    for index in [0, 255, 256, 4_097, 8_192, 9_999] {
        let path = tree.inclusion_proof(index, tree.size()).unwrap();
        let receipt = TlogProof { index, path, checkpoint: head.clone() };
        write(folder, &format!("receipts/{index}"), &receipt.encode());
    }
    write(folder, "witnesses", b"");
    beside(folder, &tree, origin, &key);
    tree.size()
}

/// The log's verifier key, our proofs from every earlier checkpoint, and lies that its true key signed.
fn beside(folder: &Path, tree: &Tree, origin: &str, key: &SigningKey) {
    let vkey = NoteKey::new(origin, key.verifying_key()).unwrap().vkey();
    write(folder, "key", vkey.as_bytes());
    let size = tree.size();
    for note in fs::read_dir(folder.join("earlier")).unwrap() {
        let old = size_of(&fs::read(note.unwrap().path()).unwrap());
        let proof = tree.consistency_proof(old, size).unwrap();
        let lines: String = proof.iter().map(|hash| STANDARD.encode(hash.0) + "\n").collect();
        write(folder, &format!("proofs/{old}"), lines.as_bytes());
    }
    let root = tree.root_at(size).unwrap();
    let less = tree.root_at(size - 1).unwrap();
    let forked = leaf_hash(b"another entry");
    for (name, size, root) in [
        ("one-more-entry-than-the-root-has", size + 1, root),
        ("one-entry-less-than-the-root-has", size - 1, root),
        ("the-root-of-one-entry-less", size, less),
        ("another-root", size, forked),
        ("an-empty-log-with-this-root", 0, root),
        ("beyond-what-a-log-can-hold", u64::MAX, root),
    ] {
        write(folder, &format!("lies/{name}"), &head(origin, size, root, key));
    }
}

fn known_entry(i: usize) -> Vec<u8> {
    let mut entry = format!("{{\"kind\":\"ballot\",\"n\":{i},\"pad\":\"").into_bytes();
    while entry.len() < 100 + (i * 7_919) % 500 {
        entry.push(b'a' + u8::try_from((i + entry.len()) % 26).unwrap());
    }
    entry.extend_from_slice(b"\"}");
    entry
}

fn head(origin: &str, size: u64, root: Hash, key: &SigningKey) -> Vec<u8> {
    Checkpoint { origin: origin.to_owned(), size, root }.sign(key).unwrap().note().to_vec()
}

fn size_of(note: &[u8]) -> u64 {
    Checkpoint::parse(&Note::parse(note).unwrap().text).unwrap().size
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A witness of the election, in this process.
struct Watching {
    stop: watch::Sender<bool>,
    thread: std::thread::JoinHandle<()>,
    url: String,
}

impl Watching {
    fn stop(self) {
        self.stop.send(true).unwrap();
        self.thread.join().unwrap();
    }
}

fn witness_key(number: usize) -> WitnessKey {
    WitnessKey::new(&format!("witness{}", number + 1), key_of("witness", number).verifying_key()).unwrap()
}

fn watching(folder: &Path, number: usize, election: &Election) -> Watching {
    Witness::create(folder, witness_key(number).name()).unwrap();
    fs::write(folder.join("key"), hex::encode(key_of("witness", number).to_bytes())).unwrap();
    let witness = Witness::open(folder).unwrap();
    let board = NoteKey::new(&origin_of(election), election.board.verifying_key()).unwrap();
    witness.add_log(&board.vkey(), false).unwrap();
    let (file, (stop, stopped)) = (folder.join("address"), watch::channel(false));
    let path = file.clone();
    let thread = std::thread::spawn(move || {
        let listen = "127.0.0.1:0".parse().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(app::serve(witness, listen, Some(&path), &Prefix::default(), stopped)).unwrap();
    });
    let address = wait(|| fs::read_to_string(&file).ok().filter(|text| !text.is_empty()));
    Watching { stop, thread, url: format!("http://{address}/") }
}

fn wait<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}
