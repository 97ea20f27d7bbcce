//! Kazakhstan's referendums of 6 October 2024 and 5 June 2022, scaled 1:N: national totals, rounded half up, in one region.
//!
//! The question and both answers stand as on the ballot paper, in Kazakh and Russian. A paper ballot with no answer, or
//! with both, is a blank one here.

use plebiscite_election::contest::Choice;
use plebiscite_election::manifest::document::{Base, Condition, ContestDocument, Text};
use plebiscite_election::rule::fraction::Fraction;
use serde::Deserialize;

use super::vote::{BOTH, NO, Region, Vote, Ways, YES, scaled, text};
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
    let (row, eligible, other) = published("2024-10-06")?;
    let half = Fraction::new(1, 2).map_err(|error| error.to_string())?;
    Ok(Vote {
        scene: "kazakhstan",
        languages: &["kk", "ru", "en"],
        title: text([
            ("kk", &format!("2024 жылғы 6 қазандағы референдум, 1:{scale} көлемінде")),
            ("ru", &format!("Референдум 6 октября 2024 года в масштабе 1:{scale}")),
            ("en", &format!("Referendum of 6 October 2024, scaled 1:{scale}")),
        ]),
        contest: ContestDocument::YesNoBlank {
            id: "plant".to_owned(),
            question: text([
                ("kk", "Сіз Қазақстанда атом электр станциясын салуға келісесіз бе?"),
                ("ru", "Согласны ли Вы со строительством атомной электростанции в Казахстане?"),
                ("en", "Do you agree with the construction of a nuclear power plant in Kazakhstan?"),
            ]),
            yes: yes(),
            no: no(),
            blank: text([
                ("kk", "Бос бюллетень: екеуі де емес"),
                ("ru", "Пустой бюллетень: ни то, ни другое"),
                ("en", "Blank ballot: neither"),
            ]),
        },
        conditions: vec![
            Condition::Turnout { of_eligible: half, strict: true, no_data: false },
            Condition::Majority { of: Base::Participants, fraction: half, strict: true },
        ],
        cells: (30, 30, None),
        regions: vec![whole_country(
            scaled(eligible, scale),
            vec![
                (YES, scaled(row.yes, scale)),
                (NO, scaled(row.no, scale)),
                (Choice::Blank, scaled(row.invalid + other, scale)),
            ],
        )],
        ways: Ways { again: 50, tests: 100, tries: 200, left: 10 },
    })
}

/// Kazakhstan's referendum of 5 June 2022 on its Constitution, scaled: its ballots of no answer and of both answers were
/// counted apart, and its law also asks for two thirds of the regions, of which no counts are at hand.
///
/// # Errors
/// A sentence, where the table cannot be read.
pub fn vote_of_2022(scale: u64) -> Result<Vote, String> {
    let (row, eligible, other) = published("2022-06-05")?;
    let share = |a: u128, b: u128| Fraction::new(a, b).map_err(|error| error.to_string());
    Ok(Vote {
        scene: "kz-2022",
        languages: &["kk", "ru", "en"],
        title: text([
            ("kk", &format!("2022 жылғы 5 маусымдағы референдум, 1:{scale} көлемінде")),
            ("ru", &format!("Референдум 5 июня 2022 года в масштабе 1:{scale}")),
            ("en", &format!("Referendum of 5 June 2022, scaled 1:{scale}")),
        ]),
        // The subject as the table has it; the official question of 2022 is not at hand.
        contest: ContestDocument::YesNoBothNone {
            id: "constitution".to_owned(),
            question: text([
                ("kk", "Конституцияға түзетулерге келісесіз бе?"),
                ("ru", "Согласны ли Вы с поправками в Конституцию?"),
                ("en", "Do you agree with the amendments to the Constitution?"),
            ]),
            yes: yes(),
            no: no(),
            both: text([("kk", "Екі жауап та"), ("ru", "Оба ответа"), ("en", "Both answers")]),
            none: text([("kk", "Жауап жоқ"), ("ru", "Ни одного ответа"), ("en", "No answer")]),
        },
        conditions: vec![
            Condition::Turnout { of_eligible: share(1, 2)?, strict: true, no_data: false },
            Condition::Majority { of: Base::Participants, fraction: share(1, 2)?, strict: true },
            Condition::Regions { fraction: share(2, 3)?, strict: false, no_data: true },
        ],
        cells: (30, 30, None),
        regions: vec![whole_country(
            scaled(eligible, scale),
            vec![
                (YES, scaled(row.yes, scale)),
                (NO, scaled(row.no, scale)),
                (BOTH, scaled(other, scale)),
                (Choice::Blank, scaled(row.invalid, scale)),
            ],
        )],
        ways: Ways { again: 50, tests: 100, tries: 200, left: 0 },
    })
}

/// A row of the table, its eligible voters, and its votes counted for neither.
fn published(date: &str) -> Result<(Published, u64, u64), String> {
    let table = root().join("tests/data/referendums-kz.csv");
    let failed = |error: csv::Error| format!("{}: {error}", table.display());
    let mut rows = csv::Reader::from_path(&table).map_err(failed)?;
    let rows = rows.deserialize().collect::<Result<Vec<Published>, _>>().map_err(failed)?;
    let row = rows.into_iter().find(|row| row.date == date);
    let row = row.ok_or_else(|| format!("{} lacks {date}", table.display()))?;
    let missing = |what: &str| format!("{} lacks the number of {what} of {date}", table.display());
    let eligible = row.eligible.ok_or_else(|| missing("eligible voters"))?;
    let other = row.other_not_counted.ok_or_else(|| missing("votes counted for neither"))?;
    Ok((row, eligible, other))
}

fn yes() -> Text {
    text([("kk", "Иә, келісемін"), ("ru", "Да, согласен (-на)"), ("en", "Yes, I agree")])
}

fn no() -> Text {
    text([("kk", "Жоқ, келіспеймін"), ("ru", "Нет, не согласен (-на)"), ("en", "No, I disagree")])
}

fn whole_country(eligible: u64, choices: Vec<(Choice, u64)>) -> Region {
    Region {
        name: text([("kk", "Қазақстан"), ("ru", "Казахстан"), ("en", "Kazakhstan")]),
        code: "kz".to_owned(),
        eligible,
        choices,
        votes: "1".to_owned(),
        adjusted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scaled_counts_are_those_of_the_rule() {
        let vote = vote(1_000).unwrap();
        assert_eq!(vote.sum(|r| r.eligible), 12_284);
        let counts = |vote: &Vote, of: &[Choice]| -> Vec<u64> {
            of.iter().map(|choice| vote.sum(|region| region.count(choice))).collect()
        };
        assert_eq!(counts(&vote, &[YES, NO, Choice::Blank]), [5_562, 2_045, 213]);
        assert_eq!(vote.sum(Region::participants), 7_820);
        let vote = vote_of_2022(1_000).unwrap();
        assert_eq!(vote.sum(|r| r.eligible), 11_735);
        assert_eq!(counts(&vote, &[YES, NO, BOTH, Choice::Blank]), [6_164, 1_490, 126, 206]);
    }
}
