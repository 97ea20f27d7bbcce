//! Partial decryptions: only the sums of the one seal that `c` trustees confirmed, recomputed here (§10, §24.6).

use plebiscite_crypto::threshold::ceremony::Share;
use plebiscite_crypto::threshold::decryption::PartialDecryptions;
use plebiscite_election::entry::{MessageKind, Slot};
use plebiscite_election::record::{DecryptionInput, Phase, Record};

use crate::confirm::{refuse_other, seal_digest};
use crate::state::{BoundSeal, KeptShare};
use crate::{Identity, Publisher, Refused, Standing, State, Store, election_of, message};

/// What a call of [`decrypt`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decrypted {
    /// The message was made, stored and sent, or the stored one was sent again.
    Sent,
    /// It stands in the record already.
    Stands,
}

/// The place of a trustee's partial decryptions: one message, ever.
#[must_use]
pub const fn slot(trustee: u16) -> Slot {
    Slot { message: MessageKind::PartialDecryptions, attempt: 0, signer: trustee }
}

/// Whether this trustee's partial decryptions of the one seal are made: asked before its holder is.
#[must_use]
pub fn has_decrypted(state: &State) -> bool {
    state.seal.as_ref().is_some_and(|bound| !bound.decryption.is_empty())
}

/// What [`decrypt`] would open, and whether this trustee may: the same checks, and nothing is made.
///
/// # Errors
/// As [`decrypt`].
pub fn examine(state: &State, standing: Standing<'_>, own: u16) -> Result<Option<DecryptionInput>, Refused> {
    let record = standing.record;
    refuse_other(state, &seal_digest(record)?)?;
    let keys = record.keys().ok_or(Refused::NotYet { what: "its keys" })?;
    let kept = state.share.as_ref().filter(|share| share.attempt == keys.attempt).ok_or(Refused::NoShare)?;
    ensure_confirmed(record, kept, own)?;
    let input = record.decryption().ok_or(Refused::NothingToDecrypt)?;
    if record.phase() >= Phase::Result || record.valid_partials().contains(&own) {
        return Ok(None);
    }
    if !has_decrypted(state) && record.is_taken(slot(own)) {
        return Err(Refused::ForeignDecryption);
    }
    Ok(Some(input))
}

/// Decrypts what the record permits: the sums that this program's own replay computed, of the one seal.
///
/// # Errors
/// [`Refused`]: no seal, a cancel, another seal confirmed before, too few confirmations, no share, nothing to decrypt.
pub fn decrypt(
    state: &mut State,
    standing: Standing<'_>,
    who: Identity<'_>,
    fresh: &[u8; 32],
    store: &mut dyn Store,
    publisher: &mut dyn Publisher,
) -> Result<Decrypted, Refused> {
    let Some(input) = examine(state, standing, who.number)? else { return Ok(Decrypted::Stands) };
    let digest = input.seal_digest;
    if !has_decrypted(state) {
        let kept = state.share.as_ref().ok_or(Refused::NoShare)?;
        let entries = prove(standing, kept, &input, who, fresh)?;
        let mut next = state.clone();
        let bound =
            next.seal.get_or_insert(BoundSeal { digest, confirmation: Vec::new(), decryption: Vec::new() });
        bound.decryption = entries;
        store.save(&next).map_err(Refused::Store)?;
        *state = next;
    }
    let entries = state.seal.as_ref().map(|bound| bound.decryption.as_slice()).unwrap_or_default();
    publisher.publish(entries).map_err(Refused::Publish)?;
    Ok(Decrypted::Sent)
}

/// `c` confirmations; for a restored share, `c` others than its holder's.
fn ensure_confirmed(record: &Record, kept: &KeptShare, own: u16) -> Result<(), Refused> {
    let counting = record.confirmations().keys().filter(|trustee| !kept.restored || **trustee != own);
    let (found, needed) = (counting.count(), record.confirmations_needed());
    let others = record.manifest().map_or(0, |manifest| manifest.trustees().len()).saturating_sub(1);
    if kept.restored && needed > others {
        return Err(Refused::NoOthers { others, needed });
    }
    if needed == 0 || found < needed { Err(Refused::Unconfirmed { found, needed }) } else { Ok(()) }
}

fn prove(
    standing: Standing<'_>,
    kept: &KeptShare,
    input: &DecryptionInput,
    who: Identity<'_>,
    fresh: &[u8; 32],
) -> Result<Vec<Vec<u8>>, Refused> {
    let share = Share::from_secret_bytes(&kept.secrets, &input.keys.keys)?;
    let content = PartialDecryptions::prove(&input.statement(who.number), &share, fresh)?.encode();
    let election = election_of(standing.record)?;
    Ok(message(election, who, MessageKind::PartialDecryptions, 0, &content, standing.seen))
}
