//! Signing keys of roles: Ed25519, each in a vault of its own (§24.2).

use std::path::Path;

use ed25519_dalek::{SigningKey, VerifyingKey};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::vault::{Passphrase, Scope, Vault, VaultError};

/// Why a key cannot be made or used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The vault does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The vault opens and holds something else.
    #[error("the vault does not hold a signing key")]
    NotAKey,
}

/// A role's signing key. `SigningKey` wipes itself on drop.
pub struct RoleKey {
    key: SigningKey,
}

impl std::fmt::Debug for RoleKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RoleKey").field("public", &self.public_hex()).finish_non_exhaustive()
    }
}

impl RoleKey {
    /// Makes a key and seals it into a vault that must not be there yet. The key belongs to the role, not to an
    /// election: the manifest that names it does not exist yet.
    ///
    /// # Errors
    /// [`KeyError::Vault`].
    pub fn create(path: &Path, role: &'static str, passphrase: &Passphrase) -> Result<Self, KeyError> {
        let seed = Zeroizing::new(rand::random::<[u8; 32]>());
        let key = SigningKey::from_bytes(&seed);
        let sealed = Zeroizing::new([seed.as_slice(), key.verifying_key().as_bytes()].concat());
        Vault::create(path, &Scope { role, election: None }, passphrase, &sealed)?;
        Ok(Self { key })
    }

    /// Opens the vault of a key.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`] if what it holds is not a seed with its public key.
    pub fn open(path: &Path, role: &'static str, passphrase: &Passphrase) -> Result<Self, KeyError> {
        let (_, sealed) = Vault::open(path, &Scope { role, election: None }, passphrase)?;
        let (seed, public) = sealed.split_first_chunk::<32>().ok_or(KeyError::NotAKey)?;
        let key = SigningKey::from_bytes(seed);
        if key.verifying_key().as_bytes() == public { Ok(Self { key }) } else { Err(KeyError::NotAKey) }
    }

    /// The secret key, for `election::entry::sign`.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningKey {
        &self.key
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// The public key as the manifest writes it: 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn public_hex(&self) -> String {
        hex::encode(self.public().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase() -> Passphrase {
        Passphrase::new("p".to_owned()).unwrap()
    }

    #[test]
    fn a_key_comes_back_from_its_vault_for_its_role_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.vault");
        let made = RoleKey::create(&path, "official", &passphrase()).unwrap();
        assert_eq!(RoleKey::open(&path, "official", &passphrase()).unwrap().public_hex(), made.public_hex());
        assert_eq!(made.public_hex().len(), 64);
        let other = RoleKey::open(&path, "trustee", &passphrase());
        assert!(matches!(other, Err(KeyError::Vault(VaultError::OtherScope { .. }))));
    }

    #[test]
    fn a_vault_that_holds_something_else_is_not_a_key() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in
            [("short", &[1u8; 31][..]), ("wrong public key", &[1u8; 64][..]), ("long", &[1u8; 65][..])]
        {
            let path = folder.path().join(name);
            Vault::create(&path, &Scope { role: "official", election: None }, &passphrase(), content)
                .unwrap();
            assert!(
                matches!(RoleKey::open(&path, "official", &passphrase()), Err(KeyError::NotAKey)),
                "{name}"
            );
        }
    }

    #[test]
    fn two_keys_differ_and_none_shows_its_secret() {
        let folder = tempfile::tempdir().unwrap();
        let one = RoleKey::create(&folder.path().join("1"), "official", &passphrase()).unwrap();
        let two = RoleKey::create(&folder.path().join("2"), "official", &passphrase()).unwrap();
        assert_ne!(one.public_hex(), two.public_hex());
        assert!(!format!("{one:?}").contains(&hex::encode(one.signing_key().to_bytes())));
    }
}
