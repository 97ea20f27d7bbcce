//! Checks of the questions (§12.3), and their compilation.

use super::{Faults, LONG_TEXT, SHORT_TEXT, Texts};
use crate::contest::Contest;
use crate::manifest::document::{ContestDocument, Document, Text};
use crate::manifest::error::ManifestError;
use crate::manifest::text::is_id;

/// Most contests.
const MAX_CONTESTS: usize = 64;
/// Most options of one contest.
const MAX_OPTIONS: usize = 1_024;
/// Most options of a contest that counts every pair.
const MAX_RANKED: usize = 10;
/// The most that the contests of one ballot may take: an entry of 65,535 bytes, less 511 for all
/// that a ballot holds beside them (kind, roll index, `seq`, `prev`, signature).
pub(super) const MAX_CONTESTS_LEN: usize = 65_024;

/// The questions that compile; a question that breaks another rule is not compiled.
pub(super) fn check(
    document: &Document,
    texts: &Texts<'_>,
    faults: &mut Faults,
) -> Result<Vec<Contest>, ManifestError> {
    let counted = faults.count("contests", document.contests.len(), 1, MAX_CONTESTS)?;
    let mut sound = Vec::with_capacity(document.contests.len());
    for (index, contest) in document.contests.iter().enumerate() {
        let before = faults.len();
        check_contest(&format!("contests[{index}]"), contest, texts, faults)?;
        sound.push(counted && faults.len() == before);
    }
    faults.distinct("contests", document.contests.iter().map(ContestDocument::id), str::to_owned)?;
    compile_all(document, &sound, faults)
}

fn check_contest(
    place: &str,
    contest: &ContestDocument,
    texts: &Texts<'_>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    check_id(place, contest.id(), faults)?;
    texts.check(&format!("{place}.question"), contest.question(), LONG_TEXT, faults)?;
    if contest.is_yes_no() {
        let answers = contest.options();
        let labels: Vec<&Text> = answers.iter().map(|answer| answer.1).chain(contest.blank()).collect();
        let last = if matches!(contest, ContestDocument::YesNoBlank { .. }) { "blank" } else { "none" };
        let field = |index: usize| format!("{place}.{}", answers.get(index).map_or(last, |answer| answer.0));
        return check_labels(&labels, texts, field, faults);
    }
    let most = if matches!(contest, ContestDocument::Condorcet { .. }) { MAX_RANKED } else { MAX_OPTIONS };
    if check_options(place, contest, most, texts, faults)? {
        check_numbers(place, contest, faults)?;
        check_places(place, contest, faults)?;
    }
    Ok(())
}

/// The numbers of a kind are such that some ballot is legal, and none of them says nothing.
fn check_numbers(place: &str, contest: &ContestDocument, faults: &mut Faults) -> Result<(), ManifestError> {
    // At most 1,024 options.
    let options = u32::try_from(contest.options().len()).unwrap_or(u32::MAX);
    let mut number = |name: &str, found: u32, least: u32, most: u32| {
        faults.number(&format!("{place}.{name}"), found, least, most).map(|_| ())
    };
    match *contest {
        ContestDocument::Approval { minimum, maximum, .. } => {
            number("maximum", maximum, 1, options)?;
            number("minimum", minimum, 0, maximum)
        }
        ContestDocument::Score { maximum, .. } => {
            number("maximum", maximum, 1, u32::MAX.checked_div(options).unwrap_or_default())
        }
        ContestDocument::Cumulative { budget, minimum, maximum, .. } => {
            number("budget", budget, 1, u32::MAX)?;
            number("maximum", maximum, 1, budget)?;
            number("minimum", minimum, 0, budget.min(maximum.saturating_mul(options)))
        }
        ContestDocument::Quadratic { budget, .. } => number("budget", budget, 1, u32::MAX),
        _ => Ok(()),
    }
}

fn check_places(place: &str, contest: &ContestDocument, faults: &mut Faults) -> Result<(), ManifestError> {
    let options = contest.options().len();
    let (places, least, most) = match *contest {
        ContestDocument::Score { places, .. } => (places, 0, options.saturating_sub(1)),
        ContestDocument::Condorcet { places, .. } => (places, 1, 1),
        ContestDocument::SingleChoice { places, .. }
        | ContestDocument::Approval { places, .. }
        | ContestDocument::Cumulative { places, .. }
        | ContestDocument::Quadratic { places, .. }
        | ContestDocument::Borda { places, .. } => (places, 1, options.saturating_sub(1)),
        ContestDocument::YesNoBlank { .. } | ContestDocument::YesNoBothNone { .. } => return Ok(()),
    };
    let error = || ManifestError::Places { contest: contest.id().to_owned(), places, options };
    faults.ensure((least..=most).contains(&usize::from(places)), &format!("{place}.places"), error)?;
    Ok(())
}

/// Says whether there are as many options as there may be: what numbers may stand depends on it.
fn check_options(
    place: &str,
    contest: &ContestDocument,
    most: usize,
    texts: &Texts<'_>,
    faults: &mut Faults,
) -> Result<bool, ManifestError> {
    let place = format!("{place}.options");
    let options = contest.options();
    let counted = faults.count(&place, options.len(), 2, most)?;
    for (index, (id, _)) in options.iter().enumerate() {
        check_id(&format!("{place}[{index}]"), id, faults)?;
    }
    faults.distinct(&place, options.iter().map(|option| option.0), str::to_owned)?;
    let labels: Vec<&Text> = options.iter().map(|option| option.1).chain(contest.blank()).collect();
    let field = |index: usize| match index < options.len() {
        true => format!("{place}[{index}].label"),
        false => format!("{}.blank", place.trim_end_matches(".options")),
    };
    check_labels(&labels, texts, field, faults)?;
    Ok(counted)
}

fn check_labels(
    labels: &[&Text],
    texts: &Texts<'_>,
    place: impl Fn(usize) -> String,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    for (index, label) in labels.iter().enumerate() {
        texts.check(&place(index), label, SHORT_TEXT, faults)?;
    }
    texts.check_unlike(labels, place, faults)
}

fn check_id(place: &str, id: &str, faults: &mut Faults) -> Result<(), ManifestError> {
    let place = format!("{place}.id");
    let error = || ManifestError::Id { place: place.clone(), id: id.to_owned() };
    faults.ensure(is_id(id, false), &place, error)?;
    Ok(())
}

fn compile_all(
    document: &Document,
    sound: &[bool],
    faults: &mut Faults,
) -> Result<Vec<Contest>, ManifestError> {
    let mut contests: Vec<Contest> = Vec::with_capacity(document.contests.len());
    for (index, contest) in
        document.contests.iter().enumerate().filter(|(index, _)| sound.get(*index) == Some(&true))
    {
        let first_key = contests.last().map_or(0, |last| last.keys().end);
        match Contest::compile(contest, first_key, document.roll.maximum) {
            Ok(compiled) => contests.push(compiled),
            Err(error) => faults.add(
                format!("contests[{index}]"),
                ManifestError::Compile { contest: contest.id().to_owned(), error },
            )?,
        }
    }
    let len = contests.iter().map(|contest| contest.form().wire_len()).fold(0, usize::saturating_add);
    let error = || ManifestError::BallotTooLong { len, limit: MAX_CONTESTS_LEN };
    faults.ensure(len <= MAX_CONTESTS_LEN, "contests", error)?;
    Ok(contests)
}
