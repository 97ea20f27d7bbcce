//! What the observers have confirmed, as the booth and the check page say it; and servers that lie about it.

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::cosignature::cosign;
use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_support::{Election, Shape, checkpoint_of, key_of};
use serde_json::{Value, json};

use crate::board::{Board, ORIGIN};
use crate::{Voter, choose, opened};

fn watched() -> Board {
    Board::new(Election::opened(Shape { witnesses: (3, 2, 1), ..Shape::default() }))
}

/// The checkpoint over these entries with cosignatures of these witnesses.
fn cosigned(election: &Election, entries: &[Vec<u8>], by: &[usize]) -> Vec<u8> {
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let note = checkpoint_of(election.id(), &tree, &election.board).note().to_vec();
    let text = Note::parse(&note).unwrap().text;
    let line = |number: &usize| {
        cosign(&text, &format!("witness{}", number + 1), 1_000, &key_of("witness", *number)).unwrap()
    };
    [note, by.iter().map(line).collect::<String>().into_bytes()].concat()
}

/// The server shows this as the newest cosigned checkpoint.
fn shows(board: &Board, note: Vec<u8>) {
    board.lie(move |path, answer| {
        if path.ends_with("/cosigned/latest") {
            (answer.status, answer.body) = (200, note.clone());
        }
    });
}

/// What witnesses cosigned of the log as it stands.
fn now(board: &Board, by: &[usize]) -> Vec<u8> {
    board.with(|election| cosigned(election, &election.entries, by))
}

fn cast(board: &Board, number: usize) -> (Voter, Value) {
    let mut voter = Voter::of(board);
    voter.enter(board, number);
    voter.done("encrypt", &choose(Some("yes")));
    let receipt = voter.done("cast", &json!({}));
    (voter, receipt)
}

fn state(value: &Value) -> (String, u64, u64) {
    let observers = &value["observers"];
    let number = |name: &str| observers[name].as_u64().unwrap();
    (observers["state"].as_str().unwrap().to_owned(), number("confirmed_by"), number("named"))
}

fn of(state: &str, by: u64) -> (String, u64, u64) {
    (state.to_owned(), by, 3)
}

#[test]
fn a_vote_waits_for_the_observers_and_is_then_confirmed_with_a_receipt_that_holds_it() {
    let board = watched();
    let mut early = Voter::of(&board);
    assert_eq!(state(&early.open()), of("waiting", 0));
    let (mut voter, receipt) = cast(&board, 3);
    assert_eq!(state(&receipt), of("waiting", 0));
    let waiting = voter.done("confirm", &json!({}));
    assert_eq!((state(&waiting), &waiting["receipt"]), (of("waiting", 0), &Value::Null));
    // A checkpoint from before the vote; one that holds it by too few.
    let entry = usize::try_from(receipt["entry"].as_u64().unwrap()).unwrap();
    shows(&board, board.with(|election| cosigned(election, &election.entries[..entry], &[0, 1])));
    assert_eq!(state(&voter.done("confirm", &json!({}))), of("waiting", 0));
    assert_eq!(state(&Voter::of(&board).open()), of("confirmed", 2));
    shows(&board, now(&board, &[1]));
    assert_eq!(state(&voter.done("confirm", &json!({}))), of("waiting", 1));
    // Others vote, and then the quorum confirms a larger book.
    board.repent();
    cast(&board, 1);
    cast(&board, 2);
    shows(&board, now(&board, &[0, 2]));
    let before = board.asked().len();
    let confirmed = voter.done("confirm", &json!({}));
    assert_eq!(state(&confirmed), of("confirmed", 2));
    // Nothing that names the voter is asked for.
    for asked in &board.asked()[before..] {
        let tile = asked.contains("/tile/") && !asked.contains("entries");
        assert!(asked.ends_with("/cosigned/latest") || tile, "{asked}");
    }
    let again = TlogProof::parse(confirmed["receipt"].as_str().unwrap().as_bytes()).unwrap();
    let (key, bytes) = board.with(|election| {
        let origin = format!("plebiscite/v1/{}", election.id());
        (NoteKey::new(&origin, election.board.verifying_key()).unwrap(), election.entries[entry].clone())
    });
    let signed: SignedCheckpoint = again.verify(&bytes, &key).unwrap();
    assert_eq!(signed.checkpoint().size, board.with(|election| election.tree.size()));
    assert_eq!(Note::parse(&again.checkpoint).unwrap().signatures.len(), 3);
}

#[test]
fn nothing_is_said_or_asked_of_observers_where_the_manifest_names_none() {
    let board = opened();
    let (mut voter, receipt) = cast(&board, 3);
    assert_eq!(receipt["observers"], Value::Null);
    let confirmed = voter.done("confirm", &json!({}));
    assert_eq!((&confirmed["observers"], &confirmed["receipt"]), (&Value::Null, &Value::Null));
    assert!(!board.asked().iter().any(|asked| asked.contains("cosigned")));
    // And without a vote there is nothing to confirm.
    assert_eq!(Voter::of(&board).refused("confirm", &json!({})), "order");
}

#[test]
fn a_false_cosignature_stops_who_would_vote_and_takes_nothing_from_a_vote_that_stands() {
    let board = watched();
    let (mut voter, receipt) = cast(&board, 3);
    let honest = now(&board, &[0, 1]);
    let stranger = {
        let text = Note::parse(&honest).unwrap().text;
        let line = cosign(&text, "witness1", 1_000, &key_of("witness", 1)).unwrap();
        [now(&board, &[]), line.into_bytes()].concat()
    };
    let mut forged = Note::parse(&honest).unwrap();
    forged.signatures[1].bytes[20] ^= 1;
    for (lie, name) in [(forged.encode(), "forged"), (b"noise".to_vec(), "noise")] {
        shows(&board, lie);
        assert_eq!(state(&voter.done("confirm", &json!({}))), of("false", 0), "{name}");
        let mut other = Voter::of(&board);
        let place = other.place();
        assert_eq!(other.refused("open", &place), "false-cosignature", "{name}");
        assert_eq!(check(&board, &receipt)["observers"]["state"], "false", "{name}");
    }
    // A line by another key under a known name is nobody's line: it confirms nothing.
    shows(&board, stranger);
    assert_eq!(state(&voter.done("confirm", &json!({}))), of("waiting", 0));
    shows(&board, honest);
    assert_eq!(state(&voter.done("confirm", &json!({}))), of("confirmed", 2));
    assert_eq!(state(&Voter::of(&board).open()), of("confirmed", 2));
}

/// What stands under roll number 3, by its receipt.
fn check(board: &Board, receipt: &Value) -> Value {
    let mut device = Voter::of(board);
    let arguments = json!({
        "origin": ORIGIN, "election": device.id, "roll_number": 3, "receipt": receipt["receipt"],
    });
    device.done("check", &arguments)
}

#[test]
fn another_book_that_the_observers_confirmed_is_evidence_everywhere() {
    let board = watched();
    let (mut voter, receipt) = cast(&board, 3);
    let other = board.with(|election| {
        let mut entries = election.entries.clone();
        entries.pop();
        entries.push(b"another entry".to_vec());
        cosigned(election, &entries, &[0, 1])
    });
    let text = Note::parse(&other).unwrap().text;
    assert_eq!(Checkpoint::parse(&text).unwrap().size, receipt["size"].as_u64().unwrap());
    shows(&board, other);
    assert_eq!(voter.refused("confirm", &json!({})), "contradiction");
    let mut next = Voter::of(&board);
    let place = next.place();
    assert_eq!(next.refused("open", &place), "contradiction");
    let arguments =
        json!({ "origin": ORIGIN, "election": next.id, "roll_number": 3, "receipt": receipt["receipt"] });
    assert_eq!(next.refused("check", &arguments), "contradiction");
    shows(&board, now(&board, &[0, 1]));
    assert_eq!(check(&board, &receipt)["observers"]["state"], "confirmed");
}

#[test]
fn the_check_page_shows_the_way_of_a_vote_and_gives_the_receipt_again() {
    let board = watched();
    let (_, receipt) = cast(&board, 3);
    let found = check(&board, &receipt);
    assert_eq!(
        (&found["state"], &found["phase"], &found["receipt"]),
        (&json!("stands"), &json!("open"), &Value::Null)
    );
    assert_eq!(state(&found), of("waiting", 0));
    shows(&board, now(&board, &[0, 1, 2]));
    let found = check(&board, &receipt);
    assert_eq!(state(&found), of("confirmed", 3));
    // The receipt that is given again is one, and is found again.
    let again = check(&board, &json!({ "receipt": found["receipt"] }));
    assert_eq!((&again["state"], &again["own"]["entry"]), (&json!("stands"), &receipt["entry"]));
    board.repent();
    board.with(Election::close);
    assert_eq!(check(&board, &receipt)["phase"], "closed");
    // A board that is silent about the observers has nothing confirmed.
    board.lie(|path, answer| {
        if path.contains("cosigned") {
            answer.status = 0
        }
    });
    assert_eq!(state(&check(&board, &receipt)), of("waiting", 0));
}
