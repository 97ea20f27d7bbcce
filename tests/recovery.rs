//! The server is killed in the middle of casting, fifty times in a row: every receipt holds at its index, and beyond what
//! was acknowledged there are only whole ballots that were submitted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::entry_bundle;
use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_board::note::NoteKey;
use plebiscite_board::reader::{Fetch, FetchError, Reader};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape};

const KILLS: u32 = 50;
/// New ballots in one life of the server; those that an earlier life left unanswered are sent again besides.
const BALLOTS_A_LIFE: usize = 6;

/// The folder of the programs; built here where nobody has said where they are.
fn program() -> PathBuf {
    if let Some(folder) = std::env::var_os("PLEBISCITE_PROGRAMS") {
        return PathBuf::from(folder).join("plebiscite-server");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = Command::new(env!("CARGO"))
        .args(["build", "--workspace", "--bin", "plebiscite-server"])
        .current_dir(root)
        .status()
        .unwrap();
    assert!(built.success(), "plebiscite-server cannot be built; `cargo xtask test` says more");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("debug/plebiscite-server")
}

/// A server that is killed when it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(program: &Path, folder: &Path) -> Self {
        let address = folder.join("address");
        let _ = fs::remove_file(&address);
        let child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--address-file"])
            .arg(&address)
            .arg("--config")
            .arg(folder.join("settings.toml"))
            .arg("--data")
            .arg(folder.join("data"))
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, address: String::new() };
        let begun = Instant::now();
        while !address.exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server does not start");
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("the server refuses to start: {status}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        server.address = fs::read_to_string(&address).unwrap();
        server
    }

    /// SIGKILL, at once.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.timeout_global(Some(Duration::from_secs(10))).build().into()
}

fn post(address: &str, path: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
    let mut response = agent().post(format!("http://{address}{path}")).send(body).ok()?;
    Some((response.status().as_u16(), response.body_mut().read_to_vec().ok()?))
}

struct Log<'s>(&'s str, &'s str);

impl Fetch for Log<'_> {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        let missing = || FetchError::Missing { path: path.to_owned() };
        let mut response =
            agent().get(format!("http://{}/e/{}/{path}", self.0, self.1)).call().map_err(|_| missing())?;
        if response.status().as_u16() != 200 {
            return Err(missing());
        }
        response.body_mut().read_to_vec().map_err(|_| missing())
    }
}

/// The whole log as the server shows it, under a checkpoint that the board signed.
fn read_log(server: &Server, prefix: &str, key: &NoteKey) -> Vec<Vec<u8>> {
    let log = Log(&server.address, prefix);
    let note = log.fetch("checkpoint").unwrap();
    let checkpoint = SignedCheckpoint::verify(&note, key).unwrap().checkpoint().clone();
    let mut reader = Reader::open(log, checkpoint.clone()).unwrap();
    (0..checkpoint.size).map(|index| reader.entry(index).unwrap()).collect()
}

/// Every receipt holds; whatever else there is was submitted, and stands once.
fn check(
    log: &[Vec<u8>],
    standing: usize,
    receipts: &HashMap<usize, TlogProof>,
    ballots: &[Vec<u8>],
    key: &NoteKey,
) {
    let tree = Tree::of(log.iter().map(|entry| leaf_hash(entry)));
    for (ballot, receipt) in receipts {
        let entry = &ballots[*ballot];
        assert_eq!(log.get(receipt.index as usize), Some(entry), "ballot {ballot} is not at its index");
        let signed = SignedCheckpoint::verify(&receipt.checkpoint, key).unwrap();
        let signed = signed.checkpoint();
        assert_eq!(tree.root_at(signed.size), Some(signed.root), "a signed state is not a part of the log");
    }
    let mut seen = vec![false; ballots.len()];
    for entry in &log[standing..] {
        let ballot = ballots.iter().position(|ballot| ballot == entry).expect("a ballot that was submitted");
        assert!(!std::mem::replace(&mut seen[ballot], true), "ballot {ballot} stands twice");
    }
}

/// Casts what is not answered yet from two threads, and kills the server after a while.
fn cast_until_killed(
    server: &mut Server,
    prefix: &str,
    open: &[usize],
    ballots: &[Vec<u8>],
    patience: Duration,
) -> Vec<(usize, TlogProof)> {
    let path = format!("/api/v1/e/{prefix}/ballots");
    let (next, receipts) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let address = server.address.clone();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(ballot) = open.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let Some((status, body)) = post(&address, &path, &ballots[*ballot]) else { return };
                    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
                    receipts.lock().unwrap().push((*ballot, TlogProof::parse(&body).unwrap()));
                }
            });
        }
        std::thread::sleep(patience);
        server.kill();
    });
    receipts.into_inner().unwrap()
}

#[test]
fn every_receipt_holds_at_its_index_though_the_server_is_killed_fifty_times_in_the_middle_of_casting() {
    let program = program();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(
        folder.path().join("settings.toml"),
        "[limits]\ncasts_per_second_per_address = 100000\nballots_per_minute_per_credential = 100000\n",
    )
    .unwrap();
    let mut election =
        Election::opened(Shape { voters: vec![160, 140], trustees: (2, 3), ..Shape::default() });
    fs::write(data.join("board.key"), hex::encode(election.board.to_bytes())).unwrap();
    fs::set_permissions(data.join("board.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let id = election.id().to_string();
    let prefix = &id[..16];
    let key = NoteKey::new(&format!("plebiscite/v1/{id}"), election.board.verifying_key()).unwrap();
    let standing = election.entries.len();
    let ballots: Vec<Vec<u8>> =
        (0..300).map(|voter| Election::ballot_entry(&election.ballot(voter, &[Choice::Option(0)]))).collect();

    let mut server = Server::start(&program, folder.path());
    let manifest = election.manifest_entries();
    let bundle = folder.path().join("manifest.bundle");
    fs::write(&bundle, entry_bundle::encode(&manifest).unwrap()).unwrap();
    let added =
        Command::new(&program).arg("--data").arg(&data).arg("add-election").arg(&bundle).output().unwrap();
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    for entries in election.entries[manifest.len()..].chunks(50) {
        let body = entry_bundle::encode(entries).unwrap();
        let (status, body) = post(&server.address, &format!("/api/v1/e/{prefix}/entries"), &body).unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    }

    let mut receipts = HashMap::new();
    let (mut unanswered_that_stood, mut cut_off) = (0, 0);
    for life in 1..=KILLS {
        let sent = ballots.len().min(life as usize * BALLOTS_A_LIFE);
        let open: Vec<usize> = (0..sent).filter(|ballot| !receipts.contains_key(ballot)).collect();
        // Spread over the time that these ballots take, so that kills fall before, into and after every step.
        let patience = Duration::from_millis(2 + u64::from(rand::random::<u8>()) / 4);
        let answered = cast_until_killed(&mut server, prefix, &open, &ballots, patience);
        cut_off += usize::from(answered.len() < open.len());
        receipts.extend(answered);
        server = Server::start(&program, folder.path());
        let log = read_log(&server, prefix, &key);
        check(&log, standing, &receipts, &ballots, &key);
        unanswered_that_stood += log.len() - standing - receipts.len();
    }
    // What was never answered is sent again: it stands already, at one index, or it is taken now.
    let path = format!("/api/v1/e/{prefix}/ballots");
    for (number, ballot) in ballots.iter().enumerate() {
        let (status, body) = post(&server.address, &path, ballot).unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let receipt = TlogProof::parse(&body).unwrap();
        receipt.verify(ballot, &key).unwrap();
        if let Some(before) = receipts.insert(number, receipt.clone()) {
            assert_eq!(before.index, receipt.index);
        }
    }
    let log = read_log(&server, prefix, &key);
    check(&log, standing, &receipts, &ballots, &key);
    assert_eq!(log.len(), standing + ballots.len());
    assert_eq!(Election::replay(&log).unwrap().ballots(), ballots.len() as u64);
    assert!(cut_off > 0, "no kill fell into the casting");
    println!(
        "{cut_off} of {KILLS} kills cut casting off; {unanswered_that_stood} times an unanswered ballot stood"
    );
}
