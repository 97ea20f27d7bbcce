//! The nine kinds of question, as a template or an interview makes them (§12.3).

use std::fmt;

use plebiscite_election::manifest::document::{
    Base, Condition, ContestDocument, OptionDocument, PluralityMethod, RankedMethod, Text, TotalMethod,
};
use plebiscite_election::rule::fraction::Fraction;

/// A kind of question, by the name that the manifest gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Yes, no or blank: a referendum.
    YesNoBlank,
    /// Yes, no, both or none, counted apart.
    YesNoBothNone,
    /// One of several options.
    SingleChoice,
    /// Several of the options.
    Approval,
    /// A score for each option.
    Score,
    /// Points shared out among the options.
    Cumulative,
    /// Votes whose squares share a budget of credits.
    Quadratic,
    /// All options in an order, ranks giving points.
    Borda,
    /// All options in an order, every pair counted.
    Condorcet,
}

impl QuestionKind {
    /// All nine.
    pub const ALL: [Self; 9] = [
        Self::YesNoBlank,
        Self::YesNoBothNone,
        Self::SingleChoice,
        Self::Approval,
        Self::Score,
        Self::Cumulative,
        Self::Quadratic,
        Self::Borda,
        Self::Condorcet,
    ];

    /// The manifest's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::YesNoBlank => "yes_no_blank",
            Self::YesNoBothNone => "yes_no_both_none",
            Self::SingleChoice => "single_choice",
            Self::Approval => "approval",
            Self::Score => "score",
            Self::Cumulative => "cumulative",
            Self::Quadratic => "quadratic",
            Self::Borda => "borda",
            Self::Condorcet => "condorcet",
        }
    }

    /// Whether a rule decides it, rather than places.
    #[must_use]
    pub const fn is_yes_no(self) -> bool {
        matches!(self, Self::YesNoBlank | Self::YesNoBothNone)
    }
}

impl fmt::Display for QuestionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The numbers that a kind of question has beside its options; each kind takes its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Fewest approvals, or points altogether.
    pub minimum: u32,
    /// Most approvals, the highest score, or most points for one option.
    pub maximum: u32,
    /// Points or credits altogether.
    pub budget: u32,
    /// How many places there are.
    pub places: u16,
    /// Which method decides a ranked contest.
    pub method: RankedMethod,
}

impl Numbers {
    /// Those of the template, for three options.
    pub const USUAL: Self =
        Self { minimum: 1, maximum: 2, budget: 10, places: 1, method: RankedMethod::Schulze };

    /// Those of the template for a kind.
    #[must_use]
    pub const fn usual(kind: QuestionKind) -> Self {
        match kind {
            QuestionKind::Score => Self { maximum: 10, ..Self::USUAL },
            QuestionKind::Cumulative => Self { minimum: 0, maximum: 10, ..Self::USUAL },
            QuestionKind::Quadratic => Self { budget: 25, ..Self::USUAL },
            _ => Self::USUAL,
        }
    }
}

/// What a question of options is made of.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The contest's id.
    pub id: String,
    /// What is asked.
    pub question: Text,
    /// The options with their ids.
    pub options: Vec<OptionDocument>,
    /// The label of blank, where it is offered.
    pub blank: Option<Text>,
}

/// A question of options. For yes and no there is [`yes_no`].
#[must_use]
pub fn of_options(kind: QuestionKind, asked: Asked, numbers: Numbers) -> ContestDocument {
    let Asked { id, question, options, blank } = asked;
    let Numbers { minimum, maximum, budget, places, method: ranked } = numbers;
    let (votes, method) = (PluralityMethod::Plurality, TotalMethod::GreatestTotal);
    match kind {
        QuestionKind::Approval => ContestDocument::Approval {
            id,
            question,
            options,
            blank,
            minimum,
            maximum,
            method: votes,
            places,
        },
        QuestionKind::Score => {
            ContestDocument::Score { id, question, options, blank, maximum, method, places }
        }
        QuestionKind::Cumulative => ContestDocument::Cumulative {
            id,
            question,
            options,
            blank,
            budget,
            minimum,
            maximum,
            method,
            places,
        },
        QuestionKind::Quadratic => {
            ContestDocument::Quadratic { id, question, options, blank, budget, method, places }
        }
        QuestionKind::Borda => ContestDocument::Borda { id, question, options, blank, method, places },
        QuestionKind::Condorcet => {
            ContestDocument::Condorcet { id, question, options, blank, method: ranked, places }
        }
        QuestionKind::SingleChoice | QuestionKind::YesNoBlank | QuestionKind::YesNoBothNone => {
            ContestDocument::SingleChoice { id, question, options, blank, method: votes, places }
        }
    }
}

/// A question of yes and no; with the label of both it is `yes_no_both_none`.
#[must_use]
pub fn yes_no(
    id: String,
    question: Text,
    [yes, no, blank]: [Text; 3],
    both: Option<Text>,
) -> ContestDocument {
    match both {
        Some(both) => ContestDocument::YesNoBothNone { id, question, yes, no, both, none: blank },
        None => ContestDocument::YesNoBlank { id, question, yes, no, blank },
    }
}

/// The id of an option by its place: `a`, `b`, … `z`, then `o27`, `o28`, …
#[must_use]
pub fn option_id(place: usize) -> String {
    match u8::try_from(place) {
        Ok(place @ 0..=25) => char::from(b'a'.saturating_add(place)).to_string(),
        _ => format!("o{}", place.saturating_add(1)),
    }
}

/// When a question of yes and no is adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The turnout that makes the vote valid, if it needs one.
    pub turnout: Option<Share>,
    /// Of what a majority is asked.
    pub of: Base,
    /// Which majority.
    pub majority: Share,
    /// The majority of regions, if one is asked.
    pub regions: Option<Share>,
}

/// A share that is to be reached, or passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The share.
    pub fraction: Fraction,
    /// More than it, not just it.
    pub strict: bool,
}

impl Share {
    /// More than half.
    #[must_use]
    pub fn half() -> Self {
        Self { fraction: Fraction::new(1, 2).unwrap_or(Fraction::ONE), strict: true }
    }

    /// Reads `1/2` or `more than 1/2`, and `at least 2/3`.
    ///
    /// # Errors
    /// A sentence that says how it is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.trim().to_lowercase();
        let (strict, rest) = match (words.strip_prefix("more than "), words.strip_prefix("at least ")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => (words != "1", words.as_str()),
        };
        let fraction = Fraction::parse(rest.trim()).map_err(|fault| {
            format!("{fault}; write it like \"more than 1/2\", \"at least 2/3\" or \"at least 1\"")
        })?;
        if fraction.is_zero() || fraction.is_above_one() {
            return Err("the share is above 0 and at most 1, like \"more than 1/2\"".to_owned());
        }
        if strict && fraction == Fraction::ONE {
            return Err("more than all is never reached; write \"at least 1\" for all".to_owned());
        }
        Ok(Self { fraction, strict })
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.strict { "more than" } else { "at least" }, self.fraction)
    }
}

impl Decided {
    /// More yes than no.
    #[must_use]
    pub fn usual() -> Self {
        Self { turnout: None, of: Base::Valid, majority: Share::half(), regions: None }
    }

    /// The conditions, in the order in which they are explained.
    #[must_use]
    pub fn conditions(&self) -> Vec<Condition> {
        let turnout = self.turnout.map(|share| Condition::Turnout {
            of_eligible: share.fraction,
            strict: share.strict,
            no_data: false,
        });
        let majority = Condition::Majority {
            of: self.of,
            fraction: self.majority.fraction,
            strict: self.majority.strict,
        };
        let regions = self.regions.map(|share| Condition::Regions {
            fraction: share.fraction,
            strict: share.strict,
            no_data: false,
        });
        turnout.into_iter().chain([majority]).chain(regions).collect()
    }
}

/// Reads what a majority is one of.
///
/// # Errors
/// A sentence that names the three.
pub fn base(text: &str) -> Result<Base, String> {
    match text.trim() {
        "valid" => Ok(Base::Valid),
        "participants" => Ok(Base::Participants),
        "eligible" => Ok(Base::Eligible),
        _ => Err("write valid (yes and no), participants (blank counts like no) or eligible (who does not vote counts like no)"
            .to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_in_words_and_written_back() {
        for (text, written) in [
            ("1/2", "more than 1/2"),
            ("more than 2/3", "more than 2/3"),
            ("At least 3/5", "at least 3/5"),
            ("1", "at least 1"),
        ] {
            assert_eq!(Share::parse(text).unwrap().to_string(), written);
        }
        for text in ["", "half", "2/4", "0", "3/2", "more than 1", "at least"] {
            assert!(Share::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn options_have_ids_of_their_own_however_many() {
        let ids: std::collections::BTreeSet<String> = (0..1_024).map(option_id).collect();
        assert_eq!(ids.len(), 1_024);
        assert_eq!([option_id(0), option_id(25), option_id(26)], ["a", "z", "o27"]);
    }
}
