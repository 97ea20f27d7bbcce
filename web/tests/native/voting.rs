//! Opening, entering codes, sealing, casting, testing: what the booth does, and what it refuses.

use plebiscite_board::note::NoteKey;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape};
use serde_json::json;

use crate::board::{Board, ORIGIN, tracker_of};
use crate::{Voter, choose, codes, opened};

#[test]
fn a_voter_opens_enters_seals_casts_and_votes_again() {
    let board = opened();
    let mut voter = Voter::of(&board);
    let election = voter.open();
    assert_eq!(election["id"], voter.id);
    assert_eq!((&election["phase"], &election["registrars"]), (&json!("open"), &json!(2)));
    assert_eq!(election["contests"][0]["options"][1]["id"], "no");
    assert_eq!(election["contests"][0]["blank"], true);
    let place = voter.done("enter", &codes(&board, 3));
    assert_eq!(place["roll_number"], 3);
    assert_eq!((&place["voted_before"], &place["sequence"]), (&json!(false), &json!(0)));
    let sealed = voter.done("encrypt", &choose(Some("yes")));
    let cast = voter.done("cast", &json!({}));
    assert_eq!(voter.progress, ["sealed", "received", "in_book"].map(|step| json!({ "step": step })));
    assert_eq!(cast["control_code"], sealed["control_code"]);
    let entry = cast["entry"].as_u64().unwrap();
    assert_eq!(board.with(|election| tracker_of(election, entry)), cast["control_code"].as_str().unwrap());
    assert!(cast["receipt"].as_str().unwrap().starts_with("c2sp.org/tlog-proof@v1"));
    // The next ballot builds on the one that stands.
    let again = voter.done("encrypt", &choose(None));
    assert_ne!(again["control_code"], sealed["control_code"]);
    voter.done("cast", &json!({}));
    let head = board.with(|election| election.record.head(3).unwrap());
    assert_eq!((head.seq, head.tracker.to_string()), (1, again["control_code"].as_str().unwrap().to_owned()));
}

#[test]
fn what_is_cast_is_what_was_chosen() {
    let board = opened();
    for (number, option) in [Some("yes"), Some("yes"), Some("no"), None, Some("yes")].into_iter().enumerate()
    {
        let mut voter = Voter::of(&board);
        voter.enter(&board, number);
        voter.done("encrypt", &choose(option));
        voter.done("cast", &json!({}));
    }
    board.with(Election::finish);
    let counts = board.with(|election| election.record.result().unwrap().cells.clone());
    let sums: Vec<_> = counts.iter().flatten().flatten().flatten().copied().collect();
    assert_eq!(sums.iter().sum::<u64>(), 4, "{sums:?}");
    assert_eq!(sums[0], 3, "{sums:?}");
}

#[test]
fn codes_that_make_no_credential_are_named() {
    let board = opened();
    let mut voter = Voter::of(&board);
    assert_eq!(voter.refused("enter", &codes(&board, 1)), "order");
    voter.open();
    let own = codes(&board, 1);
    let (first, second) = (own["codes"][0].clone(), own["codes"][1].clone());
    let other = codes(&board, 2)["codes"][0].clone();
    let fingerprint = voter.open()["fingerprint"].clone();
    let mistyped = first.as_str().unwrap().chars().rev().collect::<String>();
    for (entered, code) in [
        (json!([first]), "code-needs-second"),
        (json!([first, first]), "code-same-twice"),
        (json!([first, other]), "code-same-twice"),
        (json!([fingerprint, second]), "code-is-fingerprint"),
        (json!([mistyped, second]), "code-checksum"),
        (json!(["abc", second]), "code-length"),
        (json!(["!", second]), "code-symbol"),
        (json!([first, second, other]), "code-too-many"),
        (json!([other, second]), "code-unknown"),
    ] {
        assert_eq!(voter.refused("enter", &json!({ "codes": entered })), code);
    }
    assert_eq!(voter.done("enter", &json!({ "codes": [second, first] }))["roll_number"], 1);
}

#[test]
fn a_choice_that_is_not_one_offered_option_of_each_contest_is_refused() {
    let board = opened();
    let mut voter = Voter::of(&board);
    voter.enter(&board, 1);
    for choices in [
        json!([]),
        json!([{ "contest": "question", "choice": "perhaps" }]),
        json!([{ "contest": "other", "choice": "yes" }]),
        json!([{ "contest": "question", "choice": "yes" }, { "contest": "question", "choice": "no" }]),
        json!([{ "contest": "question", "choice": "yes" }, { "contest": "other", "choice": "no" }]),
    ] {
        assert_eq!(voter.refused("encrypt", &json!({ "choices": choices })), "choice");
    }
    assert_eq!(voter.refused("cast", &json!({})), "order");
    voter.done("encrypt", &choose(Some("no")));
    voter.done("cast", &json!({}));
}

#[test]
fn a_ballot_that_is_not_acknowledged_stays_and_the_same_bytes_are_sent_again() {
    let board = opened();
    let mut voter = Voter::of(&board);
    voter.enter(&board, 2);
    let sealed = voter.done("encrypt", &choose(Some("yes")));
    board.lie(|path, answer| {
        if path.ends_with("/ballots") {
            answer.status = 0;
        }
    });
    assert_eq!(voter.refused("cast", &json!({})), "network");
    // It stands meanwhile: the connection broke after it was taken. No other ballot is made for its place.
    assert_eq!(voter.refused("encrypt", &choose(Some("no"))), "pending");
    assert_eq!(voter.refused("test", &json!({})), "pending");
    assert_eq!(voter.refused("enter", &codes(&board, 2)), "pending");
    let place = voter.place();
    assert_eq!(voter.refused("open", &place), "pending");
    board.repent();
    let cast = voter.done("cast", &json!({}));
    assert_eq!(cast["control_code"], sealed["control_code"]);
    assert_eq!(board.with(|election| election.record.ballots()), 1);
}

#[test]
fn a_false_receipt_and_a_smaller_log_are_refused_with_evidence() {
    let board = opened();
    let mut voter = Voter::of(&board);
    voter.enter(&board, 2);
    voter.done("encrypt", &choose(Some("yes")));
    let stale = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = stale.clone();
    board.lie(move |path, answer| {
        if path.ends_with("/ballots") {
            kept.lock().unwrap().clone_from(&answer.body);
            let text = String::from_utf8(answer.body.clone()).unwrap();
            answer.body = text.replace("index ", "index 1").into_bytes();
        }
    });
    let answer = voter.call("cast", &json!({}));
    assert_eq!(answer["error"]["code"], "false-receipt", "{answer}");
    let exchanges = answer["error"]["evidence"]["exchanges"].as_array().unwrap().clone();
    let sent = exchanges.iter().find(|exchange| exchange["method"] == "POST").unwrap();
    let entry = board.with(|election| election.entries.last().unwrap().clone());
    assert_eq!(sent["sent"], hex::encode(entry));
    assert_ne!(sent["answer"]["hex"], hex::encode(&*stale.lock().unwrap()));
    board.repent();
    voter.done("cast", &json!({}));
}

#[test]
fn a_refusal_of_a_ballot_that_stands_ends_with_the_receipt_that_the_board_cannot_deny() {
    let board = opened();
    let mut voter = Voter::of(&board);
    voter.enter(&board, 2);
    let sealed = voter.done("encrypt", &choose(Some("yes")));
    // It takes the ballot and says that another stands in its place.
    board.lie(|path, answer| {
        if path.ends_with("/ballots") {
            answer.status = 409;
            answer.media_type = "application/problem+json".to_owned();
            answer.body = br#"{"status":409,"code":"ballot-chain","detail":"another stands there"}"#.to_vec();
        }
    });
    let cast = voter.done("cast", &json!({}));
    assert_eq!(cast["control_code"], sealed["control_code"]);
    assert_eq!(board.with(|election| election.record.ballots()), 1);
    let receipt = TlogProof::parse(cast["receipt"].as_str().unwrap().as_bytes()).unwrap();
    let (entry, index) =
        board.with(|election| (election.entries.last().unwrap().clone(), election.entries.len() - 1));
    assert_eq!(receipt.index, index as u64);
    let origin = board.with(|election| format!("plebiscite/v1/{}", election.id()));
    let key = NoteKey::new(&origin, plebiscite_support::key_of("board", 0).verifying_key()).unwrap();
    assert!(receipt.verify(&entry, &key).is_ok());
}

#[test]
fn a_ballot_that_came_from_elsewhere_first_is_told_and_the_next_one_builds_on_it() {
    let board = opened();
    let mut voter = Voter::of(&board);
    voter.enter(&board, 2);
    voter.done("encrypt", &choose(Some("yes")));
    board.with(|election| election.cast(2, &[Choice::Option(1)]));
    assert_eq!(voter.refused("cast", &json!({})), "overtaken");
    voter.done("encrypt", &choose(Some("yes")));
    voter.done("cast", &json!({}));
    assert_eq!(board.with(|election| election.record.head(2).unwrap().seq), 1);
}

#[test]
fn after_the_close_the_election_is_shown_and_no_ballot_is_made() {
    let board = opened();
    let (mut early, mut late) = (Voter::of(&board), Voter::of(&board));
    early.enter(&board, 1);
    early.done("encrypt", &choose(Some("yes")));
    board.with(Election::close);
    let election = late.open();
    assert_eq!((&election["phase"], &election["now_closed"]), (&json!("closed"), &json!(true)));
    late.done("enter", &codes(&board, 1));
    assert_eq!(late.refused("encrypt", &choose(Some("yes"))), "ended");
    // Who had sealed before the close is told what the log says, not what the server says.
    assert_eq!(early.refused("cast", &json!({})), "ended-unsent");
}

#[test]
fn before_the_opening_the_ballot_paper_and_its_times_are_shown_and_a_false_one_is_not() {
    let mut election = Election::new(Shape::default());
    election.set_up();
    let board = Board::new(election);
    let mut voter = Voter::of(&board);
    let stages: [fn(&mut Election); 4] =
        [|_| {}, Election::hold_ceremony, Election::publish_roll, Election::seal_roll];
    for stage in stages {
        board.with(stage);
        let early = voter.open();
        assert_eq!((&early["phase"], &early["now_closed"]), (&json!("announced"), &json!(false)));
        assert_eq!(early["contests"][0]["id"], "question");
        assert_eq!(voter.refused("enter", &json!({ "codes": [] })), "order");
    }
    board.lie(|path, answer| {
        if path.contains("/tile/entries/") {
            answer.body[60] ^= 1;
        }
    });
    let place = voter.place();
    assert_eq!(voter.refused("open", &place), "false-log");
    board.repent();
    board.with(Election::open);
    assert_eq!(voter.open()["phase"], "open");
}

#[test]
fn an_election_of_another_id_or_with_another_question_is_refused() {
    let board = opened();
    let other = Board::new(Election::opened(Shape { title: "Another".to_owned(), ..Shape::default() }));
    let mut voter = Voter::of(&board);
    let place = voter.place();
    let manifest = other.with(|election| election.entries[1].clone());
    board.lie(move |path, answer| {
        if path.contains("/tile/entries/") {
            let at = answer.body.windows(12).position(|part| part == b"A vote in a ").unwrap();
            answer.body[at..at + 6].copy_from_slice(&manifest[..6]);
        }
    });
    assert_eq!(voter.refused("open", &place), "false-log");
    board.repent();
    voter.done("open", &place);
    let unknown = json!({ "origin": ORIGIN, "election": "00".repeat(32) });
    assert_eq!(voter.refused("open", &unknown), "no-election");
    assert_eq!(voter.refused("open", &json!({ "origin": ORIGIN, "election": "00" })), "election-id");
}

#[test]
fn a_test_uses_the_ballot_up_and_clear_forgets_everything() {
    let board = opened();
    let mut voter = Voter::of(&board);
    voter.enter(&board, 4);
    let sealed = voter.done("encrypt", &choose(Some("yes")));
    let test = voter.done("test", &json!({}));
    assert_eq!(test["control_code"], sealed["control_code"]);
    assert_eq!(voter.refused("cast", &json!({})), "order");
    voter.done("encrypt", &choose(Some("yes")));
    voter.done("clear", &json!({}));
    assert_eq!(voter.refused("cast", &json!({})), "order");
    assert_eq!(voter.refused("encrypt", &choose(Some("yes"))), "order");
    assert_eq!(board.with(|election| election.record.ballots()), 0);
}

#[test]
fn neither_codes_nor_choices_nor_credentials_are_in_failures() {
    let board = opened();
    let mut voter = Voter::of(&board);
    voter.enter(&board, 2);
    voter.done("encrypt", &choose(Some("yes")));
    board.lie(|path, answer| {
        if path.ends_with("/ballots") {
            answer.status = 0;
        }
    });
    let told = voter.call("cast", &json!({})).to_string();
    let codes = codes(&board, 2);
    let key = board.with(|election| hex::encode(election.record.credential(2).unwrap().credential.0));
    for secret in [codes["codes"][0].as_str().unwrap(), codes["codes"][1].as_str().unwrap(), "yes", &key] {
        assert!(!told.contains(secret), "{secret}");
    }
    // The board was asked by the key: it is only the evidence that leaves it out.
    assert!(board.asked().iter().any(|address| address.ends_with(&key)));
    let odd = voter.call("encrypt", &json!({ "choices": [{ "contest": 1, "choice": "yes" }] })).to_string();
    assert!(odd.contains("arguments") && !odd.contains("yes"), "{odd}");
}
