//! What stands in `proofs/vectors` is what is made, byte for byte, and every case has the outcome that it names.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proofs/vectors")
}

fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.insert(path);
        }
    }
}

#[test]
fn what_stands_in_the_folder_is_made_again_byte_for_byte_and_nothing_else_stands_there() {
    let made = plebiscite_vectors::files();
    assert_eq!(made, plebiscite_vectors::files(), "two runs of the makers differ");
    let mut standing = BTreeSet::new();
    walk(&folder(), &mut standing);
    standing.remove(&folder().join("README.md"));
    let expected: BTreeSet<PathBuf> = made.keys().map(|name| folder().join(name)).collect();
    assert_eq!(standing, expected);
    for (name, bytes) in made {
        assert!(fs::read(folder().join(&name)).unwrap() == bytes, "{name} differs from what is made");
    }
}

#[test]
fn every_case_of_every_file_has_the_outcome_that_it_names() {
    let mut cases = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_file() && name != "README.md" {
            match plebiscite_vectors::judge(&name, &fs::read(&path).unwrap()) {
                Ok(number) => cases += number,
                Err(sentence) => wrong.push(sentence),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases > 150, "{cases} cases");
}

#[test]
fn files_of_no_topic_of_another_version_without_cases_or_with_a_false_outcome_are_refused() {
    let bytes = fs::read(folder().join("group.json")).unwrap();
    assert!(plebiscite_vectors::judge("group.json", &bytes).is_ok());
    assert!(plebiscite_vectors::judge("unknown.json", &bytes).is_err());
    assert!(plebiscite_vectors::judge("group.json", b"").is_err());
    assert!(plebiscite_vectors::judge("group.json", b"{\"version\":1,\"cases\":[]}").is_err());
    let text = String::from_utf8(bytes).unwrap();
    for (from, to) in
        [("\"version\": 1", "\"version\": 2"), ("\"error\": \"identity\"", "\"error\": \"point\"")]
    {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        assert!(plebiscite_vectors::judge("group.json", changed.as_bytes()).is_err(), "{from}");
    }
}
