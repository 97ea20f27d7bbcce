//! A commission at work with the program itself: a voter file imported, letters made of a sealed roll, the help desk asked,
//! a lost letter replaced, and everything destroyed with a certificate once the vote is certified.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod office;

use std::path::Path;
use std::process::Command;

use office::{Office, keyed, sealed};
use plebiscite_election::contest::Choice;
use plebiscite_election::credential::{Replacement, ReplacementReason, ReplacementRequest};
use plebiscite_election::entry::{Act, Entry, Role};
use plebiscite_registrar::Prepared;
use plebiscite_registrar::totals::{Count, Totals};
use plebiscite_roles::entries::Entries;
use plebiscite_roles::proposal::Proposal;
use serde_json::Value;

const LETTERS: [&str; 8] = [
    "letters",
    "--roll",
    "roll.prepared",
    "--site",
    "https://vote.example.org",
    "--phone",
    "+7 000",
    "--zone=+05:00",
];

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_commission_imports_prints_answers_and_destroys() {
    let mut office = sealed();
    let voter = Prepared::read(&std::fs::read(office.path("roll.prepared")).unwrap()).unwrap();
    let person =
        voter.people().iter().position(|p| voter.region(p) == "ZH" && p.channel.name() == "letter").unwrap();
    let (name, id) = (voter.people()[person].voter.to_string(), office.election.id().to_string());
    let lookup = ["lookup", &name.to_uppercase(), "--roll", "roll.prepared", "--election", &id, "--json"];
    let answer = |office: &Office| -> Value { serde_json::from_str(&office.said(0, &lookup)).unwrap() };
    assert_eq!(answer(&office)["letters"], Value::Array(Vec::new()), "no letter was made yet");

    // Letters: a file a region, the same bytes when made again, and only of those who get one.
    let letters = office.on_record(&[&LETTERS[..], &["--out", "letters"]].concat());
    assert!(office.said(0, &letters).starts_with("10 letters are in 3 files"));
    assert_eq!(names(&office.path("letters")), ["letters-BE-1.pdf", "letters-LU-1.pdf", "letters-ZH-1.pdf"]);
    assert!(office.said(0, &letters).starts_with("10 letters are in 3 files"), "safe to repeat");
    let found = answer(&office);
    assert_eq!(found["letters"][0]["file"], "letters-ZH-1.pdf");
    assert_eq!((&found["region"], &found["roll_number"]), (&Value::from("ZH"), &Value::from(person)));
    assert!(!found.to_string().contains(office.election.codes[person][0].printed().as_str()));
    let paper = office.said(0, &["lookup", "voter-paper-Bern", "--roll", "roll.prepared"]);
    assert!(paper.contains("has chosen paper"));
    assert_eq!(office.run(0, &["lookup", "nobody", "--roll", "roll.prepared"]).status.code(), Some(1));

    // E-mails and codes: only of those who get them that way.
    let emails = ["emails", "--from", "office@example.org", "--out", "emails"];
    let emails = office.on_record(&[&emails[..], &LETTERS[1..]].concat());
    assert!(office.said(0, &emails).starts_with("3 e-mails"));
    assert_eq!(names(&office.path("emails")).len(), 3);
    let key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    let codes =
        ["codes", "--roll", "roll.prepared", "--site", "https://vote.example.org", "--channel", "letter"];
    let encrypted =
        office.on_record(&[&codes[..], &["--out", "codes.csv.age", "--encrypt-to", key]].concat());
    let output = office.run(0, &encrypted);
    assert!(output.status.success() && output.stdout.ends_with(b"encrypted\n"), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("WARNING"), "{output:?}");
    // In the clear it is written too, and warned of.
    let open = office.on_record(&[&codes[..], &["--out", "codes.csv"]].concat());
    let output = office.run(0, &open);
    assert!(output.status.success() && output.stdout.ends_with(b"in the clear\n"), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("WARNING: codes.csv holds"), "{output:?}");
    let file = std::fs::read(office.path("codes.csv.age")).unwrap();
    assert!(file.starts_with(b"age-encryption.org/v1\n"));
    assert!(!String::from_utf8_lossy(&file).contains("voter-"));
    let secret =
        office.on_record(&[&codes[..], &["--out", "x", "--encrypt-to", "AGE-SECRET-KEY-1X"]].concat());
    assert_eq!(office.refused(0, &secret).0, 2);
    assert!(!office.path("x").exists());

    // Nothing is destroyed while it is needed.
    let destroy = office.on_record(&["destroy", "roll.csv", "roll.prepared.paper.csv", "--out", "c.json"]);
    let (exit, sentence) = office.refused(0, &destroy);
    assert!(exit == 5 && sentence.contains("personal files are needed until"), "{sentence}");
    assert!(office.path("roll.csv").exists());
    let election = &mut office.election;
    election.open();
    for voter in 0..13 {
        election.cast(voter, &[Choice::Option(0)]);
    }
    election.finish();
    office.write_record();
    let unasked: Vec<&str> = destroy.iter().copied().filter(|argument| *argument != "--yes").collect();
    assert_eq!(office.refused(0, &unasked).0, 2, "asked about first");
    assert!(office.path("roll.csv").exists());
    // A file that somebody has removed by hand already is named, and hinders nothing.
    std::fs::remove_file(office.path("letters/letters-LU-1.pdf")).unwrap();
    let more = [&destroy[..], &["no-such-file.csv"]].concat();
    let output = office.run(0, &more);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && output.stdout.ends_with(b"the certificate is c.json\n"), "{said}");
    for gone in ["no-such-file.csv", "letters-LU-1.pdf"] {
        assert!(said.lines().any(|line| line.starts_with("gone already") && line.ends_with(gone)), "{said}");
    }
    for gone in ["roll.csv", "roll.prepared", "roll.prepared.paper.csv", "codes.csv.age", "letters", "emails"]
    {
        assert!(!office.path(gone).exists(), "{gone}");
    }
    let left = names(&office.path("office-0").join(&id));
    assert_eq!(left, ["checkpoint", "made.lock"], "no vault of codes, no list of files");
    assert!(office.path("office-0").join("key.vault").exists());

    // The same command again: all is gone, and the certificate stands.
    let certificate = std::fs::read(office.path("c.json")).unwrap();
    assert!(
        !String::from_utf8_lossy(&certificate).contains("letters-LU-1.pdf"),
        "what was gone is not in it"
    );
    assert!(office.said(0, &destroy).starts_with("all is gone already; the certificate of "));
    assert_eq!(std::fs::read(office.path("c.json")).unwrap(), certificate);
    // Nothing else is taken for it, and what comes later gets a certificate of its own.
    std::fs::write(office.path("roll.csv"), "found in a drawer").unwrap();
    let (exit, sentence) = office.refused(0, &destroy);
    assert!(exit == 3 && sentence.contains("name another file for what is left"), "{sentence}");
    std::fs::write(office.path("other.json"), "{}").unwrap();
    let into_other = office.on_record(&["destroy", "roll.csv", "--out", "other.json"]);
    assert!(office.refused(0, &into_other).1.contains("is not overwritten"));
    let second = office.on_record(&["destroy", "roll.csv", "--out", "c-2.json"]);
    assert!(office.said(0, &second).starts_with("1 file is destroyed"));
    let nothing = office.on_record(&["destroy", "roll.csv", "--out", "c-3.json"]);
    assert!(office.refused(0, &nothing).1.contains("nothing to destroy"));

    // The certificate holds against the record, and no other.
    let verify = ["verify-certificate", "c.json", "--record", "record"];
    let printed = [&verify[..], &["--pdf", "c.pdf", "--language", "kk"]].concat();
    assert!(office.said(1, &printed).ends_with("signed by registrar 1 of this record\n"));
    assert!(std::fs::read(office.path("c.pdf")).unwrap().starts_with(b"%PDF-1.7"));
    assert!(office.refused(1, &printed).1.contains("is not overwritten"));
    assert!(office.said(1, &verify).ends_with("signed by registrar 1 of this record\n"));
    let text = std::fs::read_to_string(office.path("c.json")).unwrap();
    std::fs::write(office.path("c.json"), text.replace("\"registrar\": 0", "\"registrar\": 1")).unwrap();
    assert_eq!(office.refused(1, &verify).0, 1);
}

/// What the minimums make of a roll is said before the roll is prepared, and again before codes are made of it.
#[test]
fn a_roll_too_small_for_the_minimums_is_warned_of_by_prepare_and_by_commit() {
    let office = keyed();
    let heard = |arguments: &[&str]| {
        let output = office.run(0, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stderr).unwrap()
    };
    // Of 5, 4 and 4 voters three have to vote.
    let prepare = ["prepare", "roll.csv", "--manifest", "manifest.json", "--out"];
    let said = heard(&[&prepare[..], &["again.prepared", "--yes"]].concat());
    assert_eq!(said.matches("WARNING: ").count(), 3, "{said}");
    assert!(said.contains("5 on the roll; the count is opened from 3 ballots on"), "{said}");
    assert!(said.contains("VOTER-FILE --manifest manifest.json`"), "{said}");
    let json = office.said(0, &[&prepare[..], &["json.prepared", "--yes", "--json"]].concat());
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["warnings"].as_array().map(Vec::len), Some(3));
    let commit = ["commit", "--record", "record", "--yes", "--out", "commit-0", "--roll"];
    let said = heard(&[&commit[..], &["roll.prepared"]].concat());
    assert_eq!(said.matches("WARNING: ").count(), 3, "{said}");
    // Another roll in the same attempt is refused, with the way out.
    let (exit, sentence) = office.refused(0, &[&commit[..], &["again.prepared"]].concat());
    assert!(exit == 3 && sentence.contains("plebiscite-admin roll-attempt-ended"), "{sentence}");

    let manifest = office.election.record.manifest().unwrap();
    let of = |letter: u64| {
        let count = Count { letter, email: 0, paper: 9 };
        let regions = ["ZH", "BE", "LU"].map(|id| (id.to_owned(), count)).into();
        Totals { regions, ..Totals::default() }.cautions(manifest)
    };
    assert!(of(2)[0].contains("there can be no result, however many vote"), "{:?}", of(2));
    assert_eq!((of(5).len(), of(6).len()), (3, 0), "voters on paper are on no roll");
}

/// Both registrars' machines have no network: what they commit to and publish leaves them as files.
#[test]
fn codes_are_made_committed_to_and_published_by_files() {
    let mut office = keyed();
    let commit = ["commit", "--roll", "roll.prepared", "--record", "record"];
    let (exit, sentence) = office.refused(0, &commit);
    assert!(exit == 2 && sentence.contains("--out FILE"), "{sentence}");
    let id = office.election.id();
    let vault = office.path("office-0").join(id.to_string()).join("codes-1.vault");
    assert!(!vault.exists(), "said before codes are made");
    // Codes of a roll are made once: whom they are for is shown, and asked about, before.
    let unasked = office.run(0, &[&commit[..], &["--out", "commit-0"]].concat());
    let shown = String::from_utf8(unasked.stderr).unwrap();
    assert!(unasked.status.code() == Some(2) && shown.contains("13 get a credential"), "{shown}");
    assert!(!vault.exists() && !office.path("commit-0").exists(), "nothing is made unasked");
    for (registrar, out) in ["commit-0", "commit-1"].into_iter().enumerate() {
        let commit = [&commit[..], &["--yes", "--out", out]].concat();
        let said = office.said(registrar, &commit);
        assert!(
            said.contains("plebiscite-registrar send commit-") && said.contains("commits to 13"),
            "{said}"
        );
        assert_eq!(office.said(registrar, &commit), said, "safe to repeat");
        let file = Entries::open(&office.path(out)).unwrap();
        assert_eq!((file.election, file.entries.len()), (id, 1));
        office.election.append_all(&file.entries);
    }
    // Another roll under the same name is not written over the first.
    let early = ["publish", "--record", "record", "--out", "list-early"];
    assert_eq!(office.refused(0, &early).0, 5, "not before all have committed in what it sees");
    office.write_record();
    for (registrar, out) in ["list-0", "list-1"].into_iter().enumerate() {
        let publish = ["publish", "--record", "record", "--out", out];
        let said = office.said(registrar, &publish);
        assert!(said.contains("is in 2 entries"), "{said}");
        let first = std::fs::read(office.path(out)).unwrap();
        office.said(registrar, &publish);
        assert_eq!(std::fs::read(office.path(out)).unwrap(), first);
        std::fs::write(office.path(out), "something else").unwrap();
        assert!(office.refused(registrar, &publish).1.contains("is not overwritten"));
        office.election.append_all(&Entries::parse(&first).unwrap().entries);
    }
    office.write_record();
    assert_eq!(office.said(1, &["publish", "--record", "record", "--out", "none"]), "the list stands\n");
    assert!(!office.path("none").exists());
    office.election.seal_roll();
    let roll = office.election.record.roll().unwrap();
    assert!(roll.row(12).is_some() && roll.row(13).is_none());
    // `copy` gives the log as a folder, and `send` is for a server only.
    assert!(
        office.said(0, &["copy", "--record", "record", "--out", "stick"]).contains("entries are in stick")
    );
    assert_eq!(office.refused(0, &["send", "commit-0", "--record", "record"]).0, 2);
}

#[cfg(unix)]
#[test]
fn no_command_waits_for_a_pipe_in_the_place_of_a_voter_file_or_a_manifest() {
    use plebiscite_support::patience::{ended, make_pipe};
    let folder = tempfile::tempdir().unwrap();
    make_pipe(&folder.path().join("pipe"));
    std::fs::write(folder.path().join("roll.csv"), "voter,region,language\n1,ZH,kk\n").unwrap();
    for arguments in [
        &["prepare", "pipe", "--out", "roll.prepared", "--yes"][..],
        &["prepare", "roll.csv", "--manifest", "pipe", "--out", "roll.prepared", "--yes"],
        &["diff", "roll.csv", "pipe"],
        &["lookup", "1", "--roll", "pipe"],
        &["verify-certificate", "pipe"],
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_plebiscite-registrar"));
        let output = ended(program.current_dir(folder.path()).args(arguments)).expect("it ends");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(3) && said.contains("it is no plain file"),
            "{arguments:?}: {said}"
        );
    }
    assert_eq!(names(folder.path()), ["pipe", "roll.csv"]);
}

#[test]
fn faults_are_listed_in_a_file_and_nothing_else_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_plebiscite-registrar"));
        program
            .current_dir(folder.path())
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap()
    };
    std::fs::write(folder.path().join("roll.csv"), "voter,region,language\n1,ZH,kk\n1,ZH,kk\n=2,ZH,kk\n")
        .unwrap();
    let bad = run(&["prepare", "roll.csv", "--out", "roll.prepared", "--yes"]);
    assert_eq!(bad.status.code(), Some(3));
    assert_eq!(names(folder.path()), ["roll.csv", "roll.csv.errors.csv"]);
    let listed = std::fs::read_to_string(folder.path().join("roll.csv.errors.csv")).unwrap();
    assert!(
        listed.lines().count() == 3 && listed.contains("3,voter,is the same voter as in line 2,"),
        "{listed}"
    );

    // Without a heading the first line is a voter: nothing of it is shown, and nothing is written.
    let voter = "790101300123,Aaa,ZH,kk\n";
    std::fs::write(folder.path().join("headless.csv"), voter.repeat(2)).unwrap();
    let headless = run(&["prepare", "headless.csv", "--out", "roll.prepared", "--yes"]);
    let said = String::from_utf8([headless.stdout, headless.stderr].concat()).unwrap();
    assert!(said.contains("a heading is missing") && said.contains("all 4 columns"), "{said}");
    assert!(!said.contains("7901") && !said.contains("Aaa"), "{said}");
    assert!(!folder.path().join("roll.prepared").exists());

    std::fs::write(folder.path().join("roll.csv"), "voter,region,language\n1,ZH,kk\n2,ZH,kk\n").unwrap();
    assert!(run(&["prepare", "roll.csv", "--out", "roll.prepared", "--yes"]).status.success());
    std::fs::write(folder.path().join("new.csv"), "voter,region,language\n1,BE,kk\n3,ZH,kk\n").unwrap();
    let changed = run(&["diff", "roll.prepared", "new.csv", "--json"]);
    assert_eq!(changed.status.code(), Some(1));
    let changed: Value = serde_json::from_slice(&changed.stdout).unwrap();
    assert_eq!(changed["moved"][0]["to"], "BE");
    assert_eq!((&changed["added"][0], &changed["removed"][0]), (&Value::from("3"), &Value::from("2")));
    assert!(run(&["diff", "roll.prepared", "roll.csv"]).status.success(), "a roll differs not from its file");
    assert!(run(&["man", "man"]).status.success());
    assert!(names(&folder.path().join("man")).contains(&"plebiscite-registrar-prepare.1".to_owned()));
    assert!(!run(&["completions", "bash"]).stdout.is_empty());
}

#[test]
fn a_lost_letter_is_replaced_on_the_record_and_printed_with_the_reason() {
    let mut office = sealed();
    office.election.open();
    office.write_record();
    let old = office.election.record.credential(2).unwrap().credential;
    let request = ReplacementRequest { index: 2, number: 1, old, reason: ReplacementReason::Lost };
    let body = Replacement { request, parts: Vec::new() };
    let act = Act::unsigned(office.election.id(), office.election.seen(), body);
    let write = |office: &Office, proposal: &Proposal| {
        std::fs::write(office.path("lost.act"), proposal.to_file().unwrap()).unwrap();
    };
    write(&office, &Proposal::of(Entry::Replacement(act)).unwrap());
    let take_part = ["replace", "lost.act", "--record", "record", "--yes"];
    let out = ["--letter-out", "new.pdf", "--roll", "roll.prepared", "--phone", "+7 000"];
    let letter = [&take_part[..], &out, &["--site", "https://vote.example.org"]].concat();
    for registrar in [0, 1, 0] {
        assert_ne!(office.run(registrar, &letter).status.code(), Some(0), "not before it stands");
        office.said(registrar, &take_part);
    }
    let mut proposal = Proposal::read(&std::fs::read(office.path("lost.act")).unwrap()).unwrap();
    for number in 0..2 {
        proposal.sign((Role::Official, number), &office.election.officials[usize::from(number)], 2).unwrap();
    }
    write(&office, &proposal);
    office.election.append_all(&proposal.entries());
    office.write_record();
    for registrar in 0..2 {
        let out = office.said(registrar, &letter);
        assert!(out.starts_with("the new letter is in"), "{out}");
        assert!(std::fs::read(office.path("new.pdf")).unwrap().starts_with(b"%PDF-1.7"));
        std::fs::remove_file(office.path("new.pdf")).unwrap();
    }
    let id = office.election.id().to_string();
    let prepared = Prepared::read(&std::fs::read(office.path("roll.prepared")).unwrap()).unwrap();
    let voter = prepared.people()[2].voter.to_string();
    let found = office.said(0, &["lookup", &voter, "--roll", "roll.prepared", "--election", &id]);
    assert!(found.contains("made: replacement, new.pdf"), "{found}");
}
