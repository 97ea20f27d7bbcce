//! Checks of the questions (§12.3), and their compilation.

use super::{LONG_TEXT, SHORT_TEXT, Texts, count, distinct, number};
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

pub(super) fn check(document: &Document, texts: &Texts<'_>) -> Result<Vec<Contest>, ManifestError> {
    count("contests", document.contests.len(), 1, MAX_CONTESTS)?;
    for (index, contest) in document.contests.iter().enumerate() {
        check_contest(&format!("contests[{index}]"), contest, texts)?;
    }
    distinct("contests", document.contests.iter().map(ContestDocument::id), str::to_owned)?;
    compile_all(document)
}

fn check_contest(place: &str, contest: &ContestDocument, texts: &Texts<'_>) -> Result<(), ManifestError> {
    check_id(place, contest.id())?;
    texts.check(&format!("{place}.question"), contest.question(), LONG_TEXT)?;
    if contest.is_yes_no() {
        let answers = contest.options();
        let labels: Vec<&Text> = answers.iter().map(|answer| answer.1).chain(contest.blank()).collect();
        let last = if matches!(contest, ContestDocument::YesNoBlank { .. }) { "blank" } else { "none" };
        let field = |index: usize| format!("{place}.{}", answers.get(index).map_or(last, |answer| answer.0));
        return check_labels(&labels, texts, field);
    }
    let most = if matches!(contest, ContestDocument::Condorcet { .. }) { MAX_RANKED } else { MAX_OPTIONS };
    check_options(place, contest, most, texts)?;
    check_numbers(place, contest)?;
    check_places(contest)
}

/// The numbers of a kind are such that some ballot is legal, and none of them says nothing.
fn check_numbers(place: &str, contest: &ContestDocument) -> Result<(), ManifestError> {
    let field = |name: &str| format!("{place}.{name}");
    // At most 1,024 options.
    let options = u32::try_from(contest.options().len()).unwrap_or(u32::MAX);
    match *contest {
        ContestDocument::Approval { minimum, maximum, .. } => {
            number(&field("maximum"), maximum, 1, options)?;
            number(&field("minimum"), minimum, 0, maximum)
        }
        ContestDocument::Score { maximum, .. } => {
            let most = u32::MAX.checked_div(options).unwrap_or_default();
            number(&field("maximum"), maximum, 1, most)
        }
        ContestDocument::Cumulative { budget, minimum, maximum, .. } => {
            number(&field("budget"), budget, 1, u32::MAX)?;
            number(&field("maximum"), maximum, 1, budget)?;
            number(&field("minimum"), minimum, 0, budget.min(maximum.saturating_mul(options)))
        }
        ContestDocument::Quadratic { budget, .. } => number(&field("budget"), budget, 1, u32::MAX),
        _ => Ok(()),
    }
}

fn check_places(contest: &ContestDocument) -> Result<(), ManifestError> {
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
    if (least..=most).contains(&usize::from(places)) {
        return Ok(());
    }
    Err(ManifestError::Places { contest: contest.id().to_owned(), places, options })
}

fn check_options(
    place: &str,
    contest: &ContestDocument,
    most: usize,
    texts: &Texts<'_>,
) -> Result<(), ManifestError> {
    let place = format!("{place}.options");
    let options = contest.options();
    count(&place, options.len(), 2, most)?;
    for (index, (id, _)) in options.iter().enumerate() {
        check_id(&format!("{place}[{index}]"), id)?;
    }
    distinct(&place, options.iter().map(|option| option.0), str::to_owned)?;
    let labels: Vec<&Text> = options.iter().map(|option| option.1).chain(contest.blank()).collect();
    let field = |index: usize| match index < options.len() {
        true => format!("{place}[{index}].label"),
        false => format!("{}.blank", place.trim_end_matches(".options")),
    };
    check_labels(&labels, texts, field)
}

fn check_labels(
    labels: &[&Text],
    texts: &Texts<'_>,
    place: impl Fn(usize) -> String,
) -> Result<(), ManifestError> {
    for (index, label) in labels.iter().enumerate() {
        texts.check(&place(index), label, SHORT_TEXT)?;
    }
    texts.check_unlike(labels, place)
}

fn check_id(place: &str, id: &str) -> Result<(), ManifestError> {
    if is_id(id, false) {
        return Ok(());
    }
    Err(ManifestError::Id { place: format!("{place}.id"), id: id.to_owned() })
}

fn compile_all(document: &Document) -> Result<Vec<Contest>, ManifestError> {
    let mut contests: Vec<Contest> = Vec::with_capacity(document.contests.len());
    for contest in &document.contests {
        let first_key = contests.last().map_or(0, |last| last.keys().end);
        let compiled = Contest::compile(contest, first_key, document.roll.maximum)
            .map_err(|error| ManifestError::Compile { contest: contest.id().to_owned(), error })?;
        contests.push(compiled);
    }
    let len = contests.iter().map(|contest| contest.form().wire_len()).fold(0, usize::saturating_add);
    if len > MAX_CONTESTS_LEN {
        return Err(ManifestError::BallotTooLong { len, limit: MAX_CONTESTS_LEN });
    }
    Ok(contests)
}
