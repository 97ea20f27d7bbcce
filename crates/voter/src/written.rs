//! Choices as text, by the ids of the manifest: what is typed at a terminal.
//!
//! One option is written by its id; approvals as `a+c` (none: `-`); numbers as `a:3+b:0+c:7`, options left out
//! getting 0; an order as `b>a>c`; blank (or none) as `blank`.

use plebiscite_election::contest::{Choice, Contest, Kind};
use plebiscite_election::manifest::document::ContestDocument;

/// How a choice is written.
#[must_use]
pub fn write(document: &ContestDocument, choice: &Choice) -> String {
    let options = document.options();
    let id = |number: usize| options.get(number).map_or("", |option| option.0);
    match choice {
        Choice::Option(number) => id(usize::from(*number)).to_owned(),
        Choice::Blank => BLANK.to_owned(),
        Choice::Numbers(numbers) if matches!(document, ContestDocument::Approval { .. }) => {
            let approved = numbers.iter().enumerate().filter(|(_, number)| **number == 1);
            let ids: Vec<&str> = approved.map(|(option, _)| id(option)).collect();
            if ids.is_empty() { NOTHING.to_owned() } else { ids.join("+") }
        }
        Choice::Numbers(numbers) => {
            let each = numbers.iter().enumerate().map(|(option, number)| format!("{}:{number}", id(option)));
            each.collect::<Vec<_>>().join("+")
        }
        Choice::Ranking(order) => {
            order.iter().map(|option| id(usize::from(*option))).collect::<Vec<_>>().join(">")
        }
    }
}

const BLANK: &str = "blank";
const NOTHING: &str = "-";

/// The choice that `text` writes; `None` where the contest takes no such choice.
#[must_use]
pub fn read(contest: &Contest, document: &ContestDocument, text: &str) -> Option<Choice> {
    let options = &ids(document);
    let number = |id: &str| only(options, id).and_then(|option| u16::try_from(option).ok());
    if text == BLANK {
        // An option may have the id `blank` beside a blank choice: then neither is guessed.
        let both = options.contains(&BLANK) && contest.offers_blank();
        return if both { None } else { number(BLANK).map(Choice::Option).or(Some(Choice::Blank)) }
            .filter(|choice| contest.bits(choice).is_ok());
    }
    let choice = match contest.kind() {
        Kind::YesNoBlank | Kind::YesNoBothNone | Kind::SingleChoice(_) => Choice::Option(number(text)?),
        Kind::Approval { .. } => numbers(options, text, |part| Some((part, 1)))?,
        Kind::Score { .. } | Kind::Cumulative { .. } | Kind::Quadratic { .. } => {
            numbers(options, text, |part| {
                let (id, number) = part.split_once(':')?;
                Some((id, number.parse().ok()?))
            })?
        }
        Kind::Borda(_) | Kind::Condorcet { .. } => {
            Choice::Ranking(text.split('>').map(number).collect::<Option<_>>()?)
        }
    };
    contest.bits(&choice).ok().map(|_| choice)
}

/// A number for each option, from parts joined by `+`; no option twice.
fn numbers<'a>(
    options: &[&str],
    text: &'a str,
    read: impl Fn(&'a str) -> Option<(&'a str, u32)>,
) -> Option<Choice> {
    let mut given: Vec<Option<u32>> = vec![None; options.len()];
    for part in text.split('+').filter(|_| text != NOTHING) {
        let (id, number) = read(part)?;
        let place = given.get_mut(only(options, id)?)?;
        if place.replace(number).is_some() {
            return None;
        }
    }
    Some(Choice::Numbers(given.into_iter().map(Option::unwrap_or_default).collect()))
}

fn ids(document: &ContestDocument) -> Vec<&str> {
    document.options().iter().map(|option| option.0).collect()
}

/// The one place of an id.
fn only(options: &[&str], id: &str) -> Option<usize> {
    let mut places = options.iter().enumerate().filter(|(_, known)| **known == id).map(|(place, _)| place);
    places.next().filter(|_| places.next().is_none())
}

/// What a contest takes, as a sentence for who wrote something else.
#[must_use]
pub fn taken(contest: &Contest, document: &ContestDocument) -> String {
    let options = ids(document);
    let all = options.join(", ");
    let [first, second] = [0, 1].map(|place| options.get(place).copied().unwrap_or_default());
    let takes = match contest.kind() {
        Kind::YesNoBlank | Kind::YesNoBothNone | Kind::SingleChoice(_) => format!("one of {all}"),
        Kind::Approval { minimum, maximum, .. } => {
            format!("{minimum} to {maximum} of {all}, written {first}+{second}, or {NOTHING} for none")
        }
        Kind::Score { maximum, .. } => {
            format!("a score of 0 to {maximum} for each of {all}, written {first}:1+{second}:0")
        }
        Kind::Cumulative { budget, minimum, maximum, .. } => format!(
            "up to {maximum} points for each of {all}, {minimum} to {budget} altogether, written {first}:1+{second}:0"
        ),
        Kind::Quadratic { budget, .. } => {
            format!("votes for {all}, whose squares add up to at most {budget}, written {first}:1+{second}:0")
        }
        Kind::Borda(_) | Kind::Condorcet { .. } => {
            format!("all of {all} in your order, the best first, written {first}>{second}…")
        }
    };
    if contest.offers_blank() { format!("{takes}; or {BLANK}") } else { takes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_two_options_have_names_neither() {
        assert_eq!(only(&["a", "blank", "b", "blank"], "blank"), None);
        assert_eq!(only(&["a", "blank", "b"], "blank"), Some(1));
        assert_eq!((only(&["a", "b"], "b"), only(&["a", "b"], "c")), (Some(1), None));
    }
}
