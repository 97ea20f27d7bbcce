//! Whether an act follows from a record: asked by everyone who signs it, of the record that it verified itself.

use ed25519_dalek::VerifyingKey;
use plebiscite_board::merkle::Roots;
use thiserror::Error;

use super::{Proposal, ProposalError};
use crate::entry::{Act, AttemptEnded, Entry, Role, RollSeal, Seal, Succeeded, Successor};
use crate::manifest::key::PublicKey;
use crate::record::{Record, Refusal, may_stand};

/// Why an act is not signed.
#[derive(Debug, Error)]
pub enum ActError {
    /// The file itself.
    #[error(transparent)]
    Proposal(#[from] ProposalError),
    /// The act names another election.
    #[error("the act names another election than the record")]
    OtherElection,
    /// The act was proposed on a log that is not this one.
    #[error("the act names a root that is not the record's at size {size}")]
    OtherLog {
        /// The size that it names.
        size: u64,
    },
    /// A later act stands.
    #[error("the act was proposed before entry {last} of the officials was seen, and is withdrawn by it")]
    Withdrawn {
        /// The last act.
        last: u64,
    },
    /// The phase is another.
    #[error("the act may not stand in phase {phase}")]
    Phase {
        /// The phase in force.
        phase: &'static str,
    },
    /// What the record says is not what the act says.
    #[error("{field} in the act does not follow from the record")]
    NotFollowing {
        /// Which field.
        field: &'static str,
    },
    /// The record does not hold what the act needs.
    #[error(transparent)]
    Refusal(#[from] Refusal),
}

/// The key in force of a numbered signer.
#[must_use]
pub fn key_of(record: &Record, role: Role, number: u16) -> Option<&VerifyingKey> {
    let manifest = record.manifest()?;
    match role {
        Role::Official => record.official_key(number),
        Role::Registrar => manifest.registrars().get(usize::from(number)),
        Role::Trustee => manifest.trustees().get(usize::from(number).checked_sub(1)?),
        Role::Board => record.board_key(),
    }
}

/// The number of a key's holder within its role, among the keys in force.
#[must_use]
pub fn number_of(record: &Record, role: Role, key: &VerifyingKey) -> Option<u16> {
    (0..=u16::MAX).take(1_000).find(|number| key_of(record, role, *number) == Some(key))
}

/// Whether everything in the act is what the record says, and every signature so far holds.
///
/// # Errors
/// [`ActError`], naming what differs.
pub fn follows(proposal: &Proposal, record: &Record, roots: &dyn Roots) -> Result<(), ActError> {
    let (election, seen) = proposal.election().zip(proposal.seen()).ok_or(ProposalError::NotAnAct)?;
    if record.election() != Some(election) {
        return Err(ActError::OtherElection);
    }
    let known =
        seen.size <= record.size() && roots.root_at(seen.size).is_some_and(|root| root.0 == seen.root);
    if !known {
        return Err(ActError::OtherLog { size: seen.size });
    }
    may_still_stand(proposal, record)?;
    match proposal.entry() {
        Entry::RollSeal(act) => roll_seal_follows(act, record)?,
        Entry::Seal(act) => seal_follows(act, record)?,
        _ => {}
    }
    Ok(proposal.verify_signatures(|role, number| key_of(record, role, number))?)
}

/// Whether an act that followed from an earlier state of this record may still come to stand. It costs next to nothing: what
/// is left out (the roll that is sealed, what is counted, earlier roots) cannot change while the act may stand at all.
/// Signatures are not judged again; they hold as long as no key is succeeded.
///
/// # Errors
/// [`ActError`], naming what has changed.
pub fn may_still_stand(proposal: &Proposal, record: &Record) -> Result<(), ActError> {
    let (election, seen) = proposal.election().zip(proposal.seen()).ok_or(ProposalError::NotAnAct)?;
    if record.election() != Some(election) {
        return Err(ActError::OtherElection);
    }
    if !may_stand(proposal.entry(), record.phase()) {
        return Err(ActError::Phase { phase: record.phase().name() });
    }
    // Replacements have their numbers instead, and a seal always names the log at the close.
    let numbered = matches!(proposal.entry(), Entry::Replacement(_) | Entry::Seal(_));
    if let Some(last) = record.last_act().filter(|last| !numbered && seen.size <= *last) {
        return Err(ActError::Withdrawn { last });
    }
    body_follows(proposal.entry(), record)
}

fn ensure(holds: bool, field: &'static str) -> Result<(), ActError> {
    if holds { Ok(()) } else { Err(ActError::NotFollowing { field }) }
}

fn body_follows(entry: &Entry, record: &Record) -> Result<(), ActError> {
    match entry {
        Entry::AttemptEnded(act) => attempt_ended_follows(act, record),
        Entry::AttemptBegins(act) => {
            let attempt = record.ceremony().map(|view| view.attempt);
            ensure(attempt.and_then(|last| last.checked_add(1)) == Some(act.body.number), "number")
        }
        Entry::RollAttemptEnded(act) => ensure(act.body.number == record.roll_attempt(), "number"),
        Entry::RollSeal(act) => ensure(act.body.attempt == record.roll_attempt(), "attempt"),
        Entry::Open(act) => ensure(act.body == record.open_body(act.body.reason.clone())?, "a digest"),
        Entry::Replacement(act) => {
            let row = record.credential(act.body.request.index);
            ensure(row.is_some_and(|row| row.credential == act.body.request.old), "old credential")?;
            ensure(record.head(act.body.request.index).is_none(), "unused credential")?;
            ensure(record.replacements().checked_add(1) == Some(act.body.request.number), "number")
        }
        Entry::Extension(act) => {
            ensure(Some(act.body.old) == record.closing_time(), "old closing time")?;
            let latest = record.manifest().map(|manifest| manifest.document().schedule.latest_close.unix());
            ensure(
                act.body.new > act.body.old && latest.is_some_and(|latest| act.body.new <= latest),
                "new closing time",
            )
        }
        Entry::OfficialClose(act) => {
            let in_force = record.closing_time().unwrap_or(u64::MAX);
            let early =
                record.manifest().and_then(|manifest| manifest.document().schedule.earliest_early_close);
            ensure(act.body.time >= early.map_or(in_force, |time| time.unix().min(in_force)), "closing time")
        }
        Entry::Certification(act) => ensure(
            record.result().is_some_and(|result| result.digest == act.body.result_digest),
            "result digest",
        ),
        Entry::Successor(act) => successor_follows(act, record),
        _ => Ok(()),
    }
}

fn attempt_ended_follows(act: &Act<AttemptEnded>, record: &Record) -> Result<(), ActError> {
    let view = record.ceremony().ok_or(ActError::NotFollowing { field: "attempt" })?;
    ensure(view.attempt == act.body.number, "attempt")?;
    ensure(view.record.round().map(|round| round.number()) == Some(act.body.round), "round")?;
    ensure(view.record.missing().contains(&act.body.trustee), "trustee")
}

fn roll_seal_follows(act: &Act<RollSeal>, record: &Record) -> Result<(), ActError> {
    let (expected, _) = record.roll_seal_body()?;
    ensure(act.body == expected, "roll")
}

fn seal_follows(act: &Act<Seal>, record: &Record) -> Result<(), ActError> {
    let (size, expected) = record.seal_body()?;
    ensure(act.seen.size == size, "size")?;
    ensure(act.body.close == expected.close, "close")?;
    ensure(act.body.partition_digest == expected.partition_digest, "partition digest")?;
    ensure(act.body.heads_digest == expected.heads_digest, "heads digest")
}

fn successor_follows(act: &Act<Successor>, record: &Record) -> Result<(), ActError> {
    ensure(act.body.of != Succeeded::Board || act.seen.size == record.size(), "size")?;
    ensure(record.successors().checked_add(1) == Some(act.body.number), "number")?;
    ensure(!record.was_named(&act.body.key), "new key")?;
    ensure(PublicKey(act.body.key).decode().is_ok(), "new key")?;
    match act.body.of {
        Succeeded::Board => Ok(()),
        Succeeded::Official(number) => ensure(record.official_key(number).is_some(), "official"),
    }
}
