//! An election on the stage, and what its parties' programs do on its log.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

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

use crate::stage::Stage;

pub(crate) const ADMIN: &str = "plebiscite-admin";
pub(crate) const TRUSTEE: &str = "plebiscite-trustee";
pub(crate) const REGISTRAR: &str = "plebiscite-registrar";
/// Seconds until the vote that nobody closes is closed by its schedule.
const SCHEDULED: u64 = 30;

/// One election on the stage.
pub(crate) struct Held<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) id: String,
}

impl Held<'_> {
    pub(crate) fn with<'a>(&'a self, arguments: &[&'a str], record: &'a str) -> Vec<&'a str> {
        [arguments, &["--record", record, "--election", &self.id]].concat()
    }

    /// A program on this election's log, which must succeed; what it printed.
    pub(crate) fn run(&self, program: &str, role: &str, arguments: &[&str]) -> String {
        let record = self.stage.record(&self.id);
        self.stage.run(program, role, &self.with(arguments, &record))
    }

    /// The same, which must end with this exit code and say this.
    pub(crate) fn refuses(&self, (code, says): (i32, &str), program: &str, role: &str, arguments: &[&str]) {
        let record = self.stage.record(&self.id);
        refused(&self.stage.output(program, role, &self.with(arguments, &record)), code, says);
    }

    /// An act proposed as a file.
    pub(crate) fn file(&self, name: &str, arguments: &[&str]) -> String {
        let file = self.stage.text(&format!("{}-{name}.act", &self.id[..8]));
        self.run(ADMIN, "official-1", &[arguments, &["--propose", &file]].concat());
        file
    }

    pub(crate) fn sign(&self, file: &str, official: &str) -> String {
        self.run(ADMIN, official, &["sign", file, "--yes"])
    }

    pub(crate) fn post(&self, file: &str) -> String {
        let record = self.stage.record(&self.id);
        self.stage.run(ADMIN, "official-1", &["post", file, "--record", &record])
    }

    /// An act by files: proposed, signed by two, posted.
    pub(crate) fn by_file(&self, arguments: &[&str]) -> String {
        let file = self.file(arguments[0], arguments);
        self.sign(&file, "official-1");
        self.sign(&file, "official-3");
        self.post(&file)
    }

    /// An act through the server, signed by the official who proposes it; its number.
    pub(crate) fn proposed(&self, official: &str, arguments: &[&str]) -> String {
        let said = self.run(ADMIN, official, &[arguments, &["--post", "--yes"]].concat());
        let at = said.find("proposal ").unwrap_or_else(|| panic!("{said}")) + "proposal ".len();
        said[at..].split_whitespace().next().unwrap().to_owned()
    }

    pub(crate) fn listed(&self, official: &str) -> Vec<Value> {
        let listed: Value =
            serde_json::from_str(&self.run(ADMIN, official, &["proposals", "--json"])).unwrap();
        listed["proposals"].as_array().unwrap().clone()
    }

    /// An act through the server by two officials: the second one's signature enters it.
    pub(crate) fn through_server(&self, (first, second): (&str, &str), arguments: &[&str]) -> String {
        let number = self.proposed(first, arguments);
        let listed = self.listed(second);
        assert_eq!((listed.len(), &listed[0]["proposal"]), (1, &json!(number)));
        assert_eq!((&listed[0]["refused"], &listed[0]["awaits"]), (&Value::Null, &json!("1 more official")));
        let said = self.run(ADMIN, second, &["sign", "--proposal", &number, "--yes"]);
        assert!(said.contains("stands as entry"), "{said}");
        assert!(self.listed(second).is_empty(), "what stands is no proposal any more");
        said
    }

    pub(crate) fn phase(&self) -> String {
        let status: Value =
            serde_json::from_str(&self.run(ADMIN, "official-1", &["status", "--json"])).unwrap();
        status["phase"].as_str().unwrap().to_owned()
    }

    pub(crate) fn election(&self) -> ElectionId {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&self.id, &mut bytes).unwrap();
        ElectionId(bytes)
    }

    pub(crate) fn vote(&self, codes: &[Code], option: u16) {
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

pub(crate) fn refused(output: &std::process::Output, code: i32, says: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(says), "{says}: {said}");
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub(crate) fn time(seconds: u64) -> Time {
    Time::from_unix(seconds).unwrap()
}

pub(crate) fn public(text: &str) -> PublicKey {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).unwrap();
    PublicKey(bytes)
}

/// A small vote, open since an hour ago, whose officials may close it from half an hour ago on.
pub(crate) fn small(title: &str, board: PublicKey) -> (Shape, Document) {
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
pub(crate) fn name_parties(stage: &Stage, document: &mut Document) {
    for (member, number) in document.officials.keys.iter_mut().zip(1..) {
        member.key = public(&stage.run(ADMIN, &format!("official-{number}"), &["init"]));
    }
    for (member, number) in document.trustees.members.iter_mut().zip(1..) {
        member.key = public(&stage.run(TRUSTEE, &format!("trustee-{number}"), &["init"]));
    }
    document.registrars.members[0].key = public(&stage.run(REGISTRAR, "registrar", &["init"]));
}

/// Drafted, signed as a file by two officials, and added by the operator.
pub(crate) fn found<'s>(stage: &'s Stage, document: &Document) -> Held<'s> {
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
        "carries 1 signature of an official and takes exactly 2",
    );
    stage.run(ADMIN, "official-3", &["sign", &act, "--yes"]);
    stage.run(ADMIN, "official-1", &["post", &act, "--bundle", &bundle]);
    Held { stage, id: stage.operator(&["add-election", &bundle]).trim().to_owned() }
}

/// An election whose ceremony and roll were made in this process, with its officials' keys in vaults of their own; the
/// schedule closes it soon.
pub(crate) fn scheduled<'s>(stage: &'s Stage, board: PublicKey) -> (Held<'s>, u64) {
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
