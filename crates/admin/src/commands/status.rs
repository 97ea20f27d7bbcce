//! `status`: where the election stands, and one next step.

use plebiscite_admin::next::{Collected, Given, Status, status_with};
use plebiscite_election::entry::Role;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::listed;
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_roles::proposal::Proposal;
use plebiscite_roles::proposal::check::{follows, number_of};
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
    let (proposals, unasked) = collected(&arguments.log, &verified);
    let caller =
        arguments.place.public_key().and_then(|key| number_of(&verified.record, Role::Official, &key));
    let collected = Collected { proposals: &proposals, caller };
    let status = status_with(&verified.record, &given, collected);
    if arguments.json {
        return print_line(&serde_json::to_string(&status).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    super::say_if_test(status.test)?;
    lines(&status)
        .iter()
        .chain(&unasked)
        .try_fold(Exit::Pass, |_, line| print_line(&Printable(line).to_string()))
}

/// What collects signatures on the record's server and follows from the record; why that is not known, where it could not be
/// asked. A folder collects nothing.
fn collected(log: &Log, verified: &Verified) -> (Vec<Proposal>, Option<String>) {
    if log.site().is_err() {
        return (Vec::new(), None);
    }
    match listed(log, verified.election) {
        Ok(listed) => {
            let may_stand = |proposal: &Proposal| follows(proposal, &verified.record, &verified.tree).is_ok();
            (listed.proposals.into_iter().filter(may_stand).collect(), None)
        }
        Err(stop) => {
            (Vec::new(), Some(format!("which acts collect signatures there is not known: {}", stop.sentence)))
        }
    }
}

fn lines(status: &Status) -> Vec<String> {
    let entries = if status.size == 1 { "1 entry".to_owned() } else { format!("{} entries", status.size) };
    let mut lines = vec![format!("election {} is in phase {} with {entries}", status.election, status.phase)];
    if status.eligible > 0 {
        lines.push(format!(
            "{} of {} on the roll; {} in the log",
            if status.voted == 1 {
                "1 voter has voted".to_owned()
            } else {
                format!("{} voters have voted", status.voted)
            },
            status.eligible,
            if status.ballots == 1 {
                "1 ballot stands".to_owned()
            } else {
                format!("{} ballots stand", status.ballots)
            },
        ));
    }
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
    lines.extend(status.warnings.iter().map(|warning| format!("WARNING: {warning}")));
    lines.push(format!("next step: {}", status.next));
    if !status.awaited_names.is_empty() {
        lines.push(format!("awaited: {}{}", enough(status), status.awaited_names.join(", ")));
    }
    for pending in &status.pending {
        lines.push(format!("collecting signatures, {}: {}", pending.proposal, pending.words));
        lines.extend(pending.missing.iter().map(|missing| format!("  missing: {missing}")));
        if pending.signed == Some(true) {
            lines.push("  you have signed it".to_owned());
        }
        let own = pending.command.iter().filter(|command| Some(*command) != status.command.as_ref());
        lines.extend(own.map(|command| format!("  you type: {command}")));
        // What the step's own act asks of others is said below.
        let said = |command: &str| status.others.iter().any(|other| other.command == command);
        let more = pending.others.iter().filter(|other| !said(&other.command));
        lines.extend(more.map(|other| format!("  {} types: {}", article(other.role), other.command)));
    }
    lines.extend(
        status.others.iter().map(|other| format!("{} types: {}", article(other.role), other.command)),
    );
    lines.push(match &status.command {
        Some(command) => format!("you type: {command}"),
        None => "you have nothing to type now".to_owned(),
    });
    lines
}

/// `an official`, `a trustee`.
fn article(role: &str) -> String {
    let article = if role.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {role}")
}

/// `2 officials of ` where not all who are named are needed.
fn enough(status: &Status) -> String {
    let of = |role: &str| status.awaited.iter().filter(|who| who.starts_with(role)).count();
    let fewer = status.enough.iter().filter(|(role, enough)| **enough < of(role));
    let fewer: Vec<String> = fewer
        .map(|(role, enough)| match *enough {
            1 => format!("1 {role}"),
            several => format!("{several} {role}s"),
        })
        .collect();
    if fewer.is_empty() { String::new() } else { format!("{} among ", fewer.join(" and ")) }
}
