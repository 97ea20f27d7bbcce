//! The log's own side: append entries, sign checkpoints, never two that contradict each other (§11.7).

use ed25519_dalek::SigningKey;
use thiserror::Error;

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::entry_bundle::ENTRY_LIMIT;
use crate::merkle::{Hash, Roots, Tree, leaf_hash};
use crate::tile::{TileKind, TilePath, tile_bytes};

/// A log in memory: its tree and the last checkpoint that was signed. The entries themselves stay in the store.
#[derive(Clone, Debug)]
pub struct Log {
    origin: String,
    tree: Tree,
    signed: Option<Checkpoint>,
}

/// Why a log does not append or sign.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LogError {
    /// An entry is longer than a bundle can hold.
    #[error("an entry of {length} bytes is longer than 65,535")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// The log holds less than was signed: an older copy of the store. Nothing may be signed.
    #[error(
        "the log has {size} entries, but a checkpoint of {signed} was signed: this store is older than what it promised"
    )]
    Older {
        /// Entries in the log.
        size: u64,
        /// Size of the last signed checkpoint.
        signed: u64,
    },
    /// The log holds other entries than were signed. Nothing may be signed.
    #[error("the first {size} entries are not those that were signed")]
    Other {
        /// Size of the last signed checkpoint.
        size: u64,
    },
    /// The checkpoint could not be made.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
}

impl Log {
    /// A log from the leaf hashes of its entries, against the last checkpoint that it signed.
    ///
    /// # Errors
    /// [`LogError::Older`] or [`LogError::Other`].
    pub fn open(origin: String, tree: Tree, signed: Option<Checkpoint>) -> Result<Self, LogError> {
        let mut log = Self { origin, tree, signed: None };
        signed.map_or(Ok(()), |signed| log.hold_against(signed))?;
        Ok(log)
    }

    /// Holds the log against the last checkpoint that it signed.
    ///
    /// # Errors
    /// [`LogError::Older`] or [`LogError::Other`]; the log is as before.
    pub fn hold_against(&mut self, signed: Checkpoint) -> Result<(), LogError> {
        let root = self.tree.root_at(signed.size);
        let root = root.ok_or(LogError::Older { size: self.tree.size(), signed: signed.size })?;
        if root != signed.root || signed.origin != self.origin {
            return Err(LogError::Other { size: signed.size });
        }
        self.signed = Some(signed);
        Ok(())
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The tree with all its history.
    #[must_use]
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Appends an entry and gives its index.
    ///
    /// # Errors
    /// [`LogError::TooLong`].
    pub fn append(&mut self, entry: &[u8]) -> Result<u64, LogError> {
        if entry.len() > ENTRY_LIMIT {
            return Err(LogError::TooLong { length: entry.len() });
        }
        let index = self.tree.size();
        self.tree.push(leaf_hash(entry));
        Ok(index)
    }

    /// Signs size and root as they are now. Whoever calls this has made the entries durable, and records the
    /// checkpoint out of the store's reach before anyone sees it.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn sign(&mut self, key: &SigningKey) -> Result<SignedCheckpoint, LogError> {
        let size = self.tree.size();
        let root = self.tree.root_at(size).unwrap_or_else(crate::merkle::empty_root);
        let checkpoint = Checkpoint { origin: self.origin.clone(), size, root };
        let signed = checkpoint.clone().sign(key)?;
        self.signed = Some(checkpoint);
        Ok(signed)
    }

    /// The bytes of a tile of hashes; none beyond the log, or for a path of entries.
    #[must_use]
    pub fn tile(&self, path: &TilePath) -> Option<Vec<u8>> {
        match path.kind {
            TileKind::Hashes(level) => tile_bytes(&self.tree, level, path.number, path.width),
            TileKind::Entries => None,
        }
    }
}

impl Roots for Log {
    fn root_at(&self, size: u64) -> Option<Hash> {
        self.tree.root_at(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(count: u8, signed: Option<Checkpoint>) -> Result<Log, LogError> {
        Log::open("log".to_owned(), Tree::of((0..count).map(|n| leaf_hash(&[n]))), signed)
    }

    #[test]
    fn a_log_that_signed_more_or_other_entries_does_not_open() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let mut original = log(7, None).unwrap();
        let signed = original.sign(&key).unwrap().checkpoint().clone();
        assert!(log(7, Some(signed.clone())).is_ok());
        assert!(log(9, Some(signed.clone())).is_ok());
        assert_eq!(log(6, Some(signed.clone())).unwrap_err(), LogError::Older { size: 6, signed: 7 });
        let other = Checkpoint { root: leaf_hash(b"other"), ..signed };
        assert_eq!(log(9, Some(other)).unwrap_err(), LogError::Other { size: 7 });
        assert_eq!(original.append(&[0; 65_536]), Err(LogError::TooLong { length: 65_536 }));
        assert_eq!(original.append(b"next"), Ok(7));
    }

    /// Known answers of the design: 10,000 made-up entries of varying length.
    #[test]
    fn the_known_answers_hold() {
        let entry = |i: usize| {
            let mut entry = format!("{{\"kind\":\"ballot\",\"n\":{i},\"pad\":\"").into_bytes();
            while entry.len() < 100 + (i * 7_919) % 500 {
                entry.push(b'a' + u8::try_from((i + entry.len()) % 26).unwrap());
            }
            entry.extend_from_slice(b"\"}");
            entry
        };
        let tree = Tree::of((0..10_000).map(|i| leaf_hash(&entry(i))));
        let root = |size| {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD.encode(tree.root_at(size).unwrap().0)
        };
        assert_eq!(root(10_000), "II4tV7fMhcsXqXs0JeNsYD0KWp7BN1lzgCZgZpHZcaI=");
        assert_eq!(root(2_991), "NNUfQs3AsdtvLIMJajlSRJ64cqVxHrX+AmcU1UwY6JA=");
    }
}
