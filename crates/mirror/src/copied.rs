//! The copy of one election: a plain folder, and its board in memory.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use plebiscite_board::checkpoint::{CheckpointError, SignedCheckpoint};
use plebiscite_board::entry_bundle::{decode_exact, encode};
use plebiscite_board::note::NoteKey;
use plebiscite_board::reader::{Fetch, ReadError, Reader};
use plebiscite_board::tile::{TILE_WIDTH, TilePath};
use plebiscite_election::entry::ElectionId;
use plebiscite_election::record::Record;
use plebiscite_files::Links;
use plebiscite_public::board::{Board, BoardError, Extending, claimed};
use plebiscite_public::election::{Entries, Published, Unreadable, id_of, origin};
use plebiscite_public::verified::{KeepError, Known, Remembered};
use plebiscite_serving::durable::{FileError, make_folder, read_up_to};
use plebiscite_verifier::source::{BUNDLE_LIMIT, CHECKPOINT_LIMIT, Folder, SourceError};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::heads;

/// The file whose lock keeps two programs from writing one copy.
const LOCK: &str = ".lock";
/// What stands before the names of the files of what was verified.
const HIDDEN: &str = ".";

/// The copy of one election.
#[derive(Debug)]
pub struct Copied {
    id: ElectionId,
    folder: PathBuf,
    board: RwLock<Board>,
    kept: Kept,
    cosigned: RwLock<BTreeMap<&'static str, Vec<u8>>>,
    /// How far entries were judged: what spares a start the same work.
    remembered: Mutex<Remembered>,
    /// When the source was last seen to hold nothing more, in seconds since 1970; 0 for never.
    seen: AtomicU64,
    /// One pull at a time.
    pub(crate) pulling: Mutex<()>,
    _lock: File,
}

/// A bundle that was read: its number, its width, its entries.
type Bundle = (u64, u16, Vec<Vec<u8>>);

/// Entries as the folder holds them: a bundle's file is held against its digest before anything of it is given out. It
/// takes no lock of the board, which whoever asks for an entry may hold.
#[derive(Debug)]
struct Kept {
    folder: PathBuf,
    size: AtomicU64,
    /// Digests of the bundles' files, by number and width, from when they were judged: the own disk is not believed.
    digests: Mutex<HashMap<(u64, u16), [u8; 32]>>,
    last: Mutex<Option<Bundle>>,
}

/// Why a folder cannot be used as a copy.
#[derive(Debug, Error)]
pub enum CopyError {
    /// A file.
    #[error("{0}")]
    File(#[from] FileError),
    /// Another program works on this folder.
    #[error("{path} is in use by another mirror")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// It is no folder of a log.
    #[error("{0}")]
    Source(#[from] SourceError),
    /// The checkpoint is none of an election.
    #[error("{path} holds no checkpoint of an election")]
    NoCheckpoint {
        /// The folder.
        path: PathBuf,
    },
    /// Its files are not what its checkpoint commits to.
    #[error("{path}: {error}; move the folder away and pull again")]
    Read {
        /// The folder.
        path: PathBuf,
        /// Which file, and why.
        error: ReadError,
    },
    /// Its entries do not make a record.
    #[error("{path}: {error}")]
    Board {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: BoardError,
    },
    /// Its checkpoint is not signed by the board's key.
    #[error("{path}: {error}")]
    Signature {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: SignatureError,
    },
}

/// Why a checkpoint is not this election's.
#[derive(Debug, Error)]
pub enum SignatureError {
    /// The log ends before its manifest, so that nobody knows the board's key.
    #[error("the log holds no whole manifest")]
    NoManifest,
    /// The manifest is another one than the origin names.
    #[error("the log's manifest is of another election than its name says")]
    OtherElection,
    /// The signature.
    #[error("the checkpoint is not signed by the board's key: {0}")]
    Checkpoint(#[from] CheckpointError),
}

impl Copied {
    /// Opens a folder as the copy of an election, for this program alone; it is made where there is none. Everything in it
    /// is read and judged again.
    ///
    /// # Errors
    /// [`CopyError`].
    pub fn open(folder: &Path, id: ElectionId) -> Result<Self, CopyError> {
        let fresh = |error| CopyError::Board { path: folder.to_owned(), error };
        let lock = lock(folder)?;
        let copied = Self {
            id,
            folder: folder.to_owned(),
            board: RwLock::new(Board::new(id).map_err(fresh)?),
            kept: Kept::new(folder),
            cosigned: RwLock::new(BTreeMap::new()),
            remembered: Mutex::new(Remembered::in_folder(folder, HIDDEN)),
            seen: AtomicU64::new(0),
            pulling: Mutex::new(()),
            _lock: lock,
        };
        copied.reload()?;
        Ok(copied)
    }

    /// The election whose checkpoint a folder holds; none where it holds none.
    ///
    /// # Errors
    /// [`CopyError`]: the checkpoint is of no election.
    pub fn election_in(folder: &Path) -> Result<Option<ElectionId>, CopyError> {
        let Some(note) = read_up_to(&folder.join("checkpoint"), CHECKPOINT_LIMIT)? else { return Ok(None) };
        let id = claimed(&note).and_then(|checkpoint| id_of(&checkpoint.origin));
        id.map(Some).ok_or_else(|| CopyError::NoCheckpoint { path: folder.to_owned() })
    }

    /// Puts the board back to what the folder's checkpoint commits to, read and judged again from the files.
    ///
    /// # Errors
    /// [`CopyError`]; the board is then as it was.
    pub(crate) fn reload(&self) -> Result<(), CopyError> {
        let known = self.remembered();
        if known.is_some() {
            match self.read_back(known) {
                Err(CopyError::Board { error, .. }) => {
                    tracing::warn!("{}: {error}: all is verified again", self.folder.display());
                    self.remembered.lock().unwrap_or_else(PoisonError::into_inner).forget();
                }
                done => return done,
            }
        }
        self.read_back(None)
    }

    /// Reads the files and judges them, sparing what is known of these very entries.
    fn read_back(&self, known: Option<Known>) -> Result<(), CopyError> {
        let path = || self.folder.clone();
        let failed = |error| CopyError::Board { path: path(), error };
        let mut board = RwLock::new(Board::new(self.id).map_err(failed)?);
        let mut digests = HashMap::new();
        if let Some(note) = read_up_to(&self.folder.join("checkpoint"), CHECKPOINT_LIMIT)? {
            let checkpoint = claimed(&note).filter(|checkpoint| checkpoint.origin == origin(self.id));
            let checkpoint = checkpoint.ok_or_else(|| CopyError::NoCheckpoint { path: path() })?;
            let read = |error| CopyError::Read { path: path(), error };
            let size = checkpoint.size;
            let mut reader = Reader::open(Folder::open(path())?, checkpoint).map_err(read)?;
            let known = self.fitting(known, &mut reader);
            let before = known.map(|mut known| {
                board = RwLock::new(Board::knowing(self.id, &mut known)?);
                Ok(known.verified)
            });
            let mut extending = match before.transpose().map_err(failed)? {
                Some(before) => Extending::of(&board).verified_before(before),
                None => Extending::of(&board),
            };
            for number in 0..size.div_ceil(TILE_WIDTH) {
                let entries = reader.bundle(number).map_err(read)?.to_vec();
                digests.extend(digest(number, &entries));
                for entry in entries {
                    extending.take(entry, &mut |index| again(&mut reader, index)).map_err(failed)?;
                }
            }
            extending.settle().map_err(failed)?;
            let mut board = board.write().map_err(|_| failed(BoardError::Poisoned))?;
            let signed = verified(self.id, &board.record, &note)
                .map_err(|error| CopyError::Signature { path: path(), error })?;
            board.publish(signed);
        }
        let board = board.into_inner().map_err(|_| failed(BoardError::Poisoned))?;
        let cosigned = heads::kept(&self.folder, &board)?;
        let size = board.published_size();
        *self.board.write().map_err(|_| failed(BoardError::Poisoned))? = board;
        *self.cosigned.write().unwrap_or_else(PoisonError::into_inner) = cosigned;
        *self.kept.digests.lock().unwrap_or_else(PoisonError::into_inner) = digests;
        *self.kept.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.kept.size.store(size, Ordering::Release);
        self.remember();
        Ok(())
    }

    /// What was judged before; none where no file says so.
    fn remembered(&self) -> Option<Known> {
        let warn = |error, what| tracing::warn!("{error}: {what} is verified again");
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.read(|error| warn(error, "the roll")).unwrap_or_else(|error| {
            warn(error, "all");
            None
        })
    }

    /// What is known, if it speaks of the folder's entries.
    fn fitting<F: Fetch>(&self, known: Option<Known>, reader: &mut Reader<F>) -> Option<Known> {
        let same = |known: &Known| reader.root_at(known.verified.size).as_ref() == Ok(&known.verified.root);
        let fitting = known.filter(same);
        if fitting.is_none() {
            self.remembered.lock().unwrap_or_else(PoisonError::into_inner).forget();
        }
        fitting
    }

    /// Keeps how far entries are judged. It only spares work at a start: where it cannot be kept, that is logged.
    pub(crate) fn remember(&self) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let gathered = {
            let mut board = self.board.write().unwrap_or_else(PoisonError::into_inner);
            remembered.gather(&mut board, |index| self.once_more(index))
        };
        let written = gathered.map_err(KeepError::from).and_then(|gathered| Ok(remembered.write(&gathered)?));
        if let Err(error) = written {
            tracing::warn!("{}: {error}: the next start verifies more again", self.folder.display());
        }
    }

    /// An entry that the folder holds.
    fn once_more(&self, index: u64) -> Result<Vec<u8>, Unreadable> {
        self.get(index)?.ok_or_else(|| Unreadable(format!("entry {index} is not in the folder")))
    }

    /// Notes a bundle that was judged and written.
    pub(crate) fn wrote(&self, number: u64, entries: &[Vec<u8>]) {
        self.kept.digests.lock().unwrap_or_else(PoisonError::into_inner).extend(digest(number, entries));
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Notes that the folder holds everything up to `size` now.
    pub(crate) fn holds(&self, size: u64) {
        self.kept.size.store(size, Ordering::Release);
        // Partial bundles of smaller sizes are not read any more.
        let mut digests = self.kept.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.retain(|(number, width), _| {
            u64::from(*width) == TILE_WIDTH
                || TilePath::entries(*number, size).is_some_and(|path| path.width == *width)
        });
    }

    /// Notes that the source held nothing more at this time.
    pub(crate) fn compared(&self, now: u64) {
        self.seen.store(now, Ordering::Release);
    }

    /// Notes a cosigned checkpoint that was kept.
    pub(crate) fn heard(&self, name: &'static str, note: Vec<u8>) {
        self.cosigned.write().unwrap_or_else(PoisonError::into_inner).insert(name, note);
    }
}

/// An entry once more, authenticated like the first time.
pub(crate) fn again<F: Fetch>(reader: &mut Reader<F>, index: u64) -> Result<Vec<u8>, Unreadable> {
    reader.entry(index).map_err(|error| Unreadable(error.to_string()))
}

/// The folder's lock, held as long as the file is open.
fn lock(folder: &Path) -> Result<File, CopyError> {
    make_folder(folder)?;
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    let lock = plebiscite_files::plain(options.write(true).create(true), &path, Links::Refuse);
    let lock = lock.map_err(|error| FileError::of(&path, error))?;
    lock.try_lock().map_err(|_| CopyError::InUse { path: folder.to_owned() })?;
    Ok(lock)
}

/// A checkpoint under the board's key that is in force at its size.
///
/// # Errors
/// [`SignatureError`].
pub fn verified(id: ElectionId, record: &Record, note: &[u8]) -> Result<SignedCheckpoint, SignatureError> {
    let named = record.election().ok_or(SignatureError::NoManifest)?;
    if named != id {
        return Err(SignatureError::OtherElection);
    }
    let size = claimed(note).map_or(0, |checkpoint| checkpoint.size);
    let key = record.board_key_at(size).ok_or(SignatureError::NoManifest)?;
    let key = NoteKey::new(&origin(id), *key).map_err(CheckpointError::from)?;
    Ok(SignedCheckpoint::verify(note, &key)?)
}

impl Published for Copied {
    fn id(&self) -> ElectionId {
        self.id
    }

    fn board(&self) -> &RwLock<Board> {
        &self.board
    }

    fn entries(&self) -> &dyn Entries {
        self
    }

    fn cosigned(&self, name: &str) -> Option<Vec<u8>> {
        self.cosigned.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn copied(&self) -> Option<u64> {
        Some(self.seen.load(Ordering::Acquire))
    }
}

impl Entries for Copied {
    fn get(&self, index: u64) -> Result<Option<Vec<u8>>, Unreadable> {
        if index >= self.kept.size.load(Ordering::Acquire) {
            return Ok(None);
        }
        Ok(self.range(index, 1)?.into_iter().next())
    }

    /// Entries of one bundle, which is what is asked for. A disk that has changed gives an error and never another entry.
    fn range(&self, first: u64, count: u16) -> Result<Vec<Vec<u8>>, Unreadable> {
        let size = self.kept.size.load(Ordering::Acquire);
        let found = self.range_at(size, first, count);
        let now = self.kept.size.load(Ordering::Acquire);
        // A pull may just have put a fuller bundle in the place of the one that was asked for.
        if found.is_err() && now != size { self.range_at(now, first, count) } else { found }
    }
}

impl Copied {
    fn range_at(&self, size: u64, first: u64, count: u16) -> Result<Vec<Vec<u8>>, Unreadable> {
        let number = first / TILE_WIDTH;
        let failed = |error: &dyn std::fmt::Display| Unreadable(format!("bundle {number}: {error}"));
        let width =
            TilePath::entries(number, size).map(|path| path.width).ok_or_else(|| failed(&"missing"))?;
        let bundle = self.kept.bundle(number, width, size).map_err(|error| failed(&error))?;
        let place = usize::try_from(first % TILE_WIDTH).map_err(|error| failed(&error))?;
        let entries = bundle.get(place..place.saturating_add(usize::from(count)));
        Ok(entries.ok_or_else(|| failed(&"too short"))?.to_vec())
    }
}

/// The digest of a bundle's file, under its number and width.
fn digest(number: u64, entries: &[Vec<u8>]) -> Option<((u64, u16), [u8; 32])> {
    let bytes = encode(entries).ok()?;
    Some(((number, u16::try_from(entries.len()).ok()?), Sha256::digest(&bytes).into()))
}

impl Kept {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            size: AtomicU64::new(0),
            digests: Mutex::default(),
            last: Mutex::new(None),
        }
    }

    /// The bundle's entries; the last one that was read is held.
    fn bundle(&self, number: u64, width: u16, size: u64) -> Result<Vec<Vec<u8>>, String> {
        let mut last = self.last.lock().map_err(|error| error.to_string())?;
        if let Some((held, wide, entries)) = &*last
            && *held == number
            && *wide >= width
        {
            return Ok(entries.clone());
        }
        let path = TilePath::entries(number, size).ok_or("missing")?;
        let bytes =
            read_up_to(&self.folder.join(path.path()), BUNDLE_LIMIT).map_err(|error| error.to_string())?;
        let bytes = bytes.ok_or("missing")?;
        let judged = self.digests.lock().map_err(|error| error.to_string())?.get(&(number, width)).copied();
        if judged != Some(Sha256::digest(&bytes).into()) {
            return Err("the file has changed".to_owned());
        }
        let entries = decode_exact(&bytes, path.width).map_err(|error| error.to_string())?;
        let entries: Vec<Vec<u8>> = entries.into_iter().map(<[u8]>::to_vec).collect();
        *last = Some((number, width, entries.clone()));
        Ok(entries)
    }
}
