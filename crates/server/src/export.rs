//! Writing an election as a plain folder: checkpoint, tiles, bundles. Any file server can serve it, for ever.

use std::fs;
use std::path::Path;

use plebiscite_board::entry_bundle;
use plebiscite_board::tile::{TILE_WIDTH, TilePath, level_size};
use plebiscite_election::entry::ElectionId;
use plebiscite_serving::durable::{FileError, read_if_there, write_durably};
use thiserror::Error;

use crate::board::{Board, BoardError};
use crate::config::Config;
use crate::cosigned;
use crate::election::signed_file;
use crate::store::{Entries, Store, StoreError};
use plebiscite_serving::key::{self, KeyError};

/// Why nothing was exported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// No board key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The store cannot be opened, or a file cannot be written.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The board is not what it promised.
    #[error("{0}")]
    Board(#[from] BoardError),
    /// There is no such election.
    #[error("there is no election {0} here")]
    Unknown(String),
}

/// Writes the published log of an election, after judging all of it again. Gives back the number of entries.
///
/// # Errors
/// [`ExportError`]; a store that a running server holds cannot be opened.
pub fn export(config: &Config, prefix: &str, folder: &Path) -> Result<u64, ExportError> {
    let path = config.data.join("elections").join(prefix);
    let unknown = || ExportError::Unknown(prefix.to_owned());
    let mut id = [0; 32];
    let text = fs::read_to_string(path.join("id")).map_err(|_| unknown())?;
    hex::decode_to_slice(text.trim_end(), &mut id).map_err(|_| unknown())?;
    let key = key::load(&config.board_key_file())?;
    let store = Store::open(&path, &signed_file(&config.signed_folder(), prefix))?;
    let entries = store.entries();
    let board = Board::open(ElectionId(id), &entries, store.last_checkpoint()?.as_deref(), &key)?;
    let signed = board.signed().ok_or_else(unknown)?;
    let size = signed.checkpoint().size;
    for level in 0..8 {
        for number in 0..level_size(level, size).div_ceil(TILE_WIDTH) {
            let tile = TilePath::hashes(level, number, size);
            if let Some((tile, bytes)) = tile.and_then(|tile| Some((tile, board.log.tile(&tile)?))) {
                write(folder, &tile.path(), &bytes)?;
            }
        }
    }
    for number in 0..size.div_ceil(TILE_WIDTH) {
        if let Some(path) = TilePath::entries(number, size) {
            write(folder, &path.path(), &bundle(&entries, number, path.width)?)?;
        }
    }
    for name in cosigned::NAMES {
        let kept = read_if_there(&path.join("cosigned").join(name)).map_err(StoreError::from)?;
        if let Some(note) = kept {
            write(folder, &format!("cosigned/{name}"), &note)?;
        }
    }
    // Last, so that a folder with a checkpoint is whole.
    write(folder, "checkpoint", signed.note())?;
    Ok(size)
}

fn bundle(entries: &Entries, number: u64, width: u16) -> Result<Vec<u8>, ExportError> {
    let mut bundle = Vec::new();
    let first = number * TILE_WIDTH;
    for index in first..first + u64::from(width) {
        if let Some(entry) = entries.get(index)? {
            // Whatever stands was checked to fit when it was appended.
            let _ = entry_bundle::push(&mut bundle, &entry);
        }
    }
    Ok(bundle)
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .map_err(|error| StoreError::File(FileError { path: parent.to_owned(), error }))?;
    }
    if name == "checkpoint" {
        return Ok(write_durably(&path, bytes)?);
    }
    fs::write(&path, bytes).map_err(|error| StoreError::File(FileError { path, error }))
}
