//! The program as logs see it: real processes, HTTP on loopback, kills.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::evidence::Evidence;
use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::witness::{AddCheckpoint, REQUEST_LIMIT};
use tempfile::TempDir;

const LOG: &str = "plebiscite/v1/log";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn vkey(seed: u8) -> String {
    NoteKey::new(LOG, key(seed).verifying_key()).unwrap().vkey()
}

fn tree(count: u32, salt: u8) -> Tree {
    Tree::of((0..count).map(|n| leaf_hash(&[n as u8, (n >> 8) as u8, if n < 5 { 0 } else { salt }])))
}

fn request(tree: &Tree, old: u64, signer: u8) -> AddCheckpoint {
    let root = tree.root_at(tree.size()).unwrap();
    let head = Checkpoint { origin: LOG.to_owned(), size: tree.size(), root };
    let path = tree.consistency_proof(old, tree.size()).unwrap_or_default();
    AddCheckpoint { old, path, note: head.sign(&key(signer)).unwrap().note().to_vec() }
}

fn program(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plebiscite-witness"));
    command.args(arguments).arg("--folder").arg(folder).output().unwrap()
}

/// A witness that watches the log, not yet serving.
fn made() -> (TempDir, WitnessKey) {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path(), &["new-key", "--name", "witness.example"]);
    assert!(output.status.success());
    let own = WitnessKey::parse(String::from_utf8(output.stdout).unwrap().trim_end()).unwrap();
    assert!(program(folder.path(), &["add-log", &vkey(1)]).status.success());
    (folder, own)
}

struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Path) -> Self {
        let file = folder.join("address");
        let _ = std::fs::remove_file(&file);
        let mut command = Command::new(env!("CARGO_BIN_EXE_plebiscite-witness"));
        command.args(["serve", "--while-stdin", "--listen", "127.0.0.1:0", "--address-file"]).arg(&file);
        let child = command.arg("--folder").arg(folder).stdin(Stdio::piped()).spawn().unwrap();
        let begun = Instant::now();
        while !file.exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the witness does not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        let address = format!("http://{}", std::fs::read_to_string(&file).unwrap());
        Self { child, address }
    }

    /// Status, content type and body; none where the connection broke.
    fn send(&self, body: &[u8]) -> Option<(u16, String, Vec<u8>)> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None);
        let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(20))).build().into();
        let mut response = agent.post(format!("{}/add-checkpoint", self.address)).send(body).ok()?;
        let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        let body = response.body_mut().read_to_vec().ok()?;
        Some((response.status().as_u16(), kind.unwrap_or_default(), body))
    }

    fn add(&self, request: &AddCheckpoint) -> (u16, String, Vec<u8>) {
        self.send(&request.encode()).unwrap()
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn time_in(own: &WitnessKey, request: &AddCheckpoint, line: &[u8]) -> Option<u64> {
    let note = Note::parse(&[request.note.as_slice(), line].concat()).unwrap();
    own.time_of(&note).unwrap()
}

#[test]
fn a_log_that_grows_is_cosigned_and_every_refusal_has_its_status() {
    let (folder, own) = made();
    let serving = Serving::start(folder.path());
    let first = request(&tree(9, 0), 0, 1);
    let (status, _, line) = serving.add(&first);
    assert_eq!(status, 200);
    assert!(time_in(&own, &first, &line).is_some_and(|time| time > 1_700_000_000));
    let code = |body: &[u8]| {
        let (status, kind, _) = serving.send(body).unwrap();
        (status, kind)
    };
    let problem = "application/problem+json".to_owned();
    let grown = request(&tree(12, 0), 9, 1);
    for (wrong, status) in [
        (request(&tree(12, 1), 9, 1), 422),
        (request(&tree(9, 1), 9, 1), 422),
        (request(&tree(7, 0), 9, 1), 400),
        (request(&tree(12, 0), 9, 2), 403),
    ] {
        assert_eq!(code(&wrong.encode()), (status, problem.clone()));
    }
    let stranger = String::from_utf8(grown.encode()).unwrap().replace(LOG, "plebiscite/v1/other");
    assert_eq!(code(stranger.as_bytes()), (404, problem.clone()));
    assert_eq!(code(b"old 9\n"), (400, problem.clone()));
    assert_eq!(code(&vec![b'x'; REQUEST_LIMIT + 1]).0, 413);
    for rollback in [request(&tree(7, 0), 7, 1), request(&tree(12, 0), 0, 1)] {
        let (status, kind, body) = serving.add(&rollback);
        assert_eq!((status, kind.as_str(), body.as_slice()), (409, "text/x.tlog.size", b"9\n".as_slice()));
    }
    assert_eq!(serving.add(&grown).0, 200);
    // The same again is cosigned again, with a time that never runs back.
    let again = request(&tree(12, 0), 12, 1);
    assert_eq!(serving.add(&again).0, 200);
    // Both signed heads of the same size are kept as evidence that anyone can judge.
    let files = std::fs::read_dir(folder.path().join("evidence")).unwrap();
    let forks = files.flatten().filter(|file| {
        let evidence = Evidence::parse(&std::fs::read(file.path()).unwrap()).unwrap();
        evidence.judge(&NoteKey::parse(&vkey(1)).unwrap()).is_ok_and(|fork| fork.size == 9)
    });
    assert_eq!(forks.count(), 1);
}

#[test]
fn what_was_cosigned_outlives_kills_and_is_never_contradicted() {
    let (folder, own) = made();
    let mut cosigned: Vec<(u64, Vec<u8>)> = Vec::new();
    let (mut size, mut last_time) = (0u64, 0);
    for round in 0..10u64 {
        let serving = Serving::start(folder.path());
        // After a start, the first answer tells the size in force: at least everything that was answered.
        let (status, _, body) = serving.add(&request(&tree(500, 0), 499, 1));
        assert_eq!(status, 409);
        let told: u64 = String::from_utf8(body).unwrap().trim_end().parse().unwrap();
        assert!(told >= size, "{told} after {size}");
        size = told;
        std::thread::scope(|scope| {
            let busy = &serving;
            scope.spawn(move || {
                for step in 1..6 {
                    let _ = busy.send(&request(&tree((told + step) as u32, 0), told + step - 1, 1).encode());
                }
            });
            let grown = request(&tree(size as u32 + 1, 0), size, 1);
            if let Some((200, _, line)) = serving.send(&grown.encode()) {
                let time = time_in(&own, &grown, &line).unwrap();
                assert!(time >= last_time);
                last_time = time;
                cosigned.push((size + 1, line));
                size += 1;
            }
            // Never the other branch, whatever is under way; below six entries the two are one.
            if size >= 6 {
                let other = serving.send(&request(&tree(size as u32 + 6, 1), size, 1).encode());
                assert!(other.is_none_or(|(status, _, _)| status != 200), "round {round}");
            }
            std::thread::sleep(Duration::from_millis(round * 3));
        });
        serving.kill();
    }
    assert!(!cosigned.is_empty());
    let state = program(folder.path(), &["logs", "--json"]);
    let listed = String::from_utf8(state.stdout).unwrap();
    assert!(listed.contains("\"size\":"), "{listed}");
}

#[test]
fn a_damaged_state_cosigns_nothing_and_a_successors_key_keeps_the_state() {
    let (folder, _) = made();
    let serving = Serving::start(folder.path());
    assert_eq!(serving.add(&request(&tree(9, 0), 0, 1)).0, 200);
    // A second process cannot have the folder meanwhile.
    let second = program(folder.path(), &["logs"]);
    assert_eq!(second.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use"));
    let state = std::fs::read_dir(folder.path().join("state")).unwrap().flatten().next().unwrap().path();
    let kept = std::fs::read(&state).unwrap();
    for damaged in [&b""[..], b"time 1\n", b"nonsense", &kept[..kept.len() / 2]] {
        std::fs::write(&state, damaged).unwrap();
        assert_eq!(serving.add(&request(&tree(3, 0), 0, 1)).0, 500);
        assert_eq!(serving.add(&request(&tree(12, 0), 9, 1)).0, 500);
    }
    std::fs::write(&state, &kept).unwrap();
    assert_eq!(serving.add(&request(&tree(12, 0), 9, 1)).0, 200);
    serving.kill();
    let refused = program(folder.path(), &["add-log", &vkey(2)]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--successor"));
    assert!(program(folder.path(), &["add-log", &vkey(2), "--successor"]).status.success());
    let serving = Serving::start(folder.path());
    assert_eq!(serving.add(&request(&tree(7, 0), 0, 2)).0, 409);
    assert_eq!(serving.add(&request(&tree(14, 0), 12, 2)).0, 200);
    // The name and the key are never made anew.
    assert_eq!(program(folder.path(), &["new-key", "--name", "x"]).status.code(), Some(3));
}

#[test]
fn hostile_bytes_are_refused_and_nothing_else() {
    let (folder, _) = made();
    let serving = Serving::start(folder.path());
    let good = request(&tree(40, 0), 0, 1).encode();
    let mut seed = 7u64;
    let mut dice = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    for _ in 0..300 {
        let mut bad = good.clone();
        for _ in 0..=dice() % 3 {
            let place = dice() % bad.len();
            match dice() % 3 {
                0 => bad[place] ^= 1 << (dice() % 8),
                1 => bad.truncate(place),
                _ => bad.insert(place, dice() as u8),
            }
            if bad.is_empty() {
                bad.push(b'o');
            }
        }
        if bad != good {
            let status = serving.send(&bad).unwrap().0;
            assert!((400..500).contains(&status), "{status}: {:?}", String::from_utf8_lossy(&bad));
        }
    }
    assert_eq!(serving.send(&good).unwrap().0, 200);
}
