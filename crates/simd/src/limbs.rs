//! Numbers modulo p = 2^255 − 19 as five limbs of 51 bits: the curve's constants, and eight encodings in their limbs and back.

/// Bits of a limb.
pub(crate) const MASK: u64 = (1 << 51) - 1;

/// Five limbs of one number, for constants.
pub(crate) type Limbs = [u64; 5];

/// 1.
pub(crate) const ONE: Limbs = [1, 0, 0, 0, 0];
/// p − 1.
pub(crate) const MINUS_ONE: Limbs = [MASK - 19, MASK, MASK, MASK, MASK];
/// i, the square root of −1 that is not negative (RFC 9496, section 4.1).
pub(crate) const SQRT_M1: Limbs = [
    1_718_705_420_411_056,
    234_908_883_556_509,
    2_233_514_472_574_048,
    2_117_202_627_021_982,
    765_476_049_583_133,
];
/// −i.
pub(crate) const MINUS_SQRT_M1: Limbs =
    [MASK - 18 - SQRT_M1[0], MASK - SQRT_M1[1], MASK - SQRT_M1[2], MASK - SQRT_M1[3], MASK - SQRT_M1[4]];
/// d, the curve's constant.
pub(crate) const D: Limbs = [
    929_955_233_495_203,
    466_365_720_129_213,
    1_662_059_464_998_953,
    2_033_849_074_728_123,
    1_442_794_654_840_575,
];
/// 2d.
pub(crate) const D2: Limbs = [
    1_859_910_466_990_425,
    932_731_440_258_426,
    1_072_319_116_312_658,
    1_815_898_335_770_999,
    633_789_495_995_903,
];

/// 1/√(−1 − d), the root that is not negative (RFC 9496, section 4.1).
pub(crate) const INVSQRT_A_MINUS_D: Limbs = [
    278_908_739_862_762,
    821_645_201_101_625,
    8_113_234_426_968,
    1_777_959_178_193_151,
    2_118_520_810_568_447,
];

/// Limbs, and the lanes that hold a number below p that is not negative.
#[inline]
pub(crate) fn parse(encodings: &[[u8; 32]; 8]) -> ([[u64; 8]; 5], u8) {
    let mut limbs = [[0; 8]; 5];
    let [l0, l1, l2, l3, l4] = &mut limbs;
    let places = l0.iter_mut().zip(l1).zip(l2).zip(l3).zip(l4);
    let mut canonical = 0;
    for (lane, (encoding, ((((l0, l1), l2), l3), l4))) in encodings.iter().zip(places).enumerate() {
        let [w0, w1, w2, w3] = words(encoding);
        *l0 = w0 & MASK;
        *l1 = (w0 >> 51 | w1 << 13) & MASK;
        *l2 = (w1 >> 38 | w2 << 26) & MASK;
        *l3 = (w2 >> 25 | w3 << 39) & MASK;
        *l4 = (w3 >> 12) & MASK;
        let below = w3 < u64::MAX >> 1
            || (w3 == u64::MAX >> 1 && (w2 != u64::MAX || w1 != u64::MAX || w0 < u64::MAX - 18));
        canonical |= u8::from(below & (w0 & 1 == 0)) << lane;
    }
    (limbs, canonical)
}

/// The encodings of eight numbers below p, from limbs below 2^51.
#[inline]
pub(crate) fn unparse([l0, l1, l2, l3, l4]: &[[u64; 8]; 5]) -> [[u8; 32]; 8] {
    let mut encodings = [[0; 32]; 8];
    let places = encodings.iter_mut().zip(l0).zip(l1).zip(l2).zip(l3).zip(l4);
    for (((((encoding, l0), l1), l2), l3), l4) in places {
        let words = [l0 | l1 << 51, l1 >> 13 | l2 << 38, l2 >> 26 | l3 << 25, l3 >> 39 | l4 << 12];
        for (eight, word) in encoding.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *eight = word.to_le_bytes();
        }
    }
    encodings
}

/// Four words of 64 bits, little-endian.
#[inline]
pub(crate) fn words(bytes: &[u8; 32]) -> [u64; 4] {
    let mut words = [0; 4];
    for (word, eight) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*eight);
    }
    words
}
