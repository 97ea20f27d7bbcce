//! The checks: everything is judged again, in the log's order, from bytes that nobody vouches for (§23.2).

pub mod auditor;
mod bundles;
pub mod confirmations;
pub mod heads;
pub mod names;
pub mod own;
pub mod range;
mod replay;
pub mod state;
mod thin;

use std::sync::Arc;

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::{Hash, Roots, Tree};
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::reader::{Fetch, FetchError, ReadError, Reader};
use plebiscite_election::counted::counted;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::ElectionId;
use plebiscite_election::record::Record;
use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::report::Report;
use bundles::Bundles;
use names::{Exercised, LogCheck, Named};
use own::OwnError;
use range::Word;
use state::{Runs, State};

/// Which election the log must be of.
#[derive(Clone, Debug)]
pub enum Demand {
    /// The whole id.
    Id(ElectionId),
    /// The fingerprint that letters print.
    Fingerprint(Fingerprint),
}

/// What is checked, and how.
pub struct Options<'o> {
    /// The election asked for. Without it, the report speaks of whatever election the log is of.
    pub election: Option<Demand>,
    /// An earlier checkpoint, as its note; the log must extend it.
    pub since: Option<Vec<u8>>,
    /// Stop once so many entries stand; the whole log otherwise. A successor of the board's key beyond this size is not
    /// seen, so a checkpoint that only the successor signed fails then.
    pub up_to: Option<u64>,
    /// 32 bytes that no one could foresee: the weights of batches come from them.
    pub fresh: [u8; 32],
    /// Called now and then with entries done and entries in all.
    pub progress: &'o mut dyn FnMut(u64, u64),
}

/// One share of a count that several workers do together: each replays the whole record, and judges the signatures and proofs
/// of every `of`-th ballot alone. Nothing is shown before all shares have passed over the same log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    own: u32,
    of: u32,
}

impl Share {
    /// The share number `own`, from 0, of `of` shares; none where there is no such share.
    #[must_use]
    pub const fn new(own: u32, of: u32) -> Option<Self> {
        if own < of { Some(Self { own, of }) } else { None }
    }

    /// Whether a ballot, by its index, is of this share.
    pub(crate) fn has(self, index: u64) -> bool {
        index % u64::from(self.of) == u64::from(self.own)
    }
}

/// Why there is no verdict: nothing has been shown to be false.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// A file cannot be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The log is shorter than what was asked for.
    #[error("the log has {size} entries and {wanted} were asked for")]
    Short {
        /// Entries of the log.
        size: u64,
        /// Entries asked for.
        wanted: u64,
    },
    /// The earlier checkpoint that was given is none.
    #[error("the earlier checkpoint is malformed: {reason}")]
    Since {
        /// What it lacks.
        reason: String,
    },
    /// A range that is none of this log.
    #[error(
        "entries {from} to before {to} were asked for, and the log has {}: {}",
        counted(*size, "entry"),
        if from < to { "name a range that ends there or before" } else { "that is no range" }
    )]
    Range {
        /// Its first entry.
        from: u64,
        /// The entry after its last.
        to: u64,
        /// Entries of the log.
        size: u64,
    },
    /// The log is not one of the election that was asked for.
    #[error("the log is {}, which was not asked for", found.map_or("of no election".to_owned(), |found| format!("of election {found}")))]
    Election {
        /// Its election, if it is of one.
        found: Option<ElectionId>,
    },
    /// A file of the auditor's own does not fit.
    #[error("the file of an earlier run is refused: {0}")]
    Own(#[from] OwnError),
}

/// Work that was done before, or elsewhere, and what is wanted of this one beside the report.
#[derive(Debug, Default)]
pub struct Work {
    /// What verifying this log up to a smaller size came to.
    pub state: Option<State>,
    /// Whether the state is wanted.
    pub keep: bool,
    /// What own machines say of the ballots.
    pub word: Option<Word>,
}

/// A check that failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {}{reason}", check.name(), entry.map_or_else(String::new, |entry| format!("entry {entry}: ")))]
pub struct Failure {
    /// Which check.
    pub check: Named,
    /// The entry that it refused, if it is one entry.
    pub entry: Option<u64>,
    /// Why, as a sentence that reads on.
    pub reason: String,
}

/// A record that was replayed up to its end or to its first refusal.
#[derive(Debug)]
pub struct Replay {
    /// What stands.
    pub record: Record,
    /// The tree over what stands: roots of every earlier size.
    pub tree: Tree,
    /// The checkpoint as the log gave it; authenticated only if no check has failed.
    pub checkpoint: Checkpoint,
    /// The same as a note, byte for byte.
    pub note: Vec<u8>,
    /// Every check that failed; the first is the one that ended the replay, if any did.
    pub failures: Vec<Failure>,
    pub(crate) exercised: Exercised,
    pub(crate) demanded: bool,
    /// Whether the log is known to extend the earlier checkpoint; none where none was given.
    pub(crate) extends: Option<bool>,
    pub(crate) read_to_end: bool,
    /// The share of a count that this is; none for a whole one.
    pub(crate) share: Option<Share>,
    /// Checkpoints that this log's entries give, with their cosignatures.
    pub heads: Vec<heads::Head>,
    /// Notes of this log's own heads, signed by the board's key for their size: what an auditor's policy judges.
    pub(crate) same: Vec<(u64, Note)>,
    /// The notes of other checkpoints, as they were given.
    pub(crate) others: Vec<Vec<u8>>,
    /// What every other checkpoint came to.
    pub(crate) heard: Vec<heads::Heard>,
    /// What loose seal confirmations came to; none where none was given.
    pub(crate) loose: Option<confirmations::Weighed>,
    /// Entries that the log has in common with all others that were given and contradict it.
    pub(crate) agreed: Option<u64>,
    /// What this run came to, where that was wanted, the whole log was read and no check failed before its end.
    pub state: Option<State>,
    runs: Runs,
    word: Option<Word>,
    trouble: Option<Arc<thin::Trouble>>,
}

/// A record in which no check has failed, up to a size.
#[derive(Debug)]
pub struct Verified {
    /// The record.
    pub record: Record,
    /// Roots of every earlier size.
    pub tree: Tree,
    /// The board's checkpoint, verified.
    pub checkpoint: SignedCheckpoint,
    /// Checkpoints that this log's entries give, with their cosignatures.
    pub heads: Vec<heads::Head>,
}

/// Checks a record and reports.
///
/// # Errors
/// [`VerifyError`] where files are missing; what is false is in the report.
pub fn verify_record<F: Fetch>(source: F, options: Options<'_>) -> Result<Report, VerifyError> {
    Ok(Report::of(&replay(source, options)?))
}

/// Does one share of a count, and reports it as one.
///
/// # Errors
/// As [`verify_record`].
pub fn verify_share<F: Fetch>(source: F, options: Options<'_>, share: Share) -> Result<Report, VerifyError> {
    Ok(Report::of(&replay_of(source, options, Some(share))?))
}

/// Replays a record and gives it back with what was found. The whole tree is held: 64 bytes an entry.
///
/// # Errors
/// As [`verify_record`].
pub fn replay<F: Fetch>(source: F, options: Options<'_>) -> Result<Replay, VerifyError> {
    replay_of(source, options, None)
}

fn replay_of<F: Fetch>(source: F, options: Options<'_>, share: Option<Share>) -> Result<Replay, VerifyError> {
    let (mut replay, since) = begun(&source, &options)?;
    replay.share = share;
    replay.finish(source, options, since, Work::default(), |reader, _, _| Bundles::of(reader))?;
    Ok(replay)
}

/// Replays a record of any size: what is held of it is at most 80 bytes a ballot of one contest (§23.8), a thread reads
/// ahead, and work that was done before is not done again. The report is the same.
///
/// # Errors
/// As [`verify_record`], and [`VerifyError::Own`].
pub fn replay_thin<F: Fetch + Send + Sync + 'static>(
    source: Arc<F>,
    options: Options<'_>,
    work: Work,
) -> Result<Replay, VerifyError> {
    let (mut replay, since) = begun(&source, &options)?;
    if let Some(word) = &work.word {
        let Checkpoint { origin, size, root } = &replay.checkpoint;
        word.ensure_of(origin, *size, *root)?;
    }
    replay.read_thin(&source);
    let ahead = source.clone();
    replay
        .finish(source, options, since, work, |reader, from, to| Bundles::ahead(reader, ahead, from, to))?;
    replay.ensure_tiles()?;
    Ok(replay)
}

/// Reads the checkpoint, and the earlier one that was given.
fn begun<F: Fetch>(source: &F, options: &Options<'_>) -> Result<(Replay, Option<Checkpoint>), VerifyError> {
    let since = options.since.as_deref().map(earlier).transpose()?;
    let note = match source.fetch("checkpoint") {
        // Longer than any checkpoint: it is none, whatever it says.
        Err(FetchError::TooLong { .. }) => Vec::new(),
        other => other?,
    };
    Ok((Replay::begin(note, options), since))
}

/// The reader's own earlier checkpoint: its form is an input's, and says nothing about the log.
fn earlier(note: &[u8]) -> Result<Checkpoint, VerifyError> {
    let malformed = |reason: String| VerifyError::Since { reason };
    let note = Note::parse(note).map_err(|error| malformed(error.to_string()))?;
    Checkpoint::parse(&note.text).map_err(|error| malformed(error.to_string()))
}

impl Replay {
    fn begin(note: Vec<u8>, options: &Options<'_>) -> Self {
        let parsed = Note::parse(&note).map_err(|error| error.to_string());
        let parsed = parsed.and_then(|note| Checkpoint::parse(&note.text).map_err(|error| error.to_string()));
        let none = Checkpoint { origin: String::new(), size: 0, root: Hash([0; 32]) };
        let mut replay = Self {
            record: Record::lean(fingerprint_key(&options.fresh)),
            tree: Tree::new(),
            checkpoint: none,
            note,
            failures: Vec::new(),
            exercised: Exercised::default(),
            demanded: options.election.is_some(),
            extends: options.since.as_ref().map(|_| false),
            read_to_end: false,
            share: None,
            heads: Vec::new(),
            same: Vec::new(),
            others: Vec::new(),
            heard: Vec::new(),
            loose: None,
            agreed: None,
            state: None,
            runs: Runs::default(),
            word: None,
            trouble: None,
        };
        match parsed {
            Ok(checkpoint) => replay.checkpoint = checkpoint,
            Err(reason) => replay.fail(LogCheck::Checkpoint, None, reason),
        }
        replay
    }

    /// Judges the log, with bundles from where `bundles` has them.
    fn finish<F: Fetch>(
        &mut self,
        source: F,
        mut options: Options<'_>,
        since: Option<Checkpoint>,
        work: Work,
        bundles: impl for<'r> FnOnce(&'r mut Reader<F>, u64, u64) -> Bundles<'r, F>,
    ) -> Result<(), VerifyError> {
        if !self.failures.is_empty() {
            return Ok(());
        }
        let size = self.checkpoint.size;
        let target = options.up_to.unwrap_or(size);
        if target > size {
            return Err(VerifyError::Short { size, wanted: target });
        }
        let mut cosigned = Vec::new();
        match Reader::open(source, self.checkpoint.clone()) {
            Ok(mut reader) => {
                let Work { state, keep, word } = work;
                self.word = word;
                let from = state.as_ref().map_or(0, State::size);
                state.as_ref().map_or(Ok(()), |state| state.ensure_of(&self.checkpoint.origin, target))?;
                if let Some(state) = state {
                    self.resume(state, &mut reader, &options)?;
                }
                if self.failures.is_empty() && self.record.size() == from {
                    self.run(&mut bundles(&mut reader, from, target), target, keep, &mut options)?;
                }
                cosigned = self.cosigned_files(reader.source());
            }
            Err(error) => self.unread(error)?,
        }
        self.ensure_tiles()?;
        self.conclude(options.since.as_deref().zip(since.as_ref()));
        if target == size {
            self.hear_own();
            cosigned.iter().for_each(|note| drop(self.hear(note)));
        }
        Ok(())
    }

    /// The verified record, if no check has failed and the board's key is known.
    ///
    /// # Errors
    /// The first [`Failure`].
    pub fn into_verified(self) -> Result<Verified, Failure> {
        if let Some(failure) = self.failures.into_iter().next() {
            return Err(failure);
        }
        let refused =
            |reason: String| Failure { check: Named::Log(LogCheck::Checkpoint), entry: None, reason };
        if self.share.is_some() {
            return Err(refused("a share of a count is no verified record".to_owned()));
        }
        let key = board_key(&self.record, &self.checkpoint).map_err(refused)?;
        let checkpoint =
            SignedCheckpoint::verify(&self.note, &key).map_err(|error| refused(error.to_string()))?;
        Ok(Verified { record: self.record, tree: self.tree, checkpoint, heads: self.heads })
    }

    /// The verifier key of the board's key in force at the checkpoint's size.
    pub(crate) fn board_vkey(&self) -> Option<String> {
        let origin = format!("plebiscite/v1/{}", self.record.election()?);
        let key = self.record.board_key_at(self.checkpoint.size)?;
        NoteKey::new(&origin, *key).ok().map(|key| key.vkey())
    }

    pub(crate) fn fail(&mut self, check: LogCheck, entry: Option<u64>, reason: String) {
        self.failures.push(Failure { check: Named::Log(check), entry, reason });
    }

    /// Files that contradict the checkpoint are a finding; files that are missing are none.
    fn unread(&mut self, error: ReadError) -> Result<(), VerifyError> {
        match error {
            ReadError::Fetch(error) => Err(error.into()),
            ReadError::False { path } if path.starts_with("tile/entries/") => {
                self.fail(
                    LogCheck::Entries,
                    Some(self.record.size()),
                    format!("{path} is not what the tree commits to"),
                );
                Ok(())
            }
            other => {
                self.fail(LogCheck::Tree, Some(self.record.size()), other.to_string());
                Ok(())
            }
        }
    }

    /// What can be judged only once the entries are read: signature, origin, root, and the earlier checkpoint.
    fn conclude(&mut self, since: Option<(&[u8], &Checkpoint)>) {
        if self.read_to_end && self.tree.root_at(self.checkpoint.size) != Some(self.checkpoint.root) {
            self.fail(LogCheck::Tree, None, "the entries do not give the checkpoint's root".to_owned());
        }
        // Of another election than the one asked for, nothing more is said.
        let other = self.failures.iter().any(|failure| failure.check == Named::Log(LogCheck::Election));
        if self.record.manifest().is_none() {
            // No key is known yet, but a log that has lost entries, or has other ones, is seen without it.
            if let Some(Err(reason)) = since.map(|(_, old)| self.holds(old)) {
                self.fail(LogCheck::Extends, None, reason);
            }
            return;
        }
        if other {
            return;
        }
        let signed = board_key(&self.record, &self.checkpoint)
            .and_then(|key| SignedCheckpoint::verify(&self.note, &key).map_err(|error| error.to_string()));
        if let Err(reason) = signed {
            self.fail(LogCheck::Checkpoint, None, reason);
        }
        let Some((note, old)) = since else { return };
        match self.extends(note, old) {
            Ok(known) => self.extends = Some(known),
            Err(reason) => self.fail(LogCheck::Extends, None, reason),
        }
    }

    /// Whether this log extends an earlier checkpoint of the same board: true, or not known where a refusal ended the
    /// replay before the earlier size.
    fn extends(&self, note: &[u8], old: &Checkpoint) -> Result<bool, String> {
        if old.origin != self.checkpoint.origin {
            return Err("the earlier checkpoint is of another log".to_owned());
        }
        let key = board_key(&self.record, old)?;
        SignedCheckpoint::verify(note, &key).map_err(|error| {
            format!("the earlier checkpoint is not signed by the board's key for its size: {error}")
        })?;
        self.holds(old)
    }

    /// Whether this log has the entries of an earlier checkpoint, whoever signed it: true, or not known.
    fn holds(&self, old: &Checkpoint) -> Result<bool, String> {
        if old.size > self.checkpoint.size {
            return Err(format!("the log has {} entries, and had {} before", self.checkpoint.size, old.size));
        }
        match self.tree.root_at(old.size) {
            Some(root) if root == old.root => Ok(true),
            Some(_) => Err(format!(
                "the log is forked: it is not the one whose first {} entries were signed before",
                old.size
            )),
            None => Ok(false),
        }
    }
}

/// The board's key for a checkpoint of this record, under the origin's name.
fn board_key(record: &Record, checkpoint: &Checkpoint) -> Result<NoteKey, String> {
    let key =
        record.board_key_at(checkpoint.size).ok_or_else(|| "the board's key is not known".to_owned())?;
    NoteKey::new(&checkpoint.origin, *key).map_err(|error| error.to_string())
}

/// The key of the fingerprints that a record keeps: as unforeseeable as the fresh bytes.
fn fingerprint_key(fresh: &[u8; 32]) -> [u8; 16] {
    let digest = Sha256::new().chain_update(b"plebiscite/v1 fingerprints").chain_update(fresh).finalize();
    let mut key = [0; 16];
    key.iter_mut().zip(digest).for_each(|(place, byte)| *place = byte);
    key
}
