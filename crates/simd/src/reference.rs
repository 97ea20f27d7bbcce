//! Numbers of four words, reduced by hand: what the tests compare the lanes with.

use crate::limbs::{D, D2, INVSQRT_A_MINUS_D, Limbs, MASK, MINUS_ONE, MINUS_SQRT_M1, ONE, SQRT_M1};

/// A number below 2^256, in words.
pub(crate) type Number = [u64; 4];
pub(crate) const P: Number = [u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1];

pub(crate) fn less(a: &Number, b: &Number) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

pub(crate) fn minus(a: &Number, b: &Number) -> Number {
    let mut borrow = false;
    std::array::from_fn(|i| {
        let (once, first) = a[i].overflowing_sub(b[i]);
        let (twice, second) = once.overflowing_sub(u64::from(borrow));
        borrow = first || second;
        twice
    })
}

/// Modulo p, from any number of words: word by word from the top, where 2^256 = 38.
pub(crate) fn reduced(words: &[u64]) -> Number {
    words.iter().rev().fold([0; 4], |[a0, a1, a2, a3], word| {
        let mut number = [*word, a0, a1, a2];
        let mut over = u128::from(a3);
        while over > 0 {
            let mut carry = 38 * over;
            for word in &mut number {
                carry += u128::from(*word);
                *word = carry as u64;
                carry >>= 64;
            }
            over = carry;
        }
        while !less(&number, &P) {
            number = minus(&number, &P);
        }
        number
    })
}

pub(crate) fn product(a: &Number, b: &Number) -> Number {
    let mut words = [0u64; 8];
    for (i, a) in a.iter().enumerate() {
        let mut carry = 0u128;
        for (j, b) in b.iter().enumerate() {
            carry += u128::from(*a) * u128::from(*b) + u128::from(words[i + j]);
            words[i + j] = carry as u64;
            carry >>= 64;
        }
        words[i + 4] = carry as u64;
    }
    reduced(&words)
}

pub(crate) fn sum(a: &Number, b: &Number) -> Number {
    let mut carry = 0u128;
    let mut words: Vec<u64> = a
        .iter()
        .zip(b)
        .map(|(a, b)| {
            carry += u128::from(*a) + u128::from(*b);
            let word = carry as u64;
            carry >>= 64;
            word
        })
        .collect();
    words.push(carry as u64);
    reduced(&words)
}

pub(crate) fn difference(a: &Number, b: &Number) -> Number {
    sum(a, &minus(&P, &reduced(b)))
}

/// The number that limbs of any size stand for.
pub(crate) fn number(limbs: &Limbs) -> Number {
    let mut total = [0; 4];
    for limb in limbs.iter().rev() {
        total = sum(&product(&total, &[1 << 51, 0, 0, 0]), &[*limb, 0, 0, 0]);
    }
    total
}

/// The limbs of a number below p.
pub(crate) fn canonical_limbs(number: &Number) -> Limbs {
    let [w0, w1, w2, w3] = *number;
    [
        w0 & MASK,
        (w0 >> 51 | w1 << 13) & MASK,
        (w1 >> 38 | w2 << 26) & MASK,
        (w2 >> 25 | w3 << 39) & MASK,
        w3 >> 12,
    ]
}

#[test]
fn the_constants_are_those_of_the_curve() {
    let one = number(&ONE);
    let minus_one = number(&MINUS_ONE);
    assert_eq!(sum(&one, &minus_one), [0; 4]);
    // i² = −1, i is even, and −i is its negative.
    assert_eq!(product(&number(&SQRT_M1), &number(&SQRT_M1)), minus_one);
    assert_eq!(SQRT_M1[0] & 1, 0);
    assert_eq!(sum(&number(&SQRT_M1), &number(&MINUS_SQRT_M1)), [0; 4]);
    // d = −121665/121666
    let left = product(&number(&D), &[121_666, 0, 0, 0]);
    assert_eq!(sum(&left, &[121_665, 0, 0, 0]), [0; 4]);
    assert_eq!(number(&D2), sum(&number(&D), &number(&D)));
    // 1/√(−1 − d) is even, and its square times −1 − d is 1.
    let square = product(&number(&INVSQRT_A_MINUS_D), &number(&INVSQRT_A_MINUS_D));
    assert_eq!(product(&square, &difference(&minus_one, &number(&D))), one);
    assert_eq!(INVSQRT_A_MINUS_D[0] & 1, 0);
}
