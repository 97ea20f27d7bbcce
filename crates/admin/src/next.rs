//! Where an election stands, and the one thing that comes next, with whom it awaits.

use std::collections::BTreeMap;

use plebiscite_election::entry::Role;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::{Phase, Record};
use plebiscite_roles::proposal::numbered;
use serde::Serialize;

/// How the record, the election and this official's folder were named: the next command names them so again.
#[derive(Clone, Copy, Debug)]
pub struct Given<'g> {
    /// The record's address, or its folder.
    pub record: &'g str,
    /// The election, where it was named; otherwise its id is written.
    pub election: Option<&'g str>,
    /// This official's folder.
    pub folder: &'g str,
}

/// The stable document of `status --json`. Officials, trustees and registrars are counted from 1.
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
    /// Who is awaited: `official 2`, `trustee 3`, `registrar 1`, `board`, `voters`, or no one.
    pub awaited: Vec<String>,
    /// The same with names, as the manifest has them: `trustee 3 (NAME)`.
    pub awaited_names: Vec<String>,
    /// How many of each role among those awaited are enough, by the role's name.
    pub enough: BTreeMap<&'static str, usize>,
    /// What an official types next, in full; null where nothing is to be typed by officials.
    pub command: Option<String>,
    /// Whether the manifest says that this is a test.
    pub test: bool,
    /// When the vote is to open, in UTC.
    pub opens: Option<String>,
    /// The closing time in force, in UTC; null once the vote is closed.
    pub closes: Option<String>,
    /// The time that the close names, in UTC; null before.
    pub closed: Option<String>,
    /// Whether that is earlier than the time in force was.
    pub closed_early: bool,
}

/// Somebody who is awaited.
struct Awaited {
    /// `official 2`.
    number: String,
    /// `official 2 (NAME)`.
    name: String,
}

/// What comes next.
#[derive(Default)]
struct Step {
    sentence: String,
    awaited: Vec<Awaited>,
    enough: BTreeMap<&'static str, usize>,
    /// Command and its own options, before those that every command has.
    command: Option<String>,
}

/// The status of a verified record.
#[must_use]
pub fn status(record: &Record, given: &Given<'_>) -> Status {
    let step = next(record);
    let election = record.election().map(|id| id.to_string()).unwrap_or_default();
    let written = |time: u64| Time::from_unix(time).ok().map(|time| time.to_string());
    let closed = record.close_time();
    let command = step.command.map(|command| in_full(&command, given, &election));
    Status {
        phase: record.phase().name(),
        size: record.size(),
        ballots: record.ballots(),
        voted: record.heads_by_region().iter().sum(),
        eligible: record.eligible_by_region().iter().sum(),
        faults: record.faults().iter().map(ToString::to_string).collect(),
        next: step.sentence,
        awaited: step.awaited.iter().map(|one| one.number.clone()).collect(),
        awaited_names: step.awaited.into_iter().map(|one| one.name).collect(),
        enough: step.enough,
        command,
        test: record.manifest().is_some_and(|manifest| manifest.is_test()),
        opens: record.manifest().map(|manifest| manifest.document().schedule.opens.to_string()),
        closes: record.closing_time().filter(|_| closed.is_none()).and_then(written),
        closed: closed.and_then(|(time, _)| written(time)),
        closed_early: closed.is_some_and(|(_, early)| early),
        election,
    }
}

/// The command as it is typed: with the record, the election and the folder as they were given.
fn in_full(command: &str, given: &Given<'_>, election: &str) -> String {
    format!(
        "plebiscite-admin {command} --record {} --election {} --folder {}",
        word(given.record),
        word(given.election.unwrap_or(election)),
        word(given.folder)
    )
}

/// A word of a POSIX shell, quoted where it has to be.
#[must_use]
pub fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

impl Step {
    fn of(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), ..Self::default() }
    }

    fn command(mut self, command: &str) -> Self {
        self.command = Some(command.to_owned());
        self
    }

    /// `enough` of these members of a role are awaited, numbered as the protocol does.
    fn awaiting(
        mut self,
        record: &Record,
        role: Role,
        enough: usize,
        numbers: impl IntoIterator<Item = u16>,
    ) -> Self {
        let member = |number: u16| {
            let counted = numbered(role, number);
            let name = name(record, role, number);
            let name = name.map_or_else(|| counted.clone(), |name| format!("{counted} ({name})"));
            Awaited { number: counted, name }
        };
        let before = self.awaited.len();
        self.awaited.extend(numbers.into_iter().map(member));
        if self.awaited.len() > before {
            self.enough.insert(role.name(), enough);
        }
        self
    }

    /// As many officials as an act takes; one where anybody may do it.
    fn officials(self, record: &Record, enough: Option<usize>) -> Self {
        let Some(manifest) = record.manifest() else {
            let official = || Role::Official.name().to_owned();
            return Self { awaited: vec![Awaited { number: official(), name: official() }], ..self };
        };
        let enough = enough.unwrap_or_else(|| manifest.officials_quorum());
        let all = (0..=u16::MAX).take(manifest.officials().len());
        self.awaiting(record, Role::Official, enough, all)
    }

    fn others(mut self, who: &[&str]) -> Self {
        self.awaited
            .extend(who.iter().map(|who| Awaited { number: (*who).to_owned(), name: (*who).to_owned() }));
        self
    }
}

fn name(record: &Record, role: Role, number: u16) -> Option<String> {
    let document = record.manifest()?.document();
    let place = usize::from(number);
    let member = match role {
        Role::Official => document.officials.keys.get(place),
        Role::Registrar => document.registrars.members.get(place),
        Role::Trustee => document.trustees.members.get(place.checked_sub(1)?),
        Role::Board => None,
    };
    member.map(|member| member.name.clone())
}

fn next(record: &Record) -> Step {
    let by_officials = |what: &str| Step::of(what).officials(record, None);
    match record.phase() {
        Phase::Empty | Phase::Manifest => by_officials("the signed manifest is posted"),
        Phase::Ceremony => ceremony(record),
        Phase::CeremonyEnded => by_officials("the officials begin the next ceremony attempt")
            .command("attempt-begins --propose next.act"),
        Phase::Roll => roll(record),
        Phase::RollSealed => by_officials("letters are sent, and the officials open the vote")
            .command("open --propose next.act"),
        Phase::Open => Step::of("voters vote until the close").others(&["voters", "board"]),
        Phase::Closed => {
            by_officials("the officials seal what is counted").command("seal --propose next.act")
        }
        Phase::Sealed => {
            let missing = record.confirmations_needed().saturating_sub(record.confirmations().len());
            let wanted = |number: &u16| !record.confirmations().contains_key(number);
            Step::of(format!("{missing} more trustees confirm the seal")).awaiting(
                record,
                Role::Trustee,
                missing,
                trustees(record).filter(wanted),
            )
        }
        Phase::Confirmed => confirmed(record),
        Phase::Result => {
            by_officials("the officials certify the result").command("certify --propose next.act")
        }
        Phase::Certified => Step::of("nothing: the result is certified").command("documents --out DOCUMENTS"),
        Phase::Cancelled => Step::of("nothing: the election is cancelled"),
    }
}

fn ceremony(record: &Record) -> Step {
    let Some(view) = record.ceremony() else { return Step::of("the ceremony begins") };
    let round = view.record.round().map_or_else(String::new, |round| round.to_string());
    let missing = view.record.missing();
    let step = Step::of(format!("trustees send round {round} of ceremony attempt {}", view.attempt));
    step.awaiting(record, Role::Trustee, missing.len(), missing)
}

fn roll(record: &Record) -> Step {
    let count = record.manifest().map_or(0, |manifest| manifest.registrars().len());
    let numbers = (0..=u16::MAX).take(count);
    let (committed, lists): (Vec<u16>, Vec<u16>) =
        (record.roll_commitments().collect(), record.roll_lists().collect());
    let attempt = record.roll_attempt();
    let awaiting = |what: &str, done: &[u16]| {
        let missing: Vec<u16> = numbers.clone().filter(|number| !done.contains(number)).collect();
        Step::of(format!("registrars {what} their lists of roll attempt {attempt}")).awaiting(
            record,
            Role::Registrar,
            missing.len(),
            missing,
        )
    };
    if committed.len() < count {
        awaiting("commit to", &committed)
    } else if lists.len() < count {
        awaiting("publish", &lists)
    } else {
        Step::of("officials and registrars sign the roll seal")
            .officials(record, None)
            .awaiting(record, Role::Registrar, count, numbers)
            .command("roll-seal --propose next.act")
    }
}

fn confirmed(record: &Record) -> Step {
    if record.expected_result().is_ok() {
        return Step::of("the result is computed and posted").officials(record, Some(1)).command("result");
    }
    let valid = record.valid_partials();
    let threshold = record.manifest().map_or(0, |manifest| manifest.threshold());
    let missing = threshold.saturating_sub(valid.len());
    Step::of(format!("{missing} more trustees decrypt")).awaiting(
        record,
        Role::Trustee,
        missing,
        trustees(record).filter(|number| !valid.contains(number)),
    )
}

fn trustees(record: &Record) -> impl Iterator<Item = u16> {
    let count = record.manifest().map_or(0, |manifest| manifest.trustees().len());
    (1..=u16::MAX).take(count)
}
