//! The counts of all cells: whether they can be true, and their sums (§18.1).

use super::fraction::Overflow;
use crate::cell::{Cell, Outcome, Partition};
use crate::contest::{ContestIndex, Kind};
use crate::manifest::Manifest;

/// The counts of one cell: for each contest, its tallied numbers. `None` unless the cell was decrypted.
pub type CellCounts = Option<Vec<Vec<u64>>>;

/// The counts are not those of this manifest and partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerdictError {
    /// The partition is that of another manifest.
    #[error("the partition is not one of this manifest's regions")]
    ForeignPartition,
    /// Not one set of counts for each cell.
    #[error("there are counts for {found} cells of {cells}")]
    Cells {
        /// Cells of the partition.
        cells: usize,
        /// Sets of counts.
        found: usize,
    },
    /// A decrypted cell has no counts.
    #[error("cell {cell} was to be decrypted and has no counts")]
    Missing {
        /// The cell, from 0.
        cell: usize,
    },
    /// A cell that may not be decrypted has counts.
    #[error("cell {cell} was not to be decrypted and has counts")]
    Unexpected {
        /// The cell, from 0.
        cell: usize,
    },
    /// Not one list of counts for each contest.
    #[error("cell {cell} has counts of {found} contests of {contests}")]
    Contests {
        /// The cell, from 0.
        cell: usize,
        /// Lists of counts.
        found: usize,
        /// Contests of the manifest.
        contests: usize,
    },
    /// Counts that no ballots of that number have.
    #[error("cell {cell}, contest {contest}: {heads} ballots cannot have these counts")]
    Impossible {
        /// The cell, from 0.
        cell: usize,
        /// The contest.
        contest: ContestIndex,
        /// Heads of the cell.
        heads: u64,
    },
    /// A number does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// Refuses counts that no ballots of this partition have.
pub(super) fn check_counts(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
) -> Result<(), VerdictError> {
    let cells = partition.cells();
    let regions = cells.iter().flat_map(|cell| &cell.regions);
    let known = regions.clone().all(|region| manifest.region(*region).is_some());
    if !known || regions.count() != manifest.regions().len() {
        return Err(VerdictError::ForeignPartition);
    }
    if cells.len() != counts.len() {
        return Err(VerdictError::Cells { cells: cells.len(), found: counts.len() });
    }
    for (cell, (described, counts)) in cells.iter().zip(counts).enumerate() {
        match (described.outcome, counts) {
            (Outcome::Decrypt, Some(counts)) => check_cell(manifest, cell, described.heads, counts)?,
            (Outcome::Decrypt, None) => return Err(VerdictError::Missing { cell }),
            (_, Some(_)) => return Err(VerdictError::Unexpected { cell }),
            (_, None) => {}
        }
    }
    Ok(())
}

fn check_cell(manifest: &Manifest, cell: usize, heads: u64, counts: &[Vec<u64>]) -> Result<(), VerdictError> {
    let contests = manifest.contests();
    if counts.len() != contests.len() {
        return Err(VerdictError::Contests { cell, found: counts.len(), contests: contests.len() });
    }
    let mut members = contests.iter().zip(counts).zip((0..).map(ContestIndex));
    match members.find(|((contest, tally), _)| !contest.can_be_tally(tally, heads)) {
        Some((_, contest)) => Err(VerdictError::Impossible { cell, contest, heads }),
        None => Ok(()),
    }
}

/// Sums over all cells, each multiplied by its regions' voter weight.
pub(super) struct Sums {
    pub(super) eligible: u64,
    pub(super) participants: u64,
    pub(super) open: u64,
    pub(super) tally: Vec<u64>,
}

impl Sums {
    /// The tallied numbers of the options, and how many heads with a result chose blank (or none).
    pub(super) fn options_and_blank(self, kind: Kind) -> Result<(Vec<u64>, u64), Overflow> {
        let mut options = self.tally;
        if kind.tallies_blank() {
            let blank = options.pop().unwrap_or_default();
            return Ok((options, blank));
        }
        if !kind.is_one_of() {
            return Ok((options, 0));
        }
        let counted = options.iter().try_fold(self.open, |sum, &count| sum.checked_add(count));
        let blank = counted.and_then(|counted| self.participants.checked_sub(counted)).ok_or(Overflow)?;
        Ok((options, blank))
    }
}

pub(super) fn sums(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    index: ContestIndex,
) -> Result<Sums, VerdictError> {
    let width = manifest.contest(index).map_or(0, |contest| contest.form().tallied());
    let mut sums = Sums { eligible: 0, participants: 0, open: 0, tally: vec![0; width] };
    for (cell, counts) in partition.cells().iter().zip(counts) {
        let weight = weight(manifest, cell)?;
        add(&mut sums.eligible, cell.eligible, weight)?;
        add(&mut sums.participants, cell.heads, weight)?;
        if cell.outcome == Outcome::NoResult {
            add(&mut sums.open, cell.heads, weight)?;
        }
        for (sum, &count) in sums.tally.iter_mut().zip(of_contest(counts, index)) {
            add(sum, count, weight)?;
        }
    }
    Ok(sums)
}

fn add(sum: &mut u64, count: u64, weight: u64) -> Result<(), Overflow> {
    *sum = count.checked_mul(weight).and_then(|product| sum.checked_add(product)).ok_or(Overflow)?;
    Ok(())
}

/// The voter weight of a cell: that of all its regions, since only regions of one weight can join (§12.4).
fn weight(manifest: &Manifest, cell: &Cell) -> Result<u64, VerdictError> {
    let first = cell.regions.first().and_then(|region| manifest.region(*region));
    first.map(|region| region.voter_weight.into()).ok_or(VerdictError::ForeignPartition)
}

pub(super) fn of_contest(counts: &CellCounts, index: ContestIndex) -> &[u64] {
    let contest = counts.as_ref().and_then(|counts| counts.get(usize::from(index.0)));
    contest.map(Vec::as_slice).unwrap_or_default()
}
