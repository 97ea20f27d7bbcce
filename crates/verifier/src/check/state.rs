//! An auditor's state: what verifying a log came to, so that tomorrow only what came since must be verified (§23.8).
//!
//! It holds what ballots make, and where ballots stand; every other entry is judged again. It is believed because it is the
//! auditor's own.

use plebiscite_board::reader::{Fetch, Reader};
use plebiscite_election::encoding::{Reader as Bytes, Writer};
use plebiscite_election::entry::Kind;

use super::own::{Bound, OwnError, election_of, seal, unseal};
use super::{Options, Replay, VerifyError};

const DOMAIN: &[u8] = b"plebiscite/v1 audit state\n";

/// What verifying a log up to a size came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    bound: Bound,
    /// Where ballots stand: `from` up to before `to`, ascending, with other entries between.
    runs: Vec<(u64, u64)>,
    /// What they made ([`plebiscite_election::record::Record::kept_votes`]); empty where there are none.
    votes: Vec<u8>,
}

impl State {
    /// Reads a state's file.
    ///
    /// # Errors
    /// [`OwnError`].
    pub fn read(bytes: &[u8]) -> Result<Self, OwnError> {
        let (bound, body) = unseal(DOMAIN, bytes)?;
        let mut reader = Bytes::new(body);
        let count = reader.u32("runs")?;
        let mut runs = Vec::new();
        let mut end = 0;
        for _ in 0..count {
            let (from, to) = (reader.u64("run")?, reader.u64("run")?);
            if from < end || to <= from || to > bound.size || (from == end && end > 0) {
                return Err(OwnError::Kind);
            }
            end = to;
            runs.push((from, to));
        }
        let length = usize::try_from(reader.u64("length")?).map_err(|_| OwnError::Kind)?;
        let votes = reader.bytes(length, "votes")?.to_vec();
        reader.finish()?;
        if runs.is_empty() != votes.is_empty() {
            return Err(OwnError::Kind);
        }
        Ok(Self { bound, runs, votes })
    }

    /// The file's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        // Runs are parted by entries that are no ballots: there are never 2^32 of them.
        writer.u32(u32::try_from(self.runs.len()).unwrap_or(u32::MAX));
        for (from, to) in &self.runs {
            writer.u64(*from).u64(*to);
        }
        writer.u64(self.votes.len() as u64).raw(&self.votes);
        seal(DOMAIN, &self.bound, &writer.finish())
    }

    /// Whether it can be of the first `size` entries of the log of this name, or of fewer.
    pub(super) fn ensure_of(&self, origin: &str, size: u64) -> Result<(), OwnError> {
        self.bound.ensure_election(origin)?;
        let own = self.bound.size;
        if own > size { Err(OwnError::Longer { size: own, log: size }) } else { Ok(()) }
    }

    /// Entries that it covers.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.bound.size
    }
}

/// Where ballots stand in a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Runs(Vec<(u64, u64)>);

impl Runs {
    /// Whether none stands.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes ballots that stand: `count` from `from` on.
    pub(super) fn note(&mut self, from: u64, count: u64) {
        match self.0.last_mut() {
            Some((_, to)) if *to == from => *to += count,
            _ => self.0.push((from, from + count)),
        }
    }
}

impl Replay {
    /// Brings an empty replay to where a state was made: every entry but ballots is judged again.
    pub(super) fn resume<F: Fetch>(
        &mut self,
        state: State,
        reader: &mut Reader<F>,
        options: &Options<'_>,
    ) -> Result<(), VerifyError> {
        let Bound { size, root, .. } = state.bound;
        match reader.root_at(size) {
            Ok(found) if found == root => {}
            Ok(_) => return Err(OwnError::Root { size }.into()),
            Err(error) => return self.unread(error),
        }
        for (from, to) in &state.runs {
            if !self.judge_again(reader, *from, options)? || !self.pass(reader, *to)? {
                return Ok(());
            }
        }
        if !state.runs.is_empty() {
            self.record.restore_votes(&state.votes).map_err(OwnError::from)?;
            self.exercised.note_ballot();
        }
        self.judge_again(reader, size, options)?;
        Ok(())
    }

    /// Judges the entries up to `to`. False where the log's files stop the replay.
    fn judge_again<F: Fetch>(
        &mut self,
        reader: &mut Reader<F>,
        to: u64,
        options: &Options<'_>,
    ) -> Result<bool, VerifyError> {
        while self.record.size() < to {
            let index = self.record.size();
            let entry = match reader.entry(index) {
                Ok(entry) => entry,
                Err(error) => return self.unread(error).map(|()| false),
            };
            // These very bytes were judged when the state was made, and stood.
            let ballot = entry.first() == Some(&Kind::Ballot.byte());
            if ballot || !self.single(&entry, options) {
                let wrong_election = self.failures.iter().any(|failure| failure.entry.is_none());
                if wrong_election && !ballot {
                    return Ok(false);
                }
                self.ensure_tiles()?;
                return Err(OwnError::Judged { entry: index }.into());
            }
        }
        Ok(true)
    }

    /// Passes over ballots up to `to`; of each only the leaf is read. False where the log's files stop the replay.
    fn pass<F: Fetch>(&mut self, reader: &mut Reader<F>, to: u64) -> Result<bool, VerifyError> {
        let from = self.record.size();
        for index in from..to {
            match reader.leaf_hash(index) {
                Ok(leaf) => self.tree.push(leaf),
                Err(error) => return self.unread(error).map(|()| false),
            }
        }
        self.record.pass_over(to - from).map_err(|_| OwnError::Judged { entry: from })?;
        self.runs.note(from, to - from);
        Ok(true)
    }

    /// What verifying came to, where no check has failed and the whole log was read.
    pub(super) fn state(&mut self) -> Result<State, OwnError> {
        let size = self.record.size();
        let election = election_of(&self.checkpoint.origin)?;
        let votes = if self.runs.0.is_empty() { Vec::new() } else { self.record.kept_votes()? };
        let bound = Bound { election, size, root: self.checkpoint.root };
        Ok(State { bound, runs: self.runs.0.clone(), votes })
    }
}
