//! Writes a whole vote, held to its certified result, as a folder, for measurements.
//!
//! `cargo run --release -p plebiscite-support --example held -- FOLDER history`: the Swiss vote of 7 June 1970, every canton
//! with its eligible, yes, no and blank or invalid, which count as blank; voters in a seeded order, two registrars. It must
//! end as history did.
//!
//! `… FOLDER regions N BALLOTS` and `… FOLDER options N BALLOTS`: seeded choices instead, by as many voters as ballots, of yes,
//! no and blank in N regions, or of one of N options in one region. `FOLDER/log` is the log.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a stage that cannot be set must fail where it stands"
)]
#![allow(clippy::indexing_slicing, reason = "likewise")]

use std::path::{Path, PathBuf};

use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::document::Document;
use plebiscite_election::rule::fraction::Fraction;
use plebiscite_support::{Dice, Election, Shape, document, of_cantons, one_ballot, write_folder};
use rayon::prelude::*;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/referendum-ch-1970-06-07-no220.csv");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments.as_slice() {
        [folder, "history"] => history(&PathBuf::from(folder)),
        [folder, what, number, ballots] => {
            let number = number.parse().expect("a number");
            seeded(&PathBuf::from(folder), what, number, ballots.parse().expect("a number"));
        }
        _ => panic!("FOLDER history, FOLDER regions N BALLOTS or FOLDER options N BALLOTS"),
    }
}

/// One canton of the published table.
struct Canton {
    eligible: u32,
    /// Yes, no, blank or invalid.
    counts: [u32; 3],
    half: bool,
}

fn cantons() -> Vec<Canton> {
    let text = std::fs::read_to_string(TABLE).unwrap();
    let canton = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        let number = |cell: usize| cells[cell].parse().unwrap();
        Canton { eligible: number(2), counts: [number(4), number(5), number(6)], half: cells[7] == "0.5" }
    };
    text.lines().skip(1).map(canton).collect()
}

fn history(folder: &Path) {
    let cantons = cantons();
    let shape = Shape {
        voters: cantons.iter().map(|canton| canton.eligible).collect(),
        title: "Swiss popular vote no. 220 of 7 June 1970, at its size".to_owned(),
        minimum: (10, 10),
        ..Shape::default()
    };
    let mut document = of_cantons(&shape);
    for (region, _) in document.regions.iter_mut().zip(&cantons).filter(|(_, canton)| canton.half) {
        region.region_votes = Fraction::new(1, 2).unwrap();
    }
    let mut first = 0;
    let mut choices: Vec<(u32, Choice)> = Vec::new();
    for canton in &cantons {
        let [yes, no, blank] = canton.counts.map(|count| count as usize);
        let all = std::iter::repeat_n(Choice::Option(0), yes)
            .chain(std::iter::repeat_n(Choice::Option(1), no))
            .chain(std::iter::repeat_n(Choice::Blank, blank));
        choices.extend((first..).zip(all));
        first += canton.eligible;
    }
    let election = held(shape, &document, choices);
    let total = |place: usize| cantons.iter().map(|canton| u64::from(canton.counts[place])).sum::<u64>();
    assert_eq!(counted(&election), [total(0), total(1), total(2)], "it did not end as history did");
    write(folder, &election);
}

fn seeded(folder: &Path, what: &str, number: u16, ballots: u32) {
    let regions = if what == "regions" { number } else { 1 };
    let share = |region: u32| ballots / u32::from(regions) + u32::from(region < ballots % u32::from(regions));
    let shape = Shape {
        voters: (0..u32::from(regions)).map(share).collect(),
        question: what == "regions",
        options: if what == "options" { number } else { 0 },
        minimum: (3, 3),
        ..Shape::default()
    };
    let offered = if what == "regions" { 2 } else { number };
    let mut dice = Dice::new(1970);
    let choices = (0..ballots).map(|voter| match dice.below(usize::from(offered) + 1) {
        0 => (voter, Choice::Blank),
        option => (voter, Choice::Option(u16::try_from(option - 1).unwrap())),
    });
    let election = held(shape.clone(), &document(&shape), choices.collect());
    write(folder, &election);
}

/// Holds the vote; the voters come in any order, the same in every run.
fn held(shape: Shape, document: &Document, mut choices: Vec<(u32, Choice)>) -> Election {
    // Without spaces: a manifest has at most 524,288 bytes, and thousands of regions need them.
    let mut election = Election::of_manifest(shape, serde_json::to_vec(document).unwrap());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    election.seal_roll();
    election.open();
    Dice::new(220).shuffle(&mut choices);
    for share in choices.chunks(50_000) {
        let entries: Vec<Vec<u8>> =
            share.par_iter().map(|(voter, choice)| one_ballot(&election, *voter, choice)).collect();
        election.cast_together(&entries);
        eprintln!("{} ballots", election.entries.len());
    }
    election.finish();
    election
}

/// The first contest's numbers over all cells; blank is what is left.
fn counted(election: &Election) -> [u64; 3] {
    let cells = &election.record.result().unwrap().cells;
    let total = |place: usize| -> u64 { cells.iter().flatten().map(|counts| counts[0][place]).sum() };
    [total(0), total(1), election.record.heads_by_region().iter().sum::<u64>() - total(0) - total(1)]
}

fn write(folder: &Path, election: &Election) {
    write_folder(&folder.join("log"), &election.entries, election.checkpoint().note());
    println!("{}", election.id());
}
