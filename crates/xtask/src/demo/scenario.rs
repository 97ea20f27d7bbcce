//! `cargo xtask demo --scenario …`: votes of other kinds, each held to its end by all roles and compared with a plain
//! count of what was chosen.

use std::time::Instant;

use clap::ValueEnum;
use plebiscite_election::contest::Contest;
use serde::Serialize;
use serde_json::Value;

use super::stage::Stage;
use super::vote::Vote;
use super::{Options, count, faults, kazakhstan, open_and_vote, roles, seeded, voters};
use crate::command;

/// Which vote to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// Six options rated from 0 to 10, by seeded choices.
    Ratings,
    /// Quadratic votes within a budget, by seeded choices.
    Budget,
    /// Six options ranked in pairs, by seeded choices.
    Condorcet,
    /// Kazakhstan's referendum of 2022, with yes, no, both and none, scaled.
    #[value(name = "kz-2022")]
    Kz2022,
}

/// The last line.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    scenario: &'a str,
    election_id: String,
    entries: u64,
    ballots: u64,
    counted: u64,
    /// Of each tallied number, in the order of the specification (§13.1), all regions together.
    tally: Vec<u64>,
    /// What the verifier's report says.
    verdict: &'a Value,
    verified: bool,
    tested: u64,
    voted_again: u64,
    refused: u64,
    faults: u64,
    seconds: u64,
}

/// Holds the vote and compares it with a plain count; without `--headless` its pages are served until stopped.
///
/// # Errors
/// Any step that fails, and a tally that is not the plain count.
pub fn run(scenario: Scenario, options: &Options, begun: Instant) -> Result<(), String> {
    let vote = match scenario {
        Scenario::Ratings => seeded::ratings()?,
        Scenario::Budget => seeded::budget()?,
        Scenario::Condorcet => seeded::condorcet()?,
        Scenario::Kz2022 => kazakhstan::vote_of_2022(options.scale)?,
    };
    vote.introduce();
    let pages = if options.headless { None } else { Some(crate::wasm::pages()?) };
    let mut stage = Stage::begin(
        command::build(&command::PROGRAMS, &[], options.release)?,
        options.folder.clone(),
        pages,
    )?;
    let key = roles::make_board_key(&stage)?;
    let cast = open_and_vote(&mut stage, &vote, &key)?;
    let report = count(&mut stage)?;
    let line = summarise(&stage, &vote, &report, &cast, begun)?;
    if options.headless {
        stage.end()?;
        println!("{line}");
        return Ok(());
    }
    println!("{line}");
    stage.start_server()?;
    println!("\nThe result: {}result", stage.record());
    stage.serve()?;
    stage.end()
}

fn summarise(
    stage: &Stage,
    vote: &Vote,
    report: &Value,
    cast: &voters::Cast,
    begun: Instant,
) -> Result<String, String> {
    let verdict = report.get("verdict").filter(|verdict| verdict.is_object());
    let verdict = verdict.ok_or_else(|| "the report has no verdict".to_owned())?;
    let tally = tally(report)?;
    let (plain, heads) = plain(vote)?;
    let counted = super::number(report, "/verdict/contests/0/participants")?;
    if (&tally, counted) != (&plain, heads) {
        return Err(format!("counted {counted} {tally:?}, but {heads} {plain:?} were chosen"));
    }
    let lies = (cast.tested, cast.refused, cast.again, faults(report));
    if cast.tested == 0 || cast.refused == 0 || cast.stand != counted + cast.again || lies.3 != 1 {
        return Err(format!("tested, refused, again and faults are {lies:?}"));
    }
    let summary = Summary {
        scenario: vote.scene,
        election_id: stage.election()?.to_string(),
        entries: super::number(report, "/size")?,
        ballots: cast.stand,
        counted,
        tally,
        verdict,
        verified: true,
        tested: cast.tested,
        voted_again: cast.again,
        refused: cast.refused,
        faults: lies.3,
        seconds: begun.elapsed().as_secs(),
    };
    serde_json::to_string(&summary).map_err(|error| error.to_string())
}

/// The counts of all cells together, from the verifier's report.
fn tally(report: &Value) -> Result<Vec<u64>, String> {
    let mut sums: Vec<u64> = Vec::new();
    for cell in report.get("cells").and_then(Value::as_array).into_iter().flatten() {
        let counts = cell.pointer("/counts/0").and_then(Value::as_array);
        let counts = counts.ok_or_else(|| "a cell has no counts".to_owned())?;
        sums.resize(counts.len(), 0);
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count.as_u64().ok_or_else(|| "a count is no number".to_owned())?;
        }
    }
    Ok(sums)
}

/// What was chosen, counted in the clear, and by how many.
fn plain(vote: &Vote) -> Result<(Vec<u64>, u64), String> {
    let contest = Contest::compile(&vote.contest, 0, u32::MAX >> 8).map_err(|error| error.to_string())?;
    let mut sums = vec![0; contest.form().tallied()];
    for (choice, count) in vote.regions.iter().flat_map(|region| &region.choices) {
        let bits = contest.bits(choice).map_err(|error| error.to_string())?;
        let numbers = contest.form().tally_of(&bits).map_err(|error| error.to_string())?;
        for (sum, number) in sums.iter_mut().zip(numbers) {
            *sum += u64::try_from(number).map_err(|error| error.to_string())? * count;
        }
    }
    Ok((sums, vote.sum(super::vote::Region::participants)))
}
