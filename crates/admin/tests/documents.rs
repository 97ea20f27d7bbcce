//! The documents of a result, of an election held with every role's real code: what they say is what the record says.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

use std::process::Command;

use plebiscite_admin::documents::{Certified, DocumentError, protocol, table};
use plebiscite_admin::outcome;
use plebiscite_board::cosignature::cosign;
use plebiscite_board::note::Note;
use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::document::{Document, Text};
use plebiscite_pages::Language;
use plebiscite_support::{Election, Shape, document, key_of, write_folder};

/// The manifest's texts in three languages: the English one, and words of the others before it.
fn translated(document: &mut Document) {
    let all = |text: &mut Text| {
        let words = text.0["en"].clone();
        text.0.insert("kk".to_owned(), format!("Қазақша: {words}"));
        text.0.insert("ru".to_owned(), format!("По-русски: {words}"));
    };
    document.languages = ["kk", "ru", "en"].map(str::to_owned).to_vec();
    let json = serde_json::to_string(&document.contests).unwrap();
    let mut contests: serde_json::Value = serde_json::from_str(&json).unwrap();
    fn walk(value: &mut serde_json::Value) {
        if let Some(words) = value.get("en").and_then(|words| words.as_str()).map(str::to_owned) {
            value["kk"] = format!("Қазақша: {words}").into();
            value["ru"] = format!("По-русски: {words}").into();
            return;
        }
        match value {
            serde_json::Value::Object(fields) => fields.values_mut().for_each(walk),
            serde_json::Value::Array(members) => members.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut contests);
    document.contests = serde_json::from_value(contests).unwrap();
    all(&mut document.title);
    document.regions.iter_mut().for_each(|region| all(&mut region.name));
    document.privacy.small_numbers_sentence.as_mut().into_iter().for_each(all);
}

fn held() -> Election {
    held_as(Shape::default())
}

fn held_as(shape: Shape) -> Election {
    let mut changed = document(&shape);
    translated(&mut changed);
    let mut election = Election::of_manifest(shape, serde_json::to_vec_pretty(&changed).unwrap());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    election.seal_roll();
    election.open();
    for voter in 0..8 {
        election.cast(voter, &[Choice::Option(u16::from(voter > 4))]);
    }
    election.finish();
    election
}

/// What the program finds in a record that no witness cosigned.
fn certified(election: &Election) -> Certified {
    Certified {
        size: election.seen().size,
        root: hex::encode(election.seen().root),
        officials: vec![0, 1],
        cosigned: Vec::new(),
        is_final: None,
    }
}

/// The words of a PDF on one line; none where the tool is not installed.
fn words_of(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let out = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().ok()?;
    let text = String::from_utf8(out.stdout).unwrap();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn the_protocol_names_the_witnesses_and_says_until_they_cosigned_that_it_is_not_final() {
    let election = held_as(Shape { witnesses: (3, 2, 1), ..Shape::default() });
    let time = 1_812_384_000;
    let last = |cosigned: [Option<u64>; 3], is_final| Certified {
        cosigned: cosigned.to_vec(),
        is_final: Some(is_final),
        ..certified(&election)
    };
    let cases = [
        (
            Language::English,
            [
                "NOT FINAL.",
                "They have not yet:",
                "so it is final:",
                "witness1: cosigned on 7 June 2027, 16:00 UTC",
                "witness3: has not cosigned a log with this result",
            ],
        ),
        (
            Language::Russian,
            [
                "НЕ ОКОНЧАТЕЛЬНО.",
                "Этого ещё не произошло:",
                "и он окончательный:",
                "witness1: подпись: 7 июня 2027 г., 16:00 UTC",
                "witness3: книгу с этим итогом не подписал",
            ],
        ),
        (
            Language::Kazakh,
            [
                "ТҮПКІЛІКТІ ЕМЕС.",
                "Әлі қол қойылған жоқ:",
                "сондықтан ол түпкілікті:",
                "witness1: қол қойылды: 2027 жылғы 7 маусым, 16:00 UTC",
                "witness3: осы қорытынды бар кітапқа қол қойған жоқ",
            ],
        ),
    ];
    for (language, [not_final, awaited, is_final, first, third]) in cases {
        let early = protocol(&election.record, language, &last([Some(time), None, None], false)).unwrap();
        let settled =
            protocol(&election.record, language, &last([Some(time), Some(time), None], true)).unwrap();
        keep(&format!("not-final.{}.pdf", language.code()), &early);
        let (Some(early), Some(settled)) = (words_of(&early), words_of(&settled)) else { continue };
        for part in [not_final, awaited, first, third] {
            assert!(early.contains(part), "{part} in {early}");
        }
        for part in [is_final, first, third] {
            assert!(settled.contains(part), "{part} in {settled}");
        }
        assert!(!settled.contains(not_final) && !settled.contains(awaited), "{settled}");
        assert!(!early.contains(is_final), "{early}");
    }
}

fn keep(name: &str, pdf: &[u8]) {
    if let Ok(kept) = std::env::var("PLEBISCITE_KEEP_PDF") {
        std::fs::write(format!("{kept}/{name}"), pdf).unwrap();
    }
}

#[test]
fn documents_made_before_the_quorum_cosigned_warn_and_those_made_after_do_not() {
    let election = held_as(Shape { witnesses: (3, 2, 1), ..Shape::default() });
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    write_folder(&log, &election.entries, election.checkpoint().note());
    let run = |out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plebiscite-admin"));
        command.arg("documents").arg("--folder").arg(folder.path().join("own")).arg("--record").arg(&log);
        let said = command.arg("--out").arg(folder.path().join(out)).output().unwrap();
        let warned = String::from_utf8(said.stderr).unwrap();
        assert!(said.status.success(), "{warned}");
        let pdf = std::fs::read(folder.path().join(out).join("protocol.en.pdf")).unwrap();
        (warned, words_of(&pdf))
    };
    let (warned, words) = run("early");
    assert!(warned.contains("warning: the result is not final"), "{warned}");
    assert!(words.is_none_or(|words| words.contains("NOT FINAL.")));
    // One of the two that are needed is not enough; two are.
    let note = election.checkpoint().note().to_vec();
    let text = Note::parse(&note).unwrap().text;
    let line = |number: usize| {
        let name = format!("witness{}", number + 1);
        cosign(&text, &name, 1_812_384_000, &key_of("witness", number)).unwrap()
    };
    let cosigned = |lines: &[String]| {
        std::fs::create_dir_all(log.join("cosigned")).unwrap();
        let whole = [String::from_utf8(note.clone()).unwrap(), lines.concat()].concat();
        std::fs::write(log.join("cosigned/latest"), whole).unwrap();
    };
    cosigned(&[line(0)]);
    assert!(run("one").0.contains("not final"));
    cosigned(&[line(0), line(2)]);
    let (warned, words) = run("two");
    assert!(!warned.contains("warning"), "{warned}");
    assert!(
        words.is_none_or(|words| !words.contains("NOT FINAL.") && words.contains("witness3: cosigned on"))
    );
}

#[test]
fn the_protocol_says_in_each_language_what_the_record_says() {
    let election = held();
    let root = hex::encode(election.seen().root);
    let certified = certified(&election);
    let folder = tempfile::tempdir().unwrap();
    for (language, words) in [
        (Language::Kazakh, ["Дауыс беру қорытындысының хаттамасы", "Қабылданбады", "Қазақша: Region 0"]),
        (Language::Russian, ["Протокол об итогах голосования", "Не принято", "По-русски: Region 0"]),
        (Language::English, ["Protocol of the result", "Not adopted", "Region 0"]),
    ] {
        let pdf = protocol(&election.record, language, &certified).unwrap();
        assert_eq!(pdf, protocol(&election.record, language, &certified).unwrap());
        let path = folder.path().join("a.pdf");
        std::fs::write(&path, &pdf).unwrap();
        keep(&format!("protocol.{}.pdf", language.code()), &pdf);
        // Where the tool is not installed there is nothing to compare with.
        let Ok(out) = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output() else { continue };
        let text = String::from_utf8(out.stdout).unwrap();
        for part in
            words.into_iter().chain(["official 1", "official 2", "plebiscite-verify record", "12:00 UTC"])
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        let pressed: String = text.split_whitespace().collect();
        assert!(pressed.contains(&root) && pressed.contains(&election.id().to_string()), "{text}");
        assert!(!text.contains("official 3"), "who did not certify is not named");
    }
}

#[test]
fn the_table_has_the_totals_and_every_cell() {
    let election = held();
    let text = String::from_utf8(table(&election.record).unwrap()).unwrap();
    assert!(text.starts_with("contest,kind,region,answer,count,heads,eligible\n"), "{text}");
    for line in [
        "question,yes_no,,yes,5,8,9",
        "question,yes_no,,no,3,8,9",
        "question,yes_no,,(blank),0,8,9",
        "question,yes_no,r0,yes,5,5,5",
        "question,yes_no,r1,no,3,3,4",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
}

#[test]
fn before_the_result_there_are_no_documents() {
    let election = Election::opened(Shape::default());
    assert!(matches!(table(&election.record), Err(DocumentError::NoResult)));
    let none = certified(&election);
    assert!(matches!(protocol(&election.record, Language::English, &none), Err(DocumentError::NoResult)));
}

#[test]
fn the_program_writes_all_documents_and_what_it_writes_verifies() {
    let election = held();
    let folder = tempfile::tempdir().unwrap();
    let (log, out) = (folder.path().join("log"), folder.path().join("out"));
    write_folder(&log, &election.entries, election.checkpoint().note());
    let run = |log: &std::path::Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plebiscite-admin"));
        command.arg("documents").arg("--folder").arg(folder.path().join("own")).arg("--record").arg(log);
        command.arg("--out").arg(&out).output().unwrap()
    };
    let said = run(&log);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    for name in [
        "protocol.kk.pdf",
        "protocol.ru.pdf",
        "protocol.en.pdf",
        "counts.csv",
        "report.json",
        "record.plebiscite",
    ] {
        assert!(out.join(name).is_file(), "{name}");
    }
    // The record in one file is a record for every command that takes one.
    assert!(run(&out.join("record.plebiscite")).status.success());
    let unfinished = folder.path().join("unfinished");
    let opened = Election::opened(Shape::default());
    write_folder(&unfinished, &opened.entries, opened.checkpoint().note());
    assert_eq!(run(&unfinished).status.code(), Some(5));
}

#[test]
fn a_result_is_shown_in_counts_and_words_before_it_is_signed() {
    let election = held();
    let verdict = &election.record.result().unwrap().verdict;
    let said = outcome::result(&election.record, verdict).join("\n");
    for part in [
        "question question: Do you agree? / Қазақша: Do you agree? / По-русски: Do you agree?",
        "  took part: 8 of 9",
        "  yes, Yes / Қазақша: Yes / По-русски: Yes: 5",
        "  VERDICT: not adopted",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let answers = ["holds: ", "fails: "].map(|answer| said.matches(answer).count());
    assert_eq!(answers, [1, 1], "more yes than no, and one of two regions is not enough: {said}");
    assert_eq!(Some(verdict), election.record.expected_verdict().ok(), "what is shown before it is posted");
}
