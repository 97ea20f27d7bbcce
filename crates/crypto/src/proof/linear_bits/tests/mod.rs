//! The ballot's proof: a prover that lies, a copy of the check made for weakening, and what they are put to.

mod attacks;
mod encodings;
mod forgeries;
mod forms;
mod inputs;
mod liars;
mod square_root;

use super::statement::powers;
use super::{ContestCiphertext, EncryptedContest, Equation, LinearBitsError, LinearBitsProof, verify};
use crate::group::{Point, PointBytes, Scalar, encode_point};
use crate::tests::{G, Question, scalar, transcript};
use crate::transcript::{Transcript, TranscriptExt, label};

/// The real check.
fn judge(q: &Question, context: &str, contest: &EncryptedContest) -> Result<(), LinearBitsError> {
    verify(&mut transcript(context), &q.generators, &q.form, &q.keys, contest)
}

/// The real check refuses, and names this equation.
fn refused(q: &Question, context: &str, contest: &EncryptedContest, by: Equation) {
    assert_eq!(judge(q, context, contest), Err(LinearBitsError(by)));
}

/// A prover who goes through the moves of §6.3 over any numbers, and encrypts any others.
struct Liar<'a> {
    q: &'a Question,
    /// In the place of bits, all `N`.
    numbers: Vec<Scalar>,
    /// In the place of `L_o·b`.
    encrypted: Vec<Scalar>,
    rho: Scalar,
    r_b: Scalar,
    r_a: Scalar,
    /// All `N`.
    a: Vec<Scalar>,
    tau1: Scalar,
    tau0: Scalar,
    w: Scalar,
    contest: EncryptedContest,
}

impl<'a> Liar<'a> {
    /// Encrypts what the numbers tally to, with honest `a`.
    fn new(q: &'a Question, name: &str, numbers: &[i64]) -> Self {
        let numbers: Vec<Scalar> = numbers.iter().map(|n| crate::group::scalar_from_i64(*n)).collect();
        let scalar = |part: &str| scalar(&format!("{name}/{part}"));
        let free: Vec<Scalar> = (0..q.form.free()).map(|i| scalar(&format!("a{i}"))).collect();
        let nothing = PointBytes::IDENTITY;
        let ciphertext = ContestCiphertext { r: nothing, e: vec![nothing; q.form.tallied()] };
        let proof = LinearBitsProof {
            b: nothing,
            a: nothing,
            t1: nothing,
            t0: nothing,
            a_r: nothing,
            a_e: nothing,
            f: Vec::new(),
            z_b: Scalar::ZERO,
            z_t: Scalar::ZERO,
            z_rho: Scalar::ZERO,
        };
        Self {
            q,
            encrypted: q.form.evaluate(&numbers),
            numbers,
            rho: scalar("rho"),
            r_b: scalar("r_b"),
            r_a: scalar("r_a"),
            a: q.form.solve_pivots(&free, &Scalar::ZERO),
            tau1: scalar("tau1"),
            tau0: scalar("tau0"),
            w: scalar("w"),
            contest: EncryptedContest { ciphertext, proof },
        }
    }

    fn encrypt(&mut self) {
        let e =
            self.encrypted.iter().zip(&self.q.keys).map(|(m, key)| encode_point(&(G * m + key * self.rho)));
        self.contest.ciphertext = ContestCiphertext { r: encode_point(&(G * self.rho)), e: e.collect() };
    }

    fn commit(&mut self) {
        let h = self.q.generators.h();
        self.contest.proof.b = encode_point(&(self.sum(&self.numbers) + h * self.r_b));
        self.contest.proof.a = encode_point(&(self.sum(&self.a) + h * self.r_a));
    }

    /// `Σ n_i·G_i`.
    fn sum(&self, numbers: &[Scalar]) -> Point {
        numbers.iter().zip(self.q.generators.g()).map(|(n, g)| g * n).sum()
    }

    fn second_move(&mut self, y: &Scalar) {
        let h = self.q.generators.h();
        let (t1, t0) = self.inner(y);
        let a_e = G * weighted(&self.q.form.evaluate(&self.a), y) + self.key(y) * self.w;
        let proof = &mut self.contest.proof;
        proof.t1 = encode_point(&(G * t1 + h * self.tau1));
        proof.t0 = encode_point(&(G * t0 + h * self.tau0));
        proof.a_r = encode_point(&(G * self.w));
        proof.a_e = encode_point(&a_e);
    }

    /// `t1`, `t0`.
    fn inner(&self, y: &Scalar) -> (Scalar, Scalar) {
        let y_bits = powers(y, self.numbers.len());
        let each = || y_bits.iter().zip(&self.a).zip(&self.numbers);
        let t1 = each().map(|((y, a), b)| y * a * (Scalar::ONE - b - b)).sum();
        (t1, -each().map(|((y, a), _)| y * a * a).sum::<Scalar>())
    }

    /// `Σ y^o·P_o`.
    fn key(&self, y: &Scalar) -> Point {
        powers(y, self.q.keys.len()).iter().zip(&self.q.keys).map(|(y, key)| key * y).sum()
    }

    fn respond(&mut self, x: &Scalar) {
        let f = self.responses(x);
        let proof = &mut self.contest.proof;
        proof.f = self.q.form.free_bits().iter().map(|bit| f[*bit]).collect();
        proof.z_b = self.r_b * x + self.r_a;
        proof.z_t = self.tau1 * x + self.tau0;
        proof.z_rho = self.rho * x + self.w;
    }

    /// `f_i` for all bits, the pivots included.
    fn responses(&self, x: &Scalar) -> Vec<Scalar> {
        self.numbers.iter().zip(&self.a).map(|(b, a)| b * x + a).collect()
    }

    /// The whole protocol, with the real transcript.
    fn prove(self, context: &str) -> EncryptedContest {
        self.prove_in(&transcript(context))
    }

    fn prove_in(mut self, t: &Transcript) -> EncryptedContest {
        self.encrypt();
        self.commit();
        let (y, _) = challenges_in(self.q, t, &self.contest, &[]);
        self.second_move(&y);
        let (_, x) = challenges_in(self.q, t, &self.contest, &[]);
        self.respond(&x);
        self.contest
    }
}

/// A thousand votes for the first number, with a proof of one; and by what multiple of `G` equation (4), and no other, is off.
pub(crate) fn thousand_votes(q: &Question, t: &Transcript, numbers: &[i64]) -> (EncryptedContest, Scalar) {
    let mut liar = Liar::new(q, "a thousand", numbers);
    liar.encrypted[0] += Scalar::from(999u16);
    let contest = liar.prove_in(t);
    let (y, x) = challenges_in(q, t, &contest, &[]);
    (contest, x * y * Scalar::from(999u16))
}

/// `Σ y^o·n_o`.
fn weighted(numbers: &[Scalar], y: &Scalar) -> Scalar {
    powers(y, numbers.len()).iter().zip(numbers).map(|(y, n)| y * n).sum()
}

/// The statement of §6.2 as labels and values, in order: what `y` depends on, and what `x` depends on besides.
fn absorbed(q: &Question, contest: &EncryptedContest) -> [Vec<(&'static [u8], Vec<u8>)>; 2] {
    let EncryptedContest { ciphertext: ContestCiphertext { r, e }, proof } = contest;
    let point = |label: &'static [u8], point: &PointBytes| (label, point.0.to_vec());
    let number = |label: &'static [u8], n: usize| (label, (n as u32).to_be_bytes().to_vec());
    let mut first = vec![
        (label::FORK, label::LINEAR_BITS.to_vec()),
        (label::FORM, q.form.digest().to_vec()),
        number(label::BITS, q.form.bits()),
        number(label::TALLIED, q.form.tallied()),
    ];
    first.extend(q.keys.iter().map(|key| point(label::KEY, &encode_point(key))));
    first.push(point(label::R, r));
    first.extend(e.iter().map(|e| point(label::E, e)));
    first.extend([point(label::B, &proof.b), point(label::A, &proof.a)]);
    let second =
        [(label::T1, proof.t1), (label::T0, proof.t0), (label::A_R, proof.a_r), (label::A_E, proof.a_e)];
    [first, second.iter().map(|(label, p)| point(label, p)).collect()]
}

/// A copy of the transcript made for weakening: what stands under some labels is not absorbed.
fn challenges_without(
    q: &Question,
    context: &str,
    contest: &EncryptedContest,
    left_out: &[&[u8]],
) -> (Scalar, Scalar) {
    challenges_in(q, &transcript(context), contest, left_out)
}

fn challenges_in(
    q: &Question,
    t: &Transcript,
    contest: &EncryptedContest,
    left_out: &[&[u8]],
) -> (Scalar, Scalar) {
    let mut t = t.clone();
    let absorb = |t: &mut Transcript, values: Vec<(&'static [u8], Vec<u8>)>| {
        let kept = values.iter().filter(|(label, _)| !left_out.contains(label));
        kept.for_each(|(label, value)| t.append_message(label, value));
    };
    let [first, second] = absorbed(q, contest);
    absorb(&mut t, first);
    let y = t.challenge_scalar(label::Y);
    absorb(&mut t, second);
    (y, t.challenge_scalar(label::X))
}

/// A copy of the check made for weakening: left side less right side of the equations (1) to (4), for given challenges and
/// for responses of all bits.
fn residuals(q: &Question, contest: &EncryptedContest, f: &[Scalar], (y, x): (Scalar, Scalar)) -> [Point; 4] {
    let EncryptedContest { ciphertext, proof } = contest;
    let p = |bytes: &PointBytes| bytes.decode().unwrap();
    let h = q.generators.h();
    let y_bits = powers(&y, f.len());
    let committed: Point = f.iter().zip(q.generators.g()).map(|(f, g)| g * f).sum();
    let squares: Scalar = y_bits.iter().zip(f).map(|(y, f)| y * f * (x - f)).sum();
    let e: Point = ciphertext.e.iter().zip(powers(&y, q.keys.len())).map(|(e, y)| p(e) * y).sum();
    let key: Point = q.keys.iter().zip(powers(&y, q.keys.len())).map(|(key, y)| key * y).sum();
    [
        p(&proof.b) * x + p(&proof.a) - committed - h * proof.z_b,
        p(&proof.t1) * x + p(&proof.t0) - G * squares - h * proof.z_t,
        p(&ciphertext.r) * x + p(&proof.a_r) - G * proof.z_rho,
        e * x + p(&proof.a_e) - G * weighted(&q.form.evaluate(f), &y) - key * proof.z_rho,
    ]
}

/// The weakened copy accepts: every equation holds, with solved pivots, under these challenges.
fn holds_under(q: &Question, contest: &EncryptedContest, challenges: (Scalar, Scalar)) -> bool {
    let f = q.form.solve_pivots(&contest.proof.f, &challenges.1);
    residuals(q, contest, &f, challenges).iter().all(crate::group::is_identity)
}
