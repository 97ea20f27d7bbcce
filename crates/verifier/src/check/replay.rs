//! The replay: one entry after the other through `Record::apply`, runs of ballots in batches (§23.2).
//!
//! A batch only ever says "all good" about a ballot. Whatever it does not say that about is judged again singly, so the
//! verdict on every entry is the single verdict, whatever the batches were.

use plebiscite_board::merkle::leaf_hash;
use plebiscite_board::reader::{Fetch, Reader};
use plebiscite_election::ballot::{PreparedBallot, VerifiedBallot, verify_many};
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::entry::{Entry, Kind};
use plebiscite_election::record::Phase;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::names::{LogCheck, Named};
use super::{Demand, Failure, Options, Replay, VerifyError};

/// Entries in a bundle.
const BUNDLE: u64 = 256;
/// Most ballots in memory at a time: with a thousand points each still far under a gigabyte.
/// In a browser fewer: there is one thread, and a person who wants to see it move.
const RUN: usize = if cfg!(target_arch = "wasm32") { 512 } else { 4_096 };

impl Replay {
    /// Reads and judges entries up to `target`, or up to the first that is refused.
    pub(super) fn run<F: Fetch>(
        &mut self,
        reader: &mut Reader<F>,
        target: u64,
        options: &mut Options<'_>,
    ) -> Result<(), VerifyError> {
        let mut ballots: Vec<Vec<u8>> = Vec::new();
        let mut index = 0;
        while index < target {
            let entries = match reader.bundle(index / BUNDLE) {
                Ok(entries) => entries.to_vec(),
                Err(error) => {
                    // What was read before is judged first: an earlier refusal is the earlier finding.
                    if self.flush(&mut ballots, options) {
                        self.unread(error)?;
                    }
                    return Ok(());
                }
            };
            if entries.is_empty() {
                self.fail(LogCheck::Entries, Some(index), "the bundle is empty".to_owned());
                return Ok(());
            }
            for entry in entries {
                if index < target && !self.take(entry, &mut ballots, options) {
                    return Ok(());
                }
                index = index.saturating_add(1).min(target);
            }
            (options.progress)(self.record.size(), target);
        }
        let whole = self.flush(&mut ballots, options);
        (options.progress)(self.record.size(), target);
        self.read_to_end = whole && target == self.checkpoint.size;
        Ok(())
    }

    /// Takes the next entry; a ballot waits for its run. False once an entry has been refused.
    fn take(&mut self, entry: Vec<u8>, ballots: &mut Vec<Vec<u8>>, options: &Options<'_>) -> bool {
        if entry.first() == Some(&Kind::Ballot.byte()) && self.record.phase() == Phase::Open {
            ballots.push(entry);
            return ballots.len() < RUN || self.flush(ballots, options);
        }
        self.flush(ballots, options) && self.single(&entry, options)
    }

    /// Judges one entry by itself.
    fn single(&mut self, entry: &[u8], options: &Options<'_>) -> bool {
        let known = self.record.manifest().is_some();
        match self.record.apply(entry, &self.tree) {
            Ok(_) => {
                if let Ok(entry) = Entry::decode(entry) {
                    self.exercised.note(&entry);
                }
                self.tree.push(leaf_hash(entry));
                known || self.right_election(options)
            }
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
        let verified = self.verify_run(&ballots, &options.fresh);
        ballots.into_iter().zip(verified).all(|(entry, verified)| {
            if verified.is_some_and(|ballot| self.record.apply_ballot(&ballot).is_ok()) {
                self.exercised.note_ballot();
                self.tree.push(leaf_hash(&entry));
                return true;
            }
            self.single(&entry, options)
        })
    }

    /// Verifies a run on all cores; none for every ballot that is not known to be good.
    fn verify_run(&self, ballots: &[Vec<u8>], fresh: &[u8; 32]) -> Vec<Option<VerifiedBallot>> {
        let prepared: Vec<Option<PreparedBallot>> =
            ballots.par_iter().map(|entry| self.record.prepare_ballot(entry).ok()).collect();
        let places: Vec<bool> = prepared.iter().map(Option::is_some).collect();
        let Some(parameters) = self.record.parameters() else { return vec![None; ballots.len()] };
        let first = self.record.size();
        let own = |index: u64| self.share.is_none_or(|share| share.has(index));
        let (mut left, mut judged) = (Vec::new(), Vec::new());
        for (index, ballot) in (first..).zip(prepared) {
            match ballot {
                Some(ballot) if own(index) => judged.push(ballot),
                Some(ballot) => left.push(ballot.left_to_another_share(parameters)),
                None => {}
            }
        }
        let verified = verify_many(parameters, &judged, &run_fresh(fresh, first));
        let (mut verified, mut left) = (verified.into_iter(), left.into_iter());
        (first..)
            .zip(places)
            .map(|(index, there)| match (there, own(index)) {
                (false, _) => None,
                (true, true) => verified.next().and_then(Result::ok),
                (true, false) => left.next(),
            })
            .collect()
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
