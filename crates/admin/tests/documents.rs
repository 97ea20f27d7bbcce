//! The documents of a result, of an election held with every role's real code: what they say is what the record says.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

use std::process::Command;

use plebiscite_admin::documents::{Certified, DocumentError, protocol, table};
use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::document::{Document, Text};
use plebiscite_pages::Language;
use plebiscite_support::{Election, Shape, document, write_folder};

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
    let shape = Shape::default();
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

#[test]
fn the_protocol_says_in_each_language_what_the_record_says() {
    let election = held();
    let root = hex::encode(election.seen().root);
    let certified = Certified { size: election.seen().size, root: root.clone(), officials: vec![0, 1] };
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
        if let Ok(kept) = std::env::var("PLEBISCITE_KEEP_PDF") {
            std::fs::write(format!("{kept}/protocol.{}.pdf", language.code()), &pdf).unwrap();
        }
        // Where the tool is not installed there is nothing to compare with.
        let Ok(out) = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output() else { continue };
        let text = String::from_utf8(out.stdout).unwrap();
        for part in words.into_iter().chain(["official 1", "official 2", "plebiscite-verify record"]) {
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
    let none = Certified { size: 1, root: String::new(), officials: Vec::new() };
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
