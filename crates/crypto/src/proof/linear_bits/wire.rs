//! An encrypted contest's bytes: R ‖ E_1..E_k ‖ B ‖ A ‖ T1 ‖ T0 ‖ A_R ‖ A_E ‖ f (free bits) ‖ z_B ‖ z_T ‖ z_ρ (§6.5).

use thiserror::Error;

use super::form::LinearForm;
use crate::group::{PointBytes, Scalar, decode_scalar};

/// Shared-nonce ElGamal: `R = ρG`, `E_o = m_o G + ρP_o`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestCiphertext {
    /// `R`.
    pub r: PointBytes,
    /// `E_1 … E_k`.
    pub e: Vec<PointBytes>,
}

/// The proof beside the ciphertext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinearBitsProof {
    /// `B = Σ b_i·G_i + r_B·H`.
    pub b: PointBytes,
    /// `A = Σ a_i·G_i + r_A·H`.
    pub a: PointBytes,
    /// `T1 = t1·G + τ1·H`.
    pub t1: PointBytes,
    /// `T0 = t0·G + τ0·H`.
    pub t0: PointBytes,
    /// `A_R = w·G`.
    pub a_r: PointBytes,
    /// `A_E = (Σ y^o·L_o·a)·G + w·Σ y^o·P_o`.
    pub a_e: PointBytes,
    /// `f_i = b_i·x + a_i` at the free bits, ascending.
    pub f: Vec<Scalar>,
    /// `z_B = r_B·x + r_A`.
    pub z_b: Scalar,
    /// `z_T = τ1·x + τ0`.
    pub z_t: Scalar,
    /// `z_ρ = ρ·x + w`.
    pub z_rho: Scalar,
}

/// One contest of a ballot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedContest {
    /// What is added up.
    pub ciphertext: ContestCiphertext,
    /// Why it may be.
    pub proof: LinearBitsProof,
}

/// Why bytes are no encrypted contest of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WireError {
    /// Not the form's length.
    #[error("{found} bytes, where the form has {expected}")]
    Length {
        /// Bytes given.
        found: usize,
        /// Bytes of every contest of this form.
        expected: usize,
    },
    /// A point is the identity.
    #[error("point {place} is the identity")]
    Identity {
        /// Its place among the points, from 0.
        place: usize,
    },
    /// A scalar is not canonical.
    #[error("scalar {place} is not canonical")]
    Scalar {
        /// Its place among the scalars, from 0.
        place: usize,
    },
}

impl EncryptedContest {
    /// All points in the order of the wire.
    #[must_use]
    pub fn points(&self) -> Vec<PointBytes> {
        let ContestCiphertext { r, e } = &self.ciphertext;
        let LinearBitsProof { b, a, t1, t0, a_r, a_e, .. } = &self.proof;
        std::iter::once(r).chain(e).chain([b, a, t1, t0, a_r, a_e]).copied().collect()
    }

    /// All scalars in the order of the wire.
    #[must_use]
    pub fn scalars(&self) -> Vec<Scalar> {
        let LinearBitsProof { f, z_b, z_t, z_rho, .. } = &self.proof;
        f.iter().chain([z_b, z_t, z_rho]).copied().collect()
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.encode_into(&mut bytes);
        bytes
    }

    /// The bytes, put after others.
    pub fn encode_into(&self, bytes: &mut Vec<u8>) {
        let ContestCiphertext { r, e } = &self.ciphertext;
        let LinearBitsProof { b, a, t1, t0, a_r, a_e, f, z_b, z_t, z_rho } = &self.proof;
        bytes.reserve(32 * (e.len() + f.len() + 10));
        let points = std::iter::once(r).chain(e).chain([b, a, t1, t0, a_r, a_e]);
        points.for_each(|point| bytes.extend_from_slice(&point.0));
        f.iter().chain([z_b, z_t, z_rho]).for_each(|scalar| bytes.extend_from_slice(scalar.as_bytes()));
    }

    /// Reads a contest of a form. Whether its points are canonical is seen when it is verified, where each is
    /// decompressed once.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn decode(bytes: &[u8], form: &LinearForm) -> Result<Self, WireError> {
        let length = WireError::Length { found: bytes.len(), expected: form.wire_len() };
        if bytes.len() != form.wire_len() {
            return Err(length);
        }
        let (fields, _) = bytes.as_chunks::<32>();
        let (points, scalars) = fields.split_at_checked(form.tallied() + 7).ok_or(length)?;
        if let Some(place) = points.iter().position(|point| *point == PointBytes::IDENTITY.0) {
            return Err(WireError::Identity { place });
        }
        let read = |(place, bytes): (usize, &[u8; 32])| {
            decode_scalar(bytes).map_err(|_| WireError::Scalar { place })
        };
        let scalars: Vec<Scalar> = scalars.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        let points: Vec<PointBytes> = points.iter().copied().map(PointBytes).collect();
        let (r, rest) = points.split_first().ok_or(length)?;
        let (e, commitments) = rest.split_at_checked(form.tallied()).ok_or(length)?;
        let [b, a, t1, t0, a_r, a_e] = commitments else { return Err(length) };
        let (f, responses) = scalars.split_at_checked(form.free()).ok_or(length)?;
        let [z_b, z_t, z_rho] = responses else { return Err(length) };
        Ok(Self {
            ciphertext: ContestCiphertext { r: *r, e: e.to_vec() },
            proof: LinearBitsProof {
                b: *b,
                a: *a,
                t1: *t1,
                t0: *t0,
                a_r: *a_r,
                a_e: *a_e,
                f: f.to_vec(),
                z_b: *z_b,
                z_t: *z_t,
                z_rho: *z_rho,
            },
        })
    }
}
