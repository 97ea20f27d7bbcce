//! `cargo xtask demo --headless`: the Swiss vote of 7 June 1970, held by all roles as separate programs.
//!
//! Two registrars, three officials of whom two sign, five trustees of whom one never shows up after the ceremony. Four
//! confirm the seal; three decrypt truly, one sends a wrong share, which is logged as its fault and changes nothing.
//! Voters vote through the voter's library: some test their device, some vote again, some ballots are refused.

mod official;
mod roles;
mod scale;
mod stage;
mod voters;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use crate::command::{programs, root};
use scale::Canton;
use stage::Stage;

/// How to hold the vote.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Without pages: neither Node nor WebAssembly is needed.
    #[arg(long)]
    pub headless: bool,
    /// One voter stands for so many of 1970.
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
        Self { headless: true, scale, release: false, folder: None }
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

/// What history says of the scaled vote.
struct History {
    yes: u64,
    no: u64,
    blank: u64,
}

/// Holds the vote and verifies it.
///
/// # Errors
/// Any step that fails, and a verdict that is not history's.
pub fn run(options: &Options) -> Result<(), String> {
    if !options.headless {
        return Err("the demo is headless: say --headless".to_owned());
    }
    let begun = Instant::now();
    let table = root().join("tests/data/referendum-ch-1970-06-07-no220.csv");
    let cantons = scale::read(&table, options.scale)?;
    introduce(&cantons, options.scale);
    let programs = programs(options.release || options.scale < 100)?;
    let stage = Stage::begin(programs, options.folder.clone())?;
    let outcome = hold(stage, &cantons, options.scale, begun);
    if let Err(sentence) = &outcome {
        eprintln!("the demo stopped: {sentence}");
    }
    outcome
}

fn introduce(cantons: &[Canton], scale: u64) {
    let sum = |of: fn(&Canton) -> u64| cantons.iter().map(of).sum::<u64>();
    println!("Swiss popular vote no. 220 of 7 June 1970, scaled 1:{scale}");
    println!(
        "{} eligible, {} take part in {} cantons",
        sum(|c| c.eligible),
        sum(Canton::participants),
        cantons.len()
    );
    let adjusted: Vec<&str> =
        cantons.iter().filter(|canton| canton.adjusted).map(|canton| canton.code.as_str()).collect();
    if !adjusted.is_empty() {
        println!("rounding tied or turned, and was mended, in: {}", adjusted.join(", "));
    }
}

fn hold(mut stage: Stage, cantons: &[Canton], scale: u64, begun: Instant) -> Result<(), String> {
    roles::make_keys(&mut stage)?;
    official::found(&mut stage, cantons, scale)?;
    roles::hold_ceremony(&stage)?;
    roles::make_roll(&stage, cantons)?;
    official::act(&stage, &["open", "--reason", "as scheduled"])?;
    stage.say("voting is open");
    let cast = voters::vote(&stage, cantons)?;
    official::act(&stage, &["close", "--time", &stage.now()?, "--reason", "everyone of 1970 has voted"])?;
    official::act(&stage, &["seal"])?;
    roles::count(&stage)?;
    official::result(&stage)?;
    official::act(&stage, &["certify"])?;
    stage.say("certified; now verified from outside");
    let report = stage.verify(&stage.record())?;
    print_report(&stage)?;
    // The server ends as in a power cut; what it exports afterwards must verify just so, from a folder.
    stage.kill_server()?;
    let folder = stage.export()?;
    let again = stage.verify(&folder)?;
    let same = ["election", "size", "root"].iter().all(|name| report.get(name) == again.get(name));
    if !same {
        return Err("the exported folder does not hold the log that the server served".to_owned());
    }
    let history = History {
        yes: cantons.iter().map(|canton| canton.yes).sum(),
        no: cantons.iter().map(|canton| canton.no).sum(),
        blank: cantons.iter().map(|canton| canton.blank).sum(),
    };
    let summary = summarise(&stage, &report, &cast, begun)?;
    compare(&summary, &history)?;
    stage.end()?;
    println!("{}", serde_json::to_string(&summary).map_err(|error| error.to_string())?);
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
    let findings = report.get("findings").and_then(Value::as_array).into_iter().flatten();
    let faults = findings
        .filter(|finding| finding.get("name").and_then(Value::as_str) == Some("trustee-fault"))
        .count() as u64;
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

/// The verdict must be history's: rejected by the people and by the cantons, 7 of 22 for.
fn compare(summary: &Summary, history: &History) -> Result<(), String> {
    let counts = (summary.yes, summary.no, summary.blank) == (history.yes, history.no, history.blank);
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
