//! `status`: where the election stands, and one next step.

use plebiscite_admin::next::status;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};

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
    print_line(&format!(
        "election {} is in phase {} with {} entries",
        status.election, status.phase, status.size
    ))?;
    print_line(&format!(
        "{} ballots of {} voters among {} eligible",
        status.ballots, status.voted, status.eligible
    ))?;
    for fault in &status.faults {
        print_line(&format!("fault: {fault}"))?;
    }
    print_line(&format!("next: {}", status.next))?;
    if status.awaited.is_empty() {
        Ok(Exit::Pass)
    } else {
        print_line(&format!("awaited: {}", status.awaited.join(", ")))
    }
}
