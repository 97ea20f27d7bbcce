//! Looking without a code: a test on a second device, what stands under a roll number, counting again.

use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, checkpoint_of, key_of};
use serde_json::{Value, json};

use crate::board::{Board, ORIGIN};
use crate::{Voter, choose, opened};

/// Tests a ballot on one device; the arguments for the second.
fn tested(board: &Board, number: usize, option: Option<&str>) -> Value {
    let mut first = Voter::of(board);
    first.enter(board, number);
    first.done("encrypt", &choose(option));
    let test = first.done("test", &json!({}));
    json!({
        "origin": ORIGIN, "election": first.id, "roll_number": number,
        "opening": test["opening"], "control_code": test["control_code"],
    })
}

fn with(arguments: &Value, name: &str, value: Value) -> Value {
    let mut changed = arguments.clone();
    changed[name] = value;
    changed
}

#[test]
fn a_second_device_says_what_a_tested_ballot_holds_and_when_it_is_another() {
    let board = opened();
    let mut second = Voter::of(&board);
    for option in [Some("yes"), Some("no"), None] {
        let arguments = tested(&board, 4, option);
        let value = second.done("check_test", &arguments);
        assert_eq!(value["same"], true);
        assert_eq!(value["choices"][0]["option"].as_str(), option);
        assert!(value["choices"][0]["label"]["en"].is_string(), "{value}");
        let other = second.done("check_test", &with(&arguments, "roll_number", json!(3)));
        assert_eq!(other["same"], false);
        let lying = with(&arguments, "opening", flipped(&arguments));
        assert_eq!(second.done("check_test", &lying)["same"], false);
    }
    let arguments = tested(&board, 4, Some("yes"));
    assert_eq!(second.refused("check_test", &with(&arguments, "opening", json!("zz"))), "opening");
    assert_eq!(second.refused("check_test", &with(&arguments, "opening", json!("00"))), "opening");
    assert_eq!(second.refused("check_test", &with(&arguments, "control_code", json!("A"))), "control-code");
}

#[test]
fn a_setup_record_in_a_file_serves_a_device_that_asks_no_one_and_a_changed_one_is_refused() {
    let board = opened();
    let mut second = Voter::of(&board);
    let arguments = tested(&board, 4, Some("no"));
    let of =
        |number: u64| json!({ "origin": ORIGIN, "election": arguments["election"], "roll_number": number });
    let record = second.done("record", &of(4));
    let asked = board.asked().len();
    let alone = |record: &Value| {
        json!({
            "record": record.to_string(), "roll_number": 4,
            "opening": arguments["opening"], "control_code": arguments["control_code"],
        })
    };
    let value = second.done("check_test_of", &alone(&record));
    assert_eq!((&value["same"], value["choices"][0]["option"].as_str()), (&json!(true), Some("no")));
    assert!(value["title"]["en"].is_string() && value["fingerprint"].is_string(), "{value}");
    let lying = with(&alone(&record), "opening", flipped(&arguments));
    assert_eq!(second.done("check_test_of", &lying)["same"], false);
    // Another roll number's, one that is none, one that was changed, and one of another election.
    let other = with(&alone(&record), "roll_number", json!(3));
    assert_eq!(second.refused("check_test_of", &other), "record-roll");
    assert_eq!(second.refused("check_test_of", &alone(&json!({}))), "record");
    let manifest = record["manifest"][1].as_str().unwrap().replacen("61", "62", 1);
    let changed = with(&record, "manifest", json!([record["manifest"][0], manifest]));
    assert_eq!(second.refused("check_test_of", &alone(&changed)), "other-election");
    let view = record["view"].as_str().unwrap();
    let flipped = format!("{}{}", &view[..view.len() - 1], if view.ends_with('0') { '1' } else { '0' });
    assert_ne!(second.call("check_test_of", &alone(&with(&record, "view", json!(flipped))))["ok"], true);
    assert_eq!(board.asked().len(), asked, "the checker asks no one");
    assert_eq!(second.refused("record", &of(999)), "roll-number");
}

/// The same opening with a bit of its seed flipped.
fn flipped(arguments: &Value) -> Value {
    let mut opening = hex::decode(arguments["opening"].as_str().unwrap()).unwrap();
    opening[0] ^= 1;
    json!(hex::encode(opening))
}

#[test]
fn a_vote_stands_is_replaced_or_is_not_there() {
    let board = opened();
    let mut voter = Voter::of(&board);
    let asked = |extra: Value| {
        let mut arguments =
            json!({ "origin": ORIGIN, "election": board.with(|e| e.id().to_string()), "roll_number": 5 });
        arguments.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        arguments
    };
    let none = voter.done("check", &asked(json!({})));
    assert_eq!((&none["state"], &none["control_code"]), (&json!("none"), &Value::Null));
    voter.enter(&board, 5);
    voter.done("encrypt", &choose(Some("yes")));
    let first = voter.done("cast", &json!({}));
    let (receipt, code) = (first["receipt"].clone(), first["control_code"].clone());
    for extra in [json!({}), json!({ "control_code": code }), json!({ "receipt": receipt })] {
        let stands = voter.done("check", &asked(extra));
        assert_eq!((&stands["state"], &stands["control_code"]), (&json!("stands"), &code));
        assert_eq!(stands["sequence"], 1);
    }
    voter.done("encrypt", &choose(Some("no")));
    let second = voter.done("cast", &json!({}));
    let replaced = voter.done("check", &asked(json!({ "receipt": receipt })));
    assert_eq!((&replaced["state"], &replaced["proven"]), (&json!("replaced"), &json!(true)));
    assert_eq!(
        (&replaced["control_code"], &replaced["own"]["control_code"]),
        (&second["control_code"], &code)
    );
    let unproven = voter.done("check", &asked(json!({ "control_code": code })));
    assert_eq!((&unproven["state"], &unproven["proven"]), (&json!("replaced"), &json!(false)));
    assert_eq!(voter.done("check", &asked(json!({ "receipt": second["receipt"] })))["state"], "stands");
}

#[test]
fn a_receipt_of_another_voter_and_a_hidden_vote_are_refused() {
    let board = opened();
    let mut voter = Voter::of(&board);
    voter.enter(&board, 5);
    let mut place = voter.place();
    let before = board.with(|election| crate::board::answer_about(election, 5));
    voter.done("encrypt", &choose(Some("yes")));
    let cast = voter.done("cast", &json!({}));
    place["receipt"] = cast["receipt"].clone();
    place["roll_number"] = json!(4);
    assert_eq!(voter.refused("check", &place), "other-receipt");
    place["roll_number"] = json!(5);
    let hiding = board.with(|election| crate::board::answer_without_head(election, 5));
    for (lie, code) in [(before, "contradiction"), (hiding, "hidden")] {
        board.lie(move |path, answer| {
            if path.ends_with("/roll/5") {
                answer.body.clone_from(&lie);
            }
        });
        assert_eq!(voter.refused("check", &place), code);
    }
    board.repent();
    assert_eq!(voter.done("check", &place)["state"], "stands");
    place["receipt"] = json!("no receipt");
    assert_eq!(voter.refused("check", &place), "receipt");
}

#[test]
fn shares_of_a_count_together_judge_every_ballot_and_each_says_that_it_is_one() {
    let board = opened();
    let mut auditor = Voter::of(&board);
    board.with(|election| {
        for voter in 0..7 {
            election.cast(voter, &[Choice::Option(u16::from(voter == 1))]);
        }
        election.finish();
    });
    let whole = auditor.done("audit", &auditor.place());
    assert_eq!(whole.get("share"), None);
    let note = board.with(|election| String::from_utf8(election.checkpoint().note().to_vec()).unwrap());
    let share = |auditor: &mut Voter, own: u32, of: u32| {
        let place = with(&auditor.place(), "share", json!([own, of]));
        auditor.call("audit", &with(&place, "checkpoint", json!(note)))
    };
    for own in 0..3 {
        let report = share(&mut auditor, own, 3)["value"].clone();
        assert_eq!(report["share"], json!({ "own": own, "of": 3 }));
        for same in ["outcome", "root", "size", "counts", "verdict"] {
            assert_eq!(report[same], whole[same], "{same}");
        }
    }
    for (own, of) in [(3, 3), (0, 0)] {
        assert_eq!(share(&mut auditor, own, of)["error"]["code"], "arguments");
    }
    // Whoever's share a false ballot is in finds it, wherever it stands; the whole count finds the same.
    for at in 0..4 {
        let liar = opened();
        liar.with(|election| {
            for voter in 0..at {
                election.cast(voter, &[Choice::Blank]);
            }
            let mut entry = Election::ballot_entry(&election.ballot(8, &[Choice::Blank]));
            let last = entry.len() - 1;
            entry[last] ^= 1;
            election.force(&entry);
        });
        let mut auditor = Voter::of(&liar);
        let place = auditor.place();
        let reports: Vec<Value> =
            (0..3).map(|own| auditor.done("audit", &with(&place, "share", json!([own, 3])))).collect();
        let failed: Vec<&Value> = reports.iter().filter(|report| report["outcome"] == "failed").collect();
        assert_eq!(failed.len(), 1, "{reports:?}");
        let checks = |report: &Value| report["checks"].clone();
        assert_eq!(checks(failed[0]), checks(&auditor.done("audit", &place)));
    }
}

#[test]
fn a_quick_look_judges_votes_by_lot_and_says_which_are_wrong_and_that_the_result_is_certified() {
    let board = opened();
    let mut auditor = Voter::of(&board);
    board.with(|election| {
        for voter in 0..6 {
            election.cast(voter, &[Choice::Option(u16::from(voter == 1))]);
        }
    });
    let quick = with(&auditor.place(), "ballots", json!(50));
    let open = auditor.done("quick", &quick);
    assert_eq!(
        (&open["right"], &open["result"], &open["certified"]),
        (&json!(6), &Value::Null, &json!(false))
    );
    board.with(Election::finish);
    let looked = auditor.done("quick", &quick);
    assert_eq!(
        (&looked["right"], &looked["certified"], &looked["wrong"]),
        (&json!(6), &json!(true), &json!([]))
    );
    assert_eq!(looked["result"], board.with(|election| election.record.result().unwrap().index));
    assert_eq!(looked["paper"]["contests"][0]["id"], "question");
    assert_eq!(auditor.progress.last().unwrap()["of"], looked["drawn"]);
    // A board that signs a log with a changed ballot.
    let liar = opened();
    let bad = liar.with(|election| {
        let mut entry = Election::ballot_entry(&election.ballot(0, &[Choice::Blank]));
        let last = entry.len() - 1;
        entry[last] ^= 1;
        election.force(&entry);
        election.entries.len() - 1
    });
    let mut auditor = Voter::of(&liar);
    let quick = with(&auditor.place(), "ballots", json!(50));
    let caught = auditor.done("quick", &quick);
    assert_eq!(caught["wrong"][0]["entry"], json!(bad), "{caught}");
    assert_eq!(caught["right"], json!(0));
}

#[test]
fn an_audit_counts_the_whole_election_again_and_names_what_is_false() {
    let board = opened();
    let mut auditor = Voter::of(&board);
    board.with(|election| {
        for voter in 0..6 {
            election.cast(voter, &[Choice::Option(u16::from(voter == 1))]);
        }
        election.finish();
    });
    let place = auditor.place();
    let report = auditor.done("audit", &place);
    assert_eq!(report["schema"], "plebiscite-report/1");
    assert_eq!(report["outcome"], "passed");
    assert_eq!(report["counts"]["counted"], 6);
    let size = board.with(|election| election.tree.size());
    assert_eq!(auditor.progress.last().unwrap(), &json!({ "entries": size, "of": size }));
    // A board that signs a log with a changed ballot.
    let liar = opened();
    liar.with(|election| {
        let ballot = election.ballot(0, &[Choice::Blank]);
        let mut entry = Election::ballot_entry(&ballot);
        let last = entry.len() - 1;
        entry[last] ^= 1;
        election.force(&entry);
    });
    let mut auditor = Voter::of(&liar);
    let place = auditor.place();
    assert_eq!(auditor.done("audit", &place)["outcome"], "failed");
}

#[test]
fn a_book_that_ends_before_the_receipt_is_called_behind_and_no_liar() {
    let (board, late) = (opened(), opened());
    let mut voter = Voter::of(&board);
    voter.enter(&board, 5);
    let mut place = voter.place();
    voter.done("encrypt", &choose(Some("yes")));
    place["receipt"] = voter.done("cast", &json!({}))["receipt"].clone();
    place["roll_number"] = json!(5);
    // A mirror of the same election that has not copied the vote yet.
    let mut at_mirror = Voter::of(&late);
    assert_eq!(at_mirror.id, voter.id);
    assert_eq!(at_mirror.refused("check", &place), "behind");
    assert_eq!(voter.done("check", &place)["state"], "stands");
    // What the board never signed is called false before any size is compared.
    let receipt = place["receipt"].as_str().unwrap().to_owned();
    let at = receipt.rfind("— ").unwrap() + receipt[receipt.rfind("— ").unwrap()..].rfind(' ').unwrap() + 9;
    let other = if receipt[at..].starts_with('A') { "B" } else { "A" };
    place["receipt"] = json!(format!("{}{other}{}", &receipt[..at], &receipt[at + 1..]));
    assert_eq!(at_mirror.refused("check", &place), "false-receipt");
    // A key that the book does not name may have come in what the mirror has not copied; where all is there, it is false.
    let mut proof = TlogProof::parse(receipt.as_bytes()).unwrap();
    proof.checkpoint = board
        .with(|election| checkpoint_of(election.id(), &election.tree, &key_of("board", 1)).note().to_vec());
    place["receipt"] = json!(String::from_utf8(proof.encode()).unwrap());
    assert_eq!(at_mirror.refused("check", &place), "behind-unsigned");
    assert_eq!(voter.refused("check", &place), "false-receipt");
}
