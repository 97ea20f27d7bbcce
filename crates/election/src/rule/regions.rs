//! Region votes: which regions prefer what, in a majority of regions and in a tie-break (§18.2, §18.6).

use super::counts::{CellCounts, VerdictError, of_contest};
use super::fraction::Overflow;
use crate::cell::{LEAST_HEADS, Outcome, Partition};
use crate::contest::ContestIndex;
use crate::manifest::Manifest;

/// Votes of the regions that prefer something, in units of the manifest's common denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RegionUnits {
    /// Whatever the heads without a result chose.
    pub(super) certain: u64,
    /// If all heads without a result chose it.
    pub(super) possible: u64,
}

/// The votes of the regions whose counts `prefers` says yes to. Only an always-opened region has a cell of its
/// own, whoever else joins, so only it can have a vote here; one of one or two heads has none.
pub(super) fn region_units(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    index: ContestIndex,
    prefers: impl Fn(&[u64]) -> bool,
) -> Result<RegionUnits, VerdictError> {
    let shares = manifest.region_votes();
    let mut found = RegionUnits { certain: 0, possible: 0 };
    for (cell, counts) in partition.cells().iter().zip(counts) {
        let [region] = cell.regions.as_slice() else { continue };
        let opened = manifest.region(*region).is_some_and(|region| region.always_opened);
        let units = shares.units().get(usize::from(region.0)).copied().unwrap_or_default();
        if !opened {
            continue;
        }
        let certain = prefers(of_contest(counts, index));
        let varies = cell.outcome == Outcome::NoResult && cell.heads >= u64::from(LEAST_HEADS);
        if certain {
            found.certain = found.certain.checked_add(units).ok_or(Overflow)?;
        }
        if certain || varies {
            found.possible = found.possible.checked_add(units).ok_or(Overflow)?;
        }
    }
    Ok(found)
}
