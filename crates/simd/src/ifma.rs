//! The proof that the processor has the instructions, and what may be done with it.

use std::sync::OnceLock;

use crate::PORTABLE;
use crate::points::Points;
use crate::sum;

/// The processor and the operating system have AVX-512 F, DQ and IFMA: only [`Ifma::detect`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct Ifma(());

impl Ifma {
    /// Asks the processor, once. None too where the environment says `PLEBISCITE_PORTABLE=1`.
    #[must_use]
    pub fn detect() -> Option<Self> {
        static FOUND: OnceLock<bool> = OnceLock::new();
        let found = FOUND.get_or_init(|| {
            let wanted = std::env::var_os(PORTABLE).is_none_or(|value| value != "1");
            wanted
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512ifma")
        });
        found.then_some(Self(()))
    }

    /// Decodes ristretto255 (RFC 9496, section 4.3.1). `invalid` is called with the position of each encoding that is not
    /// canonical, ascending; what stands there afterwards is no point and must not be summed.
    #[must_use]
    pub fn decode(self, encodings: &[[u8; 32]], invalid: impl FnMut(usize)) -> Points {
        // SAFETY: `self` exists, so the processor has every instruction that the function is compiled for.
        unsafe { Points::decode(encodings, invalid) }
    }

    /// Whether `Σ scalars_i·points[indices_i]` is the identity; scalars are numbers of 256 bits, little-endian. An index
    /// without a point counts as the identity.
    #[must_use]
    pub fn sums_to_identity(self, points: &Points, indices: &[u32], scalars: &[[u8; 32]]) -> bool {
        // SAFETY: as above.
        unsafe { sum::is_identity(points, indices, scalars) }
    }
}
