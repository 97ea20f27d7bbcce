//! Acts made from a record: whatever the record knows is taken from it, never typed.

use plebiscite_board::merkle::Roots;
use plebiscite_crypto::group::PointBytes;
use plebiscite_election::credential::{Replacement, ReplacementReason, ReplacementRequest};
use plebiscite_election::entry::{
    Act, AttemptBegins, AttemptEnded, Body, Cancel, Certification, ElectionId, Entry, Extension,
    OfficialClose, OfficialStatement, RollAttemptEnded, Seen, StatementKind, Succeeded, Successor,
};
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::{Record, Refusal};
use plebiscite_roles::proposal::{Proposal, ProposalError};
use thiserror::Error;

/// An act that officials may propose, with what only they can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// End the ceremony attempt: this trustee's message is missing; none: the first one awaited.
    AttemptEnded(Option<u16>),
    /// Begin the next ceremony attempt.
    AttemptBegins,
    /// End the roll attempt.
    RollAttemptEnded,
    /// Seal the roll.
    RollSeal,
    /// Open the vote, with a reason.
    Open(String),
    /// Close at this time, with a reason; none: the time in force.
    Close(Option<u64>, String),
    /// Move the closing time to this one, with a reason.
    Extend(Time, String),
    /// Cancel, with a reason.
    Cancel(String),
    /// Seal what is counted.
    Seal,
    /// Certify the result.
    Certify,
    /// Make a statement.
    Statement(StatementKind, String),
    /// Replace the letter of a roll number.
    Replacement(u32, ReplacementReason),
    /// Name a successor of a key.
    Successor(Succeeded, [u8; 32]),
}

/// Why no act can be proposed.
#[derive(Debug, Error)]
pub enum WishError {
    /// The record does not hold what the act is about.
    #[error("the record does not hold {0}")]
    Missing(&'static str),
    /// An extension beyond what the manifest allows.
    #[error(
        "voting cannot be extended to {to}: the manifest's latest_close is {latest}, and no act goes beyond it"
    )]
    BeyondLatest {
        /// The time that was asked for.
        to: Time,
        /// The latest that there is.
        latest: Time,
    },
    /// An extension to a time that is no later.
    #[error(
        "{to} is no extension: the closing time in force is {in_force}; name a later time, at the latest {latest}"
    )]
    NoLater {
        /// The time that was asked for.
        to: Time,
        /// The closing time in force.
        in_force: Time,
        /// The latest that there is.
        latest: Time,
    },
    /// A close that names a time which the manifest does not allow.
    #[error(
        "no close can name {time}: {}",
        early_words(*earliest, *in_force)
    )]
    TooEarly {
        /// The time that was asked for.
        time: Time,
        /// The earliest that there is.
        earliest: Time,
        /// The closing time in force.
        in_force: Time,
    },
    /// A close before the time in force, with no time named for it, where the manifest does not let voting end now.
    #[error(
        "voting closes by itself at {in_force}, it is {now} now, and {}: a close now would end voting before any time that it \
         may name, and every report would say that it was closed too early; whoever has to end it all the same gives --time \
         {in_force}",
        early_from(*earliest)
    )]
    NotDue {
        /// What time it is.
        now: Time,
        /// The closing time in force.
        in_force: Time,
        /// From when on the manifest lets officials close early.
        earliest: Option<Time>,
    },
    /// A letter of somebody who has voted.
    #[error(
        "roll number {number} has voted already, as entry {entry}: a letter is replaced only as long as no vote was cast with it, \
         and this voter can vote again with the codes that were used"
    )]
    HasVoted {
        /// The roll number.
        number: u32,
        /// The latest ballot.
        entry: u64,
    },
    /// The record refuses to say it.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// The act makes no proposal.
    #[error(transparent)]
    Proposal(#[from] ProposalError),
}

/// The unsigned act, on the log that was verified.
///
/// # Errors
/// [`WishError`].
pub fn propose(wish: &Wish, record: &Record, roots: &dyn Roots, seen: Seen) -> Result<Proposal, WishError> {
    let election = record.election().ok_or(WishError::Missing("its manifest"))?;
    let missing = WishError::Missing;
    let at = |size: u64| roots.root_at(size).map(|root| Seen { size, root: root.0 });
    let entry = match wish {
        Wish::AttemptEnded(trustee) => {
            Entry::AttemptEnded(unsigned(election, seen, attempt_ended(record, *trustee)?))
        }
        Wish::AttemptBegins => {
            let number = record
                .ceremony()
                .and_then(|view| view.attempt.checked_add(1))
                .ok_or(missing("an attempt"))?;
            Entry::AttemptBegins(unsigned(election, seen, AttemptBegins { number }))
        }
        Wish::RollAttemptEnded => Entry::RollAttemptEnded(unsigned(
            election,
            seen,
            RollAttemptEnded { number: record.roll_attempt() },
        )),
        Wish::RollSeal => Entry::RollSeal(unsigned(election, seen, record.roll_seal_body()?.0)),
        Wish::Open(reason) => Entry::Open(unsigned(election, seen, record.open_body(reason.clone())?)),
        Wish::Close(time, reason) => {
            let time = close_time(record, *time)?;
            Entry::OfficialClose(unsigned(election, seen, OfficialClose { time, reason: reason.clone() }))
        }
        Wish::Extend(new, reason) => {
            Entry::Extension(unsigned(election, seen, extension(record, *new, reason)?))
        }
        Wish::Cancel(reason) => Entry::Cancel(unsigned(election, seen, Cancel { reason: reason.clone() })),
        Wish::Seal => {
            let (size, body) = record.seal_body()?;
            Entry::Seal(unsigned(election, at(size).ok_or(missing("a root at the close"))?, body))
        }
        Wish::Certify => {
            let result_digest = record.result().map(|result| result.digest).ok_or(missing("a result"))?;
            Entry::Certification(unsigned(election, seen, Certification { result_digest }))
        }
        Wish::Statement(kind, text) => Entry::OfficialStatement(unsigned(
            election,
            seen,
            OfficialStatement { kind: *kind, text: text.clone() },
        )),
        Wish::Replacement(index, reason) => {
            Entry::Replacement(unsigned(election, seen, replacement(record, *index, *reason)?))
        }
        Wish::Successor(of, key) => {
            let number = record.successors().checked_add(1).ok_or(missing("room for a successor"))?;
            Entry::Successor(unsigned(election, seen, Successor { number, of: *of, key: *key }))
        }
    };
    Ok(Proposal::of(entry)?)
}

fn unsigned<B: Body>(election: ElectionId, seen: Seen, body: B) -> Act<B> {
    Act::unsigned(election, seen, body)
}

fn attempt_ended(record: &Record, trustee: Option<u16>) -> Result<AttemptEnded, WishError> {
    let view = record.ceremony().ok_or(WishError::Missing("an attempt"))?;
    let round = view.record.round().ok_or(WishError::Missing("a round that is in force"))?.number();
    let trustee = trustee.or_else(|| view.record.missing().first().copied());
    Ok(AttemptEnded {
        number: view.attempt,
        trustee: trustee.ok_or(WishError::Missing("a missing message"))?,
        round,
    })
}

/// The time that a close names: the one in force, or the one that was asked for, which the manifest has to allow.
fn close_time(record: &Record, asked: Option<u64>) -> Result<u64, WishError> {
    let missing = || WishError::Missing("a closing time");
    let in_force = record.closing_time().ok_or_else(missing)?;
    let schedule = record.manifest().map(|manifest| &manifest.document().schedule);
    let early = schedule.ok_or(WishError::Missing("its manifest"))?.earliest_early_close;
    let earliest = early.map_or(in_force, |early| early.unix().min(in_force));
    let time = asked.unwrap_or(in_force);
    if time >= earliest {
        return Ok(time);
    }
    let written = |time: u64| Time::from_unix(time).map_err(|_| missing());
    Err(WishError::TooEarly {
        time: written(time)?,
        earliest: written(earliest)?,
        in_force: written(in_force)?,
    })
}

/// The time that a close names where nobody says one: now, where the manifest lets voting end now, so that no protocol of a
/// result gives a closing time at which voting had long ended; the time in force, once it has come.
///
/// # Errors
/// [`WishError::NotDue`] before either.
pub fn usual_close(record: &Record, now: Time) -> Result<u64, WishError> {
    let missing = || WishError::Missing("a closing time");
    let in_force = record.closing_time().ok_or_else(missing)?;
    if now.unix() >= in_force {
        return Ok(in_force);
    }
    let earliest = record.manifest().and_then(|manifest| manifest.document().schedule.earliest_early_close);
    if earliest.is_some_and(|earliest| earliest <= now) {
        return Ok(now.unix());
    }
    let in_force = Time::from_unix(in_force).map_err(|_| missing())?;
    Err(WishError::NotDue { now, in_force, earliest })
}

/// Whether a close that was proposed before does for one that names whatever time is usual now: two officials who each
/// propose to close mean the same, a minute apart. It does not once its own time and the grace are over, for reports would
/// find it too late, unless the new one names that time too.
#[must_use]
pub fn same_close(new: &Proposal, before: &Proposal, record: &Record, now: Time) -> bool {
    let (Entry::OfficialClose(new), Entry::OfficialClose(before)) = (new.entry(), before.entry()) else {
        return false;
    };
    before.body.time == new.body.time || late_after(record, before.body.time) >= now.unix()
}

/// Until when a close that names this time may stand without reports that find it too late (§23.6).
pub(crate) fn late_after(record: &Record, named: u64) -> u64 {
    let grace = record.manifest().map_or(0, |manifest| manifest.document().schedule.grace_seconds);
    named.saturating_add(grace.into())
}

/// From when on a vote may be closed early.
fn early_from(earliest: Option<Time>) -> String {
    earliest.map_or_else(
        || "the manifest allows no early close".to_owned(),
        |earliest| format!("the manifest allows an early close from {earliest} on"),
    )
}

/// Why a close names no earlier time, and what may be named.
fn early_words(earliest: Time, in_force: Time) -> String {
    if earliest == in_force {
        return format!(
            "the manifest allows no early close, so that a close names the closing time in force, {in_force}, or a later one; \
             leave --time out to name it"
        );
    }
    format!(
        "the earliest that the manifest allows (earliest_early_close) is {earliest}; the closing time in force is {in_force}"
    )
}

fn extension(record: &Record, to: Time, reason: &str) -> Result<Extension, WishError> {
    let missing = || WishError::Missing("a closing time");
    let old = record.closing_time().ok_or_else(missing)?;
    let in_force = Time::from_unix(old).map_err(|_| missing())?;
    let latest = record.manifest().map(|manifest| manifest.document().schedule.latest_close);
    let latest = latest.ok_or(WishError::Missing("its manifest"))?;
    if to > latest {
        return Err(WishError::BeyondLatest { to, latest });
    }
    if to <= in_force {
        return Err(WishError::NoLater { to, in_force, latest });
    }
    Ok(Extension { old, new: to.unix(), reason: reason.to_owned() })
}

fn replacement(record: &Record, index: u32, reason: ReplacementReason) -> Result<Replacement, WishError> {
    let old: PointBytes =
        record.credential(index).map(|row| row.credential).ok_or(WishError::Missing("that roll number"))?;
    if let Some(head) = record.head(index) {
        return Err(WishError::HasVoted { number: index, entry: head.entry });
    }
    let number = record.replacements().checked_add(1).ok_or(WishError::Missing("room for a replacement"))?;
    Ok(Replacement { request: ReplacementRequest { index, number, old, reason }, parts: Vec::new() })
}
