//! Votes of every further kind, with options A, B, C …: what is chosen comes from a seeded generator, for no such vote of
//! history is at hand.

use plebiscite_election::contest::Contest;
use plebiscite_election::manifest::document::{ContestDocument, OptionDocument, RankedMethod, TotalMethod};
use plebiscite_support::{Dice, any_choice};

use super::vote::{Region, Vote, Ways, text};

/// The generator's seed.
const SEED: u64 = 6;
/// Voters of each of both regions, and how many of them take part.
const REGION: (u64, u64) = (60, 48);

/// Six proposals, each rated from 0 to 10; no winner is named.
pub fn ratings() -> Result<Vote, String> {
    let (question, options) = (
        asks("How do you rate each?", "Как вы оцениваете каждый?", "Әрқайсысын қалай бағалайсыз?"),
        options(6),
    );
    let contest = ContestDocument::Score {
        id: "ratings".to_owned(),
        question,
        options,
        blank: Some(blank()),
        maximum: 10,
        method: TotalMethod::GreatestTotal,
        places: 0,
    };
    vote("ratings", contest)
}

/// Five projects, of which two are paid for: quadratic votes within a budget of 25 credits.
pub fn budget() -> Result<Vote, String> {
    let (question, options) = (asks("Which projects?", "Какие проекты?", "Қай жобалар?"), options(5));
    let contest = ContestDocument::Quadratic {
        id: "budget".to_owned(),
        question,
        options,
        blank: Some(blank()),
        budget: 25,
        method: TotalMethod::GreatestTotal,
        places: 2,
    };
    vote("budget", contest)
}

/// Six options ranked in pairs; Schulze's method decides, ranked pairs are reported beside it.
pub fn condorcet() -> Result<Vote, String> {
    let (question, options) = (asks("In which order?", "В каком порядке?", "Қандай ретпен?"), options(6));
    let contest = ContestDocument::Condorcet {
        id: "condorcet".to_owned(),
        question,
        options,
        blank: Some(blank()),
        method: RankedMethod::Schulze,
        places: 1,
    };
    vote("condorcet", contest)
}

fn vote(scene: &'static str, contest: ContestDocument) -> Result<Vote, String> {
    println!("What is chosen comes from a seeded generator (seed {SEED}): this is no vote of history.");
    let compiled = Contest::compile(&contest, 0, u32::MAX >> 8).map_err(|error| error.to_string())?;
    let mut dice = Dice::new(SEED);
    let regions = ["north", "south"].map(|code| Region {
        name: text([("kk", code), ("ru", code), ("en", code)]),
        code: code.to_owned(),
        eligible: REGION.0,
        choices: (0..REGION.1).map(|_| (any_choice(&compiled, &mut dice), 1)).collect(),
        votes: "1".to_owned(),
        adjusted: false,
    });
    Ok(Vote {
        scene,
        languages: &["kk", "ru", "en"],
        title: text([
            ("kk", &format!("Үлгі дауыс беру: {scene}")),
            ("ru", &format!("Пример голосования: {scene}")),
            ("en", &format!("A vote of seeded choices: {scene}")),
        ]),
        contest,
        conditions: Vec::new(),
        cells: (30, 30, None),
        regions: regions.into(),
        ways: Ways { again: 12, tests: 24, tries: 20, left: 0 },
    })
}

fn options(count: u8) -> Vec<OptionDocument> {
    let letter = |first: u8, number: u8| char::from(first.saturating_add(number)).to_string();
    let option = |number: u8| {
        let label = letter(b'A', number);
        OptionDocument {
            id: letter(b'a', number),
            label: text([("kk", &label), ("ru", &label), ("en", &label)]),
        }
    };
    (0..count).map(option).collect()
}

fn asks(en: &str, ru: &str, kk: &str) -> plebiscite_election::manifest::document::Text {
    text([("kk", kk), ("ru", ru), ("en", en)])
}

fn blank() -> plebiscite_election::manifest::document::Text {
    text([("kk", "Бос дауыс"), ("ru", "Пустой голос"), ("en", "Blank")])
}
