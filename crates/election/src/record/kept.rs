//! What a record has of its ballots, kept and put back by whoever verified them (§11.18, §23.8); and what it owes before the
//! seal.
//!
//! Only ballots are kept: every other entry is judged again. [`Record::pass_over`] counts ballots as standing without looking
//! at them, and [`Record::restore_votes`] puts back what they made, once all of them have been passed over.

use std::collections::BTreeMap;

use plebiscite_crypto::elgamal::Sum;
use plebiscite_crypto::group::{Point, PointBytes, encode_point};
use thiserror::Error;

use super::ballots::ChainHead;
use super::fresh::{PRINT, Points, Prints};
use super::refusal::{Check, Reason, Refusal, ensure};
use super::sums::Owed;
use super::{Phase, Record};
use crate::ballot::{DecodedBallot, Tracker};
use crate::encoding::{EncodingError, Reader, Writer};
use crate::entry::Kind;

/// Ballots that are read from the log together to be taken off the sums.
const TOGETHER: usize = 4_096;

/// Why what was kept cannot be put back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeptError {
    /// Not of this form.
    #[error("what was kept of the ballots is malformed: {0}")]
    Malformed(#[from] EncodingError),
    /// Of this form, and not of this record.
    #[error("what was kept of the ballots does not fit the record: {0}")]
    Other(&'static str),
    /// This record keeps the points themselves, or owes ballots.
    #[error("this record cannot be kept")]
    NotLean,
}

/// Why ballots that are owed were not taken off the sums.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettleError<E> {
    /// The log could not be read.
    #[error("{0}")]
    Read(E),
    /// The entry is another one than stood there.
    #[error("entry {entry} is not the ballot that stood there")]
    Other {
        /// Its index.
        entry: u64,
    },
}

impl Record {
    /// How many ballots that were superseded must still be read from the log, before the seal.
    #[must_use]
    pub fn owed(&self) -> usize {
        self.vote.sums.owed().len()
    }

    /// Takes the ballots that are owed off the sums. `read` gives an entry's bytes, by its index; nothing that it gives is
    /// believed: a ballot's bytes are held against its tracker.
    ///
    /// # Errors
    /// [`SettleError`]; what was not taken off is still owed.
    pub fn settle<E>(
        &mut self,
        mut read: impl FnMut(u64) -> Result<Vec<u8>, E>,
    ) -> Result<(), SettleError<E>> {
        let mut owed: Vec<Owed> = self.vote.sums.owed().to_vec();
        owed.sort_unstable_by_key(|owed| owed.entry);
        for some in owed.chunks(TOGETHER) {
            let mut ballots = Vec::with_capacity(some.len());
            for owed in some {
                let other = || SettleError::Other { entry: owed.entry };
                let bytes = read(owed.entry).map_err(SettleError::Read)?;
                let points = self.points_of(&bytes, &owed.tracker).ok_or_else(other)?;
                ballots.push((*owed, points));
            }
            let first = some.first().map_or(0, |owed| owed.entry);
            self.vote.sums.take_off(&ballots).map_err(|_| SettleError::Other { entry: first })?;
        }
        Ok(())
    }

    /// `R, E_1 … E_k` of every contest of the ballot with this tracker.
    fn points_of(&self, entry: &[u8], tracker: &Tracker) -> Option<Box<[PointBytes]>> {
        let bytes = entry.split_first().filter(|(kind, _)| **kind == Kind::Ballot.byte())?.1;
        let decoded = DecodedBallot::decode(self.parameters()?, bytes).ok()?;
        (decoded.tracker() == *tracker).then(|| decoded.ciphertext_points())
    }

    /// Counts ballots as standing that were verified before, or that another verifies.
    ///
    /// # Errors
    /// No ballot may stand now.
    pub fn pass_over(&mut self, ballots: u64) -> Result<(), Refusal> {
        ensure(self.phase == Phase::Open, Check::EntryOrder, || self.wrong_phase(Kind::Ballot))?;
        let past = |from: u64| from.checked_add(ballots);
        let outside = || Refusal::new(Check::EntryOrder, Reason::Outside { what: "the number of ballots" });
        let (size, all) = past(self.size).zip(past(self.vote.ballots)).ok_or_else(outside)?;
        (self.size, self.vote.ballots) = (size, all);
        Ok(())
    }

    /// What the ballots that stand have made: chain heads, sums by region, fingerprints (§23.8). For a lean record that owes
    /// nothing.
    ///
    /// # Errors
    /// [`KeptError::NotLean`].
    pub fn kept_votes(&mut self) -> Result<Vec<u8>, KeptError> {
        self.vote.sums.fold_all();
        let regions = self.vote.sums.regions().map_err(|_| KeptError::NotLean)?;
        let Points::Prints(prints) = &self.vote.fresh else { return Err(KeptError::NotLean) };
        let mut writer = Writer::new();
        writer.u64(self.vote.ballots).u32(self.vote.chains.heads());
        for (index, ChainHead { entry, seq, tracker }) in self.vote.chains.all() {
            writer.u32(index).u64(entry).u32(seq).raw(&tracker.0);
        }
        write_regions(&mut writer, regions)?;
        writer.raw(prints.key()).u64(self.vote.fresh.count());
        prints.all().for_each(|print| {
            writer.raw(&print);
        });
        Ok(writer.finish())
    }

    /// Puts back what [`Self::kept_votes`] gave, once exactly these ballots have been passed over. Who kept it is the
    /// caller's to know: of what it says, only the form and that it fits are checked.
    ///
    /// # Errors
    /// [`KeptError`]; the record is as before.
    pub fn restore_votes(&mut self, kept: &[u8]) -> Result<(), KeptError> {
        ensure_fits(self.vote.chains.heads() == 0 && self.vote.fresh.count() == 0, "it has ballots already")?;
        let mut reader = Reader::new(kept);
        ensure_fits(reader.u64("ballots")? == self.vote.ballots, "the number of ballots")?;
        let heads = self.read_heads(&mut reader)?;
        let regions = self.read_regions(&mut reader)?;
        let prints = self.read_prints(&mut reader)?;
        reader.finish()?;
        for (index, region, head) in heads {
            self.vote.put_head(index, region, head);
        }
        self.vote.sums.restore(regions);
        self.vote.fresh = Points::Prints(prints);
        Ok(())
    }

    /// What the ballots that stand add up to, by region (§11.18). For a record that owes nothing.
    ///
    /// # Errors
    /// [`KeptError::NotLean`]: ballots are owed.
    pub fn kept_sums(&mut self) -> Result<Vec<u8>, KeptError> {
        self.vote.sums.fold_all();
        let mut writer = Writer::new();
        write_regions(&mut writer, self.vote.sums.regions().map_err(|_| KeptError::NotLean)?)?;
        Ok(writer.finish())
    }

    /// How many ballots stand that are in no sum.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.vote.sums.left_out()
    }

    /// Puts back what [`Self::kept_sums`] gave, once exactly the ballots stand that it was made of, all of them by
    /// [`Self::apply_ballot_unsummed`]. Who kept it is the caller's to know: of what it says, only the form is checked.
    ///
    /// # Errors
    /// [`KeptError`]; the record is as before.
    pub fn restore_sums(&mut self, kept: &[u8]) -> Result<(), KeptError> {
        ensure_fits(self.vote.sums.left_out_all(self.vote.ballots), "some ballots are added already")?;
        let mut reader = Reader::new(kept);
        let regions = self.read_regions(&mut reader)?;
        reader.finish()?;
        self.vote.sums.restore(regions);
        Ok(())
    }

    fn read_heads(&self, reader: &mut Reader<'_>) -> Result<Vec<(u32, u16, ChainHead)>, KeptError> {
        let count = reader.u32("heads")?;
        ensure_fits(u64::from(count) <= self.vote.ballots, "more heads than ballots")?;
        // Not more than the roll has rows: what is announced is no reason to make room for it.
        let mut heads = Vec::with_capacity((count as usize).min(self.vote.chains.rows()));
        let mut last = None;
        for _ in 0..count {
            let index = reader.u32("roll index")?;
            let head = ChainHead {
                entry: reader.u64("entry")?,
                seq: reader.u32("seq")?,
                tracker: Tracker(reader.array("tracker")?),
            };
            ensure_fits(last.is_none_or(|last| last < index), "heads out of order")?;
            last = Some(index);
            let row = self.credential(index).ok_or(KeptError::Other("a head of no row"))?;
            ensure_fits(head.entry < self.size, "a head beyond the log")?;
            heads.push((index, row.region, head));
        }
        Ok(heads)
    }

    fn read_regions(&self, reader: &mut Reader<'_>) -> Result<BTreeMap<u16, Vec<Sum>>, KeptError> {
        let count = reader.u16("regions")?;
        let mut regions = BTreeMap::new();
        for _ in 0..count {
            let region = reader.u16("region")?;
            let known = usize::from(region) < self.eligible_by_region().len();
            let after = regions.last_key_value().is_none_or(|(last, _)| *last < region);
            ensure_fits(known && after, "a region that is not there, or out of order")?;
            let mut sums = Vec::new();
            for k in self.vote.sums.tallied() {
                let r = read_point(reader)?;
                let e = (0..*k).map(|_| read_point(reader)).collect::<Result<_, _>>()?;
                sums.push(Sum { r, e });
            }
            regions.insert(region, sums);
        }
        Ok(regions)
    }

    fn read_prints(&self, reader: &mut Reader<'_>) -> Result<Prints, KeptError> {
        let key = reader.array("key")?;
        let count = reader.u64("fingerprints")?;
        let each = 2 * self.vote.sums.tallied().len() as u64;
        ensure_fits(self.vote.ballots.checked_mul(each) == Some(count), "the number of fingerprints")?;
        let bytes = usize::try_from(count).ok().and_then(|count| count.checked_mul(PRINT));
        let bytes = bytes.ok_or(KeptError::Other("the number of fingerprints"))?;
        let (prints, _) = reader.bytes(bytes, "fingerprints")?.as_chunks::<PRINT>();
        Prints::restored(key, prints).ok_or(KeptError::Other("fingerprints out of order"))
    }
}

fn write_regions(writer: &mut Writer, regions: &BTreeMap<u16, Vec<Sum>>) -> Result<(), KeptError> {
    writer.u16(u16::try_from(regions.len()).map_err(|_| KeptError::NotLean)?);
    for (region, sums) in regions {
        writer.u16(*region);
        for point in sums.iter().flat_map(|sum| std::iter::once(&sum.r).chain(&sum.e)) {
            writer.raw(&encode_point(point).0);
        }
    }
    Ok(())
}

fn ensure_fits(fits: bool, what: &'static str) -> Result<(), KeptError> {
    if fits { Ok(()) } else { Err(KeptError::Other(what)) }
}

fn read_point(reader: &mut Reader<'_>) -> Result<Point, KeptError> {
    let bytes = PointBytes(reader.array("a sum")?);
    bytes.decode_or_identity().map_err(|_| KeptError::Other("a sum that is no point"))
}
