//! The named checks: those of the log, then those of the record, with the entries that each of them judges (§23.1).

use std::collections::BTreeSet;

use plebiscite_election::entry::{Entry, Kind, MessageKind};
use plebiscite_election::record::{Check, MessageClass, Phase, TABLE};

/// Checks of the log itself, before any entry means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogCheck {
    /// The checkpoint is one, and its signature is the board's.
    Checkpoint,
    /// The tiles lead to the checkpoint's root.
    Tree,
    /// The bundles hold exactly the entries that the tree commits to.
    Entries,
    /// The manifest is that of the election asked for, and the checkpoint's origin names it.
    Election,
    /// The log extends the checkpoint that was given.
    Extends,
    /// Nothing that the board's key signed contradicts the log.
    Fork,
}

impl LogCheck {
    /// Every check of the log with its stable name and its sentence, in the order of reports.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Checkpoint,
            "log-checkpoint",
            "the checkpoint is signed by the board's key in force at its size",
        ),
        (Self::Tree, "log-tree", "the tiles lead to the checkpoint's root"),
        (Self::Entries, "log-entries", "the bundles hold exactly the entries that the tree commits to"),
        (
            Self::Election,
            "log-election",
            "the log is that of the election asked for, and its origin names it",
        ),
        (Self::Extends, "log-extends", "the log extends the earlier checkpoint that was given"),
        (Self::Fork, "log-fork", "no other log or checkpoint that was given contradicts the log"),
    ];
}

/// Any named check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// One of the log.
    Log(LogCheck),
    /// One of the record.
    Record(Check),
}

/// Name and sentence of every check, in the order of reports: what `--list-checks` prints.
pub fn all() -> impl Iterator<Item = (Named, &'static str, &'static str)> {
    let log = LogCheck::ALL.iter().map(|(check, name, sentence)| (Named::Log(*check), *name, *sentence));
    let record = Check::ALL.iter().map(|(check, name, sentence)| (Named::Record(*check), *name, *sentence));
    log.chain(record)
}

impl Named {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        all().find(|(check, _, _)| *check == self).map_or("unnamed", |(_, name, _)| name)
    }
}

/// The checks that judge an entry of a kind (and, for heads and chunks, of a message): the table of §23.3.
fn judging(kind: Kind, message: Option<MessageClass>) -> Vec<Check> {
    let mut checks = vec![Check::EntryEncoding, Check::EntryOrder];
    if !matches!(kind, Kind::Chunk | Kind::Ballot) {
        checks.push(Check::EntryElection);
    }
    if !matches!(kind, Kind::Chunk | Kind::Ballot | Kind::Result) {
        checks.push(Check::EntrySignatures);
    }
    let unseeing = [Kind::Chunk, Kind::Ballot, Kind::Result, Kind::RollCommitment, Kind::ScheduledClose];
    if !unseeing.contains(&kind) {
        checks.push(Check::EntrySeen);
        if !matches!(kind, Kind::Head | Kind::SealConfirmation | Kind::Replacement | Kind::Seal) {
            checks.push(Check::EntryOnce);
        }
    }
    checks.extend(own(kind, message));
    checks
}

/// The checks that judge this kind and hardly any other.
fn own(kind: Kind, message: Option<MessageClass>) -> Vec<Check> {
    let of_message = match message {
        Some(MessageClass::Manifest) => Some(Check::Manifest),
        Some(MessageClass::Round) => Some(Check::Ceremony),
        Some(MessageClass::RollList) => Some(Check::RollList),
        Some(MessageClass::PartialDecryptions) => Some(Check::PartialDecryptions),
        None => None,
    };
    match kind {
        Kind::Head => of_message.into_iter().collect(),
        Kind::Chunk => of_message.into_iter().chain([Check::Chunks]).collect(),
        Kind::AttemptEnded | Kind::AttemptBegins => vec![Check::Ceremony],
        Kind::RollCommitment => vec![Check::RollCommitment],
        Kind::RollSeal => vec![Check::RollSeal],
        Kind::Open => vec![Check::Open],
        Kind::Ballot => vec![
            Check::BallotEncoding,
            Check::BallotCredential,
            Check::BallotChain,
            Check::BallotSignature,
            Check::BallotProof,
            Check::BallotFresh,
        ],
        Kind::Replacement => vec![Check::Replacement],
        Kind::Extension => vec![Check::Extension],
        Kind::ScheduledClose | Kind::OfficialClose => vec![Check::Close],
        Kind::Seal => vec![Check::SealLog, Check::SealPartition, Check::SealHeads],
        Kind::SealConfirmation => vec![Check::SealConfirmation],
        Kind::Result => vec![Check::ResultCounts, Check::ResultVerdict],
        Kind::Certification => vec![Check::Certification],
        Kind::Successor => vec![Check::Successor],
        Kind::RollAttemptEnded | Kind::Cancel | Kind::OfficialStatement => Vec::new(),
    }
}

/// Which checks have judged an entry so far.
#[derive(Clone, Debug, Default)]
pub struct Exercised(BTreeSet<Check>);

impl Exercised {
    /// Notes an entry that stands.
    pub fn note(&mut self, entry: &Entry) {
        let class = match entry {
            Entry::Head(head) => Some(class_of(head.slot.message)),
            Entry::Chunk(chunk) => Some(class_of(chunk.slot.message)),
            _ => None,
        };
        self.0.extend(judging(entry.kind(), class));
    }

    /// Notes that a ballot stands.
    pub fn note_ballot(&mut self) {
        self.0.extend(judging(Kind::Ballot, None));
    }

    /// Whether a check has judged any entry.
    #[must_use]
    pub fn has(&self, check: Check) -> bool {
        self.0.contains(&check)
    }
}

const fn class_of(message: MessageKind) -> MessageClass {
    match message {
        MessageKind::Manifest => MessageClass::Manifest,
        MessageKind::Round(_) => MessageClass::Round,
        MessageKind::RollList => MessageClass::RollList,
        MessageKind::PartialDecryptions => MessageClass::PartialDecryptions,
    }
}

/// Whether an entry that a check judges may still come when the record stands in a phase.
#[must_use]
pub fn may_still_come(check: Check, phase: Phase) -> bool {
    let from = if phase == Phase::CeremonyEnded { Phase::Ceremony } else { phase };
    let reachable = |later: Phase| later >= from && (later != Phase::Cancelled || phase == Phase::Cancelled);
    TABLE
        .iter()
        .filter(|row| judging(row.kind, row.message).contains(&check))
        .any(|row| row.phases.iter().any(|later| reachable(*later)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_every_check_of_the_record_judges_some_kind() {
        let names: BTreeSet<_> = all().map(|(_, name, _)| name).collect();
        assert_eq!(names.len(), LogCheck::ALL.len() + Check::ALL.len());
        for (check, name, _) in Check::ALL {
            assert!(may_still_come(*check, Phase::Empty), "{name} judges nothing");
        }
    }

    #[test]
    fn what_may_still_come_follows_the_phases() {
        assert!(may_still_come(Check::SealLog, Phase::Closed));
        assert!(!may_still_come(Check::SealLog, Phase::Sealed));
        assert!(may_still_come(Check::Ceremony, Phase::CeremonyEnded));
        assert!(!may_still_come(Check::Ceremony, Phase::Roll));
        assert!(!may_still_come(Check::Certification, Phase::Cancelled));
        assert!(may_still_come(Check::EntrySeen, Phase::Cancelled));
        assert!(may_still_come(Check::Certification, Phase::Result));
    }
}
