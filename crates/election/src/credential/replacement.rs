//! Replacement of a lost letter: new parts of one credential, each proven by its registrar (§14.6).
//!
//! Bytes: roll index u32 ‖ number u32 ‖ old K 32 ‖ reason u8 ‖ parts u8 ‖ parts × (K_part 32 ‖ proof 64), parts in the
//! registrars' order. The signatures of registrars and officials are the record's.

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
use curve25519_dalek::traits::IsIdentity;
use plebiscite_crypto::group::{PointBytes, encode_point};
use plebiscite_crypto::proof::knowledge::{self, KnowledgeProof};
use thiserror::Error;

use super::code::Registrar;
use super::roll::combine_parts;
use super::secret::CredentialPart;
use crate::context::SetupContext;

const REQUEST_BYTES: usize = 41;
const PART_BYTES: usize = 96;

/// Why a letter is replaced: a closed list, so that no free text about a person reaches the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ReplacementReason {
    /// The letter never came.
    NotReceived = 1,
    /// The letter was lost or destroyed.
    Lost = 2,
    /// The code cannot be read.
    Unreadable = 3,
    /// Someone else may have seen the code.
    Disclosed = 4,
    /// The letter was sent to the wrong person.
    Misdelivered = 5,
}

/// What all registrars are asked to prove a new part for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplacementRequest {
    /// The voter's roll number.
    pub index: u32,
    /// Number of the replacement in this election.
    pub number: u32,
    /// The credential that stands so far.
    pub old: PointBytes,
    /// Why.
    pub reason: ReplacementReason,
}

/// One registrar's new part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacementPart {
    /// `x_part·G`.
    pub part: PointBytes,
    /// Knowledge of `x_part`, bound to the request, the election and the registrar.
    pub proof: KnowledgeProof,
}

/// A replacement as it stands in an entry, without signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What is replaced, and why.
    pub request: ReplacementRequest,
    /// One part of each registrar, in order.
    pub parts: Vec<ReplacementPart>,
}

/// Why a replacement is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReplacementError {
    /// Not the layout that encode writes.
    #[error("the replacement is malformed")]
    Malformed,
    /// Not one part of each registrar.
    #[error("{found} parts, where the election has {registrars} registrars")]
    Parts {
        /// Parts in the replacement.
        found: usize,
        /// Registrars in the manifest.
        registrars: u8,
    },
    /// A part is no point, or the identity.
    #[error("the part of registrar {} is no point of the group, or the identity", registrar.number())]
    Part {
        /// Whose part.
        registrar: Registrar,
    },
    /// Knowledge of a part's secret is not proven.
    #[error("the proof of registrar {} does not hold", registrar.number())]
    Proof {
        /// Whose proof.
        registrar: Registrar,
    },
    /// The parts cancel out, or give the old credential again.
    #[error("the new credential is the identity or the old one")]
    Credential,
}

/// Proves a registrar's new part. Constant time in the secret.
#[must_use]
pub fn prove_replacement_part(
    setup: &SetupContext,
    request: &ReplacementRequest,
    part: &CredentialPart,
    fresh: &[u8; 32],
) -> ReplacementPart {
    let public = part.public();
    let mut t = setup.replacement(part.registrar(), request);
    let proof = knowledge::prove(&mut t, &RISTRETTO_BASEPOINT_POINT, part.scalar(), &public, fresh);
    ReplacementPart { part: encode_point(&public), proof }
}

impl ReplacementReason {
    /// The reason of that number, if the closed list has it.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::NotReceived),
            2 => Some(Self::Lost),
            3 => Some(Self::Unreadable),
            4 => Some(Self::Disclosed),
            5 => Some(Self::Misdelivered),
            _ => None,
        }
    }
}

impl Replacement {
    /// The bytes given above.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(REQUEST_BYTES + 1 + self.parts.len() * PART_BYTES);
        bytes.extend_from_slice(&self.request.index.to_be_bytes());
        bytes.extend_from_slice(&self.request.number.to_be_bytes());
        bytes.extend_from_slice(&self.request.old.0);
        bytes.push(self.request.reason as u8);
        bytes.push(u8::try_from(self.parts.len()).unwrap_or(u8::MAX));
        for part in &self.parts {
            bytes.extend_from_slice(&part.part.0);
            bytes.extend_from_slice(&part.proof.encode());
        }
        bytes
    }

    /// Reads a whole replacement.
    ///
    /// # Errors
    /// [`ReplacementError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ReplacementError> {
        decode(bytes).ok_or(ReplacementError::Malformed)
    }

    /// Checks every registrar's proof and gives the new credential. That it is new among all ever used, and that no
    /// ballot stands on the old one, is the record's to check.
    ///
    /// # Errors
    /// [`ReplacementError`], naming the registrar.
    pub fn verify(&self, setup: &SetupContext, registrars: u8) -> Result<PointBytes, ReplacementError> {
        let found = self.parts.len();
        if found != usize::from(registrars) || found > Registrar::ALL.len() || found == 0 {
            return Err(ReplacementError::Parts { found, registrars });
        }
        for (registrar, part) in Registrar::ALL.into_iter().zip(&self.parts) {
            let public = part.part.decode().map_err(|_| ReplacementError::Part { registrar })?;
            let mut t = setup.replacement(registrar, &self.request);
            knowledge::verify(&mut t, &RISTRETTO_BASEPOINT_POINT, &public, &part.proof)
                .map_err(|_| ReplacementError::Proof { registrar })?;
        }
        let parts: Vec<PointBytes> = self.parts.iter().map(|part| part.part).collect();
        let new = combine_parts(&parts).ok_or(ReplacementError::Credential)?;
        if new.is_identity() || encode_point(&new) == self.request.old {
            return Err(ReplacementError::Credential);
        }
        Ok(encode_point(&new))
    }
}

fn decode(bytes: &[u8]) -> Option<Replacement> {
    let (index, rest) = bytes.split_first_chunk::<4>()?;
    let (number, rest) = rest.split_first_chunk::<4>()?;
    let (old, rest) = rest.split_first_chunk::<32>()?;
    let ([reason, count], rest) = rest.split_first_chunk::<2>()?;
    let (rows, left) = rest.as_chunks::<PART_BYTES>();
    if rows.len() != usize::from(*count) || !left.is_empty() || rows.len() > Registrar::ALL.len() {
        return None;
    }
    let old = PointBytes(*old);
    old.decode().ok()?;
    let request = ReplacementRequest {
        index: u32::from_be_bytes(*index),
        number: u32::from_be_bytes(*number),
        old,
        reason: ReplacementReason::from_number(*reason)?,
    };
    Some(Replacement { request, parts: rows.iter().map(decode_part).collect::<Option<_>>()? })
}

fn decode_part(bytes: &[u8; PART_BYTES]) -> Option<ReplacementPart> {
    let (part, proof) = bytes.split_first_chunk::<32>()?;
    let part = PointBytes(*part);
    part.decode().ok()?;
    Some(ReplacementPart { part, proof: KnowledgeProof::decode(proof.first_chunk()?).ok()? })
}
