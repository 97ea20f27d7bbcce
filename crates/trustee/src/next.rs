//! The one next step of a trustee, in words and as the command that takes it (§24.7).

use plebiscite_election::counted::{counted, either, numbered};
use plebiscite_election::record::{Phase, Record};
use plebiscite_roles::called::Called;
use serde::Serialize;

use crate::recovery::{Losses, irreplaceable, recovery, restored_words};
use crate::{State, confirm, decrypt, shown::listed};

/// The next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Next {
    /// As a sentence without a stop.
    pub what: String,
    /// The command, for a POSIX shell; none where this trustee has nothing to do.
    pub command: Option<String>,
    /// Trustees that are awaited; this one too, where the step is its own.
    pub awaited: Vec<u16>,
}

/// What comes next for this trustee, by the record that it verified and the memory of its vault.
#[must_use]
pub fn next(record: &Record, state: &State, own: u16, called: &Called) -> Next {
    let nothing = |what: &str| Next { what: what.to_owned(), command: None, awaited: Vec::new() };
    let keeps = state.share.is_some();
    if let Some(what) = hopeless(record, state, own) {
        return nothing(&what);
    }
    match record.phase() {
        Phase::Empty | Phase::Manifest => nothing("the officials found the election"),
        Phase::Ceremony => ceremony(record, own, called),
        Phase::CeremonyEnded => nothing(
            "the officials begin the next attempt, or found the election anew without whoever is at fault",
        ),
        Phase::Roll | Phase::RollSealed | Phase::Open | Phase::Closed if keeps => {
            let kept = recovery(record, &Losses::default()).is_some_and(|found| found.backup_of_use);
            let care = if kept {
                "and keep a backup of the share"
            } else {
                "and keep this folder: no backup replaces it"
            };
            Next {
                what: format!("nothing is due before the seal; rehearse, {care}"),
                command: Some(called.command("rehearse")),
                awaited: Vec::new(),
            }
        }
        Phase::Roll | Phase::RollSealed | Phase::Open | Phase::Closed => Next {
            what:
                "this folder holds no share: use the folder that does, or bring the share back from a backup"
                    .to_owned(),
            command: Some(called.command("restore BACKUP")),
            awaited: Vec::new(),
        },
        Phase::Sealed => sealed(record, state, own, called),
        Phase::Confirmed => confirmed(record, state, own, called),
        Phase::Result => nothing("the officials certify the result; the share is kept until then"),
        Phase::Certified | Phase::Cancelled
            if keeps && (record.phase() == Phase::Certified || state.seal.is_none()) =>
        {
            Next {
                what: "no share is needed any more: destroy it and its backups".to_owned(),
                command: Some(called.command("destroy")),
                awaited: vec![own],
            }
        }
        Phase::Certified => nothing("nothing: the result is certified"),
        Phase::Cancelled => nothing("nothing: the election is cancelled"),
    }
}

fn ceremony(record: &Record, own: u16, called: &Called) -> Next {
    let awaited = record.ceremony().map(|view| view.record.missing()).unwrap_or_default();
    let round = record.ceremony().and_then(|view| view.record.round());
    let round = round.map_or_else(String::new, |round| format!(" of round {round}"));
    let command = Some(called.posting(if called.is_remote() { "ceremony --watch" } else { "ceremony" }));
    if awaited.contains(&own) {
        return Next { what: format!("send this trustee's message{round}"), command, awaited };
    }
    let what = format!(
        "{} {} awaited with {}{round}",
        numbered("trustee", &awaited),
        either(awaited.len(), "is", "are"),
        either(awaited.len(), "its message", "their messages")
    );
    Next { what, command, awaited }
}

fn sealed(record: &Record, state: &State, own: u16, called: &Called) -> Next {
    let awaited = missing(record, |number| record.confirmations().contains_key(&number));
    let needed = record.confirmations_needed().saturating_sub(record.confirmations().len());
    let own_due = awaited.contains(&own)
        && state.share.as_ref().is_some_and(|share| !share.restored)
        && (!confirm::has_confirmed(state) || !record.confirmations().contains_key(&own));
    if own_due {
        let what = format!(
            "confirm the seal; {} {} needed",
            counted(needed, "more confirmation"),
            either(needed, "is", "are")
        );
        return Next { what, command: Some(called.posting("confirm")), awaited };
    }
    let why = match &state.share {
        None => "this folder holds no share and confirms nothing; ",
        Some(share) if share.restored => "a restored share never confirms; ",
        Some(_) => "",
    };
    let others: Vec<u16> = awaited.iter().copied().filter(|number| *number != own).collect();
    Next {
        what: format!("{why}{} the seal", of_those(needed, &others, "confirms", "confirm")),
        command: None,
        awaited,
    }
}

fn confirmed(record: &Record, state: &State, own: u16, called: &Called) -> Next {
    let nobody = |what: &str| Next { what: what.to_owned(), command: None, awaited: Vec::new() };
    if record.decryption().is_none() {
        return nobody("nothing is to be decrypted: anyone posts the result");
    }
    let valid = record.valid_partials();
    let threshold = record.manifest().map_or(0, |manifest| manifest.threshold());
    let needed = threshold.saturating_sub(valid.len());
    if needed == 0 {
        return nobody("enough trustees have decrypted: anyone posts the result");
    }
    let awaited = missing(record, |number| record.is_taken(decrypt::slot(number)));
    if awaited.contains(&own) && state.share.is_some() {
        let counting = record.confirmations().keys().filter(|number| **number != own).count();
        if state.share.as_ref().is_some_and(|share| share.restored)
            && counting < record.confirmations_needed()
        {
            let does = restored_words(record).unwrap_or_default();
            let others: Vec<u16> = awaited.iter().copied().filter(|number| *number != own).collect();
            let what = if irreplaceable(record).is_some() {
                format!("{does}; {}", of_those(needed, &others, "decrypts", "decrypt"))
            } else {
                format!(
                    "{does}, and {} so far",
                    counted(counting, "other") + either(counting, " has", " have")
                )
            };
            return Next { what, command: None, awaited };
        }
        let what = format!(
            "decrypt the sums; {} {} needed",
            counted(needed, "more trustee"),
            either(needed, "is", "are")
        );
        return Next { what, command: Some(called.posting("decrypt")), awaited };
    }
    Next { what: of_those(needed, &awaited, "decrypts", "decrypt"), command: None, awaited }
}

/// What is left to say where there are keys, and what this folder holds leaves no result.
fn hopeless(record: &Record, state: &State, own: u16) -> Option<String> {
    record.keys().filter(|_| record.phase() < Phase::Result)?;
    let found = recovery(record, &Losses::own(record, state, own)).filter(|found| !found.result_possible)?;
    let held = if state.share.is_some() {
        ""
    } else {
        "this folder holds no share: use the folder that does; if it is lost, "
    };
    Some(format!("{held}tell the officials: {}", found.words.last()?))
}

/// `1 more of trustees 2, 3 confirms`; `trustee 3 confirms`, where it alone is left.
fn of_those(needed: usize, left: &[u16], one: &str, several: &str) -> String {
    let does = either(needed, one, several);
    if needed == left.len() {
        return format!("{} {does}", numbered("trustee", left));
    }
    format!("{needed} more of trustees {} {does}", listed(left))
}

/// Trustees that have not done something.
pub(crate) fn missing(record: &Record, done: impl Fn(u16) -> bool) -> Vec<u16> {
    let count = record.manifest().map_or(0, |manifest| manifest.trustees().len());
    (1..=u16::MAX).take(count).filter(|number| !done(*number)).collect()
}
