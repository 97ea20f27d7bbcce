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
    self, Base, DecodedContest, EncryptedContest, Equation, Equations, LinearBitsError, LinearForm, emit,
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
/// # Errors
/// All failing ballots, ascending by position.
pub fn verify_batch(
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballots: &[BallotStatement<'_>],
    fresh: &[u8; 32],
) -> Result<(), Vec<BatchFailure>> {
    let mut failures = Vec::new();
    let mut sound = Vec::with_capacity(ballots.len());
    for (index, ballot) in ballots.iter().enumerate() {
        match Decoded::of(shared, ballot) {
            Ok(decoded) => sound.push((index, ballot, decoded)),
            Err((contest, equation)) => failures.push(BatchFailure { index, contest, equation }),
        }
    }
    bisect(generators, shared, &sound, fresh, &mut failures);
    failures.sort_by_key(|failure| failure.index);
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// Verifies one ballot, equation by equation.
///
/// # Errors
/// The first part that does not hold.
pub fn verify_single(
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballot: &BallotStatement<'_>,
) -> Result<(), (Option<u32>, Equation)> {
    Decoded::of(shared, ballot)?;
    for ((number, contest), (transcript, encrypted)) in (0u32..).zip(shared).zip(&ballot.contests) {
        linear_bits::verify(&mut transcript.clone(), generators, contest.form, contest.keys, encrypted)
            .map_err(|error| match error {
                LinearBitsError::Shape => (Some(number), Equation::Decoding),
                LinearBitsError::Equation(equation) => (Some(number), equation),
            })?;
    }
    let SignatureStatement { transcript, public, message, proof } = &ballot.signature;
    knowledge::verify_signature(&mut transcript.clone(), &RISTRETTO_BASEPOINT_POINT, public, message, proof)
        .map_err(|_| (None, Equation::Signature))
}

/// A ballot whose points are decoded and distinct where they must be.
struct Decoded {
    contests: Vec<DecodedContest>,
    signature: Point,
}

impl Decoded {
    fn of(
        shared: &[SharedContest<'_>],
        ballot: &BallotStatement<'_>,
    ) -> Result<Self, (Option<u32>, Equation)> {
        if ballot.contests.len() != shared.len() {
            return Err((None, Equation::Decoding));
        }
        let mut points: Vec<PointBytes> =
            ballot.contests.iter().flat_map(|(_, contest)| [contest.ciphertext.r, contest.proof.b]).collect();
        points.sort_unstable();
        if points.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err((None, Equation::Distinct));
        }
        let decode = |(number, (_, contest)): (u32, &(Transcript, &EncryptedContest))| {
            DecodedContest::decode(contest).map_err(|_| (Some(number), Equation::Decoding))
        };
        let contests = (0u32..).zip(&ballot.contests).map(decode).collect::<Result<_, _>>()?;
        let signature = ballot.signature.proof.a.decode().map_err(|_| (None, Equation::Signature))?;
        Ok(Self { contests, signature })
    }
}

type Sound<'a, 'b> = (usize, &'b BallotStatement<'a>, Decoded);

fn bisect(
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballots: &[Sound<'_, '_>],
    fresh: &[u8; 32],
    failures: &mut Vec<BatchFailure>,
) {
    if ballots.is_empty() {
        return;
    }
    if let [(index, ballot, _)] = ballots {
        if let Err((contest, equation)) = verify_single(generators, shared, ballot) {
            failures.push(BatchFailure { index: *index, contest, equation });
        }
        return;
    }
    if holds(generators, shared, ballots, fresh) {
        return;
    }
    let (left, right) = ballots.split_at(ballots.len() / 2);
    for (side, half) in [left, right].into_iter().enumerate() {
        bisect(generators, shared, half, &fresh_below(fresh, side), failures);
    }
}

/// Fresh weights for each half: derived, so that no half repeats the weights of the whole.
fn fresh_below(fresh: &[u8; 32], side: usize) -> [u8; 32] {
    let side = u8::try_from(side).unwrap_or(u8::MAX);
    let wide = Sha512::new()
        .chain_update(domain::BATCH)
        .chain_update(b"/half")
        .chain_update(fresh)
        .chain_update([side])
        .finalize();
    let mut below = [0; 32];
    below.iter_mut().zip(wide).for_each(|(place, byte)| *place = byte);
    below
}

fn holds(
    generators: &Generators,
    shared: &[SharedContest<'_>],
    ballots: &[Sound<'_, '_>],
    fresh: &[u8; 32],
) -> bool {
    let mut seed = Sha512::new().chain_update(domain::BATCH).chain_update(fresh);
    let mut collected = Vec::with_capacity(ballots.len());
    for (_, ballot, decoded) in ballots {
        let Some(terms) = collect(shared, ballot, decoded, &mut seed) else { return false };
        collected.push(terms);
    }
    let mut weights = Weights::new(seed.finalize().into());
    let mut sum = Weighted::new(generators, shared);
    for terms in collected {
        sum.add(terms, &mut weights);
    }
    is_identity(&sum.evaluate(generators, shared))
}

/// One ballot's equations before they are weighted.
#[derive(Default)]
struct Terms {
    /// Terms of shared bases, by equation.
    shared: Vec<(usize, Scalar, Shared)>,
    own: Vec<(usize, Scalar, Point)>,
    equations: usize,
    contest: usize,
}

/// A shared base and, for keys, the contest that it belongs to.
#[derive(Clone, Copy)]
enum Shared {
    Common(Base),
    Key { contest: usize, key: usize },
}

impl Equations for Terms {
    fn begin(&mut self, _: Equation) {
        self.equations += 1;
    }

    fn shared(&mut self, scalar: Scalar, base: Base) {
        let base = match base {
            Base::Key(key) => Shared::Key { contest: self.contest, key },
            common => Shared::Common(common),
        };
        self.shared.push((self.equations, scalar, base));
    }

    fn own(&mut self, scalar: Scalar, point: Point) {
        self.own.push((self.equations, scalar, point));
    }
}

/// Emits a ballot's equations, and feeds every byte of it to the seed of the weights.
fn collect(
    shared: &[SharedContest<'_>],
    ballot: &BallotStatement<'_>,
    decoded: &Decoded,
    seed: &mut Sha512,
) -> Option<Terms> {
    let mut terms = Terms::default();
    let contests = shared.iter().zip(&ballot.contests).zip(&decoded.contests);
    for (number, ((contest, (transcript, encrypted)), points)) in contests.enumerate() {
        terms.contest = number;
        let x =
            emit(&mut transcript.clone(), contest.form, contest.keys, encrypted, points, &mut terms).ok()?;
        seed.update(encrypted.encode());
        seed.update(x.as_bytes());
    }
    let SignatureStatement { transcript, public, message, proof } = &ballot.signature;
    let c = knowledge::signature_challenge(
        &mut transcript.clone(),
        &RISTRETTO_BASEPOINT_POINT,
        public,
        message,
        proof,
    );
    seed.update(proof.encode());
    seed.update(c.as_bytes());
    // A + c·K − z·G = 0
    terms.begin(Equation::Signature);
    terms.own(Scalar::ONE, decoded.signature);
    terms.own(c, *public);
    terms.shared(-proof.z, Base::G);
    Some(terms)
}

/// 128-bit weights: SHA-512 of seed and counter, four to a block.
struct Weights {
    seed: [u8; 64],
    counter: u64,
    block: Vec<Scalar>,
}

impl Weights {
    const fn new(seed: [u8; 64]) -> Self {
        Self { seed, counter: 0, block: Vec::new() }
    }

    fn next(&mut self) -> Scalar {
        if self.block.is_empty() {
            let wide =
                Sha512::new().chain_update(self.seed).chain_update(self.counter.to_be_bytes()).finalize();
            self.counter += 1;
            self.block = wide
                .as_chunks::<16>()
                .0
                .iter()
                .map(|half| Scalar::from(u128::from_le_bytes(*half)))
                .collect();
        }
        self.block.pop().unwrap_or(Scalar::ONE)
    }
}

/// The one sum: coefficients of shared bases added up, own points one after another.
struct Weighted {
    g: Scalar,
    h: Scalar,
    generators: Vec<Scalar>,
    keys: Vec<Vec<Scalar>>,
    scalars: Vec<Scalar>,
    points: Vec<Point>,
}

impl Weighted {
    fn new(generators: &Generators, shared: &[SharedContest<'_>]) -> Self {
        Self {
            g: Scalar::ZERO,
            h: Scalar::ZERO,
            generators: vec![Scalar::ZERO; generators.g().len()],
            keys: shared.iter().map(|contest| vec![Scalar::ZERO; contest.keys.len()]).collect(),
            scalars: Vec::new(),
            points: Vec::new(),
        }
    }

    fn add(&mut self, terms: Terms, weights: &mut Weights) {
        let own_weights: Vec<Scalar> = (0..terms.equations).map(|_| weights.next()).collect();
        // Equations are numbered from 1: `begin` counts before the first term.
        let weight =
            |equation: usize| own_weights.get(equation.saturating_sub(1)).copied().unwrap_or(Scalar::ONE);
        for (equation, scalar, base) in terms.shared {
            let place = match base {
                Shared::Common(Base::G) => Some(&mut self.g),
                Shared::Common(Base::H) => Some(&mut self.h),
                Shared::Common(Base::Generator(i)) => self.generators.get_mut(i),
                Shared::Common(Base::Key(_)) => None,
                Shared::Key { contest, key } => self.keys.get_mut(contest).and_then(|keys| keys.get_mut(key)),
            };
            if let Some(place) = place {
                *place += weight(equation) * scalar;
            }
        }
        for (equation, scalar, point) in terms.own {
            self.scalars.push(weight(equation) * scalar);
            self.points.push(point);
        }
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
