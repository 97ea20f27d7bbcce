//! `status`: where the election stands, and one next step.

use plebiscite_admin::next::status;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_verifier::printable::Printable;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let status = status(&verified.record);
    if arguments.json {
        return print_line(&serde_json::to_string(&status).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    super::say_if_test(verified.record.manifest().is_some_and(|manifest| manifest.is_test()))?;
    print_line(&format!(
        "election {} is in phase {} with {} entries",
        status.election, status.phase, status.size
    ))?;
    print_line(&format!(
        "{} ballots of {} voters among {} eligible",
        status.ballots, status.voted, status.eligible
    ))?;
    if let (Some(opens), Some(closes)) = (&status.opens, &status.closes) {
        print_line(&format!("opens {opens}, closes {closes} (UTC)"))?;
    }
    for fault in &status.faults {
        print_line(&format!("fault: {fault}"))?;
    }
    if !status.awaited_names.is_empty() {
        print_line(&format!("awaited: {}", Printable(&status.awaited_names.join(", "))))?;
    }
    let command = status.command.map_or_else(String::new, |command| format!("; type: {command}"));
    print_line(&format!("next step: {}{command}", status.next))
}
