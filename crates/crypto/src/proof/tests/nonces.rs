//! A generator of randomness that is stuck or known must not give a secret away.

use std::collections::BTreeSet;

use crate::group::Scalar;
use crate::proof::{dleq, knowledge};
use crate::tests::{G, bytes, point, scalar, transcript};
use crate::transcript::hedged_nonce;

#[test]
fn a_stuck_generator_still_gives_every_statement_its_own_commitment() {
    let stuck = [0; 32];
    let (x, y) = (scalar("x"), scalar("y"));
    let mut commitments = BTreeSet::new();
    let mut count = 0;
    let mut seen = |a| {
        commitments.insert(a);
        count += 1;
    };
    for context in ["one", "two"] {
        for secret in [x, y] {
            let public = G * secret;
            seen(knowledge::prove(&mut transcript(context), &G, &secret, &public, &stuck).a);
            for message in [bytes("m"), bytes("n")] {
                seen(knowledge::sign(&mut transcript(context), &G, &secret, &public, &message, &stuck).a);
            }
            for c in [point("C"), point("D")] {
                let proof =
                    dleq::prove(&mut transcript(context), &G, &c, &secret, &public, &(c * secret), &stuck);
                seen(proof.u);
                seen(proof.v);
            }
            for digest in [bytes("m"), bytes("n")] {
                seen(knowledge::prove_list(&mut transcript(context), &G, &[secret], &digest, 1, &stuck).a);
            }
        }
    }
    assert_eq!(commitments.len(), count);
}

#[test]
fn the_same_statement_twice_has_the_same_nonce_only_with_the_same_fresh_bytes() {
    let sign = |fresh| {
        let public = G * scalar("x");
        knowledge::sign(&mut transcript("one"), &G, &scalar("x"), &public, &bytes("m"), &bytes(fresh))
    };
    // With a stuck generator the whole proof repeats, which says nothing new: never two answers to one commitment.
    assert_eq!(sign("stuck"), sign("stuck"));
    assert_ne!(sign("stuck").a, sign("fresh").a);
}

#[test]
fn a_nonce_depends_on_transcript_every_secret_and_fresh_bytes() {
    let (x, y) = (scalar("x"), scalar("y"));
    let nonce =
        |context, secrets: &[&Scalar], fresh| hedged_nonce(&transcript(context), secrets, &bytes(fresh));
    let all = [
        nonce("one", &[&x, &y], "fresh"),
        nonce("two", &[&x, &y], "fresh"),
        nonce("one", &[&y, &y], "fresh"),
        nonce("one", &[&x, &x], "fresh"),
        nonce("one", &[&x], "fresh"),
        nonce("one", &[&x, &y], "other"),
    ];
    assert_eq!(all.map(|nonce| nonce.to_bytes()).into_iter().collect::<BTreeSet<_>>().len(), all.len());
}

/// What the hedge is for: two answers to one commitment are the secret.
#[test]
fn two_answers_to_one_nonce_are_the_secret() {
    let (x, w) = (scalar("x"), scalar("w"));
    let (c, d) = (scalar("c"), scalar("d"));
    let (z, z2) = (w + c * x, w + d * x);
    assert_eq!((z - z2) * (c - d).invert(), x);
}
