//! What a trustee's program shows: every attempt round by round, complaints with their verdicts, what is awaited, what to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod world;

use std::collections::BTreeSet;

use plebiscite_admin::act::Wish;
use plebiscite_election::record::{AttemptEnd, Phase};
use plebiscite_roles::called::Called;
use plebiscite_support::cheat::WrongShare;
use plebiscite_trustee::ceremony::Progress;
use plebiscite_trustee::recovery::{Losses, irreplaceable, recovery};
use plebiscite_trustee::shown::shown;
use plebiscite_trustee::status::{Status, own_complaints, status};
use world::{Wire, World};

const YES: [u8; 3] = [1, 0, 0];
const NO: [u8; 3] = [0, 1, 0];

fn called() -> Called {
    Called {
        program: "plebiscite-trustee",
        record: "http://host/e/00/".to_owned(),
        election: "ID".to_owned(),
        folder: "FOLDER".to_owned(),
    }
}

fn view(world: &World, number: u16) -> Status {
    status(&world.record, &world.states[usize::from(number) - 1], number, &called())
}

fn text(world: &World, number: u16) -> String {
    view(world, number).lines().join("\n")
}

fn losses(lost: &[u16], with_backup: &[u16]) -> Losses {
    let set = |numbers: &[u16]| numbers.iter().copied().collect::<BTreeSet<u16>>();
    Losses { lost: set(lost), with_backup: set(with_backup) }
}

#[test]
fn the_ceremony_is_shown_round_by_round_and_trustee_by_trustee() {
    let mut world = World::begun();
    let found = view(&world, 2);
    assert_eq!((found.phase, found.next.awaited.as_slice()), ("ceremony", &[1, 2, 3][..]));
    assert_eq!(
        found.next.command.as_deref(),
        Some("plebiscite-trustee ceremony --watch --record http://host/e/00/ --election ID --folder FOLDER")
    );
    // From a folder, the message goes to a file.
    let folder = Called { record: "STICK".to_owned(), ..called() };
    let next = status(&world.record, &world.states[1], 2, &folder).next;
    assert_eq!(
        next.command.as_deref(),
        Some("plebiscite-trustee ceremony --out FILE --record STICK --election ID --folder FOLDER")
    );
    for number in [1, 3] {
        let (_, wire) = world.ceremony(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    let found = view(&world, 1);
    let first = &found.ceremony[0].rounds[0];
    assert_eq!((first.sent.as_slice(), first.awaited.as_slice()), (&[1, 3][..], &[2][..]));
    assert!(
        found.ceremony[0].rounds[1..].iter().all(|round| round.sent.is_empty() && round.awaited.is_empty())
    );
    assert_eq!(found.next.what, "trustee 2 is awaited with its message of round R0");
    assert_eq!((found.own.last_message, found.own.last_message_stands), (Some((1, 0)), true));
    let shown = text(&world, 1);
    assert!(shown.contains("R0 keys for the shares     x   ?   x   awaited: 2"), "{shown}");
    assert!(view(&world, 2).next.what.starts_with("send this trustee's message of round R0"));
    let json = serde_json::to_value(view(&world, 1)).unwrap();
    assert_eq!(json["ceremony"][0]["rounds"][0]["awaited"], serde_json::json!([2]));
}

#[test]
fn an_attempt_that_the_officials_ended_says_for_whose_silence() {
    let mut world = World::begun();
    let (_, wire) = world.ceremony(1, Wire::default());
    world.enter_all(&wire.published()).unwrap();
    world.act(&Wish::AttemptEnded(Some(3)));
    let last = world.record.attempts().last().unwrap();
    assert!(matches!(last.end, Some(AttemptEnd::Silence { trustee: 3, round: 0, .. })));
    assert!(text(&world, 1).contains("for want of trustee 3's message of R0"));
    world.act(&Wish::AttemptBegins);
    let found = view(&world, 1);
    assert_eq!(found.ceremony.len(), 2);
    assert_eq!(found.ceremony[0].rounds[0].sent, [1]);
    assert_eq!(found.ceremony[1].how, "attempt 2 is in force");
}

/// Trustee 2 deals a wrong share to trustee 3, with true keys and true proofs; trustee 3's program finds it.
fn complained() -> World {
    let mut world = World::begun();
    let mut cheat = WrongShare::new(2, 3);
    for round in 0..4u8 {
        for number in 1..=3u16 {
            if number == 2 && round < 3 {
                let fresh = world.fresh();
                let content = cheat.content(&world.record, &fresh);
                let entries = world.round_message(2, round, &content);
                world.enter_all(&entries).unwrap();
            } else if round < 3 {
                let (_, wire) = world.ceremony(number, Wire::default());
                world.enter_all(&wire.published()).unwrap();
            }
        }
    }
    world
}

#[test]
fn a_complaint_is_shown_before_it_stands_and_with_its_verdict_after_and_for_ever() {
    let mut world = complained();
    assert_eq!(world.record.phase(), Phase::Ceremony);
    // Whom nothing wrong was dealt to does not complain.
    let (done, wire) = world.ceremony(1, Wire::default());
    assert!(matches!(done, Ok(Progress::Sent { round: 3, .. })));
    assert!(own_complaints(&world.record, &world.states[0], 1).is_empty());
    world.enter_all(&wire.published()).unwrap();
    assert_eq!(world.record.phase(), Phase::Ceremony);

    let (_, wire) = world.ceremony(3, Wire { cut: true, ..Wire::default() });
    assert!(wire.published().is_empty());
    let before = view(&world, 3);
    assert_eq!((before.own.complains_about.as_slice(), before.own.last_message_stands), (&[2][..], false));
    assert!(before.ceremony[0].complaints.is_empty());
    assert!(text(&world, 3).contains("your message of R3 complains about trustee 2"));

    let entries = world.states[2].sent.clone().unwrap().entries;
    world.enter_all(&entries).unwrap();
    assert_eq!(world.record.phase(), Phase::CeremonyEnded);
    let after = view(&world, 1);
    let complaint = &after.ceremony[0].complaints[0];
    assert_eq!((complaint.complainer, complaint.dealer), (3, 2));
    assert_eq!((complaint.verdict, complaint.at_fault), ("upheld", 2));
    assert!(complaint.words.ends_with("the fault is the dealer's, trustee 2"), "{}", complaint.words);
    assert_eq!(after.ceremony[0].rounds[3].faulty, [3], "the message that showed it");
    assert_eq!(after.faults.len(), 1);
    assert!(after.ceremony[0].how.ends_with("by the fault of trustee 2"));

    // The next attempt does not make it forgotten.
    world.act(&Wish::AttemptBegins);
    let later = text(&world, 1);
    assert!(later.contains("complaint, upheld") && later.contains("attempt 2 is in force"), "{later}");
}

#[test]
fn a_complaint_without_cause_is_its_makers_fault() {
    let mut world = World::begun();
    for _ in 0..3 {
        for number in 1..=3u16 {
            let (_, wire) = world.ceremony(number, Wire::default());
            world.enter_all(&wire.published()).unwrap();
        }
    }
    // A complaint of the right form whose proof is none: points that stand elsewhere.
    let point = world.record.ceremony().unwrap().contents[&(0, 1)][..32].to_vec();
    let content =
        [&1u16.to_be_bytes()[..], &1u16.to_be_bytes(), &point, &point, &point, &[1], &[0; 31]].concat();
    let entries = world.round_message(2, 3, &content);
    world.enter_all(&entries).unwrap();
    let found = view(&world, 1);
    let complaint = &found.ceremony[0].complaints[0];
    assert_eq!((complaint.verdict, complaint.at_fault, complaint.dealer), ("unproven", 2, 1));
}

#[test]
fn from_the_seal_on_the_next_step_is_told_by_who_is_missing() {
    let mut world = World::sealed_with(5, &[YES, YES, NO]);
    let found = view(&world, 1);
    assert_eq!(found.next.what, "confirm the seal; 4 more confirmations are needed");
    assert!(found.next.command.unwrap().starts_with("plebiscite-trustee confirm "));
    for number in 1..=4u16 {
        let (_, wire) = world.confirm(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    let seal = view(&world, 1).seal.unwrap();
    assert_eq!((seal.confirmed_by.as_slice(), seal.missing.as_slice()), (&[1, 2, 3, 4][..], &[5][..]));
    assert_eq!(view(&world, 5).next.what, "decrypt the sums; 3 more trustees are needed");
    for number in [5, 2, 1] {
        let (_, wire) = world.decrypt(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    let found = view(&world, 3);
    assert_eq!(found.decryptions.unwrap().valid, [1, 2, 5]);
    assert_eq!(
        (found.next.what.as_str(), found.next.command),
        ("enough trustees have decrypted: anyone posts the result", None)
    );
    let result = world.record.expected_result().unwrap();
    world.enter(&result.encode()).unwrap();
    world.act(&Wish::Certify);
    assert!(view(&world, 3).next.command.unwrap().starts_with("plebiscite-trustee destroy "));
}

#[test]
fn what_is_about_to_be_confirmed_is_shown_with_its_cells_and_sums() {
    let world = World::sealed(&[YES, YES, NO]);
    let found = shown(&world.record).unwrap();
    assert_eq!((found.ballots, found.counted, found.eligible), (3, 3, 4));
    assert_eq!((found.cells.len(), found.cells[0].heads), (1, 3));
    let keys = world.record.manifest().unwrap().key_count();
    assert_eq!((found.sums, found.confirm_needed), (keys, 3));
    assert_eq!(found.seal, hex::encode(world.record.seal().unwrap().digest));
    let lines = found.lines().join("\n");
    assert!(lines.contains("3 ballots of 4 eligible; opened as sums"), "{lines}");
    // Two ballots: too small ever to be opened.
    let few = shown(&World::sealed(&[YES, NO]).record).unwrap();
    assert_eq!(few.sums, 0);
    assert!(few.lines().join("\n").contains("too small: never opened"));
    assert!(shown(&World::open().record).is_err());
}

#[test]
fn recovery_says_with_how_many_trustees_what_still_works() {
    // Before there are keys, everyone is needed.
    let begun = recovery(&World::begun().record, &losses(&[1], &[])).unwrap();
    assert!(!begun.result_possible && begun.words[0].contains("all 3 trustees"));
    // Five trustees: three decrypt, four confirm.
    let mut world = World::sealed_with(5, &[YES, YES, NO]);
    let none = recovery(&world.record, &Losses::default()).unwrap();
    assert_eq!((none.may_miss_confirming, none.may_miss_decrypting), (1, 2));
    assert!(none.result_possible);
    assert!(recovery(&world.record, &losses(&[5], &[])).unwrap().result_possible);
    // A second loss before the confirmation is the end, even with backups, which never confirm.
    let two = recovery(&world.record, &losses(&[4, 5], &[4, 5])).unwrap();
    assert!(!two.result_possible);
    assert!(two.words.last().unwrap().contains("no seal can ever be confirmed"), "{:?}", two.words);
    for number in 1..=4u16 {
        let (_, wire) = world.confirm(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    // After it, two may be lost, and a backup of one who confirmed helps only where enough others did.
    assert!(recovery(&world.record, &losses(&[4, 5], &[])).unwrap().result_possible);
    let three = recovery(&world.record, &losses(&[3, 4, 5], &[])).unwrap();
    assert!(!three.result_possible);
    assert!(three.words.last().unwrap().contains("can never be counted"));
    // 5 has not confirmed, and four others have: its backup decrypts. 4 has: only three others have.
    assert_eq!(recovery(&world.record, &losses(&[3, 4, 5], &[5])).unwrap().can_decrypt, [1, 2, 5]);
    assert_eq!(recovery(&world.record, &losses(&[3, 4, 5], &[4])).unwrap().can_decrypt, [1, 2]);
}

/// The trustee's folder is lost, and only a backup of its share is left.
fn with_only_a_backup(world: &mut World, number: u16) {
    let state = &mut world.states[usize::from(number) - 1];
    *state = state.backup().unwrap();
}

#[test]
fn where_all_must_confirm_every_view_says_that_a_lost_folder_cannot_be_replaced() {
    let mut world = World::with_keys();
    let warning = irreplaceable(&world.record).unwrap();
    assert!(
        warning.contains("all 3 trustees must confirm") && warning.contains("cannot be replaced"),
        "{warning}"
    );
    let found = recovery(&world.record, &Losses::default()).unwrap();
    assert!(found.result_possible && !found.backup_of_use);
    let words = found.words.join("\n");
    assert!(
        words.contains("none may be missing") && words.contains("with 4 trustees, 3 would have to confirm"),
        "{words}"
    );
    assert!(view(&world, 1).next.what.ends_with("no backup replaces it"));
    // No backup makes it better, and the trustee that has only one is told so.
    assert!(!recovery(&world.record, &losses(&[3], &[3])).unwrap().result_possible);
    with_only_a_backup(&mut world, 3);
    let found = view(&world, 3);
    assert!(found.own.restored_share.unwrap().contains("there are only 2 others"));
    assert_eq!(found.recovery.unwrap().can_confirm, [1, 2]);
    assert!(
        found.next.what.starts_with(
            "tell the officials: with only a backup of trustee 3: 2 have confirmed or can, and 3"
        )
    );
    assert!(found.next.what.ends_with("found the election anew with a new manifest"), "{}", found.next.what);
    assert!(view(&world, 1).next.command.is_some(), "the others know nothing of it");
}

#[test]
fn where_all_must_confirm_a_folder_lost_after_the_confirmation_costs_nothing_but_itself() {
    let mut world = World::sealed(&[YES, YES, NO]);
    let kept = world.states[2].clone();
    with_only_a_backup(&mut world, 3);
    assert!(view(&world, 3).next.what.ends_with("the officials cancel, and the vote is held again"));
    world.states[2] = kept;
    assert!(view(&world, 3).next.what.starts_with("confirm the seal"));
    for number in 1..=3u16 {
        let (_, wire) = world.confirm(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    with_only_a_backup(&mut world, 3);
    let found = view(&world, 3);
    assert!(found.recovery.unwrap().result_possible);
    assert!(found.next.what.ends_with("only 2 others; trustees 1, 2 decrypt"), "{}", found.next.what);
    assert!(found.next.command.is_none());
    for number in [1, 2] {
        let (_, wire) = world.decrypt(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    assert!(world.record.expected_result().is_ok());
}

#[test]
fn where_enough_others_can_confirm_a_backup_is_of_use_and_nothing_warns() {
    let mut world = World::sealed_with(5, &[YES, YES, NO]);
    assert!(irreplaceable(&world.record).is_none());
    assert!(recovery(&world.record, &losses(&[5], &[5])).unwrap().backup_of_use);
    with_only_a_backup(&mut world, 5);
    assert_eq!(
        view(&world, 5).own.restored_share.unwrap(),
        "a restored share never confirms a seal, and decrypts one that 4 other trustees have confirmed"
    );
    assert_eq!(
        view(&world, 5).next.what,
        "a restored share never confirms; trustees 1, 2, 3, 4 confirm the seal"
    );
    for number in 1..=4u16 {
        let (_, wire) = world.confirm(number, Wire::default());
        world.enter_all(&wire.published()).unwrap();
    }
    assert_eq!(view(&world, 5).next.what, "decrypt the sums; 3 more trustees are needed");
    assert!(world.decrypt(5, Wire::default()).0.is_ok());
}
