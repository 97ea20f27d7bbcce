//! The end of a share (§24.6): destroyed after certification, after a cancel if this trustee has seen no seal,
//! and in any case at the time after the result that the manifest names.

use plebiscite_election::record::Phase;

use crate::{Refused, Standing, State, Store};

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
    let over = match standing.record.phase() {
        Phase::Certified => true,
        Phase::Cancelled => state.seal.is_none(),
        Phase::Result => deadline_passed,
        _ => false,
    };
    if !over {
        return Err(Refused::StillNeeded);
    }
    // The memory of the one seal stays: it is what refuses any other for ever.
    let next = State { seal: state.seal.clone(), successors: state.successors.clone(), ..State::default() };
    store.save(&next).map_err(Refused::Store)?;
    *state = next;
    Ok(())
}
