//! What verification accepts and refuses, singly and in batches.

use plebiscite_crypto::engine::Engine;

use super::*;

#[test]
fn an_honest_ballot_is_verified_and_keeps_what_it_was_verified_against() {
    let world = World::new();
    let ballot = world.cast(3, [0, 1, 4]);
    let verified = world.verify(ballot.bytes(), &row(3)).unwrap();
    assert_eq!(verified.context(), &place(3));
    assert_eq!(verified.tracker(), ballot.tracker());
    assert_eq!(verified.tracker(), Tracker::of(&ballot.bytes()[..world.parameters.body_bytes()]));
    assert_eq!(verified.election_digest(), world.parameters.context().digest());
    assert_eq!(verified.ciphertext_points().len(), 3 + 3 + 5);
    assert_eq!(verified.fresh_points().len(), 6);
}

#[test]
fn a_second_ballot_names_the_first_as_its_predecessor() {
    let world = World::new();
    let first = world.cast(3, [0, 1, 4]);
    let place = BallotContext { seq: 1, prev: first.tracker(), ..place(3) };
    let second =
        world.encrypt(place, [1, 1, 1], 99).cast(&world.parameters, &credential(3), &[1; 32]).unwrap();
    let verified = world.verify(second.bytes(), &row(3)).unwrap();
    assert_eq!(verified.context(), &place);
    assert_eq!(BallotHeader::peek(second.bytes()), Some(BallotHeader::of(&place)));
}

#[test]
fn no_byte_of_a_ballot_can_be_changed() {
    let world = World::new();
    let ballot = world.cast(2, [1, 2, 3]);
    assert!(world.verify(ballot.bytes(), &row(2)).is_ok());
    for place in 0..ballot.bytes().len() {
        let mut changed = ballot.bytes().to_vec();
        changed[place] ^= 1 << (place % 8);
        // The row stays the voter's own even where the roll index changed: the hardest case.
        assert!(world.verify(&changed, &row(2)).is_err(), "byte {place}");
    }
}

#[test]
fn ballots_of_another_length_are_refused() {
    let world = World::new();
    let bytes = world.cast(2, [1, 2, 3]).into_bytes();
    let expected = bytes.len();
    let refusal = |bytes: &[u8]| DecodedBallot::decode(&world.parameters, bytes).unwrap_err();
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(refusal(&longer), WireError::Length { found: expected + 1, expected });
    assert_eq!(refusal(&bytes[1..]), WireError::Length { found: expected - 1, expected });
    assert_eq!(refusal(&[]), WireError::Length { found: 0, expected });
    assert!(DecodedBallot::decode(&world.parameters, &bytes).is_ok());
}

#[test]
fn identity_and_non_canonical_scalars_are_refused_in_every_field() {
    let world = World::new();
    let bytes = world.cast(2, [1, 2, 3]).into_bytes();
    for field in (BALLOT_HEADER_BYTES..bytes.len()).step_by(32) {
        for wrong in [identity().0, [0xff; 32]] {
            let mut changed = bytes.clone();
            changed[field..field + 32].copy_from_slice(&wrong);
            assert!(world.verify(&changed, &row(2)).is_err(), "field at {field}");
        }
    }
}

#[test]
fn a_ballot_is_refused_in_every_other_election() {
    let ours = World::new();
    let ballot = ours.cast(2, [1, 2, 3]);
    assert!(ours.verify(ballot.bytes(), &row(2)).is_ok());
    let setup = SetupContext { election: ElectionId([1; 32]), attempt: 1 };
    let other_setups =
        [SetupContext { election: ElectionId([9; 32]), ..setup }, SetupContext { attempt: 2, ..setup }];
    let make = |setup, key, ceremony, roll| {
        ElectionContext::new(setup, [key; 32], [ceremony; 32], [roll; 32], roll_base_point()).unwrap()
    };
    let others = [
        make(other_setups[0], 2, 3, 4),
        make(other_setups[1], 2, 3, 4),
        make(setup, 9, 3, 4),
        make(setup, 2, 9, 4),
        make(setup, 2, 3, 9),
    ];
    for other in others {
        assert_ne!(other.digest(), ours.parameters.context().digest());
        let refusal = World::of(other).verify(ballot.bytes(), &row(2)).unwrap_err();
        assert!(matches!(refusal, BallotError::Proof { contest: Some(0), .. }), "{refusal}");
    }
    assert!(World::of(make(setup, 2, 3, 4)).verify(ballot.bytes(), &row(2)).is_ok());
}

#[test]
fn a_ballot_is_refused_under_another_credential_or_region() {
    let world = World::new();
    let ballot = world.cast(2, [1, 2, 3]);
    assert!(world.verify(ballot.bytes(), &row(2)).is_ok());
    assert!(world.verify(ballot.bytes(), &row(3)).is_err());
    assert!(world.verify(ballot.bytes(), &RollRow { region: 8, ..row(2) }).is_err());
    let nobody = RollRow { credential: identity(), region: 7 };
    assert_eq!(world.verify(ballot.bytes(), &nobody).unwrap_err(), BallotError::Credential { index: 2 });
}

#[test]
fn batch_and_single_verification_refuse_the_same_ballots_by_the_same_name() {
    let world = World::new();
    let mut ballots: Vec<(Vec<u8>, RollRow)> =
        (0..24).map(|n| (world.cast(n, [usize::from(n) % 3, 1, 2]).into_bytes(), row(n))).collect();
    ballots[3].1 = row(4);
    let signature = ballots[9].0.len() - 1;
    ballots[9].0[signature - 31] ^= 1;
    // The responses z_ρ of the second contest, and f of the third.
    ballots[17].0[BALLOT_HEADER_BYTES + 2 * 448 - 32] ^= 1;
    ballots[18].0[BALLOT_HEADER_BYTES + 2 * 448 + 11 * 32] ^= 1;
    // Rows that are no point: never so in a roll that was verified.
    ballots[20].1.credential = identity();
    ballots[21].1.credential = PointBytes([255; 32]);
    ballots[21].0[signature - 31] ^= 1;
    let prepared: Vec<_> = ballots.iter().map(|(bytes, row)| world.prepare(bytes, row).unwrap()).collect();
    let together = verify_many(&world.parameters, &prepared, &[7; 32]);
    assert_eq!(together.len(), 24);
    let verdicts = |all: &[Result<VerifiedBallot, BallotError>]| -> Vec<Option<BallotError>> {
        all.iter().map(|verdict| verdict.as_ref().err().cloned()).collect()
    };
    for engine in Engine::available() {
        let by_engine = verify_many_with(engine, &world.parameters, &prepared, &[7; 32]);
        assert_eq!(verdicts(&together), verdicts(&by_engine), "{engine:?}");
    }
    for (index, (batch, ballot)) in together.iter().zip(prepared).enumerate() {
        let single = ballot.verify(&world.parameters);
        assert_eq!(batch.as_ref().err(), single.as_ref().err(), "ballot {index}");
        assert_eq!(single.is_err(), [3, 9, 17, 18, 20, 21].contains(&index), "ballot {index}");
    }
    assert_eq!(together[9].as_ref().unwrap_err(), &BallotError::Signature { index: 9 });
    for index in [20, 21] {
        let error = BallotError::Credential { index };
        assert_eq!(together[index as usize].as_ref().unwrap_err(), &error);
    }
    let of_contest = |index: usize| match together[index].as_ref().unwrap_err() {
        BallotError::Proof { contest, .. } => *contest,
        other => panic!("{other}"),
    };
    assert_eq!((of_contest(17), of_contest(18)), (Some(1), Some(2)));
}

#[test]
fn an_empty_batch_has_no_result() {
    assert!(verify_many(&World::new().parameters, &[], &[0; 32]).is_empty());
}
