//! Tests of a device: the honest one is confirmed, the lying one is caught.

use super::*;

#[test]
fn a_tested_ballot_is_recomputed_byte_for_byte() {
    let world = World::new();
    let ballot = world.encrypt(place(1), [1, 0, 4], 77);
    let shown = ballot.tracker();
    let sent = ballot.open().encode();
    assert_eq!(sent.len(), 32 + 3);
    let opening = Opening::decode(&world.parameters, &sent).unwrap();
    let selections = verify_opening(&world.parameters, &place(1), &opening, &shown).unwrap();
    assert!(*selections == world.selections([1, 0, 4]));
}

#[test]
fn a_device_that_flipped_the_vote_cannot_open_its_tracker_to_what_was_chosen() {
    let world = World::new();
    // It encrypted "no", and opens "yes" under the same seed, or under any other.
    let shown = world.encrypt(place(1), [1, 0, 4], 77).tracker();
    for seed in [77, 78] {
        let lie = world.encrypt(place(1), [0, 0, 4], seed).open();
        let refusal = verify_opening(&world.parameters, &place(1), &lie, &shown).unwrap_err();
        assert!(matches!(refusal, OpeningError::Tracker { recomputed } if recomputed != shown));
    }
    let other_seed = world.encrypt(place(1), [1, 0, 4], 78).open();
    assert!(verify_opening(&world.parameters, &place(1), &other_seed, &shown).is_err());
    let truth = world.encrypt(place(1), [1, 0, 4], 77).open();
    assert!(verify_opening(&world.parameters, &place(1), &truth, &shown).is_ok());
}

#[test]
fn a_device_that_encrypted_for_another_place_is_caught() {
    let world = World::new();
    let ours = place(1);
    let others = [
        BallotContext { index: 2, ..ours },
        BallotContext { credential: row(2).credential, ..ours },
        BallotContext { region: 8, ..ours },
        BallotContext { seq: 1, ..ours },
        BallotContext { prev: Tracker([1; 32]), ..ours },
    ];
    let opening = world.encrypt(ours, [1, 0, 4], 77).open();
    for other in others {
        let shown = world.encrypt(other, [1, 0, 4], 77).tracker();
        assert!(verify_opening(&world.parameters, &ours, &opening, &shown).is_err(), "{other:?}");
        assert!(verify_opening(&world.parameters, &other, &opening, &shown).is_ok(), "{other:?}");
    }
    let elsewhere = World::of(super::context(9));
    let shown = elsewhere.encrypt(ours, [1, 0, 4], 77).tracker();
    assert!(verify_opening(&world.parameters, &ours, &opening, &shown).is_err());
}

#[test]
fn openings_that_are_not_canonical_are_refused() {
    let world = World::new();
    let honest = world.encrypt(place(1), [1, 0, 4], 77).open().encode();
    let decode = |bytes: &[u8]| Opening::decode(&world.parameters, bytes);
    assert_eq!(decode(&honest).unwrap().encode(), honest);
    assert_eq!(decode(&honest[..34]).unwrap_err(), OpeningError::Malformed);
    assert_eq!(decode(&[honest.as_slice(), &[0]].concat()).unwrap_err(), OpeningError::Malformed);
    let mut padded = honest.clone();
    padded[33] |= 1;
    assert_eq!(decode(&padded).unwrap_err(), OpeningError::Malformed);
    let mut both = honest;
    both[32] = 0b1100_0000;
    assert_eq!(decode(&both).unwrap_err(), OpeningError::Selections(SelectionError::Rule { contest: 0 }));
}

#[test]
fn equal_choices_of_two_voters_or_two_seeds_never_share_a_tracker() {
    let world = World::new();
    let tracker = |n, seed| world.encrypt(place(n), [1, 0, 4], seed).tracker();
    assert_eq!(tracker(1, 1), tracker(1, 1));
    assert_ne!(tracker(1, 1), tracker(1, 2));
    assert_ne!(tracker(1, 1), tracker(2, 1));
}
