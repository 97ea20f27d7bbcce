//! The one pending ballot of a place, and the receipt that ends its waiting (§25.3, §25.4).
//!
//! A ballot once sent counts as pending for its place until it stands or another does: only its bytes are kept, never the
//! seed or the choice, and only these bytes are ever sent for that place.

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::tlog_proof::{TlogProof, TlogProofError};
use plebiscite_election::ballot::{DecodedBallot, PreparedBallot, SignedBallot, Tracker};
use plebiscite_election::credential::RollRow;
use plebiscite_election::entry::Kind;
use thiserror::Error;

use crate::place::Place;
use crate::setup::Setup;

/// A ballot that was cast and is not acknowledged yet. Holds nothing secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    index: u32,
    seq: u32,
    tracker: Tracker,
    entry: Vec<u8>,
}

/// A receipt that was checked against one's own bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Where the ballot stands.
    pub entry: u64,
    /// What the voter compares.
    pub tracker: Tracker,
    /// The receipt file, verbatim (`.tlog-proof`).
    pub bytes: Vec<u8>,
    /// The checkpoint in it.
    pub checkpoint: Checkpoint,
}

/// Why a receipt is refused. The bytes are evidence: keep them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// It is not a receipt for this very ballot in this election's log.
    #[error("the receipt does not prove that your ballot stands: {0}")]
    False(#[from] TlogProofError),
    /// Its checkpoint is smaller than one that this device has seen: entries are missing.
    #[error("the board shows {shown} entries, but had shown {seen} before")]
    Rollback {
        /// Entries in the receipt's checkpoint.
        shown: u64,
        /// Entries that the board had shown.
        seen: u64,
    },
    /// The same size with another root: the board shows two logs.
    #[error("the board shows another log of {size} entries than before")]
    Fork {
        /// The size.
        size: u64,
    },
}

/// What became of a pending ballot, by the board's proven word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the head of the chain.
    Stands,
    /// It does not stand, and its place is free: the same bytes are to be sent again.
    SendAgain,
    /// Another ballot of the same voter stands in its place or after it: build on that one, with a new ballot.
    Overtaken,
}

impl Pending {
    /// A ballot that is about to be sent. Keep it until it stands.
    #[must_use]
    pub fn new(ballot: SignedBallot) -> Self {
        let (index, seq) = (ballot.context().index, ballot.context().seq);
        let tracker = ballot.tracker();
        let entry = [&[Kind::Ballot.byte()], ballot.bytes()].concat();
        Self { index, seq, tracker, entry }
    }

    /// The bytes to send: the same each time.
    #[must_use]
    pub fn entry(&self) -> &[u8] {
        &self.entry
    }

    /// What the voter compares.
    #[must_use]
    pub const fn tracker(&self) -> Tracker {
        self.tracker
    }

    /// The roll number of its voter.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// Its position in the chain.
    #[must_use]
    pub const fn seq(&self) -> u32 {
        self.seq
    }

    /// Its bytes to keep on a device: the entry alone, nothing secret.
    #[must_use]
    pub fn kept(&self) -> Vec<u8> {
        self.entry.clone()
    }

    /// A pending ballot from kept bytes, if they are a ballot entry.
    #[must_use]
    pub fn restore(bytes: &[u8]) -> Option<Self> {
        let (kind, ballot) = bytes.split_first()?;
        let (body, _) = ballot.split_last_chunk::<64>()?;
        let header = plebiscite_election::ballot::BallotHeader::peek(body)?;
        let tracker = Tracker::of(body);
        (*kind == Kind::Ballot.byte()).then(|| Self {
            index: header.index,
            seq: header.seq,
            tracker,
            entry: bytes.to_vec(),
        })
    }

    /// Checks a receipt against one's own bytes and the last checkpoint that this device has seen. Only after this may a
    /// client say "in the book". Consistency between two sizes is checked by whoever can read the log.
    ///
    /// # Errors
    /// [`ReceiptError`]; the ballot stays pending.
    pub fn acknowledge(
        &self,
        setup: &Setup,
        seen: &Checkpoint,
        receipt: &[u8],
    ) -> Result<Receipt, ReceiptError> {
        let proof = TlogProof::parse(receipt)?;
        let signed = proof.verify(&self.entry, setup.board())?;
        let checkpoint = signed.checkpoint().clone();
        if checkpoint.size < seen.size {
            return Err(ReceiptError::Rollback { shown: checkpoint.size, seen: seen.size });
        }
        if checkpoint.size == seen.size && checkpoint.root != seen.root {
            return Err(ReceiptError::Fork { size: seen.size });
        }
        Ok(Receipt { entry: proof.index, tracker: self.tracker, bytes: receipt.to_vec(), checkpoint })
    }

    /// Whether the ballot is signed by the credential that is in force at a place: one that was cast before the letter was
    /// replaced is not, and can never stand.
    #[must_use]
    pub fn is_signed_for(&self, setup: &Setup, place: &Place) -> bool {
        let Ok(next) = place.next() else { return false };
        let row = RollRow { credential: next.credential, region: next.region };
        let ballot =
            self.entry.get(1..).and_then(|bytes| DecodedBallot::decode(setup.parameters(), bytes).ok());
        let prepared = ballot.map(|ballot| PreparedBallot::new(ballot, &row));
        prepared.is_some_and(|prepared| prepared.check_signature(setup.parameters()).is_ok())
    }

    /// What became of this ballot, by a place that was checked after it was sent. A client never makes a second ballot of
    /// the same place: where another stands, the next one builds on it.
    #[must_use]
    pub fn outcome(&self, place: &Place) -> Outcome {
        match place.standing() {
            Some(standing) if standing.tracker == self.tracker => Outcome::Stands,
            Some(standing) if place.index() == self.index && standing.seq >= self.seq => Outcome::Overtaken,
            _ => Outcome::SendAgain,
        }
    }
}
