//! Our ballots as they stand in the log of a real election in memory, judged by the calls that `plebiscite-verify` makes:
//! decoding, roll, transcripts, proofs and signatures in batches, chain, duplicates, tree.

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_crypto::engine::Engine;
use plebiscite_election::ballot::{PreparedBallot, verify_many_with};
use plebiscite_election::contest::Choice;
use plebiscite_election::record::Record;
use plebiscite_support::questions::{Of, single_choice};
use plebiscite_support::{Election, Shape};
use rayon::ThreadPool;

use crate::time::spent;

/// Passes over the ballots in one measurement.
const PASSES: usize = 3;

/// An open election and ballots that are not in it yet.
pub struct Ours {
    setup: Vec<Vec<u8>>,
    ballots: Vec<Vec<u8>>,
    tallied: usize,
    /// One core.
    pool: ThreadPool,
}

impl Ours {
    /// One choice among so many options: with three, yes, no and blank.
    pub fn new(options: usize, ballots: u32) -> Self {
        let of = Of { id: "only", options: u16::try_from(options).expect("few options"), blank: false };
        let mut shape = Shape { voters: vec![ballots], ..Shape::default() };
        if options != 3 {
            shape.question = false;
            shape.contests = vec![single_choice(of)];
        }
        let mut election = Election::opened(shape);
        let mut cast = Vec::new();
        for voter in 0..ballots {
            let chosen = u16::try_from(voter as usize % options).expect("few options");
            let blank = options == 3 && chosen == 2;
            let choice = if blank { Choice::Blank } else { Choice::Option(chosen) };
            let ballot = election.ballot(voter, &[choice]);
            cast.push(Election::ballot_entry(&ballot));
        }
        let parameters = election.record.parameters().expect("an open election");
        let tallied = parameters.contests().iter().map(|contest| contest.form().tallied()).sum();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        Self { setup: election.entries, ballots: cast, tallied, pool }
    }

    /// Points with full-width coefficients: `R`, `E_1 … E_k`, `B`, `T1`, `K`.
    pub const fn long_points(&self) -> usize {
        self.tallied + 4
    }

    /// Points with 128-bit coefficients: `A`, `T0`, `A_R`, `A_E` and the signature's `A`.
    pub const fn short_points(&self) -> usize {
        5
    }

    /// Microseconds a ballot.
    pub fn measure(&self, engine: Engine) -> f64 {
        self.pool.install(|| {
            let passes = (0..PASSES).map(|_| {
                let mut record = Election::replay(&self.setup).expect("the setup stands");
                let mut tree = Tree::new();
                self.setup.iter().for_each(|entry| tree.push(leaf_hash(entry)));
                let (time, ()) = spent(|| judge(&mut record, &mut tree, &self.ballots, engine));
                assert_eq!(record.ballots(), self.ballots.len() as u64, "every ballot stands");
                time
            });
            passes.sum::<f64>() / (PASSES * self.ballots.len()) as f64
        })
    }
}

fn judge(record: &mut Record, tree: &mut Tree, entries: &[Vec<u8>], engine: Engine) {
    let prepared: Vec<PreparedBallot> =
        entries.iter().map(|entry| record.prepare_ballot(entry).expect("a ballot")).collect();
    let parameters = record.parameters().expect("an open election").clone();
    let verified = verify_many_with(engine, &parameters, &prepared, &[5; 32]);
    for (entry, ballot) in entries.iter().zip(verified) {
        record.apply_ballot(&ballot.expect("an honest ballot")).expect("a ballot that is next");
        tree.push(leaf_hash(entry));
    }
}
