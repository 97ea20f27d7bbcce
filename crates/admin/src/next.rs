//! Where an election stands, and the one thing that comes next, with whom it awaits.

use plebiscite_election::entry::Role;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::{Phase, Record};
use serde::Serialize;

/// The stable document of `status --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// The election id.
    pub election: String,
    /// The phase's name.
    pub phase: &'static str,
    /// Entries of the log.
    pub size: u64,
    /// Ballots in the log, superseded ones included.
    pub ballots: u64,
    /// Voters with a ballot.
    pub voted: u64,
    /// Credentials of the roll.
    pub eligible: u64,
    /// Faults that stand, as sentences.
    pub faults: Vec<String>,
    /// What comes next, as a sentence.
    pub next: String,
    /// Who is awaited: `official`, `trustee 3`, `registrar 0`, `board`, `voters`, or no one.
    pub awaited: Vec<String>,
    /// The same with names, as the manifest has them: `trustee 3 (NAME)`.
    pub awaited_names: Vec<String>,
    /// What an official types next; null where nothing is to be typed by officials.
    pub command: Option<&'static str>,
    /// Whether the manifest says that this is a test.
    pub test: bool,
    /// When the vote is to open, in UTC.
    pub opens: Option<String>,
    /// The closing time in force, in UTC.
    pub closes: Option<String>,
}

/// The status of a verified record.
#[must_use]
pub fn status(record: &Record) -> Status {
    let (next, awaited) = next(record);
    Status {
        election: record.election().map(|id| id.to_string()).unwrap_or_default(),
        phase: record.phase().name(),
        size: record.size(),
        ballots: record.ballots(),
        voted: record.heads_by_region().iter().sum(),
        eligible: record.eligible_by_region().iter().sum(),
        faults: record.faults().iter().map(ToString::to_string).collect(),
        next,
        awaited_names: awaited.iter().map(|who| named(record, who)).collect(),
        awaited,
        command: command(record),
        test: record.manifest().is_some_and(|manifest| manifest.is_test()),
        opens: record.manifest().map(|manifest| manifest.document().schedule.opens.to_string()),
        closes: record
            .closing_time()
            .and_then(|time| Time::from_unix(time).ok())
            .map(|time| time.to_string()),
    }
}

/// `trustee 3 (NAME)`; what has no number has no name.
fn named(record: &Record, who: &str) -> String {
    let Some(document) = record.manifest().map(|manifest| manifest.document()) else { return who.to_owned() };
    let numbered =
        who.rsplit_once(' ').and_then(|(role, number)| Some((role, number.parse::<usize>().ok()?)));
    let member = numbered.and_then(|(role, number)| match role {
        "trustee" => document.trustees.members.get(number.checked_sub(1)?),
        "registrar" => document.registrars.members.get(number),
        _ => None,
    });
    member.map_or_else(|| who.to_owned(), |member| format!("{who} ({})", member.name))
}

/// The command that an official types next, after the record's address and the folder as in every command.
fn command(record: &Record) -> Option<&'static str> {
    match record.phase() {
        Phase::CeremonyEnded => Some("plebiscite-admin attempt-begins --propose next.act"),
        Phase::Roll => {
            let count = record.manifest().map_or(0, |manifest| manifest.registrars().len());
            (record.roll_lists().count() == count).then_some("plebiscite-admin roll-seal --propose next.act")
        }
        Phase::RollSealed => Some("plebiscite-admin open --propose next.act"),
        Phase::Closed => Some("plebiscite-admin seal --propose next.act"),
        Phase::Confirmed => record.expected_result().is_ok().then_some("plebiscite-admin result"),
        Phase::Result => Some("plebiscite-admin certify --propose next.act"),
        Phase::Certified => Some("plebiscite-admin documents --out DOCUMENTS"),
        _ => None,
    }
}

fn next(record: &Record) -> (String, Vec<String>) {
    let officials = |what: &str| (what.to_owned(), vec![Role::Official.name().to_owned()]);
    match record.phase() {
        Phase::Empty | Phase::Manifest => officials("the signed manifest is posted"),
        Phase::Ceremony => ceremony(record),
        Phase::CeremonyEnded => officials("the officials begin the next ceremony attempt"),
        Phase::Roll => roll(record),
        Phase::RollSealed => officials("letters are sent, and the officials open the vote"),
        Phase::Open => {
            ("voters vote until the close".to_owned(), vec!["voters".to_owned(), "board".to_owned()])
        }
        Phase::Closed => officials("the officials seal what is counted"),
        Phase::Sealed => {
            let missing = record.confirmations_needed().saturating_sub(record.confirmations().len());
            (
                format!("{missing} more trustees confirm the seal"),
                trustees(record, |number| !record.confirmations().contains_key(&number)),
            )
        }
        Phase::Confirmed => confirmed(record),
        Phase::Result => officials("the officials certify the result"),
        Phase::Certified => ("nothing: the result is certified".to_owned(), Vec::new()),
        Phase::Cancelled => ("nothing: the election is cancelled".to_owned(), Vec::new()),
    }
}

fn ceremony(record: &Record) -> (String, Vec<String>) {
    let Some(view) = record.ceremony() else { return ("the ceremony begins".to_owned(), Vec::new()) };
    let round = view.record.round().map_or_else(String::new, |round| round.to_string());
    let awaited = view.record.missing().iter().map(|number| format!("trustee {number}")).collect();
    (format!("trustees send round {round} of ceremony attempt {}", view.attempt), awaited)
}

fn roll(record: &Record) -> (String, Vec<String>) {
    let count = record.manifest().map_or(0, |manifest| manifest.registrars().len());
    let numbers = (0..=u16::MAX).take(count);
    let awaited = |done: &[u16]| {
        numbers.clone().filter(|n| !done.contains(n)).map(|n| format!("registrar {n}")).collect()
    };
    let (committed, lists): (Vec<u16>, Vec<u16>) =
        (record.roll_commitments().collect(), record.roll_lists().collect());
    let attempt = record.roll_attempt();
    if committed.len() < count {
        (format!("registrars commit to their lists of roll attempt {attempt}"), awaited(&committed))
    } else if lists.len() < count {
        (format!("registrars publish their lists of roll attempt {attempt}"), awaited(&lists))
    } else {
        let mut all: Vec<String> = awaited(&[]);
        all.insert(0, Role::Official.name().to_owned());
        ("officials and registrars sign the roll seal".to_owned(), all)
    }
}

fn confirmed(record: &Record) -> (String, Vec<String>) {
    if record.expected_result().is_ok() {
        return ("the result is computed and posted".to_owned(), vec![Role::Official.name().to_owned()]);
    }
    let valid = record.valid_partials();
    let threshold = record.manifest().map_or(0, |manifest| manifest.threshold());
    let missing = threshold.saturating_sub(valid.len());
    (format!("{missing} more trustees decrypt"), trustees(record, |number| !valid.contains(&number)))
}

fn trustees(record: &Record, wanted: impl Fn(u16) -> bool) -> Vec<String> {
    let count = record.manifest().map_or(0, |manifest| manifest.trustees().len());
    (1..=u16::MAX)
        .take(count)
        .filter(|number| wanted(*number))
        .map(|number| format!("trustee {number}"))
        .collect()
}
