//! Every input of the ballot's proof, moved by itself, makes it false. Inputs are taken apart exhaustively, so that a new one
//! does not compile until it is moved here.

use super::super::{
    ContestCiphertext, EncryptedContest, Equation, LinearBitsError, LinearBitsProof, LinearForm, Row,
};
use super::{absorbed, challenges_without, holds_under, judge, refused};
use crate::group::{Generators, PointBytes, Scalar, encode_point, identity};
use crate::tests::{
    G, Question, any_of_three, chained, legal, point, point_bytes, transcript, two_of_four, yes_no_blank,
};

/// A contest with one of its own fields moved at a time, and the equation that names it, where it is always the same.
fn moved_contests(contest: &EncryptedContest) -> Vec<(EncryptedContest, Option<Equation>)> {
    let EncryptedContest { ciphertext, proof } = contest;
    let ContestCiphertext { r, e } = ciphertext;
    let LinearBitsProof { b, a, t1, t0, a_r, a_e, f, z_b, z_t, z_rho } = proof;
    let mut all = Vec::new();
    let with = |proof: LinearBitsProof| EncryptedContest { ciphertext: ciphertext.clone(), proof };
    let others = |point: &PointBytes| {
        let moved = encode_point(&(point.decode().unwrap() + G));
        let negated = encode_point(&-point.decode().unwrap());
        [moved, negated, point_bytes("other")]
    };
    for r in others(r) {
        let ciphertext = ContestCiphertext { r, ..ciphertext.clone() };
        all.push((EncryptedContest { ciphertext, proof: proof.clone() }, None));
    }
    for (place, point) in e.iter().enumerate() {
        for other in others(point) {
            let mut ciphertext = ciphertext.clone();
            ciphertext.e[place] = other;
            all.push((EncryptedContest { ciphertext, proof: proof.clone() }, None));
        }
    }
    all.extend(others(b).map(|b| (with(LinearBitsProof { b, ..proof.clone() }), None)));
    all.extend(others(a).map(|a| (with(LinearBitsProof { a, ..proof.clone() }), None)));
    all.extend(others(t1).map(|t1| (with(LinearBitsProof { t1, ..proof.clone() }), None)));
    all.extend(others(t0).map(|t0| (with(LinearBitsProof { t0, ..proof.clone() }), None)));
    all.extend(others(a_r).map(|a_r| (with(LinearBitsProof { a_r, ..proof.clone() }), None)));
    all.extend(others(a_e).map(|a_e| (with(LinearBitsProof { a_e, ..proof.clone() }), None)));
    for place in 0..f.len() {
        let mut proof = proof.clone();
        proof.f[place] += Scalar::ONE;
        all.push((with(proof), Some(Equation::Commitment)));
    }
    let one = Scalar::ONE;
    all.push((with(LinearBitsProof { z_b: z_b + one, ..proof.clone() }), Some(Equation::Commitment)));
    all.push((with(LinearBitsProof { z_t: z_t + one, ..proof.clone() }), Some(Equation::Bits)));
    all.push((with(LinearBitsProof { z_rho: z_rho + one, ..proof.clone() }), Some(Equation::Nonce)));
    all
}

#[test]
fn every_field_of_a_contest_counts() {
    for form in [yes_no_blank(), chained(), any_of_three()] {
        let q = Question::new(form);
        let contest = q.encrypt("one", &legal(&q.form)[1]);
        assert_eq!(judge(&q, "one", &contest), Ok(()));
        for (moved, equation) in moved_contests(&contest) {
            let error = judge(&q, "one", &moved).unwrap_err();
            assert!(equation.is_none_or(|equation| error == LinearBitsError(equation)), "{error}");
        }
    }
}

/// The question with one of its inputs moved at a time.
fn moved_questions(q: &Question) -> Vec<Question> {
    let Question { form, secrets: _, keys, generators } = q;
    let mut all: Vec<Question> =
        moved_forms(form).into_iter().map(|form| Question { form, ..q.clone() }).collect();
    for (place, key) in keys.iter().enumerate() {
        for other in [point("other"), identity(), key + G] {
            let mut moved = q.clone();
            moved.keys[place] = other;
            all.push(moved);
        }
    }
    let mut exchanged = q.clone();
    exchanged.keys.swap(0, 1);
    all.push(exchanged);
    let (h, g) = (*generators.h(), generators.g().to_vec());
    all.push(Question { generators: Generators::of(point("H'"), g.clone()), ..q.clone() });
    for place in 0..g.len() {
        let mut g = g.clone();
        g[place] += G;
        all.push(Question { generators: Generators::of(h, g), ..q.clone() });
    }
    all
}

/// The form with one of its numbers moved at a time, as far as that is a form of the same length.
fn moved_forms(form: &LinearForm) -> Vec<LinearForm> {
    let (bits, rows, tallied) = (form.bits(), form.rows().to_vec(), form.forms().to_vec());
    let mut all = Vec::new();
    let mut push = |rows: &[Row], tallied: &[Vec<(usize, i64)>]| {
        all.extend(LinearForm::new(bits, rows.to_vec(), tallied.to_vec()));
    };
    for (index, row) in rows.iter().enumerate() {
        let Row { terms, value, pivot } = row;
        let mut replace = |row: Row| {
            let mut rows = rows.clone();
            rows[index] = row;
            push(&rows, &tallied);
        };
        replace(Row { value: value + 1, ..row.clone() });
        for (bit, _) in terms.iter().filter(|(bit, _)| bit != pivot) {
            replace(Row { pivot: *bit, ..row.clone() });
        }
        for place in 0..terms.len() {
            let mut terms = terms.clone();
            terms[place].1 = -terms[place].1;
            replace(Row { terms, ..row.clone() });
        }
    }
    for place in 0..tallied.len() {
        let mut moved = tallied.clone();
        moved[place][0].1 += 1;
        push(&rows, &moved);
        moved = tallied.clone();
        moved.swap(place, 0);
        if moved != tallied {
            push(&rows, &moved);
        }
    }
    all
}

#[test]
fn form_keys_and_generators_count() {
    for form in [yes_no_blank(), two_of_four(), chained()] {
        let q = Question::new(form);
        let contest = q.encrypt("one", &legal(&q.form)[2]);
        assert_eq!(judge(&q, "one", &contest), Ok(()));
        let moved = moved_questions(&q);
        assert!(moved.len() > 10);
        for moved in moved {
            assert!(judge(&moved, "one", &contest).is_err());
        }
    }
}

/// Another voter, question, election: whatever stands before the proof.
#[test]
fn a_contest_holds_in_its_own_context_only() {
    let q = Question::new(yes_no_blank());
    let (one, two) = (q.encrypt("one", &[1, 0, 0]), q.encrypt("two", &[0, 1, 0]));
    assert_eq!(judge(&q, "one", &one), Ok(()));
    assert_eq!(judge(&q, "two", &two), Ok(()));
    refused(&q, "two", &one, Equation::Commitment);
    refused(&q, "one", &two, Equation::Commitment);
    // Ciphertext of one, proof of the other.
    let mixed = EncryptedContest { ciphertext: one.ciphertext.clone(), proof: two.proof.clone() };
    assert!(judge(&q, "one", &mixed).is_err() && judge(&q, "two", &mixed).is_err());
    // Another election's keys, and keys exchanged.
    let other = Question { keys: vec![point("P0'"), point("P1'")], ..q.clone() };
    assert!(judge(&other, "one", &one).is_err());
}

/// What is absorbed, and in which order, is written down a second time here and in §6.2: the challenges agree.
#[test]
fn the_transcript_is_the_one_of_the_specification() {
    let q = Question::new(two_of_four());
    let contest = q.encrypt("one", &legal(&q.form)[3]);
    let challenges = challenges_without(&q, "one", &contest, &[]);
    let EncryptedContest { ciphertext, proof } = &contest;
    let t = &mut transcript("one");
    let keys: Vec<PointBytes> = q.keys.iter().map(encode_point).collect();
    assert_eq!(super::super::statement::challenges(t, &q.form, &keys, ciphertext, proof), challenges);
    assert!(holds_under(&q, &contest, challenges));
    // No value can be left out without another challenge.
    for (label, _) in absorbed(&q, &contest).concat() {
        assert_ne!(challenges_without(&q, "one", &contest, &[label]).1, challenges.1);
    }
}
