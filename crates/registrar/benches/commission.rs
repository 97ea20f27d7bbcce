//! What a commission waits for: 5,000 letters; and with `--million`, the program's own way with a roll of 1,000,000 voters,
//! imported, keyed, published and sealed, with the most memory that each command held. Rolls are seeded: no voter in them is a person.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use plebiscite_election::credential::{Code, Registrar};
use plebiscite_election::manifest::Manifest;
use plebiscite_registrar::letter::{Recipient, Vote, pdf::Letters};
use plebiscite_roles::entries::Entries;
use plebiscite_roles::vault::{Passphrase, Scope, Vault};
use plebiscite_support::{Dice, Election, Shape, in_languages, of_cantons, write_folder};

const LETTERS: u32 = 5_000;
const MILLION: u32 = 1_000_000;
const CANTONS: usize = 22;
const PASSPHRASE: &str = "bench";

fn main() {
    letters();
    if std::env::args().any(|argument| argument == "--million") {
        million();
    } else {
        println!("the roll of 1,000,000 is measured with `-- --million`");
    }
}

fn election(registrars: u16, voters: u32) -> Election {
    let each = voters.div_ceil(22);
    let shape = Shape { registrars, voters: vec![each; CANTONS], ..Shape::default() };
    let manifest = in_languages(&of_cantons(&shape), &["kk", "ru", "en"]);
    Election::of_manifest(shape, manifest)
}

/// 5,000 letters of one region in three languages, composed, drawn and written as PDF/A.
fn letters() {
    let election = election(2, LETTERS);
    let manifest = Manifest::parse(&election.manifest).expect("the manifest is valid");
    let vote = Vote {
        manifest: &manifest,
        registrar: Registrar::First,
        closes: manifest.document().schedule.closes.unix(),
        site: "https://vote.example.org".to_owned(),
        phone: "+7 000 000 00 00".to_owned(),
        web: Some("https://example.org".to_owned()),
        zone: "+05:00".parse().expect("a zone"),
    };
    let mut dice = Dice::new(1);
    let codes: Vec<Code> = std::iter::repeat_with(|| {
        let bytes = dice.bytes(17);
        bytes.first_chunk().and_then(|entropy| Code::from_entropy(Registrar::First, entropy).ok())
    })
    .flatten()
    .take(LETTERS as usize)
    .collect();
    let begun = Instant::now();
    let mut file = Letters::begin(&vote).expect("the settings are PDF/A's");
    for (number, (code, language)) in (0..).zip(codes.iter().zip(["kk", "ru", "en"].into_iter().cycle())) {
        let name = format!("voter-{number:06}");
        let address = format!("Bundesplatz {number}, 3005 Bern");
        file.add(&Recipient {
            name: &name,
            address: &address,
            region: "BE",
            language,
            number,
            code,
            replaces: None,
        })
        .expect("a letter is written");
    }
    let bytes = file.finish().expect("the letters are PDF/A");
    println!("{LETTERS} letters: {:.1} s, {} bytes", begun.elapsed().as_secs_f32(), bytes.len());
}

fn million() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let mut election = election(1, MILLION);
    std::fs::write(at("roll.csv"), voter_file()).expect("the voter file is written");
    std::fs::write(at("manifest.json"), &election.manifest).expect("the manifest is written");
    run(
        folder.path(),
        "imported",
        &["prepare", "roll.csv", "--manifest", "manifest.json", "--out", "roll.prepared", "--yes"],
    );
    election.set_up();
    election.hold_ceremony();
    record(&at("record"), &election);
    let office = at("office");
    std::fs::create_dir(&office).expect("a folder");
    let key = election.registrars.first().expect("a registrar");
    let sealed = [key.to_bytes().as_slice(), key.verifying_key().as_bytes()].concat();
    let passphrase = Passphrase::new(PASSPHRASE.to_owned()).expect("a passphrase");
    let scope = Scope { role: "registrar", election: None };
    Vault::create(&office.join("key.vault"), &scope, &passphrase, &sealed).expect("the key is kept");
    let commit = [
        "commit",
        "--yes",
        "--roll",
        "roll.prepared",
        "--record",
        "record",
        "--folder",
        "office",
        "--out",
        "commitment",
    ];
    run(folder.path(), "keyed, list made and committed to", &commit);
    carry(&mut election, &at("commitment"));
    record(&at("record"), &election);
    let publish = ["publish", "--record", "record", "--folder", "office", "--out", "list"];
    run(folder.path(), "published, as a file", &publish);
    carry(&mut election, &at("list"));
    election.seal_roll();
    record(&at("record"), &election);
    let codes = ["codes", "--roll", "roll.prepared", "--record", "record", "--folder", "office"];
    let out = ["--site", "https://vote.example.org", "--out", "codes.csv"];
    run(folder.path(), "record of the sealed roll verified, codes written", &[&codes[..], &out].concat());
}

/// What a registrar has written is carried to the board.
fn carry(election: &mut Election, file: &Path) {
    let file = Entries::open(file).expect("the entries are written");
    election.append_all(&file.entries);
}

fn record(folder: &Path, election: &Election) {
    write_folder(folder, &election.entries, election.checkpoint().note());
}

/// Voters of all cantons in a seeded order, with addresses.
fn voter_file() -> String {
    let mut dice = Dice::new(2);
    let names: Vec<String> = of_cantons(&Shape { voters: vec![5; CANTONS], ..Shape::default() })
        .regions
        .into_iter()
        .map(|region| region.id)
        .collect();
    let mut file = String::from("voter;region;language;name;address\n");
    for voter in 0..MILLION {
        let (canton, language) = (dice.of(&names), dice.of(&["kk", "ru", "en"]));
        let house = dice.below(200);
        writeln!(
            file,
            "voter-{voter:07};{canton};{language};voter-{voter:07};Bundesplatz {house}, 3005 Bern"
        )
        .expect("a text can be written to");
    }
    file
}

/// Runs the program, and says how long it took and the most memory that it held.
fn run(folder: &Path, what: &str, arguments: &[&str]) {
    let begun = Instant::now();
    let mut program = Command::new(env!("CARGO_BIN_EXE_plebiscite-registrar"));
    program.current_dir(folder).args(arguments).env("PLEBISCITE_PASSPHRASE", PASSPHRASE);
    program.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = program.spawn().expect("the program starts");
    let mut most = 0;
    let status = loop {
        most = resident(child.id()).unwrap_or(most).max(most);
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{what}: {status}");
    println!("{MILLION} voters {what}: {:.1} s, {} MiB at most", begun.elapsed().as_secs_f32(), most / 1_024);
}

/// The most that a process has held, in KiB, where the system says so.
fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
