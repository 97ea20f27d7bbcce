//! Ranges that several machines verify, and what puts them together again (§23.9).
//!
//! What costs is a ballot's proof and signature, and they need nothing but the ballot, its row of the roll and the election:
//! a range is verified for them alone. What needs order (chains, points that come twice, phases, sums) costs little, and is
//! judged again from the record when the ranges are put together. A partial only says of which ballots proof and signature
//! hold, and is believed because the machine that wrote it is the auditor's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use plebiscite_board::merkle::{Hash, leaf_hash};
use plebiscite_board::reader::Fetch;
use plebiscite_election::ballot::PreparedBallot;
use plebiscite_election::encoding::{Reader as Bytes, Writer};
use plebiscite_election::entry::Kind;
use plebiscite_election::record::Phase;
use sha2::{Digest, Sha256};

use super::bundles::Bundles;
use super::own::{Bound, OwnError, election_of, seal, unseal};
use super::replay::{BUNDLE, is_run};
use super::{Options, Replay, VerifyError};

const DOMAIN: &[u8] = b"plebiscite/v1 partial\n";

/// What one machine says of the ballots of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    bound: Bound,
    from: u64,
    to: u64,
    /// Up to here entries were looked at: the range's end, or the entry that ended the vote or was refused.
    reached: u64,
    /// Digest over all ballots of the range, each with what it was verified against.
    contexts: [u8; 32],
    /// Ballots that are not known to be good.
    doubtful: BTreeSet<u64>,
}

/// Digest over ballots and what they are verified against.
#[derive(Clone, Debug, Default)]
struct Contexts(Sha256);

impl Contexts {
    fn note(&mut self, entry: u64, ballot: Option<&PreparedBallot>) {
        self.0.update(entry.to_be_bytes());
        let Some(ballot) = ballot else { return self.0.update([0]) };
        let context = ballot.context();
        self.0.update([1]);
        self.0.update(context.index.to_be_bytes());
        self.0.update(context.credential.0);
        self.0.update(context.region.to_be_bytes());
        self.0.update(context.seq.to_be_bytes());
        self.0.update(context.prev.0);
        self.0.update(ballot.tracker().0);
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl Partial {
    /// Reads a partial's file.
    ///
    /// # Errors
    /// [`OwnError`].
    pub fn read(bytes: &[u8]) -> Result<Self, OwnError> {
        let (bound, body) = unseal(DOMAIN, bytes)?;
        let mut reader = Bytes::new(body);
        let (from, to) = (reader.u64("from")?, reader.u64("to")?);
        let reached = reader.u64("reached")?;
        let contexts = reader.array("contexts")?;
        let count = reader.u64("doubtful")?;
        let mut doubtful = BTreeSet::new();
        for _ in 0..count {
            let entry = reader.u64("doubtful")?;
            if entry < from || entry >= reached || doubtful.last().is_some_and(|last| *last >= entry) {
                return Err(OwnError::Kind);
            }
            doubtful.insert(entry);
        }
        reader.finish()?;
        if from >= to || to > bound.size || reached > to {
            return Err(OwnError::Range { from, to, size: bound.size });
        }
        Ok(Self { bound, from, to, reached, contexts, doubtful })
    }

    /// The file's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u64(self.from).u64(self.to).u64(self.reached).raw(&self.contexts);
        writer.u64(self.doubtful.len() as u64);
        for entry in &self.doubtful {
            writer.u64(*entry);
        }
        seal(DOMAIN, &self.bound, &writer.finish())
    }

    /// How many ballots of the range are not known to be good.
    #[must_use]
    pub fn doubtful(&self) -> usize {
        self.doubtful.len()
    }

    /// Up to where the range's entries were looked at.
    #[must_use]
    pub const fn reached(&self) -> u64 {
        self.reached
    }
}

/// Verifies the ballots of a range by themselves: proof and signature, against the roll as it is there. All entries before it
/// that are no ballots are judged, ballots before it are only counted.
///
/// # Errors
/// [`VerifyError`]: a file cannot be had, the range is none, or the log is another election's.
pub fn verify_range<F: Fetch + Send + Sync + 'static>(
    source: Arc<F>,
    options: Options<'_>,
    (from, to): (u64, u64),
) -> Result<Partial, VerifyError> {
    let note = source.fetch("checkpoint")?;
    let mut replay = Replay::begin(note, &options);
    let bound = Bound {
        election: election_of(&replay.checkpoint.origin)
            .map_err(|_| VerifyError::Election { found: None })?,
        size: replay.checkpoint.size,
        root: replay.checkpoint.root,
    };
    if from >= to || to > bound.size {
        return Err(VerifyError::Range { from, to, size: bound.size });
    }
    replay.read_thin(&source);
    let mut work =
        InRange { from, contexts: Contexts::default(), doubtful: BTreeSet::new(), waiting: Vec::new() };
    let mut reader = match plebiscite_board::reader::Reader::open(source.clone(), replay.checkpoint.clone()) {
        Ok(reader) => reader,
        Err(error) => {
            return Err(replay.unread(error).err().unwrap_or_else(|| OwnError::Root { size: to }.into()));
        }
    };
    let mut bundles = Bundles::ahead(&mut reader, source, 0, to);
    'log: for number in 0..to.div_ceil(BUNDLE) {
        let entries = match bundles.take(number) {
            Ok(entries) => entries,
            Err(error) => match replay.unread(error) {
                Err(error) => return Err(error),
                // A file that the checkpoint does not commit to: whoever puts the ranges together finds it in its place.
                Ok(()) => break 'log,
            },
        };
        for (index, entry) in (number * BUNDLE..to).zip(entries) {
            if !work.take(&mut replay, index, entry, &options) {
                break 'log;
            }
        }
        (options.progress)(replay.record.size(), to);
    }
    work.flush(&mut replay, &options);
    replay.ensure_tiles()?;
    if replay.failures.iter().any(|failure| failure.check == super::Named::Log(super::LogCheck::Election)) {
        return Err(VerifyError::Election { found: Some(bound.election) });
    }
    let reached = replay.record.size().clamp(from, to);
    Ok(Partial { bound, from, to, reached, contexts: work.contexts.finish(), doubtful: work.doubtful })
}

/// A range while it is verified.
struct InRange {
    from: u64,
    contexts: Contexts,
    doubtful: BTreeSet<u64>,
    waiting: Vec<Vec<u8>>,
}

impl InRange {
    /// Takes the next entry. False once one is refused, or ends the vote: no ballot comes after it.
    fn take(&mut self, replay: &mut Replay, index: u64, entry: Vec<u8>, options: &Options<'_>) -> bool {
        let kind = entry.first().copied();
        if kind == Some(Kind::Ballot.byte()) && replay.record.phase() == Phase::Open {
            if index < self.from {
                replay.tree.push(leaf_hash(&entry));
                return replay.record.pass_over(1).is_ok();
            }
            let length = entry.len();
            self.waiting.push(entry);
            if is_run(self.waiting.len(), length) {
                self.flush(replay, options);
            }
            return true;
        }
        self.flush(replay, options);
        let ends = [Kind::ScheduledClose, Kind::OfficialClose, Kind::Cancel];
        let open = replay.record.phase() == Phase::Open;
        if open && ends.iter().any(|end| kind == Some(end.byte())) {
            return false;
        }
        replay.single(&entry, options)
    }

    /// Verifies the ballots that wait; they stand here whatever comes of it.
    fn flush(&mut self, replay: &mut Replay, options: &Options<'_>) {
        let waiting = std::mem::take(&mut self.waiting);
        let first = replay.record.size();
        let (prepared, verified) = replay.verify_run(&waiting, &options.fresh);
        for (((index, entry), prepared), verified) in (first..).zip(&waiting).zip(&prepared).zip(verified) {
            self.contexts.note(index, prepared.as_ref());
            if verified.is_none() {
                self.doubtful.insert(index);
            }
            replay.tree.push(leaf_hash(entry));
        }
        // The phase is open, and the log has no 2^64 entries.
        let _ = replay.record.pass_over(waiting.len() as u64);
    }
}

/// What partials say together: of the ballots of a whole log.
#[derive(Clone, Debug, Default)]
pub struct Word {
    partials: Vec<Partial>,
    /// What this program has seen of each so far.
    seen: Vec<Contexts>,
}

impl Word {
    /// Puts partials of one log together, in any order.
    ///
    /// # Errors
    /// [`OwnError`]: they are not of one log, two cover one entry, or none covers one.
    pub fn of(mut partials: Vec<Partial>) -> Result<Self, OwnError> {
        partials.sort_by_key(|partial| partial.from);
        let bound = partials.first().map(|partial| partial.bound).ok_or(OwnError::Gap { entry: 0 })?;
        let mut end = 0;
        for partial in &partials {
            partial.bound.ensure_same(&bound)?;
            if partial.from < end {
                return Err(OwnError::Overlap { entry: partial.from });
            }
            if partial.from > end {
                return Err(OwnError::Gap { entry: end });
            }
            end = partial.to;
        }
        if end < bound.size {
            return Err(OwnError::Gap { entry: end });
        }
        let seen = vec![Contexts::default(); partials.len()];
        Ok(Self { partials, seen })
    }

    /// Whether these are partials of this very log.
    pub(super) fn ensure_of(&self, origin: &str, size: u64, root: Hash) -> Result<(), OwnError> {
        let Some(first) = self.partials.first() else { return Ok(()) };
        first.bound.ensure_election(origin)?;
        first.bound.ensure_same(&Bound { size, root, ..first.bound })
    }

    /// Whether a ballot's proof and signature are known to hold; it is noted as seen.
    pub(super) fn vouches(&mut self, entry: u64, ballot: Option<&PreparedBallot>) -> bool {
        let place = self.partials.partition_point(|partial| partial.to <= entry);
        let Some((partial, seen)) = self.partials.get(place).zip(self.seen.get_mut(place)) else {
            return false;
        };
        if entry >= partial.reached {
            return false;
        }
        seen.note(entry, ballot);
        ballot.is_some() && !partial.doubtful.contains(&entry)
    }

    /// That the ballots below `size`, which all stand, are those that were verified, against the same rows.
    pub(super) fn ensure_seen(&self, size: u64) -> Result<(), OwnError> {
        for (partial, seen) in self.partials.iter().zip(&self.seen) {
            let Partial { from, to, reached, contexts, .. } = *partial;
            if reached <= size && seen.clone().finish() != contexts {
                return Err(OwnError::Contexts { from, to });
            }
        }
        Ok(())
    }
}

impl Bound {
    fn ensure_same(&self, other: &Self) -> Result<(), OwnError> {
        if self.election != other.election {
            return Err(OwnError::Election { found: self.election });
        }
        if (self.size, self.root) != (other.size, other.root) {
            return Err(OwnError::Root { size: self.size });
        }
        Ok(())
    }
}
