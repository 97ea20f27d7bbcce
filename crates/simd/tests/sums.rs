//! Sums of eight lanes are dalek's sums: of any length, with any scalars, and where points meet themselves and their
//! negatives.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::process::Command;

use curve25519_dalek::traits::Identity;
use curve25519_dalek::{RistrettoPoint, Scalar};
use plebiscite_simd::{Lanes, PORTABLE};

mod numbers;

use numbers::{Numbers, lanes};

/// The sum is encoded as dalek does it; less what dalek says that it is, it is the identity, and less anything near it, it is
/// not.
fn agree(scalars: &[Scalar], points: &[RistrettoPoint]) {
    let sum = numbers::sum(scalars, points);
    let base = RistrettoPoint::mul_base(&Scalar::ONE);
    let encodings: Vec<[u8; 32]> = points.iter().map(|point| point.compress().to_bytes()).collect();
    let factors: Vec<[u8; 32]> = scalars.iter().map(Scalar::to_bytes).collect();
    let places: Vec<u32> = (0..).take(points.len()).collect();
    for eight in lanes() {
        let decoded = eight.decode(&encodings, |place| panic!("{place} is a point"));
        let encoded = decoded.weighted_sum(&places, &factors);
        assert_eq!(encoded, sum.compress().to_bytes(), "{eight:?}, {} points", points.len());
    }
    for less in [sum, sum + base, sum - base, sum + sum + base] {
        let all = points.iter().chain([&less]).map(|point| point.compress().to_bytes());
        let encodings: Vec<[u8; 32]> = all.collect();
        let places: Vec<u32> = (0..).take(points.len() + 1).collect();
        let scalars: Vec<[u8; 32]> = scalars.iter().chain([&-Scalar::ONE]).map(Scalar::to_bytes).collect();
        for eight in lanes() {
            let decoded = eight.decode(&encodings, |place| panic!("{place} is a point"));
            let nothing = decoded.sum_to_identity(&places, &scalars);
            assert_eq!(nothing, less == sum, "{eight:?}, {} points", points.len());
        }
    }
}

fn points(numbers: &mut Numbers, count: usize) -> Vec<RistrettoPoint> {
    (0..count).map(|_| RistrettoPoint::mul_base(&numbers.scalar())).collect()
}

#[test]
fn sums_of_every_length_are_those_of_dalek() {
    let mut numbers = Numbers::new("lengths");
    for count in (0..40).chain([63, 64, 65, 100, 257, 1_000, 3_000, 12_000]) {
        let points = points(&mut numbers, count);
        let mixed = (0..count).map(|n| if n % 11 < 6 { numbers.scalar() } else { numbers.weight() });
        agree(&mixed.collect::<Vec<_>>(), &points);
    }
}

/// Scalars whose digits are all alike, at a border, or nothing: everything falls into one bucket, or none.
#[test]
fn scalars_at_the_borders_give_the_sums_of_dalek() {
    let mut numbers = Numbers::new("borders");
    let powers = (0..253).map(|bit| {
        let mut bytes = [0; 32];
        bytes[bit / 8] = 1 << (bit % 8);
        numbers::modulo_order(&bytes)
    });
    let mut scalars: Vec<Scalar> = powers.flat_map(|power| [power, -power, power - Scalar::ONE]).collect();
    scalars.extend([
        Scalar::ZERO,
        Scalar::ONE,
        -Scalar::ONE,
        Scalar::from(u128::MAX),
        Scalar::from(u64::MAX),
    ]);
    let all = points(&mut numbers, scalars.len());
    agree(&scalars, &all);
    for (scalar, point) in scalars.iter().zip(&all).step_by(7) {
        agree(&[*scalar], &[*point]);
        agree(&vec![*scalar; 100], all.get(..100).unwrap());
    }
}

/// Additions of equal points, of opposite ones and of the identity are like all others.
#[test]
fn points_that_meet_themselves_their_negatives_or_the_identity_are_added_rightly() {
    let mut numbers = Numbers::new("meetings");
    let point = RistrettoPoint::mul_base(&numbers.scalar());
    for count in [2, 3, 8, 9, 64, 500] {
        let scalar = numbers.scalar();
        agree(&vec![scalar; count], &vec![point; count]);
        let signs: Vec<RistrettoPoint> =
            (0..count).map(|n| if n % 2 == 0 { point } else { -point }).collect();
        agree(&vec![scalar; count], &signs);
        agree(&vec![scalar; count], &vec![RistrettoPoint::identity(); count]);
        let scalars: Vec<Scalar> = (0..count).map(|_| numbers.scalar()).collect();
        agree(&scalars, &vec![point; count]);
    }
}

/// Numbers of 256 bits that are not below the group's order count as what they are modulo the order.
#[test]
fn scalars_that_are_not_reduced_count_as_what_they_are() {
    let mut numbers = Numbers::new("wide scalars");
    for wide in [[0xff; 32], [0x7f; 32], [0x80; 32], numbers.bytes(), numbers.bytes()] {
        let point = RistrettoPoint::mul_base(&numbers.scalar());
        let product = point * numbers::modulo_order(&wide);
        for (less, nothing) in [(product, true), (product + point, false)] {
            let all = [point.compress().to_bytes(), less.compress().to_bytes()];
            let scalars = [wide, (-Scalar::ONE).to_bytes()];
            for eight in lanes() {
                let decoded = eight.decode(&all, |place| panic!("{place} is a point"));
                assert_eq!(decoded.sum_to_identity(&[0, 1], &scalars), nothing, "{eight:?}");
            }
        }
    }
}

/// Places may be chosen and repeated, and one without a point adds nothing.
#[test]
fn a_sum_takes_the_points_at_its_places() {
    let mut numbers = Numbers::new("places");
    let all = points(&mut numbers, 20);
    let encodings: Vec<[u8; 32]> =
        all.iter().chain([&-(all[3] + all[3] + all[17])]).map(|point| point.compress().to_bytes()).collect();
    let one = numbers::small(1);
    for eight in lanes() {
        let decoded = eight.decode(&encodings, |place| panic!("{place} is a point"));
        assert!(decoded.sum_to_identity(&[17, 3, 20, 3], &[one; 4]));
        assert!(decoded.sum_to_identity(&[17, 3, 20, 1_000, 3], &[one; 5]));
        assert!(decoded.sum_to_identity(&[17, 3, 20, u32::MAX, 3], &[one; 5]));
        assert!(decoded.sum_to_identity(&[17, 3, 20, (1 << 31) + 4, 3], &[one; 5]));
        assert!(!decoded.sum_to_identity(&[17, 3, 20, 4], &[one; 4]));
        assert!(!decoded.sum_to_identity(&[17, 3, 20, 4, 3], &[one; 5]));
        assert!(decoded.sum_to_identity(&[], &[]));
    }
}

/// Lists of every length, some empty, some that cancel out, in any order: each sum stands where its list did.
#[test]
fn sums_of_many_lists_are_those_of_dalek() {
    let mut numbers = Numbers::new("lists");
    let mut all = points(&mut numbers, 300);
    let negatives: Vec<RistrettoPoint> = all.iter().map(|point| -point).collect();
    all.extend(negatives);
    all.push(RistrettoPoint::identity());
    let encodings: Vec<[u8; 32]> = all.iter().map(|point| point.compress().to_bytes()).collect();
    for count in [0, 1, 2, 7, 8, 9, 15, 16, 17, 33, 100] {
        let lists: Vec<Vec<u32>> = (0..count)
            .map(|number: u32| match number % 5 {
                0 => (0..number).map(|place| place * 7 % 601).collect(),
                // A point, its negative, and the identity.
                1 => vec![number, number + 300, 600],
                2 => vec![number, number],
                3 => (0..300 - number).rev().collect(),
                // A place without a point.
                _ => vec![number, 5_000, u32::MAX],
            })
            .collect();
        let of = |list: &Vec<u32>| -> RistrettoPoint {
            list.iter().filter_map(|place| all.get(*place as usize)).sum()
        };
        let expected: Vec<[u8; 32]> = lists.iter().map(|list| of(list).compress().to_bytes()).collect();
        let slices: Vec<&[u32]> = lists.iter().map(Vec::as_slice).collect();
        for eight in lanes() {
            let decoded = eight.decode(&encodings, |place| panic!("{place} is a point"));
            assert_eq!(decoded.sums(&slices), expected, "{eight:?}, {count} lists");
        }
    }
}

/// Every encoding that is decoded is encoded as it was, through every way of getting at it: alone, doubled and halved.
#[test]
fn what_is_decoded_is_encoded_as_it_was() {
    let mut numbers = Numbers::new("and back");
    let encodings = numbers.points(20_000);
    let half = (Scalar::from(2_u64)).invert();
    for eight in lanes() {
        let decoded = eight.decode(&encodings, |place| panic!("{place} is a point"));
        let places: Vec<[u32; 1]> = (0..20_000).map(|place| [place]).collect();
        let lists: Vec<&[u32]> = places.iter().map(|place| place.as_slice()).collect();
        assert_eq!(decoded.sums(&lists), encodings, "{eight:?}");
        for place in (0..20_000).step_by(997) {
            let twice = decoded.weighted_sum(&[place, place], &[half.to_bytes(); 2]);
            assert_eq!(twice, encodings[place as usize], "{eight:?}");
        }
    }
}

/// This test starts itself again with the variable set.
#[test]
fn the_environment_turns_the_lanes_off() {
    if std::env::var_os(PORTABLE).is_some_and(|value| value == "1") {
        assert!(Lanes::detect().is_none());
        assert!(Lanes::available().is_empty());
        return;
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "the_environment_turns_the_lanes_off"]).env(PORTABLE, "1");
    let output = again.output().unwrap();
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"));
    #[cfg(target_arch = "x86_64")]
    {
        let ifma = std::arch::is_x86_feature_detected!("avx512ifma").then_some("avx512ifma");
        let avx2 = std::arch::is_x86_feature_detected!("avx2").then_some("avx2");
        let names: Vec<&str> = Lanes::available().into_iter().map(Lanes::name).collect();
        assert_eq!(names, ifma.into_iter().chain(avx2).collect::<Vec<_>>());
        assert_eq!(Lanes::detect().map(Lanes::name), names.first().copied());
    }
}
