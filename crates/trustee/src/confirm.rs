//! The one seal that a trustee confirms, ever (§24.6).

use plebiscite_election::entry::SealConfirmation;
use plebiscite_election::record::{Phase, Record};

use crate::state::BoundSeal;
use crate::{Identity, Publisher, Refused, Standing, State, Store, election_of};

/// What a trustee is shown before it binds itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The seal's digest.
    pub digest: [u8; 32],
    /// Index of the close.
    pub close: u64,
    /// Ballots in the log, superseded ones included.
    pub ballots: u64,
    /// Voters whose last ballot is counted.
    pub heads: u64,
    /// Credentials of the roll.
    pub eligible: u64,
    /// Who has confirmed it already.
    pub confirmed_by: Vec<u16>,
}

/// What is sealed, and whether this trustee may confirm it.
///
/// # Errors
/// [`Refused`]: no seal, a cancel, another seal confirmed before, no share, a restored share.
pub fn examine(state: &State, standing: Standing<'_>) -> Result<Sealed, Refused> {
    let record = standing.record;
    let digest = seal_digest(record)?;
    refuse_other(state, &digest)?;
    let keys = record.keys().ok_or(Refused::NotYet { what: "its keys" })?;
    let share = state.share.as_ref().filter(|share| share.attempt == keys.attempt).ok_or(Refused::NoShare)?;
    if share.restored {
        return Err(Refused::Restored);
    }
    Ok(Sealed {
        digest,
        close: record.close_index().ok_or(Refused::NotYet { what: "a close" })?,
        ballots: record.ballots(),
        heads: record.heads_by_region().iter().sum(),
        eligible: record.eligible_by_region().iter().sum(),
        confirmed_by: record.confirmations().keys().copied().collect(),
    })
}

/// Binds this trustee to the seal, durably; gives the confirmation, the same bytes each time.
///
/// # Errors
/// [`Refused`].
pub fn bind(
    state: &mut State,
    standing: Standing<'_>,
    who: Identity<'_>,
    store: &mut dyn Store,
) -> Result<Vec<u8>, Refused> {
    let sealed = examine(state, standing)?;
    if !has_confirmed(state) {
        let unsigned = SealConfirmation {
            election: election_of(standing.record)?,
            trustee: who.number,
            seen: standing.seen,
            seal_digest: sealed.digest,
            signature: [0; 64],
        };
        let confirmation = unsigned.signed(who.key).encode();
        let mut next = state.clone();
        // One that decrypted on the confirmations of others is bound already, to this very seal.
        let unbound =
            || BoundSeal { digest: sealed.digest, confirmation: Vec::new(), decryption: Vec::new() };
        next.seal.get_or_insert_with(unbound).confirmation = confirmation;
        store.save(&next).map_err(Refused::Store)?;
        *state = next;
    }
    Ok(state.seal.as_ref().map(|bound| bound.confirmation.clone()).unwrap_or_default())
}

/// Binds this trustee to the seal, durably, and only then publishes the confirmation.
///
/// # Errors
/// [`Refused`]; a confirmation that was stored and not published is published, byte for byte, by the next call.
pub fn confirm(
    state: &mut State,
    standing: Standing<'_>,
    who: Identity<'_>,
    store: &mut dyn Store,
    publisher: &mut dyn Publisher,
) -> Result<Sealed, Refused> {
    let sealed = examine(state, standing)?;
    let confirmation = bind(state, standing, who, store)?;
    if !standing.record.confirmations().contains_key(&who.number) {
        publisher.publish(&[confirmation]).map_err(Refused::Publish)?;
    }
    Ok(sealed)
}

/// Whether this trustee's confirmation of the one seal is made: asked before its holder is.
#[must_use]
pub fn has_confirmed(state: &State) -> bool {
    state.seal.as_ref().is_some_and(|bound| !bound.confirmation.is_empty())
}

/// The digest of the seal that stands; none stands where a cancel does.
pub(crate) fn seal_digest(record: &Record) -> Result<[u8; 32], Refused> {
    if record.phase() == Phase::Cancelled {
        return Err(Refused::Cancelled);
    }
    record.seal().map(|seal| seal.digest).ok_or(Refused::NotYet { what: "a seal" })
}

/// Refuses every seal but the one that this trustee is bound to.
pub(crate) fn refuse_other(state: &State, digest: &[u8; 32]) -> Result<(), Refused> {
    match &state.seal {
        Some(bound) if bound.digest != *digest => {
            Err(Refused::OtherSeal { bound: hex::encode(bound.digest), found: hex::encode(digest) })
        }
        _ => Ok(()),
    }
}
