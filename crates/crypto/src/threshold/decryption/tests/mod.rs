//! Decryption by every set of trustees, and what is refused.

mod attacks;

use curve25519_dalek::traits::Identity;

use super::*;
use crate::group::{Point, PointBytes, Scalar, encode_point};
use crate::threshold::ContentError;
use crate::threshold::ceremony::tests::{Finished, finished, fresh, scalar, setup};
use crate::threshold::lagrange::LagrangeError;
use crate::transcript::Transcript;

/// What a statement is made from, owned.
struct Case {
    transcript: Transcript,
    seal: [u8; 32],
    ceremony: Finished,
    sums: PermittedSums,
    /// `r` of each `R_{g,q} = [r]G`, so that the right answer is known without any key.
    nonces: Vec<Vec<Scalar>>,
}

/// `contests`: keys of each; `nonces`: for each cell one number for each contest, where 0 makes `R = 0`.
fn case(t: u16, n: u16, contests: &[u32], cells: &[&[u8]]) -> Case {
    let nonce = |small: &u8| if *small == 0 { Scalar::ZERO } else { scalar(("r", small)) };
    let nonces: Vec<Vec<Scalar>> = cells.iter().map(|cell| cell.iter().map(nonce).collect()).collect();
    let points = nonces.iter().map(|cell| cell.iter().map(Point::mul_base).collect()).collect();
    let sums = PermittedSums::new(contests.to_vec(), points).unwrap();
    let ceremony = finished(t, n, contests.iter().sum());
    Case { transcript: setup(9), seal: [3; 32], ceremony, sums, nonces }
}

impl Case {
    fn statement(&self, trustee: u16) -> DecryptionStatement<'_> {
        let Self { transcript, seal, ceremony, sums, .. } = self;
        DecryptionStatement { transcript, seal, keys: &ceremony.keys, trustee, sums }
    }

    fn prove(&self, trustee: u16) -> PartialDecryptions {
        let share = &self.ceremony.shares[usize::from(trustee) - 1];
        PartialDecryptions::prove(&self.statement(trustee), share, &fresh(trustee)).unwrap()
    }

    fn verified(&self, trustee: u16) -> VerifiedPartials {
        let bytes = self.prove(trustee).encode();
        PartialDecryptions::decode(&bytes, &self.sums).unwrap().verify(&self.statement(trustee)).unwrap()
    }

    /// `[r]P_o`: what the combination must be.
    fn expected(&self) -> Vec<Vec<PointBytes>> {
        let keys: Vec<Point> = self.ceremony.keys.p.iter().map(|p| p.decode().unwrap()).collect();
        let contest_of: Vec<usize> = (0..)
            .zip(self.sums.contests())
            .flat_map(|(contest, keys)| std::iter::repeat_n(contest, *keys as usize))
            .collect();
        let row = |cell: &Vec<Scalar>| {
            let factors = keys.iter().zip(&contest_of);
            factors.map(|(p, contest)| encode_point(&(p * cell[*contest]))).collect()
        };
        self.nonces.iter().map(row).collect()
    }
}

fn encoded(points: &[Vec<Point>]) -> Vec<Vec<PointBytes>> {
    points.iter().map(|row| row.iter().map(encode_point).collect()).collect()
}

#[test]
fn every_set_of_t_trustees_gives_the_same_factors() {
    for (t, n) in [(1u16, 1u16), (2, 3), (3, 5), (4, 4), (4, 7)] {
        let case = case(t, n, &[2, 1], &[&[1, 2], &[3, 4], &[0, 5]]);
        let sets: Vec<VerifiedPartials> = (1..=n).map(|trustee| case.verified(trustee)).collect();
        for mask in 0u32..1 << n {
            if mask.count_ones() != u32::from(t) {
                continue;
            }
            let chosen: Vec<&VerifiedPartials> =
                sets.iter().filter(|set| mask >> (set.trustee() - 1) & 1 == 1).collect();
            assert_eq!(encoded(&combine(&chosen, t).unwrap()), case.expected(), "{t} of {n}: {mask:b}");
        }
    }
}

#[test]
fn a_sum_of_zero_has_its_own_path() {
    // Contest 0 has a cell of zero, contest 1 has nothing left at all.
    let case = case(2, 3, &[2, 1], &[&[1, 0], &[0, 0], &[2, 0]]);
    let partial = case.prove(1);
    assert_eq!(partial.proofs.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(partial.encode().len(), 3 * 3 * 32 + 2 * 96);
    assert_eq!(partial.factors[1], [PointBytes([0; 32]); 3]);
    let combined = combine(&[&case.verified(1), &case.verified(3)], 2).unwrap();
    assert_eq!(encoded(&combined), case.expected());

    let mut moved = partial.clone();
    moved.factors[1][0] = moved.factors[0][0];
    assert_eq!(moved.verify(&case.statement(1)), Err(DecryptionError::Factor { cell: 1, key: 0 }));
    assert!(PartialDecryptions::decode(&moved.encode(), &case.sums).is_err());
    let mut moved = partial.clone();
    moved.factors[0][1] = PointBytes([0; 32]);
    assert_eq!(moved.verify(&case.statement(1)), Err(DecryptionError::Factor { cell: 0, key: 1 }));
    assert!(PartialDecryptions::decode(&moved.encode(), &case.sums).is_err());
    let mut moved = partial.clone();
    moved.proofs[2] = moved.proofs[0];
    assert_eq!(moved.verify(&case.statement(1)), Err(DecryptionError::Shape));
    let mut moved = partial;
    moved.proofs[0] = None;
    assert_eq!(moved.verify(&case.statement(1)), Err(DecryptionError::Shape));
}

#[test]
fn where_nothing_is_to_be_decrypted_nothing_may_stand() {
    let something = case(2, 3, &[1], &[&[1], &[0]]);
    let bytes = something.prove(1).encode();
    for cells in [&[&[0u8] as &[u8], &[0]] as &[&[u8]], &[]] {
        let nothing = case(2, 3, &[1], cells);
        assert!(nothing.sums.is_nothing());
        let share = &nothing.ceremony.shares[0];
        let proved = PartialDecryptions::prove(&nothing.statement(1), share, &[0; 32]);
        assert_eq!(proved, Err(DecryptionError::Nothing));
        assert_eq!(PartialDecryptions::decode(&bytes, &nothing.sums), Err(DecryptionError::Nothing));
        assert_eq!(PartialDecryptions::decode(&[], &nothing.sums), Err(DecryptionError::Nothing));
        let empty = PartialDecryptions { factors: Vec::new(), proofs: Vec::new() };
        assert_eq!(empty.verify(&nothing.statement(1)), Err(DecryptionError::Nothing));
    }
}

#[test]
fn only_the_layout_of_the_sums_is_decoded() {
    let case = case(2, 3, &[2], &[&[1], &[2]]);
    let bytes = case.prove(1).encode();
    assert_eq!(PartialDecryptions::decode(&bytes, &case.sums).unwrap().encode(), bytes);
    assert_eq!(PartialDecryptions::content_len(&case.sums), Some(bytes.len()));
    let length =
        |found| Err(DecryptionError::Malformed(ContentError::Length { expected: bytes.len(), found }));
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(PartialDecryptions::decode(&longer, &case.sums), length(bytes.len() + 1));
    assert_eq!(PartialDecryptions::decode(&bytes[1..], &case.sums), length(bytes.len() - 1));
    for position in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[position] ^= 0x41;
        if let Ok(decoded) = PartialDecryptions::decode(&changed, &case.sums) {
            assert_eq!(decoded.encode(), changed);
            assert!(decoded.verify(&case.statement(1)).is_err(), "byte {position}");
        }
    }
}

#[test]
fn a_share_serves_only_its_trustee_its_keys_and_its_sums() {
    let case = case(2, 3, &[1], &[&[1]]);
    let share = |place: usize| &case.ceremony.shares[place];
    let prove = |statement: &DecryptionStatement<'_>, place| {
        PartialDecryptions::prove(statement, share(place), &[1; 32]).map(|_| ())
    };
    assert_eq!(prove(&case.statement(1), 0), Ok(()));
    assert_eq!(prove(&case.statement(2), 0), Err(DecryptionError::AnotherShare));
    let other_keys = finished(2, 3, 2).keys;
    let other = DecryptionStatement { keys: &other_keys, ..case.statement(1) };
    assert_eq!(prove(&other, 0), Err(DecryptionError::AnotherShare));
    let partial = case.prove(1);
    assert_eq!(partial.verify(&other), Err(DecryptionError::KeyCount { sums: 1, ceremony: 2 }));
    for trustee in [0, 4, u16::MAX] {
        let nobody = partial.verify(&case.statement(trustee));
        assert_eq!(nobody, Err(DecryptionError::NoSuchTrustee { trustee }));
    }
}

#[test]
fn false_sets_are_named_and_t_others_suffice() {
    let case = case(3, 5, &[1, 1], &[&[1, 2], &[3, 4]]);
    let mut valid = Vec::new();
    for trustee in 1..=5 {
        let mut partial = case.prove(trustee);
        if trustee > 3 {
            let moved = partial.factors[1][1].decode().unwrap() + Point::mul_base(&Scalar::ONE);
            partial.factors[1][1] = encode_point(&moved);
        }
        match partial.verify(&case.statement(trustee)) {
            Ok(set) => valid.push(set),
            Err(error) => {
                assert!(trustee > 3 && matches!(error, DecryptionError::KeyEquation { .. }), "{error}")
            }
        }
    }
    let sets: Vec<&VerifiedPartials> = valid.iter().collect();
    assert_eq!(encoded(&combine(&sets, 3).unwrap()), case.expected());
    assert_eq!(combine(&sets[..2], 3), Err(CombineError::Number { needed: 3, found: 2 }));
    assert_eq!(combine(&[], 3), Err(CombineError::Number { needed: 3, found: 0 }));
}

#[test]
fn only_sets_of_one_statement_and_distinct_trustees_are_combined() {
    let one = case(2, 3, &[1], &[&[1]]);
    let (first, second) = (one.verified(1), one.verified(2));
    assert!(combine(&[&first, &second], 2).is_ok());
    let repeated = CombineError::Trustees(LagrangeError::Repeated { position: 1 });
    assert_eq!(combine(&[&first, &first], 2), Err(repeated));
    assert_eq!(
        combine(&[&first, &second, &one.verified(3)], 2),
        Err(CombineError::Number { needed: 2, found: 3 })
    );
    let other_seal = Case { seal: [4; 32], ..case(2, 3, &[1], &[&[1]]) };
    let other_sums = case(2, 3, &[1], &[&[2]]);
    for other in [other_seal.verified(2), other_sums.verified(2)] {
        assert_eq!(combine(&[&first, &other], 2), Err(CombineError::AnotherStatement { trustee: 2 }));
    }
    assert_eq!(combine(&[], 0), Err(CombineError::Number { needed: 0, found: 0 }));
}

#[test]
fn sums_have_one_point_for_each_cell_and_contest() {
    let r = Point::mul_base(&scalar("r"));
    assert!(PermittedSums::new(vec![1, 2], vec![vec![r, Point::identity()]]).is_ok());
    assert_eq!(PermittedSums::new(vec![1, 0], vec![]), Err(SumsError::NoKeys { contest: 1 }));
    let short = PermittedSums::new(vec![1, 2], vec![vec![r, r], vec![r]]);
    assert_eq!(short, Err(SumsError::CellSize { cell: 1, expected: 2, found: 1 }));
    assert_eq!(PermittedSums::new(vec![u32::MAX, 1], vec![]), Err(SumsError::TooMany));
}

#[test]
fn every_input_of_the_proof_counts() {
    let case = case(2, 3, &[1, 1], &[&[1, 2], &[3, 4]]);
    let partial = case.prove(1);
    let DecryptionStatement { transcript, seal, keys, trustee, sums } = case.statement(1);
    let statement = DecryptionStatement { transcript, seal, keys, trustee, sums };
    partial.verify(&statement).unwrap();
    let (other_transcript, other_seal) = (setup(8), [4; 32]);
    let mut other_keys = keys.clone();
    other_keys.y[0][1] = other_keys.y[1][1];
    let regrouped = |contests: &[u32], cells: Vec<Vec<u8>>| {
        let points = |cell: &Vec<u8>| cell.iter().map(|r| Point::mul_base(&scalar(("r", r)))).collect();
        PermittedSums::new(contests.to_vec(), cells.iter().map(points).collect()).unwrap()
    };
    let moved_sums = regrouped(&[1, 1], vec![vec![1, 2], vec![3, 5]]);
    let swapped_cells = regrouped(&[1, 1], vec![vec![3, 4], vec![1, 2]]);
    let moved = [
        DecryptionStatement { transcript: &other_transcript, ..statement },
        DecryptionStatement { seal: &other_seal, ..statement },
        DecryptionStatement { keys: &other_keys, ..statement },
        DecryptionStatement { trustee: 2, ..statement },
        DecryptionStatement { sums: &moved_sums, ..statement },
        DecryptionStatement { sums: &swapped_cells, ..statement },
    ];
    for statement in &moved {
        let refused = partial.verify(statement).unwrap_err();
        assert!(matches!(refused, DecryptionError::KeyEquation { .. }), "{refused}");
    }
    let PartialDecryptions { factors, proofs } = partial.clone();
    for (cell, row) in factors.iter().enumerate() {
        for key in 0..row.len() {
            let mut moved = partial.clone();
            moved.factors[cell][key] = encode_point(&Point::mul_base(&scalar("other D")));
            assert!(moved.verify(&statement).is_err());
        }
    }
    for (key, proof) in proofs.iter().enumerate() {
        let KeyProof { u, v, s } = proof.unwrap();
        let other = encode_point(&Point::mul_base(&scalar("other commitment")));
        let moved =
            [KeyProof { u: other, v, s }, KeyProof { u, v: other, s }, KeyProof { u, v, s: s + Scalar::ONE }];
        for proof in moved {
            let mut moved = partial.clone();
            moved.proofs[key] = Some(proof);
            assert!(moved.verify(&statement).is_err());
        }
    }
}
