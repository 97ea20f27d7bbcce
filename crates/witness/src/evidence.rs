//! What a witness keeps of heads that it refused: the refused one and the last one that it cosigned (§11.11, §11.12).
//!
//! Two roots at one size are a fork that anyone can judge. A head whose consistency proof failed shows nothing by itself
//! (anyone can send an honest head with a wrong proof), so the two kinds are bounded apart: what anyone can make never
//! takes the place of what only the holder of the log's key can make. Nor does one log take another's.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::evidence::Evidence;
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_serving::durable::{FileError, make_folder, write_durably};
use sha2::{Digest, Sha256};

use crate::state::Last;

/// Most forks that are kept of one log.
pub const FORKS: usize = 128;
/// Most heads with a refused proof that are kept of one log.
pub const UNPROVEN: usize = 64;

/// What two notes show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Two roots at one size.
    Fork,
    /// A head that was not shown to extend the other.
    Unproven,
}

/// The folder of evidence, and how much of each kind it holds of each log.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
    counts: HashMap<(String, Kind), usize>,
}

impl Kept {
    /// Opens the folder. A file that is no evidence is passed over: it keeps nothing from being cosigned.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        make_folder(folder)?;
        let mut counts = HashMap::new();
        for item in std::fs::read_dir(folder).map_err(|error| FileError::of(folder, error))?.flatten() {
            let found = std::fs::read(item.path()).ok().and_then(|bytes| Evidence::parse(&bytes).ok());
            if let Some((first, second)) = found.as_ref().and_then(heads) {
                *counts.entry((first.origin.clone(), kind(&first, &second))).or_insert(0) += 1;
            }
        }
        Ok(Self { folder: folder.to_owned(), counts })
    }

    /// How many pairs of heads of one kind are kept of a log.
    #[must_use]
    pub fn count(&self, origin: &str, kind: Kind) -> usize {
        self.counts.get(&(origin.to_owned(), kind)).copied().unwrap_or(0)
    }

    /// Keeps a refused head, whose signature was verified by one of the log's keys, beside the last one. The same two
    /// heads are kept once, whatever other lines their notes carry. Gives back what was kept now, if anything was.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn keep(&mut self, last: &Last, refused: &[u8], keys: &[NoteKey]) -> Result<Option<Kind>, FileError> {
        let evidence =
            Evidence { notes: [last.note.clone(), own_lines(refused, keys)], prefix: None, authority: None };
        let Some((first, second)) = heads(&evidence) else { return Ok(None) };
        // Every log extends the empty one, and a head does not contradict itself.
        if first == second || first.size == 0 {
            return Ok(None);
        }
        let (kind, digest) = (kind(&first, &second), Sha256::digest(first.text() + &second.text()));
        let most = if kind == Kind::Fork { FORKS } else { UNPROVEN };
        let path = self.folder.join(hex::encode(digest));
        if path.exists() || self.count(&first.origin, kind) >= most {
            return Ok(None);
        }
        write_durably(&path, &evidence.encode())?;
        *self.counts.entry((first.origin, kind)).or_insert(0) += 1;
        Ok(Some(kind))
    }
}

/// A note without the lines that are not of the log's keys, which anyone can add to it.
pub fn own_lines(note: &[u8], keys: &[NoteKey]) -> Vec<u8> {
    let Ok(mut parsed) = Note::parse(note) else { return note.to_vec() };
    parsed.signatures.retain(|line| keys.iter().any(|key| key.name() == line.name && key.id() == line.id));
    parsed.encode()
}

fn heads(evidence: &Evidence) -> Option<(Checkpoint, Checkpoint)> {
    let head = |note: &[u8]| Checkpoint::parse(&Note::parse(note).ok()?.text).ok();
    let [first, second] = &evidence.notes;
    Some((head(first)?, head(second)?))
}

fn kind(first: &Checkpoint, second: &Checkpoint) -> Kind {
    if first.size == second.size { Kind::Fork } else { Kind::Unproven }
}
