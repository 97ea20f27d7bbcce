//! Forms: what is refused, beside what is accepted; pivots are solved; every legal choice is proven and counted.

use proptest::prelude::*;

use super::super::{EncryptError, FormError, LinearForm, Row, encrypt_and_prove};
use super::judge;
use crate::group::{Point, Scalar};
use crate::tests::{
    Question, all_forms, chained, legal, nonces, scalar, transcript, two_of_four, yes_no_blank,
};

type Terms = Vec<(usize, i64)>;

fn row(terms: &[(usize, i64)], value: i64, pivot: usize) -> Row {
    Row { terms: terms.to_vec(), value, pivot }
}

fn form(bits: usize, rows: &[Row], tallied: &[Terms]) -> Result<LinearForm, FormError> {
    LinearForm::new(bits, rows.to_vec(), tallied.to_vec())
}

#[test]
fn a_form_has_bits_and_tallied_numbers() {
    let one = vec![(0, 1)];
    assert!(form(1, &[], std::slice::from_ref(&one)).is_ok());
    assert_eq!(form(0, &[], std::slice::from_ref(&one)), Err(FormError::Empty));
    assert_eq!(form(1, &[], &[]), Err(FormError::Empty));
    assert!(form(65_535, &[], std::slice::from_ref(&one)).is_ok());
    assert_eq!(form(65_536, &[], std::slice::from_ref(&one)), Err(FormError::TooLarge));
    assert_eq!(form(1, &[], &vec![one.clone(); 65_536]), Err(FormError::TooLarge));
}

#[test]
fn terms_ascend_within_the_bits_and_are_not_zero() {
    let count = [vec![(0, 1)]];
    assert!(form(3, &[row(&[(0, 1), (2, 5)], 1, 0)], &count).is_ok());
    let rule = Err(FormError::Terms { place: "a rule" });
    let bad: [&[(usize, i64)]; 6] = [
        &[],
        &[(0, 1), (0, 1)],
        &[(2, 1), (0, 1)],
        &[(0, 1), (3, 1)],
        &[(0, 1), (2, 0)],
        &[(0, 1), (usize::MAX, 1)],
    ];
    for terms in bad {
        assert_eq!(form(3, &[row(terms, 1, 0)], &count), rule);
        let tallied = Err(FormError::Terms { place: "a tallied number" });
        assert_eq!(form(3, &[], &[vec![(0, 1)], terms.to_vec()]), tallied);
    }
}

#[test]
fn a_pivot_is_a_unit_of_its_own_row() {
    let count = [vec![(0, 1)]];
    for (terms, pivot) in [([(0, 1), (1, 5)], 0), ([(0, 5), (1, -1)], 1)] {
        assert!(form(3, &[row(&terms, 1, pivot)], &count).is_ok());
    }
    for (terms, pivot) in
        [([(0, 1), (1, 5)], 1), ([(0, 1), (1, 5)], 2), ([(0, 1), (1, 5)], 9), ([(0, 2), (1, 3)], 0)]
    {
        assert_eq!(form(3, &[row(&terms, 1, pivot)], &count), Err(FormError::Pivot { row: 0 }));
    }
}

#[test]
fn no_row_holds_the_pivot_of_a_later_one_so_rows_are_independent() {
    let count = [vec![(0, 1)]];
    let (first, second) = (row(&[(0, 1), (1, 1)], 1, 0), row(&[(0, 1), (2, 1)], 1, 2));
    assert!(form(3, &[first.clone(), second.clone()], &count).is_ok());
    let order = |row, other| Err(FormError::PivotOrder { row, other });
    assert_eq!(form(3, &[row(&[(0, 1), (1, 1)], 1, 1), row(&[(0, 1)], 1, 0)], &count), order(0, 1));
    // One pivot for two rows, and the same row twice.
    assert_eq!(form(3, &[first.clone(), row(&[(0, 1), (2, 1)], 1, 0)], &count), order(0, 1));
    assert_eq!(form(3, &[first.clone(), second, first], &count), order(1, 2));
    // More rows than bits cannot all have a pivot of their own.
    let full: Vec<Row> = (0..3).map(|bit| row(&[(bit, 1)], 0, bit)).collect();
    assert!(form(3, &full, &count).is_ok());
    assert!(form(3, &[full.clone(), vec![row(&[(2, 1)], 0, 2)]].concat(), &count).is_err());
}

#[test]
fn coefficients_stay_far_below_the_groups_order() {
    let count = [vec![(0, 1)]];
    let limit = 1i64 << 62;
    assert!(form(2, &[row(&[(0, 1), (1, limit - 3)], 1, 0)], &count).is_ok());
    let refused = Err(FormError::Coefficients { place: "a rule" });
    for (coefficient, value) in
        [(limit - 2, 1), (2 - limit, -1), (1, limit - 2), (i64::MIN, 0), (i64::MAX, i64::MIN)]
    {
        assert_eq!(form(2, &[row(&[(0, 1), (1, coefficient)], value, 0)], &count), refused);
    }
    assert!(form(2, &[], &[vec![(0, limit - 1)]]).is_ok());
    let refused = Err(FormError::Coefficients { place: "a tallied number" });
    assert_eq!(form(2, &[], &[vec![(0, limit)]]), refused);
    assert_eq!(form(2, &[], &[vec![(0, i64::MAX), (1, i64::MAX)]]), refused);
}

#[test]
fn different_forms_have_different_digests() {
    let base = form(3, &[row(&[(0, 1), (1, 1)], 1, 0)], &[vec![(0, 1)], vec![(1, 1)]]).unwrap();
    let count = [vec![(0, 1)], vec![(1, 1)]];
    let others = [
        form(4, &[row(&[(0, 1), (1, 1)], 1, 0)], &count),
        form(3, &[], &count),
        form(3, &[row(&[(0, 1), (2, 1)], 1, 0)], &count),
        form(3, &[row(&[(0, 1), (1, -1)], 1, 0)], &count),
        form(3, &[row(&[(0, 1), (1, 1)], 2, 0)], &count),
        form(3, &[row(&[(0, 1), (1, 1)], 1, 1)], &count),
        form(3, &[row(&[(0, 1), (1, 1), (2, 1)], 1, 0)], &count),
        form(3, &[row(&[(0, 1), (1, 1)], 1, 0)], &[vec![(1, 1)], vec![(0, 1)]]),
        form(3, &[row(&[(0, 1), (1, 1)], 1, 0)], &[vec![(0, 1), (1, 1)]]),
        form(3, &[row(&[(0, 1), (1, 1)], 1, 0)], &[vec![(0, 2)], vec![(1, 1)]]),
    ];
    for other in others {
        assert_ne!(other.unwrap().digest(), base.digest());
    }
}

/// The example of §6.1.
#[test]
fn the_digest_is_that_of_the_specification() {
    let form = yes_no_blank();
    let hex: String = form.encode().iter().map(|byte| format!("{byte:02x}")).collect();
    let digest: String = form.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((hex.as_str(), digest.as_str()), (ENCODING, DIGEST));
}

const ENCODING: &str = "000000030000000100000000000000000000000100000003000000000000000000000001000000010000000000000001\
    000000020000000000000001000000020000000100000000000000000000000100000001000000010000000000000001";
const DIGEST: &str = "c7bd0eb221e3998f19cef2d3dbbeb591255db8d03a086780b5f00eddef2022db";

#[test]
fn solved_pivots_satisfy_every_rule_at_any_scale() {
    for form in all_forms() {
        let free: Vec<Scalar> = (0..form.free()).map(|i| scalar(&format!("f{i}"))).collect();
        for scale in [Scalar::ZERO, Scalar::ONE, scalar("x")] {
            let all = form.solve_pivots(&free, &scale);
            for Row { terms, value, pivot: _ } in form.rows() {
                let sum: Scalar =
                    terms.iter().map(|(i, c)| crate::group::scalar_from_i64(*c) * all[*i]).sum();
                assert_eq!(sum, crate::group::scalar_from_i64(*value) * scale);
            }
        }
    }
}

#[test]
fn every_legal_choice_of_every_form_is_accepted_and_opens_to_its_tally() {
    for form in all_forms() {
        let q = Question::new(form);
        for (number, bits) in legal(&q.form).iter().enumerate() {
            let context = format!("choice {number}");
            let contest = q.encrypt(&context, bits);
            assert_eq!(judge(&q, &context, &contest), Ok(()));
            assert_eq!(contest.encode().len(), q.form.wire_len());
            let tally = q.form.tally_of(bits).unwrap();
            let expected: Vec<Point> =
                tally.iter().map(|m| Point::mul_base(&crate::group::scalar_from_i64(*m))).collect();
            assert_eq!(q.opened(&contest), expected);
        }
    }
}

#[test]
fn no_illegal_choice_is_ever_encrypted() {
    for form in all_forms() {
        let q = Question::new(form);
        let legal = legal(&q.form);
        let encrypt = |bits: &[u8]| {
            let nonces = nonces(&q.form, "n");
            encrypt_and_prove(&mut transcript("c"), &q.generators, &q.form, &q.keys, bits, nonces).map(|_| ())
        };
        for number in 0u32..1 << q.form.bits() {
            let bits: Vec<u8> = (0..q.form.bits()).map(|bit| u8::from(number >> bit & 1 == 1)).collect();
            let expected = if legal.contains(&bits) { Ok(()) } else { Err(EncryptError::Bits) };
            assert_eq!(encrypt(&bits), expected);
        }
        for bits in [vec![2; q.form.bits()], vec![255; q.form.bits()], vec![0; q.form.bits() + 1], Vec::new()]
        {
            assert_eq!(encrypt(&bits), Err(EncryptError::Bits));
            assert_eq!(q.form.tally_of(&bits), Err(FormError::Bits));
        }
    }
}

#[test]
fn what_does_not_fit_the_form_is_refused_before_anything_is_encrypted() {
    let q = Question::new(chained());
    let few = crate::group::Generators::new(q.form.bits() - 1);
    let bits = &legal(&q.form)[0];
    let encrypt = |generators, keys: &[Point], nonces| {
        encrypt_and_prove(&mut transcript("c"), generators, &q.form, keys, bits, nonces).map(|_| ())
    };
    assert_eq!(encrypt(&q.generators, &q.keys, nonces(&q.form, "n")), Ok(()));
    assert_eq!(encrypt(&few, &q.keys, nonces(&q.form, "n")), Err(EncryptError::Shape));
    assert_eq!(encrypt(&q.generators, &q.keys[1..], nonces(&q.form, "n")), Err(EncryptError::Shape));
    assert_eq!(encrypt(&q.generators, &q.keys, nonces(&two_of_four(), "n")), Err(EncryptError::Shape));
    let mut zero = nonces(&q.form, "n");
    zero.rho = Scalar::ZERO;
    assert_eq!(encrypt(&q.generators, &q.keys, zero), Err(EncryptError::Nonces));
    assert_eq!(format!("{:?}", nonces(&q.form, "n")), "BodyNonces(..)");
}

/// A form with random rules, and bits that obey it: each row's value is made to fit.
fn forms_with_bits() -> impl Strategy<Value = (LinearForm, Vec<u8>)> {
    let terms = |bits: usize| {
        prop::collection::btree_map(0..bits, (-9i64..=9).prop_filter("0", |c| *c != 0), 1..=bits)
    };
    let parts = (1usize..=7).prop_flat_map(move |n| {
        let rows = prop::collection::vec((terms(n), any::<bool>()), 0..=n);
        (Just(n), prop::collection::vec(0u8..=1, n), rows, prop::collection::vec(terms(n), 1..=4))
    });
    parts.prop_filter_map("no form", |(n, bits, rows, tallied)| {
        // Bit `index` is the pivot of row `index`; rows hold no pivot of a later one.
        let rows: Vec<Row> = rows
            .into_iter()
            .enumerate()
            .map(|(index, (mut terms, negative))| {
                terms.retain(|bit, _| *bit <= index || *bit >= n.saturating_sub(1));
                terms.insert(index, if negative { -1 } else { 1 });
                let terms: Terms = terms.into_iter().collect();
                let value = terms.iter().map(|(bit, c)| c * i64::from(bits[*bit])).sum();
                Row { terms, value, pivot: index }
            })
            .collect();
        let tallied = tallied.into_iter().map(|terms| terms.into_iter().collect()).collect();
        LinearForm::new(n, rows, tallied).ok().map(|form| (form, bits))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_form_can_be_proven((form, bits) in forms_with_bits()) {
        let q = Question::new(form);
        let contest = q.encrypt("any", &bits);
        prop_assert_eq!(judge(&q, "any", &contest), Ok(()));
        prop_assert_eq!(super::EncryptedContest::decode(&contest.encode(), &q.form), Ok(contest));
    }
}
