//! Voters who sign, with their own true credentials, what is not theirs to cast.

use super::*;

/// Signs any body, as a voter's own program could.
fn sign_body(world: &World, context: BallotContext, body: Vec<u8>, n: u8) -> Vec<u8> {
    let mut ballot = world.encrypt(context, [0, 0, 0], 1);
    ballot.replace_body(body);
    ballot.cast(&world.parameters, &credential(n), &[5; 32]).unwrap().into_bytes()
}

fn body_of(world: &World, ballot: &SignedBallot) -> Vec<u8> {
    ballot.bytes()[..world.parameters.body_bytes()].to_vec()
}

#[test]
fn anothers_ciphertexts_under_ones_own_credential_are_refused() {
    let world = World::new();
    let mut copied = body_of(&world, &world.cast(2, [1, 2, 3]));
    copied[..4].copy_from_slice(&3u32.to_be_bytes());
    let forged = sign_body(&world, place(3), copied, 3);
    // The signature is true; the proofs are bound to the first voter's row.
    assert!(world.prepare(&forged, &row(3)).unwrap().check_signature(&world.parameters).is_ok());
    let refusal = world.verify(&forged, &row(3)).unwrap_err();
    assert!(matches!(refusal, BallotError::Proof { index: 3, contest: Some(0), .. }), "{refusal}");
    let own = body_of(&world, &world.cast(3, [1, 2, 3]));
    assert!(world.verify(&sign_body(&world, place(3), own, 3), &row(3)).is_ok());
}

#[test]
fn contests_of_one_shape_cannot_be_swapped() {
    let world = World::new();
    let body = body_of(&world, &world.cast(2, [0, 1, 3]));
    let mut swapped = body.clone();
    let contest =
        |number: usize| BALLOT_HEADER_BYTES + number * 448..BALLOT_HEADER_BYTES + (number + 1) * 448;
    swapped[contest(0)].copy_from_slice(&body[contest(1)]);
    swapped[contest(1)].copy_from_slice(&body[contest(0)]);
    let refusal = world.verify(&sign_body(&world, place(2), swapped, 2), &row(2)).unwrap_err();
    assert!(matches!(refusal, BallotError::Proof { contest: Some(0), .. }), "{refusal}");
    assert!(world.verify(&sign_body(&world, place(2), body, 2), &row(2)).is_ok());
}

#[test]
fn one_contest_cannot_be_copied_into_another() {
    let world = World::new();
    let body = body_of(&world, &world.cast(2, [0, 1, 3]));
    let mut copied = body.clone();
    copied.copy_within(BALLOT_HEADER_BYTES..BALLOT_HEADER_BYTES + 448, BALLOT_HEADER_BYTES + 448);
    let refusal = world.verify(&sign_body(&world, place(2), copied, 2), &row(2)).unwrap_err();
    assert!(matches!(refusal, BallotError::Proof { contest: None, .. }), "{refusal}");
}

#[test]
fn a_body_cannot_be_moved_to_another_place_of_its_chain() {
    let world = World::new();
    let body = body_of(&world, &world.cast(2, [0, 1, 3]));
    let moved = |seq: u32, prev: Tracker| {
        let mut body = body.clone();
        body[4..8].copy_from_slice(&seq.to_be_bytes());
        body[8..40].copy_from_slice(&prev.0);
        let forged = sign_body(&world, BallotContext { seq, prev, ..place(2) }, body, 2);
        world.verify(&forged, &row(2))
    };
    assert!(moved(0, Tracker::NONE).is_ok());
    assert!(matches!(moved(1, Tracker::NONE), Err(BallotError::Proof { contest: Some(0), .. })));
    assert!(matches!(moved(0, Tracker([1; 32])), Err(BallotError::Proof { contest: Some(0), .. })));
}

#[test]
fn a_ballot_of_an_absent_voter_signed_with_another_key_is_refused() {
    let world = World::new();
    let body = body_of(&world, &world.cast(2, [0, 1, 3]));
    // Everything is voter 2's but the signature.
    let forged = sign_body(&world, place(9), body, 9);
    assert_eq!(world.verify(&forged, &row(2)).unwrap_err(), BallotError::Signature { index: 2 });
    let checked = world.prepare(&forged, &row(2)).unwrap().check_signature(&world.parameters);
    assert_eq!(checked.unwrap_err(), BallotError::Signature { index: 2 });
}

#[test]
fn a_ballot_is_only_signed_with_the_credential_it_was_encrypted_for() {
    let world = World::new();
    let cast = |n| world.encrypt(place(2), [0, 0, 0], 1).cast(&world.parameters, &credential(n), &[0; 32]);
    assert_eq!(cast(3), Err(CastError::Credential));
    assert!(cast(2).is_ok());
}
