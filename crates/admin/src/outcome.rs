//! What an act is about, in numbers and words: what an official reads before it signs, not only a digest (§24.5).

use plebiscite_election::entry::{Entry, Succeeded};
use plebiscite_election::manifest::document::{ContestDocument, Document, Text};
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::{Phase, Record};
use plebiscite_election::rule::condition::{Answer, group};
use plebiscite_election::rule::places::Places;
use plebiscite_election::rule::verdict::{ContestVerdict, Decision, Preferred, Verdict};
use plebiscite_pages::{Language, condition};
use plebiscite_roles::proposal::Proposal;
use plebiscite_verifier::printable::Printable;

use crate::act::late_after;
use crate::documents::answers;
use crate::explain::explain_record;

/// The lines that belong to an act, taken from the record that was verified; none for acts that say everything
/// themselves.
#[must_use]
pub fn act(proposal: &Proposal, record: &Record, now: Time) -> Vec<String> {
    match proposal.entry() {
        Entry::Certification(_) => match record.result() {
            Some(standing) => result(record, &standing.verdict),
            None => Vec::new(),
        },
        Entry::Seal(_) => counted(record),
        Entry::Open(_) => rolled(record),
        Entry::OfficialClose(act) => closing(record, act.body.time, now),
        Entry::Successor(act) if act.body.of == Succeeded::Board && record.phase() == Phase::Open => vec![
            "note: this names the log as it is now: any ballot that comes before the last signature makes it too late, and \
             trustees sign no second successor of this number; first have the operator start the server without the old \
             board key, so that no ballots come"
                .to_owned(),
        ],
        _ => Vec::new(),
    }
}

/// When a close ends voting, and what reports say if the time that it names is another (§23.6).
fn closing(record: &Record, named: u64, now: Time) -> Vec<String> {
    let mut lines =
        vec!["note: voting ends the moment this act stands in the log, whatever time it names".to_owned()];
    let late = late_after(record, named);
    if named > now.unix() {
        lines.push(format!(
            "WARNING: the time that it names is still to come, for it is {now} now: if it is posted before, every report says \
             that voting was closed too early"
        ));
    } else if late < now.unix() {
        // Proposed without a time it would name the one in force once more.
        let how = if Some(named) == record.closing_time() { ", by --time with a time of now" } else { "" };
        lines.push(format!(
            "WARNING: the time that it names and the grace are over: every report will say that voting was closed too late; \
             propose it anew{how}"
        ));
    }
    if let Some(late) = Time::from_unix(late).ok().filter(|_| named <= now.unix()) {
        lines.push(format!(
            "note: if it is posted after {late}, every report says that voting was closed too late"
        ));
    }
    lines
}

/// Counts and verdict, question by question.
#[must_use]
pub fn result(record: &Record, verdict: &Verdict) -> Vec<String> {
    let Some(document) = record.manifest().map(|manifest| manifest.document()) else { return Vec::new() };
    let mut lines = vec![format!("title: {}", every(&document.title))];
    for (contest, verdict) in document.contests.iter().zip(&verdict.contests) {
        lines.extend(of_contest(contest, verdict));
    }
    for tie_break in &verdict.tie_breaks {
        let named = |place: usize| label(document, &tie_break.contest, place);
        let outcome = match tie_break.outcome {
            Preferred::NotNeeded => "not needed: not both proposals are adopted".to_owned(),
            Preferred::First => format!("in force is {}", named(0)),
            Preferred::Second => format!("in force is {}", named(1)),
            Preferred::Tie => "a tie, which is not broken".to_owned(),
            Preferred::Undecided => "undecided".to_owned(),
        };
        lines.push(format!("{}: {outcome}", tie_break.contest));
    }
    lines
}

fn of_contest(contest: &ContestDocument, verdict: &ContestVerdict) -> Vec<String> {
    let (participants, eligible, without) = match verdict {
        ContestVerdict::YesNo(of) => (of.participants, of.eligible, of.heads_without_result),
        ContestVerdict::Options(of) => (of.participants, of.eligible, of.heads_without_result),
        ContestVerdict::Ranked(of) => (of.participants, of.eligible, of.heads_without_result),
    };
    let mut lines = vec![format!("question {}: {}", contest.id(), every(contest.question()))];
    lines.push(format!("  took part: {} of {}", group(participants), group(eligible)));
    if without > 0 {
        lines.push(format!("  without a result: {} ballots", group(without)));
    }
    let ids: Vec<&str> = contest.options().iter().map(|option| option.0).collect();
    for (id, total) in answers(&ids, verdict) {
        let blank = id == "(blank)";
        let found = contest.options().iter().find(|option| option.0 == id).map(|option| option.1);
        let text = if blank { found.or(contest.blank()) } else { found };
        match text {
            Some(text) => lines.push(format!("  {id}, {}: {}", every(text), group(total))),
            None if blank => {}
            None => lines.push(format!("  {id}: {}", group(total))),
        }
    }
    if let ContestVerdict::YesNo(of) = verdict {
        for judged in &of.conditions {
            let answer = match judged.answer {
                Answer::Holds => "holds",
                Answer::Fails => "fails",
                Answer::Undecided => "is undecided",
                Answer::NoData => "has no data here",
            };
            lines.push(format!("  {answer}: {}", condition(Language::English, judged)));
        }
    }
    lines.push(format!("  VERDICT: {}", decided(contest, verdict)));
    lines
}

fn decided(contest: &ContestDocument, verdict: &ContestVerdict) -> String {
    match verdict {
        ContestVerdict::YesNo(of) => match (of.decision, of.valid) {
            (Decision::Adopted, _) => "adopted".to_owned(),
            (Decision::NotAdopted, Some(false)) => "not adopted: the vote is not valid".to_owned(),
            (Decision::NotAdopted, _) => "not adopted".to_owned(),
            (Decision::Undecided, _) => "undecided".to_owned(),
        },
        ContestVerdict::Options(of) => placed(contest, &of.places),
        ContestVerdict::Ranked(of) => placed(contest, &of.places),
    }
}

fn placed(contest: &ContestDocument, places: &Places) -> String {
    let names = |options: &[u16]| {
        let all = contest.options();
        let name = |option: &u16| all.get(usize::from(*option)).map(|option| every(option.1));
        options.iter().filter_map(name).collect::<Vec<_>>().join("; ")
    };
    match places {
        Places::Undecided => "undecided".to_owned(),
        Places::Decided { elected } if elected.is_empty() => "a rating, which elects nobody".to_owned(),
        Places::Decided { elected } => format!("elected: {}", names(elected)),
        Places::Tied { elected, tied, places_left } => {
            let before =
                if elected.is_empty() { String::new() } else { format!("elected: {}; ", names(elected)) };
            format!("{before}tie for {places_left} places, not broken: {}", names(tied))
        }
    }
}

/// What a seal fixes: how many ballots of how many voters, by region, and when voting ended.
fn counted(record: &Record) -> Vec<String> {
    let voted: u64 = record.heads_by_region().iter().sum();
    let mut lines = Vec::new();
    if let Some((time, early)) = record.close_time() {
        let time = Time::from_unix(time).map(|time| time.to_string()).unwrap_or_default();
        let early = if early { ", before the scheduled time" } else { "" };
        lines.push(format!("closed {time} (UTC){early}"));
    }
    lines.push(format!(
        "counted are the last ballots of {} voters; {} earlier ones are superseded",
        group(voted),
        group(record.ballots().saturating_sub(voted))
    ));
    let Some(manifest) = record.manifest().filter(|manifest| manifest.regions().len() > 1) else {
        return lines;
    };
    let numbers = record.heads_by_region().iter().zip(record.eligible_by_region());
    for (region, (heads, eligible)) in manifest.regions().iter().zip(numbers) {
        lines.push(format!(
            "  {}, {}: {} of {} voters",
            region.id,
            every(&region.name),
            group(*heads),
            group(*eligible)
        ));
    }
    lines
}

/// What an opening starts: the roll's size, and what the rule makes of it.
fn rolled(record: &Record) -> Vec<String> {
    let eligible: u64 = record.eligible_by_region().iter().sum();
    let mut lines = vec![format!("on the roll: {} voters", group(eligible))];
    if let Some(manifest) = record.manifest() {
        let schedule = &manifest.document().schedule;
        lines.push(format!("opens {}, closes {} (UTC)", schedule.opens, schedule.closes));
    }
    // What is doubtful about counts is said as a warning of its own, to every signer.
    let rules = explain_record(record).into_iter().flatten().filter(|one| !one.contest.is_empty());
    lines.extend(rules.map(|explained| format!("  {}: {}", explained.contest, explained.sentence)));
    lines
}

fn label(document: &Document, contest: &str, place: usize) -> String {
    let contest = document.contests.iter().find(|other| other.id() == contest);
    let label = contest.and_then(|contest| contest.options().get(place).map(|option| every(option.1)));
    label.unwrap_or_default()
}

/// A text in all its languages, one after another.
pub(crate) fn every(text: &Text) -> String {
    let texts = text.0.values().map(|text| Printable(text).to_string());
    texts.collect::<Vec<_>>().join(" / ")
}
