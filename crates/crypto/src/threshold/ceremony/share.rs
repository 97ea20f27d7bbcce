//! A trustee's share: `z_{i,o} = Σ_j f_{j,o}(i)`, one scalar a key. Secret (§9.7).

use zeroize::Zeroizing;

use super::ElectionKeys;
use super::vault::{self, VaultError};
use crate::group::{Scalar, encode_point, mul_base};

/// What one trustee decrypts with. It is no decryption key: `t` shares of different trustees would be needed,
/// and nothing here ever brings two together. Wiped on drop; never printed.
pub struct Share {
    trustee: u16,
    key_digest: [u8; 32],
    values: Zeroizing<Vec<Scalar>>,
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Share").field("trustee", &self.trustee).finish_non_exhaustive()
    }
}

impl Share {
    /// A share only if `[z_o]G = Y_{i,o}` for every key.
    pub(super) fn checked(
        trustee: u16,
        values: Zeroizing<Vec<Scalar>>,
        keys: &ElectionKeys,
    ) -> Result<Self, VaultError> {
        let expected = keys.verification_keys(trustee).ok_or(VaultError::Foreign)?;
        let fits = values.len() == expected.len()
            && values.iter().zip(expected).all(|(value, y)| encode_point(&mul_base(value)) == *y);
        if !fits {
            return Err(VaultError::KeysDiffer);
        }
        Ok(Self { trustee, key_digest: keys.digest(), values })
    }

    /// Whose share it is.
    pub fn trustee(&self) -> u16 {
        self.trustee
    }

    /// The digest of the keys that it belongs to.
    pub fn key_digest(&self) -> &[u8; 32] {
        &self.key_digest
    }

    /// `z_o` by key. Stays within this crate: only partial decryptions leave it.
    pub(crate) fn values(&self) -> &[Scalar] {
        &self.values
    }

    /// For the vault only: `4 ‖ key digest (32) ‖ trustee u16 ‖ z_o (32 each)`.
    pub fn to_secret_bytes(&self) -> Zeroizing<Vec<u8>> {
        vault::write(vault::SHARE, &self.key_digest, self.trustee, &[&self.values])
    }

    /// From the vault. Refused unless it is the share of these very keys: `[z_o]G = Y_{i,o}` is checked again.
    pub fn from_secret_bytes(bytes: &[u8], keys: &ElectionKeys) -> Result<Self, VaultError> {
        let (trustee, values) = vault::read(bytes, vault::SHARE, &keys.digest(), keys.p.len())?;
        Self::checked(trustee, values, keys)
    }
}
