//! The counts as a table for programs: the same bytes from every server and mirror, and in the documents of a result.

use plebiscite_election::record::Record;
use plebiscite_election::rule::verdict::ContestVerdict;

/// Columns of the table.
const HEAD: &str = "contest,kind,region,answer,count,heads,eligible\n";

/// The counts as CSV (RFC 4180, UTF-8): for each contest the totals, with an empty region, then each cell; regions that were
/// counted together are joined by `+`. Totals are multiplied by voter weights, counts of cells are not. A cell without a
/// result has no count. `answer` is the id of an option or `(blank)`, of a ranked contest `a>b`: for how many `a` stands
/// before `b`. Ids (§12.2) have nothing that must be quoted; one that begins with `-`, or reads like a number or a date, a
/// spreadsheet may show otherwise. None before there is a result.
#[must_use]
pub fn table(record: &Record) -> Option<String> {
    let (manifest, result) = record.manifest().zip(record.result())?;
    let cells = record.partition().map(|partition| partition.cells()).unwrap_or_default();
    let mut out = HEAD.to_owned();
    let contests = manifest.document().contests.iter().zip(&result.verdict.contests);
    for (number, (contest, verdict)) in contests.enumerate() {
        let answers = answers(&contest.options().iter().map(|option| option.0).collect::<Vec<_>>(), verdict);
        let (kind, participants, eligible) = match verdict {
            ContestVerdict::YesNo(verdict) => ("yes_no", verdict.participants, verdict.eligible),
            ContestVerdict::Options(verdict) => ("options", verdict.participants, verdict.eligible),
            ContestVerdict::Ranked(verdict) => ("ranked", verdict.participants, verdict.eligible),
        };
        let mut row = |region: &str, answer: &str, count: &str, heads: u64, eligible: u64| {
            let (heads, eligible) = (heads.to_string(), eligible.to_string());
            out.push_str(&[contest.id(), kind, region, answer, count, &heads, &eligible].join(","));
            out.push('\n');
        };
        for (answer, total) in &answers {
            row("", answer, &total.to_string(), participants, eligible);
        }
        let tallied = tallied(&answers, verdict);
        for (cell, counts) in cells.iter().zip(&result.cells) {
            let regions = cell.regions.iter().filter_map(|index| manifest.region(*index));
            let names = regions.map(|region| region.id.as_str()).collect::<Vec<_>>().join("+");
            let counts = counts.as_ref().and_then(|counts| counts.get(number));
            // Where blank is tallied it is the last number of the cell; elsewhere it is what is left of the heads.
            let blank =
                counts.is_some_and(|counts| counts.len() > tallied.len()).then(|| "(blank)".to_owned());
            for (place, answer) in tallied.iter().chain(&blank).enumerate() {
                let count =
                    counts.and_then(|counts| counts.get(place)).map(u64::to_string).unwrap_or_default();
                row(&names, answer, &count, cell.heads, cell.eligible);
            }
        }
    }
    Some(out)
}

/// Every answer with its total, blank last.
#[must_use]
pub fn answers(options: &[&str], verdict: &ContestVerdict) -> Vec<(String, u64)> {
    let named = |totals: &[u64]| {
        options.iter().map(|id| (*id).to_owned()).zip(totals.iter().copied()).collect::<Vec<_>>()
    };
    let (mut all, blank) = match verdict {
        ContestVerdict::YesNo(verdict) => {
            let totals: Vec<u64> = [verdict.yes, verdict.no].into_iter().chain(verdict.both).collect();
            (named(&totals), verdict.blank)
        }
        ContestVerdict::Options(verdict) => (named(&verdict.totals), verdict.blank),
        ContestVerdict::Ranked(verdict) => {
            let mut pairs = Vec::new();
            for (a, row) in options.iter().zip(&verdict.preferences) {
                for (b, count) in options.iter().zip(row).filter(|(b, _)| *b != a) {
                    pairs.push((format!("{a}>{b}"), *count));
                }
            }
            (pairs, verdict.blank)
        }
    };
    all.push(("(blank)".to_owned(), blank));
    all
}

/// What is tallied in a cell, in its order: of a ranked contest the pairs whose first option stands first in the manifest.
#[must_use]
pub fn tallied(answers: &[(String, u64)], verdict: &ContestVerdict) -> Vec<String> {
    let names = answers.iter().map(|answer| answer.0.clone()).filter(|name| name != "(blank)");
    match verdict {
        ContestVerdict::Ranked(_) => {
            let mut kept: Vec<String> = Vec::new();
            for name in names {
                let turned = name.split_once('>').map(|(a, b)| format!("{b}>{a}"));
                if !turned.is_some_and(|turned| kept.contains(&turned)) {
                    kept.push(name);
                }
            }
            kept
        }
        _ => names.collect(),
    }
}
