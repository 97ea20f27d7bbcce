//! Questions of every kind, with options A, B, C …

use plebiscite_election::manifest::document::{
    ContestDocument, OptionDocument, PluralityMethod, RankedMethod, Text, TieBreak, TotalMethod,
};

use crate::Dice;
use crate::manifest::text;

/// What all questions of options have here: an id, options named A, B, C …, and blank or not.
#[derive(Clone, Copy, Debug)]
pub struct Of {
    /// The contest's id.
    pub id: &'static str,
    /// How many options; from the 27th on they are A26, A27 …
    pub options: u16,
    /// Whether blank is offered.
    pub blank: bool,
}

impl Of {
    fn parts(self) -> (String, Text, Vec<OptionDocument>, Option<Text>) {
        let letter = |first: u8, number: u16| match u8::try_from(number) {
            Ok(number @ 0..26) => char::from(first + number).to_string(),
            _ => format!("{}{number}", char::from(first)),
        };
        let option =
            |number: u16| OptionDocument { id: letter(b'a', number), label: text(&letter(b'A', number)) };
        let options = (0..self.options).map(option).collect();
        (self.id.to_owned(), text("What do you choose?"), options, self.blank.then(|| text("Blank")))
    }
}

/// Yes, no or blank.
#[must_use]
pub fn yes_no_blank(id: &str) -> ContestDocument {
    let [yes, no, blank] = ["Yes", "No", "Blank"].map(text);
    ContestDocument::YesNoBlank { id: id.to_owned(), question: text("Do you agree?"), yes, no, blank }
}

/// Yes, no, both or none.
#[must_use]
pub fn yes_no_both_none(id: &str) -> ContestDocument {
    let [yes, no, both, none] = ["Yes", "No", "Both", "None"].map(text);
    ContestDocument::YesNoBothNone { id: id.to_owned(), question: text("Do you agree?"), yes, no, both, none }
}

/// One of the options.
#[must_use]
pub fn single_choice(of: Of) -> ContestDocument {
    let (id, question, options, blank) = of.parts();
    let method = PluralityMethod::Plurality;
    ContestDocument::SingleChoice { id, question, options, blank, method, places: 1 }
}

/// `minimum` to `maximum` of the options.
#[must_use]
pub fn approval(of: Of, minimum: u32, maximum: u32) -> ContestDocument {
    let (id, question, options, blank) = of.parts();
    let method = PluralityMethod::Plurality;
    ContestDocument::Approval { id, question, options, blank, minimum, maximum, method, places: 1 }
}

/// 0 to `maximum` for each option; a rating without a winner.
#[must_use]
pub fn score(of: Of, maximum: u32) -> ContestDocument {
    let (id, question, options, blank) = of.parts();
    let method = TotalMethod::GreatestTotal;
    ContestDocument::Score { id, question, options, blank, maximum, method, places: 0 }
}

/// 0 to `maximum` points for each option, `minimum` to `budget` altogether.
#[must_use]
pub fn cumulative(of: Of, budget: u32, minimum: u32, maximum: u32) -> ContestDocument {
    let (id, question, options, blank) = of.parts();
    let method = TotalMethod::GreatestTotal;
    ContestDocument::Cumulative { id, question, options, blank, budget, minimum, maximum, method, places: 1 }
}

/// Votes whose squares add up to at most `budget`.
#[must_use]
pub fn quadratic(of: Of, budget: u32) -> ContestDocument {
    let (id, question, options, blank) = of.parts();
    let method = TotalMethod::GreatestTotal;
    ContestDocument::Quadratic { id, question, options, blank, budget, method, places: 1 }
}

/// All options in an order, ranks giving points.
#[must_use]
pub fn borda(of: Of) -> ContestDocument {
    let (id, question, options, blank) = of.parts();
    let method = TotalMethod::GreatestTotal;
    ContestDocument::Borda { id, question, options, blank, method, places: 1 }
}

/// All options in an order, every pair counted.
#[must_use]
pub fn condorcet(of: Of, method: RankedMethod) -> ContestDocument {
    let (id, question, options, blank) = of.parts();
    ContestDocument::Condorcet { id, question, options, blank, method, places: 1 }
}

/// A question of every kind in the size that the README measures, by the kind's name.
#[must_use]
pub fn measured() -> Vec<(&'static str, ContestDocument)> {
    let of = |options: u16| Of { id: "only", options, blank: false };
    let with_blank = |options: u16| Of { blank: true, ..of(options) };
    vec![
        ("yes_no_blank", yes_no_blank("only")),
        ("yes_no_both_none", yes_no_both_none("only")),
        ("single_choice", single_choice(with_blank(5))),
        ("approval", approval(with_blank(10), 1, 3)),
        ("score", score(of(10), 10)),
        ("cumulative", cumulative(of(5), 10, 0, 10)),
        ("quadratic", quadratic(of(5), 25)),
        ("borda", borda(of(5))),
        ("condorcet", condorcet(of(6), RankedMethod::Schulze)),
    ]
}

/// Two proposals and the question which of them is preferred, behind the contest `question` of every manifest here.
#[must_use]
pub fn counter_proposal(regions: bool) -> (Vec<ContestDocument>, TieBreak) {
    let preferred = single_choice(Of { id: "preferred", options: 2, blank: true });
    let between = ["question".to_owned(), "counter-proposal".to_owned()];
    let contest = "preferred".to_owned();
    (vec![yes_no_both_none("counter-proposal"), preferred], TieBreak { contest, between, regions })
}

/// A question of any kind but yes and no, small, by dice.
#[must_use]
pub fn any_question(id: &'static str, dice: &mut Dice) -> ContestDocument {
    let options = 2 + u16::try_from(dice.below(3)).unwrap();
    let of = Of { id, options, blank: dice.once_in(2) };
    let mut to = |least: u32, most: u32| {
        least + u32::try_from(dice.below(usize::try_from(most - least + 1).unwrap())).unwrap()
    };
    match to(0, 6) {
        0 => single_choice(of),
        1 => {
            let maximum = to(1, options.into());
            approval(of, to(0, maximum), maximum)
        }
        2 => score(of, to(1, 10)),
        3 => {
            let budget = to(1, 10);
            let maximum = to(1, budget);
            cumulative(of, budget, to(0, budget.min(maximum * u32::from(options))), maximum)
        }
        4 => quadratic(of, to(1, 16)),
        5 => borda(of),
        _ => condorcet(of, if to(0, 1) == 0 { RankedMethod::Schulze } else { RankedMethod::RankedPairs }),
    }
}
