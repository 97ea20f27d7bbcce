//! The closed table: which kind of entry may stand in which phase, and who signs it (§20).
//!
//! `Record::apply` asks this table before anything else, and the specification's table is tested against it.

use crate::entry::{Entry, Kind, MessageKind};

/// Where an election stands. The log alone decides; no clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Nothing stands yet.
    Empty,
    /// The manifest's chunks are coming.
    Manifest,
    /// A ceremony attempt is in force.
    Ceremony,
    /// A ceremony attempt has ended without keys.
    CeremonyEnded,
    /// The keys are confirmed by all trustees; registrars publish their lists.
    Roll,
    /// The roll is sealed.
    RollSealed,
    /// Voting.
    Open,
    /// No more ballots.
    Closed,
    /// What is counted is fixed; trustees confirm it.
    Sealed,
    /// Enough trustees have confirmed the seal; they decrypt.
    Confirmed,
    /// The result stands.
    Result,
    /// The officials have certified it.
    Certified,
    /// The election has ended without a result.
    Cancelled,
}

impl Phase {
    /// Every phase in the order in which an election goes through them.
    pub const ALL: [Self; 13] = [
        Self::Empty,
        Self::Manifest,
        Self::Ceremony,
        Self::CeremonyEnded,
        Self::Roll,
        Self::RollSealed,
        Self::Open,
        Self::Closed,
        Self::Sealed,
        Self::Confirmed,
        Self::Result,
        Self::Certified,
        Self::Cancelled,
    ];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Manifest => "manifest",
            Self::Ceremony => "ceremony",
            Self::CeremonyEnded => "ceremony-ended",
            Self::Roll => "roll",
            Self::RollSealed => "roll-sealed",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Sealed => "sealed",
            Self::Confirmed => "confirmed",
            Self::Result => "result",
            Self::Certified => "certified",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Who must sign an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signers {
    /// Exactly `u` officials.
    Officials,
    /// Exactly `u` officials and all registrars.
    OfficialsAndRegistrars,
    /// Exactly `u` officials and `c` trustees.
    OfficialsAndTrustees,
    /// The trustee of the slot.
    Trustee,
    /// The registrar of the slot.
    Registrar,
    /// The board's key in force.
    Board,
    /// The credential `K` of the voter.
    Credential,
    /// The head that it belongs to carries the signature.
    Head,
    /// No one: `apply` recomputes it.
    NoOne,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The entry's kind.
    pub kind: Kind,
    /// For heads and chunks: of which message.
    pub message: Option<MessageClass>,
    /// Who signs.
    pub signers: Signers,
    /// In which phases it may stand.
    pub phases: &'static [Phase],
}

/// Chunked messages as the table tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageClass {
    /// The manifest.
    Manifest,
    /// Ceremony rounds 0 to 4.
    Round,
    /// A registrar's list.
    RollList,
    /// Partial decryptions.
    PartialDecryptions,
}

impl MessageClass {
    const fn of(message: MessageKind) -> Self {
        match message {
            MessageKind::Manifest => Self::Manifest,
            MessageKind::Round(_) => Self::Round,
            MessageKind::RollList => Self::RollList,
            MessageKind::PartialDecryptions => Self::PartialDecryptions,
        }
    }
}

use Phase as P;

const fn row(kind: Kind, signers: Signers, phases: &'static [Phase]) -> Row {
    Row { kind, message: None, signers, phases }
}

const fn message(kind: Kind, class: MessageClass, signers: Signers, phases: &'static [Phase]) -> Row {
    Row { kind, message: Some(class), signers, phases }
}

/// The table of §20. What is not in it may not stand.
pub const TABLE: &[Row] = &[
    message(Kind::Head, MessageClass::Manifest, Signers::Officials, &[P::Empty]),
    message(Kind::Chunk, MessageClass::Manifest, Signers::Head, &[P::Manifest]),
    message(Kind::Head, MessageClass::Round, Signers::Trustee, &[P::Ceremony]),
    message(Kind::Chunk, MessageClass::Round, Signers::Head, &[P::Ceremony]),
    row(Kind::AttemptEnded, Signers::Officials, &[P::Ceremony]),
    row(Kind::AttemptBegins, Signers::Officials, &[P::CeremonyEnded]),
    row(Kind::RollCommitment, Signers::Registrar, &[P::Roll]),
    message(Kind::Head, MessageClass::RollList, Signers::Registrar, &[P::Roll]),
    message(Kind::Chunk, MessageClass::RollList, Signers::Head, &[P::Roll]),
    row(Kind::RollAttemptEnded, Signers::Officials, &[P::Roll]),
    row(Kind::RollSeal, Signers::OfficialsAndRegistrars, &[P::Roll]),
    row(Kind::Open, Signers::Officials, &[P::RollSealed]),
    row(Kind::Ballot, Signers::Credential, &[P::Open]),
    row(Kind::Replacement, Signers::OfficialsAndRegistrars, &[P::Open]),
    row(Kind::Extension, Signers::Officials, &[P::Open]),
    row(Kind::ScheduledClose, Signers::Board, &[P::Open]),
    row(Kind::OfficialClose, Signers::Officials, &[P::Open]),
    row(
        Kind::Cancel,
        Signers::Officials,
        &[P::Ceremony, P::CeremonyEnded, P::Roll, P::RollSealed, P::Open, P::Closed],
    ),
    row(Kind::Seal, Signers::Officials, &[P::Closed]),
    row(Kind::SealConfirmation, Signers::Trustee, &[P::Sealed, P::Confirmed]),
    message(Kind::Head, MessageClass::PartialDecryptions, Signers::Trustee, &[P::Confirmed]),
    message(Kind::Chunk, MessageClass::PartialDecryptions, Signers::Head, &[P::Confirmed]),
    row(Kind::Result, Signers::NoOne, &[P::Confirmed]),
    row(Kind::Certification, Signers::Officials, &[P::Result]),
    row(
        Kind::Successor,
        Signers::OfficialsAndTrustees,
        &[P::Roll, P::RollSealed, P::Open, P::Closed, P::Sealed, P::Confirmed, P::Result],
    ),
    row(
        Kind::OfficialStatement,
        Signers::Officials,
        &[P::Open, P::Sealed, P::Confirmed, P::Result, P::Certified, P::Cancelled],
    ),
];

/// Whether an entry may stand in a phase at all.
#[must_use]
pub fn may_stand(entry: &Entry, phase: Phase) -> bool {
    let class = match entry {
        Entry::Head(head) => Some(MessageClass::of(head.slot.message)),
        Entry::Chunk(chunk) => Some(MessageClass::of(chunk.slot.message)),
        _ => None,
    };
    TABLE.iter().any(|row| row.kind == entry.kind() && row.message == class && row.phases.contains(&phase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_row_and_every_row_a_phase() {
        for kind in Kind::ALL {
            assert!(TABLE.iter().any(|row| row.kind == *kind), "{} has no row", kind.name());
        }
        assert!(TABLE.iter().all(|row| !row.phases.is_empty()));
    }

    #[test]
    fn between_close_and_seal_only_cancel_seal_or_a_successor_may_stand() {
        let closed: Vec<_> =
            TABLE.iter().filter(|row| row.phases.contains(&Phase::Closed)).map(|row| row.kind).collect();
        assert_eq!(closed, [Kind::Cancel, Kind::Seal, Kind::Successor]);
    }

    #[test]
    fn after_a_cancel_only_statements_may_stand() {
        let cancelled: Vec<_> =
            TABLE.iter().filter(|row| row.phases.contains(&Phase::Cancelled)).map(|row| row.kind).collect();
        assert_eq!(cancelled, [Kind::OfficialStatement]);
    }

    #[test]
    fn nothing_cancels_from_the_seal_on() {
        let cancel = TABLE.iter().find(|row| row.kind == Kind::Cancel).unwrap();
        for phase in [Phase::Sealed, Phase::Confirmed, Phase::Result, Phase::Certified] {
            assert!(!cancel.phases.contains(&phase));
        }
        assert!(cancel.phases.contains(&Phase::Closed));
    }
}
