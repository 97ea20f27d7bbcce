//! Proofs from outside: an independent prover that may lie, accepted twins, inputs moved one at a time, batch and single.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where they fail")]

use plebiscite_crypto::batch::{
    BallotStatement, SharedContest, SignatureStatement, verify_batch, verify_single,
};
use plebiscite_crypto::group::{
    Generators, Point, PointBytes, RISTRETTO_BASEPOINT_POINT as G, Scalar, encode_point, scalar_from_i64,
    scalar_from_wide,
};
use plebiscite_crypto::proof::linear_bits::{
    ContestCiphertext, EncryptedContest, Equation, FormError, LinearBitsError, LinearBitsProof, LinearForm,
    Row, WireError, verify,
};
use plebiscite_crypto::proof::{ProofError, dleq, knowledge};
use plebiscite_crypto::transcript::{Transcript, TranscriptExt, label};
use sha2::{Digest, Sha256, Sha512};

fn scalar(name: &str, number: u64) -> Scalar {
    scalar_from_wide(&Sha512::new().chain_update(name).chain_update(number.to_be_bytes()).finalize().into())
}

fn transcript(context: &'static [u8]) -> Transcript {
    let mut t = Transcript::new(label::PROTOCOL);
    t.append_message(b"context", context);
    t
}

/// One of three, tallied one by one; the last bit is solved from the first two.
fn form() -> LinearForm {
    let row = Row { terms: vec![(0, 1), (1, 1), (2, 1)], value: 1, pivot: 2 };
    LinearForm::new(3, vec![row], vec![vec![(0, 1)], vec![(1, 1)], vec![(2, 1)]]).unwrap()
}

fn keys() -> Vec<Point> {
    (0..3).map(|o| G * scalar("key", o)).collect()
}

/// A prover of its own, after §6.3, that encrypts any numbers whatever.
fn encrypt(t: &mut Transcript, bits: [i64; 3], seed: u64) -> EncryptedContest {
    let (generators, keys, form) = (Generators::new(3), keys(), form());
    let n = |name: &str| scalar(name, seed);
    let (rho, r_b, r_a, tau1, tau0, w) = (n("rho"), n("r_b"), n("r_a"), n("tau1"), n("tau0"), n("w"));
    let b = bits.map(scalar_from_i64);
    let a = [n("a0"), n("a1"), -(n("a0") + n("a1"))];
    let commit = |values: &[Scalar; 3], r: Scalar| {
        values.iter().zip(generators.g()).map(|(v, g)| g * v).sum::<Point>() + generators.h() * r
    };
    let r = encode_point(&(G * rho));
    let e: Vec<PointBytes> = b.iter().zip(&keys).map(|(b, key)| encode_point(&(G * b + key * rho))).collect();
    let (big_b, big_a) = (encode_point(&commit(&b, r_b)), encode_point(&commit(&a, r_a)));
    t.append_message(b"fork", b"linear-bits");
    t.append_message(b"form", form.digest());
    t.append_message(b"N", &3u32.to_be_bytes());
    t.append_message(b"k", &3u32.to_be_bytes());
    keys.iter().for_each(|key| t.append_point(b"P", key));
    t.append_bytes(b"R", &r);
    e.iter().for_each(|e| t.append_bytes(b"E", e));
    t.append_bytes(b"B", &big_b);
    t.append_bytes(b"A", &big_a);
    let y = t.challenge_scalar(b"y");
    let y = [y, y * y, y * y * y];
    let sum = |term: &dyn Fn(usize) -> Scalar| (0..3).map(term).sum::<Scalar>();
    let t1 = sum(&|i| y[i] * a[i] * (Scalar::ONE - b[i] - b[i]));
    let t0 = -sum(&|i| y[i] * a[i] * a[i]);
    let h = generators.h();
    let (t1, t0) = (encode_point(&(G * t1 + h * tau1)), encode_point(&(G * t0 + h * tau0)));
    let keyed: Point = keys.iter().zip(y).map(|(key, y)| key * y).sum();
    let a_r = encode_point(&(G * w));
    let a_e = encode_point(&(G * sum(&|i| y[i] * a[i]) + keyed * w));
    for (name, point) in [(b"T1".as_slice(), &t1), (b"T0", &t0), (b"A_R", &a_r), (b"A_E", &a_e)] {
        t.append_bytes(name, point);
    }
    let x = t.challenge_scalar(b"x");
    EncryptedContest {
        ciphertext: ContestCiphertext { r, e },
        proof: LinearBitsProof {
            b: big_b,
            a: big_a,
            t1,
            t0,
            a_r,
            a_e,
            f: (0..2).map(|i| b[i] * x + a[i]).collect(),
            z_b: r_b * x + r_a,
            z_t: tau1 * x + tau0,
            z_rho: rho * x + w,
        },
    }
}

fn judge(contest: &EncryptedContest) -> Result<(), LinearBitsError> {
    verify(&mut transcript(b"here"), &Generators::new(3), &form(), &keys(), contest)
}

fn refused(equation: Equation) -> Result<(), LinearBitsError> {
    Err(LinearBitsError(equation))
}

#[test]
fn legal_choices_of_an_independent_prover_are_accepted_and_lies_meet_their_equation() {
    for (seed, legal) in [[1, 0, 0], [0, 1, 0], [0, 0, 1]].into_iter().enumerate() {
        assert_eq!(judge(&encrypt(&mut transcript(b"here"), legal, seed as u64)), Ok(()));
    }
    // The rule is satisfied, the numbers are no bits.
    for lie in [[2, -1, 0], [-1, 1, 1], [2, 0, -1]] {
        assert_eq!(judge(&encrypt(&mut transcript(b"here"), lie, 7)), refused(Equation::Bits), "{lie:?}");
    }
    // Bits, but the rule is broken: the solved pivot does not open the commitment.
    for lie in [[0, 0, 0], [1, 1, 0], [1, 1, 1]] {
        assert_eq!(
            judge(&encrypt(&mut transcript(b"here"), lie, 7)),
            refused(Equation::Commitment),
            "{lie:?}"
        );
    }
}

#[test]
fn every_field_moved_by_itself_and_every_other_context_is_refused() {
    let good = encrypt(&mut transcript(b"here"), [0, 1, 0], 1);
    let EncryptedContest { ciphertext: ContestCiphertext { r: _, e: _ }, proof } = &good;
    let LinearBitsProof { b: _, a: _, t1: _, t0: _, a_r: _, a_e: _, f: _, z_b: _, z_t: _, z_rho: _ } = proof;
    assert_eq!(judge(&good), Ok(()));
    let bytes = good.encode();
    assert_eq!(EncryptedContest::decode(&bytes, &form()), Ok(good.clone()));
    let (points, fields) = (10, bytes.len() / 32);
    for place in 0..fields {
        let range = 32 * place..32 * place + 32;
        let mut bent = bytes.clone();
        let other = if place < points {
            encode_point(&(G * scalar("other", 0))).0
        } else {
            scalar("other", 0).to_bytes()
        };
        bent[range.clone()].copy_from_slice(&other);
        let moved = EncryptedContest::decode(&bent, &form()).unwrap();
        assert!(matches!(judge(&moved), Err(LinearBitsError(_))), "field {place}");

        bent[range.clone()].copy_from_slice(&[0xff; 32]);
        match EncryptedContest::decode(&bent, &form()) {
            Ok(contest) if place < points => {
                assert_eq!(judge(&contest), refused(Equation::Decoding), "field {place}")
            }
            other => assert_eq!(other, Err(WireError::Scalar { place: place - points })),
        }
        if place < points {
            bent[range].copy_from_slice(&[0; 32]);
            assert_eq!(EncryptedContest::decode(&bent, &form()), Err(WireError::Identity { place }));
        }
    }
    let (generators, form) = (Generators::new(3), form());
    assert!(verify(&mut transcript(b"there"), &generators, &form, &keys(), &good).is_err());
    let swapped: Vec<Point> = keys().into_iter().rev().collect();
    assert!(verify(&mut transcript(b"here"), &generators, &form, &swapped, &good).is_err());
    let mut twice = good.clone();
    twice.proof.b = twice.ciphertext.r;
    assert_eq!(judge(&twice), refused(Equation::Distinct));
    assert!(EncryptedContest::decode(&bytes[1..], &form).is_err());
}

#[test]
fn forms_whose_pivots_cannot_be_solved_in_order_are_refused() {
    let row = |terms: &[(usize, i64)], pivot| Row { terms: terms.to_vec(), value: 1, pivot };
    let make = |rows| LinearForm::new(3, rows, vec![vec![(0, 1)]]).map(|_| ());
    assert_eq!(make(vec![row(&[(0, 1), (1, 1)], 1), row(&[(1, 1), (2, 1)], 2)]), Ok(()));
    assert_eq!(
        make(vec![row(&[(1, 1), (2, 1)], 2), row(&[(0, 1), (1, 1)], 1)]),
        Err(FormError::PivotOrder { row: 0, other: 1 })
    );
    assert_eq!(make(vec![row(&[(0, 2), (1, 1)], 0)]), Err(FormError::Pivot { row: 0 }));
    assert_eq!(make(vec![row(&[(0, 2), (1, -1)], 1)]), Ok(()));
    assert_eq!(make(vec![row(&[(1, 1), (0, 1)], 1)]), Err(FormError::Terms { place: "a rule" }));
    assert_eq!(make(vec![row(&[(0, 1 << 62), (1, 1)], 1)]), Err(FormError::Coefficients { place: "a rule" }));
    assert_eq!(LinearForm::new(0, vec![], vec![vec![(0, 1)]]).unwrap_err(), FormError::Empty);
}

#[test]
fn schnorr_list_and_equal_logarithms_accept_the_truth_and_refuse_each_moved_input() {
    let (x, other, fresh) = (scalar("x", 0), scalar("x", 1), [7; 32]);
    let (big_x, c) = (G * x, G * other);
    let start = || transcript(b"here");
    let proof = knowledge::prove(&mut start(), &G, &x, &big_x, &fresh);
    assert_eq!(knowledge::verify(&mut start(), &G, &big_x, &proof), Ok(()));
    assert!(knowledge::verify(&mut transcript(b"there"), &G, &big_x, &proof).is_err());
    assert!(knowledge::verify(&mut start(), &c, &big_x, &proof).is_err());
    assert!(knowledge::verify(&mut start(), &G, &c, &proof).is_err());
    // A stuck generator still gives another commitment for another statement.
    assert_ne!(knowledge::prove(&mut transcript(b"there"), &G, &x, &big_x, &fresh).a, proof.a);

    let signed = knowledge::sign(&mut start(), &G, &x, &big_x, &[1; 32], &fresh);
    assert_eq!(knowledge::verify_signature(&mut start(), &G, &big_x, &[1; 32], &signed), Ok(()));
    assert!(knowledge::verify_signature(&mut start(), &G, &big_x, &[2; 32], &signed).is_err());
    assert!(knowledge::verify(&mut start(), &G, &big_x, &signed).is_err());

    let y = c * x;
    let equal = dleq::prove(&mut start(), &G, &c, &x, &big_x, &y, &fresh);
    assert_eq!(dleq::verify(&mut start(), &G, &c, &big_x, &y, &equal), Ok(()));
    assert!(dleq::verify(&mut start(), &G, &c, &big_x, &(y + G), &equal).is_err());
    let lie = dleq::prove(&mut start(), &G, &c, &x, &big_x, &(y + G), &fresh);
    assert_eq!(dleq::verify(&mut start(), &G, &c, &big_x, &(y + G), &lie), Err(ProofError::Equation));

    let points = [big_x, c];
    let digest: [u8; 32] =
        points.iter().fold(Sha256::new(), |h, p| h.chain_update(encode_point(p).0)).finalize().into();
    let list = knowledge::prove_list(&mut start(), &G, &[x, other], &digest, 2, &fresh);
    let check = |points: &[Point]| {
        let mut verifier = knowledge::ListKnowledgeVerifier::new(&mut start(), &G, &digest, 2, &list)?;
        points.iter().try_for_each(|point| verifier.absorb(&[*point]))?;
        verifier.finish()
    };
    assert_eq!(check(&points), Ok(()));
    assert_eq!(check(&[c, big_x]), Err(ProofError::Equation));
    assert_eq!(check(&[big_x]), Err(ProofError::Length));
    assert_eq!(check(&[big_x, c, c]), Err(ProofError::Length));
}

#[test]
fn batch_and_single_name_the_same_ballots_and_equations() {
    let (generators, form, keys) = (Generators::new(3), form(), keys());
    let shared = [SharedContest { form: &form, keys: &keys }];
    let key = scalar("credential", 0);
    let public = G * key;
    let signature = knowledge::sign(&mut transcript(b"sign"), &G, &key, &public, &[3; 32], &[9; 32]);
    let choices = [[1, 0, 0], [2, -1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 0]];
    let mut contests: Vec<EncryptedContest> =
        (0..40u64).map(|i| encrypt(&mut transcript(b"here"), choices[i as usize % 5], i)).collect();
    contests[10].proof.z_rho += Scalar::ONE;
    contests[12].proof.a_e = encode_point(&G);
    contests[15].proof.t1 = PointBytes([0xff; 32]);
    // Two ballots whose faults cancel in an unweighted sum.
    contests[20].proof.z_b += Scalar::ONE;
    contests[22].proof.z_b -= Scalar::ONE;
    let ballots: Vec<BallotStatement<'_>> = (0u8..)
        .zip(&contests)
        .map(|(i, contest)| BallotStatement {
            contests: vec![(transcript(b"here"), contest)],
            signature: SignatureStatement {
                transcript: transcript(b"sign"),
                public: encode_point(&public),
                message: if i == 24 { [4; 32] } else { [3; 32] },
                proof: &signature,
            },
        })
        .collect();
    let single: Vec<_> = ballots
        .iter()
        .enumerate()
        .filter_map(|(i, ballot)| verify_single(&generators, &shared, ballot).err().map(|(c, e)| (i, c, e)))
        .collect();
    let failures = verify_batch(&generators, &shared, &ballots, &[5; 32]).unwrap_err();
    let batch: Vec<_> =
        failures.iter().map(|failure| (failure.index, failure.contest, failure.equation)).collect();
    assert_eq!(batch, single);
    assert_eq!(single.len(), 16 + 6);
    assert!(
        single.contains(&(24, None, Equation::Signature))
            && single.contains(&(15, Some(0), Equation::Decoding))
    );
    let good: Vec<_> = ballots
        .iter()
        .enumerate()
        .filter(|(i, _)| !single.iter().any(|s| s.0 == *i))
        .map(|(_, b)| b.clone())
        .collect();
    assert_eq!(verify_batch(&generators, &shared, &good, &[5; 32]), Ok(()));
}

/// A weak challenge that forgets the public point: choose `A` and `z`, then make the `X` that fits. The real one
/// absorbs `X` first, and the same forgery fails.
#[test]
fn a_challenge_without_the_public_point_would_let_a_forger_choose_it_afterwards() {
    let (a, z) = (G * scalar("forged", 0), scalar("forged", 1));
    let mut weak = transcript(b"here");
    weak.append_message(label::FORK, label::KNOWLEDGE);
    weak.append_point(label::BASE, &G);
    weak.append_point(label::COMMITMENT, &a);
    let c = weak.challenge_scalar(label::CHALLENGE);
    let public = (G * z - a) * c.invert();
    assert_eq!(G * z, a + public * c, "the weak check accepts");
    let forged = knowledge::KnowledgeProof { a: encode_point(&a), z };
    assert_eq!(knowledge::verify(&mut transcript(b"here"), &G, &public, &forged), Err(ProofError::Equation));
}

/// Keys `P + h_o·G` with known `h_o`: `E_1 − E_2` holds no nonce any more and shows the vote. Independent keys do not.
#[test]
fn keys_that_differ_by_known_multiples_of_g_would_show_the_vote() {
    let (key, rho, h) = (G * scalar("key", 9), scalar("rho", 9), [scalar("h", 0), scalar("h", 1)]);
    let shown = |keys: [Point; 2], bits: [i64; 2]| {
        let [e_1, e_2] = [0, 1].map(|o| G * scalar_from_i64(bits[o]) + keys[o] * rho);
        // With related keys E_1 − E_2 − (h_1 − h_2)·R is (m_1 − m_2)·G.
        e_1 - e_2 - (G * rho) * (h[0] - h[1])
    };
    let related = h.map(|h| key + G * h);
    assert_eq!(shown(related, [1, 0]), G);
    assert_eq!(shown(related, [0, 1]), -G);
    let independent = [key, G * scalar("key", 10)];
    for bits in [[1, 0], [0, 1]] {
        let seen = shown(independent, bits);
        assert!(seen != G && seen != -G);
    }
}
