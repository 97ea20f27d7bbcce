//! Every answer: status, content type and body, each refusal beside what is taken.

use std::io::{Read, Write};
use std::net::TcpStream;

use plebiscite_board::evidence::Evidence;
use plebiscite_board::second::SecondKey;
use plebiscite_board::witness::REQUEST_LIMIT;

use super::*;

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

#[test]
fn a_prefix_is_answered_beside_the_root_and_no_other_path_is() {
    let (folder, own) = made();
    let serving = Serving::start_with(folder.path(), &["--prefix", "/w1/logs"]);
    let first = request(&tree(9, 0), 0, 1);
    let (status, kind, line) = serving.send_to("/w1/logs/add-checkpoint", &first.encode()).unwrap();
    assert_eq!((status, kind.as_str()), (200, "text/plain; charset=utf-8"));
    assert!(time_in(&own, &first, &line).is_some());
    assert_eq!(serving.add(&request(&tree(12, 0), 9, 1)).0, 200);
    assert_eq!(serving.send_to("/w2/add-checkpoint", &first.encode()).unwrap().0, 404);
    assert_eq!(serving.send_to("/w1/add-checkpoint", &first.encode()).unwrap().0, 404);
    drop(serving);
    // Anything that is no path is refused before the folder is touched.
    let output = program(folder.path(), &["serve", "--prefix", "/{x}"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_body_that_does_not_come_is_given_up_and_others_are_answered_meanwhile() {
    let (folder, _) = made();
    let serving = Serving::start(folder.path());
    let mut slow = TcpStream::connect(&serving.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let begun = Instant::now();
    slow.write_all(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n\r\nold 0\n")
        .unwrap();
    let mut silent = TcpStream::connect(&serving.address).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    assert_eq!(serving.add(&request(&tree(9, 0), 0, 1)).0, 200);
    // Without a first byte the connection is closed without an answer.
    assert_eq!(silent.read(&mut [0; 16]).unwrap_or(0), 0);
    let mut line = [0; 12];
    slow.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"HTTP/1.1 408");
    assert!((Duration::from_secs(8)..Duration::from_secs(25)).contains(&begun.elapsed()));
}

#[test]
fn a_second_key_adds_a_line_beside_the_first_and_is_never_replaced() {
    let (folder, own) = made();
    assert!(!program(folder.path(), &["key", "--second"]).status.success());
    let made = program(folder.path(), &["new-second-key"]);
    let second = SecondKey::parse(String::from_utf8(made.stdout.clone()).unwrap().trim_end()).unwrap();
    assert_eq!(second.name(), own.name());
    assert_eq!(program(folder.path(), &["key", "--second"]).stdout, made.stdout);
    assert!(!program(folder.path(), &["new-second-key"]).status.success());
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(folder.path().join("second-key")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o077, 0);
    let serving = Serving::start(folder.path());
    let sent = request(&tree(9, 0), 0, 1);
    let (status, _, lines) = serving.add(&sent);
    assert_eq!(status, 200);
    let note = Note::parse(&[sent.note.as_slice(), &lines].concat()).unwrap();
    assert_eq!(note.signatures.len(), 3);
    let time = own.time_of(&note).unwrap();
    assert!(time.is_some());
    assert_eq!(second.time_of(&note).unwrap(), time);
    // The state is what it was: a witness without its second key goes on from it.
    serving.kill();
    std::fs::remove_file(folder.path().join("second-key")).unwrap();
    let serving = Serving::start(folder.path());
    let next = request(&tree(12, 0), 9, 1);
    let (status, _, line) = serving.add(&next);
    let note = Note::parse(&[next.note.as_slice(), &line].concat()).unwrap();
    assert_eq!((status, note.signatures.len(), second.time_of(&note)), (200, 2, Ok(None)));
}
