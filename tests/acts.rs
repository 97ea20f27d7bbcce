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

mod stage;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::note::Note;
use plebiscite_election::contest::Choice;
use plebiscite_election::credential::Code;
use plebiscite_election::entry::ElectionId;
use plebiscite_election::manifest::document::{Document, Schedule};
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_roles::remote::Remote;
use plebiscite_roles::vault::{Passphrase, Scope, Vault};
use plebiscite_support::{Election, Shape, document, key_of};
use plebiscite_verifier::source::{self, Limits};
use plebiscite_voter::client::Client;
use serde_json::{Value, json};
use stage::Stage;

const ADMIN: &str = "plebiscite-admin";
const TRUSTEE: &str = "plebiscite-trustee";
const REGISTRAR: &str = "plebiscite-registrar";
/// Seconds until the vote that nobody closes is closed by its schedule, and by how many it is extended.
const SCHEDULED: u64 = 30;
const EXTENDED: u64 = 2;

/// One election on the stage.
struct Held<'s> {
    stage: &'s Stage,
    id: String,
}

impl Held<'_> {
    fn with<'a>(&'a self, arguments: &[&'a str], record: &'a str) -> Vec<&'a str> {
        [arguments, &["--record", record, "--election", &self.id]].concat()
    }

    /// A program on this election's log, which must succeed; what it printed.
    fn run(&self, program: &str, role: &str, arguments: &[&str]) -> String {
        let record = self.stage.record(&self.id);
        self.stage.run(program, role, &self.with(arguments, &record))
    }

    /// The same, which must end with this exit code and say this.
    fn refuses(&self, (code, says): (i32, &str), program: &str, role: &str, arguments: &[&str]) {
        let record = self.stage.record(&self.id);
        refused(&self.stage.output(program, role, &self.with(arguments, &record)), code, says);
    }

    /// An act proposed as a file.
    fn file(&self, name: &str, arguments: &[&str]) -> String {
        let file = self.stage.text(&format!("{}-{name}.act", &self.id[..8]));
        self.run(ADMIN, "official-1", &[arguments, &["--propose", &file]].concat());
        file
    }

    fn sign(&self, file: &str, official: &str) -> String {
        self.run(ADMIN, official, &["sign", file, "--yes"])
    }

    fn post(&self, file: &str) -> String {
        let record = self.stage.record(&self.id);
        self.stage.run(ADMIN, "official-1", &["post", file, "--record", &record])
    }

    /// An act by files: proposed, signed by two, posted.
    fn by_file(&self, arguments: &[&str]) -> String {
        let file = self.file(arguments[0], arguments);
        self.sign(&file, "official-1");
        self.sign(&file, "official-3");
        self.post(&file)
    }

    /// An act through the server, signed by the official who proposes it; its number.
    fn proposed(&self, official: &str, arguments: &[&str]) -> String {
        let said = self.run(ADMIN, official, &[arguments, &["--post", "--yes"]].concat());
        let at = said.find("proposal ").unwrap_or_else(|| panic!("{said}")) + "proposal ".len();
        said[at..].split_whitespace().next().unwrap().to_owned()
    }

    fn listed(&self, official: &str) -> Vec<Value> {
        let listed: Value =
            serde_json::from_str(&self.run(ADMIN, official, &["proposals", "--json"])).unwrap();
        listed["proposals"].as_array().unwrap().clone()
    }

    /// An act through the server by two officials: the second one's signature enters it.
    fn through_server(&self, (first, second): (&str, &str), arguments: &[&str]) -> String {
        let number = self.proposed(first, arguments);
        let listed = self.listed(second);
        assert_eq!((listed.len(), &listed[0]["proposal"]), (1, &json!(number)));
        assert_eq!((&listed[0]["refused"], &listed[0]["awaits"]), (&Value::Null, &json!("1 more official")));
        let said = self.run(ADMIN, second, &["sign", "--proposal", &number, "--yes"]);
        assert!(said.contains("stands as entry"), "{said}");
        assert!(self.listed(second).is_empty(), "what stands is no proposal any more");
        said
    }

    fn phase(&self) -> String {
        let status: Value =
            serde_json::from_str(&self.run(ADMIN, "official-1", &["status", "--json"])).unwrap();
        status["phase"].as_str().unwrap().to_owned()
    }

    fn election(&self) -> ElectionId {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&self.id, &mut bytes).unwrap();
        ElectionId(bytes)
    }

    fn vote(&self, codes: &[Code], option: u16) {
        let client =
            Client::open_over(source::Client::default(), &self.stage.site, self.election(), None).unwrap();
        for code in codes {
            let credential = client.credential(std::slice::from_ref(code)).unwrap();
            let place = client.place(&credential).unwrap();
            let ballot = client.encrypt(&place, &[Choice::Option(option)], rand::random()).unwrap();
            let pending = client.sign(ballot, &credential, &rand::random()).unwrap();
            client.send(&pending, &credential).unwrap();
        }
    }
}

fn refused(output: &std::process::Output, code: i32, says: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(says), "{says}: {said}");
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn time(seconds: u64) -> Time {
    Time::from_unix(seconds).unwrap()
}

fn public(text: &str) -> PublicKey {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).unwrap();
    PublicKey(bytes)
}

/// A small vote, open since an hour ago, whose officials may close it from half an hour ago on.
fn small(title: &str, board: PublicKey) -> (Shape, Document) {
    let shape = Shape {
        trustees: (2, 3),
        registrars: 1,
        voters: vec![4, 3],
        title: title.to_owned(),
        ..Shape::default()
    };
    let mut document = document(&shape);
    document.board.key = board;
    document.schedule = Schedule {
        opens: time(now() - 3_600),
        closes: time(now() + 86_400),
        latest_close: time(now() + 2 * 86_400),
        earliest_early_close: Some(time(now() - 1_800)),
        grace_seconds: 300,
    };
    (shape, document)
}

/// Keys made by their holders' own programs.
fn name_parties(stage: &Stage, document: &mut Document) {
    for (member, number) in document.officials.keys.iter_mut().zip(1..) {
        member.key = public(&stage.run(ADMIN, &format!("official-{number}"), &["init"]));
    }
    for (member, number) in document.trustees.members.iter_mut().zip(1..) {
        member.key = public(&stage.run(TRUSTEE, &format!("trustee-{number}"), &["init"]));
    }
    document.registrars.members[0].key = public(&stage.run(REGISTRAR, "registrar", &["init"]));
}

/// Drafted, signed as a file by two officials, and added by the operator.
fn found<'s>(stage: &'s Stage, document: &Document) -> Held<'s> {
    let name = document.title.0["en"].replace(' ', "-");
    let file = |end: &str| stage.text(&format!("{name}.{end}"));
    let (description, manifest, act, bundle) = (file("json"), file("manifest"), file("act"), file("bundle"));
    fs::write(&description, serde_json::to_vec(document).unwrap()).unwrap();
    stage.run(ADMIN, "official-1", &["draft", &description, "--out", &manifest]);
    stage.run(ADMIN, "official-1", &["manifest", &manifest, "--propose", &act]);
    stage.run(ADMIN, "official-1", &["sign", &act, "--yes"]);
    // One signature of two makes no election; two do.
    refused(
        &stage.output(ADMIN, "official-1", &["post", &act, "--bundle", &bundle]),
        5,
        "carries 1 signatures of officials and takes exactly 2",
    );
    stage.run(ADMIN, "official-3", &["sign", &act, "--yes"]);
    stage.run(ADMIN, "official-1", &["post", &act, "--bundle", &bundle]);
    Held { stage, id: stage.operator(&["add-election", &bundle]).trim().to_owned() }
}

/// An election whose ceremony and roll were made in this process, with its officials' keys in vaults of their own; the
/// schedule closes it soon.
fn scheduled<'s>(stage: &'s Stage, board: PublicKey) -> (Held<'s>, u64) {
    let (shape, mut document) = small("Closed by its schedule", board);
    let closes = now() + SCHEDULED;
    document.schedule.closes = time(closes);
    let mut election = Election::of_manifest(shape, serde_json::to_vec(&document).unwrap());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    election.seal_roll();
    for number in 0..2 {
        let role = format!("scheduled-{}", number + 1);
        let key = key_of("official", number);
        let sealed = [key.to_bytes(), key.verifying_key().to_bytes()].concat();
        let passphrase = Passphrase::new(Stage::passphrase(&role)).unwrap();
        fs::create_dir(stage.path(&role)).unwrap();
        let scope = Scope { role: "official", election: None };
        Vault::create(&stage.path(&role).join("key.vault"), &scope, &passphrase, &sealed).unwrap();
    }
    let manifest = election.manifest_entries();
    let bundle = stage.path("scheduled.bundle");
    fs::write(&bundle, plebiscite_board::entry_bundle::encode(&manifest).unwrap()).unwrap();
    let id = stage.operator(&["add-election", bundle.to_str().unwrap()]).trim().to_owned();
    let remote = Remote::new(&stage.site, election.id(), source::Client::new(Limits::for_acts())).unwrap();
    remote.post_entries(&election.entries[manifest.len()..]).unwrap();
    (Held { stage, id }, closes)
}

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
        (1, "new closing time"),
        ADMIN,
        "official-1",
        &["extend", "--to", &beyond, "--propose", &far],
    );
}

/// An official's key is succeeded by files, the board's through the server; all three trustees sign both.
fn succeed(held: &Held<'_>) -> PublicKey {
    let new = public(&held.stage.run(ADMIN, "official-2-again", &["init"]));
    let file = held.file("successor", &["successor", "--official", "1", "--key", &hex::encode(new.0)]);
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
    let at = time(now()).to_string();
    held.refuses((5, ""), ADMIN, "official-1", &["seal", "--propose", &file]);
    held.by_file(&["close", "--time", &at, "--reason", "everyone has voted"]);
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

/// What a server says falsely of proposals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// Nothing.
    None,
    /// That there are none.
    Withheld,
    /// Another reason stands under the true signatures, in the list.
    Changed,
    /// The same in the answer to whoever has signed.
    ChangedInAnswer,
}

/// What officials wrote, and what the lie makes of it: as long, so that nothing else shows it.
const REASON: &str = "as decided";
const FALSE_REASON: &str = "as planned";

/// A server between officials and the true one, which passes everything on but for its lie. It ends with the test's process.
fn liar(site: &str) -> (String, Arc<Mutex<Lie>>) {
    let lie = Arc::new(Mutex::new(Lie::None));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (site, told) = (site.to_owned(), Arc::clone(&lie));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (site, lie) = (site.clone(), *told.lock().unwrap());
            std::thread::spawn(move || pass_on(stream, &site, lie));
        }
    });
    (address, lie)
}

fn pass_on(mut stream: TcpStream, site: &str, lie: Lie) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut request = String::new();
    reader.read_line(&mut request).unwrap();
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        let lower = line.to_lowercase();
        length = lower.strip_prefix("content-length: ").map_or(length, |text| text.trim().parse().unwrap());
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let parts: Vec<&str> = request.split_whitespace().collect();
    let [method, path, _] = parts[..] else { return };
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let target = format!("{site}{path}");
    let answered =
        if method == "POST" { agent.post(&target).send(&body[..]) } else { agent.get(&target).call() };
    let mut answer = answered.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let status = answer.status();
    let mut body = answer.body_mut().read_to_vec().unwrap();
    if path.ends_with("/proposals") {
        let changed = |body: &[u8]| {
            let text = String::from_utf8(body.to_vec()).unwrap();
            text.replace(&hex::encode(REASON), &hex::encode(FALSE_REASON)).into_bytes()
        };
        body = match (lie, method) {
            (Lie::Withheld, "GET") => b"{\"proposals\":[]}".to_vec(),
            (Lie::Changed, "GET") | (Lie::ChangedInAnswer, "POST") => changed(&body),
            _ => body,
        };
    }
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(&[head.into_bytes(), body].concat());
}

#[test]
fn a_server_that_lies_about_proposals_can_keep_them_back_and_nothing_else() {
    let mut stage = Stage::new();
    let board = public(&stage.operator(&["new-board-key"]));
    stage.start_server();
    let (held, _) = scheduled(&stage, board);
    let number = held.proposed("scheduled-1", &["open", "--reason", REASON]);
    let (site, lie) = liar(&stage.site);
    let record = format!("{site}/e/{}/", &held.id[..16]);
    let as_told = |told: Lie, arguments: &[&str]| {
        *lie.lock().unwrap() = told;
        stage.output(ADMIN, "scheduled-2", &held.with(arguments, &record))
    };
    let listed = |told: Lie| -> Value {
        serde_json::from_slice(&as_told(told, &["proposals", "--json"]).stdout).unwrap()
    };
    let sign = |told: Lie, number: &str| as_told(told, &["sign", "--proposal", number, "--yes"]);
    assert_eq!(listed(Lie::Withheld)["proposals"], json!([]));
    refused(&sign(Lie::Withheld, &number), 5, "or it is kept from you");
    // Changed words have another number, and their signature does not hold.
    let shown = listed(Lie::Changed)["proposals"][0].clone();
    assert!(shown["words"].as_str().unwrap().contains(FALSE_REASON));
    assert!(shown["refused"].as_str().unwrap().contains("does not verify"), "{shown}");
    let other = shown["proposal"].as_str().unwrap();
    assert_ne!(other, number);
    refused(&sign(Lie::Changed, &number), 5, "shows no proposal");
    refused(&sign(Lie::Changed, other), 1, "does not verify");
    // What comes back as if it had been signed is not entered.
    refused(&sign(Lie::ChangedInAnswer, &number), 1, "another act than the one that was signed");
    // The twin: the same signer, the same server, without the lie. The signature that was kept back is there.
    let shown = listed(Lie::None)["proposals"][0].clone();
    assert_eq!((&shown["refused"], &shown["awaits"]), (&Value::Null, &json!("")));
    let entered = as_told(Lie::None, &["sign", "--proposal", &number, "--yes"]);
    let said = String::from_utf8(entered.stdout).unwrap();
    assert!(said.contains("open stands as entry"), "{said}");
}
