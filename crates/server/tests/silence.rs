//! What the server writes down of a voter, at its most talkative: nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod common;

use std::io::Write;
use std::sync::{Arc, Mutex};

use common::{Server, data_folder};
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape};
use tracing_subscriber::fmt::MakeWriter;

/// Keeps all log lines of this process.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Lines {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

#[test]
fn no_log_line_names_an_address_a_credential_a_roll_number_or_a_control_code() {
    let lines = Lines::default();
    let filter = tracing_subscriber::EnvFilter::new("trace");
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(lines.clone()).init();
    let data = data_folder();
    let server = Server::start(data.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let signed = election.cast(3, &[Choice::Option(0)]);
    let ballot = Election::ballot_entry(&signed);
    let credential = "cd".repeat(32);
    for path in [format!("credential/{credential}"), "roll/3".to_owned(), "roll/none".to_owned()] {
        let _ = server.get(&format!("/api/v1/e/{prefix}/{path}"));
    }
    let mut forged = ballot.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(server.cast(&prefix, &forged).status, 403);
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    let tracker = signed.tracker();
    server.stop();
    let written = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    // Else the test would hear nothing.
    assert!(written.contains("serving"), "{written}");
    let about_voters =
        [credential, tracker.to_string(), hex::encode(tracker.0), "roll/3".to_owned(), "/ballots".to_owned()];
    for line in written.lines() {
        // The address that the server listens on is its own.
        let own = line.contains("serving");
        assert!(own || !line.contains("127.0.0.1"), "{line}");
        assert!(!about_voters.iter().any(|voter| line.contains(voter.as_str())), "{line}");
    }
}
