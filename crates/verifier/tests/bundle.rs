//! A record in one file: it verifies like the folder, is the same bytes each time, and hostile bytes never stop the program.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::Path;

use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape, write_folder};
use plebiscite_verifier::report::{Outcome, Report};
use plebiscite_verifier::source::{Folder, Source, SourceError, write_bundle};
use plebiscite_verifier::{Options, VerifyError, verify_record};

fn options<'o>(progress: &'o mut dyn FnMut(u64, u64)) -> Options<'o> {
    Options { election: None, since: None, up_to: None, fresh: [9; 32], progress }
}

fn held() -> Election {
    let mut election = Election::opened(Shape::default());
    for voter in 0..9 {
        election.cast(voter, &[Choice::Option(voter as u16 % 2)]);
    }
    election.finish();
    election
}

fn bundle(election: &Election, folder: &Path) -> std::path::PathBuf {
    let (files, path) = (folder.join("log"), folder.join("record.plebiscite"));
    write_folder(&files, &election.entries, election.checkpoint().note());
    let source = Folder::open(files).unwrap();
    write_bundle(&path, &source, &election.tree, election.checkpoint().note(), &mut |_, _| ()).unwrap();
    path
}

fn verify(path: &Path) -> Result<Report, VerifyError> {
    verify_record(Source::open(path.to_str().unwrap()).unwrap(), options(&mut |_, _| ()))
}

#[test]
fn a_record_in_one_file_gives_the_report_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let election = held();
    let path = bundle(&election, folder.path());
    let json = |report: &Report| serde_json::to_value(report).unwrap();
    let (one, other) = (verify(&path).unwrap(), verify(&folder.path().join("log")).unwrap());
    assert_eq!(one.outcome, Outcome::Passed);
    assert_eq!(json(&one), json(&other));
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes, std::fs::read(bundle(&election, folder.path())).unwrap());
    // Any tar reads it.
    if let Ok(listed) = std::process::Command::new("tar").arg("-tf").arg(&path).output() {
        let listed = String::from_utf8(listed.stdout).unwrap();
        assert!(listed.starts_with("checkpoint\n") && listed.contains("tile/0/000.p/"), "{listed}");
    }
}

#[test]
fn a_changed_byte_anywhere_is_refused_and_nothing_panics() {
    let folder = tempfile::tempdir().unwrap();
    let election = held();
    let path = bundle(&election, folder.path());
    let good = std::fs::read(&path).unwrap();
    let bad = folder.path().join("bad");
    let passes = |bytes: &[u8]| {
        std::fs::write(&bad, bytes).unwrap();
        let source = Source::open(bad.to_str().unwrap());
        source.is_ok_and(|source| {
            verify_record(source, options(&mut |_, _| ()))
                .is_ok_and(|report| report.outcome == Outcome::Passed)
        })
    };
    assert!(passes(&good));
    for place in (0..good.len()).step_by(good.len() / 25) {
        let mut changed = good.clone();
        changed[place] ^= 0x40;
        assert!(!passes(&changed), "byte {place}");
    }
    for length in [0, 1, 511, 512, 513, 1_024, good.len() / 2, good.len() - 1_024, good.len() - 1] {
        assert!(!passes(&good[..length]), "{length} bytes");
    }
    assert!(!passes(&[&good[..], &[0; 512]].concat()), "something behind the end");
    assert!(!passes(&[&good[..good.len() - 1_024], &good[..]].concat()), "every file twice");
    assert!(matches!(Source::open(bad.to_str().unwrap()), Err(SourceError::Bundle(_))));
}

#[test]
fn entries_that_are_not_those_of_the_verified_tree_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let election = held();
    let mut entries = election.entries.clone();
    entries.swap(20, 21);
    let files = folder.path().join("log");
    write_folder(&files, &entries, election.checkpoint().note());
    let source = Folder::open(files).unwrap();
    let path = folder.path().join("record.plebiscite");
    let written = write_bundle(&path, &source, &election.tree, election.checkpoint().note(), &mut |_, _| ());
    assert!(written.unwrap_err().to_string().contains("tile/entries/000.p/"));
    assert!(bundle(&election, folder.path()).is_file());
}
