//! Bytes of a contest: one encoding for each, and whatever is none is refused.

use proptest::prelude::*;

use super::super::{EncryptedContest, Equation, WireError};
use super::{judge, refused};
use crate::group::Scalar;
use crate::tests::{INVALID, Question, all_forms, legal, yes_no_blank};

/// Places of the points, 32 bytes each.
fn points(q: &Question) -> std::ops::Range<usize> {
    0..q.form.tallied() + 7
}

fn scalars(q: &Question) -> std::ops::Range<usize> {
    points(q).end..q.form.wire_len() / 32
}

fn with(bytes: &[u8], place: usize, field: &[u8; 32]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[32 * place..32 * place + 32].copy_from_slice(field);
    bytes
}

#[test]
fn a_contest_has_one_encoding_whose_length_says_nothing() {
    for form in all_forms() {
        let q = Question::new(form);
        for bits in legal(&q.form) {
            let contest = q.encrypt("c", &bits);
            let bytes = contest.encode();
            assert_eq!(bytes.len(), q.form.wire_len());
            assert_eq!(EncryptedContest::decode(&bytes, &q.form), Ok(contest));
        }
    }
    assert_eq!(yes_no_blank().wire_len(), 448);
}

#[test]
fn other_lengths_are_refused() {
    let q = Question::new(yes_no_blank());
    let bytes = q.encrypt("c", &[1, 0, 0]).encode();
    for found in [0, 1, 31, 32, 416, 447] {
        let error = WireError::Length { found, expected: 448 };
        assert_eq!(EncryptedContest::decode(&bytes[..found], &q.form), Err(error));
    }
    for more in [vec![0], vec![0; 32], bytes.clone()] {
        for longer in [[bytes.clone(), more.clone()].concat(), [more.clone(), bytes.clone()].concat()] {
            let error = WireError::Length { found: longer.len(), expected: 448 };
            assert_eq!(EncryptedContest::decode(&longer, &q.form), Err(error));
        }
    }
}

#[test]
fn the_identity_is_refused_in_every_point() {
    let q = Question::new(yes_no_blank());
    let bytes = q.encrypt("c", &[1, 0, 0]).encode();
    for place in points(&q) {
        let error = WireError::Identity { place };
        assert_eq!(EncryptedContest::decode(&with(&bytes, place, &[0; 32]), &q.form), Err(error));
    }
    // Zero is a scalar like any other: it decodes, and the equation refuses it.
    for place in scalars(&q) {
        let contest = EncryptedContest::decode(&with(&bytes, place, &[0; 32]), &q.form).unwrap();
        assert!(judge(&q, "c", &contest).is_err());
    }
}

#[test]
fn the_identity_is_refused_by_the_check_itself_too() {
    let q = Question::new(yes_no_blank());
    let contest = q.encrypt("c", &[1, 0, 0]);
    let zero = crate::group::PointBytes::IDENTITY;
    let mut all = Vec::new();
    for change in [
        (|c: &mut EncryptedContest, p| c.ciphertext.r = p) as fn(&mut EncryptedContest, _),
        |c, p| c.ciphertext.e[0] = p,
        |c, p| c.ciphertext.e[1] = p,
        |c, p| c.proof.b = p,
        |c, p| c.proof.a = p,
        |c, p| c.proof.t1 = p,
        |c, p| c.proof.t0 = p,
        |c, p| c.proof.a_r = p,
        |c, p| c.proof.a_e = p,
    ] {
        let mut moved = contest.clone();
        change(&mut moved, zero);
        refused(&q, "c", &moved, Equation::Decoding);
        all.push(moved);
    }
    assert_eq!(all.len(), contest.points().len());
}

#[test]
fn invalid_points_are_refused_in_every_place() {
    let q = Question::new(yes_no_blank());
    let bytes = q.encrypt("c", &[1, 0, 0]).encode();
    for place in points(&q) {
        for invalid in INVALID {
            let contest = EncryptedContest::decode(&with(&bytes, place, &invalid), &q.form).unwrap();
            refused(&q, "c", &contest, Equation::Decoding);
        }
    }
}

#[test]
fn scalars_that_are_not_canonical_are_refused_in_every_place() {
    let q = Question::new(yes_no_blank());
    let bytes = q.encrypt("c", &[1, 0, 0]).encode();
    for place in scalars(&q) {
        let scalar: [u8; 32] = bytes[32 * place..32 * place + 32].try_into().unwrap();
        // s + q: q − 1, and one.
        let mut carry = 1u16;
        let mut more = [0; 32];
        for (more, (s, q)) in more.iter_mut().zip(scalar.iter().zip((-Scalar::ONE).to_bytes())) {
            carry += u16::from(*s) + u16::from(q);
            *more = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        let mut high = scalar;
        high[31] |= 0x80;
        for bad in [more, high, [255; 32]] {
            let error = WireError::Scalar { place: place - points(&q).end };
            assert_eq!(EncryptedContest::decode(&with(&bytes, place, &bad), &q.form), Err(error));
        }
        assert!(EncryptedContest::decode(&with(&bytes, place, &(-Scalar::ONE).to_bytes()), &q.form).is_ok());
    }
}

#[test]
fn every_byte_counts() {
    let q = Question::new(yes_no_blank());
    let bytes = q.encrypt("c", &[1, 0, 0]).encode();
    for place in 0..bytes.len() {
        for change in [1, 0x80, (place % 254 + 1) as u8] {
            let mut moved = bytes.clone();
            moved[place] ^= change;
            if let Ok(contest) = EncryptedContest::decode(&moved, &q.form) {
                assert!(judge(&q, "c", &contest).is_err(), "byte {place}");
            }
        }
    }
}

proptest! {
    #[test]
    fn hostile_bytes_are_refused_or_written_back_the_same(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        place in 0usize..14,
        small in any::<bool>(),
    ) {
        let q = yes_no_blank();
        let mut bytes = bytes;
        if small {
            // Scalars below q more often than random bytes are.
            bytes.resize(448, 7);
            bytes.iter_mut().skip(31).step_by(32).for_each(|byte| *byte &= 0x0f);
            bytes[32 * place] = bytes[32 * place].wrapping_add(1);
        }
        if let Ok(contest) = EncryptedContest::decode(&bytes, &q) {
            prop_assert_eq!(contest.encode(), bytes);
        }
    }
}
