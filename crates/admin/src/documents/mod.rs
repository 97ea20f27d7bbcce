//! The documents of a result: the protocol on paper in a language, and the counts as a table.

mod protocol;
mod words;

use plebiscite_election::record::Record;
use plebiscite_election::rule::verdict::ContestVerdict;
use thiserror::Error;

pub use protocol::{Certified, protocol};

/// Why there are no documents.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// No result stands.
    #[error("no result stands in the record yet")]
    NoResult,
    /// It cannot be printed.
    #[error(transparent)]
    Paper(#[from] plebiscite_paper::PaperError),
    /// The table cannot be written.
    #[error("the table cannot be written: {0}")]
    Table(String),
}

impl From<plebiscite_paper::Missing> for DocumentError {
    fn from(missing: plebiscite_paper::Missing) -> Self {
        Self::Paper(missing.into())
    }
}

/// Columns of the table.
const HEAD: [&str; 7] = ["contest", "kind", "region", "answer", "count", "heads", "eligible"];

/// The counts as CSV (RFC 4180, UTF-8): for each contest the totals, with an empty region, then each cell; regions that were
/// counted together are joined by `+`. Totals are multiplied by voter weights, counts of cells are not. A cell without a result has no count. `answer` is the id of an option or `(blank)`, of a
/// ranked contest `a>b`: for how many `a` stands before `b`. What a spreadsheet would take for a formula is no id.
///
/// # Errors
/// [`DocumentError`].
pub fn table(record: &Record) -> Result<Vec<u8>, DocumentError> {
    let (manifest, result) = record.manifest().zip(record.result()).ok_or(DocumentError::NoResult)?;
    let cells = record.partition().map(|partition| partition.cells()).unwrap_or_default();
    let failed = |error: &dyn std::fmt::Display| DocumentError::Table(error.to_string());
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEAD).map_err(|error| failed(&error))?;
    let contests = manifest.document().contests.iter().zip(&result.verdict.contests);
    for (number, (contest, verdict)) in contests.enumerate() {
        let answers = answers(&contest.options().iter().map(|option| option.0).collect::<Vec<_>>(), verdict);
        let (kind, participants, eligible) = match verdict {
            ContestVerdict::YesNo(verdict) => ("yes_no", verdict.participants, verdict.eligible),
            ContestVerdict::Options(verdict) => ("options", verdict.participants, verdict.eligible),
            ContestVerdict::Ranked(verdict) => ("ranked", verdict.participants, verdict.eligible),
        };
        let row = |region: &str, answer: &str, count: String, heads: u64, eligible: u64| {
            [
                contest.id().to_owned(),
                kind.to_owned(),
                region.to_owned(),
                answer.to_owned(),
                count,
                heads.to_string(),
                eligible.to_string(),
            ]
        };
        for (answer, total) in &answers {
            out.write_record(row("", answer, total.to_string(), participants, eligible))
                .map_err(|error| failed(&error))?;
        }
        for (cell, counts) in cells.iter().zip(&result.cells) {
            let names = cell
                .regions
                .iter()
                .filter_map(|index| manifest.region(*index))
                .map(|region| region.id.as_str());
            let names = names.collect::<Vec<_>>().join("+");
            let counts = counts.as_ref().and_then(|counts| counts.get(number));
            let tallied = tallied(&answers, verdict);
            // Where blank is tallied it is the last number of the cell; elsewhere it is what is left of the heads.
            let blank =
                counts.is_some_and(|counts| counts.len() > tallied.len()).then(|| "(blank)".to_owned());
            for (place, answer) in tallied.iter().chain(&blank).enumerate() {
                let count =
                    counts.and_then(|counts| counts.get(place)).map(u64::to_string).unwrap_or_default();
                out.write_record(row(&names, answer, count, cell.heads, cell.eligible))
                    .map_err(|error| failed(&error))?;
            }
        }
    }
    out.into_inner().map_err(|error| failed(&error))
}

/// Every answer with its total, blank last.
pub(crate) fn answers(options: &[&str], verdict: &ContestVerdict) -> Vec<(String, u64)> {
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
fn tallied(answers: &[(String, u64)], verdict: &ContestVerdict) -> Vec<String> {
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
