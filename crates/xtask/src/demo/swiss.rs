//! The Swiss popular vote no. 220 of 7 June 1970, scaled 1:N by a written rule.
//!
//! Each canton's eligible, yes, no and blank-or-invalid are rounded half up, at least one. Where rounding ties or turns a
//! canton, the historically larger side gets one more than the other. Eligible is never less than participants.

use std::path::Path;

use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::document::{Base, Condition, ContestDocument};
use plebiscite_election::rule::fraction::Fraction;
use serde::Deserialize;

use super::vote::{NO, Region, Vote, Ways, YES, scaled, text};
use crate::command::root;

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

/// The vote, scaled.
///
/// # Errors
/// A sentence, where the table cannot be read.
pub fn vote(scale: u64) -> Result<Vote, String> {
    let half = Fraction::new(1, 2).map_err(|error| error.to_string())?;
    // At 1:1000 no canton has fewer than 4 eligible and 4 ballots: below the usual minimums, and said to voters.
    let small = "Cantons with very few voters are counted by themselves: this is a demonstration.";
    let cells = if scale >= 100 { (3, 4, Some(text([("en", small)]))) } else { (30, 30, None) };
    Ok(Vote {
        scene: "switzerland",
        languages: &["en"],
        title: text([("en", &format!("Swiss popular vote no. 220 of 7 June 1970, scaled 1:{scale}"))]),
        contest: ContestDocument::YesNoBlank {
            id: "initiative".to_owned(),
            question: text([("en", "Do you accept the popular initiative of vote no. 220?")]),
            yes: text([("en", "Yes")]),
            no: text([("en", "No")]),
            blank: text([("en", "Blank")]),
        },
        conditions: vec![
            Condition::Majority { of: Base::Valid, fraction: half, strict: true },
            Condition::Regions { fraction: half, strict: true, no_data: false },
        ],
        cells,
        regions: cantons(&root().join("tests/data/referendum-ch-1970-06-07-no220.csv"), scale)?,
        ways: Ways { again: 50, tests: 100, tries: 200, left: 0 },
    })
}

fn cantons(table: &Path, scale: u64) -> Result<Vec<Region>, String> {
    let failed = |error: csv::Error| format!("{}: {error}", table.display());
    let mut rows = csv::Reader::from_path(table).map_err(failed)?;
    rows.deserialize().map(|row| row.map(|row: Published| canton(&row, scale)).map_err(failed)).collect()
}

fn canton(row: &Published, scale: u64) -> Region {
    let (mut yes, mut no) = (scaled(row.yes, scale), scaled(row.no, scale));
    let adjusted = (row.yes > row.no) != (yes > no) || yes == no;
    if adjusted && row.yes > row.no {
        yes = no + 1;
    } else if adjusted {
        no = yes + 1;
    }
    let blank = scaled(row.blank_or_invalid, scale);
    Region {
        name: text([("en", &row.region)]),
        code: row.code.clone(),
        eligible: scaled(row.eligible, scale).max(yes + no + blank),
        choices: vec![(YES, yes), (NO, no), (Choice::Blank, blank)],
        votes: if row.region_vote == "0.5" { "1/2".to_owned() } else { row.region_vote.clone() },
        adjusted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(scale: u64) -> (u64, u64, u64, u64, Vec<String>) {
        let vote = vote(scale).unwrap();
        let adjusted = vote.regions.iter().filter(|canton| canton.adjusted).map(|canton| canton.code.clone());
        let adjusted = adjusted.collect();
        let of = |choice: Choice| vote.sum(|canton| canton.count(&choice));
        (vote.sum(|c| c.eligible), of(YES), of(NO), of(Choice::Blank), adjusted)
    }

    #[test]
    fn the_scaled_counts_are_those_of_the_rule() {
        let adjusted = ["NW", "GL", "ZG", "FR", "AI"].map(str::to_owned).to_vec();
        assert_eq!(totals(1_000), (1_641, 560, 659, 28, adjusted));
        assert_eq!(totals(100), (16_418, 5_577, 6_547, 142, vec!["AI".to_owned()]));
        assert_eq!(totals(1), (1_641_777, 557_517, 654_844, 14_297, Vec::new()));
    }
}
