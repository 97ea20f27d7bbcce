//! R1: the hash of all coefficient commitments, before anyone has seen another's (§9.4).
//!
//! ⚠ Without it the last to speak chooses its polynomial after seeing all others and biases the keys.

use sha2::{Digest, Sha256};

use super::{CeremonyContext, Fault, Round};
use crate::group::PointBytes;
use crate::threshold::ContentError;
use crate::threshold::wire::Reader;
use crate::transcript::domain;

/// The content of R1, 32 bytes: SHA-256(domain ‖ context digest ‖ sender u16 ‖ all `A_{j,o,m}`, by `o`, then `m`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment(pub [u8; 32]);

impl Commitment {
    /// The hash of one sender's coefficient commitments.
    pub fn to(context: &CeremonyContext, sender: u16, coefficients: &[PointBytes]) -> Self {
        let mut hash = Sha256::new();
        hash.update(domain::CEREMONY_COMMITMENT);
        hash.update(context.digest());
        hash.update(sender.to_be_bytes());
        for point in coefficients {
            hash.update(point.0);
        }
        Self(hash.finalize().into())
    }

    /// 32 bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Any 32 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, ContentError> {
        let mut reader = Reader::exact(bytes, 32)?;
        let message = Self(reader.array()?);
        reader.finish()?;
        Ok(message)
    }

    pub(super) fn decode_from(sender: u16, bytes: &[u8]) -> Result<Self, Fault> {
        Self::decode(bytes).map_err(|error| Fault::malformed(sender, Round::R1, error))
    }
}
