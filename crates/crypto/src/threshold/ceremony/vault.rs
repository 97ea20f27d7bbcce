//! A trustee's secrets as bytes, for its vault: each round may run in a start of the program of its own (§9.10).
//!
//! `stage u8 ‖ binding (32) ‖ trustee u16 ‖ scalars`. The binding is the context digest of the attempt (of the
//! keys, for a share), so that secrets of another election or attempt are refused.

use zeroize::Zeroizing;

use super::{CeremonyContext, CommitmentSent, ComplaintsSent, DealingSent, ShareKeySent};
use crate::group::Scalar;
use crate::threshold::ContentError;
use crate::threshold::wire::Reader;

/// The stage byte of a share.
pub(super) const SHARE: u8 = 4;

/// Why bytes from a vault are not restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// They are not of the layout.
    #[error("the secret bytes are malformed: {0}")]
    Malformed(#[from] ContentError),
    /// They are of another stage, election, attempt or trustee.
    #[error("the secret bytes are of another stage, election, attempt or trustee")]
    Foreign,
    /// They are no share of these keys.
    #[error("the share does not fit its verification keys")]
    KeysDiffer,
}

/// What a trustee holds during an attempt. Wiped on drop; never printed.
pub(super) struct TrusteeSecrets {
    /// The context digest of the attempt.
    pub(super) context: [u8; 32],
    /// `j`.
    pub(super) trustee: u16,
    /// `ζ_j`.
    pub(super) share_key: Zeroizing<Scalar>,
    /// `a_{j,o,m}` by `o`, then `m`; none before R1.
    pub(super) coefficients: Zeroizing<Vec<Scalar>>,
}

impl std::fmt::Debug for TrusteeSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TrusteeSecrets").field("trustee", &self.trustee).finish_non_exhaustive()
    }
}

/// Writes the one layout.
pub(super) fn write(
    stage: u8,
    binding: &[u8; 32],
    trustee: u16,
    scalars: &[&[Scalar]],
) -> Zeroizing<Vec<u8>> {
    let count: usize = scalars.iter().map(|list| list.len()).sum();
    // The capacity is exact, so that no reallocation leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(35 + 32 * count));
    bytes.push(stage);
    bytes.extend_from_slice(binding);
    bytes.extend_from_slice(&trustee.to_be_bytes());
    for scalar in scalars.iter().copied().flatten() {
        bytes.extend_from_slice(scalar.as_bytes());
    }
    bytes
}

/// Reads exactly what [`write`] wrote for this stage, binding and number of scalars.
pub(super) fn read(
    bytes: &[u8],
    stage: u8,
    binding: &[u8; 32],
    count: usize,
) -> Result<(u16, Zeroizing<Vec<Scalar>>), VaultError> {
    let mut reader = Reader::open(bytes);
    let (found, bound) = (reader.array::<1>()?, reader.array::<32>()?);
    if found != [stage] || bound != *binding {
        return Err(VaultError::Foreign);
    }
    let trustee = reader.u16()?;
    let mut scalars = Zeroizing::new(Vec::with_capacity(count));
    for _ in 0..count {
        scalars.push(reader.scalar()?);
    }
    reader.finish()?;
    Ok((trustee, scalars))
}

impl TrusteeSecrets {
    fn to_bytes(&self, stage: u8) -> Zeroizing<Vec<u8>> {
        let share_key: &[Scalar] = std::slice::from_ref(&self.share_key);
        write(stage, &self.context, self.trustee, &[share_key, &self.coefficients])
    }

    fn from_bytes(bytes: &[u8], stage: u8, context: &CeremonyContext) -> Result<Self, VaultError> {
        let params = context.params();
        let drawn = if stage == 0 { 0 } else { params.key_count() * params.coefficient_count() };
        let (trustee, scalars) = read(bytes, stage, context.digest(), 1 + drawn)?;
        if !params.indices().contains(&trustee) {
            return Err(VaultError::Foreign);
        }
        let (share_key, coefficients) = scalars.split_first().ok_or(VaultError::Foreign)?;
        let share_key = Zeroizing::new(*share_key);
        let coefficients = Zeroizing::new(coefficients.to_vec());
        Ok(Self { context: *context.digest(), trustee, share_key, coefficients })
    }
}

impl ShareKeySent {
    /// For the vault only: `0 ‖ context digest ‖ trustee ‖ ζ`.
    pub fn to_secret_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.0.to_bytes(0)
    }

    /// From the vault, for this very attempt.
    pub fn from_secret_bytes(bytes: &[u8], context: &CeremonyContext) -> Result<Self, VaultError> {
        TrusteeSecrets::from_bytes(bytes, 0, context).map(Self)
    }
}

impl CommitmentSent {
    /// For the vault only: `1 ‖ context digest ‖ trustee ‖ ζ ‖ coefficients`.
    pub fn to_secret_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.0.to_bytes(1)
    }

    /// From the vault, for this very attempt.
    pub fn from_secret_bytes(bytes: &[u8], context: &CeremonyContext) -> Result<Self, VaultError> {
        TrusteeSecrets::from_bytes(bytes, 1, context).map(Self)
    }
}

impl DealingSent {
    /// For the vault only: `2 ‖ context digest ‖ trustee ‖ ζ ‖ coefficients`.
    pub fn to_secret_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.0.to_bytes(2)
    }

    /// From the vault, for this very attempt.
    pub fn from_secret_bytes(bytes: &[u8], context: &CeremonyContext) -> Result<Self, VaultError> {
        TrusteeSecrets::from_bytes(bytes, 2, context).map(Self)
    }
}

impl ComplaintsSent {
    /// For the vault only: `3 ‖ context digest ‖ trustee ‖ ζ ‖ coefficients`.
    pub fn to_secret_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.0.to_bytes(3)
    }

    /// From the vault, for this very attempt.
    pub fn from_secret_bytes(bytes: &[u8], context: &CeremonyContext) -> Result<Self, VaultError> {
        TrusteeSecrets::from_bytes(bytes, 3, context).map(Self)
    }
}
