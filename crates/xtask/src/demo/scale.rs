//! The Swiss popular vote no. 220 of 7 June 1970, scaled 1:N by a written rule.
//!
//! Each canton's eligible, yes, no and blank-or-invalid are rounded half up, at least one. Where rounding ties or turns a
//! canton, the historically larger side gets one more than the other. Eligible is never less than participants.

use std::path::Path;

use serde::Deserialize;

/// A canton as published.
#[derive(Clone, Debug, Deserialize)]
struct Published {
    region: String,
    code: String,
    eligible: u64,
    #[expect(dead_code, reason = "a column of the published table that follows from the others")]
    participants: u64,
    yes: u64,
    no: u64,
    blank_or_invalid: u64,
    region_vote: String,
}

/// A canton, scaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canton {
    /// Its name.
    pub name: String,
    /// Its two letters.
    pub code: String,
    /// Eligible voters.
    pub eligible: u64,
    /// Ballots with yes.
    pub yes: u64,
    /// Ballots with no.
    pub no: u64,
    /// Blank ballots.
    pub blank: u64,
    /// Its weight in the majority of the cantons: `1` or `1/2`.
    pub votes: String,
    /// Whether rounding tied or turned it, and was mended.
    pub adjusted: bool,
}

impl Canton {
    /// Ballots cast.
    pub fn participants(&self) -> u64 {
        self.yes + self.no + self.blank
    }
}

/// Reads the published table and scales it.
///
/// # Errors
/// A sentence, where the table cannot be read.
pub fn read(table: &Path, scale: u64) -> Result<Vec<Canton>, String> {
    let failed = |error: csv::Error| format!("{}: {error}", table.display());
    let mut rows = csv::Reader::from_path(table).map_err(failed)?;
    rows.deserialize().map(|row| row.map(|row: Published| scaled(&row, scale)).map_err(failed)).collect()
}

fn scaled(row: &Published, scale: u64) -> Canton {
    let round = |count: u64| ((2 * count + scale) / (2 * scale)).max(1);
    let (mut yes, mut no) = (round(row.yes), round(row.no));
    let adjusted = (row.yes > row.no) != (yes > no) || yes == no;
    if adjusted && row.yes > row.no {
        yes = no + 1;
    } else if adjusted {
        no = yes + 1;
    }
    let blank = round(row.blank_or_invalid);
    Canton {
        name: row.region.clone(),
        code: row.code.clone(),
        eligible: round(row.eligible).max(yes + no + blank),
        yes,
        no,
        blank,
        votes: if row.region_vote == "0.5" { "1/2".to_owned() } else { row.region_vote.clone() },
        adjusted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(scale: u64) -> (u64, u64, u64, u64, Vec<String>) {
        let table = crate::command::root().join("tests/data/referendum-ch-1970-06-07-no220.csv");
        let cantons = read(&table, scale).unwrap();
        let sum = |of: fn(&Canton) -> u64| cantons.iter().map(of).sum();
        let adjusted =
            cantons.iter().filter(|canton| canton.adjusted).map(|canton| canton.code.clone()).collect();
        (sum(|c| c.eligible), sum(|c| c.yes), sum(|c| c.no), sum(|c| c.blank), adjusted)
    }

    #[test]
    fn the_scaled_counts_are_those_of_the_rule() {
        let adjusted = ["NW", "GL", "ZG", "FR", "AI"].map(str::to_owned).to_vec();
        assert_eq!(totals(1_000), (1_641, 560, 659, 28, adjusted));
        assert_eq!(totals(100), (16_418, 5_577, 6_547, 142, vec!["AI".to_owned()]));
        assert_eq!(totals(1), (1_641_777, 557_517, 654_844, 14_297, Vec::new()));
    }
}
