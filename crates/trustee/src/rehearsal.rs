//! The rehearsal: the share is opened and compared with the record's verification keys. Nothing is decrypted (§9.7, §24.6).

use plebiscite_crypto::threshold::ceremony::Share;
use serde::Serialize;

use crate::{Refused, Standing, State};

/// What a rehearsal showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rehearsed {
    /// Keys of which this vault's share fits: `[z_o]G = Y_{j,o}` for each.
    pub keys: usize,
    /// The ceremony attempt that made them.
    pub attempt: u32,
    /// The share came from a backup: it decrypts, and never confirms.
    pub restored: bool,
    /// Digest of the keys.
    pub key_digest: String,
}

/// Opens the share and compares `[z_o]G` with `Y_{j,o}` of the verified record, for every key. It makes no message, stores
/// nothing and decrypts nothing.
///
/// # Errors
/// [`Refused::NoShare`]; [`Refused::Secrets`] where the share is not that of these keys; [`Refused::OtherTrustee`] where it is
/// another trustee's.
pub fn rehearse(state: &State, standing: Standing<'_>, own: u16) -> Result<Rehearsed, Refused> {
    let keys = standing.record.keys().ok_or(Refused::NotYet { what: "its keys" })?;
    let kept = state.share.as_ref().filter(|share| share.attempt == keys.attempt).ok_or(Refused::NoShare)?;
    let share = Share::from_secret_bytes(&kept.secrets, &keys.keys)?;
    if share.trustee() != own {
        return Err(Refused::OtherTrustee { found: share.trustee(), own });
    }
    Ok(Rehearsed {
        keys: keys.keys.p.len(),
        attempt: keys.attempt,
        restored: kept.restored,
        key_digest: hex::encode(keys.key_digest),
    })
}
