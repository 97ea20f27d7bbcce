//! `ceremony`: what is due now; with `--watch` round after round.

use std::path::Path;
use std::time::{Duration, Instant};

use plebiscite_election::counted::{either, numbered};
use plebiscite_roles::called::Called;
use plebiscite_roles::carried::Sending;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_trustee::ceremony::{Progress, advance};
use plebiscite_trustee::recovery::irreplaceable;
use plebiscite_trustee::status::own_complaints;
use plebiscite_trustee::words::{complaint_words, end_words};

use super::sending::Posting;
use super::{Desk, InVault, standing, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    #[command(flatten)]
    sending: Sending,
    /// Go on until the keys are confirmed, asking the server again and again.
    #[arg(long, conflicts_with = "out")]
    watch: bool,
    /// Seconds between two questions.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    interval: u64,
    /// Seconds after which watching ends with exit code 5.
    #[arg(long, default_value_t = 86_400)]
    patience: u64,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let begun = Instant::now();
    let mut said = String::new();
    loop {
        let verified = arguments.place.verified(&arguments.log)?;
        // Before this trustee sends anything, and again with its share: no other moment is as cheap to act on it.
        let warning = irreplaceable(&verified.record).filter(|_| said.is_empty());
        let (progress, line) = step(arguments, &verified)?;
        if let Some(warning) = warning {
            print_line(&format!("WARNING: {warning}"))?;
        }
        if line != said {
            print_line(&line)?;
            said = line;
        }
        match progress {
            Progress::Finished { .. } => return finished(arguments, &verified),
            Progress::Sent { .. } | Progress::Resent { .. } if arguments.watch => continue,
            Progress::Sent { .. } | Progress::Resent { .. } => {
                return print_line(&again(arguments.sending.out.is_some()));
            }
            Progress::Waiting { .. } | Progress::Ended { .. } => {}
        }
        if !arguments.watch || begun.elapsed() >= Duration::from_secs(arguments.patience) {
            return Ok(Exit::NotYet);
        }
        std::thread::sleep(Duration::from_secs(arguments.interval));
    }
}

/// What is done once all others have sent theirs: the log is read again, or carried again.
fn again(carried: bool) -> String {
    if !carried {
        return "next: the same command once more, when all others have sent theirs; `status` says who is awaited, and with \
                --watch a machine with a network goes on by itself"
            .to_owned();
    }
    format!(
        "next: on a machine with a network, send that file, and once all others have sent theirs (`status` says who is awaited) \
         copy the log anew into another folder: {} copy --record URL --out NEW-FOLDER; then the same command here with --record \
         NEW-FOLDER and another file for --out",
        super::PROGRAM
    )
}

fn step(arguments: &Arguments, verified: &Verified) -> Result<(Progress, String), Stop> {
    let mut desk = Desk::open(&arguments.place, verified)?;
    let mut outbox = Posting::of(&arguments.sending, &arguments.log, verified.election)?;
    let mut state = desk.state.clone();
    let fresh = rand::random();
    let progress = advance(
        &mut state,
        standing(verified),
        desk.identity(),
        &fresh,
        &mut InVault(&desk.vault),
        &mut outbox,
    );
    desk.state = state;
    let progress = progress.map_err(stop)?;
    outbox.0.tell()?;
    let mut line = words(&progress, arguments.sending.out.as_deref());
    let complaints = own_complaints(&verified.record, &desk.state, desk.number);
    if matches!(progress, Progress::Sent { round: 3, .. } | Progress::Resent { round: 3, .. })
        && !complaints.is_empty()
    {
        line.push_str(&format!(
            "; it complains about {}, and opens what {} dealt to this one before everyone",
            numbered("trustee", &complaints),
            either(complaints.len(), "it", "they")
        ));
    }
    let ended = verified.record.attempts().last().filter(|attempt| attempt.end.is_some());
    if let Some(attempt) = ended.filter(|_| matches!(progress, Progress::Ended { .. })) {
        line = format!("{}; the officials begin the next", end_words(attempt));
        for complaint in attempt.complaints() {
            line.push_str("; ");
            line.push_str(&complaint_words(&complaint));
        }
    }
    let faults = verified.record.faults().iter().map(ToString::to_string).chain(outbox.0.faults);
    for fault in faults {
        line.push_str("; fault: ");
        line.push_str(&fault);
    }
    Ok((progress, line))
}

/// What this trustee does with its share, now that it has one.
fn finished(arguments: &Arguments, verified: &Verified) -> Result<Exit, Stop> {
    let called = Called::of(super::PROGRAM, &arguments.place, &arguments.log, verified.election);
    if irreplaceable(&verified.record).is_none() {
        print_line("next: keep a backup of the share, away from this machine, in a file or on paper:")?;
        print_line(&format!("  {}", called.command("backup --out FILE")))?;
        print_line(&format!("  {}", called.command("paper-backup --pdf FILE")))?;
    }
    print_line("nothing more is due before the seal; at any time, who is awaited and what is due:")?;
    print_line(&format!("  {}", called.command("status")))
}

fn words(progress: &Progress, out: Option<&Path>) -> String {
    let way = |again: &str| match out {
        Some(path) => {
            format!(
                "written to {}{again}; it counts once it has been sent from a machine with a network",
                path.display()
            )
        }
        None => format!("sent{again}"),
    };
    match progress {
        Progress::Sent { attempt, round } => {
            format!("attempt {attempt}, round R{round}: message stored and {}", way(""))
        }
        Progress::Resent { attempt, round } => {
            format!("attempt {attempt}, round R{round}: stored message {}", way(" again"))
        }
        Progress::Waiting { attempt, round, awaited } => format!(
            "attempt {attempt}, round R{round}: {} {} awaited",
            numbered("trustee", awaited),
            either(awaited.len(), "is", "are")
        ),
        Progress::Ended { attempt } => {
            format!("attempt {attempt} has ended without keys; the officials begin the next")
        }
        Progress::Finished { attempt } => {
            format!("attempt {attempt}: all trustees have confirmed the keys, and the share is kept")
        }
    }
}
