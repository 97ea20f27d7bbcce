//! Verifying an encrypted contest: each equation emitted once, judged singly or in a batch (§6.4, §7).

use curve25519_dalek::traits::VartimeMultiscalarMul;
use thiserror::Error;

use super::form::LinearForm;
use super::statement::{challenges, powers};
use super::wire::{ContestCiphertext, EncryptedContest, LinearBitsProof};
use crate::group::{
    DecodeError, Generators, Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, is_identity,
};
use crate::transcript::Transcript;

/// Which part of a ballot's proof something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Equation {
    /// A point is not canonical, or the identity.
    #[error("a point is not canonical or the identity")]
    Decoding,
    /// (1): the commitments to the bits open.
    #[error("equation (1), the commitment to the bits")]
    Commitment,
    /// (2): every committed number is a bit.
    #[error("equation (2), bits are bits")]
    Bits,
    /// (3): the nonce of the ciphertext is known.
    #[error("equation (3), the nonce")]
    Nonce,
    /// (4): the ciphertext holds the tallied numbers.
    #[error("equation (4), the ciphertext")]
    Ciphertext,
    /// (5): `R` and `B` are new within the ballot.
    #[error("rule (5), a point R or B stands twice")]
    Distinct,
    /// The ballot's signature.
    #[error("the signature")]
    Signature,
}

/// Why an encrypted contest is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LinearBitsError {
    /// Keys, generators or responses are not as many as the form says.
    #[error("keys, generators or responses do not fit the form")]
    Shape,
    /// An equation does not hold.
    #[error("{0} does not hold")]
    Equation(Equation),
}

/// The bases that all ballots of an election share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// `G`.
    G,
    /// `H`.
    H,
    /// `G_i`, from 0.
    Generator(usize),
    /// `P_o` of the contest, from 0.
    Key(usize),
}

/// Where equations go: each is a sum of terms that must be zero.
pub(crate) trait Equations {
    /// The next terms belong to this equation.
    fn begin(&mut self, equation: Equation);
    /// A multiple of a shared base.
    fn shared(&mut self, scalar: Scalar, base: Base);
    /// A multiple of a point of this ballot.
    fn own(&mut self, scalar: Scalar, point: Point);
}

/// An encrypted contest with its points decoded: done once, then used by every equation.
#[derive(Clone, Debug)]
pub(crate) struct DecodedContest {
    r: Point,
    e: Vec<Point>,
    b: Point,
    a: Point,
    t1: Point,
    t0: Point,
    a_r: Point,
    a_e: Point,
}

impl DecodedContest {
    pub(crate) fn decode(contest: &EncryptedContest) -> Result<Self, DecodeError> {
        let ContestCiphertext { r, e } = &contest.ciphertext;
        let LinearBitsProof { b, a, t1, t0, a_r, a_e, .. } = &contest.proof;
        Ok(Self {
            r: r.decode()?,
            e: e.iter().map(PointBytes::decode).collect::<Result<_, _>>()?,
            b: b.decode()?,
            a: a.decode()?,
            t1: t1.decode()?,
            t0: t0.decode()?,
            a_r: a_r.decode()?,
            a_e: a_e.decode()?,
        })
    }
}

/// Emits the four equations of a contest. Gives back the last challenge, which stands for everything absorbed.
/// Variable time: public data only.
pub(crate) fn emit(
    t: &mut Transcript,
    form: &LinearForm,
    keys: &[Point],
    contest: &EncryptedContest,
    points: &DecodedContest,
    out: &mut impl Equations,
) -> Result<Scalar, LinearBitsError> {
    let EncryptedContest { ciphertext, proof } = contest;
    if keys.len() != form.tallied() || ciphertext.e.len() != form.tallied() || proof.f.len() != form.free() {
        return Err(LinearBitsError::Shape);
    }
    let (y, x) = challenges(t, form, keys, ciphertext, proof);
    let DecodedContest { r, e, b, a, t1, t0, a_r, a_e } = points;
    let f = form.solve_pivots(&proof.f, &x);

    out.begin(Equation::Commitment);
    out.own(x, *b);
    out.own(Scalar::ONE, *a);
    f.iter().enumerate().for_each(|(i, f)| out.shared(-f, Base::Generator(i)));
    out.shared(-proof.z_b, Base::H);

    out.begin(Equation::Bits);
    out.own(x, *t1);
    out.own(Scalar::ONE, *t0);
    let sum: Scalar = powers(&y, form.bits()).iter().zip(&f).map(|(y, f)| y * f * (x - f)).sum();
    out.shared(-sum, Base::G);
    out.shared(-proof.z_t, Base::H);

    out.begin(Equation::Nonce);
    out.own(x, *r);
    out.own(Scalar::ONE, *a_r);
    out.shared(-proof.z_rho, Base::G);

    out.begin(Equation::Ciphertext);
    let y_forms = powers(&y, form.tallied());
    y_forms.iter().zip(e).for_each(|(y, e)| out.own(x * y, *e));
    out.own(Scalar::ONE, *a_e);
    let sum: Scalar = y_forms.iter().zip(form.evaluate(&f)).map(|(y, m)| y * m).sum();
    out.shared(-sum, Base::G);
    y_forms.iter().enumerate().for_each(|(o, y)| out.shared(-(proof.z_rho * y), Base::Key(o)));
    Ok(x)
}

/// Verifies one contest, equation by equation. Variable time: public data only.
///
/// # Errors
/// [`LinearBitsError`], naming the equation.
pub fn verify(
    t: &mut Transcript,
    generators: &Generators,
    form: &LinearForm,
    keys: &[Point],
    contest: &EncryptedContest,
) -> Result<(), LinearBitsError> {
    if generators.g().len() < form.bits() {
        return Err(LinearBitsError::Shape);
    }
    if contest.ciphertext.r == contest.proof.b {
        return Err(LinearBitsError::Equation(Equation::Distinct));
    }
    let points =
        DecodedContest::decode(contest).map_err(|_| LinearBitsError::Equation(Equation::Decoding))?;
    let mut sums = Singly { generators, keys, sums: Vec::new() };
    emit(t, form, keys, contest, &points, &mut sums)?;
    sums.judge()
}

/// Collects each equation by itself.
struct Singly<'a> {
    generators: &'a Generators,
    keys: &'a [Point],
    sums: Vec<(Equation, Vec<Scalar>, Vec<Point>)>,
}

impl Equations for Singly<'_> {
    fn begin(&mut self, equation: Equation) {
        self.sums.push((equation, Vec::new(), Vec::new()));
    }

    fn shared(&mut self, scalar: Scalar, base: Base) {
        let point = match base {
            Base::G => Some(RISTRETTO_BASEPOINT_POINT),
            Base::H => Some(*self.generators.h()),
            Base::Generator(i) => self.generators.g().get(i).copied(),
            Base::Key(o) => self.keys.get(o).copied(),
        };
        if let Some(point) = point {
            self.own(scalar, point);
        }
    }

    fn own(&mut self, scalar: Scalar, point: Point) {
        if let Some((_, scalars, points)) = self.sums.last_mut() {
            scalars.push(scalar);
            points.push(point);
        }
    }
}

impl Singly<'_> {
    fn judge(self) -> Result<(), LinearBitsError> {
        self.sums.into_iter().try_for_each(|(equation, scalars, points)| {
            let sum = Point::vartime_multiscalar_mul(&scalars, &points);
            if is_identity(&sum) { Ok(()) } else { Err(LinearBitsError::Equation(equation)) }
        })
    }
}
