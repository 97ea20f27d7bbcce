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
    /// Keys, generators or responses are not as many as the form says.
    #[error("the shape")]
    Shape,
    /// A point is not canonical, or the identity.
    #[error("the encoding of its points")]
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

/// Why an encrypted contest is refused: the part that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0} does not hold")]
pub struct LinearBitsError(pub Equation);

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

/// An encrypted contest that is ready to be judged: its shape fits, its points are decoded, both challenges drawn.
#[derive(Clone, Debug)]
pub(crate) struct ReadyContest<'a> {
    proof: &'a LinearBitsProof,
    r: Point,
    e: Vec<Point>,
    b: Point,
    a: Point,
    t1: Point,
    t0: Point,
    a_r: Point,
    a_e: Point,
    y: Scalar,
    x: Scalar,
}

impl<'a> ReadyContest<'a> {
    /// Everything but the four equations. Variable time: public data only.
    pub(crate) fn new(
        t: &mut Transcript,
        generators: &Generators,
        form: &LinearForm,
        keys: &[Point],
        contest: &'a EncryptedContest,
    ) -> Result<Self, LinearBitsError> {
        let EncryptedContest { ciphertext, proof } = contest;
        let k = form.tallied();
        let fits = keys.len() == k && ciphertext.e.len() == k && proof.f.len() == form.free();
        if !fits || generators.g().len() < form.bits() {
            return Err(LinearBitsError(Equation::Shape));
        }
        if ciphertext.r == proof.b {
            return Err(LinearBitsError(Equation::Distinct));
        }
        let (y, x) = challenges(t, form, keys, ciphertext, proof);
        Self::decode(ciphertext, proof, (y, x)).map_err(|_| LinearBitsError(Equation::Decoding))
    }

    fn decode(
        ContestCiphertext { r, e }: &ContestCiphertext,
        proof: &'a LinearBitsProof,
        (y, x): (Scalar, Scalar),
    ) -> Result<Self, DecodeError> {
        let LinearBitsProof { b, a, t1, t0, a_r, a_e, .. } = proof;
        Ok(Self {
            proof,
            r: r.decode()?,
            e: e.iter().map(PointBytes::decode).collect::<Result<_, _>>()?,
            b: b.decode()?,
            a: a.decode()?,
            t1: t1.decode()?,
            t0: t0.decode()?,
            a_r: a_r.decode()?,
            a_e: a_e.decode()?,
            y,
            x,
        })
    }

    /// The last challenge: it stands for everything that was absorbed.
    pub(crate) const fn x(&self) -> &Scalar {
        &self.x
    }

    /// Emits the four equations. Variable time: public data only.
    pub(crate) fn emit(&self, form: &LinearForm, out: &mut impl Equations) {
        let Self { proof, r, e, b, a, t1, t0, a_r, a_e, y, x } = self;
        let f = form.solve_pivots(&proof.f, x);

        out.begin(Equation::Commitment);
        out.own(*x, *b);
        out.own(Scalar::ONE, *a);
        f.iter().enumerate().for_each(|(i, f)| out.shared(-f, Base::Generator(i)));
        out.shared(-proof.z_b, Base::H);

        out.begin(Equation::Bits);
        out.own(*x, *t1);
        out.own(Scalar::ONE, *t0);
        let sum: Scalar = powers(y, form.bits()).iter().zip(&f).map(|(y, f)| y * f * (x - f)).sum();
        out.shared(-sum, Base::G);
        out.shared(-proof.z_t, Base::H);

        out.begin(Equation::Nonce);
        out.own(*x, *r);
        out.own(Scalar::ONE, *a_r);
        out.shared(-proof.z_rho, Base::G);

        out.begin(Equation::Ciphertext);
        let y_forms = powers(y, form.tallied());
        y_forms.iter().zip(e).for_each(|(y, e)| out.own(x * y, *e));
        out.own(Scalar::ONE, *a_e);
        let sum: Scalar = y_forms.iter().zip(form.evaluate(&f)).map(|(y, m)| y * m).sum();
        out.shared(-sum, Base::G);
        y_forms.iter().enumerate().for_each(|(o, y)| out.shared(-(proof.z_rho * y), Base::Key(o)));
    }

    /// Judges each equation by itself.
    pub(crate) fn judge(
        &self,
        generators: &Generators,
        form: &LinearForm,
        keys: &[Point],
    ) -> Result<(), LinearBitsError> {
        let mut sums = Singly { generators, keys, sums: Vec::new() };
        self.emit(form, &mut sums);
        sums.judge()
    }
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
    ReadyContest::new(t, generators, form, keys, contest)?.judge(generators, form, keys)
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
        // `ReadyContest::new` has counted generators and keys.
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
            if is_identity(&sum) { Ok(()) } else { Err(LinearBitsError(equation)) }
        })
    }
}
