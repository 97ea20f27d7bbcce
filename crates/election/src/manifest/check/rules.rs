//! Checks of the decision rules (§12.6).

use super::count;
use crate::manifest::document::{Condition, ContestDocument, Document, Rule};
use crate::manifest::error::ManifestError;
use crate::rule::fraction::{CommonShares, Fraction};

/// Most conditions of one rule.
const MAX_CONDITIONS: usize = 16;

pub(super) fn check(document: &Document, region_votes: &CommonShares) -> Result<(), ManifestError> {
    let yes_no = document.contests.iter().filter(|contest| contest.is_yes_no());
    let expected: Vec<&str> = yes_no.map(ContestDocument::id).collect();
    if !expected.iter().copied().eq(document.rules.iter().map(|rule| rule.contest.as_str())) {
        let expected = expected.into_iter().map(str::to_owned).collect();
        return Err(ManifestError::Rules { expected });
    }
    for (index, rule) in document.rules.iter().enumerate() {
        check_rule(&format!("rules[{index}]"), rule, document, region_votes)?;
    }
    Ok(())
}

fn check_rule(
    place: &str,
    rule: &Rule,
    document: &Document,
    region_votes: &CommonShares,
) -> Result<(), ManifestError> {
    count(&format!("{place}.conditions"), rule.conditions.len(), 1, MAX_CONDITIONS)?;
    for (index, condition) in rule.conditions.iter().enumerate() {
        let place = format!("{place}.conditions[{index}]");
        check_condition(&place, condition, document, region_votes)?;
        if rule.conditions.iter().take(index).any(|earlier| earlier == condition) {
            return Err(ManifestError::ConditionTwice { place });
        }
    }
    if !rule.conditions.iter().any(|condition| matches!(condition, Condition::Majority { .. })) {
        return Err(ManifestError::NoMajority { place: place.to_owned() });
    }
    Ok(())
}

fn check_condition(
    place: &str,
    condition: &Condition,
    document: &Document,
    region_votes: &CommonShares,
) -> Result<(), ManifestError> {
    let (fraction, strict) = match *condition {
        Condition::Turnout { of_eligible, strict, .. } => (of_eligible, strict),
        Condition::Majority { fraction, strict, .. } | Condition::Regions { fraction, strict, .. } => {
            (fraction, strict)
        }
    };
    if fraction.is_zero() || fraction.is_above_one() {
        return Err(ManifestError::FractionRange { place: place.to_owned() });
    }
    if strict && fraction == Fraction::ONE {
        return Err(ManifestError::Unreachable { place: place.to_owned() });
    }
    match condition {
        Condition::Regions { no_data: false, .. } => check_opened(place, document, region_votes),
        _ => Ok(()),
    }
}

/// Every region that has a vote in the majority of regions is always opened, and there is one.
pub(super) fn check_opened(
    place: &str,
    document: &Document,
    votes: &CommonShares,
) -> Result<(), ManifestError> {
    let mut voting = document.regions.iter().filter(|region| !region.region_votes.is_zero());
    if let Some(region) = voting.find(|region| !region.always_opened) {
        let (place, region) = (place.to_owned(), region.id.clone());
        return Err(ManifestError::RegionNotOpened { place, region });
    }
    if votes.total() == 0 {
        return Err(ManifestError::NoRegionVotes { place: place.to_owned() });
    }
    Ok(())
}
