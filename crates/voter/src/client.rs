//! Voting over HTTP: reads through tiles what the rules need, sends what they allow. Used by the program, the demo and the
//! pages, each with the [`Http`] of its own.

use std::sync::Mutex;

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::verify_consistency;
use plebiscite_board::note::Note;
use plebiscite_board::reader::{Fetch, ReadError, Reader};
use plebiscite_election::ballot::{EncryptedBallot, Seed, SelectionError, Selections};
use plebiscite_election::contest::{Choice, NotOffered};
use plebiscite_election::credential::{Code, Credential, CredentialError, CredentialPart};
use plebiscite_election::entry::ElectionId;
use plebiscite_verifier::api::{Remote, RemoteError, Setup as Hints};
use plebiscite_verifier::source::{self, Http};
use thiserror::Error;

use crate::announced::Announced;
use crate::place::{Place, PlaceError};
use crate::receipt::{Outcome, Pending, Receipt, ReceiptError};
use crate::setup::{Setup, SetupEntries, SetupError};

/// How often a ballot is sent again before the voter is told.
const ATTEMPTS: usize = 3;

/// One election on one server, its setup checked once. Shared between threads.
#[derive(Debug)]
pub struct Client<H> {
    http: H,
    remote: Remote<H>,
    setup: Setup,
    /// The largest checkpoint seen so far.
    seen: Mutex<Checkpoint>,
}

/// Why something could not be done.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The server was not reached, or refused.
    #[error("{0}")]
    Remote(#[from] RemoteError),
    /// The log could not be read, or is false.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// The election's setup is refused.
    #[error("{0}")]
    Setup(#[from] SetupError),
    /// The board's answer about a credential is refused.
    #[error("{0}")]
    Place(#[from] PlaceError),
    /// The receipt is refused.
    #[error("{0}")]
    Receipt(#[from] ReceiptError),
    /// Codes that make no credential.
    #[error("{0}")]
    Credential(#[from] CredentialError),
    /// A choice that the contest does not offer.
    #[error("{0}")]
    Choice(#[from] NotOffered),
    /// Not one choice for each contest.
    #[error("{0}")]
    Selections(#[from] SelectionError),
    /// The ballot could not be made.
    #[error("the ballot could not be made: {0}")]
    Ballot(String),
    /// Another ballot under the same code came first.
    #[error("another ballot was entered with this code meanwhile: look again before you vote")]
    Overtaken,
    /// The board shows less than, or other than, what it had shown before. Both checkpoints are evidence.
    #[error("the board contradicts what it showed before: {0}")]
    Contradiction(String),
    /// What is shown as the observers' word is not signed by those whom the manifest names.
    #[error("what the server shows as the observers' confirmation is false: {0}")]
    FalseCosignature(String),
}

impl<H: Http + Clone> Client<H> {
    /// Opens an election by its whole id and checks its setup, asking through `http`. `kept` is the last checkpoint that this
    /// device kept.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn open_over(
        http: H,
        server: &str,
        id: ElectionId,
        kept: Option<&Checkpoint>,
    ) -> Result<Self, ClientError> {
        Self::open_for(http, server, id, kept, Setup::verify)
    }

    /// Opens an election to look, not to vote: voting may have ended.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn open_to_look_over(http: H, server: &str, id: ElectionId) -> Result<Self, ClientError> {
        Self::open_for(http, server, id, None, Setup::verify_to_look)
    }

    fn open_for(
        http: H,
        server: &str,
        id: ElectionId,
        kept: Option<&Checkpoint>,
        verify: impl Fn(ElectionId, &SetupEntries, &[u8]) -> Result<(Setup, SignedCheckpoint), SetupError>,
    ) -> Result<Self, ClientError> {
        let remote = Remote::new(server, id, http.clone())?;
        let Looked { mut reader, entries, note } = look(&remote, http.clone())?;
        let (setup, signed) = verify(id, &entries, &note)?;
        if let Some(kept) = kept {
            extends(&mut reader, kept, &signed)?;
        }
        Ok(Self { http, remote, setup, seen: Mutex::new(signed.checkpoint().clone()) })
    }

    /// An election that is not open yet: what its manifest says, for who comes too early.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn announced_over(http: H, server: &str, id: ElectionId) -> Result<Announced, ClientError> {
        let remote = Remote::new(server, id, http.clone())?;
        let looked = look(&remote, http)?;
        let (announced, _) = Announced::verify(id, &looked.entries, &looked.note)?;
        Ok(announced)
    }

    /// The entries of the setup and the checkpoint that they were authenticated against, as they are: for a record in one
    /// file. Nothing of it is checked here but that the tiles lead to the checkpoint.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn setup_entries_over(
        http: H,
        server: &str,
        id: ElectionId,
    ) -> Result<(SetupEntries, Vec<u8>), ClientError> {
        let remote = Remote::new(server, id, http.clone())?;
        let Looked { entries, note, .. } = look(&remote, http)?;
        Ok((entries, note))
    }

    /// The election's setup.
    #[must_use]
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The largest checkpoint seen so far.
    #[must_use]
    pub fn seen(&self) -> Checkpoint {
        match self.seen.lock() {
            Ok(seen) => seen.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// The credential of a voter's codes, in any order.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn credential(&self, codes: &[Code]) -> Result<Credential, ClientError> {
        let parts: Vec<CredentialPart> =
            codes.iter().map(|code| CredentialPart::derive(code, &self.setup.id())).collect();
        let registrars = u8::try_from(self.setup.manifest().registrars().len()).unwrap_or(u8::MAX);
        Ok(Credential::combine(&parts, registrars)?)
    }

    /// The voter's place as the board proves it now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn place(&self, credential: &Credential) -> Result<Place, ClientError> {
        let seen = self.seen();
        let answer = self.remote.credential(&credential.public_bytes().0)?;
        let place = Place::check(&self.setup, credential, &answer)?;
        self.note_after(&seen, place.checkpoint().checkpoint())?;
        Ok(place)
    }

    /// The place of a roll number as the board proves it now: for a second device, which has no code.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn place_of_row(&self, index: u32) -> Result<Place, ClientError> {
        let seen = self.seen();
        let answer = self.remote.roll_row(index)?;
        let place = Place::of_row(&self.setup, index, &answer)?;
        self.note_after(&seen, place.checkpoint().checkpoint())?;
        Ok(place)
    }

    /// Encrypts one choice for each contest. The tracker is shown before the voter says whether to test or to cast.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn encrypt(
        &self,
        place: &Place,
        choices: &[Choice],
        fresh: [u8; 32],
    ) -> Result<EncryptedBallot, ClientError> {
        let contests = self.setup.manifest().contests();
        let bits = contests
            .iter()
            .zip(choices)
            .map(|(contest, choice)| contest.bits(choice))
            .collect::<Result<_, _>>()?;
        let selections = Selections::new(self.setup.parameters(), bits)?;
        EncryptedBallot::new(self.setup.parameters(), place.next()?, selections, Seed::from_fresh(fresh))
            .map_err(|error| ClientError::Ballot(error.to_string()))
    }

    /// Signs an encrypted ballot: from now on it is pending.
    ///
    /// # Errors
    /// [`ClientError::Ballot`].
    pub fn sign(
        &self,
        ballot: EncryptedBallot,
        credential: &Credential,
        fresh: &[u8; 32],
    ) -> Result<Pending, ClientError> {
        let signed = ballot.cast(self.setup.parameters(), credential, fresh);
        signed.map(Pending::new).map_err(|error| ClientError::Ballot(error.to_string()))
    }

    /// Sends a pending ballot until it is acknowledged: the same bytes each time. On a conflict the board must prove what
    /// stands in its place.
    ///
    /// # Errors
    /// [`ClientError`]; the ballot stays pending, unless [`ClientError::Overtaken`].
    pub fn send(&self, pending: &Pending, credential: &Credential) -> Result<Receipt, ClientError> {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            // What was seen before the ballot left: the answer cannot be made on less, whatever other threads see.
            let seen = self.seen();
            match self.remote.post_ballot(pending.entry()) {
                Ok(receipt) => {
                    let receipt = pending.acknowledge(&self.setup, &seen, &receipt)?;
                    self.note(&receipt.checkpoint)?;
                    return Ok(receipt);
                }
                Err(error) => {
                    if error.code() == Some("ballot-chain") {
                        let place = self.place(credential)?;
                        match (pending.outcome(&place), place.receipt()) {
                            (Outcome::Overtaken, _) => return Err(ClientError::Overtaken),
                            (Outcome::Stands, Some(receipt)) => {
                                // Refused as if another stood there, and proven to stand: what is proven is the receipt.
                                self.check_extends(&seen)?;
                                return Ok(pending.acknowledge(&self.setup, &seen, &receipt)?);
                            }
                            _ => {}
                        }
                    }
                    if matches!(error, RemoteError::Refused(_)) {
                        return Err(error.into());
                    }
                    last = Some(error);
                }
            }
        }
        last.map_or(Err(ClientError::Overtaken), |error| Err(error.into()))
    }

    /// Notes a checkpoint that was asked for after `seen` had been shown: it may not be smaller.
    fn note_after(&self, seen: &Checkpoint, checkpoint: &Checkpoint) -> Result<(), ClientError> {
        if checkpoint.size < seen.size {
            let sentence = format!("{} entries now, {} before", checkpoint.size, seen.size);
            return Err(ClientError::Contradiction(sentence));
        }
        self.note(checkpoint)
    }

    /// Keeps the largest checkpoint; one of the same size must have the same root.
    fn note(&self, checkpoint: &Checkpoint) -> Result<(), ClientError> {
        let mut seen = match self.seen.lock() {
            Ok(seen) => seen,
            Err(poisoned) => poisoned.into_inner(),
        };
        if checkpoint.size == seen.size && checkpoint.root != seen.root {
            let sentence = format!("two logs of {} entries", seen.size);
            return Err(ClientError::Contradiction(sentence));
        }
        if checkpoint.size > seen.size {
            *seen = checkpoint.clone();
        }
        Ok(())
    }

    /// Checks that the log as it is now extends a checkpoint; gives the present one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn check_extends(&self, kept: &Checkpoint) -> Result<Checkpoint, ClientError> {
        self.check_extends_all(&[kept])
    }

    /// Checks that one log, the one that is shown now, extends all of these checkpoints; gives the present one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn check_extends_all(&self, kept: &[&Checkpoint]) -> Result<Checkpoint, ClientError> {
        let (mut reader, signed) = self.log()?;
        for kept in kept {
            extends(&mut reader, kept, &signed)?;
        }
        Ok(signed.checkpoint().clone())
    }

    /// An entry of the log as it is now, and that the log extends a checkpoint.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn entry_extending(&self, index: u64, kept: &Checkpoint) -> Result<Vec<u8>, ClientError> {
        let (mut reader, signed) = self.log()?;
        extends(&mut reader, kept, &signed)?;
        Ok(reader.entry(index)?)
    }

    /// Entries of the log as it was seen last, each authenticated by the tiles.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn entries(&self, indices: &[u64]) -> Result<Vec<Vec<u8>>, ClientError> {
        let mut reader = Reader::open(self.source()?, self.seen())?;
        indices.iter().map(|index| reader.entry(*index).map_err(ClientError::Read)).collect()
    }

    /// The log's files.
    pub(crate) fn source(&self) -> Result<source::Remote<H>, ClientError> {
        let log = source::Remote::with(&self.remote.log_address(), self.http.clone());
        Ok(log.map_err(RemoteError::Http)?)
    }

    /// The log as it is now, under the board's signature.
    pub(crate) fn log(&self) -> Result<(Reader<source::Remote<H>>, SignedCheckpoint), ClientError> {
        let log = self.source()?;
        let note = log.fetch("checkpoint").map_err(ReadError::Fetch)?;
        let signed = SignedCheckpoint::verify(&note, self.setup.board()).map_err(SetupError::Checkpoint)?;
        let reader = Reader::open(log, signed.checkpoint().clone())?;
        Ok((reader, signed))
    }

    /// Sends raw bytes as a ballot, for whoever wants to see them refused.
    ///
    /// # Errors
    /// The server's refusal.
    pub fn send_raw(&self, entry: &[u8]) -> Result<Vec<u8>, ClientError> {
        Ok(self.remote.post_ballot(entry)?)
    }
}

/// What the setup is read from.
struct Looked<H: Http> {
    reader: Reader<source::Remote<H>>,
    entries: SetupEntries,
    note: Vec<u8>,
}

fn look<H: Http + Clone>(remote: &Remote<H>, http: H) -> Result<Looked<H>, ClientError> {
    let log = source::Remote::with(&remote.log_address(), http).map_err(RemoteError::Http)?;
    let hints = remote.setup()?;
    let note = log.fetch("checkpoint").map_err(ReadError::Fetch)?;
    let claimed = claimed(&note).ok_or(ClientError::Contradiction("its checkpoint is none".to_owned()))?;
    let mut reader = Reader::open(log, claimed)?;
    let entries = read(&mut reader, &hints)?;
    Ok(Looked { reader, entries, note })
}

fn claimed(note: &[u8]) -> Option<Checkpoint> {
    Checkpoint::parse(&Note::parse(note).ok()?.text).ok()
}

pub(crate) fn extends<F: Fetch>(
    reader: &mut Reader<F>,
    kept: &Checkpoint,
    now: &SignedCheckpoint,
) -> Result<(), ClientError> {
    let now = now.checkpoint();
    if now.size < kept.size {
        let sentence = format!("{} entries now, {} before", now.size, kept.size);
        return Err(ClientError::Contradiction(sentence));
    }
    let path = reader.consistency_proof(kept.size)?;
    verify_consistency(kept.size, kept.root, now.size, now.root, &path).map_err(|_| {
        ClientError::Contradiction(format!("the first {} entries are others than before", kept.size))
    })
}

/// Reads the entries that the hints name, each authenticated by the tiles.
fn read<F: Fetch>(reader: &mut Reader<F>, hints: &Hints) -> Result<SetupEntries, ReadError> {
    let mut one = |index: u64| reader.entry(index).map(|entry| (index, entry));
    let mut all = |indices: &[u64]| indices.iter().map(|index| one(*index)).collect::<Result<Vec<_>, _>>();
    let plain =
        |entries: Vec<(u64, Vec<u8>)>| entries.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>();
    let mut confirmations = Vec::new();
    for message in &hints.confirmations {
        confirmations.push(plain(all(message)?));
    }
    let manifest = plain(all(&hints.manifest)?);
    let mut maybe = |index: Option<u64>| all(index.as_slice()).map(|mut entries| entries.pop());
    let (roll_seal, open) = (maybe(hints.roll_seal)?, maybe(hints.open)?);
    let (close, cancel) = (maybe(hints.close)?, maybe(hints.cancel)?);
    let (extensions, successors) = (all(&hints.extensions)?, all(&hints.successors)?);
    Ok(SetupEntries { manifest, confirmations, roll_seal, open, extensions, successors, close, cancel })
}
