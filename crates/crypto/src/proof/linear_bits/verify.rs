//! Verifying an encrypted contest: each equation emitted once, judged singly or in a batch (§6.4, §7).

use curve25519_dalek::traits::VartimeMultiscalarMul;
use thiserror::Error;

use super::form::LinearForm;
use super::statement::{challenges, powers};
use super::wire::EncryptedContest;
use crate::group::{
    Generators, Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, is_identity,
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
    /// A multiple of the contest's point at this place of the wire.
    fn own(&mut self, scalar: Scalar, place: usize);
    /// The contest's point at this place, once.
    fn once(&mut self, place: usize);
}

/// An encrypted contest that is ready to be judged once its points are decoded: its shape fits, both challenges are
/// drawn.
#[derive(Clone, Debug)]
pub(crate) struct ReadyContest<'a> {
    contest: &'a EncryptedContest,
    y: Scalar,
    x: Scalar,
}

impl<'a> ReadyContest<'a> {
    /// Everything but the points and the four equations; `keys` are the encodings of the contest's keys. Variable time:
    /// public data only.
    pub(crate) fn new(
        t: &mut Transcript,
        generators: &Generators,
        form: &LinearForm,
        keys: &[PointBytes],
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
        Ok(Self { contest, y, x })
    }

    /// What it is about.
    pub(crate) const fn contest(&self) -> &'a EncryptedContest {
        self.contest
    }

    /// The last challenge: it stands for everything that was absorbed.
    pub(crate) const fn x(&self) -> &Scalar {
        &self.x
    }

    /// Emits the four equations. Variable time: public data only.
    pub(crate) fn emit(&self, form: &LinearForm, out: &mut impl Equations) {
        let Self { contest: EncryptedContest { proof, .. }, y, x } = self;
        let f = form.solve_pivots(&proof.f, x);
        // Places of the wire (§6.5): R, E_1 … E_k, B, A, T1, T0, A_R, A_E.
        let k = form.tallied();
        let (r, e, b, a, t1, t0, a_r, a_e) = (0, 1, k + 1, k + 2, k + 3, k + 4, k + 5, k + 6);

        out.begin(Equation::Commitment);
        out.own(*x, b);
        out.once(a);
        f.iter().enumerate().for_each(|(i, f)| out.shared(-f, Base::Generator(i)));
        out.shared(-proof.z_b, Base::H);

        out.begin(Equation::Bits);
        out.own(*x, t1);
        out.once(t0);
        let sum: Scalar = powers(y, form.bits()).iter().zip(&f).map(|(y, f)| y * f * (x - f)).sum();
        out.shared(-sum, Base::G);
        out.shared(-proof.z_t, Base::H);

        out.begin(Equation::Nonce);
        out.own(*x, r);
        out.once(a_r);
        out.shared(-proof.z_rho, Base::G);

        out.begin(Equation::Ciphertext);
        let y_forms = powers(y, k);
        y_forms.iter().enumerate().for_each(|(o, y)| out.own(x * y, e + o));
        out.once(a_e);
        let sum: Scalar = y_forms.iter().zip(form.evaluate(&f)).map(|(y, m)| y * m).sum();
        out.shared(-sum, Base::G);
        y_forms.iter().enumerate().for_each(|(o, y)| out.shared(-(proof.z_rho * y), Base::Key(o)));
    }

    /// The points, in the order of the wire.
    pub(crate) fn decode(&self) -> Result<Vec<Point>, LinearBitsError> {
        let decoded = self.contest.points().iter().map(PointBytes::decode).collect::<Result<_, _>>();
        decoded.map_err(|_| LinearBitsError(Equation::Decoding))
    }

    /// Judges each equation by itself; `own` are the decoded points.
    pub(crate) fn judge(
        &self,
        generators: &Generators,
        form: &LinearForm,
        keys: &[Point],
        own: Vec<Point>,
    ) -> Result<(), LinearBitsError> {
        let mut sums = Singly { generators, keys, own, sums: Vec::new() };
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
    let encoded: Vec<PointBytes> = keys.iter().map(encode_point).collect();
    let ready = ReadyContest::new(t, generators, form, &encoded, contest)?;
    let own = ready.decode()?;
    ready.judge(generators, form, keys, own)
}

/// Collects each equation by itself.
struct Singly<'a> {
    generators: &'a Generators,
    keys: &'a [Point],
    own: Vec<Point>,
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
            self.term(scalar, point);
        }
    }

    fn own(&mut self, scalar: Scalar, place: usize) {
        // The contest has as many points as its form says.
        if let Some(point) = self.own.get(place).copied() {
            self.term(scalar, point);
        }
    }

    fn once(&mut self, place: usize) {
        self.own(Scalar::ONE, place);
    }
}

impl Singly<'_> {
    fn term(&mut self, scalar: Scalar, point: Point) {
        if let Some((_, scalars, points)) = self.sums.last_mut() {
            scalars.push(scalar);
            points.push(point);
        }
    }

    fn judge(self) -> Result<(), LinearBitsError> {
        self.sums.into_iter().try_for_each(|(equation, scalars, points)| {
            let sum = Point::vartime_multiscalar_mul(&scalars, &points);
            if is_identity(&sum) { Ok(()) } else { Err(LinearBitsError(equation)) }
        })
    }
}
