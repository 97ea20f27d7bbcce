//! The one successor per number that a trustee signs (§20.4).

use plebiscite_election::entry::{Act, Successor};
use sha2::{Digest, Sha256};

use crate::{Refused, Standing, State, Store};

/// Binds this trustee to a successor act, durably, before it is signed. The same act again is no second one.
///
/// That the act follows from the verified record, and so extends every record that this trustee verified before, is
/// checked by the caller: an entry at the record's own size cuts nothing off.
///
/// # Errors
/// [`Refused::OtherSuccessor`] if another act of this number was signed before; [`Refused::Store`].
pub fn bind(
    state: &mut State,
    standing: Standing<'_>,
    act: &Act<Successor>,
    store: &mut dyn Store,
) -> Result<(), Refused> {
    if standing.seen != act.seen {
        return Err(Refused::NotYet { what: "exactly the entries that the successor names" });
    }
    let digest: [u8; 32] = Sha256::digest(act.unsigned_bytes()).into();
    match state.successors.get(&act.body.number) {
        Some(bound) if *bound == digest => return Ok(()),
        Some(_) => return Err(Refused::OtherSuccessor { number: act.body.number }),
        None => {}
    }
    let mut next = state.clone();
    next.successors.insert(act.body.number, digest);
    store.save(&next).map_err(Refused::Store)?;
    *state = next;
    Ok(())
}
