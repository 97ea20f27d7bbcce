//! Ballots made beforehand, for measurements: one voter's, each built on the one before it; and how many enter at once.

use plebiscite_election::ballot::{EncryptedBallot, Seed, Selections, SignedBallot, verify_many};
use plebiscite_election::contest::Choice;
use plebiscite_election::context::BallotContext;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::Election;

/// One voter's first ballots as entries, seeded: true ones, with proof and signature, for the election's first contest.
///
/// # Panics
/// Where the election is not open, or the first contest has not two options.
#[must_use]
pub fn chain(election: &Election, voter: u32, ballots: usize) -> Vec<Vec<u8>> {
    let mut context = election.ballot_context(voter);
    let mut made = Vec::with_capacity(ballots);
    for round in 0..ballots {
        let choice = Choice::Option(u16::from(fresh("choice", voter, round)[0] % 2));
        let ballot = signed(election, context, &choice);
        context.seq += 1;
        context.prev = ballot.tracker();
        made.push(Election::ballot_entry(&ballot));
    }
    made
}

/// One voter's first ballot as an entry, seeded, with this choice in the election's first contest.
///
/// # Panics
/// Where the election is not open, or the first contest does not offer the choice.
#[must_use]
pub fn one_ballot(election: &Election, voter: u32, choice: &Choice) -> Vec<u8> {
    Election::ballot_entry(&signed(election, election.ballot_context(voter), choice))
}

fn signed(election: &Election, context: BallotContext, choice: &Choice) -> SignedBallot {
    let parameters = election.record.parameters().unwrap();
    let contest = &election.record.manifest().unwrap().contests()[0];
    let fresh = |what| fresh(what, context.index, context.seq as usize);
    let selections = Selections::new(parameters, vec![contest.bits(choice).unwrap()]).unwrap();
    let seed = Seed::from_fresh(fresh("seed"));
    let encrypted = EncryptedBallot::new(parameters, context, selections, seed).unwrap();
    encrypted.cast(parameters, &election.credentials[context.index as usize], &fresh("signature")).unwrap()
}

fn fresh(what: &str, voter: u32, round: usize) -> [u8; 32] {
    Sha256::digest(format!("a long log: {what} of ballot {round} of voter {voter}")).into()
}

impl Election {
    /// Enters ballots that are verified together, as a server does it: all must stand.
    ///
    /// # Panics
    /// Where one does not.
    pub fn cast_together(&mut self, entries: &[Vec<u8>]) {
        for share in entries.chunks(10_000) {
            let prepared: Vec<_> =
                share.par_iter().map(|entry| self.record.prepare_ballot(entry).unwrap()).collect();
            let parameters = self.record.parameters().unwrap().clone();
            let verified = verify_many(&parameters, &prepared, &self.fresh());
            for (ballot, entry) in verified.into_iter().zip(share) {
                self.record.apply_ballot(&ballot.unwrap()).unwrap();
                self.force(entry);
            }
        }
    }
}
