//! The store: one sled tree an election, entries by index, written by one writer in atomic batches.
//!
//! sled's flush ends in `sync_file_range`, which survives no power cut: after every flush the file itself is synced
//! through a handle of our own, and only then is anything acknowledged. The last signed checkpoint lies in a file of
//! its own, in a folder that may be another disk's, where an older copy of the database does not take it along.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use plebiscite_public::election::Unreadable;
use plebiscite_serving::durable::{FileError, read_if_there, write_durably};
use sled::{Batch, Db};
use thiserror::Error;

use crate::proposals::{Change, Number};

/// Cache of one database. sled's own default is a gigabyte.
const CACHE: u64 = 32 << 20;
/// Key of the number of entries.
const COUNT: &[u8] = b"n";
/// Prefix of entries' keys; the index follows, big-endian.
const ENTRY: u8 = b'e';
/// Prefix of proposals' keys; their numbers follow.
const PROPOSAL: u8 = b'p';

/// Why the store cannot go on. After a failed write nothing may be acknowledged any more.
#[derive(Debug, Error)]
pub enum StoreError {
    /// sled failed.
    #[error("store {path}: {error}")]
    Sled {
        /// The database's folder.
        path: PathBuf,
        /// What it said.
        error: sled::Error,
    },
    /// A file could not be read, written or synced.
    #[error("{0}")]
    File(#[from] FileError),
    /// Entries are missing or their number is not the one that was written with them.
    #[error("store {path}: {found} entries are there, but {counted} were counted")]
    Incomplete {
        /// The database's folder.
        path: PathBuf,
        /// Entries found one after the other.
        found: u64,
        /// The number that the last write noted.
        counted: u64,
    },
}

/// What the sequencer needs of a store; a second implementer in tests fails on purpose.
pub trait Storage: Send {
    /// Makes entries durable from index `first` on. When this returns, they survive a power cut.
    ///
    /// # Errors
    /// [`StoreError`]; nothing may be acknowledged afterwards.
    fn append(&mut self, first: u64, entries: &[&[u8]]) -> Result<(), StoreError>;

    /// Makes a signed checkpoint durable, before anyone sees it.
    ///
    /// # Errors
    /// [`StoreError`]; nothing may be acknowledged afterwards.
    fn record_checkpoint(&mut self, note: &[u8]) -> Result<(), StoreError>;

    /// Makes proposals durable, or drops them. They are no part of the log.
    ///
    /// # Errors
    /// [`StoreError`]; nothing may be acknowledged afterwards.
    fn change_proposals(&mut self, changes: &[Change]) -> Result<(), StoreError>;
}

/// The store of one election.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    checkpoint: PathBuf,
    db: Db,
    /// A handle of our own on sled's file, to sync it.
    file: File,
}

/// Reads entries that are durable. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Entries {
    path: PathBuf,
    db: Db,
}

impl Store {
    /// Opens the store in a folder, or makes it. A left-over of sled's snapshots is moved aside first; a damaged snapshot
    /// is set aside and sled asked once more. `checkpoint` is the file of the last signed checkpoint.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(folder: &Path, checkpoint: &Path) -> Result<Self, StoreError> {
        let path = folder.join("db");
        fs::create_dir_all(&path)
            .map_err(|error| StoreError::File(FileError { path: path.clone(), error }))?;
        set_aside(&path, |name| name.starts_with("snap.") && name.ends_with(".generating"))?;
        let config =
            || sled::Config::new().path(&path).cache_capacity(CACHE).mode(sled::Mode::HighThroughput);
        let db = match config().open() {
            Err(sled::Error::Corruption { .. }) => {
                set_aside(&path, |name| name.starts_with("snap."))?;
                config().open()
            }
            other => other,
        };
        let db = db.map_err(|error| StoreError::Sled { path: path.clone(), error })?;
        let file = File::open(path.join("db"))
            .map_err(|error| StoreError::File(FileError { path: path.join("db"), error }))?;
        Ok(Self { path, checkpoint: checkpoint.to_owned(), db, file })
    }

    /// A reader of durable entries.
    #[must_use]
    pub fn entries(&self) -> Entries {
        Entries { path: self.path.clone(), db: self.db.clone() }
    }

    /// Writes a batch; when this returns, it survives a power cut.
    fn write(&self, batch: Batch) -> Result<(), StoreError> {
        let failed = |error| StoreError::Sled { path: self.path.clone(), error };
        self.db.apply_batch(batch).map_err(failed)?;
        self.db.flush().map_err(failed)?;
        self.file
            .sync_data()
            .map_err(|error| StoreError::File(FileError { path: self.path.join("db"), error }))
    }

    /// The proposals that were kept.
    ///
    /// # Errors
    /// [`StoreError::Sled`].
    pub fn proposals(&self) -> Result<Vec<(Number, Vec<u8>)>, StoreError> {
        let mut kept = Vec::new();
        for item in self.db.scan_prefix([PROPOSAL]) {
            let (name, bytes) = item.map_err(|error| StoreError::Sled { path: self.path.clone(), error })?;
            let number = name.get(1..).and_then(|number| number.try_into().ok());
            kept.extend(number.map(|number| (number, bytes.to_vec())));
        }
        Ok(kept)
    }

    /// The last checkpoint that was signed.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn last_checkpoint(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(read_if_there(&self.checkpoint)?)
    }
}

impl Storage for Store {
    fn append(&mut self, first: u64, entries: &[&[u8]]) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (index, entry) in (first..).zip(entries) {
            batch.insert(key(index).as_slice(), *entry);
        }
        let count = first + entries.len() as u64;
        batch.insert(COUNT, &count.to_be_bytes());
        self.write(batch)
    }

    fn record_checkpoint(&mut self, note: &[u8]) -> Result<(), StoreError> {
        Ok(write_durably(&self.checkpoint, note)?)
    }

    fn change_proposals(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (number, bytes) in changes {
            let key = [[PROPOSAL].as_slice(), number].concat();
            match bytes {
                Some(bytes) => batch.insert(key, bytes.as_slice()),
                None => batch.remove(key),
            }
        }
        self.write(batch)
    }
}

impl plebiscite_public::election::Entries for Entries {
    fn get(&self, index: u64) -> Result<Option<Vec<u8>>, Unreadable> {
        Self::get(self, index).map_err(|error| Unreadable(error.to_string()))
    }
}

impl Entries {
    /// One entry.
    ///
    /// # Errors
    /// [`StoreError::Sled`].
    pub fn get(&self, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let found =
            self.db.get(key(index)).map_err(|error| StoreError::Sled { path: self.path.clone(), error })?;
        Ok(found.map(|entry| entry.to_vec()))
    }

    /// Goes through all entries in order; afterwards their number has been checked against the one noted.
    ///
    /// # Errors
    /// [`StoreError`], or what `take` answers.
    pub fn each<E: From<StoreError>>(
        &self,
        mut take: impl FnMut(Vec<u8>) -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut found = 0u64;
        for item in self.db.scan_prefix([ENTRY]) {
            let (name, entry) = item.map_err(|error| StoreError::Sled { path: self.path.clone(), error })?;
            if name.as_ref() != key(found) {
                break;
            }
            take(entry.to_vec())?;
            found += 1;
        }
        let count =
            self.db.get(COUNT).map_err(|error| StoreError::Sled { path: self.path.clone(), error })?;
        let counted = count.and_then(|count| count.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes);
        if counted == found {
            Ok(found)
        } else {
            Err(StoreError::Incomplete { path: self.path.clone(), found, counted }.into())
        }
    }
}

fn key(index: u64) -> [u8; 9] {
    let mut key = [ENTRY; 9];
    key.iter_mut().skip(1).zip(index.to_be_bytes()).for_each(|(place, byte)| *place = byte);
    key
}

fn set_aside(folder: &Path, is: impl Fn(&str) -> bool) -> Result<(), StoreError> {
    let failed = |error| StoreError::File(FileError { path: folder.to_owned(), error });
    let aside = folder.with_file_name("set-aside");
    for file in fs::read_dir(folder).map_err(failed)? {
        let file = file.map_err(failed)?;
        if is(&file.file_name().to_string_lossy()) {
            fs::create_dir_all(&aside).map_err(failed)?;
            fs::rename(file.path(), aside.join(file.file_name())).map_err(failed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path) -> Result<Store, StoreError> {
        Store::open(folder, &folder.join("checkpoint"))
    }

    fn all(store: &Store) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut entries = Vec::new();
        store.entries().each(|entry| {
            entries.push(entry);
            Ok::<_, StoreError>(())
        })?;
        Ok(entries)
    }

    #[test]
    fn entries_and_checkpoint_are_there_after_a_new_start() {
        let folder = tempfile::tempdir().unwrap();
        {
            let mut store = open(folder.path()).unwrap();
            store.append(0, &[b"a", b"b"]).unwrap();
            store.append(2, &[&[7; 65_535]]).unwrap();
            store.record_checkpoint(b"note").unwrap();
        }
        let store = open(folder.path()).unwrap();
        assert_eq!(all(&store).unwrap(), [b"a".to_vec(), b"b".to_vec(), vec![7; 65_535]]);
        assert_eq!(store.last_checkpoint().unwrap().unwrap(), b"note");
        assert_eq!(store.entries().get(1).unwrap().unwrap(), b"b");
        assert_eq!(store.entries().get(3).unwrap(), None);
    }

    #[test]
    fn proposals_are_there_after_a_new_start_until_they_are_dropped_and_are_no_entries() {
        let folder = tempfile::tempdir().unwrap();
        {
            let mut store = open(folder.path()).unwrap();
            store.append(0, &[b"a"]).unwrap();
            store
                .change_proposals(&[([1; 32], Some(b"one".to_vec())), ([2; 32], Some(b"two".to_vec()))])
                .unwrap();
        }
        let mut store = open(folder.path()).unwrap();
        assert_eq!(all(&store).unwrap(), [b"a".to_vec()]);
        assert_eq!(store.proposals().unwrap().len(), 2);
        store.change_proposals(&[([1; 32], None)]).unwrap();
        drop(store);
        assert_eq!(open(folder.path()).unwrap().proposals().unwrap(), [([2; 32], b"two".to_vec())]);
    }

    #[test]
    fn a_missing_entry_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path()).unwrap();
        store.append(0, &[b"a", b"b", b"c"]).unwrap();
        assert!(all(&store).is_ok());
        store.db.remove(key(1)).unwrap();
        assert!(matches!(all(&store), Err(StoreError::Incomplete { found: 1, counted: 3, .. })));
    }

    #[test]
    fn a_left_over_snapshot_does_not_keep_the_store_from_opening() {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).unwrap().append(0, &[b"a"]).unwrap();
        fs::write(folder.path().join("db/snap.0000.generating"), b"left over").unwrap();
        assert_eq!(all(&open(folder.path()).unwrap()).unwrap().len(), 1);
        assert!(folder.path().join("set-aside/snap.0000.generating").exists());
    }
}
