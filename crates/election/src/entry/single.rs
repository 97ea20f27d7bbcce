//! Entries that one key signs, and the result, which no one signs (§19.5).

use super::act::Seen;
use super::signature::{self, Role, SignatureError};
use super::{ElectionId, Kind};
use crate::encoding::{EncodingError, Reader, Writer};
use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// A registrar's commitment to its list, before either registrar opens its own:
/// kind u8 ‖ election 32 ‖ roll attempt u32 ‖ registrar u16 ‖ commitment 32 ‖ signature 64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollCommitment {
    /// The election.
    pub election: ElectionId,
    /// The roll attempt in force.
    pub attempt: u32,
    /// 0 or 1.
    pub registrar: u16,
    /// Hash of the list (§14.4).
    pub commitment: [u8; 32],
    /// The registrar's signature.
    pub signature: [u8; 64],
}

impl RollCommitment {
    /// The bytes that the registrar signs.
    #[must_use]
    pub fn unsigned_bytes(&self) -> Vec<u8> {
        Writer::new()
            .u8(Kind::RollCommitment.byte())
            .raw(&self.election.0)
            .u32(self.attempt)
            .u16(self.registrar)
            .raw(&self.commitment)
            .finish()
    }

    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().raw(&self.unsigned_bytes()).raw(&self.signature).finish()
    }

    /// Signs with the registrar's key.
    #[must_use]
    pub fn signed(mut self, key: &SigningKey) -> Self {
        self.signature = signature::sign(Role::Registrar, key, &self.unsigned_bytes());
        self
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`SignatureError::Wrong`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SignatureError> {
        signature::verify(Role::Registrar, self.registrar, key, &self.unsigned_bytes(), &self.signature)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            election: ElectionId(reader.array("election")?),
            attempt: reader.u32("roll attempt")?,
            registrar: reader.u16("registrar")?,
            commitment: reader.array("commitment")?,
            signature: reader.array("signature")?,
        })
    }
}

/// The close that the board appends once the scheduled time in force has come:
/// kind u8 ‖ election 32 ‖ time u64 ‖ signature 64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledClose {
    /// The election.
    pub election: ElectionId,
    /// The closing time in force, seconds since 1970 UTC.
    pub time: u64,
    /// The signature of the board's key in force.
    pub signature: [u8; 64],
}

impl ScheduledClose {
    /// The bytes that the board signs.
    #[must_use]
    pub fn unsigned_bytes(&self) -> Vec<u8> {
        Writer::new().u8(Kind::ScheduledClose.byte()).raw(&self.election.0).u64(self.time).finish()
    }

    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().raw(&self.unsigned_bytes()).raw(&self.signature).finish()
    }

    /// Signs with the board's key.
    #[must_use]
    pub fn signed(mut self, key: &SigningKey) -> Self {
        self.signature = signature::sign(Role::Board, key, &self.unsigned_bytes());
        self
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`SignatureError::Wrong`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SignatureError> {
        signature::verify(Role::Board, 0, key, &self.unsigned_bytes(), &self.signature)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            election: ElectionId(reader.array("election")?),
            time: reader.u64("closing time")?,
            signature: reader.array("signature")?,
        })
    }
}

/// A trustee's word that it has verified the record up to this seal and confirms no other:
/// kind u8 ‖ election 32 ‖ trustee u16 ‖ seen size u64 ‖ seen root 32 ‖ seal digest 32 ‖ signature 64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealConfirmation {
    /// The election.
    pub election: ElectionId,
    /// 1 to `n`.
    pub trustee: u16,
    /// The log that the trustee's program verified.
    pub seen: Seen,
    /// The seal's digest (§21.3).
    pub seal_digest: [u8; 32],
    /// The trustee's signature.
    pub signature: [u8; 64],
}

impl SealConfirmation {
    /// The bytes that the trustee signs.
    #[must_use]
    pub fn unsigned_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u8(Kind::SealConfirmation.byte()).raw(&self.election.0).u16(self.trustee);
        self.seen.write(&mut writer);
        writer.raw(&self.seal_digest).finish()
    }

    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().raw(&self.unsigned_bytes()).raw(&self.signature).finish()
    }

    /// Signs with the trustee's key.
    #[must_use]
    pub fn signed(mut self, key: &SigningKey) -> Self {
        self.signature = signature::sign(Role::Trustee, key, &self.unsigned_bytes());
        self
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`SignatureError::Wrong`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SignatureError> {
        signature::verify(Role::Trustee, self.trustee, key, &self.unsigned_bytes(), &self.signature)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            election: ElectionId(reader.array("election")?),
            trustee: reader.u16("trustee")?,
            seen: Seen::read(reader)?,
            seal_digest: reader.array("seal digest")?,
            signature: reader.array("signature")?,
        })
    }
}

/// The result with its verdict: kind u8 ‖ election 32 ‖ content to the end (§21.5). `apply` recomputes every byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultEntry {
    /// The election.
    pub election: ElectionId,
    /// Cells, counts and verdict in their canonical encoding.
    pub content: Vec<u8>,
}

impl ResultEntry {
    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().u8(Kind::Result.byte()).raw(&self.election.0).raw(&self.content).finish()
    }

    /// SHA-256 of the entry's bytes: what a certification names.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.encode()).into()
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let election = ElectionId(reader.array("election")?);
        let length = reader.rest().len();
        Ok(Self { election, content: reader.bytes(length, "result")?.to_vec() })
    }
}
