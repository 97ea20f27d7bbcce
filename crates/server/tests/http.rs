//! Every refusal over HTTP: its status, its stable code, that nothing is lost by it, and the accepted twin beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod common;

use std::io::Write;
use std::net::Shutdown;
use std::time::{Duration, Instant};

use common::{Answer, Server, config, data_folder, read_answer};
use plebiscite_board::entry_bundle;
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::{Succeeded, Successor};
use plebiscite_server::config::{Config, Limits};
use plebiscite_support::{Election, Shape, key_of};

const YES: [Choice; 1] = [Choice::Option(0)];

fn code(answer: &Answer, status: u16, code: &str) {
    answer.is(status, code);
}

/// An open election on a server whose settings are changed first.
fn opened(change: impl Fn(&mut Limits)) -> (tempfile::TempDir, Server, Election, String) {
    let data = data_folder();
    let mut settings = config(data.path());
    settings.limits.acts_per_second_per_address = 100_000;
    change(&mut settings.limits);
    let server = Server::start_with(settings).unwrap();
    let election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    (data, server, election, prefix)
}

#[test]
fn addresses_methods_and_parts_of_paths_that_are_none_are_named() {
    let (_data, server, election, prefix) = opened(|_| ());
    code(&server.get("/api/v1/e/0123456789abcdef/setup"), 404, "unknown-election");
    code(&server.get("/api/v1/nothing"), 404, "not-found");
    code(&server.get(&format!("/e/{prefix}/tile/0/001")), 404, "not-found");
    code(&server.get(&format!("/e/{prefix}/tile/nonsense")), 404, "not-found");
    code(&server.get(&format!("/api/v1/e/{prefix}/ballots")), 405, "method-not-allowed");
    code(&server.post(&format!("/api/v1/e/{prefix}/setup"), &[]), 405, "method-not-allowed");
    code(&server.get(&format!("/api/v1/e/{prefix}/credential/xyz")), 400, "credential-encoding");
    code(&server.get(&format!("/api/v1/e/{prefix}/roll/-1")), 400, "roll-number");
    code(&server.get(&format!("/api/v1/e/{prefix}/credential/%ff")), 400, "bad-request");
    for path in ["setup", "status", "roll/0"] {
        assert_eq!(server.get(&format!("/api/v1/e/{prefix}/{path}")).status, 200, "{path}");
    }
    // A partial tile of the published size is there, and stays what it is.
    let width = election.entries.len();
    let tile = server.get(&format!("/e/{prefix}/tile/0/000.p/{width}"));
    assert!(tile.status == 200 && tile.head.contains("immutable"), "{}", tile.head);
    server.stop();
}

#[test]
fn a_credential_that_no_roll_holds_is_answered_like_one_that_is_there() {
    let (_data, server, election, prefix) = opened(|_| ());
    let known = server.get(&format!("/api/v1/e/{prefix}/roll/0"));
    let unknown = server.get(&format!("/api/v1/e/{prefix}/credential/{}", "ab".repeat(32)));
    assert_eq!((known.status, unknown.status), (200, 200));
    assert_eq!(known.body.len(), unknown.body.len());
    assert_ne!(known.body, unknown.body);
    assert!(unknown.head.contains("cache-control: no-store"));
    assert!(server.get(&format!("/api/v1/e/{prefix}/roll/999999")).body.len() == known.body.len());
    drop(election);
    server.stop();
}

#[test]
fn before_the_roll_is_sealed_a_credential_is_early() {
    let data = data_folder();
    let server = Server::start(data.path());
    let election = Election::opened(Shape::default());
    let manifest = election.manifest_entries();
    let mut begun = Election::of_manifest(election.shape.clone(), election.manifest.clone());
    begun.entries = manifest.clone();
    let prefix = server.hold(&begun);
    code(&server.get(&format!("/api/v1/e/{prefix}/roll/0")), 409, "roll-not-sealed");
    server.enter(&prefix, &election.entries[manifest.len()..]);
    assert_eq!(server.get(&format!("/api/v1/e/{prefix}/roll/0")).status, 200);
    server.stop();
}

#[test]
fn a_ballot_is_taken_once_and_every_other_one_is_refused_by_name() {
    let (_data, server, mut election, prefix) = opened(|_| ());
    let rival = Election::ballot_entry(&election.ballot(0, &[Choice::Option(1)]));
    let ballot = Election::ballot_entry(&election.cast(0, &YES));
    let path = format!("/api/v1/e/{prefix}/ballots");
    code(&server.post(&path, &ballot[1..]), 422, "ballot-encoding");
    code(&server.post(&path, &[]), 422, "ballot-encoding");
    let flipped = |place: usize| {
        let mut other = ballot.clone();
        other[place] ^= 1;
        other
    };
    code(&server.cast(&prefix, &flipped(ballot.len() - 1)), 403, "ballot-signature");
    let taken = server.cast(&prefix, &ballot);
    assert_eq!(taken.status, 200);
    assert!(taken.head.contains("cache-control: no-store"));
    // The same bytes again: the same place. Another ballot of the same place in the chain: who stands there.
    let again = server.cast(&prefix, &ballot);
    let index = |answer: &Answer| String::from_utf8_lossy(&answer.body).lines().nth(1).unwrap().to_owned();
    assert_eq!(index(&taken), index(&again));
    // Two ballots that the same voter signed for the same place: the one that came first stands, and is named.
    code(&server.cast(&prefix, &rival), 409, "ballot-chain");
    let second = Election::ballot_entry(&election.cast(0, &YES));
    assert_eq!(server.cast(&prefix, &second).status, 200);
    let stale = server.cast(&prefix, &rival);
    code(&stale, 409, "ballot-chain");
    assert_eq!(stale.json()["head_index"], election.entries.len() as u64 - 1);
    assert_eq!(server.cast(&prefix, &ballot).status, 200, "the first one still has its place");
    server.stop();
}

#[test]
fn entries_are_taken_in_bundles_without_ballots_and_a_refused_one_says_where_it_stood() {
    let (_data, server, mut election, prefix) = opened(|_| ());
    let path = format!("/api/v1/e/{prefix}/entries");
    code(&server.post(&path, &[]), 422, "entry-bundle");
    code(&server.post(&path, &[0, 9, 1]), 422, "entry-bundle");
    let ballot = Election::ballot_entry(&election.cast(1, &YES));
    code(&server.post(&path, &entry_bundle::encode(&[&ballot]).unwrap()), 422, "entry-bundle");
    let refused = server.post(&path, &entry_bundle::encode(&[[0x7f, 1, 2]]).unwrap());
    code(&refused, 422, "entry-encoding");
    assert_eq!(
        (refused.json()["position"].as_u64(), refused.json()["accepted"].as_u64()),
        (Some(0), Some(0))
    );
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    let before = election.entries.len();
    election.close();
    server.enter(&prefix, &election.entries[before..]);
    let late = server.cast(&prefix, &ballot);
    assert_eq!(late.status, 200, "what stands has its receipt after the close too");
    let another = Election::opened(Shape { title: "Another".to_owned(), ..Shape::default() });
    let foreign = another.entries.last().unwrap();
    let refused = server.post(&path, &entry_bundle::encode(&[foreign]).unwrap());
    assert!(refused.status == 409 || refused.status == 422, "{}", String::from_utf8_lossy(&refused.body));
    server.stop();
}

#[test]
fn bodies_that_are_too_long_cut_off_or_slow_are_told_apart() {
    let (_data, server, mut election, prefix) = opened(|limits| limits.request_timeout_ms = 400);
    let ballot = Election::ballot_entry(&election.cast(0, &YES));
    let path = format!("/api/v1/e/{prefix}/ballots");
    code(&server.post(&path, &vec![0x31; 100_000]), 413, "too-large");
    let chunked =
        format!("POST {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n");
    let body = format!("4000\r\n{}\r\n0\r\n\r\n", "x".repeat(0x4000));
    code(&server.send(&chunked, body.as_bytes()), 413, "too-large");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        ballot.len()
    );
    // A body that is no body.
    code(&server.send(&chunked, b"zz\r\n"), 400, "body-cut-off");
    // Cut off: nothing of it stands, whatever of an answer still gets through.
    let mut stream = server.connect();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&ballot[..20]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let answer = read_answer(&mut stream);
    assert!(answer.status == 0 || answer.problem() == (400, "body-cut-off".to_owned()), "{}", answer.head);
    // Slow: the server does not wait for ever.
    let (mut stream, begun) = (server.connect(), Instant::now());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&ballot[..20]).unwrap();
    code(&read_answer(&mut stream), 408, "request-timeout");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    server.stop();
}

#[test]
fn a_connection_that_says_nothing_or_only_half_a_head_is_ended() {
    let (_data, server, _election, prefix) = opened(|limits| limits.header_timeout_ms = 200);
    for said in ["", "GET / HTTP/1.1\r\nhost: h\r\nx-a: "] {
        let (mut stream, begun) = (server.connect(), Instant::now());
        stream.write_all(said.as_bytes()).unwrap();
        let answer = read_answer(&mut stream);
        assert!(answer.status == 0 || answer.status == 408, "{}", answer.head);
        assert!(begun.elapsed() < Duration::from_secs(5), "{said:?}");
    }
    assert_eq!(server.get(&format!("/api/v1/e/{prefix}/setup")).status, 200);
    server.stop();
}

#[test]
fn an_address_that_comes_too_often_is_told_to_come_again() {
    let (_data, server, mut election, prefix) = opened(|limits| {
        limits.casts_per_second_per_address = 1;
        limits.acts_per_second_per_address = 1_000;
    });
    let ballot = Election::ballot_entry(&election.cast(0, &YES));
    let answers: Vec<Answer> = (0..6).map(|_| server.cast(&prefix, &ballot)).collect();
    assert_eq!(answers[0].status, 200);
    let turned_away = answers.iter().find(|answer| answer.status == 429).expect("one of six is too many");
    code(turned_away, 429, "too-many-requests");
    assert!(turned_away.head.contains("retry-after: 1"));
    // Reading is not counted.
    assert_eq!(server.get(&format!("/e/{prefix}/checkpoint")).status, 200);
    server.stop();
}

#[test]
fn posts_of_entries_are_counted_by_address_too() {
    let data = data_folder();
    let mut settings = config(data.path());
    settings.limits.acts_per_second_per_address = 20;
    let server = Server::start_with(settings).unwrap();
    let mut begun = Election::new(Shape::default());
    begun.entries = begun.manifest_entries();
    let prefix = server.hold(&begun);
    let nonsense = entry_bundle::encode(&[[0x7f]]).unwrap();
    let answers: Vec<u16> =
        (0..80).map(|_| server.post(&format!("/api/v1/e/{prefix}/entries"), &nonsense).status).collect();
    assert!(answers.contains(&422) && answers.contains(&429), "{answers:?}");
    server.stop();
}

#[test]
fn only_signed_ballots_count_against_a_credential_so_that_nobody_locks_another_out() {
    let (_data, server, mut election, prefix) = opened(|limits| limits.ballots_per_minute_per_credential = 2);
    let first = Election::ballot_entry(&election.cast(0, &YES));
    let mut forged = first.clone();
    *forged.last_mut().unwrap() ^= 1;
    for _ in 0..5 {
        code(&server.cast(&prefix, &forged), 403, "ballot-signature");
    }
    assert_eq!(server.cast(&prefix, &first).status, 200);
    let second = Election::ballot_entry(&election.cast(0, &YES));
    assert_eq!(server.cast(&prefix, &second).status, 200);
    let third = Election::ballot_entry(&election.cast(0, &YES));
    code(&server.cast(&prefix, &third), 429, "too-many-requests");
    let neighbour = election.ballot(1, &YES);
    assert_eq!(server.cast(&prefix, &Election::ballot_entry(&neighbour)).status, 200);
    server.stop();
}

#[test]
fn a_full_queue_sheds_politely_and_reading_goes_on() {
    let data = data_folder();
    let mut settings = config(data.path());
    // One place: whoever comes while it is taken is told to come again.
    settings.limits.queue = 1;
    let server = Server::start_with(settings).unwrap();
    let mut election = Election::opened(Shape { voters: vec![40, 40], ..Shape::default() });
    let prefix = server.hold(&election);
    let ballots: Vec<Vec<u8>> =
        (0..40).map(|voter| Election::ballot_entry(&election.ballot(voter, &YES))).collect();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let casts: Vec<_> =
            ballots.iter().map(|ballot| scope.spawn(|| server.cast(&prefix, ballot))).collect();
        casts.into_iter().map(|cast| cast.join().unwrap()).collect()
    });
    for (ballot, answer) in ballots.iter().zip(&answers) {
        if answer.status != 200 {
            code(answer, 503, "busy");
            assert!(answer.head.contains("retry-after: 1"));
        }
        // The same bytes again get their place in the end.
        let mut tries = 0;
        while server.cast(&prefix, ballot).status != 200 {
            tries += 1;
            assert!(tries < 100);
        }
    }
    server.stop();
}

#[test]
fn manifests_are_taken_from_whom_the_operator_named_and_from_nobody_else() {
    let data = data_folder();
    let election = Election::new(Shape::default());
    let bundle = entry_bundle::encode(&election.manifest_entries()).unwrap();
    let server = Server::start(data.path());
    code(&server.post("/api/v1/elections", &bundle), 403, "manifests-not-taken");
    server.stop();
    let named = (0..3).map(|number| hex::encode(key_of("official", number).verifying_key().as_bytes()));
    let settings = Config { manifests_from: named.collect(), ..config(data.path()) };
    let server = Server::start_with(settings).unwrap();
    let taken = server.post("/api/v1/elections", &bundle);
    assert_eq!((taken.status, taken.json()["id"].as_str()), (201, Some(election.id().to_string().as_str())));
    assert_eq!(taken.json()["warnings"], serde_json::json!([]), "it names no witnesses");
    assert_eq!(server.post("/api/v1/elections", &bundle).status, 201, "the same again is the same election");
    code(&server.post("/api/v1/elections", &bundle[..40]), 422, "entry-bundle");
    // Several elections side by side.
    let other = Election::new(Shape { title: "Another".to_owned(), ..Shape::default() });
    let bundle = entry_bundle::encode(&other.manifest_entries()).unwrap();
    assert_eq!(server.post("/api/v1/elections", &bundle).status, 201);
    assert_eq!(server.get("/api/v1/elections").json().as_array().unwrap().len(), 2);
    // Whoever posts one with witnesses that the settings do not know reads what the operator's own command says.
    let watched =
        Election::new(Shape { title: "Watched".to_owned(), witnesses: (3, 2, 1), ..Shape::default() });
    let bundle = entry_bundle::encode(&watched.manifest_entries()).unwrap();
    let taken = server.post("/api/v1/elections", &bundle).json();
    let warning = taken["warnings"][0].as_str().unwrap();
    assert!(warning.starts_with("the manifest names 3 witnesses"), "{warning}");
    server.stop();
}

#[test]
fn whatever_bytes_come_the_server_answers_and_goes_on() {
    let (_data, server, mut election, prefix) = opened(|_| ());
    let ballot = Election::ballot_entry(&election.cast(0, &YES));
    let bundle = entry_bundle::encode(&[election.entries[3].clone(), election.entries[4].clone()]).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for (path, whole) in [("ballots", &ballot), ("entries", &bundle)] {
        for _ in 0..300 {
            let mut bytes = whole.clone();
            for _ in 0..=random(4) {
                let place = random(bytes.len());
                bytes[place] = u8::try_from(random(256)).unwrap();
            }
            bytes.truncate(bytes.len() - random(3) * random(bytes.len()) / 3);
            let answer = server.post(&format!("/api/v1/e/{prefix}/{path}"), &bytes);
            assert!(matches!(answer.status, 200 | 400 | 403 | 409 | 422), "{}", answer.head);
        }
    }
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    server.stop();
}

#[test]
fn a_board_key_that_the_server_does_not_hold_never_comes_into_force_on_it() {
    let (_data, server, mut election, prefix) = opened(|_| ());
    let successor = |number: u32, of: Succeeded, role: &str| {
        election.act(Successor { number, of, key: key_of(role, 7).verifying_key().to_bytes() })
    };
    let (board, official) =
        (successor(1, Succeeded::Board, "board"), successor(1, Succeeded::Official(0), "official"));
    let refused =
        server.post(&format!("/api/v1/e/{prefix}/entries"), &entry_bundle::encode(&[&board]).unwrap());
    code(&refused, 409, "board-key-not-held");
    // An official's successor is none of the server's business.
    server.enter(&prefix, std::slice::from_ref(&official));
    assert_eq!(election.append(&official).map(|_| ()), Ok(()));
    let ballot = Election::ballot_entry(&election.cast(0, &YES));
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    server.stop();
}
