//! Checks of the decision rules (§12.6).

use super::Faults;
use crate::manifest::document::{Condition, ContestDocument, Document, Rule};
use crate::manifest::error::ManifestError;
use crate::rule::fraction::{CommonShares, Fraction};

/// Most conditions of one rule.
const MAX_CONDITIONS: usize = 16;

pub(super) fn check(
    document: &Document,
    region_votes: Option<&CommonShares>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    let yes_no = document.contests.iter().filter(|contest| contest.is_yes_no());
    let expected: Vec<&str> = yes_no.map(ContestDocument::id).collect();
    let same = expected.iter().copied().eq(document.rules.iter().map(|rule| rule.contest.as_str()));
    let other = || ManifestError::Rules { expected: expected.iter().map(|id| (*id).to_owned()).collect() };
    faults.ensure(same, "rules", other)?;
    for (index, rule) in document.rules.iter().enumerate() {
        check_rule(&format!("rules[{index}]"), rule, document, region_votes, faults)?;
    }
    Ok(())
}

fn check_rule(
    place: &str,
    rule: &Rule,
    document: &Document,
    region_votes: Option<&CommonShares>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    let counted = faults.count(&format!("{place}.conditions"), rule.conditions.len(), 1, MAX_CONDITIONS)?;
    for (index, condition) in rule.conditions.iter().enumerate() {
        let place = format!("{place}.conditions[{index}]");
        check_condition(&place, condition, document, region_votes, faults)?;
        let twice = rule.conditions.iter().take(index).any(|earlier| earlier == condition);
        faults.ensure(!twice, &place, || ManifestError::ConditionTwice { place: place.clone() })?;
    }
    let majority = rule.conditions.iter().any(|condition| matches!(condition, Condition::Majority { .. }));
    let none = || ManifestError::NoMajority { place: place.to_owned() };
    faults.ensure(majority || !counted, &format!("{place}.conditions"), none)?;
    Ok(())
}

fn check_condition(
    place: &str,
    condition: &Condition,
    document: &Document,
    region_votes: Option<&CommonShares>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    let (field, fraction, strict) = match *condition {
        Condition::Turnout { of_eligible, strict, .. } => ("of_eligible", of_eligible, strict),
        Condition::Majority { fraction, strict, .. } | Condition::Regions { fraction, strict, .. } => {
            ("fraction", fraction, strict)
        }
    };
    let outside = fraction.is_zero() || fraction.is_above_one();
    let at = format!("{place}.{field}");
    faults.ensure(!outside, &at, || ManifestError::FractionRange { place: place.to_owned() })?;
    let more_than_all = strict && fraction == Fraction::ONE;
    faults.ensure(!more_than_all, &format!("{place}.strict"), || ManifestError::Unreachable {
        place: place.to_owned(),
    })?;
    match condition {
        Condition::Regions { no_data: false, .. } => {
            check_opened((place, &format!("{place}.no_data")), document, region_votes, faults)
        }
        _ => Ok(()),
    }
}

/// Every region that has a vote in the majority of regions is always opened, and there is one. `field` is the one that asks for the
/// regions at this place.
pub(super) fn check_opened(
    (place, field): (&str, &str),
    document: &Document,
    votes: Option<&CommonShares>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    let voting = document.regions.iter().filter(|region| !region.region_votes.is_zero());
    for region in voting.filter(|region| !region.always_opened) {
        let (at, region) = (place.to_owned(), region.id.clone());
        faults.add(field, ManifestError::RegionNotOpened { place: at, region })?;
    }
    let none = votes.is_some_and(|votes| votes.total() == 0);
    faults.ensure(!none, field, || ManifestError::NoRegionVotes { place: place.to_owned() })?;
    Ok(())
}
