//! `combine`: what several machines verified, put together with the record: the report of one run (§23.9).

use std::path::PathBuf;

use plebiscite_verifier::Work;
use plebiscite_verifier::check::range::{Partial, Word};
use plebiscite_verifier::report::Report;

use super::{INPUT, Stop, demand, json, out, read_own, replayed};

#[derive(clap::Args)]
pub struct Arguments {
    /// What your own machines wrote with `record --range A..B --partial FILE`: ranges that cover the log, none twice.
    #[arg(required = true, num_args = 1..)]
    files: Vec<PathBuf>,
    /// The record: the same folder, file or address. What needs the log's order is judged again from it.
    #[arg(long, value_name = "SOURCE")]
    record: String,
    /// The election asked for: its id (64 hexadecimal digits) or the fingerprint on the letter.
    #[arg(long)]
    election: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<u8, Stop> {
    let election = arguments.election.as_deref().map(demand).transpose()?;
    let mut partials = Vec::new();
    for path in &arguments.files {
        let refused = |error| {
            Stop(INPUT, format!("{}: the file of an earlier run is refused: {error}", path.display()))
        };
        partials.push(Partial::read(&read_own(path)?).map_err(refused)?);
    }
    let refused = |error| Stop(INPUT, format!("these files do not make a record: {error}"));
    let word = Word::of(partials).map_err(refused)?;
    let work = Work { word: Some(word), ..Work::default() };
    let report = Report::of(&replayed(&arguments.record, election, None, false, work)?);
    out(&if arguments.json { json(&report)? } else { report.to_string() })?;
    Ok(report.outcome.exit_code())
}
