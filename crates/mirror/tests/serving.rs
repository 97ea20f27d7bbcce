//! The programs side by side: a server, a mirror that follows it, and what stays when the server is gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

#[path = "../../server/tests/common/mod.rs"]
mod common;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Answer, Server, config, data_folder, read_answer};
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape};
use sha2::{Digest, Sha256};

const YES: Choice = Choice::Option(0);

/// A mirror's process; it ends when its standard input does.
struct Mirror {
    child: Child,
    address: SocketAddr,
}

impl Mirror {
    fn start(folder: &Path, copies: &str) -> Self {
        Self::start_with(folder, copies, &[])
    }

    fn start_with(folder: &Path, copies: &str, more: &[&str]) -> Self {
        let file = folder.join("address");
        let _ = std::fs::remove_file(&file);
        let child = Command::new(env!("CARGO_BIN_EXE_plebiscite-mirror"))
            .args([
                "serve",
                copies,
                "--listen",
                "127.0.0.1:0",
                "--every",
                "1",
                "--while-stdin",
                "--address-file",
            ])
            .arg(&file)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let text = wait(|| std::fs::read_to_string(&file).ok());
        Self { child, address: text.parse().unwrap() }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"))
    }

    fn ask(&self, request: &str) -> Answer {
        let mut stream = std::net::TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        read_answer(&mut stream)
    }

    fn stop(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

fn wait<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn run(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_plebiscite-mirror")).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn a_mirror_follows_a_server_serves_the_same_and_stays_when_the_server_is_gone() {
    let (data, own) = (data_folder(), tempfile::tempdir().unwrap());
    let server = Server::start(data.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let source = format!("http://{}/e/{prefix}/", server.address);
    let copy = own.path().join("a=copy");
    let id = election.id().to_string();
    let mirror =
        Mirror::start_with(own.path(), &format!("{}={source}", copy.display()), &["--election", &id]);
    let ballot = Election::ballot_entry(&election.cast(0, &[YES]));
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    let checkpoint = format!("/e/{prefix}/checkpoint");
    let newest = server.get(&checkpoint).body;
    wait(|| (mirror.get(&checkpoint).body == newest).then_some(()));
    // The same log, the same answers about a voter, the same pages, by the same code.
    let size = election.entries.len();
    let origin = hex::encode(Sha256::digest(format!("plebiscite/v1/{}", election.id())));
    for path in [
        format!("/e/{prefix}/tile/0/000.p/{size}"),
        format!("/e/{prefix}/tile/entries/000.p/{size}"),
        format!("/e/{prefix}/tile/entries/000.p/1"),
        format!("/api/v1/e/{prefix}/roll/0"),
        format!("/api/v1/e/{prefix}/roll/7"),
        format!("/api/v1/e/{prefix}/roll/4000000"),
        format!("/api/v1/e/{prefix}/setup"),
        format!("/api/v1/e/{prefix}/status"),
    ] {
        let (theirs, ours) = (server.get(&path), mirror.get(&path));
        assert_eq!((ours.status, &ours.body), (theirs.status, &theirs.body), "{path}");
        assert_eq!(ours.header("cache-control"), theirs.header("cache-control"), "{path}");
    }
    let named = mirror.get(&format!("/{origin}/checkpoint"));
    assert_eq!((named.status, named.body), (200, newest.clone()));
    let tile = mirror.get(&format!("/{origin}/tile/0/000.p/{size}"));
    assert_eq!(tile.body, server.get(&format!("/e/{prefix}/tile/0/000.p/{size}")).body);
    assert_eq!(mirror.get(&format!("/{}/checkpoint", "0".repeat(64))).status, 404);
    // It takes nothing, and says so to people.
    for path in ["ballots", "entries"] {
        let request = format!(
            "POST /api/v1/e/{prefix}/{path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc"
        );
        mirror.ask(&request).is(405, "mirror-takes-nothing");
    }
    let booth = mirror.get(&format!("/e/{prefix}/v?lang=en"));
    assert!(booth.status == 421 && String::from_utf8_lossy(&booth.body).contains("takes no votes"));
    let start = String::from_utf8(mirror.get(&format!("/e/{prefix}/?lang=en")).body).unwrap();
    assert!(start.contains("This is a mirror") && start.contains("Compared with its source"), "{start}");
    let theirs = String::from_utf8(server.get(&format!("/e/{prefix}/?lang=en")).body).unwrap();
    assert!(!theirs.contains("mirror"));
    // The server is gone; the book is not, and another mirror starts from this one.
    server.stop();
    assert_eq!(mirror.get(&checkpoint).body, newest);
    let second = own.path().join("second");
    let from = format!("http://{}/e/{prefix}/", mirror.address);
    let (code, said) = run(&["pull", &from, second.to_str().unwrap(), "--election", &id]);
    assert_eq!((code, said), (0, format!("{size} entries checked and copied to {}\n", second.display())));
    assert_eq!(std::fs::read(second.join("checkpoint")).unwrap(), newest);
    mirror.stop();
}

#[test]
fn an_older_store_is_healed_from_a_mirror_by_the_commands_that_the_refused_start_prints() {
    let (data, own) = (data_folder(), tempfile::tempdir().unwrap());
    let server = Server::start(data.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let mirror = Mirror::start(
        own.path(),
        &format!("{}=http://{}/e/{prefix}/", own.path().join("copy").display(), server.address),
    );
    server.stop();
    let store = data.path().join("elections").join(&prefix);
    let older = own.path().join("older");
    copy_folder(&store, &older);
    // The mirror's source comes back at another address; what it has is copied into the same folder.
    let server = Server::start(data.path());
    let ballots: Vec<_> = (0..3).map(|voter| Election::ballot_entry(&election.cast(voter, &[YES]))).collect();
    let receipts: Vec<_> = ballots.iter().map(|ballot| server.cast(&prefix, ballot)).collect();
    assert!(receipts.iter().all(|receipt| receipt.status == 200));
    mirror.stop();
    let address = format!("http://{}/e/{prefix}/", server.address);
    let folder = own.path().join("copy");
    assert_eq!(run(&["pull", &address, folder.to_str().unwrap()]).0, 0);
    server.stop();
    std::fs::remove_dir_all(&store).unwrap();
    copy_folder(&older, &store);
    let refused = Server::start_with(config(data.path())).err().expect("it must not start").to_string();
    assert!(refused.contains(&format!("plebiscite-mirror pull MIRROR/e/{prefix}/ restored")), "{refused}");
    assert!(refused.contains("plebiscite-server import restored --replace"), "{refused}");
    let restored = own.path().join("restored");
    let mirror = Mirror::start(own.path(), folder.to_str().unwrap());
    let from = format!("http://{}/e/{prefix}/", mirror.address);
    assert_eq!(run(&["pull", &from, restored.to_str().unwrap()]).0, 0);
    mirror.stop();
    assert!(plebiscite_server::import::import(&config(data.path()), &restored, false).is_err());
    plebiscite_server::import::import(&config(data.path()), &restored, true).unwrap();
    assert!(data.path().join("set-aside").join(format!("{prefix}.1")).exists());
    let server = Server::start(data.path());
    for (ballot, receipt) in ballots.iter().zip(&receipts) {
        let again = server.cast(&prefix, ballot);
        let index =
            |answer: &Answer| String::from_utf8_lossy(&answer.body).lines().nth(1).unwrap().to_owned();
        assert_eq!((again.status, index(&again)), (200, index(receipt)));
    }
    server.stop();
}

#[test]
fn two_servers_never_sign_into_one_folder_and_bad_commands_end_with_a_sentence() {
    let (data, other, own) = (data_folder(), data_folder(), tempfile::tempdir().unwrap());
    let server = Server::start(data.path());
    let second = plebiscite_server::config::Config {
        signed: Some(data.path().join("signed")),
        ..config(other.path())
    };
    let refused = Server::start_with(second).err().expect("it must not start").to_string();
    assert!(refused.contains("two must never sign"), "{refused}");
    let prefix = server.hold(&Election::opened(Shape::default()));
    let source = format!("http://{}/e/{prefix}/", server.address);
    let folder = own.path().join("copy");
    let folder = folder.to_str().unwrap();
    assert_eq!(run(&["pull", &source, folder, "--election", &"0".repeat(64)]).0, 1);
    assert_eq!(run(&["pull", &source, folder, "--election", "zz"]).0, 3);
    assert_eq!(run(&["pull", "http://127.0.0.1:1/e/x/", folder]).0, 4);
    assert_eq!(run(&["pull", "nowhere", folder]).0, 3);
    assert_eq!(run(&["serve", folder]).0, 3);
    assert_eq!(run(&["pull", &source, folder]).0, 0);
    let (follows, other) = (format!("{folder}={source}"), "0".repeat(64));
    for copies in [folder, &follows] {
        let (code, said) = run(&["serve", copies, "--election", &other]);
        assert!(code == 1 && said.contains("which was not asked for"), "{said}");
    }
    assert_eq!(run(&["serve", folder, "--election", "zz"]).0, 3);
    let (code, said) = run(&["pull", &source, folder]);
    assert!(code == 0 && said.starts_with("nothing new"), "{said}");
    server.stop();
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(item.file_name());
        if item.path().is_dir() {
            copy_folder(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}
