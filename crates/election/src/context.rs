//! The only maker of transcripts (§4). Every proof of an election begins from one of two bases: *setup*, for the
//! ceremony and the registrars, and *election*, for ballots and decryption.
//!
//! merlin asks that the application makes the transcript and the proof only borrows it; so this is the one place in the
//! project where `Transcript::new` stands.

use std::fmt;

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_COMPRESSED;
use plebiscite_crypto::group::PointBytes;
use plebiscite_crypto::transcript::{Transcript, TranscriptExt, domain, label};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::ballot::Tracker;
use crate::credential::{Registrar, ReplacementRequest};
use crate::manifest::ElectionId;

/// The base of the ceremony's and the registrars' proofs: one election, one attempt at the ceremony.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetupContext {
    /// SHA-256 of the manifest's bytes.
    pub election: ElectionId,
    /// The ceremony attempt in force; for registrars, the one whose keys were confirmed.
    pub attempt: u32,
}

/// Everything public that is fixed before the first ballot; the base of ballots and decryption.
#[derive(Clone)]
pub struct ElectionContext {
    setup: SetupContext,
    key_digest: [u8; 32],
    ceremony_digest: [u8; 32],
    roll_root: [u8; 32],
    roll_base: PointBytes,
    /// The forked base, made once: every ballot begins with a copy of it.
    base: Transcript,
    digest: [u8; 32],
}

/// What one ballot is bound to: a row of the roll and a place in its voter's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BallotContext {
    /// The voter's roll number.
    pub index: u32,
    /// `K`, from the row or its latest replacement; never from the ballot.
    pub credential: PointBytes,
    /// The region, as the roll says.
    pub region: u16,
    /// Position in the voter's chain, 0 for the first.
    pub seq: u32,
    /// Tracker of the ballot before it, zeros for the first.
    pub prev: Tracker,
}

/// Why no election context can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ContextError {
    /// This version knows one base point of rolls.
    #[error("the roll's base point is not the group's base point")]
    RollBase,
}

impl SetupContext {
    /// §4.1: the base of setup: suite and version, election id, domain of the generators, ceremony attempt.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        let mut t = Transcript::new(label::PROTOCOL);
        t.append_message(label::FORK, label::SETUP);
        t.append_message(label::SUITE, domain::SUITE);
        t.append_digest(label::ELECTION_ID, &self.election.0);
        t.append_message(label::GENERATORS, domain::GENERATORS);
        t.append_u32(label::ATTEMPT, self.attempt);
        t
    }

    /// The base of a registrar's proof over its list of one roll attempt.
    #[must_use]
    pub fn registrar_list(&self, roll_attempt: u32, registrar: Registrar) -> Transcript {
        let mut t = self.transcript().fork(label::REGISTRAR_LIST, 2);
        t.append_u32(label::ATTEMPT, roll_attempt);
        t.append_u8(label::REGISTRAR, registrar.number());
        t
    }

    /// The base of a registrar's proof over its part of a replacement.
    #[must_use]
    pub fn replacement(&self, registrar: Registrar, request: &ReplacementRequest) -> Transcript {
        let mut t = self.transcript().fork(label::REPLACEMENT, 5);
        t.append_u8(label::REGISTRAR, registrar.number());
        t.append_u32(label::ROLL_INDEX, request.index);
        t.append_u32(label::NUMBER, request.number);
        t.append_bytes(label::CREDENTIAL, &request.old);
        t.append_u8(label::REASON, request.reason as u8);
        t
    }
}

impl ElectionContext {
    /// Fixes the election's base.
    ///
    /// # Errors
    /// [`ContextError::RollBase`] where the roll's base point is not `G`.
    pub fn new(
        setup: SetupContext,
        key_digest: [u8; 32],
        ceremony_digest: [u8; 32],
        roll_root: [u8; 32],
        roll_base: PointBytes,
    ) -> Result<Self, ContextError> {
        if roll_base != roll_base_point() {
            return Err(ContextError::RollBase);
        }
        let mut base = setup.transcript().fork(label::ELECTION, 4);
        base.append_digest(label::KEY_DIGEST, &key_digest);
        base.append_digest(label::CEREMONY_RECORD, &ceremony_digest);
        base.append_digest(label::ROLL_ROOT, &roll_root);
        base.append_bytes(label::ROLL_BASE, &roll_base);
        let digest = Sha256::new()
            .chain_update(domain::ELECTION_BASE)
            .chain_update(setup.election.0)
            .chain_update(setup.attempt.to_be_bytes())
            .chain_update(key_digest)
            .chain_update(ceremony_digest)
            .chain_update(roll_root)
            .chain_update(roll_base.0)
            .finalize()
            .into();
        Ok(Self { setup, key_digest, ceremony_digest, roll_root, roll_base, base, digest })
    }

    /// The setup that it goes back to.
    #[must_use]
    pub const fn setup(&self) -> &SetupContext {
        &self.setup
    }

    /// Digest of the election keys.
    #[must_use]
    pub const fn key_digest(&self) -> &[u8; 32] {
        &self.key_digest
    }

    /// Digest of the ceremony.
    #[must_use]
    pub const fn ceremony_digest(&self) -> &[u8; 32] {
        &self.ceremony_digest
    }

    /// Root of the sealed roll.
    #[must_use]
    pub const fn roll_root(&self) -> &[u8; 32] {
        &self.roll_root
    }

    /// The roll's base point, `G` in this version.
    #[must_use]
    pub const fn roll_base(&self) -> PointBytes {
        self.roll_base
    }

    /// §15.3: digest of the election's base, part of what a ballot's seed is expanded under.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// A copy of the election's base transcript.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        self.base.clone()
    }

    /// §4.2: the base of one ballot.
    #[must_use]
    pub fn ballot(&self, ballot: &BallotContext) -> Transcript {
        let mut t = self.base.fork(label::BALLOT, 5);
        t.append_u32(label::ROLL_INDEX, ballot.index);
        t.append_bytes(label::CREDENTIAL, &ballot.credential);
        t.append_u16(label::REGION, ballot.region);
        t.append_u32(label::SEQ, ballot.seq);
        t.append_digest(label::PREV, &ballot.prev.0);
        t
    }
}

impl BallotContext {
    /// §15.3: SHA-256(domain ‖ digest of the election's base ‖ index ‖ K ‖ region ‖ seq ‖ prev).
    #[must_use]
    pub fn digest(&self, election: &ElectionContext) -> [u8; 32] {
        Sha256::new()
            .chain_update(domain::BALLOT_CONTEXT)
            .chain_update(election.digest)
            .chain_update(self.index.to_be_bytes())
            .chain_update(self.credential.0)
            .chain_update(self.region.to_be_bytes())
            .chain_update(self.seq.to_be_bytes())
            .chain_update(self.prev.0)
            .finalize()
            .into()
    }
}

/// The base point of rolls in this version: `G`.
#[must_use]
pub fn roll_base_point() -> PointBytes {
    PointBytes(RISTRETTO_BASEPOINT_COMPRESSED.to_bytes())
}

/// The base of one contest within a ballot's transcript.
pub(crate) fn contest(ballot: &Transcript, contest: u32) -> Transcript {
    let mut t = ballot.fork(label::CONTEST, 1);
    t.append_u32(label::CONTEST_INDEX, contest);
    t
}

/// The base of the signature within a ballot's transcript.
pub(crate) fn signature(ballot: &Transcript) -> Transcript {
    ballot.fork(label::BALLOT_SIGNATURE, 1)
}

impl fmt::Debug for ElectionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ElectionContext")
            .field("setup", &self.setup)
            .field("digest", &hex::encode(self.digest))
            .finish_non_exhaustive()
    }
}
