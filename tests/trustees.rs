//! Five trustees, one after the other at fault: one deals wrongly in a first ceremony, which ends by its name, and a new
//! manifest replaces it; one never comes back after the second; one decrypts wrongly. Three officials, two registrars, two
//! hundred voters, every role a program of its own with its own secrets, over HTTP; to the certified, verified result.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod stage;

use std::collections::HashMap;
use std::fs;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use plebiscite_board::merkle::Roots;
use plebiscite_crypto::group::{Scalar, encode_point, mul_base};
use plebiscite_crypto::threshold::decryption::{KeyProof, PartialDecryptions};
use plebiscite_election::contest::Choice;
use plebiscite_election::credential::Code;
use plebiscite_election::entry::{ElectionId, Head, MessageKind, Role, Seen, Slot, sign};
use plebiscite_election::manifest::document::Document;
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::Phase;
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::record::verified;
use plebiscite_roles::remote::{Posted, Remote};
use plebiscite_roles::vault::Passphrase;
use plebiscite_support::cheat::WrongShare;
use plebiscite_support::{Shape, document, with_chunks};
use plebiscite_verifier::check::Verified;
use plebiscite_verifier::source::{self, Limits};
use plebiscite_voter::client::Client;
use serde_json::{Value, json};
use stage::Stage;

const TRUSTEE: &str = "plebiscite-trustee";
const REGISTRAR: &str = "plebiscite-registrar";
const ADMIN: &str = "plebiscite-admin";
/// Eligible voters by region; everyone votes.
const VOTERS: [u32; 2] = [120, 80];
/// Deals wrongly to trustee 3 in the first ceremony.
const DEALER: u16 = 2;
/// Takes its place.
const SUCCESSOR: &str = "trustee-6";
/// Holds everything by folders and files.
const OFFLINE: u16 = 3;
/// Decrypts wrongly.
const LIAR: u16 = 4;

/// One election on the stage: who its trustees are.
struct Held<'s> {
    stage: &'s Stage,
    id: String,
    /// Folders of the trustees, by number from 1.
    trustees: Vec<String>,
}

impl Held<'_> {
    fn record(&self) -> String {
        self.stage.record(&self.id)
    }

    fn trustee(&self, number: u16) -> &str {
        &self.trustees[usize::from(number) - 1]
    }

    /// A trustee's program on the server's log.
    fn run(&self, number: u16, arguments: &[&str]) -> String {
        let record = self.record();
        let log = ["--record", &record, "--election", &self.id];
        self.stage.run(TRUSTEE, self.trustee(number), &[arguments, &log].concat())
    }

    fn status(&self, number: u16) -> Value {
        serde_json::from_str(&self.run(number, &["status", "--json"])).unwrap()
    }

    /// A trustee without a network: the log comes as a folder, and its message goes back as a file.
    fn offline(&self, number: u16, command: &[&str], carried: &str) -> String {
        let (mirror, file) = (self.stage.text(&format!("{carried}.mirror")), self.stage.text(carried));
        self.stage.run(TRUSTEE, "courier", &["copy", "--record", &self.record(), "--out", &mirror]);
        let arguments = ["--record", &mirror, "--election", &self.id, "--out", &file, "--yes"];
        let said = self.stage.run(TRUSTEE, self.trustee(number), &[command, &arguments].concat());
        // Whoever carries both needs no key and no folder of the trustee's.
        self.stage.run(TRUSTEE, "courier", &["send", &file, "--record", &self.record()]);
        said
    }

    /// An act: proposed, signed by two officials, posted.
    fn act(&self, arguments: &[&str]) {
        let file = self.propose(arguments);
        self.sign_and_post(&file);
    }

    fn propose(&self, arguments: &[&str]) -> String {
        let file = self.stage.text(&format!("{}-{}.act", &self.id[..8], arguments[0]));
        let record = self.record();
        let more = ["--record", &record, "--election", &self.id, "--propose", &file];
        self.stage.run(ADMIN, "official-1", &[arguments, &more].concat());
        file
    }

    fn sign_and_post(&self, file: &str) {
        let record = self.record();
        for official in ["official-1", "official-3"] {
            self.stage.run(ADMIN, official, &["sign", file, "--record", &record, "--yes"]);
        }
        self.stage.run(ADMIN, "official-1", &["post", file, "--record", &record]);
    }

    fn registrars(&self, arguments: &[&str]) {
        let record = self.record();
        let log = ["--record", &record, "--election", &self.id, "--yes"];
        for registrar in ["registrar-1", "registrar-2"] {
            self.stage.run(REGISTRAR, registrar, &[arguments, &log].concat());
        }
    }

    /// A message by whoever holds a trustee's folder and passphrase, with its true key and whatever content.
    fn lie(&self, number: u16, message: MessageKind, content: &[u8], seen: &Verified) -> Vec<Posted> {
        let name = self.trustee(number);
        let passphrase = Passphrase::new(Stage::passphrase(name)).unwrap();
        let key = RoleKey::open(&self.stage.path(name).join("key.vault"), "trustee", &passphrase).unwrap();
        let attempt = u32::from(matches!(message, MessageKind::Round(_)));
        let size = seen.record.size();
        let seen = Seen { size, root: seen.tree.root_at(size).unwrap().0 };
        let mut head = Head::of(self.election(), Slot { message, attempt, signer: number }, content, seen);
        head.signatures.insert(number, sign(Role::Trustee, key.signing_key(), &head.unsigned_bytes()));
        let remote = Remote::new(&self.stage.site, self.election(), source::Client::new(Limits::for_acts()));
        remote.unwrap().post_entries(&with_chunks(&head, content)).unwrap()
    }

    /// The record as this trustee's program would verify it.
    fn verified(&self, number: u16) -> Verified {
        verified(&self.record(), self.election(), &self.stage.path(self.trustee(number))).unwrap()
    }

    fn election(&self) -> ElectionId {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&self.id, &mut bytes).unwrap();
        ElectionId(bytes)
    }
}

fn key_of(stage: &Stage, program: &str, role: &str) -> PublicKey {
    let mut bytes = [0; 32];
    hex::decode_to_slice(stage.run(program, role, &["init"]).trim(), &mut bytes).unwrap();
    PublicKey(bytes)
}

/// Everyone's key, by folder: each made by its holder's own program.
fn keys(stage: &Stage) -> HashMap<String, PublicKey> {
    let groups = [(ADMIN, "official", 3), (TRUSTEE, "trustee", 6), (REGISTRAR, "registrar", 2)];
    let each = groups.iter().flat_map(|(program, role, count)| {
        (1..=*count).map(move |number| {
            (format!("{role}-{number}"), key_of(stage, program, &format!("{role}-{number}")))
        })
    });
    each.collect()
}

/// The manifest's document with these keys, open since an hour ago.
fn manifest(
    keys: &HashMap<String, PublicKey>,
    board: PublicKey,
    trustees: &[String],
    title: &str,
) -> Document {
    let shape = Shape { voters: VOTERS.to_vec(), title: title.to_owned(), ..Shape::default() };
    let mut document = document(&shape);
    for (member, number) in document.officials.keys.iter_mut().zip(1..) {
        member.key = keys[&format!("official-{number}")];
    }
    for (member, number) in document.registrars.members.iter_mut().zip(1..) {
        member.key = keys[&format!("registrar-{number}")];
    }
    for (member, name) in document.trustees.members.iter_mut().zip(trustees) {
        member.name.clone_from(name);
        member.key = keys[name];
    }
    document.board.key = board;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let time = |seconds: u64| Time::from_unix(seconds).unwrap();
    document.schedule.opens = time(now - 3_600);
    document.schedule.earliest_early_close = Some(time(now - 1_800));
    document.schedule.closes = time(now + 86_400);
    document.schedule.latest_close = time(now + 2 * 86_400);
    document
}

/// Drafts, signs by two officials, and has the operator add it.
fn found<'s>(stage: &'s Stage, document: &Document, trustees: &[String]) -> Held<'s> {
    let name = document.title.0["en"].replace(' ', "-");
    let file = |end: &str| stage.text(&format!("{name}.{end}"));
    let (description, manifest, act, bundle) = (file("json"), file("manifest"), file("act"), file("bundle"));
    fs::write(&description, serde_json::to_vec(document).unwrap()).unwrap();
    stage.run(ADMIN, "official-1", &["draft", &description, "--out", &manifest]);
    stage.run(ADMIN, "official-1", &["manifest", &manifest, "--propose", &act]);
    for official in ["official-1", "official-3"] {
        stage.run(ADMIN, official, &["sign", &act, "--yes"]);
    }
    stage.run(ADMIN, "official-1", &["post", &act, "--bundle", &bundle]);
    let id = stage.operator(&["add-election", &bundle]).trim().to_owned();
    Held { stage, id, trustees: trustees.to_vec() }
}

/// The first ceremony: trustee 2 deals a wrong share to trustee 3, who complains, and everyone sees who lied.
fn first_ceremony(held: &Held<'_>) {
    let mut cheat = WrongShare::new(DEALER, 3);
    for round in 0..3u8 {
        for number in 1..=5u16 {
            if number == DEALER {
                let seen = held.verified(number);
                let content = cheat.content(&seen.record, &rand::random());
                let posted = held.lie(number, MessageKind::Round(round), &content, &seen);
                assert!(posted.iter().all(|entry| entry.fault.is_none()), "nobody sees it yet");
            } else {
                held.run(number, &["ceremony"]);
            }
        }
    }
    held.run(1, &["ceremony"]);
    let before = held.status(1);
    assert_eq!(before["ceremony"][0]["complaints"], json!([]));
    assert_eq!(before["next"]["awaited"], json!([2, 3, 4, 5]));
    let said = held.run(3, &["ceremony"]);
    assert!(said.contains("complains about trustee 2"), "{said}");
    let after = held.status(1);
    let complaint = &after["ceremony"][0]["complaints"][0];
    assert_eq!(complaint["complainer"], 3);
    assert_eq!((&complaint["dealer"], &complaint["at_fault"]), (&json!(2), &json!(2)));
    assert_eq!((&after["phase"], &complaint["verdict"]), (&json!("ceremony-ended"), &json!("upheld")));
    let output = held.stage.output(
        TRUSTEE,
        held.trustee(5),
        &["ceremony", "--record", &held.record(), "--election", &held.id],
    );
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert!(said.contains("by the fault of trustee 2") && said.contains("complaint is upheld"), "{said}");
}

/// The second ceremony: four by the server, all at once; one by folders and files.
fn second_ceremony(held: &Held<'_>) {
    let record = held.record();
    let arguments = ["ceremony", "--watch", "--interval", "1", "--patience", "120"];
    let log = ["--record", &record, "--election", &held.id];
    let arguments = [&arguments[..], &log].concat();
    let watching: Vec<Child> = (1..=5)
        .filter(|number| *number != OFFLINE)
        .map(|number| {
            let mut command = held.stage.program(TRUSTEE, held.trustee(number), &arguments);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for round in 0..5u8 {
        wait_for_round(held, round);
        held.offline(OFFLINE, &["ceremony"], &format!("round-{round}"));
    }
    for child in watching {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Until this round is in force on the server.
fn wait_for_round(held: &Held<'_>, round: u8) {
    let begun = Instant::now();
    loop {
        let seen = held.verified(OFFLINE);
        let in_force = seen.record.ceremony().and_then(|view| view.record.round());
        if in_force.is_some_and(|found| found.number() == round) {
            return;
        }
        assert!(begun.elapsed().as_secs() < 60, "round {round} does not begin");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

/// Both registrars' lists, the seal by all of them and two officials, and both codes of every voter.
fn make_roll(held: &Held<'_>) -> Vec<[Code; 2]> {
    let mut rows = String::from("voter,region,language\n");
    for (region, count) in VOTERS.iter().enumerate() {
        (0..*count).for_each(|number| rows.push_str(&format!("v{region}-{number},r{region},en\n")));
    }
    let (roll, prepared) = (held.stage.text("roll.csv"), held.stage.text("roll.prepared"));
    fs::write(&roll, rows).unwrap();
    held.stage.run(REGISTRAR, "registrar-1", &["prepare", &roll, "--out", &prepared, "--yes"]);
    held.registrars(&["commit", "--roll", &prepared]);
    held.registrars(&["publish"]);
    let seal = held.propose(&["roll-seal"]);
    held.registrars(&["seal", &seal]);
    held.sign_and_post(&seal);
    let codes = |registrar: u16| -> HashMap<String, Code> {
        let out = held.stage.text(&format!("codes-{registrar}.csv"));
        let record = held.record();
        let log = ["--record", &record, "--election", &held.id];
        let arguments = [&["codes", "--yes", "--roll", &prepared, "--out", &out], &log[..]].concat();
        held.stage.run(REGISTRAR, &format!("registrar-{registrar}"), &arguments);
        let mut file = csv::Reader::from_path(out).unwrap();
        let headers = file.headers().unwrap().clone();
        let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let (voter, code) = (place("voter"), place("code"));
        let read = |row: csv::StringRecord| (row[voter].to_owned(), Code::parse(&row[code]).unwrap());
        file.records().map(|row| read(row.unwrap())).collect()
    };
    let (mut first, second) = (codes(1), codes(2));
    let pair = |(voter, code)| [first.remove(&voter).unwrap(), code];
    let mut sorted: Vec<(String, Code)> = second.into_iter().collect();
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    sorted.into_iter().map(pair).collect()
}

/// Every voter votes through the client's own rules; every third says no, every tenth votes a second time, for no.
fn vote(held: &Held<'_>, codes: &[[Code; 2]]) -> (u64, u64) {
    let client =
        Client::open_over(source::Client::default(), &held.stage.site, held.election(), None).unwrap();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(codes) = codes.get(number) else { return };
                    let credential = client.credential(codes).unwrap();
                    for choice in choices(number) {
                        let place = client.place(&credential).unwrap();
                        let ballot = client.encrypt(&place, &[choice], rand::random()).unwrap();
                        let pending = client.sign(ballot, &credential, &rand::random()).unwrap();
                        client.send(&pending, &credential).unwrap();
                    }
                }
            });
        }
    });
    let last: Vec<Choice> = (0..codes.len()).map(|number| choices(number).pop().unwrap()).collect();
    let yes = last.iter().filter(|choice| **choice == Choice::Option(0)).count() as u64;
    (yes, last.len() as u64 - yes)
}

fn choices(number: usize) -> Vec<Choice> {
    let (yes, no) = (Choice::Option(0), Choice::Option(1));
    match number {
        number if number % 10 == 7 => vec![yes, no],
        number if number % 3 == 0 => vec![no],
        _ => vec![yes],
    }
}

/// Points that decrypt nothing, in the right form.
fn wrong_decryptions(held: &Held<'_>) -> Vec<Posted> {
    let seen = held.verified(LIAR);
    let sums = seen.record.decryption().unwrap().sums;
    let mut next = 1u64;
    let mut point = || {
        next += 1;
        encode_point(&mul_base(&Scalar::from(next)))
    };
    let factors = (0..sums.cells()).map(|_| (0..sums.keys()).map(|_| point()).collect()).collect();
    let proofs =
        (0..sums.keys()).map(|_| Some(KeyProof { u: point(), v: point(), s: Scalar::from(7u8) })).collect();
    let content = PartialDecryptions { factors, proofs }.encode();
    held.lie(LIAR, MessageKind::PartialDecryptions, &content, &seen)
}

/// Four confirm, one of them by files; one decrypts wrongly, three truly; one never comes back.
fn count(held: &Held<'_>) {
    for number in [1, 2, 4] {
        let said = held.run(number, &["confirm", "--yes"]);
        assert!(said.contains("200 counted") && said.contains("opened as sums"), "{said}");
    }
    let status = held.status(5);
    assert_eq!((&status["phase"], &status["seal"]["missing"]), (&json!("sealed"), &json!([3, 5])));
    let said = held.offline(OFFLINE, &["confirm"], "confirmation");
    assert!(said.contains("has not confirmed it yet") && said.contains("counts once"), "{said}");
    assert_eq!(held.status(5)["seal"]["confirmed_by"], json!([1, 2, 3, 4]));
    let recovery: Value = serde_json::from_str(&held.run(1, &["recovery", "--lost", "5", "--json"])).unwrap();
    assert_eq!(
        (&recovery["result_possible"], &recovery["can_decrypt"]),
        (&json!(true), &json!([1, 2, 3, 4]))
    );

    held.run(1, &["decrypt", "--yes"]);
    let posted = wrong_decryptions(held);
    assert_eq!(posted.last().unwrap().fault.as_ref().unwrap().trustee, LIAR);
    // It has no second try, and everyone sees whose fault it is.
    let again = held.stage.output(
        TRUSTEE,
        held.trustee(LIAR),
        &["decrypt", "--yes", "--record", &held.record(), "--election", &held.id],
    );
    assert!(String::from_utf8_lossy(&again.stderr).contains("no second ones are made"), "{again:?}");
    assert!(held.offline(OFFLINE, &["decrypt"], "decryption").contains("stored and written"));
    let status = held.status(1);
    assert_eq!(status["decryptions"]["valid"], json!([1, 3]));
    assert_eq!(status["decryptions"]["not_valid"], json!([LIAR]));
    assert_eq!((&status["next"]["awaited"], &status["faults"][0]["trustee"]), (&json!([2, 5]), &json!(LIAR)));
    held.run(2, &["decrypt", "--yes"]);
    held.stage.run(ADMIN, "official-1", &["result", "--record", &held.record(), "--election", &held.id]);
}

#[test]
fn an_election_comes_to_its_result_though_three_trustees_fail_it_each_in_another_way() {
    let begun = Instant::now();
    let mut stage = Stage::new();
    let keys = keys(&stage);
    let mut board = [0; 32];
    hex::decode_to_slice(stage.operator(&["new-board-key"]).trim(), &mut board).unwrap();
    let board = PublicKey(board);
    stage.start_server();
    let names = |numbers: [u16; 5]| numbers.map(|number| format!("trustee-{number}")).to_vec();

    let trustees = names([1, 2, 3, 4, 5]);
    let first = found(&stage, &manifest(&keys, board, &trustees, "The first try"), &trustees);
    first_ceremony(&first);
    // The same people, but for the one who lied: a new manifest, and so another election.
    let trustees = names([1, 6, 3, 4, 5]);
    assert_eq!(trustees[1], SUCCESSOR);
    let held = found(&stage, &manifest(&keys, board, &trustees, "The second try"), &trustees);
    second_ceremony(&held);
    assert!(held.run(5, &["rehearse"]).contains("nothing was decrypted"));

    let codes = make_roll(&held);
    assert_eq!(codes.len(), 200);
    held.act(&["open", "--reason", "as scheduled"]);
    let (yes, no) = vote(&held, &codes);
    assert_eq!((yes, no), (119, 81));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = Time::from_unix(now).unwrap().to_string();
    held.act(&["close", "--time", &now, "--reason", "everyone has voted"]);
    held.act(&["seal"]);
    count(&held);
    held.act(&["certify"]);

    let (code, report) = stage.verify(&held.record(), &held.id);
    assert_eq!(code, Some(0), "{report}");
    let contest = &report["verdict"]["contests"][0];
    assert_eq!(
        (&contest["yes"], &contest["no"], &contest["decision"]),
        (&json!(yes), &json!(no), &json!("adopted"))
    );
    let faults: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["name"] == "trustee-fault")
        .collect();
    assert_eq!(faults.len(), 1);
    assert!(faults[0]["text"].as_str().unwrap().starts_with(&format!("trustee {LIAR}:")));
    // The first try says for ever why it has no keys.
    let (_, report) = stage.verify(&first.record(), &first.id);
    assert_eq!(report["phase"], json!(Phase::CeremonyEnded.name()));
    println!("from keys to the verified result: {} s", begun.elapsed().as_secs());
}
