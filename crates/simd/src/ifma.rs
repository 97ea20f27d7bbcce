//! AVX-512 IFMA: eight numbers in a register, multiplied 52 by 52 bits.

mod decode;
mod digits;
mod encode;
mod field;
mod point;
mod points;
mod registers;
mod sum;

use crate::buckets::{List, Sorted};
use crate::digits::Digits;
use crate::sum::{Eight, Slot, Stored};

/// The processor and the operating system have AVX-512 F, DQ and IFMA: only [`Ifma::detect`] makes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ifma(());

impl Ifma {
    /// Asks the processor.
    pub(crate) fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512ifma");
        found.then_some(Self(()))
    }

    /// Decodes all encodings; `invalid` is called with the position of every one that is none.
    pub(crate) fn decode(self, encodings: &[[u8; 32]], invalid: impl FnMut(usize)) -> Vec<Stored> {
        // SAFETY: `self` exists, so the processor has every instruction that the function is compiled for.
        unsafe { points::decode(encodings, invalid) }
    }
}

impl Eight for Ifma {
    fn digits(self, scalars: &[[u8; 32]], width: u32) -> Digits {
        // SAFETY: as above.
        unsafe { digits::digits(scalars, width) }
    }

    fn neutral(self) -> Slot {
        // SAFETY: as above.
        unsafe { sum::neutral() }
    }

    fn add_up(self, points: &[Stored], sorted: &Sorted, lists: &[List; 8]) -> Slot {
        // SAFETY: as above.
        unsafe { sum::add_up(points, sorted, lists) }
    }

    fn reduce(self, slots: &[Slot], width: u32) -> Slot {
        // SAFETY: as above.
        unsafe { sum::reduce(slots, width) }
    }

    fn double(self, points: &Slot, times: u32) -> Slot {
        // SAFETY: as above.
        unsafe { sum::double(points, times) }
    }

    fn add(self, one: &Slot, other: &Slot) -> Slot {
        // SAFETY: as above.
        unsafe { sum::add(one, other) }
    }

    fn encode(self, points: [&Slot; 2]) -> [[[u8; 32]; 8]; 2] {
        // SAFETY: as above.
        unsafe { sum::encode(points) }
    }

    fn is_identity(self, points: &Slot) -> bool {
        // SAFETY: as above.
        unsafe { sum::is_identity(points) }
    }
}
