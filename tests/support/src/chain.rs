//! Ballots made beforehand, for measurements: one voter's, each built on the one before it.

use plebiscite_election::ballot::{EncryptedBallot, Seed, Selections, Tracker};
use plebiscite_election::contest::Choice;
use sha2::{Digest, Sha256};

use crate::Election;

/// One voter's first ballots as entries, seeded: true ones, with proof and signature, for the election's first contest.
///
/// # Panics
/// Where the election is not open, or the first contest has not two options.
#[must_use]
pub fn chain(election: &Election, voter: u32, ballots: usize) -> Vec<Vec<u8>> {
    let parameters = election.record.parameters().unwrap();
    let contest = &election.record.manifest().unwrap().contests()[0];
    let mut context = election.ballot_context(voter);
    let mut made = Vec::with_capacity(ballots);
    for round in 0..ballots {
        let fresh = |what: &str| -> [u8; 32] {
            Sha256::digest(format!("a long log: {what} of ballot {round} of voter {voter}")).into()
        };
        let choice = Choice::Option(u16::from(fresh("choice")[0] % 2));
        let selections = Selections::new(parameters, vec![contest.bits(&choice).unwrap()]).unwrap();
        let encrypted =
            EncryptedBallot::new(parameters, context, selections, Seed::from_fresh(fresh("seed"))).unwrap();
        let ballot =
            encrypted.cast(parameters, &election.credentials[voter as usize], &fresh("signature")).unwrap();
        context.seq += 1;
        context.prev = Tracker::clone(&ballot.tracker());
        made.push(Election::ballot_entry(&ballot));
    }
    made
}
