//! The ciphertexts that count, added up by region as they come (§21.4).
//!
//! A small record holds the ciphertexts of every chain head and adds them up at the seal. A lean one holds those of the last
//! few thousand heads only; what is older is in its region's sum. Where a voter then votes again, the ballot that was added is
//! owed: its bytes are read from the log once more, are held against its tracker, and are taken off the sum, before the seal.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use plebiscite_crypto::elgamal::{Sum, SumError};
use plebiscite_crypto::engine::Engine;
use plebiscite_crypto::group::{DecodeError, PointBytes};

use super::ChainHead;
use crate::ballot::Tracker;
use crate::cores;

/// Ballots that one core adds up at a time, at least.
const SHARE: usize = 512;
/// Points that one core decodes at a time, at most, unless a single ballot has more: as lanes read them, 32 MiB.
const POINTS: usize = 1 << 18;
/// Points that a lean record holds at most: a megabyte.
const LEAN: usize = 1 << 15;

/// Sums and what is not in them yet.
pub(super) struct Sums {
    /// Points held at most.
    limit: usize,
    /// Tallied numbers of each contest.
    tallied: Vec<usize>,
    held: HashMap<u32, Held>,
    /// The rows of `held`, each once, the oldest first.
    order: VecDeque<u32>,
    regions: BTreeMap<u16, Vec<Sum>>,
    owed: Vec<Owed>,
    /// Ballots that stand and are not added: their sums are to be put back.
    left_out: u64,
    /// A ciphertext that could not be added: there is no tally then.
    failed: Option<SumError>,
}

/// A head's ciphertexts: `R, E_1 … E_k` of every contest, in order.
#[derive(Debug)]
struct Held {
    region: u16,
    points: Box<[PointBytes]>,
}

/// A ballot that is in a sum and counts no more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owed {
    /// Its entry.
    pub(super) entry: u64,
    /// Its tracker.
    pub(super) tracker: Tracker,
    /// The region whose sum holds it.
    pub(super) region: u16,
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            limit: usize::MAX,
            tallied: Vec::new(),
            held: HashMap::new(),
            order: VecDeque::new(),
            regions: BTreeMap::new(),
            owed: Vec::new(),
            left_out: 0,
            failed: None,
        }
    }
}

impl std::fmt::Debug for Sums {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let held: BTreeMap<&u32, &Held> = self.held.iter().collect();
        f.debug_struct("Sums")
            .field("held", &held)
            .field("regions", &self.regions.keys())
            .field("owed", &self.owed)
            .field("left_out", &self.left_out)
            .finish_non_exhaustive()
    }
}

impl Sums {
    /// Sums that hold few ciphertexts.
    pub(super) fn lean() -> Self {
        Self { limit: LEAN, ..Self::default() }
    }

    /// Holds so many points at most.
    pub(super) const fn hold(&mut self, points: usize) {
        self.limit = points;
    }

    /// Says what contests there are.
    pub(super) fn begin(&mut self, tallied: Vec<usize>) {
        self.tallied = tallied;
    }

    /// Takes the ciphertexts of a row's new head, in the place of those of the head before it.
    pub(super) fn put(
        &mut self,
        row: u32,
        region: u16,
        points: Box<[PointBytes]>,
        before: Option<ChainHead>,
    ) {
        let width = points.len().max(1);
        if self.held.insert(row, Held { region, points }).is_none() {
            self.order.push_back(row);
            self.owed.extend(before.map(|head| Owed { entry: head.entry, tracker: head.tracker, region }));
        }
        if self.held.len().saturating_mul(width) > self.limit {
            self.fold(self.held.len() / 2);
        }
    }

    /// Counts a ballot that stands and is not added: [`Self::restore`] puts back what it made.
    pub(super) const fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// How many are left out.
    pub(super) const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Whether so many ballots are left out, and nothing else is in these sums.
    pub(super) fn left_out_all(&self, ballots: u64) -> bool {
        let nothing = self.held.is_empty() && self.owed.is_empty() && self.regions.is_empty();
        nothing && self.failed.is_none() && self.left_out == ballots
    }

    /// Ballots that are owed.
    pub(super) fn owed(&self) -> &[Owed] {
        &self.owed
    }

    /// Takes a ballot that was owed off its region's sum. Where that fails, nothing has changed.
    pub(super) fn take_off(&mut self, owed: &[(Owed, Box<[PointBytes]>)]) -> Result<(), SumError> {
        let of = |(owed, points): &(Owed, Box<[PointBytes]>)| (owed.region, points.clone());
        let away = added(&self.tallied, &owed.iter().map(of).collect::<Vec<_>>())?;
        for (region, sums) in away {
            let all = self.regions.entry(region).or_insert_with(|| empty(&self.tallied));
            for (sum, less) in all.iter_mut().zip(&sums) {
                sum.r -= less.r;
                sum.e.iter_mut().zip(&less.e).for_each(|(sum, less)| *sum -= less);
            }
        }
        let paid: HashSet<u64> = owed.iter().map(|(owed, _)| owed.entry).collect();
        self.owed.retain(|still| !paid.contains(&still.entry));
        Ok(())
    }

    /// Adds everything that is held to the regions' sums.
    pub(super) fn fold_all(&mut self) {
        self.fold(self.held.len());
    }

    /// The sums of every region that has any, once all is added and nothing is owed.
    pub(super) fn regions(&self) -> Result<&BTreeMap<u16, Vec<Sum>>, String> {
        match (&self.failed, self.held.is_empty() && self.owed.is_empty()) {
            (Some(error), _) => Err(error.to_string()),
            _ if self.left_out > 0 => Err(format!("{} ballots were left out of the sums", self.left_out)),
            (None, true) => Ok(&self.regions),
            (None, false) => Err("superseded ballots have not been taken off the sums".to_owned()),
        }
    }

    /// Puts sums in the place of what is there.
    pub(super) fn restore(&mut self, regions: BTreeMap<u16, Vec<Sum>>) {
        self.held.clear();
        self.order.clear();
        self.owed.clear();
        self.left_out = 0;
        self.regions = regions;
    }

    /// Tallied numbers of each contest.
    pub(super) fn tallied(&self) -> &[usize] {
        &self.tallied
    }

    /// Adds the oldest that are held to their regions' sums, on all cores.
    fn fold(&mut self, count: usize) {
        let rows: Vec<u32> = self.order.drain(..count.min(self.order.len())).collect();
        let ballots: Vec<(u16, Box<[PointBytes]>)> = rows
            .iter()
            .filter_map(|row| self.held.remove(row))
            .map(|held| (held.region, held.points))
            .collect();
        match added(&self.tallied, &ballots) {
            Ok(regions) => {
                for (region, sums) in regions {
                    let all = self.regions.entry(region).or_insert_with(|| empty(&self.tallied));
                    merge(all, &sums).unwrap_or_else(|error| self.failed = Some(error));
                }
            }
            Err(error) => self.failed = Some(error),
        }
    }
}

/// The empty sums of one region or cell.
pub(super) fn empty(tallied: &[usize]) -> Vec<Sum> {
    tallied.iter().map(|k| Sum::empty(*k)).collect()
}

/// Adds sums to sums of the same contests.
pub(super) fn merge(into: &mut [Sum], sums: &[Sum]) -> Result<(), SumError> {
    into.iter_mut().zip(sums).try_for_each(|(into, sum)| into.merge(sum))
}

/// Ballots added up by region, on all cores.
fn added(
    tallied: &[usize],
    ballots: &[(u16, Box<[PointBytes]>)],
) -> Result<BTreeMap<u16, Vec<Sum>>, SumError> {
    let width: usize = tallied.iter().map(|k| k + 1).sum();
    let share = ballots.len().div_ceil(cores::count()).max(SHARE).min(POINTS / width.max(1));
    let mut all = BTreeMap::new();
    for regions in cores::in_shares(ballots, share, |_, share| added_share(tallied, share)) {
        for (region, sums) in regions? {
            merge(all.entry(region).or_insert_with(|| empty(tallied)), &sums)?;
        }
    }
    Ok(all)
}

/// Ballots added up by region, on one core.
fn added_share(
    tallied: &[usize],
    ballots: &[(u16, Box<[PointBytes]>)],
) -> Result<BTreeMap<u16, Vec<Sum>>, SumError> {
    let expected: usize = tallied.iter().map(|k| k + 1).sum();
    let mut encodings: Vec<PointBytes> = Vec::with_capacity(ballots.len() * expected);
    let mut starts: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
    for (region, points) in ballots {
        if points.len() != expected {
            return Err(SumError::Contest { expected, found: points.len() });
        }
        // A share has some `POINTS`.
        starts.entry(*region).or_default().push(encodings.len() as u32);
        encodings.extend_from_slice(points);
    }
    // One list for every region and every number of a ballot.
    let lists: Vec<Vec<u32>> = starts
        .values()
        .flat_map(|starts| {
            (0..expected as u32).map(|place| starts.iter().map(|start| start + place).collect())
        })
        .collect();
    let lists: Vec<&[u32]> = lists.iter().map(Vec::as_slice).collect();
    let sums = Engine::fastest().sums(&encodings, &lists).map_err(|fault| SumError::Point(fault.error))?;
    let own = sums.chunks(expected.max(1));
    starts.into_keys().zip(own).map(|(region, points)| Ok((region, decoded(tallied, points)?))).collect()
}

/// The sums of every contest, from their points one after another.
fn decoded(tallied: &[usize], points: &[PointBytes]) -> Result<Vec<Sum>, SumError> {
    let mut rest = points.iter().map(PointBytes::decode_or_identity);
    // One that is missing is no point.
    let mut next = || rest.next().unwrap_or(Err(DecodeError::Point)).map_err(SumError::Point);
    tallied
        .iter()
        .map(|k| Ok(Sum { r: next()?, e: (0..*k).map(|_| next()).collect::<Result<_, _>>()? }))
        .collect()
}

#[cfg(test)]
mod tests {
    use plebiscite_crypto::group::{RISTRETTO_BASEPOINT_POINT, Scalar, encode_point};

    use super::*;

    /// A ballot's ciphertexts, three points of the group.
    fn points(ballot: u64) -> Box<[PointBytes]> {
        (0..3)
            .map(|place| encode_point(&(RISTRETTO_BASEPOINT_POINT * Scalar::from(3 * ballot + place + 1))))
            .collect()
    }

    /// Ballots of 9 voters of 2 regions, in a fixed order in which all vote again and again.
    fn voted(limit: usize, ballots: u64) -> Sums {
        let mut sums = Sums { limit, ..Sums::default() };
        sums.begin(vec![2]);
        let mut heads: BTreeMap<u32, ChainHead> = BTreeMap::new();
        for ballot in 0..ballots {
            let row = (ballot * 7 % 10 * ballot % 9) as u32;
            let head = ChainHead { entry: ballot, seq: 0, tracker: Tracker([ballot as u8; 32]) };
            let before = heads.insert(row, head);
            sums.put(row, (row % 2) as u16, points(ballot), before);
        }
        sums
    }

    #[test]
    fn what_is_added_as_it_comes_and_taken_off_when_it_is_superseded_is_what_is_added_at_the_end() {
        for ballots in [0, 1, 5, 40, 90] {
            let mut all = voted(usize::MAX, ballots);
            assert!(all.owed().is_empty());
            all.fold_all();
            for limit in [0, 3, 7, 12, 20] {
                let mut few = voted(limit, ballots);
                few.fold_all();
                let owed: Vec<_> = few.owed().iter().map(|owed| (*owed, points(owed.entry))).collect();
                assert!(ballots < 40 || limit > 12 || !owed.is_empty(), "{ballots} {limit}");
                assert_eq!(few.regions().is_err(), !owed.is_empty());
                for some in owed.chunks(5) {
                    few.take_off(some).unwrap();
                }
                let (few, all) = (few.regions().unwrap(), all.regions().unwrap());
                let empty = vec![Sum::empty(2)];
                for region in 0..2 {
                    assert_eq!(
                        few.get(&region).unwrap_or(&empty),
                        all.get(&region).unwrap_or(&empty),
                        "{limit}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_point_that_is_none_leaves_no_tally_and_takes_nothing_off() {
        let mut sums = voted(0, 40);
        let owed: Vec<_> = sums.owed().iter().map(|owed| (*owed, points(owed.entry))).collect();
        let mut bad = owed.clone();
        bad[1].1[0] = PointBytes([0xff; 32]);
        let before = (sums.owed().len(), sums.regions.clone());
        assert!(sums.take_off(&bad).is_err());
        assert_eq!((sums.owed().len(), sums.regions.clone()), before);
        sums.take_off(&owed).unwrap();
        sums.fold_all();
        assert!(sums.regions().is_ok());
        sums.put(3, 0, vec![PointBytes([0xff; 32]); 3].into(), None);
        sums.fold_all();
        assert!(sums.regions().is_err());
    }
}
