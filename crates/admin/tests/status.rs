//! Where an election stands, phase by phase: one next step, who is awaited by number and name, and the command to type.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use plebiscite_admin::next::status;
use plebiscite_election::contest::Choice;
use plebiscite_support::{Election, Shape};

#[test]
fn every_phase_has_one_next_step_with_its_command_and_those_whom_it_awaits() {
    let mut election = Election::new(Shape::default());
    let seen = |election: &Election| status(&election.record);
    election.set_up();
    let now = seen(&election);
    assert_eq!((now.command, now.test), (None, false));
    assert_eq!(now.awaited_names.first().unwrap(), "trustee 1 (trustee 1)");
    election.hold_ceremony();
    assert_eq!(seen(&election).awaited_names, ["registrar 0 (registrar 1)", "registrar 1 (registrar 2)"]);
    assert_eq!(seen(&election).command, None, "lists come first");
    election.publish_roll();
    assert_eq!(seen(&election).command, Some("plebiscite-admin roll-seal --propose next.act"));
    election.seal_roll();
    assert_eq!(seen(&election).command, Some("plebiscite-admin open --propose next.act"));
    election.open();
    let now = seen(&election);
    assert_eq!((now.command, now.closes.as_deref()), (None, Some("2027-06-06T18:00:00Z")));
    (0..9).for_each(|voter| drop(election.cast(voter, &[Choice::Option(0)])));
    election.close();
    assert_eq!(seen(&election).command, Some("plebiscite-admin seal --propose next.act"));
    election.seal();
    election.confirm(&[1, 2, 3]);
    assert_eq!(seen(&election).awaited_names, ["trustee 4 (trustee 4)", "trustee 5 (trustee 5)"]);
    election.confirm(&[4]);
    assert_eq!(seen(&election).command, None, "three decrypt first");
    election.decrypt(&[1, 2, 3]);
    assert_eq!(seen(&election).command, Some("plebiscite-admin result"));
    election.enter_result();
    assert_eq!(seen(&election).command, Some("plebiscite-admin certify --propose next.act"));
    election.certify().unwrap();
    assert_eq!(seen(&election).command, Some("plebiscite-admin documents --out DOCUMENTS"));
}
