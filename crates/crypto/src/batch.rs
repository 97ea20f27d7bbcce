//! Batch verification: every equation of every ballot in one multiscalar multiplication (§7).
//!
//! Each equation has its own 128-bit weight from all bytes of the batch, responses included, and from 32 fresh bytes
//! that the caller passes in. Weights that left either out could be known before the responses are chosen, and two
//! false ballots could be made to cancel each other.
//!
//! A batch only ever accepts. Whatever it does not accept (a shape that does not fit, bytes that are no point, a sum that
//! is not zero) is judged by [`verify_single`], which names what does not hold, and whose answer counts.

mod ready;
mod sum;
mod weights;

use sha2::{Digest, Sha512};
use thiserror::Error;

use self::ready::{ReadyBallot, Shared};
use self::sum::WeightedSum;
use self::weights::Weights;
use crate::engine::{Engine, Points};
use crate::group::{Generators, Point, PointBytes};
use crate::proof::knowledge::KnowledgeProof;
use crate::proof::linear_bits::{EncryptedContest, Equation, LinearForm};
use crate::transcript::{Transcript, domain};

/// The signature of a ballot: over `message`, by the holder of `public`, with base point `G`.
#[derive(Clone)]
pub struct SignatureStatement<'a> {
    /// The transcript at the signature's place.
    pub transcript: Transcript,
    /// `K`, as it stands in the roll.
    pub public: PointBytes,
    /// What is signed.
    pub message: [u8; 32],
    /// The signature.
    pub proof: &'a KnowledgeProof,
}

/// One ballot: its contests in order, each with the transcript at its place, and its signature.
#[derive(Clone)]
pub struct BallotStatement<'a> {
    /// The contests, in the order of the batch's forms.
    pub contests: Vec<(Transcript, &'a EncryptedContest)>,
    /// The signature.
    pub signature: SignatureStatement<'a>,
}

/// A form and its keys, shared by all ballots of the batch at this position.
#[derive(Clone, Copy, Debug)]
pub struct SharedContest<'a> {
    /// The linear bit form.
    pub form: &'a LinearForm,
    /// `P_o`, one for each tallied number.
    pub keys: &'a [Point],
}

/// A ballot that does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}{equation} does not hold", contest.map(|contest| format!("contest {contest}: ")).unwrap_or_default())]
pub struct BatchFailure {
    /// Its position in the batch.
    pub index: usize,
    /// The contest, unless it is the signature or rule (5).
    pub contest: Option<u32>,
    /// What does not hold.
    pub equation: Equation,
}

/// Verifies ballots together, as fast as this processor can. Every ballot that single verification refuses is named, and
/// no other. Variable time: public data only.
///
/// `fresh` must be unknown to whoever made the ballots.
///
/// # Errors
/// All failing ballots, ascending by position.
pub fn verify_batch(
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballots: &[BallotStatement<'_>],
    fresh: &[u8; 32],
) -> Result<(), Vec<BatchFailure>> {
    verify_batch_with(Engine::fastest(), generators, shared, ballots, fresh)
}

/// [`verify_batch`] by an engine of the caller's choice: the outcome is the same with every one.
///
/// # Errors
/// All failing ballots, ascending by position.
pub fn verify_batch_with(
    engine: Engine,
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballots: &[BallotStatement<'_>],
    fresh: &[u8; 32],
) -> Result<(), Vec<BatchFailure>> {
    let shared = Shared::new(generators, shared);
    if let [ballot] = ballots {
        let failure = |(contest, equation)| vec![BatchFailure { index: 0, contest, equation }];
        return ready::judge(&shared, ballot).map_err(failure);
    }
    let mut encodings = Vec::new();
    let ready: Vec<_> = ballots.iter().map(|b| ReadyBallot::new(&shared, b, &mut encodings)).collect();
    let points = Points::decode(engine, &shared.bases(), &encodings);
    let mut batch = Batch { shared: &shared, points: &points, ballots, failures: Vec::new() };
    let mut fit = Vec::with_capacity(ready.len());
    for (index, ready) in ready.into_iter().enumerate() {
        match ready.filter(|ready| points.are_points(ready.points())) {
            Some(ready) => fit.push((index, ready)),
            None => batch.judge(index),
        }
    }
    batch.bisect(&fit, fresh);
    let mut failures = batch.failures;
    failures.sort_by_key(|failure| failure.index);
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// Verifies one ballot, equation by equation. Variable time: public data only.
///
/// # Errors
/// The first part that does not hold, and its contest.
pub fn verify_single(
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballot: &BallotStatement<'_>,
) -> Result<(), (Option<u32>, Equation)> {
    ready::judge(&Shared::new(generators, shared), ballot)
}

/// A batch that is being judged.
struct Batch<'a> {
    shared: &'a Shared<'a>,
    points: &'a Points,
    ballots: &'a [BallotStatement<'a>],
    failures: Vec<BatchFailure>,
}

impl Batch<'_> {
    /// One ballot by itself.
    fn judge(&mut self, index: usize) {
        let Some(ballot) = self.ballots.get(index) else { return };
        if let Err((contest, equation)) = ready::judge(self.shared, ballot) {
            self.failures.push(BatchFailure { index, contest, equation });
        }
    }

    /// Names every failing ballot: what does not hold together is halved, with fresh weights, down to single ballots.
    fn bisect(&mut self, fit: &[(usize, ReadyBallot<'_>)], fresh: &[u8; 32]) {
        match fit {
            [] => (),
            [(index, _)] => self.judge(*index),
            _ if self.holds(fit, fresh) => (),
            _ => {
                let (left, right) = fit.split_at(fit.len() / 2);
                for (side, half) in [(0, left), (1, right)] {
                    self.bisect(half, &fresh_below(fresh, side));
                }
            }
        }
    }

    fn holds(&self, fit: &[(usize, ReadyBallot<'_>)], fresh: &[u8; 32]) -> bool {
        let mut sum = WeightedSum::new(self.shared, Weights::of(fit.iter().map(|(_, ballot)| ballot), fresh));
        fit.iter().for_each(|(_, ballot)| sum.add(ballot));
        sum.is_identity(self.points)
    }
}

/// Fresh bytes for each half: derived, so that no half repeats the weights of the whole.
fn fresh_below(fresh: &[u8; 32], side: u8) -> [u8; 32] {
    let wide: [u8; 64] = Sha512::new()
        .chain_update(domain::BATCH_HALF)
        .chain_update(fresh)
        .chain_update([side])
        .finalize()
        .into();
    let mut below = [0; 32];
    below.copy_from_slice(wide.split_at(32).0);
    below
}

#[cfg(test)]
mod tests;
