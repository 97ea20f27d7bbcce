//! A signing key that a program needs unattended (a board's, a witness's): a file that only its owner can read.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use thiserror::Error;
use zeroize::Zeroizing;

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// There is one already.
    #[error("{path} exists already and is not overwritten")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is not 64 hexadecimal digits.
    #[error("{path} is no signing key")]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner can read the file.
    #[error("{path} can be read by others than its owner: make it private first (mode 0600)")]
    Open {
        /// The file.
        path: PathBuf,
    },
}

/// Makes a new key. An existing file is never overwritten.
///
/// # Errors
/// [`KeyError::Exists`], [`KeyError::Io`].
pub fn create(path: &Path) -> Result<SigningKey, KeyError> {
    Ok(SigningKey::from_bytes(&*create_secret(path)?))
}

/// Makes 32 secret bytes in a file of their own. An existing file is never overwritten.
///
/// # Errors
/// [`KeyError::Exists`], [`KeyError::Io`].
pub fn create_secret(path: &Path) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let failed = |error| KeyError::Io { path: path.to_owned(), error };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut secret = Zeroizing::new([0u8; 32]);
    rand::fill(secret.as_mut_slice());
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = opened.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
        _ => failed(error),
    })?;
    let text = Zeroizing::new(hex::encode(*secret));
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(secret)
}

/// Reads the key.
///
/// # Errors
/// [`KeyError`].
pub fn load(path: &Path) -> Result<SigningKey, KeyError> {
    Ok(SigningKey::from_bytes(&*load_secret(path)?))
}

/// Reads 32 secret bytes.
///
/// # Errors
/// [`KeyError`].
pub fn load_secret(path: &Path) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let failed = |error| KeyError::Io { path: path.to_owned(), error };
    let file = OpenOptions::new().read(true).open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyError::Open { path: path.to_owned() });
    }
    let mut text = Zeroizing::new(String::new());
    file.take(128).read_to_string(&mut text).map_err(failed)?;
    let mut secret = Zeroizing::new([0u8; 32]);
    hex::decode_to_slice(text.trim_end(), secret.as_mut_slice())
        .map_err(|_| KeyError::Malformed { path: path.to_owned() })?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_read_back_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("board.key");
        let made = create(&path).unwrap();
        assert_eq!(load(&path).unwrap().verifying_key(), made.verifying_key());
        assert!(matches!(create(&path), Err(KeyError::Exists { .. })));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(load(&path), Err(KeyError::Open { .. })));
        let broken = folder.path().join("broken.key");
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&broken)
            .unwrap()
            .write_all(b"zz")
            .unwrap();
        assert!(matches!(load(&broken), Err(KeyError::Malformed { .. })));
    }
}
