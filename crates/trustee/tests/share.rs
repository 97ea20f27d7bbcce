//! A trustee's part from the first round to the last decryption, with restarts, full disks and cut networks between.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod world;

use plebiscite_admin::act::Wish;
use plebiscite_election::record::{Outcome, Phase};
use plebiscite_trustee::ceremony::Progress;
use plebiscite_trustee::decrypt::Decrypted;
use plebiscite_trustee::shares::destroy;
use plebiscite_trustee::{Refused, Standing, State};
use world::{Event, TRUSTEES, Wire, World};

const YES: [u8; 3] = [1, 0, 0];
const NO: [u8; 3] = [0, 1, 0];

#[test]
fn a_whole_election_is_counted_by_programs_that_restart_between_all_steps() {
    let mut world = World::sealed(&[YES, YES, NO]);
    for number in 1..=u16::from(TRUSTEES) {
        let (done, wire) = world.confirm(number, Wire::default());
        done.unwrap();
        world.enter_all(&wire.published()).unwrap();
    }
    assert_eq!(world.record.phase(), Phase::Confirmed);
    for number in [1, 3] {
        let (done, wire) = world.decrypt(number, Wire::default());
        assert_eq!(done.unwrap(), Decrypted::Sent);
        for entry in wire.published() {
            assert_eq!(world.enter(&entry).unwrap(), Outcome::Accepted);
        }
    }
    let result = world.record.expected_result().unwrap();
    // Anyone may send a result, as often as he likes; and a set of partial decryptions more changes none.
    let mut false_one = result.clone();
    *false_one.content.last_mut().unwrap() ^= 1;
    for _ in 0..3 {
        assert!(world.enter(&false_one.encode()).is_err());
    }
    let (_, wire) = world.decrypt(2, Wire::default());
    world.enter_all(&wire.published()).unwrap();
    assert_eq!(world.record.expected_result().unwrap(), result);
    world.enter(&result.encode()).unwrap();
    let counts = world.record.result().unwrap().cells[0].clone().unwrap();
    assert_eq!(counts.iter().flatten().copied().collect::<Vec<u64>>(), [2, 1]);
    world.act(&Wish::Certify);
    assert_eq!(world.record.phase(), Phase::Certified);
}

#[test]
fn every_message_is_stored_before_it_is_published_and_only_its_bytes_are_sent_again() {
    let mut world = World::begun();
    for round in 0..5 {
        for number in 1..=u16::from(TRUSTEES) {
            // A full disk: nothing leaves.
            let (done, wire) = world.ceremony(number, Wire { disk_full: true, ..Wire::default() });
            assert!(matches!(done, Err(Refused::Store(_))));
            assert!(wire.events.borrow().is_empty(), "round {round}: published without being stored");
            // A cut network: stored, not sent.
            let (done, wire) = world.ceremony(number, Wire { cut: true, ..Wire::default() });
            assert!(matches!(done, Err(Refused::Publish(_))));
            assert!(matches!(wire.events.borrow().as_slice(), [Event::Saved(_)]));
            let stored = world.states[usize::from(number - 1)].sent.clone().unwrap().entries;
            // Restarted, with other fresh bytes: the stored bytes are sent, and nothing is made anew.
            let (done, wire) = world.ceremony(number, Wire::default());
            assert!(matches!(done, Ok(Progress::Resent { round: sent, .. }) if sent == round));
            assert_eq!(*wire.events.borrow(), [Event::Published(stored.clone())]);
            world.enter_all(&stored).unwrap();
            if number < u16::from(TRUSTEES) {
                let waiting = world.ceremony(number, Wire::default());
                assert!(matches!(waiting.0, Ok(Progress::Waiting { .. })));
                assert!(waiting.1.events.borrow().is_empty());
            }
        }
    }
    assert_eq!(world.record.phase(), Phase::Roll);
    let (done, _) = world.ceremony(1, Wire::default());
    assert!(matches!(done, Ok(Progress::Finished { attempt: 1 })));
    // What the share was made from is gone with the write that kept the share.
    assert!(world.states.iter().all(|state| state.attempt.is_none() && state.share.is_some()));
}

#[test]
fn a_confirmation_to_be_published_as_a_file_is_stored_first_and_is_the_one_that_the_board_gets() {
    let mut world = World::sealed(&[YES, YES, NO]);
    let (done, wire) = world.bind(1, Wire { disk_full: true, ..Wire::default() });
    assert!(matches!(done, Err(Refused::Store(_))));
    assert!(wire.events.borrow().is_empty());
    let (file, wire) = world.bind(1, Wire::default());
    assert!(matches!(wire.events.borrow().as_slice(), [Event::Saved(_)]));
    let file = file.unwrap();
    // A board that takes nothing, and one that does later: the same bytes, and the same file.
    assert!(matches!(world.confirm(1, Wire { cut: true, ..Wire::default() }).0, Err(Refused::Publish(_))));
    assert_eq!(world.bind(1, Wire::default()).0.unwrap(), file);
    let (done, wire) = world.confirm(1, Wire::default());
    done.unwrap();
    assert_eq!(wire.published(), [file]);
}

#[test]
fn a_new_attempt_begins_with_wholly_fresh_secrets() {
    let mut world = World::begun();
    let (_, wire) = world.ceremony(1, Wire::default());
    world.enter_all(&wire.published()).unwrap();
    let old = world.states[0].clone();
    world.act(&Wish::AttemptEnded(Some(3)));
    assert!(matches!(world.ceremony(1, Wire::default()).0, Ok(Progress::Ended { attempt: 1 })));
    world.act(&Wish::AttemptBegins);
    let (done, _) = world.ceremony(1, Wire::default());
    assert!(matches!(done, Ok(Progress::Sent { attempt: 2, round: 0 })));
    let new = &world.states[0];
    assert_ne!(new.attempt.as_ref().unwrap().secrets, old.attempt.as_ref().unwrap().secrets);
    assert_eq!(new.sent.as_ref().unwrap().attempt, 2);
}

#[test]
fn a_record_of_an_earlier_attempt_and_a_message_made_elsewhere_are_refused() {
    let mut world = World::begun();
    let (_, wire) = world.ceremony(1, Wire::default());
    world.enter_all(&wire.published()).unwrap();
    let held = world.states[0].clone();
    world.states[0].sent = None;
    assert!(matches!(world.ceremony(1, Wire::default()).0, Err(Refused::ForeignMessage { .. })));
    world.states[0] = held.clone();
    assert!(matches!(world.ceremony(1, Wire::default()).0, Ok(Progress::Waiting { .. })));
    world.states[0].sent.as_mut().unwrap().attempt = 2;
    assert!(matches!(
        world.ceremony(1, Wire::default()).0,
        Err(Refused::EarlierAttempt { found: 1, begun: 2 })
    ));
}

#[test]
fn a_second_seal_is_refused_for_ever_and_the_first_is_sent_again_byte_for_byte() {
    let mut world = World::sealed(&[YES, YES, NO]);
    let (done, _) = world.confirm(1, Wire { disk_full: true, ..Wire::default() });
    assert!(matches!(done, Err(Refused::Store(_))));
    assert!(world.states[0].seal.is_none());
    let (done, wire) = world.confirm(1, Wire { cut: true, ..Wire::default() });
    assert!(matches!(done, Err(Refused::Publish(_))));
    assert!(matches!(wire.events.borrow().as_slice(), [Event::Saved(_)]));
    let stored = world.states[0].seal.clone().unwrap().confirmation;
    let (done, wire) = world.confirm(1, Wire::default());
    done.unwrap();
    assert_eq!(wire.published(), std::slice::from_ref(&stored));

    // The same trustee on another log of the same election, with another seal: its memory refuses.
    let mut fork = World::sealed(&[YES, NO, NO]);
    fork.states = world.states.clone();
    let other = fork.record.keys().unwrap().attempt;
    assert_eq!(other, world.record.keys().unwrap().attempt);
    assert!(matches!(fork.confirm(1, Wire::default()).0, Err(Refused::OtherSeal { .. })));
    assert!(matches!(fork.decrypt(1, Wire::default()).0, Err(Refused::OtherSeal { .. })));
    // The twin: its own seal still stands.
    world.enter(&stored).unwrap();
    assert!(world.confirm(1, Wire::default()).0.is_ok());
}

#[test]
fn nothing_is_decrypted_before_enough_trustees_have_confirmed() {
    let mut world = World::sealed(&[YES, YES, NO]);
    for number in 1..=u16::from(TRUSTEES) {
        let (done, wire) = world.decrypt(1, Wire::default());
        assert!(matches!(done, Err(Refused::Unconfirmed { needed: 3, .. })));
        assert!(wire.events.borrow().is_empty());
        let (_, wire) = world.confirm(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    let (done, wire) = world.decrypt(1, Wire { cut: true, ..Wire::default() });
    assert!(matches!(done, Err(Refused::Publish(_))));
    assert!(matches!(wire.events.borrow().as_slice(), [Event::Saved(_)]));
    let stored = world.states[0].seal.clone().unwrap().decryption;
    let (_, wire) = world.decrypt(1, Wire::default());
    assert_eq!(wire.published(), stored);
    world.enter_all(&stored).unwrap();
    assert!(matches!(world.decrypt(1, Wire::default()).0, Ok(Decrypted::Stands)));
}

#[test]
fn a_restored_share_never_confirms_and_its_own_confirmation_does_not_count_for_it() {
    let mut world = World::sealed(&[YES, YES, NO]);
    for number in 1..=u16::from(TRUSTEES) {
        let (_, wire) = world.confirm(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    let kept = world.states[0].clone();
    world.states[0] = kept.backup().unwrap();
    assert!(matches!(world.confirm(1, Wire::default()).0, Err(Refused::Restored)));
    // All three must confirm: there are never three others.
    assert!(matches!(world.decrypt(1, Wire::default()).0, Err(Refused::NoOthers { others: 2, needed: 3 })));
    world.states[0] = kept;
    assert!(world.decrypt(1, Wire::default()).0.is_ok());
}

#[test]
fn a_cancelled_election_is_neither_confirmed_nor_decrypted_and_its_shares_may_go() {
    let mut world = World::open();
    let standing = |world: &World| world.seen();
    let mut state = world.states[0].clone();
    let open = destroy(
        &mut state,
        Standing { record: &world.record, seen: standing(&world) },
        true,
        &mut Wire::default(),
    );
    assert!(matches!(open, Err(Refused::StillNeeded)));
    world.act(&Wish::Cancel("the question was wrong".to_owned()));
    assert!(matches!(world.confirm(1, Wire::default()).0, Err(Refused::Cancelled)));
    assert!(matches!(world.decrypt(1, Wire::default()).0, Err(Refused::Cancelled)));
    destroy(
        &mut state,
        Standing { record: &world.record, seen: standing(&world) },
        false,
        &mut Wire::default(),
    )
    .unwrap();
    assert!(state.share.is_none());
}

/// Four of five are enough, so the fifth may decrypt before it confirms.
#[test]
fn a_trustee_that_decrypted_first_confirms_the_same_seal_afterwards_and_no_other() {
    let mut world = World::sealed_with(5, &[YES, YES, NO]);
    assert_eq!(world.record.confirmations_needed(), 4);
    for number in 2..=5 {
        let (done, wire) = world.confirm(number, Wire::default());
        done.unwrap();
        world.enter_all(&wire.published()).unwrap();
    }
    let (done, wire) = world.decrypt(1, Wire::default());
    assert_eq!(done.unwrap(), Decrypted::Sent);
    world.enter_all(&wire.published()).unwrap();
    let decryption = world.states[0].seal.clone().unwrap().decryption;

    let (done, wire) = world.confirm(1, Wire::default());
    done.unwrap();
    assert!(matches!(wire.events.borrow().as_slice(), [Event::Saved(_), Event::Published(_)]));
    let stored = world.states[0].seal.clone().unwrap();
    assert_eq!((wire.published(), stored.decryption), (vec![stored.confirmation.clone()], decryption));
    assert_eq!(world.enter(&stored.confirmation).unwrap(), Outcome::Accepted);
    assert!(world.record.confirmations().contains_key(&1));
    // Again: it stands, and nothing is made or sent.
    let (done, wire) = world.confirm(1, Wire::default());
    assert!(done.is_ok() && wire.events.borrow().is_empty());

    let mut fork = World::sealed_with(5, &[YES, NO, NO]);
    fork.states = world.states.clone();
    assert!(matches!(fork.confirm(1, Wire::default()).0, Err(Refused::OtherSeal { .. })));
}

/// An old copy of the log, or another log, shows the beginning of the attempt that made the share.
#[test]
fn a_share_is_not_wiped_by_a_record_in_which_its_attempt_only_begins() {
    let kept = World::with_keys().states[0].clone();
    let restored = kept.backup().unwrap();
    for held in [restored, State { sent: None, ..kept }] {
        let mut world = World::begun();
        world.states[0] = held.clone();
        let (done, wire) = world.ceremony(1, Wire::default());
        assert!(matches!(done, Err(Refused::EarlierRound { attempt: 1 })), "{done:?}");
        assert!(wire.events.borrow().is_empty());
        assert!(world.states[0] == held);
    }
    // The twin: a vault without anything of this attempt begins it.
    let mut world = World::begun();
    assert!(matches!(world.ceremony(1, Wire::default()).0, Ok(Progress::Sent { attempt: 1, round: 0 })));
}
