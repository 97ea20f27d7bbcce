//! Faults, complaints and the ends of attempts in words: whose fault it is, and why (§9.6, §9.9).

use plebiscite_crypto::threshold::ceremony::{Fault, FaultKind, Round};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::record::{Attempt, AttemptEnd, Complaint};

/// A trustee by number and, where the manifest is known, by name.
#[must_use]
pub fn name_of(manifest: Option<&Manifest>, number: u16) -> String {
    let place = usize::from(number).checked_sub(1);
    let member = place.and_then(|place| manifest?.document().trustees.members.get(place));
    member.map_or_else(|| format!("trustee {number}"), |member| format!("trustee {number} ({})", member.name))
}

/// What a round is about.
#[must_use]
pub const fn round_words(round: Round) -> &'static str {
    match round {
        Round::R0 => "keys for the shares",
        Round::R1 => "commitments",
        Round::R2 => "dealings",
        Round::R3 => "complaints",
        Round::R4 => "confirmation",
    }
}

/// How a complaint was judged, in one word.
#[must_use]
pub const fn verdict_word(complaint: &Complaint) -> &'static str {
    match complaint.verdict.fault.kind {
        FaultKind::WrongShare { .. } => "upheld",
        FaultKind::UnfoundedComplaint { .. } => "unfounded",
        _ => "unproven",
    }
}

/// A complaint in words: who complained about whom, what opening it showed, and whose fault that is.
#[must_use]
pub fn complaint_words(complaint: &Complaint) -> String {
    let Complaint { complainer, dealer, verdict } = complaint;
    let said = format!("trustee {complainer} complained that what trustee {dealer} dealt to it is wrong");
    let why = match verdict.fault.kind {
        FaultKind::WrongShare { key, .. } => format!(
            "opened before everyone, the share of key {key} does not lie on the polynomial that trustee {dealer} had \
             committed to: the complaint is upheld, and the fault is the dealer's, trustee {dealer}"
        ),
        FaultKind::UnfoundedComplaint { .. } => format!(
            "opened before everyone, every share is right: the complaint is unfounded, and the fault is the \
             complainer's, trustee {complainer}"
        ),
        _ => format!(
            "the point that it revealed is not proven to be that of the message, so that nothing can be opened: the \
             complaint is unproven, and the fault is the complainer's, trustee {complainer}"
        ),
    };
    format!("{said}; {why}")
}

/// A fault of the ceremony in words: what the trustee did, and what it means.
#[must_use]
pub fn fault_words(fault: &Fault) -> String {
    let j = fault.trustee;
    match fault.kind {
        FaultKind::Malformed { round, error } => {
            format!("trustee {j} signed a message of {round} that is none: {error}")
        }
        FaultKind::ShareKeyProof => {
            format!("trustee {j} did not prove that it knows the secret of its key for the shares")
        }
        FaultKind::RepeatedShareKey { other } => {
            format!("trustee {j} posted the key for the shares that trustee {other} had posted before")
        }
        FaultKind::OpeningDiffers => format!(
            "trustee {j} opened other commitments than those whose hash it had posted: it would have chosen its part \
             after it saw the others'"
        ),
        FaultKind::CoefficientProof => {
            format!("trustee {j} did not prove that it knows what it committed to")
        }
        FaultKind::RepeatedEphemeral { recipient } => format!(
            "trustee {j} encrypted the shares for trustee {recipient} under a point that stands already in this attempt"
        ),
        FaultKind::EphemeralProof { recipient } => format!(
            "trustee {j} did not prove that it made the encryption of the shares for trustee {recipient} itself"
        ),
        FaultKind::DegenerateKeys { key } => {
            format!("with the last opening, trustee {j}'s, key {key} is zero or one that there is already")
        }
        FaultKind::WrongShare { complainer, key } => {
            format!("trustee {j} dealt a wrong share of key {key} to trustee {complainer}")
        }
        FaultKind::UnfoundedComplaint { dealer } => {
            format!("trustee {j} complained about trustee {dealer} without cause")
        }
        FaultKind::ComplaintProof { dealer } => {
            format!("trustee {j} complained about trustee {dealer} and did not prove what it revealed")
        }
        FaultKind::ConfirmationDiffers => {
            format!("trustee {j} confirmed other keys than those that follow from this attempt")
        }
    }
}

/// How an attempt stands or ended, in one sentence without a stop.
#[must_use]
pub fn end_words(attempt: &Attempt) -> String {
    let number = attempt.number;
    match attempt.end {
        None => format!("attempt {number} is in force"),
        Some(AttemptEnd::Confirmed) => {
            format!("attempt {number} ended well: all trustees have confirmed the keys")
        }
        Some(AttemptEnd::Faults) => {
            let mut names: Vec<u16> = attempt.faults.iter().map(|named| named.fault.trustee).collect();
            names.sort_unstable();
            names.dedup();
            let names: Vec<String> = names.iter().map(|name| format!("trustee {name}")).collect();
            format!("attempt {number} ended without keys, by the fault of {}", names.join(" and "))
        }
        Some(AttemptEnd::Silence { trustee, round, entry }) => format!(
            "attempt {number} was ended by the officials (entry {entry}), for want of trustee {trustee}'s message of R{round}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use plebiscite_election::record::NamedFault;

    use super::*;

    fn complaint(trustee: u16, kind: FaultKind) -> Complaint {
        let verdict = NamedFault { entry: 9, sender: 3, fault: Fault { trustee, kind } };
        verdict.complaint().unwrap()
    }

    #[test]
    fn every_verdict_names_whose_fault_it_is_and_why() {
        let upheld = complaint(2, FaultKind::WrongShare { complainer: 3, key: 1 });
        assert_eq!((upheld.complainer, upheld.dealer, verdict_word(&upheld)), (3, 2, "upheld"));
        let words = complaint_words(&upheld);
        assert!(words.contains("share of key 1") && words.ends_with("the dealer's, trustee 2"), "{words}");

        let unfounded = complaint(3, FaultKind::UnfoundedComplaint { dealer: 2 });
        assert_eq!((unfounded.complainer, unfounded.dealer, verdict_word(&unfounded)), (3, 2, "unfounded"));
        assert!(complaint_words(&unfounded).ends_with("the complainer's, trustee 3"));

        let unproven = complaint(3, FaultKind::ComplaintProof { dealer: 2 });
        assert_eq!((unproven.complainer, unproven.dealer, verdict_word(&unproven)), (3, 2, "unproven"));
        assert!(complaint_words(&unproven).contains("not proven"));
    }

    #[test]
    fn a_fault_that_is_no_complaints_verdict_is_told_by_itself() {
        let fault = Fault { trustee: 4, kind: FaultKind::OpeningDiffers };
        assert!(NamedFault { entry: 9, sender: 4, fault }.complaint().is_none());
        assert!(fault_words(&fault).starts_with("trustee 4 opened other commitments"));
    }
}
