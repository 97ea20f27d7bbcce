//! ⚠ Two published ways of moving votes with false partial decryptions, each against a weakened copy of the proof
//! where it works, and against the real one where it fails.

use super::*;
use crate::transcript::TranscriptExt;

/// The attacker's own share: it may use it as it likes.
fn secrets(case: &Case) -> Vec<Scalar> {
    case.ceremony.shares[0].values().to_vec()
}

fn points(case: &Case) -> Vec<Vec<Point>> {
    let row = |cell: &Vec<Scalar>| {
        let per_contest = cell.iter().zip(case.sums.contests());
        per_contest.flat_map(|(r, keys)| std::iter::repeat_n(Point::mul_base(r), *keys as usize)).collect()
    };
    case.nonces.iter().map(row).collect()
}

fn honest_factors(case: &Case) -> Vec<Vec<Point>> {
    let (r, z) = (points(case), secrets(case));
    r.iter().map(|row| row.iter().zip(&z).map(|(r, z)| r * z).collect()).collect()
}

/// A prover who follows the real protocol to the letter, over factors of its choice.
fn real_proof(case: &Case, factors: &[Vec<Point>]) -> PartialDecryptions {
    let statement = case.statement(1);
    let encoded = encoded(factors);
    let mut transcript = statement.absorb(&encoded).unwrap();
    let combined = statement.combined(&mut transcript, factors);
    let z = secrets(case);
    let w: Vec<Scalar> = (0..z.len()).map(|key| scalar(("w", key))).collect();
    let commitments: Vec<(PointBytes, PointBytes)> = combined
        .iter()
        .zip(&w)
        .map(|(key, w)| (encode_point(&Point::mul_base(w)), encode_point(&(key.as_ref().unwrap().m * w))))
        .collect();
    for (u, v) in &commitments {
        transcript.append_bytes(crate::transcript::label::DECRYPTION_U, u);
        transcript.append_bytes(crate::transcript::label::DECRYPTION_V, v);
    }
    let e = transcript.challenge_scalar(crate::transcript::label::DECRYPTION_CHALLENGE);
    let response = |((u, v), (w, z)): ((PointBytes, PointBytes), (&Scalar, &Scalar))| {
        Some(KeyProof { u, v, s: w + e * z })
    };
    let proofs = commitments.into_iter().zip(w.iter().zip(&z)).map(response).collect();
    PartialDecryptions { factors: encoded, proofs }
}

/// The weakened copy's transcript: it has absorbed everything but `D`.
fn without_factors(case: &Case) -> Transcript {
    let mut transcript = case.transcript.clone();
    transcript.append_digest(b"seal", &case.seal);
    for row in points(case) {
        row.iter().for_each(|r| transcript.append_point(b"R", r));
    }
    transcript
}

fn weighted(weights: &[Scalar], points: impl Iterator<Item = Point>) -> Point {
    weights.iter().zip(points).map(|(weight, point)| weight * point).sum()
}

#[test]
fn the_letter_of_the_protocol_over_true_factors_is_accepted() {
    let case = case(2, 3, &[1], &[&[1], &[2]]);
    assert!(real_proof(&case, &honest_factors(&case)).verify(&case.statement(1)).is_ok());
}

#[test]
fn weights_drawn_before_the_factors_let_votes_move_between_cells() {
    let case = case(2, 3, &[1], &[&[1], &[2]]);
    let (r, z) = (points(&case), secrets(&case)[0]);
    // Weakened: ε before D. The attacker takes three votes from one cell and fits the other to the weights.
    let mut transcript = without_factors(&case);
    let weights: Vec<Scalar> = (0..2).map(|_| transcript.challenge_scalar(b"epsilon")).collect();
    let three = Point::mul_base(&Scalar::from(3u8));
    let mut forged = honest_factors(&case);
    forged[0][0] += three;
    forged[1][0] -= three * (weights[0] * weights[1].invert());
    forged.iter().flatten().for_each(|d| transcript.append_point(b"D", d));
    let (m, n) =
        (weighted(&weights, r.iter().map(|row| row[0])), weighted(&weights, forged.iter().map(|row| row[0])));
    let w = scalar("w");
    let (u, v) = (Point::mul_base(&w), m * w);
    transcript.append_point(b"U", &u);
    transcript.append_point(b"V", &v);
    let e = transcript.challenge_scalar(b"e");
    let s = w + e * z;
    // The weakened verifier draws the same weights and the same challenge, and is content.
    let y = case.ceremony.keys.y[0][0].decode().unwrap();
    assert_eq!(Point::mul_base(&s), u + y * e);
    assert_eq!(m * s, v + n * e);

    // Real: the weights change with the factors.
    let refused = real_proof(&case, &forged).verify(&case.statement(1));
    assert_eq!(refused, Err(DecryptionError::FactorEquation { key: 0 }));
}

#[test]
fn one_response_across_keys_lets_votes_move_between_options() {
    let case = case(2, 3, &[2], &[&[1], &[2]]);
    let (r, z) = (points(&case), secrets(&case));
    // Weakened: one weight a cell, one response for the sum of both keys. What one option loses the other gains.
    let three = Point::mul_base(&Scalar::from(3u8));
    let mut forged = honest_factors(&case);
    forged[0][0] += three;
    forged[0][1] -= three;
    let mut transcript = without_factors(&case);
    forged.iter().flatten().for_each(|d| transcript.append_point(b"D", d));
    let weights: Vec<Scalar> = (0..2).map(|_| transcript.challenge_scalar(b"epsilon")).collect();
    let m = weighted(&weights, r.iter().map(|row| row[0]));
    let n = weighted(&weights, forged.iter().map(|row| row[0] + row[1]));
    let w = scalar("w");
    let (u, v) = (Point::mul_base(&w), m * w);
    transcript.append_point(b"U", &u);
    transcript.append_point(b"V", &v);
    let e = transcript.challenge_scalar(b"e");
    let s = w + e * (z[0] + z[1]);
    let y: Point = case.ceremony.keys.y[0].iter().map(|y| y.decode().unwrap()).sum();
    assert_eq!(Point::mul_base(&s), u + y * e);
    assert_eq!(m * s, v + n * e);

    // Real: each key answers for itself.
    let refused = real_proof(&case, &forged).verify(&case.statement(1));
    assert_eq!(refused, Err(DecryptionError::FactorEquation { key: 0 }));
}

#[test]
fn a_challenge_that_leaves_out_the_statement_is_solved_for_the_factor() {
    // Weakened Fiat–Shamir: e = H(U, V). The attacker chooses V freely and solves D for it.
    let case = case(2, 3, &[1], &[&[1]]);
    let (r, z) = (points(&case)[0][0], secrets(&case)[0]);
    let (w, elsewhere) = (scalar("w"), scalar("elsewhere"));
    let (u, v) = (Point::mul_base(&w), r * elsewhere);
    let mut weak = Transcript::new(b"weak");
    weak.append_point(b"U", &u);
    weak.append_point(b"V", &v);
    let e = weak.challenge_scalar(b"e");
    let s = w + e * z;
    let forged = (r * s - v) * e.invert();
    assert_ne!(forged, r * z);
    let y = case.ceremony.keys.y[0][0].decode().unwrap();
    assert_eq!(Point::mul_base(&s), u + y * e);
    assert_eq!(r * s, v + forged * e);

    // Real: the same factor, commitments and response.
    let proof = Some(KeyProof { u: encode_point(&u), v: encode_point(&v), s });
    let partial = PartialDecryptions { factors: vec![vec![encode_point(&forged)]], proofs: vec![proof] };
    assert_eq!(partial.verify(&case.statement(1)), Err(DecryptionError::KeyEquation { key: 0 }));
    assert!(real_proof(&case, &honest_factors(&case)).verify(&case.statement(1)).is_ok());
}
