//! An act in words: what a signer reads before it signs.

use crate::entry::{Entry, Role, StatementKind, Succeeded};
use crate::manifest::time::Time;

use super::Proposal;

/// The act in one sentence, with every field that the signature covers.
#[must_use]
pub fn words(proposal: &Proposal) -> String {
    let reason =
        |text: &str| if text.is_empty() { "no reason given".to_owned() } else { format!("reason: {text}") };
    match proposal.entry() {
        Entry::Head(head) => {
            format!("hold the election {} by this manifest of {} bytes", head.election, head.length)
        }
        Entry::AttemptEnded(act) => format!(
            "end ceremony attempt {}: the message of trustee {} in round R{} is missing",
            act.body.number, act.body.trustee, act.body.round
        ),
        Entry::AttemptBegins(act) => format!("begin ceremony attempt {}", act.body.number),
        Entry::RollAttemptEnded(act) => {
            format!("end roll attempt {}: all its codes become void", act.body.number)
        }
        Entry::RollSeal(act) => format!(
            "seal the roll of attempt {} with {} and root {}",
            act.body.attempt,
            crate::counted::counted(act.body.count, "credential"),
            hex::encode(act.body.roll_root)
        ),
        Entry::Open(act) => format!(
            "open the vote under keys {}, ceremony {} and roll {} ({})",
            hex::encode(act.body.key_digest),
            hex::encode(act.body.ceremony_digest),
            hex::encode(act.body.roll_root),
            reason(&act.body.reason)
        ),
        Entry::Replacement(act) => format!(
            "replace the letter of roll number {} (replacement {}, {:?})",
            act.body.request.index, act.body.request.number, act.body.request.reason
        ),
        Entry::Extension(act) => format!(
            "move the closing time from {} to {} ({})",
            time(act.body.old),
            time(act.body.new),
            reason(&act.body.reason)
        ),
        Entry::OfficialClose(act) => {
            format!("close the vote, naming {} ({})", time(act.body.time), reason(&act.body.reason))
        }
        Entry::Cancel(act) => {
            format!("cancel the election: there will never be a result ({})", reason(&act.body.reason))
        }
        Entry::Seal(act) => format!(
            "seal what is counted: the log up to its close, entry {}, with heads {} and partition {}",
            act.body.close,
            hex::encode(act.body.heads_digest),
            hex::encode(act.body.partition_digest)
        ),
        Entry::Certification(act) => format!("certify the result {}", hex::encode(act.body.result_digest)),
        Entry::Successor(act) => {
            let whose = match act.body.of {
                Succeeded::Board => "the board's key".to_owned(),
                Succeeded::Official(number) => format!("the key of {}", numbered(Role::Official, number)),
            };
            let key = hex::encode(act.body.key);
            let place = match act.body.of {
                Succeeded::Board => format!("at log size {} and at no other", act.seen.size),
                Succeeded::Official(_) => format!("proposed at log size {}", act.seen.size),
            };
            format!("succeed {whose} by {key} (successor {}), {place}", act.body.number)
        }
        Entry::OfficialStatement(act) => {
            let about = match act.body.kind {
                StatementKind::Mirrors => "the addresses of mirrors",
                StatementKind::Pages => "the hashes of the pages' files",
            };
            format!("state {about}: {}", act.body.text)
        }
        other => format!("enter a {}", other.kind().name()),
    }
}

/// A signer as people count: officials and registrars from 1, whom the protocol numbers from 0; trustees as they are.
#[must_use]
pub fn numbered(role: Role, number: u16) -> String {
    match role {
        Role::Official | Role::Registrar => {
            format!("{} {}", role.name(), u32::from(number).saturating_add(1))
        }
        Role::Trustee => format!("{} {number}", role.name()),
        Role::Board => role.name().to_owned(),
    }
}

/// A time as the manifest writes it; seconds where the calendar ends.
fn time(seconds: u64) -> String {
    Time::from_unix(seconds).map_or_else(|_| format!("second {seconds}"), |time| time.to_string())
}
