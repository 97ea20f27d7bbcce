//! Advice on a manifest that is valid: what may be done better, and how (§12.12).

use super::Manifest;
use super::document::{Base, Condition};

/// The template's two minimums.
const TEMPLATE_MINIMUM: u32 = 30;

/// One piece of advice: what is so, and how to change it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// Not a rehearsal: has there been one?
    #[error(
        "this is not a test: before it is signed, run a whole election with the same manifest but test: true, and read every page in every language"
    )]
    Rehearse,
    /// A minimum below the template's.
    #[error(
        "privacy.{field} is {found}: in small groups unanimity and colluding voters show single votes; raise it to 30 or more, or join regions by siblings"
    )]
    SmallMinimum {
        /// The field.
        field: &'static str,
        /// Its value.
        found: u32,
    },
    /// Regions opened from three ballots on.
    #[error(
        "{regions} regions are always opened, from 3 ballots on: a region with few voters shows how they voted; mark only regions that a decision rule needs"
    )]
    OpenedSmall {
        /// How many.
        regions: usize,
    },
    /// A region that loses its result if it is small.
    #[error(
        "region {region:?} has no sibling and is not always opened: if it is too small, its votes get no result; name a sibling"
    )]
    NoSibling {
        /// The region.
        region: String,
    },
    /// A poll opened as one cell.
    #[error(
        "small_poll lets {least} ballots be opened as one cell: a vote in which all agree shows every vote"
    )]
    SmallPoll {
        /// The fewest ballots.
        least: u32,
    },
    /// No one but the operator vouches for times and for one view.
    #[error(
        "there are no witnesses: receipts and times rest on the operator alone; name witnesses that others run"
    )]
    NoWitnesses,
    /// Too few witnesses for two views to show.
    #[error(
        "a quorum of {quorum} of {members} witnesses with {faulty} faulty lets two views of the book both be cosigned; a quorum of {better} does not"
    )]
    WitnessesSplit {
        /// The quorum.
        quorum: usize,
        /// All witnesses.
        members: usize,
        /// `f`.
        faulty: usize,
        /// The least quorum with which two quorums share an honest witness.
        better: usize,
    },
    /// Faulty witnesses can keep receipts from becoming final.
    #[error(
        "a quorum of {quorum} of {members} witnesses with {faulty} faulty: these can withhold every receipt's cosignatures; name more witnesses"
    )]
    WitnessesBlock {
        /// The quorum.
        quorum: usize,
        /// All witnesses.
        members: usize,
        /// `f`.
        faulty: usize,
    },
    /// One registrar.
    #[error("there is one registrar, who alone can vote for people who abstain; name two registrars")]
    OneRegistrar,
    /// One trustee reads everything.
    #[error("one trustee alone can read single ballots; choose 3 of 5 or larger")]
    OneTrusteeReads,
    /// A quorum of one official.
    #[error(
        "one official alone can end the election or cut it short; name at least three, with a quorum of two"
    )]
    OneOfficial,
    /// Blank ballots count against the proposal.
    #[error(
        "in contest {contest:?} blank ballots count like no, for its majority is one of {base}; tell voters, or take the majority of valid votes"
    )]
    BlankCounts {
        /// The contest.
        contest: String,
        /// Of what the majority is one.
        base: &'static str,
    },
    /// A condition that this election cannot decide.
    #[error(
        "in contest {contest:?} a condition has no data: the verdict can only be undecided or not adopted"
    )]
    NoData {
        /// The contest.
        contest: String,
    },
    /// The close can be skipped forward.
    #[error(
        "officials may close before the scheduled time; write null for earliest_early_close unless the law allows it"
    )]
    EarlyClose,
    /// The close counts as late at once.
    #[error(
        "grace_seconds is 0: a close that is one second late will be reported as late; allow some minutes"
    )]
    NoGrace,
}

pub(super) fn warnings(manifest: &Manifest) -> Vec<Warning> {
    let mut found = Vec::new();
    if !manifest.is_test() {
        found.push(Warning::Rehearse);
    }
    privacy(manifest, &mut found);
    roles(manifest, &mut found);
    witnesses(manifest, &mut found);
    rules(manifest, &mut found);
    let schedule = &manifest.document().schedule;
    if schedule.earliest_early_close.is_some() {
        found.push(Warning::EarlyClose);
    }
    if schedule.grace_seconds == 0 {
        found.push(Warning::NoGrace);
    }
    found
}

fn privacy(manifest: &Manifest, found: &mut Vec<Warning>) {
    let privacy = &manifest.document().privacy;
    let minimums = [("minimum_cell", privacy.minimum_cell), ("minimum_eligible", privacy.minimum_eligible)];
    let small = minimums.into_iter().filter(|minimum| minimum.1 < TEMPLATE_MINIMUM);
    found.extend(small.map(|(field, found)| Warning::SmallMinimum { field, found }));
    if privacy.small_poll.is_some() {
        found.push(Warning::SmallPoll { least: crate::cell::LEAST_HEADS });
    }
    let opened = manifest.regions().iter().filter(|region| region.always_opened).count();
    if opened > 0 {
        found.push(Warning::OpenedSmall { regions: opened });
    }
    if manifest.regions().len() > 1 {
        let alone =
            manifest.regions().iter().filter(|region| !region.always_opened && region.sibling.is_none());
        found.extend(alone.map(|region| Warning::NoSibling { region: region.id.clone() }));
    }
}

fn roles(manifest: &Manifest, found: &mut Vec<Warning>) {
    if manifest.registrars().len() == 1 {
        found.push(Warning::OneRegistrar);
    }
    if manifest.threshold() == 1 {
        found.push(Warning::OneTrusteeReads);
    }
    if manifest.officials_quorum() == 1 {
        found.push(Warning::OneOfficial);
    }
}

fn witnesses(manifest: &Manifest, found: &mut Vec<Warning>) {
    let (quorum, members) = (manifest.witness_quorum(), manifest.witnesses().len());
    let faulty = manifest.faulty_witnesses();
    if members == 0 {
        found.push(Warning::NoWitnesses);
        return;
    }
    let better = members.saturating_add(faulty).div_euclid(2).saturating_add(1);
    if quorum < better && better <= members {
        found.push(Warning::WitnessesSplit { quorum, members, faulty, better });
    }
    if quorum.saturating_add(faulty) > members {
        found.push(Warning::WitnessesBlock { quorum, members, faulty });
    }
}

fn rules(manifest: &Manifest, found: &mut Vec<Warning>) {
    for rule in &manifest.document().rules {
        let contest = || rule.contest.clone();
        for condition in &rule.conditions {
            match condition {
                Condition::Majority { of: Base::Participants, .. } => {
                    found.push(Warning::BlankCounts { contest: contest(), base: "all participants" });
                }
                Condition::Majority { of: Base::Eligible, .. } => {
                    found.push(Warning::BlankCounts { contest: contest(), base: "all eligible" });
                }
                Condition::Regions { no_data: true, .. } | Condition::Turnout { no_data: true, .. } => {
                    found.push(Warning::NoData { contest: contest() });
                }
                _ => {}
            }
        }
    }
}
