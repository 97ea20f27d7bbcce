//! What `apply` can answer: accepted, refused by name, or a fault by a trustee's name (§20.2).

use crate::encoding::EncodingError;
use crate::entry::SignatureError;
use crate::manifest::error::ManifestError;
use crate::record::Phase;
use thiserror::Error;

/// The checks that a refusal can name. Verifiers in any language use these names (§23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// An entry's bytes are its kind's layout.
    EntryEncoding,
    /// An entry belongs to this election.
    EntryElection,
    /// An entry may stand where it stands.
    EntryOrder,
    /// An entry is signed by exactly those who must sign it.
    EntrySignatures,
    /// What was signed names this log's size and root, and covers what it depends on.
    EntrySeen,
    /// An act of the officials is entered once and not after a later one.
    EntryOnce,
    /// Chunks are the next of a set that is open, and lead to its root.
    Chunks,
    /// The manifest is complete and means something.
    Manifest,
    /// Ceremony messages come one a slot, round after round, and end an attempt only as the rules say.
    Ceremony,
    /// Registrars commit before either opens a list.
    RollCommitment,
    /// Lists are well formed, distinct and known to their registrar.
    RollList,
    /// The roll seal names exactly the roll that stands.
    RollSeal,
    /// The opening names exactly the keys, ceremony and roll that stand.
    Open,
    /// A ballot's bytes are the layout that the manifest asks for.
    BallotEncoding,
    /// A ballot comes under a credential of the roll.
    BallotCredential,
    /// A ballot is the next in its credential's chain.
    BallotChain,
    /// A ballot is signed by its credential.
    BallotSignature,
    /// A ballot's proof shows a legal choice.
    BallotProof,
    /// No ciphertext or commitment stands twice.
    BallotFresh,
    /// A replacement is the next and replaces an unused credential.
    Replacement,
    /// An extension names the old time and a later one within the limit.
    Extension,
    /// A close names the time in force, or one that the manifest allows.
    Close,
    /// The seal names the log at the close.
    SealLog,
    /// The seal names the partition into cells.
    SealPartition,
    /// The seal names the chain heads.
    SealHeads,
    /// Confirmations are of the one seal, one a trustee.
    SealConfirmation,
    /// Partial decryptions come one a trustee, for what may be decrypted.
    PartialDecryptions,
    /// The counts follow from the ballots and the decryptions.
    ResultCounts,
    /// The verdict follows from the counts and the manifest's rule.
    ResultVerdict,
    /// The certification names the result.
    Certification,
    /// A successor key is new, next, and entered at the size that it names.
    Successor,
}

impl Check {
    /// Every check with the sentence that `--list-checks` prints.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::EntryEncoding, "entry-encoding", "every entry's bytes are exactly its kind's layout"),
        (Self::EntryElection, "entry-election", "every entry names this election"),
        (Self::EntryOrder, "entry-order", "every entry stands in a phase where its kind may stand"),
        (
            Self::EntrySignatures,
            "entry-signatures",
            "every entry is signed by exactly those who must sign it",
        ),
        (
            Self::EntrySeen,
            "entry-seen",
            "what was signed names this log's size and root and covers what it depends on",
        ),
        (Self::EntryOnce, "entry-once", "no act of the officials is entered twice or after a later one"),
        (Self::Chunks, "chunks", "chunks come in order and lead to their signed head's root"),
        (Self::Manifest, "manifest", "the manifest is well formed, complete and signed"),
        (Self::Ceremony, "ceremony", "the keys were made by all trustees, round after round"),
        (Self::RollCommitment, "roll-commitment", "registrars committed before either opened its list"),
        (Self::RollList, "roll-list", "every list is distinct, well formed and known to its registrar"),
        (Self::RollSeal, "roll-seal", "the roll seal names exactly the roll that stands"),
        (Self::Open, "open", "voting opened under exactly these keys, ceremony and roll"),
        (Self::BallotEncoding, "ballot-encoding", "every ballot has the layout that the manifest asks for"),
        (
            Self::BallotCredential,
            "ballot-credential",
            "every ballot comes under a credential of the roll in force",
        ),
        (Self::BallotChain, "ballot-chain", "every ballot is the next in its credential's chain"),
        (Self::BallotSignature, "ballot-signature", "every ballot is signed by its credential"),
        (Self::BallotProof, "ballot-proof", "every ballot proves a legal choice"),
        (Self::BallotFresh, "ballot-fresh", "no ciphertext or commitment stands twice"),
        (Self::Replacement, "replacement", "every replacement is the next and replaces an unused credential"),
        (Self::Extension, "extension", "every extension names the old time and a later one within the limit"),
        (Self::Close, "close", "the close names the time in force or one that the manifest allows"),
        (Self::SealLog, "seal-log", "the seal names the log at the close"),
        (Self::SealPartition, "seal-partition", "the seal names the partition into cells"),
        (Self::SealHeads, "seal-heads", "the seal names the last ballot of every voter"),
        (Self::SealConfirmation, "seal-confirmation", "trustees confirmed one seal, each once"),
        (
            Self::PartialDecryptions,
            "partial-decryptions",
            "trustees decrypted only the sums of the sealed cells",
        ),
        (Self::ResultCounts, "result-counts", "the counts follow from the ballots and the decryptions"),
        (
            Self::ResultVerdict,
            "result-verdict",
            "the verdict follows from the counts and the manifest's rule",
        ),
        (Self::Certification, "certification", "the certification names the result"),
        (Self::Successor, "successor", "every successor key is new, next and where it says it is"),
    ];

    /// The check's stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(check, _, _)| *check == self).map_or("unnamed", |(_, name, _)| name)
    }
}

/// Why an entry may not stand. The sentence reads on after "entry 17: ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Reason {
    /// The bytes are not a layout of the table.
    #[error("malformed: {0}")]
    Encoding(#[from] EncodingError),
    /// The entry names another election.
    #[error("it names another election")]
    OtherElection,
    /// The kind may not stand in this phase.
    #[error("no {kind} may stand in phase {}", phase.name())]
    Phase {
        /// The entry's kind.
        kind: &'static str,
        /// The phase in force.
        phase: Phase,
    },
    /// Signatures do not carry the entry.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The root that was signed is not this log's at that size.
    #[error("the root that was signed is not this log's at size {size}")]
    SeenRoot {
        /// The size that was signed.
        size: u64,
    },
    /// What was signed does not cover what the entry depends on.
    #[error("it was made on the log of size {size}, but depends on entries up to size {needed}")]
    SeenTooSmall {
        /// The size that was signed.
        size: u64,
        /// The least size that would do.
        needed: u64,
    },
    /// A later act of the officials stands already.
    #[error("it was signed before the officials' entry {last} was seen, and is withdrawn by it")]
    Withdrawn {
        /// Index of the last entry of `u` officials.
        last: u64,
    },
    /// The manifest does not mean anything.
    #[error("{0}")]
    Manifest(#[from] ManifestError),
    /// A field does not say what the record says.
    #[error("{field} is not the one that follows from the record")]
    NotFollowing {
        /// What is wrong.
        field: &'static str,
    },
    /// A slot or a place is taken.
    #[error("{what} stands already")]
    Twice {
        /// What.
        what: &'static str,
    },
    /// Something that must come before is missing.
    #[error("{what} is missing")]
    Missing {
        /// What.
        what: &'static str,
    },
    /// A number, time or length outside what is allowed here.
    #[error("{what} is outside what is allowed here")]
    Outside {
        /// What.
        what: &'static str,
    },
    /// A proof or a list is false.
    #[error("{0}")]
    False(String),
}

/// A refused entry: which check refused it, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {reason}", check.name())]
pub struct Refusal {
    /// The check that refused.
    pub check: Check,
    /// Why.
    pub reason: Reason,
}

impl Refusal {
    /// A refusal by a check for a reason.
    #[must_use]
    pub fn new(check: Check, reason: impl Into<Reason>) -> Self {
        Self { check, reason: reason.into() }
    }

    pub(crate) fn not_following(check: Check, field: &'static str) -> Self {
        Self { check, reason: Reason::NotFollowing { field } }
    }
}

/// Fails with a refusal unless a condition holds.
pub(crate) fn ensure(holds: bool, check: Check, reason: impl FnOnce() -> Reason) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal { check, reason: reason() }) }
}

/// A trustee's message that is logged although its content is false. The trustee is named and has no second try.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("trustee {trustee}: {what}")]
pub struct Fault {
    /// Index of the entry that completed the message.
    pub entry: u64,
    /// Who is at fault, 1 to `n`.
    pub trustee: u16,
    /// What is false.
    pub what: String,
}

/// What became of an entry that may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It stands and has its effect.
    Accepted,
    /// It stands, and shows a trustee's fault; where it shows several, the first. The record keeps all of them.
    Fault(Fault),
}
