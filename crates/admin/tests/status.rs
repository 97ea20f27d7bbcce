//! Where an election stands, phase by phase: one next step, who is awaited by number and name, and the command to type.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

use plebiscite_admin::act::{Wish, WishError, propose, same_close, usual_close};
use plebiscite_admin::next::{Collected, Given, Status, status, status_with};
use plebiscite_admin::outcome::act;
use plebiscite_election::contest::Choice;
use plebiscite_election::credential::ReplacementReason;
use plebiscite_election::entry::Role;
use plebiscite_election::manifest::document::Condition;
use plebiscite_election::manifest::time::Time;
use plebiscite_roles::collected::digits;
use plebiscite_roles::proposal::{Proposal, cautions};
use plebiscite_roles::signing::word;
use plebiscite_support::{Election, Shape, document, key_of};

const GIVEN: Given<'_> =
    Given { record: "http://127.0.0.1:8080/e/0123456789abcdef/", election: Some("ABCD"), folder: "my keys" };

fn seen(election: &Election) -> Status {
    status(&election.record, &GIVEN)
}

/// The command with everything that was given.
fn full(command: &str) -> Option<String> {
    Some(format!(
        "plebiscite-admin {command} --record http://127.0.0.1:8080/e/0123456789abcdef/ --election ABCD --folder 'my keys'"
    ))
}

/// The same of somebody else, whose folder is not known here.
fn others(command: &str) -> String {
    format!("{command} --record http://127.0.0.1:8080/e/0123456789abcdef/ --election ABCD --folder FOLDER")
}

/// What others type, by their roles.
fn typed(status: &Status) -> Vec<(&'static str, String)> {
    status.others.iter().map(|other| (other.role, other.command.clone())).collect()
}

const OFFICIALS: [&str; 3] =
    ["official 1 (official 1)", "official 2 (official 2)", "official 3 (official 3)"];

#[test]
fn every_phase_has_one_next_step_with_its_command_and_those_whom_it_awaits() {
    let mut election = Election::new(Shape::default());
    election.set_up();
    let now = seen(&election);
    assert_eq!((now.command.as_ref(), now.test), (None, false));
    assert_eq!(now.awaited_names.first().unwrap(), "trustee 1 (trustee 1)");
    assert_eq!(typed(&now), [("trustee", others("plebiscite-trustee ceremony --watch"))]);
    election.hold_ceremony();
    let now = seen(&election);
    assert_eq!(now.awaited_names, ["registrar 1 (registrar 1)", "registrar 2 (registrar 2)"]);
    assert_eq!(now.awaited, ["registrar 1", "registrar 2"]);
    assert_eq!(now.command.as_ref(), None, "lists come first");
    assert_eq!(typed(&now), [("registrar", others("plebiscite-registrar commit --roll roll.prepared"))]);
    election.publish_roll();
    let now = seen(&election);
    assert_eq!(now.command, full("roll-seal --post"));
    assert_eq!((now.enough.get("official"), now.enough.get("registrar")), (Some(&2), Some(&2)));
    election.seal_roll();
    let now = seen(&election);
    assert_eq!(now.command, full("open --post"));
    assert_eq!(
        (now.awaited_names.as_slice(), now.enough.get("official")),
        (OFFICIALS.map(str::to_owned).as_slice(), Some(&2))
    );
    election.open();
    let now = seen(&election);
    assert_eq!((now.command, now.closes.as_deref()), (None, Some("2027-06-06T18:00:00Z")));
    assert_eq!((now.closed, now.closed_early), (None, false));
    (0..9).for_each(|voter| drop(election.cast(voter, &[Choice::Option(0)])));
    election.close();
    let now = seen(&election);
    assert_eq!(now.command, full("seal --post"));
    // It was closed early: the scheduled time is no close of this vote.
    assert_eq!(
        (now.closes, now.closed.as_deref(), now.closed_early),
        (None, Some("2027-06-06T12:00:00Z"), true)
    );
    election.seal();
    election.confirm(&[1, 2, 3]);
    let now = seen(&election);
    assert_eq!(now.awaited_names, ["trustee 4 (trustee 4)", "trustee 5 (trustee 5)"]);
    assert_eq!(now.enough.get("trustee"), Some(&1));
    assert_eq!(now.next, "1 more trustee confirms the seal");
    assert_eq!(typed(&now), [("trustee", others("plebiscite-trustee confirm"))]);
    election.confirm(&[4]);
    let now = seen(&election);
    assert_eq!((now.command.clone(), now.next.as_str()), (None, "3 more trustees decrypt"));
    assert_eq!(typed(&now), [("trustee", others("plebiscite-trustee decrypt"))]);
    election.decrypt(&[1, 2, 3]);
    let now = seen(&election);
    assert_eq!((now.command, now.enough.get("official")), (full("result"), Some(&1)));
    election.enter_result();
    assert_eq!(seen(&election).command, full("certify --post"));
    election.certify().unwrap();
    let now = seen(&election);
    assert_eq!((now.command.clone(), now.awaited.len()), (full("documents --out DOCUMENTS"), 0));
    // What is personal or secret goes, and each is told by whom and how.
    assert_eq!(
        typed(&now),
        [
            ("registrar", others("plebiscite-registrar destroy VOTER-FILE --out certificate.json")),
            ("trustee", others("plebiscite-trustee destroy")),
        ]
    );
}

#[test]
fn the_command_names_the_whole_id_where_none_was_given() {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    let given = Given { election: None, ..GIVEN };
    let command = status(&election.record, &given).command.unwrap();
    assert!(command.contains(&format!("--election {} ", election.id())), "{command}");
    assert_eq!([word("it's"), word(""), word("a/b.c")], ["'it'\\''s'", "''", "a/b.c"]);
}

#[test]
fn an_act_that_collects_signatures_is_signed_by_whoever_is_missing_and_proposed_by_nobody_again() {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    let wish = Wish::RollSeal;
    let mut proposal = propose(&wish, &election.record, &election.tree, election.seen()).unwrap();
    let sign = |proposal: &mut Proposal, role: Role, number: u16, name: &str| {
        let takes = proposal.takes_of(role, &election.record);
        proposal.sign((role, number), &key_of(name, usize::from(number)), takes).unwrap();
    };
    let told = |proposal: &Proposal, caller: Option<u16>| {
        let proposals = [proposal.clone()];
        status_with(&election.record, &GIVEN, Collected { proposals: &proposals, caller })
    };
    sign(&mut proposal, Role::Official, 0, "official");
    let number = digits(&proposal);
    let to_sign = full(&format!("sign --proposal {number}"));
    // Who has not signed does; who has types nothing; and the registrars are told their own command.
    let now = told(&proposal, Some(1));
    assert_eq!((now.command, now.enough.get("official"), now.pending.len()), (to_sign.clone(), Some(&1), 1));
    assert_eq!(now.awaited, ["official 2", "official 3", "registrar 1", "registrar 2"]);
    let now = told(&proposal, Some(0));
    assert_eq!((&now.command, now.pending[0].signed), (&None, Some(true)));
    let registrars = ("registrar", others(&format!("plebiscite-registrar seal --proposal {number}")));
    assert!(typed(&now).contains(&registrars), "{now:?}");
    assert_eq!(told(&proposal, None).command, to_sign, "not known whose folder it is");
    sign(&mut proposal, Role::Official, 2, "official");
    let now = told(&proposal, Some(1));
    assert_eq!((&now.command, typed(&now)), (&None, vec![registrars]), "enough officials have signed");
    assert_eq!(now.awaited, ["registrar 1", "registrar 2"]);
    sign(&mut proposal, Role::Registrar, 0, "registrar");
    sign(&mut proposal, Role::Registrar, 1, "registrar");
    let now = told(&proposal, Some(1));
    let posting = format!("plebiscite-admin post --proposal {number} --record {}", GIVEN.record);
    assert_eq!((now.command, now.awaited.len()), (Some(posting), 0));
}

#[test]
fn a_folder_takes_no_proposals_so_the_act_is_proposed_as_a_file() {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    let given = Given { record: "a copy", ..GIVEN };
    let command = status(&election.record, &given).command.unwrap();
    assert!(
        command.starts_with("plebiscite-admin roll-seal --propose next.act --record 'a copy'"),
        "{command}"
    );
}

#[test]
fn a_roll_that_the_minimums_do_not_fit_is_warned_of_before_it_is_sealed_and_until_the_count() {
    let warned = |minimum: u32| {
        let shape = Shape { voters: vec![4, 4], ..Shape::default() };
        let mut document = document(&shape);
        document.privacy.minimum_cell = minimum;
        document.privacy.minimum_eligible = 3;
        for region in &mut document.regions {
            region.always_opened = false;
            region.sibling = None;
        }
        document.rules[0].conditions.retain(|condition| matches!(condition, Condition::Majority { .. }));
        let mut election = Election::of_manifest(shape, serde_json::to_vec(&document).unwrap());
        election.set_up();
        election.hold_ceremony();
        election.publish_roll();
        let sealing = propose(&Wish::RollSeal, &election.record, &election.tree, election.seen()).unwrap();
        let before = cautions(&sealing, &election.record);
        election.seal_roll();
        let opening =
            propose(&Wish::Open(String::new()), &election.record, &election.tree, election.seen()).unwrap();
        assert_eq!(cautions(&opening, &election.record), before);
        election.open();
        assert_eq!(seen(&election).warnings, before);
        (0..3).for_each(|voter| drop(election.cast(voter, &[Choice::Option(0)])));
        election.close();
        let seal = propose(&Wish::Seal, &election.record, &election.tree, election.seen()).unwrap();
        let lost = cautions(&seal, &election.record);
        assert_eq!(seen(&election).warnings, lost);
        (before, lost)
    };
    let (before, lost) = warned(5);
    assert_eq!(before.len(), 2);
    assert!(
        before[0].contains("4 on the roll") && before[0].ends_with("no result, however many vote"),
        "{before:?}"
    );
    assert_eq!(lost.len(), 1, "nobody voted in the other: {lost:?}");
    assert!(lost[0].contains("3 of 4 have voted"), "{lost:?}");
    let (before, lost) = warned(3);
    assert!(before.iter().all(|one| one.contains("if more than 1 do not vote")), "{before:?}");
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn a_close_before_the_earliest_time_names_that_time() {
    let election = Election::opened(Shape::default());
    let at = |time: &str| {
        let wish = Wish::Close(Some(Time::parse(time).unwrap().unix()), String::new());
        propose(&wish, &election.record, &election.tree, election.seen())
    };
    let refused = at("2027-06-06T05:00:00Z").unwrap_err();
    assert!(
        matches!(refused, WishError::TooEarly { .. })
            && refused.to_string().contains("is 2027-06-06T12:00:00Z"),
        "{refused}"
    );
    assert!(at("2027-06-06T12:00:00Z").is_ok());
}

#[test]
fn a_close_that_names_no_time_names_now_where_the_manifest_lets_voting_end_now() {
    let election = Election::opened(Shape::default());
    let time = |words: &str| Time::parse(words).unwrap();
    let usual = |now: &str| usual_close(&election.record, time(now));
    let named = |words: &str| time(words).unix();
    // Before the earliest early close there is none, and what to do is said.
    let refused = usual("2027-06-06T11:59:59Z").unwrap_err();
    assert!(matches!(refused, WishError::NotDue { .. }));
    let said = refused.to_string();
    assert!(said.contains("early close from 2027-06-06T12:00:00Z on"), "{said}");
    assert!(said.ends_with("--time 2027-06-06T18:00:00Z"), "{said}");
    // From then on it is now; from the close on, the time in force.
    assert_eq!(usual("2027-06-06T12:00:00Z").unwrap(), named("2027-06-06T12:00:00Z"));
    assert_eq!(usual("2027-06-06T15:00:07Z").unwrap(), named("2027-06-06T15:00:07Z"));
    assert_eq!(usual("2027-06-06T18:00:00Z").unwrap(), named("2027-06-06T18:00:00Z"));
    assert_eq!(usual("2027-06-06T18:20:00Z").unwrap(), named("2027-06-06T18:00:00Z"));
}

#[test]
fn whoever_signs_a_close_reads_what_reports_will_say_of_its_time() {
    let election = Election::opened(Shape::default());
    let at = |words: &str| Time::parse(words).unwrap();
    let wish = Wish::Close(Some(at("2027-06-06T18:00:00Z").unix()), String::new());
    let close = propose(&wish, &election.record, &election.tree, election.seen()).unwrap();
    let shown = |now: &str| act(&close, &election.record, at(now)).join("\n");
    let early = shown("2027-06-06T17:59:59Z");
    assert!(early.contains("WARNING") && early.contains("closed too early"), "{early}");
    let timely = shown("2027-06-06T18:00:00Z");
    assert!(!timely.contains("WARNING") && timely.contains("closed too late"), "{timely}");
    // The grace is five minutes, and its last second is in time.
    let last = shown("2027-06-06T18:05:00Z");
    assert!(!last.contains("WARNING"), "{last}");
    let over = shown("2027-06-06T18:05:01Z");
    let warned = over.find("WARNING: the time that it names and the grace are over");
    assert!(warned.unwrap() < over.find("if it is posted after").unwrap(), "{over}");
    assert!(over.contains("propose it anew, by --time"), "{over}");
}

#[test]
fn a_close_proposed_before_does_for_another_only_until_its_time_and_the_grace_are_over() {
    let election = Election::opened(Shape::default());
    let at = |words: &str| Time::parse(words).unwrap();
    let close = |words: &str, reason: &str| {
        let wish = Wish::Close(Some(at(words).unix()), reason.to_owned());
        propose(&wish, &election.record, &election.tree, election.seen()).unwrap()
    };
    let same = |before: &str, new: &str, now: &str| {
        same_close(&close(new, ""), &close(before, "storm"), &election.record, at(now))
    };
    let before = "2027-06-06T12:00:00Z";
    for time in ["2027-06-06T12:01:00Z", "2027-06-06T12:05:00Z"] {
        assert!(same(before, time, time), "{time}");
    }
    for time in ["2027-06-06T12:05:01Z", "2027-06-06T16:00:00Z"] {
        assert!(!same(before, time, time), "{time}");
    }
    // Long after the time in force both name that one: to sign the first is as good as another.
    let in_force = "2027-06-06T18:00:00Z";
    assert!(same(in_force, in_force, "2027-06-06T20:00:00Z"));
    let other =
        propose(&Wish::Cancel(String::new()), &election.record, &election.tree, election.seen()).unwrap();
    assert!(!same_close(&close(before, ""), &other, &election.record, at(before)));
}

#[test]
fn a_letter_is_replaced_until_a_vote_was_cast_with_it() {
    let mut election = Election::opened(Shape::default());
    let lost = |election: &Election| {
        let wish = Wish::Replacement(2, ReplacementReason::Lost);
        propose(&wish, &election.record, &election.tree, election.seen())
    };
    assert!(lost(&election).is_ok());
    drop(election.cast(2, &[Choice::Option(0)]));
    let said = lost(&election).unwrap_err().to_string();
    assert!(said.contains("roll number 2 has voted already") && said.contains("vote again"), "{said}");
}

#[test]
fn an_extension_beyond_the_limit_names_the_limit() {
    let election = Election::opened(Shape::default());
    let to = |words: &str| {
        let wish = Wish::Extend(Time::parse(words).unwrap(), "queues".to_owned());
        propose(&wish, &election.record, &election.tree, election.seen())
    };
    assert!(to("2027-06-07T18:00:00Z").is_ok());
    let beyond = to("2027-06-07T18:00:01Z").unwrap_err();
    assert!(matches!(beyond, WishError::BeyondLatest { .. }));
    assert!(beyond.to_string().contains("latest_close is 2027-06-07T18:00:00Z"), "{beyond}");
    let no_later = to("2027-06-06T18:00:00Z").unwrap_err();
    assert!(
        matches!(no_later, WishError::NoLater { .. }) && no_later.to_string().contains("2027-06-07"),
        "{no_later}"
    );
    assert!(to("2027-06-06T18:00:01Z").is_ok());
}
