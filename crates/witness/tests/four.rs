//! Four witnesses of whom one lies, and a board with two logs: whichever log each honest one sees first, no two results are
//! ever final, and whoever was shown both heads can prove it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

use std::path::Path;

use plebiscite_board::cosignature::cosign;
use plebiscite_board::evidence::Evidence;
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::witness::{AddCheckpoint, WitnessError};
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape, checkpoint_of, key_of, write_folder};
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Report, replay};
use plebiscite_witness::watch::{WatchError, Witness};

/// After the closing time of these elections.
const LATER: u64 = 1_812_290_000;

/// One election held to its end on two boards of one key, which differ in one vote: the worst case, in which all trustees
/// help the board too.
fn two_logs() -> [Election; 2] {
    [0, 1].map(|option| {
        let mut election = Election::opened(Shape { witnesses: (4, 3, 1), ..Shape::default() });
        for (voter, option) in [(0, option), (1, 0), (2, 1), (5, 0), (6, 1), (7, 0)] {
            election.cast(voter, &[Choice::Option(option)]);
        }
        election.finish();
        election
    })
}

fn note_at(election: &Election, size: usize) -> Vec<u8> {
    let tree = plebiscite_board::merkle::Tree::of(
        election.entries[..size].iter().map(|entry| plebiscite_board::merkle::leaf_hash(entry)),
    );
    checkpoint_of(election.id(), &tree, &election.board).note().to_vec()
}

/// A witness program's folder with the key that the manifests name.
fn witness(folder: &Path, number: usize, board: &NoteKey) -> Witness {
    Witness::create(folder, &format!("witness{}", number + 1)).unwrap();
    std::fs::write(folder.join("key"), hex::encode(key_of("witness", number).to_bytes())).unwrap();
    let witness = Witness::open(folder).unwrap();
    witness.add_log(&board.vkey(), false).unwrap();
    witness
}

/// A board asks a witness as the server does: it learns the size that the witness holds, and proves from there.
fn ask(witness: &Witness, election: &Election, size: usize) -> Result<String, WatchError> {
    let origin = format!("plebiscite/v1/{}", election.id());
    let old = witness.last(&origin).unwrap().map_or(0, |last| last.checkpoint.size);
    let path = election.tree.consistency_proof(old, size as u64).unwrap_or_default();
    let request = AddCheckpoint { old, path, note: note_at(election, size) };
    witness.add_checkpoint(&request.encode(), LATER)
}

/// Whether the verifier calls the log's result final, given these lines under its last checkpoint.
fn is_final(election: &Election, lines: &[String]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let note = note_at(election, election.entries.len());
    write_folder(folder.path(), &election.entries, &note);
    std::fs::create_dir_all(folder.path().join("cosigned")).unwrap();
    let cosigned = [note, lines.concat().into_bytes()].concat();
    std::fs::write(folder.path().join("cosigned/latest"), cosigned).unwrap();
    let source = Source::open(folder.path().to_str().unwrap()).unwrap();
    let options =
        Options { election: None, since: None, up_to: None, fresh: [9; 32], progress: &mut |_, _| () };
    Report::of(&replay(source, options).unwrap()).witnesses.unwrap().is_final.unwrap()
}

#[test]
fn with_one_lying_witness_of_four_no_two_results_are_ever_final_and_both_heads_are_evidence() {
    let logs = two_logs();
    let board =
        NoteKey::new(&format!("plebiscite/v1/{}", logs[0].id()), logs[0].board.verifying_key()).unwrap();
    assert_eq!(logs[0].id(), logs[1].id());
    let end = logs[0].entries.len();
    assert_eq!(end, logs[1].entries.len());
    let lie = |election: &Election| {
        let text = Note::parse(&note_at(election, end)).unwrap().text;
        cosign(&text, "witness4", LATER, &key_of("witness", 3)).unwrap()
    };
    let mut finals = 0;
    // Each honest witness sees one log or the other first, in all ways that there are.
    for first in 0..8usize {
        let folders = [0, 1, 2].map(|_| tempfile::tempdir().unwrap());
        let mut lines = [vec![lie(&logs[0])], vec![lie(&logs[1])]];
        for (number, folder) in folders.iter().enumerate() {
            let witness = witness(folder.path(), number, &board);
            let own = (first >> number) & 1;
            // Before the result and with it, as the server's interval has it.
            ask(&witness, &logs[own], end - 3).unwrap();
            lines[own].push(ask(&witness, &logs[own], end).unwrap());
            // Then the other log asks: the same size with another root, and a smaller one.
            let refused = ask(&witness, &logs[1 - own], end);
            assert!(matches!(refused, Err(WatchError::Refused(WitnessError::Fork))), "{refused:?}");
            assert!(ask(&witness, &logs[1 - own], end - 1).is_err());
            // A board that was put back to an older state is refused as well, though its entries are the same.
            assert!(ask(&witness, &logs[own], end - 2).is_err());
            // The twin: what it cosigned already it cosigns again.
            assert!(ask(&witness, &logs[own], end).is_ok());
            let kept: Vec<_> = walk(&folder.path().join("evidence"));
            let judged = kept.iter().filter_map(|bytes| Evidence::parse(bytes).ok()?.judge(&board).ok());
            assert_eq!(judged.map(|fork| fork.size).max(), Some(end as u64), "a third party can judge it");
        }
        let both = [is_final(&logs[0], &lines[0]), is_final(&logs[1], &lines[1])];
        assert!(both != [true, true], "{first}");
        finals += both.iter().filter(|is| **is).count();
    }
    // The twin of the refusals: with the honest ones on one side, or two of them, a result is final.
    assert_eq!(finals, 8);
}

/// All files below a folder.
fn walk(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(std::fs::read(path).unwrap());
        }
    }
    found
}
