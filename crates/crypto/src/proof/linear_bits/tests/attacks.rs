//! ⚠ Each rule of the specification that closes an attack: the attack against a weakened copy of the check, where it works,
//! and against the real one, where it fails.

use super::super::{EncryptedContest, Equation, encrypt_and_prove};
use super::square_root::square_root;
use super::{Liar, absorbed, challenges_without, holds_under, judge, powers, refused, residuals, weighted};
use crate::group::{Generators, Point, Scalar, is_identity, scalar_from_i64};
use crate::tests::{G, Question, nonces, scalar, transcript, two_of_four, yes_no_blank};
use crate::transcript::{TranscriptExt, label};

/// The real challenges, for a prover between its moves.
fn drawn(q: &Question, contest: &EncryptedContest) -> (Scalar, Scalar) {
    challenges_without(q, "c", contest, &[])
}

/// (3) and (4) as one equation: a prover who knows the keys' secrets chooses `ρ` after `y`, and a thousand votes come out.
#[test]
fn merged_equations_let_one_who_knows_the_trustees_secrets_cheat() {
    let q = Question::new(yes_no_blank());
    let mut liar = Liar::new(&q, "forger", &[1, 0, 0]);
    let honest = liar.encrypted.clone();
    liar.encrypted = [1_000, 0].map(scalar_from_i64).to_vec();
    liar.encrypt();
    liar.commit();
    let (y, _) = drawn(&q, &liar.contest);
    liar.second_move(&y);
    let (_, x) = drawn(&q, &liar.contest);
    // r + Σ y^o·e_o = Σ y^o·L_o·b + ρ'·(1 + Σ y^o·p_o), solved for ρ'.
    let logarithms: Vec<Scalar> =
        liar.encrypted.iter().zip(&q.secrets).map(|(m, p)| m + liar.rho * p).collect();
    let left = liar.rho + weighted(&logarithms, &y) - weighted(&honest, &y);
    liar.rho = left * (Scalar::ONE + weighted(&q.secrets, &y)).invert();
    liar.respond(&x);
    let forged = liar.contest;

    let f = q.form.solve_pivots(&forged.proof.f, &x);
    let [one, two, three, four] = residuals(&q, &forged, &f, (y, x));
    assert!(
        is_identity(&one) && is_identity(&two) && is_identity(&(three + four)),
        "the merged check accepts"
    );
    assert_eq!(q.opened(&forged)[0], G * Scalar::from(1_000u16));
    refused(&q, "c", &forged, Equation::Nonce);
    // The twin: the same prover without the lie.
    assert_eq!(judge(&q, "c", &Liar::new(&q, "forger", &[1, 0, 0]).prove("c")), Ok(()));
}

/// Keys `P` and `P + h·G`: the difference of the encrypted numbers is read by anyone, without any secret.
#[test]
fn keys_that_differ_by_a_known_number_show_the_vote() {
    let h = scalar("h");
    let mut weak = Question::new(yes_no_blank());
    weak.secrets[1] = weak.secrets[0] + h;
    weak.keys[1] = weak.keys[0] + G * h;
    let independent = Question::new(yes_no_blank());
    // E_1 − E_2 + h·R = (m_1 − m_2)·G.
    let read = |q: &Question, bits: &[u8]| {
        let contest = q.encrypt("c", bits);
        assert_eq!(judge(q, "c", &contest), Ok(()));
        let e: Vec<Point> = contest.ciphertext.e.iter().map(|e| e.decode().unwrap()).collect();
        let difference = e[0] - e[1] + contest.ciphertext.r.decode().unwrap() * h;
        [1, -1, 0].iter().position(|m| difference == G * scalar_from_i64(*m))
    };
    for (choice, bits) in [[1, 0, 0], [0, 1, 0], [0, 0, 1]].iter().enumerate() {
        assert_eq!(read(&weak, bits), Some(choice), "the vote is read");
        assert_eq!(read(&independent, bits), None);
    }
}

/// The transcript with `y` drawn before `B` and `A` are absorbed.
fn early_y(q: &Question, contest: &EncryptedContest) -> (Scalar, Scalar) {
    let [first, second] = absorbed(q, contest);
    let (statement, commitments) = first.split_at(first.len() - 2);
    let mut t = transcript("c");
    statement.iter().for_each(|(label, value)| t.append_message(label, value));
    let y = t.challenge_scalar(label::Y);
    commitments.iter().chain(&second).for_each(|(label, value)| t.append_message(label, value));
    (y, t.challenge_scalar(label::X))
}

/// Votes for one option that the forgers below get through.
const VOTES: i64 = 5;

/// Numbers `s, t` for the two bits of slack with `VOTES + s + t = 2` and `Σ y^i·b_i(1 − b_i) = 0`, where `b = (VOTES, 0, 0, 0,
/// s, t)`: the root of a quadratic equation, which every second `y` has.
fn slack(y: &Scalar) -> Option<[Scalar; 2]> {
    let y = powers(y, 6);
    let (n, sum) = (scalar_from_i64(VOTES * (1 - VOTES)), scalar_from_i64(2 - VOTES));
    let (one, two, four) = (Scalar::ONE, Scalar::from(2u8), Scalar::from(4u8));
    // y·n + y^5·s(1 − s) + y^6·t(1 − t) = 0 with t = sum − s.
    let a = -(y[4] + y[5]);
    let b = y[4] + y[5] * (two * sum - one);
    let c = y[0] * n + y[5] * sum * (one - sum);
    let s = (square_root(&(b * b - four * a * c))? - b) * (two * a).invert();
    Some([s, sum - s])
}

/// A prover who knows `y` before it fixes `B` solves `Σ y^i·b_i(1 − b_i) = 0`: five votes for one option.
#[test]
fn y_before_the_commitments_lets_numbers_pass_as_bits() {
    let q = Question::new(two_of_four());
    let forged = (0..40).find_map(|attempt| {
        let mut liar = Liar::new(&q, &format!("forger {attempt}"), &[VOTES, 0, 0, 0, 0, 2 - VOTES]);
        liar.encrypt();
        let (y, _) = early_y(&q, &liar.contest);
        liar.numbers.splice(4.., slack(&y)?);
        liar.commit();
        liar.second_move(&y);
        let (_, x) = early_y(&q, &liar.contest);
        liar.respond(&x);
        Some(liar.contest)
    });
    let forged = forged.unwrap();
    assert!(holds_under(&q, &forged, early_y(&q, &forged)), "the weak check accepts");
    assert_eq!(q.opened(&forged)[0], G * scalar_from_i64(VOTES));
    assert!(judge(&q, "c", &forged).is_err());

    // The same numbers with the real transcript are refused, whatever the slack; the twin without the lie is accepted.
    for slack in [0, 1, -3] {
        let liar = Liar::new(&q, "liar", &[VOTES, 0, 0, 0, slack, 2 - VOTES - slack]);
        refused(&q, "c", &liar.prove("c"), Equation::Bits);
    }
    assert_eq!(judge(&q, "c", &Liar::new(&q, "liar", &[1, 0, 0, 0, 0, 1]).prove("c")), Ok(()));
}

/// A verifier that reads the responses at the pivots checks no rule.
#[test]
fn pivots_that_are_read_let_two_votes_pass_as_one() {
    let q = Question::new(yes_no_blank());
    let mut liar = Liar::new(&q, "forger", &[1, 1, 0]);
    liar.a = (0..3).map(|i| scalar(&format!("any a{i}"))).collect();
    liar.encrypt();
    liar.commit();
    let (y, _) = drawn(&q, &liar.contest);
    liar.second_move(&y);
    let (_, x) = drawn(&q, &liar.contest);
    liar.respond(&x);
    let sent = liar.responses(&x);
    let forged = liar.contest;
    assert!(residuals(&q, &forged, &sent, (y, x)).iter().all(is_identity), "the weak check accepts");
    assert_eq!(q.opened(&forged), [G, G]);
    refused(&q, "c", &forged, Equation::Commitment);
    // The twin: an honest prover's responses at the pivots are those that the verifier solves.
    let honest = Liar::new(&q, "honest", &[1, 0, 0]);
    let a = honest.a.clone();
    let contest = honest.prove("c");
    let (_, x) = drawn(&q, &contest);
    assert_eq!(q.form.solve_pivots(&contest.proof.f, &x)[0], x + a[0]);
    assert_eq!(judge(&q, "c", &contest), Ok(()));
}

/// `a` used for two proofs: the difference of two responses is one of four values, and says both bits.
#[test]
fn two_answers_to_one_a_are_the_votes() {
    let q = Question::new(yes_no_blank());
    let prove = |context: &str, bits: &[u8], a: Vec<Scalar>| {
        let mut nonces = nonces(&q.form, context);
        nonces.a = a;
        let t = &mut transcript(context);
        encrypt_and_prove(t, &q.generators, &q.form, &q.keys, bits, nonces).unwrap()
    };
    let read = |first: &EncryptedContest, second: &EncryptedContest| -> Option<Vec<(u8, u8)>> {
        let (_, x) = challenges_without(&q, "first", first, &[]);
        let (_, x2) = challenges_without(&q, "second", second, &[]);
        let pairs = [(0, 0), (1, 0), (0, 1), (1, 1)];
        let read = |(f, f2): (&Scalar, &Scalar)| {
            let fits = |(b, b2): &&(u8, u8)| f - f2 == Scalar::from(*b) * x - Scalar::from(*b2) * x2;
            pairs.iter().find(fits).copied()
        };
        first.proof.f.iter().zip(&second.proof.f).map(read).collect()
    };
    let choices = [[1u8, 0, 0], [0, 1, 0], [0, 0, 1]];
    for (one, two) in choices.iter().flat_map(|one| choices.iter().map(move |two| (one, two))) {
        let own = |name: &str| nonces(&q.form, name).a.clone();
        let twice = read(&prove("first", one, own("a")), &prove("second", two, own("a")));
        assert_eq!(twice, Some(vec![(one[1], two[1]), (one[2], two[2])]), "both votes are read");
        assert_eq!(read(&prove("first", one, own("a")), &prove("second", two, own("b"))), None);
    }
}

/// Generators `G_i = t_i·H` with known `t_i`: `B` opens to whatever is solved after `y`. The reason why they are hashed from
/// a public domain, and never read from anywhere.
#[test]
fn generators_with_known_logarithms_let_numbers_pass_as_bits() {
    let real = Question::new(two_of_four());
    let logs: Vec<Scalar> = (0..6).map(|i| scalar(&format!("t{i}"))).collect();
    let h = *real.generators.h();
    let generators = Generators::of(h, logs.iter().map(|t| h * t).collect());
    let weak = Question { generators, ..real.clone() };
    let forged = (0..40).find_map(|attempt| {
        let mut liar = Liar::new(&weak, &format!("forger {attempt}"), &[VOTES, 0, 0, 0, 0, 2 - VOTES]);
        liar.encrypt();
        liar.commit();
        let (y, _) = drawn(&weak, &liar.contest);
        let slack = slack(&y)?;
        // B stays: what the numbers move, r_B moves back.
        let moved: Vec<Scalar> = slack.iter().zip(&liar.numbers[4..]).map(|(new, old)| new - old).collect();
        liar.r_b -= moved[0] * logs[4] + moved[1] * logs[5];
        liar.numbers.splice(4.., slack);
        liar.second_move(&y);
        let (_, x) = drawn(&weak, &liar.contest);
        liar.respond(&x);
        Some(liar.contest)
    });
    let forged = forged.unwrap();
    assert_eq!(judge(&weak, "c", &forged), Ok(()), "with these generators the check accepts");
    assert_eq!(weak.opened(&forged)[0], G * scalar_from_i64(VOTES));
    refused(&real, "c", &forged, Equation::Commitment);
}
