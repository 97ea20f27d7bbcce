//! A draft by questions: the answers of a whole interview, wrong ones, ways back, stops, and the program with a pipe.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails where it stands"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use plebiscite_admin::draft::from_description;
use plebiscite_admin::interview::{Answers, Interview, Question, Turn};
use plebiscite_board::cosignature::WitnessKey;
use plebiscite_election::manifest::document::{Condition, Document};
use plebiscite_election::manifest::time::Time;
use plebiscite_support::key_of;

fn key(role: &str, number: usize) -> String {
    hex::encode(key_of(role, number).verifying_key().to_bytes())
}

fn vkey(number: usize) -> String {
    WitnessKey::new(&format!("w{number}.example"), key_of("witness", number).verifying_key()).unwrap().vkey()
}

/// A referendum in two languages with all parties, by the names of its questions; every other question takes its default.
fn referendum() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = [
        ("languages", "ru, en"),
        ("title.ru", "Строить ли станцию?"),
        ("title.en", "Shall the station be built?"),
        ("test", "no"),
        ("roll", "12,284,487"),
        ("contests.0.question.ru", "Согласны ли вы?"),
        ("contests.0.question.en", "Do you agree?"),
        ("contests.0.rule.turnout", "more than 1/2"),
        ("contests.0.rule.of", "participants"),
        ("zone", "+05:00"),
        ("opens", "2099-10-06 07:00"),
        ("closes", "2099-10-08 20:00"),
        ("latest", "2099-10-10 20:00"),
    ]
    .map(|(key, answer)| (key.to_owned(), answer.to_owned()))
    .to_vec();
    for (role, count) in [("officials", 3), ("trustees", 5), ("registrars", 2)] {
        let single = role.trim_end_matches('s');
        all.extend((0..count).map(|number| {
            (format!("{role}.{number}"), format!("{single} {} {}", number + 1, key(single, number)))
        }));
    }
    all.push(("board".to_owned(), key("board", 0)));
    all.extend((0..4).map(|number| (format!("witnesses.{number}"), vkey(number))));
    all
}

fn question(interview: &Interview) -> Question {
    match interview.turn() {
        Turn::Ask(question) => question,
        Turn::Done(_) => panic!("all is answered"),
    }
}

/// The answer to a question: the one given, or none, which means the default.
fn answer_of<'a>(answers: &'a [(String, String)], question: &Question) -> &'a str {
    answers.iter().find(|answer| answer.0 == question.key).map_or("", |answer| answer.1.as_str())
}

/// Answers everything; what was said, and the questions in their order.
fn finish(interview: &mut Interview, answers: &[(String, String)]) -> (Document, Vec<String>, Vec<String>) {
    let (mut said, mut asked) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        match interview.turn() {
            Turn::Done(document) => return (*document, said, asked),
            Turn::Ask(question) => {
                let given = answer_of(answers, &question);
                said.extend(
                    interview.answer(given).unwrap_or_else(|fault| panic!("{}: {fault}", question.key)),
                );
                asked.push(question.key);
            }
        }
    }
    panic!("there is no end of questions");
}

fn with(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut answers = referendum();
    for (key, answer) in changes {
        answers.retain(|other| other.0 != *key);
        answers.push(((*key).to_owned(), (*answer).to_owned()));
    }
    answers
}

#[test]
fn a_referendum_is_drafted_by_its_answers_and_is_what_draft_takes() {
    let (document, said, asked) = finish(&mut Interview::default(), &referendum());
    let manifest = from_description(&serde_json::to_vec(&document).unwrap()).unwrap();
    assert!(!document.test && document.binding);
    assert_eq!(document.languages, ["ru", "en"]);
    assert_eq!((document.officials.quorum, document.trustees.threshold), (2, 3));
    assert_eq!((document.witnesses.faulty, document.witnesses.quorum), (1, 3));
    assert_eq!(document.schedule.opens.to_string(), "2099-10-06T02:00:00Z");
    assert!(matches!(document.rules[0].conditions[0], Condition::Turnout { .. }));
    assert_eq!(document.contests[0].options()[0].1.get("ru"), Some("Да"));
    let said = said.join("\n");
    for part in [
        "valid if more than 6,142,243 of 12,284,487 take part",
        "opens 2099-10-06T02:00:00Z (UTC)",
        "3 of 5 decrypt, 4 confirm",
        "title: Shall the station be built?",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(asked.last().unwrap(), "review");
    assert_eq!(manifest.officials().len(), 3);
}

#[test]
fn every_kind_of_question_can_be_asked() {
    let mut answers = vec![
        ("contests.1.kind", "2"),
        ("contests.2.kind", "single_choice"),
        ("contests.2.options", "2"),
        ("contests.3.kind", "approval"),
        ("contests.4.kind", "score"),
        ("contests.4.places", "0"),
        ("contests.5.kind", "cumulative"),
        ("contests.6.kind", "quadratic"),
        ("contests.7.kind", "borda"),
        ("contests.8.kind", "9"),
        ("contests.8.method", "ranked_pairs"),
        ("roll", "1000"),
    ];
    let mut more = Vec::new();
    for contest in 1..9 {
        more.push((format!("contests.{contest}.options"), "3".to_owned()));
        for language in ["ru", "en"] {
            more.push((format!("contests.{contest}.question.{language}"), format!("Question {contest}?")));
            for option in 0..3 {
                let label = format!("Option {}", option + 1);
                more.push((format!("contests.{contest}.options.{option}.{language}"), label));
            }
        }
    }
    answers.extend(
        more.iter()
            .map(|(key, answer)| (key.as_str(), answer.as_str()))
            .filter(|(key, _)| *key != "contests.2.options"),
    );
    let (document, said, asked) = finish(&mut Interview::default(), &with(&answers));
    from_description(&serde_json::to_vec(&document).unwrap()).unwrap();
    assert_eq!((document.contests.len(), document.rules.len(), document.tie_breaks.len()), (9, 2, 1));
    assert!(asked.contains(&"tie_break".to_owned()) && said.iter().any(|note| note.starts_with("advice: ")));
}

#[test]
fn regions_have_names_siblings_or_votes() {
    let regions = [
        ("regions", "2"),
        ("regions.0.id", "N"),
        ("regions.0.name.ru", "Север"),
        ("regions.0.name.en", "North"),
        ("regions.1.id", "S"),
        ("regions.1.name.ru", "Юг"),
        ("regions.1.name.en", "South"),
    ];
    let joined: Vec<_> = regions.into_iter().chain([("regions.0.sibling", "S")]).collect();
    let (document, ..) = finish(&mut Interview::default(), &with(&joined));
    assert_eq!(document.regions[0].sibling.as_deref(), Some("S"));
    let weighed: Vec<_> = regions
        .into_iter()
        .chain([
            ("regions.majority", "yes"),
            ("regions.1.votes", "1/2"),
            ("contests.0.rule.regions", "more than 1/2"),
        ])
        .collect();
    let (document, said, _) = finish(&mut Interview::default(), &with(&weighed));
    assert!(document.regions.iter().all(|region| region.always_opened));
    assert!(said.iter().any(|note| note.contains("region votes are in favour")), "{said:?}");
    from_description(&serde_json::to_vec(&document).unwrap()).unwrap();
}

#[test]
fn small_and_single_parties_are_told_to_voters() {
    let small = [
        ("binding", "no"),
        ("privacy.cell", "5"),
        ("privacy.poll", "yes"),
        ("trustees.1", "done"),
        ("registrars.1", "done"),
        ("witnesses.0", "done"),
    ];
    let (document, ..) = finish(&mut Interview::default(), &with(&small));
    assert!(document.trustees.one_trustee_can_block.is_some());
    assert!(document.privacy.small_numbers_sentence.is_some() && document.privacy.small_poll.is_some());
    assert!(document.registrars.one_registrar_can_vote.is_none());
    from_description(&serde_json::to_vec(&document).unwrap()).unwrap();
    let bound = [("registrars.1", "done")];
    let (document, ..) = finish(&mut Interview::default(), &with(&bound));
    assert!(document.registrars.one_registrar_can_vote.is_some());
}

/// Walks up to a question.
fn up_to(interview: &mut Interview, key: &str, answers: &[(String, String)]) {
    for _ in 0..500 {
        let asked = question(interview);
        if asked.key == key {
            return;
        }
        interview.answer(answer_of(answers, &asked)).unwrap();
    }
    panic!("{key} is never asked");
}

#[test]
fn a_wrong_answer_is_refused_at_once_with_how_to_mend_it_and_changes_nothing() {
    let known = key("official", 0);
    let same = format!("Anna {known}");
    let cases = [
        ("languages", "english", "two or three small letters"),
        ("languages", "en, en", "stands twice"),
        ("title.ru", "a\u{202e}b", "take that character out"),
        ("test", "perhaps", "yes or no"),
        ("roll", "many", "whole number"),
        ("contests.0.kind", "10", "write one of 1 yes_no_blank"),
        ("contests.0.id", "Вопрос", "write 1 to 32 of a-z"),
        ("contests.0.no.ru", "ДА", "looks like another one"),
        ("contests.0.rule.turnout", "2/4", "lowest terms"),
        ("contests.0.rule.majority", "more than 1", "never reached"),
        ("roll.maximum", "12,284,486", "from 12284487 to"),
        ("privacy.cell", "2", "from 3 to"),
        ("officials.0", "Anna", "name and the key"),
        ("officials.0", "Anna 00ff", "64 lower-case"),
        ("officials.1", same.as_str(), "is the key of official 1 already"),
        ("officials.quorum", "1", "from 2 to 3"),
        ("trustees.1", "done", "at least 5 are needed"),
        ("trustees.threshold", "2", "from 3 to 5"),
        ("witnesses.0", "w0.example", "verifier key"),
        ("opens", "tomorrow", "write a time like"),
        ("closes", "2099-10-06 07:00", "name a later time"),
        ("early", "2099-10-09 00:00", "does not lie between"),
    ];
    for (key, wrong, mended) in cases {
        let mut interview = Interview::default();
        up_to(&mut interview, key, &referendum());
        let before = (question(&interview), interview.answers().clone());
        let fault = interview.answer(wrong).unwrap_err();
        assert!(fault.contains(mended), "{key}: {fault}");
        assert_eq!((question(&interview), interview.answers().clone()), before, "{key}");
        interview.answer(answer_of(&referendum(), &before.0)).unwrap();
    }
}

#[test]
fn the_way_back_keeps_every_answer() {
    let answers = referendum();
    let mut interview = Interview::default();
    assert!(!interview.back(), "there is nothing before the first question");
    up_to(&mut interview, "officials.0", &answers);
    assert!(interview.back() && question(&interview).key == "privacy.poll");
    assert!(interview.back() && question(&interview).key == "privacy.eligible");
    assert_eq!(question(&interview).default.as_deref(), Some("30"));
    interview.answer("40").unwrap();
    assert_eq!(question(&interview).key, "officials.0", "what was answered is not asked again");
    // Another language asks for its texts alone.
    for _ in 0..100 {
        if question(&interview).key == "languages" {
            break;
        }
        assert!(interview.back());
    }
    interview.answer("ru, en, kk").unwrap();
    assert_eq!(question(&interview).key, "title.kk");
    interview.answer("Станция салына ма?").unwrap();
    let more = [("contests.0.question.kk", "Келісесіз бе?")];
    let (document, ..) = finish(&mut interview, &with(&more));
    assert_eq!(document.privacy.minimum_eligible, 40);
    assert_eq!(document.contests[0].options()[0].1.get("kk"), Some("Иә"));
    from_description(&serde_json::to_vec(&document).unwrap()).unwrap();
}

#[test]
fn answers_are_read_back_from_their_file_and_what_is_none_is_refused() {
    let mut interview = Interview::default();
    up_to(&mut interview, "trustees.2", &referendum());
    let file = interview.answers().to_file().unwrap();
    let again = Interview::with(Answers::read(&file).unwrap());
    assert_eq!(question(&again), question(&interview));
    let text = String::from_utf8(file).unwrap();
    for bad in ["", "{}", &text.replace("/v1", "/v2"), &text.replacen('{', "{\"more\":1,", 1)] {
        assert!(Answers::read(bad.as_bytes()).is_err(), "{bad}");
    }
    // An answer that was made wrong in the file is asked anew, with what is wrong.
    let wrong = text.replace("\"test\": \"no\"", "\"test\": \"maybe\"");
    let asked = question(&Interview::with(Answers::read(wrong.as_bytes()).unwrap()));
    assert!(asked.key == "test" && asked.fault.unwrap().contains("yes or no"));
}

#[test]
fn minimums_that_fit_a_small_roll_are_proposed_and_what_does_not_fit_is_said_in_numbers() {
    let small = [("roll", "8"), ("regions", "1")];
    let (document, said, asked) = finish(&mut Interview::default(), &with(&small));
    assert_eq!((document.privacy.minimum_cell, document.privacy.minimum_eligible), (3, 3));
    assert_eq!(document.roll.maximum, 13);
    assert!(
        said.contains(&"of about 8 voters at most 5 may stay away, or there is no result".to_owned()),
        "{said:?}"
    );
    assert!(!asked.contains(&"privacy.poll".to_owned()), "three are opened in any case");
    from_description(&serde_json::to_vec(&document).unwrap()).unwrap();
    let said_of = |minimum: &str| {
        let answers = with(&[("roll", "8"), ("privacy.cell", minimum), ("privacy.eligible", "3")]);
        finish(&mut Interview::default(), &answers).1.join("\n")
    };
    assert!(said_of("8").contains("WARNING: of about 8 voters all have to vote, or there is no result"));
    assert!(said_of("9").contains("WARNING: of about 8 voters there is no result then, however many vote"));
    assert!(said_of("5").contains("WARNING: of about 8 voters at most 3 may stay away"));
    assert!(
        said_of("4").contains("of about 8 voters at most 4 may stay away")
            && !said_of("4").contains("WARNING")
    );
    // Of a large roll the minimums are those that are advised.
    let (document, ..) = finish(&mut Interview::default(), &referendum());
    assert_eq!((document.privacy.minimum_cell, document.privacy.minimum_eligible), (30, 30));
}

#[test]
fn times_that_have_passed_are_said_to_have_passed_and_others_are_not() {
    let said_at = |now: &str| {
        let mut interview = Interview::default().at(Time::parse(now).unwrap());
        finish(&mut interview, &referendum()).1.join("\n")
    };
    let late = said_at("2099-10-07T00:00:00Z");
    assert_eq!(
        late.matches("WARNING: that has passed: it is 2099-10-07T00:00:00Z (UTC) now").count(),
        1,
        "{late}"
    );
    assert!(late.contains("advice: schedule.opens is 2099-10-06T02:00:00Z, which has passed"), "{late}");
    assert!(!said_at("2099-10-05T00:00:00Z").contains("passed"));
}

#[test]
fn nothing_that_is_asked_or_said_names_what_only_programmers_know() {
    let mut interview = Interview::default().at(Time::parse("2100-01-01T00:00:00Z").unwrap());
    let answers = with(&[("privacy.cell", "5"), ("roll", "100"), ("witnesses.0", "done")]);
    let mut words = String::new();
    for _ in 0..500 {
        match interview.turn() {
            Turn::Done(_) => break,
            Turn::Ask(question) => {
                words += &format!("{}\n{}\n", question.prompt, question.help);
                words += &interview.answer(answer_of(&answers, &question)).unwrap().join("\n");
            }
        }
    }
    // The field that an advice is about is named as the file has it.
    let words = words.replace("privacy.minimum_cell", "");
    for unknown in ["cell ", "cells", "credential", "siblings"] {
        assert!(!words.contains(unknown), "{unknown}: {words}");
    }
}

fn program(folder: &Path, arguments: &[&str], lines: &[String]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plebiscite-admin"));
    command.arg("new").arg("--out").arg(folder.join("description.json")).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // It may end before it has read everything.
    let _ = input.write_all(lines.iter().map(|line| format!("{line}\n")).collect::<String>().as_bytes());
    drop(input);
    child.wait_with_output().unwrap()
}

#[test]
fn the_program_takes_piped_answers_stops_and_goes_on() {
    let answers = referendum();
    let (_, _, asked) = finish(&mut Interview::default(), &answers);
    let lines: Vec<String> = asked
        .iter()
        .map(|key| {
            answers.iter().find(|answer| answer.0 == *key).map_or(String::new(), |answer| answer.1.clone())
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let none = program(folder.path(), &[], &[]);
    let said = String::from_utf8(none.stderr).unwrap();
    assert_eq!(none.status.code(), Some(5));
    assert!(
        said.contains("stopped before the first answer: nothing is kept") && !said.contains("--resume"),
        "{said}"
    );
    let (first, rest) = lines.split_at(20);
    let stopped = program(folder.path(), &[], first);
    let said = String::from_utf8(stopped.stderr).unwrap();
    assert_eq!(stopped.status.code(), Some(5), "{said}");
    assert!(said.contains("description.json --resume"), "{said}");
    // Without --resume nothing is asked over what is kept.
    assert_eq!(program(folder.path(), &[], first).status.code(), Some(3));
    // A wrong answer in a pipe stops: the next line would answer another question.
    let wrong: Vec<String> = vec!["?".to_owned(), "<".to_owned(), String::new(), "nobody".to_owned()];
    let refused = program(folder.path(), &["--resume"], &wrong);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    // By what was asked, not by the name under which the answer is kept.
    assert!(
        said.contains("line 4 of the answers, to \"question: which turnout") && !said.contains("contests.0"),
        "{said}"
    );
    let done = program(folder.path(), &["--resume"], rest);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.contains("plebiscite-admin draft"), "{said}");
    let written = std::fs::read(folder.path().join("description.json")).unwrap();
    assert!(from_description(&written).is_ok());
    // What stands is not overwritten.
    assert_eq!(program(folder.path(), &["--resume"], rest).status.code(), Some(3));
}
