//! Points in memory, as the sums read them.

use crate::sum::Stored;

use super::decode::decode as decode_eight;
use super::point::Niels4;

const ONE: u64 = 1_f64.to_bits();

/// The neutral point: 1, 1, 0.
pub(crate) static NEUTRAL: Stored = Stored([ONE, 0, 0, 0, 0, ONE, 0, 0], [0; 8]);

/// Decodes all encodings; `invalid` is called with the position of every one that is none.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn decode(encodings: &[[u8; 32]], mut invalid: impl FnMut(usize)) -> Vec<Stored> {
    let mut stored = Vec::with_capacity(encodings.len().next_multiple_of(8));
    for (start, chunk) in (0..).step_by(8).zip(encodings.chunks(8)) {
        let mut eight = [[0; 32]; 8];
        eight.iter_mut().zip(chunk).for_each(|(place, encoding)| *place = *encoding);
        let [(lower, valid), (upper, other_valid)] = decode_eight(&eight);
        stored.extend_from_slice(&in_memory(&lower.niels()));
        stored.extend_from_slice(&in_memory(&upper.niels()));
        let valid = valid & 0xf | other_valid << 4;
        (0..chunk.len()).filter(|lane| valid >> lane & 1 == 0).for_each(|lane| invalid(start + lane));
    }
    stored.truncate(encodings.len());
    stored
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn in_memory(points: &Niels4) -> [Stored; 4] {
    let limbs = [points.plus.store(), points.minus.store(), points.t2d.store()];
    let mut stored = [NEUTRAL; 4];
    for (lane, place) in stored.iter_mut().enumerate() {
        let words = place.0.iter_mut().chain(&mut place.1);
        for (word, limb) in words.zip(limbs.as_flattened()) {
            *word = limb.get(lane).copied().unwrap_or(0);
        }
    }
    stored
}
