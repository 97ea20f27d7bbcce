//! An election as a plain folder: checkpoint, tiles, bundles. Any file server can serve it, for ever (§11.8).
//!
//! A full file never changes. Partial ones are kept until the full one stands. The checkpoint is written last, so that a
//! folder with a checkpoint holds everything that it commits to.

use std::fs;
use std::io;
use std::path::Path;

use plebiscite_board::entry_bundle;
use plebiscite_board::log::Log;
use plebiscite_board::tile::{TILE_WIDTH, TileKind, TilePath, level_size};
use plebiscite_serving::durable::{FileError, make_folder, read_if_there, write_durably};
use thiserror::Error;

use crate::election::{Entries, Unreadable};

/// Levels of tiles that a log of 2^63 entries can have.
const LEVELS: u8 = 8;

/// Why a folder could not be written.
#[derive(Debug, Error)]
pub enum FolderError {
    /// A file.
    #[error("{0}")]
    File(#[from] FileError),
    /// The entries' keeper.
    #[error("{0}")]
    Entries(#[from] Unreadable),
    /// An entry that no bundle holds.
    #[error("entry bundle {number} cannot be written")]
    Bundle {
        /// Which.
        number: u64,
    },
}

/// Writes one file of the log, unless it stands there with the same bytes.
///
/// # Errors
/// [`FileError`].
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), FileError> {
    let path = folder.join(name);
    if read_if_there(&path)?.as_deref() == Some(bytes) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_folder(parent)?;
    }
    write_durably(&path, bytes)
}

/// Takes away the partial files whose full ones stand: after the checkpoint that commits to these, because the one
/// before may be read by the partial ones alone.
fn drop_partials(folder: &Path, kind: TileKind, from: u64, count: u64) -> Result<(), FileError> {
    for number in from / TILE_WIDTH..count / TILE_WIDTH {
        let full = TilePath { kind, number, width: TILE_WIDTH as u16 };
        let partial = folder.join(format!("{}.p", full.path()));
        match fs::remove_dir_all(&partial) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(FileError { path: partial, error });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes one bundle, whole or as wide as the log makes it.
///
/// # Errors
/// [`FolderError`].
pub fn put_bundle<E: AsRef<[u8]>>(folder: &Path, number: u64, entries: &[E]) -> Result<(), FolderError> {
    let size = number.saturating_mul(TILE_WIDTH).saturating_add(entries.len() as u64);
    let failed = || FolderError::Bundle { number };
    let path = TilePath::entries(number, size).filter(|path| usize::from(path.width) == entries.len());
    let bytes = entry_bundle::encode(entries).map_err(|_| failed())?;
    Ok(put(folder, &path.ok_or_else(failed)?.path(), &bytes)?)
}

/// Writes the bundles of a log of `size` entries, of which `from` stand in the folder already.
///
/// # Errors
/// [`FolderError`].
pub fn put_bundles(folder: &Path, entries: &dyn Entries, from: u64, size: u64) -> Result<(), FolderError> {
    for number in from / TILE_WIDTH..size.div_ceil(TILE_WIDTH) {
        let path = TilePath::entries(number, size).ok_or(FolderError::Bundle { number })?;
        put_bundle(folder, number, &entries.range(number * TILE_WIDTH, path.width)?)?;
    }
    Ok(())
}

/// Writes the tiles of hashes of a log of `size` entries, of which `from` stand in the folder already.
///
/// # Errors
/// [`FileError`].
pub fn put_tiles(folder: &Path, log: &Log, from: u64, size: u64) -> Result<(), FileError> {
    for level in 0..LEVELS {
        let count = level_size(level, size);
        for number in level_size(level, from) / TILE_WIDTH..count.div_ceil(TILE_WIDTH) {
            let tile = TilePath::hashes(level, number, size);
            if let Some((tile, bytes)) = tile.and_then(|tile| Some((tile, log.tile(&tile)?))) {
                put(folder, &tile.path(), &bytes)?;
            }
        }
    }
    Ok(())
}

/// Writes the partial files of an earlier size, such as that of a cosigned checkpoint, where the full ones do not stand.
///
/// # Errors
/// [`FolderError`].
pub fn put_partials(folder: &Path, log: &Log, entries: &dyn Entries, size: u64) -> Result<(), FolderError> {
    let missing = |path: &TilePath| {
        let full = TilePath { width: TILE_WIDTH as u16, ..*path };
        !folder.join(full.path()).exists()
    };
    for level in 0..LEVELS {
        let number = level_size(level, size) / TILE_WIDTH;
        let tile = TilePath::hashes(level, number, size).filter(missing);
        if let Some((tile, bytes)) = tile.and_then(|tile| Some((tile, log.tile(&tile)?))) {
            put(folder, &tile.path(), &bytes)?;
        }
    }
    let number = size / TILE_WIDTH;
    if let Some(path) = TilePath::entries(number, size).filter(missing) {
        put_bundle(folder, number, &entries.range(number * TILE_WIDTH, path.width)?)?;
    }
    Ok(())
}

/// Writes the checkpoint of a log of `size` entries: last, when everything that it commits to is there. Partial files of
/// the one before, of `from` entries, go once their full ones are committed to.
///
/// # Errors
/// [`FileError`].
pub fn put_checkpoint(folder: &Path, note: &[u8], from: u64, size: u64) -> Result<(), FileError> {
    put(folder, "checkpoint", note)?;
    drop_partials(folder, TileKind::Entries, from, size)?;
    (0..LEVELS).try_for_each(|level| {
        drop_partials(folder, TileKind::Hashes(level), level_size(level, from), level_size(level, size))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use plebiscite_board::merkle::{Tree, leaf_hash};

    use super::*;

    struct Numbered;

    impl Entries for Numbered {
        fn get(&self, index: u64) -> Result<Option<Vec<u8>>, Unreadable> {
            Ok(Some(format!("entry {index}").into_bytes()))
        }
    }

    fn log(size: u64) -> Log {
        let leaves = (0..size).map(|index| leaf_hash(&Numbered.get(index).unwrap().unwrap()));
        Log::open("log".to_owned(), Tree::of(leaves), None).unwrap()
    }

    fn grow(folder: &Path, from: u64, size: u64) {
        put_bundles(folder, &Numbered, from, size).unwrap();
        put_tiles(folder, &log(size), from, size).unwrap();
        put_checkpoint(folder, format!("{size}").as_bytes(), from, size).unwrap();
    }

    fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
                }
            }
        }
        found
    }

    #[test]
    fn a_folder_grown_in_steps_is_the_one_written_at_once_and_full_files_never_change() {
        let (steps, once) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut size = 0;
        let mut full: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        for next in [1, 3, 255, 256, 300, 511, 513, 1_000, 65_535, 65_537, 66_000] {
            grow(steps.path(), size, next);
            let now = files(steps.path());
            for (path, bytes) in &full {
                assert_eq!(now.get(path), Some(bytes), "{} at {next}", path.display());
            }
            let is_partial = |path: &Path| path.to_string_lossy().contains(".p/");
            full =
                now.into_iter().filter(|(path, _)| !is_partial(path) && path.starts_with("tile")).collect();
            size = next;
        }
        grow(once.path(), 0, size);
        let (steps, mut rest) = (files(steps.path()), files(once.path()));
        rest.retain(|path, bytes| steps.get(path) != Some(bytes));
        assert!(rest.is_empty(), "{:?}", rest.keys());
        assert!(steps.values().all(|bytes| bytes.len() <= 8_192));
    }

    #[test]
    fn partial_files_stay_until_the_full_one_stands() {
        let folder = tempfile::tempdir().unwrap();
        grow(folder.path(), 0, 10);
        grow(folder.path(), 10, 20);
        for there in ["tile/0/000.p/10", "tile/0/000.p/20", "tile/entries/000.p/10", "tile/entries/000.p/20"]
        {
            assert!(folder.path().join(there).exists(), "{there}");
        }
        put_partials(folder.path(), &log(20), &Numbered, 15).unwrap();
        assert!(folder.path().join("tile/0/000.p/15").exists());
        grow(folder.path(), 20, 256);
        assert!(!folder.path().join("tile/0/000.p").exists() && folder.path().join("tile/0/000").exists());
        put_partials(folder.path(), &log(256), &Numbered, 15).unwrap();
        assert!(!folder.path().join("tile/0/000.p").exists());
    }
}
