//! The office of two registrars: a folder with the record, the roll, and each one's vaults; the program runs in it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, dead_code)]

use std::path::PathBuf;
use std::process::{Command, Output};

use plebiscite_election::credential::{Code, Credential, CredentialPart, Registrar};
use plebiscite_election::entry::{MessageKind, Role, Slot};
use plebiscite_registrar::{Prepared, RollCodes};
use plebiscite_roles::vault::{Passphrase, Scope, Vault};
use plebiscite_support::{Election, Shape, in_languages, of_cantons, write_folder};
use serde_json::Value;

const PASSPHRASE: &str = "a passphrase of a test";

/// Two registrars, each with a folder, and the record as a folder.
pub struct Office {
    pub folder: tempfile::TempDir,
    pub election: Election,
}

impl Office {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program as a registrar.
    pub fn run(&self, registrar: usize, arguments: &[&str]) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_plebiscite-registrar"));
        program.current_dir(self.folder.path()).args(arguments);
        program
            .env("PLEBISCITE_PASSPHRASE", PASSPHRASE)
            .env("PLEBISCITE_FOLDER", self.path(&format!("office-{registrar}")));
        program.stdin(std::process::Stdio::null()).output().unwrap()
    }

    /// What it printed, where it must go well.
    pub fn said(&self, registrar: usize, arguments: &[&str]) -> String {
        let output = self.run(registrar, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// How it refused: exit code and sentence.
    pub fn refused(&self, registrar: usize, arguments: &[&str]) -> (i32, String) {
        let output = self.run(registrar, arguments);
        let sentence = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), sentence.lines().last().unwrap_or_default().to_owned())
    }

    /// The same with the options that name the record.
    pub fn on_record<'a>(&self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--record", "record", "--yes"]].concat()
    }

    pub fn write_record(&self) {
        let checkpoint = self.election.checkpoint();
        write_folder(&self.path("record"), &self.election.entries, checkpoint.note());
    }
}

/// The voter file of three cantons: letters in three languages, one e-mail each, and some who vote on paper.
fn voter_file(shape: &Shape) -> String {
    let mut rows = String::from("сайлаушы;өңір;тіл;мекенжай;эл. пошта;арна\n");
    let mut number = 0;
    for (canton, eligible) in ["Zürich", "Bern", "Luzern"].iter().zip(&shape.voters) {
        for row in 0..*eligible {
            number += 1;
            let (language, channel) =
                (["қазақша", "русский", "en"][row as usize % 3], if row == 3 { "email" } else { "хат" });
            rows.push_str(&format!(
                "voter-{number:06};{canton};{language};Bundesplatz {number}, 3005 Bern;voter-{number:06}@example.org;{channel}\n"
            ));
        }
        rows.push_str(&format!("voter-paper-{canton};{canton};kk;;;қағаз\n"));
    }
    rows
}

/// From the voter file to a record in phase roll, with the prepared roll and both registrars' keys in their folders.
pub fn keyed() -> Office {
    let shape = Shape { voters: vec![5, 4, 4], ..Shape::default() };
    let manifest = in_languages(&of_cantons(&shape), &["kk", "ru", "en"]);
    let mut office = Office {
        folder: tempfile::tempdir().unwrap(),
        election: Election::of_manifest(shape.clone(), manifest),
    };
    std::fs::write(office.path("manifest.json"), &office.election.manifest).unwrap();
    std::fs::write(office.path("roll.csv"), voter_file(&shape)).unwrap();
    let import = ["prepare", "roll.csv", "--manifest", "manifest.json", "--out", "roll.prepared"];
    let (exit, sentence) = office.refused(0, &import);
    assert!(exit == 2 && sentence.contains("say --yes"), "totals are asked about: {sentence}");
    assert!(!office.path("roll.prepared").exists());
    let totals: Value =
        serde_json::from_str(&office.said(0, &[&import[..], &["--yes", "--json"]].concat())).unwrap();
    assert_eq!(totals["totals"]["voters"], 16);
    assert_eq!(totals["totals"]["regions"]["ZH"]["letter"], 4);
    assert_eq!(totals["totals"]["regions"]["ZH"]["email"], 1);
    assert_eq!(totals["totals"]["paper"], 3);
    let paper = std::fs::read_to_string(office.path("roll.prepared.paper.csv")).unwrap();
    assert!(paper.lines().count() == 4 && paper.contains("voter-paper-Luzern,LU,kk"), "{paper}");

    office.election.set_up();
    office.election.hold_ceremony();
    for number in 0..2 {
        let folder = office.folder.path().join(format!("office-{number}"));
        std::fs::create_dir_all(folder.join(office.election.id().to_string())).unwrap();
        let passphrase = Passphrase::new(PASSPHRASE.to_owned()).unwrap();
        let key = &office.election.registrars[number];
        let sealed = [key.to_bytes().as_slice(), key.verifying_key().as_bytes()].concat();
        let own = Scope { role: "registrar", election: None };
        Vault::create(&folder.join("key.vault"), &own, &passphrase, &sealed).unwrap();
    }
    office.write_record();
    office
}

/// The same to a roll that is sealed, with the codes in both registrars' vaults.
pub fn sealed() -> Office {
    let mut office = keyed();
    let prepared = Prepared::read(&std::fs::read(office.path("roll.prepared")).unwrap()).unwrap();
    let election = &mut office.election;
    let (id, setup) = (election.id(), election.record.setup_context().unwrap());
    let regions = prepared.regions_in(&election.record.manifest().unwrap().clone()).unwrap();
    let mut lists = Vec::new();
    let mut codes_by_registrar: Vec<Vec<Code>> = Vec::new();
    for (number, registrar) in Registrar::ALL.into_iter().enumerate() {
        let codes = RollCodes::draw(
            (1, setup.attempt),
            registrar,
            *prepared.digest(),
            prepared.people().len(),
            rand::random,
        );
        lists.push(codes.list(&setup, &regions, &rand::random()).unwrap());
        codes_by_registrar.push(codes.codes().map(Result::unwrap).collect());
        let folder = office.folder.path().join(format!("office-{number}"));
        let passphrase = Passphrase::new(PASSPHRASE.to_owned()).unwrap();
        let scope = Scope { role: "registrar", election: Some(id.0) };
        Vault::create(
            &folder.join(id.to_string()).join("codes-1.vault"),
            &scope,
            &passphrase,
            &codes.encode(),
        )
        .unwrap();
    }
    let commitments = election.commitments(&lists);
    election.append_all(&commitments);
    for (signer, content) in (0..).zip(&lists) {
        let slot = Slot { message: MessageKind::RollList, attempt: 1, signer };
        let entries = election.message(Role::Registrar, slot, content);
        election.append_all(&entries);
    }
    let parts =
        |voter: usize| -> Vec<Code> { codes_by_registrar.iter().map(|codes| codes[voter].clone()).collect() };
    election.codes = (0..prepared.people().len()).map(parts).collect();
    let credential = |codes: &Vec<Code>| {
        let parts: Vec<_> = codes.iter().map(|code| CredentialPart::derive(code, &id)).collect();
        Credential::combine(&parts, 2).unwrap()
    };
    election.credentials = election.codes.iter().map(credential).collect();
    election.seal_roll();
    office.write_record();
    office
}
