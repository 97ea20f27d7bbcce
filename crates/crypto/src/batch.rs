//! Batch verification: every equation of every ballot in one multiscalar multiplication (§7).
//!
//! Each equation has its own 128-bit weight from all bytes of the batch, responses included, and from 32 fresh bytes
//! that the caller passes in. Weights that left either out could be known before the responses are chosen, and two
//! false ballots could be made to cancel each other.

use curve25519_dalek::traits::VartimeMultiscalarMul;
use sha2::{Digest, Sha512};
use thiserror::Error;

use crate::group::{Generators, Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, is_identity};
use crate::proof::knowledge::{self, KnowledgeProof};
use crate::proof::linear_bits::{
    Base, EncryptedContest, Equation, Equations, LinearBitsError, LinearForm, ReadyContest,
};
use crate::transcript::{Transcript, domain};

/// The signature of a ballot: over `message`, by the holder of `public`, with base point `G`.
#[derive(Clone)]
pub struct SignatureStatement<'a> {
    /// The transcript at the signature's place.
    pub transcript: Transcript,
    /// `K`.
    pub public: Point,
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

/// Verifies ballots together. Every ballot that single verification refuses is named, and no other.
/// Variable time: public data only.
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
    let mut failures = Vec::new();
    let mut ready = Vec::with_capacity(ballots.len());
    for (index, ballot) in ballots.iter().enumerate() {
        match ReadyBallot::new(generators, shared, ballot) {
            Ok(ballot) => ready.push((index, ballot)),
            Err((contest, equation)) => failures.push(BatchFailure { index, contest, equation }),
        }
    }
    bisect(generators, shared, &ready, fresh, &mut failures);
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
    ReadyBallot::new(generators, shared, ballot)?.judge(generators, shared)
}

/// A ballot of which only the equations are still to be judged: shapes fit, points are decoded and distinct where they
/// must be, challenges are drawn.
struct ReadyBallot<'a> {
    contests: Vec<ReadyContest<'a>>,
    encrypted: Vec<&'a EncryptedContest>,
    signature: ReadySignature,
}

/// `A + c·K − z·G = 0`, with its points decoded.
struct ReadySignature {
    proof: KnowledgeProof,
    a: Point,
    public: Point,
    c: Scalar,
}

impl<'a> ReadyBallot<'a> {
    fn new(
        generators: &Generators,
        shared: &[SharedContest<'_>],
        ballot: &BallotStatement<'a>,
    ) -> Result<Self, (Option<u32>, Equation)> {
        if ballot.contests.len() != shared.len() {
            return Err((None, Equation::Shape));
        }
        let encrypted: Vec<&EncryptedContest> = ballot.contests.iter().map(|(_, contest)| *contest).collect();
        if !distinct(&encrypted) {
            return Err((None, Equation::Distinct));
        }
        let mut contests = Vec::with_capacity(shared.len());
        for ((number, contest), (transcript, encrypted)) in (0u32..).zip(shared).zip(&ballot.contests) {
            let mut t = transcript.clone();
            let ready = ReadyContest::new(&mut t, generators, contest.form, contest.keys, encrypted);
            contests.push(ready.map_err(|LinearBitsError(equation)| (Some(number), equation))?);
        }
        let signature = ReadySignature::new(&ballot.signature).ok_or((None, Equation::Signature))?;
        Ok(Self { contests, encrypted, signature })
    }

    /// Each equation by itself.
    fn judge(
        &self,
        generators: &Generators,
        shared: &[SharedContest<'_>],
    ) -> Result<(), (Option<u32>, Equation)> {
        for ((number, contest), ready) in (0u32..).zip(shared).zip(&self.contests) {
            ready
                .judge(generators, contest.form, contest.keys)
                .map_err(|LinearBitsError(equation)| (Some(number), equation))?;
        }
        let ReadySignature { proof, a, public, c } = &self.signature;
        let sum = Point::vartime_multiscalar_mul(
            [Scalar::ONE, *c, -proof.z],
            [*a, *public, RISTRETTO_BASEPOINT_POINT],
        );
        if is_identity(&sum) { Ok(()) } else { Err((None, Equation::Signature)) }
    }

    /// Every byte that the ballot's equations depend on: what was sent, and the challenges, which stand for all that was
    /// absorbed before them.
    fn feed(&self, seed: &mut Sha512) {
        for (ready, encrypted) in self.contests.iter().zip(&self.encrypted) {
            seed.update(encrypted.encode());
            seed.update(ready.x().as_bytes());
        }
        seed.update(self.signature.proof.encode());
        seed.update(self.signature.c.as_bytes());
    }
}

/// Rule (5) within the ballot: no `R` or `B` stands twice.
fn distinct(contests: &[&EncryptedContest]) -> bool {
    let mut points: Vec<PointBytes> =
        contests.iter().flat_map(|contest| [contest.ciphertext.r, contest.proof.b]).collect();
    points.sort_unstable();
    points.windows(2).all(|pair| pair.first() != pair.last())
}

impl ReadySignature {
    fn new(statement: &SignatureStatement<'_>) -> Option<Self> {
        let SignatureStatement { transcript, public, message, proof } = statement;
        let a = proof.a.decode().ok().filter(|_| !is_identity(public))?;
        let base = &RISTRETTO_BASEPOINT_POINT;
        let c = knowledge::signature_challenge(&mut transcript.clone(), base, public, message, proof);
        Some(Self { proof: **proof, a, public: *public, c })
    }
}

/// Names every failing ballot: what does not hold together is halved, with fresh weights, down to single ballots.
fn bisect(
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballots: &[(usize, ReadyBallot<'_>)],
    fresh: &[u8; 32],
    failures: &mut Vec<BatchFailure>,
) {
    if ballots.is_empty() {
        return;
    }
    if let [(index, ballot)] = ballots {
        if let Err((contest, equation)) = ballot.judge(generators, shared) {
            failures.push(BatchFailure { index: *index, contest, equation });
        }
        return;
    }
    if holds(generators, shared, ballots, fresh) {
        return;
    }
    let (left, right) = ballots.split_at(ballots.len() / 2);
    for (side, half) in [(0, left), (1, right)] {
        bisect(generators, shared, half, &fresh_below(fresh, side), failures);
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

fn holds(
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballots: &[(usize, ReadyBallot<'_>)],
    fresh: &[u8; 32],
) -> bool {
    let mut seed = Sha512::new().chain_update(domain::BATCH).chain_update(fresh);
    ballots.iter().for_each(|(_, ballot)| ballot.feed(&mut seed));
    let mut sum = WeightedSum::new(generators, shared, Weights::new(seed.finalize().into()));
    for (_, ballot) in ballots {
        sum.add(shared, ballot);
    }
    is_identity(&sum.evaluate(generators, shared))
}

/// Independent 128-bit weights: SHA-512(domain ‖ seed ‖ counter u64), four to a block.
struct Weights {
    seed: [u8; 64],
    counter: u64,
    block: std::array::IntoIter<[u8; 16], 4>,
}

impl Weights {
    fn new(seed: [u8; 64]) -> Self {
        Self { block: Self::block(&seed, 0), seed, counter: 0 }
    }

    fn block(seed: &[u8; 64], counter: u64) -> std::array::IntoIter<[u8; 16], 4> {
        let hash = Sha512::new().chain_update(domain::BATCH_WEIGHTS).chain_update(seed);
        let wide: [u8; 64] = hash.chain_update(counter.to_be_bytes()).finalize().into();
        let mut quarters = [[0; 16]; 4];
        quarters.as_flattened_mut().copy_from_slice(&wide);
        quarters.into_iter()
    }

    fn next(&mut self) -> Scalar {
        loop {
            if let Some(quarter) = self.block.next() {
                return Scalar::from(u128::from_le_bytes(quarter));
            }
            self.counter += 1;
            self.block = Self::block(&self.seed, self.counter);
        }
    }
}

/// The one sum: coefficients of shared bases added up over the batch, own points one after another.
struct WeightedSum {
    weights: Weights,
    /// Of the equation that is being emitted.
    weight: Scalar,
    /// The contest that is being emitted: keys are its own.
    contest: usize,
    g: Scalar,
    h: Scalar,
    generators: Vec<Scalar>,
    keys: Vec<Vec<Scalar>>,
    scalars: Vec<Scalar>,
    points: Vec<Point>,
}

impl Equations for WeightedSum {
    fn begin(&mut self, _: Equation) {
        self.weight = self.weights.next();
    }

    fn shared(&mut self, scalar: Scalar, base: Base) {
        let place = match base {
            Base::G => Some(&mut self.g),
            Base::H => Some(&mut self.h),
            Base::Generator(i) => self.generators.get_mut(i),
            Base::Key(o) => self.keys.get_mut(self.contest).and_then(|keys| keys.get_mut(o)),
        };
        // `ReadyContest::new` has counted generators and keys.
        if let Some(place) = place {
            *place += self.weight * scalar;
        }
    }

    fn own(&mut self, scalar: Scalar, point: Point) {
        self.scalars.push(self.weight * scalar);
        self.points.push(point);
    }
}

impl WeightedSum {
    fn new(generators: &Generators, shared: &[SharedContest<'_>], weights: Weights) -> Self {
        Self {
            weights,
            weight: Scalar::ZERO,
            contest: 0,
            g: Scalar::ZERO,
            h: Scalar::ZERO,
            generators: vec![Scalar::ZERO; generators.g().len()],
            keys: shared.iter().map(|contest| vec![Scalar::ZERO; contest.keys.len()]).collect(),
            scalars: Vec::new(),
            points: Vec::new(),
        }
    }

    fn add(&mut self, shared: &[SharedContest<'_>], ballot: &ReadyBallot<'_>) {
        for (number, (contest, ready)) in shared.iter().zip(&ballot.contests).enumerate() {
            self.contest = number;
            ready.emit(contest.form, self);
        }
        let ReadySignature { proof, a, public, c } = &ballot.signature;
        self.begin(Equation::Signature);
        self.own(Scalar::ONE, *a);
        self.own(*c, *public);
        self.shared(-proof.z, Base::G);
    }

    fn evaluate(self, generators: &Generators, shared: &[SharedContest<'_>]) -> Point {
        // The multiplication asks its iterators for their exact lengths, which flattened ones do not know.
        let keys = shared.iter().flat_map(|contest| contest.keys);
        let scalars = self.scalars.iter().chain([&self.g, &self.h]).chain(&self.generators);
        let scalars: Vec<&Scalar> = scalars.chain(self.keys.iter().flatten()).collect();
        let points = self.points.iter().chain([&RISTRETTO_BASEPOINT_POINT, generators.h()]);
        let points: Vec<&Point> = points.chain(generators.g()).chain(keys).collect();
        Point::vartime_multiscalar_mul(scalars, points)
    }
}

#[cfg(test)]
mod tests;
