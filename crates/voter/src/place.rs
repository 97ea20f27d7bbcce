//! A voter's place: her row under the roll root, her credential in force, the head of her chain (§25.2).

use plebiscite_board::checkpoint::SignedCheckpoint;
use plebiscite_board::merkle::{Hash, leaf_hash, verify_inclusion};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_crypto::group::PointBytes;
use plebiscite_election::ballot::{DecodedBallot, PreparedBallot, Tracker};
use plebiscite_election::context::BallotContext;
use plebiscite_election::credential::{Credential, RollRow, verify_roll_row};
use plebiscite_election::entry::Entry;
use plebiscite_election::view::{ProvenEntry, ViewSizes, VoterView};
use thiserror::Error;

use crate::setup::{Setup, SetupError};

/// The last ballot of a voter that the board proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its index in the log.
    pub entry: u64,
    /// Its position in the chain.
    pub seq: u32,
    /// Its tracker.
    pub tracker: Tracker,
}

/// A place that has been checked: what the next ballot is bound to.
#[derive(Clone, Debug)]
pub struct Place {
    row: RollRow,
    /// The credential that the sealed roll has in this row.
    sealed: PointBytes,
    index: u32,
    standing: Option<Standing>,
    /// What the standing ballot says of the one before it.
    standing_prev: Option<Tracker>,
    /// The path from the standing ballot to the checkpoint.
    path: Vec<Hash>,
    checkpoint: SignedCheckpoint,
}

/// Why the board's answer about a credential is refused, or what it says.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// Not the layout of an answer.
    #[error("the board's answer makes no sense")]
    Malformed,
    /// The checkpoint in it is not this election's.
    #[error("{0}")]
    Setup(#[from] SetupError),
    /// The board knows no such credential: a code of another election, or a false one.
    #[error("no such code is known in this election")]
    Unknown,
    /// The row does not stand under the roll root.
    #[error("the board's answer about your row is false")]
    Row,
    /// The letter was replaced by a later one.
    #[error("this letter was replaced by a later one, and its code is not valid any more")]
    Replaced,
    /// The replacement in the answer is false.
    #[error("the board's answer about a replacement of your letter is false")]
    Replacement,
    /// The chain head in the answer is false.
    #[error("the board's answer about your earlier ballot is false")]
    Head,
    /// So many ballots that no further one has a number.
    #[error("no further ballot can be cast with this code")]
    Exhausted,
}

impl Place {
    /// Checks the board's answer about one's own credential.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn check(setup: &Setup, credential: &Credential, answer: &[u8]) -> Result<Self, PlaceError> {
        Self::of_credential(setup, &credential.public_bytes(), answer)
    }

    /// Checks an answer about any credential: what a second device does, which has no code.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn of_credential(setup: &Setup, credential: &PointBytes, answer: &[u8]) -> Result<Self, PlaceError> {
        let (place, sealed) = Self::read(setup, answer)?;
        if place.row.credential == *credential {
            Ok(place)
        } else {
            Err(if sealed == *credential { PlaceError::Replaced } else { PlaceError::Row })
        }
    }

    /// Checks an answer about a roll number, which the voter reads from her letter: for a second device.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn of_row(setup: &Setup, index: u32, answer: &[u8]) -> Result<Self, PlaceError> {
        // The roll's size is signed: a row below it is there.
        let (place, _) = Self::read(setup, answer).map_err(|error| match error {
            PlaceError::Unknown if index < setup.roll_size() => PlaceError::Row,
            other => other,
        })?;
        if place.index == index { Ok(place) } else { Err(PlaceError::Row) }
    }

    /// Checks an answer by itself: the place, and the credential that the sealed roll has in it.
    fn read(setup: &Setup, answer: &[u8]) -> Result<(Self, PointBytes), PlaceError> {
        let view =
            VoterView::decode(answer, &ViewSizes::of(setup.manifest())).map_err(|_| PlaceError::Malformed)?;
        let checkpoint =
            SignedCheckpoint::verify(&view.checkpoint, setup.board()).map_err(SetupError::Checkpoint)?;
        let sealed = view.row.as_ref().ok_or(PlaceError::Unknown)?;
        let row = RollRow { credential: sealed.credential, region: sealed.region };
        verify_roll_row(
            sealed.index,
            &row,
            setup.roll_size(),
            &sealed.path,
            setup.parameters().context().roll_root(),
        )
        .map_err(|_| PlaceError::Row)?;
        let in_force = match &view.replacement {
            None => row.credential,
            Some(entry) => replaced(setup, sealed.index, entry, &checkpoint)?,
        };
        let in_roll = row.credential;
        let row = RollRow { credential: in_force, region: sealed.region };
        let found = view.head.as_ref().map(|head| standing(setup, sealed.index, &row, head, &checkpoint));
        let (standing, standing_prev) = found.transpose()?.unzip();
        let path = view.head.iter().flat_map(|head| head.path.iter().copied().map(Hash)).collect();
        Ok((
            Self { row, sealed: in_roll, index: sealed.index, standing, standing_prev, path, checkpoint },
            in_roll,
        ))
    }

    /// The voter's roll number.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// The row with the credential in force.
    #[must_use]
    pub const fn row(&self) -> &RollRow {
        &self.row
    }

    /// The row as the roll was sealed, where the letter was replaced since.
    #[must_use]
    pub fn sealed_row(&self) -> Option<RollRow> {
        let sealed = RollRow { credential: self.sealed, region: self.row.region };
        (self.sealed != self.row.credential).then_some(sealed)
    }

    /// The voter's region, by position in the manifest.
    #[must_use]
    pub const fn region(&self) -> u16 {
        self.row.region
    }

    /// The ballot that stands under this credential; none is the board's word only.
    #[must_use]
    pub const fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// The receipt of the ballot that stands, made from what the board has proven about it; none where none stands.
    #[must_use]
    pub fn receipt(&self) -> Option<Vec<u8>> {
        let checkpoint = self.checkpoint.note().to_vec();
        let index = self.standing.as_ref()?.entry;
        Some(TlogProof { index, path: self.path.clone(), checkpoint }.encode())
    }

    /// The checkpoint that all of this was checked against.
    #[must_use]
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// What the next ballot is bound to.
    ///
    /// # Errors
    /// [`PlaceError::Exhausted`].
    pub fn next(&self) -> Result<BallotContext, PlaceError> {
        let (seq, prev) = match self.standing {
            None => (0, Tracker::NONE),
            Some(standing) => (standing.seq.checked_add(1).ok_or(PlaceError::Exhausted)?, standing.tracker),
        };
        Ok(self.context(seq, prev))
    }

    /// What the ballot that stands is bound to: the next place before it was cast. No other ballot of this place can stand.
    #[must_use]
    pub fn taken(&self) -> Option<BallotContext> {
        Some(self.context(self.standing?.seq, self.standing_prev?))
    }

    const fn context(&self, seq: u32, prev: Tracker) -> BallotContext {
        BallotContext {
            index: self.index,
            credential: self.row.credential,
            region: self.row.region,
            seq,
            prev,
        }
    }
}

fn included(entry: &ProvenEntry, checkpoint: &SignedCheckpoint) -> bool {
    let checkpoint = checkpoint.checkpoint();
    let path: Vec<Hash> = entry.path.iter().copied().map(Hash).collect();
    verify_inclusion(leaf_hash(&entry.bytes), entry.index, checkpoint.size, &path, checkpoint.root).is_ok()
}

/// The credential that a replacement puts in force: signed by everyone who must sign it, proven by every registrar.
fn replaced(
    setup: &Setup,
    index: u32,
    entry: &ProvenEntry,
    checkpoint: &SignedCheckpoint,
) -> Result<PointBytes, PlaceError> {
    let act = match Entry::decode(&entry.bytes) {
        Ok(Entry::Replacement(act)) if included(entry, checkpoint) => act,
        _ => return Err(PlaceError::Replacement),
    };
    setup.verify_act("a replacement", entry.index, &act).map_err(|_| PlaceError::Replacement)?;
    let registrars =
        u8::try_from(setup.manifest().registrars().len()).map_err(|_| PlaceError::Replacement)?;
    let new = act
        .body
        .verify(setup.parameters().context().setup(), registrars)
        .map_err(|_| PlaceError::Replacement)?;
    if act.body.request.index == index { Ok(new) } else { Err(PlaceError::Replacement) }
}

/// The chain head: in the log, of this row, with a signature of the credential in force. With its `prev`.
fn standing(
    setup: &Setup,
    index: u32,
    row: &RollRow,
    entry: &ProvenEntry,
    checkpoint: &SignedCheckpoint,
) -> Result<(Standing, Tracker), PlaceError> {
    let bytes = entry.bytes.get(1..).filter(|_| included(entry, checkpoint)).ok_or(PlaceError::Head)?;
    let ballot = DecodedBallot::decode(setup.parameters(), bytes).map_err(|_| PlaceError::Head)?;
    let header = *ballot.header();
    let tracker = ballot.tracker();
    let prepared = PreparedBallot::new(ballot, row);
    prepared.check_signature(setup.parameters()).map_err(|_| PlaceError::Head)?;
    if header.index == index {
        Ok((Standing { entry: entry.index, seq: header.seq, tracker }, header.prev))
    } else {
        Err(PlaceError::Head)
    }
}
