//! Every act of the officials, by their own programs against a real server: three elections, one held to its end, one closed by
//! its schedule, one cancelled; signatures collected as files and through the server; keys of an official and of the board
//! succeeded on the way, and the server ended and started again. Every refusal stands beside its accepted twin.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod held;
mod liar;
#[path = "../stage/mod.rs"]
mod stage;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use held::{
    ADMIN, Held, REGISTRAR, TRUSTEE, found, name_parties, now, public, refused, scheduled, small, time,
};
use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::note::Note;
use plebiscite_election::credential::Code;
use plebiscite_election::manifest::document::Document;
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use serde_json::{Value, json};
use stage::Stage;

/// By how many seconds the vote that nobody closes is extended.
const EXTENDED: u64 = 2;

/// Opened and extended through the server; nobody closes it.
fn open_scheduled(held: &Held<'_>, closes: u64) {
    let officials = ("scheduled-1", "scheduled-2");
    held.through_server(officials, &["open"]);
    let later = time(closes + EXTENDED).to_string();
    held.through_server(officials, &["extend", "--to", &later, "--reason", "the post was late"]);
}

/// A vote that is called off before anyone has a credential; an act of it afterwards is refused.
fn cancelled(stage: &Stage, board: PublicKey, parties: &Document, other: &Held<'_>) -> String {
    let (_, mut document) = small("Called off", board);
    document.officials = parties.officials.clone();
    document.trustees = parties.trustees.clone();
    document.registrars = parties.registrars.clone();
    let held = found(stage, &document);
    let file = held.file("cancel", &["cancel", "--reason", "the law was repealed"]);
    held.sign(&file, "official-1");
    // Too few, and on another election's log; with one more, on its own, it stands.
    let record = stage.record(&held.id);
    refused(&stage.output(ADMIN, "official-1", &["post", &file, "--record", &record]), 1, "entry-signatures");
    other.refuses((1, "another election than the record"), ADMIN, "official-3", &["sign", &file, "--yes"]);
    held.through_server(("official-2", "official-3"), &["cancel", "--reason", "the law was repealed"]);
    assert_eq!(held.phase(), "cancelled");
    // What one official had signed is withdrawn by the act that stands.
    held.refuses((5, "phase cancelled"), ADMIN, "official-3", &["sign", &file, "--yes"]);
    held.refuses((5, "phase"), ADMIN, "official-1", &["cancel", "--propose", &stage.text("again.act")]);
    held.by_file(&[
        "statement",
        "--about",
        "mirrors",
        "--text",
        &statement(stage, "a mirror keeps this book"),
    ]);
    let (code, report) = stage.verify(&record, &held.id);
    assert_eq!((code, &report["phase"]), (Some(0), &json!("cancelled")));
    held.id
}

fn statement(stage: &Stage, text: &str) -> String {
    let path = stage.text("statement.txt");
    fs::write(&path, text).unwrap();
    path
}

/// All five rounds, the trustees one after the other.
fn hold_ceremony(held: &Held<'_>) {
    for _round in 0..5 {
        for number in 1..=3 {
            let record = held.stage.record(&held.id);
            let role = format!("trustee-{number}");
            held.stage.run(TRUSTEE, &role, &held.with(&["ceremony"], &record));
        }
    }
}

/// The registrar's list; the roll is sealed through the server by two officials and the registrar.
fn seal_roll(held: &Held<'_>) -> Vec<Code> {
    let mut rows = String::from("voter,region,language\n");
    for (region, count) in [4, 3].into_iter().enumerate() {
        (0..count).for_each(|number| rows.push_str(&format!("v{region}-{number},r{region},en\n")));
    }
    let (roll, prepared) = (held.stage.text("roll.csv"), held.stage.text("roll.prepared"));
    fs::write(&roll, rows).unwrap();
    held.stage.run(REGISTRAR, "registrar", &["prepare", &roll, "--out", &prepared, "--yes"]);
    held.run(REGISTRAR, "registrar", &["commit", "--roll", &prepared, "--yes"]);
    held.run(REGISTRAR, "registrar", &["publish", "--yes"]);
    let number = held.proposed("official-1", &["roll-seal"]);
    // Proposed twice, it would collect two halves.
    held.refuses((2, "proposed already"), ADMIN, "official-2", &["roll-seal", "--post", "--yes"]);
    held.run(ADMIN, "official-2", &["sign", "--proposal", &number, "--yes"]);
    // Two officials are enough of them, but not all who sign this.
    let record = held.stage.record(&held.id);
    let early = ["post", "--proposal", &number, "--record", &record];
    refused(&held.stage.output(ADMIN, "official-1", &early), 1, "entry-signatures");
    let said = held.run(REGISTRAR, "registrar", &["seal", "--proposal", &number, "--yes"]);
    assert!(said.contains("roll-seal stands as entry"), "{said}");
    let out = held.stage.text("codes.csv");
    held.run(REGISTRAR, "registrar", &["codes", "--yes", "--roll", &prepared, "--out", &out]);
    let mut file = csv::Reader::from_path(out).unwrap();
    let headers = file.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (voter, code) = (place("voter"), place("code"));
    let mut all: Vec<(String, Code)> = file
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[voter].to_owned(), Code::parse(&row[code]).unwrap()))
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all.into_iter().map(|(_, code)| code).collect()
}

/// Opened by the officials; an extension signed by two in two ways enters once.
fn open_and_extend(held: &Held<'_>) {
    held.refuses((5, "does not hold a result"), ADMIN, "official-1", &["certify", "--post", "--yes"]);
    // A stranger to this election, with an official's key of another one.
    let number = held.proposed("official-1", &["open", "--reason", "as decided"]);
    let stranger = ["sign", "--proposal", &number, "--yes"];
    held.refuses((1, "no official's of this election"), ADMIN, "scheduled-1", &stranger);
    held.refuses((5, "shows no proposal"), ADMIN, "official-2", &["sign", "--proposal", "00000000", "--yes"]);
    held.run(ADMIN, "official-2", &["sign", "--proposal", &number, "--yes"]);
    assert_eq!(held.phase(), "open");

    let later = time(now() + 90_000).to_string();
    let file = held.file("extend", &["extend", "--to", &later, "--reason", "long queues"]);
    let same = held.stage.text("extend-by-others.act");
    held.sign(&file, "official-1");
    fs::copy(&file, &same).unwrap();
    held.sign(&file, "official-3");
    held.sign(&same, "official-2");
    let first = held.post(&file);
    // The very same again is told where it stands; with other signatures it is a second act, and too late.
    assert_eq!(held.post(&file), first);
    let record = held.stage.record(&held.id);
    refused(&held.stage.output(ADMIN, "official-1", &["post", &same, "--record", &record]), 1, "entry-once");
    let beyond = time(now() + 3 * 86_400).to_string();
    let far = held.stage.text("too-far.act");
    held.refuses(
        (1, "the manifest's latest_close is"),
        ADMIN,
        "official-1",
        &["extend", "--to", &beyond, "--propose", &far],
    );
}

/// An official's key is succeeded by files, the board's through the server; all three trustees sign both.
fn succeed(held: &Held<'_>) -> PublicKey {
    let new = public(&held.stage.run(ADMIN, "official-2-again", &["init"]));
    let file = held.file("successor", &["successor", "--official", "2", "--key", &hex::encode(new.0)]);
    held.sign(&file, "official-1");
    held.sign(&file, "official-3");
    for number in 1..=2 {
        held.run(TRUSTEE, &format!("trustee-{number}"), &["sign", &file, "--yes"]);
    }
    let record = held.stage.record(&held.id);
    refused(
        &held.stage.output(ADMIN, "official-1", &["post", &file, "--record", &record]),
        1,
        "entry-signatures",
    );
    held.run(TRUSTEE, "trustee-3", &["sign", &file, "--yes"]);
    held.post(&file);
    let said = statement(held.stage, "https://mirror.example/e/");
    let act = ["statement", "--about", "mirrors", "--text", &said];
    held.refuses(
        (1, "no official's of this election"),
        ADMIN,
        "official-2",
        &[&act[..], &["--post", "--yes"]].concat(),
    );
    held.through_server(("official-2-again", "official-1"), &act);

    let board = public(&held.stage.operator(&["new-board-key", "--successor"]));
    let key = hex::encode(board.0);
    // A key that was named before succeeds none.
    let used = held.stage.text("used.act");
    let old = hex::encode(new.0);
    held.refuses((1, "new key"), ADMIN, "official-1", &["successor", "--key", &old, "--propose", &used]);
    let number = held.proposed("official-3", &["successor", "--key", &key]);
    held.run(ADMIN, "official-2-again", &["sign", "--proposal", &number, "--yes"]);
    for trustee in ["trustee-1", "trustee-2"] {
        let said = held.run(TRUSTEE, trustee, &["sign", "--proposal", &number, "--yes"]);
        assert!(said.contains("more trustee"), "{said}");
    }
    let said = held.run(TRUSTEE, "trustee-3", &["sign", "--proposal", &number, "--yes"]);
    assert!(said.contains("successor stands as entry"), "{said}");
    board
}

/// Closed by the officials before its time; the earliest time that the manifest allows is kept.
fn close_and_seal(held: &Held<'_>) {
    let too_soon = time(now() - 3_000).to_string();
    let file = held.stage.text("too-soon.act");
    held.refuses(
        (1, "closing time"),
        ADMIN,
        "official-1",
        &["close", "--time", &too_soon, "--propose", &file],
    );
    held.refuses((5, ""), ADMIN, "official-1", &["seal", "--propose", &file]);
    // Without a time it names this moment, not the scheduled one, which is still to come.
    let before = now();
    held.by_file(&["close", "--reason", "everyone has voted"]);
    let status: Value = serde_json::from_str(&held.run(ADMIN, "official-1", &["status", "--json"])).unwrap();
    let closed = Time::parse(status["closed"].as_str().unwrap()).unwrap().unix();
    assert!((before..=now()).contains(&closed), "{status}");
    assert_eq!(held.phase(), "closed");
    held.through_server(("official-3", "official-2-again"), &["seal"]);
    assert_eq!(held.phase(), "sealed");
    // Whoever would cancel comes too late.
    held.refuses((5, "phase sealed"), ADMIN, "official-1", &["cancel", "--post", "--yes"]);
}

/// Confirmed, decrypted, certified.
fn count(held: &Held<'_>) {
    for command in ["confirm", "decrypt"] {
        for number in 1..=3 {
            if command == "confirm" || number < 3 {
                held.run(TRUSTEE, &format!("trustee-{number}"), &[command, "--yes"]);
            }
        }
    }
    held.run(ADMIN, "official-1", &["result"]);
    held.through_server(("official-1", "official-3"), &["certify"]);
}

/// The exported book passes; the same book under a checkpoint of the board's old key does not.
fn old_key_is_refused(stage: &mut Stage, id: &str) {
    stage.kill_server();
    let book = stage.text("book");
    stage.operator(&["export", &id[..16], &book]);
    assert_eq!(stage.verify(&book, id).0, Some(0));
    let checkpoint = Path::new(&book).join("checkpoint");
    let note = Note::parse(&fs::read(&checkpoint).unwrap()).unwrap();
    let mut seed = [0; 32];
    let secret = fs::read_to_string(stage.path("board").join("board.key")).unwrap();
    hex::decode_to_slice(secret.trim(), &mut seed).unwrap();
    let forged = Checkpoint::parse(&note.text).unwrap().sign(&SigningKey::from_bytes(&seed)).unwrap();
    fs::write(&checkpoint, forged.note()).unwrap();
    let (code, report) = stage.verify(&book, id);
    let failed = report["checks"].as_array().unwrap().iter().find(|check| check["status"] == "fail").unwrap();
    assert_eq!((code, &failed["name"]), (Some(1), &json!("log-checkpoint")));
}

#[test]
fn every_act_of_the_officials_stands_once_enough_of_them_have_signed_it_and_no_sooner() {
    let begun = Instant::now();
    let mut stage = Stage::new();
    let board = public(&stage.operator(&["new-board-key"]));
    stage.start_server();
    let (by_schedule, closes) = scheduled(&stage, board);
    open_scheduled(&by_schedule, closes);
    let schedule = by_schedule.id.clone();

    let (_, mut document) = small("Held to its end", board);
    name_parties(&stage, &mut document);
    let held = found(&stage, &document);
    let called_off = cancelled(&stage, board, &document, &held);
    hold_ceremony(&held);
    let codes = seal_roll(&held);
    open_and_extend(&held);
    held.vote(&codes[..2], 0);
    let new_board = succeed(&held);
    held.vote(&codes[2..], 0);
    close_and_seal(&held);
    // What collects signatures is there after the server's end without warning, and so is the key that succeeded.
    let said = statement(&stage, "the pages' files have these hashes");
    let pending = held.proposed("official-1", &["statement", "--about", "pages", "--text", &said]);
    let id = held.id.clone();
    stage.kill_server();
    stage.start_server();
    let held = Held { stage: &stage, id: id.clone() };
    let said = held.run(ADMIN, "official-3", &["sign", "--proposal", &pending, "--yes"]);
    assert!(said.contains("stands as entry"), "{said}");
    count(&held);

    let (code, report) = stage.verify(&stage.record(&id), &id);
    assert_eq!((code, &report["phase"]), (Some(0), &json!("certified")), "{report}");
    assert_eq!((&report["counts"]["counted"], &report["counts"]["eligible"]), (&json!(7), &json!(7)));
    assert_eq!(report["verdict"]["contests"][0]["decision"], json!("adopted"));
    let key = report["board_key"].as_str().unwrap();
    let own = plebiscite_board::note::NoteKey::new(
        &format!("plebiscite/v1/{id}"),
        ed25519_dalek::VerifyingKey::from_bytes(&new_board.0).unwrap(),
    );
    assert_eq!(key, own.unwrap().vkey());

    // Nobody closed this one: the server did, at the extended time and not before.
    let record = stage.record(&schedule);
    loop {
        let (_, report) = stage.verify(&record, &schedule);
        if report["phase"] == "closed" {
            break;
        }
        assert_eq!(report["phase"], "open");
        assert!(now() < closes + EXTENDED + 30, "it is not closed");
        std::thread::sleep(Duration::from_millis(250));
    }
    assert!(now() >= closes + EXTENDED);
    let (code, report) = stage.verify(&record, &schedule);
    assert_eq!(code, Some(5));
    let findings: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|found| found["name"].as_str().unwrap()).collect();
    assert!(!findings.contains(&"closed-too-early") && !findings.contains(&"closed-early"), "{findings:?}");
    assert_eq!(stage.verify(&stage.record(&called_off), &called_off).0, Some(0));
    old_key_is_refused(&mut stage, &id);
    println!("every act of the officials: {} s", begun.elapsed().as_secs());
}
