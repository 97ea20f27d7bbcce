//! Crockford's base32: the alphabet that codes, fingerprints and trackers are printed in (§14.1).

use zeroize::Zeroizing;

/// The 32 symbols, in the order of their values. `I`, `L`, `O` and `U` are not among them.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first `count` symbols of `bytes`, five bits each, most significant bit first.
/// Bits beyond the end of `bytes` read as zero. Constant time in the bytes.
#[must_use]
pub fn symbols(bytes: &[u8], count: usize) -> Vec<u8> {
    (0..count).map(|place| symbol(five_bits(bytes, place * 5))).collect()
}

/// Brings typed text into symbols: letters upper case, `O` read as `0`, `I` and `L` as `1`, spaces and dashes dropped.
/// What is typed may be a code: the symbols are wiped, read or refused, and nothing grows and leaves a copy behind.
///
/// # Errors
/// The position (counted in characters of `text`, from 0) of the first character that no symbol is written with.
pub fn normalise(text: &str) -> Result<Zeroizing<Vec<u8>>, usize> {
    let mut symbols = Zeroizing::new(Vec::with_capacity(text.len()));
    for (position, c) in text.chars().enumerate().filter(|(_, c)| !is_separator(*c)) {
        symbols.push(normalise_symbol(c).ok_or(position)?);
    }
    Ok(symbols)
}

/// `symbols`, ASCII, in groups of `size`, joined by dashes: one text, of which no parts are left behind.
#[must_use]
pub fn grouped(symbols: &[u8], size: usize) -> String {
    let size = size.max(1);
    let mut text = String::with_capacity(symbols.len() + symbols.len() / size);
    for (place, symbol) in symbols.iter().enumerate() {
        if place > 0 && place.is_multiple_of(size) {
            text.push('-');
        }
        text.push(char::from(*symbol));
    }
    text
}

/// Whether `text` is written as `groups` groups of `size` characters with separators between them.
#[must_use]
pub fn is_grouped(text: &str, groups: usize, size: usize) -> bool {
    let mut parts = text.split(is_separator).filter(|part| !part.is_empty());
    let sizes_fit = parts.by_ref().take(groups).filter(|part| part.chars().count() == size).count() == groups;
    sizes_fit && parts.next().is_none()
}

/// White space, or any of the dashes that keyboards and word processors make.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn normalise_symbol(c: char) -> Option<u8> {
    let upper = u8::try_from(c).ok()?.to_ascii_uppercase();
    let read = match upper {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.contains(&read).then_some(read)
}

/// The five bits that begin at bit `start`.
fn five_bits(bytes: &[u8], start: usize) -> u8 {
    let byte = |at: usize| u16::from(bytes.get(at).copied().unwrap_or(0));
    let window = byte(start / 8) << 8 | byte(start / 8 + 1);
    (window >> (11 - start % 8)) as u8 & 31
}

/// The symbol of a value below 32, by arithmetic: no table is read at a secret place.
fn symbol(value: u8) -> u8 {
    let above = |limit: u8| u8::from(value >= limit);
    // '0'..'9', then letters; each letter left out moves the following ones by one.
    b'0' + value + above(10) * 7 + above(18) + above(20) + above(22) + above(27)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_arithmetic_symbol_is_the_alphabets() {
        for (value, expected) in ALPHABET.iter().enumerate() {
            assert_eq!(symbol(u8::try_from(value).unwrap()), *expected);
        }
    }

    #[test]
    fn bits_are_read_from_the_most_significant() {
        // 00001 00010 00011 00100
        assert_eq!(symbols(&[0b0000_1000, 0b1000_0110, 0b0100_0000], 4), b"1234".to_vec());
        assert_eq!(symbols(&[0xff; 5], 8), b"ZZZZZZZZ".to_vec());
    }

    #[test]
    fn a_letter_outside_the_alphabet_is_refused_with_its_position() {
        assert_eq!(normalise("ab u"), Err(3));
        assert_eq!(normalise("ab v").map(|symbols| symbols.to_vec()), Ok(b"ABV".to_vec()));
        // A Cyrillic letter that looks like an O.
        assert_eq!(normalise("A\u{41e}"), Err(1));
    }

    #[test]
    fn groups_are_joined_by_dashes_in_a_text_that_never_grew() {
        for (symbols, size, text) in
            [("", 4, ""), ("1", 4, "1"), ("1234", 4, "1234"), ("12345", 4, "1234-5"), ("12", 0, "1-2")]
        {
            assert_eq!(grouped(symbols.as_bytes(), size), text);
        }
        let grouped = grouped(&[b'7'; 28], 4);
        assert_eq!((grouped.len(), grouped.capacity()), (34, 35));
        let typed = normalise(&grouped).unwrap();
        assert_eq!((typed.len(), typed.capacity()), (28, 34));
    }

    #[test]
    fn groups_are_recognised_whatever_separates_them() {
        assert!(is_grouped("ABCDEFG HJKMNPQ-RSTVWXY\u{2013} 0123456", 4, 7));
        assert!(!is_grouped("ABCD EFGH JKMN PQRS TVWX YZ01 2345", 4, 7));
        assert!(!is_grouped("ABCDEFG HJKMNPQ RSTVWXY 0123456 A", 4, 7));
        assert!(!is_grouped("ABCDEFG HJKMNPQ RSTVWXY", 4, 7));
    }

    proptest! {
        #[test]
        fn normalising_undoes_case_look_alikes_and_separators(values in prop::collection::vec(0u8..32, 0..60), noise in prop::collection::vec(0usize..8, 60)) {
            let clean: Vec<u8> = values.iter().map(|value| ALPHABET[usize::from(*value)]).collect();
            let mut typed = String::new();
            for (symbol, noise) in clean.iter().zip(&noise) {
                let c = char::from(*symbol);
                match (noise, c) {
                    (0, _) => { typed.push(' '); typed.push(c); }
                    (1, _) => { typed.push('-'); typed.push(c.to_ascii_lowercase()); }
                    (2, '0') => typed.push('o'),
                    (3, '0') => typed.push('O'),
                    (2, '1') => typed.push('l'),
                    (3, '1') => typed.push('I'),
                    (4, _) => { typed.push(c); typed.push('\u{2014}'); }
                    (5, _) => { typed.push(c); typed.push('\n'); }
                    (_, _) => typed.push(c),
                }
            }
            prop_assert_eq!(normalise(&typed).map(|symbols| symbols.to_vec()), Ok(clean.clone()));
            // And once more: normal text stays as it is.
            let again = String::from_utf8(clean.clone()).unwrap();
            prop_assert_eq!(normalise(&again).map(|symbols| symbols.to_vec()), Ok(clean));
        }

        #[test]
        fn any_text_is_refused_or_gives_symbols_only(text in ".{0,80}") {
            if let Ok(symbols) = normalise(&text) {
                prop_assert!(symbols.iter().all(|symbol| ALPHABET.contains(symbol)));
            }
        }
    }
}
