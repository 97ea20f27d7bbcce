//! What the proof is about, absorbed by prover and verifier through the same functions (§6.2).

use super::form::LinearForm;
use super::wire::{ContestCiphertext, LinearBitsProof};
use crate::group::{PointBytes, Scalar};
use crate::transcript::{Transcript, TranscriptExt, label};

/// First move: form, encodings of the keys, ciphertext, `B` and `A`; then the challenge `y`.
pub(super) fn first_challenge(
    t: &mut Transcript,
    form: &LinearForm,
    keys: &[PointBytes],
    ciphertext: &ContestCiphertext,
    (b, a): (&PointBytes, &PointBytes),
) -> Scalar {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    t.append_message(label::FORK, label::LINEAR_BITS);
    t.append_digest(label::FORM, form.digest());
    t.append_u32(label::BITS, count(form.bits()));
    t.append_u32(label::TALLIED, count(form.tallied()));
    for key in keys {
        t.append_bytes(label::KEY, key);
    }
    let ContestCiphertext { r, e } = ciphertext;
    t.append_bytes(label::R, r);
    for e in e {
        t.append_bytes(label::E, e);
    }
    t.append_bytes(label::B, b);
    t.append_bytes(label::A, a);
    t.challenge_scalar(label::Y)
}

/// Second move: `T1, T0, A_R, A_E`; then the challenge `x`.
pub(super) fn second_challenge(t: &mut Transcript, [t1, t0, a_r, a_e]: [&PointBytes; 4]) -> Scalar {
    t.append_bytes(label::T1, t1);
    t.append_bytes(label::T0, t0);
    t.append_bytes(label::A_R, a_r);
    t.append_bytes(label::A_E, a_e);
    t.challenge_scalar(label::X)
}

/// Both challenges of a finished proof.
pub(super) fn challenges(
    t: &mut Transcript,
    form: &LinearForm,
    keys: &[PointBytes],
    ciphertext: &ContestCiphertext,
    proof: &LinearBitsProof,
) -> (Scalar, Scalar) {
    let LinearBitsProof { b, a, t1, t0, a_r, a_e, .. } = proof;
    let y = first_challenge(t, form, keys, ciphertext, (b, a));
    let x = second_challenge(t, [t1, t0, a_r, a_e]);
    (y, x)
}

/// `y, y², …, y^count`.
pub(super) fn powers(y: &Scalar, count: usize) -> Vec<Scalar> {
    std::iter::successors(Some(*y), |power| Some(power * y)).take(count).collect()
}
