//! Which encoding a voter file was saved in: found, or named by the registrar.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};
use thiserror::Error;

/// An encoding in which spreadsheets save.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[value(name = "utf-8")]
    Utf8,
    /// UTF-16, little end first: a spreadsheet's "Unicode text".
    #[value(name = "utf-16le")]
    Utf16Le,
    /// UTF-16, big end first.
    #[value(name = "utf-16be")]
    Utf16Be,
    /// Windows-1251: Russian and other Cyrillic letters, but not the Kazakh ones.
    #[value(name = "windows-1251")]
    Windows1251,
    /// Windows-1252: Western European letters.
    #[value(name = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16, little end first",
            Self::Utf16Be => "UTF-16, big end first",
            Self::Windows1251 => "Windows-1251",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// A file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// How it was encoded.
    pub encoding: Encoding,
    /// Nothing in the file says so: it was chosen by what its letters look like.
    pub guessed: bool,
}

/// Why a file is no text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing in it.
    #[error("the file is empty: export the voters again")]
    Empty,
    /// The first bytes are those of a spreadsheet's own format or an archive.
    #[error("the file is no CSV but {what}: open it in its program and save it as CSV in UTF-8")]
    OtherFormat {
        /// What it is.
        what: &'static str,
    },
    /// A character that no text has.
    #[error(
        "line {line}: there is a NUL, which no text has: save the file again as CSV in UTF-8 from the program that it comes from, or type the line anew"
    )]
    Nul {
        /// The line, from 1.
        line: usize,
    },
    /// UTF-8 but for some bytes.
    #[error(
        "line {line}: the file is UTF-8 but for some bytes there: save it again as UTF-8, or cut the line out and type it anew"
    )]
    Broken {
        /// The line, from 1.
        line: usize,
    },
    /// Not what its name says.
    #[error("line {line}: the file is not {}: leave --encoding out, or name another", encoding.name())]
    NotNamed {
        /// The line, from 1.
        line: usize,
        /// The encoding that was named or that the file's mark names.
        encoding: Encoding,
    },
}

/// Reads a file's bytes as text, in the encoding that was named, or else the one that is found.
///
/// # Errors
/// [`TextError`].
pub fn decode(bytes: Vec<u8>, named: Option<Encoding>) -> Result<Decoded, TextError> {
    if let Some(what) = other_format(&bytes) {
        return Err(TextError::OtherFormat { what });
    }
    let (encoding, guessed) = match named {
        Some(encoding) => (encoding, false),
        None => find(&bytes)?,
    };
    let text = match encoding {
        Encoding::Utf8 => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                return Err(not_named(error.as_bytes().get(..valid).unwrap_or_default(), encoding));
            }
        },
        other => {
            let decoder = match other {
                Encoding::Utf16Le => UTF_16LE,
                Encoding::Utf16Be => UTF_16BE,
                Encoding::Windows1251 => WINDOWS_1251,
                Encoding::Utf8 | Encoding::Windows1252 => WINDOWS_1252,
            };
            let (text, broken) = decoder.decode_without_bom_handling(&bytes);
            if broken {
                let before = text.split('\u{fffd}').next().unwrap_or_default();
                return Err(not_named(before.as_bytes(), encoding));
            }
            text.into_owned()
        }
    };
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    if let Some((before, _)) = text.split_once('\0') {
        return Err(TextError::Nul { line: line_after(before.as_bytes()) });
    }
    if text.trim().is_empty() { Err(TextError::Empty) } else { Ok(Decoded { text, encoding, guessed }) }
}

fn not_named(before: &[u8], encoding: Encoding) -> TextError {
    TextError::NotNamed { line: line_after(before), encoding }
}

/// The line that begins, or goes on, after these bytes.
fn line_after(before: &[u8]) -> usize {
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// What else people hand over where a CSV is meant.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", "a spreadsheet (or another archive)"),
        (b"\xd0\xcf\x11\xe0", "an old spreadsheet"),
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "a compressed file"),
        (b"plebiscite roll/", "a roll that is prepared already"),
    ];
    known.into_iter().find(|(first, _)| bytes.starts_with(first)).map(|(_, what)| what)
}

fn find(bytes: &[u8]) -> Result<(Encoding, bool), TextError> {
    let marks: [(&[u8], Encoding); 3] = [
        (b"\xef\xbb\xbf", Encoding::Utf8),
        (b"\xff\xfe", Encoding::Utf16Le),
        (b"\xfe\xff", Encoding::Utf16Be),
    ];
    if let Some((_, encoding)) = marks.into_iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Ok((encoding, false));
    }
    if let Some(encoding) = [Encoding::Utf16Le, Encoding::Utf16Be].into_iter().find(|it| is_utf16(bytes, *it))
    {
        return Ok((encoding, true));
    }
    let Err(error) = std::str::from_utf8(bytes) else { return Ok((Encoding::Utf8, false)) };
    let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
    // Letters of UTF-8 before the first broken byte: the file is UTF-8, and somebody's program broke it.
    if !valid.is_ascii() {
        return Err(TextError::Broken { line: line_after(valid) });
    }
    Ok((by_neighbours(bytes), true))
}

/// Whether a file without a mark is UTF-16: whole pairs of bytes, lines that end by the pair of a line feed, and at least
/// one character in 32 with a zero byte, as separators, digits and line ends have it. A stray zero in other texts makes
/// none of them UTF-16.
fn is_utf16(bytes: &[u8], encoding: Encoding) -> bool {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let ordered = |[first, second]: &[u8; 2]| match encoding {
        Encoding::Utf16Be => (*first, *second),
        _ => (*second, *first),
    };
    let (mut zeros, mut feeds, mut alone) = (0usize, 0usize, 0usize);
    for (high, low) in pairs.iter().map(ordered) {
        zeros += usize::from(high == 0);
        match (high, low) {
            (0, b'\n') => feeds += 1,
            // A line feed of one byte, beside a letter of one byte. Letters of two have it beside a smaller one.
            (b'\n', beside) | (beside, b'\n') if beside >= b' ' || matches!(beside, b'\t' | b'\r') => {
                alone += 1
            }
            _ => (),
        }
    }
    rest.is_empty() && feeds > 0 && alone * 16 <= feeds && zeros * 32 >= pairs.len()
}

/// Cyrillic words are runs of high bytes; Western ones have single high bytes between ASCII letters.
fn by_neighbours(bytes: &[u8]) -> Encoding {
    let high = |byte: u8| byte >= 0xc0;
    let (mut single, mut in_runs) = (0usize, 0usize);
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| high(**byte)) {
        let neighbour = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|byte| high(*byte));
        if neighbour(at.checked_sub(1)) || neighbour(at.checked_add(1)) { in_runs += 1 } else { single += 1 }
    }
    if in_runs > single { Encoding::Windows1251 } else { Encoding::Windows1252 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> (Encoding, String) {
        let decoded = decode(bytes.to_vec(), None).unwrap();
        (decoded.encoding, decoded.text)
    }

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let marked = format!("{}{text}", if mark { "\u{feff}" } else { "" });
        marked
            .encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn every_encoding_of_a_spreadsheet_is_found() {
        let kazakh = "сайлаушы;өңір\nvoter-000001;Қостанай\n";
        let (russian, german) = ("избиратель;регион\n1;Алматы\n", "voter;region\n1;Zürich\n2;Genève\n");
        assert_eq!(found(kazakh.as_bytes()), (Encoding::Utf8, kazakh.to_owned()));
        assert_eq!(found(format!("\u{feff}{kazakh}").as_bytes()), (Encoding::Utf8, kazakh.to_owned()));
        for (big, encoding) in [(false, Encoding::Utf16Le), (true, Encoding::Utf16Be)] {
            for mark in [true, false] {
                assert_eq!(found(&utf16(kazakh, big, mark)), (encoding, kazakh.to_owned()));
            }
        }
        let cyrillic = WINDOWS_1251.encode(russian).0.into_owned();
        assert_eq!(found(&cyrillic), (Encoding::Windows1251, russian.to_owned()));
        let western = WINDOWS_1252.encode(german).0.into_owned();
        assert_eq!(found(&western), (Encoding::Windows1252, german.to_owned()));
        // Letters that have a line feed's byte in them change nothing.
        let serbian = "voter;name;region;language\n1;Његош;ZH;kk\n".repeat(40);
        assert_eq!(found(&utf16(&serbian, false, false)), (Encoding::Utf16Le, serbian));
        // Named, whatever it looks like.
        let named = decode(western, Some(Encoding::Windows1251)).unwrap();
        assert!(!named.guessed && named.text != german);
    }

    #[test]
    fn a_stray_zero_is_named_by_its_line_and_makes_no_utf_16_of_a_text() {
        let sentence = "there is a NUL, which no text has: save the file again as CSV in UTF-8 from the program that it comes from, or type the line anew";
        for (text, line) in [
            ("voter,region,language\n1,ZH,kk\0\n2,BE,ru\n", 2),
            ("voter,region,language\n1,ZH,kk\n\0,BE,ru\n", 3),
            ("voter,region,language\n1,ZH,kk\n2,BE,r\0\n", 3),
            ("\u{feff}voter,region,language\n1,ZH,kk\0", 2),
            ("voter,region,language\n1,Z\0H,kk\n22,BE,ru\n", 2),
            ("сайлаушы,өңір,тіл\n1,Қос\0танай,kk\n", 2),
        ] {
            for named in [None, Some(Encoding::Utf8)] {
                let refused = decode(text.as_bytes().to_vec(), named).unwrap_err().to_string();
                assert_eq!(refused, format!("line {line}: {sentence}"), "{text:?}");
            }
            assert!(decode(text.replace('\0', "").into_bytes(), None).is_ok());
        }
        let western = WINDOWS_1252.encode("voter;region\n1;Zürich\0\n").0.into_owned();
        assert_eq!(decode(western, None).unwrap_err(), TextError::Nul { line: 2 });
        assert_eq!(
            decode(utf16("voter;region\n1;Z\0\n", false, true), None).unwrap_err(),
            TextError::Nul { line: 2 }
        );
    }

    #[test]
    fn what_is_no_text_is_refused_with_what_to_do() {
        for (bytes, sentence) in [
            (&b""[..], "the file is empty: export the voters again"),
            (b" \n", "the file is empty: export the voters again"),
            (
                b"PK\x03\x04..",
                "the file is no CSV but a spreadsheet (or another archive): open it in its program and save it as CSV in UTF-8",
            ),
            (
                "voter\nÄ\n\u{e4}".as_bytes().split_last().unwrap().1,
                "line 3: the file is UTF-8 but for some bytes there: save it again as UTF-8, or cut the line out and type it anew",
            ),
        ] {
            assert_eq!(decode(bytes.to_vec(), None).unwrap_err().to_string(), sentence);
        }
        let odd = decode(b"\xff\xfea".to_vec(), None).unwrap_err();
        assert_eq!(odd, TextError::NotNamed { line: 1, encoding: Encoding::Utf16Le });
        let named = decode(b"a\n\xff".to_vec(), Some(Encoding::Utf8)).unwrap_err();
        assert_eq!(named, TextError::NotNamed { line: 2, encoding: Encoding::Utf8 });
    }
}
