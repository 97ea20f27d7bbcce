//! Checks of regions and of the privacy rule (§12.4, §12.5).

use super::{Faults, LONG_TEXT, SHORT_TEXT, Texts};
use crate::manifest::RegionIndex;
use crate::manifest::document::{Document, Region, Text};
use crate::manifest::error::ManifestError;
use crate::manifest::text::is_id;
use crate::rule::fraction::{CommonShares, Fraction};

/// Most regions.
const MAX_REGIONS: usize = 4_096;
/// No minimum is ever below this.
const LEAST_MINIMUM: u32 = 3;
/// Below this, voters must be told.
const SMALL_MINIMUM: u32 = 10;

pub(super) fn check(
    document: &Document,
    texts: &Texts<'_>,
    faults: &mut Faults,
) -> Result<Vec<Option<RegionIndex>>, ManifestError> {
    let regions = &document.regions;
    faults.count("regions", regions.len(), 1, MAX_REGIONS)?;
    for (index, region) in regions.iter().enumerate() {
        let place = format!("regions[{index}]");
        let id = format!("{place}.id");
        let error = || ManifestError::Id { place: id.clone(), id: region.id.clone() };
        faults.ensure(is_id(&region.id, true), &id, error)?;
        texts.check(&format!("{place}.name"), &region.name, SHORT_TEXT, faults)?;
        faults.number(&format!("{place}.voter_weight"), region.voter_weight, 1, u32::MAX)?;
    }
    faults.distinct("regions", regions.iter().map(|region| region.id.as_str()), str::to_ascii_lowercase)?;
    let names: Vec<&Text> = regions.iter().map(|region| &region.name).collect();
    texts.check_unlike(&names, |index| format!("regions[{index}].name"), faults)?;
    // Put in one by one: to collect is to sort, and code that sorts is long where browsers load it.
    let mut places = std::collections::BTreeMap::new();
    places.extend(regions.iter().zip(0_u16..).map(|(region, index)| (region.id.as_str(), index)));
    let mut siblings = Vec::with_capacity(regions.len());
    for (index, region) in regions.iter().enumerate() {
        siblings.push(sibling(regions, &places, region, &format!("regions[{index}].sibling"), faults)?);
    }
    Ok(siblings)
}

pub(super) fn votes(document: &Document) -> Result<CommonShares, ManifestError> {
    let votes: Vec<Fraction> = document.regions.iter().map(|region| region.region_votes).collect();
    CommonShares::new(&votes).map_err(|_| ManifestError::RegionVotes)
}

/// Refuses what would open a result that someone could subtract or decode (§12.4).
fn sibling(
    regions: &[Region],
    places: &std::collections::BTreeMap<&str, u16>,
    region: &Region,
    place: &str,
    faults: &mut Faults,
) -> Result<Option<RegionIndex>, ManifestError> {
    let Some(id) = &region.sibling else { return Ok(None) };
    let (name, named) = (|| region.id.clone(), || id.clone());
    let alone = || ManifestError::SiblingOfOpened { region: name() };
    faults.ensure(!region.always_opened, place, alone)?;
    let index = places.get(id.as_str()).filter(|_| *id != region.id).copied();
    let Some((index, other)) = index.and_then(|index| Some((index, regions.get(usize::from(index))?))) else {
        faults.add(place, ManifestError::SiblingUnknown { region: name(), sibling: named() })?;
        return Ok(None);
    };
    let opened = || ManifestError::SiblingOpened { region: name(), sibling: named() };
    faults.ensure(!other.always_opened, place, opened)?;
    let weight = || ManifestError::SiblingWeight { region: name(), sibling: named() };
    faults.ensure(other.voter_weight == region.voter_weight, place, weight)?;
    Ok(Some(RegionIndex(index)))
}

pub(super) fn check_privacy(
    document: &Document,
    texts: &Texts<'_>,
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    let privacy = &document.privacy;
    faults.number("privacy.minimum_cell", privacy.minimum_cell, LEAST_MINIMUM, u32::MAX)?;
    faults.number("privacy.minimum_eligible", privacy.minimum_eligible, LEAST_MINIMUM, u32::MAX)?;
    texts.sentence(
        "privacy.small_numbers_sentence",
        privacy.small_numbers_sentence.as_ref(),
        privacy.minimum_cell.min(privacy.minimum_eligible) < SMALL_MINIMUM,
        "results of fewer than ten people are opened",
        faults,
    )?;
    if let Some(sentence) = &privacy.small_poll {
        texts.check("privacy.small_poll", sentence, LONG_TEXT, faults)?;
        check_small_poll(&document.regions, faults)?;
    }
    check_roll(document, faults)
}

fn check_small_poll(regions: &[Region], faults: &mut Faults) -> Result<(), ManifestError> {
    const PLACE: &str = "privacy.small_poll";
    if let Some(region) = regions.iter().find(|region| region.always_opened) {
        faults.add(PLACE, ManifestError::SmallPollOpened { region: region.id.clone() })?;
    }
    let weight = regions.first().map(|region| region.voter_weight);
    match regions.iter().find(|region| Some(region.voter_weight) != weight) {
        Some(region) => faults.add(PLACE, ManifestError::SmallPollWeight { region: region.id.clone() }),
        None => Ok(()),
    }
}

/// The roll seal demands `minimum_eligible` of each always-opened region; without any, at least one cell must be able
/// to reach both minimums, or a small poll's one cell the first.
fn check_roll(document: &Document, faults: &mut Faults) -> Result<(), ManifestError> {
    let (maximum, privacy) = (document.roll.maximum, &document.privacy);
    let opened = document.regions.iter().filter(|region| region.always_opened).count();
    let least = u64::from(privacy.minimum_eligible);
    let eligible = u64::try_from(opened.max(1)).unwrap_or(u64::MAX).saturating_mul(least);
    let exempt = opened > 0 || privacy.small_poll.is_some();
    let needed = if exempt { eligible } else { eligible.max(privacy.minimum_cell.into()) };
    let small = || ManifestError::RollTooSmall { needed, maximum };
    faults.ensure(needed <= u64::from(maximum), "roll.maximum", small)?;
    Ok(())
}
