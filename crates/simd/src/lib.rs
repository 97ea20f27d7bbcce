//! Eight points of ristretto255 at a time, with AVX-512 IFMA.
#![allow(missing_docs)]
mod decode;
mod digits;
mod field;
mod lanes;
mod point;
mod points;
mod sum;
pub use points::Points;

#[derive(Clone, Copy)]
pub struct Ifma(());
impl Ifma {
    pub fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") && is_x86_feature_detected!("avx512ifma")).then_some(Self(()))
    }
    pub fn decode(self, e: &[[u8; 32]], invalid: impl FnMut(usize)) -> Points {
        // SAFETY: detected
        unsafe { Points::decode(e, invalid) }
    }
    pub fn sums_to_identity(self, points: &Points, indices: &[u32], scalars: &[[u8; 32]]) -> bool {
        // SAFETY: detected
        unsafe { sum::is_identity(&sum::sum(points, indices, scalars)) }
    }
}
