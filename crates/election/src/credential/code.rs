//! The secret code on a voter's letter: 26 random symbols and two check symbols (§14.1).

use std::fmt;

use plebiscite_crypto::transcript::domain;
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::crockford;
use super::fingerprint;

/// Random symbols of a code: 130 bits.
pub const RANDOM_SYMBOLS: usize = 26;
/// All symbols of a code: the random ones and two check symbols.
pub const CODE_SYMBOLS: usize = 28;
/// Symbols in a printed group.
const GROUP: usize = 4;

/// Which registrar made a code, by position in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Registrar {
    /// Number 0.
    First,
    /// Number 1.
    Second,
}

impl Registrar {
    /// Both, in order.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    /// Its number, 0 or 1, as it stands in digests and on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }

    /// The registrar of that number, if it is 0 or 1.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::First),
            1 => Some(Self::Second),
            _ => None,
        }
    }
}

/// Why typed text is not a code. Says nothing of what was typed but where a symbol is foreign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodeError {
    /// A character that codes are not written with.
    #[error("the character at position {position} does not occur in codes")]
    Symbol {
        /// Counted in characters of the typed text, from 0.
        position: usize,
    },
    /// Not 28 symbols.
    #[error("a code has 28 symbols, this has {found}")]
    Length {
        /// Symbols found, separators not counted.
        found: usize,
    },
    /// Four groups of seven: the election's fingerprint was typed where a code belongs.
    #[error("this is written as an election's fingerprint, 4 groups of 7, where a code has 7 groups of 4")]
    Fingerprint,
    /// The check symbols are no registrar's: a symbol was mistyped.
    #[error("the check symbols do not fit: a symbol is mistyped")]
    Check,
    /// The check symbols are both registrars': never printed, so mistyped or made by a faulty program.
    #[error("the check symbols fit both registrars")]
    Ambiguous,
}

/// A secret code and the registrar that made it. Wiped when dropped; `Debug` shows the registrar only.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Code {
    symbols: [u8; RANDOM_SYMBOLS],
    #[zeroize(skip)]
    registrar: Registrar,
}

impl Code {
    /// A new code from 17 fresh uniform bytes, of which the first 130 bits are used. Constant time in the bytes
    /// as far as they are kept.
    ///
    /// # Errors
    /// [`CodeError::Ambiguous`] for one draw in 1,024: both registrars' check symbols are equal. The registrar draws anew.
    pub fn from_entropy(registrar: Registrar, fresh: &[u8; 17]) -> Result<Self, CodeError> {
        let drawn = Zeroizing::new(crockford::symbols(fresh, RANDOM_SYMBOLS));
        let symbols = *drawn.first_chunk().ok_or(CodeError::Length { found: drawn.len() })?;
        let code = Self { symbols, registrar };
        let [first, second] = Registrar::ALL.map(|number| check_symbols(number, &code.symbols));
        if first == second { Err(CodeError::Ambiguous) } else { Ok(code) }
    }

    /// Reads a typed code and tells from its check symbols which registrar made it.
    ///
    /// # Errors
    /// [`CodeError`]; text in four groups of seven is always taken for the fingerprint that it is printed as.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let typed = crockford::normalise(text).map_err(|position| CodeError::Symbol { position })?;
        if fingerprint::is_written_as_fingerprint(text) {
            return Err(CodeError::Fingerprint);
        }
        let all: &[u8; CODE_SYMBOLS] =
            typed.as_slice().try_into().map_err(|_| CodeError::Length { found: typed.len() })?;
        let (symbols, check) =
            all.split_first_chunk::<RANDOM_SYMBOLS>().ok_or(CodeError::Length { found: typed.len() })?;
        let fits = Registrar::ALL.map(|number| check_symbols(number, symbols).as_slice() == check);
        let registrar = match fits {
            [true, false] => Registrar::First,
            [false, true] => Registrar::Second,
            [false, false] => return Err(CodeError::Check),
            [true, true] => return Err(CodeError::Ambiguous),
        };
        Ok(Self { symbols: *symbols, registrar })
    }

    /// Who made the code.
    #[must_use]
    pub const fn registrar(&self) -> Registrar {
        self.registrar
    }

    /// The code as it is printed: 7 groups of 4. The only way out for the secret; wiped when dropped.
    #[must_use]
    pub fn printed(&self) -> Zeroizing<String> {
        // Room for all at once: a vector that grows leaves a copy behind.
        let mut all = Zeroizing::new(Vec::with_capacity(CODE_SYMBOLS));
        all.extend_from_slice(&self.symbols);
        all.extend_from_slice(&check_symbols(self.registrar, &self.symbols));
        Zeroizing::new(crockford::grouped(&all, GROUP))
    }

    /// The 26 random symbols, upper-case ASCII, from which the secret scalar is derived.
    pub(super) const fn symbols(&self) -> &[u8; RANDOM_SYMBOLS] {
        &self.symbols
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Code").field("registrar", &self.registrar).finish_non_exhaustive()
    }
}

/// §14.1: the first 10 bits of SHA-256(domain ‖ registrar u8 ‖ the 26 symbols), as two symbols.
fn check_symbols(registrar: Registrar, symbols: &[u8; RANDOM_SYMBOLS]) -> [u8; 2] {
    let digest = Sha256::new()
        .chain_update(domain::CODE_CHECK)
        .chain_update([registrar.number()])
        .chain_update(symbols)
        .finalize();
    let mut check = [b'0'; 2];
    check.iter_mut().zip(crockford::symbols(&digest, 2)).for_each(|(place, symbol)| *place = symbol);
    check
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::crockford::ALPHABET;
    use super::*;

    fn entropy(n: u32) -> [u8; 17] {
        let digest = Sha256::digest(n.to_be_bytes());
        *digest.first_chunk().unwrap()
    }

    fn code(registrar: Registrar, n: u32) -> Code {
        (0..).find_map(|step| Code::from_entropy(registrar, &entropy(n * 1_000 + step)).ok()).unwrap()
    }

    #[test]
    fn a_printed_code_is_read_back_with_its_registrar() {
        for registrar in Registrar::ALL {
            let code = code(registrar, 1);
            let printed = code.printed();
            assert_eq!(printed.len(), 28 + 6);
            assert!(printed.split('-').all(|group| group.len() == 4));
            assert!(Code::parse(&printed).unwrap() == code);
            let sloppy = printed.to_lowercase().replace('-', "  ").replace('0', "o").replace('1', "l");
            assert!(Code::parse(&sloppy).unwrap() == code);
        }
    }

    #[test]
    fn single_mistyped_symbols_are_found_by_the_check_but_for_one_in_five_hundred() {
        let printed = code(Registrar::First, 2).printed();
        let clean = crockford::normalise(&printed).unwrap();
        let (mut tried, mut passed) = (0u32, 0u32);
        for place in 0..CODE_SYMBOLS {
            for other in ALPHABET.iter().filter(|other| **other != clean[place]) {
                let mut wrong = clean.clone();
                wrong[place] = *other;
                tried += 1;
                passed += u32::from(Code::parse(std::str::from_utf8(&wrong).unwrap()).is_ok());
            }
        }
        assert_eq!(tried, 28 * 31);
        // Expected 2/1024 of 806 (a change of a check symbol alone fits only the other registrar, one in 1024).
        assert!(passed <= 8, "{passed} of {tried} mistyped codes pass the check");
    }

    #[test]
    fn swapped_symbols_are_found_by_the_check_but_for_one_in_five_hundred() {
        let (mut tried, mut passed) = (0u32, 0u32);
        for n in 0..40 {
            let clean = crockford::normalise(&code(Registrar::Second, 100 + n).printed()).unwrap();
            for place in 1..CODE_SYMBOLS {
                let mut wrong = clean.clone();
                wrong.swap(place - 1, place);
                if wrong == clean {
                    continue;
                }
                tried += 1;
                passed += u32::from(Code::parse(std::str::from_utf8(&wrong).unwrap()).is_ok());
            }
        }
        assert!(tried > 900);
        assert!(passed <= 10, "{passed} of {tried} transposed codes pass the check");
    }

    #[test]
    fn a_code_that_fits_both_registrars_is_drawn_anew_and_refused_when_typed() {
        let ambiguous = (0u32..20_000)
            .find(|n| Code::from_entropy(Registrar::First, &entropy(*n)) == Err(CodeError::Ambiguous))
            .unwrap();
        let drawn = crockford::symbols(&entropy(ambiguous), RANDOM_SYMBOLS);
        let mut typed = drawn.clone();
        typed.extend(check_symbols(Registrar::First, drawn.as_slice().try_into().unwrap()));
        assert_eq!(Code::parse(std::str::from_utf8(&typed).unwrap()).unwrap_err(), CodeError::Ambiguous);
        // The twin: other draws are accepted.
        assert!(Code::parse(&code(Registrar::First, 3).printed()).is_ok());
    }

    #[test]
    fn a_fingerprint_typed_for_a_code_is_named_as_such() {
        let symbols = crockford::normalise(&code(Registrar::First, 4).printed()).unwrap();
        let as_fingerprint = crockford::grouped(&symbols, 7);
        assert_eq!(Code::parse(&as_fingerprint).unwrap_err(), CodeError::Fingerprint);
        assert!(Code::parse(&crockford::grouped(&symbols, 4)).is_ok());
    }

    #[test]
    fn short_long_and_foreign_text_is_refused_by_name() {
        let printed = code(Registrar::First, 5).printed();
        assert_eq!(Code::parse(&printed[..printed.len() - 1]).unwrap_err(), CodeError::Length { found: 27 });
        assert_eq!(Code::parse(&format!("{}0", *printed)).unwrap_err(), CodeError::Length { found: 29 });
        assert_eq!(Code::parse(&format!("{}!", *printed)).unwrap_err(), CodeError::Symbol { position: 34 });
        assert!(Code::parse(&printed).is_ok());
    }

    #[test]
    fn debug_shows_no_symbol() {
        let code = code(Registrar::Second, 6);
        assert_eq!(format!("{code:?}"), "Code { registrar: Second, .. }");
    }

    proptest! {
        #[test]
        fn every_unambiguous_draw_survives_printing(fresh: [u8; 17]) {
            match Code::from_entropy(Registrar::Second, &fresh) {
                Ok(code) => prop_assert!(Code::parse(&code.printed()).is_ok_and(|read| read == code)),
                Err(error) => prop_assert_eq!(error, CodeError::Ambiguous),
            }
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in ".{0,60}") {
            let _ = Code::parse(&text);
        }
    }
}
