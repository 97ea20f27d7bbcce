//! Decoding of ristretto255, eight encodings at a time (RFC 9496, section 4.3.1).

use crate::limbs::{D, MINUS_ONE, MINUS_SQRT_M1, ONE, SQRT_M1, parse};

use super::field::Field8;
use super::point::Affine8;

/// Eight reduced numbers.
type Number = Field8<1>;

/// Decodes eight encodings: the points, and the lanes that are canonical encodings. Other lanes hold no point.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn decode(encodings: &[[u8; 32]; 8]) -> (Affine8, u8) {
    let (limbs, canonical) = parse(encodings);
    let s = Field8::from_limbs(&limbs);
    let one = Field8::splat(ONE);
    let ss = s.square();
    let (u1, u2): (Field8<2>, Field8<2>) = (one.sub(&ss), one.add(&ss));
    let (u1, u2) = (u1.carried(), u2.carried());
    let u2_sqr = u2.square();
    // v = −(D·u1²) − u2²
    let minus_v: Field8<2> = Field8::splat(D).mul(&u1.square()).add(&u2_sqr);
    let v = minus_v.carried().negated(0xff);
    let w = v.mul(&u2_sqr);
    let (square, root) = inverse_root(&w);
    let den_x = root.mul(&u2);
    let den_y = root.mul(&den_x).mul(&v);
    let s2: Field8<2> = s.add(&s);
    let x = s2.mul(&den_x).abs();
    let y = u1.mul(&den_y);
    let t = x.mul(&y);
    let valid = canonical & square & !t.is_negative() & !y.is_zero();
    (Affine8 { x, y, t }, valid)
}

/// SQRT_RATIO_M1(1, w) of RFC 9496, section 4.2: lanes where `w` is a square and not 0, and `|1/√w|` there.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn inverse_root(w: &Number) -> (u8, Number) {
    let w3 = w.square().mul(w);
    let w7 = w3.square().mul(w);
    let r = power_p58(&w7).mul(&w3);
    let check = r.square().mul(w).canonical();
    let flipped = check.is(MINUS_ONE);
    let turned = flipped | check.is(MINUS_SQRT_M1);
    let r = r.select(&r.mul(&Field8::splat(SQRT_M1)), turned);
    (check.is(ONE) | flipped, r.abs())
}

/// `z^((p−5)/8)`, where `(p−5)/8 = 2^252 − 3`.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn power_p58(z: &Number) -> Number {
    // The exponent of each is 2^n − 1 for the n in its name.
    let z2 = z.squared(1).mul(z);
    let z4 = z2.squared(2).mul(&z2);
    let z5 = z4.squared(1).mul(z);
    let z10 = z5.squared(5).mul(&z5);
    let z20 = z10.squared(10).mul(&z10);
    let z40 = z20.squared(20).mul(&z20);
    let z50 = z40.squared(10).mul(&z10);
    let z100 = z50.squared(50).mul(&z50);
    let z200 = z100.squared(100).mul(&z100);
    let z250 = z200.squared(50).mul(&z50);
    z250.squared(2).mul(z)
}
