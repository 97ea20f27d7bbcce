//! A known-good manifest, from which each test changes one thing.

use std::collections::BTreeMap;

use super::Manifest;
use super::document::*;
use super::error::ManifestError;
use super::key::PublicKey;
use super::time::Time;
use crate::rule::fraction::Fraction;

pub(crate) fn text(words: &str) -> Text {
    Text(BTreeMap::from([("de".to_owned(), words.to_owned()), ("fr".to_owned(), format!("{words} fr"))]))
}

pub(crate) fn fraction(words: &str) -> Fraction {
    Fraction::parse(words).unwrap()
}

pub(crate) fn key(seed: u8) -> PublicKey {
    PublicKey(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes())
}

fn members(role: &str, first_seed: u8, count: u8) -> Vec<Member> {
    (0..count).map(|i| Member { name: format!("{role}-{i}"), key: key(first_seed + i) }).collect()
}

pub(crate) fn region(id: &str, sibling: Option<&str>) -> Region {
    Region {
        id: id.to_owned(),
        name: text(&format!("Region {id}")),
        sibling: sibling.map(str::to_owned),
        always_opened: false,
        voter_weight: 1,
        region_votes: Fraction::ONE,
    }
}

pub(crate) fn opened(id: &str, votes: &str) -> Region {
    Region { always_opened: true, region_votes: fraction(votes), ..region(id, None) }
}

pub(crate) fn yes_no(id: &str) -> ContestDocument {
    let (question, yes, no, blank) = (text("Ja oder nein?"), text("Ja"), text("Nein"), text("Leer"));
    ContestDocument::YesNoBlank { id: id.to_owned(), question, yes, no, blank }
}

pub(crate) fn four(id: &str) -> ContestDocument {
    let [question, yes, no, both, none] = ["Ja oder nein?", "Ja", "Nein", "Beides", "Nichts"].map(text);
    ContestDocument::YesNoBothNone { id: id.to_owned(), question, yes, no, both, none }
}

pub(crate) fn single(id: &str, options: usize, blank: bool, places: u16) -> ContestDocument {
    let option = |i: usize| OptionDocument { id: format!("o{i}"), label: text(&format!("Option {i}")) };
    ContestDocument::SingleChoice {
        id: id.to_owned(),
        question: text("Wer?"),
        options: (0..options).map(option).collect(),
        blank: blank.then(|| text("Leer")),
        method: PluralityMethod::Plurality,
        places,
    }
}

pub(crate) fn majority(of: Base) -> Condition {
    Condition::Majority { of, fraction: fraction("1/2"), strict: true }
}

pub(crate) fn turnout() -> Condition {
    Condition::Turnout { of_eligible: fraction("1/2"), strict: true, no_data: false }
}

pub(crate) fn regions(words: &str, strict: bool, no_data: bool) -> Condition {
    Condition::Regions { fraction: fraction(words), strict, no_data }
}

pub(crate) fn rule(contest: &str, conditions: &[Condition]) -> Rule {
    Rule { contest: contest.to_owned(), conditions: conditions.to_vec() }
}

pub(crate) fn document() -> Document {
    let time = |words: &str| Time::parse(words).unwrap();
    Document {
        protocol: "plebiscite/v1".to_owned(),
        test: true,
        binding: true,
        languages: vec!["de".to_owned(), "fr".to_owned()],
        title: text("Probe"),
        contests: vec![yes_no("q1"), single("seats", 3, true, 1)],
        regions: vec![region("A", Some("B")), region("B", Some("A")), opened("C", "1/2")],
        privacy: Privacy {
            minimum_cell: 30,
            minimum_eligible: 30,
            small_numbers_sentence: None,
            small_poll: None,
        },
        rules: vec![rule("q1", &[turnout(), majority(Base::Valid)])],
        tie_breaks: Vec::new(),
        officials: Officials { quorum: 2, keys: members("official", 10, 3) },
        trustees: Trustees {
            threshold: 3,
            members: members("trustee", 20, 5),
            one_trustee_can_block: None,
            minority_can_read: None,
        },
        registrars: Registrars { members: members("registrar", 60, 2), one_registrar_can_vote: None },
        roll: Roll { maximum: 1_000_000 },
        board: Board { key: key(70) },
        witnesses: Witnesses { faulty: 1, quorum: 3, keys: members("witness", 80, 4) },
        schedule: Schedule {
            opens: time("2027-05-01T06:00:00Z"),
            closes: time("2027-05-30T10:00:00Z"),
            latest_close: time("2027-06-06T10:00:00Z"),
            earliest_early_close: None,
            grace_seconds: 600,
        },
        shares_destroyed_after_days: 30,
    }
}

pub(crate) fn parse(document: &Document) -> Result<Manifest, ManifestError> {
    Manifest::parse(&serde_json::to_vec_pretty(document).unwrap())
}

/// The known-good manifest with one change.
pub(crate) fn with(change: impl FnOnce(&mut Document)) -> Result<Manifest, ManifestError> {
    let mut document = document();
    change(&mut document);
    parse(&document)
}
