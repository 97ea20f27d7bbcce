//! Acts: what `u` officials sign, some of them together with all registrars or `c` trustees (§19.3).
//!
//! Every act names the size and root of the log that its signers saw.

use super::signature::{Role, Signatures};
use super::{ElectionId, Kind};
use crate::encoding::{EncodingError, Reader, Writer};

/// Size and root of the log on which something was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Number of entries.
    pub size: u64,
    /// RFC 6962 root of that many entries.
    pub root: [u8; 32],
}

impl Seen {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self { size: reader.u64("seen size")?, root: reader.array("seen root")? })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.u64(self.size).raw(&self.root);
    }
}

/// What an act says, without who says it.
pub trait Body: Sized {
    /// The entry's first byte.
    const KIND: Kind;
    /// Who signs beside `u` officials, if anyone.
    const COSIGNERS: Option<Role> = None;

    /// Reads the body's fields.
    ///
    /// # Errors
    /// The layout is not the one [`Body::write`] gives.
    fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError>;
    /// Writes the body's fields.
    fn write(&self, writer: &mut Writer);
}

/// An act: kind u8 ‖ election 32 ‖ seen size u64 ‖ seen root 32 ‖ body ‖ officials' signatures ‖ cosigners' signatures where the kind has any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act<B> {
    /// The election that the act belongs to.
    pub election: ElectionId,
    /// The log that the signers saw.
    pub seen: Seen,
    /// What is done.
    pub body: B,
    /// `u` officials.
    pub officials: Signatures,
    /// All registrars, or `c` trustees, where the kind asks for them.
    pub cosigners: Signatures,
}

impl<B: Body> Act<B> {
    /// An act that no one has signed yet.
    #[must_use]
    pub fn unsigned(election: ElectionId, seen: Seen, body: B) -> Self {
        Self { election, seen, body, officials: Signatures::default(), cosigners: Signatures::default() }
    }

    /// The bytes before the signatures: what every signer signs under the name of its role.
    #[must_use]
    pub fn unsigned_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u8(B::KIND.byte()).raw(&self.election.0);
        self.seen.write(&mut writer);
        self.body.write(&mut writer);
        writer.finish()
    }

    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.raw(&self.unsigned_bytes());
        self.officials.write(&mut writer);
        if B::COSIGNERS.is_some() {
            self.cosigners.write(&mut writer);
        }
        writer.finish()
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let election = ElectionId(reader.array("election")?);
        let seen = Seen::read(reader)?;
        let body = B::read(reader)?;
        let officials = Signatures::read(reader)?;
        let cosigners =
            if B::COSIGNERS.is_some() { Signatures::read(reader)? } else { Signatures::default() };
        Ok(Self { election, seen, body, officials, cosigners })
    }
}
