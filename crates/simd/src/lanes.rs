//! Which instructions the processor has, and what may be done with them.

use std::sync::OnceLock;

use crate::PORTABLE;
use crate::avx2::Avx2;
use crate::ifma::Ifma;
use crate::sum::{self, Stored};

/// Eight lanes of one sort that this processor has.
#[derive(Clone, Copy, Debug)]
pub struct Lanes(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Ifma(Ifma),
    Avx2(Avx2),
}

/// Decoded points, in the form of the lanes that decoded them.
pub struct Points {
    lanes: Lanes,
    stored: Vec<Stored>,
}

impl Lanes {
    /// The fastest lanes that the processor has, asked once: AVX-512 IFMA, or AVX2 with FMA. None where it has neither, and
    /// where the environment says `PLEBISCITE_PORTABLE=1`.
    #[must_use]
    pub fn detect() -> Option<Self> {
        static FOUND: OnceLock<Option<Lanes>> = OnceLock::new();
        *FOUND.get_or_init(|| Self::available().into_iter().next())
    }

    /// All that the processor has, fastest first; none where the environment says `PLEBISCITE_PORTABLE=1`.
    #[must_use]
    pub fn available() -> Vec<Self> {
        if std::env::var_os(PORTABLE).is_some_and(|value| value == "1") {
            return Vec::new();
        }
        let kinds = [Ifma::detect().map(Kind::Ifma), Avx2::detect().map(Kind::Avx2)];
        kinds.into_iter().flatten().map(Self).collect()
    }

    /// The instructions' name: `avx512ifma` or `avx2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Ifma(_) => "avx512ifma",
            Kind::Avx2(_) => "avx2",
        }
    }

    /// Decodes ristretto255 (RFC 9496, section 4.3.1). `invalid` is called with the position of each encoding that is not
    /// canonical, ascending; what stands there afterwards is no point and must not be summed.
    #[must_use]
    pub fn decode(self, encodings: &[[u8; 32]], invalid: impl FnMut(usize)) -> Points {
        let stored = match self.0 {
            Kind::Ifma(ifma) => ifma.decode(encodings, invalid),
            Kind::Avx2(avx2) => avx2.decode(encodings, invalid),
        };
        Points { lanes: self, stored }
    }

    #[cfg(test)]
    pub(crate) fn digits(self, scalars: &[[u8; 32]], width: u32) -> crate::digits::Digits {
        use crate::sum::Eight;
        match self.0 {
            Kind::Ifma(ifma) => ifma.digits(scalars, width),
            Kind::Avx2(avx2) => avx2.digits(scalars, width),
        }
    }
}

impl Points {
    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.stored.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }

    /// Whether `Σ scalars_i·points[indices_i]` is the identity; scalars are numbers of 256 bits, little-endian. An index
    /// without a point counts as the identity.
    #[must_use]
    pub fn sum_to_identity(&self, indices: &[u32], scalars: &[[u8; 32]]) -> bool {
        match self.lanes.0 {
            Kind::Ifma(ifma) => sum::is_identity(ifma, &self.stored, indices, scalars),
            Kind::Avx2(avx2) => sum::is_identity(avx2, &self.stored, indices, scalars),
        }
    }

    /// The encoding of `Σ scalars_i·points[indices_i]`; scalars are numbers of 256 bits, little-endian. An index without a
    /// point counts as the identity.
    #[must_use]
    pub fn weighted_sum(&self, indices: &[u32], scalars: &[[u8; 32]]) -> [u8; 32] {
        match self.lanes.0 {
            Kind::Ifma(ifma) => sum::weighted_sum(ifma, &self.stored, indices, scalars),
            Kind::Avx2(avx2) => sum::weighted_sum(avx2, &self.stored, indices, scalars),
        }
    }

    /// The encoding of the sum of each list of places, that of an empty one being the identity's. An index without a point
    /// counts as the identity. Quickest where lists are many, or of one length.
    #[must_use]
    pub fn sums(&self, lists: &[&[u32]]) -> Vec<[u8; 32]> {
        match self.lanes.0 {
            Kind::Ifma(ifma) => sum::sums(ifma, &self.stored, lists),
            Kind::Avx2(avx2) => sum::sums(avx2, &self.stored, lists),
        }
    }
}
