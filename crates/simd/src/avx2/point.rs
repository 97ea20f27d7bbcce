//! Four points of the curve −x² + y² = 1 + d·x²·y² at a time, and their complete addition.
//!
//! Formulas of Hisil, Wong, Carter and Dawson, "Twisted Edwards Curves Revisited" (2008), sections 3.1 and 3.3. They hold
//! for every pair of points of this curve, equal ones and the neutral one included. Sums of two or three numbers go into
//! products as they are, as far as `Field4` lets them.

use crate::limbs::{D2, ONE};

use super::field::Field4;

/// Four reduced numbers.
type Number = Field4<1>;

/// Four points as `x`, `y`, `t = x·y`.
#[derive(Clone, Copy)]
pub(crate) struct Affine4 {
    pub(crate) x: Number,
    pub(crate) y: Number,
    pub(crate) t: Number,
}

/// Four points ready to be added: `y + x`, `y − x`, `2d·x·y`.
#[derive(Clone, Copy)]
pub(crate) struct Niels4 {
    pub(crate) plus: Number,
    pub(crate) minus: Number,
    pub(crate) t2d: Number,
}

/// Four points in extended coordinates: `x = X/Z`, `y = Y/Z`, `x·y = T/Z`.
#[derive(Clone, Copy)]
pub(crate) struct Extended4 {
    pub(crate) x: Number,
    pub(crate) y: Number,
    pub(crate) z: Number,
    pub(crate) t: Number,
}

impl Affine4 {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn niels(&self) -> Niels4 {
        let plus: Field4<2> = self.y.add(&self.x);
        let minus: Field4<2> = self.y.sub(&self.x);
        Niels4 { plus: plus.carried(), minus: minus.carried(), t2d: self.t.mul(&Field4::splat(D2)) }
    }
}

impl Niels4 {
    /// The negative in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn negated(&self, mask: u8) -> Self {
        Self {
            plus: self.plus.select(&self.minus, mask),
            minus: self.minus.select(&self.plus, mask),
            t2d: self.t2d.negated(mask),
        }
    }

    /// In extended coordinates: the sum with the neutral point, where all but one product is known.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn extended(&self) -> Extended4 {
        // 2x = plus − minus, 2y = plus + minus, all coordinates twice.
        let x2: Field4<2> = self.plus.sub(&self.minus);
        let y2: Field4<2> = self.plus.add(&self.minus);
        let (x2, y2) = (x2.carried(), y2.carried());
        let both = |z: &Number| -> Field4<2> { z.add(z) };
        Extended4 {
            x: both(&x2).carried(),
            y: both(&y2).carried(),
            z: Field4::splat([4, 0, 0, 0, 0]),
            t: x2.mul(&y2),
        }
    }
}

impl Extended4 {
    /// The neutral point in every lane.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn neutral() -> Self {
        let (zero, one) = (Field4::zero(), Field4::splat(ONE));
        Self { x: zero, y: one, z: one, t: zero }
    }

    /// Adds `other`, seven products.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn add_niels(&mut self, other: &Niels4) {
        let (minus, plus) = self.minus_and_plus();
        let a = minus.mul(&other.minus);
        let b = plus.mul(&other.plus);
        let c = self.t.mul(&other.t2d);
        let d: Field4<2> = self.z.add(&self.z);
        *self = Self::completed(&a, &b, &c, &d);
    }

    /// `self + other`, nine products.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn add(&self, other: &Self) -> Self {
        let ((minus, plus), (other_minus, other_plus)) = (self.minus_and_plus(), other.minus_and_plus());
        let a = minus.mul(&other_minus.carried());
        let b = plus.mul(&other_plus.carried());
        let c = self.t.mul(&Field4::splat(D2)).mul(&other.t);
        let double: Field4<2> = self.z.add(&self.z);
        let d = double.mul(&other.z);
        Self::completed(&a, &b, &c, &d)
    }

    /// `2·self`: four squares, four products.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn double(&self) -> Self {
        let (xx, yy, zz) = (self.x.square(), self.y.square(), self.z.square());
        let both: Field4<2> = self.x.add(&self.y);
        let (sum, difference): (Field4<2>, Field4<2>) = (yy.add(&xx), yy.sub(&xx));
        let (sum, difference) = (sum.carried(), difference.carried());
        let e: Field4<2> = both.carried().square().sub(&sum);
        let twice: Field4<2> = zz.add(&zz);
        let f: Field4<3> = twice.sub(&difference);
        let f = f.carried();
        Self { x: e.mul(&f), y: sum.mul(&difference), z: f.mul(&difference), t: e.mul(&sum) }
    }

    /// `Y − X` and `Y + X`.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn minus_and_plus(&self) -> (Field4<2>, Field4<2>) {
        (self.y.sub(&self.x), self.y.add(&self.x))
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn completed<const N: u32>(a: &Number, b: &Number, c: &Number, d: &Field4<N>) -> Self {
        let e: Field4<2> = b.sub(a);
        let f: Field4<3> = d.sub(c);
        let g: Field4<3> = d.add(c);
        let h: Field4<2> = b.add(a);
        let (f, h) = (f.carried(), h.carried());
        Self { x: e.mul(&f), y: g.mul(&h), z: g.mul(&f), t: e.mul(&h) }
    }
}
