//! The field's arithmetic against numbers of four words, reduced by hand.

use sha2::{Digest, Sha512};

use super::*;
use crate::ifma::Ifma;
use crate::limbs::{D, D2, MINUS_ONE, MINUS_SQRT_M1, ONE, SQRT_M1};
use crate::reference::{canonical_limbs, difference, number, product, sum};

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
