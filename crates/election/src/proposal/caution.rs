//! What a signer is told in plain numbers before it signs: counts that could never be opened, or that this act leaves closed.

use super::Proposal;
use crate::cell::reach::{reach, withheld};
use crate::credential::Roll;
use crate::entry::Entry;
use crate::manifest::Manifest;
use crate::record::Record;

/// Sentences of warning about an act that may well follow from the record; none where there is nothing to warn of. Officials,
/// registrars and trustees are shown the same.
#[must_use]
pub fn cautions(proposal: &Proposal, record: &Record) -> Vec<String> {
    match proposal.entry() {
        Entry::RollSeal(_) => match record.roll_seal_body() {
            Ok((_, roll)) => record
                .manifest()
                .map(|manifest| of_sizes(manifest, &sizes(record, &roll)))
                .unwrap_or_default(),
            Err(_) => Vec::new(),
        },
        Entry::Open(_) => of_roll(record),
        Entry::Seal(_) => of_ballots(record),
        _ => Vec::new(),
    }
}

/// The counts that the sealed roll loses whatever happens, or unless most people vote.
#[must_use]
pub fn of_roll(record: &Record) -> Vec<String> {
    record.manifest().map(|manifest| of_sizes(manifest, record.eligible_by_region())).unwrap_or_default()
}

/// The counts that the ballots which stand leave without a result.
#[must_use]
pub fn of_ballots(record: &Record) -> Vec<String> {
    let Some(manifest) = record.manifest() else { return Vec::new() };
    withheld(manifest, record.heads_by_region(), record.eligible_by_region()).unwrap_or_default()
}

/// The counts that a roll with so many voters in each region loses whatever happens, or unless most people vote; also before
/// there is any record of it.
#[must_use]
pub fn of_sizes(manifest: &Manifest, eligible: &[u64]) -> Vec<String> {
    let found = reach(manifest, eligible).unwrap_or_default();
    found.iter().filter(|one| one.is_doubtful()).map(|one| one.sentence(manifest)).collect()
}

/// Voters of each region of a roll that is not sealed yet.
fn sizes(record: &Record, roll: &Roll) -> Vec<u64> {
    let mut sizes = vec![0_u64; record.manifest().map_or(0, |manifest| manifest.regions().len())];
    for row in roll.rows() {
        if let Some(size) = sizes.get_mut(usize::from(row.region)) {
            *size = size.saturating_add(1);
        }
    }
    sizes
}
