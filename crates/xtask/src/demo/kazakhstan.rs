//! Kazakhstan's referendum of 6 October 2024, scaled 1:N: national totals, rounded half up, in one region.
//!
//! The question and both answers stand as on the ballot paper, in Kazakh and Russian. A paper ballot with no answer, or
//! with both, is a blank one here.

use plebiscite_election::manifest::document::{Base, Condition};
use plebiscite_election::rule::fraction::Fraction;
use serde::Deserialize;

use super::vote::{Region, Vote, Ways, scaled, text};
use crate::command::root;

/// A referendum as published.
#[derive(Debug, Deserialize)]
struct Published {
    date: String,
    eligible: Option<u64>,
    yes: u64,
    no: u64,
    invalid: u64,
    /// Not published for every year.
    other_not_counted: Option<u64>,
}

/// The vote, scaled; ten of those who took part are left out.
///
/// # Errors
/// A sentence, where the table cannot be read.
pub fn vote(scale: u64) -> Result<Vote, String> {
    let table = root().join("tests/data/referendums-kz.csv");
    let failed = |error: csv::Error| format!("{}: {error}", table.display());
    let mut rows = csv::Reader::from_path(&table).map_err(failed)?;
    let rows = rows.deserialize().collect::<Result<Vec<Published>, _>>().map_err(failed)?;
    let row = rows.iter().find(|row| row.date == "2024-10-06");
    let row = row.ok_or_else(|| format!("{} lacks 2024-10-06", table.display()))?;
    let missing = |what: &str| format!("{} lacks the number of {what} of 2024", table.display());
    let eligible = row.eligible.ok_or_else(|| missing("eligible voters"))?;
    let other = row.other_not_counted.ok_or_else(|| missing("votes counted for neither"))?;
    let half = Fraction::new(1, 2).map_err(|error| error.to_string())?;
    Ok(Vote {
        scene: "kazakhstan",
        languages: &["kk", "ru", "en"],
        title: text([
            ("kk", &format!("2024 жылғы 6 қазандағы референдум, 1:{scale} көлемінде")),
            ("ru", &format!("Референдум 6 октября 2024 года в масштабе 1:{scale}")),
            ("en", &format!("Referendum of 6 October 2024, scaled 1:{scale}")),
        ]),
        contest: "plant",
        question: text([
            ("kk", "Сіз Қазақстанда атом электр станциясын салуға келісесіз бе?"),
            ("ru", "Согласны ли Вы со строительством атомной электростанции в Казахстане?"),
            ("en", "Do you agree with the construction of a nuclear power plant in Kazakhstan?"),
        ]),
        answers: [
            text([("kk", "Иә, келісемін"), ("ru", "Да, согласен (-на)"), ("en", "Yes, I agree")]),
            text([("kk", "Жоқ, келіспеймін"), ("ru", "Нет, не согласен (-на)"), ("en", "No, I disagree")]),
            text([
                ("kk", "Бос бюллетень: екеуі де емес"),
                ("ru", "Пустой бюллетень: ни то, ни другое"),
                ("en", "Blank ballot: neither"),
            ]),
        ],
        conditions: vec![
            Condition::Turnout { of_eligible: half, strict: true, no_data: false },
            Condition::Majority { of: Base::Participants, fraction: half, strict: true },
        ],
        cells: (30, 30, None),
        regions: vec![Region {
            name: text([("kk", "Қазақстан"), ("ru", "Казахстан"), ("en", "Kazakhstan")]),
            code: "kz".to_owned(),
            eligible: scaled(eligible, scale),
            yes: scaled(row.yes, scale),
            no: scaled(row.no, scale),
            blank: scaled(row.invalid + other, scale),
            votes: "1".to_owned(),
            adjusted: false,
        }],
        ways: Ways { again: 50, tests: 100, tries: 200, left: 10 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scaled_counts_are_those_of_the_rule() {
        let vote = vote(1_000).unwrap();
        assert_eq!(vote.sum(|r| r.eligible), 12_284);
        assert_eq!((vote.sum(|r| r.yes), vote.sum(|r| r.no), vote.sum(|r| r.blank)), (5_562, 2_045, 213));
        assert_eq!(vote.sum(Region::participants), 7_820);
    }
}
