//! The program as logs see it: real processes, HTTP on loopback, kills.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

mod answers;
mod kept;
mod races;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::witness::AddCheckpoint;
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
    // The manifest writes the same key in its own way, now and whenever it is asked for.
    let written = format!("\"key\":\"{}\"", hex::encode(own.key().as_bytes()));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&written) && said.contains("\"name\":\"witness.example\""), "{said}");
    let asked = program(folder.path(), &["key", "--manifest"]);
    assert!(asked.status.success() && said.contains(String::from_utf8(asked.stdout).unwrap().trim_end()));
    assert!(program(folder.path(), &["add-log", &vkey(1)]).status.success());
    (folder, own)
}

struct Serving {
    child: Mutex<Child>,
    address: String,
}

/// Status, content type and body.
type Answer = (u16, String, Vec<u8>);

impl Serving {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    fn start_with(folder: &Path, more: &[&str]) -> Self {
        let file = folder.join("address");
        let _ = std::fs::remove_file(&file);
        let mut command = Command::new(env!("CARGO_BIN_EXE_plebiscite-witness"));
        command.args(["serve", "--while-stdin", "--listen", "127.0.0.1:0", "--address-file"]).arg(&file);
        let child = command
            .args(more)
            .arg("--folder")
            .arg(folder)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while !file.exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the witness does not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        Self { child: Mutex::new(child), address: std::fs::read_to_string(&file).unwrap() }
    }

    /// None where the connection broke.
    fn send(&self, body: &[u8]) -> Option<Answer> {
        self.send_to("/add-checkpoint", body)
    }

    fn send_to(&self, path: &str, body: &[u8]) -> Option<Answer> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None);
        let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(20))).build().into();
        let mut response = agent.post(format!("http://{}{path}", self.address)).send(body).ok()?;
        let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        let body = response.body_mut().read_to_vec().ok()?;
        Some((response.status().as_u16(), kind.unwrap_or_default(), body))
    }

    fn add(&self, request: &AddCheckpoint) -> Answer {
        self.send(&request.encode()).unwrap()
    }

    /// The size in force: the body of the refusal of a size that nobody has.
    fn size(&self) -> u64 {
        let (status, _, body) = self.add(&request(&tree(2_000, 0), 1_999, 1));
        assert_eq!(status, 409);
        String::from_utf8(body).unwrap().trim_end().parse().unwrap()
    }

    /// kill -9.
    fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn time_in(own: &WitnessKey, request: &AddCheckpoint, line: &[u8]) -> Option<u64> {
    let note = Note::parse(&[request.note.as_slice(), line].concat()).unwrap();
    own.time_of(&note).unwrap()
}
