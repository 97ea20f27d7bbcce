//! A backup on paper: a vault's ciphertext as lines that people can type, each with a check of its own (§24.9).
//!
//! What is printed is the signing key's vault as it lies in the folder, and the share in a vault of its own, both ciphertext
//! under the passphrase. A line is a number, groups of five of Crockford's symbols, and a check of five symbols over the
//! sheet's name, the number and the line. Line 0 has the sheet's name and the length; so a line that is missing, mistyped, or
//! of another sheet is found by its number.

use std::collections::BTreeMap;
use std::fmt;

use plebiscite_election::credential::crockford;
use sha2::{Digest, Sha256};

/// Bytes in a whole line.
const LINE_BYTES: usize = 25;
/// Symbols of a check, of the sheet's name and of the length: 25 bits.
const CHECK: usize = 5;
/// Domain of the sheet's name.
const NAME_DOMAIN: &[u8] = b"plebiscite/v1 paper sheet";
/// Domain of a line's check.
const LINE_DOMAIN: &[u8] = b"plebiscite/v1 paper line";
/// Longest content: about 80 pages.
pub const LIMIT: usize = 100_000;

/// What is wrong with one line, or missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A line of the input that does not begin with a number.
    NoNumber {
        /// Which line of the input, from 1.
        input: usize,
    },
    /// Line 0, which names the sheet, is not there: no other can be judged.
    NoHead,
    /// A character that is none of the symbols.
    Character {
        /// The line's number.
        number: usize,
        /// The character.
        found: char,
    },
    /// Symbols are missing or too many.
    Length {
        /// The line's number.
        number: usize,
        /// Symbols found, the check's included.
        found: usize,
        /// Symbols that the line has.
        expected: usize,
    },
    /// The check does not fit: something in the line is mistyped.
    Check {
        /// The line's number.
        number: usize,
        /// The one group (from 1) and how it would read, if a single other symbol would make the line right.
        instead: Option<(usize, String)>,
    },
    /// The line is not there.
    Missing {
        /// The line's number.
        number: usize,
    },
    /// The line is there twice, and once otherwise.
    Twice {
        /// The line's number.
        number: usize,
    },
    /// The sheet has no such line.
    Beyond {
        /// The line's number.
        number: usize,
        /// The sheet's last.
        last: usize,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNumber { input } => {
                write!(f, "line {input} of what was typed does not begin with a number")
            }
            Self::NoHead => f.write_str("line 0 is missing: without it, no other line can be checked"),
            Self::Character { number, found } => {
                write!(f, "line {number}: {found:?} is none of the symbols that are printed")
            }
            Self::Length { number, found, expected } => {
                write!(f, "line {number}: {found} symbols, and {expected} are printed")
            }
            Self::Check { number, instead: None } => write!(f, "line {number}: something in it is mistyped"),
            Self::Check { number, instead: Some((group, reads)) } => write!(
                f,
                "line {number}: something in it is mistyped; it would be right if group {group} were {reads}: look there"
            ),
            Self::Missing { number } => write!(f, "line {number} is missing"),
            Self::Twice { number } => write!(f, "line {number} is there twice, and not the same"),
            Self::Beyond { number, last } => {
                write!(f, "line {number}: the sheet's last line is {last}; is it of another sheet?")
            }
        }
    }
}

/// Everything that is wrong with what was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Mistyped(pub Vec<Problem>);

/// The content is longer than a sheet may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{length} bytes are too many for paper")]
pub struct TooLong {
    /// Its length.
    pub length: usize,
}

/// The lines of a content, the one with number 0 first.
///
/// # Errors
/// [`TooLong`].
pub fn print(content: &[u8]) -> Result<Vec<String>, TooLong> {
    let length = content.len();
    if length > LIMIT {
        return Err(TooLong { length });
    }
    let name = name_of(content);
    let head = [name.as_slice(), &number_symbols(length)].concat();
    let head = line(&name, 0, &head);
    let lines = content
        .chunks(LINE_BYTES)
        .zip(1..)
        .map(|(bytes, number)| line(&name, number, &crockford::symbols(bytes, symbols_of(bytes.len()))));
    Ok(std::iter::once(head).chain(lines).collect())
}

/// The content of lines that were typed or scanned, in any order. Empty lines and those that begin with `#` say nothing.
///
/// # Errors
/// [`Mistyped`], with every line that is wrong.
pub fn read(text: &str) -> Result<Vec<u8>, Mistyped> {
    let mut problems = Vec::new();
    let mut lines: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for (row, place) in text.lines().zip(1..) {
        let row = row.trim();
        if row.is_empty() || row.starts_with('#') {
            continue;
        }
        let Some((number, rest)) = numbered(row) else {
            problems.push(Problem::NoNumber { input: place });
            continue;
        };
        match crockford::normalise(rest) {
            Err(position) => {
                let found = rest.chars().nth(position).unwrap_or(' ');
                problems.push(Problem::Character { number, found });
            }
            Ok(symbols) => {
                if lines.get(&number).is_some_and(|before| *before != *symbols) {
                    problems.push(Problem::Twice { number });
                }
                lines.insert(number, symbols.to_vec());
            }
        }
    }
    let unread: Vec<usize> = problems.iter().filter_map(Problem::number).collect();
    let Some(head) = lines.remove(&0) else {
        if !unread.contains(&0) {
            problems.push(Problem::NoHead);
        }
        return Err(Mistyped(problems));
    };
    let Some((name, length)) = head_of(&head, &mut problems) else { return Err(Mistyped(problems)) };
    let content = body_of(&name, length, &lines, &unread, &mut problems);
    if problems.is_empty() { Ok(content) } else { Err(Mistyped(problems)) }
}

/// The sheet's name and the content's length.
fn head_of(symbols: &[u8], problems: &mut Vec<Problem>) -> Option<(Vec<u8>, usize)> {
    let expected = 3 * CHECK;
    if symbols.len() != expected {
        problems.push(Problem::Length { number: 0, found: symbols.len(), expected });
        return None;
    }
    let (data, given) = symbols.split_at(2 * CHECK);
    let (name, length) = data.split_at(CHECK);
    let length = number_of(length);
    // The name is in the line itself, so a search for a single wrong symbol would have to change both.
    if check(name, 0, data) != given || length > LIMIT {
        problems.push(Problem::Check { number: 0, instead: None });
        return None;
    }
    Some((name.to_vec(), length))
}

/// Every line's bytes, judged by its length and check.
fn body_of(
    name: &[u8],
    length: usize,
    lines: &BTreeMap<usize, Vec<u8>>,
    unread: &[usize],
    problems: &mut Vec<Problem>,
) -> Vec<u8> {
    let last = length.div_ceil(LINE_BYTES);
    let mut content = Vec::with_capacity(length);
    for number in 1..=last {
        let bytes = LINE_BYTES.min(length.saturating_sub(content_before(number)));
        let Some(symbols) = lines.get(&number) else {
            if !unread.contains(&number) {
                problems.push(Problem::Missing { number });
            }
            continue;
        };
        let expected = symbols_of(bytes) + CHECK;
        if symbols.len() != expected {
            problems.push(Problem::Length { number, found: symbols.len(), expected });
            continue;
        }
        let (data, given) = symbols.split_at(symbols.len() - CHECK);
        if check(name, number, data) == given {
            content.extend(bytes_of(data, bytes));
        } else {
            problems.push(Problem::Check { number, instead: single(name, number, symbols) });
        }
    }
    let beyond = lines.keys().filter(|number| **number > last);
    problems.extend(beyond.map(|number| Problem::Beyond { number: *number, last }));
    content
}

const fn content_before(number: usize) -> usize {
    number.saturating_sub(1) * LINE_BYTES
}

/// The one other symbol that would make the line right, if there is exactly one; or two that changed places.
fn single(name: &[u8], number: usize, symbols: &[u8]) -> Option<(usize, String)> {
    let mut found = None;
    let mut tries = Vec::new();
    for place in 0..symbols.len() {
        for symbol in crockford::ALPHABET {
            let mut other = symbols.to_vec();
            if let Some(at) = other.get_mut(place) {
                *at = *symbol;
            }
            tries.push((place, other));
        }
        let mut swapped = symbols.to_vec();
        if place + 1 < swapped.len() {
            swapped.swap(place, place + 1);
            tries.push((place, swapped));
        }
    }
    for (place, other) in tries.into_iter().filter(|(_, other)| other != symbols) {
        let (data, given) = other.split_at(other.len() - CHECK);
        if check(name, number, data) == given {
            let group = place / CHECK;
            let reads: String =
                other.iter().skip(group * CHECK).take(CHECK).map(|symbol| char::from(*symbol)).collect();
            if found.replace((group + 1, reads)).is_some() {
                return None;
            }
        }
    }
    found
}

impl Problem {
    /// The number of the line whose symbols could not be read at all.
    const fn number(&self) -> Option<usize> {
        match self {
            Self::Character { number, .. } => Some(*number),
            _ => None,
        }
    }
}

/// The number before a line, and what follows it. Numbers are read as symbols are: an `l` is a one.
fn numbered(row: &str) -> Option<(usize, &str)> {
    let (first, rest) = row.split_once(char::is_whitespace)?;
    let first = first.trim_end_matches(['.', ':', ')']);
    let digits = crockford::normalise(first).ok()?;
    if digits.is_empty() || digits.len() > 5 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some((std::str::from_utf8(&digits).ok()?.parse().ok()?, rest))
}

/// A line as it is printed.
fn line(name: &[u8], number: usize, symbols: &[u8]) -> String {
    let all = [symbols, &check(name, number, symbols)].concat();
    let mut text = format!("{number:>4} ");
    for group in all.chunks(CHECK) {
        text.push(' ');
        text.extend(group.iter().map(|symbol| char::from(*symbol)));
    }
    text
}

fn name_of(content: &[u8]) -> Vec<u8> {
    let digest = Sha256::new().chain_update(NAME_DOMAIN).chain_update(content).finalize();
    crockford::symbols(&digest, CHECK)
}

fn check(name: &[u8], number: usize, symbols: &[u8]) -> Vec<u8> {
    let number = u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let parts = Sha256::new().chain_update(LINE_DOMAIN).chain_update(name).chain_update(number);
    crockford::symbols(&parts.chain_update(symbols).finalize(), CHECK)
}

/// Five symbols hold 25 bits, and no content has more than [`LIMIT`] bytes.
fn number_symbols(number: usize) -> Vec<u8> {
    let shifted = u32::try_from(number).unwrap_or(u32::MAX) << 7;
    crockford::symbols(&shifted.to_be_bytes(), CHECK)
}

fn number_of(symbols: &[u8]) -> usize {
    symbols.iter().fold(0, |number, symbol| number << 5 | usize::from(value(*symbol)))
}

/// Whole groups always: what is beyond the last byte is padding, and the check covers it.
const fn symbols_of(bytes: usize) -> usize {
    (bytes * 8).div_ceil(CHECK * 5) * CHECK
}

fn value(symbol: u8) -> u8 {
    let place = crockford::ALPHABET.iter().position(|known| *known == symbol);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(0)
}

fn bytes_of(symbols: &[u8], count: usize) -> Vec<u8> {
    let (mut bits, mut held) = (0u32, 0u32);
    let mut bytes = Vec::with_capacity(count);
    for symbol in symbols {
        bits = bits << 5 | u32::from(value(*symbol));
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes.truncate(count);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|place| (place * 7 + 3) as u8).collect()
    }

    /// The sheet as text, with one line changed.
    fn changed(length: usize, number: usize, change: impl Fn(&str) -> String) -> Result<Vec<u8>, Mistyped> {
        let mut lines = print(&content(length)).unwrap();
        lines[number] = change(&lines[number]);
        read(&lines.join("\n"))
    }

    #[test]
    fn every_length_comes_back_from_its_lines_in_any_order_and_case() {
        assert_eq!(symbols_of(LINE_BYTES), 40);
        for length in (0..60).chain([250, 517, 2_000]) {
            let mut lines = print(&content(length)).unwrap();
            assert_eq!(lines.len(), 1 + length.div_ceil(LINE_BYTES));
            assert!(lines.iter().all(|line| line.len() <= 60), "{lines:?}");
            assert_eq!(read(&lines.join("\n")).unwrap(), content(length), "{length}");
            lines.reverse();
            let typed = lines.join("\n\n# a remark\n").to_lowercase().replace('1', "l").replace('0', "o");
            assert_eq!(read(&typed).unwrap(), content(length), "{length}");
        }
        assert_eq!(print(&content(LIMIT + 1)), Err(TooLong { length: LIMIT + 1 }));
    }

    #[test]
    fn a_mistyped_symbol_is_found_in_its_line_and_the_right_one_is_named() {
        let lines = print(&content(100)).unwrap();
        for (number, whole) in lines.iter().enumerate().skip(1) {
            for place in 6..whole.len() {
                let printed = whole.as_bytes()[place];
                if printed == b' ' {
                    continue;
                }
                let other = if printed == b'7' { "8" } else { "7" };
                let told =
                    changed(100, number, |line| format!("{}{other}{}", &line[..place], &line[place + 1..]));
                let Err(Mistyped(problems)) = told else { panic!("line {number}, place {place}") };
                let [Problem::Check { number: found, instead: Some((group, reads)) }] = problems.as_slice()
                else {
                    panic!("{problems:?}")
                };
                assert_eq!(*found, number);
                let groups: Vec<&str> = whole.split_whitespace().skip(1).collect();
                assert_eq!(groups[group - 1], reads);
            }
        }
    }

    #[test]
    fn every_line_that_is_wrong_is_told_by_its_number_and_how() {
        let lines = print(&content(100)).unwrap();
        assert_eq!(lines.len(), 5);
        let problems = |text: &str| read(text).unwrap_err().0;
        // Several at once: every one is told.
        let several =
            [lines[0].as_str(), &lines[1][..20], &lines[3].replace(' ', " %"), "nothing here", &lines[4]];
        let told = problems(&several.join("\n"));
        assert!(told.contains(&Problem::Length { number: 1, found: 12, expected: 45 }), "{told:?}");
        assert!(told.contains(&Problem::Missing { number: 2 }), "{told:?}");
        assert!(told.iter().any(|problem| matches!(problem, Problem::NoNumber { input: 3 })), "{told:?}");
        assert!(told.contains(&Problem::NoNumber { input: 4 }), "{told:?}");
        let character = changed(100, 3, |line| line.replacen(&line[6..7], "%", 1)).unwrap_err().0;
        assert_eq!(character, [Problem::Character { number: 3, found: '%' }]);
        let twice = [lines.join("\n"), lines[2].replace(' ', "  ").to_lowercase()].join("\n");
        assert_eq!(read(&twice).unwrap(), content(100), "the same line twice is no problem");
        let twice = [lines.join("\n"), lines[2].replacen("   2", "   3", 1)].join("\n");
        assert!(problems(&twice).contains(&Problem::Twice { number: 3 }));
        let beyond = [lines.join("\n"), lines[2].replacen("   2", "   9", 1)].join("\n");
        assert_eq!(problems(&beyond), [Problem::Beyond { number: 9, last: 4 }]);
        assert_eq!(problems(&lines[1..].join("\n")), [Problem::NoHead]);
        assert_eq!(problems(""), [Problem::NoHead]);
        assert_eq!(problems(&lines[0].replacen(&lines[0][6..7], "U", 1)).len(), 1);
    }

    #[test]
    fn a_line_of_another_sheet_is_found() {
        let (one, mut other) = (print(&content(100)).unwrap(), content(100));
        other[0] ^= 1;
        let other = print(&other).unwrap();
        let mut mixed = one.clone();
        mixed[3] = other[3].clone();
        assert_eq!(read(&mixed.join("\n")).unwrap_err().0, [Problem::Check { number: 3, instead: None }]);
        assert!(read(&one.join("\n")).is_ok());
    }
}
