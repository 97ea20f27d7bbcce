//! What a trustee is bound to stays, also after its share came back from a backup: one seal, one decryption, no confirmation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod world;

use plebiscite_admin::act::Wish;
use plebiscite_election::record::Outcome;
use plebiscite_trustee::decrypt::{Decrypted, slot};
use plebiscite_trustee::rehearsal::rehearse;
use plebiscite_trustee::shares::{backup, restored};
use plebiscite_trustee::{Refused, Standing, State};
use world::{Wire, World};

const YES: [u8; 3] = [1, 0, 0];
const NO: [u8; 3] = [0, 1, 0];

/// Five trustees, of whom four must confirm.
fn five(choices: &[[u8; 3]]) -> World {
    World::sealed_with(5, choices)
}

fn confirmed_by(world: &mut World, trustees: &[u16]) {
    for number in trustees {
        let (done, wire) = world.confirm(*number, Wire::default());
        done.unwrap();
        world.enter_all(&wire.published()).unwrap();
    }
}

/// The trustee's folder is lost, and its share comes back from the backup.
fn restore(world: &mut World, number: u16) -> State {
    let place = usize::from(number) - 1;
    let from = backup(&world.states[place], &world.record).unwrap();
    // As a vault would keep it.
    let from = State::decode(&from.encode()).unwrap();
    restored(&from, &world.record, number).unwrap()
}

#[test]
fn a_restored_share_never_confirms_and_decrypts_only_what_enough_others_confirmed() {
    let mut world = five(&[YES, YES, NO]);
    confirmed_by(&mut world, &[1, 2, 3]);
    world.states[4] = restore(&mut world, 5);
    assert!(matches!(world.confirm(5, Wire::default()).0, Err(Refused::Restored)));
    assert!(matches!(world.decrypt(5, Wire::default()).0, Err(Refused::Unconfirmed { found: 3, needed: 4 })));
    confirmed_by(&mut world, &[4]);
    assert!(matches!(world.confirm(5, Wire::default()).0, Err(Refused::Restored)));
    let (done, wire) = world.decrypt(5, Wire::default());
    assert_eq!(done.unwrap(), Decrypted::Sent);
    for entry in wire.published() {
        assert_eq!(world.enter(&entry).unwrap(), Outcome::Accepted);
    }
    assert_eq!(world.record.valid_partials(), [5]);
}

#[test]
fn after_a_restored_backup_the_seal_that_the_board_shows_is_the_only_one() {
    let mut world = five(&[YES, YES, NO]);
    confirmed_by(&mut world, &[1, 2, 3, 4, 5]);
    let bound = world.record.seal().unwrap().digest;
    let state = restore(&mut world, 1);
    assert_eq!(state.seal.as_ref().unwrap().digest, bound);

    // A fork with another seal, which even four others have confirmed.
    let mut fork = five(&[YES, NO, NO]);
    confirmed_by(&mut fork, &[2, 3, 4, 5]);
    fork.states[0] = state.clone();
    assert!(matches!(fork.decrypt(1, Wire::default()).0, Err(Refused::OtherSeal { .. })));
    assert!(matches!(fork.confirm(1, Wire::default()).0, Err(Refused::OtherSeal { .. })));
    // The twin: the seal that it is bound to.
    world.states[0] = state;
    assert_eq!(world.decrypt(1, Wire::default()).0.unwrap(), Decrypted::Sent);

    // Where the board shows nothing of this trustee, the share is bound by its first decryption.
    let mut unseen = five(&[YES, YES, NO]);
    confirmed_by(&mut unseen, &[2, 3, 4, 5]);
    let free = restore(&mut unseen, 1);
    assert!(free.seal.is_none());
    unseen.states[0] = free;
    assert_eq!(unseen.decrypt(1, Wire::default()).0.unwrap(), Decrypted::Sent);
    fork.states[0] = unseen.states[0].clone();
    assert!(matches!(fork.decrypt(1, Wire::default()).0, Err(Refused::OtherSeal { .. })));
}

#[test]
fn a_second_decryption_is_never_made_whether_the_first_is_true_false_or_cut_off() {
    // True: nothing is due.
    let mut world = five(&[YES, YES, NO]);
    confirmed_by(&mut world, &[1, 2, 3, 4, 5]);
    let kept = world.states[0].clone();
    let (_, wire) = world.decrypt(1, Wire::default());
    let entries = wire.published();
    world.enter(&entries[0]).unwrap();

    // Cut off after its head: this vault knows what it sent and sends it again, byte for byte.
    assert!(world.record.is_taken(slot(1)));
    let (done, wire) = world.decrypt(1, Wire::default());
    assert_eq!((done.unwrap(), wire.published()), (Decrypted::Sent, entries.clone()));
    // A restored one does not, and makes none.
    world.states[0] = kept;
    world.states[0] = restore(&mut world, 1);
    let (done, wire) = world.decrypt(1, Wire::default());
    assert!(matches!(done, Err(Refused::ForeignDecryption)), "{done:?}");
    assert!(wire.events.borrow().is_empty());
    // Once it is complete and true, nothing is due.
    world.enter_all(&entries[1..]).unwrap();
    assert_eq!(world.decrypt(1, Wire::default()).0.unwrap(), Decrypted::Stands);

    // The twin: the slot is free.
    let mut twin = five(&[YES, YES, NO]);
    confirmed_by(&mut twin, &[1, 2, 3, 4, 5]);
    twin.states[0] = restore(&mut twin, 1);
    assert_eq!(twin.decrypt(1, Wire::default()).0.unwrap(), Decrypted::Sent);
}

#[test]
fn a_rehearsal_compares_the_share_with_the_record_and_changes_nothing() {
    let mut world = World::with_keys();
    let keys = world.record.manifest().unwrap().key_count();
    for number in 1..=3u16 {
        let standing = Standing { record: &world.record, seen: world.seen() };
        let before = world.states[usize::from(number) - 1].clone();
        let found = rehearse(&before, standing, number).unwrap();
        assert_eq!((found.keys, found.attempt, found.restored), (keys, 1, false));
        assert!(before == world.states[usize::from(number) - 1]);
    }
    // From a backup too, and it says so.
    let state = restore(&mut world, 2);
    let standing = Standing { record: &world.record, seen: world.seen() };
    assert!(rehearse(&state, standing, 2).unwrap().restored);
    // Another trustee's share, a flipped bit, and none.
    assert!(matches!(rehearse(&state, standing, 1), Err(Refused::OtherTrustee { found: 2, own: 1 })));
    let mut flipped = state.clone();
    flipped.share.as_mut().unwrap().secrets[40] ^= 1;
    assert!(matches!(rehearse(&flipped, standing, 2), Err(Refused::Secrets(_))));
    assert!(matches!(rehearse(&State::default(), standing, 2), Err(Refused::NoShare)));
    // Before there are keys, there is nothing to compare with.
    let begun = World::begun();
    let standing = Standing { record: &begun.record, seen: begun.seen() };
    assert!(matches!(rehearse(&state, standing, 2), Err(Refused::NotYet { .. })));
}

#[test]
fn no_share_is_copied_or_brought_back_once_it_is_to_be_destroyed() {
    let mut world = World::open();
    let kept = backup(&world.states[0], &world.record).unwrap();
    world.act(&Wish::Cancel("the question was wrong".to_owned()));
    assert!(matches!(backup(&world.states[0], &world.record), Err(Refused::Over)));
    assert!(matches!(restored(&kept, &world.record, 1), Err(Refused::Over)));
    // A vault whose share is gone has nothing to copy, whatever the phase.
    assert!(matches!(backup(&State::default(), &World::with_keys().record), Err(Refused::NoShare)));
}
