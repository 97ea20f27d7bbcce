//! Encoding of ristretto255, eight points at a time (RFC 9496, section 4.3.2).

use crate::limbs::{INVSQRT_A_MINUS_D, SQRT_M1, unparse};

use super::decode::inverse_roots;
use super::field::Field8;
use super::point::Extended8;

/// Encodes sixteen points.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn encode([first, second]: [&Extended8; 2]) -> [[[u8; 32]; 8]; 2] {
    let (first, second) = (Begun::new(first), Begun::new(second));
    let [(_, first_root), (_, second_root)] = inverse_roots([first.w, second.w]);
    [first.finish(&first_root), second.finish(&second_root)]
}

/// Eight encodings up to the inverse root, which takes most of the time.
struct Begun<'p> {
    point: &'p Extended8,
    u1: Field8,
    u2: Field8,
    /// `u1·u2²`, of which the inverse root is sought: a square, or 0 where the point is the identity.
    w: Field8,
}

impl<'p> Begun<'p> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn new(point: &'p Extended8) -> Self {
        let Extended8 { x, y, z, .. } = point;
        let (u1, u2) = (z.add(y).mul(&z.sub(y)), x.mul(y));
        Self { point, u1, u2, w: u1.mul(&u2.square()) }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn finish(&self, root: &Field8) -> [[u8; 32]; 8] {
        let Extended8 { x, y, z, t } = self.point;
        let (den1, den2) = (root.mul(&self.u1), root.mul(&self.u2));
        let z_inverse = den1.mul(&den2).mul(t);
        // Of the four points with this encoding, the one with x·y not negative and x not negative.
        let rotated = t.mul(&z_inverse).is_negative();
        let i = Field8::splat(SQRT_M1);
        let (x, y) = (x.select(&y.mul(&i), rotated), y.select(&x.mul(&i), rotated));
        let den_inverse = den2.select(&den1.mul(&Field8::splat(INVSQRT_A_MINUS_D)), rotated);
        let y = y.select(&y.neg(), x.mul(&z_inverse).is_negative());
        let s = den_inverse.mul(&z.sub(&y)).abs();
        unparse(&s.canonical().store())
    }
}
