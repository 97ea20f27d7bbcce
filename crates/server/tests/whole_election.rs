//! A whole election through the server over HTTP, read back through tiles, and a start that serves it again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::entry_bundle;
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::reader::{Fetch, FetchError, Reader};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::contest::Choice;
use plebiscite_election::record::Phase;
use plebiscite_election::view::{ViewSizes, VoterView};
use plebiscite_server::config::{Config, Limits};
use plebiscite_server::{inbox, serve};
use plebiscite_support::{Election, Shape};
use tokio::sync::watch;

struct Server {
    stop: watch::Sender<bool>,
    thread: Option<std::thread::JoinHandle<Result<(), serve::ServeError>>>,
    address: SocketAddr,
}

impl Server {
    fn start(data: &Path) -> Self {
        let file = data.join("address");
        let _ = std::fs::remove_file(&file);
        let limits = Limits {
            casts_per_second_per_address: 10_000,
            ballots_per_minute_per_credential: 3,
            ..Limits::default()
        };
        let config = Config {
            data: data.to_owned(),
            listen: "127.0.0.1:0".parse().unwrap(),
            address_file: Some(file.clone()),
            limits,
            ..Config::default()
        };
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(serve::serve(config, stopped))
        });
        let begun = Instant::now();
        while !file.exists() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let address = std::fs::read_to_string(&file).unwrap().parse().unwrap();
        Self { stop, thread: Some(thread), address }
    }

    fn stop(mut self) {
        self.stop.send(true).unwrap();
        self.thread.take().unwrap().join().unwrap().unwrap();
    }

    fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.get(format!("http://{}{path}", self.address)).call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_vec().unwrap())
    }

    fn post(&self, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.post(format!("http://{}{path}", self.address)).send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_vec().unwrap())
    }

    fn enter(&self, election: &Election, entries: &[Vec<u8>]) {
        let path = format!("/api/v1/e/{}/entries", &election.id().to_string()[..16]);
        let (status, body) = self.post(&path, &entry_bundle::encode(entries).unwrap());
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    }
}

struct Log<'s>(&'s Server, String);

impl Fetch for Log<'_> {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        match self.0.get(&format!("{}{path}", self.1)) {
            (200, bytes) => Ok(bytes),
            _ => Err(FetchError::Missing { path: path.to_owned() }),
        }
    }
}

fn log<'s>(server: &'s Server, election: &Election) -> Log<'s> {
    Log(server, format!("/e/{}/", &election.id().to_string()[..16]))
}

fn data_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let key = plebiscite_support::key_of("board", 0);
    let path = folder.path().join("board.key");
    std::fs::write(&path, hex::encode(key.to_bytes())).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    folder
}

#[test]
fn an_election_runs_over_http_and_is_served_again_after_a_start() {
    let folder = data_folder();
    let server = Server::start(folder.path());
    let mut election = Election::new(Shape::default());
    let manifest = entry_bundle::encode(&election.manifest_entries()).unwrap();
    // By default nobody adds an election over HTTP.
    assert_eq!(server.post("/api/v1/elections", &manifest).0, 403);
    let id = inbox::drop_and_wait(folder.path(), &manifest, Duration::from_secs(10)).unwrap().id;
    assert_eq!(id, election.id().to_string());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    election.seal_roll();
    election.open();
    let prefix = &id[..16];
    let standing = election.manifest_entries().len();
    for entry in &election.entries[standing..] {
        server.enter(&election, std::slice::from_ref(entry));
    }
    let origin = NoteKey::new(&format!("plebiscite/v1/{id}"), election.board.verifying_key()).unwrap();
    let ballots = format!("/api/v1/e/{prefix}/ballots");
    let sizes = ViewSizes::of(election.record.manifest().unwrap());
    for voter in [0, 1, 2, 5, 6, 7, 2] {
        let ballot = election.cast(voter, &[Choice::Option(0)]);
        let entry = Election::ballot_entry(&ballot);
        let (status, receipt) = server.post(&ballots, &entry);
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&receipt));
        let proof = TlogProof::parse(&receipt).unwrap();
        proof.verify(&entry, &origin).unwrap();
        // The same bytes again: the same index.
        let (status, again) = server.post(&ballots, &entry);
        assert_eq!((status, TlogProof::parse(&again).unwrap().index), (200, proof.index));
        let key = hex::encode(election.credentials[voter as usize].public_bytes().0);
        let (status, view) = server.get(&format!("/api/v1/e/{prefix}/credential/{key}"));
        assert_eq!((status, view.len()), (200, sizes.view()));
        assert_eq!(VoterView::decode(&view, &sizes).unwrap().head.unwrap().index, proof.index);
        assert_eq!(server.get(&format!("/api/v1/e/{prefix}/roll/{voter}")), (200, view));
    }
    let (status, unknown) = server.get(&format!("/api/v1/e/{prefix}/credential/{}", "ab".repeat(32)));
    assert_eq!((status, unknown.len()), (200, sizes.view()));
    // A roll number that there is not: the same answer; something that is none: a refusal.
    assert_eq!(server.get(&format!("/api/v1/e/{prefix}/roll/4000000")), (200, unknown));
    assert_eq!(server.get(&format!("/api/v1/e/{prefix}/roll/-1")).0, 400);
    // An old ballot of the chain cannot be entered a second time, and a flipped bit is refused.
    let mut flipped = election.entries.last().unwrap().clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert_ne!(server.post(&ballots, &flipped).0, 200);
    let before = election.entries.len();
    election.finish();
    for entry in &election.entries[before..] {
        server.enter(&election, std::slice::from_ref(entry));
    }
    let read = |server: &Server| {
        let note = log(server, &election).fetch("checkpoint").unwrap();
        let claimed = Checkpoint::parse(&Note::parse(&note).unwrap().text).unwrap();
        let mut reader = Reader::open(log(server, &election), claimed.clone()).unwrap();
        (0..claimed.size).map(|index| reader.entry(index).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(read(&server), election.entries);
    server.stop();
    let server = Server::start(folder.path());
    assert_eq!(read(&server), election.entries);
    assert_eq!(Election::replay(&read(&server)).unwrap().phase(), Phase::Certified);
    server.stop();
}
