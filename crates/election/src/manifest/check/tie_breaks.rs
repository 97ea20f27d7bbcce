//! Checks of tie-breaks between two proposals (§12.13).

use std::collections::BTreeSet;

use super::Faults;
use super::rules::check_opened;
use crate::manifest::document::{ContestDocument, Document, TieBreak};
use crate::manifest::error::ManifestError;
use crate::rule::fraction::CommonShares;

/// Most tie-breaks: each takes three contests of at most 64.
const MAX_TIE_BREAKS: usize = 32;

pub(super) fn check(
    document: &Document,
    region_votes: Option<&CommonShares>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    faults.count("tie_breaks", document.tie_breaks.len(), 0, MAX_TIE_BREAKS)?;
    let mut taken = BTreeSet::new();
    for (index, tie_break) in document.tie_breaks.iter().enumerate() {
        let place = format!("tie_breaks[{index}]");
        let sound = check_contests(&place, tie_break, document, faults)?;
        let [first, second] = &tie_break.between;
        let named = [("between[0]", first), ("between[1]", second), ("contest", &tie_break.contest)];
        for ((field, id), sound) in named.into_iter().zip(sound) {
            let free = !sound || taken.insert(id);
            ensure_contest(free, &format!("{place}.{field}"), id, faults)?;
        }
        if tie_break.regions {
            check_opened((&place, &format!("{place}.regions")), document, region_votes, faults)?;
        }
    }
    Ok(())
}

/// The two proposals are yes/no contests, and the third is a single choice of two options with one place; says of each
/// whether it is.
fn check_contests(
    place: &str,
    tie_break: &TieBreak,
    document: &Document,
    faults: &mut Faults,
) -> Result<[bool; 3], ManifestError> {
    let contest = |id: &str| document.contests.iter().find(|contest| contest.id() == id);
    let [first, second] = &tie_break.between;
    let proposal = |id: &str| contest(id).is_some_and(ContestDocument::is_yes_no);
    // Of two options there is one place: §12.3 refuses any other number.
    let choice = matches!(contest(&tie_break.contest), Some(ContestDocument::SingleChoice { options, .. }) if options.len() == 2);
    Ok([
        ensure_contest(proposal(first), &format!("{place}.between[0]"), first, faults)?,
        ensure_contest(proposal(second), &format!("{place}.between[1]"), second, faults)?,
        ensure_contest(choice, &format!("{place}.contest"), &tie_break.contest, faults)?,
    ])
}

fn ensure_contest(
    holds: bool,
    place: &str,
    contest: &str,
    faults: &mut Faults,
) -> Result<bool, ManifestError> {
    let error = || ManifestError::TieBreak { place: place.to_owned(), contest: contest.to_owned() };
    faults.ensure(holds, place, error)
}
