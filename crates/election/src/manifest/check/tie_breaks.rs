//! Checks of tie-breaks between two proposals (§12.13).

use std::collections::BTreeSet;

use super::count;
use super::rules::check_opened;
use crate::manifest::document::{ContestDocument, Document, TieBreak};
use crate::manifest::error::ManifestError;
use crate::rule::fraction::CommonShares;

/// Most tie-breaks: each takes three contests of at most 64.
const MAX_TIE_BREAKS: usize = 32;

pub(super) fn check(document: &Document, region_votes: &CommonShares) -> Result<(), ManifestError> {
    count("tie_breaks", document.tie_breaks.len(), 0, MAX_TIE_BREAKS)?;
    let mut taken = BTreeSet::new();
    for (index, tie_break) in document.tie_breaks.iter().enumerate() {
        let place = format!("tie_breaks[{index}]");
        check_contests(&place, tie_break, document)?;
        let [first, second] = &tie_break.between;
        for (field, id) in [("between[0]", first), ("between[1]", second), ("contest", &tie_break.contest)] {
            if !taken.insert(id) {
                return Err(ManifestError::TieBreak {
                    place: format!("{place}.{field}"),
                    contest: id.clone(),
                });
            }
        }
        if tie_break.regions {
            check_opened(&place, document, region_votes)?;
        }
    }
    Ok(())
}

/// The two proposals are yes/no contests, and the third is a single choice of two options with one place.
fn check_contests(place: &str, tie_break: &TieBreak, document: &Document) -> Result<(), ManifestError> {
    let contest = |id: &str| document.contests.iter().find(|contest| contest.id() == id);
    let refused = |field: &str, contest: &str| {
        Err(ManifestError::TieBreak { place: format!("{place}.{field}"), contest: contest.to_owned() })
    };
    for (index, id) in tie_break.between.iter().enumerate() {
        if !contest(id).is_some_and(ContestDocument::is_yes_no) {
            return refused(&format!("between[{index}]"), id);
        }
    }
    // Of two options there is one place: §12.3 refuses any other number.
    match contest(&tie_break.contest) {
        Some(ContestDocument::SingleChoice { options, .. }) if options.len() == 2 => Ok(()),
        _ => refused("contest", &tie_break.contest),
    }
}
