//! Flipped bits: in every kind of entry with the tree signed again, and in every file of a folder. None is ever accepted.
#![expect(clippy::unwrap_used, reason = "a story that cannot be set up must fail where it stands")]
#![expect(clippy::indexing_slicing, reason = "likewise")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::{
    Cancel, Entry, Kind, MessageKind, OfficialStatement, ScheduledClose, StatementKind, Succeeded, Successor,
};
use plebiscite_election::record::{Record, TABLE};
use plebiscite_support::{Dice, Election, Shape, checkpoint_of, key_of, write_folder};
use plebiscite_verifier::report::{Outcome, Report};
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, VerifyError, verify_record};

const YES: Choice = Choice::Option(0);
const NO: Choice = Choice::Option(1);

fn set_up() -> Election {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election.end_ceremony_attempt();
    election.begin_ceremony_again();
    election.hold_ceremony();
    election.end_roll_attempt();
    election.publish_roll();
    election.seal_roll();
    election.open();
    election
}

/// A certified election in whose log every kind stands that can stand beside the others.
fn certified() -> &'static Election {
    static ELECTION: OnceLock<Election> = OnceLock::new();
    ELECTION.get_or_init(|| {
        let mut election = set_up();
        for (voter, choice) in [(0, YES), (1, YES), (2, NO), (5, NO), (6, NO), (7, YES), (2, YES)] {
            election.cast(voter, &[choice]);
        }
        let replaced = election.replacement(1, 4);
        election.append(&replaced).unwrap();
        let extension = election.extension("2027-06-06T20:00:00Z");
        election.append(&extension).unwrap();
        let key = key_of("successor", 0).verifying_key().to_bytes();
        let successor = election.act(Successor { number: 1, of: Succeeded::Official(2), key });
        election.append(&successor).unwrap();
        let statement =
            election.act(OfficialStatement { kind: StatementKind::Mirrors, text: "one mirror".to_owned() });
        election.append(&statement).unwrap();
        election.finish();
        election
    })
}

/// The two ways to end that exclude the certified one.
fn other_ends() -> [Vec<Vec<u8>>; 2] {
    let election = Election::opened(Shape::default());
    let close = ScheduledClose {
        election: election.id(),
        time: election.record.closing_time().unwrap(),
        signature: [0; 64],
    };
    let ends = [
        close.signed(&election.board).encode(),
        election.act(Cancel { reason: "the hall burnt down".to_owned() }),
    ];
    ends.map(|end| [election.entries.as_slice(), &[end]].concat())
}

/// Kind and, for heads and chunks, message with its round: what one flipped entry stands for.
fn sort_of(entry: &[u8]) -> (&'static str, Option<MessageKind>) {
    let entry = Entry::decode(entry).unwrap();
    let message = match &entry {
        Entry::Head(head) => Some(head.slot.message),
        Entry::Chunk(chunk) => Some(chunk.slot.message),
        _ => None,
    };
    (entry.kind().name(), message)
}

/// Every entry that differs from this one in one bit, lacks its last byte, or has one more.
fn changed(entry: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let flipped = (0..entry.len() * 8).map(|bit| {
        let mut changed = entry.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    });
    let shorter = entry[..entry.len() - 1].to_vec();
    flipped.chain([shorter, [entry, &[0]].concat()])
}

/// Offers each change of the first entry of every sort to the record that stands before it, then the entry itself.
fn flip_all(entries: &[Vec<u8>], flipped: &mut BTreeSet<(&'static str, Option<MessageKind>)>) {
    let mut record = Record::new();
    let mut tree = Tree::new();
    for entry in entries {
        // The manifest's head is judged with its last chunk, which has a test of its own.
        if tree.size() > 0 && flipped.insert(sort_of(entry)) {
            let before = format!("{record:?}");
            for (number, changed) in changed(entry).enumerate() {
                let judged = record.apply(&changed, &tree);
                assert!(judged.is_err(), "{:?}: change {number} stands: {judged:?}", sort_of(entry));
            }
            assert_eq!(format!("{record:?}"), before, "{:?}: a refused entry left a trace", sort_of(entry));
        }
        record.apply(entry, &tree).unwrap();
        tree.push(leaf_hash(entry));
    }
}

#[test]
fn no_flipped_bit_of_any_kind_of_entry_stands_and_none_leaves_a_trace() {
    let mut flipped = BTreeSet::new();
    flip_all(&certified().entries, &mut flipped);
    other_ends().iter().for_each(|entries| flip_all(entries, &mut flipped));
    let kinds: BTreeSet<_> = flipped.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, Kind::ALL.iter().map(|kind| kind.name()).collect());
    // Five rounds, lists and decryptions, each with head and chunk; the manifest's chunk.
    assert_eq!(flipped.iter().filter(|(_, message)| message.is_some()).count(), 15);
    assert!(TABLE.len() >= kinds.len());
}

#[test]
fn no_flipped_bit_of_the_manifests_head_survives_its_last_chunk() {
    let entries = Election::new(Shape::default()).manifest_entries();
    assert!(Election::replay(&entries).unwrap().manifest().is_some());
    for (number, changed) in changed(&entries[0]).enumerate() {
        let told = [&[changed], &entries[1..]].concat();
        assert!(Election::replay(&told).is_err(), "change {number} stands");
    }
}

fn judge(folder: &Path) -> Result<Report, VerifyError> {
    let source = Source::open(folder.to_str().unwrap()).unwrap();
    let options =
        Options { election: None, since: None, up_to: None, fresh: [9; 32], progress: &mut |_, _| () };
    verify_record(source, options)
}

fn folder_of(entries: &[Vec<u8>]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    write_folder(folder.path(), entries, checkpoint_of(certified().id(), &tree, &certified().board).note());
    folder
}

#[test]
fn a_log_with_one_flipped_bit_signed_again_by_the_board_fails_at_that_entry() {
    let honest = judge(folder_of(&certified().entries).path()).unwrap();
    assert_eq!(honest.outcome, Outcome::Passed);
    let mut dice = Dice::new(1);
    let mut seen = BTreeSet::new();
    for (index, entry) in certified().entries.iter().enumerate().skip(1) {
        if !seen.insert(sort_of(entry)) {
            continue;
        }
        let mut entries = certified().entries.clone();
        let bit = dice.below(entry.len() * 8);
        entries[index][bit / 8] ^= 1 << (bit % 8);
        let report = judge(folder_of(&entries).path()).unwrap();
        let failed: Vec<_> = report.checks.iter().filter_map(|check| check.entry).collect();
        assert_eq!(report.outcome, Outcome::Failed, "{:?}, bit {bit}", sort_of(entry));
        assert_eq!((report.valid_up_to, failed), (index as u64, vec![index as u64]), "{:?}", sort_of(entry));
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| self::files(folder)));
    files.sort();
    files
}

#[test]
fn no_flipped_bit_in_any_file_of_a_folder_is_accepted() {
    let folder = folder_of(&certified().entries);
    let files = files(folder.path());
    assert!(files.len() >= 3, "{files:?}");
    let mut dice = Dice::new(2);
    for file in files {
        let good = std::fs::read(&file).unwrap();
        // A flipped checkpoint is often found only at the end of a whole replay.
        let trials = if file.ends_with("checkpoint") { 40 } else { 200 };
        for _ in 0..trials {
            let bit = dice.below(good.len() * 8);
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&file, bad).unwrap();
            // No verdict at all is what a checkpoint of a size that has no files gives.
            if let Ok(report) = judge(folder.path()) {
                assert_eq!(report.outcome, Outcome::Failed, "{}, bit {bit}", file.display());
            }
        }
        std::fs::write(&file, good).unwrap();
    }
    assert_eq!(judge(folder.path()).unwrap().outcome, Outcome::Passed);
}
