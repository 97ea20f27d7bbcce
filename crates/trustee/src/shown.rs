//! What is about to be confirmed or decrypted, as its holder is shown it before it is asked (§10.1, §17, §21).
//!
//! All of it comes from the record that this trustee's own program has verified whole.

use plebiscite_election::cell::{Cell, Outcome};
use plebiscite_election::counted::{counted, numbered};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::record::Record;
use serde::Serialize;

use crate::{Refused, confirm};

/// What one seal counts, and what is opened of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The election's id.
    pub election: String,
    /// Its title, in the manifest's first language.
    pub title: String,
    /// The seal's digest.
    pub seal: String,
    /// Index of the seal.
    pub seal_entry: u64,
    /// Index of the close.
    pub close: u64,
    /// The time that the close names.
    pub close_time: String,
    /// Whether the officials closed before the time in force.
    pub early: bool,
    /// Ballots in the log, superseded ones included.
    pub ballots: u64,
    /// Ballots that count: the last of every voter.
    pub counted: u64,
    /// Credentials of the roll.
    pub eligible: u64,
    /// The cells, in the partition's order.
    pub cells: Vec<ShownCell>,
    /// Numbers that are read of each cell, by contest.
    pub numbers: Vec<ShownContest>,
    /// Sums that are opened: cells that are opened times keys.
    pub sums: usize,
    /// Who has confirmed this seal.
    pub confirmed_by: Vec<u16>,
    /// `c`.
    pub confirm_needed: usize,
    /// Whose true partial decryptions stand.
    pub decrypted_by: Vec<u16>,
    /// `t`.
    pub decrypt_needed: usize,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownCell {
    /// The regions' ids.
    pub regions: Vec<String>,
    /// Ballots that are counted together.
    pub heads: u64,
    /// Credentials.
    pub eligible: u64,
    /// `decrypt`, `zero` or `no_result`.
    pub outcome: Outcome,
}

/// One contest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownContest {
    /// Its id.
    pub contest: String,
    /// Numbers that are tallied: one key each.
    pub keys: usize,
}

/// What the seal that stands says.
///
/// # Errors
/// [`Refused::NotYet`], [`Refused::Cancelled`].
pub fn shown(record: &Record) -> Result<Shown, Refused> {
    let digest = confirm::seal_digest(record)?;
    let missing = |what| Refused::NotYet { what };
    let manifest = record.manifest().ok_or_else(|| missing("its manifest"))?;
    let partition = record.partition().ok_or_else(|| missing("a close"))?;
    let (time, early) = record.close_time().ok_or_else(|| missing("a close"))?;
    let opened = partition.cells().iter().filter(|cell| cell.outcome == Outcome::Decrypt).count();
    let contests = manifest.contests().iter().zip(manifest.forms());
    Ok(Shown {
        election: manifest.id().to_string(),
        title: title_of(manifest),
        seal: hex::encode(digest),
        seal_entry: record.seal().map_or(0, |seal| seal.index),
        close: record.close_index().ok_or_else(|| missing("a close"))?,
        close_time: Time::from_unix(time).map_or_else(|_| time.to_string(), |time| time.to_string()),
        early,
        ballots: record.ballots(),
        counted: record.heads_by_region().iter().sum(),
        eligible: record.eligible_by_region().iter().sum(),
        cells: partition.cells().iter().map(|cell| cell_of(manifest, cell)).collect(),
        numbers: contests
            .map(|(contest, form)| ShownContest { contest: contest.id().to_owned(), keys: form.tallied() })
            .collect(),
        sums: opened.saturating_mul(manifest.key_count()),
        confirmed_by: record.confirmations().keys().copied().collect(),
        confirm_needed: record.confirmations_needed(),
        decrypted_by: record.valid_partials(),
        decrypt_needed: manifest.threshold(),
    })
}

/// The title in the manifest's first language.
#[must_use]
pub fn title_of(manifest: &Manifest) -> String {
    let document = manifest.document();
    let first = document.languages.first().and_then(|language| document.title.0.get(language));
    first.cloned().unwrap_or_default()
}

fn cell_of(manifest: &Manifest, cell: &Cell) -> ShownCell {
    let name = |region: &plebiscite_election::manifest::RegionIndex| {
        manifest.region(*region).map_or_else(|| region.0.to_string(), |region| region.id.clone())
    };
    ShownCell {
        regions: cell.regions.iter().map(name).collect(),
        heads: cell.heads,
        eligible: cell.eligible,
        outcome: cell.outcome,
    }
}

impl Shown {
    /// The lines that are printed.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let early = if self.early { ", before the time in force" } else { "" };
        let mut lines = vec![
            format!("election   {} ({})", self.title, self.election),
            format!("seal       {}, entry {}", self.seal, self.seal_entry),
            format!("close      entry {}, naming {}{early}", self.close, self.close_time),
            format!(
                "ballots    {} in the log; {} counted, one a voter, of {} eligible",
                self.ballots, self.counted, self.eligible
            ),
        ];
        for cell in &self.cells {
            let what = match cell.outcome {
                Outcome::Decrypt => "opened as sums",
                Outcome::Zero => "no ballots: counts zero, nothing is opened",
                Outcome::NoResult => "too small: never opened, no result",
            };
            lines.push(format!(
                "cell       {}: {} of {} eligible; {what}",
                cell.regions.join(" + "),
                counted(cell.heads, "ballot"),
                cell.eligible
            ));
        }
        let numbers: Vec<String> =
            self.numbers.iter().map(|contest| format!("{} {}", contest.contest, contest.keys)).collect();
        lines.push(format!(
            "sums       {} in all; numbers read of each opened cell, by contest: {}",
            self.sums,
            numbers.join(", ")
        ));
        lines.push(format!(
            "confirmed  by {} ({} needed)",
            numbered("trustee", &self.confirmed_by),
            self.confirm_needed
        ));
        lines.push(format!(
            "decrypted  by {} ({} needed)",
            numbered("trustee", &self.decrypted_by),
            self.decrypt_needed
        ));
        lines
    }
}

/// Numbers with commas, or "none".
#[must_use]
pub fn listed(numbers: &[u16]) -> String {
    if numbers.is_empty() {
        return "none".to_owned();
    }
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}
