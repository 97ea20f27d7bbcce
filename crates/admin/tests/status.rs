//! Where an election stands, phase by phase: one next step, who is awaited by number and name, and the command to type.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use plebiscite_admin::act::{Wish, WishError, propose};
use plebiscite_admin::next::{Given, Status, status, word};
use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::time::Time;
use plebiscite_support::{Election, Shape};

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

const OFFICIALS: [&str; 3] =
    ["official 1 (official 1)", "official 2 (official 2)", "official 3 (official 3)"];

#[test]
fn every_phase_has_one_next_step_with_its_command_and_those_whom_it_awaits() {
    let mut election = Election::new(Shape::default());
    election.set_up();
    let now = seen(&election);
    assert_eq!((now.command, now.test), (None, false));
    assert_eq!(now.awaited_names.first().unwrap(), "trustee 1 (trustee 1)");
    election.hold_ceremony();
    let now = seen(&election);
    assert_eq!(now.awaited_names, ["registrar 1 (registrar 1)", "registrar 2 (registrar 2)"]);
    assert_eq!(now.awaited, ["registrar 1", "registrar 2"]);
    assert_eq!(now.command, None, "lists come first");
    election.publish_roll();
    let now = seen(&election);
    assert_eq!(now.command, full("roll-seal --propose next.act"));
    assert_eq!((now.enough.get("official"), now.enough.get("registrar")), (Some(&2), Some(&2)));
    election.seal_roll();
    let now = seen(&election);
    assert_eq!(now.command, full("open --propose next.act"));
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
    assert_eq!(now.command, full("seal --propose next.act"));
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
    election.confirm(&[4]);
    assert_eq!(seen(&election).command, None, "three decrypt first");
    election.decrypt(&[1, 2, 3]);
    let now = seen(&election);
    assert_eq!((now.command, now.enough.get("official")), (full("result"), Some(&1)));
    election.enter_result();
    assert_eq!(seen(&election).command, full("certify --propose next.act"));
    election.certify().unwrap();
    assert_eq!(seen(&election).command, full("documents --out DOCUMENTS"));
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
