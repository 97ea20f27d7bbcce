//! Pulls from honest and from lying sources: what is taken is what the board signed and the record lets stand, and nothing
//! that contradicts the copy changes it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use plebiscite_board::cosignature::cosign;
use plebiscite_board::evidence::Evidence;
use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::note::NoteKey;
use plebiscite_board::reader::{Fetch, FetchError};
use plebiscite_election::contest::Choice;
use plebiscite_mirror::copied::{Copied, CopyError};
use plebiscite_mirror::pull::{Hints, PullError, Pulled, pull};
use plebiscite_public::election::{Entries, Published};
use plebiscite_public::verified::Remembered;
use plebiscite_support::{Election, Shape, checkpoint_of, files_of, key_of};
use plebiscite_verifier::source::{Asking, Http};
use plebiscite_voter::client::Client;

const YES: Choice = Choice::Option(0);
const NO: Choice = Choice::Option(1);

/// A source in memory.
#[derive(Clone)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Fetch for Files {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        self.0.get(path).cloned().ok_or_else(|| FetchError::Missing { path: path.to_owned() })
    }
}

impl Files {
    /// The first `size` entries, signed by a key.
    fn signed(election: &Election, entries: &[Vec<u8>], key: &SigningKey) -> Self {
        let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
        let note = checkpoint_of(election.id(), &tree, key);
        Self(files_of(entries, note.note()).into_iter().collect())
    }

    fn of(election: &Election) -> Self {
        Self::signed(election, &election.entries, &election.board)
    }

    fn first(election: &Election, size: usize) -> Self {
        Self::signed(election, &election.entries[..size], &election.board)
    }
}

fn copy(folder: &Path, election: &Election) -> Copied {
    Copied::open(folder, election.id()).unwrap()
}

fn take(copied: &Copied, source: &Files) -> Result<Pulled, PullError> {
    pull(copied, source.clone(), 7, Hints::Always, &mut |_, _| {})
}

/// The log's files in a folder, without locks, hints and evidence.
fn log_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for path in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if name == "checkpoint" || name.starts_with("tile/") {
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn published(copied: &Copied) -> u64 {
    copied.board().read().unwrap().published_size()
}

#[test]
fn what_was_verified_spares_a_start_work_and_where_it_is_spoilt_nothing_else_changes() {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape::default());
    for (voter, choice) in [(0, YES), (1, NO), (0, NO), (6, YES)] {
        election.cast(voter, &[choice]);
    }
    take(&copy(folder.path(), &election), &Files::of(&election)).unwrap();
    let files = [".verified", ".verified-roll"].map(|name| folder.path().join(name));
    let kept = files.each_ref().map(|path| std::fs::read(path).unwrap());
    let other = Remembered::in_folder(folder.path(), ".").read(|error| panic!("{error}")).unwrap().unwrap();
    assert_eq!((other.verified.ballots, other.credentials.unwrap().len()), (4, 9));
    for spoilt in [None, Some(0_u8), Some(1)] {
        if let Some(file) = spoilt {
            std::fs::write(&files[usize::from(file)], "spoilt").unwrap();
        }
        let copied = copy(folder.path(), &election);
        assert_eq!(published(&copied), election.entries.len() as u64);
        drop(copied);
        assert_eq!(files.each_ref().map(|path| std::fs::read(path).unwrap()), kept, "{spoilt:?}");
    }
    // The result is that of a copy that judged everything.
    election.finish();
    let copied = copy(folder.path(), &election);
    take(&copied, &Files::of(&election)).unwrap();
    let (board, fresh) = (copied.board().read().unwrap(), &election.record);
    assert_eq!(board.record.result().unwrap().digest, fresh.result().unwrap().digest);
}

#[test]
fn a_copy_grown_with_the_election_is_the_log_and_its_full_files_never_change() {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape { voters: vec![200, 150], ..Shape::default() });
    let copied = copy(folder.path(), &election);
    let mut full = BTreeMap::new();
    let mut size = 0;
    for round in 0..6u32 {
        if round < 5 {
            (0..60).for_each(|voter| drop(election.cast(voter + 60 * round, &[YES])));
        } else {
            election.finish();
        }
        let now = election.entries.len() as u64;
        assert_eq!(take(&copied, &Files::of(&election)).unwrap(), Pulled::Grown { from: size, to: now });
        size = now;
        let files = log_files(folder.path());
        full.iter().for_each(|(name, bytes)| assert_eq!(files.get(name), Some(bytes), "{name}"));
        full = files.into_iter().filter(|(name, _)| !name.contains(".p/") && name != "checkpoint").collect();
    }
    assert!(full.len() >= 2, "{:?}", full.keys());
    // What an exporter would write at the end is there, byte for byte.
    let there = log_files(folder.path());
    for (name, bytes) in Files::of(&election).0 {
        assert_eq!(there.get(&name), Some(&bytes), "{name}");
    }
    assert_eq!(take(&copied, &Files::of(&election)).unwrap(), Pulled::Same { size });
    assert_eq!(take(&copied, &Files::first(&election, 20)).unwrap(), Pulled::Behind { source: 20, size });
    // All of it is read back, and every entry is given out.
    drop(copied);
    let copied = copy(folder.path(), &election);
    assert_eq!(published(&copied), size);
    for (index, entry) in (0..).zip(&election.entries) {
        assert_eq!(copied.get(index).unwrap().as_ref(), Some(entry));
    }
    assert_eq!(copied.get(size).unwrap(), None);
}

#[test]
fn one_corrupted_or_missing_file_is_refused_and_the_copy_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape { voters: vec![150, 150], ..Shape::default() });
    let early = election.entries.len();
    (0..280).for_each(|voter| drop(election.cast(voter, &[YES])));
    let copied = copy(folder.path(), &election);
    take(&copied, &Files::first(&election, early)).unwrap();
    let before = log_files(folder.path());
    let whole = Files::of(&election);
    for name in whole.0.keys() {
        let mut bad = whole.clone();
        let bytes = bad.0.get_mut(name).unwrap();
        let place = bytes.len() / 2;
        bytes[place] ^= 1;
        let refused = take(&copied, &bad).unwrap_err();
        // A size that was flipped asks for files that are not there.
        assert!(refused.is_false() || name == "checkpoint", "{name}: {refused}");
        let mut bad = whole.clone();
        bad.0.remove(name);
        assert!(!take(&copied, &bad).unwrap_err().is_false(), "{name}");
        assert_eq!(published(&copied), early as u64);
        assert_eq!(log_files(folder.path()).get("checkpoint"), before.get("checkpoint"));
    }
    assert!(matches!(take(&copied, &whole), Ok(Pulled::Grown { .. })));
}

#[test]
fn entries_that_the_record_refuses_and_signatures_of_others_are_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape::default());
    let early = election.entries.len();
    let ballot = Election::ballot_entry(&election.cast(0, &[YES]));
    let copied = copy(folder.path(), &election);
    take(&copied, &Files::first(&election, early)).unwrap();
    // The board appends the same ballot once more.
    let twice: Vec<_> = [&election.entries[..], std::slice::from_ref(&ballot)].concat();
    let refused = take(&copied, &Files::signed(&election, &twice, &election.board)).unwrap_err();
    assert!(matches!(refused, PullError::Refused(_)), "{refused}");
    assert_eq!(published(&copied), early as u64);
    assert!(copied.board().read().unwrap().record.head(0).is_none(), "nothing of it stands");
    let refused =
        take(&copied, &Files::signed(&election, &election.entries, &key_of("other", 0))).unwrap_err();
    assert!(matches!(refused, PullError::Signature(_)), "{refused}");
    assert_eq!(published(&copied), early as u64);
    assert_eq!(
        copied.board().read().unwrap().log.size(),
        early as u64,
        "not even the board in memory has moved"
    );
    let name = format!("tile/entries/000.p/{}", election.entries.len());
    assert!(!log_files(folder.path()).contains_key(&name), "what the board did not sign is not written");
    // The twin: without the doubled ballot, under the board's key.
    assert!(matches!(take(&copied, &Files::of(&election)), Ok(Pulled::Grown { .. })));
    assert!(copied.board().read().unwrap().record.head(0).is_some());
    // Another election, and a log that ends before its manifest.
    let other = Election::opened(Shape { title: "Another".to_owned(), ..Shape::default() });
    assert!(matches!(take(&copied, &Files::of(&other)), Err(PullError::OtherElection { .. })));
    let fresh = tempfile::tempdir().unwrap();
    let (copied, nothing) = (copy(fresh.path(), &election), Files::first(&election, 0));
    assert!(!matches!(take(&copied, &nothing), Ok(Pulled::Grown { .. })));
    assert_eq!(published(&copied), 0);
}

/// Two boards of one election that differ in one voter's ballot, each with more ballots after it.
fn forked() -> (Election, Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut one = Election::opened(Shape::default());
    let base = one.entries.len();
    let mut other = Election::opened(Shape::default());
    assert_eq!(other.entries, one.entries);
    one.cast(0, &[YES]);
    other.cast(0, &[NO]);
    (1..4).for_each(|voter| drop((one.cast(voter, &[YES]), other.cast(voter, &[YES]))));
    let (a, b) = (one.entries.clone(), other.entries);
    assert_ne!(a[base], b[base]);
    (one, a, b)
}

#[test]
fn a_fork_of_any_size_is_refused_and_leaves_evidence_that_a_third_party_can_judge() {
    let (election, own, other) = forked();
    let board =
        NoteKey::new(&format!("plebiscite/v1/{}", election.id()), election.board.verifying_key()).unwrap();
    for (size, against) in [(own.len() - 1, own.len()), (own.len(), own.len()), (own.len(), own.len() - 1)] {
        let folder = tempfile::tempdir().unwrap();
        let copied = copy(folder.path(), &election);
        take(&copied, &Files::first(&election, size)).unwrap();
        let fork = Files::signed(&election, &other[..against], &election.board);
        let evidence = match take(&copied, &fork) {
            Err(PullError::Forked { evidence, .. }) => evidence,
            other => panic!("{size} against {against}: {other:?}"),
        };
        let read = Evidence::parse(&std::fs::read(evidence).unwrap()).unwrap();
        assert_eq!(read.judge(&board).unwrap().size, size.min(against) as u64);
        assert_eq!(read.authority.as_deref(), Some(election.manifest.as_slice()));
        assert_eq!(published(&copied), size as u64);
        // The same fork under another's signature proves nothing, and is refused all the same.
        let unsigned = Files::signed(&election, &other[..against], &key_of("other", 0));
        assert!(matches!(take(&copied, &unsigned), Err(PullError::Contradicts { .. })));
        assert_eq!(std::fs::read_dir(folder.path().join("evidence")).unwrap().count(), 1);
        // The twin: its own log goes on.
        assert!(take(&copied, &Files::first(&election, own.len())).is_ok());
    }
}

#[test]
fn cosigned_checkpoints_are_kept_where_they_are_true_and_of_this_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape { witnesses: (3, 2, 1), ..Shape::default() });
    election.cast(0, &[YES]);
    let cosigned = |election: &Election, by: &[usize]| {
        let note = String::from_utf8(election.checkpoint().note().to_vec()).unwrap();
        let text = note.split_once("\n\n").unwrap().0.to_owned() + "\n";
        let line =
            |n: &usize| cosign(&text, &format!("witness{}", n + 1), 9, &key_of("witness", *n)).unwrap();
        (note + &by.iter().map(line).collect::<String>()).into_bytes()
    };
    let copied = copy(folder.path(), &election);
    let mut source = Files::of(&election);
    let good = cosigned(&election, &[0, 1]);
    // A line of a known witness that is false, and a checkpoint that no witness has signed.
    let mut bad = cosigned(&election, &[0, 1]);
    let place = bad.len() - 9;
    bad[place] = if bad[place] == b'A' { b'B' } else { b'A' };
    for wrong in [bad, election.checkpoint().note().to_vec(), b"nothing".to_vec()] {
        source.0.insert("cosigned/latest".to_owned(), wrong);
        take(&copied, &source).unwrap();
        assert_eq!(copied.cosigned("latest"), None);
    }
    source.0.insert("cosigned/latest".to_owned(), good.clone());
    source.0.insert("cosigned/close".to_owned(), good.clone());
    take(&copied, &source).unwrap();
    assert_eq!(copied.cosigned("latest"), Some(good.clone()));
    assert_eq!(copied.cosigned("close"), None, "there is no close yet");
    assert_eq!(std::fs::read(folder.path().join("cosigned/latest")).unwrap(), good);
    // A poorer one does not take its place.
    source.0.insert("cosigned/latest".to_owned(), cosigned(&election, &[2]));
    take(&copied, &source).unwrap();
    assert_eq!(copied.cosigned("latest"), Some(good));
}

#[test]
fn a_disk_that_has_changed_gives_errors_and_never_another_entry() {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape::default());
    election.finish();
    let copied = copy(folder.path(), &election);
    take(&copied, &Files::of(&election)).unwrap();
    assert!(matches!(Copied::open(folder.path(), election.id()), Err(CopyError::InUse { .. })));
    let bundle =
        std::fs::read_dir(folder.path().join("tile/entries/000.p")).unwrap().next().unwrap().unwrap();
    let mut bytes = std::fs::read(bundle.path()).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(bundle.path(), &bytes).unwrap();
    assert!(copied.get(election.entries.len() as u64 - 1).is_err());
    drop(copied);
    assert!(matches!(Copied::open(folder.path(), election.id()), Err(CopyError::Read { .. })));
    bytes[last] ^= 1;
    std::fs::write(bundle.path(), &bytes).unwrap();
    assert!(Copied::open(folder.path(), election.id()).is_ok());
}

#[test]
fn a_voter_checks_from_a_plain_folder_what_a_server_would_prove() {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape { voters: vec![200, 150], ..Shape::default() });
    let ballots: Vec<_> = (0..3).map(|voter| election.cast(voter, &[YES])).collect();
    let again = election.cast(1, &[NO]);
    let replacement = election.replacement(1, 300);
    election.append(&replacement).unwrap();
    let copied = copy(folder.path(), &election);
    take(&copied, &Files::of(&election)).unwrap();
    let server_view = |row: u32| {
        let board = copied.board().read().unwrap();
        match board.view_of_row(row, &copied).unwrap() {
            plebiscite_public::board::View::Ready(view) => view,
            other => panic!("{other:?}"),
        }
    };
    let (asking, address) = Asking::of(folder.path().to_str().unwrap());
    let id = election.id().to_string();
    let api = format!("{address}/api/v1/e/{}", &id[..16]);
    for row in [0, 1, 2, 3, 255, 256, 300, 349, 350, u32::MAX] {
        let answer = asking.get(&format!("{api}/roll/{row}"), 1 << 20).unwrap();
        assert_eq!((answer.status, answer.body), (200, server_view(row)), "{row}");
    }
    for row in [1u32, 300] {
        let key = election.record.credential(row).unwrap().credential.0;
        let answer = asking.get(&format!("{api}/credential/{}", hex::encode(key)), 1 << 20).unwrap();
        assert_eq!(answer.body, server_view(row));
    }
    let unknown = asking.get(&format!("{api}/credential/{}", "07".repeat(32)), 1 << 20).unwrap();
    assert_eq!(unknown.body, server_view(u32::MAX));
    for (address, status) in [("roll/x", 404), ("credential/xy", 404), ("status", 404)] {
        assert_eq!(asking.get(&format!("{api}/{address}"), 1 << 20).unwrap().status, status, "{address}");
    }
    assert_eq!(asking.post(&format!("{api}/ballots"), "", b"x", 9).unwrap().status, 405);
    // The voter's own client, with all its checks.
    let client = Client::open_anywhere(folder.path().to_str().unwrap(), election.id()).unwrap();
    assert_eq!(client.place_of_row(0).unwrap().standing().unwrap().tracker, ballots[0].tracker());
    assert_eq!(client.place_of_row(1).unwrap().standing().unwrap().tracker, again.tracker());
    assert!(client.place_of_row(3).unwrap().standing().is_none());
    // Hints that lie are refused by the proofs.
    let heads = folder.path().join("index/heads/000");
    let mut bytes = std::fs::read(&heads).unwrap();
    let other = election.record.head(2).unwrap().entry;
    bytes[8..16].copy_from_slice(&other.to_be_bytes());
    std::fs::write(&heads, bytes).unwrap();
    assert!(client.place_of_row(0).is_err());
    assert!(client.place_of_row(1).is_ok());
}

#[test]
fn entries_are_read_while_someone_holds_the_board_and_a_pull_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let election = Election::opened(Shape::default());
    let copied = std::sync::Arc::new(copy(folder.path(), &election));
    take(&copied, &Files::of(&election)).unwrap();
    let (done, finished) = std::sync::mpsc::channel();
    let (reader, writer) = (std::sync::Arc::clone(&copied), std::sync::Arc::clone(&copied));
    std::thread::spawn(move || {
        let board = reader.board().read().unwrap();
        std::thread::spawn(move || drop(writer.board().write().unwrap()));
        // A writer that waits lets no second reader in.
        std::thread::sleep(std::time::Duration::from_millis(200));
        let entry = reader.get(0).unwrap();
        drop(board);
        done.send(entry).unwrap();
    });
    let entry = finished.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    assert_eq!(entry.as_ref(), Some(&election.entries[0]));
}

#[test]
fn hints_lead_to_every_ballot_and_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut election = Election::opened(Shape::default());
    let trackers: Vec<_> = (0..3).map(|voter| election.cast(voter, &[YES]).tracker()).collect();
    let replaced = election.replacement(1, 5);
    election.append(&replaced).unwrap();
    let copied = copy(folder.path(), &election);
    take(&copied, &Files::of(&election)).unwrap();
    let read = |path: PathBuf| std::fs::read(folder.path().join("index").join(path)).unwrap();
    for (voter, tracker) in (0u32..).zip(&trackers) {
        let entry = election.record.head(voter).unwrap().entry;
        let file = read(PathBuf::from("tracker").join(format!("{:02x}", tracker.0[0])));
        let wanted = [&tracker.0[..], &entry.to_be_bytes()].concat();
        assert!(file.chunks(40).any(|record| record == wanted), "{voter}");
        let heads = read(PathBuf::from("heads/000"));
        assert_eq!(heads[voter as usize * 16 + 8..][..8], entry.to_be_bytes());
    }
    let heads = read(PathBuf::from("heads/000"));
    assert_eq!(heads.len(), 9 * 16);
    assert_eq!(heads[4 * 16..][..16], [0xff; 16], "nothing stands for a voter who did nothing");
    let replacement = election.record.replacement_entry(5).unwrap();
    assert_eq!(heads[5 * 16..][..8], replacement.to_be_bytes());
    let key = election.record.credential(5).unwrap().credential.0;
    let file = read(PathBuf::from("credential").join(format!("{:02x}", key[0])));
    assert!(file.chunks(36).any(|record| record == [&key[..], &5u32.to_be_bytes()].concat()));
    let lists = (0..=255u8).map(|byte| read(PathBuf::from("credential").join(format!("{byte:02x}"))).len());
    assert_eq!(lists.sum::<usize>(), 9 * 36);
}
