//! What is chosen, by the ids of the manifest, and back.

use plebiscite_election::contest::{Choice, Contest};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::ContestDocument;
use plebiscite_roles::cli::{Exit, Stop};

/// Reads `CONTEST=OPTION`, once for each contest, in any order.
pub fn read(manifest: &Manifest, given: &[String]) -> Result<Vec<Choice>, Stop> {
    let usage = |sentence: String| Stop::new(Exit::Usage, sentence);
    let mut pairs = Vec::new();
    for text in given {
        let pair = text.split_once('=');
        let (contest, option) =
            pair.ok_or_else(|| usage("a choice is written as CONTEST=OPTION".to_owned()))?;
        if !manifest.contests().iter().any(|known| known.id() == contest) {
            return Err(usage("a choice names a contest that this election does not have".to_owned()));
        }
        pairs.push((contest, option));
    }
    let documents = manifest.contests().iter().zip(&manifest.document().contests);
    let choose = |(contest, document): (&Contest, &ContestDocument)| {
        let mut own = pairs.iter().filter(|(id, _)| *id == contest.id());
        match (own.next(), own.next()) {
            (Some((_, option)), None) => choice(contest, document, option).ok_or_else(|| {
                usage(format!("contest {} offers {}", contest.id(), names(contest, document).join(", ")))
            }),
            (None, _) => Err(usage(format!("contest {} has no choice: say --choose", contest.id()))),
            _ => Err(usage(format!("contest {} has more than one choice", contest.id()))),
        }
    };
    documents.map(choose).collect()
}

/// The name of a choice.
pub fn name(contest: &Contest, document: &ContestDocument, choice: Choice) -> String {
    let all = names(contest, document);
    let place = match choice {
        Choice::Option(number) => usize::from(number),
        Choice::Blank => usize::from(contest.options()),
    };
    all.get(place).cloned().unwrap_or_default()
}

fn choice(contest: &Contest, document: &ContestDocument, name: &str) -> Option<Choice> {
    let number = u16::try_from(only(&names(contest, document), name)?).ok()?;
    Some(if number < contest.options() { Choice::Option(number) } else { Choice::Blank })
}

/// The one place of a name. An option may have the id `blank` beside a blank choice: then neither is guessed.
fn only(names: &[String], name: &str) -> Option<usize> {
    let mut places = names.iter().enumerate().filter(|(_, known)| *known == name).map(|(place, _)| place);
    places.next().filter(|_| places.next().is_none())
}

/// The names of all choices: options in order, then blank where it is offered.
fn names(contest: &Contest, document: &ContestDocument) -> Vec<String> {
    let mut names = match document {
        ContestDocument::YesNoBlank { .. } => vec!["yes".to_owned(), "no".to_owned()],
        ContestDocument::SingleChoice { options, .. } => {
            options.iter().map(|option| option.id.clone()).collect()
        }
    };
    if contest.offers_blank() {
        names.push("blank".to_owned());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_two_choices_have_chooses_neither() {
        let names = ["a", "blank", "b", "blank"].map(str::to_owned);
        assert_eq!(only(&names, "blank"), None);
        assert_eq!(only(&names[..3], "blank"), Some(1));
        assert_eq!((only(&names, "b"), only(&names, "c")), (Some(2), None));
    }
}
