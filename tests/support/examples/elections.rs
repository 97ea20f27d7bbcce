//! Writes small elections as folders that a server imports, with their codes: the stage of the pages' tests.
//!
//! `cargo run -p plebiscite-support --example elections -- FOLDER CLOSES`: an open one with one registrar, an open one with two,
//! one that asks something else, one that is closed, one with a certified result, an open one with observers, one that opens
//! later, one that was cancelled, one that closes. `FOLDER/elections.json` names their ids, codes and fingerprints.
//! `FOLDER/closing-closed` is the log of the last one once the board has closed it. `FOLDER/other-key` is a lie: the log of
//! the first with another election key, which the board signed and no trustee.
//!
//! With `--long` instead: one of 2,000 ballots with a certified result, which a browser counts in several workers. Beside it
//! `FOLDER/long-open` is its log up to the last ballot, and `FOLDER/long-wrong` the same with the signature of one ballot
//! changed, at the index that `FOLDER/elections.json` names `wrong`; the board signed both. With `--measured` two open ones, of
//! yes, no and blank and of ten options, for measurements.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a stage that cannot be set must fail where it stands"
)]
#![allow(clippy::indexing_slicing, reason = "likewise")]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::note::NoteKey;
use plebiscite_election::contest::Choice;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::entry::{Cancel, Entry, MessageKind, ScheduledClose};
use plebiscite_election::manifest::document::{ContestDocument, Document, Text};
use plebiscite_election::manifest::time::Time;
use plebiscite_support::{Election, Shape, chain, checkpoint_of, document, key_of, write_folder};
use rayon::prelude::*;
use serde_json::{Value, json};

/// Ballots of the long one.
const LONG: usize = 2_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("the folder to write"));
    let closes = Time::parse(&arguments.next().expect("when voting ends"))
        .expect("a time such as 2030-01-01T00:00:00Z");
    let wanted = arguments.next().unwrap_or_default();
    fs::create_dir_all(&folder).unwrap();
    board_key(&folder.join("board.key"));
    let elections = match wanted.as_str() {
        "" => all(&folder, closes),
        "--long" => json!({ "long": long(&folder) }),
        "--measured" => measured(&folder, closes),
        other => panic!("there is no {other}"),
    };
    fs::write(folder.join("elections.json"), serde_json::to_vec_pretty(&elections).unwrap()).unwrap();
}

fn all(folder: &Path, closes: Time) -> Value {
    forge(&folder.join("other-key"), opened("open", Some(closes), 1, 1));
    json!({
        "open": open(folder, "open", Some(closes), 1, 0),
        "two": open(folder, "two", Some(closes), 2, 0),
        "other": open(folder, "other", Some(closes), 1, 100),
        "closed": closed(folder),
        "finished": finished(folder),
        "watched": watched(folder, closes),
        "coming": coming(folder, closes),
        "cancelled": cancelled(folder, closes),
        "closing": closing(folder, closes),
    })
}

/// Open ones, of yes, no and blank, and of ten options and blank: what a browser's proofs are measured with.
fn measured(folder: &Path, closes: Time) -> Value {
    let ten = Shape { question: false, options: 10, ..shape("ten", 1) };
    json!({
        "three": open(folder, "three", Some(closes), 1, 0),
        "ten": write(folder, "ten", &opened_of(ten, Some(closes), 0)),
    })
}

fn board_key(path: &Path) {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).unwrap();
    file.write_all(hex::encode(key_of("board", 0).to_bytes()).as_bytes()).unwrap();
}

fn open(folder: &Path, name: &str, closes: Option<Time>, registrars: u16, draws: usize) -> Value {
    write(folder, name, &opened(name, closes, registrars, draws))
}

/// Takes every trustee's signature from the confirmations of the election key; the board signs what is left.
fn forge(folder: &Path, mut election: Election) {
    let entries = std::mem::take(&mut election.entries);
    election.tree = Tree::new();
    for mut entry in entries {
        let confirms = matches!(Entry::decode(&entry), Ok(Entry::Head(head)) if head.slot.message == MessageKind::Round(4));
        if let Some(last) = entry.last_mut().filter(|_| confirms) {
            *last ^= 1;
        }
        election.force(&entry);
    }
    write_folder(folder, &election.entries, election.checkpoint().note());
}

fn closed(folder: &Path) -> Value {
    let mut election = opened("closed", None, 1, 0);
    election.close();
    write(folder, "closed", &election)
}

fn finished(folder: &Path) -> Value {
    let mut election = opened("finished", None, 1, 0);
    for voter in 0..6 {
        election.cast(voter, &[Choice::Option(u16::from(voter % 3 == 0))]);
    }
    election.cast(2, &[Choice::Blank]);
    election.finish();
    write(folder, "finished", &election)
}

/// One that several workers count: from 2,000 entries on a browser shares a count out.
fn long(folder: &Path) -> Value {
    let mut election = opened("long", None, 1, 0);
    let voters = u32::try_from(election.credentials.len()).unwrap();
    let chains: Vec<Vec<Vec<u8>>> =
        (0..voters).into_par_iter().map(|voter| chain(&election, voter, LONG / voters as usize)).collect();
    for round in 0..LONG / chains.len() {
        chains.iter().for_each(|chain| drop(election.append(&chain[round]).unwrap()));
    }
    let last = election.entries.len();
    // Of three workers the second judges it, whose number is the remainder.
    let wrong = (last / 2..last).find(|index| index % 3 == 1).unwrap();
    for (name, changed) in [("long-open", None), ("long-wrong", Some(wrong))] {
        let mut entries = election.entries.clone();
        // The last 64 bytes are the signature, which nothing after it depends on.
        changed.into_iter().for_each(|index| *entries[index].last_mut().unwrap() ^= 1);
        let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
        let checkpoint = checkpoint_of(election.id(), &tree, &election.board);
        write_folder(&folder.join(name), &entries, checkpoint.note());
    }
    election.finish();
    let mut told = write(folder, "long", &election);
    told["wrong"] = json!(wrong);
    told
}

/// An open election whose manifest names three observers of whom two must confirm, with the keys of two.
fn watched(folder: &Path, closes: Time) -> Value {
    let election = opened_of(Shape { witnesses: (3, 2, 1), ..shape("watched", 1) }, Some(closes), 0);
    let mut told = write(folder, "watched", &election);
    let origin = format!("plebiscite/v1/{}", election.id());
    told["log"] = json!(NoteKey::new(&origin, election.board.verifying_key()).unwrap().vkey());
    let witness = |number: usize| {
        let (name, key) = (format!("witness{}", number + 1), key_of("witness", number));
        let vkey = WitnessKey::new(&name, key.verifying_key()).unwrap().vkey();
        json!({ "name": name, "key": hex::encode(key.to_bytes()), "vkey": vkey })
    };
    told["witnesses"] = (0..2).map(witness).collect();
    told
}

/// Everything is ready, and voting opens six hours from now.
fn coming(folder: &Path, closes: Time) -> Value {
    let opens = Time::from_unix(closes.unix() - 24 * 3_600).unwrap();
    write(folder, "coming", &sealed_of(shape("coming", 1), Some((opens, closes)), 0))
}

fn cancelled(folder: &Path, closes: Time) -> Value {
    let mut election = opened("cancelled", Some(closes), 1, 0);
    let act = election.act(Cancel { reason: "the letters were wrong".to_owned() });
    election.append(&act).unwrap();
    write(folder, "cancelled", &election)
}

/// An open one, and beside it the same log once the board has closed it.
fn closing(folder: &Path, closes: Time) -> Value {
    let mut election = opened("closing", Some(closes), 1, 0);
    let told = write(folder, "closing", &election);
    let close = ScheduledClose { election: election.id(), time: closes.unix(), signature: [0; 64] };
    election.append(&close.signed(&election.board).encode()).unwrap();
    write_folder(&folder.join("closing-closed"), &election.entries, election.checkpoint().note());
    told
}

fn shape(name: &str, registrars: u16) -> Shape {
    Shape { title: name.to_owned(), registrars, voters: vec![12, 8], ..Shape::default() }
}

/// An open election; with another number of draws before it, other keys and codes are drawn for the same manifest.
fn opened(name: &str, closes: Option<Time>, registrars: u16, draws: usize) -> Election {
    opened_of(shape(name, registrars), closes, draws)
}

fn opened_of(shape: Shape, closes: Option<Time>, draws: usize) -> Election {
    let times = closes.map(|closes| (Time::from_unix(closes.unix() - 3 * 86_400).unwrap(), closes));
    let mut election = sealed_of(shape, times, draws);
    election.open();
    election
}

/// Up to the sealed roll, with the times of opening and closing, or those of the shape.
fn sealed_of(shape: Shape, times: Option<(Time, Time)>, draws: usize) -> Election {
    let mut manifest = document(&shape);
    // Questions of options are in English only.
    if shape.options == 0 {
        translate(&mut manifest);
    }
    if let Some((opens, closes)) = times {
        let at = |seconds: i64| Time::from_unix(closes.unix().saturating_add_signed(seconds)).unwrap();
        manifest.schedule.opens = opens;
        manifest.schedule.closes = closes;
        manifest.schedule.latest_close = at(86_400);
        manifest.schedule.earliest_early_close = None;
    }
    let mut election = Election::of_manifest(shape, serde_json::to_vec_pretty(&manifest).unwrap());
    for _ in 0..draws {
        let _drawn = election.fresh();
    }
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    election.seal_roll();
    election
}

/// The question of the referendum of 2024 in Kazakhstan, as its commission approved it.
fn translate(manifest: &mut Document) {
    let name = manifest.title.0.get("en").cloned().unwrap_or_default();
    manifest.languages = ["kk", "ru", "en"].map(str::to_owned).to_vec();
    manifest.title = text(
        "Атом электр станциясы туралы референдум",
        "Референдум об атомной электростанции",
        "Referendum on a nuclear power plant",
    );
    let about = if name == "other" {
        ("тоқтатуға", "прекращением строительства", "halting")
    } else {
        ("салуға", "строительством", "construction")
    };
    manifest.contests = vec![ContestDocument::YesNoBlank {
        id: "question".to_owned(),
        question: text(
            &format!("Сіз Қазақстанда атом электр станциясын {} келісесіз бе?", about.0),
            &format!("Согласны ли Вы со {} атомной электростанции в Казахстане?", about.1),
            &format!("Do you agree with the {} of a nuclear power plant in Kazakhstan?", about.2),
        ),
        yes: text("Иә, келісемін", "Да, согласен (-на)", "Yes, I agree"),
        no: text("Жоқ, келіспеймін", "Нет, не согласен (-на)", "No, I disagree"),
        blank: text("Бос дауыс", "Пустой голос", "Blank vote"),
    }];
    for (number, region) in (1..).zip(&mut manifest.regions) {
        let numbered = |words: &str| format!("{words} {number} ({name})");
        region.name = text(&numbered("Өңір"), &numbered("Регион"), &numbered("Region"));
    }
    if let Some(sentence) = &mut manifest.privacy.small_numbers_sentence {
        *sentence = text(
            "Өте шағын топтардың нәтижелері де ашылады.",
            "Открываются и результаты очень малых групп.",
            "Results of very small groups are opened too.",
        );
    }
    if let Some(sentence) = &mut manifest.trustees.one_trustee_can_block {
        *sentence = text(
            "Кілт сақтаушылардың әрқайсысы нәтижені тоқтата алады.",
            "Любой один хранитель ключа может остановить подведение итога.",
            "Any one keeper of a key can block the result.",
        );
    }
}

fn text(kk: &str, ru: &str, en: &str) -> Text {
    Text(BTreeMap::from(
        [("kk", kk), ("ru", ru), ("en", en)].map(|(code, words)| (code.to_owned(), words.to_owned())),
    ))
}

fn write(folder: &Path, name: &str, election: &Election) -> Value {
    write_folder(&folder.join(name), &election.entries, election.checkpoint().note());
    let codes: Vec<Vec<String>> = election
        .codes
        .iter()
        .map(|codes| codes.iter().map(|code| code.printed().to_string()).collect())
        .collect();
    json!({
        "id": election.id().to_string(),
        "fingerprint": Fingerprint::of(&election.id()).to_string(),
        "codes": codes,
        "entries": election.entries.len(),
    })
}
