//! Signature lists: who signed an entry, in ascending order, and the exact bytes that were signed (§19.2).

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use thiserror::Error;

use crate::encoding::{EncodingError, Reader, Writer};

/// Whose key signs. The role stands in the signed bytes, so that a key named for one role never speaks for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// An official; `u` of `m` act together.
    Official,
    /// A trustee, numbered 1 to `n`.
    Trustee,
    /// A registrar, numbered 0 or 1.
    Registrar,
    /// The operator of the board.
    Board,
}

impl Role {
    /// The role's name as it stands in signed bytes and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Trustee => "trustee",
            Self::Registrar => "registrar",
            Self::Board => "board",
        }
    }
}

/// One signature and the number of its signer within the role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedSignature {
    /// Official or registrar: position in the manifest from 0. Trustee: 1 to `n`.
    pub signer: u16,
    /// Ed25519, 64 bytes.
    pub signature: [u8; 64],
}

/// The signatures of one role under one entry: count u8 ‖ (signer u16 ‖ signature 64)*.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signatures(pub Vec<NumberedSignature>);

/// Why the signatures under an entry do not carry it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// Not exactly as many as the entry takes.
    #[error("{found} signatures of the role {role}, where exactly {needed} are needed")]
    Count {
        /// The role whose signatures are counted.
        role: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        needed: usize,
    },
    /// Signers not in ascending order, or one named twice.
    #[error("signers of the role {role} are not distinct and ascending")]
    Order {
        /// The role.
        role: &'static str,
    },
    /// A signer that the manifest does not name.
    #[error("{role} {signer} is not named in the manifest")]
    Unknown {
        /// The role.
        role: &'static str,
        /// The number given.
        signer: u16,
    },
    /// The signature is not that key's over these bytes.
    #[error("the signature of {role} {signer} does not verify")]
    Wrong {
        /// The role.
        role: &'static str,
        /// Whose signature.
        signer: u16,
    },
}

/// The bytes that a role signs: `plebiscite entry/<role>\n` ‖ the entry without its signatures.
///
/// The first bytes differ from every checkpoint's (`plebiscite/v1/…`), so the board's key cannot be made to sign one for the other.
#[must_use]
pub fn signed_bytes(role: Role, unsigned: &[u8]) -> Vec<u8> {
    Writer::new().raw(b"plebiscite entry/").raw(role.name().as_bytes()).raw(b"\n").raw(unsigned).finish()
}

/// Signs an entry's unsigned bytes for a role.
#[must_use]
pub fn sign(role: Role, key: &SigningKey, unsigned: &[u8]) -> [u8; 64] {
    key.sign(&signed_bytes(role, unsigned)).to_bytes()
}

/// Checks one signature by the one rule for Ed25519: strict, cofactorless, small-order keys refused.
///
/// # Errors
/// [`SignatureError::Wrong`].
pub fn verify(
    role: Role,
    signer: u16,
    key: &VerifyingKey,
    unsigned: &[u8],
    signature: &[u8; 64],
) -> Result<(), SignatureError> {
    key.verify_strict(&signed_bytes(role, unsigned), &Signature::from_bytes(signature))
        .map_err(|_| SignatureError::Wrong { role: role.name(), signer })
}

impl Signatures {
    /// Adds a signature in its place; a second one by the same signer replaces the first.
    pub fn insert(&mut self, signer: u16, signature: [u8; 64]) {
        self.0.retain(|held| held.signer != signer);
        let place = self.0.partition_point(|held| held.signer < signer);
        self.0.insert(place, NumberedSignature { signer, signature });
    }

    /// Exactly `needed` signatures, ascending and distinct, each by the key that `key_of` gives for its number.
    ///
    /// # Errors
    /// [`SignatureError`], naming role and signer.
    pub fn verify<'k>(
        &self,
        role: Role,
        needed: usize,
        key_of: impl Fn(u16) -> Option<&'k VerifyingKey>,
        unsigned: &[u8],
    ) -> Result<(), SignatureError> {
        let name = role.name();
        if self.0.len() != needed {
            return Err(SignatureError::Count { role: name, found: self.0.len(), needed });
        }
        if !self.0.is_sorted_by(|a, b| a.signer < b.signer) {
            return Err(SignatureError::Order { role: name });
        }
        self.0.iter().try_for_each(|NumberedSignature { signer, signature }| {
            let key = key_of(*signer).ok_or(SignatureError::Unknown { role: name, signer: *signer })?;
            verify(role, *signer, key, unsigned, signature)
        })
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let count = reader.u8("number of signatures")?;
        (0..count)
            .map(|_| {
                Ok(NumberedSignature { signer: reader.u16("signer")?, signature: reader.array("signature")? })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.u8(u8::try_from(self.0.len()).unwrap_or(u8::MAX));
        for NumberedSignature { signer, signature } in &self.0 {
            writer.u16(*signer).raw(signature);
        }
    }
}
