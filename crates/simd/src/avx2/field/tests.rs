//! The field's arithmetic against numbers of four words, reduced by hand.

use sha2::{Digest, Sha512};

use super::*;
use crate::avx2::Avx2;
use crate::limbs::{D, D2, MINUS_ONE, MINUS_SQRT_M1, ONE, SQRT_M1};
use crate::reference::{Number, canonical_limbs, difference, number, product, sum};

/// The limbs of one number.
type Signed = [f64; 5];

/// The number that limbs of any size stand for: what is above 0, less what is below.
fn value(limbs: &Signed) -> Number {
    let above = limbs.map(|limb| limb.max(0.0) as u64);
    let below = limbs.map(|limb| (-limb).max(0.0) as u64);
    difference(&number(&above), &number(&below))
}

/// Limbs as large as `Field4<times>` has them on either side of 0, small ones, and random ones.
fn samples(times: u32) -> Vec<Signed> {
    let most = f64::from(times) * REDUCED;
    let mut all = vec![[most; 5], [-most; 5], [0.0; 5], [most, -most, most, -most, most]];
    all.extend(
        [ONE, MINUS_ONE, SQRT_M1, MINUS_SQRT_M1, D, D2, [MASK; 5], [MASK - 18, MASK, MASK, MASK, MASK]]
            .map(balanced),
    );
    for limb in 0..5 {
        for value in [most, -most, 1.0, -1.0] {
            let mut single = [0.0; 5];
            single[limb] = value;
            all.push(single);
        }
    }
    for n in 0..400u64 {
        let wide = Sha512::digest(n.to_be_bytes());
        let mut limbs = [0.0; 5];
        for (place, bytes) in limbs.iter_mut().zip(wide.chunks(8)) {
            let random = u64::from_le_bytes(bytes.try_into().unwrap());
            let span = 2 * most as u64 + 1;
            // A quarter of them at each border.
            *place = match random % 4 {
                0 => most - (random >> 2 & 3) as f64,
                1 => (random >> 2 & 3) as f64 - most,
                _ => ((random >> 2) % span) as f64 - most,
            };
        }
        all.push(limbs);
    }
    all
}

fn four(limbs: &[Signed]) -> [[u64; 4]; 5] {
    std::array::from_fn(|limb| std::array::from_fn(|lane| limbs[lane % limbs.len()][limb].to_bits()))
}

fn lane(numbers: &[[u64; 4]; 5], lane: usize) -> Signed {
    std::array::from_fn(|limb| f64::from_bits(numbers[limb][lane]))
}

fn is_reduced(limbs: &Signed) -> bool {
    limbs.iter().all(|limb| limb.abs() <= REDUCED && limb.fract() == 0.0)
}

/// Limbs of four lanes as `Field4<N>`, whatever they are.
#[target_feature(enable = "avx2,fma")]
fn loaded<const N: u32>(limbs: &[Signed]) -> Field4<N> {
    Field4(Field4::load(four(limbs).each_ref()).0)
}

fn with_all(times: [u32; 2], compare: impl Fn(&[Signed], &[Signed])) {
    if Avx2::detect().is_none() {
        eprintln!("no AVX2 with FMA here: nothing to compare");
        return;
    }
    let ([first, second], mut tried) = (times.map(samples), 0);
    for shift in [0, 1, 3, 11, 29, 127] {
        let mut others = second.clone();
        others.rotate_left(shift);
        for (a, b) in first.chunks(4).zip(others.chunks(4)) {
            compare(a, b);
            tried += 1;
        }
    }
    assert!(tried > 300);
}

fn are(
    results: &[[[u64; 4]; 5]],
    a: &[Signed],
    b: &[Signed],
    expected: impl Fn(&Number, &Number) -> Vec<Number>,
) {
    for place in 0..4 {
        let numbers = expected(&value(&a[place % a.len()]), &value(&b[place % b.len()]));
        assert_eq!(numbers.len(), results.len());
        for (which, (result, expected)) in results.iter().zip(numbers).enumerate() {
            let result = lane(result, place);
            assert!(is_reduced(&result), "{which}: {result:?}");
            assert_eq!(
                value(&result),
                expected,
                "{which}: {:?}, {:?}",
                a[place % a.len()],
                b[place % b.len()]
            );
        }
    }
}

/// The products of numbers as large as may be, one way and the other.
#[target_feature(enable = "avx2,fma")]
fn products<const N: u32, const M: u32>(a: &[Signed], b: &[Signed]) {
    let (first, second) = (loaded::<N>(a), loaded::<M>(b));
    are(&[first.mul(&second).store(), second.mul(&first).store()], a, b, |x, y| vec![product(x, y); 2]);
}

/// What is done with reduced numbers.
#[target_feature(enable = "avx2,fma")]
fn reduced_ones(a: &[Signed], b: &[Signed]) {
    let (first, second) = (loaded::<1>(a), loaded::<1>(b));
    let (plus, minus): (Field4<2>, Field4<2>) = (first.add(&second), first.sub(&second));
    let results = [
        plus.carried(),
        minus.carried(),
        first.square(),
        first.negated(0xf),
        first.negated(0),
        first.abs(),
        first.select(&second, 0xf),
        first.select(&second, 0),
    ];
    let stored = results.map(|result| result.store());
    are(&stored, a, b, |x, y| {
        let opposite = difference(&[0; 4], x);
        let abs = if x[0] & 1 == 0 { *x } else { opposite };
        vec![sum(x, y), difference(x, y), product(x, x), opposite, *x, abs, *y, *x]
    });
    let canonical = first.canonical().0.map(|limb| store(_mm256_castsi256_pd(limb)));
    let (zero, negative, one) = (first.is_zero(), first.is_negative(), first.canonical().is(ONE));
    let (alternating, picked) = (first.negated(0b0110).store(), first.select(&second, 0b0110).store());
    for place in 0..4 {
        let (x, y) = (value(&a[place % a.len()]), value(&b[place % b.len()]));
        let own: Limbs = std::array::from_fn(|limb| canonical[limb][place]);
        assert_eq!(own, canonical_limbs(&x));
        assert_eq!(zero >> place & 1 == 1, x == [0; 4]);
        assert_eq!(negative >> place & 1 == 1, x[0] & 1 == 1);
        assert_eq!(one >> place & 1 == 1, x == [1, 0, 0, 0]);
        let chosen = 0b0110 >> place & 1 == 1;
        assert_eq!(value(&lane(&alternating, place)), if chosen { difference(&[0; 4], &x) } else { x });
        assert_eq!(value(&lane(&picked, place)), if chosen { y } else { x });
    }
}

#[test]
fn every_operation_is_that_of_numbers_modulo_p_and_gives_reduced_limbs() {
    // SAFETY: the processor has been asked.
    with_all([1, 1], |a, b| unsafe { reduced_ones(a, b) });
}

#[test]
fn products_of_limbs_of_every_size_that_compiles_are_those_of_numbers_modulo_p() {
    // SAFETY: the processor has been asked.
    with_all([1, 1], |a, b| unsafe { products::<1, 1>(a, b) });
    // SAFETY: as above.
    with_all([2, 1], |a, b| unsafe { products::<2, 1>(a, b) });
    // SAFETY: as above.
    with_all([3, 1], |a, b| unsafe { products::<3, 1>(a, b) });
}

#[test]
fn limbs_four_times_as_large_are_carried_to_reduced_ones() {
    #[target_feature(enable = "avx2,fma")]
    fn carried(a: &[Signed], b: &[Signed]) {
        are(&[loaded::<4>(a).carried().store()], a, b, |x, _| vec![*x]);
    }
    // SAFETY: the processor has been asked.
    with_all([4, 1], |a, b| unsafe { carried(a, b) });
}

#[test]
fn constants_and_limbs_below_two_to_the_51_are_the_numbers_that_they_were() {
    #[target_feature(enable = "avx2,fma")]
    fn compare(limbs: Limbs) {
        let four = limbs.map(|limb| [limb; 4]);
        for stored in [Field4::splat(limbs).store(), Field4::from_limbs(four.each_ref()).store()] {
            for place in 0..4 {
                assert!(is_reduced(&lane(&stored, place)));
                assert_eq!(value(&lane(&stored, place)), number(&limbs));
            }
        }
    }
    if Avx2::detect().is_none() {
        return;
    }
    let half = 1 << 50;
    for limbs in [ONE, MINUS_ONE, SQRT_M1, MINUS_SQRT_M1, D, D2, [0; 5], [MASK; 5], [half; 5], [half - 1; 5]]
    {
        // SAFETY: the processor has been asked.
        unsafe { compare(limbs) };
    }
}
