//! R4: every trustee confirms the same keys and the same ceremony (§9.8).

use sha2::{Digest, Sha256};

use super::{CeremonyContext, ElectionKeys, Fault, FaultKind, Round};
use crate::threshold::wire::{self, Reader};
use crate::threshold::{CeremonyParams, ContentError};
use crate::transcript::domain;

/// The content of R4: `P_o` by `o` ‖ `Y_{i,o}` by `i`, then `o` ‖ ceremony digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyConfirmation {
    /// The keys that the sender derived.
    pub keys: ElectionKeys,
    /// SHA-256(domain ‖ attempt u32 ‖ SHA-256 of each content of R0 to R3, by round, then by trustee).
    pub ceremony: [u8; 32],
}

/// The digest of a whole ceremony, given the digests of its messages' contents by round, then by trustee.
pub(super) fn ceremony_digest<'a>(
    context: &CeremonyContext,
    contents: impl Iterator<Item = &'a [u8; 32]>,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(domain::CEREMONY_DIGEST);
    hash.update(context.attempt().to_be_bytes());
    for content in contents {
        hash.update(content);
    }
    hash.finalize().into()
}

impl KeyConfirmation {
    /// Checks that the sender confirms what follows from the rounds before.
    pub(super) fn verify(&self, expected: &Self, sender: u16) -> Result<(), Fault> {
        if self != expected {
            return Err(Fault { trustee: sender, kind: FaultKind::ConfirmationDiffers });
        }
        Ok(())
    }

    /// `32·K·(n+1) + 32` bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        wire::put_points(&mut bytes, &self.keys.p);
        for own in &self.keys.y {
            wire::put_points(&mut bytes, own);
        }
        bytes.extend_from_slice(&self.ceremony);
        bytes
    }

    /// Exactly what [`KeyConfirmation::encode`] writes for these sizes.
    pub fn decode(bytes: &[u8], params: &CeremonyParams) -> Result<Self, ContentError> {
        let (keys, n) = (params.key_count(), usize::from(params.trustees()));
        // `CeremonyParams::new` bounds this sum by 2^26.
        let mut reader = Reader::exact(bytes, 32 * keys * (n + 1) + 32)?;
        let p = reader.points(keys)?;
        let y = (0..n).map(|_| reader.points(keys)).collect::<Result<_, _>>()?;
        let ceremony = reader.array()?;
        reader.finish()?;
        Ok(Self { keys: ElectionKeys { p, y }, ceremony })
    }

    pub(super) fn decode_from(sender: u16, bytes: &[u8], params: &CeremonyParams) -> Result<Self, Fault> {
        Self::decode(bytes, params).map_err(|error| Fault::malformed(sender, Round::R4, error))
    }
}
