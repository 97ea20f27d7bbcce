//! The partition of all chain heads into privacy cells (§17).
//!
//! One partition, the same for every contest; nothing else is ever decrypted. Officials sign it in
//! the seal; everyone computes it again with [`partition`].

use serde::Serialize;

use crate::manifest::{Manifest, RegionIndex};

pub mod reach;

/// No cell with fewer heads is ever decrypted.
pub const LEAST_HEADS: u32 = 3;

/// What becomes of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its sums are decrypted.
    Decrypt,
    /// It has no heads: all its counts are zero, and nothing is decrypted.
    Zero,
    /// It is too small: its heads have no result.
    NoResult,
}

/// Some regions whose ballots are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The regions, ascending; at least one.
    pub regions: Vec<RegionIndex>,
    /// Chain heads in these regions.
    pub heads: u64,
    /// Credentials in these regions.
    pub eligible: u64,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// All cells, by their first region; every region lies in exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partition {
    cells: Vec<Cell>,
}

/// The numbers do not belong to this manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartitionError {
    /// Not one number for each region.
    #[error("there are {heads} numbers of heads and {eligible} of credentials for {regions} regions")]
    Lengths {
        /// Numbers of heads.
        heads: usize,
        /// Numbers of credentials.
        eligible: usize,
        /// Regions of the manifest.
        regions: usize,
    },
    /// More heads than credentials.
    #[error("region {region} has {heads} heads and {eligible} credentials")]
    MoreHeadsThanEligible {
        /// The region.
        region: RegionIndex,
        /// Its heads.
        heads: u64,
        /// Its credentials.
        eligible: u64,
    },
    /// More credentials than the manifest's greatest roll.
    #[error("there are more credentials than the {maximum} of the greatest roll")]
    RollTooLarge {
        /// The greatest roll.
        maximum: u32,
    },
}

/// The partition that §17.2 prescribes for these numbers of heads and credentials of each region.
///
/// # Errors
/// [`PartitionError`] if the numbers cannot be those of a roll of this manifest.
pub fn partition(manifest: &Manifest, heads: &[u64], eligible: &[u64]) -> Result<Partition, PartitionError> {
    check_numbers(manifest, heads, eligible)?;
    let mut building = Building::new(manifest, heads, eligible);
    let all: u64 = heads.iter().sum();
    if manifest.document().privacy.small_poll.is_some() && all < building.minimum_cell {
        building.join_all();
    } else {
        while let Some((from, into)) = building.next_merge() {
            building.join(from, into);
        }
    }
    Ok(building.finish())
}

impl Partition {
    /// The cells, by their first region.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cell that holds `region`.
    pub fn cell_of(&self, region: RegionIndex) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.regions.contains(&region))
    }

    /// All chain heads.
    pub fn heads(&self) -> u64 {
        self.cells.iter().map(|cell| cell.heads).sum()
    }

    /// All credentials.
    pub fn eligible(&self) -> u64 {
        self.cells.iter().map(|cell| cell.eligible).sum()
    }

    /// Heads of cells without a result.
    pub fn heads_without_result(&self) -> u64 {
        self.cells.iter().filter(|cell| cell.outcome == Outcome::NoResult).map(|cell| cell.heads).sum()
    }

    /// The bytes that the seal's digest covers (§17.3).
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = short(self.cells.len()).to_vec();
        for cell in &self.cells {
            bytes.push(match cell.outcome {
                Outcome::NoResult => 0,
                Outcome::Decrypt => 1,
                Outcome::Zero => 2,
            });
            bytes.extend(cell.heads.to_be_bytes());
            bytes.extend(cell.eligible.to_be_bytes());
            bytes.extend(short(cell.regions.len()));
            bytes.extend(cell.regions.iter().flat_map(|region| region.0.to_be_bytes()));
        }
        bytes
    }
}

fn check_numbers(manifest: &Manifest, heads: &[u64], eligible: &[u64]) -> Result<(), PartitionError> {
    let regions = manifest.regions().len();
    if heads.len() != regions || eligible.len() != regions {
        return Err(PartitionError::Lengths { heads: heads.len(), eligible: eligible.len(), regions });
    }
    let mut all = 0_u64;
    for ((&heads, &eligible), region) in heads.iter().zip(eligible).zip((0..).map(RegionIndex)) {
        if heads > eligible {
            return Err(PartitionError::MoreHeadsThanEligible { region, heads, eligible });
        }
        all = all.saturating_add(eligible);
    }
    let maximum = manifest.roll_maximum();
    if all > u64::from(maximum) { Err(PartitionError::RollTooLarge { maximum }) } else { Ok(()) }
}

/// Counts of cells and regions are at most 4,096 (§12.4).
fn short(count: usize) -> [u8; 2] {
    u16::try_from(count).unwrap_or(u16::MAX).to_be_bytes()
}

/// A cell on its way, known by its place; a cell that has joined another is `None`.
struct Building<'a> {
    manifest: &'a Manifest,
    minimum_cell: u64,
    minimum_eligible: u64,
    cells: Vec<Option<Cell>>,
    /// The place of the cell that now holds each region.
    places: Vec<usize>,
}

impl<'a> Building<'a> {
    fn new(manifest: &'a Manifest, heads: &[u64], eligible: &[u64]) -> Self {
        let privacy = &manifest.document().privacy;
        let cell = |((&heads, &eligible), region)| {
            Some(Cell { regions: vec![RegionIndex(region)], heads, eligible, outcome: Outcome::NoResult })
        };
        let cells: Vec<Option<Cell>> = heads.iter().zip(eligible).zip(0..).map(cell).collect();
        Self {
            manifest,
            minimum_cell: privacy.minimum_cell.into(),
            minimum_eligible: privacy.minimum_eligible.into(),
            places: (0..cells.len()).collect(),
            cells,
        }
    }

    /// The first cell that is too small and can join, and the cell that it joins. Cells stand at the
    /// place of their first region, so the first in this order is the first by region.
    fn next_merge(&self) -> Option<(usize, usize)> {
        let small = self.cells.iter().enumerate().filter_map(|(place, cell)| Some((place, cell.as_ref()?)));
        small.filter(|(_, cell)| self.is_too_small(cell)).find_map(|(place, cell)| {
            let outside = |region: &RegionIndex| {
                let sibling = self.manifest.sibling(*region)?;
                self.places.get(usize::from(sibling.0)).copied().filter(|other| *other != place)
            };
            cell.regions.iter().find_map(outside).map(|into| (place, into))
        })
    }

    fn is_too_small(&self, cell: &Cell) -> bool {
        let opened =
            |region: &RegionIndex| self.manifest.region(*region).is_some_and(|region| region.always_opened);
        let exempt = cell.regions.iter().any(opened);
        let least = if exempt { u64::from(LEAST_HEADS) } else { self.minimum_cell };
        cell.heads < least || cell.eligible < self.minimum_eligible
    }

    fn join(&mut self, from: usize, into: usize) {
        let (low, high) = (from.min(into), from.max(into));
        let Some(joined) = self.cells.get_mut(high).and_then(Option::take) else { return };
        for region in &joined.regions {
            if let Some(place) = self.places.get_mut(usize::from(region.0)) {
                *place = low;
            }
        }
        if let Some(Some(cell)) = self.cells.get_mut(low) {
            cell.heads = cell.heads.saturating_add(joined.heads);
            cell.eligible = cell.eligible.saturating_add(joined.eligible);
            cell.regions.extend(joined.regions);
            cell.regions.sort_unstable();
        }
    }

    /// A small poll: one cell of all regions, opened from three heads on.
    fn join_all(&mut self) {
        for place in 1..self.cells.len() {
            self.join(place, 0);
        }
        self.minimum_cell = u64::from(LEAST_HEADS);
    }

    fn finish(self) -> Partition {
        let outcome = |cell: &Cell| match cell.heads {
            0 => Outcome::Zero,
            _ if self.is_too_small(cell) => Outcome::NoResult,
            _ => Outcome::Decrypt,
        };
        let finished = |cell: &Cell| Cell { outcome: outcome(cell), ..cell.clone() };
        Partition { cells: self.cells.iter().flatten().map(finished).collect() }
    }
}

#[cfg(test)]
mod tests;
