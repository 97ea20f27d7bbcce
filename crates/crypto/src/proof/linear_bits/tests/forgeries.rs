//! ⚠ Weak Fiat–Shamir in the ballot's proof: a value that is left out of the transcript is computed after the challenges.
//! Each forgery counts a thousand votes under a weakened copy of the transcript, and fails against the real one.

use super::super::EncryptedContest;
use super::square_root::square_root;
use super::{Liar, challenges_without, holds_under, judge, powers};
use crate::group::{PointBytes, Scalar, encode_point, scalar_from_i64};
use crate::tests::{G, Question, yes_no_blank};
use crate::transcript::label;

const THOUSAND: [i64; 3] = [1_000, 0, -999];

/// Goes through all moves with some values left out of the transcript; these are then made to fit.
fn forge(
    q: &Question,
    numbers: &[i64],
    encrypted: [i64; 2],
    left_out: &[&[u8]],
    fit: impl Fn(&mut EncryptedContest, &Liar<'_>, (Scalar, Scalar)),
) -> EncryptedContest {
    let mut liar = Liar::new(q, "forger", numbers);
    liar.encrypted = encrypted.map(scalar_from_i64).to_vec();
    liar.encrypt();
    liar.commit();
    let (y, _) = challenges_without(q, "c", &liar.contest, left_out);
    liar.second_move(&y);
    let (_, x) = challenges_without(q, "c", &liar.contest, left_out);
    liar.respond(&x);
    let mut contest = liar.contest.clone();
    fit(&mut contest, &liar, (y, x));
    contest
}

/// The weakened copy accepts what holds more than one vote; the real check refuses it.
fn bites(q: &Question, forged: &EncryptedContest, left_out: &[&[u8]]) {
    assert!(holds_under(q, forged, challenges_without(q, "c", forged, left_out)), "the weak check accepts");
    assert!(![G * Scalar::ZERO, G].contains(&q.opened(forged)[0]), "what is encrypted is no bit");
    assert!(judge(q, "c", forged).is_err());
}

fn p(bytes: &PointBytes) -> crate::group::Point {
    bytes.decode().unwrap()
}

#[test]
fn a_ciphertext_left_out_of_the_challenges_is_chosen_after_them() {
    let q = Question::new(yes_no_blank());
    let left_out: [&[u8]; 2] = [label::R, label::E];
    // A_E is off by d·G; E_1 makes up for it with −d/(x·y)·G: the attack that made Helios' tally run for ever.
    let d = crate::tests::scalar("d");
    let mut liar = Liar::new(&q, "forger", &[1, 0, 0]);
    liar.encrypt();
    liar.commit();
    let (y, _) = challenges_without(&q, "c", &liar.contest, &left_out);
    liar.second_move(&y);
    liar.contest.proof.a_e = encode_point(&(p(&liar.contest.proof.a_e) + G * d));
    let (_, x) = challenges_without(&q, "c", &liar.contest, &left_out);
    liar.respond(&x);
    let mut forged = liar.contest;
    forged.ciphertext.e[0] = encode_point(&(p(&forged.ciphertext.e[0]) - G * (d * (x * y).invert())));
    bites(&q, &forged, &left_out);
}

#[test]
fn t1_left_out_of_the_challenge_lets_any_number_pass_as_a_bit() {
    let q = Question::new(yes_no_blank());
    let left_out: [&[u8]; 1] = [label::T1];
    let forged = forge(&q, &THOUSAND, [1_000, 0], &left_out, |contest, liar, (y, x)| {
        // T1 = ((Σ y^i·f_i(x − f_i))·G + z_T·H − T0)/x.
        let f = liar.responses(&x);
        let squares: Scalar = powers(&y, 3).iter().zip(&f).map(|(y, f)| y * f * (x - f)).sum();
        let right = G * squares + q.generators.h() * contest.proof.z_t;
        contest.proof.t1 = encode_point(&((right - p(&contest.proof.t0)) * x.invert()));
    });
    bites(&q, &forged, &left_out);
}

#[test]
fn t0_left_out_of_the_challenge_lets_any_number_pass_as_a_bit() {
    let q = Question::new(yes_no_blank());
    let left_out: [&[u8]; 1] = [label::T0];
    let forged = forge(&q, &THOUSAND, [1_000, 0], &left_out, |contest, liar, (y, x)| {
        let f = liar.responses(&x);
        let squares: Scalar = powers(&y, 3).iter().zip(&f).map(|(y, f)| y * f * (x - f)).sum();
        let right = G * squares + q.generators.h() * contest.proof.z_t;
        contest.proof.t0 = encode_point(&(right - p(&contest.proof.t1) * x));
    });
    bites(&q, &forged, &left_out);
}

/// Without `A` equation (1) fixes nothing: responses are solved from (2) and (4) after `x`, and `A` is computed last.
#[test]
fn a_left_out_of_the_challenges_lets_any_number_be_encrypted() {
    let q = Question::new(yes_no_blank());
    let left_out: [&[u8]; 1] = [label::A];
    let forged = (0..40).find_map(|attempt| {
        let mut liar = Liar::new(&q, &format!("forger {attempt}"), &[1, 0, 0]);
        liar.encrypted = [1_000, 0].map(scalar_from_i64).to_vec();
        liar.encrypt();
        liar.commit();
        let (y, _) = challenges_without(&q, "c", &liar.contest, &left_out);
        liar.second_move(&y);
        let (_, x) = challenges_without(&q, "c", &liar.contest, &left_out);
        liar.respond(&x);
        let f = solved_responses(&liar, (y, x))?;
        let committed = liar.sum(&f) + q.generators.h() * liar.contest.proof.z_b;
        liar.contest.proof.f = f[1..].to_vec();
        liar.contest.proof.a = encode_point(&(committed - p(&liar.contest.proof.b) * x));
        Some(liar.contest)
    });
    bites(&q, &forged.unwrap(), &left_out);
}

/// `f` with `f_0 + f_1 + f_2 = x`, (4): `y·f_0 + y²·f_1 = x·Σ y^o·m_o + Σ y^o·L_o·a`, and (2): `Σ y^i·f_i(x − f_i) = t1·x + t0`.
/// By the first two `f_2 = α·f_1 + β` and `f_0 = γ − y·f_1`; the third is a quadratic equation.
fn solved_responses(liar: &Liar<'_>, (y, x): (Scalar, Scalar)) -> Option<Vec<Scalar>> {
    let right =
        x * super::weighted(&liar.encrypted, &y) + super::weighted(&liar.q.form.evaluate(&liar.a), &y);
    let (alpha, beta) = (y - Scalar::ONE, x - right * y.invert());
    let gamma = x - beta;
    let (t1, t0) = liar.inner(&y);
    let (y2, y3) = (y * y, y * y * y);
    let (two, four) = (Scalar::from(2u8), Scalar::from(4u8));
    let a = -(y3 + y2 + y3 * alpha * alpha);
    let b = y2 * (two * gamma - x) + y2 * x + y3 * alpha * (x - two * beta);
    let c = y * gamma * (x - gamma) + y3 * beta * (x - beta) - t1 * x - t0;
    let f1 = (square_root(&(b * b - four * a * c))? - b) * (two * a).invert();
    Some(vec![gamma - y * f1, f1, alpha * f1 + beta])
}

#[test]
fn a_e_left_out_of_the_challenge_lets_any_number_be_encrypted() {
    let q = Question::new(yes_no_blank());
    let left_out: [&[u8]; 1] = [label::A_E];
    let forged = forge(&q, &[1, 0, 0], [1_000, 0], &left_out, |contest, liar, (y, x)| {
        // A_E = (Σ y^o·L_o·f)·G + z_ρ·Σ y^o·P_o − x·Σ y^o·E_o.
        let numbers = q.form.evaluate(&liar.responses(&x));
        let e = contest.ciphertext.e.iter().zip(powers(&y, 2));
        let e: crate::group::Point = e.map(|(e, y)| p(e) * y).sum();
        let right = G * super::weighted(&numbers, &y) + liar.key(&y) * contest.proof.z_rho;
        contest.proof.a_e = encode_point(&(right - e * x));
    });
    bites(&q, &forged, &left_out);
}

/// Who knows the keys' secrets needs only `A_R` to be left out.
#[test]
fn a_r_left_out_of_the_challenge_lets_trustees_encrypt_any_number() {
    let q = Question::new(yes_no_blank());
    let left_out: [&[u8]; 1] = [label::A_R];
    let forged = forge(&q, &[1, 0, 0], [1_000, 0], &left_out, |contest, liar, (y, x)| {
        // z_ρ is solved from (4) with the logarithms, then A_R from (3).
        let numbers: Vec<Scalar> =
            liar.encrypted.iter().zip(&q.secrets).map(|(m, p)| m + liar.rho * p).collect();
        let a = super::weighted(&q.form.evaluate(&liar.a), &y) + liar.w * super::weighted(&q.secrets, &y);
        let f = super::weighted(&q.form.evaluate(&liar.responses(&x)), &y);
        let z_rho = (x * super::weighted(&numbers, &y) + a - f) * super::weighted(&q.secrets, &y).invert();
        contest.proof.z_rho = z_rho;
        contest.proof.a_r = encode_point(&(G * z_rho - p(&contest.ciphertext.r) * x));
    });
    bites(&q, &forged, &left_out);
}

#[test]
fn the_forger_without_a_lie_is_accepted() {
    let q = Question::new(yes_no_blank());
    let honest = forge(&q, &[1, 0, 0], [1, 0], &[], |_, _, _| ());
    assert_eq!(judge(&q, "c", &honest), Ok(()));
}
