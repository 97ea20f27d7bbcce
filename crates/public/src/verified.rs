//! How far a program has verified the ballots of its own log: what spares it their proofs at its next start (§11.18).
//!
//! Five lines: what it is, the program's version, size, root, SHA-256 of the lines before. It lies beside the log on the
//! program's own disk. Nothing derived is kept: at every start all entries are read, the tree and the whole record are
//! computed again, and only the proofs and signatures of the first `size` ballots are not checked again, if the root over
//! these entries is the one written here.

use std::path::Path;

use plebiscite_board::merkle::Hash;
use plebiscite_serving::durable::{FileError, read_if_there, write_durably};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// First line.
const FORM: &str = "plebiscite/v1 verified";
/// Another version may judge otherwise.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How many entries more make it worth to be written again: their proofs take a second at most.
pub const EVERY: u64 = 8_192;

/// Entries whose ballots this program has verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why the file spares nothing: everything is verified.
#[derive(Debug, Error)]
pub enum VerifiedError {
    /// It cannot be read.
    #[error("{0}")]
    File(#[from] FileError),
    /// It is not as it was written.
    #[error("it is not as it was written")]
    Changed,
    /// Another version of the program wrote it.
    #[error("another version of this program wrote it")]
    Version,
}

impl Verified {
    /// Reads a file; none where there is none.
    ///
    /// # Errors
    /// [`VerifiedError`].
    pub fn read(path: &Path) -> Result<Option<Self>, VerifiedError> {
        read_if_there(path)?.map(|bytes| Self::parse(&bytes)).transpose()
    }

    /// Writes the file durably.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        write_durably(path, self.text(VERSION).as_bytes())
    }

    fn text(&self, version: &str) -> String {
        let lines = format!("{FORM}\n{version}\n{}\n{}\n", self.size, hex::encode(self.root.0));
        format!("{lines}{}\n", hex::encode(Sha256::digest(&lines)))
    }

    fn parse(bytes: &[u8]) -> Result<Self, VerifiedError> {
        let text = std::str::from_utf8(bytes).map_err(|_| VerifiedError::Changed)?;
        let mut lines = text.split('\n');
        let mut line = || lines.next().ok_or(VerifiedError::Changed);
        let (form, version) = (line()?, line()?);
        let size = line()?.parse().map_err(|_| VerifiedError::Changed)?;
        let mut root = [0; 32];
        hex::decode_to_slice(line()?, &mut root).map_err(|_| VerifiedError::Changed)?;
        let found = Self { size, root: Hash(root) };
        // What is read is what would be written, byte for byte.
        if form != FORM || found.text(version) != text {
            return Err(VerifiedError::Changed);
        }
        if version == VERSION { Ok(found) } else { Err(VerifiedError::Version) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written_and_every_changed_byte_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("verified");
        assert!(Verified::read(&path).unwrap().is_none());
        let verified = Verified { size: 1_234, root: Hash([7; 32]) };
        verified.write(&path).unwrap();
        assert_eq!(Verified::read(&path).unwrap(), Some(verified));
        let good = std::fs::read(&path).unwrap();
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 1;
            assert!(Verified::parse(&bad).is_err(), "{place}");
            assert!(Verified::parse(&good[..place]).is_err(), "{place}");
        }
        assert!(Verified::parse(&[good.as_slice(), b"\n"].concat()).is_err());
        let other = verified.text("0.0.0");
        assert!(matches!(Verified::parse(other.as_bytes()), Err(VerifiedError::Version)));
    }
}
