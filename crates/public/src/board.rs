//! One election's board as it is published: record, log, indices and the signed checkpoint, always together.

use std::sync::RwLock;

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::log::{Log, LogError};
use plebiscite_board::merkle::{Hash, Roots, Tree, leaf_hash};
use plebiscite_board::note::Note;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_crypto::group::PointBytes;
use plebiscite_election::ballot::{PreparedBallot, VerifiedBallot, verify_many};
use plebiscite_election::credential::roll_leaf;
use plebiscite_election::entry::{ElectionId, Entry, Kind};
use plebiscite_election::record::{KeptError, Outcome, Record, Refusal};
use plebiscite_election::view::{ProvenEntry, ProvenRow, ViewSizes, VoterView};
use rayon::prelude::*;
use thiserror::Error;

use crate::election::{Entries, Unreadable, origin};
use crate::index::Index;
use crate::verified::{Known, Verified};

/// Ballots that are verified together while a log is read.
const BATCH: usize = 4_096;
/// Superseded ballots that the record owes at most while a log is read.
const OWED: usize = 1 << 16;

/// Everything about one election that requests read and the sequencer writes.
#[derive(Debug)]
pub struct Board {
    /// The judge.
    pub record: Record,
    /// The tree.
    pub log: Log,
    /// Where things stand.
    pub index: Index,
    /// Paths in the roll; from the roll seal on.
    roll: Option<Tree>,
    signed: Option<SignedCheckpoint>,
}

/// The answer about one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// There is no roll yet.
    Early,
    /// An entry of this credential stands but is not signed yet: to show the one before it, or none, would look like a
    /// deletion. Ask again in a moment.
    Pending,
    /// The answer.
    Ready(Vec<u8>),
}

/// Why an entry does not stand.
#[derive(Debug, Error)]
pub enum BoardError {
    /// The record refuses it.
    #[error("entry {index} is refused: {refusal}")]
    Refused {
        /// Its index.
        index: u64,
        /// Why.
        refusal: Refusal,
    },
    /// A checkpoint that was signed is not this log's.
    #[error("{0}")]
    Log(#[from] LogError),
    /// A ballot that was superseded cannot be read again.
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
    /// What was kept of the ballots is not theirs.
    #[error("{0}")]
    Kept(#[from] KeptError),
    /// A thread that held the board has failed.
    #[error("a thread that held the board has failed")]
    Poisoned,
}

impl Board {
    /// The board of an empty log.
    ///
    /// # Errors
    /// Never for an empty log.
    pub fn new(id: ElectionId) -> Result<Self, BoardError> {
        let log = Log::open(origin(id), Tree::new(), None)?;
        let mut key = [0; 16];
        rand::fill(&mut key);
        Ok(Self { record: Record::lean(key), log, index: Index::default(), roll: None, signed: None })
    }

    /// The board of an empty log whose first entries this very program judged before, and of which it kept this. Whoever
    /// says so compares the root over these entries once they are in.
    ///
    /// # Errors
    /// Never for an empty log.
    pub fn knowing(id: ElectionId, known: &mut Known) -> Result<Self, BoardError> {
        let mut board = Self::new(id)?;
        if let Some(credentials) = known.credentials.take() {
            board.record = board.record.with_kept_roll(known.verified.size, credentials);
        }
        Ok(board)
    }

    /// Holds the log against the last checkpoint that was signed over it, and publishes that.
    ///
    /// # Errors
    /// [`BoardError::Log`]: the log is older than what was signed, or another.
    pub fn publish_as_signed(&mut self, last: SignedCheckpoint) -> Result<(), BoardError> {
        self.log.hold_against(last.checkpoint().clone())?;
        self.signed = Some(last);
        Ok(())
    }

    /// How far the entries of this board are judged, all of them, and what its ballots add up to. Superseded ballots that the
    /// record owes are read again first.
    ///
    /// # Errors
    /// An entry cannot be read, or is another than stood there; or the ballots could not be added up.
    pub fn verified(
        &mut self,
        read: impl FnMut(u64) -> Result<Vec<u8>, Unreadable>,
    ) -> Result<Verified, Unreadable> {
        self.pay(read)?;
        let sums = self.record.kept_sums().map_err(|error| Unreadable(error.to_string()))?;
        let size = self.log.size();
        let root = self.log.tree().root_at(size);
        let root = root.ok_or_else(|| Unreadable(format!("the tree has no root at its size {size}")))?;
        Ok(Verified { size, root, ballots: self.record.ballots(), sums })
    }

    /// Takes the superseded ballots that the record owes off its sums: before the seal, and now and then before.
    ///
    /// # Errors
    /// An entry cannot be read, or is another than stood there.
    pub fn pay(&mut self, read: impl FnMut(u64) -> Result<Vec<u8>, Unreadable>) -> Result<(), Unreadable> {
        self.record.settle(read).map_err(|error| Unreadable(error.to_string()))
    }

    /// Verifies prepared ballots together.
    #[must_use]
    pub fn verify(&self, prepared: &[PreparedBallot]) -> Vec<Result<VerifiedBallot, Refusal>> {
        let Some(parameters) = self.record.parameters() else { return Vec::new() };
        let mut fresh = [0; 32];
        rand::fill(&mut fresh);
        let judged = verify_many(parameters, prepared, &fresh);
        judged.into_iter().map(|result| result.map_err(|error| self.record.ballot_refusal(&error))).collect()
    }

    /// Judges an entry that is no ballot, and appends it to the tree.
    ///
    /// # Errors
    /// The record's refusal; nothing has changed.
    pub fn apply(&mut self, entry: &[u8]) -> Result<(u64, Outcome), Refusal> {
        let outcome = self.record.apply(entry, &self.log)?;
        let index = self.push(entry);
        if let Ok(decoded) = Entry::decode(entry) {
            self.index.note(index, &decoded, leaf_hash(entry).0, &outcome);
            if matches!(decoded, Entry::RollSeal(_)) {
                self.build_roll_tree();
            }
        }
        Ok((index, outcome))
    }

    /// Lets a verified ballot stand, and appends it to the tree.
    ///
    /// # Errors
    /// The record's refusal; nothing has changed.
    pub fn apply_ballot(&mut self, entry: &[u8], ballot: &VerifiedBallot) -> Result<u64, Refusal> {
        self.record.apply_ballot(ballot)?;
        let index = self.push(entry);
        self.index.note_ballot(index, ballot.tracker());
        Ok(index)
    }

    /// The same for a ballot that stood when this program last ended: its ciphertexts are in the sums that were kept.
    fn apply_known(&mut self, entry: &[u8], ballot: &VerifiedBallot) -> Result<u64, Refusal> {
        self.record.apply_ballot_unsummed(ballot)?;
        let index = self.push(entry);
        self.index.note_ballot(index, ballot.tracker());
        Ok(index)
    }

    /// Entries that the record let stand are never longer than a bundle can hold.
    fn push(&mut self, entry: &[u8]) -> u64 {
        let index = self.log.size();
        self.log.append(entry).unwrap_or(index)
    }

    /// The tree over the sealed roll's rows; none before the roll seal.
    #[must_use]
    pub const fn roll_tree(&self) -> Option<&Tree> {
        self.roll.as_ref()
    }

    fn build_roll_tree(&mut self) {
        let rows = self.record.roll().map(|roll| roll.rows()).unwrap_or_default();
        self.roll = Some(Tree::of((0u32..).zip(rows).map(|(index, row)| leaf_hash(&roll_leaf(index, row)))));
    }

    /// Signs the log as it is. Nobody sees the result before [`Self::publish`].
    ///
    /// # Errors
    /// [`LogError`].
    pub fn sign(&mut self, key: &SigningKey) -> Result<SignedCheckpoint, LogError> {
        self.log.sign(key)
    }

    /// Lets everyone see a checkpoint that has been made durable.
    pub fn publish(&mut self, signed: SignedCheckpoint) {
        self.signed = Some(signed);
    }

    /// The checkpoint that everyone sees.
    #[must_use]
    pub const fn signed(&self) -> Option<&SignedCheckpoint> {
        self.signed.as_ref()
    }

    /// Entries that everyone sees.
    #[must_use]
    pub fn published_size(&self) -> u64 {
        self.signed.as_ref().map_or(0, |signed| signed.checkpoint().size)
    }

    /// The receipt for an entry, to the checkpoint that everyone sees.
    #[must_use]
    pub fn receipt(&self, index: u64) -> Option<Vec<u8>> {
        let signed = self.signed.as_ref()?;
        let path = self.log.tree().inclusion_proof(index, signed.checkpoint().size)?;
        Some(TlogProof { index, path, checkpoint: signed.note().to_vec() }.encode())
    }

    /// The answer about one credential, in the length of every answer of the election.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn view(&self, credential: &PointBytes, entries: &dyn Entries) -> Result<View, Unreadable> {
        self.view_of(self.record.row_of(credential), entries)
    }

    /// The answer about one row of the roll, by its number: the same in everything. Rows are public.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn view_of_row(&self, index: u32, entries: &dyn Entries) -> Result<View, Unreadable> {
        let row = self.record.roll().and_then(|roll| roll.row(index)).map(|_| index);
        self.view_of(row, entries)
    }

    fn view_of(&self, row: Option<u32>, entries: &dyn Entries) -> Result<View, Unreadable> {
        let (Some(signed), Some(manifest), Some(tree)) = (&self.signed, self.record.manifest(), &self.roll)
        else {
            return Ok(View::Early);
        };
        let entry_of =
            |row| [self.record.replacement_entry(row), self.record.head(row).map(|head| head.entry)];
        let published = signed.checkpoint().size;
        if row.is_some_and(|row| entry_of(row).into_iter().flatten().any(|entry| entry >= published)) {
            return Ok(View::Pending);
        }
        let view = VoterView {
            checkpoint: signed.note().to_vec(),
            row: row.and_then(|index| self.row(index, tree)),
            replacement: self.proven(row.and_then(|index| self.record.replacement_entry(index)), entries)?,
            head: self
                .proven(row.and_then(|index| self.record.head(index)).map(|head| head.entry), entries)?,
        };
        Ok(view.encode(&ViewSizes::of(manifest)).map_or(View::Early, View::Ready))
    }

    fn row(&self, index: u32, tree: &Tree) -> Option<ProvenRow> {
        let row = self.record.roll()?.row(index)?;
        let path = tree.inclusion_proof(u64::from(index), tree.size())?;
        let path = path.into_iter().map(|hash| hash.0).collect();
        Some(ProvenRow { index, credential: row.credential, region: row.region, path })
    }

    fn proven(&self, index: Option<u64>, entries: &dyn Entries) -> Result<Option<ProvenEntry>, Unreadable> {
        let Some(index) = index else { return Ok(None) };
        let path = self.log.tree().inclusion_proof(index, self.published_size());
        let (Some(path), Some(bytes)) = (path, entries.get(index)?) else { return Ok(None) };
        Ok(Some(ProvenEntry { index, path: path.into_iter().map(|hash: Hash| hash.0).collect(), bytes }))
    }
}

/// Entries on their way into a board: judged one after the other by the code that judged them first, runs of ballots
/// verified together. The board is locked for writing only while judged entries are put in.
#[derive(Debug)]
pub struct Extending<'b> {
    board: &'b RwLock<Board>,
    ballots: Vec<Vec<u8>>,
    /// What this program verified before.
    verified: Option<Verified>,
}

impl<'b> Extending<'b> {
    /// Of a board that nobody else extends meanwhile.
    #[must_use]
    pub const fn of(board: &'b RwLock<Board>) -> Self {
        Self { board, ballots: Vec::new(), verified: None }
    }

    /// The same, of an empty board, where this very program verified the ballots among the first entries before. Whoever
    /// says so compares the root over these entries once they are in.
    #[must_use]
    pub fn verified_before(self, verified: Verified) -> Self {
        Self { verified: Some(verified), ..self }
    }

    /// Takes the next entry; a ballot waits for its run. `read` gives entries that were taken before.
    ///
    /// # Errors
    /// [`BoardError`]: what came before the refused entry stands.
    pub fn take(
        &mut self,
        entry: Vec<u8>,
        read: &mut dyn FnMut(u64) -> Result<Vec<u8>, Unreadable>,
    ) -> Result<(), BoardError> {
        if entry.first() == Some(&Kind::Ballot.byte()) {
            if self.ballots.len() >= BATCH {
                self.settle()?;
                if self.board.read().map_err(|_| BoardError::Poisoned)?.record.owed() > OWED {
                    self.board.write().map_err(|_| BoardError::Poisoned)?.pay(&mut *read)?;
                }
            }
            self.ballots.push(entry);
            return Ok(());
        }
        self.settle()?;
        let mut board = self.board.write().map_err(|_| BoardError::Poisoned)?;
        if entry.first() == Some(&Kind::Seal.byte()) {
            board.pay(read)?;
        }
        let index = board.log.size();
        board.apply(&entry).map(|_| ()).map_err(|refusal| BoardError::Refused { index, refusal })
    }

    /// Judges the ballots that wait. Called at the end, too.
    ///
    /// # Errors
    /// [`BoardError`]: what came before the refused entry stands.
    pub fn settle(&mut self) -> Result<(), BoardError> {
        let ballots = std::mem::take(&mut self.ballots);
        let board = self.board.read().map_err(|_| BoardError::Poisoned)?;
        let first = board.log.size();
        let known = self.verified.as_ref().map_or(0, |verified| verified.size.saturating_sub(first));
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        let (known, new) = ballots.split_at(known.min(ballots.len()));
        let verified: Vec<Result<VerifiedBallot, Refusal>> =
            known.par_iter().map(|entry| board.record.vouched_ballot(entry)).collect();
        let prepared: Vec<Result<PreparedBallot, Refusal>> =
            new.par_iter().map(|entry| board.record.prepare_ballot(entry)).collect();
        // Up to the first that cannot even be a ballot: those before it stand.
        let mut fit = Vec::with_capacity(prepared.len());
        let mut false_one = None;
        for ballot in prepared {
            match ballot {
                Ok(ballot) => fit.push(ballot),
                Err(refusal) => {
                    false_one = Some(refusal);
                    break;
                }
            }
        }
        let judged = verified.into_iter().chain(board.verify(&fit)).chain(false_one.map(Err));
        let judged: Vec<_> = judged.collect();
        drop(board);
        let mut board = self.board.write().map_err(|_| BoardError::Poisoned)?;
        for (((index, entry), judged), place) in (first..).zip(&ballots).zip(judged).zip(0..) {
            let refused = |refusal| BoardError::Refused { index, refusal };
            let ballot = judged.map_err(refused)?;
            if place >= known.len() {
                board.apply_ballot(entry, &ballot).map_err(refused)?;
                continue;
            }
            board.apply_known(entry, &ballot).map_err(refused)?;
            let all = self.verified.as_ref().filter(|verified| verified.ballots == board.record.ballots());
            all.map_or(Ok(()), |verified| board.record.restore_sums(&verified.sums))?;
        }
        let past = self.verified.as_ref().is_some_and(|verified| verified.size <= board.log.size());
        if past && board.record.left_out() > 0 {
            return Err(KeptError::Other("the sums of other ballots than stand there").into());
        }
        if past && board.record.awaits_kept_roll() {
            return Err(KeptError::Other("the credentials of a roll that is not sealed there").into());
        }
        Ok(())
    }
}

/// What a checkpoint's note says, before anything is verified.
#[must_use]
pub fn claimed(note: &[u8]) -> Option<Checkpoint> {
    Checkpoint::parse(&Note::parse(note).ok()?.text).ok()
}
