//! Templates of all nine kinds: each passes lint, is drafted and signed by the real program, and is opened.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use plebiscite_admin::draft::{Keys, Plan, template};
use plebiscite_admin::lint::lint;
use plebiscite_admin::members::witness;
use plebiscite_admin::questions::{Decided, QuestionKind, Share};
use plebiscite_board::cosignature::WitnessKey;
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{Base, Condition, Member};
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::Phase;
use plebiscite_support::{Election, Shape, key_of};

fn time(words: &str) -> Time {
    Time::parse(words).unwrap()
}

fn public(role: &str, count: usize) -> Vec<PublicKey> {
    (0..count).map(|number| PublicKey(key_of(role, number).verifying_key().to_bytes())).collect()
}

fn vkey(number: usize) -> String {
    WitnessKey::new(&format!("w{number}.example"), key_of("witness", number).verifying_key()).unwrap().vkey()
}

fn plan(kinds: &[QuestionKind]) -> Plan {
    let witnesses: Vec<Member> = (0..4).map(|number| witness(&vkey(number)).unwrap()).collect();
    Plan {
        title: "What do you choose?".to_owned(),
        keys: Keys {
            officials: public("official", 3),
            trustees: public("trustee", 5),
            registrars: public("registrar", 2),
            witnesses,
        },
        board: public("board", 1)[0],
        opens: time("2027-06-06T06:00:00Z"),
        closes: time("2027-06-09T18:00:00Z"),
        kinds: kinds.to_vec(),
        decided: Decided::usual(),
        voters: None,
    }
}

#[test]
fn the_template_of_every_kind_passes_lint_and_is_opened() {
    for kind in QuestionKind::ALL {
        let manifest = template(&plan(&[kind])).unwrap();
        let found = lint(manifest.bytes(), time("2027-01-01T00:00:00Z"));
        assert!(found.faults.is_empty(), "{kind}: {:?}", found.faults);
        assert!(found.advice.iter().all(|advice| !advice.contains("witness")), "{kind}: {:?}", found.advice);
        let mut election =
            Election::of_manifest(Shape { voters: vec![31], ..Shape::default() }, manifest.bytes().to_vec());
        election.set_up();
        election.hold_ceremony();
        election.publish_roll();
        election.seal_roll();
        election.open();
        assert_eq!(election.record.phase(), Phase::Open, "{kind}");
    }
}

#[test]
fn one_template_may_ask_questions_of_every_kind() {
    let manifest = template(&plan(&QuestionKind::ALL)).unwrap();
    let document = manifest.document();
    assert_eq!((document.contests.len(), document.rules.len()), (9, 2));
    let names = |manifest: &Manifest| -> Vec<String> {
        let contests = serde_json::to_value(&manifest.document().contests).unwrap();
        contests.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&manifest), QuestionKind::ALL.map(|kind| kind.name().to_owned()));
    // Four witnesses survive one that is faulty: three cosign.
    assert_eq!((document.witnesses.faulty, document.witnesses.quorum), (1, 3));
}

#[test]
fn the_rule_of_a_template_is_the_one_that_was_asked_for() {
    let decided = Decided {
        turnout: Some(Share::half()),
        of: Base::Participants,
        majority: Share::parse("at least 2/3").unwrap(),
        regions: Some(Share::half()),
    };
    let manifest = template(&Plan { decided, ..plan(&[QuestionKind::YesNoBlank]) }).unwrap();
    let conditions = &manifest.document().rules[0].conditions;
    assert!(matches!(conditions[0], Condition::Turnout { strict: true, no_data: false, .. }));
    assert!(matches!(conditions[1], Condition::Majority { of: Base::Participants, strict: false, .. }));
    assert!(matches!(conditions[2], Condition::Regions { strict: true, no_data: false, .. }));
}

#[test]
fn the_minimums_of_a_template_fit_the_roll_that_is_named() {
    let of = |voters: Option<u32>| {
        let manifest = template(&Plan { voters, ..plan(&[QuestionKind::YesNoBlank]) }).unwrap();
        let privacy = &manifest.document().privacy;
        assert_eq!(privacy.minimum_cell, privacy.minimum_eligible);
        let told = privacy.small_numbers_sentence.is_some();
        (privacy.minimum_cell, told, manifest.document().roll.maximum)
    };
    assert_eq!(of(Some(8)), (3, true, 13));
    assert_eq!(of(Some(30)), (10, false, 35));
    assert_eq!(of(Some(600)), (30, false, 660));
    assert_eq!(of(None), (30, false, 1_000_000));
    // Bound by five trustees; a single registrar is told of to voters.
    let mut alone = plan(&[QuestionKind::YesNoBlank]);
    alone.keys.registrars.truncate(1);
    let manifest = template(&alone).unwrap();
    let document = manifest.document();
    assert!(document.binding && document.registrars.one_registrar_can_vote.is_some());
    alone.keys.trustees.truncate(3);
    let manifest = template(&alone).unwrap();
    assert!(!manifest.document().binding && manifest.document().registrars.one_registrar_can_vote.is_none());
}

struct Office {
    folder: tempfile::TempDir,
    keys: Vec<String>,
}

impl Office {
    /// Three officials, each with a key of its own.
    fn new() -> Self {
        let mut office = Self { folder: tempfile::tempdir().unwrap(), keys: Vec::new() };
        for number in 0..3 {
            let folder = office.path(&format!("official-{number}"));
            let made = office.run(&["init", "--folder", &text(&folder)]);
            office.keys.push(String::from_utf8(made.stdout).unwrap().trim().to_owned());
        }
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn try_run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plebiscite-admin"));
        command.args(arguments).env("PLEBISCITE_PASSPHRASE", "in a test").output().unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.try_run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[test]
fn the_program_drafts_and_signs_every_kind() {
    let office = Office::new();
    let hex = |keys: Vec<PublicKey>| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (trustees, registrars, board) =
        (hex(public("trustee", 5)), hex(public("registrar", 2)), hex(public("board", 1)));
    let vkeys: Vec<String> = (0..3).map(vkey).collect();
    for kind in QuestionKind::ALL {
        let file = |name: &str| text(&office.path(&format!("{kind}.{name}")));
        let (description, manifest, act, bundle) =
            (file("description.json"), file("manifest.json"), file("act"), file("bundle"));
        let mut line = vec!["template", "--out", &description, "--title", "A test", "--kind", kind.name()];
        let lists = [
            ("--official", &office.keys),
            ("--trustee", &trustees),
            ("--registrar", &registrars),
            ("--witness", &vkeys),
        ];
        for (option, keys) in &lists {
            keys.iter().for_each(|key| line.extend([*option, key.as_str()]));
        }
        line.extend([
            "--board",
            &board[0],
            "--opens",
            "2099-05-30T08:00:00Z",
            "--closes",
            "2099-06-01T20:00:00Z",
        ]);
        office.run(&line);
        let linted = office.run(&["lint", &description, "--json"]);
        let found: serde_json::Value = serde_json::from_slice(&linted.stdout).unwrap();
        assert_eq!((found["faults"].as_array().unwrap().len(), &found["test"]), (0, &true.into()));
        office.run(&["draft", &description, "--out", &manifest]);
        office.run(&["manifest", &manifest, "--propose", &act]);
        for number in ["official-0", "official-2"] {
            let said = office.run(&["sign", &act, "--yes", "--folder", &text(&office.path(number))]);
            let said = String::from_utf8(said.stdout).unwrap();
            assert!(said.contains("question: A test") && said.contains("witnesses: 2 of 3 cosign"), "{said}");
            let counted = if number == "official-0" { "official 1" } else { "official 3" };
            assert!(said.contains(&format!("the signature of {counted} is in")), "{said}");
        }
        office.run(&["post", &act, "--bundle", &bundle]);
    }
}

#[test]
fn lint_lists_all_faults_and_ends_with_their_exit_code() {
    let office = Office::new();
    let path = text(&office.path("description.json"));
    let manifest = template(&plan(&[QuestionKind::YesNoBlank])).unwrap();
    std::fs::write(&path, manifest.bytes()).unwrap();
    let passed = office.try_run(&["lint", &path]);
    let said = String::from_utf8(passed.stdout).unwrap();
    assert_eq!(passed.status.code(), Some(0));
    assert!(
        said.starts_with("no faults: this is a manifest\n") && said.contains("\nadvice: this is a TEST"),
        "{said}"
    );
    let bad = String::from_utf8(manifest.bytes().to_vec()).unwrap();
    let bad = bad.replacen("\"quorum\": 2", "\"quorum\": 9", 1).replacen("\"all\"", "\"all voters\"", 1);
    std::fs::write(&path, bad).unwrap();
    let refused = office.try_run(&["lint", &path]);
    let said = String::from_utf8(refused.stdout).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    for part in ["2 faults", "regions[0].id", "officials.quorum", "how to fix: write a number from 2 to 3"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(office.try_run(&["lint", &text(&office.path("none.json"))]).status.code(), Some(3));
    // Other commands name the first fault as lint does, with its line, and say where all of them are listed.
    let first = said.lines().find(|line| line.starts_with("fault 1, line ")).unwrap();
    let (line, what) = first["fault 1, ".len()..].split_once(", ").unwrap();
    for command in [vec!["draft", &path, "--out", "none"], vec!["explain", &path, "--eligible", "9"]] {
        let refused = office.try_run(&command);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("{line}, {what}")), "{command:?}: {said} {first}");
        assert!(said.contains(&format!("plebiscite-admin lint {path}, as is 1 more fault")), "{said}");
    }
}

#[test]
fn every_command_has_its_manual_page_and_its_completions() {
    let office = Office::new();
    let folder = office.path("man");
    office.run(&["man", &text(&folder)]);
    let completed = String::from_utf8(office.run(&["completions", "bash"]).stdout).unwrap();
    for command in ["new", "lint", "template", "explain", "status"] {
        assert!(folder.join(format!("plebiscite-admin-{command}.1")).is_file(), "{command}");
        assert!(completed.contains(command), "{command}");
    }
    let page = std::fs::read_to_string(folder.join("plebiscite-admin-new.1")).unwrap();
    assert!(page.contains("resume") && page.contains("answers"), "{page}");
}
