//! The compile-time checks of a manifest: every rule of §12, in the order of its fields.

mod contests;
mod regions;
mod result;
mod roles;
mod rules;
mod tie_breaks;

use super::document::{Document, Schedule, Text};
use super::error::ManifestError;
use super::text::{appearance, check_name, check_text, is_language};
use super::{RegionIndex, RoleKeys};
use crate::contest::Contest;
use crate::rule::fraction::CommonShares;

/// What the checks find out on their way.
pub(super) struct Checked {
    pub(super) contests: Vec<Contest>,
    pub(super) siblings: Vec<Option<RegionIndex>>,
    pub(super) region_votes: CommonShares,
    pub(super) keys: RoleKeys,
}

/// The longest question or sentence, in bytes.
const LONG_TEXT: usize = 4_096;
/// The longest title, label or name, in bytes.
const SHORT_TEXT: usize = 512;
/// Most languages.
const MAX_LANGUAGES: usize = 16;
/// The longest grace: a day.
const MAX_GRACE: u32 = 86_400;
/// The longest time until shares are destroyed: ten years.
const MAX_SHARE_DAYS: u32 = 3_650;

pub(super) fn check(document: &Document) -> Result<Checked, ManifestError> {
    if document.protocol != "plebiscite/v1" {
        return Err(ManifestError::Protocol { found: document.protocol.clone() });
    }
    let texts = Texts::new(&document.languages)?;
    texts.check("title", &document.title, SHORT_TEXT)?;
    let contests = contests::check(document, &texts)?;
    let siblings = regions::check(document, &texts)?;
    let region_votes = regions::votes(document)?;
    regions::check_privacy(document, &texts)?;
    rules::check(document, &region_votes)?;
    tie_breaks::check(document, &region_votes)?;
    result::check(document, &contests)?;
    let keys = roles::check(document, &texts)?;
    check_schedule(&document.schedule)?;
    number("shares_destroyed_after_days", document.shares_destroyed_after_days, 1, MAX_SHARE_DAYS)?;
    Ok(Checked { contests, siblings, region_votes, keys })
}

/// Close and limits in order; equal times are allowed where nothing depends on their difference.
fn check_schedule(schedule: &Schedule) -> Result<(), ManifestError> {
    let order = |holds: bool, earlier, later| {
        if holds { Ok(()) } else { Err(ManifestError::ScheduleOrder { earlier, later }) }
    };
    order(schedule.opens < schedule.closes, "opens", "closes")?;
    order(schedule.closes <= schedule.latest_close, "closes", "latest_close")?;
    if let Some(early) = schedule.earliest_early_close {
        order(schedule.opens < early, "opens", "earliest_early_close")?;
        order(early < schedule.closes, "earliest_early_close", "closes")?;
    }
    number("schedule.grace_seconds", schedule.grace_seconds, 0, MAX_GRACE)
}

/// Judges texts against the manifest's languages.
struct Texts<'a> {
    languages: &'a [String],
}

impl<'a> Texts<'a> {
    fn new(languages: &'a [String]) -> Result<Self, ManifestError> {
        count("languages", languages.len(), 1, MAX_LANGUAGES)?;
        for (index, tag) in languages.iter().enumerate() {
            if !is_language(tag) {
                return Err(ManifestError::Language {
                    place: format!("languages[{index}]"),
                    tag: tag.clone(),
                });
            }
        }
        distinct("languages", languages.iter().map(String::as_str), |tag| tag.to_owned())?;
        Ok(Self { languages })
    }

    /// A text in exactly the manifest's languages, each of at most `limit` bytes.
    fn check(&self, place: &str, text: &Text, limit: usize) -> Result<(), ManifestError> {
        let all = self.languages.iter().all(|language| text.0.contains_key(language));
        if !all || text.0.len() != self.languages.len() {
            return Err(ManifestError::Languages { place: place.to_owned() });
        }
        for (language, text) in &text.0 {
            let place = || format!("{place}.{language}");
            check_text(text, limit).map_err(|fault| ManifestError::Text { place: place(), fault })?;
        }
        Ok(())
    }

    /// No two of `texts` look alike in any language; `place` names the member of a number.
    fn check_unlike(&self, texts: &[&Text], place: impl Fn(usize) -> String) -> Result<(), ManifestError> {
        for language in self.languages {
            let mut seen = std::collections::BTreeSet::new();
            for (index, text) in texts.iter().enumerate() {
                let text = text.get(language).unwrap_or_default();
                if !seen.insert(appearance(text)) {
                    let place = format!("{}.{language}", place(index));
                    return Err(ManifestError::Alike { place, text: text.to_owned() });
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
    ) -> Result<(), ManifestError> {
        match (text, needed) {
            (Some(text), true) => self.check(place, text, LONG_TEXT),
            (None, false) => Ok(()),
            (None, true) => Err(ManifestError::SentenceMissing { place, because }),
            (Some(_), false) => Err(ManifestError::SentenceWithoutCause { place }),
        }
    }
}

fn name(place: &str, text: &str) -> Result<(), ManifestError> {
    check_name(text, SHORT_TEXT).map_err(|fault| ManifestError::Text { place: place.to_owned(), fault })
}

fn count(place: &str, found: usize, least: usize, most: usize) -> Result<(), ManifestError> {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    Err(ManifestError::Count { place: place.to_owned(), found, least, most })
}

fn number(place: &str, found: u32, least: u32, most: u32) -> Result<(), ManifestError> {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    let (found, least, most) = (found.into(), least.into(), most.into());
    Err(ManifestError::Number { place: place.to_owned(), found, least, most })
}

/// No two members of a list are the same under `key`.
fn distinct<'a>(
    place: &str,
    members: impl Iterator<Item = &'a str>,
    key: impl Fn(&str) -> String,
) -> Result<(), ManifestError> {
    let mut seen = std::collections::BTreeSet::new();
    for (index, member) in members.enumerate() {
        if !seen.insert(key(member)) {
            return Err(ManifestError::Duplicate {
                place: format!("{place}[{index}]"),
                what: member.to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
