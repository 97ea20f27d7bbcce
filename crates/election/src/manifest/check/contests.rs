//! Checks of the questions (§12.3), and their compilation.

use super::{LONG_TEXT, SHORT_TEXT, Texts, count, distinct};
use crate::contest::Contest;
use crate::manifest::document::{ContestDocument, Document, OptionDocument, Text};
use crate::manifest::error::ManifestError;
use crate::manifest::text::is_id;

/// Most contests.
const MAX_CONTESTS: usize = 64;
/// Most options of one contest.
const MAX_OPTIONS: usize = 1_024;
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
    match contest {
        ContestDocument::YesNoBlank { yes, no, blank, .. } => {
            let fields = ["yes", "no", "blank"];
            let field = |index: usize| format!("{place}.{}", fields.get(index).copied().unwrap_or_default());
            check_labels(&[yes, no, blank], texts, field)
        }
        ContestDocument::SingleChoice { id, options, blank, places, .. } => {
            check_options(place, options, blank.as_ref(), texts)?;
            if *places == 0 || usize::from(*places) >= options.len() {
                let (contest, options) = (id.clone(), options.len());
                return Err(ManifestError::Places { contest, places: *places, options });
            }
            Ok(())
        }
    }
}

fn check_options(
    place: &str,
    options: &[OptionDocument],
    blank: Option<&Text>,
    texts: &Texts<'_>,
) -> Result<(), ManifestError> {
    let place = format!("{place}.options");
    count(&place, options.len(), 2, MAX_OPTIONS)?;
    for (index, option) in options.iter().enumerate() {
        check_id(&format!("{place}[{index}]"), &option.id)?;
    }
    distinct(&place, options.iter().map(|option| option.id.as_str()), str::to_owned)?;
    let labels: Vec<&Text> = options.iter().map(|option| &option.label).chain(blank).collect();
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
