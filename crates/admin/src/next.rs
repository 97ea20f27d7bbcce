//! Where an election stands, and the one thing that comes next, with whom it awaits.

use std::collections::BTreeMap;

use plebiscite_election::counted::counted;
use plebiscite_election::entry::{Kind, Role};
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::{Phase, Record};
use plebiscite_roles::collected::digits;
use plebiscite_roles::proposal::{Proposal, caution, numbered, words};
use plebiscite_roles::signing::{At, Course, FOLDER, Held, Missing, named, numbers, word};
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
    /// What this official types next, in full; null where nothing is to be typed by this official.
    pub command: Option<String>,
    /// What the others who are awaited type, in full but for their folders.
    pub others: Vec<Others>,
    /// Acts that collect signatures on the server, where it was asked.
    pub pending: Vec<Pending>,
    /// Counts that the roll or the ballots leave without a result, or nearly so.
    pub warnings: Vec<String>,
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

/// What others than this official type.
#[derive(Clone, Debug, Serialize)]
pub struct Others {
    /// Their role.
    pub role: &'static str,
    /// The command.
    pub command: String,
}

/// An act that follows from the record and collects signatures on the server.
#[derive(Clone, Debug, Serialize)]
pub struct Pending {
    /// The first digits of its number.
    pub proposal: String,
    /// The act in words.
    pub words: String,
    /// Whether this official has signed it; null where it is not known whose folder this is.
    pub signed: Option<bool>,
    /// Whose signatures are missing, in words.
    pub missing: Vec<String>,
    /// What this official types about it; null where there is nothing.
    pub command: Option<String>,
    /// What others type.
    pub others: Vec<Others>,
}

/// What collects signatures on the record's server, and who asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Collected<'c> {
    /// Acts that follow from the record.
    pub proposals: &'c [Proposal],
    /// The number of the official who asks, where it is known.
    pub caller: Option<u16>,
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
    /// The same of other roles, with the program.
    others: Vec<(Role, &'static str)>,
    /// The act that this step is, where officials propose it.
    act: Option<Kind>,
}

/// The status of a verified record.
#[must_use]
pub fn status(record: &Record, given: &Given<'_>) -> Status {
    status_with(record, given, Collected::default())
}

/// The same with what collects signatures: an act that is proposed already is signed, not proposed again.
#[must_use]
pub fn status_with(record: &Record, given: &Given<'_>, collected: Collected<'_>) -> Status {
    let step = next(record);
    let election = record.election().map(|id| id.to_string()).unwrap_or_default();
    let written = |time: u64| Time::from_unix(time).ok().map(|time| time.to_string());
    let closed = record.close_time();
    let mut status = Status {
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
        command: step.command.map(|command| in_full(&proposing(&command, step.act, given), given, &election)),
        others: others(&step.others, given, &election),
        pending: Vec::new(),
        warnings: warnings(record),
        test: record.manifest().is_some_and(|manifest| manifest.is_test()),
        opens: record.manifest().map(|manifest| manifest.document().schedule.opens.to_string()),
        closes: record.closing_time().filter(|_| closed.is_none()).and_then(written),
        closed: closed.and_then(|(time, _)| written(time)),
        closed_early: closed.is_some_and(|(_, early)| early),
        election,
    };
    for proposal in collected.proposals {
        let at = At {
            record: given.record.to_owned(),
            election: given.election.unwrap_or(&status.election).to_owned(),
        };
        let Some(course) = Course::of_act(proposal, record, at) else { continue };
        let pending = pending(proposal, &course, given, collected.caller);
        if step.act == Some(proposal.kind()) {
            status.take_over(record, &course, proposal, &pending);
        } else if status.command.is_none() {
            status.command.clone_from(&pending.command);
        }
        status.pending.push(pending);
    }
    status
}

impl Status {
    /// The step is proposed already: whoever is missing signs it.
    fn take_over(&mut self, record: &Record, course: &Course<'_>, proposal: &Proposal, pending: &Pending) {
        let missing = course.missing(proposal);
        let members = |missing: &Missing| {
            missing.from.iter().map(|number| Awaited::of(record, missing.role, *number)).collect::<Vec<_>>()
        };
        let awaited: Vec<Awaited> = missing.iter().flat_map(members).collect();
        self.next = match missing.is_empty() {
            true => format!("{}: no signature is missing, and anybody posts it", self.next),
            false => {
                format!("{}: proposal {} on the server collects the signatures", self.next, pending.proposal)
            }
        };
        self.enough = missing.iter().map(|missing| (missing.role.name(), missing.count)).collect();
        self.awaited = awaited.iter().map(|one| one.number.clone()).collect();
        self.awaited_names = awaited.into_iter().map(|one| one.name).collect();
        self.command.clone_from(&pending.command);
        self.others.clone_from(&pending.others);
    }
}

fn pending(proposal: &Proposal, course: &Course<'_>, given: &Given<'_>, caller: Option<u16>) -> Pending {
    let number = digits(proposal);
    let held = Held::Number(&number);
    let missing = course.missing(proposal);
    let signed = caller.map(|caller| proposal.signers(Role::Official).contains(&caller));
    let wanted = missing.iter().any(|missing| missing.role == Role::Official) && signed != Some(true);
    let command = match missing.is_empty() {
        true => Some(course.posting(held)),
        false if wanted => course.signing(proposal, Role::Official, held, given.folder),
        false => None,
    };
    let of_others = |missing: &Missing| {
        // Officials who are missing beside this one type the same, with their own folder.
        let own = missing.role == Role::Official && command.is_some() && missing.count == 1;
        let command = course.signing(proposal, missing.role, held, FOLDER).filter(|_| !own);
        command.map(|command| Others { role: missing.role.name(), command })
    };
    Pending {
        words: words(proposal),
        signed,
        missing: missing.iter().map(|missing| course.in_words(missing)).collect(),
        others: missing.iter().filter_map(of_others).collect(),
        command,
        proposal: number,
    }
}

/// What people are to know of counts that are lost, or nearly so.
fn warnings(record: &Record) -> Vec<String> {
    match record.phase() {
        Phase::RollSealed | Phase::Open => caution::of_roll(record),
        Phase::Closed | Phase::Sealed | Phase::Confirmed => caution::of_ballots(record),
        _ => Vec::new(),
    }
}

/// An act is proposed on the record's server, where the others find it; where the record is a folder, as a file.
fn proposing(command: &str, act: Option<Kind>, given: &Given<'_>) -> String {
    let remote = given.record.starts_with("http://") || given.record.starts_with("https://");
    match act {
        Some(_) if remote => format!("{command} --post"),
        Some(_) => format!("{command} --propose next.act"),
        None => command.to_owned(),
    }
}

/// The command as it is typed: with the record, the election and the folder as they were given.
fn in_full(command: &str, given: &Given<'_>, election: &str) -> String {
    typed(&format!("plebiscite-admin {command}"), given, election, given.folder)
}

fn typed(command: &str, given: &Given<'_>, election: &str, folder: &str) -> String {
    let (record, election) = (word(given.record), word(given.election.unwrap_or(election)));
    format!("{command} --record {record} --election {election} --folder {}", word(folder))
}

fn others(of: &[(Role, &'static str)], given: &Given<'_>, election: &str) -> Vec<Others> {
    let one = |(role, command): &(Role, &'static str)| Others {
        role: role.name(),
        command: typed(command, given, election, FOLDER),
    };
    of.iter().map(one).collect()
}

impl Awaited {
    fn of(record: &Record, role: Role, number: u16) -> Self {
        let counted = numbered(role, number);
        let name = record.manifest().map(|manifest| named(manifest.document(), role, number));
        Self { name: name.unwrap_or_else(|| counted.clone()), number: counted }
    }
}

impl Step {
    fn of(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), ..Self::default() }
    }

    fn command(mut self, command: &str) -> Self {
        self.command = Some(command.to_owned());
        self
    }

    /// An act that officials propose, by the command of its name.
    fn act(mut self, kind: Kind, command: &str) -> Self {
        self.act = Some(kind);
        self.command(command)
    }

    /// What somebody of another role types.
    fn by(mut self, role: Role, command: &'static str) -> Self {
        self.others.push((role, command));
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
        let before = self.awaited.len();
        self.awaited.extend(numbers.into_iter().map(|number| Awaited::of(record, role, number)));
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
        let all = numbers(manifest.document(), Role::Official);
        self.awaiting(record, Role::Official, enough, all)
    }

    fn others(mut self, who: &[&str]) -> Self {
        self.awaited
            .extend(who.iter().map(|who| Awaited { number: (*who).to_owned(), name: (*who).to_owned() }));
        self
    }
}

/// What a registrar types at the end.
const DESTROY: &str = "plebiscite-registrar destroy VOTER-FILE --out certificate.json";

fn next(record: &Record) -> Step {
    let by_officials = |what: &str| Step::of(what).officials(record, None);
    match record.phase() {
        Phase::Empty | Phase::Manifest => by_officials("the signed manifest is posted"),
        Phase::Ceremony => ceremony(record),
        Phase::CeremonyEnded => by_officials("the officials begin the next ceremony attempt")
            .act(Kind::AttemptBegins, "attempt-begins"),
        Phase::Roll => roll(record),
        Phase::RollSealed => {
            by_officials("letters are sent, and the officials open the vote").act(Kind::Open, "open").by(
                Role::Registrar,
                "plebiscite-registrar letters --roll roll.prepared --out letters --phone NUMBER",
            )
        }
        Phase::Open => Step::of("voters vote until the close").others(&["voters", "board"]),
        Phase::Closed => by_officials("the officials seal what is counted").act(Kind::Seal, "seal"),
        Phase::Sealed => {
            let missing = record.confirmations_needed().saturating_sub(record.confirmations().len());
            let wanted = |number: &u16| !record.confirmations().contains_key(number);
            let step = Step::of(format!("{} the seal", more(missing, "confirms", "confirm")));
            step.awaiting(record, Role::Trustee, missing, trustees(record).filter(wanted))
                .by(Role::Trustee, "plebiscite-trustee confirm")
        }
        Phase::Confirmed => confirmed(record),
        Phase::Result => by_officials("the officials certify the result").act(Kind::Certification, "certify"),
        Phase::Certified => Step::of(
            "the result is certified: documents are handed out, then what is personal or secret goes",
        )
        .command("documents --out DOCUMENTS")
        .by(Role::Registrar, DESTROY)
        .by(Role::Trustee, "plebiscite-trustee destroy"),
        // Before the keys stood no registrar had made any code.
        Phase::Cancelled if record.setup_context().is_some() => {
            Step::of("the election is cancelled: what is personal goes").by(Role::Registrar, DESTROY)
        }
        Phase::Cancelled => Step::of("nothing: the election is cancelled"),
    }
}

fn ceremony(record: &Record) -> Step {
    let Some(view) = record.ceremony() else { return Step::of("the ceremony begins") };
    let round = view.record.round().map_or_else(String::new, |round| round.to_string());
    let missing = view.record.missing();
    let step = Step::of(format!("trustees send round {round} of ceremony attempt {}", view.attempt));
    step.awaiting(record, Role::Trustee, missing.len(), missing)
        .by(Role::Trustee, "plebiscite-trustee ceremony --watch")
}

fn roll(record: &Record) -> Step {
    let count = record.manifest().map_or(0, |manifest| manifest.registrars().len());
    let numbers = (0..=u16::MAX).take(count);
    let (committed, lists): (Vec<u16>, Vec<u16>) =
        (record.roll_commitments().collect(), record.roll_lists().collect());
    let attempt = record.roll_attempt();
    let awaiting = |what: &str, done: &[u16], command: &'static str| {
        let missing: Vec<u16> = numbers.clone().filter(|number| !done.contains(number)).collect();
        let step = Step::of(format!("registrars {what} their lists of roll attempt {attempt}"));
        step.awaiting(record, Role::Registrar, missing.len(), missing).by(Role::Registrar, command)
    };
    if committed.len() < count {
        awaiting("commit to", &committed, "plebiscite-registrar commit --roll roll.prepared")
    } else if lists.len() < count {
        awaiting("publish", &lists, "plebiscite-registrar publish")
    } else {
        Step::of("officials and registrars sign the roll seal")
            .officials(record, None)
            .awaiting(record, Role::Registrar, count, numbers)
            .act(Kind::RollSeal, "roll-seal")
    }
}

fn confirmed(record: &Record) -> Step {
    if record.expected_result().is_ok() {
        return Step::of("the result is computed and posted").officials(record, Some(1)).command("result");
    }
    let valid = record.valid_partials();
    let threshold = record.manifest().map_or(0, |manifest| manifest.threshold());
    let missing = threshold.saturating_sub(valid.len());
    let awaited = trustees(record).filter(|number| !valid.contains(number));
    Step::of(more(missing, "decrypts", "decrypt"))
        .awaiting(record, Role::Trustee, missing, awaited)
        .by(Role::Trustee, "plebiscite-trustee decrypt")
}

/// `1 more trustee confirms`, `2 more trustees confirm`.
fn more(count: usize, one: &str, several: &str) -> String {
    let verb = if count == 1 { one } else { several };
    format!("{} {verb}", counted(count, "more trustee"))
}

fn trustees(record: &Record) -> impl Iterator<Item = u16> {
    let count = record.manifest().map_or(0, |manifest| manifest.trustees().len());
    (1..=u16::MAX).take(count)
}
