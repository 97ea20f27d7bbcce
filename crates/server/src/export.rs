//! Writing an election as a plain folder: checkpoint, tiles, bundles, hints. Any file server can serve it, for ever.

use std::fs;
use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_election::entry::ElectionId;
use plebiscite_public::board::claimed;
use plebiscite_public::election::PREFIX;
use plebiscite_public::folder::{self, FolderError};
use plebiscite_public::hints;
use plebiscite_serving::durable::{make_folder, read_if_there};
use thiserror::Error;

use crate::board::{self, BoardError};
use crate::config::Config;
use crate::cosigned;
use crate::election::{ElectionError, lock, signed_file};
use crate::store::{Store, StoreError};

/// Why nothing was exported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The store cannot be opened.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A server is running on this folder.
    #[error(
        "a server is running on {}: stop it first, or copy the log from it while it runs, with `plebiscite-mirror pull`",
        folder.display()
    )]
    Running {
        /// The data folder.
        folder: PathBuf,
    },
    /// A file cannot be written.
    #[error("{0}")]
    Folder(#[from] FolderError),
    /// The board is not what it promised.
    #[error("{0}")]
    Board(#[from] BoardError),
    /// The folder holds something else.
    #[error("{} holds another log, or more of this one: name another folder", folder.display())]
    Other {
        /// The folder.
        folder: PathBuf,
    },
    /// A crash left entries that no checkpoint holds yet.
    #[error(
        "the store holds entries that are not signed yet: start the server once, which signs them, and stop it"
    )]
    Unsigned,
    /// There is no such election.
    #[error("there is no election {0} here")]
    Unknown(String),
}

/// Writes the published log of an election, after judging all of it again. Gives back the number of entries.
///
/// # Errors
/// [`ExportError`]; a store that a running server holds cannot be opened.
pub fn export(config: &Config, prefix: &str, folder: &Path) -> Result<u64, ExportError> {
    // The whole id names it as well.
    let prefix = prefix.get(..PREFIX).filter(|_| prefix.len() == 64).unwrap_or(prefix);
    let path = config.data.join("elections").join(prefix);
    let unknown = || ExportError::Unknown(prefix.to_owned());
    let mut id = [0; 32];
    let text = fs::read_to_string(path.join("id")).map_err(|_| unknown())?;
    hex::decode_to_slice(text.trim_end(), &mut id).map_err(|_| unknown())?;
    make_folder(&config.signed_folder()).map_err(StoreError::from)?;
    let _lock = lock(&config.signed_folder()).map_err(|error| match error {
        ElectionError::Store(error) => ExportError::Store(error),
        _ => ExportError::Running { folder: config.data.clone() },
    })?;
    let store = Store::open(&path, &signed_file(&config.signed_folder(), prefix))?;
    let entries = store.entries();
    let (board, _) = board::open(ElectionId(id), &entries, store.last_checkpoint()?.as_deref(), None)?;
    let signed = board.signed().ok_or_else(unknown)?;
    let size = signed.checkpoint().size;
    if board.log.size() > size {
        return Err(ExportError::Unsigned);
    }
    if let Some(there) = read_if_there(&folder.join("checkpoint")).map_err(StoreError::from)? {
        let own = |there: &Checkpoint| there.origin == signed.checkpoint().origin && there.size <= size;
        if !claimed(&there).as_ref().is_some_and(own) {
            return Err(ExportError::Other { folder: folder.to_owned() });
        }
    }
    folder::put_bundles(folder, &entries, 0, size)?;
    folder::put_tiles(folder, &board.log, 0, size).map_err(FolderError::from)?;
    hints::write(folder, &board)?;
    for name in cosigned::NAMES {
        let kept = read_if_there(&path.join("cosigned").join(name)).map_err(StoreError::from)?;
        if let Some(note) = kept {
            // Whoever starts from a cosigned checkpoint finds the right edge of its size too.
            if let Some(earlier) = claimed(&note).filter(|earlier| earlier.size <= size) {
                folder::put_partials(folder, &board.log, &entries, earlier.size)?;
            }
            folder::put(folder, &format!("cosigned/{name}"), &note).map_err(FolderError::from)?;
        }
    }
    folder::put_checkpoint(folder, signed.note(), 0, size).map_err(FolderError::from)?;
    Ok(size)
}
