//! False messages that stand: a trustee's fault is logged by its name, and changes nothing but what it must.

use plebiscite_board::merkle::Tree;
use plebiscite_crypto::threshold::ceremony::{CommitmentSent, Dealing, ShareKeySent};
use plebiscite_election::entry::{AttemptBegins, Succeeded, Successor};
use plebiscite_election::record::{Check, Outcome, Phase};
use plebiscite_support::{Election, Shape, checkpoint_of, key_of, write_folder};
use plebiscite_verifier::report;
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Report, verify_record};

use crate::voted;

fn judge(election: &Election, board: &ed25519_dalek::SigningKey) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::of(election.entries.iter().map(|entry| plebiscite_board::merkle::leaf_hash(entry)));
    write_folder(folder.path(), &election.entries, checkpoint_of(election.id(), &tree, board).note());
    let source = Source::open(folder.path().to_str().unwrap()).unwrap();
    let options =
        Options { election: None, since: None, up_to: None, fresh: [9; 32], progress: &mut |_, _| () };
    verify_record(source, options).unwrap()
}

/// Appends a message whose last entry shows a fault, and says whose.
fn faulty(election: &mut Election, entries: &[Vec<u8>]) -> u16 {
    let (last, before) = entries.split_last().unwrap();
    election.append_all(before);
    match election.append(last).unwrap() {
        Outcome::Fault(fault) => fault.trustee,
        Outcome::Accepted => unreachable!("the message is false"),
    }
}

fn confirmed() -> Election {
    let mut election = voted();
    election.close();
    election.seal();
    election.confirm(&[1, 2, 3, 4]);
    election
}

#[test]
fn a_false_partial_decryption_is_its_trustees_fault_and_changes_no_count() {
    let mut honest = confirmed();
    honest.decrypt(&[2, 3, 4]);
    honest.enter_result();
    honest.certify().unwrap();

    let mut election = confirmed();
    let mut partials = election.partials(1);
    partials.factors[0].swap(0, 1);
    let entries = election.partials_entries(1, &partials.encode());
    assert_eq!(faulty(&mut election, &entries), 1);
    election.decrypt(&[2, 3]);
    assert_eq!(
        election.record.expected_result().unwrap_err().check,
        Check::ResultCounts,
        "two are not three"
    );
    election.decrypt(&[4]);
    election.enter_result();
    election.certify().unwrap();

    let (told, twin) = (judge(&election, &election.board), judge(&honest, &honest.board));
    assert_eq!((told.outcome, twin.outcome), (report::Outcome::Passed, report::Outcome::Passed));
    assert_eq!(told.verdict, twin.verdict);
    let named = |report: &Report| {
        let faults = report.findings.iter().filter(|finding| finding.name == "trustee-fault");
        faults.map(|finding| finding.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(named(&twin), Vec::<String>::new());
    assert_eq!(named(&told).len(), 1);
    assert!(named(&told)[0].starts_with("trustee 1:"), "{:?}", named(&told));
}

#[test]
fn with_fewer_than_the_threshold_of_true_decryptions_there_is_no_result() {
    let mut election = confirmed();
    let mut partials = election.partials(1);
    partials.factors[1].swap(0, 1);
    let entries = election.partials_entries(1, &partials.encode());
    assert_eq!(faulty(&mut election, &entries), 1);
    election.decrypt(&[2, 3]);
    assert_eq!(election.record.valid_partials(), [2, 3]);
    assert_eq!(election.record.expected_result().unwrap_err().check, Check::ResultCounts);
    assert_eq!(judge(&election, &election.board).outcome, report::Outcome::NotYet);
    election.decrypt(&[5]);
    assert!(election.record.expected_result().is_ok());
}

/// All trustees' first two rounds, and what they go on with.
fn committed() -> (Election, Vec<CommitmentSent>) {
    let mut election = Election::new(Shape::default());
    election.set_up();
    let context = election.ceremony_context();
    let mut stages = Vec::new();
    for trustee in 1..=5 {
        let (stage, content) = ShareKeySent::begin(&context, trustee, &election.fresh()).unwrap();
        let entries = election.round_message(0, trustee, &content);
        election.append_all(&entries);
        stages.push(stage);
    }
    let record = election.ceremony_record();
    let mut committed = Vec::new();
    for (trustee, stage) in (1..).zip(stages) {
        let (stage, content) = stage.commit(&record, &election.fresh()).unwrap();
        let entries = election.round_message(1, trustee, &content);
        election.append_all(&entries);
        committed.push(stage);
    }
    (election, committed)
}

/// All trustees' first two rounds; then the first trustee's dealing.
fn dealing() -> (Election, Vec<u8>) {
    let (mut election, mut committed) = committed();
    let (_, content) = committed.remove(0).deal(&election.ceremony_record(), &election.fresh()).unwrap();
    (election, content)
}

/// All trustees' first three rounds.
fn dealt() -> Election {
    let (mut election, committed) = committed();
    for (trustee, stage) in (1..).zip(committed) {
        let record = election.ceremony_record();
        let (_, content) = stage.deal(&record, &election.fresh()).unwrap();
        let entries = election.round_message(2, trustee, &content);
        election.append_all(&entries);
    }
    election
}

#[test]
fn every_fault_of_one_message_is_named() {
    let mut election = dealt();
    let point = election.record.ceremony().unwrap().contents[&(0, 5)][..32].to_vec();
    let one = [&[1][..], &[0; 31]].concat();
    // Two complaints whose proofs are false, each the fault of trustee 5, who made them.
    let complaint = |dealer: u16| [&dealer.to_be_bytes()[..], &point, &point, &point, &one].concat();
    let content = [&2u16.to_be_bytes()[..], &complaint(1), &complaint(3)].concat();
    let entries = election.round_message(3, 5, &content);
    assert_eq!(faulty(&mut election, &entries), 5);
    let named = |report: &Report| {
        let faults = report.findings.iter().filter(|finding| finding.name == "trustee-fault");
        faults.map(|finding| (finding.entry, finding.text.clone())).collect::<Vec<_>>()
    };
    let last = Some(election.entries.len() as u64 - 1);
    let what = |dealer: u16| format!("trustee 5: the proof in the complaint about trustee {dealer} is false");
    assert_eq!(named(&judge(&election, &election.board)), [(last, what(1)), (last, what(3))]);

    let mut twin = dealt();
    let entries = twin.round_message(3, 5, &0u16.to_be_bytes());
    twin.append_all(&entries);
    assert_eq!((twin.record.phase(), twin.record.faults().len()), (Phase::Ceremony, 0));
}

#[test]
fn an_opening_that_is_not_what_was_committed_to_ends_the_attempt_by_its_trustees_name() {
    let (mut election, content) = dealing();
    let mut other = Dealing::decode(&content, election.ceremony_context().params()).unwrap();
    other.commitments.swap(1, 2);
    let entries = election.round_message(2, 1, &other.encode());
    assert_eq!(faulty(&mut election, &entries), 1);
    assert_eq!(election.record.phase(), Phase::CeremonyEnded);
    // It has no second try in this attempt; the next one begins anew and comes to its keys.
    let again = election.round_message(2, 1, &content);
    assert_eq!(election.append(&again[0]).unwrap_err().check, Check::EntryOrder);
    let begins = election.act(AttemptBegins { number: 2 });
    election.append(&begins).unwrap();
    election.hold_ceremony();
    election.publish_roll();
    election.seal_roll();
    election.open();
    election.finish();
    let told = judge(&election, &election.board);
    assert_eq!(told.outcome, report::Outcome::Passed);
    assert!(told.findings.iter().any(|finding| finding.text.starts_with("trustee 1:")), "{told}");

    let (mut twin, content) = dealing();
    let entries = twin.round_message(2, 1, &content);
    twin.append_all(&entries);
    assert_eq!((twin.record.phase(), twin.record.faults().len()), (Phase::Ceremony, 0));
}

#[test]
fn after_its_succession_the_boards_old_key_signs_no_checkpoint() {
    let mut election = voted();
    let (old, new) = (election.board.clone(), key_of("successor of the board", 0));
    assert_eq!(judge(&election, &old).outcome, report::Outcome::NotYet);
    let key = new.verifying_key().to_bytes();
    let successor = election.act(Successor { number: 1, of: Succeeded::Board, key });
    election.append(&successor).unwrap();
    assert_eq!(judge(&election, &new).outcome, report::Outcome::NotYet);
    let told = judge(&election, &old);
    assert_eq!(told.outcome, report::Outcome::Failed);
    assert_eq!(told.failed().unwrap().name, "log-checkpoint");
}
