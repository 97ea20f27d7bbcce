//! One pull: what the source has beyond the copy, checked as it comes, then published.
//!
//! The checkpoint's right edge, then every bundle against it (§11.8), then every entry by `Record::apply`, then the
//! signature by the key that the record has in force. What contradicts the copy is not taken: the copy keeps what it
//! holds, and both heads go into a file of evidence (§11.12).

use std::path::PathBuf;
use std::sync::PoisonError;

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::evidence::{EVIDENCE_LIMIT, Evidence};
use plebiscite_board::merkle::Roots;
use plebiscite_board::reader::{Fetch, FetchError, ReadError, Reader};
use plebiscite_board::tile::TILE_WIDTH;
use plebiscite_election::entry::{ElectionId, Kind};
use plebiscite_election::record::Phase;
use plebiscite_public::board::{BoardError, Extending, claimed};
use plebiscite_public::election::{Published, id_of};
use plebiscite_public::folder::{FolderError, put, put_bundle, put_checkpoint, put_tiles};
use plebiscite_public::hints;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::copied::{Copied, CopyError, SignatureError, again, verified};
use crate::heads;

/// Most files of evidence of one log.
const EVIDENCE_FILES: usize = 128;

/// When the folder's hints are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hints {
    /// At every pull: the folder is what is read.
    Always,
    /// Not while ballots come in, but once with the opening: the mirror itself answers from memory, and they would be old before anyone reads them.
    NotWhileOpen,
}

/// What a pull came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pulled {
    /// The copy has grown from one size to another.
    Grown {
        /// Entries before.
        from: u64,
        /// Entries now.
        to: u64,
    },
    /// The source has what the copy has.
    Same {
        /// Entries.
        size: u64,
    },
    /// The source has fewer entries than the copy, and they are the copy's.
    Behind {
        /// Entries of the source.
        source: u64,
        /// Entries of the copy.
        size: u64,
    },
}

/// Why nothing was taken.
#[derive(Debug, Error)]
pub enum PullError {
    /// The source could not be asked, or a file of it is not what its checkpoint commits to.
    #[error("the source: {0}")]
    Read(#[from] ReadError),
    /// The source's checkpoint is none.
    #[error("the source has no checkpoint of an election")]
    NoCheckpoint,
    /// The source has another election.
    #[error("the source holds election {found}, not {wanted}")]
    OtherElection {
        /// The one that it holds.
        found: ElectionId,
        /// The one that was wanted.
        wanted: ElectionId,
    },
    /// The source's entries do not make a record.
    #[error("the source's log is not valid: {0}")]
    Refused(BoardError),
    /// The source's checkpoint is not signed by the board.
    #[error("the source: {0}")]
    Signature(SignatureError),
    /// The source contradicts what the copy holds, both under the board's signature.
    #[error(
        "the log is forked at size {size}: the source contradicts this copy under the board's own signature; both heads \
         are in {}, which `plebiscite-verify evidence` judges", evidence.display()
    )]
    Forked {
        /// Where at the latest.
        size: u64,
        /// The file of evidence.
        evidence: PathBuf,
    },
    /// The source contradicts the copy, and its checkpoint is not signed by the board's key: it proves nothing.
    #[error("the source contradicts this copy from size {size} on, under no signature of the board: {error}")]
    Contradicts {
        /// Where at the latest.
        size: u64,
        /// What is wrong with the signature.
        error: SignatureError,
    },
    /// The copy's own folder.
    #[error("{0}")]
    Folder(#[from] FolderError),
    /// The copy's own folder, read again.
    #[error("{0}")]
    Copy(#[from] CopyError),
}

impl PullError {
    /// Whether the source was there and what it gave is false; otherwise it, or the own disk, could not be had.
    #[must_use]
    pub const fn is_false(&self) -> bool {
        match self {
            Self::Read(ReadError::Fetch(_)) | Self::Folder(_) | Self::Copy(_) => false,
            Self::Read(_)
            | Self::NoCheckpoint
            | Self::OtherElection { .. }
            | Self::Refused(_)
            | Self::Signature(_)
            | Self::Forked { .. }
            | Self::Contradicts { .. } => true,
        }
    }
}

/// The source's checkpoint, as it claims to be.
///
/// # Errors
/// [`PullError`].
pub fn head_of<F: Fetch>(source: &F) -> Result<(Vec<u8>, Checkpoint, ElectionId), PullError> {
    let note = source.fetch("checkpoint").map_err(|error| match error {
        FetchError::TooLong { .. } => PullError::NoCheckpoint,
        other => PullError::Read(other.into()),
    })?;
    let checkpoint = claimed(&note).ok_or(PullError::NoCheckpoint)?;
    let id = id_of(&checkpoint.origin).ok_or(PullError::NoCheckpoint)?;
    Ok((note, checkpoint, id))
}

/// Takes what the source has beyond the copy. `now` is the clock, seconds since 1970, for the page that says how old the
/// copy is; `progress` is told entries so far and in all.
///
/// # Errors
/// [`PullError`]; the copy is then as it was, but for a file of evidence.
pub fn pull<F: Fetch>(
    copied: &Copied,
    source: F,
    now: u64,
    hints: Hints,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Pulled, PullError> {
    let _one = copied.pulling.lock().unwrap_or_else(PoisonError::into_inner);
    let (note, head, found) = head_of(&source)?;
    if found != copied.id() {
        return Err(PullError::OtherElection { found, wanted: copied.id() });
    }
    let from = read(copied).published_size();
    if head.size <= from {
        let own = read(copied).log.root_at(head.size);
        if own != Some(head.root) {
            return Err(contradiction(copied, None::<&mut Reader<F>>, &note, &head));
        }
        heads::take(copied, &source)?;
        if head.size < from {
            return Ok(Pulled::Behind { source: head.size, size: from });
        }
        copied.compared(now);
        return Ok(Pulled::Same { size: from });
    }
    let mut reader = Reader::open(source, head.clone())?;
    if from > 0 && Some(reader.root_at(from)?) != read(copied).log.root_at(from) {
        return Err(contradiction(copied, Some(&mut reader), &note, &head));
    }
    if let Err(error) = take(copied, &mut reader, &note, hints, progress) {
        // Where the board is ahead of what was published: back to what the folder holds.
        if read(copied).log.size() > from {
            copied.reload()?;
        }
        return Err(error);
    }
    heads::take(copied, reader.source())?;
    copied.compared(now);
    Ok(Pulled::Grown { from, to: head.size })
}

fn read(copied: &Copied) -> std::sync::RwLockReadGuard<'_, plebiscite_public::board::Board> {
    copied.board().read().unwrap_or_else(PoisonError::into_inner)
}

/// Judges the new entries, writes them, and publishes the checkpoint.
fn take<F: Fetch>(
    copied: &Copied,
    reader: &mut Reader<F>,
    note: &[u8],
    hints: Hints,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), PullError> {
    let (from, size) = (read(copied).published_size(), reader.checkpoint().size);
    let folder = copied.folder();
    let mut named = read(copied).record.manifest().is_some();
    if named {
        is_announced(copied, reader, note, from)?;
    }
    let mut extending = Extending::of(copied.board());
    for number in from / TILE_WIDTH..size.div_ceil(TILE_WIDTH) {
        let first = number * TILE_WIDTH;
        let entries = reader.bundle(number)?.to_vec();
        for (index, entry) in (first..).zip(&entries) {
            if index >= from {
                extending
                    .take(entry.clone(), &mut |index| again(reader, index))
                    .map_err(PullError::Refused)?;
            }
        }
        put_bundle(folder, number, &entries)?;
        copied.wrote(number, &entries);
        if !named {
            // As soon as the manifest stands: what is not this board's is not copied to its end.
            named = read(copied).record.manifest().is_some();
            if named {
                is_announced(copied, reader, note, (first + TILE_WIDTH).min(size))?;
            }
        }
        progress(size.min(first + TILE_WIDTH), size);
    }
    extending.settle().map_err(PullError::Refused)?;
    let signed = verified(copied.id(), &read(copied).record, note).map_err(PullError::Signature)?;
    {
        let board = read(copied);
        put_tiles(folder, &board.log, from, size).map_err(FolderError::from)?;
    }
    // Before the partial files go that readers of the earlier size would ask for.
    copied.holds(size);
    put_checkpoint(folder, note, from, size).map_err(FolderError::from)?;
    copied.remember();
    {
        let board = read(copied);
        let opened = board.index.hints().open.is_some_and(|open| open >= from);
        if hints == Hints::Always || board.record.phase() != Phase::Open || opened {
            hints::write(folder, &board)?;
        }
    }
    copied.board().write().unwrap_or_else(PoisonError::into_inner).publish(signed);
    Ok(())
}

/// Whether the checkpoint is signed by the key in force, or by one that a successor among the entries from `from` on puts
/// in force. Before anything of a log is taken: what the board did not sign is not even written.
fn is_announced<F: Fetch>(
    copied: &Copied,
    reader: &mut Reader<F>,
    note: &[u8],
    from: u64,
) -> Result<(), PullError> {
    let Err(error) = verified(copied.id(), &read(copied).record, note) else { return Ok(()) };
    let size = reader.checkpoint().size;
    for number in from / TILE_WIDTH..size.div_ceil(TILE_WIDTH) {
        let entries = reader.bundle(number)?;
        if entries.iter().any(|entry| entry.first() == Some(&Kind::Successor.byte())) {
            return Ok(());
        }
    }
    Err(PullError::Signature(error))
}

/// The source's head and the copy's cannot both be true: evidence, if the board signed both.
fn contradiction<F: Fetch>(
    copied: &Copied,
    larger: Option<&mut Reader<F>>,
    note: &[u8],
    head: &Checkpoint,
) -> PullError {
    let board = read(copied);
    let size = head.size.min(board.published_size());
    if let Err(error) = verified(copied.id(), &board.record, note) {
        return PullError::Contradicts { size, error };
    }
    let own = board.signed().map(|signed| signed.note().to_vec()).unwrap_or_default();
    // The larger of the two logs shows its own root at the smaller size.
    let prefix = match larger {
        Some(reader) => {
            match reader.root_at(size).and_then(|root| Ok((root, reader.consistency_proof(size)?))) {
                Ok(prefix) => Some(prefix),
                Err(error) => return error.into(),
            }
        }
        None if head.size == board.published_size() => None,
        None => {
            let root = board.log.root_at(size);
            root.zip(board.log.tree().consistency_proof(size, board.published_size()))
        }
    };
    let evidence = Evidence { notes: [own, note.to_vec()], prefix, authority: manifest_of(&board) };
    let bytes = evidence.encode();
    let name = hex::encode(Sha256::digest(&bytes)).chars().take(16).collect::<String>();
    let path = format!("evidence/fork-{size}-{name}.evidence");
    if kept_evidence(copied) >= EVIDENCE_FILES {
        return PullError::Forked { size, evidence: copied.folder().join("evidence") };
    }
    match put(copied.folder(), &path, &bytes) {
        Ok(()) => PullError::Forked { size, evidence: copied.folder().join(path) },
        Err(error) => PullError::Folder(error.into()),
    }
}

/// How many files of evidence there are: a fork that goes on shows nothing new, and may not fill the disk.
fn kept_evidence(copied: &Copied) -> usize {
    std::fs::read_dir(copied.folder().join("evidence")).map_or(0, Iterator::count)
}

/// The manifest's bytes, by which a reader of evidence knows the board's key; none where the file would be too long.
fn manifest_of(board: &plebiscite_public::board::Board) -> Option<Vec<u8>> {
    let bytes = board.record.manifest()?.bytes().to_vec();
    (bytes.len() < EVIDENCE_LIMIT / 2).then_some(bytes)
}
