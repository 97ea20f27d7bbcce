//! Restoring an election from a mirror's folder: the same bytes, judged again, held against whatever was signed here last.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use plebiscite_board::entry_bundle::{self, BundleError};
use plebiscite_board::tile::{TILE_WIDTH, TilePath};
use plebiscite_public::board::claimed;
use plebiscite_public::election::{id_of, prefix_of};
use plebiscite_public::verified::{KeepError, Remembered, VerifiedError};
use plebiscite_serving::durable::{FileError, make_folder, read_if_there, write_durably};
use thiserror::Error;

use crate::board::{self, BoardError};
use crate::config::Config;
use crate::election::{ADDING, ElectionError, finish, lock, signed_file};
use crate::keys::{BoardKeyError, BoardKeys};
use crate::store::{Storage, Store, StoreError};

/// Longest file: a bundle of 256 entries of 65,535 bytes, each with its length.
const LONGEST: u64 = 256 * (65_535 + 2);

/// Why nothing was imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// No board key.
    #[error("{0}")]
    Key(#[from] BoardKeyError),
    /// A file, or the store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A server is running.
    #[error("{0}")]
    Held(Box<ElectionError>),
    /// A bundle is malformed.
    #[error("bundle {number} of the folder: {error}")]
    Bundle {
        /// Which bundle.
        number: u64,
        /// Why.
        error: BundleError,
    },
    /// The folder's checkpoint is of no election.
    #[error("the folder's checkpoint is of no election")]
    Checkpoint,
    /// The folder is not the log that this board signed, or lacks a part of it.
    #[error("the folder is not the whole log that this board signed: {0}")]
    Board(BoardError),
    /// What was judged cannot be kept.
    #[error("{0}")]
    Keep(#[from] KeepError),
    /// What was just kept is not there.
    #[error("{0}")]
    Kept(#[from] VerifiedError),
    /// The election is there already.
    #[error("election {0} is there already: `--replace` sets its folder aside")]
    There(String),
}

/// What was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// How many entries.
    pub entries: u64,
    /// The board's key in force, in hex, where it is not held here.
    pub lacks: Option<String>,
}

impl From<ElectionError> for ImportError {
    fn from(error: ElectionError) -> Self {
        Self::Held(Box::new(error))
    }
}

/// Restores an election from a folder with checkpoint and entry bundles, as `export` writes them and mirrors hold them.
/// A kept checkpoint that is newer than the folder is a refusal: the folder lacks what was promised. Gives back the
/// number of entries, and the board's key in force where it is not held here: the log then goes on once a successor that is
/// held stands in it. With `replace`, the election's own folder is set aside first, and never deleted.
///
/// # Errors
/// [`ImportError`]; then nothing has changed.
pub fn import(config: &Config, folder: &Path, replace: bool) -> Result<Imported, ImportError> {
    let keys = BoardKeys::load(config)?;
    let note = read(&folder.join("checkpoint"))?;
    let checkpoint = claimed(&note).ok_or(ImportError::Checkpoint)?;
    let id = id_of(&checkpoint.origin).ok_or(ImportError::Checkpoint)?;
    let prefix = prefix_of(id);
    let elections = config.data.join("elections");
    let place = elections.join(&prefix);
    make_folder(&config.signed_folder()).map_err(StoreError::from)?;
    let _lock = lock(&config.signed_folder())?;
    if place.exists() && !replace {
        return Err(ImportError::There(prefix));
    }
    let draft = elections.join(format!("{ADDING}{prefix}"));
    if draft.exists() {
        remove(&draft)?;
    }
    let signed_file = signed_file(&config.signed_folder(), &prefix);
    // What was signed last here may itself be an older copy: the mirror has what was signed after it.
    let mut older = false;
    let mut in_force = None;
    let filled = fill(&draft, folder, checkpoint.size).and_then(|mut store| {
        let entries = store.entries();
        // As the mirror has it, whole; and then against what was signed here last, if that is still known.
        let (mut board, _) = board::open(id, &entries, Some(&note), None).map_err(ImportError::Board)?;
        in_force =
            board.record.board_key().map(|key| (keys.holding(key).is_some(), hex::encode(key.as_bytes())));
        let mut verified = Remembered::in_folder(&draft, "");
        verified.keep(&mut board, |index| board::again(&entries, index)).map_err(ImportError::Keep)?;
        drop(board);
        if let Some(kept) = read_if_there(&signed_file).map_err(StoreError::from)? {
            let known = verified.read(|_| ()).map_err(ImportError::Kept)?;
            board::open(id, &entries, Some(&kept), known).map_err(ImportError::Board)?;
            older = claimed(&kept).is_none_or(|kept| kept.size < checkpoint.size);
        }
        Ok(store.record_checkpoint(&note)?)
    });
    if let Err(error) = filled {
        remove(&draft)?;
        return Err(error);
    }
    if place.exists() {
        set_aside(&place, config)?;
    }
    if older {
        write_durably(&signed_file, &note).map_err(StoreError::from)?;
    }
    finish(id, &draft, &place, &signed_file)?;
    let lacks = in_force.and_then(|(held, key)| (!held).then_some(key));
    Ok(Imported { entries: checkpoint.size, lacks })
}

/// Moves an election's folder to `set-aside/<prefix>.<n>` in the data folder, with the first number that is free.
fn set_aside(place: &Path, config: &Config) -> Result<(), StoreError> {
    let aside = config.data.join("set-aside");
    make_folder(&aside)?;
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let free = (1u32..).map(|n| aside.join(format!("{name}.{n}"))).find(|path| !path.exists());
    let path = free.unwrap_or(aside);
    fs::rename(place, &path).map_err(|error| StoreError::File(FileError { path, error }))
}

fn fill(draft: &Path, folder: &Path, size: u64) -> Result<Store, ImportError> {
    let mut store = Store::open(draft, &draft.join("checkpoint"))?;
    for number in 0..size.div_ceil(TILE_WIDTH) {
        let path = TilePath::entries(number, size).ok_or(ImportError::Checkpoint)?;
        let bytes = read(&folder.join(path.path()))?;
        let decoded = entry_bundle::decode_exact(&bytes, path.width);
        let entries = decoded.map_err(|error| ImportError::Bundle { number, error })?;
        store.append(number.saturating_mul(TILE_WIDTH), &entries)?;
    }
    Ok(store)
}

/// A plain file of at most the longest bundle: a folder from elsewhere may hold anything.
fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    let failed = |error| StoreError::File(FileError { path: path.to_owned(), error });
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("not a plain file")));
    }
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(failed)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LONGEST {
        return Err(failed(io::Error::other("longer than any file of a log")));
    }
    Ok(bytes)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    fs::remove_dir_all(path).map_err(|error| StoreError::File(FileError { path: path.to_owned(), error }))
}
