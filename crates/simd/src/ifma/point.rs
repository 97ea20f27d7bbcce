//! Eight points of the curve −x² + y² = 1 + d·x²·y² at a time, and their complete addition.
//!
//! Formulas of Hisil, Wong, Carter and Dawson, "Twisted Edwards Curves Revisited" (2008), sections 3.1 and 3.3. They hold
//! for every pair of points of this curve, equal ones and the neutral one included.

use std::arch::x86_64::__mmask8;

use crate::limbs::{D2, ONE};

use super::field::Field8;

/// Eight points as `x`, `y`, `t = x·y`.
#[derive(Clone, Copy)]
pub(crate) struct Affine8 {
    pub(crate) x: Field8,
    pub(crate) y: Field8,
    pub(crate) t: Field8,
}

/// Eight points ready to be added: `y + x`, `y − x`, `2d·x·y`.
#[derive(Clone, Copy)]
pub(crate) struct Niels8 {
    pub(crate) plus: Field8,
    pub(crate) minus: Field8,
    pub(crate) t2d: Field8,
}

/// Eight points in extended coordinates: `x = X/Z`, `y = Y/Z`, `x·y = T/Z`.
#[derive(Clone, Copy)]
pub(crate) struct Extended8 {
    pub(crate) x: Field8,
    pub(crate) y: Field8,
    pub(crate) z: Field8,
    pub(crate) t: Field8,
}

impl Affine8 {
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn niels(&self) -> Niels8 {
        Niels8 { plus: self.y.add(&self.x), minus: self.y.sub(&self.x), t2d: self.t.mul(&Field8::splat(D2)) }
    }
}

impl Niels8 {
    /// The negative in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn negated(&self, mask: __mmask8) -> Self {
        Self {
            plus: self.plus.select(&self.minus, mask),
            minus: self.minus.select(&self.plus, mask),
            t2d: self.t2d.select(&self.t2d.neg(), mask),
        }
    }

    /// In extended coordinates: the sum with the neutral point, where all but one product is known.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn extended(&self) -> Extended8 {
        // 2x = plus − minus, 2y = plus + minus, all coordinates four times.
        let (x2, y2) = (self.plus.sub(&self.minus), self.plus.add(&self.minus));
        Extended8 { x: x2.add(&x2), y: y2.add(&y2), z: Field8::splat([4, 0, 0, 0, 0]), t: x2.mul(&y2) }
    }
}

impl Extended8 {
    /// The neutral point in every lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn neutral() -> Self {
        let (zero, one) = (Field8::zero(), Field8::splat(ONE));
        Self { x: zero, y: one, z: one, t: zero }
    }

    /// `self + other`, seven products.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn add_niels(&self, other: &Niels8) -> Self {
        let a = self.y.sub(&self.x).mul(&other.minus);
        let b = self.y.add(&self.x).mul(&other.plus);
        let c = self.t.mul(&other.t2d);
        let d = self.z.add(&self.z);
        Self::completed(&a, &b, &c, &d)
    }

    /// `self + other`, nine products.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn add(&self, other: &Self) -> Self {
        let a = self.y.sub(&self.x).mul(&other.y.sub(&other.x));
        let b = self.y.add(&self.x).mul(&other.y.add(&other.x));
        let c = self.t.mul(&Field8::splat(D2)).mul(&other.t);
        let d = self.z.add(&self.z).mul(&other.z);
        Self::completed(&a, &b, &c, &d)
    }

    /// `2·self`: four squares, four products.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn double(&self) -> Self {
        let (xx, yy, zz) = (self.x.square(), self.y.square(), self.z.square());
        let (sum, difference) = (yy.add(&xx), yy.sub(&xx));
        let e = self.x.add(&self.y).square().sub(&sum);
        let f = zz.add(&zz).sub(&difference);
        Self { x: e.mul(&f), y: sum.mul(&difference), z: f.mul(&difference), t: e.mul(&sum) }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn completed(a: &Field8, b: &Field8, c: &Field8, d: &Field8) -> Self {
        let (e, f, g, h) = (b.sub(a), d.sub(c), d.add(c), b.add(a));
        Self { x: e.mul(&f), y: g.mul(&h), z: f.mul(&g), t: e.mul(&h) }
    }
}
