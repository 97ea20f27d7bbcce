//! One election's board as it is published: record, log, indices and the signed checkpoint, always together.

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::log::{Log, LogError};
use plebiscite_board::merkle::{Hash, Tree, leaf_hash};
use plebiscite_board::note::{Note, NoteError, NoteKey};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_crypto::group::PointBytes;
use plebiscite_election::ballot::{PreparedBallot, VerifiedBallot, verify_many};
use plebiscite_election::credential::roll_leaf;
use plebiscite_election::entry::{ElectionId, Entry, Kind};
use plebiscite_election::record::{Outcome, Record, Refusal};
use plebiscite_election::view::{ProvenEntry, ProvenRow, ViewSizes, VoterView};
use thiserror::Error;

use crate::index::Index;
use crate::store::{Entries, StoreError};

/// Ballots that are verified together while a store is read back.
const REPLAY_BATCH: usize = 4_096;

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

/// Why a board cannot be opened.
#[derive(Debug, Error)]
pub enum BoardError {
    /// The store failed or is incomplete.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// An entry that the store holds is refused.
    #[error(
        "entry {index} of the store is refused: {refusal}; move the election's folder away and restore it from a mirror with `plebiscite-server import`"
    )]
    Refused {
        /// Its index.
        index: u64,
        /// Why.
        refusal: Refusal,
    },
    /// The store is older than, or other than, what was signed.
    #[error(
        "{0}; move the election's folder away and restore it from a mirror with `plebiscite-server import`"
    )]
    Log(#[from] LogError),
    /// There are entries, but the checkpoint that was signed over them is gone: nobody can say what was promised.
    #[error(
        "the file of the last signed checkpoint is gone: put it back, or move the election's folder away and restore it \
         from a mirror with `plebiscite-server import`"
    )]
    CheckpointGone,
    /// The checkpoint file is not this board's.
    #[error("the last signed checkpoint is not this board's: {0}")]
    Checkpoint(String),
}

/// The origin of an election's log.
#[must_use]
pub fn origin(id: ElectionId) -> String {
    format!("plebiscite/v1/{id}")
}

impl Board {
    /// The board of an empty log.
    ///
    /// # Errors
    /// Never for an empty log; the type is that of [`Self::open`].
    pub fn new(id: ElectionId) -> Result<Self, BoardError> {
        let log = Log::open(origin(id), Tree::new(), None)?;
        Ok(Self { record: Record::new(), log, index: Index::default(), roll: None, signed: None })
    }

    /// Reads a board back: every entry is judged again by the code that judged it first, the tree is computed from the
    /// raw entries, and both are held against the last checkpoint that was signed.
    ///
    /// # Errors
    /// [`BoardError`].
    pub fn open(
        id: ElectionId,
        entries: &Entries,
        last: Option<&[u8]>,
        key: &SigningKey,
    ) -> Result<Self, BoardError> {
        let mut board = Self::new(id)?;
        let mut ballots: Vec<Vec<u8>> = Vec::new();
        entries.each(|entry| {
            if entry.first() == Some(&Kind::Ballot.byte()) && ballots.len() < REPLAY_BATCH {
                ballots.push(entry);
                return Ok(());
            }
            board.replay_ballots(&mut ballots)?;
            if entry.first() == Some(&Kind::Ballot.byte()) {
                ballots.push(entry);
                return Ok(());
            }
            board.replay(&entry)
        })?;
        board.replay_ballots(&mut ballots)?;
        let last = last.map(|note| read_checkpoint(id, note, key)).transpose()?;
        let checkpoint = last.as_ref().map(|signed| signed.checkpoint().clone());
        let tree = board.log.tree().clone();
        board.log = Log::open(origin(id), tree, checkpoint)?;
        board.signed = last;
        Ok(board)
    }

    fn replay(&mut self, entry: &[u8]) -> Result<(), BoardError> {
        let index = self.log.size();
        self.apply(entry).map(|_| ()).map_err(|refusal| BoardError::Refused { index, refusal })
    }

    /// Ballots one after another, verified together; where two are of one voter the second begins the next round.
    fn replay_ballots(&mut self, ballots: &mut Vec<Vec<u8>>) -> Result<(), BoardError> {
        let first = self.log.size();
        let refused = |place: usize, refusal| BoardError::Refused { index: first + place as u64, refusal };
        let mut prepared = Vec::with_capacity(ballots.len());
        for (place, entry) in ballots.iter().enumerate() {
            prepared.push(self.record.prepare_ballot(entry).map_err(|refusal| refused(place, refusal))?);
        }
        let verified = self.verify(&prepared);
        for (place, (entry, verified)) in ballots.iter().zip(verified).enumerate() {
            let ballot = verified.map_err(|refusal| refused(place, refusal))?;
            self.apply_ballot(entry, &ballot).map_err(|refusal| refused(place, refusal))?;
        }
        ballots.clear();
        Ok(())
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

    /// Entries that the record let stand are never longer than a bundle can hold.
    fn push(&mut self, entry: &[u8]) -> u64 {
        let index = self.log.size();
        self.log.append(entry).unwrap_or(index)
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
    /// [`StoreError`].
    pub fn view(&self, credential: &PointBytes, entries: &Entries) -> Result<View, StoreError> {
        self.view_of(self.record.row_of(credential), entries)
    }

    /// The answer about one row of the roll, by its number: the same in everything. Rows are public.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn view_of_row(&self, index: u32, entries: &Entries) -> Result<View, StoreError> {
        let row = self.record.roll().and_then(|roll| roll.row(index)).map(|_| index);
        self.view_of(row, entries)
    }

    fn view_of(&self, row: Option<u32>, entries: &Entries) -> Result<View, StoreError> {
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

    fn proven(&self, index: Option<u64>, entries: &Entries) -> Result<Option<ProvenEntry>, StoreError> {
        let Some(index) = index else { return Ok(None) };
        let path = self.log.tree().inclusion_proof(index, self.published_size());
        let (Some(path), Some(bytes)) = (path, entries.get(index)?) else { return Ok(None) };
        Ok(Some(ProvenEntry { index, path: path.into_iter().map(|hash: Hash| hash.0).collect(), bytes }))
    }
}

/// The last checkpoint that this board signed, from the file that keeps it.
fn read_checkpoint(id: ElectionId, note: &[u8], key: &SigningKey) -> Result<SignedCheckpoint, BoardError> {
    let failed = |error: String| BoardError::Checkpoint(error);
    let own = NoteKey::new(&origin(id), key.verifying_key())
        .map_err(|error: NoteError| failed(error.to_string()))?;
    SignedCheckpoint::verify(note, &own).map_err(|error| failed(error.to_string()))
}

/// What a checkpoint's note says, before anything is verified.
#[must_use]
pub fn claimed(note: &[u8]) -> Option<Checkpoint> {
    Checkpoint::parse(&Note::parse(note).ok()?.text).ok()
}
