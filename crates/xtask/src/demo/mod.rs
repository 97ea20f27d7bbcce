//! `cargo xtask demo`: votes of history, held by all roles as separate programs.
//!
//! First the Swiss vote of 7 June 1970 to its verdict: two registrars, three officials of whom two sign, five trustees of
//! whom one never shows up after the ceremony. Four confirm the seal; three decrypt truly, one sends a wrong share, which is
//! logged as its fault and changes nothing. Voters vote through the voter's library: some test their device, some vote
//! again, some ballots are refused. Then, unless `--headless`, Kazakhstan's referendum of 2024, left open for people.

mod commands;
pub mod follow;
mod kazakhstan;
mod official;
mod roles;
mod scenario;
mod seeded;
mod stage;
mod swiss;
mod vote;
mod voters;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use plebiscite_election::contest::Choice;
use serde::Serialize;
use serde_json::Value;

use crate::command;
use scenario::Scenario;
use stage::Stage;
use vote::{NO, Vote, YES};

/// How to hold the votes.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The Swiss vote only, without pages: neither Node nor WebAssembly is needed.
    #[arg(long)]
    pub headless: bool,
    /// Another vote than the Swiss one, held to its end.
    #[arg(long, value_enum)]
    pub scenario: Option<Scenario>,
    /// One voter stands for so many of history.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub scale: u64,
    /// Build the roles' programs optimised; always so below scale 100.
    #[arg(long)]
    pub release: bool,
    /// Where to keep everything; a folder below `target` unless given. It must not be there yet.
    #[arg(long)]
    pub folder: Option<PathBuf>,
}

impl Options {
    /// The headless demo at a scale, all else as by default.
    pub const fn headless(scale: u64) -> Self {
        Self { headless: true, scenario: None, scale, release: false, folder: None }
    }
}

/// The last line.
#[derive(Debug, Serialize)]
struct Summary {
    election_id: String,
    entries: u64,
    ballots: u64,
    counted: u64,
    yes: u64,
    no: u64,
    blank: u64,
    regions_for: u64,
    regions_total: u64,
    adopted: bool,
    verified: bool,
    tested: u64,
    voted_again: u64,
    refused: u64,
    faults: u64,
    seconds: u64,
}

/// Holds the votes and verifies the first.
///
/// # Errors
/// Any step that fails, and a verdict that is not history's.
pub fn run(options: &Options) -> Result<(), String> {
    let begun = Instant::now();
    if let Some(scenario) = options.scenario {
        return scenario::run(scenario, options, begun);
    }
    let swiss = swiss::vote(options.scale)?;
    swiss.introduce();
    let pages = if options.headless { None } else { Some(crate::wasm::pages()?) };
    let programs = command::build(&command::PROGRAMS, &[], options.release || options.scale < 100)?;
    let mut stage = Stage::begin(programs, options.folder.clone(), pages)?;
    let outcome = hold(&mut stage, &swiss, options, begun);
    if let Err(sentence) = &outcome {
        eprintln!("the demo stopped: {sentence}");
    }
    outcome
}

/// The scenarios whose choices are seeded, one after the other.
///
/// # Errors
/// As [`run`].
pub fn seeded_scenarios() -> Result<(), String> {
    [Scenario::Ratings, Scenario::Budget, Scenario::Condorcet]
        .into_iter()
        .try_for_each(|scenario| scenario::run(scenario, &Options::headless(1_000), Instant::now()))
}

fn hold(stage: &mut Stage, swiss: &Vote, options: &Options, begun: Instant) -> Result<(), String> {
    let key = roles::make_board_key(stage)?;
    let cast = open_and_vote(stage, swiss, &key)?;
    let report = count(stage)?;
    let summary = summarise(stage, &report, &cast, begun)?;
    compare(&summary, swiss)?;
    let line = serde_json::to_string(&summary).map_err(|error| error.to_string())?;
    if options.headless {
        stage.end()?;
        println!("{line}");
        return Ok(());
    }
    println!("{line}");
    let second = kazakhstan::vote(options.scale)?;
    second.introduce();
    stage.start_server()?;
    // At the address of the new start.
    let first = stage.record();
    let cast = open_and_vote(stage, &second, &key)?;
    invite(stage, &second, &cast, &first)?;
    stage.serve()?;
    stage.end()
}

/// From keys to the last ballot.
fn open_and_vote(stage: &mut Stage, vote: &Vote, board_key: &str) -> Result<voters::Cast, String> {
    stage.scene(vote.scene)?;
    roles::make_keys(stage)?;
    roles::note_board_key(stage, board_key)?;
    official::found(stage, vote)?;
    roles::hold_ceremony(stage)?;
    roles::make_roll(stage, vote)?;
    official::act(stage, &["open", "--reason", "as scheduled"])?;
    stage.say("voting is open");
    voters::vote(stage, vote)
}

/// From the close to a report of what was verified from outside twice.
fn count(stage: &mut Stage) -> Result<Value, String> {
    official::act(stage, &["close", "--time", &stage.now()?, "--reason", "everyone has voted"])?;
    official::act(stage, &["seal"])?;
    roles::count(stage)?;
    official::result(stage)?;
    official::act(stage, &["certify"])?;
    stage.say("certified; now verified from outside");
    let report = stage.verify(&stage.record())?;
    print_report(stage)?;
    // The server ends as in a power cut; what it exports afterwards must verify just so, from a folder.
    stage.kill_server()?;
    let folder = stage.export()?;
    let again = stage.verify(&folder)?;
    let same = ["election", "size", "root"].iter().all(|name| report.get(name) == again.get(name));
    if !same {
        return Err("the exported folder does not hold the log that the server served".to_owned());
    }
    Ok(report)
}

/// Tells people what they can do now.
fn invite(stage: &Stage, vote: &Vote, cast: &voters::Cast, first: &str) -> Result<(), String> {
    println!("\nThe Swiss result: {first}result");
    println!("Kazakhstan's vote is open: {}", stage.record());
    println!("{} voters have not voted yet. Open a link to vote as one of them:", cast.links.len());
    cast.links.iter().for_each(|link| println!("    {link}"));
    let lines = commands::to_the_verdict(stage, vote)?;
    println!("\n{}", commands::BEFORE);
    lines.iter().for_each(|line| println!("    {line}"));
    println!("\nThen look at {}result", stage.record());
    println!("{}", commands::AFTER);
    Ok(())
}

/// The readable report, as anyone gets it.
fn print_report(stage: &Stage) -> Result<(), String> {
    let text = stage.readable(&stage.record())?;
    text.lines().for_each(|line| println!("  {line}"));
    Ok(())
}

fn number(report: &Value, pointer: &str) -> Result<u64, String> {
    report
        .pointer(pointer)
        .and_then(Value::as_u64)
        .ok_or_else(|| format!("the report has no number at {pointer}"))
}

fn summarise(stage: &Stage, report: &Value, cast: &voters::Cast, begun: Instant) -> Result<Summary, String> {
    let contest = "/verdict/contests/0";
    let decision = report.pointer(&format!("{contest}/decision")).and_then(Value::as_str).unwrap_or_default();
    let (regions_for, regions_total) = stage::regions(report)?;
    let faults = faults(report);
    Ok(Summary {
        election_id: stage.election()?.to_string(),
        entries: number(report, "/size")?,
        ballots: cast.stand,
        counted: number(report, &format!("{contest}/participants"))?,
        yes: number(report, &format!("{contest}/yes"))?,
        no: number(report, &format!("{contest}/no"))?,
        blank: number(report, &format!("{contest}/blank"))?,
        regions_for,
        regions_total,
        adopted: decision == "adopted",
        verified: true,
        tested: cast.tested,
        voted_again: cast.again,
        refused: cast.refused,
        faults,
        seconds: begun.elapsed().as_secs(),
    })
}

/// How many trustees' faults the report names.
fn faults(report: &Value) -> u64 {
    let findings = report.get("findings").and_then(Value::as_array).into_iter().flatten();
    findings.filter(|finding| finding.get("name").and_then(Value::as_str) == Some("trustee-fault")).count()
        as u64
}

/// The verdict must be history's: rejected by the people and by the cantons, 7 of 22 for.
fn compare(summary: &Summary, vote: &Vote) -> Result<(), String> {
    let of = |choice: Choice| vote.sum(|region| region.count(&choice));
    let counts = (summary.yes, summary.no, summary.blank) == (of(YES), of(NO), of(Choice::Blank));
    let verdict = !summary.adopted && (summary.regions_for, summary.regions_total) == (7, 22);
    let lies =
        summary.faults == 1 && summary.refused > 0 && summary.tested > 0 && summary.again_is_counted_once();
    if counts && verdict && lies { Ok(()) } else { Err(format!("the outcome is not history's: {summary:?}")) }
}

impl Summary {
    /// Every ballot beyond the counted ones is a second one of someone's.
    const fn again_is_counted_once(&self) -> bool {
        self.ballots == self.counted + self.voted_again && self.voted_again > 0
    }
}
