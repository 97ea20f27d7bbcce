//! ⚠ Weak Fiat–Shamir: where a value of the statement is left out of the transcript, it is chosen after the challenge. Each
//! forgery works against a weakened copy of the check, and fails against the real one.

use curve25519_dalek::traits::VartimeMultiscalarMul;
use sha2::{Digest, Sha256};

use crate::group::{Point, Scalar, encode_point};
use crate::proof::ProofError;
use crate::proof::dleq::{self, DleqProof};
use crate::proof::knowledge::{self, KnowledgeProof, ListKnowledgeProof, ListKnowledgeVerifier};
use crate::tests::{G, bytes, point, scalar, transcript};
use crate::transcript::{TranscriptExt, label};

/// The weakened challenge of Schnorr: the commitment alone.
fn weak_challenge(commitments: &[Point]) -> Scalar {
    let mut t = transcript("one");
    t.append_message(label::FORK, label::KNOWLEDGE);
    commitments.iter().for_each(|a| t.append_point(label::COMMITMENT, a));
    t.challenge_scalar(label::CHALLENGE)
}

/// `z·B = A + c·X` under any challenge.
fn equation(base: &Point, public: &Point, (a, z): (&Point, &Scalar), c: &Scalar) -> bool {
    Point::vartime_multiscalar_mul([*z, -c], [base, public]) == *a
}

#[test]
fn a_key_chosen_after_the_challenge_passes_the_weak_check_only() {
    let (a, z) = (point("A of unknown logarithm"), scalar("z"));
    let c = weak_challenge(&[a]);
    // X = (z·G − A)/c: nobody knows its logarithm.
    let public = (G * z - a) * c.invert();
    assert!(equation(&G, &public, (&a, &z), &c), "the weak check accepts");
    let proof = KnowledgeProof { a: encode_point(&a), z };
    assert_eq!(knowledge::verify(&mut transcript("one"), &G, &public, &proof), Err(ProofError::Equation));
}

#[test]
fn a_signature_whose_challenge_leaves_the_message_out_signs_everything() {
    let (secret, w) = (scalar("x"), scalar("w"));
    let (public, a) = (G * secret, G * w);
    let weak = || {
        let mut t = transcript("one");
        t.append_point(label::PUBLIC, &public);
        t.append_point(label::COMMITMENT, &a);
        t.challenge_scalar(label::CHALLENGE)
    };
    let c = weak();
    let z = w + c * secret;
    // The weak check of any message draws the same challenge.
    assert!(equation(&G, &public, (&a, &z), &weak()));
    let signed = bytes("what was signed");
    let proof = knowledge::sign(&mut transcript("one"), &G, &secret, &public, &signed, &bytes("fresh"));
    let judge = |message| knowledge::verify_signature(&mut transcript("one"), &G, &public, message, &proof);
    assert_eq!(judge(&signed), Ok(()));
    assert_eq!(judge(&bytes("another message")), Err(ProofError::Equation));
}

#[test]
fn a_key_left_out_of_a_signatures_challenge_can_be_exchanged() {
    // Signature under a key chosen after the challenge: A, z and message first.
    let (a, z, message) = (point("A"), scalar("z"), bytes("message"));
    let mut t = transcript("one");
    t.append_digest(label::MESSAGE, &message);
    t.append_point(label::COMMITMENT, &a);
    let c = t.challenge_scalar(label::CHALLENGE);
    let public = (G * z - a) * c.invert();
    assert!(equation(&G, &public, (&a, &z), &c), "the weak check accepts");
    let proof = KnowledgeProof { a: encode_point(&a), z };
    let real = knowledge::verify_signature(&mut transcript("one"), &G, &public, &message, &proof);
    assert_eq!(real, Err(ProofError::Equation));
}

#[test]
fn a_list_left_out_of_the_challenge_may_hold_points_of_unknown_logarithm() {
    let (a, z) = (G * scalar("w"), scalar("z"));
    let y = weak_challenge(&[a]);
    let stolen = point("someone else's key");
    // X_0 is someone else's; X_1 = (z·G − A − y·X_0)/y² makes up for it.
    let last = (G * z - a - stolen * y) * (y * y).invert();
    assert_eq!(G * z, a + stolen * y + last * (y * y), "the weak check accepts");
    let digest =
        Sha256::new().chain_update(encode_point(&stolen).0).chain_update(encode_point(&last).0).finalize();
    let proof = ListKnowledgeProof { a: encode_point(&a), z };
    let mut real = ListKnowledgeVerifier::new(&mut transcript("one"), &G, &digest.into(), 2, &proof).unwrap();
    real.absorb(&[stolen, last]).unwrap();
    assert_eq!(real.finish(), Err(ProofError::Equation));
}

/// The attack on Helios: a decryption factor `Y` that is chosen after the challenge, so that the tally comes out as wished.
#[test]
fn a_decryption_factor_chosen_after_the_challenge_passes_the_weak_check_only() {
    let (base, mask) = (G, point("R of a sum"));
    let secret = scalar("trustee");
    let public = base * secret;
    let (u_log, v_log) = (scalar("u"), scalar("v"));
    let (u, v) = (base * u_log, mask * v_log);
    let c = weak_challenge(&[u, v]);
    let s = u_log + c * secret;
    // Y = (s·R − V)/c = ((s − v)/c)·R, which is not secret·R.
    let factor = (mask * s - v) * c.invert();
    assert_ne!(factor, mask * secret);
    assert!(
        equation(&base, &public, (&u, &s), &c) && equation(&mask, &factor, (&v, &s), &c),
        "the weak check accepts"
    );
    let proof = DleqProof { u: encode_point(&u), v: encode_point(&v), s };
    let real = dleq::verify(&mut transcript("one"), &base, &mask, &public, &factor, &proof);
    assert_eq!(real, Err(ProofError::Equation));
    // The same factor, and an honest prover's responses, do not help either; the true factor is accepted.
    let honest = dleq::prove(
        &mut transcript("one"),
        &base,
        &mask,
        &secret,
        &public,
        &(mask * secret),
        &bytes("fresh"),
    );
    assert_eq!(
        dleq::verify(&mut transcript("one"), &base, &mask, &public, &(mask * secret), &honest),
        Ok(())
    );
    assert_eq!(
        dleq::verify(&mut transcript("one"), &base, &mask, &public, &factor, &honest),
        Err(ProofError::Equation)
    );
}

/// A verifier that takes the challenge as part of the proof must compare it: ours has no such field, and recomputes it.
#[test]
fn responses_for_a_challenge_of_the_forgers_choice_are_refused() {
    let public = point("someone else's key");
    for c in [Scalar::ZERO, Scalar::ONE, scalar("c")] {
        let z = scalar("z");
        let a = G * z - public * c;
        assert!(equation(&G, &public, (&a, &z), &c));
        let proof = KnowledgeProof { a: encode_point(&a), z };
        assert_eq!(knowledge::verify(&mut transcript("one"), &G, &public, &proof), Err(ProofError::Equation));
    }
}
