//! Selections become an encrypted ballot; the voter then casts it or tests it, never both (§15.4, §16.1).
//!
//! An [`EncryptedBallot`] is used up by either step:
//!
//! ```compile_fail,E0382
//! # use plebiscite_election::ballot::EncryptedBallot;
//! # use plebiscite_election::credential::Credential;
//! # use plebiscite_election::ballot::ElectionParameters;
//! fn tested_then_cast(ballot: EncryptedBallot, parameters: &ElectionParameters, credential: &Credential) {
//!     let opening = ballot.open();
//!     let cast = ballot.cast(parameters, credential, &[0; 32]);
//! }
//! ```
//!
//! Its accepted twins, one step each:
//!
//! ```
//! # use plebiscite_election::ballot::EncryptedBallot;
//! # use plebiscite_election::credential::Credential;
//! # use plebiscite_election::ballot::ElectionParameters;
//! fn tested(ballot: EncryptedBallot) {
//!     let opening = ballot.open();
//! }
//! fn cast(ballot: EncryptedBallot, parameters: &ElectionParameters, credential: &Credential) {
//!     let cast = ballot.cast(parameters, credential, &[0; 32]);
//! }
//! ```

use std::fmt;

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::proof::linear_bits::{EncryptError, encrypt_and_prove};
use thiserror::Error;

use super::opening::Opening;
use super::parameters::ElectionParameters;
use super::seed::Seed;
use super::selections::Selections;
use super::tracker::Tracker;
use super::wire::BallotHeader;
use crate::context::{self, BallotContext};
use crate::credential::Credential;

/// An encrypted, unsigned ballot. Its tracker is shown before the voter says "cast" or "test".
/// Holds seed and choice, so its `Debug` shows the tracker only, and both are wiped when it is dropped.
pub struct EncryptedBallot {
    context: BallotContext,
    seed: Seed,
    selections: Selections,
    body: Vec<u8>,
    tracker: Tracker,
}

/// A signed ballot: what is sent, and sent again, until it is acknowledged. Holds nothing secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBallot {
    context: BallotContext,
    tracker: Tracker,
    bytes: Vec<u8>,
}

/// Why a ballot cannot be cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CastError {
    /// The ballot was encrypted for another credential than the one that is to sign it.
    #[error("the ballot was encrypted for another credential")]
    Credential,
}

impl EncryptedBallot {
    /// Encrypts selections for one place in one voter's chain. Constant time in selections and seed.
    ///
    /// # Errors
    /// [`EncryptError`] where selections and parameters are of different elections.
    pub fn new(
        parameters: &ElectionParameters,
        context: BallotContext,
        selections: Selections,
        seed: Seed,
    ) -> Result<Self, EncryptError> {
        let body = encrypt_body(parameters, &context, &selections, &seed)?;
        let tracker = Tracker::of(&body);
        Ok(Self { context, seed, selections, body, tracker })
    }

    /// What the voter compares, and the board will list.
    #[must_use]
    pub const fn tracker(&self) -> Tracker {
        self.tracker
    }

    /// What the ballot is bound to.
    #[must_use]
    pub const fn context(&self) -> &BallotContext {
        &self.context
    }

    /// The unsigned body, which the tracker names. Public, but nothing that a board takes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// "Cast": signs, and drops seed and choice. The signature's nonce is hedged from `x`, the body and `fresh`, never from
    /// the seed: a test reveals the seed, and would with it reveal the credential. Constant time in the credential.
    ///
    /// # Errors
    /// [`CastError::Credential`].
    pub fn cast(
        self,
        parameters: &ElectionParameters,
        credential: &Credential,
        fresh: &[u8; 32],
    ) -> Result<SignedBallot, CastError> {
        if credential.public_bytes() != self.context.credential {
            return Err(CastError::Credential);
        }
        let mut t = context::signature(&parameters.context().ballot(&self.context));
        let signature = knowledge::sign(
            &mut t,
            &RISTRETTO_BASEPOINT_POINT,
            credential.scalar(),
            credential.public(),
            &self.tracker.0,
            fresh,
        );
        let mut bytes = self.body;
        bytes.extend_from_slice(&signature.encode());
        Ok(SignedBallot { context: self.context, tracker: self.tracker, bytes })
    }

    /// What a dishonest program does before it signs: another body.
    #[cfg(test)]
    pub(super) fn replace_body(&mut self, body: Vec<u8>) {
        self.tracker = Tracker::of(&body);
        self.body = body;
    }

    /// "Test": reveals seed and choice. The ballot is used up and is never cast.
    #[must_use]
    pub fn open(self) -> Opening {
        Opening::new(self.seed, self.selections)
    }
}

impl SignedBallot {
    /// The ballot's bytes, body and signature.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Its tracker.
    #[must_use]
    pub const fn tracker(&self) -> Tracker {
        self.tracker
    }

    /// What the ballot is bound to.
    #[must_use]
    pub const fn context(&self) -> &BallotContext {
        &self.context
    }
}

/// §15.2: the unsigned body. The one function that makes it, for encryption and for the check of an opening.
pub(super) fn encrypt_body(
    parameters: &ElectionParameters,
    context: &BallotContext,
    selections: &Selections,
    seed: &Seed,
) -> Result<Vec<u8>, EncryptError> {
    let base = parameters.context().ballot(context);
    let digest = context.digest(parameters.context());
    let mut body = Vec::with_capacity(parameters.ballot_bytes());
    BallotHeader::of(context).encode(&mut body);
    for ((number, contest), bits) in (0u32..).zip(parameters.contests()).zip(selections.contests()) {
        let nonces = seed.nonces(&digest, number, contest.form(), bits);
        let mut t = context::contest(&base, number);
        let encrypted =
            encrypt_and_prove(&mut t, parameters.generators(), contest.form(), contest.keys(), bits, nonces)?;
        body.extend_from_slice(&encrypted.encode());
    }
    Ok(body)
}

impl fmt::Debug for EncryptedBallot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedBallot").field("tracker", &self.tracker).finish_non_exhaustive()
    }
}
