//! Trustees without a network: ceremony, confirmation and decryption by folders and files alone, with the program that
//! trustees are handed; a lost folder that comes back from paper; and a fork that is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use plebiscite_board::evidence::Evidence;
use plebiscite_board::note::NoteKey;
use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::record::Phase;
use plebiscite_roles::entries::Entries;
use plebiscite_support::{Election, Shape, document, write_folder};
use serde_json::Value;
use tempfile::TempDir;

const TRUSTEES: u16 = 5;

/// The trustees' machines, none of which is on any network, and the sticks that are carried between them and the board.
struct Offline {
    folder: TempDir,
    sticks: std::cell::Cell<u32>,
}

impl Offline {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn folder_of(number: u16) -> String {
        format!("trustee-{number}")
    }

    fn run_in(&self, name: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_plebiscite-trustee"))
            .args(arguments)
            .env("PLEBISCITE_FOLDER", self.path(name))
            .env("PLEBISCITE_PASSPHRASE", "a passphrase")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn ok(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.run_in(name, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{name} {arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Refused with this exit code; the sentence.
    fn refused(&self, name: &str, code: i32, arguments: &[&str]) -> String {
        let output = self.run_in(name, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{name} {arguments:?}: {said}");
        said
    }

    /// The log as it is, on a stick.
    fn stick(&self, election: &Election) -> String {
        self.sticks.set(self.sticks.get() + 1);
        let path = self.path(&format!("stick-{}", self.sticks.get()));
        write_folder(&path, &election.entries, election.checkpoint().note());
        path.to_string_lossy().into_owned()
    }

    /// One command by one trustee, whose messages go to a file that is carried to the board.
    fn carried(&self, election: &mut Election, name: &str, command: &[&str]) -> String {
        let stick = self.stick(election);
        let id = election.id().to_string();
        let file = self.path(&format!("out-{}", self.sticks.get()));
        let file = file.to_str().unwrap();
        let said = self
            .ok(name, &[command, &["--record", &stick, "--election", &id, "--out", file, "--yes"]].concat());
        let entries = Entries::open(Path::new(file)).unwrap();
        assert_eq!(entries.election, election.id());
        election.append_all(&entries.entries);
        said
    }
}

/// An election whose trustees' keys were made by the program, each in a folder of its own.
fn founded() -> (Offline, Election) {
    let offline = Offline { folder: tempfile::tempdir().unwrap(), sticks: std::cell::Cell::new(0) };
    let shape = Shape::default();
    let mut manifest = document(&shape);
    for (member, number) in manifest.trustees.members.iter_mut().zip(1..) {
        let key = offline.ok(&Offline::folder_of(number), &["init"]);
        let mut bytes = [0; 32];
        hex::decode_to_slice(key.trim(), &mut bytes).unwrap();
        member.key = PublicKey(bytes);
    }
    let mut election = Election::of_manifest(shape, serde_json::to_vec_pretty(&manifest).unwrap());
    election.set_up();
    (offline, election)
}

/// The same, with more ballots than the log has entries behind it: it is the longer of the two.
fn forked_longer(election: &Election, prefix: usize) -> Election {
    let mut fork = Election::of_manifest(election.shape.clone(), election.manifest.clone());
    fork.append_all(&election.entries[..prefix]);
    (fork.codes, fork.credentials) = (election.codes.clone(), election.credentials.clone());
    for voter in [0, 1, 2, 5, 6, 7] {
        fork.cast(voter, &[Choice::Option(1)]);
    }
    fork.close();
    fork.seal();
    assert!(fork.entries.len() > election.entries.len());
    fork
}

/// Files of evidence of a trustee, each held against the board's key; they show forks at these sizes.
fn evidence_of(folder: &Path, election: &Election) -> Vec<u64> {
    let key =
        NoteKey::new(&format!("plebiscite/v1/{}", election.id()), election.board.verifying_key()).unwrap();
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut forks: Vec<u64> = names
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("evidence-fork-"))
        .map(|path| Evidence::parse(&std::fs::read(path).unwrap()).unwrap().judge(&key).unwrap().size)
        .collect();
    forks.sort_unstable();
    forks
}

/// A fork before the close, which leaves the last ballot out; sealed by the true officials.
fn forked(election: &Election, prefix: usize) -> Election {
    let mut fork = Election::of_manifest(election.shape.clone(), election.manifest.clone());
    fork.append_all(&election.entries[..prefix]);
    fork.close();
    fork.seal();
    fork
}

#[test]
fn a_whole_election_is_held_with_folders_and_files_on_the_trustees_side() {
    let (offline, mut election) = founded();
    let id = election.id().to_string();
    let first = Offline::folder_of(1);
    let pages = offline.path("man");
    assert!(offline.ok(&first, &["man", pages.to_str().unwrap()]).contains("manual pages"));
    let page = std::fs::read_to_string(pages.join("plebiscite-trustee-paper-backup.1")).unwrap();
    assert!(page.contains("codes to scan"), "{page}");
    assert!(offline.ok(&first, &["completions", "bash"]).contains("restore-paper"));
    // A folder takes no posts, and that is said before anything is made.
    let stick = offline.stick(&election);
    let said = offline.refused(&first, 2, &["ceremony", "--record", &stick, "--election", &id]);
    assert!(said.contains("--out FILE"), "{said}");
    // A file that stands is never overwritten; the stored message goes to another, byte for byte.
    let taken = offline.path("taken");
    std::fs::write(&taken, "something else").unwrap();
    let out = ["ceremony", "--record", &stick, "--election", &id, "--out", taken.to_str().unwrap()];
    assert!(offline.refused(&first, 3, &out).contains("is not overwritten"));
    assert!(offline.carried(&mut election, &first, &["ceremony"]).contains("stored message written"));
    for number in 2..=TRUSTEES {
        offline.carried(&mut election, &Offline::folder_of(number), &["ceremony"]);
    }
    for _round in 1..5 {
        for number in 1..=TRUSTEES {
            offline.carried(&mut election, &Offline::folder_of(number), &["ceremony"]);
        }
    }
    assert_eq!(election.record.phase(), Phase::Roll);

    // Rehearsal and backups, each from a stick.
    let stick = offline.stick(&election);
    let log = ["--record", &stick, "--election", &id];
    for number in 1..=TRUSTEES {
        let said = offline.ok(&Offline::folder_of(number), &[&["rehearse"], &log[..]].concat());
        assert!(said.contains("nothing was decrypted"), "{said}");
    }
    let (backup, sheet) = (offline.path("backup-5"), offline.path("sheet-5"));
    let (backup, sheet) = (backup.to_str().unwrap(), sheet.to_str().unwrap());
    let fifth = Offline::folder_of(5);
    offline.ok(&fifth, &[&["backup", "--out", backup], &log[..]].concat());
    let pdf = offline.path("sheet-5.pdf");
    let paper = ["paper-backup", "--out", sheet, "--pdf", pdf.to_str().unwrap()];
    offline.ok(&fifth, &[&paper[..], &log].concat());
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF-"));
    let rehearsed = offline.ok(&fifth, &[&["rehearse", "--backup", backup, "--json"], &log[..]].concat());
    assert_eq!(serde_json::from_str::<Value>(&rehearsed).unwrap()["restored"], true);
    // Another's backup is no rehearsal of one's own.
    let said = offline.refused(&first, 3, &[&["rehearse", "--backup", backup], &log[..]].concat());
    assert!(said.contains("the share of trustee 5"), "{said}");

    paper_comes_back(&offline, &election, sheet);

    election.publish_roll();
    election.seal_roll();
    election.open();
    for (voter, option) in [(0, 0), (1, 0), (2, 1), (5, 0), (6, 1), (7, 0)] {
        election.cast(voter, &[Choice::Option(option)]);
    }
    let prefix = election.entries.len() - 1;
    election.close();
    election.seal();
    let fork = forked(&election, prefix);

    let longer = forked_longer(&election, prefix);
    confirm_and_decrypt(&offline, &mut election, &fork, &longer);
    election.enter_result();
    election.certify().unwrap();
    // No copy of a share outlives its end.
    let stick = offline.stick(&election);
    let log = ["--record", &stick, "--election", &id];
    for command in [&["backup", "--out", "x"][..], &["paper-backup"]] {
        assert!(offline.refused(&first, 1, &[command, &log[..]].concat()).contains("to be destroyed"));
    }
    offline.ok(&first, &[&["destroy", "--yes"], &log[..]].concat());
    assert!(offline.refused(&first, 3, &[&["rehearse"], &log[..]].concat()).contains("no share"));
}

/// The fifth trustee's machine burns: a new folder, what was typed from the sheet, and nothing else.
fn paper_comes_back(offline: &Offline, election: &Election, sheet: &str) {
    let stick = offline.stick(election);
    let id = election.id().to_string();
    let log = ["--record", &stick, "--election", &id];
    let printed = std::fs::read_to_string(sheet).unwrap();
    // Nothing of the vault's plain bytes is on it: two sheets of the same share have no line in common but what is told.
    let again = offline.ok("trustee-5", &[&["paper-backup"], &log[..]].concat());
    let data = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.starts_with("  ")).map(str::to_owned).collect()
    };
    let (one, other) = (data(&printed), data(&again));
    // The key's vault is the same ciphertext; the share's is sealed anew.
    assert!(one.len() > 10 && one.iter().filter(|line| other.contains(line)).count() == 0);

    let typed = offline.path("typed");
    let line = one[4].clone();
    // One character of the data, in its place: the same one may also stand in the line's number.
    let mut wrong = line.clone();
    wrong.replace_range(8..9, if &line[8..9] == "7" { "8" } else { "7" });
    let mistyped = printed.replace(&line, &wrong).replace(&one[6], "");
    std::fs::write(&typed, mistyped).unwrap();
    let restore = [&["restore-paper", typed.to_str().unwrap()], &log[..]].concat();
    let said = offline.refused("new-5", 3, &restore);
    assert!(
        said.contains("line 4: something in it is mistyped") && said.contains("line 6 is missing"),
        "{said}"
    );
    assert!(!offline.path("new-5").join("key.vault").exists());

    std::fs::write(&typed, printed.to_lowercase()).unwrap();
    assert!(offline.ok("new-5", &restore).contains("never confirms"));
    assert!(offline.ok("new-5", &[&["rehearse"], &log[..]].concat()).contains("restored share"));
    let said = offline.refused("new-5", 3, &restore);
    assert!(said.contains("has a memory of this election"), "{said}");
}

/// The whole record is verified before anything is shown, asked or signed: one changed byte of one ballot is enough.
fn nothing_is_shown_of_a_record_that_is_not_whole(offline: &Offline, election: &Election) {
    let (stick, id) = (offline.stick(election), election.id().to_string());
    let bundle =
        std::fs::read_dir(Path::new(&stick).join("tile/entries")).unwrap().next().unwrap().unwrap().path();
    let bundle = if bundle.is_dir() {
        std::fs::read_dir(bundle).unwrap().next().unwrap().unwrap().path()
    } else {
        bundle
    };
    let mut bytes = std::fs::read(&bundle).unwrap();
    let place = bytes.len() - 300;
    bytes[place] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    for command in ["confirm", "decrypt"] {
        let output = offline.run_in(
            "trustee-2",
            &[command, "--record", &stick, "--election", &id, "--yes", "--out", "unused"],
        );
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && output.stdout.is_empty(), "{command}: {said}");
        assert!(said.contains("tile/entries") || said.contains("record is not valid"), "{said}");
    }
}

/// Four confirm, the fifth from paper never does; three decrypt, the fifth among them; a fork is refused by each.
fn confirm_and_decrypt(offline: &Offline, election: &mut Election, fork: &Election, longer: &Election) {
    let id = election.id().to_string();
    let first = Offline::folder_of(1);
    let mirror = offline.stick(fork);
    // A mirror with another seal: both checkpoints are kept, and nothing is confirmed.
    let stick = offline.stick(election);
    let log = ["--record", &stick, "--election", &id, "--yes", "--out", "unused"];
    let said = offline.refused(&first, 1, &[&["confirm", "--mirror", &mirror], &log[..]].concat());
    assert!(
        said.contains("forked") && said.contains(&hex::encode(fork.record.seal().unwrap().digest)),
        "{said}"
    );
    // Another fork, longer than the log: it is found by its root at the log's size, and the first evidence stays.
    let other_mirror = offline.stick(longer);
    let said = offline.refused(&first, 1, &[&["confirm", "--mirror", &other_mirror], &log[..]].concat());
    assert!(said.contains("forked") && said.contains("evidence-fork-"), "{said}");
    let _ = offline.refused(&first, 1, &[&["confirm", "--mirror", &mirror], &log[..]].concat());
    let sizes = [fork.entries.len() as u64, election.entries.len() as u64];
    assert_eq!(
        evidence_of(&offline.path(&first).join(&id), election),
        sizes,
        "one file a fork, found twice or not"
    );
    // No file is written over, and nothing is confirmed before that is said.
    let precious = offline.path("precious");
    std::fs::write(&precious, "precious").unwrap();
    let into = ["confirm", "--confirmation", precious.to_str().unwrap()];
    assert!(offline.refused(&first, 3, &[&into, &log[..]].concat()).contains("is not overwritten"));
    assert_eq!(std::fs::read(&precious).unwrap(), b"precious");
    assert!(!offline.path("unused").exists());
    let refused = offline.refused("new-5", 1, &[&["confirm"], &log[..]].concat());
    assert!(refused.contains("never confirms"), "{refused}");
    // Without an answer nothing is done.
    let quiet = ["--record", &stick, "--election", &id, "--out", "unused"];
    assert!(offline.refused("trustee-2", 2, &[&["confirm"], &quiet[..]].concat()).contains("say --yes"));
    for number in 1..=4u16 {
        let said = offline.carried(election, &Offline::folder_of(number), &["confirm"]);
        let seal = hex::encode(election.record.seal().unwrap().digest);
        assert!(
            said.contains(&seal) && said.contains("cell       r0: 3 ballots of 5 eligible; opened"),
            "{said}"
        );
        assert!(number != 1 || said.contains("WARNING"), "the evidence of the fork is shown: {said}");
    }
    assert_eq!(election.record.phase(), Phase::Confirmed);
    // A mirror that is ahead of what was verified here is the same log, and no reason to begin again. The confirmation in
    // its file is the one that stands, and is written over by itself only.
    let ahead = offline.stick(election);
    let (file, out) = (offline.path("confirmation"), offline.path("again"));
    let again = ["confirm", "--mirror", &ahead, "--confirmation", file.to_str().unwrap(), "--record", &stick];
    let again = [&again[..], &["--election", &id, "--yes", "--out", out.to_str().unwrap()]].concat();
    let said = offline.ok(&first, &again);
    assert!(said.contains("the same log, and 4 entries that were not verified here"), "{said}");
    let written = std::fs::read(&file).unwrap();
    assert!(election.entries.contains(&written));
    offline.ok(&first, &again);
    std::fs::write(&file, "something else").unwrap();
    assert!(offline.refused(&first, 3, &again).contains("is not overwritten"));
    // The other log, as the only one that the board now shows: refused by what was kept, and without it by the seal itself.
    let other = offline.stick(fork);
    let log = ["--record", &other, "--election", &id, "--yes", "--out", "unused"];
    assert!(offline.refused(&first, 1, &[&["confirm"], &log[..]].concat()).contains("does not extend"));
    for folder in ["trustee-1", "new-5"] {
        let _ = std::fs::remove_file(offline.path(folder).join(&id).join("checkpoint"));
    }
    for command in ["confirm", "decrypt"] {
        let said = offline.refused(&first, 1, &[&[command], &log[..]].concat());
        assert!(said.contains("is refused for ever"), "{said}");
    }
    // Back on the true log: nothing that the fork showed stays in the way.
    for folder in ["trustee-1", "new-5"] {
        let _ = std::fs::remove_file(offline.path(folder).join(&id).join("checkpoint"));
    }
    nothing_is_shown_of_a_record_that_is_not_whole(offline, election);
    let stick = offline.stick(election);
    let unasked = ["--record", &stick, "--election", &id, "--out", "unused"];
    assert!(offline.refused(&first, 2, &[&["decrypt"], &unasked[..]].concat()).contains("say --yes"));
    for name in [first.as_str(), "trustee-2", "new-5"] {
        let said = offline.carried(election, name, &["decrypt"]);
        assert!(said.contains("sums") && said.contains("stored and written"), "{said}");
    }
    assert_eq!(election.record.valid_partials(), [1, 2, 5]);
    // The restored share is bound by now too.
    let _ = std::fs::remove_file(offline.path("new-5").join(&id).join("checkpoint"));
    assert!(offline.refused("new-5", 1, &[&["decrypt"], &log[..]].concat()).contains("is refused for ever"));
    let _ = std::fs::remove_file(offline.path("new-5").join(&id).join("checkpoint"));
    let stick = offline.stick(election);
    let status = offline.ok("new-5", &["status", "--json", "--record", &stick, "--election", &id]);
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["decryptions"]["valid"], serde_json::json!([1, 2, 5]));
    assert_eq!(status["own"]["restored"], true);
    assert_eq!(status["next"]["command"], Value::Null);
}
