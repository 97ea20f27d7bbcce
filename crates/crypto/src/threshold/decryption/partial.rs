//! One trustee's partial decryptions and their proof:
//! PoK{z_o : Y_o = \[z_o\]G ∧ D_{g,o} = \[z_o\]R_g for every permitted sum} (§10.2 to §10.5).

use curve25519_dalek::traits::{Identity, IsIdentity, VartimeMultiscalarMul};
use zeroize::Zeroizing;

use super::statement::{Combined, DecryptionError, DecryptionStatement};
use super::sums::PermittedSums;
use crate::group::{Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, mul_base};
use crate::threshold::ContentError;
use crate::threshold::ceremony::Share;
use crate::threshold::wire::{self, Reader};
use crate::transcript::{Transcript, TranscriptExt, hedged_nonce, label};

/// The content: `D_{g,o}` by cell `g`, then key `o`, then `U ‖ V ‖ s` for each key with a sum left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialDecryptions {
    /// `D_{g,o} = [z_o]R_g`; 32 zeros exactly where `R_g` is the identity.
    pub factors: Vec<Vec<PointBytes>>,
    /// By key; none exactly where no sum is left for it.
    pub proofs: Vec<Option<KeyProof>>,
}

/// The proof for one key. ⚠ Each key has a response of its own; the challenge is one over all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyProof {
    /// `U_o = [w_o]G`.
    pub u: PointBytes,
    /// `V_o = [w_o]M_o`.
    pub v: PointBytes,
    /// `s_o = w_o + e·z_o`.
    pub s: Scalar,
}

/// Partial decryptions that have been verified: the only ones that can be combined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedPartials {
    pub(super) trustee: u16,
    pub(super) seal: [u8; 32],
    pub(super) key_digest: [u8; 32],
    pub(super) sums: PermittedSums,
    pub(super) factors: Vec<Vec<Point>>,
}

impl VerifiedPartials {
    /// Whose they are.
    pub fn trustee(&self) -> u16 {
        self.trustee
    }
}

impl PartialDecryptions {
    /// Decrypts the permitted sums and proves it. Constant time in the share; `fresh` is used for nothing else.
    pub fn prove(
        statement: &DecryptionStatement<'_>,
        share: &Share,
        fresh: &[u8; 32],
    ) -> Result<Self, DecryptionError> {
        if share.trustee() != statement.trustee || *share.key_digest() != statement.keys.digest() {
            return Err(DecryptionError::AnotherShare);
        }
        statement.verification_keys()?;
        let secrets = share.values();
        let points: Vec<Vec<Point>> =
            statement.sums.by_key().map(|cell| cell.zip(secrets).map(|(r, z)| r * z).collect()).collect();
        let factors: Vec<Vec<PointBytes>> =
            points.iter().map(|row| row.iter().map(encode_point).collect()).collect();
        let mut transcript = statement.absorb(&factors)?;
        let combined = statement.combined(&mut transcript, &points);
        let nonces = draw_nonces(&transcript, secrets, fresh);
        let commitments: Vec<_> = combined
            .iter()
            .zip(nonces.iter())
            .map(|(key, w)| key.as_ref().map(|key| commit(key, w)))
            .collect();
        let e = challenge(&mut transcript, &commitments);
        let responses = nonces.iter().zip(secrets).map(|(w, z)| w + e * z);
        let proofs = commitments.iter().zip(responses).map(|(uv, s)| uv.map(|(u, v)| KeyProof { u, v, s }));
        Ok(Self { factors, proofs: proofs.collect() })
    }

    /// Checks every factor and proof, and names the cell or key that fails. Variable time: public data only.
    pub fn verify(&self, statement: &DecryptionStatement<'_>) -> Result<VerifiedPartials, DecryptionError> {
        let own = statement.verification_keys()?;
        let points = self.checked_factors(statement.sums)?;
        let mut transcript = statement.absorb(&self.factors)?;
        let combined = statement.combined(&mut transcript, &points);
        let commitments: Vec<_> =
            self.proofs.iter().map(|proof| proof.map(|proof| (proof.u, proof.v))).collect();
        let e = challenge(&mut transcript, &commitments);
        for (key, ((y, combined), proof)) in own.iter().zip(&combined).zip(&self.proofs).enumerate() {
            match (combined, proof) {
                (Some(combined), Some(proof)) => proof.verify(key, y, combined, &e)?,
                (None, None) => {}
                _ => return Err(DecryptionError::Shape),
            }
        }
        Ok(VerifiedPartials {
            trustee: statement.trustee,
            seal: *statement.seal,
            key_digest: statement.keys.digest(),
            sums: statement.sums.clone(),
            factors: points,
        })
    }

    /// The factors as points, in the shape of the sums, the identity exactly where the sum is.
    fn checked_factors(&self, sums: &PermittedSums) -> Result<Vec<Vec<Point>>, DecryptionError> {
        let rows_fit = self.factors.iter().all(|row| row.len() == sums.keys());
        let left: Vec<bool> = self.proofs.iter().map(Option::is_some).collect();
        if self.factors.len() != sums.cells() || !rows_fit || left != sums.keys_left() {
            return Err(DecryptionError::Shape);
        }
        let rows = sums.by_key().zip(&self.factors).enumerate();
        rows.map(|(cell, (sums, row))| {
            let pairs = sums.zip(row).enumerate();
            pairs.map(|(key, (r, d))| factor(r, d).ok_or(DecryptionError::Factor { cell, key })).collect()
        })
        .collect()
    }

    /// `32·(cells)·K + 96·(keys with a sum left)` bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for row in &self.factors {
            wire::put_points(&mut bytes, row);
        }
        for proof in self.proofs.iter().flatten() {
            bytes.extend_from_slice(&proof.u.0);
            bytes.extend_from_slice(&proof.v.0);
            bytes.extend_from_slice(proof.s.as_bytes());
        }
        bytes
    }

    /// Exactly what [`PartialDecryptions::encode`] writes for these sums. The identity stands for `D` exactly
    /// where `R` is the identity.
    pub fn decode(bytes: &[u8], sums: &PermittedSums) -> Result<Self, DecryptionError> {
        if sums.is_nothing() {
            return Err(DecryptionError::Nothing);
        }
        let mut reader = Reader::exact(bytes, Self::content_len(sums).ok_or(DecryptionError::Shape)?)?;
        let mut factors = Vec::with_capacity(sums.cells());
        for cell in sums.by_key() {
            let row = cell.map(|r| reader.point_or_zero(r.is_identity())).collect::<Result<_, _>>()?;
            factors.push(row);
        }
        let mut proofs = Vec::with_capacity(sums.keys());
        for left in sums.keys_left() {
            proofs.push(if left { Some(KeyProof::read(&mut reader)?) } else { None });
        }
        reader.finish()?;
        Ok(Self { factors, proofs })
    }

    /// The exact length of the content for these sums; none if no length can hold it.
    pub fn content_len(sums: &PermittedSums) -> Option<usize> {
        let proofs = sums.keys_left().into_iter().filter(|left| *left).count();
        sums.cells().checked_mul(sums.keys())?.checked_mul(32)?.checked_add(proofs.checked_mul(96)?)
    }
}

/// `D` as a point if it is a possible factor of `R`: the identity exactly where `R` is.
fn factor(r: &Point, d: &PointBytes) -> Option<Point> {
    if !r.is_identity() {
        return d.decode().ok();
    }
    (d.0 == [0; 32]).then(Point::identity)
}

/// `w_o` for every key, from the transcript with all `D` in it, the key's secret and fresh bytes.
fn draw_nonces(transcript: &Transcript, secrets: &[Scalar], fresh: &[u8; 32]) -> Zeroizing<Vec<Scalar>> {
    let mut nonces = Zeroizing::new(Vec::with_capacity(secrets.len()));
    for (key, secret) in (0u32..).zip(secrets) {
        let mut own = transcript.clone();
        own.append_u32(label::DECRYPTION_NONCE_KEY, key);
        nonces.push(hedged_nonce(&own, &[secret], fresh));
    }
    nonces
}

/// `U_o = [w_o]G`, `V_o = [w_o]M_o`. Constant time in `w`.
fn commit(combined: &Combined, nonce: &Scalar) -> (PointBytes, PointBytes) {
    (encode_point(&mul_base(nonce)), encode_point(&(combined.m * nonce)))
}

/// One challenge, after `U_o ‖ V_o` of every key with a sum left, in the order of keys.
fn challenge(transcript: &mut Transcript, commitments: &[Option<(PointBytes, PointBytes)>]) -> Scalar {
    for (u, v) in commitments.iter().flatten() {
        transcript.append_bytes(label::DECRYPTION_U, u);
        transcript.append_bytes(label::DECRYPTION_V, v);
    }
    transcript.challenge_scalar(label::DECRYPTION_CHALLENGE)
}

impl KeyProof {
    fn read(reader: &mut Reader<'_>) -> Result<Self, ContentError> {
        Ok(Self { u: reader.point()?, v: reader.point()?, s: reader.scalar()? })
    }

    /// `[s]G − [e]Y = U` and `[s]M − [e]N = V`.
    fn verify(
        &self,
        key: usize,
        y: &PointBytes,
        combined: &Combined,
        e: &Scalar,
    ) -> Result<(), DecryptionError> {
        let y = y.decode().map_err(|_| DecryptionError::KeyEquation { key })?;
        let scalars = [self.s, -e];
        let u = Point::vartime_multiscalar_mul(scalars, [RISTRETTO_BASEPOINT_POINT, y]);
        if u.is_identity() || encode_point(&u) != self.u {
            return Err(DecryptionError::KeyEquation { key });
        }
        let v = Point::vartime_multiscalar_mul(scalars, [combined.m, combined.n]);
        if v.is_identity() || encode_point(&v) != self.v {
            return Err(DecryptionError::FactorEquation { key });
        }
        Ok(())
    }
}
