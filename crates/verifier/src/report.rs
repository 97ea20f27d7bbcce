//! The report: what was found, in a stable JSON schema (§23.4), of which the text is a rendering.

use plebiscite_election::cell::{self, Cell};
use plebiscite_election::counted::counted;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::record::CellResult;
use plebiscite_election::record::{Phase, Record};
use plebiscite_election::rule::verdict::Verdict;
use serde::Serialize;

use crate::check::auditor::AuditorsReport;
use crate::check::confirmations::Weighed;
use crate::check::heads::Heard;
use crate::check::names::{self, LogCheck, Named, may_still_come};
use crate::check::{Failure, Replay, Share};
use crate::forks::OtherLog;

/// The schema's name; a field is only ever added under the same name.
pub const SCHEMA: &str = "plebiscite-report/1";

/// The whole report. All digests are lower-case hexadecimal.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// Whether any check failed.
    pub outcome: Outcome,
    /// Entries that stand: from this index on the record is invalid, if a check failed.
    pub valid_up_to: u64,
    /// The election id; null if the manifest does not stand.
    pub election: Option<String>,
    /// The fingerprint that letters print.
    pub fingerprint: Option<String>,
    /// The title in the manifest's first language.
    pub title: Option<String>,
    /// Whether the manifest says that this is a test.
    pub test: bool,
    /// The checkpoint's origin.
    pub origin: String,
    /// The board's key that signs checkpoints of this size, as a verifier key: what a witness watches; null if no manifest
    /// stands.
    pub board_key: Option<String>,
    /// The share of a count that this reports: by itself it shows nothing. Not there for a whole count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// The checkpoint's number of entries.
    pub size: u64,
    /// The checkpoint's root.
    pub root: String,
    /// The phase in which the entries that stand leave the election.
    pub phase: &'static str,
    /// Every check, in a fixed order.
    pub checks: Vec<CheckReport>,
    /// What an auditor should know beside the checks; none of it changes the outcome.
    pub findings: Vec<Finding>,
    /// Numbers of ballots; null before the roll is sealed.
    pub counts: Option<Counts>,
    /// By region, in the manifest's order; empty before the roll is sealed.
    pub regions: Vec<RegionReport>,
    /// By cell; empty before the close.
    pub cells: Vec<CellReport>,
    /// The verdict of the rule with each condition's numbers; null before the result.
    pub verdict: Option<Verdict>,
    /// What witnesses cosigned; null where the manifest names none.
    pub witnesses: Option<WitnessesReport>,
    /// What the witnesses of an auditor's own policy cosigned; null where no policy was given.
    pub auditors_policy: Option<AuditorsReport>,
    /// What loose seal confirmations came to; null where none was given.
    pub confirmations: Option<Weighed>,
    /// The other logs that were given.
    pub logs: Vec<OtherLog>,
}

/// What the manifest's witnesses have cosigned of this log.
#[derive(Clone, Debug, Serialize)]
pub struct WitnessesReport {
    /// Witnesses that the manifest names.
    pub named: usize,
    /// How many must cosign.
    pub quorum: usize,
    /// How many faulty ones are to be survived.
    pub faulty: usize,
    /// The largest size that the quorum cosigned; null if none.
    pub cosigned_size: Option<u64>,
    /// Whether the quorum cosigned a checkpoint that holds the result; null before the result.
    #[serde(rename = "final")]
    pub is_final: Option<bool>,
}

/// What a report comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every check passed and a result stands.
    Passed,
    /// Every check passed, and the election was cancelled: there is no result and will be none.
    Cancelled,
    /// No check failed, and there is no result yet.
    NotYet,
    /// A check failed.
    Failed,
}

impl Outcome {
    /// The exit code of `plebiscite-verify` (§23.5).
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Passed | Self::Cancelled => 0,
            Self::Failed => 1,
            Self::NotYet => 5,
        }
    }
}

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It judged something, and refused nothing.
    Pass,
    /// It refused something.
    Fail,
    /// What it judges has not come yet, or lies behind a refusal.
    NotReached,
    /// What it judges is not part of this record and cannot come any more.
    NotApplicable,
}

/// One named check.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// Its stable name.
    pub name: &'static str,
    /// What it says when it passes.
    pub sentence: &'static str,
    /// How it ended.
    pub status: Status,
    /// The entry that it refused.
    pub entry: Option<u64>,
    /// Why it refused.
    pub reason: Option<String>,
}

/// Something that an auditor should know.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its stable name.
    pub name: &'static str,
    /// The entry that shows it, if one does.
    pub entry: Option<u64>,
    /// What it is, as a sentence.
    pub text: String,
}

/// Numbers of ballots.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Counts {
    /// Credentials of the roll.
    pub eligible: u64,
    /// Ballots in the log.
    pub ballots: u64,
    /// Last ballots of a voter: those that count.
    pub counted: u64,
    /// Ballots that a later one of the same voter replaced.
    pub superseded: u64,
    /// Letters that were replaced.
    pub replacements: u64,
}

/// One region.
#[derive(Clone, Debug, Serialize)]
pub struct RegionReport {
    /// Its id in the manifest.
    pub id: String,
    /// Credentials.
    pub eligible: u64,
    /// Voters whose last ballot counts.
    pub counted: u64,
}

/// One cell of the partition.
#[derive(Clone, Debug, Serialize)]
pub struct CellReport {
    /// Ids of its regions.
    pub regions: Vec<String>,
    /// Chain heads in it.
    pub heads: u64,
    /// Credentials in it.
    pub eligible: u64,
    /// What becomes of it: decrypt, zero or no_result.
    pub outcome: cell::Outcome,
    /// For each contest its tallied numbers; null without a result.
    pub counts: CellResult,
}

impl Report {
    /// The same report, with the other logs that were given beside this one.
    #[must_use]
    pub fn beside(mut self, logs: Vec<OtherLog>) -> Self {
        // A log that is false, or another election's, shows nothing about this one.
        if logs.iter().any(|log| !matches!(log.stands, "false" | "other-election")) {
            self.findings.retain(|finding| finding.name != "one-log");
        }
        self.logs = logs;
        self
    }

    /// The same report, with what an auditor's own policy says of the log.
    #[must_use]
    pub fn by_policy(mut self, judged: Option<AuditorsReport>) -> Self {
        self.auditors_policy = judged;
        self
    }

    /// The report of a replay.
    #[must_use]
    pub fn of(replay: &Replay) -> Self {
        let record = &replay.record;
        let manifest = record.manifest();
        let document = manifest.map(|manifest| manifest.document());
        let language = document.and_then(|document| document.languages.first());
        let title = document.zip(language).and_then(|(document, language)| document.title.get(language));
        Self {
            schema: SCHEMA,
            outcome: outcome(replay),
            valid_up_to: replay.agreed.map_or(record.size(), |agreed| agreed.min(record.size())),
            election: record.election().map(|id| id.to_string()),
            fingerprint: record.election().map(|id| Fingerprint::of(&id).to_string()),
            title: title.map(str::to_owned),
            share: replay.share,
            test: manifest.is_some_and(|manifest| manifest.is_test()),
            origin: replay.checkpoint.origin.clone(),
            board_key: replay.board_vkey(),
            size: replay.checkpoint.size,
            root: hex::encode(replay.checkpoint.root.0),
            phase: record.phase().name(),
            checks: names::all()
                .map(|(check, name, sentence)| judged(replay, check, name, sentence))
                .collect(),
            findings: findings(replay),
            counts: counts(record),
            regions: regions(record),
            cells: cells(record),
            verdict: record.result().map(|result| result.verdict.clone()),
            witnesses: witnesses(replay),
            auditors_policy: None,
            confirmations: replay.loose.clone(),
            logs: Vec::new(),
        }
    }

    /// The first check that failed.
    #[must_use]
    pub fn failed(&self) -> Option<&CheckReport> {
        self.checks.iter().find(|check| check.status == Status::Fail)
    }
}

fn outcome(replay: &Replay) -> Outcome {
    if !replay.failures.is_empty() {
        return Outcome::Failed;
    }
    match replay.record.phase() {
        Phase::Result | Phase::Certified => Outcome::Passed,
        Phase::Cancelled => Outcome::Cancelled,
        _ => Outcome::NotYet,
    }
}

fn judged(replay: &Replay, check: Named, name: &'static str, sentence: &'static str) -> CheckReport {
    let failure = replay.failures.iter().find(|failure| failure.check == check);
    let status = match (failure, check) {
        (Some(_), _) => Status::Fail,
        (None, Named::Log(check)) => log_status(replay, check),
        (None, Named::Record(check)) if replay.exercised.has(check) => Status::Pass,
        (None, Named::Record(check)) => {
            let ended = replay.failures.is_empty() && !may_still_come(check, replay.record.phase());
            if ended { Status::NotApplicable } else { Status::NotReached }
        }
    };
    let Failure { entry, reason, .. } = match failure {
        Some(failure) => failure.clone(),
        None => return CheckReport { name, sentence, status, entry: None, reason: None },
    };
    CheckReport { name, sentence, status, entry, reason: Some(reason) }
}

fn log_status(replay: &Replay, check: LogCheck) -> Status {
    let known = replay.record.manifest().is_some();
    let other = replay.failures.iter().any(|failure| failure.check == Named::Log(LogCheck::Election));
    let reached = match check {
        LogCheck::Election => known,
        LogCheck::Checkpoint => known && !other,
        LogCheck::Tree | LogCheck::Entries => replay.read_to_end,
        LogCheck::Extends => match replay.extends {
            None => return Status::NotApplicable,
            Some(known) => known,
        },
        // Judged only against something: with nothing beside it no log contradicts itself.
        LogCheck::Fork if replay.is_alone() => return Status::NotApplicable,
        LogCheck::Fork => known && !other,
    };
    if reached { Status::Pass } else { Status::NotReached }
}

fn findings(replay: &Replay) -> Vec<Finding> {
    let record = &replay.record;
    let mut findings = Vec::new();
    let mut find = |name, entry, text: &str| findings.push(Finding { name, entry, text: text.to_owned() });
    if record.manifest().is_some_and(|manifest| manifest.is_test()) {
        find("test-election", None, "the manifest says that this is a test: its result binds no one");
    }
    if !replay.demanded {
        find(
            "any-election",
            None,
            "no election id was given: compare the one above with the one on the letters",
        );
    }
    find(
        "one-log",
        None,
        "one log was given; whether another was shown to others is for witnesses and mirrors to say",
    );
    clock(replay, &mut find);
    if record.close_time().is_some_and(|(_, early)| early) {
        find("closed-early", record.close_index(), "the close names a time before the scheduled one");
    }
    if record.phase() == Phase::Result {
        find("not-certified", None, "the result stands; the officials have not certified it");
    }
    if result_entry(replay).is_some_and(|entry| replay.is_final(entry) == Some(false)) {
        let text = "the result stands on the trustees' confirmations; the quorum of witnesses has not cosigned it yet";
        find("not-final", result_entry(replay), text);
    }
    for heard in &replay.heard {
        heard_finding(heard, &mut find);
    }
    for ignored in replay.loose.iter().flat_map(|weighed| &weighed.ignored) {
        find("confirmation-ignored", None, &format!("a loose confirmation counts nothing here: {ignored}"));
    }
    findings.extend(record.faults().iter().map(|fault| Finding {
        name: "trustee-fault",
        entry: Some(fault.entry),
        text: fault.to_string(),
    }));
    findings
}

/// What witnesses' clocks say of the close; without them the times rest on the operator's.
fn clock(replay: &Replay, find: &mut impl FnMut(&'static str, Option<u64>, &str)) {
    let record = &replay.record;
    let Some(manifest) = record.manifest() else { return };
    let (faulty, grace) = (manifest.faulty_witnesses(), manifest.document().schedule.grace_seconds);
    let (close, named) = (record.close_index(), record.close_time().map(|(time, _)| time));
    let Some((close, named)) = close.zip(named) else { return };
    let early = replay.witnesses_of(|size, time| size > close && time < named);
    let late = named.saturating_add(u64::from(grace));
    let late = replay.witnesses_of(|size, time| size <= close && time > late);
    if early > faulty {
        let text = format!("{} cosigned the close before the time that it names", counted(early, "witness"));
        find("closed-too-early", Some(close), &text);
    }
    if late > faulty {
        let text = format!(
            "{} cosigned a log without the close after its time and the grace",
            counted(late, "witness")
        );
        find("closed-too-late", Some(close), &text);
    }
    if replay.witnesses_of(|_, _| true) <= faulty {
        let text =
            "times rest on the clock of the board's operator: too few witnesses cosigned to say otherwise";
        find("operators-clock", Some(close), text);
    }
}

fn heard_finding(heard: &Heard, find: &mut impl FnMut(&'static str, Option<u64>, &str)) {
    match heard {
        Heard::Consistent | Heard::Forked(_) => {}
        Heard::Nothing(reason) => {
            find("checkpoint-ignored", None, &format!("another checkpoint says nothing: {reason}"));
        }
        Heard::Larger(size) => {
            let text = format!(
                "the board signed a log of {}: what was given here is behind it",
                counted(*size, "entry")
            );
            find("log-behind", None, &text);
        }
        Heard::Outvoted(size) => {
            let text = format!(
                "the board signed another log too, which differs at size {size}; the trustees' confirmations decide for this one"
            );
            find("fork-outvoted", None, &text);
        }
        Heard::CutOff(size) => {
            let text = format!(
                "a key that was succeeded signed a log of {}; the successor decides for this one",
                counted(*size, "entry")
            );
            find("fork-cut-off", None, &text);
        }
    }
}

/// The entry of the result.
fn result_entry(replay: &Replay) -> Option<u64> {
    replay.record.result().map(|result| result.index)
}

fn witnesses(replay: &Replay) -> Option<WitnessesReport> {
    let manifest = replay.record.manifest()?;
    let named = manifest.witnesses().len();
    let quorate = replay.heads.iter().filter(|head| head.cosigned.quorum).map(|head| head.size);
    (named > 0).then(|| WitnessesReport {
        named,
        quorum: manifest.witness_quorum(),
        faulty: manifest.faulty_witnesses(),
        cosigned_size: quorate.max(),
        is_final: result_entry(replay).and_then(|entry| replay.is_final(entry)),
    })
}

fn counts(record: &Record) -> Option<Counts> {
    record.roll()?;
    let counted = record.heads_by_region().iter().sum();
    Some(Counts {
        eligible: record.eligible_by_region().iter().sum(),
        ballots: record.ballots(),
        counted,
        superseded: record.ballots().saturating_sub(counted),
        replacements: u64::from(record.replacements()),
    })
}

fn regions(record: &Record) -> Vec<RegionReport> {
    let Some(manifest) = record.manifest() else { return Vec::new() };
    let numbers = record.eligible_by_region().iter().zip(record.heads_by_region());
    let regions = manifest.regions().iter().zip(numbers);
    regions
        .map(|(region, (eligible, counted))| RegionReport {
            id: region.id.clone(),
            eligible: *eligible,
            counted: *counted,
        })
        .collect()
}

fn cells(record: &Record) -> Vec<CellReport> {
    let (Some(manifest), Some(partition)) = (record.manifest(), record.partition()) else {
        return Vec::new();
    };
    let counted = record.result().map(|result| result.cells.as_slice()).unwrap_or_default();
    let cell_report = |(number, cell): (usize, &Cell)| CellReport {
        regions: cell
            .regions
            .iter()
            .filter_map(|index| manifest.region(*index))
            .map(|region| region.id.clone())
            .collect(),
        heads: cell.heads,
        eligible: cell.eligible,
        outcome: cell.outcome,
        counts: counted.get(number).cloned().flatten(),
    };
    partition.cells().iter().enumerate().map(cell_report).collect()
}
