//! A prover of the ballot's proof written from §6.3 of the specification, step by step: it may lie.

use plebiscite_crypto::group::{
    Generators, Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, scalar_from_i64,
};
use plebiscite_crypto::proof::linear_bits::LinearForm;

use crate::numbers::{enc, scalar};
use crate::steps::Steps;

/// What a prover proves, and with which secrets.
pub struct Prover<'a> {
    /// The form.
    pub form: &'a LinearForm,
    /// The keys `P_o`.
    pub keys: &'a [Point],
    /// The numbers that are encrypted: bits, for an honest one.
    pub numbers: Vec<i64>,
    /// Names the secrets.
    pub seed: &'a str,
    /// Added to the first encrypted number; 0 for an honest prover.
    pub extra: i64,
    /// ⚠ §6.4: with the keys' secrets `z_ρ` is made for the sum of (3) and (4), which then holds whatever is encrypted.
    pub merged: Option<Vec<Scalar>>,
}

/// What came out.
pub struct Proven {
    /// The points, in the order of the wire.
    pub points: Vec<PointBytes>,
    /// The scalars, in the order of the wire.
    pub scalars: Vec<Scalar>,
    /// The proof's own steps.
    pub steps: Steps,
}

impl Proven {
    /// The bytes (§6.5).
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let points = self.points.iter().map(|point| point.0);
        points.chain(self.scalars.iter().map(Scalar::to_bytes)).flatten().collect()
    }
}

impl Prover<'_> {
    fn secret(&self, name: &str) -> Scalar {
        scalar(&format!("{} {name}", self.seed))
    }

    /// Solves the pivots at a scale (§6.1).
    fn solved(&self, free: &[Scalar], scale: Scalar) -> Vec<Scalar> {
        let mut all = vec![Scalar::ZERO; self.form.bits()];
        for (bit, value) in self.form.free_bits().iter().zip(free) {
            all[*bit] = *value;
        }
        for row in self.form.rows() {
            let others = row.terms.iter().filter(|(bit, _)| *bit != row.pivot);
            let rest: Scalar = others.map(|(bit, c)| scalar_from_i64(*c) * all[*bit]).sum();
            let sign = row.terms.iter().find(|(bit, _)| *bit == row.pivot).unwrap().1;
            all[row.pivot] = scalar_from_i64(sign) * (scale * scalar_from_i64(row.value) - rest);
        }
        all
    }

    fn tallied(&self, values: &[Scalar]) -> Vec<Scalar> {
        let one =
            |terms: &Vec<(usize, i64)>| terms.iter().map(|(bit, c)| scalar_from_i64(*c) * values[*bit]).sum();
        self.form.forms().iter().map(one).collect()
    }

    /// §6.3, in a contest's transcript.
    #[must_use]
    pub fn prove(&self, context: &Steps) -> Proven {
        let (n, k) = (self.form.bits(), self.form.tallied());
        let generators = Generators::new(n);
        let (g, h) = (RISTRETTO_BASEPOINT_POINT, generators.h());
        let commit = |values: &[Scalar], r: Scalar| {
            values.iter().zip(generators.g()).map(|(v, g)| g * v).sum::<Point>() + h * r
        };
        let [rho, r_b, r_a, tau1, tau0, w] =
            ["rho", "r_B", "r_A", "tau1", "tau0", "w"].map(|name| self.secret(name));
        let b: Vec<Scalar> = self.numbers.iter().map(|b| scalar_from_i64(*b)).collect();
        let a_free: Vec<Scalar> = (0..self.form.free()).map(|i| self.secret(&format!("a{i}"))).collect();
        let a = self.solved(&a_free, Scalar::ZERO);
        let r = g * rho;
        let mut encrypted = self.tallied(&b);
        encrypted[0] += scalar_from_i64(self.extra);
        let e: Vec<Point> = encrypted.iter().zip(self.keys).map(|(m, key)| g * m + key * rho).collect();
        let mut points: Vec<PointBytes> = std::iter::once(&r).chain(&e).map(enc).collect();
        points.extend([enc(&commit(&b, r_b)), enc(&commit(&a, r_a))]);

        let mut steps = Steps::after(context);
        steps.absorb("fork", b"linear-bits");
        steps.absorb("form", self.form.digest());
        steps.absorb("N", &u32::try_from(n).unwrap().to_be_bytes());
        steps.absorb("k", &u32::try_from(k).unwrap().to_be_bytes());
        steps.points("P", &self.keys.iter().map(enc).collect::<Vec<_>>());
        steps.absorb("R", &points[0].0);
        steps.points("E", &points[1..=k]);
        steps.absorb("B", &points[k + 1].0);
        steps.absorb("A", &points[k + 2].0);
        let y = steps.draw("y");
        let power: Vec<Scalar> = std::iter::successors(Some(y), |p| Some(p * y)).take(n.max(k)).collect();
        let two = Scalar::from(2u8);
        let t1: Scalar = (0..n).map(|i| power[i] * a[i] * (Scalar::ONE - two * b[i])).sum();
        let t0: Scalar = -(0..n).map(|i| power[i] * a[i] * a[i]).sum::<Scalar>();
        let keyed: Point = self.keys.iter().zip(&power).map(|(key, y)| key * y).sum();
        let blind: Scalar = self.tallied(&a).iter().zip(&power).map(|(m, y)| m * y).sum();
        let second = [g * t1 + h * tau1, g * t0 + h * tau0, g * w, g * blind + keyed * w];
        for (label, point) in ["T1", "T0", "A_R", "A_E"].into_iter().zip(&second) {
            points.push(enc(point));
            steps.absorb(label, &enc(point).0);
        }
        let x = steps.draw("x");
        let free = self.form.free_bits().iter();
        let mut scalars: Vec<Scalar> = free.map(|bit| b[*bit] * x + a[*bit]).collect();
        let z_rho = match &self.merged {
            None => rho * x + w,
            Some(secrets) => {
                let weighted =
                    |values: &[Scalar]| values.iter().zip(&power).map(|(v, y)| v * y).sum::<Scalar>();
                let key = weighted(secrets);
                let left = x * (rho + weighted(&encrypted) + rho * key) + w + blind + w * key;
                let all: Vec<Scalar> = b.iter().zip(&a).map(|(b, a)| b * x + a).collect();
                (left - weighted(&self.tallied(&all))) * (Scalar::ONE + key).invert()
            }
        };
        scalars.extend([r_b * x + r_a, tau1 * x + tau0, z_rho]);
        Proven { points, scalars, steps }
    }
}
