//! The one next step of a trustee, in words and as the command that takes it (§24.7).

use plebiscite_election::record::{Phase, Record};
use serde::Serialize;

use crate::{State, confirm, decrypt, shown::listed};

/// How the program was called: what its commands repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Called {
    /// The record's address or folder.
    pub record: String,
    /// The election's id.
    pub election: String,
    /// This trustee's folder.
    pub folder: String,
}

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

impl Called {
    fn command(&self, words: &str) -> String {
        format!(
            "plebiscite-trustee {words} --record {} --election {} --folder {}",
            quoted(&self.record),
            self.election,
            quoted(&self.folder)
        )
    }

    /// A command that posts; where the record is a folder, its message goes to a file.
    fn posting(&self, words: &str, watch: bool) -> String {
        let web = self.record.starts_with("http://") || self.record.starts_with("https://");
        match (web, watch) {
            (true, true) => self.command(&format!("{words} --watch")),
            (true, false) => self.command(words),
            (false, _) => self.command(&format!("{words} --out FILE")),
        }
    }
}

/// What comes next for this trustee, by the record that it verified and the memory of its vault.
#[must_use]
pub fn next(record: &Record, state: &State, own: u16, called: &Called) -> Next {
    let nothing = |what: &str| Next { what: what.to_owned(), command: None, awaited: Vec::new() };
    let keeps = state.share.is_some();
    match record.phase() {
        Phase::Empty | Phase::Manifest => nothing("the officials found the election"),
        Phase::Ceremony => ceremony(record, own, called),
        Phase::CeremonyEnded => nothing(
            "the officials begin the next attempt, or found the election anew without whoever is at fault",
        ),
        Phase::Roll | Phase::RollSealed | Phase::Open | Phase::Closed if keeps => Next {
            what: "nothing is due before the seal; rehearse, and keep a backup of the share".to_owned(),
            command: Some(called.command("rehearse")),
            awaited: Vec::new(),
        },
        Phase::Roll | Phase::RollSealed | Phase::Open | Phase::Closed => Next {
            what: "this folder holds no share: bring it back from a backup".to_owned(),
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
    let command = Some(called.posting("ceremony", true));
    if awaited.contains(&own) {
        return Next { what: format!("send this trustee's message{round}"), command, awaited };
    }
    let what = format!("trustees {} are awaited with their messages{round}", listed(&awaited));
    Next { what, command, awaited }
}

fn sealed(record: &Record, state: &State, own: u16, called: &Called) -> Next {
    let awaited = missing(record, |number| record.confirmations().contains_key(&number));
    let needed = record.confirmations_needed().saturating_sub(record.confirmations().len());
    let own_due = awaited.contains(&own)
        && state.share.as_ref().is_some_and(|share| !share.restored)
        && (!confirm::has_confirmed(state) || !record.confirmations().contains_key(&own));
    if own_due {
        let what = format!("confirm the seal; {needed} more confirmations are needed");
        return Next { what, command: Some(called.posting("confirm", false)), awaited };
    }
    let what = match &state.share {
        None => format!("this folder holds no share and confirms nothing; {needed} others confirm the seal"),
        Some(share) if share.restored => {
            format!("a restored share never confirms; {needed} others confirm the seal")
        }
        Some(_) => format!("{needed} more of trustees {} confirm the seal", listed(&awaited)),
    };
    Next { what, command: None, awaited }
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
        let what = format!("decrypt the sums; {needed} more trustees are needed");
        return Next { what, command: Some(called.posting("decrypt", false)), awaited };
    }
    let what = format!("{needed} more of trustees {} decrypt", listed(&awaited));
    Next { what, command: None, awaited }
}

/// Trustees that have not done something.
pub(crate) fn missing(record: &Record, done: impl Fn(u16) -> bool) -> Vec<u16> {
    let count = record.manifest().map_or(0, |manifest| manifest.trustees().len());
    (1..=u16::MAX).take(count).filter(|number| !done(*number)).collect()
}

/// A word of a POSIX shell, quoted where it must be.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.:-_".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_one_that_a_shell_reads_as_it_was_meant() {
        let called = Called {
            record: "http://127.0.0.1:1/e/0123456789abcdef/".to_owned(),
            election: "ab".to_owned(),
            folder: "my 'own' folder".to_owned(),
        };
        assert_eq!(
            called.posting("confirm", false),
            "plebiscite-trustee confirm --record http://127.0.0.1:1/e/0123456789abcdef/ --election ab --folder 'my \
             '\\''own'\\'' folder'"
        );
    }
}
