//! Who lied, and how: the faults that end an attempt by name (§9.9).

use super::Round;
use crate::threshold::ContentError;

/// A trustee whose message in this ceremony is provably false. It ends the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("trustee {trustee}: {kind}")]
pub struct Fault {
    /// Who is to blame: the sender, or the dealer whom an upheld complaint names.
    pub trustee: u16,
    /// What for.
    pub kind: FaultKind,
}

/// What a trustee did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The content is not of its round's layout: wrong lengths or counts, identity, non-canonical bytes.
    #[error("the content of {round} is malformed: {error}")]
    Malformed {
        /// The round of the message.
        round: Round,
        /// What is wrong with it.
        error: ContentError,
    },
    /// R0: the proof that the sender knows the logarithm of its share-encryption key is false.
    #[error("the proof of possession of the share key is false")]
    ShareKeyProof,
    /// R0: another trustee has that share-encryption key already.
    #[error("the share key is that of trustee {other}")]
    RepeatedShareKey {
        /// The trustee who posted it first.
        other: u16,
    },
    /// R2: the coefficient commitments do not have the hash of R1.
    #[error("the opening does not match the hash posted before it")]
    OpeningDiffers,
    /// R2: the proof of knowledge of all coefficients is false.
    #[error("the proof of knowledge of the coefficients is false")]
    CoefficientProof,
    /// R2: an ephemeral point stands already in this attempt, as an ephemeral or as a share key.
    #[error("the ephemeral point for trustee {recipient} stands already in this attempt")]
    RepeatedEphemeral {
        /// The recipient in whose part it stands.
        recipient: u16,
    },
    /// R2: the proof that the sender knows an ephemeral point's logarithm is false.
    #[error("the ephemeral proof for trustee {recipient} is false")]
    EphemeralProof {
        /// The recipient in whose part it stands.
        recipient: u16,
    },
    /// R2: with this last opening a key is the identity or equals another, or a verification key is the
    /// identity. With any honest trustee that has negligible probability.
    #[error("this opening makes keys that are zero or equal (key {key})")]
    DegenerateKeys {
        /// The first such key, from 0.
        key: u32,
    },
    /// R3, upheld: the dealer's share for the complainer does not lie on the dealer's polynomial.
    #[error("the share of key {key} dealt to trustee {complainer} is wrong")]
    WrongShare {
        /// Who complained.
        complainer: u16,
        /// The first key whose share is wrong, from 0.
        key: u32,
    },
    /// R3: all shares that the complaint opens are right.
    #[error("the complaint about trustee {dealer} is unfounded")]
    UnfoundedComplaint {
        /// Whom it accused.
        dealer: u16,
    },
    /// R3: the revealed Diffie–Hellman point is not proven to be that of the message.
    #[error("the proof in the complaint about trustee {dealer} is false")]
    ComplaintProof {
        /// Whom it accused.
        dealer: u16,
    },
    /// R4: the confirmed keys or ceremony are not those that follow from the rounds before.
    #[error("the confirmed keys or ceremony are not those of this attempt")]
    ConfirmationDiffers,
}

/// Why a message does not stand in the ceremony.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CeremonyError {
    /// There is no trustee of that index. Not a fault.
    #[error("there is no trustee {trustee}")]
    NoSuchTrustee {
        /// The index given.
        trustee: u16,
    },
    /// Another round is in force. Not a fault.
    #[error("a message of {found} cannot stand while {in_force} is in force")]
    WrongRound {
        /// The round of the message.
        found: Round,
        /// The round in force.
        in_force: Round,
    },
    /// That trustee has sent its one message of this round. Not a fault.
    #[error("trustee {trustee} has sent its message of {round} already")]
    SecondMessage {
        /// Its sender.
        trustee: u16,
        /// The round.
        round: Round,
    },
    /// The attempt has ended, by a fault or by everyone's confirmation. Not a fault.
    #[error("this attempt has ended")]
    Ended,
    /// The message is false, or proves that another's is: the attempt has ended, and these are to blame.
    /// Never empty; one trustee may stand more than once.
    #[error("{} of this attempt: {}", if .0.len() == 1 { "fault" } else { "faults" }, list(.0))]
    Faults(Vec<Fault>),
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}

impl Fault {
    pub(super) fn malformed(trustee: u16, round: Round, error: ContentError) -> Self {
        Self { trustee, kind: FaultKind::Malformed { round, error } }
    }
}
