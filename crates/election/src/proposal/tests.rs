//! Proposals between officials: what is changed on the way is refused at signing, and its twin is signed.

use crate::entry::{Cancel, Extension};
use ed25519_dalek::SigningKey;

use super::*;

fn key(number: u16) -> SigningKey {
    SigningKey::from_bytes(&[number as u8 + 1; 32])
}

fn proposed() -> Proposal {
    let body = Extension { old: 100, new: 200, reason: "long queues".to_owned() };
    Proposal::of(Entry::Extension(Act::unsigned(ElectionId([7; 32]), Seen { size: 5, root: [6; 32] }, body)))
        .unwrap()
}

fn judge(proposal: &Proposal) -> Result<(), ProposalError> {
    let keys: Vec<VerifyingKey> = (0..3).map(|number| key(number).verifying_key()).collect();
    proposal.verify_signatures(|_, number| keys.get(usize::from(number)))
}

#[test]
fn a_proposal_survives_its_file_and_collects_signatures_in_order() {
    let mut proposal = proposed();
    for number in [2, 0] {
        proposal = Proposal::read(&proposal.to_file().unwrap()).unwrap();
        judge(&proposal).unwrap();
        proposal.sign((Role::Official, number), &key(number), 2).unwrap();
    }
    judge(&proposal).unwrap();
    assert_eq!(proposal.signed(Role::Official), 2);
    assert_eq!(proposal.entries().len(), 1);
}

#[test]
fn an_act_that_was_changed_after_the_first_signature_is_refused() {
    let mut proposal = proposed();
    proposal.sign((Role::Official, 0), &key(0), 2).unwrap();
    let honest = Proposal::read(&proposal.to_file().unwrap()).unwrap();
    judge(&honest).unwrap();
    let Entry::Extension(act) = proposal.entry_mut() else { panic!("an extension") };
    act.body.new = 300;
    let changed = Proposal::read(&proposal.to_file().unwrap()).unwrap();
    assert!(matches!(
        judge(&changed),
        Err(ProposalError::Signature(SignatureError::Wrong { signer: 0, .. }))
    ));
}

#[test]
fn a_signature_in_anothers_name_is_refused() {
    let mut proposal = proposed();
    proposal.sign((Role::Official, 1), &key(2), 2).unwrap();
    assert!(matches!(
        judge(&proposal),
        Err(ProposalError::Signature(SignatureError::Wrong { signer: 1, .. }))
    ));
    proposal.sign((Role::Official, 1), &key(1), 2).unwrap();
    judge(&proposal).unwrap();
}

#[test]
fn roles_that_do_not_sign_the_act_are_turned_away() {
    let mut proposal = proposed();
    for role in [Role::Registrar, Role::Trustee, Role::Board] {
        assert!(matches!(proposal.sign((role, 0), &key(0), 2), Err(ProposalError::NotASigner { .. })));
    }
    assert!(proposal.sign((Role::Official, 0), &key(0), 2).is_ok());
}

#[test]
fn a_signature_too_many_is_refused_and_changes_nothing_but_who_signed_may_sign_again() {
    let mut proposal = proposed();
    proposal.sign((Role::Official, 0), &key(0), 2).unwrap();
    proposal.sign((Role::Official, 2), &key(2), 2).unwrap();
    let whole = proposal.clone();
    let refused = proposal.sign((Role::Official, 1), &key(1), 2).unwrap_err();
    assert!(matches!(refused, ProposalError::Enough { role: "official", takes: 2 }), "{refused}");
    assert_eq!(proposal, whole);
    proposal.sign((Role::Official, 2), &key(2), 2).unwrap();
    assert_eq!(proposal, whole);
    proposal.sign((Role::Official, 1), &key(1), 3).unwrap();
    judge(&proposal).unwrap();
}

#[test]
fn files_that_are_none_are_refused_by_what_is_wrong() {
    let good = String::from_utf8(proposed().to_file().unwrap()).unwrap();
    assert!(Proposal::read(good.as_bytes()).is_ok());
    let read = |text: &str| Proposal::read(text.as_bytes()).unwrap_err();
    assert!(matches!(read(&good.replace("/v1", "/v2")), ProposalError::Format));
    assert!(matches!(
        read(&good.replacen("\"entries\"", "\"more\": 1, \"entries\"", 1)),
        ProposalError::Json(_)
    ));
    let hex = hex::encode(proposed().entries().concat());
    assert!(matches!(read(&good.replace(&hex, &hex.to_uppercase())), ProposalError::Hex { position: 0 }));
    assert!(matches!(
        read(&good.replace(&hex, &format!("{hex}00"))),
        ProposalError::Entry { position: 0, .. }
    ));
    assert!(matches!(
        read("{\"format\":\"plebiscite-proposal/v1\",\"entries\":[]}"),
        ProposalError::NotAnAct
    ));
    let twice = good.replace(&format!("\"{hex}\""), &format!("\"{hex}\",\"{hex}\""));
    assert!(matches!(read(&twice), ProposalError::NotAnAct));
}

#[test]
fn texts_that_no_one_could_read_back_are_not_proposed() {
    let cancel = |reason: &str| {
        let body = Cancel { reason: reason.to_owned() };
        Proposal::of(Entry::Cancel(Act::unsigned(ElectionId([7; 32]), Seen { size: 5, root: [6; 32] }, body)))
    };
    assert!(cancel("the question was wrong").is_ok());
    assert!(cancel("a\u{202e}b").is_err());
    assert!(cancel(&"x".repeat(1_001)).is_err());
    assert!(cancel(&"x".repeat(1_000)).is_ok());
}

#[test]
fn what_is_shown_holds_every_field_that_is_signed() {
    let shown = words(&proposed());
    for part in ["1970-01-01T00:01:40Z", "1970-01-01T00:03:20Z", "long queues"] {
        assert!(shown.contains(part), "{shown}");
    }
}
