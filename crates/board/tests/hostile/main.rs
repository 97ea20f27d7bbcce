//! Hostile bytes for every format of the log: none panics, and what is accepted is written again as it came.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

mod formats;
mod mutants;
mod seeds;

use formats::{ALL, Property};
use mutants::{Choices, mutant};

/// Mutants of each format; of formats that sign, hash or build a tree at each look, fewer.
const MUTANTS: usize = 20_000;
const DEAR: [&str; 6] = ["note", "policy", "request", "proof", "reader", "evidence"];

/// How many mutants were accepted and how many refused.
fn judged(name: &str, property: Property) -> (usize, usize) {
    let examples = seeds::of(name);
    let count = if DEAR.contains(&name) { MUTANTS / 10 } else { MUTANTS };
    let mut choices = Choices::new(name.bytes().fold(7, |seed, byte| seed * 31 + u64::from(byte)));
    let accepted = (0..count).filter(|_| property(&mutant(&mut choices, &examples))).count();
    (accepted, count - accepted)
}

#[test]
fn valid_examples_of_every_format_are_accepted_and_written_again() {
    for (name, property) in ALL {
        for example in seeds::of(name) {
            assert!(property(&example), "{name}: {}", String::from_utf8_lossy(&example));
        }
    }
}

#[test]
fn mutants_of_every_format_are_refused_or_are_written_again_as_they_came() {
    for (name, property) in ALL {
        let (accepted, refused) = judged(name, property);
        assert!(refused > accepted / 10, "{name}: {accepted} accepted, {refused} refused");
        // Of formats with slack, mutants get past the reading: the properties behind it are looked at too.
        let slack = ["path", "note", "receipt", "bundle", "policy", "request", "lines"].contains(&name);
        assert!(!slack || accepted > 10, "{name}: {accepted} accepted");
    }
}

#[test]
fn lengths_that_promise_more_than_there_is_are_refused_before_anything_is_made_of_them() {
    use plebiscite_board::evidence::{EVIDENCE_LIMIT, Evidence};
    use plebiscite_board::note::Note;
    use plebiscite_board::witness::{AddCheckpoint, REQUEST_LIMIT};
    for length in ["18446744073709551615", "9223372036854775807", "4294967296", "1000"] {
        let text = format!("plebiscite-evidence/v1\ncheckpoint {length}\nshort");
        assert!(Evidence::parse(text.as_bytes()).is_err(), "{length}");
    }
    assert!(plebiscite_board::entry_bundle::decode(&[0xff, 0xff, 1]).is_err());
    assert!(plebiscite_board::tile::decode_tile(&[0; 31], u16::MAX).is_err());
    // As long as may be read, and one byte longer: the second is not looked into.
    let padded = |mut bytes: Vec<u8>, length: usize| {
        bytes.resize(length, b'\n');
        bytes
    };
    for length in [REQUEST_LIMIT, REQUEST_LIMIT + 1] {
        assert!(
            AddCheckpoint::parse(&padded(b"old 1\n\n".to_vec(), length)).is_ok() == (length == REQUEST_LIMIT)
        );
    }
    assert!(Evidence::parse(&padded(Vec::new(), EVIDENCE_LIMIT + 1)).is_err());
    assert!(Note::parse(&padded(formats::cosigned(), 65_537)).is_err());
}
