//! Provers who encrypt what is no legal choice, with the real transcript: refused, each by the right equation.

use super::super::Equation;
use super::{Liar, judge, refused};
use crate::group::{PointBytes, Scalar, encode_point, scalar_from_i64};
use crate::tests::{G, Question, all_forms, any_of_three, legal, yes_no_blank};

#[test]
fn the_prover_of_these_tests_is_believed_when_it_does_not_lie() {
    for form in all_forms() {
        let q = Question::new(form);
        for bits in legal(&q.form) {
            let numbers: Vec<i64> = bits.into_iter().map(i64::from).collect();
            assert_eq!(judge(&q, "c", &Liar::new(&q, "liar", &numbers).prove("c")), Ok(()));
        }
    }
}

#[test]
fn numbers_that_are_no_bits_are_refused_by_equation_2() {
    let q = Question::new(yes_no_blank());
    for numbers in [[2, 0, -1], [-1, 1, 1], [1_000_000, 0, -999_999], [0, -1, 2], [3, -2, 0]] {
        refused(&q, "c", &Liar::new(&q, "liar", &numbers).prove("c"), Equation::Bits);
    }
    let q = Question::new(any_of_three());
    for numbers in [[2, 0, 0], [0, -1, 0], [0, 0, 1_000_000]] {
        refused(&q, "c", &Liar::new(&q, "liar", &numbers).prove("c"), Equation::Bits);
    }
}

#[test]
fn bits_against_the_rules_are_refused_by_equation_1() {
    for form in all_forms() {
        let q = Question::new(form);
        let legal = legal(&q.form);
        for number in 0u32..1 << q.form.bits() {
            let bits: Vec<u8> = (0..q.form.bits()).map(|bit| u8::from(number >> bit & 1 == 1)).collect();
            if !legal.contains(&bits) {
                let numbers: Vec<i64> = bits.into_iter().map(i64::from).collect();
                refused(&q, "c", &Liar::new(&q, "liar", &numbers).prove("c"), Equation::Commitment);
            }
        }
    }
}

#[test]
fn a_ciphertext_of_other_numbers_is_refused_by_equation_4() {
    let q = Question::new(yes_no_blank());
    for encrypted in [[2, 0], [0, 0], [0, 1], [1_000_000, 0], [1, -5], [1, 1]] {
        let mut liar = Liar::new(&q, "liar", &[1, 0, 0]);
        liar.encrypted = encrypted.map(scalar_from_i64).to_vec();
        refused(&q, "c", &liar.prove("c"), Equation::Ciphertext);
    }
    let mut honest = Liar::new(&q, "liar", &[1, 0, 0]);
    honest.encrypted = [1, 0].map(scalar_from_i64).to_vec();
    assert_eq!(judge(&q, "c", &honest.prove("c")), Ok(()));
}

/// Runs the protocol with a ciphertext that is changed before anything is absorbed.
fn with_ciphertext(
    q: &Question,
    change: impl Fn(&mut PointBytes, &mut [PointBytes]),
) -> super::EncryptedContest {
    let mut liar = Liar::new(q, "liar", &[1, 0, 0]);
    liar.encrypt();
    change(&mut liar.contest.ciphertext.r, &mut liar.contest.ciphertext.e);
    liar.commit();
    let (y, _) = super::challenges_without(q, "c", &liar.contest, &[]);
    liar.second_move(&y);
    let (_, x) = super::challenges_without(q, "c", &liar.contest, &[]);
    liar.respond(&x);
    liar.contest
}

fn shifted(point: &PointBytes, by: &Scalar) -> PointBytes {
    encode_point(&(point.decode().unwrap() + G * by))
}

#[test]
fn another_nonce_than_that_of_the_ciphertext_is_refused_by_equation_3() {
    let q = Question::new(yes_no_blank());
    assert_eq!(judge(&q, "c", &with_ciphertext(&q, |_, _| ())), Ok(()));
    refused(&q, "c", &with_ciphertext(&q, |r, _| *r = shifted(r, &Scalar::ONE)), Equation::Nonce);
    refused(&q, "c", &with_ciphertext(&q, |_, e| e[1] = shifted(&e[1], &Scalar::ONE)), Equation::Ciphertext);
    refused(&q, "c", &with_ciphertext(&q, |_, e| e.swap(0, 1)), Equation::Ciphertext);
}

/// Cortier and Smyth: a copy of someone's ciphertext, or a variant of it, under one's own name.
#[test]
fn variants_of_a_copied_contest_are_refused() {
    let q = Question::new(yes_no_blank());
    let copied = q.encrypt("her", &[1, 0, 0]);
    assert_eq!(judge(&q, "her", &copied), Ok(()));
    let mut permuted = copied.clone();
    permuted.ciphertext.e.swap(0, 1);
    // Enc(0) added: R + sG, E_o + s·P_o.
    let s = crate::tests::scalar("s");
    let mut added = copied.clone();
    added.ciphertext.r = shifted(&added.ciphertext.r, &s);
    for (e, key) in added.ciphertext.e.iter_mut().zip(&q.keys) {
        *e = encode_point(&(e.decode().unwrap() + key * s));
    }
    // Flipped: −R, G − E_o.
    let mut flipped = copied.clone();
    flipped.ciphertext.r = encode_point(&-flipped.ciphertext.r.decode().unwrap());
    for e in &mut flipped.ciphertext.e {
        *e = encode_point(&(G - e.decode().unwrap()));
    }
    for variant in [copied, permuted, added, flipped] {
        assert!(judge(&q, "his", &variant).is_err());
    }
}
