//! The replay: one entry after the other through `Record::apply`, runs of ballots in batches (§23.2).
//!
//! A batch only ever says "all good" about a ballot. Whatever it does not say that about is judged again singly, so the
//! verdict on every entry is the single verdict, whatever the batches were.

use plebiscite_board::merkle::leaf_hash;
use plebiscite_board::reader::{Fetch, ReadError};
use plebiscite_election::ballot::{PreparedBallot, VerifiedBallot, verify_many};
use plebiscite_election::cores;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::entry::{Entry, Kind};
use plebiscite_election::record::{Phase, SettleError};
use sha2::{Digest, Sha256};

use super::bundles::Bundles;
use super::names::{LogCheck, Named};
use super::own::OwnError;
use super::{Demand, Failure, Options, Replay, VerifyError};

/// Entries in a bundle.
pub(super) const BUNDLE: u64 = 256;
/// Most bytes of ballots in memory at a time.
const HELD: usize = 1 << 28;

/// Whether ballots, all as long as this one, are enough to be judged together: two batches for every core, and no fewer
/// than 4,096. In a browser fewer: there is one thread, and a person who wants to see it move.
pub(super) fn is_run(ballots: usize, one: usize) -> bool {
    let run = if cfg!(target_arch = "wasm32") { 512 } else { 4_096.max(2_000 * cores::count()) };
    ballots >= run || ballots.saturating_mul(one) >= HELD
}

/// Superseded ballots that are owed at most before they are read again.
const OWED: usize = 1 << 16;

impl Replay {
    /// Reads and judges entries up to `target`, or up to the first that is refused.
    pub(super) fn run<F: Fetch>(
        &mut self,
        bundles: &mut Bundles<'_, F>,
        target: u64,
        keep: bool,
        options: &mut Options<'_>,
    ) -> Result<(), VerifyError> {
        let mut ballots: Vec<Vec<u8>> = Vec::new();
        let mut index = self.record.size();
        while index < target {
            let entries = match bundles.take(index / BUNDLE) {
                Ok(entries) => entries,
                Err(error) => {
                    // What was read before is judged first: an earlier refusal is the earlier finding.
                    if self.flush(&mut ballots, options) {
                        self.unread(error)?;
                    }
                    return Ok(());
                }
            };
            let begun = usize::try_from(index % BUNDLE).unwrap_or(usize::MAX);
            if entries.len() <= begun {
                self.fail(LogCheck::Entries, Some(index), "the bundle is empty".to_owned());
                return Ok(());
            }
            for entry in entries.into_iter().skip(begun) {
                let seal = entry.first() == Some(&Kind::Seal.byte());
                if index < target && seal && !(self.flush(&mut ballots, options) && self.settle(bundles)?) {
                    return Ok(());
                }
                if index < target && !self.take(entry, &mut ballots, options) {
                    return Ok(());
                }
                index = index.saturating_add(1).min(target);
            }
            if self.record.owed() > OWED && !self.settle(bundles)? {
                return Ok(());
            }
            (options.progress)(self.record.size(), target);
        }
        let whole = self.flush(&mut ballots, options);
        (options.progress)(self.record.size(), target);
        self.read_to_end = whole && target == self.checkpoint.size;
        if let Some(word) = self.word.as_ref().filter(|_| whole) {
            word.ensure_seen(self.record.size())?;
        }
        if keep && self.read_to_end && self.settle(bundles)? {
            self.state = Some(self.state()?);
        }
        Ok(())
    }

    /// Reads the superseded ballots that are owed once more. False where the log's files stop the replay.
    fn settle<F: Fetch>(&mut self, bundles: &mut Bundles<'_, F>) -> Result<bool, VerifyError> {
        match self.record.settle(|entry| bundles.entry(entry)) {
            Ok(()) => Ok(true),
            Err(SettleError::Read(error)) => self.unread(error).map(|()| false),
            // The bytes are those of the authenticated tile: only a state can have said otherwise.
            Err(SettleError::<ReadError>::Other { entry }) => Err(OwnError::Judged { entry }.into()),
        }
    }

    /// Takes the next entry; a ballot waits for its run. False once an entry has been refused.
    fn take(&mut self, entry: Vec<u8>, ballots: &mut Vec<Vec<u8>>, options: &Options<'_>) -> bool {
        if entry.first() == Some(&Kind::Ballot.byte()) && self.record.phase() == Phase::Open {
            let length = entry.len();
            ballots.push(entry);
            return !is_run(ballots.len(), length) || self.flush(ballots, options);
        }
        self.flush(ballots, options) && self.single(&entry, options)
    }

    /// Judges one entry by itself.
    pub(super) fn single(&mut self, entry: &[u8], options: &Options<'_>) -> bool {
        let known = self.record.manifest().is_some();
        match self.record.apply(entry, &self.tree) {
            Ok(_) => {
                if let Ok(entry) = Entry::decode(entry) {
                    self.exercised.note(&entry);
                    if entry.kind() == Kind::Ballot {
                        self.runs.note(self.record.size().saturating_sub(1), 1);
                    }
                }
                self.tree.push(leaf_hash(entry));
                known || self.right_election(options)
            }
            // A root that could not be had again says nothing about the entry.
            Err(_) if self.ensure_tiles().is_err() => false,
            Err(refusal) => {
                let reason = refusal.reason.to_string();
                self.failures.push(Failure {
                    check: Named::Record(refusal.check),
                    entry: Some(self.record.size()),
                    reason,
                });
                false
            }
        }
    }

    /// Judges the ballots that wait, in their order. False once one has been refused.
    fn flush(&mut self, ballots: &mut Vec<Vec<u8>>, options: &Options<'_>) -> bool {
        let ballots = std::mem::take(ballots);
        let (_, verified) = self.verify_run(&ballots, &options.fresh);
        ballots.into_iter().zip(verified).all(|(entry, verified)| {
            let index = self.record.size();
            if verified.is_some_and(|ballot| self.record.apply_ballot(&ballot).is_ok()) {
                if self.runs.is_empty() {
                    self.exercised.note_ballot();
                }
                self.runs.note(index, 1);
                self.tree.push(leaf_hash(&entry));
                return true;
            }
            self.single(&entry, options)
        })
    }

    /// Verifies a run on all cores; none for every ballot that is not known to be good. What own machines vouch for is not
    /// verified again, and of a count that is shared out only this share is.
    pub(super) fn verify_run(
        &mut self,
        ballots: &[Vec<u8>],
        fresh: &[u8; 32],
    ) -> (Vec<Option<PreparedBallot>>, Vec<Option<VerifiedBallot>>) {
        let prepare = |_, entries: &[Vec<u8>]| -> Vec<Option<PreparedBallot>> {
            entries.iter().map(|entry| self.record.prepare_ballot(entry).ok()).collect()
        };
        let all: Vec<Option<PreparedBallot>> =
            cores::in_shares(ballots, ballots.len().div_ceil(4 * cores::count()), prepare)
                .into_iter()
                .flatten()
                .collect();
        let Some(parameters) = self.record.parameters().cloned() else {
            return (all, ballots.iter().map(|_| None).collect());
        };
        let first = self.record.size();
        let (share, mut word) = (self.share, self.word.as_mut());
        let elsewhere = |index| share.is_some_and(|share| !share.has(index));
        let mut vouches = |index, ballot| word.as_mut().is_some_and(|word| word.vouches(index, ballot));
        let vouched: Vec<bool> = (first..)
            .zip(&all)
            .map(|(index, one)| elsewhere(index) || vouches(index, one.as_ref()))
            .collect();
        let asked = |(one, vouched): (&Option<PreparedBallot>, &bool)| one.clone().filter(|_| !vouched);
        let prepared: Vec<PreparedBallot> = all.iter().zip(&vouched).filter_map(asked).collect();
        let mut judged = verify_many(&parameters, &prepared, &run_fresh(fresh, first)).into_iter();
        let verified = all.iter().zip(&vouched).map(|(one, vouched)| match one {
            Some(ballot) if *vouched => Some(ballot.vouched(&parameters)),
            Some(_) => judged.next().and_then(Result::ok),
            None => None,
        });
        let verified = verified.collect();
        (all, verified)
    }

    /// Once the manifest stands: it is the one that was asked for, and the origin names it.
    fn right_election(&mut self, options: &Options<'_>) -> bool {
        let Some(id) = self.record.election() else { return true };
        let asked = match &options.election {
            None => true,
            Some(Demand::Id(wanted)) => *wanted == id,
            Some(Demand::Fingerprint(wanted)) => *wanted == Fingerprint::of(&id),
        };
        let reason = if !asked {
            format!("this is the record of election {id}, which was not asked for")
        } else if self.checkpoint.origin != format!("plebiscite/v1/{id}") {
            format!("the checkpoint's origin does not name election {id}")
        } else {
            return true;
        };
        self.fail(LogCheck::Election, None, reason);
        false
    }
}

/// Weights of their own for every run.
fn run_fresh(fresh: &[u8; 32], size: u64) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"plebiscite/v1 verifier run")
        .chain_update(fresh)
        .chain_update(size.to_be_bytes())
        .finalize()
        .into()
}
