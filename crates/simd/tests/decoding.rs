//! The eight lanes accept exactly the encodings that dalek accepts, and hold the same points afterwards.
//!
//! Every sort of lanes that the processor has is compared; where it has none, the tests say so.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use curve25519_dalek::RistrettoPoint;
use curve25519_dalek::ristretto::CompressedRistretto;
use plebiscite_simd::Lanes;

mod numbers;

use numbers::{Numbers, PRIME, lanes, minus, plus, small};

/// Decodes with both, and compares what is refused, and a random combination of what is not.
fn agree(encodings: &[[u8; 32]]) {
    lanes().into_iter().for_each(|lanes| agree_in(lanes, encodings));
}

fn agree_in(eight: Lanes, encodings: &[[u8; 32]]) {
    let mut refused = BTreeSet::new();
    let points = eight.decode(encodings, |place| assert!(refused.insert(place), "{place} is refused once"));
    assert_eq!(points.len(), encodings.len());
    let mut numbers = Numbers::new("weights");
    let (mut places, mut weights, mut sum) = (Vec::new(), Vec::new(), numbers::identity());
    let mut weighted = (Vec::new(), Vec::new());
    for (place, encoding) in encodings.iter().enumerate() {
        let point = CompressedRistretto(*encoding).decompress();
        assert_eq!(refused.contains(&place), point.is_none(), "{encoding:02x?}");
        if let Some(point) = point {
            let weight = numbers.scalar();
            places.push(u32::try_from(place).unwrap());
            weights.push(weight.to_bytes());
            weighted.0.push(weight);
            weighted.1.push(point);
        }
    }
    sum += numbers::sum(&weighted.0, &weighted.1);
    // The combination, less what dalek says that it is, is nothing; and less anything else it is not.
    for (less, nothing) in [(sum, true), (sum + RistrettoPoint::mul_base(&numbers.scalar()), false)] {
        let all: Vec<[u8; 32]> = encodings.iter().copied().chain([(-less).compress().to_bytes()]).collect();
        let points = eight.decode(&all, |_| ());
        let places: Vec<u32> =
            places.iter().copied().chain([u32::try_from(encodings.len()).unwrap()]).collect();
        let weights: Vec<[u8; 32]> = weights.iter().copied().chain([small(1)]).collect();
        assert_eq!(points.sum_to_identity(&places, &weights), nothing);
    }
}

/// What stands at the borders: around 0, p and 2^255, single bits, and the top bit over what is valid without it.
fn borders() -> Vec<[u8; 32]> {
    let mut all = Vec::new();
    for n in 0..2_000 {
        all.extend([small(n), minus(&PRIME, n), plus(&PRIME, n)]);
        // 2^255 − 1 − n, and 2^256 − 1 − n.
        let mut top = minus(&[0xff; 32], n);
        all.push(top);
        top[31] &= 0x7f;
        all.push(top);
    }
    for bit in 0..256 {
        let mut one = [0; 32];
        one[bit / 8] = 1 << (bit % 8);
        all.extend([one, minus(&one, 1), minus(&PRIME, 0), plus(&one, 1)]);
    }
    let mut numbers = Numbers::new("points");
    for _ in 0..256 {
        let valid = numbers.point();
        let mut high = valid;
        high[31] |= 0x80;
        all.extend([valid, high, numbers::difference(&PRIME, &valid)]);
    }
    all
}

/// RFC 9496, appendix A.2: non-canonical, negative, non-square, negative x·y, and s = −1, which would give y = 0.
const INVALID: [&str; 13] = [
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
    "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
    "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

fn bytes(hex: &str) -> [u8; 32] {
    let mut out = [0; 32];
    for (place, pair) in out.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *place = u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    }
    out
}

#[test]
fn encodings_at_the_borders_are_judged_as_by_dalek() {
    agree(&borders());
}

/// Each invalid encoding in each of sixteen lanes: it alone is refused, and its neighbours are the points they were.
#[test]
fn an_invalid_encoding_is_refused_in_every_lane_and_moves_no_other() {
    let mut numbers = Numbers::new("neighbours");
    let neighbours: Vec<[u8; 32]> = (0..16).map(|_| numbers.point()).collect();
    for invalid in INVALID.map(bytes) {
        assert!(CompressedRistretto(invalid).decompress().is_none());
        for lane in 0..16 {
            let mut encodings = neighbours.clone();
            encodings[lane] = invalid;
            for eight in lanes() {
                let mut refused = Vec::new();
                drop(eight.decode(&encodings, |place| refused.push(place)));
                assert_eq!(refused, [lane], "{eight:?}");
            }
        }
        let mut encodings = neighbours.clone();
        encodings[3] = invalid;
        agree(&encodings);
    }
    agree(&neighbours);
}

#[test]
fn lists_of_every_length_are_decoded_to_their_end() {
    let mut numbers = Numbers::new("lengths");
    let encodings: Vec<[u8; 32]> =
        (0..67).map(|n| if n % 5 == 4 { numbers.bytes() } else { numbers.point() }).collect();
    (0..=encodings.len()).for_each(|length| agree(&encodings[..length]));
}

/// Random ones of every sort, a fifth each: any bytes; even and below 2^255, half of which are no squares; points; points
/// with one bit turned; negatives of points.
fn random(numbers: &mut Numbers, count: usize) -> Vec<[u8; 32]> {
    let mut points = numbers.points(count / 5 * 3 + 3).into_iter();
    let mut next = || points.next().unwrap();
    (0..count)
        .map(|n| match n % 5 {
            0 => numbers.bytes(),
            1 => {
                let mut even = numbers.bytes();
                even[0] &= 0xfe;
                even[31] &= 0x7f;
                even
            }
            2 => next(),
            3 => {
                let (mut turned, which) = (next(), numbers.bytes());
                turned[usize::from(which[0] % 32)] ^= 1 << (which[1] % 8);
                turned
            }
            _ => numbers::difference(&PRIME, &next()),
        })
        .collect()
}

#[test]
fn a_hundred_thousand_random_encodings_are_judged_as_by_dalek() {
    let mut numbers = Numbers::new("a hundred thousand");
    (0..25).for_each(|_| agree(&random(&mut numbers, 4_000)));
}

/// `cargo test --release -p plebiscite-simd -- --ignored`: some minutes.
#[test]
#[ignore = "takes minutes; run by hand after a change of this crate"]
fn ten_million_random_encodings_are_judged_as_by_dalek() {
    let mut numbers = Numbers::new("ten million");
    (0..1_000).for_each(|_| agree(&random(&mut numbers, 10_000)));
}
