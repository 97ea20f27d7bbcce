//! Sources that would be waited for: one that gives every file a little at a time, and pipes in the copy's own folder.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use plebiscite_election::contest::Choice;
use plebiscite_mirror::copied::Copied;
use plebiscite_mirror::pace::{Pace, Paced};
use plebiscite_mirror::pull::{Hints, PullError, Pulled, pull};
use plebiscite_public::election::Published;
use plebiscite_support::patience::{ended, make_pipe};
use plebiscite_support::{Election, Shape, files_of, write_folder};
use plebiscite_verifier::source::Source;

/// A server on loopback that gives files in pieces of `piece` bytes, each after a pause. Its threads end with the test's process.
fn server(files: BTreeMap<String, Vec<u8>>, piece: usize, pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/e/0011223344556677/", listener.local_addr().unwrap());
    let files = Arc::new(files);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let files = Arc::clone(&files);
            std::thread::spawn(move || answer(stream, &files, piece, pause));
        }
    });
    address
}

fn answer(
    mut stream: TcpStream,
    files: &BTreeMap<String, Vec<u8>>,
    piece: usize,
    pause: Duration,
) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
    let name = first.split(' ').nth(1)?.strip_prefix("/e/0011223344556677/")?;
    let Some(body) = files.get(name) else {
        return stream.write_all(b"HTTP/1.1 404 None\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").ok();
    };
    write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len()).ok()?;
    for part in body.chunks(piece) {
        std::thread::sleep(pause);
        stream.write_all(part).ok()?;
    }
    Some(())
}

fn election() -> Election {
    let mut election = Election::opened(Shape { voters: vec![200, 150], ..Shape::default() });
    (0..300).for_each(|voter| drop(election.cast(voter, &[Choice::Option(0)])));
    election
}

#[test]
fn a_source_that_trickles_is_left_and_one_that_keeps_its_pace_is_copied() {
    let election = election();
    let files: BTreeMap<_, _> =
        files_of(&election.entries, election.checkpoint().note()).into_iter().collect();
    let folder = tempfile::tempdir().unwrap();
    let copied = Copied::open(folder.path(), election.id()).unwrap();
    let pace = Pace { grace: Duration::from_millis(1_500), file: Duration::from_millis(50), rate: 1 << 20 };
    let take = |address: &str| {
        let source = Paced::new(Source::open(address).unwrap(), pace);
        pull(&copied, source, 7, Hints::Always, &mut |_, _| {})
    };
    // Each file takes a second or so, which no deadline of one request forbids: a log of many would take days.
    let slow = server(files.clone(), 8 * 1024, Duration::from_millis(400));
    let begun = Instant::now();
    let left = take(&slow).unwrap_err();
    assert!(matches!(&left, PullError::Read(_)) && left.to_string().contains("too slow"), "{left}");
    assert!(!left.is_false(), "it is slow, and no liar");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(copied.board().read().unwrap().published_size(), 0);
    let quick = server(files, usize::MAX, Duration::ZERO);
    let size = election.entries.len() as u64;
    assert_eq!(take(&quick).unwrap(), Pulled::Grown { from: 0, to: size });
}

#[test]
fn a_copy_whose_files_are_pipes_is_refused_and_not_waited_for() {
    let election = election();
    let folder = tempfile::tempdir().unwrap();
    let (source, copy) = (folder.path().join("source"), folder.path().join("copy"));
    write_folder(&source, &election.entries, election.checkpoint().note());
    let pulled = || {
        let mut program = Command::new(env!("CARGO_BIN_EXE_plebiscite-mirror"));
        let output = ended(program.arg("pull").arg(&source).arg(&copy).arg("--quiet")).expect("it ends");
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for name in ["checkpoint", ".lock"] {
        std::fs::create_dir_all(&copy).unwrap();
        make_pipe(&copy.join(name));
        let (code, said) = pulled();
        assert_eq!(code, Some(3), "{name}: {said}");
        std::fs::remove_file(copy.join(name)).unwrap();
    }
    // What stands in a draft's place is not written into.
    make_pipe(&copy.join("checkpoint.new"));
    assert_eq!(pulled().0, Some(0));
    std::fs::remove_file(source.join("checkpoint")).unwrap();
    make_pipe(&source.join("checkpoint"));
    let (code, said) = pulled();
    assert!(code == Some(4) && said.contains("it is no plain file"), "{code:?} {said}");
}
