//! The weights of a batch (§7, step 2).

use sha2::{Digest, Sha512};

use super::ready::ReadyBallot;
use crate::group::Scalar;
use crate::transcript::domain;

/// Independent 128-bit weights: SHA-512(domain ‖ seed ‖ counter u64), four to a block.
pub(super) struct Weights {
    seed: [u8; 64],
    counter: u64,
    block: std::array::IntoIter<[u8; 16], 4>,
}

impl Weights {
    /// From all bytes of the batch and the fresh ones.
    pub(super) fn of<'a, 'b: 'a>(
        ballots: impl Iterator<Item = &'a ReadyBallot<'b>>,
        fresh: &[u8; 32],
    ) -> Self {
        let mut seed = Sha512::new().chain_update(domain::BATCH).chain_update(fresh);
        let mut bytes = Vec::new();
        for ballot in ballots {
            bytes.clear();
            feed(ballot, &mut bytes);
            seed.update(&bytes);
        }
        let seed = seed.finalize().into();
        Self { block: Self::block(&seed, 0), seed, counter: 0 }
    }

    fn block(seed: &[u8; 64], counter: u64) -> std::array::IntoIter<[u8; 16], 4> {
        let hash = Sha512::new().chain_update(domain::BATCH_WEIGHTS).chain_update(seed);
        let wide: [u8; 64] = hash.chain_update(counter.to_be_bytes()).finalize().into();
        let mut quarters = [[0; 16]; 4];
        quarters.as_flattened_mut().copy_from_slice(&wide);
        quarters.into_iter()
    }

    pub(super) fn next(&mut self) -> Scalar {
        loop {
            if let Some(quarter) = self.block.next() {
                return Scalar::from(u128::from_le_bytes(quarter));
            }
            self.counter += 1;
            self.block = Self::block(&self.seed, self.counter);
        }
    }
}

/// Every byte that the ballot's equations depend on: what was sent, and the challenges, which stand for all that was
/// absorbed before them.
fn feed(ballot: &ReadyBallot<'_>, bytes: &mut Vec<u8>) {
    for contest in &ballot.contests {
        contest.contest().encode_into(bytes);
        bytes.extend_from_slice(contest.x().as_bytes());
    }
    bytes.extend_from_slice(&ballot.signature.encode());
    bytes.extend_from_slice(ballot.c.as_bytes());
}
