//! The board's keys that this server holds: its own, and those that may succeed it (§20.4).
//!
//! Which of them signs is the record's to say, not the settings': the one in force for the size that is signed. An election
//! whose key in force is not held here is shown to everyone and takes nothing, until a successor that is held stands in it.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use ed25519_dalek::{SigningKey, VerifyingKey};
use plebiscite_serving::key::{self, KeyError};
use thiserror::Error;

use crate::config::Config;

/// Why no key is held.
#[derive(Debug, Error)]
pub enum BoardKeyError {
    /// A file of a key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The folder of successors cannot be read.
    #[error("{path}: {error}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// There is none at all.
    #[error(
        "there is no board key here: neither {path} nor a successor in {successors}; put this board's own file back, or, \
         for a new board, make one: `plebiscite-server new-board-key` with the same --config or --data"
    )]
    None {
        /// The file of the board's key.
        path: PathBuf,
        /// The folder of successors.
        successors: PathBuf,
    },
}

/// Keys in files that only their owner can read: one file of the board's own, and a folder of successors, which is looked
/// into again when a key is asked for that was not there before.
pub struct BoardKeys {
    own: PathBuf,
    successors: PathBuf,
    held: RwLock<Vec<SigningKey>>,
}

impl std::fmt::Debug for BoardKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoardKeys").field("own", &self.own).finish_non_exhaustive()
    }
}

impl BoardKeys {
    /// The keys that the settings name.
    ///
    /// # Errors
    /// [`BoardKeyError`]: there must be one at least.
    pub fn load(config: &Config) -> Result<Self, BoardKeyError> {
        let keys = Self {
            own: config.board_key_file(),
            successors: config.successor_folder(),
            held: RwLock::new(Vec::new()),
        };
        let found = keys.read()?;
        if found.is_empty() {
            return Err(BoardKeyError::None { path: keys.own, successors: keys.successors });
        }
        *keys.held.write().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(keys)
    }

    /// Makes a key that can succeed the board's own, in a file named by the first digits of its public half.
    ///
    /// # Errors
    /// [`BoardKeyError::Key`].
    pub fn new_successor(config: &Config) -> Result<VerifyingKey, BoardKeyError> {
        let folder = config.successor_folder();
        let mut name = [0u8; 8];
        rand::fill(&mut name);
        Ok(key::create(&folder.join(format!("{}.key", hex::encode(name))))?.verifying_key())
    }

    /// The secret half of a key, if it is held here.
    #[must_use]
    pub fn holding(&self, key: &VerifyingKey) -> Option<SigningKey> {
        let known = || {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            held.iter().find(|held| held.verifying_key() == *key).cloned()
        };
        known().or_else(|| {
            // Made since the start. Files that cannot be read are said at a start, and hold no key until then.
            // What is held is never let go of: its file may lie on a stick that was taken out after the start.
            let found = self.read().ok()?;
            let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
            for key in found {
                if !held.iter().any(|known| known.verifying_key() == key.verifying_key()) {
                    held.push(key);
                }
            }
            drop(held);
            known()
        })
    }

    /// The public halves of all that are held, in hex.
    #[must_use]
    pub fn public(&self) -> Vec<String> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.iter().map(|held| hex::encode(held.verifying_key().as_bytes())).collect()
    }

    fn read(&self) -> Result<Vec<SigningKey>, BoardKeyError> {
        let mut found = Vec::new();
        if self.own.exists() {
            found.push(key::load(&self.own)?);
        }
        for path in key_files(&self.successors)? {
            found.push(key::load(&path)?);
        }
        Ok(found)
    }
}

/// The `.key` files of a folder, in the order of their names; none where there is no folder.
fn key_files(folder: &Path) -> Result<Vec<PathBuf>, BoardKeyError> {
    let failed = |error| BoardKeyError::Folder { path: folder.to_owned(), error };
    let files = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed)?,
    };
    let mut paths = Vec::new();
    for file in files {
        let path = file.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "key") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        Config { data: folder.to_owned(), ..Config::default() }
    }

    #[test]
    fn without_any_key_the_command_that_makes_one_is_named_and_with_one_there_is_no_complaint() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let said = BoardKeys::load(&config).unwrap_err().to_string();
        assert!(said.contains("plebiscite-server new-board-key") && said.contains("board.key"), "{said}");
        let own = key::create(&config.board_key_file()).unwrap();
        let keys = BoardKeys::load(&config).unwrap();
        assert_eq!(keys.public(), [hex::encode(own.verifying_key().as_bytes())]);
    }

    #[test]
    fn a_successor_that_is_made_while_the_server_runs_is_found_and_a_strangers_key_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        key::create(&config.board_key_file()).unwrap();
        let keys = BoardKeys::load(&config).unwrap();
        let stranger = SigningKey::from_bytes(&[5; 32]).verifying_key();
        assert!(keys.holding(&stranger).is_none());
        let successor = BoardKeys::new_successor(&config).unwrap();
        assert_eq!(keys.holding(&successor).unwrap().verifying_key(), successor);
        assert!(keys.holding(&stranger).is_none());
        assert_eq!(keys.public().len(), 2);
    }

    #[test]
    fn a_successor_alone_is_enough_to_take_a_board_over() {
        let folder = tempfile::tempdir().unwrap();
        let successor = BoardKeys::new_successor(&config(folder.path())).unwrap();
        assert!(BoardKeys::load(&config(folder.path())).unwrap().holding(&successor).is_some());
    }
}
