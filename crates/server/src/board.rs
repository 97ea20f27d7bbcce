//! Reading an election's board back from its store: judged again, and held against the last checkpoint that was signed.

use std::sync::RwLock;

use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::log::LogError;
use plebiscite_board::note::{NoteError, NoteKey};
use plebiscite_election::entry::ElectionId;
use plebiscite_election::record::Record;
use plebiscite_public::board::{Board, BoardError as Refused, Extending, claimed};
use plebiscite_public::election::origin;
use thiserror::Error;

use crate::store::{Entries, StoreError};

/// Why a board cannot be opened.
#[derive(Debug, Error)]
pub enum BoardError {
    /// The store failed or is incomplete.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// An entry of the store is refused, or the store is older than, or other than, what was signed.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// There are entries, but the checkpoint that was signed over them is gone: nobody can say what was promised.
    #[error("the file of the last signed checkpoint is gone: put it back, or restore the election")]
    CheckpointGone,
    /// The checkpoint file is not this board's.
    #[error("the last signed checkpoint is not this board's: {0}")]
    Checkpoint(String),
}

impl From<LogError> for BoardError {
    fn from(error: LogError) -> Self {
        Self::Refused(error.into())
    }
}

/// Reads a board back: every entry is judged again by the code that judged it first, the tree is computed from the raw
/// entries, and both are held against the last checkpoint that was signed.
///
/// # Errors
/// [`BoardError`].
pub fn open(id: ElectionId, entries: &Entries, last: Option<&[u8]>) -> Result<Board, BoardError> {
    let board = RwLock::new(Board::new(id)?);
    let mut extending = Extending::of(&board);
    entries.each(|entry| Ok::<_, BoardError>(extending.take(entry)?))?;
    extending.settle()?;
    let mut board = board.into_inner().map_err(|_| Refused::Poisoned)?;
    if let Some(last) = last {
        board.publish_as_signed(read_checkpoint(id, last, &board.record)?)?;
    }
    Ok(board)
}

/// The last checkpoint that this board signed, from the file that keeps it: by the key that is in force at its size.
fn read_checkpoint(id: ElectionId, note: &[u8], record: &Record) -> Result<SignedCheckpoint, BoardError> {
    let failed = |error: String| BoardError::Checkpoint(error);
    let size = claimed(note).map_or(0, |checkpoint| checkpoint.size);
    let key = record.board_key_at(size).ok_or_else(|| failed("there is no manifest".to_owned()))?;
    let own = NoteKey::new(&origin(id), *key).map_err(|error: NoteError| failed(error.to_string()))?;
    SignedCheckpoint::verify(note, &own).map_err(|error| failed(error.to_string()))
}
