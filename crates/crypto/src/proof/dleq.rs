//! Chaum–Pedersen: PoK{x : X = x·B ∧ Y = x·C} (§5.4).

use curve25519_dalek::traits::VartimeMultiscalarMul;
use zeroize::Zeroizing;

use super::ProofError;
use crate::group::{DecodeError, Point, PointBytes, Scalar, decode_scalar, encode_point, is_identity};
use crate::transcript::{Transcript, TranscriptExt, hedged_nonce, label};

/// `U ‖ V ‖ s`, 96 bytes: `s·B = U + c·X` and `s·C = V + c·Y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DleqProof {
    /// `U = w·B`.
    pub u: PointBytes,
    /// `V = w·C`.
    pub v: PointBytes,
    /// `s = w + c·x`.
    pub s: Scalar,
}

impl DleqProof {
    /// `U ‖ V ‖ s`.
    #[must_use]
    pub fn encode(&self) -> [u8; 96] {
        let mut bytes = [0; 96];
        let parts = [self.u.0, self.v.0, self.s.to_bytes()];
        bytes.iter_mut().zip(parts.as_flattened()).for_each(|(place, byte)| *place = *byte);
        bytes
    }

    /// Reads `U ‖ V ‖ s`.
    ///
    /// # Errors
    /// [`ProofError::Malformed`].
    pub fn decode(bytes: &[u8; 96]) -> Result<Self, ProofError> {
        let (parts, _) = bytes.as_chunks::<32>();
        let [u, v, s] = parts else { return Err(ProofError::Length) };
        let (u, v) = (PointBytes(*u), PointBytes(*v));
        if u == PointBytes::IDENTITY || v == PointBytes::IDENTITY {
            return Err(DecodeError::Identity.into());
        }
        Ok(Self { u, v, s: decode_scalar(s)? })
    }
}

/// The statement: both bases, both public points.
fn absorb(t: &mut Transcript, b: &Point, c: &Point, x: &Point, y: &Point) {
    t.append_message(label::FORK, label::DLEQ);
    t.append_point(label::BASE, b);
    t.append_point(label::SECOND_BASE, c);
    t.append_point(label::PUBLIC, x);
    t.append_point(label::SECOND_PUBLIC, y);
}

fn challenge(t: &mut Transcript, u: &PointBytes, v: &PointBytes) -> Scalar {
    t.append_bytes(label::COMMITMENT_U, u);
    t.append_bytes(label::COMMITMENT_V, v);
    t.challenge_scalar(label::CHALLENGE)
}

/// Proves that `x = secret·b` and `y = secret·c`. Constant time in the secret.
#[must_use]
pub fn prove(
    t: &mut Transcript,
    b: &Point,
    c: &Point,
    secret: &Scalar,
    x: &Point,
    y: &Point,
    fresh: &[u8; 32],
) -> DleqProof {
    absorb(t, b, c, x, y);
    let w = Zeroizing::new(hedged_nonce(t, &[secret], fresh));
    let (u, v) = (encode_point(&(b * *w)), encode_point(&(c * *w)));
    let e = challenge(t, &u, &v);
    DleqProof { u, v, s: *w + e * secret }
}

/// Verifies. Variable time: public data only.
///
/// # Errors
/// [`ProofError::Equation`]; [`ProofError::Malformed`] where `x`, `y` or a commitment is the identity.
pub fn verify(
    t: &mut Transcript,
    b: &Point,
    c: &Point,
    x: &Point,
    y: &Point,
    proof: &DleqProof,
) -> Result<(), ProofError> {
    absorb(t, b, c, x, y);
    let e = challenge(t, &proof.u, &proof.v);
    let identity = [x, y].into_iter().any(is_identity) || [proof.u, proof.v].contains(&PointBytes::IDENTITY);
    if identity {
        return Err(DecodeError::Identity.into());
    }
    let u = encode_point(&Point::vartime_multiscalar_mul([proof.s, -e], [b, x]));
    let v = encode_point(&Point::vartime_multiscalar_mul([proof.s, -e], [c, y]));
    if u == proof.u && v == proof.v { Ok(()) } else { Err(ProofError::Equation) }
}
