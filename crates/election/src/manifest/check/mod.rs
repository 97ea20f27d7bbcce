//! The compile-time checks of a manifest: every rule of §12, in the order of its fields.

mod contests;
mod faults;
mod regions;
mod result;
mod roles;
mod rules;
mod tie_breaks;

use super::document::{Document, Schedule, Text};
use super::error::ManifestError;
use super::text::{LONG_TEXT, SHORT_TEXT, appearance, is_language, text_faults};
use super::{RegionIndex, RoleKeys};
use crate::contest::Contest;
use crate::rule::fraction::CommonShares;

pub use faults::Faults;

/// What the checks find out on their way.
pub(super) struct Checked {
    pub(super) contests: Vec<Contest>,
    pub(super) siblings: Vec<Option<RegionIndex>>,
    pub(super) region_votes: CommonShares,
    pub(super) keys: RoleKeys,
}

/// Most languages.
const MAX_LANGUAGES: usize = 16;
/// The longest grace: a day.
const MAX_GRACE: u32 = 86_400;
/// The longest time until shares are destroyed: ten years.
const MAX_SHARE_DAYS: u32 = 3_650;

/// Judges a document by every rule, for as long as there is room for faults. What can only be judged where another rule
/// holds is passed over where that rule is broken.
///
/// # Errors
/// A rule that is broken, if any is: the first one if there is room for one fault only.
pub(super) fn check(document: &Document, faults: &mut Faults) -> Result<Checked, ManifestError> {
    let other = || ManifestError::Protocol { found: document.protocol.clone() };
    faults.ensure(document.protocol == "plebiscite/v1", "protocol", other)?;
    let texts = Texts::new(&document.languages, faults)?;
    texts.check("title", &document.title, SHORT_TEXT, faults)?;
    let contests = contests::check(document, &texts, faults)?;
    let siblings = regions::check(document, &texts, faults)?;
    let region_votes = regions::votes(document);
    if let Err(error) = &region_votes {
        faults.add("regions", error.clone())?;
    }
    regions::check_privacy(document, &texts, faults)?;
    rules::check(document, region_votes.as_ref().ok(), faults)?;
    tie_breaks::check(document, region_votes.as_ref().ok(), faults)?;
    result::check(document, &contests, faults)?;
    let keys = roles::check(document, &texts, faults)?;
    check_schedule(&document.schedule, faults)?;
    let place = "shares_destroyed_after_days";
    faults.number(place, document.shares_destroyed_after_days, 1, MAX_SHARE_DAYS)?;
    match faults.last() {
        Some(error) => Err(error.clone()),
        None => Ok(Checked { contests, siblings, region_votes: region_votes?, keys: keys.into_keys()? }),
    }
}

/// Close and limits in order; equal times are allowed where nothing depends on their difference.
fn check_schedule(schedule: &Schedule, faults: &mut Faults) -> Result<(), ManifestError> {
    let mut order = |holds: bool, earlier: &'static str, later: &'static str, changed: &str| {
        let error = || ManifestError::ScheduleOrder { earlier, later };
        faults.ensure(holds, &format!("schedule.{changed}"), error).map(|_| ())
    };
    order(schedule.opens < schedule.closes, "opens", "closes", "closes")?;
    order(schedule.closes <= schedule.latest_close, "closes", "latest_close", "latest_close")?;
    if let Some(early) = schedule.earliest_early_close {
        // Of the two it is the early one that is to be changed, or left out.
        let early_close = "earliest_early_close";
        order(schedule.opens < early, "opens", early_close, early_close)?;
        order(early < schedule.closes, early_close, "closes", early_close)?;
    }
    faults.number("schedule.grace_seconds", schedule.grace_seconds, 0, MAX_GRACE).map(|_| ())
}

/// Judges texts against the manifest's languages.
struct Texts<'a> {
    languages: &'a [String],
    /// Whether the languages themselves are sound: otherwise it is not known in which of them a text is missing.
    sound: bool,
}

impl<'a> Texts<'a> {
    fn new(languages: &'a [String], faults: &mut Faults) -> Result<Self, ManifestError> {
        let before = faults.len();
        faults.count("languages", languages.len(), 1, MAX_LANGUAGES)?;
        for (index, tag) in languages.iter().enumerate() {
            let place = format!("languages[{index}]");
            let error = || ManifestError::Language { place: place.clone(), tag: tag.clone() };
            faults.ensure(is_language(tag), &place, error)?;
        }
        faults.distinct("languages", languages.iter().map(String::as_str), |tag| tag.to_owned())?;
        Ok(Self { languages, sound: faults.len() == before })
    }

    /// A text in exactly the manifest's languages, each of at most `limit` bytes.
    fn check(
        &self,
        place: &str,
        text: &Text,
        limit: usize,
        faults: &mut Faults,
    ) -> Result<(), ManifestError> {
        let missing: Vec<String> =
            self.languages.iter().filter(|language| !text.0.contains_key(*language)).cloned().collect();
        let known = |language: &String| self.languages.contains(language);
        let extra: Vec<String> = text.0.keys().filter(|language| !known(language)).cloned().collect();
        let differs = !missing.is_empty() || !extra.is_empty();
        if differs && self.sound {
            faults.add(place, ManifestError::Languages { place: place.to_owned(), missing, extra })?;
        }
        for (language, text) in &text.0 {
            faults.texts(&format!("{place}.{language}"), text_faults(text, limit))?;
        }
        Ok(())
    }

    /// No two of `texts` look alike in any language; `place` names the member of a number. Texts that are missing or empty
    /// are faults of their own.
    fn check_unlike(
        &self,
        texts: &[&Text],
        place: impl Fn(usize) -> String,
        faults: &mut Faults,
    ) -> Result<(), ManifestError> {
        for language in self.languages {
            let mut seen = std::collections::BTreeSet::new();
            for (index, text) in texts.iter().enumerate() {
                let Some(text) = text.get(language).filter(|text| !text.is_empty()) else { continue };
                if !seen.insert(appearance(text)) {
                    let place = format!("{}.{language}", place(index));
                    faults.add(place.clone(), ManifestError::Alike { place, text: text.to_owned() })?;
                }
            }
        }
        Ok(())
    }

    /// A sentence that is there exactly if voters must be told something.
    fn sentence(
        &self,
        place: &'static str,
        text: Option<&Text>,
        needed: bool,
        because: &'static str,
        faults: &mut Faults,
    ) -> Result<(), ManifestError> {
        match (text, needed) {
            (Some(text), true) => self.check(place, text, LONG_TEXT, faults),
            (None, false) => Ok(()),
            (None, true) => faults.add(place, ManifestError::SentenceMissing { place, because }),
            (Some(_), false) => faults.add(place, ManifestError::SentenceWithoutCause { place }),
        }
    }
}

#[cfg(test)]
mod tests;
