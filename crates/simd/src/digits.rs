//! Scalars as signed digits of a window's width.

use crate::limbs::words;

/// Digits of many scalars, window by window: `scalar = Σ digit_w·2^(width·w)`, where `−2^(width−1) < digit ≤ 2^(width−1)`.
pub(crate) struct Digits {
    /// One row a window, each as long as there are scalars.
    rows: Vec<Vec<i16>>,
}

/// So many windows of this width hold 256 bits and a carry.
pub(crate) const fn windows(width: u32) -> u32 {
    257_u32.div_ceil(width)
}

impl Digits {
    /// Of any numbers of 32 bytes, little-endian; widths are from 1 to 15.
    ///
    /// With 2^(width−1) − 1 added to every window, no digit is less than 0, and none depends on the one below it.
    pub(crate) fn of(scalars: &[[u8; 32]], width: u32) -> Self {
        let most = (1 << (width - 1)) - 1;
        let starts = (0..windows(width)).map(|window| ((window * width / 64) as usize, window * width % 64));
        let mut added = [0; 6];
        for (word, shift) in starts.clone() {
            added.iter_mut().skip(word).zip(split(most, shift)).for_each(|(place, part)| *place |= part);
        }
        let mut rows = vec![vec![0; scalars.len()]; starts.len()];
        for (place, scalar) in scalars.iter().enumerate() {
            let sum = sum(&words(scalar), &added);
            for (row, (word, shift)) in rows.iter_mut().zip(starts.clone()) {
                let two = sum.iter().skip(word).zip(sum.iter().skip(word + 1)).next();
                if let (Some((low, high)), Some(digit)) = (two, row.get_mut(place)) {
                    let bits = low >> shift | high << 1 << (63 - shift);
                    // At most 2^15 on either side of 0.
                    *digit = ((bits & (2 * most + 1)) as i64 - most as i64) as i16;
                }
            }
        }
        Self { rows }
    }

    /// No digits yet, and memory for those of so many scalars, rounded up to eights.
    pub(crate) fn room(scalars: usize, width: u32) -> Self {
        let room = scalars.next_multiple_of(8);
        Self { rows: (0..windows(width)).map(|_| Vec::with_capacity(room)).collect() }
    }

    /// The rows, from the lowest window up.
    pub(crate) fn rows(&self) -> &[Vec<i16>] {
        &self.rows
    }

    /// The rows, to be filled.
    pub(crate) fn rows_mut(&mut self) -> &mut [Vec<i16>] {
        &mut self.rows
    }
}

/// `bits·2^shift` in two words, where `shift` is below 64 and `bits` has at most 15.
const fn split(bits: u64, shift: u32) -> [u64; 2] {
    [bits << shift, bits >> 1 >> (63 - shift)]
}

/// A number of four words and one of six; the last word of the sum is 0.
fn sum(number: &[u64; 4], added: &[u64; 6]) -> [u64; 6] {
    let [a0, a1, a2, a3] = *number;
    let [b0, b1, b2, b3, b4, _] = *added;
    let add = |a: u64, b: u64, carry: bool| {
        let (once, first) = a.overflowing_add(b);
        let (twice, second) = once.overflowing_add(u64::from(carry));
        (twice, first | second)
    };
    let (s0, carry) = add(a0, b0, false);
    let (s1, carry) = add(a1, b1, carry);
    let (s2, carry) = add(a2, b2, carry);
    let (s3, carry) = add(a3, b3, carry);
    [s0, s1, s2, s3, b4 + u64::from(carry), 0]
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::lanes::Lanes;

    /// `Σ digit·2^(width·w)` as 320 bits in two's complement.
    fn joined(digits: &[i16], width: u32) -> [u8; 40] {
        let mut bytes = [0u8; 40];
        let mut carry = 0i64;
        // Bit by bit: the digits' own carries go upward with their sign.
        let mut total = vec![0i64; 320];
        for (window, digit) in digits.iter().enumerate() {
            if let Some(place) = total.get_mut(window * width as usize) {
                *place += i64::from(*digit);
            }
        }
        for (bit, value) in total.iter().enumerate() {
            carry += value;
            bytes[bit / 8] |= ((carry & 1) as u8) << (bit % 8);
            carry >>= 1;
        }
        bytes
    }

    /// By every way that this processor has.
    fn ways(scalars: &[[u8; 32]], width: u32) -> Vec<(u32, Digits)> {
        let plain = Digits::of(scalars, width);
        let eights = Lanes::available().into_iter().map(|lanes| lanes.digits(scalars, width));
        std::iter::once(plain).chain(eights).map(|digits| (width, digits)).collect()
    }

    #[test]
    fn digits_are_the_scalar_again_and_stay_within_their_width() {
        let mut scalars: Vec<[u8; 32]> =
            vec![[0; 32], [0xff; 32], [0x80; 32], [0x7f; 32], [1; 32], [0x55; 32]];
        scalars.extend((0..256).map(|bit: usize| {
            let mut one = [0; 32];
            one[bit / 8] = 1 << (bit % 8);
            one
        }));
        scalars.extend((0..500u32).map(|n| -> [u8; 32] { Sha256::digest(n.to_be_bytes()).into() }));
        for (width, digits) in (4..=14).flat_map(|width| ways(&scalars, width)) {
            assert_eq!(digits.rows().len(), windows(width) as usize);
            for (place, scalar) in scalars.iter().enumerate() {
                let own: Vec<i16> = digits.rows().iter().map(|row| row[place]).collect();
                let half = 1i16 << (width - 1);
                assert!(own.iter().all(|digit| -half < *digit && *digit <= half));
                let joined = joined(&own, width);
                assert_eq!((&joined[..32], &joined[32..]), (&scalar[..], &[0u8; 8][..]), "width {width}");
            }
        }
    }
}
