//! The report in plain words: the verdict first, then numbers, findings, and the named checks (§23.4).

use std::fmt::{self, Display, Formatter};

use plebiscite_election::counted::{counted, either, numbered};
use plebiscite_election::manifest::document::RankedMethod;
use plebiscite_election::rule::condition::{Answer, ConditionVerdict};
use plebiscite_election::rule::places::Places;
use plebiscite_election::rule::verdict::{
    ContestVerdict, Decision, OptionsVerdict, Preferred, RankedVerdict, TieBreakVerdict, YesNoVerdict,
};

use crate::check::auditor::AuditorsReport;
use crate::printable::Printable;
use crate::report::{CellReport, CheckReport, Outcome, Report, Status};

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.verdict_lines(f)?;
        writeln!(f)?;
        self.subject_lines(f)?;
        self.number_lines(f)?;
        if !self.findings.is_empty() {
            writeln!(f, "\nTo know beside the checks:")?;
        }
        for finding in &self.findings {
            let entry = finding.entry.map_or_else(String::new, |entry| format!(" (entry {entry})"));
            writeln!(f, "  {}{entry}: {}", finding.name, Printable(&finding.text))?;
        }
        writeln!(f, "\nChecks:")?;
        self.checks.iter().try_for_each(|check| check_line(f, check))
    }
}

impl Report {
    fn verdict_lines(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.outcome {
            Outcome::Passed => writeln!(f, "The record is whole: every check passed, and a result stands.")?,
            Outcome::Cancelled => {
                writeln!(f, "The record is whole: every check passed. The election was cancelled.")?
            }
            Outcome::NotYet => writeln!(f, "No check failed. There is no result yet.")?,
            Outcome::Failed => {
                let failed = self.failed().map_or("a check", |check| check.name);
                writeln!(f, "THE RECORD IS NOT VALID: {failed} failed.")?;
                writeln!(f, "What stands before entry {} is valid; nothing after it is.", self.valid_up_to)?;
            }
        }
        let Some(verdict) = &self.verdict else { return Ok(()) };
        verdict.contests.iter().try_for_each(|contest| match contest {
            ContestVerdict::YesNo(verdict) => yes_no_lines(f, verdict),
            ContestVerdict::Options(verdict) => options_lines(f, verdict),
            ContestVerdict::Ranked(verdict) => ranked_lines(f, verdict),
        })?;
        verdict.tie_breaks.iter().try_for_each(|tie_break| tie_break_line(f, tie_break))
    }

    fn subject_lines(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let (Some(title), Some(election)) = (&self.title, &self.election) {
            let test = if self.test { " (TEST)" } else { "" };
            writeln!(f, "Title        {}{test}", Printable(title))?;
            writeln!(f, "Election     {election}")?;
        }
        if let Some(fingerprint) = &self.fingerprint {
            writeln!(f, "Fingerprint  {fingerprint}")?;
        }
        writeln!(f, "Log          {}, root {}", counted(self.size, "entry"), self.root)?;
        if let Some(key) = &self.board_key {
            writeln!(f, "Board key    {}", Printable(key))?;
        }
        writeln!(f, "Phase        {}", self.phase)?;
        if let Some(witnesses) = &self.witnesses {
            let (named, quorum) = (witnesses.named, witnesses.quorum);
            let size = witnesses.cosigned_size.map_or("none".to_owned(), |size| counted(size, "entry"));
            let end = if witnesses.is_final == Some(true) { "; the result is final" } else { "" };
            writeln!(f, "Witnesses    {named} named, {quorum} must cosign; cosigned: {size}{end}")?;
        }
        if let Some(policy) = &self.auditors_policy {
            auditors_line(f, policy)?;
        }
        if let Some(weighed) = &self.confirmations {
            let (needed, logged, loose) = (weighed.needed, &weighed.logged, &weighed.loose);
            writeln!(
                f,
                "Confirmed    by {} in the log, by {} beside it; {needed} {} needed",
                numbered("trustee", logged),
                numbered("trustee", loose),
                either(needed, "is", "are")
            )?;
        }
        for log in &self.logs {
            let source = Printable(&log.source);
            let (stands, common, size) = (log.stands, log.common, log.size);
            writeln!(
                f,
                "Other log    {source}: {stands}, {common} of its {} in common",
                counted(size, "entry")
            )?;
        }
        Ok(())
    }

    fn number_lines(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(counts) = &self.counts else { return Ok(()) };
        writeln!(
            f,
            "Ballots      {} in the log, {} counted, {} replaced by their voters",
            counts.ballots, counts.counted, counts.superseded
        )?;
        writeln!(
            f,
            "Eligible     {} ({} replaced)",
            counts.eligible,
            counted(counts.replacements, "letter")
        )?;
        if !self.cells.is_empty() {
            writeln!(f, "\nCounted together:")?;
        }
        self.cells.iter().try_for_each(|cell| cell_line(f, cell))
    }
}

/// What the auditor asked: never confused with what the manifest's own witnesses say.
fn auditors_line(f: &mut Formatter<'_>, policy: &AuditorsReport) -> fmt::Result {
    if !policy.asks {
        return writeln!(f, "Your policy  asks for no cosignature");
    }
    let size = policy.cosigned_size.map_or("none".to_owned(), |size| counted(size, "entry"));
    let holds = match policy.holds_result {
        None => "",
        Some(true) => "; these hold the result",
        Some(false) => "; no checkpoint that holds the result",
    };
    writeln!(
        f,
        "Your policy  {}; cosigned by its quorum: {size}{holds}",
        counted(policy.witnesses, "witness")
    )?;
    policy.refused.iter().try_for_each(|reason| writeln!(f, "             refused: {}", Printable(reason)))
}

fn yes_no_lines(f: &mut Formatter<'_>, verdict: &YesNoVerdict) -> fmt::Result {
    let decision = match verdict.decision {
        Decision::Adopted => "ADOPTED",
        Decision::NotAdopted if verdict.valid == Some(false) => "NOT ADOPTED (the vote is not valid)",
        Decision::NotAdopted => "NOT ADOPTED",
        Decision::Undecided => "UNDECIDED",
    };
    let contest = Printable(&verdict.contest);
    write!(f, "{contest}: {decision} — yes {}, no {}, ", verdict.yes, verdict.no)?;
    match verdict.both {
        Some(both) => writeln!(f, "both {both}, none {}", verdict.blank)?,
        None => writeln!(f, "blank {}", verdict.blank)?,
    }
    verdict.conditions.iter().try_for_each(|condition| condition_line(f, condition))
}

fn condition_line(f: &mut Formatter<'_>, condition: &ConditionVerdict) -> fmt::Result {
    let answer = match condition.answer {
        Answer::Holds => "holds",
        Answer::Fails => "fails",
        Answer::Undecided => "undecided",
        Answer::NoData => "no data here",
    };
    writeln!(f, "  {answer}: {condition}")
}

fn options_lines(f: &mut Formatter<'_>, verdict: &OptionsVerdict) -> fmt::Result {
    let totals: Vec<_> = verdict.totals.iter().map(u64::to_string).collect();
    let contest = Printable(&verdict.contest);
    let places = places(&verdict.places);
    writeln!(f, "{contest}: {places} — totals {}, blank {}", totals.join(", "), verdict.blank)
}

fn places(places: &Places) -> String {
    match places {
        Places::Undecided => "undecided".to_owned(),
        Places::Decided { elected } if elected.is_empty() => "a rating, which elects no one".to_owned(),
        Places::Decided { elected } => format!("elected {}", listed(elected)),
        Places::Tied { elected, tied, places_left } if elected.is_empty() => {
            format!("a tie of {} for {places_left}", listed(tied))
        }
        Places::Tied { elected, tied, places_left } => {
            format!("elected {}; a tie of {} for {places_left} more", listed(elected), listed(tied))
        }
    }
}

/// Both methods, and every pair in which one option is put before another.
fn ranked_lines(f: &mut Formatter<'_>, verdict: &RankedVerdict) -> fmt::Result {
    let method = match verdict.method {
        RankedMethod::Schulze => "Schulze's method",
        RankedMethod::RankedPairs => "ranked pairs",
    };
    let contest = Printable(&verdict.contest);
    writeln!(f, "{contest}: {} (by {method}) — blank {}", places(&verdict.places), verdict.blank)?;
    writeln!(f, "  unbeaten by Schulze's method: {}", listed(&verdict.schulze))?;
    writeln!(f, "  unbeaten by ranked pairs: {}", listed(&verdict.ranked_pairs.unbeaten))?;
    for [preferred, other] in &verdict.ranked_pairs.skipped_by_order {
        let (preferred, other) = (listed(&[*preferred]), listed(&[*other]));
        writeln!(f, "  ranked pairs skipped {preferred} before {other} because of the manifest's order")?;
    }
    for (row, option) in verdict.preferences.iter().zip(0..) {
        let others = row.iter().zip(0_u16..).filter(|(_, other)| *other != option);
        let before: Vec<_> =
            others.map(|(count, other)| format!("{count} before {}", listed(&[other]))).collect();
        writeln!(f, "  {}: {}", listed(&[option]), before.join(", "))?;
    }
    Ok(())
}

fn tie_break_line(f: &mut Formatter<'_>, verdict: &TieBreakVerdict) -> fmt::Result {
    let [first, second] = verdict.between.each_ref().map(|id| Printable(id));
    match verdict.outcome {
        Preferred::NotNeeded => write!(f, "{}: not needed", Printable(&verdict.contest))?,
        Preferred::First => write!(f, "{}: {first} ENTERS INTO FORCE", Printable(&verdict.contest))?,
        Preferred::Second => write!(f, "{}: {second} ENTERS INTO FORCE", Printable(&verdict.contest))?,
        Preferred::Tie => write!(f, "{}: a tie", Printable(&verdict.contest))?,
        Preferred::Undecided => write!(f, "{}: undecided", Printable(&verdict.contest))?,
    }
    let [for_first, for_second] = verdict.votes;
    write!(f, " — {first} {for_first}, {second} {for_second}")?;
    match verdict.region_votes {
        [x, y] if x.is_zero() && y.is_zero() => writeln!(f),
        [x, y] => writeln!(f, "; region votes {x} and {y}"),
    }
}

/// Options by their number in the manifest, counted from 1.
fn listed(options: &[u16]) -> String {
    let numbers: Vec<_> = options.iter().map(|option| format!("option {}", u32::from(*option) + 1)).collect();
    if numbers.is_empty() { "no one".to_owned() } else { numbers.join(", ") }
}

fn cell_line(f: &mut Formatter<'_>, cell: &CellReport) -> fmt::Result {
    let regions = cell.regions.join(" + ");
    write!(f, "  {}: {} of {}", Printable(&regions), cell.heads, counted(cell.eligible, "voter"))?;
    for counts in cell.counts.iter().flatten() {
        let counts: Vec<_> = counts.iter().map(u64::to_string).collect();
        write!(f, "; {}", counts.join(", "))?;
    }
    writeln!(f)
}

fn check_line(f: &mut Formatter<'_>, check: &CheckReport) -> fmt::Result {
    let status = match check.status {
        Status::Pass => "pass",
        Status::Fail => "FAIL",
        Status::NotReached => "not reached",
        Status::NotApplicable => "not applicable",
    };
    writeln!(f, "  {status:<14} {:<20} {}", check.name, check.sentence)?;
    let Some(reason) = &check.reason else { return Ok(()) };
    let entry = check.entry.map_or_else(String::new, |entry| format!("entry {entry}: "));
    writeln!(f, "  {:<14} {entry}{}", "", Printable(reason))
}
