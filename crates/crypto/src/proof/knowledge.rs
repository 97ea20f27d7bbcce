//! Schnorr: PoK{x : X = x·B}, over one point, over a whole list, or as a signature (§5.1–§5.3).

use curve25519_dalek::traits::VartimeMultiscalarMul;
use zeroize::Zeroizing;

use super::ProofError;
use crate::group::{
    DecodeError, Point, PointBytes, Scalar, decode_scalar, encode_point, identity, is_identity,
};
use crate::transcript::{Transcript, TranscriptExt, hedged_nonce, label};

/// `A ‖ z`, 64 bytes: `z·B = A + c·X`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnowledgeProof {
    /// `A = w·B`.
    pub a: PointBytes,
    /// `z = w + c·x`.
    pub z: Scalar,
}

impl KnowledgeProof {
    /// `A ‖ z`.
    #[must_use]
    pub fn encode(&self) -> [u8; 64] {
        pair(&self.a, &self.z)
    }

    /// Reads `A ‖ z`. That `A` is a point is seen when the proof is verified.
    ///
    /// # Errors
    /// [`ProofError::Malformed`]: the scalar is not canonical, or `A` is the identity.
    pub fn decode(bytes: &[u8; 64]) -> Result<Self, ProofError> {
        let (a, z) = split(bytes)?;
        Ok(Self { a, z })
    }
}

/// §5.1: the statement, absorbed by prover and verifier alike.
fn absorb(t: &mut Transcript, base: &Point, public: &Point) {
    t.append_message(label::FORK, label::KNOWLEDGE);
    t.append_point(label::BASE, base);
    t.append_point(label::PUBLIC, public);
}

/// §5.3: the statement of a signature: that of §5.1 under another name, and what is signed.
fn absorb_signed(t: &mut Transcript, base: &PointBytes, public: &PointBytes, message: &[u8; 32]) {
    t.append_message(label::FORK, label::SIGNATURE);
    t.append_bytes(label::BASE, base);
    t.append_bytes(label::PUBLIC, public);
    t.append_digest(label::MESSAGE, message);
}

fn challenge(t: &mut Transcript, a: &PointBytes) -> Scalar {
    t.append_bytes(label::COMMITMENT, a);
    t.challenge_scalar(label::CHALLENGE)
}

fn respond(t: &mut Transcript, base: &Point, secret: &Scalar, fresh: &[u8; 32]) -> KnowledgeProof {
    let w = Zeroizing::new(hedged_nonce(t, &[secret], fresh));
    let a = encode_point(&(base * *w));
    let c = challenge(t, &a);
    KnowledgeProof { a, z: *w + c * secret }
}

/// Proves knowledge of `secret`, where `public = secret·base`. Constant time in the secret.
#[must_use]
pub fn prove(
    t: &mut Transcript,
    base: &Point,
    secret: &Scalar,
    public: &Point,
    fresh: &[u8; 32],
) -> KnowledgeProof {
    absorb(t, base, public);
    respond(t, base, secret, fresh)
}

/// Verifies a proof of knowledge. Variable time: public data only.
///
/// # Errors
/// [`ProofError`].
pub fn verify(
    t: &mut Transcript,
    base: &Point,
    public: &Point,
    proof: &KnowledgeProof,
) -> Result<(), ProofError> {
    absorb(t, base, public);
    let c = challenge(t, &proof.a);
    holds(base, public, proof, &c)
}

/// Signs a digest. Constant time in the secret.
#[must_use]
pub fn sign(
    t: &mut Transcript,
    base: &Point,
    secret: &Scalar,
    public: &Point,
    message: &[u8; 32],
    fresh: &[u8; 32],
) -> KnowledgeProof {
    absorb_signed(t, &encode_point(base), &encode_point(public), message);
    respond(t, base, secret, fresh)
}

/// Verifies a signature. Variable time: public data only.
///
/// # Errors
/// [`ProofError`].
pub fn verify_signature(
    t: &mut Transcript,
    base: &Point,
    public: &Point,
    message: &[u8; 32],
    proof: &KnowledgeProof,
) -> Result<(), ProofError> {
    let c = signature_challenge(t, &encode_point(base), &encode_point(public), message, proof);
    holds(base, public, proof, &c)
}

/// The challenge of a signature, from the encodings, for whoever puts its equation into a batch.
pub(crate) fn signature_challenge(
    t: &mut Transcript,
    base: &PointBytes,
    public: &PointBytes,
    message: &[u8; 32],
    proof: &KnowledgeProof,
) -> Scalar {
    absorb_signed(t, base, public, message);
    challenge(t, &proof.a)
}

/// `z·B − c·X = A`, compared as encodings: `A` is then canonical. Neither `A` nor `X` is the identity.
fn holds(base: &Point, public: &Point, proof: &KnowledgeProof, c: &Scalar) -> Result<(), ProofError> {
    if is_identity(public) || proof.a == PointBytes::IDENTITY {
        return Err(DecodeError::Identity.into());
    }
    let a = Point::vartime_multiscalar_mul([proof.z, -c], [base, public]);
    if encode_point(&a) == proof.a { Ok(()) } else { Err(ProofError::Equation) }
}

/// `A ‖ z`, 64 bytes: `z·B = A + Σ y^{i+1}·X_i`, one proof for a whole list (§5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListKnowledgeProof {
    /// `A = w·B`.
    pub a: PointBytes,
    /// `z = w + Σ y^{i+1}·x_i`.
    pub z: Scalar,
}

impl ListKnowledgeProof {
    /// `A ‖ z`.
    #[must_use]
    pub fn encode(&self) -> [u8; 64] {
        pair(&self.a, &self.z)
    }

    /// Reads `A ‖ z`.
    ///
    /// # Errors
    /// [`ProofError::Malformed`].
    pub fn decode(bytes: &[u8; 64]) -> Result<Self, ProofError> {
        let (a, z) = split(bytes)?;
        Ok(Self { a, z })
    }
}

fn absorb_list(t: &mut Transcript, base: &Point, digest: &[u8; 32], count: u32) {
    t.append_message(label::FORK, label::LIST_KNOWLEDGE);
    t.append_point(label::BASE, base);
    t.append_u32(label::LENGTH, count);
    t.append_digest(label::POINTS, digest);
}

/// Proves knowledge of all secrets of a list; `digest` is SHA-256 of the encodings of `X_0, X_1, …` one after another.
/// Constant time in the secrets.
#[must_use]
pub fn prove_list(
    t: &mut Transcript,
    base: &Point,
    secrets: &[Scalar],
    digest: &[u8; 32],
    count: u32,
    fresh: &[u8; 32],
) -> ListKnowledgeProof {
    absorb_list(t, base, digest, count);
    let all: Vec<&Scalar> = secrets.iter().collect();
    let w = Zeroizing::new(hedged_nonce(t, &all, fresh));
    let a = encode_point(&(base * *w));
    let y = challenge(t, &a);
    let mut power = y;
    let mut z = *w;
    for secret in secrets {
        z += power * secret;
        power *= y;
    }
    ListKnowledgeProof { a, z }
}

/// Verifies a list's proof as its points come. Variable time: public data only.
#[derive(Clone, Debug)]
pub struct ListKnowledgeVerifier {
    y: Scalar,
    power: Scalar,
    left: u32,
    /// `Σ y^{i+1}·X_i` so far.
    sum: Point,
    /// `z·B − A`.
    expected: Point,
}

impl ListKnowledgeVerifier {
    /// Begins: `digest` and `count` are those of the whole list, and the caller checks the digest against the points.
    ///
    /// # Errors
    /// [`ProofError::Malformed`] where `A` is no point.
    pub fn new(
        t: &mut Transcript,
        base: &Point,
        digest: &[u8; 32],
        count: u32,
        proof: &ListKnowledgeProof,
    ) -> Result<Self, ProofError> {
        absorb_list(t, base, digest, count);
        let a = proof.a.decode()?;
        let y = challenge(t, &proof.a);
        Ok(Self { y, power: y, left: count, sum: identity(), expected: base * proof.z - a })
    }

    /// Takes the next points of the list.
    ///
    /// # Errors
    /// [`ProofError::Length`] where there are more than announced.
    pub fn absorb(&mut self, points: &[Point]) -> Result<(), ProofError> {
        self.absorb_by(points.len(), |powers| Ok(Point::vartime_multiscalar_mul(powers, points)))
    }

    /// Takes the next `count` points of the list, of which the caller makes `Σ power_i·X_i` from the powers that it is given.
    ///
    /// # Errors
    /// [`ProofError::Length`] where there are more than announced, or what the caller says; then nothing was taken that counts.
    pub fn absorb_by<E: From<ProofError>>(
        &mut self,
        count: usize,
        weighted: impl FnOnce(&[Scalar]) -> Result<Point, E>,
    ) -> Result<(), E> {
        let taken = u32::try_from(count).map_err(|_| ProofError::Length)?;
        self.left = self.left.checked_sub(taken).ok_or(ProofError::Length)?;
        let mut next = || {
            let after = self.power * self.y;
            std::mem::replace(&mut self.power, after)
        };
        let powers: Vec<Scalar> = (0..count).map(|_| next()).collect();
        self.sum += weighted(&powers)?;
        Ok(())
    }

    /// Ends: all points have come and the equation holds.
    ///
    /// # Errors
    /// [`ProofError::Length`] or [`ProofError::Equation`].
    pub fn finish(self) -> Result<(), ProofError> {
        if self.left != 0 {
            return Err(ProofError::Length);
        }
        if self.sum == self.expected { Ok(()) } else { Err(ProofError::Equation) }
    }
}

fn pair(a: &PointBytes, z: &Scalar) -> [u8; 64] {
    let mut bytes = [0; 64];
    let (first, second) = bytes.split_at_mut(32);
    first.copy_from_slice(&a.0);
    second.copy_from_slice(z.as_bytes());
    bytes
}

fn split(bytes: &[u8; 64]) -> Result<(PointBytes, Scalar), ProofError> {
    let (halves, _) = bytes.as_chunks::<32>();
    match halves {
        [a, z] => {
            let a = PointBytes(*a);
            if a == PointBytes::IDENTITY {
                return Err(DecodeError::Identity.into());
            }
            Ok((a, decode_scalar(z)?))
        }
        _ => Err(ProofError::Length),
    }
}
