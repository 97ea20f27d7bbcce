//! Vaults: a role's secrets at rest, sealed under a passphrase (§24.1).
//!
//! ```text
//! "plebiscite vault" 16 ‖ version u8 = 1 ‖ role length u8 ‖ role ‖ election flag u8 ‖ election 32 ‖ salt 16 ‖
//! key check 16 ‖ nonce 24 ‖ ciphertext ‖ tag 16 ‖ SHA-256 of all before, 32
//! ```
//! Argon2id (19 MiB, 2 passes, 1 lane) over passphrase and salt gives 48 bytes: the key and the key check. The key
//! check tells a wrong passphrase from a damaged file and helps no guesser, who has the tag to test against anyway.
//! XChaCha20-Poly1305 takes everything before the ciphertext as associated data, so no vault passes for another
//! role's or election's. The last digest only finds accidents; lies are found by the tag.

use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::files::{self, Access, FileError};

const MAGIC: &[u8; 16] = b"plebiscite vault";
const VERSION: u8 = 1;
/// Longest vault that is read, and so the longest that is written: a registrar's codes, 17 bytes each, are the longest
/// secrets that there are, and those of a hundred million voters fit.
pub const LIMIT: u64 = 2 * 1024 * 1024 * 1024;
/// Greatest length of all but the secrets: the header with the longest role's name, the tag and the checksum.
const AROUND: u64 = 16 + 1 + (1 + 255 + 1 + 32) + 16 + 16 + 24 + 16 + 32;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Whose vault it is, and for which election (none for a key made before there is one).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The role's name, 1 to 255 bytes.
    pub role: &'static str,
    /// The election id.
    pub election: Option<[u8; 32]>,
}

/// Why a vault cannot be opened or written.
#[derive(Debug, Error)]
pub enum VaultError {
    /// The file itself.
    #[error(transparent)]
    File(#[from] FileError),
    /// The passphrase is not the one that sealed it.
    #[error("the passphrase does not open {}", path.display())]
    WrongPassphrase {
        /// Which vault.
        path: PathBuf,
    },
    /// The bytes are not the ones that were written.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// Which vault.
        path: PathBuf,
        /// What shows it.
        what: &'static str,
    },
    /// Not a vault, or one of a later version.
    #[error("{} is not a vault of this version", path.display())]
    NotAVault {
        /// Which file.
        path: PathBuf,
    },
    /// A vault of another role or election.
    #[error("{} belongs to another role or election than {wanted}", path.display())]
    OtherScope {
        /// Which vault.
        path: PathBuf,
        /// The role that was asked for.
        wanted: &'static str,
    },
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// More than a vault that can be read again would hold.
    #[error("{length} bytes of secrets are more than {} could be read back with", path.display())]
    TooLong {
        /// Which vault.
        path: PathBuf,
        /// Bytes of secrets.
        length: usize,
    },
    /// The key could not be derived, for lack of memory.
    #[error("the key of {} cannot be derived: {why}", path.display())]
    Derivation {
        /// Which vault.
        path: PathBuf,
        /// What the derivation said.
        why: String,
    },
}

/// A passphrase, wiped on drop and never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

impl Passphrase {
    /// Takes a passphrase.
    ///
    /// # Errors
    /// [`VaultError::EmptyPassphrase`].
    pub fn new(text: String) -> Result<Self, VaultError> {
        if text.is_empty() { Err(VaultError::EmptyPassphrase) } else { Ok(Self(text)) }
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// An opened vault: knows its key and can be written again without the passphrase.
pub struct Vault {
    path: PathBuf,
    header: Header,
    key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Vault {
    /// Seals secrets into a vault that must not be there yet. Takes as long as the key derivation, about 20 ms.
    ///
    /// # Errors
    /// [`VaultError::File`] with [`FileError::Exists`] if the file stands; no secret is ever overwritten by this.
    pub fn create(
        path: &Path,
        scope: &Scope,
        passphrase: &Passphrase,
        secrets: &[u8],
    ) -> Result<Self, VaultError> {
        let vault = Self::fresh(path, scope, passphrase)?;
        files::create(path, &vault.sealed(secrets)?, Access::Private)?;
        Ok(vault)
    }

    /// The bytes of a vault that lies in no file, for paper; `name` stands for its path in errors.
    ///
    /// # Errors
    /// The key cannot be derived, or the secrets are too long.
    pub fn bytes_of(
        name: &str,
        scope: &Scope,
        passphrase: &Passphrase,
        secrets: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        Self::fresh(Path::new(name), scope, passphrase)?.sealed(secrets)
    }

    fn fresh(path: &Path, scope: &Scope, passphrase: &Passphrase) -> Result<Self, VaultError> {
        let salt = rand::random();
        let (key, check) = derive(path, passphrase, &salt)?;
        Ok(Self { path: path.to_owned(), header: Header { scope: scope_bytes(scope), salt, check }, key })
    }

    /// Opens a vault and gives its secrets.
    ///
    /// # Errors
    /// A wrong passphrase, a damaged file and a foreign vault are told apart.
    pub fn open(
        path: &Path,
        scope: &Scope,
        passphrase: &Passphrase,
    ) -> Result<(Self, Zeroizing<Vec<u8>>), VaultError> {
        Self::open_bytes(path, &files::read(path, LIMIT)?, scope, passphrase)
    }

    /// The secrets of a vault that lies in no file; `name` stands for its path in errors.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn secrets_of(
        name: &str,
        bytes: &[u8],
        scope: &Scope,
        passphrase: &Passphrase,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        Ok(Self::open_bytes(Path::new(name), bytes, scope, passphrase)?.1)
    }

    fn open_bytes(
        path: &Path,
        bytes: &[u8],
        scope: &Scope,
        passphrase: &Passphrase,
    ) -> Result<(Self, Zeroizing<Vec<u8>>), VaultError> {
        let (header, nonce, ciphertext) = parse(path, bytes)?;
        if header.scope != scope_bytes(scope) {
            return Err(VaultError::OtherScope { path: path.to_owned(), wanted: scope.role });
        }
        let (key, check) = derive(path, passphrase, &header.salt)?;
        if !bool::from(check.ct_eq(&header.check)) {
            return Err(VaultError::WrongPassphrase { path: path.to_owned() });
        }
        let payload = Payload { msg: ciphertext, aad: &header.associated(&nonce) };
        let secrets = XChaCha20Poly1305::new(&(*key).into())
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| damaged(path, "its contents are not what was sealed"))?;
        Ok((Self { path: path.to_owned(), header, key }, Zeroizing::new(secrets)))
    }

    /// Replaces the secrets, under a fresh nonce; durable when it returns.
    ///
    /// # Errors
    /// [`VaultError::File`]; the old vault then still stands.
    pub fn write(&self, secrets: &[u8]) -> Result<(), VaultError> {
        Ok(files::replace(&self.path, &self.sealed(secrets)?, Access::Private)?)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn sealed(&self, secrets: &[u8]) -> Result<Vec<u8>, VaultError> {
        ensure_readable(&self.path, secrets.len())?;
        let nonce: [u8; 24] = rand::random();
        let mut bytes = self.header.associated(&nonce);
        let ciphertext = XChaCha20Poly1305::new(&(*self.key).into())
            .encrypt(&XNonce::from(nonce), Payload { msg: secrets, aad: &bytes })
            .map_err(|_| damaged(&self.path, "the secrets are too long"))?;
        bytes.extend_from_slice(&ciphertext);
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        Ok(bytes)
    }
}

/// What is written must be read back: a vault over the limit would lose its secrets.
fn ensure_readable(path: &Path, length: usize) -> Result<(), VaultError> {
    let fits = (length as u64).checked_add(AROUND).is_some_and(|whole| whole <= LIMIT);
    if fits { Ok(()) } else { Err(VaultError::TooLong { path: path.to_owned(), length }) }
}

/// What stands in the clear before the nonce.
struct Header {
    /// Role and election in their layout.
    scope: Vec<u8>,
    salt: [u8; 16],
    check: [u8; 16],
}

impl Header {
    /// Everything before the ciphertext.
    fn associated(&self, nonce: &[u8; 24]) -> Vec<u8> {
        [MAGIC.as_slice(), &[VERSION], &self.scope, &self.salt, &self.check, nonce].concat()
    }
}

/// role length u8 ‖ role ‖ election flag u8 ‖ election 32 (zeros without one).
fn scope_bytes(scope: &Scope) -> Vec<u8> {
    let role = scope.role.as_bytes();
    let length = u8::try_from(role.len()).unwrap_or(u8::MAX);
    let role = role.get(..usize::from(length)).unwrap_or(role);
    let flag = u8::from(scope.election.is_some());
    [&[length], role, &[flag], &scope.election.unwrap_or([0; 32])].concat()
}

fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<(Header, [u8; 24], &'a [u8]), VaultError> {
    let not_a_vault = || VaultError::NotAVault { path: path.to_owned() };
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(not_a_vault)?;
    let (content, digest) = bytes.split_last_chunk::<32>().ok_or_else(|| damaged(path, "it is cut off"))?;
    if Sha256::digest(content).as_slice() != digest {
        return Err(damaged(path, "its checksum does not match"));
    }
    let rest = rest.strip_prefix(&[VERSION]).ok_or_else(not_a_vault)?;
    fields(rest).ok_or_else(|| damaged(path, "it is cut off"))
}

/// The fields after the version, without the checksum at the end.
fn fields(bytes: &[u8]) -> Option<(Header, [u8; 24], &[u8])> {
    let scope_length = usize::from(*bytes.first()?) + 1 + 1 + 32;
    let (scope, rest) = bytes.split_at_checked(scope_length)?;
    let (salt, rest) = rest.split_first_chunk::<16>()?;
    let (check, rest) = rest.split_first_chunk::<16>()?;
    let (nonce, rest) = rest.split_first_chunk::<24>()?;
    let (ciphertext, _) = rest.split_last_chunk::<32>()?;
    Some((Header { scope: scope.to_vec(), salt: *salt, check: *check }, *nonce, ciphertext))
}

/// The key, and the check by which a wrong passphrase is known.
type Derived = (Zeroizing<[u8; 32]>, [u8; 16]);

fn derive(path: &Path, passphrase: &Passphrase, salt: &[u8; 16]) -> Result<Derived, VaultError> {
    let failed =
        |error: argon2::Error| VaultError::Derivation { path: path.to_owned(), why: error.to_string() };
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(48)).map_err(failed)?;
    let mut memory = Wiped(vec![Block::default(); params.block_count()]);
    let mut out = Zeroizing::new([0u8; 48]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(passphrase.0.as_bytes(), salt, out.as_mut(), &mut memory.0)
        .map_err(failed)?;
    let mut key = Zeroizing::new([0u8; 32]);
    let mut check = [0u8; 16];
    key.iter_mut().chain(&mut check).zip(out.iter()).for_each(|(to, from)| *to = *from);
    Ok((key, check))
}

/// The derivation's memory, wiped when it goes.
struct Wiped(Vec<Block>);

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
    }
}

fn damaged(path: &Path, what: &'static str) -> VaultError {
    VaultError::Damaged { path: path.to_owned(), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: Scope = Scope { role: "trustee", election: Some([7; 32]) };

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned()).unwrap()
    }

    fn a_vault() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("share.vault");
        Vault::create(&path, &SCOPE, &passphrase("correct"), b"the secrets").unwrap();
        (folder, path)
    }

    /// Changes the file and mends its checksum, as one who lies would.
    fn forge(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = std::fs::read(path).unwrap();
        bytes.truncate(bytes.len() - 32);
        change(&mut bytes);
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        std::fs::write(path, bytes).unwrap();
    }

    #[test]
    fn a_vault_opens_with_its_passphrase_and_not_with_another() {
        let (_folder, path) = a_vault();
        assert_eq!(*Vault::open(&path, &SCOPE, &passphrase("correct")).unwrap().1, b"the secrets");
        assert!(matches!(
            Vault::open(&path, &SCOPE, &passphrase("Correct")),
            Err(VaultError::WrongPassphrase { .. })
        ));
        assert!(matches!(Passphrase::new(String::new()), Err(VaultError::EmptyPassphrase)));
    }

    #[test]
    fn a_vault_is_written_again_without_the_passphrase_and_under_another_nonce() {
        let (_folder, path) = a_vault();
        let before = std::fs::read(&path).unwrap();
        let (vault, secrets) = Vault::open(&path, &SCOPE, &passphrase("correct")).unwrap();
        vault.write(&secrets).unwrap();
        assert_ne!(std::fs::read(&path).unwrap(), before);
        vault.write(b"other secrets").unwrap();
        assert_eq!(*Vault::open(&path, &SCOPE, &passphrase("correct")).unwrap().1, b"other secrets");
    }

    #[test]
    fn a_vault_without_a_file_opens_like_one_with_a_file() {
        let secret = passphrase("correct");
        let bytes = Vault::bytes_of("the sheet", &SCOPE, &secret, b"the secrets").unwrap();
        assert_eq!(*Vault::secrets_of("the sheet", &bytes, &SCOPE, &secret).unwrap(), b"the secrets");
        let error = Vault::secrets_of("the sheet", &bytes, &SCOPE, &passphrase("other")).unwrap_err();
        assert_eq!(error.to_string(), "the passphrase does not open the sheet");
        let (_folder, path) = a_vault();
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(*Vault::open(&path, &SCOPE, &secret).unwrap().1, b"the secrets");
    }

    #[test]
    fn a_vault_that_stands_is_never_created_over() {
        let (_folder, path) = a_vault();
        let again = Vault::create(&path, &SCOPE, &passphrase("correct"), b"new");
        assert!(matches!(again, Err(VaultError::File(FileError::Exists { .. }))));
        assert_eq!(*Vault::open(&path, &SCOPE, &passphrase("correct")).unwrap().1, b"the secrets");
    }

    #[test]
    fn a_vault_of_another_role_or_election_is_refused() {
        let (_folder, path) = a_vault();
        for other in [
            Scope { role: "official", ..SCOPE },
            Scope { election: Some([8; 32]), ..SCOPE },
            Scope { election: None, ..SCOPE },
        ] {
            assert!(matches!(
                Vault::open(&path, &other, &passphrase("correct")),
                Err(VaultError::OtherScope { .. })
            ));
        }
        // relabelled by hand, checksum mended: the tag covers the label
        forge(&path, |bytes| bytes[18] = b'T');
        let relabelled = Scope { role: "Trustee", ..SCOPE };
        assert!(matches!(
            Vault::open(&path, &relabelled, &passphrase("correct")),
            Err(VaultError::Damaged { .. })
        ));
    }

    #[test]
    fn every_single_flipped_byte_is_found_as_damage() {
        let (_folder, path) = a_vault();
        let good = std::fs::read(&path).unwrap();
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 1;
            std::fs::write(&path, &bad).unwrap();
            let error = Vault::open(&path, &SCOPE, &passphrase("correct")).unwrap_err();
            let named = matches!(error, VaultError::Damaged { .. } | VaultError::NotAVault { .. });
            assert!(named, "byte {place}: {error}");
        }
    }

    #[test]
    fn every_truncation_is_found() {
        let (_folder, path) = a_vault();
        let good = std::fs::read(&path).unwrap();
        for length in 0..good.len() {
            std::fs::write(&path, &good[..length]).unwrap();
            let error = Vault::open(&path, &SCOPE, &passphrase("correct")).unwrap_err();
            assert!(
                matches!(error, VaultError::Damaged { .. } | VaultError::NotAVault { .. }),
                "{length}: {error}"
            );
        }
        // cut off and the checksum mended
        forge(&path, |bytes| bytes.truncate(60));
        assert!(Vault::open(&path, &SCOPE, &passphrase("correct")).is_err());
    }

    #[test]
    fn a_forged_ciphertext_and_nonce_with_a_mended_checksum_are_refused() {
        let header = 16 + 1 + (1 + 7 + 1 + 32) + 16 + 16;
        for place in [header, header + 24, header + 24 + 11] {
            let (_folder, path) = a_vault();
            forge(&path, |bytes| bytes[place] ^= 0x80);
            let error = Vault::open(&path, &SCOPE, &passphrase("correct")).unwrap_err();
            assert!(matches!(error, VaultError::Damaged { .. }), "{place}: {error}");
        }
        let (_folder, path) = a_vault();
        forge(&path, |bytes| bytes[16] = 2);
        assert!(matches!(
            Vault::open(&path, &SCOPE, &passphrase("correct")),
            Err(VaultError::NotAVault { .. })
        ));
    }

    #[test]
    fn no_vault_is_written_that_could_not_be_read_back() {
        let (_folder, path) = a_vault();
        let length = std::fs::metadata(&path).unwrap().len() - b"the secrets".len() as u64;
        assert!(length <= AROUND);
        let most = (LIMIT - AROUND) as usize;
        assert!(ensure_readable(&path, most).is_ok());
        for length in [most + 1, usize::MAX] {
            assert!(matches!(ensure_readable(&path, length), Err(VaultError::TooLong { .. })));
        }
    }

    #[test]
    fn a_passphrase_and_a_vault_are_not_shown() {
        let (_folder, path) = a_vault();
        let (vault, _) = Vault::open(&path, &SCOPE, &passphrase("correct")).unwrap();
        let shown = format!("{:?} {vault:?}", passphrase("correct"));
        assert!(!shown.contains("correct") && shown.contains("share.vault"), "{shown}");
    }
}
