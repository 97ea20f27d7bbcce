//! `status`: where the election stands, and one next step.

use plebiscite_admin::next::{Given, Status, status};
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
    let folder = arguments.place.folder.to_string_lossy();
    let given =
        Given { record: &arguments.log.record, election: arguments.log.election.as_deref(), folder: &folder };
    let status = status(&verified.record, &given);
    if arguments.json {
        return print_line(&serde_json::to_string(&status).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    super::say_if_test(status.test)?;
    lines(&status).iter().try_fold(Exit::Pass, |_, line| print_line(&Printable(line).to_string()))
}

fn lines(status: &Status) -> Vec<String> {
    let mut lines = vec![
        format!("election {} is in phase {} with {} entries", status.election, status.phase, status.size),
        format!("{} ballots of {} voters among {} eligible", status.ballots, status.voted, status.eligible),
    ];
    let opens = status.opens.as_deref().unwrap_or_default();
    match (&status.closes, &status.closed) {
        (_, Some(closed)) => {
            let early = if status.closed_early { ", before the scheduled time" } else { "" };
            lines.push(format!("opens {opens}, closed {closed} (UTC){early}"));
        }
        (Some(closes), None) => lines.push(format!("opens {opens}, closes {closes} (UTC)")),
        (None, None) if !opens.is_empty() => lines.push(format!("opens {opens} (UTC)")),
        (None, None) => {}
    }
    lines.extend(status.faults.iter().map(|fault| format!("fault: {fault}")));
    if !status.awaited_names.is_empty() {
        lines.push(format!("awaited: {}{}", enough(status), status.awaited_names.join(", ")));
    }
    lines.push(format!("next step: {}", status.next));
    lines.extend(status.command.iter().map(|command| format!("type: {command}")));
    lines
}

/// `2 officials of ` where not all who are named are needed.
fn enough(status: &Status) -> String {
    let of = |role: &str| status.awaited.iter().filter(|who| who.starts_with(role)).count();
    let fewer = status.enough.iter().filter(|(role, enough)| **enough < of(role));
    let fewer: Vec<String> = fewer.map(|(role, enough)| format!("{enough} {role}s")).collect();
    if fewer.is_empty() { String::new() } else { format!("{} of ", fewer.join(" and ")) }
}
