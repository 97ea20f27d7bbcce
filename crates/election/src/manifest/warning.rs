//! Advice on a manifest that is valid: what may be done better, and how (§12.12).

use super::document::{Base, Condition, ContestDocument, Document, Text};
use super::time::Time;

/// The template's two minimums.
const TEMPLATE_MINIMUM: u32 = 30;

/// A vote open for less than this is short, in seconds.
const SHORT_VOTE: u64 = 86_400;

/// One piece of advice: what is so, and how to change it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// Not a rehearsal: has there been one?
    #[error(
        "this is not a test: before it is signed, run a whole election with the same manifest but test: true, and read every page in every language"
    )]
    Rehearse,
    /// Still a rehearsal.
    #[error("this is a TEST: nothing that it counts is a result; for the real vote, set `test` to false")]
    Test,
    /// A text that reads the same in two languages.
    #[error("{place} reads the same in {first} and {second}: translate it, unless it is a name")]
    Untranslated {
        /// Which text.
        place: String,
        /// A language.
        first: String,
        /// Another one.
        second: String,
    },
    /// A minimum below the template's.
    #[error(
        "privacy.{field} is {found}: in small groups those who all vote alike, or tell each other how they voted, show single votes; 30 or more are better, where the roll is large enough (small regions may join others: sibling)"
    )]
    SmallMinimum {
        /// The field.
        field: &'static str,
        /// Its value.
        found: u32,
    },
    /// Minimums that many rolls within the greatest cannot reach.
    #[error(
        "privacy: a count is opened from {ballots} ballots and {voters} voters on the roll on, and roll.maximum is {maximum}{}: {}; lower minimum_cell and minimum_eligible, so that fewer than half have to vote",
        for_regions(*regions),
        abstaining(*maximum, *ballots, *regions)
    )]
    HighMinimum {
        /// Fewest ballots.
        ballots: u32,
        /// Fewest voters on the roll.
        voters: u32,
        /// The greatest roll.
        maximum: u32,
        /// Regions.
        regions: usize,
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
        "region {region:?} names no sibling, a region that it is counted with where it is too small: its votes then have no result; name one"
    )]
    NoSibling {
        /// The region.
        region: String,
    },
    /// A poll opened as one cell.
    #[error(
        "small_poll lets as few as {least} ballots be opened, all together: a vote in which all agree shows every vote"
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
    /// All trustees are needed.
    #[error(
        "all {members} trustees are needed: one that loses its share, or stays away, loses the result for ever; lower the threshold"
    )]
    AllTrustees {
        /// All trustees.
        members: usize,
    },
    /// All officials are needed.
    #[error(
        "all {members} officials must sign every act: one that loses its key stops the election; name more, or lower the quorum"
    )]
    AllOfficials {
        /// All officials.
        members: usize,
    },
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
    /// A time that lies in the past.
    #[error("schedule.{field} is {time}, which has passed: check the year and the zone (it is in UTC)")]
    Past {
        /// The field.
        field: &'static str,
        /// The time.
        time: Time,
    },
    /// Voting ends soon after it begins.
    #[error("voting lasts {} from open to close; check the two times, which are in UTC", lasting(*seconds))]
    ShortVote {
        /// How long.
        seconds: u64,
    },
    /// The close cannot be moved.
    #[error(
        "latest_close is the closing time itself: where the server fails on the last day, voting cannot be extended; allow some days"
    )]
    NoExtension,
    /// The close counts as late at once.
    #[error(
        "grace_seconds is 0: a close that is one second late will be reported as late; allow some minutes"
    )]
    NoGrace,
}

/// Advice on a document that need not be valid: what it depends on may be missing.
pub(super) fn warnings(document: &Document) -> Vec<Warning> {
    let mut found = vec![if document.test { Warning::Test } else { Warning::Rehearse }];
    texts(document, &mut found);
    privacy(document, &mut found);
    roles(document, &mut found);
    witnesses(document, &mut found);
    rules(document, &mut found);
    schedule(document, &mut found);
    found
}

/// Advice that depends on what time it is.
pub(super) fn dated(document: &Document, now: Time) -> Vec<Warning> {
    let schedule = &document.schedule;
    let times = [("opens", schedule.opens), ("closes", schedule.closes)];
    times
        .into_iter()
        .filter(|(_, time)| *time < now)
        .map(|(field, time)| Warning::Past { field, time })
        .collect()
}

fn schedule(document: &Document, found: &mut Vec<Warning>) {
    let schedule = &document.schedule;
    let seconds = schedule.closes.unix().saturating_sub(schedule.opens.unix());
    if (1..SHORT_VOTE).contains(&seconds) {
        found.push(Warning::ShortVote { seconds });
    }
    if schedule.latest_close == schedule.closes {
        found.push(Warning::NoExtension);
    }
    if schedule.earliest_early_close.is_some() {
        found.push(Warning::EarlyClose);
    }
    if schedule.grace_seconds == 0 {
        found.push(Warning::NoGrace);
    }
}

/// ` for 3 regions`, where there are several.
fn for_regions(regions: usize) -> String {
    if regions > 1 { format!(" for {regions} regions") } else { String::new() }
}

/// How many may abstain of the greatest roll, where it is one group; what may happen where there are more.
fn abstaining(maximum: u32, ballots: u32, regions: usize) -> String {
    if regions > 1 {
        return "a region may be too small for a result of its own".to_owned();
    }
    match maximum.saturating_sub(ballots) {
        0 => "if even one of them does not vote, there is no result, and a smaller roll never has one"
            .to_owned(),
        most => format!(
            "if more than {most} of them do not vote, there is no result, and of a smaller roll fewer may stay away"
        ),
    }
}

/// `7 hours`, `30 minutes`, `59 seconds`.
fn lasting(seconds: u64) -> String {
    let whole = [(3_600, "hours"), (60, "minutes")].into_iter().find(|(unit, _)| seconds >= *unit);
    match whole {
        Some((unit, name)) => format!("{} {name}", seconds.div_euclid(unit)),
        None => format!("{seconds} seconds"),
    }
}

/// Labels of names and numbers are rightly the same in all languages: only what is asked is looked at.
fn texts(document: &Document, found: &mut Vec<Warning>) {
    let questions = document.contests.iter().map(ContestDocument::question).enumerate();
    let questions = questions.map(|(index, question)| (format!("contests[{index}].question"), question));
    let sentences = [
        ("privacy.small_numbers_sentence", &document.privacy.small_numbers_sentence),
        ("privacy.small_poll", &document.privacy.small_poll),
        ("trustees.one_trustee_can_block", &document.trustees.one_trustee_can_block),
        ("trustees.minority_can_read", &document.trustees.minority_can_read),
        ("registrars.one_registrar_can_vote", &document.registrars.one_registrar_can_vote),
    ];
    let sentences =
        sentences.into_iter().filter_map(|(place, text)| Some((place.to_owned(), text.as_ref()?)));
    found.extend(questions.chain(sentences).filter_map(|(place, text)| untranslated(place, text)));
}

fn untranslated(place: String, text: &Text) -> Option<Warning> {
    let mut seen: Vec<(&String, &String)> = Vec::new();
    for (language, words) in &text.0 {
        if let Some((first, _)) = seen.iter().find(|(_, other)| *other == words) {
            return Some(Warning::Untranslated { place, first: (*first).clone(), second: language.clone() });
        }
        seen.push((language, words));
    }
    None
}

fn privacy(document: &Document, found: &mut Vec<Warning>) {
    let privacy = &document.privacy;
    let minimums = [("minimum_cell", privacy.minimum_cell), ("minimum_eligible", privacy.minimum_eligible)];
    let small = minimums.into_iter().filter(|minimum| minimum.1 < TEMPLATE_MINIMUM);
    found.extend(small.map(|(field, found)| Warning::SmallMinimum { field, found }));
    if privacy.small_poll.is_some() {
        found.push(Warning::SmallPoll { least: crate::cell::LEAST_HEADS });
    }
    let opened = document.regions.iter().filter(|region| region.always_opened).count();
    let regions = document.regions.len();
    let exempt = privacy.small_poll.is_some() || opened == regions;
    let ballots = if exempt { crate::cell::LEAST_HEADS } else { privacy.minimum_cell };
    let (voters, maximum) = (privacy.minimum_eligible, document.roll.maximum);
    let every = u64::try_from(regions.max(1)).unwrap_or(u64::MAX);
    if u64::from(ballots.max(voters)).saturating_mul(2).saturating_mul(every) > u64::from(maximum) {
        found.push(Warning::HighMinimum { ballots, voters, maximum, regions });
    }
    if opened > 0 {
        found.push(Warning::OpenedSmall { regions: opened });
    }
    if document.regions.len() > 1 {
        let alone =
            document.regions.iter().filter(|region| !region.always_opened && region.sibling.is_none());
        found.extend(alone.map(|region| Warning::NoSibling { region: region.id.clone() }));
    }
}

fn roles(document: &Document, found: &mut Vec<Warning>) {
    if document.registrars.members.len() == 1 {
        found.push(Warning::OneRegistrar);
    }
    let (threshold, members) = (usize::from(document.trustees.threshold), document.trustees.members.len());
    if threshold == 1 {
        found.push(Warning::OneTrusteeReads);
    }
    if threshold == members {
        found.push(Warning::AllTrustees { members });
    }
    let (quorum, members) = (usize::from(document.officials.quorum), document.officials.keys.len());
    if quorum == 1 {
        found.push(Warning::OneOfficial);
    }
    if quorum == members {
        found.push(Warning::AllOfficials { members });
    }
}

fn witnesses(document: &Document, found: &mut Vec<Warning>) {
    let witnesses = &document.witnesses;
    let (quorum, members) = (usize::from(witnesses.quorum), witnesses.keys.len());
    let faulty = usize::from(witnesses.faulty);
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

fn rules(document: &Document, found: &mut Vec<Warning>) {
    for rule in &document.rules {
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
