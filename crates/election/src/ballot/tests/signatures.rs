//! Why the signature's nonce may not come from the seed: a test would reveal the credential.

use plebiscite_crypto::group::{RISTRETTO_BASEPOINT_POINT, decode_scalar, encode_point};
use plebiscite_crypto::proof::knowledge::KnowledgeProof;
use plebiscite_crypto::transcript::{TranscriptExt, label};

use super::*;

/// The challenge of a ballot's signature, as anyone computes it.
fn challenge(world: &World, context: &BallotContext, tracker: Tracker, a: &PointBytes) -> Scalar {
    let mut t = crate::context::signature(&world.parameters.context().ballot(context));
    t.append_message(label::FORK, label::SIGNATURE);
    t.append_point(label::BASE, &RISTRETTO_BASEPOINT_POINT);
    t.append_bytes(label::PUBLIC, &context.credential);
    t.append_digest(label::MESSAGE, &tracker.0);
    t.append_bytes(label::COMMITMENT, a);
    t.challenge_scalar(label::CHALLENGE)
}

/// Whoever has the opening of a ballot and its signature: tries every scalar of the seed as the signature's nonce.
fn attack(world: &World, context: &BallotContext, opening: &Opening, signed: &[u8]) -> Option<Scalar> {
    let (body, signature) = signed.split_last_chunk::<64>().unwrap();
    let signature = KnowledgeProof::decode(signature).unwrap();
    let c = challenge(world, context, Tracker::of(body), &signature.a);
    let digest = context.digest(world.parameters.context());
    let contests = (0u32..).zip(world.parameters.contests()).zip(opening.selections().contests());
    contests
        .flat_map(|((number, contest), bits)| {
            let n = opening.seed().nonces(&digest, number, contest.form(), bits);
            [vec![n.rho, n.r_b, n.r_a, n.tau1, n.tau0, n.w], n.a.clone()].concat()
        })
        .map(|w| (signature.z - w) * c.invert())
        .find(|x| encode_point(&Point::mul_base(x)) == context.credential)
}

/// The weakened copy: everything as in `cast`, but the nonce is one of the seed's scalars.
fn cast_with_a_nonce_from_the_seed(
    world: &World,
    context: &BallotContext,
    opening: &Opening,
    body: &[u8],
    x: &Scalar,
) -> Vec<u8> {
    let digest = context.digest(world.parameters.context());
    let form = world.parameters.contests()[0].form();
    let w = opening.seed().nonces(&digest, 0, form, &opening.selections().contests()[0]).w;
    let a = encode_point(&Point::mul_base(&w));
    let c = challenge(world, context, Tracker::of(body), &a);
    let proof = KnowledgeProof { a, z: w + c * x };
    [body, &proof.encode()].concat()
}

#[test]
fn a_test_of_a_cast_ballot_reveals_the_credential_only_where_the_nonce_came_from_the_seed() {
    let world = World::new();
    let (context, credential) = (place(1), credential(1));
    let cast = world.encrypt(context, [1, 0, 4], 77).cast(&world.parameters, &credential, &[1; 32]).unwrap();
    let opening = world.encrypt(context, [1, 0, 4], 77).open();

    let body = &cast.bytes()[..world.parameters.body_bytes()];
    let weak = cast_with_a_nonce_from_the_seed(&world, &context, &opening, body, credential.scalar());
    assert!(world.verify(&weak, &row(1)).is_ok(), "the weakened copy is a valid ballot");
    assert_eq!(attack(&world, &context, &opening, &weak), Some(*credential.scalar()));

    assert!(world.verify(cast.bytes(), &row(1)).is_ok());
    assert_eq!(attack(&world, &context, &opening, cast.bytes()), None);
}

#[test]
fn with_a_stuck_generator_nonces_still_differ_from_ballot_to_ballot() {
    let world = World::new();
    let signature = |choices, n: u8, fresh| {
        let ballot = world.encrypt(place(n), choices, 3);
        let bytes = ballot.cast(&world.parameters, &credential(n), &fresh).unwrap().into_bytes();
        bytes[bytes.len() - 64..bytes.len() - 32].to_vec()
    };
    let base = signature([0, 0, 0], 1, [0; 32]);
    assert_eq!(base, signature([0, 0, 0], 1, [0; 32]));
    assert_ne!(base, signature([1, 0, 0], 1, [0; 32]));
    assert_ne!(base, signature([0, 0, 0], 2, [0; 32]));
    assert_ne!(base, signature([0, 0, 0], 1, [1; 32]));
}

#[test]
fn a_signature_with_a_shifted_response_is_refused() {
    let world = World::new();
    let cast = world.cast(1, [0, 0, 0]);
    for shift in [Scalar::ONE, -Scalar::ONE] {
        let mut bytes = cast.bytes().to_vec();
        let place = bytes.len() - 32;
        let z = decode_scalar(bytes[place..].try_into().unwrap()).unwrap();
        bytes[place..].copy_from_slice((z + shift).as_bytes());
        assert_eq!(world.verify(&bytes, &row(1)).unwrap_err(), BallotError::Signature { index: 1 });
    }
    assert!(world.verify(cast.bytes(), &row(1)).is_ok());
}
