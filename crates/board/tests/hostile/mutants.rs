//! Mutants that keep enough of their example to get past the first check: of bytes, of lines, of numbers, of two spliced.

/// Texts that stand for other numbers, or for none.
const NUMBERS: [&str; 14] = [
    "0",
    "1",
    "9",
    "255",
    "256",
    "300",
    "01",
    "-1",
    "+1",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999",
    "\u{661}",
];
/// What formats give a meaning to, and what they must not.
const PIECES: [&[u8]; 12] =
    [b"\n", b"\n\n", b" ", b"\t", b"\r\n", b"\0", b"+", b"/", b"=", b"x", "\u{2014} ".as_bytes(), b"\xff"];

/// A deterministic source of choices: xorshift64*.
#[derive(Debug)]
pub struct Choices(u64);

impl Choices {
    /// From a seed that is not zero.
    pub const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `limit`; 0 where the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16;
        (drawn as usize).checked_rem(limit).unwrap_or(0)
    }
}

/// One to four changes of one example, which may take from another.
pub fn mutant(choices: &mut Choices, examples: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = examples[choices.below(examples.len())].clone();
    for _ in 0..=choices.below(4) {
        let other = &examples[choices.below(examples.len())];
        change(choices, &mut bytes, other);
    }
    bytes
}

fn change(choices: &mut Choices, bytes: &mut Vec<u8>, other: &[u8]) {
    let at = choices.below(bytes.len());
    match choices.below(11) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << choices.below(8),
        1 if !bytes.is_empty() => bytes[at] = choices.below(256) as u8,
        2 if !bytes.is_empty() => drop(bytes.remove(at)),
        3 => bytes.truncate(at),
        4 => {
            let piece = PIECES[choices.below(PIECES.len())];
            bytes.splice(at..at, piece.iter().copied());
        }
        5 => {
            let from = choices.below(other.len());
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        6 => number(choices, bytes),
        7 => {
            let end = at + choices.below((bytes.len() - at).min(64) + 1);
            let repeated = bytes[at..end].repeat(1 + choices.below(4));
            bytes.splice(at..at, repeated);
        }
        _ => lines(choices, bytes),
    }
}

/// Puts another number in the place of one.
fn number(choices: &mut Choices, bytes: &mut Vec<u8>) {
    let starts: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[at - 1].is_ascii_alphanumeric()))
        .collect();
    let Some(start) = starts.get(choices.below(starts.len())) else { return };
    let digits = bytes[*start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.splice(*start..start + digits, NUMBERS[choices.below(NUMBERS.len())].bytes());
}

/// Doubles, drops, exchanges or joins lines.
fn lines(choices: &mut Choices, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let (one, two) = (choices.below(lines.len()), choices.below(lines.len()));
    match choices.below(4) {
        0 => lines.insert(two, lines[one].clone()),
        1 => drop(lines.remove(one)),
        2 => lines.swap(one, two),
        _ => drop(lines[one].pop()),
    }
    *bytes = lines.concat();
}
