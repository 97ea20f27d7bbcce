//! The field's arithmetic against numbers of four words, reduced by hand.

use sha2::{Digest, Sha512};

use super::*;
use crate::ifma::Ifma;

/// A number below 2^256, in words.
type Number = [u64; 4];
const P: Number = [u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1];

fn less(a: &Number, b: &Number) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

fn minus(a: &Number, b: &Number) -> Number {
    let mut borrow = false;
    std::array::from_fn(|i| {
        let (once, first) = a[i].overflowing_sub(b[i]);
        let (twice, second) = once.overflowing_sub(u64::from(borrow));
        borrow = first || second;
        twice
    })
}

/// Modulo p, from any number of words: word by word from the top, where 2^256 = 38.
fn reduced(words: &[u64]) -> Number {
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

fn product(a: &Number, b: &Number) -> Number {
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

fn sum(a: &Number, b: &Number) -> Number {
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

fn difference(a: &Number, b: &Number) -> Number {
    sum(a, &minus(&P, &reduced(b)))
}

/// The number that limbs of any size stand for.
fn number(limbs: &Limbs) -> Number {
    let mut total = [0; 4];
    for limb in limbs.iter().rev() {
        total = sum(&product(&total, &[1 << 51, 0, 0, 0]), &[*limb, 0, 0, 0]);
    }
    total
}

/// Limbs as large as a reduced number has them, small ones, and random ones.
fn samples() -> Vec<Limbs> {
    let largest = [MASK + (1 << 14), MASK + (1 << 10), MASK + (1 << 10), MASK + (1 << 10), MASK + (1 << 10)];
    let p = [MASK - 18, MASK, MASK, MASK, MASK];
    let mut all = vec![largest, p, [0; 5], ONE, MINUS_ONE, SQRT_M1, MINUS_SQRT_M1, D, D2, [MASK; 5]];
    for limb in 0..5 {
        let mut single = [0; 5];
        single[limb] = largest[limb];
        all.push(single);
        let mut one_more = p;
        one_more[limb] += 1;
        all.push(one_more);
    }
    for n in 0..400u64 {
        let wide = Sha512::digest(n.to_be_bytes());
        let mut limbs = [0; 5];
        for (place, (bytes, most)) in limbs.iter_mut().zip(wide.chunks(8).zip(largest)) {
            let random = u64::from_le_bytes(bytes.try_into().unwrap()) & ((1 << 52) - 1);
            // A quarter of them at the upper border.
            *place = if random % 4 == 0 { most - random % 3 } else { random % (most + 1) };
        }
        all.push(limbs);
    }
    all
}

fn eight(limbs: &[Limbs]) -> [[u64; 8]; 5] {
    std::array::from_fn(|limb| std::array::from_fn(|lane| limbs[lane % limbs.len()][limb]))
}

fn lane(numbers: &[[u64; 8]; 5], lane: usize) -> Limbs {
    std::array::from_fn(|limb| numbers[limb][lane])
}

fn is_reduced(limbs: &Limbs) -> bool {
    limbs[0] < (1 << 51) + (1 << 14) && limbs[1..].iter().all(|limb| *limb < (1 << 51) + (1 << 10))
}

fn canonical_limbs(number: &Number) -> Limbs {
    let [w0, w1, w2, w3] = *number;
    [
        w0 & MASK,
        (w0 >> 51 | w1 << 13) & MASK,
        (w1 >> 38 | w2 << 26) & MASK,
        (w2 >> 25 | w3 << 39) & MASK,
        w3 >> 12,
    ]
}

/// Every operation on eight pairs.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn compare(a: &[Limbs], b: &[Limbs]) {
    let (first, second) = (Field8::load(&eight(a)), Field8::load(&eight(b)));
    let results = [
        first.mul(&second),
        first.add(&second),
        first.sub(&second),
        first.square(),
        first.neg(),
        first.abs(),
        first.canonical(),
    ];
    let (zero, negative) = (first.is_zero(), first.is_negative());
    let stored = results.map(|result| result.store());
    let canonical = results.map(|result| result.canonical().store());
    for place in 0..8 {
        let (x, y) = (number(&a[place % a.len()]), number(&b[place % b.len()]));
        let opposite = difference(&[0; 4], &x);
        let expected = [
            product(&x, &y),
            sum(&x, &y),
            difference(&x, &y),
            product(&x, &x),
            opposite,
            if x[0] & 1 == 0 { x } else { opposite },
            x,
        ];
        for ((stored, canonical), expected) in stored.iter().zip(&canonical).zip(expected) {
            assert!(is_reduced(&lane(stored, place)));
            assert_eq!(number(&lane(stored, place)), expected);
            assert_eq!(lane(canonical, place), canonical_limbs(&expected));
        }
        assert_eq!(zero >> place & 1 == 1, x == [0; 4]);
        assert_eq!(negative >> place & 1 == 1, x[0] & 1 == 1);
    }
}

#[test]
fn every_operation_is_that_of_numbers_modulo_p_and_gives_reduced_limbs() {
    if Ifma::detect().is_none() {
        eprintln!("no AVX-512 IFMA here: nothing to compare");
        return;
    }
    let all = samples();
    for shift in [0, 1, 3, 11, 29, 127] {
        let mut others = all.clone();
        others.rotate_left(shift);
        for (a, b) in all.chunks(8).zip(others.chunks(8)) {
            // SAFETY: the processor has been asked.
            unsafe { compare(a, b) };
        }
    }
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
}
