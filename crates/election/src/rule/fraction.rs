//! Exact fractions. No floating point is used anywhere in a decision.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A fraction that is not negative, in lowest terms. Zero is `0/1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: u64,
    denominator: u64,
}

/// The text is not a fraction of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a fraction such as \"2/3\" or \"1\", in lowest terms, of numbers below 2^32")]
pub struct FractionFault;

/// A number does not fit the arithmetic of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number does not fit the arithmetic of the decision")]
pub struct Overflow;

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// The whole.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// `numerator / denominator`, reduced.
    ///
    /// # Errors
    /// [`Overflow`] if the reduced terms do not fit 64 bits, or the denominator is zero.
    pub fn new(numerator: u128, denominator: u128) -> Result<Self, Overflow> {
        let divisor = greatest_common_divisor(numerator, denominator);
        let reduced = |term: u128| term.checked_div(divisor).and_then(|term| u64::try_from(term).ok());
        match (reduced(numerator), reduced(denominator)) {
            (Some(numerator), Some(denominator)) if denominator > 0 => Ok(Self { numerator, denominator }),
            _ => Err(Overflow),
        }
    }

    /// A whole number.
    pub fn whole(number: u64) -> Self {
        Self { numerator: number, denominator: 1 }
    }

    /// Reads `a/b` with `b > 1`, or `a`: no sign, no leading zero, lowest terms, both below 2^32.
    ///
    /// # Errors
    /// [`FractionFault`] for every other text.
    pub fn parse(text: &str) -> Result<Self, FractionFault> {
        let (numerator, denominator) = match text.split_once('/') {
            Some((numerator, denominator)) => (parse_term(numerator)?, parse_term(denominator)?),
            None => (parse_term(text)?, 1),
        };
        let fraction = Self::new(numerator, denominator).map_err(|Overflow| FractionFault)?;
        if fraction.to_string() == text { Ok(fraction) } else { Err(FractionFault) }
    }

    /// The numerator of the lowest terms.
    pub fn numerator(&self) -> u64 {
        self.numerator
    }

    /// The denominator of the lowest terms; never zero.
    pub fn denominator(&self) -> u64 {
        self.denominator
    }

    /// Whether this is nothing.
    pub fn is_zero(&self) -> bool {
        self.numerator == 0
    }

    /// Whether this is more than the whole.
    pub fn is_above_one(&self) -> bool {
        self.numerator > self.denominator
    }

    /// Whether `part` reaches this share of `base`: `part > self·base` if `strict`, else
    /// `part ≥ self·base`. A base of zero is never reached.
    ///
    /// # Errors
    /// [`Overflow`] if a product does not fit 128 bits.
    pub fn is_reached(&self, part: u128, base: u128, strict: bool) -> Result<bool, Overflow> {
        let left = part.checked_mul(u128::from(self.denominator)).ok_or(Overflow)?;
        let right = base.checked_mul(u128::from(self.numerator)).ok_or(Overflow)?;
        Ok(base > 0 && if strict { left > right } else { left >= right })
    }

    /// Numerator and denominator as two `u64`, big-endian: 16 bytes.
    pub fn encode(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let (first, second) = bytes.split_at_mut(8);
        first.copy_from_slice(&self.numerator.to_be_bytes());
        second.copy_from_slice(&self.denominator.to_be_bytes());
        bytes
    }
}

/// Several fractions over one denominator, so that any of them add up without another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonShares {
    denominator: u64,
    units: Vec<u64>,
}

impl CommonShares {
    /// Brings `fractions` over their least common denominator.
    ///
    /// # Errors
    /// [`Overflow`] if that denominator or the sum of all units does not fit 64 bits.
    pub fn new(fractions: &[Fraction]) -> Result<Self, Overflow> {
        let denominator = fractions.iter().try_fold(1_u64, |common, fraction| {
            least_common_multiple(common, fraction.denominator).ok_or(Overflow)
        })?;
        let unit = |fraction: &Fraction| {
            denominator.checked_div(fraction.denominator)?.checked_mul(fraction.numerator)
        };
        let units: Vec<u64> = fractions.iter().map(unit).collect::<Option<_>>().ok_or(Overflow)?;
        units.iter().try_fold(0_u64, |sum, &unit| sum.checked_add(unit)).ok_or(Overflow)?;
        Ok(Self { denominator, units })
    }

    /// The units of each fraction, in the order given.
    pub fn units(&self) -> &[u64] {
        &self.units
    }

    /// The units of all fractions together.
    pub fn total(&self) -> u64 {
        self.units.iter().fold(0, |sum: u64, &unit| sum.saturating_add(unit))
    }

    /// `units` of the common denominator as a fraction.
    ///
    /// # Errors
    /// Never for sums of some of these units; [`Overflow`] is carried for callers with others.
    pub fn fraction(&self, units: u64) -> Result<Fraction, Overflow> {
        Fraction::new(u128::from(units), u128::from(self.denominator))
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

impl Serialize for Fraction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

fn parse_term(text: &str) -> Result<u128, FractionFault> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let term: u32 =
        if digits { text.parse().map_err(|_| FractionFault)? } else { return Err(FractionFault) };
    Ok(u128::from(term))
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

fn least_common_multiple(a: u64, b: u64) -> Option<u64> {
    let divisor = greatest_common_divisor(u128::from(a), u128::from(b));
    let multiple = u128::from(a).checked_div(divisor)?.checked_mul(u128::from(b))?;
    u64::try_from(multiple).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(text: &str) -> Fraction {
        Fraction::parse(text).unwrap()
    }

    #[test]
    fn a_fraction_is_written_in_one_way_only() {
        for text in ["0", "1", "1/2", "2/3", "26", "4294967295", "1/4294967295"] {
            assert_eq!(fraction(text).to_string(), text);
        }
        for text in [
            "",
            "/",
            "1/",
            "/2",
            "2/4",
            "1/1",
            "0/1",
            "0/2",
            "1/0",
            "01",
            "1/02",
            "+1",
            "-1",
            "1/-2",
            "0.5",
            "1e2",
            " 1",
            "4294967296",
            "1/4294967296",
            "1/2/3",
            "½",
        ] {
            assert_eq!(Fraction::parse(text), Err(FractionFault), "{text}");
        }
    }

    #[test]
    fn a_strict_share_is_not_reached_by_its_exact_half() {
        let half = fraction("1/2");
        assert_eq!(half.is_reached(5, 10, true), Ok(false));
        assert_eq!(half.is_reached(5, 10, false), Ok(true));
        assert_eq!(half.is_reached(6, 11, true), Ok(true));
        assert_eq!(half.is_reached(5, 11, false), Ok(false));
    }

    #[test]
    fn no_share_of_nothing_is_reached() {
        assert_eq!(Fraction::ONE.is_reached(0, 0, false), Ok(false));
        assert_eq!(Fraction::ZERO.is_reached(0, 0, false), Ok(false));
        assert_eq!(Fraction::ZERO.is_reached(0, 1, false), Ok(true));
    }

    #[test]
    fn a_third_is_a_third_where_floating_point_would_lose_it() {
        let third = fraction("1/3");
        let base = 3 * u128::from(u64::MAX);
        assert_eq!(third.is_reached(u128::from(u64::MAX), base, false), Ok(true));
        assert_eq!(third.is_reached(u128::from(u64::MAX), base, true), Ok(false));
        assert_eq!(third.is_reached(u128::from(u64::MAX) - 1, base, false), Ok(false));
    }

    #[test]
    fn products_beyond_128_bits_are_refused() {
        assert_eq!(fraction("1/2").is_reached(u128::MAX, 1, true), Err(Overflow));
        assert_eq!(fraction("2/3").is_reached(1, u128::MAX, true), Err(Overflow));
        assert_eq!(Fraction::ONE.is_reached(u128::MAX, u128::MAX, false), Ok(true));
    }

    #[test]
    fn halves_and_wholes_add_up_exactly() {
        let shares =
            CommonShares::new(&[fraction("1"), fraction("1/2"), fraction("1/3"), fraction("0")]).unwrap();
        assert_eq!(shares.units(), [6, 3, 2, 0]);
        assert_eq!(shares.fraction(shares.total()).unwrap().to_string(), "11/6");
        let primes: Vec<Fraction> = [4294967291_u32, 4294967279, 4294967231]
            .iter()
            .map(|prime| fraction(&format!("1/{prime}")))
            .collect();
        assert!(CommonShares::new(primes.get(..1).unwrap()).is_ok());
        assert_eq!(CommonShares::new(&primes), Err(Overflow));
    }
}
