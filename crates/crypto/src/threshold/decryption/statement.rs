//! What a proof of partial decryption speaks of, absorbed by one function for prover and verifier (§10.3).

use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};

use super::PermittedSums;
use crate::group::{Point, PointBytes, Scalar};
use crate::threshold::ContentError;
use crate::threshold::ceremony::ElectionKeys;
use crate::transcript::{Transcript, TranscriptExt, label};

/// Who decrypts what, of which seal, under which keys.
#[derive(Clone, Copy)]
pub struct DecryptionStatement<'a> {
    /// The election transcript; it is forked, never changed.
    pub transcript: &'a Transcript,
    /// The digest of the one seal.
    pub seal: &'a [u8; 32],
    /// The confirmed keys, with every trustee's verification keys.
    pub keys: &'a ElectionKeys,
    /// `j`, from 1.
    pub trustee: u16,
    /// Exactly what is decrypted.
    pub sums: &'a PermittedSums,
}

impl std::fmt::Debug for DecryptionStatement<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecryptionStatement")
            .field("seal", &self.seal)
            .field("trustee", &self.trustee)
            .finish_non_exhaustive()
    }
}

/// Why partial decryptions are not made or not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptionError {
    /// The content is not of the layout that these sums call for.
    #[error("the content is malformed: {0}")]
    Malformed(#[from] ContentError),
    /// Every sum is the identity: no partial decryptions may stand.
    #[error("there is nothing to decrypt")]
    Nothing,
    /// The keys have no such trustee.
    #[error("there is no trustee {trustee}")]
    NoSuchTrustee {
        /// The index given.
        trustee: u16,
    },
    /// The share is another trustee's or of another ceremony.
    #[error("the share is not of this trustee and these keys")]
    AnotherShare,
    /// The contests have another number of keys than the ceremony.
    #[error("the sums have {sums} keys and the ceremony has {ceremony}")]
    KeyCount {
        /// Over all contests of the sums.
        sums: usize,
        /// In the ceremony.
        ceremony: usize,
    },
    /// There is not one `D` per cell and key, or not one proof per key with a sum left.
    #[error("there is not one factor per cell and key, and one proof per key with a sum left")]
    Shape,
    /// `R` is the identity and `D` is not, or the other way round, or `D` is no point.
    #[error("the factor of cell {cell} under key {key} is no possible one")]
    Factor {
        /// The cell, from 0.
        cell: usize,
        /// The key, from 0.
        key: usize,
    },
    /// `[s]G = U + [e]Y` does not hold.
    #[error("the proof for key {key} does not fit the verification key")]
    KeyEquation {
        /// The key, from 0.
        key: usize,
    },
    /// `[s]M = V + [e]N` does not hold: at least one factor under this key is false.
    #[error("the proof for key {key} does not fit the factors")]
    FactorEquation {
        /// The key, from 0.
        key: usize,
    },
}

/// `M_o = Σ_g [ε_{g,o}]R_{g,o}` and `N_o = Σ_g [ε_{g,o}]D_{g,o}` over exactly the sums other than the identity.
pub(super) struct Combined {
    pub(super) m: Point,
    pub(super) n: Point,
}

impl DecryptionStatement<'_> {
    /// `Y_{j,o}` by key, once sizes and trustee are seen to fit.
    pub(super) fn verification_keys(&self) -> Result<&[PointBytes], DecryptionError> {
        let (sums, ceremony) = (self.sums.keys(), self.keys.p.len());
        if sums != ceremony {
            return Err(DecryptionError::KeyCount { sums, ceremony });
        }
        if self.sums.is_nothing() {
            return Err(DecryptionError::Nothing);
        }
        let no_such = DecryptionError::NoSuchTrustee { trustee: self.trustee };
        let own = self.keys.verification_keys(self.trustee).ok_or(no_such)?;
        if own.len() == ceremony { Ok(own) } else { Err(no_such) }
    }

    /// Absorbs seal, trustee, sizes, all `Y_{j,o}`, all `R`, all `D`. ⚠ All of it before the first weight:
    /// weights known before `D` let a trustee move votes from one cell to another.
    pub(super) fn absorb(&self, factors: &[Vec<PointBytes>]) -> Result<Transcript, DecryptionError> {
        let own = self.verification_keys()?;
        let contests = self.sums.contests();
        let points = self.sums.cells().saturating_mul(own.len().saturating_add(contests.len()));
        let count = points.saturating_add(own.len()).saturating_add(contests.len()).saturating_add(4);
        let mut transcript = self
            .transcript
            .fork(label::DECRYPTION, u32::try_from(count).map_err(|_| DecryptionError::Shape)?);
        transcript.append_digest(label::DECRYPTION_SEAL, self.seal);
        transcript.append_u16(label::TRUSTEE, self.trustee);
        // `PermittedSums::new` bounds both numbers by 2^32.
        transcript.append_u32(label::DECRYPTION_CELLS, self.sums.cells() as u32);
        transcript.append_u32(label::DECRYPTION_CONTESTS, contests.len() as u32);
        for keys in contests {
            transcript.append_u32(label::DECRYPTION_CONTEST_KEYS, *keys);
        }
        for y in own {
            transcript.append_bytes(label::DECRYPTION_VERIFICATION_KEY, y);
        }
        for r in self.sums.bytes() {
            transcript.append_bytes(label::DECRYPTION_SUM, r);
        }
        for d in factors.iter().flatten() {
            transcript.append_bytes(label::DECRYPTION_FACTOR, d);
        }
        Ok(transcript)
    }

    /// Draws every weight `ε_{g,o}`, by cell, then key, and sums up; none for a key with no sum left.
    /// A weight is drawn for `R = 0` too, and not used. Variable time: all of this is published.
    pub(super) fn combined(
        &self,
        transcript: &mut Transcript,
        factors: &[Vec<Point>],
    ) -> Vec<Option<Combined>> {
        let mut terms: Vec<Terms> = vec![Terms::default(); self.sums.keys()];
        for (cell, d_row) in self.sums.by_key().zip(factors) {
            for ((r, d), key) in cell.zip(d_row).zip(&mut terms) {
                let weight = transcript.challenge_scalar(label::DECRYPTION_WEIGHT);
                if !r.is_identity() {
                    key.weights.push(weight);
                    key.r.push(*r);
                    key.d.push(*d);
                }
            }
        }
        terms.iter().map(Terms::sum).collect()
    }
}

#[derive(Clone, Default)]
struct Terms {
    weights: Vec<Scalar>,
    r: Vec<Point>,
    d: Vec<Point>,
}

impl Terms {
    fn sum(&self) -> Option<Combined> {
        if self.weights.is_empty() {
            return None;
        }
        let m = Point::vartime_multiscalar_mul(&self.weights, &self.r);
        let n = Point::vartime_multiscalar_mul(&self.weights, &self.d);
        Some(Combined { m, n })
    }
}
