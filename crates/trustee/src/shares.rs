//! A share that comes back from a backup, and the end of a share (§24.6): destroyed after certification, after a cancel if this trustee has seen no seal,
//! and in any case at the time after the result that the manifest names.

use plebiscite_election::record::{Phase, Record};

use crate::state::BoundSeal;
use crate::{Refused, Standing, State, Store};

/// What a backup keeps of a state: the share alone, marked so that it never confirms.
///
/// # Errors
/// [`Refused::NoShare`]; [`Refused::Over`] where the shares are to be destroyed by now, so that no copy outlives them.
pub fn backup(state: &State, record: &Record) -> Result<State, Refused> {
    if is_over(state, record) {
        return Err(Refused::Over);
    }
    state.backup().ok_or(Refused::NoShare)
}

/// A state with the share of a backup, whatever the backup says of itself. What the verified record shows of this trustee
/// binds it again: a seal that it has confirmed or decrypted is its one seal, and any other is refused for ever.
///
/// # Errors
/// [`Refused::NoShare`], [`Refused::Over`].
pub fn restored(from: &State, record: &Record, own: u16) -> Result<State, Refused> {
    let mut state = backup(from, record)?;
    let shown = record.confirmations().contains_key(&own) || record.is_taken(crate::decrypt::slot(own));
    if let Some(seal) = record.seal().filter(|_| shown) {
        state.seal =
            Some(BoundSeal { digest: seal.digest, confirmation: Vec::new(), decryption: Vec::new() });
    }
    Ok(state)
}

/// Whether no share is needed any more, whatever the time is.
fn is_over(state: &State, record: &Record) -> bool {
    match record.phase() {
        Phase::Certified => true,
        Phase::Cancelled => state.seal.is_none(),
        _ => false,
    }
}

/// Destroys the share. `deadline_passed`: the holder says that the manifest's time after the result has come; the
/// log holds no clock that could say it.
///
/// # Errors
/// [`Refused::StillNeeded`]; [`Refused::Store`], and then the share still stands.
pub fn destroy(
    state: &mut State,
    standing: Standing<'_>,
    deadline_passed: bool,
    store: &mut dyn Store,
) -> Result<(), Refused> {
    let late = standing.record.phase() == Phase::Result && deadline_passed;
    if !is_over(state, standing.record) && !late {
        return Err(Refused::StillNeeded);
    }
    // The memory of the one seal stays: it is what refuses any other for ever.
    let next = State { seal: state.seal.clone(), successors: state.successors.clone(), ..State::default() };
    store.save(&next).map_err(Refused::Store)?;
    *state = next;
    Ok(())
}
