//! Reading an election's board back from its store: judged again, and held against the last checkpoint that was signed.

use std::sync::RwLock;
use std::sync::mpsc::{Receiver, sync_channel};

use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::log::LogError;
use plebiscite_board::merkle::Roots;
use plebiscite_board::note::{NoteError, NoteKey};
use plebiscite_election::entry::ElectionId;
use plebiscite_election::record::Record;
use plebiscite_public::board::{Board, BoardError as Refused, Extending, claimed};
use plebiscite_public::election::{Unreadable, origin};
use plebiscite_public::verified::{Known, Verified};
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

/// Entries that are read ahead of the judge, and how many of them go together.
const AHEAD: (usize, usize) = (16, 1_024);

/// Reads a board back: every entry is judged again by the code that judged it first, the tree is computed from the raw
/// entries, and both are held against the last checkpoint that was signed. Of entries that this server judged before, as
/// `known` says of these very entries, proofs and signatures of ballots and lists are not checked again and ballots are not
/// added up again (§11.18). Gives back whether `known` was believed.
///
/// # Errors
/// [`BoardError`].
pub fn open(
    id: ElectionId,
    entries: &Entries,
    last: Option<&[u8]>,
    known: Option<Known>,
) -> Result<(Board, bool), BoardError> {
    let spared = known.and_then(|known| {
        let (size, root) = (known.verified.size, known.verified.root);
        let why = match read_back(id, entries, Some(known)) {
            Ok(board) if board.log.tree().root_at(size) == Some(root) => return Some(board),
            Ok(_) => "these are other entries".to_owned(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(election = %id, "what was verified before does not fit this store ({why}): all is verified again");
        None
    });
    let believed = spared.is_some();
    let mut board = spared.map_or_else(|| read_back(id, entries, None), Ok)?;
    if let Some(last) = last {
        board.publish_as_signed(read_checkpoint(id, last, &board.record)?)?;
    }
    Ok((board, believed))
}

/// Reads the store by a thread of its own, and judges what it reads.
fn read_back(id: ElectionId, entries: &Entries, mut known: Option<Known>) -> Result<Board, BoardError> {
    let board = known.as_mut().map_or_else(|| Board::new(id), |known| Board::knowing(id, known))?;
    let board = RwLock::new(board);
    let verified = known.map(|known| known.verified);
    let (send, coming) = sync_channel::<Vec<Vec<u8>>>(AHEAD.0);
    std::thread::scope(|scope| -> Result<(), BoardError> {
        let reading = scope.spawn(move || {
            let mut some = Vec::with_capacity(AHEAD.1);
            let read = entries.each(|entry| {
                some.push(entry);
                if some.len() < AHEAD.1 {
                    return Ok(());
                }
                send.send(std::mem::take(&mut some)).map_err(|_| Reading::Unwanted)
            });
            match read {
                Ok(_) => drop(send.send(some)),
                Err(Reading::Unwanted) => {}
                Err(Reading::Store(error)) => return Err(error),
            }
            Ok(())
        });
        let judged = judge(&board, coming, entries, verified);
        let read = reading.join().map_err(|_| Refused::Poisoned)?;
        judged.and(read.map_err(BoardError::from))
    })?;
    Ok(board.into_inner().map_err(|_| Refused::Poisoned)?)
}

/// Why reading ended.
enum Reading {
    Store(StoreError),
    /// The judge refused an entry before.
    Unwanted,
}

impl From<StoreError> for Reading {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn judge(
    board: &RwLock<Board>,
    coming: Receiver<Vec<Vec<u8>>>,
    entries: &Entries,
    verified: Option<Verified>,
) -> Result<(), BoardError> {
    let extending = Extending::of(board);
    let mut extending = match verified {
        Some(verified) => extending.verified_before(verified),
        None => extending,
    };
    for entry in coming.into_iter().flatten() {
        extending.take(entry, &mut |index| again(entries, index))?;
    }
    Ok(extending.settle()?)
}

/// An entry of the store once more.
pub(crate) fn again(entries: &Entries, index: u64) -> Result<Vec<u8>, Unreadable> {
    let found = entries.get(index).map_err(|error| Unreadable(error.to_string()))?;
    found.ok_or_else(|| Unreadable(format!("entry {index} is not in the store")))
}

/// The last checkpoint that this board signed, from the file that keeps it: by the key that is in force at its size.
fn read_checkpoint(id: ElectionId, note: &[u8], record: &Record) -> Result<SignedCheckpoint, BoardError> {
    let failed = |error: String| BoardError::Checkpoint(error);
    let size = claimed(note).map_or(0, |checkpoint| checkpoint.size);
    let key = record.board_key_at(size).ok_or_else(|| failed("there is no manifest".to_owned()))?;
    let own = NoteKey::new(&origin(id), *key).map_err(|error: NoteError| failed(error.to_string()))?;
    SignedCheckpoint::verify(note, &own).map_err(|error| failed(error.to_string()))
}
