//! A ballot on its way into a batch, and the verdict on a single one.

use std::ops::Range;

use curve25519_dalek::traits::VartimeMultiscalarMul;

use super::{BallotStatement, SharedContest, SignatureStatement};
use crate::group::{
    Generators, Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, is_identity,
};
use crate::proof::knowledge::{self, KnowledgeProof};
use crate::proof::linear_bits::{EncryptedContest, Equation, LinearBitsError, ReadyContest};

/// What all ballots of a batch share, with the keys' encodings, which every transcript absorbs.
pub(super) struct Shared<'a> {
    pub(super) generators: &'a Generators,
    pub(super) contests: Vec<(SharedContest<'a>, Vec<PointBytes>)>,
}

impl<'a> Shared<'a> {
    pub(super) fn new(generators: &'a Generators, contests: &[SharedContest<'a>]) -> Self {
        let encoded = |contest: &SharedContest<'a>| contest.keys.iter().map(encode_point).collect();
        Self { generators, contests: contests.iter().map(|contest| (*contest, encoded(contest))).collect() }
    }

    /// Every shared base once: `G`, `H`, all `G_i`, then the keys, contest by contest.
    pub(super) fn bases(&self) -> Vec<Point> {
        let keys = self.contests.iter().flat_map(|(contest, _)| contest.keys);
        let own = [RISTRETTO_BASEPOINT_POINT, *self.generators.h()];
        own.iter().chain(self.generators.g()).chain(keys).copied().collect()
    }
}

/// A ballot of which only points and equations are still to be judged: shapes fit, points are distinct where they must
/// be, challenges are drawn.
pub(super) struct ReadyBallot<'a> {
    pub(super) contests: Vec<ReadyContest<'a>>,
    pub(super) signature: &'a KnowledgeProof,
    /// The challenge of the signature.
    pub(super) c: Scalar,
    points: Range<usize>,
}

impl<'a> ReadyBallot<'a> {
    /// Puts the ballot's points after `encodings`: each contest's in the order of the wire, then the signature's `A`, then
    /// `K`. None where single verification will find a reason.
    pub(super) fn new(
        shared: &Shared<'_>,
        ballot: &BallotStatement<'a>,
        encodings: &mut Vec<PointBytes>,
    ) -> Option<Self> {
        check_whole(shared, ballot).ok()?;
        let each = shared.contests.iter().zip(&ballot.contests);
        let contests = each.map(|((contest, keys), (transcript, encrypted))| {
            ReadyContest::new(&mut transcript.clone(), shared.generators, contest.form, keys, encrypted)
        });
        let contests = contests.collect::<Result<Vec<_>, _>>().ok()?;
        let SignatureStatement { public, proof, .. } = &ballot.signature;
        let start = encodings.len();
        contests.iter().for_each(|contest| encodings.extend(contest.contest().points()));
        encodings.extend([proof.a, *public]);
        let c = signature_challenge(&ballot.signature);
        Some(Self { contests, signature: proof, c, points: start..encodings.len() })
    }

    /// Where its points stand among the encodings.
    pub(super) fn points(&self) -> Range<usize> {
        self.points.clone()
    }
}

/// Shape and rule (5) of the whole ballot.
fn check_whole(shared: &Shared<'_>, ballot: &BallotStatement<'_>) -> Result<(), (Option<u32>, Equation)> {
    if ballot.contests.len() != shared.contests.len() {
        return Err((None, Equation::Shape));
    }
    if distinct(ballot.contests.iter().map(|(_, contest)| *contest)) {
        Ok(())
    } else {
        Err((None, Equation::Distinct))
    }
}

/// Rule (5) within the ballot: no `R` or `B` stands twice.
fn distinct<'a>(contests: impl Iterator<Item = &'a EncryptedContest>) -> bool {
    let mut points: Vec<PointBytes> =
        contests.flat_map(|contest| [contest.ciphertext.r, contest.proof.b]).collect();
    points.sort_unstable();
    points.windows(2).all(|pair| pair.first() != pair.last())
}

fn signature_challenge(statement: &SignatureStatement<'_>) -> Scalar {
    let SignatureStatement { transcript, public, message, proof } = statement;
    knowledge::signature_challenge(&mut transcript.clone(), &PointBytes::G, public, message, proof)
}

/// Judges one ballot by itself: shapes and points first, then each equation.
pub(super) fn judge(
    shared: &Shared<'_>,
    ballot: &BallotStatement<'_>,
) -> Result<(), (Option<u32>, Equation)> {
    check_whole(shared, ballot)?;
    let generators = shared.generators;
    let mut contests = Vec::with_capacity(shared.contests.len());
    let each = shared.contests.iter().zip(&ballot.contests);
    for (number, ((contest, keys), (transcript, encrypted))) in (0u32..).zip(each) {
        let named = |LinearBitsError(equation)| (Some(number), equation);
        let t = &mut transcript.clone();
        let ready = ReadyContest::new(t, generators, contest.form, keys, encrypted).map_err(named)?;
        let points = ready.decode().map_err(named)?;
        contests.push((ready, points));
    }
    let SignatureStatement { public, proof, .. } = &ballot.signature;
    let signature = (None, Equation::Signature);
    let a = proof.a.decode().map_err(|_| signature)?;
    let public = public.decode().map_err(|_| signature)?;
    for ((number, (contest, _)), (ready, points)) in (0u32..).zip(&shared.contests).zip(contests) {
        let named = |LinearBitsError(equation)| (Some(number), equation);
        ready.judge(generators, contest.form, contest.keys, points).map_err(named)?;
    }
    let c = signature_challenge(&ballot.signature);
    let scalars = [Scalar::ONE, c, -proof.z];
    let sum = Point::vartime_multiscalar_mul(scalars, [a, public, RISTRETTO_BASEPOINT_POINT]);
    if is_identity(&sum) { Ok(()) } else { Err(signature) }
}
